"""The smallest ods and xls books by hand, for readers of formats that nothing here can write."""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
Rows = Sequence[Sequence[str | float]]
_SECTOR = 512


def ods(rows: Rows, path: Path, *, blank_rows: int = 1_000_000) -> Path:
    """Write an ods book as LibreOffice does, with its endless blank rows at the end."""
    body = "".join("<table:table-row>" + "".join(_cell(cell) for cell in row) + "</table:table-row>" for row in rows)
    blank = '<table:table-cell table:number-columns-repeated="1024"/>'
    body += f'<table:table-row table:number-rows-repeated="{blank_rows}">{blank}</table:table-row>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Лист1">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _cell(cell: str | float) -> str:
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'


def xls(rows: Rows, path: Path) -> Path:
    """Write a BIFF8 workbook with one sheet inside a compound file."""
    cells = [record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))]
    for row, line in enumerate(rows):
        for column, cell in enumerate(line):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                cells.append(record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")))
            else:
                cells.append(record(0x0203, place + struct.pack("<d", cell)))
    return book_of_records(cells, path)


def record(kind: int, body: bytes = b"") -> bytes:
    """Return one record of an XLS book."""
    return struct.pack("<HH", kind, len(body)) + body


def book_of_records(cells: Sequence[bytes], path: Path, *, sheets: int = 1, texts: bytes = b"") -> Path:
    """Write a book whose sheets, one or several, are all made of the same records; `texts` are those of its shared texts."""
    names = [f"Лист{number}".encode("utf-16-le") for number in range(1, sheets + 1)]
    version = struct.pack("<HHII", 0x0DBB, 0x07CC, 0, 6)
    head = record(0x0809, struct.pack("<HH", 0x0600, 0x0005) + version) + record(0x0042, struct.pack("<H", 1200))
    start = len(head) + sum(12 + len(name) for name in names) + len(texts) + 4
    listed = b"".join(record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name) for name in names)
    sheet = record(0x0809, struct.pack("<HH", 0x0600, 0x0010) + version) + b"".join(cells) + record(0x000A)
    path.write_bytes(_compound(head + listed + texts + record(0x000A) + sheet))
    return path


def _compound(stream: bytes) -> bytes:
    """Return a compound file with one stream, padded past the size kept in a mini stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\x00")
    count = len(stream) // _SECTOR
    fat_sectors = 1 + (count + 2) // 128
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    directory_at, stream_at = fat_sectors, fat_sectors + 1
    fat = [fat_mark] * fat_sectors + [end] + [stream_at + index + 1 for index in range(count - 1)] + [end]
    fat += [free] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_at, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", *[*range(fat_sectors), *[free] * (109 - fat_sectors)])
    entries = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, stream_at, len(stream)) + _entry("", 0, free, 0, 0) * 2
    return header + struct.pack(f"<{len(fat)}I", *fat) + entries + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return text.ljust(64, b"\x00") + struct.pack("<HBB", length, kind, 1) + links + bytes(36) + struct.pack("<IQ", start, size)
