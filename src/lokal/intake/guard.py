"""Refuse a workbook that could exhaust memory, hide entities or lie about its size, before a spreadsheet library opens it."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lokal.errors import DossierError, Place

MAX_FILE = 64_000_000
MAX_TOTAL = 256_000_000
MAX_RATIO = 250
MAX_PARTS = 2_000
MAX_CELLS = 6_000_000
_SMALL_PART = 4_000_000
_CHUNK = 1 << 20
_CARRY = 64
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_PLACE_OF_CELL = re.compile(rb"""\sr\s{0,9}=\s{0,9}["']([A-Za-z]+)([0-9]+)""")
_CELL_STARTS = (b"<c", b":c")
"""What a cell begins with; a few other elements do too, which a limit can bear."""
_REPEATED = re.compile(rb"""<table:table-(row|cell)\b([^<>]*?)(/?)>""")
_TIMES = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']([0-9]+)""")
_BITS_ENCRYPTED = 0x1
_DECLARES = re.compile(rb"<!(?:DOCTYPE|doctype|ENTITY|entity)")


def check_workbook(path: Path) -> None:
    """Raise DossierError in one line if a workbook is too large, is a zip bomb, declares entities or has absurd dimensions."""
    place = Place(str(path))
    size = path.stat().st_size
    if size > MAX_FILE:
        raise _too_large(place, "файл", "the file", size, MAX_FILE)
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, place)
    except (zipfile.BadZipFile, struct.error, zlib.error, EOFError, NotImplementedError, ValueError) as problem:
        raise DossierError(
            "книга повреждена или скачана не до конца: архив не читается",
            "the workbook is damaged or cut short: its archive is broken",
            place,
        ) from problem


def _check_parts(archive: zipfile.ZipFile, place: Place) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise _bomb(place, f"частей {len(parts)}", f"{len(parts)} parts")
    total = sum(part.file_size for part in parts)
    if total > MAX_TOTAL:
        raise _bomb(place, f"в распакованном виде {total // 1_000_000} МБ", f"{total // 1_000_000} MB when unpacked")
    for part in parts:
        if part.flag_bits & _BITS_ENCRYPTED:
            raise DossierError("книга защищена паролем", "the workbook is protected by a password", place)
        if part.file_size > _SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            raise _bomb(place, f"часть {part.filename} сжата в {ratio} раз", f"part {part.filename} is packed {ratio} times")
    for part in parts:
        _check_part(archive, part, place)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, place: Place) -> None:
    name = part.filename.lower()
    markup = name.endswith((".xml", ".rels", ".vml"))
    scan = _Scan(place)
    seen, carry = 0, b""
    for chunk in _inflated(archive, part):
        if markup:
            _check_markup(carry + chunk, part.filename, place, first=not seen)
            carry = chunk[-_CARRY:]
        seen += len(chunk)
        if seen > part.file_size:
            raise _bomb(place, f"часть {part.filename} больше заявленного", f"part {part.filename} is larger than it says")
        if markup and "worksheets/" in name:
            scan.sheet(chunk)
        elif name == "content.xml":
            scan.ods(chunk)
    if seen != part.file_size:
        raise zipfile.BadZipFile(part.filename)


def _inflated(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's real content in bounded pieces: the sizes that the archive states are not trusted."""
    if part.compress_type == zipfile.ZIP_STORED:
        yield from _packed(archive, part)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(part.filename)
    engine = zlib.decompressobj(-15)
    for packed in _packed(archive, part):
        rest = packed
        while rest and not engine.eof:
            yield engine.decompress(rest, _CHUNK)
            rest = engine.unconsumed_tail
    while not engine.eof and (tail := engine.decompress(b"", _CHUNK)):
        yield tail
    if not engine.eof:
        raise zipfile.BadZipFile(part.filename)


def _packed(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes as they stand in the archive."""
    file = archive.fp
    if file is None:
        raise zipfile.BadZipFile(part.filename)
    file.seek(part.header_offset)
    header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(header[9] + header[10], 1)
    left = part.compress_size
    while left > 0:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise zipfile.BadZipFile(part.filename)
        left -= len(packed)
        yield packed


def _check_markup(data: bytes, name: str, place: Place, *, first: bool) -> None:
    """Refuse document types and entities anywhere, and encodings that would hide them."""
    if first and (data[:2] in {b"\xfe\xff", b"\xff\xfe"} or b"\x00" in data[:200]):
        raise DossierError(f"часть {name} не в кодировке UTF-8", f"part {name} is not in UTF-8", place)
    if _DECLARES.search(data):
        raise DossierError(
            f"часть {name} объявляет DTD или внешние сущности, это не допускается",
            f"part {name} declares a DTD or entities, which is not allowed",
            place,
        )


class _Scan:
    """Counts how large a table a sheet's cells would span, piece by piece."""

    def __init__(self, place: Place) -> None:
        """Start with nothing seen."""
        self.place = place
        self.rows = self.columns = self.cells = 0
        self.low = 1 << 30
        self.left = 1 << 30
        self.carry = b""
        self.times = 1

    def sheet(self, chunk: bytes) -> None:
        """Take a piece of an xlsx sheet."""
        data = self.carry + chunk
        self.carry = data[-_CARRY:]
        self.cells += sum(map(data.count, _CELL_STARTS))
        found = _PLACE_OF_CELL.findall(data)
        if found:
            rows = [int(digits[:12]) for digits in {digits for _, digits in found}]
            columns = [_column(letters) for letters in {letters for letters, _ in found}]
            self.rows, self.low = max(self.rows, *rows), min(self.low, *rows)
            self.columns, self.left = max(self.columns, *columns), min(self.left, *columns)
        self._judge()

    def ods(self, chunk: bytes) -> None:
        """Take a piece of an ods document: repeated rows times repeated cells, trailing blanks aside."""
        data = self.carry + chunk
        cut = max(data.rfind(b"<"), 0)
        self.carry, data = data[cut:][:_CHUNK], data[:cut]
        for kind, attributes, closed in _REPEATED.findall(data):
            times = int((_TIMES.search(attributes) or [b"", b"1"])[1][:12])
            if kind == b"row":
                self.times = times
            elif not closed or b"office:value" in attributes:
                self.cells += times * self.times
        self._judge()

    def _judge(self) -> None:
        span = max(0, self.rows - self.low + 1) * max(0, self.columns - self.left + 1)
        if max(span, self.cells) > MAX_CELLS:
            count = max(span, self.cells)
            raise DossierError(
                f"таблица слишком велика: {count} ячеек с пустыми, допустимо {MAX_CELLS}; удалите пустые строки и столбцы в конце",
                f"the table is too large: {count} cells, the limit is {MAX_CELLS}; delete empty rows and columns at the end",
                self.place,
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + letter - 64
    return number


def _too_large(place: Place, ru: str, en: str, size: int, limit: int) -> DossierError:
    return DossierError(
        f"{ru} слишком велик: {size // 1_000_000} МБ, допустимо {limit // 1_000_000} МБ",
        f"{en} is too large: {size // 1_000_000} MB, the limit is {limit // 1_000_000} MB",
        place,
    )


def _bomb(place: Place, ru: str, en: str) -> DossierError:
    return DossierError(f"похоже на архивную бомбу: {ru}", f"this looks like a zip bomb: {en}", place)
