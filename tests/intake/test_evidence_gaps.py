"""The work list of evidence, on the story of a car whose two suppliers' acts end."""

from datetime import date, timedelta
from pathlib import Path

import lokal
from intake.story import ACTS, CLAIMED, GEARBOX, LAST, OWN_POINTS, RULEBOOK, THERMOSTAT, own_dossier
from lokal.engine.dossier import Dossier
from lokal.intake.acts import read_acts
from lokal.intake.sourcing import with_acts
from lokal.study.evidence_gaps import evidence_gaps

AFTER = LAST + timedelta(days=1)


def with_text(tmp_path: Path, text: str) -> Dossier:
    """The story's car with acts from YAML text."""
    path = tmp_path / "acts.yaml"
    path.write_text(text, encoding="utf-8")
    return with_acts(own_dossier(), read_acts(path, RULEBOOK), RULEBOOK).dossier


def test_before_the_end_the_two_acts_are_named_with_their_points_and_the_day(tmp_path: Path) -> None:
    """While all is proved, the list says which acts end, how many points hang on each, and on which day the bar is lost."""
    gaps = evidence_gaps(with_text(tmp_path, ACTS), RULEBOOK, date(2026, 10, 1))
    assert (gaps.claimed.low, gaps.documented.low, gaps.unproved) == (CLAIMED, CLAIMED, ())
    assert [(each.evidence, each.standing, each.until, each.points) for each in gaps.papers] == [
        ("act 900-01-00001", "expires", LAST, GEARBOX),
        ("act 900-01-00002", "expires", LAST, THERMOSTAT),
    ]
    fall = gaps.falls[0]
    assert (fall.on, fall.before, fall.after) == (AFTER, CLAIMED, OWN_POINTS)
    assert fall.before >= 3200 > fall.after
    assert ("procurement_44fz", "yes", "depends") in fall.programmes


def test_on_the_day_the_points_are_lost_and_the_acts_are_the_work_list(tmp_path: Path) -> None:
    """Documented points fall below 3,200 on that day; the gaps name the two acts, what rests on them, the largest first."""
    gaps = evidence_gaps(with_text(tmp_path, ACTS), RULEBOOK, AFTER)
    assert (gaps.claimed.low, gaps.documented.low, gaps.points) == (CLAIMED, OWN_POINTS, GEARBOX + THERMOSTAT)
    assert [(each.block, each.operations, each.papers, each.points) for each in gaps.unproved] == [
        ("gearbox_manual", ("housing",), ("act 900-01-00001",), GEARBOX),
        ("thermostat", ("housing_and_valve",), ("act 900-01-00002",), THERMOSTAT),
    ]
    assert {(each.evidence, each.standing, each.points) for each in gaps.papers} == {
        ("act 900-01-00001", "expired", GEARBOX),
        ("act 900-01-00002", "expired", THERMOSTAT),
    }


def test_a_claim_without_a_document_is_work_too() -> None:
    """A press report proves nothing: its points are on the list, the largest first."""
    text = """
vehicle: {id: x, ru: x, en: x, category: M1, powertrain: ice}
evidence: {news: {kind: press, ru: Газета, en: Paper}}
facts:
  body_shell.welding: {value: yes, evidence: [news]}
  body_shell.painting: yes
"""
    gaps = evidence_gaps(lokal.parse_dossier(text, "d.yaml", RULEBOOK), RULEBOOK, LAST)
    assert [(each.operations, each.papers, each.points) for each in gaps.unproved] == [
        (("painting",), (), 500),
        (("welding",), ("news",), 400),
    ]
    assert gaps.papers == ()
