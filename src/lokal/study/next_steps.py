"""What one more operation is worth today, after tiers, ratios, alternatives and caps: each is scored again with it added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from lokal.engine.dossier import Dossier, Statement
from lokal.engine.interpret import Subject, condition, interpret_block
from lokal.engine.known import NOTHING, State, decimal_of
from lokal.engine.outcome import OperationOutcome, Reason
from lokal.errors import EngineError
from lokal.result.document import Data, number
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.rulebook.words import nearest
from lokal.scale.model import LadderAward, Need, PerUnitAward, RatioAward, ScaleBlock, ScaleOperation, Share
from lokal.study.claims import claim_facts, names_in
from lokal.study.eligibility import Verdict, eligibility

Proof = Literal["operation", "share", "count", "section", "research"]
_SKIPPED: frozenset[Reason] = frozenset({"not_in_force", "other_category", "other_powertrain", "other_vehicle", "not_fitted"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """One operation (or one higher rung of a ladder) added: what must then hold, the sure points it brings, what proves it.

    `reaches` tells whether the target's bar is then surely reached.
    """

    block: str
    operation: str
    facts: Mapping[str, Decimal]
    gain: Fraction
    proof: Proof
    reaches: bool


@dataclass(frozen=True)
class NextSteps:
    """The steps in order of their gain, the target's verdict before them."""

    scored: Score
    target: Verdict | None
    steps: tuple[NextStep, ...]


def next_steps(scored: Score, rulebook: Rulebook, target: str | None = None) -> NextSteps:
    """Return what each operation not yet done in full would add to the sure points, the most first; zero where it adds nothing.

    Raises EngineError for an unknown target programme.
    """
    verdict = _target(scored, rulebook, target)
    readers: dict[str, set[int]] = {}
    for place, block in enumerate(scored.scale.blocks):
        for name in names_in(block):
            readers.setdefault(name, set()).add(place)
    claims = claim_facts(scored.scale, rulebook)
    found = []
    for block, outcome in zip(scored.scale.blocks, scored.outcome.blocks, strict=True):
        for operation, result in zip(block.operations, outcome.operations, strict=True):
            for facts, proof in _ways(block, operation, result, scored, claims):
                gain = _gain(facts, readers, scored)
                reaches = bool(verdict and verdict.bar and verdict.points.low + gain >= verdict.bar.high)
                found.append(NextStep(block.id, operation.id, facts, gain, proof, reaches))
    return NextSteps(scored, verdict, tuple(sorted(found, key=lambda step: (-step.gain, step.block, step.operation, len(step.facts)))))


def dossier_with(dossier: Dossier, facts: Mapping[str, Decimal]) -> Dossier:
    """Return the dossier with some facts stated anew, whatever was stated of them before."""
    kept = tuple(each for each in dossier.statements if each.fact not in facts)
    return msgspec.structs.replace(dossier, statements=(*kept, *(Statement(name, value, value) for name, value in facts.items())))


def _target(scored: Score, rulebook: Rulebook, target: str | None) -> Verdict | None:
    if target is None:
        return None
    known = [programme.id for programme in rulebook.programmes]
    if target not in known:
        hint = nearest(target, known)
        ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else (f": {', '.join(known)}", f": {', '.join(known)}")
        raise EngineError(f"нет меры поддержки «{target}»{ru}", f"no programme '{target}'{en}")
    return eligibility(scored, rulebook)[known.index(target)]


def _gain(facts: Mapping[str, Decimal], readers: Mapping[str, set[int]], scored: Score) -> Fraction:
    states = {**scored.states, **{name: State(Fraction(value), Fraction(value)) for name, value in facts.items()}}
    vehicle = scored.dossier.vehicle
    subject = Subject(vehicle.category, vehicle.powertrain, states, scored.scale.facts)
    places = {place for name in facts for place in readers.get(name, ())}
    return sum(
        (interpret_block(scored.scale.blocks[place], subject).points.low - scored.outcome.blocks[place].points.low for place in places),
        Fraction(0),
    )


def _ways(
    block: ScaleBlock, operation: ScaleOperation, result: OperationOutcome, scored: Score, claims: Mapping[str, bool]
) -> Iterator[tuple[dict[str, Decimal], Proof]]:
    """Yield the ways to do an operation, or more of it: what must be stated, and the kind of proof."""
    if result.reason in _SKIPPED:
        return
    for needed, proof in _satisfied(operation.needs, scored, claims):
        for more, kind in _awarded(block, operation, result, scored):
            facts = {**needed, **more}
            if facts:
                yield facts, kind or proof or "operation"


def _satisfied(needs: tuple[Need, ...], scored: Score, claims: Mapping[str, bool]) -> Iterator[tuple[dict[str, Decimal], Proof | None]]:
    """Yield what must be stated so that all needs hold; nothing where a need is about the vehicle itself and does not hold."""
    if not needs:
        yield {}, None
        return
    first, rest = needs[0], needs[1:]
    for facts, proof in _satisfy(first, scored, claims):
        for more, kind in _satisfied(rest, scored, claims):
            yield {**facts, **more}, proof if proof not in {None, "operation"} else kind or proof


def _satisfy(need: Need, scored: Score, claims: Mapping[str, bool]) -> Iterator[tuple[dict[str, Decimal], Proof | None]]:
    if condition(need, scored.subject) is True:
        yield {}, None
    elif need.compare == "any":
        for each in need.any:
            yield from _satisfy(each, scored, claims)
    elif need.fact in claims and (need.compare != "is" or need.flag):
        value = Decimal(1) if need.compare == "is" else need.bound
        kinds: dict[str, Proof] = {"flag": "operation", "share": "share", "count": "count", "points": "section", "money": "research"}
        yield {need.fact: value}, kinds[scored.scale.facts[need.fact].kind]


def _awarded(
    block: ScaleBlock, operation: ScaleOperation, result: OperationOutcome, scored: Score
) -> Iterator[tuple[dict[str, Decimal], Proof | None]]:
    """Yield what must be stated so that the award is given, or more of it than now."""
    award = operation.award
    if isinstance(award, RatioAward):
        yield from ((facts, "count") for facts in _all_units(block, award.share, scored))
    elif isinstance(award, LadderAward):
        units = next(_all_units(block, award.share, scored), {}) if award.share else {}
        now = _state(award.score, scored).low
        for start in sorted({case.band[0] for case in result.cases if case.band and case.band[0] > now}):
            yield {award.score: Decimal(start), **units}, "section"
    elif isinstance(award, PerUnitAward):
        amount, base = _state(award.amount, scored), _state(award.base, scored)
        if base.certain and base.low:
            yield {award.amount: decimal_of(amount.low + Fraction(award.unit) * base.low)}, "research"
    else:
        yield {}, None


def _all_units(block: ScaleBlock, share: Share, scored: Score) -> Iterator[dict[str, Decimal]]:
    """Yield the statement that every unit qualifies; where nobody said how many there are, that it is so for the block's own units."""
    count, units = _state(share.count, scored), _state(share.of, scored)
    if units.certain and units.low:
        if count.low < units.low:
            yield {share.count: decimal_of(units.low)}
    elif not units.certain and share.of.startswith(f"{block.id}."):
        least = max(units.low, count.low, Fraction(1))
        yield {share.count: decimal_of(least), share.of: decimal_of(least)}


def _state(name: str, scored: Score) -> State:
    return scored.states.get(name) or NOTHING[scored.scale.facts[name].kind]


def next_data(found: NextSteps) -> Data:
    """Return the steps as plain data."""
    return {
        "vehicle": found.scored.dossier.vehicle.id,
        "on": found.scored.scale.on.isoformat(),
        "points": number(found.scored.low),
        "target": found.target.programme if found.target else None,
        "steps": [
            {
                "block": each.block,
                "operation": each.operation,
                "gain": number(each.gain),
                "facts": dict(each.facts),
                "proof": each.proof,
                "reaches": each.reaches,
            }
            for each in found.steps
        ],
    }
