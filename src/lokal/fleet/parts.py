"""Files cut into parts of whole rows, and an output folder that exists only when it is whole."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import polars as pl

from lokal.errors import EngineError, Place

PART_ROWS = 1_000_000
MANIFEST = "manifest.json"
_TEMPORARY = ".lokal-unfinished-"


@dataclass(frozen=True)
class Part:
    """Some rows of one file."""

    number: int
    file: str
    offset: int
    rows: int

    def frame(self) -> pl.LazyFrame:
        """Return the part's rows."""
        return pl.scan_parquet(self.file).slice(self.offset, self.rows)


@dataclass(frozen=True)
class Source:
    """One Parquet file: its columns and rows, and what its footer says of each column."""

    file: str
    schema: dict[str, pl.DataType]
    rows: int


def files_of(path: Path) -> list[str]:
    """Return the files that a path, folder or pattern names, in order. Raises EngineError where there is none."""
    text = str(path)
    found = sorted(glob(text)) if any(sign in text for sign in "*?[") else _within(path)  # noqa: PTH207  a pattern may be absolute
    if not found:
        raise EngineError("файла нет", "no such file", Place(text))
    return found


def _within(path: Path) -> list[str]:
    if path.is_dir():
        return sorted(str(each) for each in path.rglob("*") if each.suffix in {".parquet", ".csv"})
    return [str(path)] if path.exists() else []


def source_of(file: str) -> Source:
    """Return what a Parquet file's footer says. Raises EngineError where it cannot be read."""
    try:
        frame = pl.scan_parquet(file)
        schema = dict(frame.collect_schema())
        rows = int(frame.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise EngineError(
            f"файл Parquet испорчен: {_line(problem)}", f"the Parquet file is damaged: {_line(problem)}", Place(file)
        ) from problem
    return Source(file, schema, rows)


def _line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0][:200] if str(problem).strip() else type(problem).__name__


def parts_of(sources: Iterable[Source], size: int = PART_ROWS) -> list[Part]:
    """Return the parts of some files, each of at most `size` rows."""
    cuts = ((source.file, offset, min(size, source.rows - offset)) for source in sources for offset in range(0, source.rows, size))
    return [Part(number, *cut) for number, cut in enumerate(cuts)]


def as_parquet(file: str, folder: Path) -> str:
    """Return a file as Parquet: itself, or a copy of a CSV file whose every value stays the text that it was."""
    if not file.endswith(".csv"):
        return file
    copy = folder / f"{Path(file).stem}.parquet"
    try:
        pl.scan_csv(file, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy").sink_parquet(copy)
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise EngineError(
            f"файл CSV не читается: {_line(problem)}", f"cannot read the CSV file: {_line(problem)}", Place(file)
        ) from problem
    return str(copy)


def columns_of(path: Path) -> set[str]:
    """Return the columns of a Parquet or CSV table. Raises EngineError where it cannot be read."""
    with trouble(path):
        found = [pl.scan_csv(file, infer_schema=False) if file.endswith(".csv") else pl.scan_parquet(file) for file in files_of(path)]
        return {name for frame in found for name in frame.collect_schema()}


def read_table(path: Path) -> pl.DataFrame:
    """Return a Parquet or CSV table whole; a CSV's values stay texts. Raises EngineError where it cannot be read."""
    with trouble(path):
        files = files_of(path)
        frames = [pl.read_csv(file, infer_schema=False) if file.endswith(".csv") else pl.read_parquet(file) for file in files]
        return pl.concat(frames, how="diagonal_relaxed")


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Say what is wrong with a table that cannot be read. Raises EngineError; pyarrow's errors are ValueError and OSError."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError, ValueError) as problem:
        raise EngineError(
            f"таблица не читается: {_line(problem)}", f"cannot read the table: {_line(problem)}", Place(str(path))
        ) from problem


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into; it takes the asked name only when everything is written, else it disappears.

    Raises EngineError where the name is taken by something that no run of this package wrote, or where the disk is full.
    """
    if out.exists() and not (out / MANIFEST).exists():
        raise EngineError(
            "здесь уже есть что-то, что записал не lokal", "something that lokal did not write is already here", Place(str(out))
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    folder = out.parent / f"{_TEMPORARY}{os.getpid()}-{out.name}"
    folder.mkdir()
    try:
        yield folder
        _put(folder, out)
    except (OSError, pl.exceptions.PolarsError) as problem:
        free = f"{shutil.disk_usage(out.parent).free / 10**9:.1f}"
        shutil.rmtree(folder, ignore_errors=True)
        raise EngineError(
            f"не удалось записать (на диске свободно {free.replace('.', ',')} ГБ): {_line(problem)}",
            f"cannot write ({free} GB free on the disk): {_line(problem)}",
            Place(str(out)),
        ) from problem
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _sweep(out: Path) -> None:
    """Remove what runs that were killed left behind for this name."""
    for left in out.parent.glob(f"{_TEMPORARY}*-{out.name}"):
        pid = left.name.removeprefix(_TEMPORARY).partition("-")[0]
        if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _put(folder: Path, out: Path) -> None:
    if out.exists():
        shutil.rmtree(out)
    folder.rename(out)


def write_manifest(folder: Path, data: dict[str, Any]) -> None:
    """Write the manifest, the last file of a run."""
    (folder / MANIFEST).write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
