"""Known facts of many vehicles as columns: two bounds a fact in whole units, and the doubt that keeps it open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from lokal.engine.fact_columns import DOUBTS, STRATA, STRATUM, TOP, UNIT, FactColumns
from lokal.engine.known import State
from lokal.rulebook.model import Category, Fact, Powertrain

LOW, HIGH, DOUBT = ":low", ":high", ":doubt"
"""Endings of the columns of one fact's bounds and of its doubt."""
_DOUBT = {doubt: code for code, doubt in enumerate(DOUBTS)}


@dataclass(frozen=True)
class Subjects:
    """Vehicles as rows: a stratum and the facts' columns, with what the generator must know of them."""

    frame: pl.DataFrame
    columns: dict[str, FactColumns]
    misfits: dict[int, str]
    """Rows with a value that no whole unit holds exactly or that is over the largest, and the fact."""


Row = tuple[Category, Powertrain, Mapping[str, State]]


def subjects_of(rows: Sequence[Row], facts: Mapping[str, Fact]) -> Subjects:
    """Return vehicles' known facts as columns; a fact that no row states gets none."""
    stated = [name for name in facts if any(name in states for _, _, states in rows)]
    data: dict[str, pl.Series] = {STRATUM: pl.Series([STRATA.index((cat, drive)) for cat, drive, _ in rows], dtype=pl.UInt8)}
    columns: dict[str, FactColumns] = {}
    misfits: dict[int, str] = {}
    for name in stated:
        states = [found.get(name) for _, _, found in rows]
        misfits |= {row: name for row, each in enumerate(states) if each and not _fits(each, facts[name])}
        series = _series(name, states, facts[name])
        data |= {each.name: each for each in series}
        columns[name] = _declared(name, series, facts[name])
    return Subjects(pl.DataFrame(data), columns, misfits)


def _fits(state: State, fact: Fact) -> bool:
    unit, top = UNIT[fact.kind], TOP[fact.kind]
    ends = [state.low] if state.high is None else [state.low, state.high]
    return all((end * unit).denominator == 1 and end * unit <= top for end in ends)


def _series(name: str, states: Iterable[State | None], fact: Fact) -> list[pl.Series]:
    found = [each if each and _fits(each, fact) else None for each in states]
    unit, flag = UNIT[fact.kind], fact.kind == "flag"
    lows = [None if each is None else _whole(each.low, unit, flag=flag) for each in found]
    highs = [None if each is None or each.high is None else _whole(each.high, unit, flag=flag) for each in found]
    doubts = [0 if each is None or each.doubt is None else _DOUBT[each.doubt] for each in found]
    kind = pl.Boolean if flag else pl.Int32 if TOP[fact.kind] < 2**31 else pl.Int64
    if lows == highs:
        return [pl.Series(name + LOW, lows, dtype=kind)]
    made = [pl.Series(name + LOW, lows, dtype=kind), pl.Series(name + HIGH, highs, dtype=kind)]
    return [*made, pl.Series(name + DOUBT, doubts, dtype=pl.UInt8)] if any(doubts) else made


def _whole(value: Fraction, unit: int, *, flag: bool) -> int | bool:
    return bool(value) if flag else int(value * unit)


def _declared(name: str, series: list[pl.Series], fact: Fact) -> FactColumns:
    endings = {each.name for each in series}
    return FactColumns(
        low=name + LOW,
        high=name + HIGH if name + HIGH in endings else "",
        unit=UNIT[fact.kind],
        top=TOP[fact.kind],
        nulls=any(each.null_count() for each in series),
        doubt=name + DOUBT if name + DOUBT in endings else "",
    )
