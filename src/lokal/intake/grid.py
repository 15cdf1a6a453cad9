"""Tables written to Excel and read back: columns described once, text that can never run, nothing lost on the way."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from lokal.errors import DossierError, Lang, Place
from lokal.intake.cells import MAX_TEXT, Cell, text_of
from lokal.intake.columns import norm
from lokal.intake.sheets import Sheet

_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
"""How a cell begins that a spreadsheet might run, and the apostrophe that stops it."""
_EMPTY = "'"
"""A text that is given but empty, as against a blank cell."""
_LITERAL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ANY = re.compile(r".", re.DOTALL)
"""A text of nothing but blanks is spelt out whole: programs that read workbooks drop it otherwise."""
_FIRST_DAY = date(1900, 3, 1)
_FIRST_DAY_NUMBER = "61"
"""The first day that all spreadsheet programs count alike, and its number."""
_AT_LEAST = "greaterThanOrEqual"
REFERENCE_SHEET = ("Справочник", "Reference")
_DAY_FORMAT = "DD.MM.YYYY"
_ROWS_CHECKED = 2000
Kind = Literal["text", "word", "day", "value", "names"]
Words = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """A column: its key in the dossier, headings, hints, width, kind; `words` are the values it may have, by code.

    `check` is what a spreadsheet program checks as people type: a number, or a name listed on the book's sheet of facts.
    """

    key: str
    ru: str
    en: str
    kind: Kind = "text"
    width: int = 18
    hint_ru: str = ""
    hint_en: str = ""
    words: Words | None = None
    read: bool = True
    check: Literal["", "number", "fact"] = ""

    def title(self, lang: Lang) -> str:
        """Return the heading."""
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True)
class TableForm:
    """A sheet of rows: its names and columns."""

    ru: str
    en: str
    columns: tuple[Column, ...]

    def title(self, lang: Lang) -> str:
        """Return the sheet's name."""
        return self.ru if lang == "ru" else self.en


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs: one that begins like a formula gets an apostrophe, which reading takes away.

    >>> neutral("=1+1"), neutral("обычный")
    ("'=1+1", 'обычный')
    """
    return "'" + text if text.startswith(_RUNS) else text


def encoded(text: str, place: Place | None = None) -> str:
    """Return a text as the file keeps it: neutral, unprintable characters spelt out; too long a text is a DossierError."""
    escaped = _LITERAL_ESCAPE.sub("_x005F_", neutral(text))
    escaped = (_UNSAFE if escaped.strip() else _ANY).sub(lambda match: f"_x{ord(match[0]):04X}_", escaped)
    if len(escaped) > MAX_TEXT:
        raise DossierError(
            f"текст длиннее {MAX_TEXT} знаков не помещается в ячейку Excel: «{text[:30]}…»",
            f"a text over {MAX_TEXT} characters does not fit a cell of Excel: '{text[:30]}…'",
            place,
        )
    return escaped


def decoded(cell: Cell) -> str:
    """Return a cell's text as it was before it was made neutral; numbers and days come as text."""
    if isinstance(cell, str):
        return cell.removeprefix("'")
    return text_of(cell)


def day_text(cell: Cell) -> str:
    """Return a day as ISO text, from a date cell, ISO or dd.mm.yyyy; anything else as it is, for the reader to refuse."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = decoded(cell).strip()
    try:
        return datetime.strptime(text, "%d.%m.%Y").date().isoformat()  # noqa: DTZ007  a calendar day has no zone
    except ValueError:
        return text


def names_text(names: Iterable[str]) -> str:
    r"""Return names as one cell, separated by semicolons.

    >>> names_text(["act", "a;b"]), names_of(r"act; a\;b")
    ('act; a\\;b', ['act', 'a;b'])
    """
    return "; ".join(_escaped(name) for name in names)


def names_of(text: str) -> list[str]:
    """Return the names of a cell."""
    found: list[str] = []
    part: list[str] = []
    held = 0
    escape = False
    for char in text + ";":
        if escape:
            part.append(char)
            held, escape = len(part), False
        elif char == "\\":
            escape = True
        elif char == ";":
            name = "".join(part[:held]) + "".join(part[held:]).rstrip()
            if name:
                found.append(name)
            part, held = [], 0
        elif part or not char.isspace():
            part.append(char)
    return found


def _escaped(name: str) -> str:
    lead, trail = len(name) - len(name.lstrip()), len(name.rstrip())
    return "".join(
        "\\" + char if char in "\\;" or (char.isspace() and (position < lead or position >= trail)) else char
        for position, char in enumerate(name)
    )


def write_table(book: Any, form: TableForm, rows: Iterable[Mapping[str, Any]], lang: Lang, *, spare: int = 200) -> Any:  # noqa: ANN401  openpyxl has no types
    """Add a sheet with headings, hints, widths, lists of allowed values and the rows; return it."""
    from openpyxl.comments import Comment  # noqa: PLC0415  loaded on use
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet = book.create_sheet(form.title(lang))
    for number, column in enumerate(form.columns, start=1):
        cell = sheet.cell(1, number, column.title(lang))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F0" if column.read else "EEEEEE")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        hint = column.hint_ru if lang == "ru" else column.hint_en
        if hint:
            cell.comment = Comment(hint, "lokal", width=320, height=120)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "B2"
    last = 1
    for last, row in enumerate(rows, start=2):
        for number, column in enumerate(form.columns, start=1):
            _put(sheet.cell(last, number), column, row.get(column.key), lang)
    for number, column in enumerate(form.columns, start=1):
        letter = get_column_letter(number)
        _check(sheet, f"{letter}2:{letter}{max(min(last + spare, _ROWS_CHECKED + last), 3)}", column, lang)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(form.columns))}{max(last, 2)}"
    return sheet


def _put(cell: Any, column: Column, value: Any, lang: Lang) -> None:  # noqa: ANN401  openpyxl has no types
    if value is None:
        return
    if column.kind == "day":
        day = date.fromisoformat(value)
        cell.value, cell.number_format = (day, _DAY_FORMAT) if day >= _FIRST_DAY else (value, "@")
        return
    if column.kind == "names":
        words = column.words or {}
        value = names_text(words[name][0 if lang == "ru" else 1] if name in words else name for name in value)
    if column.kind == "value" and (number := _float(value)) is not None:
        cell.value = number
        return
    if column.words and value in column.words:
        value = column.words[value][0 if lang == "ru" else 1]
    cell.value = encoded(str(value)) or _EMPTY
    cell.data_type, cell.number_format = "s", "@"


def _float(text: str) -> float | int | None:
    """Return a number that Excel keeps exactly, None where it would not: such a value is written as text."""
    try:
        exact = Decimal(text)
    except ArithmeticError:
        return None
    if exact == exact.to_integral_value() and abs(exact) < 10**15:
        return int(exact) if f"{exact:f}" == str(int(exact)) else None
    near = float(exact)
    return near if f"{Decimal(f'{near:.15g}'):f}" == text else None


def _check(sheet: Any, area: str, column: Column, lang: Lang) -> None:  # noqa: ANN401  openpyxl has no types
    """Let the spreadsheet program check what is typed: lists firmly, days and numbers with a warning, as texts may mean them too."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    if column.words and column.kind == "word":
        allow(sheet, area, column.words, lang)
        return
    rule: dict[str, Any]
    if column.check == "fact":
        listed = f"'{REFERENCE_SHEET[0 if lang == 'ru' else 1]}'!$A$2:$A${_ROWS_CHECKED}"
        rule, ru, en = {"type": "list", "formula1": listed}, "Такого имени нет на листе «Справочник»", "No such name on sheet 'Reference'"
    elif column.kind == "day":
        rule, ru, en = {"type": "date", "operator": _AT_LEAST, "formula1": _FIRST_DAY_NUMBER}, "Ожидается дата дд.мм.гггг", "Expected a day"
    elif column.check == "number":
        rule, ru, en = {"type": "decimal", "operator": _AT_LEAST, "formula1": "0"}, "Ожидается число от 0", "Expected a number from 0"
    else:
        return
    checked = DataValidation(**rule, errorStyle="warning", allow_blank=True, showErrorMessage=True)
    checked.error = ru if lang == "ru" else en
    sheet.add_data_validation(checked)
    checked.add(area)


def allow(sheet: Any, area: str, words: Words, lang: Lang) -> None:  # noqa: ANN401  openpyxl has no types
    """Let an area of a sheet hold only listed words."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    listed = ",".join(pair[0 if lang == "ru" else 1] for pair in words.values())
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
    rule.error = "Выберите из списка" if lang == "ru" else "Choose from the list"
    sheet.add_data_validation(rule)
    rule.add(area)


def read_table(sheet: Sheet, form: TableForm) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a sheet by column key, with their numbers; blank cells are left out, headings may be in either language."""
    if not sheet.rows:
        return []
    known = {norm(title): column for column in form.columns for title in (column.ru, column.en)}
    heads = [known.get(norm(decoded(cell))) for cell in sheet.rows[0][1]]
    if not any(column is not None and column.read for column in heads):
        first = form.columns[0]
        raise DossierError(
            f"нет строки заголовков: первой ожидалась «{first.ru}»",
            f"no header row: expected '{first.en}' first",
            sheet.place(sheet.rows[0][0]),
        )
    rows = []
    for number, cells in sheet.rows[1:]:
        row = {
            column.key: _value(cell, column)
            for column, cell in zip(heads, cells, strict=False)
            if column is not None and column.read and cell != ""
        }
        if row:
            rows.append((number, row))
    return rows


def _value(cell: Cell, column: Column) -> Any:  # noqa: ANN401  plain data
    if column.kind == "day":
        return day_text(cell)
    text = decoded(cell)
    if column.kind == "names":
        return [code_of(name, column.words or {}) for name in names_of(text)]
    if column.words:
        return code_of(text, column.words)
    return text.strip() if column.kind in {"word", "value"} else text


def code_of(text: str, words: Words) -> str:
    """Return the code of a word in either language; a text that is none of them stays as it is, trimmed where there are words.

    >>> code_of(" Да ", {"yes": ("да", "yes")}), code_of("x ", {})
    ('yes', 'x ')
    """
    plain = text.strip().casefold()
    found = (code for code, pair in words.items() if plain in {code.casefold(), *(each.casefold() for each in pair)})
    return next(found, text.strip() if words else text)


def empty_book() -> Any:  # noqa: ANN401  openpyxl has no types
    """Return a workbook without sheets."""
    from openpyxl import Workbook  # noqa: PLC0415  loaded on use

    book: Any = Workbook()
    book.remove(book.active)
    return book


def save_book(book: Any, path: Path) -> None:  # noqa: ANN401  openpyxl has no types
    """Write a workbook to a file; a failure is one line."""
    try:
        book.save(path)
    except OSError as problem:
        raise DossierError(
            f"файл не записать: {problem.strerror}", f"cannot write the file: {problem.strerror}", Place(str(path))
        ) from problem


def sheet_named(sheets: Sequence[Sheet], form: TableForm) -> Sheet | None:
    """Return the sheet of a form by its name in either language."""
    return next((sheet for sheet in sheets if norm(sheet.name) in {norm(form.ru), norm(form.en)}), None)
