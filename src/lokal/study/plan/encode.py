"""Tables of points as linear rows.

Points only ever have to be large enough, so a term needs an upper bound that is exact wherever the measures are settled:
* a sum of single contributions stays a sum;
* points that only grow with the set of measures become steps: a step is open when the set is not inside any largest set below it;
* any other table becomes a choice of one set.
Steps and choices are continuous columns: with settled measures they settle by themselves. Steps over a sum are whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from lokal.study.plan.milp import Milp, Terms, add_to
from lokal.study.plan.tables import Mask, SumTable, Table, grows

NIL = Fraction(0)


@dataclass(frozen=True)
class Linear:
    """Points as a start and a contribution of each measure (by its bit)."""

    start: Fraction
    each: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Steps:
    """Points as a start and steps; each step opens when every listed set of bits has a working measure."""

    start: Fraction
    steps: tuple[tuple[Fraction, tuple[tuple[int, ...], ...]], ...]


@dataclass(frozen=True)
class Sets:
    """Points as a choice of one set."""

    values: tuple[tuple[Mask, Fraction], ...]


Shape = Linear | Steps | Sets


def shape_of(table: Table, available: Mask) -> Shape:
    """Return the leanest exact shape of a table when only some measures can work."""
    values = {mask: value for mask, value in table.values if mask & ~available == 0}
    return _linear(values, available) or _steps(values, available) or Sets(tuple(values.items()))


def least(table: Table | SumTable) -> Fraction:
    """Return the fewest points of a table."""
    return min(value for _, value in table.values)


def most(table: Table | SumTable) -> Fraction:
    """Return the most points of a table."""
    return max(value for _, value in table.values)


def _linear(values: Mapping[Mask, Fraction], available: Mask) -> Linear | None:
    start = values[0]
    bits = [bit for bit in range(available.bit_length()) if available >> bit & 1]
    if any(1 << bit not in values for bit in bits):
        return None
    each = {bit: values[1 << bit] - start for bit in bits}
    for mask, value in values.items():
        if value != start + sum((gain for bit, gain in each.items() if mask >> bit & 1), NIL):
            return None
    return Linear(start, tuple((bit, gain) for bit, gain in each.items() if gain))


def _steps(values: Mapping[Mask, Fraction], available: Mask) -> Steps | None:
    if not grows(values):
        return None
    levels = sorted(set(values.values()))
    steps = []
    for below, level in pairwise(levels):
        outside = _largest([mask for mask, value in values.items() if value < level])
        covers = tuple(tuple(bit for bit in range(available.bit_length()) if (available & ~mask) >> bit & 1) for mask in outside)
        steps.append((level - below, covers))
    return Steps(levels[0], tuple(steps))


def _largest(masks: list[Mask]) -> list[Mask]:
    """Return the sets that lie in no other."""
    kept: list[Mask] = []
    for mask in sorted(masks, key=lambda mask: -mask.bit_count()):
        if not any(mask & other == mask for other in kept):
            kept.append(mask)
    return kept


@dataclass
class Encoder:
    """Writes terms into a model; remembers shapes."""

    milp: Milp

    def __post_init__(self) -> None:
        """Start without shapes."""
        self._shapes: dict[tuple[int, Mask], Shape] = {}

    def term(self, table: Table | SumTable, working: Mapping[str, int]) -> tuple[Fraction, Terms]:
        """Return a bound on a term's points as start and terms; `working` gives the column of each measure that can work."""
        columns = [working.get(name) for name in table.measures]
        if isinstance(table, SumTable):
            return self._sum(table, columns)
        available = sum(1 << bit for bit, column in enumerate(columns) if column is not None)
        key = (id(table), available)
        if key not in self._shapes:
            self._shapes[key] = shape_of(table, available)
        shape = self._shapes[key]
        if isinstance(shape, Linear):
            return shape.start, {_sure(columns[bit]): gain for bit, gain in shape.each}
        return self._steps(shape, columns) if isinstance(shape, Steps) else self._sets(shape, columns)

    def _steps(self, shape: Steps, columns: list[int | None]) -> tuple[Fraction, Terms]:
        terms: Terms = {}
        for gain, covers in shape.steps:
            if len(covers) == 1 and len(covers[0]) == 1:
                add_to(terms, {_sure(columns[covers[0][0]]): gain})
                continue
            step = self.milp.column(whole=False)
            for cover in covers:
                self.milp.at_least([*((_sure(columns[bit]), 1) for bit in cover), (step, -1)], 0)
            add_to(terms, {step: gain})
        return shape.start, terms

    def _sets(self, shape: Sets, columns: list[int | None]) -> tuple[Fraction, Terms]:
        chosen = {mask: self.milp.column(whole=False) for mask, _ in shape.values}
        self.milp.equal([(column, 1) for column in chosen.values()], 1)
        for bit, column in enumerate(columns):
            if column is not None:
                self.milp.equal([*((own, 1) for mask, own in chosen.items() if mask >> bit & 1), (column, -1)], 0)
        return NIL, {chosen[mask]: value for mask, value in shape.values if value}

    def _sum(self, table: SumTable, columns: list[int | None]) -> tuple[Fraction, Terms]:
        terms: Terms = {}
        amounts = [(column, amount) for column, amount in zip(columns, table.amounts, strict=True) if column is not None]
        for (_, below), (total, value) in pairwise(table.values):
            if value > below:
                step = self.milp.column()
                self.milp.at_least([*amounts, (step, -total)], 0)
                terms[step] = value - below
        return table.values[0][1], terms


def _sure(column: int | None) -> int:
    if column is None:
        raise AssertionError
    return column
