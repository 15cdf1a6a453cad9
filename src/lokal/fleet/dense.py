"""What is known of many vehicles laid out as columns, block by block of rows: a place for every fact, filled in one pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from lokal.engine.fact_columns import TOP, UNIT, FactColumns
from lokal.engine.state_columns import DOUBT, HIGH, LOW
from lokal.fleet.long import NAMED
from lokal.rulebook.model import Fact

BLOCK = 65_536
"""Rows laid out at a time: a quarter of a gigabyte or so for the whole law."""
_INT32 = 2**31
_STEPS = (1, 100, 1000, 10_000, 10**6, 10**9, 10**12)
_TYPES = {np.dtype(np.bool_): pa.bool_(), np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64(), np.dtype(np.uint8): pa.uint8()}


@dataclass(frozen=True)
class Dense:
    """States sorted by row, the columns that their facts become, and how many rows there are."""

    states: pl.DataFrame
    columns: dict[str, FactColumns]
    facts: Mapping[str, Fact]
    rows: int

    def blocks(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Give the first row of each block and its columns."""
        row = self.states["row"].to_numpy()
        starts = list(range(0, self.rows, BLOCK))
        cuts = np.searchsorted(row, [*starts, self.rows])
        for number, start in enumerate(starts):
            piece = self.states.slice(int(cuts[number]), int(cuts[number + 1] - cuts[number]))
            yield start, self._laid_out(piece, start, min(BLOCK, self.rows - start))

    def _laid_out(self, piece: pl.DataFrame, start: int, rows: int) -> pl.DataFrame:
        places = _Places(piece, piece["row"].to_numpy() - start, rows, {name: number for number, name in enumerate(self.facts)})
        arrays: dict[str, Any] = {}
        for wanted in {_width(self.facts[name]) for name in self.columns}:
            ours = {name: given for name, given in self.columns.items() if _width(self.facts[name]) == wanted}
            arrays |= places.columns("low", {name: given.low for name, given in ours.items()}, wanted)
            arrays |= places.columns("high", {name: given.high for name, given in ours.items() if given.high}, wanted)
        doubtful = {name: given.doubt for name, given in self.columns.items() if given.doubt}
        arrays |= places.columns("doubt", doubtful, np.uint8, empty=False)
        found = pl.from_arrow(pa.table(arrays)) if arrays else pl.DataFrame()
        assert isinstance(found, pl.DataFrame)  # noqa: S101  a table becomes a frame
        return found


def _width(fact: Fact) -> Any:  # noqa: ANN401  a numpy type
    return np.bool_ if fact.kind == "flag" else np.int32 if TOP[fact.kind] < _INT32 else np.int64


@dataclass(frozen=True)
class _Places:
    """States of one block of rows, with their row in it, and the number of each fact."""

    piece: pl.DataFrame
    row: Any
    rows: int
    numbers: Mapping[str, int]

    def columns(self, part: str, names: Mapping[str, str], kind: Any, *, empty: bool = True) -> dict[str, Any]:  # noqa: ANN401  a numpy type
        """Return one part of some facts' states as Arrow arrays; a place that nobody filled is null where `empty` says so, else zero."""
        order = np.full(len(self.numbers), -1, dtype=np.int32)
        order[[self.numbers[name] for name in names]] = np.arange(len(names))
        fact, given = order[self.piece[NAMED].to_physical().to_numpy()], self.piece[part]
        here = (fact >= 0) & given.is_not_null().to_numpy()
        fact, row = fact[here], self.row[here]
        values, there = np.zeros((len(names), self.rows), dtype=kind), np.zeros((len(names), self.rows), dtype=np.bool_)
        values[fact, row] = given.fill_null(0).to_numpy()[here]
        there[fact, row] = True
        return {column: _array(values[at], there[at] if empty else None) for at, column in enumerate(names.values())}


def _array(values: Any, there: Any) -> Any:  # noqa: ANN401  arrays of numpy and Arrow
    data = np.packbits(values, bitorder="little") if values.dtype == np.bool_ else np.ascontiguousarray(values)
    valid = None if there is None or there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(_TYPES[values.dtype], len(values), [valid, pa.py_buffer(data)])


def dense(states: pl.DataFrame, rows: int, facts: Mapping[str, Fact]) -> Dense:
    """Return the layout of states over so many rows; every fact stated has the same columns in all blocks."""
    ordered = states if (states["row"].diff().drop_nulls() >= 0).all() else states.sort("row")
    wide = (pl.col("low") != pl.col("high")) | pl.col("high").is_null()
    shapes = states.group_by(NAMED, "kind").agg(
        pl.len().alias("stated"),
        pl.col("low", "high").max().fill_null(0).name.suffix("_most"),
        wide.any().alias("wide"),
        pl.col("high").null_count().alias("free"),
        pl.col("doubt").max().alias("doubtful"),
    )
    columns = {str(row[NAMED]): _columns(row, rows) for row in shapes.sort(pl.col(NAMED).to_physical()).iter_rows(named=True)}
    return Dense(ordered, columns, facts, rows)


def _columns(shape: dict[str, Any], rows: int) -> FactColumns:
    name, kind = str(shape[NAMED]), shape["kind"]
    most, nulls = max(shape["low_most"], shape["high_most"]), bool(shape["stated"] < rows or shape["free"])
    top = UNIT["share"] if kind == "share" else min((step for step in _STEPS if most <= step <= TOP[kind]), default=TOP[kind])
    if not shape["wide"]:
        return FactColumns(name + LOW, "", UNIT[kind], top, nulls)
    return FactColumns(name + LOW, name + HIGH, UNIT[kind], top, nulls, name + DOUBT if shape["doubtful"] else "")
