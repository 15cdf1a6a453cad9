"""Fleets in memory: any dataframe that Narwhals knows in, the same kind with the scores out."""

from typing import Any, TypeVar

import polars as pl

from lokal.errors import EngineError
from lokal.fleet.job import Asked, Job, scored
from lokal.fleet.prepare import IDS
from lokal.fleet.wide import CATEGORY, POWERTRAIN, Reach
from lokal.rulebook.model import Rulebook

Frame = TypeVar("Frame")


def score_fleet(frame: Frame, rulebook: Rulebook, asked: Asked) -> Frame:
    """Return a dataframe's vehicles with their scores, as the same kind of dataframe.

    A row is a vehicle with `category`, `powertrain` and a column for each known fact (a null is unknown); rows keep their order, and
    what is wrong with a row stands in `code`. Raises EngineError for a missing column or day.
    """
    import narwhals as nw  # noqa: PLC0415  only frames of other libraries need it

    anything: Any = frame
    given = nw.from_native(anything)
    lazy = isinstance(given, nw.LazyFrame)
    table = (given.collect() if isinstance(given, nw.LazyFrame) else given).to_polars()
    result = score_table(table, rulebook, asked)
    if isinstance(frame, pl.DataFrame):
        return result  # type: ignore[return-value]  # the same kind of frame
    if isinstance(frame, pl.LazyFrame):
        return result.lazy()  # type: ignore[return-value]  # the same kind of frame
    back: Any = nw.from_arrow(result.to_arrow(), backend=given.implementation) if not lazy else nw.from_native(result)
    native: Frame = nw.to_native(back)
    return native


def score_table(table: pl.DataFrame, rulebook: Rulebook, asked: Asked) -> pl.DataFrame:
    """Return a Polars table's vehicles with their scores."""
    if asked.on is None and asked.on_column is None:
        raise EngineError("укажите день: on или on_column", "give a day: on or on_column")
    for name in (CATEGORY, POWERTRAIN, *([asked.on_column] if asked.on_column else [])):
        if name not in table.columns:
            raise EngineError(f"нет столбца «{name}»", f"the column '{name}' is missing")
    ids = tuple(name for name in IDS if name in table.columns)[:1]
    job = Job(rulebook, asked, ids, reaches={name: _reach(table[name]) for name in table.columns})
    return scored(job, table.lazy(), job.laws())


def _reach(column: pl.Series) -> Reach:
    nulls = column.null_count() > 0
    if not column.dtype.is_integer():
        return Reach(nulls=nulls)
    low, high = column.min(), column.max()
    return Reach(int(str(low)) if low is not None else None, int(str(high)) if high is not None else None, nulls)
