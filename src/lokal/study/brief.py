"""A short answer for a manager: what is known, the interval, and the fewest open steps that would settle a bar."""

from dataclasses import dataclass
from fractions import Fraction

from lokal.engine.outcome import BlockOutcome
from lokal.result.document import Data, bounds, number
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.study.eligibility import Verdict, eligibility, verdict_data


@dataclass(frozen=True, slots=True)
class Step:
    """An open term of the score: operations that share it, and the points it can still add."""

    block: str
    operations: tuple[str, ...]
    points: Fraction


@dataclass(frozen=True)
class Settling:
    """What it takes to reach a programme's bar: the missing points, and the fewest open steps that give them (none if out of reach)."""

    verdict: Verdict
    missing: Fraction
    steps: tuple[Step, ...]
    reachable: bool


def open_steps(scored: Score) -> tuple[Step, ...]:
    """Return the open terms of the score, the largest first."""
    steps = [step for block in scored.outcome.blocks for step in _steps(block)]
    return tuple(sorted(steps, key=lambda step: (-step.points, step.block, step.operations)))


def settling(scored: Score, rulebook: Rulebook) -> tuple[Settling, ...]:
    """Return, for every programme with a bar for the vehicle, what it takes to settle it."""
    steps = open_steps(scored)
    return tuple(_settle(verdict, steps) for verdict in eligibility(scored, rulebook) if verdict.bar is not None)


def _steps(block: BlockOutcome) -> list[Step]:
    outcomes = {operation.id: operation for operation in block.operations}
    steps = []
    for part in block.parts:
        if part.points.width:
            names = tuple(name for name in part.operations if outcomes[name].points.width and outcomes[name].counted != "no")
            steps.append(Step(block.id, names, part.points.width))
    return steps


def _settle(verdict: Verdict, steps: tuple[Step, ...]) -> Settling:
    missing = max(Fraction(0), verdict.bar.high - verdict.points.low) if verdict.bar else Fraction(0)
    taken, have = [], Fraction(0)
    for step in steps:
        if have >= missing:
            break
        taken.append(step)
        have += step.points
    reachable = have >= missing
    return Settling(verdict, missing, tuple(taken) if reachable else (), reachable)


def settling_data(scored: Score, rulebook: Rulebook) -> Data:
    """Return the brief as plain data."""
    return {
        "vehicle": scored.dossier.vehicle.id,
        "on": scored.scale.on.isoformat(),
        "points": bounds(scored.outcome.points),
        "settling": [
            {
                **verdict_data(each.verdict),
                "missing": number(each.missing),
                "reachable": each.reachable,
                "steps": [{"block": step.block, "operations": list(step.operations), "points": number(step.points)} for step in each.steps],
            }
            for each in settling(scored, rulebook)
        ],
    }
