"""Files made to exhaust whoever reads them, by hand: each is small on disk and would unfold to gigabytes."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from intake.oldbooks import book_of_records, ods, record

HEADINGS = ["уровень", "обозначение", "наименование", "кол-во", "ед.", "масса_кг", "страна"]
MEGABYTE = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def small_book(path: Path) -> Path:
    """Write a bill of three lines."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for level, number in ((0, "CAR"), (1, "A"), (2, "B")):
        sheet.append([level, number, f"Деталь {number}", 2, "шт", 0.5, "Россия"])
    book.save(path)
    return path


def rewritten(source: Path, target: Path, name: str, content: bytes, *, level: int = 9) -> Path:
    """Copy a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part.filename))
        if name not in old.namelist():
            new.writestr(name, content)
    return target


def sheet_xml(rows: str) -> bytes:
    """Return a sheet's part around some rows."""
    head = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_SPREADSHEET}"><sheetData>'
    return (head + rows + "</sheetData></worksheet>").encode()


def header_row() -> str:
    """Return the headings as the first row of a sheet's part."""
    return '<row r="1">' + "".join(inline(f"{chr(65 + index)}1", word) for index, word in enumerate(HEADINGS)) + "</row>"


def inline(place: str, text: str) -> str:
    """Return a cell with its text in it."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def noise(length: int) -> str:
    """Return a text that does not pack well."""
    return "".join(chr(0x430 + position * position % 31) for position in range(length))


def _of_sheet(folder: Path, rows: str) -> Path:
    return rewritten(small_book(folder / "b.xlsx"), folder / "h.xlsx", SHEET, sheet_xml(rows))


def zip_bomb(folder: Path) -> Path:
    """300 MB of zeros in a part nobody needs."""
    source, path = small_book(folder / "b.xlsx"), folder / "h.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part.filename))
        with new.open("xl/media/x.bin", "w", force_zip64=True) as out:
            for _ in range(300):
                out.write(b"0" * MEGABYTE)
    return path


def million_rows(folder: Path) -> Path:
    """1,048,576 rows, all but two of them empty."""
    line = '<row r="2"><c r="A2"><v>1</v></c>' + inline("B2", "X") + '<c r="D2"><v>3</v></c></row>'
    return _of_sheet(folder, header_row() + line + "".join(f'<row r="{number}"/>' for number in range(3, 1_048_577)))


def far_corner(folder: Path) -> Path:
    """One cell in the last row and column."""
    return _of_sheet(folder, header_row() + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_corner_unplaced(folder: Path) -> Path:
    """A wide row and a last row whose cells do not say where they stand."""
    return _of_sheet(folder, '<row r="1">' + "<c><v>1</v></c>" * 200 + '</row><row r="1048576"><c><v>1</v></c></row>')


def far_corner_respelt(folder: Path) -> Path:
    """The last row behind unusual blanks and quotes."""
    far = "<c" + " " * 20 + "r" + " " * 20 + "=  'GZ1048576'><v>1</v></c>"
    return _of_sheet(folder, f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{far}</row>')


def far_corner_elsewhere(folder: Path) -> Path:
    """The sheet's part under a name that no sheet has."""
    source, path = small_book(folder / "b.xlsx"), folder / "h.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != SHEET:
                new.writestr(part.filename, old.read(part.filename).replace(b"worksheets/sheet1.xml", b"media/picture.png"))
        new.writestr("xl/media/picture.png", sheet_xml('<row r="1"><c r="A1"/></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'))
    return path


def repeated_text(folder: Path) -> Path:
    """One shared text of 30,000 letters in 20,000 cells."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{_SPREADSHEET}"><si><t>{noise(30_000)}</t></si></sst>'
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDE") + "</row>" for row in range(1, 4001)
    )
    book = rewritten(small_book(folder / "b.xlsx"), folder / "t.xlsx", "xl/sharedStrings.xml", text.encode())
    return rewritten(book, folder / "h.xlsx", SHEET, sheet_xml(rows))


def repeated_sheet(folder: Path) -> Path:
    """A hundred sheets that are all one part."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="CV{row}"><v>1</v></c></row>' for row in range(1, 1001))
    book = rewritten(small_book(folder / "b.xlsx"), folder / "t.xlsx", SHEET, sheet_xml(rows))
    with zipfile.ZipFile(book) as archive:
        text = archive.read("xl/workbook.xml").decode()
    start = text.index("<sheet ")
    one = text[start : text.index("/>", start) + 2]
    many = "".join(one.replace('name="Sheet"', f'name="S{number}"') for number in range(100))
    return rewritten(book, folder / "h.xlsx", "xl/workbook.xml", text.replace(one, many).encode())


def long_cell(folder: Path) -> Path:
    """A cell of a million letters."""
    return _of_sheet(
        folder, header_row() + '<row r="2">' + inline("B2", "X") + inline("C2", noise(1_000_000)) + '<c r="D2"><v>3</v></c></row>'
    )


def xls_corner(folder: Path) -> Path:
    """The first and the last cell of an XLS sheet."""
    return book_of_records([_number(0, 0), _number(65_535, 255)], folder / "h.xls")


def xls_wide(folder: Path) -> Path:
    """A column that no XLS sheet has."""
    return book_of_records([_number(0, 0), _number(9_000, 60_000)], folder / "h.xls")


def xls_stated(folder: Path) -> Path:
    """A sheet that states a size it does not have."""
    return book_of_records([record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)), _number(0, 0)], folder / "h.xls")


def xls_repeated_sheet(folder: Path) -> Path:
    """Two hundred sheets that are all one."""
    return book_of_records([_number(0, 0), _number(999, 99)], folder / "h.xls", sheets=200)


def xls_repeated_text(folder: Path) -> Path:
    """One shared text of 8,000 letters in 30,000 cells."""
    text = noise(8_000)
    shared = struct.pack("<IIHB", 1, 1, len(text), 1) + text[:4000].encode("utf-16-le")
    pieces = record(0x00FC, shared) + record(0x003C, b"\x01" + text[4000:].encode("utf-16-le"))
    cells = [record(0x00FD, struct.pack("<HHHI", row, 0, 0, 0)) for row in range(30_000)]
    return book_of_records(cells, folder / "h.xls", texts=pieces)


def ods_repeated(folder: Path) -> Path:
    """Rows with content, repeated 900 million times."""
    return _respelt(folder, b"<table:table-row>", b'<table:table-row table:number-rows-repeated="900000000">')


def ods_repeated_respelt(folder: Path) -> Path:
    """The same behind an attribute that holds the end of a tag."""
    return _respelt(folder, b"<table:table-row>", b'<table:table-row table:style-name=">" table:number-rows-repeated="900000000">')


def _respelt(folder: Path, old: bytes, new: bytes) -> Path:
    source, path = ods([["a", 1.0], ["b", 2.0]], folder / "b.ods"), folder / "h.ods"
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    return rewritten(source, path, "content.xml", content.replace(old, new))


def xlsb(folder: Path) -> Path:
    """A binary book, whose sizes nobody checks."""
    return rewritten(small_book(folder / "b.xlsx"), folder / "h.xlsb", "xl/workbook.bin", b"\x00")


def _number(row: int, column: int) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip_bomb": (zip_bomb, "zip bomb"),
    "million_rows": (million_rows, "1 lines"),
    "long_cell": (long_cell, "1 lines"),
    "far_corner": (far_corner, "the table is too large"),
    "far_corner_unplaced": (far_corner_unplaced, "the table is too large"),
    "far_corner_respelt": (far_corner_respelt, "the table is too large"),
    "far_corner_elsewhere": (far_corner_elsewhere, "the table is too large"),
    "repeated_text": (repeated_text, "the text of the cells unfolds to"),
    "repeated_sheet": (repeated_sheet, "the table is too large"),
    "xls_corner": (xls_corner, "the table is too large"),
    "xls_wide": (xls_wide, "the table is too large"),
    "xls_stated": (xls_stated, "the table is too large"),
    "xls_repeated_sheet": (xls_repeated_sheet, "the table is too large"),
    "xls_repeated_text": (xls_repeated_text, "the text of the cells unfolds to"),
    "ods_repeated": (ods_repeated, "the table is too large"),
    "ods_repeated_respelt": (ods_repeated_respelt, "the table is too large"),
    "xlsb": (xlsb, "XLSB books are not read"),
}
"""Each file's writer and a part of the one line that answers it."""
