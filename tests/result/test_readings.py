"""Every reading of the bundled rulebook matters: a small dossier whose points it changes, derived by hand for each option."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest

from lokal.engine.dossier import Dossier, Statement, Vehicle
from lokal.engine.outcome import Bounds
from lokal.errors import Place
from lokal.intake.values import parse_value
from lokal.result.score import Score, score
from lokal.rulebook.choices import choices_in
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.read import load_rulebook
from lokal.study.eligibility import eligibility

RULEBOOK = load_rulebook()
FACTS = declared_facts(RULEBOOK)
READINGS = {reading.id: reading for reading in RULEBOOK.readings}
FITTED = {block.fitted for block in RULEBOOK.blocks}
Points = int | Fraction
Span = tuple[Points, Points]


@dataclass(frozen=True)
class Row:
    """A made-up vehicle on a day and its whole score under each option of one reading; facts it does not list are no or zero."""

    reading: str
    vehicle: str
    on: str
    facts: str
    points: dict[str, Points | Span]
    why: str
    programme: str | None = field(default=None)


def half(number: int) -> Fraction:
    """Return half of a number."""
    return Fraction(number, 2)


ROWS = [
    Row(
        "ratio_rounding",
        "M1 ice",
        "2026-06-01",
        "bearing_shells.shells=14 bearing_shells.antifriction_material=7 bearing_shells.machining=3",
        {"half_up": 3 + 1, "down": 2 + 1, "up": 3 + 2},
        "5 x 7/14 = 2.5 and 5 x 3/14 = 1.07",
    ),
    Row(
        "sensor_base",
        "M1 ice",
        "2026-06-01",
        "engine_sensors.transducers=10 engine_sensors.sensors=10 vehicle.sensors=30",
        {"system": 45, "vehicle": 15},
        "45 x 10/10, or x 10/30",
    ),
    Row(
        "ladder_2028",
        "M1 ice",
        "2028-06-01",
        "ecu_engine.section_ix=210",
        {"nothing": 0, "lowest": 75},
        "the rung of 210 ends with 2027; the lowest rung is 75 from 2028",
    ),
    Row(
        "ladder_start",
        "M1 ice",
        "2024-06-15",
        "ecu_engine.section_ix=202",
        {"august": 0, "year": 200},
        "before August 2024 the rung of 200 is in force only by its own words",
    ),
    Row(
        "ladder_misprints",
        "M1 ice",
        "2025-06-01",
        "ecu_comfort.section_ix=212",
        {"corrected": 30, "printed": 0},
        "a rung from 210 to 205 holds no score",
    ),
    Row(
        "until_2028",
        "M1 ice",
        "2028-06-01",
        "displays.displays=2 displays.section_ix=207 displays.section_ix_units=2",
        {"exclusive": 0, "inclusive": 28},
        "both displays at the rung of 205, which ends with 2027 or with 2028",
    ),
    Row(
        "adas_levels",
        "M1 ice",
        "2025-06-01",
        "adas_ecu.level_0=250 adas_ecu.level_1=250",
        {"best": 200, "sum": 100 + 200},
        "245 and over: level 0 is worth 100, level 1 200",
    ),
    Row(
        "adas_parts_start",
        "M1 ice",
        "2024-06-01",
        "adas_cameras.housing_assembly_testing=yes",
        {"august": 0, "start": 25},
        "cameras count from 01.08.2024 or from the start",
    ),
    Row(
        "windscreen",
        "M1 ice",
        "2026-06-01",
        "glass.windscreen=yes glass.windscreen_heated=yes",
        {"best": 10, "sum": 5 + 10},
        "plain 5, heated 10",
    ),
    Row(
        "glass_roof",
        "M1 ice",
        "2026-06-01",
        "glass.glass_roof=yes glass.glass_roof_dimmable=yes",
        {"best": 10, "sum": 5 + 10},
        "plain 5, dimmable 10",
    ),
    Row(
        "head_lamps",
        "M1 ice",
        "2026-06-01",
        "lighting.head_lamps=yes lighting.head_lamps_led=yes",
        {"best": 25, "sum": 20 + 25},
        "plain 20, LED 25",
    ),
    Row(
        "rear_lamps",
        "M1 ice",
        "2026-06-01",
        "lighting.rear_lamps=yes lighting.rear_lamps_led=yes",
        {"best": 15, "sum": 10 + 15},
        "plain 10, LED 15",
    ),
    Row(
        "timing_drive",
        "M1 ice",
        "2026-06-01",
        "timing_drive.belt_tensioner=yes timing_drive.chain_tensioner_and_guides=yes",
        {"best": 30, "sum": 30 + 30},
        "30 each",
    ),
    Row(
        "catalyst_support",
        "M1 ice",
        "2026-06-01",
        "catalytic_converter.converters=1 catalytic_converter.coating_metallic=1 catalytic_converter.substrate_metallic=1 "
        "catalytic_converter.coating_ceramic=1 catalytic_converter.substrate_ceramic=1",
        {"best": 110, "sum": 65 + 110},
        "metal 40 + 25, ceramic 70 + 40",
    ),
    Row(
        "filter_support",
        "M1 ice",
        "2026-06-01",
        "exhaust_system.dpf_metallic=yes exhaust_system.dpf_ceramic=yes",
        {"best": 20, "sum": 15 + 20},
        "metal 15, ceramic 20",
    ),
    Row(
        "steering_gear",
        "M1 ice",
        "2026-06-01",
        "steering_gear.rack=yes steering_gear.pinion=yes steering_gear.sector_shaft=yes steering_gear.screw=yes steering_gear.ball_nut=yes",
        {"best": 180, "sum": 110 + 180},
        "rack 60 + pinion 50; sector shaft 50 + screw 60 + nut 70",
    ),
    Row(
        "steering_assist",
        "M1 ice",
        "2026-06-01",
        "power_steering.cylinder_machining=yes power_steering.electric_motor=yes power_steering.drive_gears=yes",
        {"best": 20, "sum": 15 + 20},
        "hydraulic 15; electric 15 + 5",
    ),
    Row(
        "feed_ev",
        "M1 ev",
        "2026-06-01",
        "fuel_lines.lines=yes",
        {"all_under_heading": 0, "first_only": 10},
        "fuel lines of an electric car: excluded with the whole heading, or 10",
    ),
    Row(
        "ecology_scope",
        "M1 ice",
        "2026-06-01",
        "vehicle.un_r83_07=yes engine.assembly=yes engine_plugs.body_and_core=yes",
        {"engine_only": half(75) + 10, "with_components": half(75) + 15},
        "engine 25 x 1.5; plugs 10, or 10 x 1.5",
    ),
    Row(
        "ecology_end",
        "M1 ice",
        "2026-06-01",
        "vehicle.un_r83_07=yes engine.assembly=yes",
        {"applies": half(75), "ended": 25},
        "25 x 1.5, or 25",
    ),
    Row(
        "coefficient_rounding",
        "M1 ice",
        "2026-06-01",
        "vehicle.un_r83_07=yes engine.assembly=yes",
        {"none": half(75), "half_up": 38, "down": 37},
        "25 x 1.5 = 37.5",
    ),
    Row(
        "rnd_units",
        "M1 ice",
        "2025-06-01",
        "rnd.cost=25 rnd.revenue=1000",
        {"proportional": 1000, "whole": 800},
        "400 x 2.5 per cent, or x 2",
    ),
    Row(
        "rnd_rounding",
        "M1 ice",
        "2025-06-01",
        "rnd.cost=1 rnd.revenue=16000",
        {"down": 2, "half_up": 3},
        "400 x 0.00625 per cent = 2.5",
    ),
    Row(
        "rnd_cap_2027",
        "M1 ice",
        "2027-06-01",
        "rnd.cost=800000000 rnd.revenue=8000000000",
        {"thousand": 1500, "printed": 150},
        "10 per cent of revenue is 4000, above the cap; the cost is over 700 million, so K is 1.5",
    ),
    Row(
        "rnd_factor_cap",
        "M1 ice",
        "2024-06-01",
        "rnd.cost=25 rnd.revenue=1000",
        {"under_cap": 1283, "over_cap": 1300},
        "400 x 2.5 x 1.3 = 1300, the cap of 2024 is 1283",
        "procurement_44fz",
    ),
    Row(
        "framed_body",
        "N3 ice",
        "2026-06-01",
        "vehicle.framed_body=no axles.assembly=yes axles.gears_machining=yes",
        {"buses_only": 15 + 180, "both": 10 + 50},
        "a truck without a framed body: as other trucks, or as cars",
    ),
    Row(
        "lost_wording",
        "M1 ice",
        "2024-06-01",
        "engine_plugs.body_and_core=yes",
        {"as_now": 10, "unknown": (0, 10)},
        "the row was amended on 20.12.2024; what stood there before is not known",
    ),
    Row(
        "brake_types",
        "M1 ice",
        "2026-06-01",
        "front_brakes.pneumatic_disc_caliper=yes front_brakes.hydraulic_disc_caliper=yes front_brakes.hydraulic_disc_piston=yes",
        {"best": 35, "sum": 20 + 35},
        "pneumatic 20; hydraulic 20 + 15",
    ),
]
BARS = {
    "hybrid_bar": ("M1 hybrid", "2026-06-01", "vehicle.fuel_cell=no", "procurement_44fz", {"general": 3200, "electric": 1500}),
    "taxi_bar": ("M1 ice", "2027-06-01", "spic.concluded_2022_2025=no", "taxi", {"procurement": 3500, "fixed": 3200}),
}
"""Readings that touch no points, only a programme's bar: vehicle, day, facts, programme, the bar under each option."""
ROW = {row.reading: row for row in ROWS}
EVERY = [pytest.param(row, option, id=f"{row.reading}={option}") for row in ROWS for option in row.points]


def dossier_of(vehicle: str, facts: str) -> Dossier:
    """Return a dossier of the listed facts; all others are no or zero (a foreign share is whole), so nothing else scores."""
    category, powertrain = vehicle.split()
    stated = dict(item.split("=") for item in facts.split())
    statements = [Statement(name, *parse_value(text, FACTS[name].kind, name, Place("row"))) for name, text in stated.items()]
    for name, fact in FACTS.items():
        if name not in stated and not fact.implied and name not in FITTED and not name.endswith(".fitted"):
            nothing = Decimal("foreign" in name and fact.kind == "share")
            statements.append(Statement(name, nothing, nothing))
    return Dossier(Vehicle("row", "row", "row", category, powertrain), tuple(statements))  # type: ignore[arg-type]


@cache
def scored(reading: str, option: str) -> Score:
    """Return the score of a reading's row under an option."""
    row = ROW[reading]
    dossier, on = dossier_of(row.vehicle, row.facts), date.fromisoformat(row.on)
    return score(dossier, RULEBOOK, on, readings={reading: option}, programme=row.programme)


def span(points: Points | Span) -> Bounds:
    """Return points as bounds."""
    low, high = points if isinstance(points, tuple) else (points, points)
    return Bounds(Fraction(low), Fraction(high))


@pytest.mark.parametrize(("row", "option"), EVERY)
def test_points_under_an_option(row: Row, option: str) -> None:
    """The whole score under each option is the hand derivation."""
    assert scored(row.reading, option).outcome.points == span(row.points[option]), row.why


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reading)
def test_stakes_name_the_reading(row: Row) -> None:
    """The score under the default option names the reading, its other options, and by how many points each would change the total."""
    default = READINGS[row.reading].default
    before = span(row.points[default])
    expected = {
        (default, option): Bounds(span(points).low - before.low, span(points).high - before.high)
        for option, points in row.points.items()
        if option != default
    }
    found = {(each.chosen, each.option): each.change for each in scored(row.reading, default).stakes if each.reading == row.reading}
    assert found == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reading)
def test_stakes_are_seen_from_the_chosen_option(row: Row) -> None:
    """Asked under another option, the stake is the way back."""
    default, chosen = READINGS[row.reading].default, next(each for each in row.points if each != READINGS[row.reading].default)
    here, there = span(row.points[chosen]), span(row.points[default])
    found = {each.option: each.change for each in scored(row.reading, chosen).stakes if each.reading == row.reading}
    assert found[default] == Bounds(there.low - here.low, there.high - here.high)


@pytest.mark.parametrize("reading", BARS)
def test_bar_under_an_option(reading: str) -> None:
    """A reading of a bar changes what a score opens and leaves the score alone."""
    vehicle, on, facts, programme, bars = BARS[reading]
    for option, bar in bars.items():
        result = score(dossier_of(vehicle, facts), RULEBOOK, date.fromisoformat(on), readings={reading: option})
        verdict = next(each for each in eligibility(result, RULEBOOK) if each.programme == programme)
        assert (verdict.bar, result.outcome.points) == (span(bar), span(0))


def test_every_reading_and_option_has_a_row() -> None:
    """No reading is without a dossier, and none stands in the wrong table."""
    shown = {row.reading: set(row.points) for row in ROWS} | {name: set(bars) for name, (*_, bars) in BARS.items()}
    assert shown == {reading.id: set(reading.options) for reading in RULEBOOK.readings}
    pointed = {choice.by_reading for owner in (*RULEBOOK.blocks, *RULEBOOK.coefficients) for choice in choices_in(owner)}
    assert {row.reading for row in ROWS} == pointed


def test_no_stake_where_nothing_hangs_on_a_reading() -> None:
    """A dossier of welding alone, all else known, depends on no reading."""
    result = score(dossier_of("M1 ice", "body_shell.welding=yes"), RULEBOOK, date(2026, 6, 1))
    assert (result.outcome.points, result.stakes) == (span(400), ())


def test_largest_stake_comes_first() -> None:
    """Stakes are ranked by the points that hang on them."""
    facts = "glass.windscreen=yes glass.windscreen_heated=yes steering_gear.rack=yes steering_gear.screw=yes rnd.cost=25 rnd.revenue=1000"
    result = score(dossier_of("M1 ice", facts), RULEBOOK, date(2025, 6, 1))
    assert result.outcome.points == span(10 + 60 + 1000)
    assert [(each.reading, each.change.low) for each in result.stakes] == [("rnd_units", -200), ("steering_gear", 60), ("windscreen", 5)]
