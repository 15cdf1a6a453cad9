"""Points as whole numbers over a fixed denominator, and the ways to put them together as formulas."""

from dataclasses import dataclass
from math import lcm

from lokal.engine.formula import Maker, Node, Term, high_of
from lokal.rulebook.model import Rounding


@dataclass(frozen=True)
class Number:
    """A number of points: a node over a fixed denominator."""

    node: Node
    over: int = 1


@dataclass(frozen=True)
class Points:
    """Points from low to high."""

    low: Number
    high: Number


NOTHING_EARNED = Points(Number(0), Number(0))


def constant(low: int, high: int) -> Points:
    """Return points that are the same for every row."""
    return Points(Number(low), Number(high))


@dataclass(frozen=True)
class Arithmetic:
    """Adds, chooses and rounds points with one maker of terms."""

    make: Maker

    def over(self, number: Number, over: int) -> Node:
        """Return a number's node over a multiple of its denominator."""
        return self.make.mul(number.node, over // number.over)

    def alike(self, one: Number, two: Number) -> tuple[Node, Node]:
        """Return two numbers' nodes over one denominator."""
        over = lcm(one.over, two.over)
        return self.over(one, over), self.over(two, over)

    def choose(self, condition: Term, then: Number, otherwise: Number) -> Number:
        """Return one number where a condition holds and another elsewhere."""
        over = lcm(then.over, otherwise.over)
        return Number(self.make.select(condition, self.over(then, over), self.over(otherwise, over)), over)

    def when(self, condition: Term, number: Number) -> Number:
        """Return a number where a condition holds and nothing elsewhere."""
        return Number(self.make.select(condition, number.node, 0), number.over)

    def where(self, condition: Term, points: Points) -> Points:
        """Return points where a condition holds and nothing elsewhere."""
        return Points(self.when(condition, points.low), self.when(condition, points.high))

    def either(self, condition: Term, then: Points, otherwise: Points) -> Points:
        """Return some points where a condition holds and others elsewhere."""
        return Points(self.choose(condition, then.low, otherwise.low), self.choose(condition, then.high, otherwise.high))

    def min(self, one: Number, two: Number) -> Number:
        """Return the smaller number."""
        left, right = self.alike(one, two)
        return Number(self.make.least(left, right), lcm(one.over, two.over))

    def max(self, one: Number, two: Number) -> Number:
        """Return the larger number."""
        left, right = self.alike(one, two)
        return Number(self.make.most(left, right), lcm(one.over, two.over))

    def total(self, parts: list[Points]) -> Points:
        """Return the sum of points; what is certain is added once for both ends."""
        certain = [each.low for each in parts if each.low.node is each.high.node and each.low.over == each.high.over]
        wide = [each for each in parts if each.low.node is not each.high.node or each.low.over != each.high.over]
        both = [self.sum(certain)] if len(certain) > 1 else certain
        return Points(self.sum([*both, *(each.low for each in wide)]), self.sum([*both, *(each.high for each in wide)]))

    def sum(self, numbers: list[Number]) -> Number:
        """Return a sum; numbers over the same denominator are added before they are brought over the common one."""
        by_over: dict[int, list[Node]] = {}
        for each in numbers:
            by_over.setdefault(each.over, []).append(each.node)
        over = lcm(*by_over)
        return Number(self.make.add(*(self.make.mul(self.make.add(*nodes), over // own) for own, nodes in by_over.items())), over)

    def hull(self, options: list[tuple[Term, Points]]) -> Points:
        """Return the least low and the greatest high of the options that are possible."""
        make = self.make
        over = lcm(*(each.over for _, points in options for each in (points.low, points.high)))
        lows: dict[Node, list[Term]] = {}
        highs: dict[Node, list[Term]] = {}
        for possible, points in options:
            lows.setdefault(self.over(points.low, over), []).append(possible)
            highs.setdefault(self.over(points.high, over), []).append(possible)
        return Points(Number(self._pick(lows, least=True), over), Number(make.most(0, self._pick(highs, least=False)), over))

    def _pick(self, options: dict[Node, list[Term]], *, least: bool) -> Node:
        """Return the smallest (or largest) of the possible options; constants in order need no comparing."""
        make = self.make
        constants = sorted((each for each in options if isinstance(each, int)), reverse=not least)
        far = (max(map(high_of, options), default=0) + 1) if least else 0
        found: Node = constants[-1] if constants and len(constants) == len(options) else far
        for each in reversed(constants):
            found = make.select(make.any(*options[each]), each, found)
        extreme = make.least if least else make.most
        terms = [make.select(make.any(*possible), each, far) for each, possible in options.items() if isinstance(each, Term)]
        return extreme(found, *terms)

    def rounded(self, number: Node, over: Node, rounding: Rounding, most: int | None = None) -> Node:
        """Return number / over rounded to a whole; both whole and not negative, the result at most `most` where that is known."""
        make = self.make
        if over == 1:
            return number
        if rounding == "down":
            return make.div(number, over, most)
        if rounding == "up":
            return make.div(make.add(number, over, -1), over, most)
        if rounding == "half_up":
            return make.div(make.add(make.mul(number, 2), over), make.mul(over, 2), most)
        whole = make.div(number, over, most)
        rest = make.mul(make.rem(number, over), 2)
        odd = make.eq(make.rem(whole, 2), 1)
        more = make.any(make.gt(rest, over), make.all(make.eq(rest, over), odd))
        return make.add(whole, make.select(more, 1, 0))
