"""Rows of a Parquet file with their texts coded, and a table of lines cut between vehicles, to be read and scored side by side."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from lokal.fleet.parts import files_of, read_table, trouble
from lokal.fleet.texts import Coded, Table, series_of, table_of, table_of_arrow

PIECE = 2**22
"""The most lines that a piece should have."""
LEAST = 2**17
"""Fewer lines than these are not worth cutting."""
_WASTE, _LOOK = 2, 4096


def read_rows(file: str, wanted: Collection[str], first: int = 0, rows: int | None = None) -> Table:
    """Return those of some columns that a Parquet file has, of some rows: Parquet's own dictionaries, read without their texts.

    Raises PolarsError where they cannot be read.
    """
    try:
        opened = _opened(file)
        end = opened.metadata.num_rows if rows is None else first + rows
        starts = _starts(opened)
        groups = [number for number, (start, stop) in enumerate(pairwise(starts)) if start < end and stop > first]
        names = [name for name in opened.schema_arrow.names if name in wanted]
        if groups and starts[groups[-1] + 1] - starts[groups[0]] > _WASTE * (end - first):
            return table_of(pl.scan_parquet(file).slice(first, rows).select(names).collect(), wanted)
        table = opened.read_row_groups(groups, columns=names, use_threads=rows is None)
        return table_of_arrow(table.slice(first - starts[groups[0]], end - first) if groups else table)
    except (OSError, ValueError) as problem:
        raise pl.exceptions.ComputeError(str(problem)) from problem


def _opened(file: str) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return a Parquet file whose texts are read as dictionaries."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    texts = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=texts, pre_buffer=False)


def _starts(file: Any) -> list[int]:  # noqa: ANN401  a file of pyarrow
    """Return the first row of every row group, and the number of rows."""
    found = [0]
    for group in range(file.num_row_groups):
        found.append(found[-1] + file.metadata.row_group(group).num_rows)
    return found


@dataclass(frozen=True)
class Piece:
    """Consecutive lines of a table; without a number of lines all of it."""

    path: Path
    first: int = 0
    lines: int | None = None

    def read(self, wanted: Collection[str], later: Collection[str] = ()) -> Table:
        """Return those of some columns that the table has; those for later are read when one is asked for.

        Raises EngineError where it cannot be read, also later.
        """
        files = files_of(self.path)
        if len(files) > 1 or files[0].endswith(".csv"):
            return table_of(read_table(self.path), wanted)
        with trouble(self.path):
            there = [name for name in pq.read_schema(files[0]).names if name in wanted]

        def read(names: Collection[str]) -> Table:
            with trouble(self.path):
                return read_rows(files[0], names, self.first, self.lines)

        return _Rows(there, read, [name for name in there if name not in later])


class _Rows(Mapping[str, Coded | pl.Series]):
    """Columns of a table, of which some are read at once and each of the others when it is asked for."""

    def __init__(self, names: list[str], read: Callable[[Collection[str]], Table], now: Collection[str]) -> None:
        self._names, self._read, self._columns = names, read, dict(read(now))

    def __getitem__(self, name: str) -> Coded | pl.Series:
        if name not in self._columns:
            if name not in self._names:
                raise KeyError(name)
            self._columns |= self._read([name])
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def pieces_of(path: Path, key: str) -> list[Piece]:
    """Return a table's pieces, each of which begins with another key than the lines before it; CSV and folders stay whole.

    Lines of one key that lie apart are for the caller to notice. Raises EngineError where the table cannot be read.
    """
    files = files_of(path)
    if len(files) > 1 or files[0].endswith(".csv"):
        return [Piece(path)]
    with trouble(path):
        file = _opened(files[0])
        *starts, lines = _starts(file)
        cuts = sorted({cut for at in _wanted(lines) if (cut := _cut(file, key, starts, at)) is not None})
    return [Piece(path, first, end - first) for first, end in pairwise([0, *cuts, lines])] if cuts else [Piece(path)]


def _wanted(lines: int) -> list[int]:
    """Return where to cut so many lines: evenly, as many pieces as keep every core busy."""
    cores = pl.thread_pool_size()
    pieces = min(-(-lines // (PIECE * cores)) * cores, lines // LEAST)
    return [lines * number // pieces for number in range(1, pieces)]


def _cut(file: Any, key: str, starts: list[int], at: int) -> int | None:  # noqa: ANN401  a file of pyarrow
    """Return the first line, behind the beginning of a row group at or after one, whose key is not that of the line before."""
    groups = [number for number, start in enumerate(starts[:-1]) if start >= at]
    line, last = starts[groups[0]] if groups else 0, pl.Series([], dtype=pl.String)
    for batch in file.iter_batches(_LOOK, row_groups=groups, columns=[key]) if groups else ():
        keys = pl.concat([last, series_of(batch.column(0)).cast(pl.String)])
        changes = keys.ne_missing(keys.shift()).slice(1).arg_true()
        if len(changes):
            return line - len(last) + int(changes[0]) + 1
        line, last = line + len(batch), keys.tail(1)
    return None
