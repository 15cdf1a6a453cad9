"""Windows, requirement years and working days, counted by hand on the calendar."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, RND, RULEBOOK, car, day

from lokal.errors import EngineError
from lokal.study.deadlines import (
    add_working_days,
    change_window,
    file_by,
    is_working_day,
    last_window_before,
    ready_on,
    requirement_days,
    working_days,
)
from lokal.study.filing import check_filing


@pytest.mark.parametrize(
    ("on", "working"),
    [
        ("2026-01-09", False),  # a Friday off, transferred from Saturday 3 January
        ("2026-01-12", True),
        ("2026-03-09", False),  # Monday after 8 March on a Sunday
        ("2027-02-20", True),  # a working Saturday
        ("2027-02-22", False),  # the Monday it pays for
        ("2026-11-04", False),
        ("2026-12-31", False),
    ],
)
def test_calendar_with_transfers(on: str, working: bool) -> None:  # noqa: FBT001  a table of answers
    """Transferred days off and working Saturdays count as the government moved them."""
    assert is_working_day(day(on)) is working


def test_working_days_over_the_may_holidays() -> None:
    """From 30.04.2026: 4, 5, 6, 7, 8 May are working (1 May and Monday 11 May are not), so five of them end on 8 May, six on 12 May."""
    assert add_working_days(day("2026-04-30"), 5) == day("2026-05-08")
    assert add_working_days(day("2026-04-30"), 6) == day("2026-05-12")
    assert add_working_days(day("2026-05-12"), -6) == day("2026-04-30")
    assert add_working_days(day("2026-05-03"), 0) == day("2026-05-03")


def test_terms_add_up() -> None:
    """A component act takes 3+10+5+3+5+10+5+5 = 46 working days; a new record 7 more for the card and 1+10 at the Ministry."""
    assert working_days("component_act") == 46
    assert working_days("change") == 46 + 11
    assert working_days("vehicle_act") == 46 + 11 + 7
    assert working_days("component_act", "slow") == 46 + 20 + 15 + 10


@pytest.mark.parametrize("paper", ["component_act", "vehicle_act", "change"])
def test_filing_day_and_ready_day_meet(paper: str) -> None:
    """What is filed on the last day for a working day is ready on that day."""
    needed = day("2027-05-14")
    assert ready_on(file_by(needed, paper), paper) == needed  # type: ignore[arg-type]


def test_change_window_is_august_and_september() -> None:
    """Points are changed from 1 August to 30 September; on 1 October the year's window is over, on 30 September last year's counts."""
    window = change_window(2026)
    assert (window.first, window.last) == (date(2026, 8, 1), date(2026, 9, 30))
    assert last_window_before(day("2026-10-01")) == window
    assert last_window_before(day("2026-09-30")) == change_window(2025)
    assert last_window_before(day("2027-01-01")) == window


@pytest.mark.parametrize(
    ("filed", "days"),
    [
        ("2026-09-30", ["2026-09-30"]),
        ("2026-10-01", ["2026-10-01", "2027-01-01"]),
        ("2026-12-31", ["2026-12-31", "2027-01-01"]),
        ("2027-01-01", ["2027-01-01"]),
        ("2029-11-01", ["2029-11-01"]),  # nothing begins on 1 January 2030
    ],
)
def test_quarter_four_asks_for_both_years(filed: str, days: list[str]) -> None:
    """In quarter IV the law of 1 January counts too, where it changes on that day."""
    assert requirement_days(day(filed), RULEBOOK) == tuple(map(day, days))


def test_filing_before_the_rulebook_is_refused() -> None:
    """A day whose law the rulebook does not know is an error that names it."""
    with pytest.raises(EngineError, match="2024-01-01"):
        requirement_days(day("2024-01-01"), RULEBOOK)


@pytest.mark.parametrize(("filed", "answer", "bars"), [("2026-09-30", "yes", [3200]), ("2026-11-16", "no", [3200, 3500])])
def test_car_filed_in_quarter_four_must_meet_both_bars(filed: str, answer: str, bars: list[int]) -> None:
    """3280 points pass 3200 in September; in November 3500 of the next year is asked too."""
    check = check_filing(car({**BODY, **ENGINE, **RND}), RULEBOOK, day(filed))
    assert check.answers["procurement_44fz"] == answer
    assert [each.points.low for each in check.required] == [3280] * len(bars)
    assert [
        next(one.bar.high for one in each.verdicts if one.programme == "procurement_44fz" and one.bar) for each in check.required
    ] == bars
    assert check.change_allowed == (filed == "2026-09-30")
