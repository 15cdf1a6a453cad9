"""Days moved by whole quarters."""

from calendar import monthrange
from datetime import date

from lokal.study.plan.model import MONTHS


def shifted(day: date, quarters: int) -> date:
    """Return a day some quarters later; the day of the month is kept where the month has it.

    >>> shifted(date(2026, 11, 30), 1)
    datetime.date(2027, 2, 28)
    """
    months = day.year * 12 + day.month - 1 + MONTHS * quarters
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
