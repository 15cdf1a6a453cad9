"""A score as plain data: the JSON that programs read, and the body that a receipt seals."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from lokal.engine.known import State
from lokal.engine.outcome import BlockOutcome, Bounds, OperationOutcome
from lokal.result.score import Score
from lokal.scale.model import Case, Cite

Data = dict[str, Any]
_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def encode(data: object) -> bytes:
    """Return canonical JSON: keys in order, exact numbers, no spaces."""
    return _ENCODER.encode(data)


def number(value: Fraction | None) -> int | Decimal | str | None:
    """Return an exact number for JSON: a whole, a decimal, or `n/d` where no decimal is exact.

    >>> number(Fraction(75, 2)), number(Fraction(3)), number(Fraction(1, 3))
    (Decimal('37.5'), 3, '1/3')
    """
    if value is None:
        return None
    if value.denominator == 1:
        return value.numerator
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else f"{value.numerator}/{value.denominator}"


def score_data(scored: Score) -> Data:
    """Return the whole score: totals, blocks, operations with reasons, values and facts, open facts, stakes."""
    scale = scored.scale
    return {
        "vehicle": msgspec.to_builtins(scored.dossier.vehicle),
        "on": scale.on.isoformat(),
        "known": day(scale.known),
        "basis": scored.look.basis,
        "rulebook": {"id": scale.rulebook, "version": scale.version, "hash": scale.rulebook_hash},
        "scale": scale.hash,
        "readings": scale.readings,
        "programme": scale.programme,
        "points": bounds(scored.outcome.points),
        "blocks": [_block(block, scored.states) for block in scored.outcome.blocks],
        "open_facts": [{"fact": each.fact, "points": number(each.points)} for each in scored.open_facts()],
        "stakes": [
            {"reading": each.reading, "chosen": each.chosen, "option": each.option, "change": bounds(each.change)} for each in scored.stakes
        ],
    }


def bounds(points: Bounds) -> Data:
    """Return points as low and high."""
    return {"low": number(points.low), "high": number(points.high)}


def day(value: date | None) -> str | None:
    """Return an ISO day; no end and all knowledge are null."""
    return None if value is None or value == date.max else value.isoformat()


def _block(block: BlockOutcome, states: Mapping[str, State]) -> Data:
    return {
        "id": block.id,
        "points": bounds(block.points),
        "parts": [{"operations": list(part.operations), "points": bounds(part.points)} for part in block.parts],
        "operations": [operation_data(operation, states) for operation in block.operations],
    }


def operation_data(operation: OperationOutcome, states: Mapping[str, State]) -> Data:
    """Return one operation: points, reason, value before rounding, values of the law, facts read."""
    return {
        "id": operation.id,
        "points": bounds(operation.points),
        "reason": operation.reason,
        "counted": operation.counted,
        "before_rounding": bounds(operation.raw),
        "factor": bounds(operation.factor),
        "values": [_case(case) for case in operation.cases],
        "coefficients": [{"factor": case.factor, **_cite(case.cite)} for case in operation.coefficient_cases],
        "facts": [_fact(name, states.get(name)) for name in operation.facts],
    }


def _case(case: Case) -> Data:
    return {"points": [case.low, case.high], "band": list(case.band) if case.band else None, **_cite(case.cite)}


def _cite(cite: Cite) -> Data:
    return {"act": cite.act, "place": cite.place, "hash": cite.hash, "from": day(cite.from_), "to": day(cite.to)}


def _fact(name: str, state: State | None) -> Data:
    if state is None:
        return {"fact": name, "low": None, "high": None, "doubt": "unknown_fact", "statements": []}
    return {
        "fact": name,
        "low": number(state.low),
        "high": number(state.high),
        "doubt": state.doubt,
        "statements": [
            {"by": each.by, "evidence": list(each.evidence), "from": day(each.from_), "known": day(each.known)} for each in state.used
        ],
    }
