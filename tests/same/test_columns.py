"""The columns say what the interpreter says, to the last digit: totals, blocks, verdicts and reasons, for any law and any fleet."""

from fractions import Fraction
from itertools import product
from typing import Any

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lokal.engine.columns import Generator
from lokal.engine.dossier import Dossier, Vehicle
from lokal.engine.fact_columns import STRATA, STRATUM
from lokal.engine.interpret import interpret
from lokal.engine.known import Look, State, known_facts
from lokal.engine.outcome import REASONS, Outcome
from lokal.engine.polars_columns import plan_of
from lokal.engine.state_columns import Row, Subjects, subjects_of
from lokal.rulebook.model import Powertrain
from lokal.scale.compile import CATEGORIES, POWERTRAINS
from lokal.scale.model import PerUnitAward, Scale
from same.strategies import Scene, muddles, scenes

CHECKS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)


def unrounded_units(scale: Scale) -> bool:
    """Tell whether the law has an award that rounds neither units nor points, which whole numbers cannot hold."""
    awards = (operation.award for block in scale.blocks for operation in block.operations)
    return any(isinstance(each, PerUnitAward) and each.units_rounding == each.rounding == "none" for each in awards)


@st.composite
def fleets(draw: st.DrawFn, scene: Scene) -> list[Row]:
    """Return vehicles under a scene's law: what is known of its own, some muddles, and all kinds of categories and powertrains."""
    views = [scene.world, scene.near, scene.far, draw(muddles(scene.scale.facts)), {}]
    kinds = draw(st.lists(st.sampled_from(list(product(CATEGORIES, POWERTRAINS))), min_size=1, max_size=3))
    dropped = draw(st.sets(st.sampled_from(sorted(scene.scale.facts)), max_size=8))
    kept = [{name: state for name, state in view.items() if name not in dropped} for view in views]
    rows = [(scene.category, scene.powertrain, kept[0]), *((*kind, view) for kind in kinds for view in kept)]
    return [(category, drive, implied(scene.scale, drive) | view) for category, drive, view in rows]


def implied(scale: Scale, powertrain: Powertrain) -> dict[str, State]:
    """Return what a powertrain says of the facts by definition."""
    return known_facts(Dossier(Vehicle("v", "Имя", "Name", "M1", powertrain)), scale.facts, Look(scale.on))


def columns_of(scale: Scale, subjects: Subjects, strata: frozenset[int]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return every number and reason that the columns give, and each number's denominator."""
    generator = Generator(scale, subjects.columns, strata, reasons=True)
    blocks = generator.blocks()
    outputs: dict[str, Any] = {}
    overs = {}
    named = [("total", generator.total(blocks)), *((block.id, block.points) for block in blocks)]
    for name, points in named:
        for end, number in (("low", points.low), ("high", points.high)):
            outputs[f"{name}:{end}"], overs[f"{name}:{end}"] = number.node, number.over
    outputs |= {f"{block.id}.{name}": reason for block in blocks for name, reason in block.reasons.items()}
    return plan_of(outputs | {"beyond": generator.out_of_reach()}).of(subjects.frame.lazy(), [pl.col(STRATUM)]).collect(
        engine="streaming"
    ), overs


def told(outcome: Outcome) -> dict[str, Any]:
    """Return every number and reason that the interpreter gives."""
    found: dict[str, Any] = {}
    for name, points in [("total", outcome.points), *((block.id, block.points) for block in outcome.blocks)]:
        found |= {f"{name}:low": points.low, f"{name}:high": points.high}
    return found | {f"{block.id}.{each.id}": each.reason for block in outcome.blocks for each in block.operations}


def differences(scale: Scale, rows: list[Row], strata: frozenset[int] | None = None) -> list[str]:
    """Return every place where the columns and the interpreter differ."""
    found = []
    here = strata or frozenset(STRATA.index((category, powertrain)) for category, powertrain, _ in rows)
    frame, overs = columns_of(scale, subjects_of(rows, scale.facts), here)
    for index, (category, powertrain, states) in enumerate(rows):
        row = frame.row(index, named=True)
        for name, expected in told(interpret(scale, category, powertrain, states)).items():
            got = Fraction(row[name], overs[name]) if name in overs else REASONS[row[name]]
            if got != expected:
                found.append(f"row {index} {category} {powertrain} {name}: interpreter {expected}, columns {got}")
    return found


@CHECKS
@given(scenes(), st.data())
def test_columns_are_the_interpreter(scene: Scene, data: st.DataObject) -> None:
    """Random law, random fleet, facts known, unknown and missing: every total, block and reason agrees exactly."""
    assume(not unrounded_units(scene.scale))
    assert not differences(scene.scale, data.draw(fleets(scene)))
