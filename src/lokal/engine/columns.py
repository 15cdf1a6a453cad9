"""The one generator of column formulas: a compiled scale in, for every row the same numbers and reasons as the interpreter out.

A fact that the frame does not carry is unknown for every row; what hangs on it is folded to constants while the formulas are built, so
it costs nothing. Points are whole numbers over a fixed denominator; a quotient is two counts and one whole division with the named
rounding; nothing here is a float. The order of questions follows `interpret` step by step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import lcm

from lokal.engine.award_columns import CODE, Applicable, AwardFormulas
from lokal.engine.fact_columns import STRATA, FactColumns, FactFormulas
from lokal.engine.formula import NO, Maker, Node, Term
from lokal.engine.outcome import Reason
from lokal.engine.points_columns import NOTHING_EARNED, Arithmetic, Number, Points
from lokal.engine.reason_columns import facts_read, reason_of
from lokal.rulebook.model import Category, Powertrain
from lokal.scale.model import Case, Group, PerUnitAward, Scale, ScaleBar, ScaleBlock, ScaleOperation

ANSWERS = ("yes", "no", "depends", "not_set")
"""What a programme's answer number stands for."""


@dataclass(frozen=True)
class Line:
    """One operation by itself: its points as if the component were fitted, and its reason."""

    points: Points
    reason: Node


@dataclass(frozen=True)
class BlockColumns:
    """A block: its points and, where asked, the reason of each operation."""

    id: str
    points: Points
    reasons: dict[str, Node]


@dataclass(frozen=True)
class VerdictColumns:
    """A programme: the answer's number of ANSWERS and the margin's bounds (zero where no bar is set)."""

    programme: str
    answer: Node
    margin: Points


@dataclass
class Generator:
    """Generates the formulas of one scale for rows of some strata whose facts stand in some columns."""

    scale: Scale
    columns: Mapping[str, FactColumns]
    strata: frozenset[int] = frozenset(range(len(STRATA)))
    reasons: bool = False
    make: Maker = field(default_factory=Maker)
    stakes: bool = False
    _at_stake: dict[str, list[Number]] = field(default_factory=dict)

    @cached_property
    def read(self) -> FactFormulas:
        """Return the reader of facts."""
        return FactFormulas(self.scale.facts, self.columns, self.strata, self.make)

    @cached_property
    def sums(self) -> Arithmetic:
        """Return the arithmetic of points."""
        return Arithmetic(self.make)

    @cached_property
    def awards(self) -> AwardFormulas:
        """Return the builder of awards."""
        return AwardFormulas(self.read, self.sums)

    def blocks(self) -> list[BlockColumns]:
        """Return every block's columns."""
        return [self.block(block) for block in self.scale.blocks]

    def total(self, blocks: Iterable[BlockColumns]) -> Points:
        """Return the sum of blocks."""
        return self.sums.total([block.points for block in blocks])

    def block(self, block: ScaleBlock) -> BlockColumns:
        """Return one block's columns."""
        lines = {operation.id: self._line(operation, block) for operation in block.operations}
        parts: list[Points] = []
        grouped: set[str] = set()
        for group in block.groups:
            parts.append(self._group(group, lines))
            grouped.update(name for arm in group.arms for name in arm)
        parts.extend(line.points for name, line in lines.items() if name not in grouped)
        points = self.sums.where(self._fitted(block), self.sums.total(parts))
        return BlockColumns(block.id, points, {name: line.reason for name, line in lines.items()} if self.reasons else {})

    def out_of_reach(self) -> Term:
        """Tell where a row has more units than an unrounded ratio can be held exactly for."""
        return self.make.any(*self.awards.beyond)

    def verdict(self, programme: str, total: Points) -> VerdictColumns:
        """Return a programme's answer and margin for a total as the programme counts it."""
        make, bars = self.make, next(each.bars for each in self.scale.programmes if each.id == programme)
        opened = [(self._may_apply(bar), bar) for bar in bars]
        some = make.any(*(may for may, _ in opened))
        far = max((bar.low for bar in bars), default=0)
        low = make.least(far, *(make.select(may, bar.low, far) for may, bar in opened))
        high = make.most(0, *(make.select(may, bar.high, 0) for may, bar in opened))
        margin = Points(self._minus(total.low, high), self._minus(total.high, low))
        answer = make.select(make.ge(margin.low.node, 0), 0, make.select(make.ge(margin.high.node, 0), 2, 1))
        return VerdictColumns(programme, make.select(some, answer, 3), self.sums.where(some, margin))

    def _minus(self, points: Number, bar: Node) -> Number:
        return Number(self.make.sub(points.node, self.make.mul(bar, points.over)), points.over)

    def _may_apply(self, bar: ScaleBar) -> Term:
        return self.make.all(self.read.within(bar.category, bar.powertrain), *(self.read.need(need).may for need in bar.when))

    def _fitted(self, block: ScaleBlock) -> Term:
        """Tell where the component may be on the vehicle."""
        return self.read.flag(block.fitted).may if block.fitted else self.make.no(NO)

    def _line(self, operation: ScaleOperation, block: ScaleBlock) -> Line:
        line = Line(NOTHING_EARNED, CODE["not_in_force"])
        for strata, blocked, fit in self._classes(operation):
            ours = Line(NOTHING_EARNED, CODE[blocked]) if blocked else self._settled(operation, block, fit, strata)
            mask = self.read.mask(strata)
            line = Line(self.sums.either(mask, ours.points, line.points), self.make.select(mask, ours.reason, line.reason))
        return line

    def _classes(self, operation: ScaleOperation) -> list[tuple[frozenset[int], Reason | None, Applicable]]:
        """Return the strata put together by what applies to them."""
        found: dict[tuple[Reason | None, Applicable], set[int]] = {}
        caps = operation.award.caps if isinstance(operation.award, PerUnitAward) else ()
        for code in sorted(self.strata):
            category, powertrain = STRATA[code]
            fit = Applicable(_fitting(operation.cases, category, powertrain), _fitting(caps, category, powertrain))
            ours = any(category in case.category for case in operation.cases)
            reason: Reason = "other_powertrain" if ours else "other_category" if operation.cases else "not_in_force"
            found.setdefault((None if fit.cases else reason, fit), set()).add(code)
        return [(frozenset(codes), blocked, fit) for (blocked, fit), codes in found.items()]

    def _settled(self, operation: ScaleOperation, block: ScaleBlock, fit: Applicable, strata: frozenset[int]) -> Line:
        award, gate = self.awards.award(operation.award, fit), self.read.needs(operation.needs)
        cap = self.awards.worth(fit.caps)[0] if isinstance(operation.award, PerUnitAward) else None
        scaled = self.awards.scaled(award, block.coefficients, cap)
        points = Points(self.sums.when(gate.sure, scaled.low), self.sums.when(gate.may, scaled.high))
        read = facts_read(self.awards, operation, block, fit) if self.reasons or self.stakes else {}
        if self.stakes:
            self._stake(strata, read, self.sums.where(self._fitted(block), points))
        reason = reason_of(self.awards, operation, read, award, points) if self.reasons else 0
        return Line(points, self.make.select(self._fitted(block), reason, CODE["not_fitted"]))

    def _stake(self, strata: frozenset[int], read: Mapping[str, Term], points: Points) -> None:
        low, high = self.sums.alike(points.low, points.high)
        width, over = self.make.sub(high, low), lcm(points.low.over, points.high.over)
        for name, where in read.items():
            hangs = self.make.all(self.read.mask(strata), where, self.read.open_fact(name))
            self._at_stake.setdefault(name, []).append(self.sums.when(hangs, Number(width, over)))

    def stakes_by_fact(self) -> dict[str, Number]:
        """Return, for each fact read, the points of operations that it keeps open in a row."""
        return {name: self.sums.sum(numbers) for name, numbers in self._at_stake.items()}

    def _group(self, group: Group, lines: dict[str, Line]) -> Points:
        """Return the group's term and mark the beaten arms in `lines`."""
        sums = [self.sums.total([lines[name].points for name in arm]) for arm in group.arms]
        if group.count == "sum":
            return self.sums.total(sums)
        over = lcm(*(each.over for points in sums for each in (points.low, points.high)))
        ends = [(self.sums.over(points.low, over), self.sums.over(points.high, over)) for points in sums]
        best = self.make.most(*(low for low, _ in ends)), self.make.most(*(high for _, high in ends))
        if self.reasons:
            for index, arm in enumerate(group.arms):
                beaten = self.make.all(self.make.no(self._wins(index, ends)), self.make.ge(best[0], ends[index][1]))
                lines |= {name: self._beaten(lines[name], beaten) for name in arm}
        return Points(Number(best[0], over), Number(best[1], over))

    def _beaten(self, line: Line, beaten: Term) -> Line:
        some = self.make.gt(line.points.high.node, 0)
        there = self.make.no(self.make.eq(line.reason, CODE["not_fitted"]))
        return Line(line.points, self.make.select(self.make.all(beaten, some, there), CODE["alternative_taken"], line.reason))

    def _wins(self, index: int, ends: list[tuple[Node, Node]]) -> Term:
        """Tell where an arm is the first of those with the highest low and, among these, the highest high."""
        make, (low, high) = self.make, ends[index]
        rivals = []
        for other, (their_low, their_high) in enumerate(ends):
            if other != index:
                ahead = make.ge(high, their_high) if other > index else make.gt(high, their_high)
                rivals.append(make.any(make.gt(low, their_low), make.all(make.eq(low, their_low), ahead)))
        return make.all(*rivals)


def _fitting(cases: tuple[Case, ...], category: Category, powertrain: Powertrain) -> tuple[Case, ...]:
    return tuple(case for case in cases if category in case.category and powertrain in case.powertrain)
