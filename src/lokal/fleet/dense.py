"""What is known of many vehicles laid out as columns, block by block of rows: a place for every fact, filled in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from lokal.engine.fact_columns import TOP, UNIT, FactColumns
from lokal.engine.state_columns import DOUBT, HIGH, LOW
from lokal.fleet.long import NAMED
from lokal.fleet.states import States
from lokal.rulebook.model import Fact

BLOCK = 65_536
"""Rows laid out at a time: a hundred megabytes or so for the whole law."""
_INT32, _UINT16 = 2**31, 2**16 - 1
_TABLE = 2**26
_STEPS = (1, 100, 1000, 10_000, 10**6, 10**9, 10**12)
_TYPES = {np.dtype(np.bool_): pa.bool_(), np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64(), np.dtype(np.uint8): pa.uint8()}


@dataclass(frozen=True)
class Dense:
    """States sorted by row, the columns that their facts become, and how many rows there are."""

    states: pl.DataFrame
    values: pl.DataFrame
    columns: dict[str, FactColumns]
    facts: Mapping[str, Fact]
    rows: int

    @property
    def starts(self) -> range:
        """Return the first row of each block."""
        return range(0, self.rows, BLOCK)

    def block(self, start: int) -> pl.DataFrame:
        """Return the columns of the block that starts at a row."""
        row, rows = self.states["row"].to_numpy(), min(BLOCK, self.rows - start)
        first, end = np.searchsorted(row, np.array([start, start + rows], dtype=row.dtype))
        return self._laid_out(self.states.slice(int(first), int(end - first)), start, rows)

    def _laid_out(self, piece: pl.DataFrame, start: int, rows: int) -> pl.DataFrame:
        order = np.zeros(len(self.facts), dtype=np.int64)
        places = {name: number for number, name in enumerate(self.facts)}
        order[[places[name] for name in self.columns]] = np.arange(len(self.columns))
        slots = order[piece[NAMED].to_physical().to_numpy()] * rows + (piece["row"].to_numpy() - start)
        filled = np.zeros((len(self.columns), rows), dtype=np.uint16 if self.values.height < _UINT16 else np.uint32)
        filled.reshape(-1)[slots] = piece["value"].to_numpy() + 1
        doubts = np.zeros((len(self.columns), rows), dtype=np.uint8)
        if any(given.doubt for given in self.columns.values()):
            doubts.reshape(-1)[slots] = piece["doubt"].to_numpy()
        low, high = _Ends(self.values["low"]), _Ends(self.values["high"])
        arrays: dict[str, Any] = {}
        for at, (name, given) in enumerate(self.columns.items()):
            width = _width(self.facts[name])
            arrays[given.low] = low.of(filled[at], width)
            if given.high:
                arrays[given.high] = high.of(filled[at], width)
            if given.doubt:
                arrays[given.doubt] = _array(doubts[at], None)
        found = pl.from_arrow(pa.table(arrays)) if arrays else pl.DataFrame()
        assert isinstance(found, pl.DataFrame)  # noqa: S101  a table becomes a frame
        return found


def _width(fact: Fact) -> Any:  # noqa: ANN401  a numpy type
    return np.bool_ if fact.kind == "flag" else np.int32 if TOP[fact.kind] < _INT32 else np.int64


class _Ends:
    """One end of every value, by the place of the value from one; place zero is a row that states nothing."""

    def __init__(self, ends: pl.Series) -> None:
        self._there = np.concatenate([[False], ends.is_not_null().to_numpy()])
        self._always = not ends.null_count()
        numbers = np.concatenate([[0], ends.fill_null(0).to_numpy()])
        self._as = {kind: numbers.astype(kind) for kind in (np.bool_, np.int32, np.int64)}

    def of(self, places: Any, kind: Any) -> Any:  # noqa: ANN401  arrays of numpy and Arrow
        """Return this end of the values at some places as an Arrow array."""
        there = places != 0 if self._always else self._there.take(places)
        return _array(self._as[kind].take(places), there)


def _array(values: Any, there: Any) -> Any:  # noqa: ANN401  arrays of numpy and Arrow
    data = np.packbits(values, bitorder="little") if values.dtype == np.bool_ else np.ascontiguousarray(values)
    valid = None if there is None or there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(_TYPES[values.dtype], len(values), [valid, pa.py_buffer(data)])


def dense(states: States, rows: int, facts: Mapping[str, Fact]) -> Dense:
    """Return the layout of states over so many rows; every fact stated has the same columns in all blocks."""
    frame, values = states.frame, states.values
    ordered = frame if (frame["row"].diff().drop_nulls() >= 0).all() else frame.sort("row")
    fact = frame[NAMED].to_physical()
    stated = pl.Series("stated", np.bincount(fact.to_numpy(), minlength=len(facts)))
    doubtful = frame.filter(pl.col("doubt") > 0)[NAMED].unique().to_physical()
    pairs = _met(fact.to_numpy(), frame["value"].to_numpy(), len(facts), values.height)
    met = pl.DataFrame({"fact": (pairs // values.height).cast(fact.dtype)}).with_columns(
        values.select(pl.all().gather(pairs % values.height))
    )
    shapes = met.group_by("fact").agg(
        pl.col("low", "high").max().fill_null(0).name.suffix("_most"),
        ((pl.col("low") != pl.col("high")) | pl.col("high").is_null()).any().alias("wide"),
        pl.col("high").is_null().any().alias("free"),
    )
    shapes = shapes.with_columns(stated.gather(shapes["fact"]), pl.col("fact").is_in(doubtful.implode()).alias("doubtful")).sort("fact")
    order = list(facts)
    columns = {name: _columns(name, facts[name], row, rows) for row in shapes.iter_rows(named=True) for name in [order[row["fact"]]]}
    return Dense(ordered, values, columns, facts, rows)


def _met(fact: Any, value: Any, facts: int, values: int) -> pl.Series:  # noqa: ANN401  arrays of numpy
    """Return the distinct pairs of fact and value, as fact x values + value: from a table of all pairs where that is small."""
    pair = fact.astype(np.int64) * values + value
    if facts * values > _TABLE:
        return pl.Series(pair).unique()
    seen = np.zeros(facts * values, dtype=np.bool_)
    seen[pair] = True
    return pl.Series(np.flatnonzero(seen))


def _columns(name: str, fact: Fact, shape: dict[str, Any], rows: int) -> FactColumns:
    most, nulls = max(shape["low_most"], shape["high_most"]), bool(shape["stated"] < rows or shape["free"])
    top = (
        UNIT["share"] if fact.kind == "share" else min((step for step in _STEPS if most <= step <= TOP[fact.kind]), default=TOP[fact.kind])
    )
    if not shape["wide"]:
        return FactColumns(name + LOW, "", UNIT[fact.kind], top, nulls)
    return FactColumns(name + LOW, name + HIGH, UNIT[fact.kind], top, nulls, name + DOUBT if shape["doubtful"] else "")
