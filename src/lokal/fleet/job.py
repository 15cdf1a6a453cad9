"""One part of a fleet scored: the same work wherever it runs, in this process or in a task of a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from lokal.engine.dossier import Basis
from lokal.fleet.census import MAKER, Census, census_of
from lokal.fleet.law import ANSWER, CODE, CODE_TYPE, MARGIN_HIGH, MARGIN_LOW, REASON, STAKE, Question, Wanted
from lokal.fleet.long import KEY
from lokal.fleet.parts import Part
from lokal.fleet.score import DAY, LAW, PROFILE, Laws, day_of, score_rows, without_points
from lokal.fleet.wide import AT, CATEGORY, POWERTRAIN, Reach, intake_of
from lokal.rulebook.model import Rulebook

VEHICLES = "vehicles"
_ROW = "·row"


@dataclass(frozen=True)
class Asked:
    """What a run is asked: days, basis, law, columns.

    `on` is the day of law and facts; with `on_column` facts are those of each vehicle's own day, and the law as well unless `on` fixes
    it. `blocks` adds points by block to vehicles (by default where they have facts of their own).
    """

    on: date | None = None
    on_column: str | None = None
    basis: Basis = "claimed"
    known: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    blocks: bool | None = None
    reasons: bool = False
    summary: bool = False


@dataclass(frozen=True)
class Job:
    """All that scores a part: what is asked, how vehicles are joined to the scored profiles (none where they have own facts)."""

    rulebook: Rulebook
    asked: Asked
    ids: tuple[str, ...] = ()
    key: str = ""
    by: tuple[str, ...] = ()
    profiles: str = ""
    reaches: Mapping[str, Reach] = field(default_factory=dict)

    def laws(self) -> Laws:
        """Return the law of this job, with no plan built yet."""
        return Laws(Question(self.rulebook, self.asked.known, self.asked.readings, wanted=self._wanted()))

    def _wanted(self) -> Wanted:
        if self.profiles:
            return Wanted(blocks=True, reasons=self.asked.reasons or self.asked.summary, stakes=self.asked.summary)
        return Wanted(blocks=self.asked.blocks is not False, reasons=self.asked.reasons or self.asked.summary, stakes=self.asked.summary)


@dataclass(frozen=True)
class Done:
    """A scored part: its rows, and what the census counts of it."""

    number: int
    rows: int
    census: Census


def score_part(job: Job, part: Part, folder: Path, laws: Laws | None = None) -> Done:
    """Score a part of the vehicles and write it beside the others; a part that cannot be read comes out as coded rows."""
    laws = laws or job.laws()
    try:
        frame = scored(job, part.frame(), laws)
    except pl.exceptions.PolarsError:
        frame = _broken(job, part, laws)
    census = census_of(frame, _year(job.asked, frame), sharing(job.rulebook))
    hidden = [name for name in frame.columns if name.endswith(STAKE) or (name.endswith(REASON) and not job.asked.reasons)]
    frame.drop(hidden).write_parquet(folder / VEHICLES / f"part-{part.number:05}.parquet")
    return Done(part.number, frame.height, census)


def sharing(rulebook: Rulebook) -> list[str]:
    """Return the programmes that ask for a part of a year's output."""
    return [each.id for each in rulebook.programmes if any(bar.share is not None for bar in each.values)]


def _year(asked: Asked, frame: pl.DataFrame) -> pl.Expr:
    if asked.on_column in frame.columns:
        return day_of(str(asked.on_column), frame.schema[str(asked.on_column)]).dt.year()
    return pl.lit(asked.on.year if asked.on else None, dtype=pl.Int32)


def scored(job: Job, frame: pl.LazyFrame, laws: Laws) -> pl.DataFrame:
    """Return vehicles with their scores: by their own facts, or by their profiles."""
    schema, asked = frame.collect_schema(), job.asked
    if asked.on_column:
        frame = frame.with_columns(day_of(asked.on_column, schema[asked.on_column]))
    wanted = (*job.ids, job.key, *job.by, MAKER, asked.on_column, *(() if job.profiles else (CATEGORY, POWERTRAIN)))
    keep = [name for name in dict.fromkeys(wanted) if name and name in schema]
    if job.profiles:
        return _ordered(_joined(job, frame.select(*keep, *([DAY] if asked.on_column else []))), keep)
    intake = intake_of(dict(schema), job.reaches, laws.facts)
    return _ordered(score_rows(intake.of(frame), intake.columns, laws, asked.on, keep), keep)


def _ordered(frame: pl.DataFrame, keep: list[str]) -> pl.DataFrame:
    """Return columns in reading order: the vehicle, what came of it, totals, programmes, then blocks and reasons."""
    first = [*keep, LAW, PROFILE, CODE, AT, "low", "high"]
    programmes = [name for name in frame.columns if name.endswith((ANSWER, MARGIN_LOW, MARGIN_HIGH))]
    head = [name for name in [*first, *sorted(programmes, key=_programme)] if name in frame.columns]
    return frame.select(*head, pl.exclude(head))


def _programme(column: str) -> str:
    return column.rpartition(":")[0]


def _joined(job: Job, frame: pl.LazyFrame) -> pl.DataFrame:
    """Return vehicles with the score of their variant's profile on their day."""
    profiles = pl.scan_parquet(job.profiles).rename({KEY: job.key})
    profiles = profiles.drop([name for name in profiles.collect_schema() if _stays(job, name)])
    rows = frame.with_columns(pl.col(name).cast(pl.String) for name in job.by)
    if not job.asked.on_column:
        found = rows.join(profiles.drop(DAY), on=list(job.by), how="left", maintain_order="left").collect(engine="streaming")
        return _coded(found, pl.lit(value=False))
    table = rows.with_row_index(_ROW).collect()
    dated = table.filter(pl.col(DAY).is_not_null()).sort(DAY)
    asof = dated.join_asof(profiles.sort(DAY).collect(), on=DAY, by=list(job.by), strategy="backward", check_sortedness=False)
    undated = table.filter(pl.col(DAY).is_null())
    return _coded(pl.concat([asof, undated], how="diagonal_relaxed").sort(_ROW).drop(_ROW), pl.col(DAY).is_null()).drop(DAY)


def _coded(frame: pl.DataFrame, undated: pl.Expr) -> pl.DataFrame:
    code = pl.when(undated).then(pl.lit("no_day")).otherwise(pl.coalesce(pl.col(CODE).cast(pl.String), pl.lit("no_facts")))
    return without_points(frame.with_columns(code.cast(CODE_TYPE).alias(CODE)))


def _stays(job: Job, name: str) -> bool:
    """Tell whether a column stays with the profiles: reasons, stakes, blocks unless asked for, and kinds that join nothing."""
    if name in {CATEGORY, POWERTRAIN}:
        return name not in job.by
    if name.endswith(REASON):
        return not job.asked.reasons
    blocks = {f"{block.id}:{end}" for block in job.rulebook.blocks for end in ("low", "high")}
    return name.endswith(STAKE) or (name in blocks and not job.asked.blocks)


def _broken(job: Job, part: Part, laws: Laws) -> pl.DataFrame:
    """Return coded rows for a part whose data cannot be read."""
    empty = pl.DataFrame(schema=pl.scan_parquet(part.file).collect_schema()).lazy()
    frame = scored(job, empty, laws).clear(part.rows)
    where = f"{Path(part.file).name}:{part.offset + 1}"
    return frame.with_columns(pl.lit("broken_part").cast(CODE_TYPE).alias(CODE), pl.lit(where).alias(AT))
