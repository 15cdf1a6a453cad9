"""Exact values of a vehicle's facts as whole units of columns, all facts of one kind at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from operator import itemgetter
from typing import Any, get_args

from lokal.engine.fact_columns import TOP, UNIT
from lokal.errors import EngineError
from lokal.rulebook.model import Fact, FactKind

Value = bool | int | Fraction | Decimal | None
_NONE = type(None)
_SAID = frozenset({bool, _NONE})
_EXACT = frozenset({int, Fraction})
_PARTS = {
    unit: {below: unit // below for two, five in product(range(10), repeat=2) if unit % (below := 2**two * 5**five) == 0}
    for unit in UNIT.values()
}
"""The units in one over each number that divides a unit, a power of ten."""


@dataclass(frozen=True)
class Facts:
    """Facts of one kind.

    >>> Facts("share", ("a", "b")).units([Fraction(1, 4), None])
    [250000000, None]
    """

    kind: FactKind
    names: tuple[str, ...]

    def units(self, values: Sequence[Value]) -> Sequence[int | None]:
        """Return values, in the order of their names, in whole units; unknown (None) stays, a flag stays a truth value.

        Raises EngineError for a value of the wrong kind, out of range or finer than a unit.
        """
        types = set(map(type, values))
        if self.kind == "flag":
            return values if types <= _SAID else self._each(values)  # type: ignore[return-value]  # nothing but truth values and None
        unknown = _NONE in types
        units = self._together([value for value in values if value is not None] if unknown else values, types - {_NONE})
        if units is None:
            return self._each(values)
        following = iter(units)
        return [None if value is None else next(following) for value in values] if unknown else units

    def _together(self, known: Sequence[Any], types: set[type]) -> Sequence[int] | None:
        """Return numbers of some types in whole units, or None where one of them needs a closer look."""
        unit = UNIT[self.kind]
        if types == {int}:
            units = known if unit == 1 else [value * unit for value in known]
        elif types <= _EXACT:
            try:
                parts = _PARTS[unit]
                units = [above * parts[below] for above, below in [value.as_integer_ratio() for value in known]]
            except KeyError:
                return None
        else:
            return None
        return units if not units or (min(units) >= 0 and max(units) <= TOP[self.kind]) else None

    def _each(self, values: Sequence[Value]) -> list[int | None]:
        return [None if value is None else self._one(name, value) for name, value in zip(self.names, values, strict=True)]

    def _one(self, name: str, value: Value) -> int:
        """Return a value in whole units, or say what is wrong with it."""
        if self.kind == "flag" and isinstance(value, bool):
            return value
        if self.kind == "flag" or isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
            raise EngineError(f"«{name}»: значение не того вида: {value!r}", f"'{name}': a value of the wrong kind: {value!r}")
        try:
            scaled, rest = divmod(Fraction(value) * UNIT[self.kind], 1)
        except (ValueError, OverflowError):  # Decimal's NaN and infinity
            scaled, rest = -1, Fraction()
        if rest or not 0 <= scaled <= TOP[self.kind]:
            raise EngineError(
                f"«{name}»: число вне пределов или слишком дробное: {value}", f"'{name}': a number out of range or too fine: {value}"
            )
        return scaled


@dataclass(frozen=True)
class Order:
    """How the values of some facts, in one order, become whole units in another."""

    names: tuple[str, ...]
    _kinds: Sequence[tuple[Facts, Callable[[Sequence[Value]], Sequence[Value]]]]
    _taken: Callable[[Sequence[int | None]], Sequence[int | None]]

    def units(self, values: Sequence[Value]) -> Sequence[int | None]:
        """Return the units of the facts that are wanted, None for those without a value. Raises EngineError for a value as `Facts` does."""
        units: list[int | None] = [None]
        for facts, picked in self._kinds:
            units += facts.units(picked(values))
        return self._taken(units)


def order_of(names: tuple[str, ...], wanted: Sequence[str], facts: Mapping[str, Fact]) -> Order:
    """Return how values of facts in the order of `names` become units in the order of `wanted`.

    >>> law = {"a": Fact(ru="a", en="a", kind="count"), "b": Fact(ru="b", en="b", kind="flag")}
    >>> order_of(("b", "a"), ["a", "c"], law).units([True, 4])
    (4, None)
    """
    of_kinds = [Facts(kind, tuple(name for name in names if facts[name].kind == kind)) for kind in get_args(FactKind)]
    place = {name: number for number, name in enumerate(name for kind in of_kinds for name in kind.names)}
    given = {name: number for number, name in enumerate(names)}
    kinds = [(kind, _picker([given[name] for name in kind.names])) for kind in of_kinds]
    return Order(names, kinds, _picker([place[name] + 1 if name in place else 0 for name in wanted]))


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what picks the items at some places."""
    return itemgetter(*places) if len(places) > 1 else lambda items: [items[place] for place in places]
