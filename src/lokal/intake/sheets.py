"""Tables of XLSX, XLS, ODS and CSV files as rows of cells with their row numbers; blank rows are left out."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lokal.errors import DossierError, Place
from lokal.intake.cells import Cell
from lokal.intake.guard import MAX_FILE, check_workbook
from lokal.intake.span import MAX_CELLS, Span

_WORKBOOK = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_SEPARATORS = ";\t,|"
_SAMPLE = 40
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
Row = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its file and name, and its rows that are not blank, each with the number it has in the file."""

    file: str
    name: str
    rows: tuple[Row, ...]

    def place(self, row: int) -> Place:
        """Return the place of a row, with the sheet's name where there is one."""
        return Place(f"{self.file}[{self.name}]" if self.name else self.file, row)


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Return the tables of a file; formulas come as their stored values.

    Raises DossierError in one line for a missing, damaged, protected, malicious or oversized file.
    """
    try:
        if path.is_dir():
            raise DossierError("это папка, ожидался файл", "this is a folder, expected a file", Place(str(path)))
        with path.open("rb") as file:
            head = file.read(8)
        printed = path.suffix.lower() == ".xls" and head.strip() and not head.lstrip().startswith((*_BINARY, b"<"))
        if head.startswith(_BINARY[:2]) or (path.suffix.lower() in _WORKBOOK and not printed):  # SAP calls a printed list .xls
            return _workbook(path)
        return (_csv(path),)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise DossierError(f"файл не читается: {reason}", f"cannot read the file: {reason}", Place(str(path))) from problem


def _workbook(path: Path) -> tuple[Sheet, ...]:
    import python_calamine as calamine  # noqa: PLC0415  loaded for workbooks only

    check_workbook(path)
    place = Place(str(path))
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return tuple(_sheets(book, path))
    except calamine.PasswordError as problem:
        raise DossierError("книга защищена паролем", "the workbook is protected by a password", place) from problem
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as problem:
        raise _unreadable(place) from problem
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # the reader's own failure on a broken file; it has no public class
            raise _unreadable(place) from problem
        raise


def _unreadable(place: Place) -> DossierError:
    return DossierError("это не книга Excel или она повреждена", "this is not an Excel workbook, or it is damaged", place)


def _is_table(book: Any, name: str) -> bool:  # noqa: ANN401  the reader's own class
    return any(each.name == name and str(each.typ).endswith("WorkSheet") for each in book.sheets_metadata)


def _sheets(book: Any, path: Path) -> Iterator[Sheet]:  # noqa: ANN401  the reader's own class
    """Yield the tables of a book; together they are bounded as each one is, for several sheets can show the same content."""
    whole = Span(Place(str(path)))
    for name in book.sheet_names:
        if _is_table(book, name):
            sheet = book.get_sheet_by_name(name)
            whole.cells += sheet.total_height * sheet.total_width
            whole.judge()
            yield Sheet(str(path), name, _filled(enumerate(sheet.iter_rows(), start=1)))


def _filled(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple((number, row) for number, row in rows if any(cell != "" for cell in row))


def _csv(path: Path) -> Sheet:
    place = Place(str(path))
    if path.stat().st_size > MAX_FILE:
        raise DossierError("файл слишком велик для таблицы CSV", "the file is too large for a CSV table", place)
    raw = path.read_bytes()
    if not raw.strip():
        raise DossierError("файл пуст", "the file is empty", place)
    text = decode_table(raw, place)
    separator = _separator(text)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        rows, cells = [], 0
        for row in found:
            cells += len(row)
            if cells > MAX_CELLS:
                raise DossierError(f"в таблице больше {MAX_CELLS} ячеек", f"the table has more than {MAX_CELLS} cells", place)
            rows.append((found.line_num, list[Cell](row)))
    except csv.Error as problem:
        where = Place(str(path), found.line_num)
        raise DossierError(f"строка CSV не читается: {problem}", f"this CSV line cannot be read: {problem}", where) from problem
    return Sheet(str(path), "", tuple((number, row) for number, row in rows if any(str(cell).strip() for cell in row)))


def decode_table(raw: bytes, place: Place) -> str:
    """Return the text of a CSV file: UTF-8 with or without BOM, UTF-16 with BOM, else CP1251; binary content is refused."""
    if raw.startswith(_BINARY):
        raise DossierError("это двоичный файл, ожидалась таблица", "this is a binary file, expected a table", place)
    try:
        if raw.startswith(_UTF16):
            return raw.decode("utf-16")
        if b"\x00" in raw:
            raise DossierError("это двоичный файл, ожидалась таблица", "this is a binary file, expected a table", place)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1251")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise DossierError(
            "кодировка не UTF-8 и не CP1251; сохраните файл в UTF-8",
            "the encoding is neither UTF-8 nor CP1251; save the file as UTF-8",
            Place(place.file, line),
        ) from problem


def _separator(text: str) -> str:
    """Return the separator that splits the first lines into the most columns most evenly."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE]

    def worth(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=lambda count: (counts.count(count) * (count > 0), count)) if counts else 0
        return counts.count(usual) * usual if usual else 0, -_SEPARATORS.index(separator)

    return max(_SEPARATORS, key=worth)
