"""The total of one vehicle, again and again: what a slider, a web page or a search asks thousands of times a second."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from lokal.engine.columns import Generator
from lokal.engine.fact_columns import STRATA, TOP, UNIT, FactColumns
from lokal.engine.outcome import Bounds
from lokal.engine.straight import straight
from lokal.engine.units import Order, Value, order_of
from lokal.errors import EngineError
from lokal.rulebook.model import Category, Powertrain
from lokal.scale.model import Scale

_ORDERS = 64
"""How many sets of facts are remembered with the way from their values to the function."""


class Totals:
    """Gives the points of vehicles of one kind from their facts, exactly as the interpreter does, without the trace."""

    def __init__(self, scale: Scale, category: Category, powertrain: Powertrain) -> None:
        """Write the law of a scale out as a function; this takes about a second for the whole law."""
        self._facts = scale.facts
        columns = {name: FactColumns(name, "", UNIT[fact.kind], TOP[fact.kind]) for name, fact in scale.facts.items()}
        generator = Generator(scale, columns, frozenset({STRATA.index((category, powertrain))}))
        total = generator.total(generator.blocks())
        self._act, self._names = straight({"low": total.low.node, "high": total.high.node, "beyond": generator.out_of_reach()})
        self._low_over, self._high_over = total.low.over, total.high.over
        self._orders = lru_cache(_ORDERS)(self._order_of)
        self._last = self._orders(())

    @property
    def bare(self) -> tuple[Callable[..., tuple[int, ...]], tuple[str, ...]]:
        """Return the function itself, over whole units, and the facts in the order it takes them."""
        return self._act, self._names

    def __call__(self, facts: Mapping[str, Value]) -> Bounds:
        """Return the points of a vehicle from exact values in their own units; a fact that is absent or None is unknown.

        Asking again for the same facts in the same order is fastest. Raises EngineError for an unknown fact, and for a value
        of the wrong kind, out of range or finer than the columns of a fleet hold.
        """
        names, order = (*facts,), self._last
        if names != order.names:  # the hash of hundreds of names takes longer than this comparison
            order = self._last = self._orders(names)
        low, high, beyond = self._act(*order.units((*facts.values(),)))
        if beyond:
            raise EngineError("слишком много единиц для неокруглённой доли", "too many units for an unrounded ratio")
        return Bounds(Fraction(low, self._low_over), Fraction(high, self._high_over))

    def _order_of(self, names: tuple[str, ...]) -> Order:
        for name in names:
            if name not in self._facts:
                raise EngineError(f"нет такого факта: «{name}»", f"no such fact: '{name}'")
        return order_of(names, self._names, self._facts)
