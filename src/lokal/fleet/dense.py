"""What is known of many vehicles laid out as columns: a place for every fact, each statement put where it belongs in one pass."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from lokal.engine.fact_columns import TOP, UNIT, FactColumns
from lokal.engine.state_columns import DOUBT, HIGH, LOW
from lokal.fleet.long import NAMED, VALUE
from lokal.fleet.spread import DOUBT_SHIFT, Block, Field
from lokal.fleet.states import States
from lokal.rulebook.model import Fact

_INT32 = 2**31
_STEPS = (1, 100, 1000, 10_000, 10**6, 10**9, 10**12)
_STATED, _LOW, _HIGH, _BOUNDED = 1, 2, 4, 8


def shapes_of(states: States) -> pl.DataFrame:
    """Return what the columns of each stated fact must hold: its largest ends, whether they differ, its doubts."""
    unsure = states.frame.filter(pl.col("doubt") > 0)[VALUE] if states.frame["doubt"].max() else pl.Series([], dtype=pl.UInt32)
    doubtful = states.values[NAMED].gather(unsure).unique()
    return (
        states.values.filter(states.stated)
        .group_by(NAMED)
        .agg(
            pl.max_horizontal("low", "high").max().fill_null(0).alias("most"),
            ((pl.col("low") != pl.col("high")) | pl.col("high").is_null()).any().alias("wide"),
            pl.col(NAMED).is_in(doubtful.implode()).any().alias("doubtful"),
        )
    )


def shared_columns(shapes: Iterable[pl.DataFrame], facts: Mapping[str, Fact]) -> dict[str, FactColumns]:
    """Return the columns that serve all of some shapes; a fact that nobody states has none."""
    both = pl.concat(shapes).group_by(NAMED).agg(pl.col("most").max(), pl.col("wide", "doubtful").any())
    names = list(facts)
    return {name: _columns(name, facts[name], shape) for shape in both.sort(NAMED).iter_rows(named=True) for name in [names[shape[NAMED]]]}


def _columns(name: str, fact: Fact, shape: dict[str, Any]) -> FactColumns:
    most = shape["most"]
    top = (
        UNIT["share"] if fact.kind == "share" else min((step for step in _STEPS if most <= step <= TOP[fact.kind]), default=TOP[fact.kind])
    )
    if not shape["wide"]:
        return FactColumns(name + LOW, "", UNIT[fact.kind], top)
    return FactColumns(name + LOW, name + HIGH, UNIT[fact.kind], top, doubt=name + DOUBT if shape["doubtful"] else "")


def laid_out(states: States, columns: Mapping[str, FactColumns], facts: Mapping[str, Fact], first: int, rows: int) -> pl.DataFrame:
    """Return the columns of some rows, from the first on; states stand in the order of rows."""
    if not columns:
        return pl.DataFrame()
    order = sorted(columns, key=lambda name: (_WIDTHS.index(_width(facts[name])), not columns[name].high))
    marks, numbers = Field(len(order), 0, rows, _marks(states.values)), _number_fields(order, columns, facts, rows, states.values)
    Block(states, first, rows).spread(order, list(facts), marks, list(numbers.values()))
    arrays = {name: cells for names, field in numbers.items() for name, cells in zip(names, field.found, strict=True)}
    mark = dict(zip(order, marks.found, strict=True))
    made = {name: each for column in columns for name, each in _named(columns[column], mark[column], arrays).items()}
    found = pl.from_arrow(pa.table(made))
    assert isinstance(found, pl.DataFrame)  # noqa: S101  a table becomes a frame
    return found


_WIDTHS = (np.int32, np.int64, np.uint8)


def _width(fact: Fact) -> Any:  # noqa: ANN401  a numpy type
    return np.uint8 if fact.kind == "flag" else np.int32 if TOP[fact.kind] < _INT32 else np.int64


def _number_fields(
    order: list[str], columns: Mapping[str, FactColumns], facts: Mapping[str, Fact], rows: int, values: pl.DataFrame
) -> dict[tuple[str, ...], Field]:
    """Return room for the numbers of facts, and the columns that they become: low and, where facts have two, high ends of each width."""
    found = {}
    for kind in _WIDTHS[:-1]:
        own = [name for name in order if _width(facts[name]) == kind]
        for end, names in (("low", own), ("high", [name for name in own if columns[name].high])):
            if names:
                data = values[end].fill_null(0).to_numpy().astype(kind)
                found[tuple(getattr(columns[name], end) for name in names)] = Field(len(names), order.index(names[0]), rows, data)
    return found


def _marks(values: pl.DataFrame) -> Any:  # noqa: ANN401  an array of numpy
    """Return what a value says in bits: stated, its low and its high as flags, bounded from above."""
    low, high = ((pl.col(end) > 0).fill_null(value=False) for end in ("low", "high"))
    bits = _STATED + low * _LOW + high * _HIGH + pl.col("high").is_not_null() * _BOUNDED
    return values.select(bits.cast(pl.UInt8)).to_series().to_numpy()


def _named(given: FactColumns, marks: Any, numbers: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401  arrays of numpy and Arrow
    """Return the columns of one fact as Arrow arrays."""
    stated = marks & _STATED
    found = {given.low: _array(numbers.get(given.low), marks & _LOW, stated)}
    if given.high:
        found[given.high] = _array(numbers.get(given.high), marks & _HIGH, marks & _BOUNDED)
    if given.doubt:
        found[given.doubt] = _array(marks >> DOUBT_SHIFT, marks, None)
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
