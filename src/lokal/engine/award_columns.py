"""Awards and coefficients as formulas: what an operation gives before its gate, step by step as the interpreter asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import lcm
from typing import assert_never

from lokal.engine.fact_columns import FactFormulas, Known
from lokal.engine.formula import NO, YES, Maker, Node, Term, high_of
from lokal.engine.outcome import REASONS, Reason
from lokal.engine.points_columns import NOTHING_EARNED, Arithmetic, Number, Points, constant
from lokal.errors import EngineError
from lokal.rulebook.model import Rounding
from lokal.scale.model import (
    Case,
    FixedAward,
    LadderAward,
    Need,
    PerUnitAward,
    RatioAward,
    ScaleAward,
    ScaleCoefficient,
    Share,
)

CODE: dict[Reason, int] = {reason: code for code, reason in enumerate(REASONS)}
"""The number that stands for a reason in columns."""
MOST_UNITS = 20
"""The largest count whose unrounded ratios keep a common denominator; more units than that is a row's code, not a wrong number."""
_UNITS_DENOMINATOR = lcm(*range(1, MOST_UNITS + 1))


@dataclass(frozen=True)
class Award:
    """An award before coefficients; `reason` speaks where the bounds are equal, `conflict` where facts contradict each other."""

    low: Number
    high: Number
    reason: Node
    conflict: Term = NO


@dataclass(frozen=True)
class Applicable:
    """What applies to some strata: the cases of an operation and the caps of its award."""

    cases: tuple[Case, ...]
    caps: tuple[Case, ...] = ()


@dataclass(frozen=True)
class AwardFormulas:
    """Builds awards; `beyond` collects where a row has more units than an unrounded ratio allows, `conflicts` more than there are."""

    read: FactFormulas
    sums: Arithmetic
    beyond: list[Term] = field(default_factory=list)
    conflicts: list[Term] = field(default_factory=list)

    @property
    def make(self) -> Maker:
        """Return the maker of terms."""
        return self.read.make

    def award(self, award: ScaleAward, fit: Applicable) -> Award:
        """Return what an award gives before coefficients."""
        if isinstance(award, LadderAward):
            return self._ladder(award, fit.cases)
        worth, none = self.worth(fit.cases)
        if isinstance(award, FixedAward):
            found = Award(worth.low, worth.high, CODE["awarded"])
        elif isinstance(award, RatioAward):
            found = self._ratio(award.share, worth)
        elif isinstance(award, PerUnitAward):
            found = self._per_unit(award, worth, fit)
        else:
            assert_never(award)
        bounds = self.sums.where(self.make.no(none), Points(found.low, found.high))
        reason = self.make.select(none, CODE["other_vehicle"], found.reason)
        return Award(bounds.low, bounds.high, reason, self.make.all(found.conflict, self.make.no(none)))

    def worth(self, cases: tuple[Case, ...]) -> tuple[Points, Term]:
        """Return the points of the case that applies, as a hull over what open conditions can turn out to be; and where none can."""
        if not cases:
            return NOTHING_EARNED, YES
        if not any(case.when for case in cases):
            return constant(max(case.low for case in cases), max(case.high for case in cases)), NO
        needs = list(dict.fromkeys(need for case in cases for need in case.when))
        answers = {need: self.read.need(need) for need in needs}
        options: list[tuple[Term, Points]] = []
        for guess in product((True, False), repeat=len(needs)):
            settled = dict(zip(needs, guess, strict=True))
            if _consistent(settled):
                ours = [case for case in cases if all(settled[need] for need in case.when)]
                feasible = self.make.all(*(answers[need].may if yes else self.make.no(answers[need].sure) for need, yes in settled.items()))
                options.append(
                    (feasible, constant(max((each.low for each in ours), default=0), max((each.high for each in ours), default=0)))
                )
        hull = self.sums.hull(options)
        return hull, self.make.eq(hull.high.node, 0)

    def _ratio(self, share: Share, worth: Points) -> Award:
        make, count, total = self.make, self.read.number(share.count), self.read.number(share.of)
        self._counts_only(share)
        conflict = make.all(make.no(total.free), make.gt(count.low, total.high))
        nothing = make.all(make.no(count.free), make.eq(count.high, 0))
        least = make.most(total.low, count.low, 1)
        exact = count.exact is not None and total.exact is not None and worth.low == worth.high
        low, high = (self._exact_ratio if exact else self._wide_ratio)(share, worth, conflict, nothing)
        self.conflicts.append(conflict)
        blind = make.any(total.free, make.eq(total.high, 0))
        if share.rounding == "none":
            self._watch(total, least, blind)
        whole = make.all(make.no(blind), make.eq(count.low, total.high), make.any(count.free, make.ge(count.high, least)))
        reason = make.select(nothing, CODE["not_done"], make.select(whole, CODE["awarded"], CODE["partial"]))
        return Award(low, high, make.select(conflict, CODE["facts_conflict"], reason), conflict)

    def _exact_ratio(self, share: Share, worth: Points, conflict: Term, nothing: Term) -> tuple[Number, Number]:
        """Return the bounds where each count is known exactly or not at all: one division serves both.

        Where the facts conflict the count is known and more than nothing.
        """
        make, count, total = self.make, self.read.number(share.count), self.read.number(share.of)
        known, full = (
            self._part(worth.low, count.low, make.most(total.high, 1), share.rounding),
            self._part(worth.high, 1, 1, share.rounding),
        )
        low = self.sums.when(make.no(make.any(total.free, conflict)), known)
        unknown = self.sums.choose(make.any(count.open, total.open), self.sums.when(make.no(nothing), full), known)
        return low, self.sums.choose(conflict, full, unknown)

    def _wide_ratio(self, share: Share, worth: Points, conflict: Term, nothing: Term) -> tuple[Number, Number]:
        make, count, total = self.make, self.read.number(share.count), self.read.number(share.of)
        least = make.most(total.low, count.low, 1)
        low = self._part(worth.low, count.low, make.most(total.high, 1), share.rounding)
        part = self._part(worth.high, make.least(count.high, least), least, share.rounding)
        high = self.sums.choose(make.any(count.free, conflict), self._part(worth.high, 1, 1, share.rounding), part)
        return self.sums.when(make.no(make.any(total.free, conflict)), low), self.sums.when(make.no(nothing), high)

    def _counts_only(self, share: Share) -> None:
        for name in (share.count, share.of):
            if self.read.facts[name].kind != "count":
                raise EngineError(f"доля единиц по «{name}»: это не количество", f"a count ratio over '{name}', which is no count")

    def _part(self, worth: Number, count: Node, of: Node, rounding: Rounding) -> Number:
        """Return worth x count / of, rounded; unrounded, over a denominator that every allowed `of` divides.

        The bound holds where the count is at most `of`; elsewhere facts are in conflict and nobody looks at the value.
        """
        if rounding != "none":
            most = -(-high_of(worth.node) // worth.over)
            return Number(self.sums.rounded(self.make.mul(worth.node, count), self.make.mul(of, worth.over), rounding, most))
        whole = self.make.mul(self.make.mul(worth.node, count), _UNITS_DENOMINATOR)
        most = high_of(worth.node) * _UNITS_DENOMINATOR
        return Number(self.make.div(whole, of, most), worth.over * _UNITS_DENOMINATOR)

    def _watch(self, total: Known, least: Node, blind: Term) -> None:
        make = self.make
        far = make.any(make.all(make.no(blind), make.gt(total.high, MOST_UNITS)), make.gt(least, MOST_UNITS))
        self.beyond.append(far)

    def _ladder(self, award: LadderAward, cases: tuple[Case, ...]) -> Award:
        make, score = self.make, self.read.number(award.score)
        options = [(touched, self.worth(rungs)[0]) for touched, rungs in self.segments(cases, score)]
        worth = self.sums.hull(options)
        none = make.eq(worth.high.node, 0)
        lowest = min((case.band[0] for case in cases if case.band), default=0)
        below = make.all(make.no(score.free), make.gt(lowest * score.unit, score.high))
        nothing = make.select(below, CODE["below_ladder"], CODE["no_rung_value"])
        found = self._ratio(award.share, worth) if award.share else Award(worth.low, worth.high, CODE["awarded"])
        bounds = self.sums.where(make.no(none), Points(found.low, found.high))
        reason = make.select(none, nothing, found.reason)
        return Award(bounds.low, bounds.high, reason, make.all(found.conflict, make.no(none)))

    def segments(self, cases: tuple[Case, ...], score: Known) -> list[tuple[Term, tuple[Case, ...]]]:
        """Return the stretches between edges of bands, where the score's bounds touch them, with the rungs in force on each."""
        make = self.make
        starts = sorted({0, *(edge for case in cases if case.band for edge in case.band if edge is not None)})
        found = []
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            reached = make.any(score.free, make.ge(score.high, start * score.unit))
            touched = make.all(reached, YES if end is None else make.gt(end * score.unit, score.low))
            rungs = tuple(each for each in cases if each.band and each.band[0] <= start and (each.band[1] is None or start < each.band[1]))
            found.append((touched, rungs))
        return found

    def _per_unit(self, award: PerUnitAward, worth: Points, fit: Applicable) -> Award:
        make, amount, base = self.make, self.read.number(award.amount), self.read.number(award.base)
        rounding = next((case.rounding for case in fit.cases if case.rounding), award.rounding)
        cap = self.worth(fit.caps)[0]
        blind = make.any(base.free, make.eq(base.high, 0))
        low = self._units(award, rounding, worth.low, (amount, amount.low), (base, base.high))
        low = self.sums.min(self.sums.when(make.no(blind), low), cap.low)
        wide = make.any(amount.free, make.eq(base.low, 0))
        full = self._units(award, rounding, worth.high, (amount, amount.high), (base, base.low))
        high = self.sums.choose(wide, cap.high, self.sums.min(full, cap.high))
        capped = make.all(make.no(wide), make.gt(full.node, make.mul(cap.high.node, full.over)))
        reason = make.select(capped, CODE["capped"], CODE["awarded"])
        nothing = make.all(make.no(amount.free), make.eq(amount.high, 0))
        conflict = make.all(make.gt(amount.low, 0), make.no(base.free), make.eq(base.high, 0))
        reason = make.select(conflict, CODE["facts_conflict"], make.select(nothing, CODE["not_done"], reason))
        bounds = self.sums.where(make.no(nothing), Points(low, high))
        return Award(bounds.low, bounds.high, reason, conflict)

    def _units(
        self, award: PerUnitAward, rounding: Rounding, worth: Number, amount: tuple[Known, Node], base: tuple[Known, Node]
    ) -> Number:
        """Return worth per unit of amount / base, units and points rounded as named."""
        make, unit = self.make, Fraction(award.unit)
        above = make.mul(amount[1], base[0].unit * unit.denominator)
        below = make.mul(make.most(base[1], 1), amount[0].unit * unit.numerator)
        if award.units_rounding != "none":
            units = self.sums.rounded(above, below, award.units_rounding)
            return Number(make.mul(worth.node, units), worth.over)
        if rounding == "none":
            raise EngineError(
                "начисление без округления ни единиц, ни баллов не имеет точного целого вида: выберите другое толкование",
                "an award with neither units nor points rounded has no exact whole form: choose another reading",
            )
        return Number(self.sums.rounded(make.mul(worth.node, above), make.mul(below, worth.over), rounding))

    def scaled(self, award: Award, coefficients: tuple[ScaleCoefficient, ...], cap: Points | None) -> Points:
        """Return an award's bounds after each coefficient in turn; `cap` is that of an award per unit."""
        points = Points(award.low, award.high)
        for each in coefficients:
            points = self._times(points, self._factor(each), each.rounding, cap if each.over_cap == "no" else None)
        return points

    def _factor(self, coefficient: ScaleCoefficient) -> Points:
        """Return the largest factor of the cases that hold, or one where none does, as bounds."""
        make = self.make
        answers = [(Fraction(case.factor), self.read.needs(case.needs)) for case in coefficient.cases]
        one = lcm(*(factor.denominator for factor, _ in answers))
        rising = [(int(factor * one), answer) for factor, answer in sorted(answers, key=lambda each: each[0])]
        low: Node = one
        high: Node = one
        for factor, answer in reversed(rising):
            low = make.select(answer.may, min(factor, one), low)
        for factor, answer in rising:
            low, high = make.select(answer.sure, factor, low), make.select(answer.may, factor, high)
        sure = make.any(*(answer.sure for _, answer in rising))
        return Points(Number(low, one), Number(make.select(sure, high, make.most(high, one)), one))

    def _times(self, points: Points, factor: Points, rounding: Rounding, cap: Points | None) -> Points:
        """Return points x factor, rounded and capped; where the factor may be 1, the points may also stay as they are.

        An exact factor that neither rounds nor caps leaves the points as they are where it is 1 by itself.
        """
        make, sums, one = self.make, self.sums, factor.low.over
        low, high = self._product(points.low, factor.low, rounding), self._product(points.high, factor.high, rounding)
        if factor.low.node is factor.high.node and rounding == "none" and not cap:
            return Points(low, high)
        if cap:
            low, high = sums.min(low, cap.low), sums.min(high, cap.high)
        untouched = make.all(make.eq(factor.low.node, one), make.eq(factor.high.node, one))
        maybe = make.all(make.ge(one, factor.low.node), make.ge(factor.high.node, one))
        hull = Points(sums.min(low, points.low), sums.max(high, points.high))
        return sums.either(untouched, points, sums.either(maybe, hull, Points(low, high)))

    def _product(self, points: Number, factor: Number, rounding: Rounding) -> Number:
        node, over = self.make.mul(factor.node, points.node), points.over * factor.over
        return Number(node, over) if rounding == "none" else Number(self.sums.rounded(node, over, rounding))


def _consistent(settled: Mapping[Need, bool]) -> bool:
    """Tell whether one flag is not guessed both yes and no."""
    flags: dict[str, bool] = {}
    for need, answer in settled.items():
        if need.compare == "is":
            value = need.flag == answer
            if flags.setdefault(need.fact, value) != value:
                return False
    return True
