"""One node in full: the award, the values read with their days, the values not read and why, the value before rounding."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lokal.engine.outcome import BlockOutcome, OperationOutcome
from lokal.errors import EngineError
from lokal.result.document import Data, bounds, day, operation_data
from lokal.result.score import Score
from lokal.rulebook.model import Block, ByReading, Operation, Rulebook, Value
from lokal.rulebook.timeline import end_of, start_of
from lokal.rulebook.words import nearest

Skipped = Literal["not_yet", "ended", "not_known_then", "other_category", "other_powertrain", "other_reading"]


@dataclass(frozen=True)
class SkippedValue:
    """A dated value of the law that was not read for this vehicle on this day, and why."""

    value: Value
    act: str
    start: date
    end: date | None
    why: Skipped


@dataclass(frozen=True)
class OperationExplanation:
    """One operation: its outcome, its record in the rulebook, the values not read."""

    block: Block
    operation: Operation
    outcome: OperationOutcome
    skipped: tuple[SkippedValue, ...]


@dataclass(frozen=True)
class Explanation:
    """A block, or one operation of it, in full."""

    block: Block
    outcome: BlockOutcome
    operations: tuple[OperationExplanation, ...]


def explain(scored: Score, rulebook: Rulebook, node: str) -> Explanation:
    """Return everything behind a block (`engine`) or an operation (`engine.assembly`).

    Raises EngineError for an unknown name, with the nearest known one.
    """
    block_id, _, operation_id = node.partition(".")
    blocks = {block.id: block for block in rulebook.blocks}
    if block_id not in blocks or (operation_id and operation_id not in {each.id for each in blocks[block_id].operations}):
        known = [*blocks, *(f"{block.id}.{each.id}" for block in rulebook.blocks for each in block.operations)]
        hint = nearest(node, known)
        ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
        raise EngineError(f"нет узла или операции «{node}»{ru}", f"no block or operation '{node}'{en}")
    block = blocks[block_id]
    outcome = next(each for each in scored.outcome.blocks if each.id == block_id)
    results = {each.id: each for each in outcome.operations}
    operations = tuple(
        OperationExplanation(block, each, results[each.id], tuple(_skipped(scored, rulebook, block, each)))
        for each in block.operations
        if operation_id in {"", each.id}
    )
    return Explanation(block, outcome, operations)


def explanation_data(scored: Score, explanation: Explanation) -> Data:
    """Return an explanation as plain data."""
    return {
        "block": explanation.block.id,
        "points": bounds(explanation.outcome.points),
        "operations": [
            {
                **operation_data(each.outcome, scored.states),
                "award": each.operation.award.__struct_config__.tag,
                "not_read": [
                    {"why": skip.why, "act": skip.act, "place": skip.value.place, "from": day(skip.start), "to": day(skip.end)}
                    for skip in each.skipped
                ],
            }
            for each in explanation.operations
        ],
    }


def _skipped(scored: Score, rulebook: Rulebook, block: Block, operation: Operation) -> list[SkippedValue]:
    acts = {act.id: act for act in rulebook.acts}
    scale = scored.scale
    found = []
    for value in operation.values:
        start, end = start_of(value, acts, block.act), end_of(value, acts, scale.known)
        why = _why(scored, block, value, start, end, known=acts[value.act or block.act].published <= scale.known)
        if why:
            found.append(SkippedValue(value, value.act or block.act, start, None if end == date.max else end, why))
    return found


def _why(scored: Score, block: Block, value: Value, start: date, end: date, *, known: bool) -> Skipped | None:  # noqa: PLR0911, PLR0913
    """Return the first thing that kept a value from being read; each return is one reason of the closed list."""
    vehicle, scale = scored.dossier.vehicle, scored.scale
    if isinstance(value.points, ByReading) and scale.readings[value.points.by_reading] not in value.points.options:
        return "other_reading"
    if not known:
        return "not_known_then"
    if start > scale.on:
        return "not_yet"
    if end < scale.on:
        return "ended"
    if vehicle.category not in (value.category or (vehicle.category,)) or vehicle.category not in (block.category or (vehicle.category,)):
        return "other_category"
    for choice in (value.powertrain, block.powertrain):
        drives = choice.options.get(scale.readings[choice.by_reading]) if isinstance(choice, ByReading) else choice
        if drives and vehicle.powertrain not in drives:
            return "other_powertrain"
    return None
