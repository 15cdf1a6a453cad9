"""A mixed-integer model as plain lists, filled row by row and handed to the solver at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

INFINITY = float("inf")
Number = int | float | Fraction
Terms = dict[int, Fraction]


@dataclass
class Milp:
    """Columns and rows; all numbers become floats here and nowhere else."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    offset: float = 0.0

    def column(self, *, upper: float = 1.0, whole: bool = True) -> int:
        """Add a column from 0 to `upper` and return its number."""
        self.cost.append(0.0)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def pay(self, column: int, cost: Number) -> None:
        """Add to the cost of a column."""
        self.cost[column] += float(cost)

    def at_least(self, terms: Mapping[int, Number] | Iterable[tuple[int, Number]], bound: Number) -> None:
        """Add the row: sum of terms >= bound."""
        self._row(terms, float(bound), INFINITY)

    def at_most(self, terms: Mapping[int, Number] | Iterable[tuple[int, Number]], bound: Number) -> None:
        """Add the row: sum of terms <= bound."""
        self._row(terms, -INFINITY, float(bound))

    def equal(self, terms: Mapping[int, Number] | Iterable[tuple[int, Number]], bound: Number) -> None:
        """Add the row: sum of terms = bound."""
        self._row(terms, float(bound), float(bound))

    def _row(self, terms: Mapping[int, Number] | Iterable[tuple[int, Number]], low: float, high: float) -> None:
        for column, factor in terms.items() if isinstance(terms, Mapping) else terms:
            if factor:
                self.index.append(column)
                self.value.append(float(factor))
        self.starts.append(len(self.index))
        self.row_lower.append(low)
        self.row_upper.append(high)


def add_to(terms: Terms, more: Mapping[int, Fraction] | Iterable[tuple[int, Fraction]], times: Fraction = Fraction(1)) -> Terms:
    """Add other terms to a sum, in place."""
    for column, factor in more.items() if isinstance(more, Mapping) else more:
        terms[column] = terms.get(column, Fraction(0)) + factor * times
    return terms
