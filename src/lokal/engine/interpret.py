"""The reference engine: a scale and the known facts of one vehicle in, an exact outcome with its trace out.

Everything is an interval. An operation's low end is what it gives whatever the unknown facts turn out to be, its high end the most
it can give. Fractions only; no float, no rounding but the named one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import assert_never

from lokal.engine.known import NOTHING, Doubt, State
from lokal.engine.outcome import ZERO, BlockOutcome, Bounds, Counted, OperationOutcome, Outcome, Part, Reason
from lokal.engine.rounding import rounded
from lokal.rulebook.model import Category, Fact, Powertrain, Rounding
from lokal.scale.model import (
    Case,
    FactorCase,
    FixedAward,
    Group,
    LadderAward,
    Need,
    PerUnitAward,
    RatioAward,
    Scale,
    ScaleAward,
    ScaleBlock,
    ScaleCoefficient,
    ScaleOperation,
    Share,
)

ONE = Fraction(1)
NIL = Fraction(0)
_UNIT = Bounds(ONE, ONE)


@dataclass(frozen=True)
class Subject:
    """The vehicle under score: category, powertrain, what is known of its facts, and the kinds of all facts."""

    category: Category
    powertrain: Powertrain
    states: Mapping[str, State]
    facts: Mapping[str, Fact]


@dataclass
class _Reader:
    """Reads a subject's facts and remembers which were read."""

    subject: Subject
    read: dict[str, State] = field(default_factory=dict)

    def __call__(self, name: str) -> State:
        state = self.subject.states.get(name) or NOTHING[self.subject.facts[name].kind]
        self.read[name] = state
        return state


@dataclass(frozen=True)
class _Award:
    """An award's bounds before coefficients, with the reason that speaks where they are equal."""

    points: Bounds
    raw: Bounds
    reason: Reason


def interpret(scale: Scale, category: Category, powertrain: Powertrain, states: Mapping[str, State]) -> Outcome:
    """Return the outcome of one vehicle on a scale; `states` holds what is known of the facts."""
    subject = Subject(category, powertrain, states, scale.facts)
    blocks = tuple(interpret_block(block, subject) for block in scale.blocks)
    return Outcome(_total(block.points for block in blocks), blocks)


def interpret_block(block: ScaleBlock, subject: Subject) -> BlockOutcome:
    """Return the outcome of one block."""
    operations = {operation.id: _operation(operation, block, _Reader(subject)) for operation in block.operations}
    parts: list[Part] = []
    grouped: set[str] = set()
    for group in block.groups:
        parts.append(_group(group, operations))
        grouped.update(name for arm in group.arms for name in arm)
    parts.extend(Part((name,), each.points) for name, each in operations.items() if name not in grouped)
    return BlockOutcome(block.id, _total(part.points for part in parts), tuple(parts), tuple(operations.values()))


def condition(need: Need, subject: Subject) -> bool | None:
    """Tell whether a condition holds for a subject: True, False, or None while its facts leave it open."""
    return holds(need, _Reader(subject))


def holds(need: Need, read: _Reader) -> bool | None:
    """Tell whether a condition holds: True, False, or None while its facts leave it open."""
    if need.compare == "any":
        answers = [holds(each, read) for each in need.any]
        return True if True in answers else None if None in answers else False
    state = read(need.fact)
    if need.compare == "is":
        return (state.low == 1) == need.flag if state.certain else None
    bound = Fraction(need.bound)
    if need.compare == "at_least":
        return True if state.low >= bound else None if state.high is None or state.high >= bound else False
    return True if state.high is not None and state.high <= bound else None if state.low <= bound else False


def _operation(operation: ScaleOperation, block: ScaleBlock, read: _Reader) -> OperationOutcome:
    blocked, cases = _applicable(operation, read.subject)
    if blocked:
        return _nothing(operation, blocked)
    presence = _Reader(read.subject)
    if block.fitted and (fitted := presence(block.fitted)).certain and not fitted.low:
        return replace(_nothing(operation, "not_fitted", cases), facts=tuple(presence.read))
    award = _award(operation, cases, read)
    points, factor, factor_cases = _multiplied(award.points, operation.award, block.coefficients, read)
    facts = presence.read | read.read
    opened = tuple(name for name, state in facts.items() if not state.certain) if points.width else ()
    doubts = [read.read[name].doubt for name in opened if name in read.read]  # that presence is open lowers nothing
    return OperationOutcome(
        id=operation.id,
        points=points,
        reason=_reason(award, points, doubts),
        raw=award.raw,
        factor=factor,
        cases=cases,
        facts=tuple(facts),
        open_facts=opened,
        coefficient_cases=factor_cases,
    )


def _applicable(operation: ScaleOperation, subject: Subject) -> tuple[Reason | None, tuple[Case, ...]]:
    if not operation.cases:
        return "not_in_force", ()
    ours = [case for case in operation.cases if subject.category in case.category]
    if not ours:
        return "other_category", ()
    ours = [case for case in ours if subject.powertrain in case.powertrain]
    return (None, tuple(ours)) if ours else ("other_powertrain", ())


def _nothing(operation: ScaleOperation, reason: Reason, cases: tuple[Case, ...] = ()) -> OperationOutcome:
    return OperationOutcome(operation.id, ZERO, reason, ZERO, _UNIT, cases, (), (), counted="no")


def _award(operation: ScaleOperation, cases: tuple[Case, ...], read: _Reader) -> _Award:
    gate = _gate(operation.needs, read)
    if gate.reason != "awarded":
        return gate
    award = operation.award
    if isinstance(award, LadderAward):
        return _gated(_ladder(award, cases, read), gate)
    worth = _worth(cases, read)
    if worth is None:
        return _Award(ZERO, ZERO, "other_vehicle")
    if isinstance(award, FixedAward):
        return _gated(_Award(worth, worth, "awarded"), gate)
    if isinstance(award, RatioAward):
        return _gated(_ratio(award.share, worth, read), gate)
    if isinstance(award, PerUnitAward):
        return _gated(_per_unit(award, worth, cases, read), gate)
    assert_never(award)


def _gate(needs: tuple[Need, ...], read: _Reader) -> _Award:
    """Return whether the needs hold, as bounds 1, 0 or [0, 1], with the reason of the first that fails."""
    opened = False
    for need in needs:
        answer = holds(need, read)
        if answer is False:
            return _Award(ZERO, ZERO, "not_done" if need.compare in {"is", "any"} else "below_gate")
        opened = opened or answer is None
    return _Award(Bounds(NIL if opened else ONE, ONE), _UNIT, "awarded")


def _gated(award: _Award, gate: _Award) -> _Award:
    if gate.points.low:
        return award
    return replace(award, points=Bounds(NIL, award.points.high))


def _worth(cases: tuple[Case, ...], read: _Reader) -> Bounds | None:
    """Return the points of the case that applies; where its conditions are open, the hull over what they can turn out to be."""
    if not cases:
        return None
    if not any(case.when for case in cases):
        return Bounds(Fraction(max(case.low for case in cases)), Fraction(max(case.high for case in cases)))
    answers = {need: holds(need, read) for case in cases for need in case.when}
    opened = [need for need, answer in answers.items() if answer is None]
    lows, highs = [], []
    for guess in product((True, False), repeat=len(opened)):
        settled = {**answers, **dict(zip(opened, guess, strict=True))}
        if not _consistent(settled):
            continue
        ours = [case for case in cases if all(settled[need] for need in case.when)]
        lows.append(max((case.low for case in ours), default=0))
        highs.append(max((case.high for case in ours), default=0))
    if not any(highs):
        return None
    return Bounds(Fraction(min(lows)), Fraction(max(highs)))


def _consistent(settled: Mapping[Need, bool | None]) -> bool:
    """Tell whether one flag is not guessed both yes and no."""
    flags: dict[str, bool] = {}
    for need, answer in settled.items():
        if need.compare == "is":
            value = need.flag == answer
            if flags.setdefault(need.fact, value) != value:
                return False
    return True


def _ratio(share: Share, worth: Bounds, read: _Reader) -> _Award:
    part = _share(share, read)
    if part is None:
        return _Award(Bounds(NIL, worth.high), Bounds(NIL, worth.high), "facts_conflict")
    raw = Bounds(worth.low * part.low, worth.high * part.high)
    points = Bounds(rounded(raw.low, share.rounding), rounded(raw.high, share.rounding))
    reason: Reason = "not_done" if part.high == 0 else "awarded" if part == _UNIT else "partial"
    return _Award(points, raw, reason)


def _share(share: Share, read: _Reader) -> Bounds | None:
    """Return the part of the units that qualifies, or None where more qualify than there are."""
    count, total = read(share.count), read(share.of)
    if count.high == 0:
        return ZERO
    if total.high is not None and count.low > total.high:
        return None
    low = NIL if total.high is None or total.high == 0 else count.low / total.high
    least = max(total.low, count.low, ONE)
    high = ONE if count.high is None else min(ONE, count.high / least)
    return Bounds(low, high)


def _ladder(award: LadderAward, cases: tuple[Case, ...], read: _Reader) -> _Award:
    score = read(award.score)
    worths = [_worth(rungs, read) or ZERO for rungs in _segments(cases, score)]
    worth = Bounds(min(each.low for each in worths), max(each.high for each in worths))
    if not worth.high:
        lowest = min((case.band[0] for case in cases if case.band), default=0)
        return _Award(ZERO, ZERO, "below_ladder" if score.high is not None and score.high < lowest else "no_rung_value")
    if award.share:
        return _ratio(award.share, worth, read)
    return _Award(worth, worth, "awarded")


def _segments(cases: tuple[Case, ...], score: State) -> Iterator[tuple[Case, ...]]:
    """Yield the rungs in force on each stretch of scores that the known bounds touch; an empty tuple where no rung is."""
    edges = {NIL}
    for case in cases:
        if case.band:
            edges.update(Fraction(edge) for edge in case.band if edge is not None)
    starts = sorted(edges)
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else None
        if (score.high is None or score.high >= start) and (end is None or score.low < end):
            yield tuple(case for case in cases if case.band and case.band[0] <= start and (case.band[1] is None or start < case.band[1]))


def _per_unit(award: PerUnitAward, worth: Bounds, cases: tuple[Case, ...], read: _Reader) -> _Award:
    amount, base = read(award.amount), read(award.base)
    rounding = next((case.rounding for case in cases if case.rounding), award.rounding)
    cap = _cap(award, read)
    if amount.high == 0:
        return _Award(ZERO, ZERO, "not_done")
    if amount.low and base.high == 0:
        return _Award(Bounds(NIL, cap.high), Bounds(NIL, cap.high), "facts_conflict")
    low_units = NIL if base.high is None or base.high == 0 else rounded(amount.low / base.high / Fraction(award.unit), award.units_rounding)
    raw_low = low_units * worth.low
    low = rounded(raw_low, rounding)
    if amount.high is None or base.low == 0:
        return _Award(Bounds(min(low, cap.low), cap.high), Bounds(raw_low, cap.high), "awarded")
    raw_high = rounded(amount.high / base.low / Fraction(award.unit), award.units_rounding) * worth.high
    high = rounded(raw_high, rounding)
    points = Bounds(min(low, cap.low), min(high, cap.high))
    return _Award(points, Bounds(raw_low, raw_high), "capped" if points.high < high else "awarded")


def _cap(award: PerUnitAward, read: _Reader) -> Bounds:
    subject = read.subject
    caps = tuple(cap for cap in award.caps if subject.category in cap.category and subject.powertrain in cap.powertrain)
    return _worth(caps, read) or ZERO if caps else ZERO


def _multiplied(
    points: Bounds, award: ScaleAward, coefficients: tuple[ScaleCoefficient, ...], read: _Reader
) -> tuple[Bounds, Bounds, tuple[FactorCase, ...]]:
    """Return the points under each coefficient in turn, the product of the factors, and the cases that hold or may."""
    whole = _UNIT
    used: list[FactorCase] = []
    for coefficient in coefficients:
        factor, cases = _factor(coefficient, read)
        used.extend(cases)
        if factor != _UNIT:
            whole = Bounds(whole.low * factor.low, whole.high * factor.high)
            cap = _cap(award, read) if isinstance(award, PerUnitAward) and coefficient.over_cap == "no" else None
            points = _times(points, factor, coefficient.rounding, cap)
    return points, whole, tuple(used)


def _factor(coefficient: ScaleCoefficient, read: _Reader) -> tuple[Bounds, tuple[FactorCase, ...]]:
    """Return a coefficient's factor, the largest of the cases that hold or 1 where none does, and the cases that hold or may."""
    answers = [(case, _all(case.needs, read)) for case in coefficient.cases]
    sure = [Fraction(case.factor) for case, answer in answers if answer is True]
    maybe = [Fraction(case.factor) for case, answer in answers if answer is None]
    low = max(sure, default=min([ONE, *maybe]))
    high = max([*(sure or [ONE]), *maybe])
    return Bounds(low, high), tuple(case for case, answer in answers if answer is not False)


def _all(needs: tuple[Need, ...], read: _Reader) -> bool | None:
    answers = [holds(need, read) for need in needs]
    return False if False in answers else None if None in answers else True


def _times(points: Bounds, factor: Bounds, rounding: Rounding, cap: Bounds | None) -> Bounds:
    """Return the points times a factor, rounded and capped; where the factor may be 1, the points may also stay as they are."""
    low, high = rounded(points.low * factor.low, rounding), rounded(points.high * factor.high, rounding)
    if cap:
        low, high = min(low, cap.low), min(high, cap.high)
    if factor.low <= 1 <= factor.high:
        return Bounds(min(low, points.low), max(high, points.high))
    return Bounds(low, high)


def _reason(award: _Award, points: Bounds, doubts: Sequence[Doubt | None]) -> Reason:
    if not points.width or award.reason == "facts_conflict":
        return award.reason
    if not doubts:
        return "unknown_law"
    for doubt in ("expired_document", "not_documented"):
        if doubt in doubts:
            return doubt
    return "unknown_fact"


def _group(group: Group, operations: dict[str, OperationOutcome]) -> Part:
    """Return the group's term and mark in `operations` which of them count."""
    names = tuple(name for arm in group.arms for name in arm)
    sums = [_total(operations[name].points for name in arm) for arm in group.arms]
    if group.count == "sum":
        return Part(names, _total(sums))
    best = Bounds(max(each.low for each in sums), max(each.high for each in sums))
    winner = max(range(len(sums)), key=lambda index: (sums[index].low, sums[index].high, -index))
    sure = all(each.high <= best.low for index, each in enumerate(sums) if index != winner)
    for index, (arm, worth) in enumerate(zip(group.arms, sums, strict=True)):
        beaten = index != winner and worth.high <= best.low
        counted: Counted = "no" if beaten else "yes" if sure else "maybe"
        for name in arm:
            outcome = operations[name]
            if outcome.points.high:
                operations[name] = replace(outcome, counted=counted, reason="alternative_taken" if beaten else outcome.reason)
    return Part(names, best)


def _total(bounds: Iterable[Bounds]) -> Bounds:
    total = ZERO
    for each in bounds:
        total = total + each
    return total
