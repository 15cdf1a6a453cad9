"""Charts and calendars: everything is inside the page, no words lie on others, both languages, the same bytes for the same question."""

import re
import sys
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, EXAMPLES, RND, RULEBOOK, Stated, car, day

from lokal.engine.dossier import Evidence
from lokal.errors import Lang
from lokal.intake.dossier_yaml import read_dossier
from lokal.report.ahead_terms import filings
from lokal.report.calendar_ics import calendar_ics
from lokal.report.svg import width_of
from lokal.report.timeline_svg import timeline_svg
from lokal.study.cliffs import Horizon, cliffs

SVG = "{http://www.w3.org/2000/svg}"
LANGS: tuple[Lang, ...] = ("ru", "en")


def crowded() -> Horizon:
    """Return a car with sixteen acts that end a month apart, and every programme."""
    names = [*ENGINE, "engine.connecting_rod", "engine.pistons", "engine.oil_pump"]
    names = [
        name
        for name in names
        if name in {f"engine.{each.id}" for block in RULEBOOK.blocks if block.id == "engine" for each in block.operations}
    ]
    names += [f"door_hardware.{name}" for name in ("inner_handles", "outer_handles", "side_door_locks")]
    papers = {
        f"act{index}": Evidence("component_act", f"Акт № {index}", f"Act {index}", issued=date(2024, 1, 5) + timedelta(days=24 * index))
        for index in range(16)
    }
    facts: dict[str, Stated] = {**BODY, **RND, "ecu_engine.section_ix": "230", "spic.party": "yes", "spic.concluded_2020_2026": "yes"}
    facts |= {name: {"value": "yes", "evidence": (f"act{index}",)} for index, name in enumerate(names)}
    facts |= {f"door_hardware.{part}_foreign_share": "0" for part in ("inner_handle", "outer_handle", "door_lock")}
    return cliffs(car(facts, evidence=papers, name="Очень длинное имя модификации"), RULEBOOK, day("2030-06-01"), start=day("2025-11-24"))


def horizons() -> list[Horizon]:
    """Return a crowded chart, one of a car that public sources know little of, and one on which nothing happens."""
    known = read_dossier(EXAMPLES / "kaluga" / "tenet-t7.yaml", RULEBOOK)
    return [
        crowded(),
        cliffs(known, RULEBOOK, day("2030-01-01"), start=day("2026-11-24")),
        cliffs(car(BODY), RULEBOOK, day("2029-12-31"), start=day("2029-06-01")),
    ]


def boxes(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Return the words of a chart with the rectangle that each takes."""
    found = []
    for each in root.iter(f"{SVG}text"):
        size, words = float(each.get("font-size", "13")), each.text or ""
        wide = width_of(words, size) * (0.9 if each.get("font-weight") != "bold" else 0.95)
        x, y = float(each.get("x", "0")), float(each.get("y", "0"))
        left = x - {"middle": wide / 2, "end": wide}.get(each.get("text-anchor", ""), 0.0)
        found.append((words, left, y - size * 0.75, left + wide, y + size * 0.2))
    return found


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_words_stay_apart_and_inside(which: int, lang: Lang) -> None:
    """No label leaves the page and no two overlap, with many days of change as with none."""
    root = ET.fromstring(timeline_svg(horizons()[which], lang))  # noqa: S314  our own text
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    placed = boxes(root)
    for words, left, top, right, bottom in placed:
        assert left >= 0, words
        assert right <= width, words
        assert 0 <= top < bottom <= height, words
    for index, (words, left, top, right, bottom) in enumerate(placed):
        for other, left2, top2, right2, bottom2 in placed[:index]:
            assert not (left < right2 and left2 < right and top < bottom2 and top2 < bottom), (words, other)


def test_chart_tells_the_numbers() -> None:
    """The chart of a car names its points, the bars, the days of change, and what is known from the press only."""
    words = " ".join(each for each, *_ in boxes(ET.fromstring(timeline_svg(horizons()[1], "en"))))  # noqa: S314
    for part in ("3\u00a0700", "State procurement", "2027-01-01", "2028-01-01", "(press)", "Taxi register", "Corporate"):
        assert part in words
    russian = timeline_svg(horizons()[1], "ru")
    assert not re.search(r">[^<]*\b(points|press|sure)\b[^<]*<", russian)


def test_same_question_same_bytes() -> None:
    """A chart and a calendar come out the same twice."""
    one, two = crowded(), crowded()
    assert timeline_svg(one, "ru") == timeline_svg(two, "ru")
    assert calendar_ics(one, "ru") == calendar_ics(two, "ru")


def test_calendar_holds_every_day() -> None:
    """A calendar program reads one whole-day event for each day of change and each last day to file, with a reminder before the latter."""
    horizon = crowded()
    events = Calendar.from_ical(calendar_ics(horizon, "en")).walk("VEVENT")
    days = [each["dtstart"].dt for each in events]
    assert set(days) == {cliff.day for cliff in horizon.cliffs} | {each.by for cliff in horizon.cliffs for each in filings(cliff)}
    assert (
        len({str(each["uid"]) for each in events})
        == len(events)
        == len(horizon.cliffs) + sum(len(filings(cliff)) for cliff in horizon.cliffs)
    )
    assert sum(bool(each.walk("VALARM")) for each in events) == sum(len(filings(cliff)) for cliff in horizon.cliffs)
