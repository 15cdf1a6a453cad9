"""What must be filed by when: windows, requirement years and working days of the register's procedure.

Terms are those of the Rules of the register (R) and of the Chamber's order 52 (P); the calendar is Russia's, with transferred days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from lokal.errors import EngineError
from lokal.rulebook.model import Rulebook
from lokal.rulebook.timeline import turning_days

if TYPE_CHECKING:
    from holidays import HolidayBase

Paper = Literal["component_act", "vehicle_act", "change"]
Pace = Literal["clean", "slow"]
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """One step of the procedure: its working days on a clean pass, the days more when papers are asked for, and its clause."""

    ru: str
    en: str
    clean: int
    slow: int
    clause: str


_CHAMBER: tuple[Term, ...] = (
    Term("формальная проверка ТПП", "formal check by the Chamber", 3, 0, "P6.2"),
    Term("проверка комплекта, запрос недостающего", "check of the set, request for missing papers", 10, 20, "P6.3.2, P6.7"),
    Term("решение о выезде", "notice of the site visit", 5, 0, "P6.3.4"),
    Term("выезд, уведомление за 3 дня", "site visit, notice 3 days before", 3, 15, "P7.1, P7.4"),
    Term("отчёт о выезде", "visit report", 5, 0, "P7.5"),
    Term("проект акта", "draft act", 10, 10, "P6.3.6"),
    Term("замечания заявителя", "the applicant's remarks", 5, 0, "P6.3.7"),
    Term("выдача акта", "act issued", 5, 0, "P6.3.8"),
)
_MINISTRY: tuple[Term, ...] = (
    Term("передача в министерство", "hand-over to the Ministry", 1, 0, "R8"),
    Term("проверка министерства", "check by the Ministry", 10, 25, "R8, R12-13"),
)
_CARD = Term("карточка в каталоге ГИСП", "card in the GISP catalogue", 7, 7, "R52-53")
STEPS: dict[Paper, tuple[Term, ...]] = {
    "component_act": _CHAMBER,
    "vehicle_act": (_CARD, *_CHAMBER, *_MINISTRY),
    "change": (*_CHAMBER, *_MINISTRY),
}
"""The way of each paper: a component act ends at the Chamber, a record at the Ministry."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days, inclusive, on which a change of points may be filed (R19: 5 to 3 months before the year's end; our count of days)."""

    first: date
    last: date


@cache
def _calendar(year: int) -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415  the calendar is needed by this study only

    return country_holidays("RU", years=(year,))


def is_working_day(day: date) -> bool:
    """Tell whether a day is a working day in Russia, transfers of the government included as far as they are published.

    >>> is_working_day(date(2024, 4, 27)), is_working_day(date(2024, 4, 29))
    (True, False)
    """
    return _calendar(day.year).is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """Return the day that lies `count` working days after a day, or before it where `count` is negative.

    >>> add_working_days(date(2026, 4, 30), 1), add_working_days(date(2026, 5, 12), -2)
    (datetime.date(2026, 5, 4), datetime.date(2026, 5, 7))
    """
    step = _ONE if count >= 0 else -_ONE
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days(paper: Paper, pace: Pace = "clean") -> int:
    """Return how many working days a paper takes: a clean pass, or with one request, one longer answer and one return."""
    return sum(term.clean + (term.slow if pace == "slow" else 0) for term in STEPS[paper])


def file_by(needed: date, paper: Paper, pace: Pace = "clean") -> date:
    """Return the last day to file so that the paper is there on the day it is needed."""
    return add_working_days(needed, -working_days(paper, pace))


def ready_on(filed: date, paper: Paper, pace: Pace = "clean") -> date:
    """Return the day on which a paper filed on a day is there."""
    return add_working_days(filed, working_days(paper, pace))


def change_window(year: int) -> Window:
    """Return the window of a year for filing a change of points.

    >>> change_window(2026)
    Window(first=datetime.date(2026, 8, 1), last=datetime.date(2026, 9, 30))
    """
    return Window(date(year, 8, 1), date(year, 9, 30))


def last_window_before(day: date) -> Window:
    """Return the last window that is over before a day: a change filed in it is in the record on that day, if anything is."""
    window = change_window(day.year)
    return window if window.last < day else change_window(day.year - 1)


def requirement_days(filed: date, rulebook: Rulebook) -> tuple[date, ...]:
    """Return the days whose law an application filed on a day must meet (R4).

    In quarters I to III it is the law of the filing day; in quarter IV also that of 1 January, where the law changes on that day.
    """
    if filed < rulebook.manifest.starts:
        raise EngineError(f"свод правил не знает закона на {filed:%d.%m.%Y}", f"the rulebook has no law for {filed.isoformat()}")
    new_year = date(filed.year + 1, 1, 1)
    both = filed.month >= 10 and new_year in turning_days(rulebook)  # noqa: PLR2004  October opens quarter IV
    return (filed, new_year) if both else (filed,)
