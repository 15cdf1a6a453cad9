"""The total of one vehicle, again and again: what a slider, a web page or a search asks thousands of times a second."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from lokal.engine.columns import Generator
from lokal.engine.fact_columns import STRATA, TOP, UNIT, FactColumns
from lokal.engine.outcome import Bounds
from lokal.engine.straight import straight
from lokal.errors import EngineError
from lokal.rulebook.model import Category, Powertrain
from lokal.scale.model import Scale

Value = bool | int | Fraction | Decimal | None
_NONE = type(None)


class Totals:
    """Gives the points of vehicles of one kind from their facts, exactly as the interpreter does, without the trace."""

    def __init__(self, scale: Scale, category: Category, powertrain: Powertrain) -> None:
        """Write the law of a scale out as a function; this takes about a second for the whole law."""
        self._facts, self._known = scale.facts, frozenset(scale.facts)
        columns = {name: FactColumns(name, "", UNIT[fact.kind], TOP[fact.kind]) for name, fact in scale.facts.items()}
        generator = Generator(scale, columns, frozenset({STRATA.index((category, powertrain))}))
        total = generator.total(generator.blocks())
        self._act, self._names = straight({"low": total.low.node, "high": total.high.node, "beyond": generator.out_of_reach()})
        self._low_over, self._high_over = total.low.over, total.high.over
        ordered = dict.fromkeys((*self._names, *scale.facts))
        self._flags = [name for name in ordered if scale.facts[name].kind == "flag"]
        self._numbers = [(name, UNIT[kind], TOP[kind] // UNIT[kind]) for name in ordered if (kind := scale.facts[name].kind) != "flag"]
        self._order = [*self._flags, *(name for name, _, _ in self._numbers)]
        self._flags_taken = sum(scale.facts[name].kind == "flag" for name in self._names)
        self._numbers_taken = len(self._names) - self._flags_taken

    @property
    def bare(self) -> tuple[Callable[..., tuple[int, ...]], tuple[str, ...]]:
        """Return the function itself, over whole units, and the facts in the order it takes them."""
        return self._act, self._names

    def __call__(self, facts: Mapping[str, Value]) -> Bounds:
        """Return the points of a vehicle from exact values in their own units; a fact that is absent or None is unknown.

        Raises EngineError for an unknown fact, and for a value of the wrong kind, out of range or finer than the columns of a fleet hold.
        """
        if not self._known.issuperset(facts):
            self._whole(next(name for name in facts if name not in self._facts), None)
        values = list(map(facts.get, self._order))
        flags, number = values[: len(self._flags)], self._number
        kinds = list(map(type, flags))
        if kinds.count(bool) + kinds.count(_NONE) < len(kinds):
            flags = [self._whole(name, value) for name, value in zip(self._flags, flags, strict=True)]
        numbers = [
            None if value is None else value * unit if type(value) is int and 0 <= value <= most else number(value, name, unit)
            for value, (name, unit, most) in zip(values[len(self._flags) :], self._numbers, strict=True)
        ]
        low, high, beyond = self._act(*flags[: self._flags_taken], *numbers[: self._numbers_taken])
        if beyond:
            raise EngineError("слишком много единиц для неокруглённой доли", "too many units for an unrounded ratio")
        return Bounds(Fraction(low, self._low_over), Fraction(high, self._high_over))

    def _number(self, value: Value, name: str, unit: int) -> int | None:
        """Return a number in whole units: a fraction of one at once, others with every question asked."""
        if type(value) is Fraction:
            above, below = value.as_integer_ratio()
            if unit % below == 0 and 0 <= above <= below:
                return above * (unit // below)
        return self._whole(name, value)

    def _whole(self, name: str, value: Value) -> int | None:
        """Return a value in whole units, or say what is wrong with it."""
        fact = self._facts.get(name)
        if fact is None:
            raise EngineError(f"нет такого факта: «{name}»", f"no such fact: '{name}'")
        if value is None or (fact.kind == "flag" and isinstance(value, bool)):
            return value
        if fact.kind == "flag" or value is True or value is False or not isinstance(value, int | Fraction | Decimal):
            raise EngineError(f"«{name}»: значение не того вида: {value!r}", f"'{name}': a value of the wrong kind: {value!r}")
        above, below = value.as_integer_ratio()
        scaled, rest = divmod(above * UNIT[fact.kind], below)
        if rest or not 0 <= scaled <= TOP[fact.kind]:
            raise EngineError(
                f"«{name}»: число вне пределов или слишком дробное: {value}", f"'{name}': a number out of range or too fine: {value}"
            )
        return scaled
