"""A fleet from files to files: intake, profiles, parts scored one by one, census, manifest; whole or not there at all."""

import hashlib
import shutil
from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import polars as pl

from lokal.errors import EngineError
from lokal.fleet.census import COUNT, Census, details_of, merged, share_of_output, zero_hits
from lokal.fleet.job import VEHICLES, Asked, Done, Job, score_part
from lokal.fleet.parts import Part, as_parquet, files_of, parts_of, source_of, whole_folder, write_manifest
from lokal.fleet.prepare import Inputs, Prepared, prepared
from lokal.fleet.score import PROFILE, Laws
from lokal.rulebook.model import Rulebook

BAD_LINES, OUTPUT, TEMPORARY = "bad_lines.parquet", "share_of_output.parquet", "temporary"
FORMAT = 1
Progress = Callable[[int, int], None]
HandOut = Callable[[Job, list[Part], Path, Progress], list[Done]]


@dataclass(frozen=True)
class Report:
    """What came of a run: vehicles, the census, programmes by maker and year, operations without points, lines with something wrong."""

    vehicles: int
    census: Census
    output: pl.DataFrame
    zero_hits: list[str]
    bad_lines: int


def run_fleet(  # noqa: PLR0913  files in, files out; the rest has defaults
    vehicles: Path,
    out: Path,
    rulebook: Rulebook,
    asked: Asked,
    *,
    facts: Path | None = None,
    evidence: Path | None = None,
    hand_out: HandOut | None = None,
    progress: Progress | None = None,
) -> Report:
    """Score a fleet of files into the folder `out`, which appears only when it is whole; return its census.

    The folder has `vehicles/part-*.parquet`, `profiles.parquet` where facts are stated of variants, `bad_lines.parquet`,
    `share_of_output.parquet` and, written last, `manifest.json`. `hand_out` says who scores the parts: by default this process, one
    after the other. Raises EngineError or RulebookError for input that cannot be used at all, and when the disk is full.
    """
    if asked.on is None and asked.on_column is None:
        raise EngineError("укажите день: --on или --on-column", "give a day: --on or --on-column")
    inputs = [file for path in (vehicles, facts, evidence) if path for file in files_of(path)]
    with whole_folder(out) as folder:
        for name in (VEHICLES, TEMPORARY):
            (folder / name).mkdir()
        sources = [source_of(as_parquet(file, folder / TEMPORARY)) for file in files_of(vehicles)]
        ready = prepared(Inputs(sources, facts, evidence), rulebook, asked, folder)
        parts = parts_of(sources)
        done = (hand_out or one_by_one)(ready.job, parts, folder, progress or (lambda _done, _all: None))
        report = _report(ready, done)
        denominators = dict(ChainMap(ready.laws.denominators, *(dict(each.denominators) for each in done)))
        _write_rest(ready, report, folder, inputs, denominators)
    return report


def one_by_one(job: Job, parts: list[Part], folder: Path, progress: Progress) -> list[Done]:
    """Score parts in this process, one after the other: each already keeps all cores busy."""
    laws, done = job.laws(), []
    for number, part in enumerate(parts):
        done.append(score_part(job, part, folder, laws))
        progress(number + 1, len(parts))
    return done


def _report(ready: Prepared, done: list[Done]) -> Report:
    census = merged(each.census for each in done)
    if ready.profiles is not None and census.tables["profiles"].height:
        weights = census.tables["profiles"]
        weighed = ready.profiles.join(weights, on=PROFILE, how="inner")
        census = Census({**census.tables, **details_of(weighed, pl.col(COUNT))})
    reasons = census.tables["reasons"]
    output = share_of_output(census.tables["output"], ready.shares)
    bad = 0 if ready.bad_lines is None else ready.bad_lines.height
    return Report(sum(each.rows for each in done), census, output, zero_hits(reasons), bad)


def _write_rest(ready: Prepared, report: Report, folder: Path, inputs: list[str], denominators: dict[str, int]) -> None:
    """Write what stands beside the vehicles, and the manifest last."""
    if ready.bad_lines is not None and ready.bad_lines.height:
        ready.bad_lines.write_parquet(folder / BAD_LINES)
    report.output.write_parquet(folder / OUTPUT)
    shutil.rmtree(folder / TEMPORARY)
    asked, laws = ready.job.asked, ready.laws
    write_manifest(
        folder,
        {
            "format": FORMAT,
            "lokal": version("lokal"),
            "rulebook": {
                "id": ready.job.rulebook.manifest.id,
                "version": ready.job.rulebook.manifest.version,
                "hash": ready.job.rulebook.hash,
            },
            "asked": {
                "on": asked.on,
                "on_column": asked.on_column,
                "basis": asked.basis,
                "known": asked.known,
                "readings": dict(asked.readings),
            },
            "scales": {str(day): laws.question.scale(day).hash for day in _law_days(asked, laws)},
            "denominators": denominators,
            "inputs": [{"file": Path(file).name, "sha256": _hash(file)} for file in inputs],
            "vehicles": report.vehicles,
            "codes": dict(report.census.tables["codes"].iter_rows()),
        },
    )


def _law_days(asked: Asked, laws: Laws) -> list[date]:
    """Return the days whose law a run may have used; a row's `law` names one of them."""
    if asked.on is None:
        return list(laws.question.turns)
    day = laws.question.law_day(asked.on)
    return [day] if day else []


def _hash(file: str) -> str:
    with Path(file).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
