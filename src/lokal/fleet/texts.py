"""Columns of texts as numbers: each distinct text is kept and looked at once, however many lines repeat it."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import polars as pl

from lokal.fleet.parts import files_of, read_table, trouble


def read_coded(path: Path, wanted: Collection[str]) -> pl.DataFrame:
    """Return those of some columns that a Parquet or CSV table has, texts coded; Parquet's own dictionaries are taken as they are.

    Raises EngineError where it cannot be read.
    """
    files = files_of(path)
    if len(files) > 1 or files[0].endswith(".csv"):
        table = read_table(path)
        return table.select(coded(table[name]) for name in table.columns if name in wanted)
    with trouble(path):
        return _parquet(files[0], wanted)


def _parquet(file: str, wanted: Collection[str]) -> pl.DataFrame:
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  only lines need it
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415

    schema = pq.read_schema(file)
    names = [name for name in schema.names if name in wanted]
    texts = [name for name in names if pa.types.is_string(schema.field(name).type) or pa.types.is_large_string(schema.field(name).type)]
    table = pq.read_table(file, columns=names, read_dictionary=texts).unify_dictionaries()
    made = {name: _of_dictionary(table.column(name)) if name in texts else coded(_series(table.column(name))) for name in names}
    return pl.DataFrame(made)


def _series(column: object) -> pl.Series:
    found = pl.from_arrow(column)
    assert isinstance(found, pl.Series)  # noqa: S101  a column becomes a series
    return found


def _of_dictionary(column: object) -> pl.Series:
    """Return an Arrow column of one dictionary as coded texts."""
    import pyarrow as pa  # noqa: PLC0415

    assert isinstance(column, pa.ChunkedArray)  # noqa: S101  by construction
    if not column.num_chunks:
        return pl.Series([], dtype=pl.Enum([]))
    distinct = _series(column.chunk(0).dictionary.cast(pa.large_string()))
    if distinct.n_unique() < len(distinct) or distinct.null_count():
        return coded(_series(column.cast(pa.large_string())))
    return named(_series(pa.chunked_array([chunk.indices for chunk in column.chunks])), distinct)


def coded(column: pl.Series) -> pl.Series:
    """Return a column with its texts coded; days, truth values and coded texts stay what they are, numbers become texts.

    >>> column = coded(pl.Series(["b", None, "a", "b"]))
    >>> texts_of(column).to_list(), column.to_physical().to_list()
    (['b', 'a'], [0, None, 1, 0])
    """
    if column.dtype in {pl.Date, pl.Datetime, pl.Boolean} or isinstance(column.dtype, pl.Enum):
        return column
    texts = column.cast(pl.String)
    return texts.cast(pl.Enum(texts.unique(maintain_order=True).drop_nulls()))


def named(numbers: pl.Series, texts: pl.Series) -> pl.Series:
    """Return numbers as coded texts, of which they are the places."""
    kind = pl.Enum(texts)
    return numbers.cast(pl.Series([], dtype=kind).to_physical().dtype).cat.to(kind)


def texts_of(column: pl.Series) -> pl.Series:
    """Return the distinct texts that a coded column may hold, in the order of their numbers."""
    assert isinstance(column.dtype, pl.Enum)  # noqa: S101  what `coded` gives
    return column.dtype.categories


def looked_up(column: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return what `read` makes of each text of a coded column, reading each distinct one once."""
    return read(texts_of(column)).gather(column.to_physical())


def among(column: pl.Series, texts: Iterable[str]) -> pl.Series:
    """Tell which rows of a coded column hold one of some texts; null where there is none."""
    return looked_up(column, lambda distinct: distinct.is_in(list(texts)))
