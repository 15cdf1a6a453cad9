"""Random exits: thousands of seeded scenarios, suppliers of one country leaving together, each scored exactly."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from lokal.errors import EngineError
from lokal.study.exposure import Exposure, Threshold, loss_of, rescored
from lokal.study.plan.model import Exits

if TYPE_CHECKING:
    from numpy import ndarray

_BYTE = 8
_SAMPLE = 12


@dataclass(frozen=True)
class Chances:
    """What the Monte Carlo found of a threshold: scenarios in which it holds, the worst points, and those of the worst twentieth."""

    threshold: Threshold
    holds: int
    scenarios: int
    worst: Fraction
    twentieth: Fraction


def draw(exposed: Exposure, exits: Exits) -> "ndarray[Any, Any]":
    """Return scenarios as rows of flags, one column a unit; suppliers of one country tend to leave together. Documents stay."""
    import numpy as np  # noqa: PLC0415  heavy, and an extra

    random = np.random.default_rng(exits.seed)
    count = exits.scenarios
    out = np.zeros((count, len(exposed.units)), dtype=bool)
    breaks = {name: random.random(count) < float(chance) for name, chance in sorted(exits.country.items())}
    for column, unit in enumerate(exposed.units):
        if unit.kind != "supplier":
            continue
        out[:, column] = random.random(count) < float(exits.supplier)
        supplier = exposed.project.suppliers.get(unit.name)
        if supplier and supplier.country in breaks:
            out[:, column] |= breaks[supplier.country] & (random.random(count) < float(exits.given_country))
    return out


def score_scenarios(exposed: Exposure, out: "ndarray[Any, Any]") -> tuple["ndarray[Any, Any]", int]:
    """Return the points of each scenario (row) and model (column) as whole numbers over a common denominator, and it."""
    import numpy as np  # noqa: PLC0415

    scale = _denominator(exposed)
    totals = np.empty((len(out), len(exposed.models)), dtype=np.int64)
    totals[:] = [int(each.rest * scale) for each in exposed.models]
    packed = np.packbits(out, axis=1, bitorder="little")
    for byte, table in enumerate(_byte_tables(exposed, scale)):
        if table is not None:
            totals += table[packed[:, byte]]
    bits = out.astype(np.int64)
    for column, model in enumerate(exposed.models):
        for units, values in model.tables:
            if len(units) > 1:
                place = sum((bits[:, unit] << bit for bit, unit in enumerate(units)), np.zeros(len(out), dtype=np.int64))
                totals[:, column] += np.array([int(value * scale) for value in values], dtype=np.int64)[place]
    return totals, scale


def _denominator(exposed: Exposure) -> int:
    numbers = (value for model in exposed.models for _, values in model.tables for value in values)
    return lcm(*(each.rest.denominator for each in exposed.models), *(value.denominator for value in numbers))


def _byte_tables(exposed: Exposure, scale: int) -> list["ndarray[Any, Any] | None"]:
    """Return, for each eight units, the points of all models for each of the 256 sets: only terms that hang on one unit."""
    import numpy as np  # noqa: PLC0415

    tables: list[Any] = [None] * ((len(exposed.units) + _BYTE - 1) // _BYTE)
    masks = np.arange(256)
    for column, model in enumerate(exposed.models):
        for units, values in model.tables:
            if len(units) == 1:
                byte, bit = divmod(units[0], _BYTE)
                if tables[byte] is None:
                    tables[byte] = np.zeros((256, len(exposed.models)), dtype=np.int64)
                kept, lost = (int(value * scale) for value in values)
                tables[byte][:, column] += np.where(masks >> bit & 1, lost, kept)
    return tables


def monte_carlo(exposed: Exposure, exits: Exits) -> tuple[Chances, ...]:
    """Return, for every bar, in how many scenarios it holds; a sample is scored again by the interpreter and must agree."""
    import numpy as np  # noqa: PLC0415

    out = draw(exposed, exits)
    totals, scale = score_scenarios(exposed, out)
    check_sample(exposed, out, totals, scale)
    found = []
    for threshold in exposed.thresholds:
        column = next(place for place, each in enumerate(exposed.models) if each.model == threshold.model)
        points = np.sort(totals[:, column])
        holds = int((points >= int(threshold.points * scale)).sum())
        worst, low = (Fraction(int(points[place]), scale) for place in (0, len(points) // 20))
        found.append(Chances(threshold, holds, len(points), worst, low))
    return tuple(found)


def check_sample(exposed: Exposure, out: "ndarray[Any, Any]", totals: "ndarray[Any, Any]", scale: int) -> None:
    """Score the most different scenarios of a sample again with the interpreter; raise EngineError if the tables disagree."""
    import numpy as np  # noqa: PLC0415

    rows = np.argsort(-out.sum(axis=1), kind="stable")[:_SAMPLE]
    for row in rows:
        lost = loss_of(unit for unit, flag in zip(exposed.units, out[row], strict=True) if flag)
        for column, model in enumerate(exposed.models):
            again = rescored(exposed, model.model, lost)
            if Fraction(int(totals[row, column]), scale) != again:
                raise EngineError(
                    f"таблицы разошлись с движком: {model.model}, {lost}", f"tables and interpreter disagree: {model.model}, {lost}"
                )
