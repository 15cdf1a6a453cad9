"""The facts of a made-up bill of materials, derived from its tree by plain arithmetic; nothing of the package is used."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

HOME = {"Россия", "РФ"}


def lines(
    part: Any, variant: str, total: Fraction = Fraction(1), above: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, Fraction, tuple[Any, ...]]]:
    """Yield each part of one variant with its quantity in the whole car and the parts above it."""
    if part.variants and variant not in part.variants:
        return
    here = total * Fraction(part.quantity)
    yield part, here, above
    for child in part.children:
        yield from lines(child, variant, here, (*above, part))


def inside(above: tuple[Any, ...], beginning: str) -> bool:
    """Tell whether some part above is named so."""
    return any(part.name.startswith(beginning) for part in above)


def kilograms(part: Any, total: Fraction) -> Fraction:
    """Return the mass of a line: kilograms are a mass already."""
    return total if part.unit == "кг" else total * Fraction(part.mass)


def expected(car: Any, variant: str) -> dict[str, tuple[Fraction, Fraction]]:  # noqa: C901  one small test per kind of part
    """Return the bounds of every mapped fact of a variant."""
    every = list(lines(car, variant))

    def total(
        keep: Callable[[Any, tuple[Any, ...]], bool], measure: Callable[[Any, Fraction], Fraction] = lambda _, amount: amount
    ) -> Fraction:
        return sum((measure(part, amount) for part, amount, above in every if keep(part, above)), Fraction(0))

    def wire(part: Any, above: tuple[Any, ...]) -> bool:
        return part.name.startswith("Провод") and inside(above, "Жгут низковольтный")

    def plug(part: Any, above: tuple[Any, ...]) -> bool:
        return part.name.startswith("Разъём") and inside(above, "Жгут низковольтный")

    def shaft(part: Any, above: tuple[Any, ...]) -> bool:
        return part.name.startswith("Вал ") and inside(above, "Коробка передач")

    def gear(part: Any, above: tuple[Any, ...]) -> bool:
        return part.name.startswith("Шестерня") and inside(above, "Коробка передач")

    def belt(part: Any, _: tuple[Any, ...]) -> bool:
        return part.name.startswith("Ремень")

    def panel(part: Any, above: tuple[Any, ...]) -> bool:
        return part.name.startswith("Панель") and inside(above, "Кузов")

    def ecu(part: Any, above: tuple[Any, ...]) -> bool:
        return inside(above, "Блок управления АБС") and part.number.startswith("E-00")

    def bag(part: Any, _: tuple[Any, ...]) -> bool:
        return part.name.startswith("Модуль подушки")

    def home(test: Callable[[Any, tuple[Any, ...]], bool]) -> Callable[[Any, tuple[Any, ...]], bool]:
        return lambda part, above: test(part, above) and part.country in HOME

    def blank(test: Callable[[Any, tuple[Any, ...]], bool]) -> Callable[[Any, tuple[Any, ...]], bool]:
        return lambda part, above: test(part, above) and part.country == ""

    def abroad(test: Callable[[Any, tuple[Any, ...]], bool]) -> Callable[[Any, tuple[Any, ...]], bool]:
        return lambda part, above: test(part, above) and part.country not in {*HOME, ""}

    def cost(part: Any, amount: Fraction) -> Fraction:
        return amount * Fraction(part.price)

    stamped = total(lambda part, above: panel(part, above) and part.number.startswith("ST-"), kilograms)
    foreign, open_cost, all_cost = total(abroad(ecu), cost), total(blank(ecu), cost), total(ecu, cost)
    exact = {
        "harness_low_voltage.wire_share": total(home(wire), kilograms) / total(wire, kilograms),
        "harness_low_voltage.connector_share": total(home(plug)) / total(plug),
        "gearbox_manual_shafts.shafts": total(shaft),
        "gearbox_manual_shafts.machining_heat": total(home(shaft)),
        "gearbox_manual_gears.gears": total(gear),
        "seat_belts.belts": total(belt),
        "seat_belts.webbing": total(home(belt)),
        "body_panels.stamped_share": stamped / total(panel, kilograms),
        "airbags.bags": total(bag),
        "telematics.fitted": Fraction(variant == "Lux"),
    }
    found = {name: (value, value) for name, value in exact.items()}
    found["gearbox_manual_gears.machining_heat"] = (total(home(gear)), total(home(gear)) + total(blank(gear)))
    found["ecu_abs.foreign_cost_share"] = (foreign / all_cost, (foreign + open_cost) / all_cost)
    return found
