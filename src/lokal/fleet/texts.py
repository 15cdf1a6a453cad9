"""Columns of texts as numbers: each distinct text is kept and looked at once, however many lines repeat it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

NUMBERS = pl.UInt32
_TABLE = 2**26
_LOST = 2**32 - 1
AT_ONCE = 2**16
"""How many rows are worked on at a time: so few that what is worked out of them stays in a core's cache."""


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
    columns = zip(table.column_names, table.columns, table.unify_dictionaries().columns, strict=True)
    return {
        name: _of_dictionary(each, unified) if pa.types.is_dictionary(each.type) else _column(series_of(each))
        for name, each, unified in columns
    }


def series_of(column: Any) -> pl.Series:  # noqa: ANN401  a column of Arrow
    """Return an Arrow column as a series."""
    found = pl.from_arrow(column)
    assert isinstance(found, pl.Series)  # noqa: S101  a column becomes a series
    return found


def _of_dictionary(column: Any, unified: Any) -> Coded:  # noqa: ANN401  columns of Arrow
    """Return an Arrow column as coded texts; `unified` has one dictionary for all its parts."""
    if not unified.num_chunks:
        return coded(pl.Series([], dtype=pl.String))
    distinct = series_of(unified.chunk(0).dictionary.cast(pa.large_string()))
    made = any(len(chunk.dictionary) < len(distinct) for chunk in column.chunks)
    if distinct.null_count() or not (made or distinct.is_unique().all()):
        return coded(series_of(unified.cast(pa.large_string())))
    numbers = pa.concat_arrays([chunk.indices for chunk in unified.chunks])
    return Coded(series_of(numbers.view(pa.uint32()) if numbers.type == pa.int32() else numbers.cast(pa.uint32())), distinct)


def cuts(rows: int) -> Iterator[slice]:
    """Cut so many rows into runs of AT_ONCE."""
    return (slice(start, start + AT_ONCE) for start in range(0, rows, AT_ONCE))


def numbers_of(column: pl.Series, null: int) -> Any:  # noqa: ANN401  an array of numpy
    """Return a column of numbers as an array, with one number for null."""
    return (column.fill_null(null) if column.null_count() else column).to_numpy()


def distinct_numbers(numbers: pl.Series, size: int) -> pl.Series:
    """Return the distinct numbers of a column of numbers below `size`, in order, from a table of all of them where that is small."""
    if size > _TABLE:
        return numbers.unique().drop_nulls().sort()
    seen, given = np.zeros(size + 1, dtype=np.bool_), numbers_of(numbers, size)
    for cut in cuts(len(given)):
        own = given[cut]
        seen[own[:1]] = True
        seen[own[1:][own[1:] != own[:-1]]] = True  # rows of one number mostly stand together
    return pl.Series(numbers.name, np.flatnonzero(seen[:size]), dtype=numbers.dtype)


def told_apart(one: pl.Series, two: pl.Series, sizes: tuple[int, int]) -> tuple[pl.Series, pl.DataFrame]:
    """Return the place of each row's pair of numbers below `sizes` among the distinct pairs, and these: columns one, two.

    A row that lacks one of the two has no place.

    >>> places, pairs = told_apart(pl.Series([1, 0, 1, None]), pl.Series([0, 2, 0, 1]), (2, 3))
    >>> places.to_list(), pairs.rows()
    ([1, 0, 1, None], [(0, 2), (1, 0)])
    """
    if (sizes[0] + 1) * (sizes[1] + 1) > _TABLE:
        pair = one.cast(pl.UInt64) * sizes[1] + two.cast(pl.UInt64)
        distinct = pair.unique().drop_nulls().sort()
        placed = pair.to_frame("pair").join(distinct.to_frame("pair").with_row_index("place"), on="pair", how="left", maintain_order="left")
        return placed["place"], pl.DataFrame({"one": (distinct // sizes[1]).cast(NUMBERS), "two": (distinct % sizes[1]).cast(NUMBERS)})
    places, table = _places(numbers_of(one, sizes[0]), numbers_of(two, sizes[1]), sizes)
    found = series_of(pa.array(places))
    lost = one.null_count() or two.null_count()
    return found.to_frame().select(pl.when(pl.first() != _LOST).then(pl.first())).to_series() if lost else found, table


def _places(one: Any, two: Any, sizes: tuple[int, int]) -> tuple[Any, pl.DataFrame]:  # noqa: ANN401  arrays of numpy
    """Return what `told_apart` does for numbers up to `sizes`, of which the largest stands for nothing."""
    step = sizes[1] + 1
    seen, places = np.zeros((sizes[0] + 1) * step, dtype=np.bool_), np.empty(len(one), dtype=np.uint32)
    room = np.empty(AT_ONCE, dtype=np.int64)
    for cut in cuts(len(one)):
        pair = room[: len(one[cut])]
        pair[:] = one[cut]
        pair *= step
        pair += two[cut]
        seen[pair] = True
        places[cut] = pair
    own = seen.reshape(-1, step)[:-1, :-1].nonzero()
    table = np.full(len(seen), _LOST, dtype=np.uint32)
    table[own[0] * step + own[1]] = np.arange(len(own[0]), dtype=np.uint32)
    for cut in cuts(len(one)):
        pair = room[: len(one[cut])]
        pair[:] = places[cut]
        table.take(pair, out=places[cut], mode="clip")
    return places, pl.DataFrame({"one": own[0].astype(np.uint32), "two": own[1].astype(np.uint32)})
