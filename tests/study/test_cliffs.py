"""Days ahead: derived by hand, and never missing a day that scoring every day would find."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, RND, RULEBOOK, Stated, car, day

from lokal.engine.dossier import Evidence
from lokal.engine.known import Look
from lokal.engine.outcome import Bounds
from lokal.errors import EngineError
from lokal.result.score import score
from lokal.study.cliffs import Cliff, Horizon, cliffs
from lokal.study.eligibility import eligibility
from lokal.study.fleet_cliffs import cliffs_fleet, count_profiles
from lokal.study.lapse import lapsing

ACT = {"act": Evidence("component_act", "Акт", "Act", issued=date(2024, 5, 15))}
RECORD = {"record": Evidence("register_record", "Запись", "Record", issued=date(2025, 3, 3), valid_until=date(2027, 3, 2))}
REPORT = {"report": Evidence("own", "Отчёт", "Report", issued=date(2026, 10, 5))}


def at(points: int) -> Bounds:
    """Return certain points."""
    return Bounds(Fraction(points), Fraction(points))


def ahead(
    facts: dict[str, Stated], evidence: dict[str, Evidence] | None = None, start: str = "2026-12-01", until: str = "2030-12-31"
) -> Horizon:
    """Return the days ahead of a car."""
    return cliffs(car(facts, evidence=evidence), RULEBOOK, day(until), start=day(start))


def on(horizon: Horizon, text: str) -> Cliff:
    """Return the cliff of a day."""
    return next(each for each in horizon.cliffs if each.day == day(text))


def test_threshold_rises() -> None:
    """3280 points stay 3280 while procurement asks 3200, 3500 from 2027, 3700 from 2028: the programme is lost on 01.01.2027."""
    horizon = ahead({**BODY, **ENGINE, **RND})
    first = on(horizon, "2027-01-01")
    assert (first.before, first.after, first.causes) == (at(3280), at(3280), ())
    lost = [turn for turn in first.turns if turn.lost]
    assert [turn.programme for turn in lost] == ["procurement_44fz", "procurement_223fz", "taxi"]
    assert [(turn.before.bar, turn.after.bar) for turn in lost] == [(at(3200), at(3500))] * 3
    filing = next(each for each in first.filings if each.programme == "procurement_44fz")
    assert (filing.by, filing.window.last if filing.window else None) == (day("2026-09-30"), day("2026-09-30"))
    assert on(horizon, "2028-01-01").after == at(3280)


def test_rungs_fall_and_bands_end() -> None:
    """Unit of 202 points: 133 -> 67 -> 50 on 01.01.2026 and 01.01.2028; the engine unit of 230 loses its 256 with the band."""
    horizon = ahead({**BODY, "ecu_abs.section_ix": "202", "ecu_engine.section_ix": "230"}, start="2025-12-01")
    year, end = on(horizon, "2026-01-01"), on(horizon, "2028-01-01")
    assert (year.before, year.after) == (at(1400 + 133 + 256), at(1400 + 67 + 256))
    assert (end.before, end.after) == (at(1400 + 67 + 256), at(1400 + 50))
    assert {cause.block: cause.change for cause in end.causes} == {"ecu_abs": at(-17), "ecu_engine": at(-256)}
    assert all(cause.source == "law" and cause.ended for cause in end.causes)
    abs_cause = next(cause for cause in end.causes if cause.block == "ecu_abs")
    assert ([cite.place for cite in abs_cause.ended], [cite.place for cite in abs_cause.begun]) == (["44/6"], ["44/6"])


def test_component_act_ends_in_mid_year() -> None:
    """An act of 15.05.2024 is good to 15.05.2027: from the 16th its 95 points are a possibility only; file 46 working days before."""
    horizon = ahead({**BODY, "engine.cylinder_block": {"value": "yes", "evidence": ("act",), "by": "foundry"}}, ACT)
    cliff = on(horizon, "2027-05-16")
    assert (cliff.before, cliff.after) == (at(1495), Bounds(Fraction(1400), Fraction(1495)))
    (cause,) = cliff.causes
    assert (cause.source, cause.block, cause.papers, cause.change.low) == ("facts", "engine", ("act",), -95)
    (filing,) = [each for each in cliff.filings if each.evidence]
    # back from Saturday 15.05.2027: 8 working days in May (4 to 7, 11 to 14), 22 in April, 16 in March down to the 10th
    assert (filing.paper, filing.by) == ("component_act", day("2027-03-10"))


def test_decree_191_is_lost_with_the_act() -> None:
    """1400 + 95 points without the foundry's 95 still reach 1400; without painting as well they do not."""
    facts: dict[str, Stated] = {**BODY, "body_shell.painting": {"value": "yes", "evidence": ("record",)}}
    cliff = on(ahead(facts, RECORD), "2027-03-03")
    assert cliff.after == Bounds(Fraction(900), Fraction(1400))
    assert [turn.programme for turn in cliff.turns if turn.lost] == ["corporate_191"]
    assert next(each.paper for each in cliff.filings if each.evidence) == "vehicle_act"


def test_research_figure_lapses_after_a_year() -> None:
    """R&D proved on 05.10.2026 counts to 04.10.2027."""
    facts: dict[str, Stated] = {**BODY, **{name: {"value": value, "evidence": ("report",)} for name, value in RND.items()}}
    cliff = on(ahead(facts, REPORT), "2027-10-05")
    assert (cliff.before, cliff.after.low) == (at(2900), 1400)
    assert cliff.causes[0].papers == ("report",)


def test_law_and_facts_on_one_day_share_the_change() -> None:
    """A unit of 202 whose statement ends with 2027: facts first take 67 and law nothing, law first takes 17 and facts 50."""
    facts: dict[str, Stated] = {**BODY, "ecu_abs.section_ix": {"value": "202", "to": day("2027-12-31")}}
    cliff = on(ahead(facts), "2028-01-01")
    low = {cause.source: cause.change.low for cause in cliff.causes}
    assert low == {"law": Fraction(-17, 2), "facts": Fraction(-117, 2)}


def test_claims_without_documents_do_not_end() -> None:
    """Press reports do not expire: nothing but the law moves such a car."""
    paper = {"press": Evidence("press", "Газета", "Paper", issued=date(2024, 1, 1), valid_until=date(2027, 2, 2))}
    horizon = ahead({**BODY, "engine.camshaft": {"value": "yes", "evidence": ("press",)}}, paper)
    assert all(cliff.before == cliff.after for cliff in horizon.cliffs)


@pytest.mark.parametrize("basis", ["claimed", "documented"])
def test_no_day_is_missed(basis: str) -> None:
    """Scoring every day of two years by itself finds changes on the same days, with the same points and answers."""
    facts: dict[str, Stated] = {
        **BODY,
        **{name: {"value": value, "evidence": ("report",)} for name, value in RND.items()},
        "engine.cylinder_block": {"value": "yes", "evidence": ("act",), "by": "foundry"},
        "ecu_abs.section_ix": {"value": "202", "to": day("2027-06-30"), "evidence": ("record",)},
        "body_shell.painting": {"value": "yes", "evidence": ("record",)},
    }
    dossier = car(facts, evidence={**ACT, **RECORD, **REPORT})
    start, until = day("2026-12-01"), day("2028-02-01")
    horizon = cliffs(dossier, RULEBOOK, until, start=start, basis=basis)  # type: ignore[arg-type]
    seen = lapsing(dossier, RULEBOOK) if basis == "claimed" else dossier
    found = {}
    last = None
    step = timedelta(days=1)
    for number in range((until - start).days + 1):
        today = start + number * step
        # a change on another day would come out as one on the next of these
        if today.day not in {1, 3, 5, 16}:
            continue
        scored = score(seen, RULEBOOK, today, look=Look(today, basis=basis))  # type: ignore[arg-type]
        state = (scored.outcome.points, tuple((each.answer, each.bar) for each in eligibility(scored, RULEBOOK)))
        if last is not None and state != last:
            found[today] = state
        last = state
    ours = {cliff.day: cliff.after for cliff in horizon.cliffs}
    assert {today: points for today, (points, _) in found.items()} == ours
    assert len(ours) >= 4


def test_changes_add_up() -> None:
    """On every day the causes add up to the change of the total, at both ends."""
    facts: dict[str, Stated] = {**BODY, "ecu_abs.section_ix": {"value": "202", "to": day("2027-12-31")}, "ecu_engine.section_ix": "230"}
    for cliff in ahead(facts).cliffs:
        assert sum(cause.change.low for cause in cliff.causes) == cliff.after.low - cliff.before.low
        assert sum(cause.change.high for cause in cliff.causes) == cliff.after.high - cliff.before.high


def test_horizon_before_start_is_refused() -> None:
    """A horizon that ends before it begins is an error, not an empty answer."""
    with pytest.raises(EngineError, match="before the start"):
        ahead(BODY, start="2027-01-01", until="2026-01-01")


def test_fleet_counts_units() -> None:
    """Three cars with an act that ends and two without: 3 x 95 points fall, nobody loses a programme on that day."""
    with_act = car({**BODY, "engine.cylinder_block": {"value": "yes", "evidence": ("act",)}}, evidence=ACT)
    profiles = count_profiles([with_act, car(BODY), with_act, car(BODY, name="other"), with_act])
    assert sorted(units for _, units in profiles) == [2, 3]
    fleet = cliffs_fleet(profiles, RULEBOOK, day("2028-01-01"), start=day("2026-12-01"))
    (cliff,) = [each for each in fleet.cliffs if each.day == day("2027-05-16")]
    assert (fleet.units, fleet.profiles, cliff.units, cliff.fell, cliff.change.low) == (5, 2, 3, 3, -285)
    assert cliff.blocks["engine"].low == -285
    assert cliff.lost == {}
