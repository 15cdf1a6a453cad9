"""The engine against the hand derivations of `cases.py`, to the last digit."""

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from cases import BARS, CASES, Case, span

from lokal.engine.dossier import Dossier, Statement, Vehicle
from lokal.errors import Place
from lokal.intake.values import parse_value
from lokal.result.score import Score, score
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import compile_scale

RULEBOOK = load_rulebook()


def dossier_of(case: Case, facts: dict[str, Fact]) -> Dossier:
    """Return the case as a dossier; facts it does not list are explicit zeros, except what is fitted or follows from the powertrain."""
    statements = []
    for name, value in case.facts.items():
        for text, by in value if isinstance(value, list) else [(value, "own")]:
            low, high = parse_value(text, facts[name].kind, name, Place(case.name))
            statements.append(Statement(name, low, high, by=by))
    silent = {name for name, fact in facts.items() if name not in case.facts and not name.endswith(".fitted") and not fact.implied}
    fitted = {block.fitted for block in RULEBOOK.blocks}
    statements += [Statement(name, Decimal(0), Decimal(0)) for name in sorted(silent - fitted)]
    return Dossier(Vehicle("case", case.name, case.name, case.category, case.powertrain), tuple(statements))  # type: ignore[arg-type]


def scored(case: Case, rulebook: Rulebook) -> Score:
    """Return the case's score by the package."""
    facts = compile_scale(rulebook, date.fromisoformat(case.on)).facts
    return score(dossier_of(case, facts), rulebook, date.fromisoformat(case.on), readings=case.readings, programme=case.programme)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_agrees_to_the_last_digit(case: Case) -> None:
    """A dossier scores what the hand derivation says, block by block and in total."""
    result = scored(case, RULEBOOK)
    blocks = {block.id: (block.points.low, block.points.high) for block in result.outcome.blocks if block.points.high}
    expected = {name: tuple(Fraction(end) for end in span(points)) for name, points in case.block_points.items()}
    assert blocks == expected, case.why
    assert (result.low, result.high) == case.expected


@pytest.mark.parametrize(("category", "powertrain", "day", "points"), BARS)
def test_procurement_bar(category: str, powertrain: str, day: str, points: int) -> None:
    """The procurement bar of a category, powertrain and day is the one printed in note 5."""
    scale = compile_scale(RULEBOOK, date.fromisoformat(day))
    for name in ("procurement_44fz", "procurement_223fz"):
        programme = next(each for each in scale.programmes if each.id == name)
        bars = {
            bar.low
            for bar in programme.bars
            if category in bar.category and powertrain in bar.powertrain and all(not need.flag for need in bar.when)
        }
        assert bars == {points}
