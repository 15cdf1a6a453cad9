"""A table of lines cut between vehicles, so that its pieces can be read and scored side by side."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from lokal.fleet.parts import files_of, read_table, trouble
from lokal.fleet.texts import Table, series_of, table_of, table_of_arrow

PIECE = 2**22
"""The most lines that a piece should have."""
LEAST = 2**17
"""Fewer lines than these are not worth cutting."""


@dataclass(frozen=True)
class Piece:
    """Consecutive lines of a table: some row groups of a Parquet file but for their first lines; or all of it, without groups."""

    path: Path
    first: int = 1
    groups: tuple[int, ...] = ()
    skip: int = 0
    lines: int = 0

    def read(self, wanted: Collection[str]) -> Table:
        """Return those of some columns that the table has. Raises EngineError where it cannot be read."""
        files = files_of(self.path)
        if len(files) > 1 or files[0].endswith(".csv"):
            return table_of(read_table(self.path), wanted)
        with trouble(self.path):
            file = _opened(files[0])
            names = [name for name in file.schema_arrow.names if name in wanted]
            groups = self.groups or range(file.num_row_groups)
            table = file.read_row_groups(list(groups), columns=names, use_threads=not self.groups)
            return table_of_arrow(table.slice(self.skip, self.lines or None))


def pieces_of(path: Path, key: str) -> list[Piece]:
    """Return a table's pieces, each of which begins with another key than the lines before it; CSV and folders stay whole.

    Lines of one key that lie apart are for the caller to notice. Raises EngineError where the table cannot be read.
    """
    files = files_of(path)
    if len(files) > 1 or files[0].endswith(".csv"):
        return [Piece(path)]
    with trouble(path):
        file = _opened(files[0])
        starts = _starts(file)
        lines = starts.pop()
        cuts = sorted({cut for at in _wanted(lines) if (cut := _cut(file, key, starts, at)) is not None})
    ends = zip([0, *cuts], [*cuts, lines], strict=True)
    return [_piece(path, starts, *each) for each in ends] if cuts else [Piece(path)]


def _opened(file: str) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return a Parquet file whose texts are read as dictionaries."""
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  only lines need it
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415

    texts = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=texts)


def _starts(file: Any) -> list[int]:  # noqa: ANN401  a file of pyarrow
    """Return the first line of every row group, from zero, and the number of lines."""
    found = [0]
    for group in range(file.num_row_groups):
        found.append(found[-1] + file.metadata.row_group(group).num_rows)
    return found


def _wanted(lines: int) -> list[int]:
    """Return where to cut so many lines: evenly, as many pieces as keep every core busy."""
    cores = pl.thread_pool_size()
    pieces = min(-(-lines // (PIECE * cores)) * cores, lines // LEAST)
    return [lines * number // pieces for number in range(1, pieces)]


def _cut(file: Any, key: str, starts: list[int], at: int) -> int | None:  # noqa: ANN401  a file of pyarrow
    """Return the first line, in a row group that begins at or after one, whose key is not that of the line before."""
    for group, start in enumerate(starts):
        if start >= at:
            keys = series_of(file.read_row_group(group, columns=[key]).column(0)).cast(pl.String)
            changes = keys.ne_missing(keys.shift()).slice(1).arg_true()
            if len(changes):
                return start + int(changes[0]) + 1
    return None


def _piece(path: Path, starts: list[int], first: int, end: int) -> Piece:
    """Return the piece of some lines, with the row groups that hold them."""
    ends = [*starts[1:], end]
    groups = [number for number, start in enumerate(starts) if start < end and ends[number] > first]
    return Piece(path, first + 1, tuple(groups), first - starts[groups[0]], end - first)
