"""What is known of many vehicles laid out as columns: a place for every fact, each statement put where it belongs in one pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from lokal.engine.fact_columns import TOP, UNIT, FactColumns
from lokal.engine.state_columns import DOUBT, HIGH, LOW
from lokal.fleet.long import NAMED, VALUE
from lokal.fleet.states import States
from lokal.rulebook.model import Fact

_INT32 = 2**31
_STEPS = (1, 100, 1000, 10_000, 10**6, 10**9, 10**12)
_STATED, _LOW, _HIGH, _BOUNDED = 1, 2, 4, 8
_DOUBT_SHIFT = 4


def shapes_of(states: States) -> pl.DataFrame:
    """Return what the columns of each stated fact must hold: how many rows state it, its largest ends, whether they differ, its doubts."""
    times = np.bincount(states.frame[VALUE].to_numpy(), minlength=states.values.height)
    doubtful = states.frame.filter(pl.col("doubt") > 0)[NAMED].unique() if states.frame["doubt"].max() else pl.Series([], dtype=pl.UInt32)
    met = states.values.with_columns(pl.Series("stated", times)).filter(pl.col("stated") > 0)
    return met.group_by(NAMED).agg(
        pl.col("stated").sum(),
        pl.max_horizontal("low", "high").max().fill_null(0).alias("most"),
        ((pl.col("low") != pl.col("high")) | pl.col("high").is_null()).any().alias("wide"),
        pl.col("high").is_null().any().alias("free"),
        pl.col(NAMED).is_in(doubtful.implode()).any().alias("doubtful"),
    )


def shared_columns(shapes: Iterable[pl.DataFrame], rows: int, facts: Mapping[str, Fact]) -> dict[str, FactColumns]:
    """Return the columns that serve all of some shapes, over so many rows together; a fact that nobody states has none."""
    both = pl.concat(shapes).group_by(NAMED).agg(pl.col("stated").sum(), pl.col("most").max(), pl.col("wide", "free", "doubtful").any())
    names = list(facts)
    return {
        name: _columns(name, facts[name], shape, rows) for shape in both.sort(NAMED).iter_rows(named=True) for name in [names[shape[NAMED]]]
    }


def _columns(name: str, fact: Fact, shape: dict[str, Any], rows: int) -> FactColumns:
    most, nulls = shape["most"], bool(shape["stated"] < rows or shape["free"])
    top = (
        UNIT["share"] if fact.kind == "share" else min((step for step in _STEPS if most <= step <= TOP[fact.kind]), default=TOP[fact.kind])
    )
    if not shape["wide"]:
        return FactColumns(name + LOW, "", UNIT[fact.kind], top, nulls)
    return FactColumns(name + LOW, name + HIGH, UNIT[fact.kind], top, nulls, name + DOUBT if shape["doubtful"] else "")


def laid_out(states: States, columns: Mapping[str, FactColumns], facts: Mapping[str, Fact], first: int, rows: int) -> pl.DataFrame:
    """Return the columns of some rows, from the first on; states stand in the order of rows."""
    if not columns:
        return pl.DataFrame()
    row = states.frame["row"].to_numpy()
    start, end = np.searchsorted(row, np.array([first, first + rows], dtype=row.dtype))
    block = _Block(states.frame.slice(int(start), int(end - start)), states.values, list(facts), first, rows)
    marks = block.spread(columns, _marks(states.values), np.uint8, states.frame["doubt"].to_numpy()[start:end] << _DOUBT_SHIFT)
    arrays: dict[str, Any] = {}
    for kind in (np.int32, np.int64):
        own = [name for name in columns if facts[name].kind != "flag" and _width(facts[name]) == kind]
        wide = [name for name in own if columns[name].high]
        numbers = {
            columns[name].low: each for name, each in zip(own, block.spread(own, _ends(states.values, "low", kind), kind), strict=True)
        }
        numbers |= {
            columns[name].high: each for name, each in zip(wide, block.spread(wide, _ends(states.values, "high", kind), kind), strict=True)
        }
        arrays |= numbers
    made = {name: each for name, mark in zip(columns, marks, strict=True) for name, each in _named(columns[name], mark, arrays).items()}
    found = pl.from_arrow(pa.table(made))
    assert isinstance(found, pl.DataFrame)  # noqa: S101  a table becomes a frame
    return found


def _width(fact: Fact) -> Any:  # noqa: ANN401  a numpy type
    return np.int32 if TOP[fact.kind] < _INT32 else np.int64


def _marks(values: pl.DataFrame) -> Any:  # noqa: ANN401  an array of numpy
    """Return what a value says in bits: stated, its low and its high as flags, bounded from above."""
    low, high = ((pl.col(end) > 0).fill_null(value=False) for end in ("low", "high"))
    bits = _STATED + low * _LOW + high * _HIGH + pl.col("high").is_not_null() * _BOUNDED
    return values.select(bits.cast(pl.UInt8)).to_series().to_numpy()


def _ends(values: pl.DataFrame, end: str, kind: Any) -> Any:  # noqa: ANN401  arrays of numpy
    return values[end].fill_null(0).to_numpy().astype(kind)


@dataclass(frozen=True)
class _Block:
    """States of some rows, to be spread over one row of a matrix a fact."""

    frame: pl.DataFrame
    values: pl.DataFrame
    facts: list[str]
    first: int
    rows: int

    def spread(self, wanted: Iterable[str], data: Any, kind: Any, extra: Any = None) -> Any:  # noqa: ANN401  arrays of numpy
        """Return a matrix with a row for each of some facts, of what `data` says of each state's value; zero where nothing is stated.

        What is said of other facts lands in a row that nobody reads.
        """
        order = {name: number for number, name in enumerate(wanted)}
        places = np.array([order.get(name, len(order)) for name in self.facts], dtype=np.int64) * self.rows - self.first
        found = np.zeros((len(order) + 1, self.rows), dtype=kind)
        if order:
            value = self.frame[VALUE].to_numpy()
            slots = places[self.values[NAMED].to_numpy()].take(value)
            slots += self.frame["row"].to_numpy()
            said = data.take(value)
            found.reshape(-1)[slots] = said if extra is None else said | extra
        return found[:-1]


def _named(given: FactColumns, marks: Any, numbers: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401  arrays of numpy and Arrow
    """Return the columns of one fact as Arrow arrays."""
    stated = marks & _STATED
    found = {given.low: _array(numbers.get(given.low), marks & _LOW, stated)}
    if given.high:
        found[given.high] = _array(numbers.get(given.high), marks & _HIGH, marks & _BOUNDED)
    if given.doubt:
        found[given.doubt] = _array(marks >> _DOUBT_SHIFT, marks, None)
    return found


_TYPES = {np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64(), np.dtype(np.uint8): pa.uint8()}


def _array(numbers: Any, flags: Any, there: Any) -> Any:  # noqa: ANN401  arrays of numpy and Arrow
    """Return numbers or, without them, flags as an Arrow array, null where nothing is there."""
    valid = None if there is None else _bits(there)
    if numbers is None:
        return pa.Array.from_buffers(pa.bool_(), len(flags), [valid, _bits(flags)])
    return pa.Array.from_buffers(_TYPES[numbers.dtype], len(numbers), [valid, pa.py_buffer(np.ascontiguousarray(numbers))])


def _bits(marks: Any) -> Any:  # noqa: ANN401  arrays of numpy and Arrow
    return pa.py_buffer(np.packbits(marks, bitorder="little"))
