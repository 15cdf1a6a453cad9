"""Programmes and their bars, against derivations by hand from note 5 and the reports of programmes.csv."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, DEAL, ENGINE, RND, RULEBOOK, Stated, car, day

from lokal.engine.dossier import Dossier
from lokal.engine.outcome import Bounds
from lokal.errors import EngineError
from lokal.result.score import score
from lokal.study.eligibility import OutputVerdict, Verdict, eligibility, output_eligibility

MOSCOW: dict[str, Stated] = dict.fromkeys(DEAL, "no")
KALININGRAD = {**MOSCOW, "taxi.kaliningrad_or_siberia": "yes"}
VLADIVOSTOK = {**MOSCOW, "taxi.far_east_or_new_regions": "yes"}
SPIC: dict[str, Stated] = {"spic.party": "yes", "spic.concluded_2022_2025": "yes"}


def verdict(dossier: Dossier, on: str, programme: str, readings: dict[str, str] | None = None) -> Verdict:
    """Return one programme's verdict."""
    scored = score(dossier, RULEBOOK, day(on), readings=readings)
    return next(each for each in eligibility(scored, RULEBOOK) if each.programme == programme)


@pytest.mark.parametrize(("on", "answer", "margin"), [("2026-12-31", "yes", 80), ("2027-01-01", "no", -220), ("2028-01-01", "no", -420)])
@pytest.mark.parametrize("programme", ["procurement_44fz", "procurement_223fz"])
def test_car_passes_procurement_until_the_bar_rises(programme: str, on: str, answer: str, margin: int) -> None:
    """1400 (body) + 380 (engine parts) + 1500 (R&D) = 3280: over 3200, under 3500 from 2027 and 3700 from 2028."""
    found = verdict(car({**BODY, **ENGINE, **RND}), on, programme)
    assert (found.answer, found.margin, found.standing) == (answer, Bounds(margin, margin), "law")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "points"), [("2025-12-31", 400 + 900), ("2026-01-01", 200 + 900), ("2028-01-01", 150 + 900), ("2028-12-31", 150 + 900)]
)
def test_electronics_heavy_car_loses_rungs(on: str, points: int) -> None:
    """Engine unit and level-2 assistance both fall 200 -> 100 -> 75 beside welding 400 and painting 500."""
    units: dict[str, Stated] = {"ecu_engine.section_ix": "202", "adas_ecu.level_2": "202"}
    facts = {"body_shell.welding": "yes", "body_shell.painting": "yes", **units}
    assert score(car(facts), RULEBOOK, day(on)).low == points


@pytest.mark.parametrize(("on", "bar", "answer"), [("2025-12-31", 1100, "yes"), ("2026-01-01", 1500, "no"), ("2030-01-01", 1500, "no")])
def test_electric_car_meets_the_raised_bar(on: str, bar: int, answer: str) -> None:
    """An electric car of 1400 points passes at 1100 and fails at 1500."""
    found = verdict(car({**BODY, "vehicle.fuel_cell": "no"}, powertrain="ev"), on, "procurement_44fz")
    assert (found.bar, found.answer) == (Bounds(bar, bar), answer)  # type: ignore[arg-type]


TAXI = [
    (MOSCOW, "2026-02-28", 0),
    (MOSCOW, "2026-03-01", 3200),
    (MOSCOW, "2026-12-31", 3200),
    (MOSCOW, "2027-01-01", 3500),
    (MOSCOW, "2028-01-01", 3700),
    (MOSCOW, "2033-01-01", 3700),
    (KALININGRAD, "2026-03-01", 0),
    (KALININGRAD, "2028-02-29", 0),
    (KALININGRAD, "2028-03-01", 3700),
    (KALININGRAD, "2033-01-01", 3700),
    (VLADIVOSTOK, "2028-03-01", 0),
    (VLADIVOSTOK, "2030-02-28", 0),
    (VLADIVOSTOK, "2030-03-01", 3700),
    (VLADIVOSTOK, "2033-06-01", 3700),
    *[({**where, **SPIC}, on, bar) for where in (MOSCOW, KALININGRAD, VLADIVOSTOK) for on, bar in (("2026-03-01", 0), ("2032-12-31", 0))],
    *[({**where, **SPIC}, "2033-01-01", 3700) for where in (MOSCOW, KALININGRAD, VLADIVOSTOK)],
    ({**MOSCOW, "spic.party": "yes", "spic.government_decision": "yes"}, "2033-01-01", 0),
    ({**MOSCOW, "taxi.registered_before_2026_03": "yes"}, "2031-01-01", 0),
]


@pytest.mark.parametrize(("deal", "on", "bar"), TAXI)
def test_taxi_by_region_and_contract(deal: dict[str, Stated], on: str, bar: int) -> None:
    """A car of 3280 points (2780 while R&D is capped at 1000) is a taxi where nothing is asked, from 30.09.2026 also at 3200."""
    points = 3280 if on >= "2026-09-30" else 2780
    found = verdict(car({**BODY, **ENGINE, **RND, **deal}), on, "taxi")
    assert (found.bar, found.answer) == (Bounds(bar, bar), "yes" if bar <= points else "no")  # type: ignore[arg-type]
    assert found.standing == "press"
    assert all(each.source for each in found.bars)


def test_taxi_of_unknown_region_depends() -> None:
    """Where nobody has said in which region the taxi drives, a car of 1400 points has an open bar, 0 to 3200."""
    facts = {**BODY, **MOSCOW, "taxi.far_east_or_new_regions": "unknown"}
    found = verdict(car(facts), "2026-12-01", "taxi")
    assert (found.answer, found.bar) == ("depends", Bounds(0, 3200))  # type: ignore[arg-type]


def test_electric_taxi_follows_its_procurement_bar() -> None:
    """An electric car of 1400 points misses 1500; under the other reading it misses 3200."""
    facts = car({**BODY, **MOSCOW, "vehicle.fuel_cell": "no"}, powertrain="ev")
    assert verdict(facts, "2026-03-01", "taxi").bar == Bounds(1500, 1500)  # type: ignore[arg-type]
    assert verdict(facts, "2030-03-01", "taxi", {"taxi_bar": "fixed"}).bar == Bounds(3200, 3200)  # type: ignore[arg-type]


def test_loan_bar_of_a_draft_is_a_draft() -> None:
    """The loan bars of 2024, 2025 and 2026 are known from a draft, the press and the ministry; after 2026 none is known."""
    facts = car({**BODY, **ENGINE, **RND})
    assert [verdict(facts, f"{year}-06-01", "loan").standing for year in (2024, 2025, 2026)] == ["draft", "press", "ministry"]
    assert verdict(facts, "2027-01-01", "loan").answer == "not_set"


def test_spic_target_only_for_a_contract() -> None:
    """A car outside a SPIC has no target; under one it misses 7000 by 7000 - 3280."""
    facts: dict[str, Stated] = {**BODY, **ENGINE, **RND}
    assert verdict(car({**facts, **MOSCOW}), "2026-12-01", "spic_target").answer == "not_set"
    assert verdict(car({**facts, **MOSCOW, "spic.party": "yes"}), "2026-12-01", "spic_target").margin == Bounds(-3720, -3720)  # type: ignore[arg-type]


def test_no_bar_from_reports_looks_like_law() -> None:
    """Only bars that cite the annex stand as law."""
    for programme in RULEBOOK.programmes:
        for bar in programme.values:
            lawful = (bar.standing or programme.standing) == "law"
            assert lawful == bool(bar.hash and bar.place)
            assert lawful != bool(bar.source)


def output(good: int, bad: int, open_: int = 0) -> OutputVerdict:
    """Return Decree 191's verdict on a year's output of cars with 1400, 900 and 900 to 1400 points."""
    on = day("2026-12-01")
    cars = [car(BODY), car({name: BODY[name] for name in ("body_shell.welding", "body_shell.painting")})]
    cars.append(car({**BODY, "body_panels.stamped_share": "0.1..0.9", "body_metal.metal_share": "0.1..0.9"}))
    made = [(score(each, RULEBOOK, on), units) for each, units in zip(cars, (good, bad, open_), strict=True)]
    return next(each for each in output_eligibility(made, RULEBOOK) if each.programme == "corporate_191")


@pytest.mark.parametrize(
    ("good", "bad", "open_", "answer"), [(70, 30, 0, "yes"), (69, 31, 0, "no"), (69, 30, 1, "depends"), (699, 301, 0, "no")]
)
def test_decree_191_asks_for_70_per_cent_of_output(good: int, bad: int, open_: int, answer: str) -> None:
    """70 units of 100 at 1400 points are enough, 69 are not, and one undecided unit leaves it open."""
    found = output(good, bad, open_)
    assert (found.answer, found.units) == (answer, good + bad + open_)


def test_output_without_units_is_refused() -> None:
    """A year without output has no part that reaches a bar."""
    with pytest.raises(EngineError, match="no unit"):
        output(0, 0)
