"""One cell as a spreadsheet gives it, read as text, an exact number or a day; nothing in it is ever executed."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

Cell = str | float | bool | date | datetime | time | timedelta
MAX_TEXT = 32_767
"""The longest text that a cell of Excel can hold."""
FOREVER_YEAR = 9999
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'_]")
_GROUPED = re.compile(r"^\d{1,3}(\.\d{3}){2,}$")
_PLAIN = re.compile(r"^\d*\.?\d+$|^\d+\.$")
_DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%Y%m%d")


def text_of(cell: Cell | None) -> str:
    r"""Return a cell's text, trimmed; a whole number loses its `.0`, a text longer than Excel allows is a ValueError.

    >>> text_of(210170100.0), text_of(" Вал\u00a0первичный ")
    ('210170100', 'Вал первичный')
    """
    if isinstance(cell, str):
        if len(cell) > MAX_TEXT:
            raise ValueError(f"{len(cell)} characters")
        return cell.replace("\u00a0", " ").strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, int | float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def number_of(cell: Cell | None, decimal: str = "") -> Decimal | None:
    r"""Return a cell's exact number, None for a blank one; raises ValueError for anything else.

    A decimal comma, spaces between thousands and SAP's trailing minus are understood; `decimal` settles which sign is the decimal
    one where a file says so. Numbers of a spreadsheet count with their 15 significant digits, as the program that wrote them shows.

    >>> number_of("1\u00a0234,50"), number_of("2,000-"), number_of("1.234,5"), number_of(0.1 + 0.2)
    (Decimal('1234.50'), Decimal('-2.000'), Decimal('1234.5'), Decimal('0.3'))
    """
    if isinstance(cell, bool):
        raise ValueError(text_of(cell))  # noqa: TRY004  the cell's value is wrong, not a program's type
    if isinstance(cell, int | float):
        number = Decimal(f"{cell:.15g}")
        if not number.is_finite():
            raise ValueError(str(cell))
        return number
    text = text_of(cell)
    if text in {"", "-", "—", "–"}:
        return None
    plain = _SPACES.sub("", text).replace("−", "-")
    sign = -1 if plain.startswith("-") or plain.endswith("-") else 1
    plain = _point(plain.strip("+-"), decimal)
    if len(plain) > 30 or not _PLAIN.match(plain):  # noqa: PLR2004  longer than any number of a bill of materials
        raise ValueError(text[:40])
    try:
        return sign * Decimal(plain)
    except InvalidOperation as problem:
        raise ValueError(text[:40]) from problem


def _point(text: str, decimal: str) -> str:
    """Return the number with a point as its decimal sign and no other separators."""
    if not decimal:
        comma, point = text.rfind(","), text.rfind(".")
        decimal = "," if comma > point else "."
        if decimal == "." and _GROUPED.match(text):
            decimal = ","
        if decimal == "," and text.count(",") > 1:
            decimal = "."
    other = "." if decimal == "," else ","
    return text.replace(other, "").replace(decimal, ".")


def day_of(cell: Cell | None) -> date | None:
    """Return a cell's day, None for a blank one or for the endless 31.12.9999; raises ValueError for anything else.

    >>> day_of("31.12.2026"), day_of("31.12.9999"), day_of(datetime(2026, 3, 1))
    (datetime.date(2026, 12, 31), None, datetime.date(2026, 3, 1))
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return None if cell.year == FOREVER_YEAR else cell
    text = text_of(cell)
    if text in {"", "-", "—"}:
        return None
    for form in _DAYS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
        return None if day.year == FOREVER_YEAR else day
    raise ValueError(text[:40])
