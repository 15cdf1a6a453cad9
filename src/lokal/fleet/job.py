"""One part of a fleet scored: the same work wherever it runs, in this process or in a task of a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from lokal.engine.dossier import Basis
from lokal.fleet.census import MAKER, Census, census_of
from lokal.fleet.joined import PLACE, VEHICLES_COUNTED, keys_of, places_of, stays, with_silence
from lokal.fleet.law import ANSWER, CODE, CODE_TYPE, MARGIN_HIGH, MARGIN_LOW, REASON, STAKE, Question, Wanted
from lokal.fleet.long import KEY
from lokal.fleet.parts import Part
from lokal.fleet.pieces import read_rows
from lokal.fleet.score import ALL_STRATA, DAY, LAW, PROFILE, Laws, Rows, day_of, score_rows
from lokal.fleet.wide import AT, CATEGORY, POWERTRAIN, Reach, intake_of
from lokal.rulebook.model import Rulebook

VEHICLES = "vehicles"
_YEAR = "·year"


@dataclass(frozen=True)
class Asked:
    """What a run is asked: days, basis, law, columns.

    `on` is the day of law and facts; with `on_column` facts are those of each vehicle's own day, and the law as well unless `on` fixes
    it. `blocks` says where points by block stand: with each vehicle (True), nowhere (False), by default with what was scored: vehicles
    with facts of their own, or profiles.
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
    strata: frozenset[int] = ALL_STRATA

    def laws(self) -> Laws:
        """Return the law of this job, with no plan built yet."""
        return Laws(Question(self.rulebook, self.asked.known, self.asked.readings, wanted=self._wanted()))

    def _wanted(self) -> Wanted:
        return Wanted(blocks=self.asked.blocks is not False, reasons=self.asked.reasons or self.asked.summary, stakes=self.asked.summary)


@dataclass(frozen=True)
class Done:
    """A scored part: its rows, what the census counts of it, and the denominators of columns that hold parts of a point."""

    number: int
    rows: int
    census: Census
    denominators: Mapping[str, int]


def score_part(job: Job, part: Part, folder: Path, laws: Laws | None = None) -> Done:
    """Score a part of the vehicles and write it beside the others; a part that cannot be read comes out as coded rows."""
    laws, target = laws or job.laws(), folder / VEHICLES / f"part-{part.number:05}.parquet"
    try:
        census = _by_profile(job, part, target) if job.profiles else _by_facts(job, scored(job, part.frame(), laws), target)
    except pl.exceptions.PolarsError:
        census = _by_facts(job, _broken(job, part, laws), target)
    return Done(part.number, part.rows, census, laws.denominators)


def sharing(rulebook: Rulebook) -> list[str]:
    """Return the programmes that ask for a part of a year's output."""
    return [each.id for each in rulebook.programmes if any(bar.share is not None for bar in each.values)]


def _by_facts(job: Job, frame: pl.DataFrame, target: Path) -> Census:
    """Write scored vehicles and return their census."""
    hidden = [name for name in frame.columns if name.endswith(STAKE) or (name.endswith(REASON) and not job.asked.reasons)]
    frame.drop(hidden).write_parquet(target, compression_level=1, statistics=False)
    dated = str(job.asked.on_column)
    year = day_of(dated, frame.schema[dated]).dt.year() if dated in frame.columns else pl.lit(_year(job.asked))
    return census_of(frame, year, sharing(job.rulebook))


def _by_profile(job: Job, part: Part, target: Path) -> Census:
    """Write vehicles with the scores of their variants and return their census, which counts alone give."""
    lazy, profiles, dated = part.frame(), with_silence(_profiles(job)), job.asked.on_column
    schema, keep = lazy.collect_schema(), _kept(job, lazy)
    rows = lazy.select(name for name in keep if name not in job.by).collect()
    keys = keys_of(read_rows(part.file, job.by, part.offset, part.rows), job.by)
    days = rows.select(day_of(dated, schema[dated])).to_series() if dated else None
    places, scores = places_of(keys, profiles, days), profiles.drop(*job.by, DAY)
    vehicles = pl.DataFrame({name: keys.column(name) if name in job.by else rows[name] for name in keep})
    _with_scores(vehicles, scores, places).write_parquet(target, compression_level=1, statistics=False)
    maker = [rows[MAKER]] if MAKER in rows.columns else []
    year = pl.lit(_year(job.asked), dtype=pl.Int32) if days is None else days.dt.year()
    counted = pl.DataFrame([places, *maker]).with_columns(year.alias(_YEAR)).group_by(pl.all()).agg(pl.len().alias(VEHICLES_COUNTED))
    weighed = pl.concat([counted, scores.select(pl.all().gather(counted[PLACE]))], how="horizontal")
    return census_of(weighed, pl.col(_YEAR), sharing(job.rulebook), pl.col(VEHICLES_COUNTED).sum())


def _with_scores(vehicles: pl.DataFrame, scores: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    both = pl.concat([vehicles, scores.select(pl.all().gather(places))], how="horizontal")
    return both.select(_order(both.columns, vehicles.columns))


def _year(asked: Asked) -> int | None:
    return asked.on.year if asked.on else None


def _kept(job: Job, frame: pl.LazyFrame) -> list[str]:
    schema = frame.collect_schema()
    kinds = () if job.profiles else (CATEGORY, POWERTRAIN)
    wanted = (*job.ids, job.key, *job.by, MAKER, job.asked.on_column, *kinds)
    return [name for name in dict.fromkeys(wanted) if name and name in schema]


def _profiles(job: Job) -> pl.DataFrame:
    profiles = pl.scan_parquet(job.profiles).rename({KEY: job.key})
    blocks, reasons = bool(job.asked.blocks), job.asked.reasons
    left = [name for name in profiles.collect_schema() if stays(name, job.rulebook, job.by, blocks=blocks, reasons=reasons)]
    return profiles.drop(left).collect()


def scored(job: Job, frame: pl.LazyFrame, laws: Laws) -> pl.DataFrame:
    """Return vehicles with the scores of their own facts."""
    schema, keep, dated = frame.collect_schema(), _kept(job, frame), job.asked.on_column
    if dated:
        frame = frame.with_columns(day_of(dated, schema[dated]))
    intake = intake_of(dict(schema), job.reaches, laws.facts)
    found = score_rows(Rows(intake.of(frame), intake.columns, job.strata), laws, job.asked.on, keep)
    return found.select(_order(found.columns, keep))


def _order(names: list[str], keep: list[str]) -> list[str]:
    """Return columns in reading order: the vehicle, what came of it, totals, programmes, then blocks and reasons."""
    first = [*keep, LAW, PROFILE, CODE, AT, "low", "high"]
    programmes = [name for name in names if name.endswith((ANSWER, MARGIN_LOW, MARGIN_HIGH))]
    head = dict.fromkeys([*first, *sorted(programmes, key=_programme), *names])
    return [name for name in head if name in names]


def _programme(column: str) -> str:
    return column.rpartition(":")[0]


def _broken(job: Job, part: Part, laws: Laws) -> pl.DataFrame:
    """Return coded rows for a part whose data cannot be read."""
    empty = pl.DataFrame(schema=pl.scan_parquet(part.file).collect_schema())
    frame = _unplaced(job, empty) if job.profiles else scored(job, empty.lazy(), laws)
    where = f"{Path(part.file).name}:{part.offset + 1}"
    return frame.clear(part.rows).with_columns(pl.lit("broken_part").cast(CODE_TYPE).alias(CODE), pl.lit(where).alias(AT))


def _unplaced(job: Job, empty: pl.DataFrame) -> pl.DataFrame:
    vehicles = empty.select(_kept(job, empty.lazy())).with_columns(pl.col(job.by).cast(pl.String))
    return _with_scores(vehicles, _profiles(job).drop(*job.by, DAY), pl.Series([], dtype=pl.UInt32))
