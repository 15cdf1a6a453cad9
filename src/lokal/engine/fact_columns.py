"""What a row knows of its facts, as formulas: bounds of numbers, sure and possible flags, conditions; unknown is an interval."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil, floor

from lokal.engine.formula import NO, YES, Maker, Node, Term
from lokal.engine.outcome import Reason
from lokal.rulebook.model import Category, Fact, FactKind, Powertrain
from lokal.scale.compile import CATEGORIES, POWERTRAINS
from lokal.scale.model import Need

STRATUM = "stratum"
STRATA: tuple[tuple[Category, Powertrain], ...] = tuple(product(CATEGORIES, POWERTRAINS))
"""What a row's stratum number stands for: its category and powertrain."""
DOUBTS: tuple[Reason, ...] = ("unknown_fact", "not_documented", "expired_document")
"""What a doubt column's 0, 1 and 2 stand for."""
UNIT: dict[FactKind, int] = {"flag": 1, "share": 10**9, "count": 1, "points": 1000, "money": 100}
"""Column units in one of a fact: shares in billionths, points of components in thousandths, money in kopecks."""
TOP: dict[FactKind, int] = {"flag": 1, "share": 10**9, "count": 10**5, "points": 10**9, "money": 10**17}
"""The largest value that a column may hold, in its units; a row above it gets a code."""


@dataclass(frozen=True)
class FactColumns:
    """The columns of one fact, in whole units.

    One column (`high` empty): the known value, null where nothing is stated. Two: bounds, of which a null low is zero and a null high
    unbounded; both null, nothing is stated. `unit` is how many of the column's units make one; `nulls` says whether nulls may occur;
    `top` is the largest value. `doubt` names a column of numbers of DOUBTS.
    """

    low: str
    high: str = ""
    unit: int = 1
    top: int = 1
    nulls: bool = True
    doubt: str = ""


@dataclass(frozen=True)
class Known:
    """What a row knows of a numeric fact, in units of `unit`; `free` tells where nothing bounds it from above."""

    low: Node
    high: Node
    free: Term
    open: Term
    unit: int
    exact: Node | None = None
    """The value itself where one column holds it: every row knows it exactly or not at all."""


@dataclass(frozen=True)
class Tri:
    """An answer to a condition: where it surely holds, and where it may."""

    sure: Term
    may: Term


@dataclass(frozen=True)
class FactFormulas:
    """Reads facts of rows of some strata; a fact without columns is unknown for every row, or implied by its powertrain."""

    facts: Mapping[str, Fact]
    columns: Mapping[str, FactColumns]
    strata: frozenset[int]
    make: Maker

    def mask(self, wanted: frozenset[int]) -> Term:
        """Tell where a row belongs to some of the strata."""
        here = wanted & self.strata
        return NO if not here else YES if here == self.strata else self.make.among(self.make.column(STRATUM, 0, len(STRATA) - 1), here)

    def within(self, category: Sequence[Category], powertrain: Sequence[Powertrain]) -> Term:
        """Tell where a row has one of the categories and one of the powertrains."""
        return self.mask(frozenset(code for code, (cat, drive) in enumerate(STRATA) if cat in category and drive in powertrain))

    def _implied(self, fact: Fact, answer: str) -> Term:
        return self.mask(frozenset(code for code, (_, drive) in enumerate(STRATA) if fact.implied.get(drive) == answer))

    def _stated(self, given: FactColumns, *columns: Term) -> Term:
        return self.make.no(self.make.all(*(self.make.missing(each) for each in columns))) if given.nulls else YES

    def flag(self, name: str) -> Tri:
        """Return where a flag is surely yes, and where it may be."""
        fact, given, make = self.facts[name], self.columns.get(name), self.make
        if fact.kind != "flag":
            number = self.number(name)
            one = make.all(make.eq(number.low, number.unit), make.eq(number.high, number.unit), make.no(number.free))
            return Tri(one, make.any(one, number.open))
        sure, may = self._implied(fact, "yes"), make.no(self._implied(fact, "no"))
        if given is None:
            return Tri(sure, may)
        low, high = make.flag(given.low), make.flag(given.high or given.low)
        if not given.nulls:
            return Tri(low, high)
        stated = self._stated(given, low) if low is high else self._stated(given, low, high)
        least, most = _flag_of(make.filled(low, NO)), _flag_of(make.filled(high, YES))
        return Tri(make.choose(stated, least, sure), make.choose(stated, most, may)) if fact.implied else Tri(least, most)

    def contradicts(self, name: str) -> Term:
        """Tell where a flag is surely other than its powertrain says by definition."""
        fact, answer = self.facts[name], self.flag(name)
        against_no = self.make.all(self._implied(fact, "no"), answer.sure)
        return self.make.any(against_no, self.make.all(self._implied(fact, "yes"), self.make.no(answer.may)))

    def number(self, name: str) -> Known:
        """Return the bounds of a numeric fact."""
        kind, given, make = self.facts[name].kind, self.columns.get(name), self.make
        if kind == "flag":
            answer = self.flag(name)
            low, high = make.select(answer.sure, 1, 0), make.select(answer.may, 1, 0)
            return Known(low, high, NO, make.all(answer.may, make.no(answer.sure)), 1)
        bounded = kind == "share"
        if given is None:
            return Known(0, 1 if bounded else 0, NO if bounded else YES, YES, 1)
        low_column, high_column = make.column(given.low, 0, given.top), make.column(given.high or given.low, 0, given.top)
        if not given.nulls:
            exact = low_column if low_column is high_column else None
            return Known(low_column, high_column, NO, make.gt(high_column, low_column), given.unit, exact)
        empty = make.missing(high_column)
        low = make.filled(low_column, 0)
        high = make.filled(high_column, given.unit if bounded else 0)
        free = NO if bounded else empty
        opened = empty if low_column is high_column else make.any(free, make.gt(high, low))
        return Known(low, high, free, opened, given.unit, low if low_column is high_column else None)

    def open_fact(self, name: str) -> Term:
        """Tell where a fact is not known exactly."""
        if self.facts[name].kind == "flag":
            answer = self.flag(name)
            return self.make.all(answer.may, self.make.no(answer.sure))
        return self.number(name).open

    def doubt(self, name: str, doubt: int) -> Term:
        """Tell where a fact is open for a particular reason."""
        given = self.columns.get(name)
        if given is None or not given.doubt:
            return NO
        column = self.make.column(given.doubt, 0, len(DOUBTS) - 1)
        filled = self.make.filled(column, 0)
        return self.make.all(self.open_fact(name), self.make.eq(filled, doubt))

    # --- conditions

    def need(self, need: Need) -> Tri:
        """Return where a condition surely holds, and where it may."""
        make = self.make
        if need.compare == "any":
            answers = [self.need(each) for each in need.any]
            return Tri(make.any(*(each.sure for each in answers)), make.any(*(each.may for each in answers)))
        if need.compare == "is":
            answer = self.flag(need.fact)
            return answer if need.flag else Tri(make.no(answer.may), make.no(answer.sure))
        known, bound = self.number(need.fact), Fraction(need.bound)
        if need.compare == "at_least":
            least = ceil(bound * known.unit)
            return Tri(make.ge(known.low, least), make.any(known.free, make.ge(known.high, least)))
        most = floor(bound * known.unit)
        return Tri(make.all(make.no(known.free), make.ge(most, known.high)), make.ge(most, known.low))

    def needs(self, needs: Iterable[Need]) -> Tri:
        """Return where several conditions surely hold together, and where they may."""
        answers = [self.need(each) for each in needs]
        return Tri(self.make.all(*(each.sure for each in answers)), self.make.all(*(each.may for each in answers)))


def _flag_of(node: Node) -> Term:
    assert isinstance(node, Term)  # noqa: S101  a filled flag is a flag
    return node
