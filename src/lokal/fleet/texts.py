"""Columns of texts as numbers: each distinct text is kept and looked at once, however many lines repeat it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

NUMBERS = pl.UInt32
_TABLE = 2**26


@dataclass(frozen=True)
class Coded:
    """A column of texts: the place of each row's text (null: none) among the distinct ones.

    >>> column = coded(pl.Series(["b", None, "a", "b"]))
    >>> column.texts.to_list(), column.numbers.to_list()
    (['b', 'a'], [0, None, 1, 0])
    """

    numbers: pl.Series
    texts: pl.Series

    def looked_up(self, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Return what `read` makes of each row's text, reading each distinct one once."""
        return read(self.texts).gather(self.numbers)

    def among(self, texts: Iterable[str]) -> pl.Series:
        """Tell which rows hold one of some texts; null where there is none."""
        wanted = self.texts.is_in(list(texts))
        return wanted.gather(self.numbers) if wanted.any() else pl.Series([False]).new_from_index(0, len(self.numbers))


Table = Mapping[str, Coded | pl.Series]
"""Columns by name: texts coded; days and truth values as they are."""


def coded(column: Coded | pl.Series) -> Coded:
    """Return a column of texts, coded; one that is coded already as it is."""
    if isinstance(column, Coded):
        return column
    texts = column.cast(pl.String)
    distinct = texts.unique(maintain_order=True).drop_nulls()
    return Coded(texts.cast(pl.Enum(distinct)).to_physical().cast(NUMBERS), distinct)


def table_of(frame: pl.DataFrame, wanted: Collection[str]) -> Table:
    """Return those of some columns that a frame has; numbers become texts."""
    return {name: _column(frame[name]) for name in frame.columns if name in wanted}


def _column(column: pl.Series) -> Coded | pl.Series:
    return column if column.dtype in {pl.Date, pl.Datetime, pl.Boolean} else coded(column)


def table_of_arrow(table: Any) -> Table:  # noqa: ANN401  a table of Arrow
    """Return the columns of an Arrow table; its dictionaries are taken as they are."""
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  only Parquet needs it

    table = table.unify_dictionaries()
    columns = zip(table.column_names, table.columns, strict=True)
    return {name: _of_dictionary(each) if pa.types.is_dictionary(each.type) else _column(series_of(each)) for name, each in columns}


def series_of(column: Any) -> pl.Series:  # noqa: ANN401  a column of Arrow
    """Return an Arrow column as a series."""
    found = pl.from_arrow(column)
    assert isinstance(found, pl.Series)  # noqa: S101  a column becomes a series
    return found


def _of_dictionary(column: Any) -> Coded:  # noqa: ANN401  a column of Arrow
    """Return an Arrow column of one dictionary as coded texts."""
    import pyarrow as pa  # noqa: PLC0415

    if not column.num_chunks:
        return coded(pl.Series([], dtype=pl.String))
    distinct = series_of(column.chunk(0).dictionary.cast(pa.large_string()))
    if distinct.n_unique() < len(distinct) or distinct.null_count():
        return coded(series_of(column.cast(pa.large_string())))
    numbers = pa.concat_arrays([chunk.indices for chunk in column.chunks])
    return Coded(series_of(numbers.view(pa.uint32()) if numbers.type == pa.int32() else numbers.cast(pa.uint32())), distinct)


def distinct_numbers(numbers: pl.Series, size: int) -> pl.Series:
    """Return the distinct numbers of a column of numbers below `size`, in order, from a table of all of them where that is small."""
    if size > _TABLE:
        return numbers.unique().drop_nulls().sort()
    seen = np.zeros(size + 1, dtype=np.bool_)
    seen[numbers.fill_null(size).to_numpy()] = True
    return pl.Series(numbers.name, np.flatnonzero(seen[:size]), dtype=numbers.dtype)


def told_apart(one: pl.Series, two: pl.Series, sizes: tuple[int, int]) -> tuple[pl.Series, pl.DataFrame]:
    """Return the place of each row's pair of numbers below `sizes` among the distinct pairs, and these: columns one, two.

    A row that lacks one of the two has no place.

    >>> places, pairs = told_apart(pl.Series([1, 0, 1, None]), pl.Series([0, 2, 0, 1]), (2, 3))
    >>> places.to_list(), pairs.rows()
    ([1, 0, 1, None], [(0, 2), (1, 0)])
    """
    end = sizes[0] * sizes[1]
    kind = pl.UInt32 if end < 2**32 else pl.UInt64
    pair = one.cast(kind) * sizes[1] + two.cast(kind)
    distinct = distinct_numbers(pair, end)
    if end > _TABLE:
        places = pair.to_frame("pair").join(distinct.to_frame("pair").with_row_index("place"), on="pair", how="left", maintain_order="left")
        found = places["place"]
    else:
        table = pl.select(pl.repeat(None, end, dtype=NUMBERS)).to_series()
        found = table.scatter(distinct, pl.int_range(len(distinct), dtype=NUMBERS, eager=True)).gather(pair)
    return found, pl.DataFrame({"one": (distinct // sizes[1]).cast(NUMBERS), "two": (distinct % sizes[1]).cast(NUMBERS)})
