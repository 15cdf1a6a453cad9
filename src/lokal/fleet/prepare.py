"""What a run needs before its first part: which columns are what, profiles of variants scored, lines that could not be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from lokal.engine.fact_columns import STRATUM
from lokal.errors import EngineError, Place
from lokal.fleet.job import Asked, Job, sharing
from lokal.fleet.lined import Reading, score_lines
from lokal.fleet.long import FACT, KEY, VALUE, read_evidence
from lokal.fleet.parts import Source, columns_of, read_table
from lokal.fleet.profiles import Days, score_wide
from lokal.fleet.score import ALL_STRATA, Laws, day_of
from lokal.fleet.states import Basing
from lokal.fleet.wide import CATEGORY, HIGH, LOW, MICRO, POWERTRAIN, Reach, stratum
from lokal.rulebook.model import Rulebook

IDS = ("vin", "vehicle", "id")
"""Names of the column that tells vehicles apart; the first one present counts."""
KEYS = ("variant", "vehicle", "vin", "id")
"""Names of the column that vehicles and facts share; the first that both have counts."""
PROFILES = "profiles.parquet"
_ENDINGS = ("", LOW, HIGH, MICRO)


@dataclass(frozen=True)
class Inputs:
    """The files of a run: vehicles, and where facts are stated apart, these and their documents."""

    sources: Sequence[Source]
    facts: Path | None = None
    evidence: Path | None = None

    @property
    def columns(self) -> set[str]:
        """Return the columns that every file of vehicles has."""
        return set.intersection(*(set(source.schema) for source in self.sources))


@dataclass(frozen=True)
class Prepared:
    """A job with the law it has used so far, the profiles it joins and the lines that could not be used."""

    job: Job
    laws: Laws
    profiles: pl.DataFrame | None = None
    bad_lines: pl.DataFrame | None = None
    shares: dict[str, Decimal] = field(default_factory=dict)


def prepared(inputs: Inputs, rulebook: Rulebook, asked: Asked, folder: Path) -> Prepared:
    """Return the job of a run; facts of variants are scored as profiles into the folder. Raises EngineError for a missing column."""
    columns = inputs.columns
    _must_have(inputs, [asked.on_column] if asked.on_column else [])
    ids = tuple(name for name in IDS if name in columns)[:1]
    shares = _shares(rulebook)
    if inputs.facts is None:
        _must_have(inputs, [CATEGORY, POWERTRAIN])
        bare = Job(rulebook, asked, ids)
        laws = bare.laws()
        wanted = {name + ending for name in laws.facts for ending in _ENDINGS}
        job = replace(bare, reaches=reaches_of(inputs.sources, wanted), strata=_strata(inputs.sources))
        return Prepared(job, laws, shares=shares)
    names = columns_of(inputs.facts)
    key = next((name for name in KEYS if name in columns and name in names), "")
    if not key:
        known = ", ".join(KEYS)
        place = Place(str(inputs.facts))
        raise EngineError(f"у машин и сведений нет общего столбца: {known}", f"vehicles and facts share no column: {known}", place)
    job = Job(rulebook, asked, ids, key, profiles=str(folder / PROFILES))
    laws = job.laws()
    read = _lines if {FACT, VALUE} <= names else _wide
    profiles, bad, by = read(inputs, job, laws, inputs.facts)
    profiles.write_parquet(folder / PROFILES)
    return Prepared(replace(job, by=tuple(key if name == KEY else name for name in by)), laws, profiles, bad, shares)


def _strata(sources: Sequence[Source]) -> frozenset[int]:
    """Return the kinds of vehicles that occur in some files; all of them where a file is damaged inside."""
    found = [pl.scan_parquet(source.file).select(stratum()).unique() for source in sources]
    try:
        return frozenset(pl.concat(found).drop_nulls().collect(engine="streaming")[STRATUM]) or ALL_STRATA
    except pl.exceptions.PolarsError:
        return ALL_STRATA


def _must_have(inputs: Inputs, wanted: Sequence[str]) -> None:
    for source in inputs.sources:
        for name in wanted:
            if name not in source.schema:
                raise EngineError(f"нет столбца «{name}»", f"the column '{name}' is missing", Place(source.file))


def _shares(rulebook: Rulebook) -> dict[str, Decimal]:
    """Return the part of a year's units that each such programme asks for, as its latest bar says."""
    wanted = sharing(rulebook)
    return {each.id: bar.share for each in rulebook.programmes if each.id in wanted for bar in each.values if bar.share is not None}


def reaches_of(sources: Sequence[Source], wanted: set[str]) -> dict[str, Reach]:
    """Return what the files' footers say of some columns: bounds and nulls over all row groups; nothing where one does not say."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]  # noqa: PLC0415  only files with own facts need it

    found: dict[str, Reach | None] = {}
    for source in sources:
        footer = pq.read_metadata(source.file)
        places = {footer.schema.column(index).path: index for index in range(footer.num_columns)}
        for name in places.keys() & wanted:
            for group in range(footer.num_row_groups):
                stats = footer.row_group(group).column(places[name]).statistics
                known = stats is not None and stats.has_null_count and (stats.has_min_max or stats.null_count == stats.num_values)
                found[name] = _wider(found.get(name, _NEW), stats) if known else None
    return {name: reach for name, reach in found.items() if reach is not None}


_NEW = Reach(nulls=False)


def _wider(reach: Reach | None, stats: object) -> Reach | None:
    low, high, nulls = (getattr(stats, name, None) for name in ("min", "max", "null_count"))
    if reach is None or not isinstance(low, int | float | None) or not isinstance(high, int | float | None):
        return None
    lows, highs = [each for each in (reach.low, low) if each is not None], [each for each in (reach.high, high) if each is not None]
    return Reach(min(lows, default=None), max(highs, default=None), reach.nulls or bool(nulls))


_Read = tuple[pl.DataFrame, pl.DataFrame | None, tuple[str, ...]]


def _wide(inputs: Inputs, job: Job, laws: Laws, file: Path) -> _Read:
    table = read_table(file).rename({job.key: KEY})
    for name in (CATEGORY, POWERTRAIN):
        if name not in table.columns:
            raise EngineError(f"нет столбца «{name}»", f"the column '{name}' is missing", Place(str(file)))
    return score_wide(table, laws, Days(job.asked.on, _built(inputs, job.asked))), None, (KEY,)


def _lines(inputs: Inputs, job: Job, laws: Laws, file: Path) -> _Read:
    evidence = read_evidence(read_table(inputs.evidence)) if inputs.evidence else None
    days, basing = Days(job.asked.on, _built(inputs, job.asked)), Basing(job.asked.basis, job.asked.known or date.max)
    found = score_lines(file, Reading(job.key, laws, days, basing, evidence, lambda: _kinds_of_vehicles(inputs, job.key)))
    return found.scored, found.faults, found.by


def _kinds_of_vehicles(inputs: Inputs, key: str) -> pl.DataFrame:
    """Return key, category and powertrain of every vehicle. Raises EngineError for a missing column."""
    _must_have(inputs, [CATEGORY, POWERTRAIN])
    columns = [pl.col(key).alias(KEY), pl.col(CATEGORY), pl.col(POWERTRAIN)]
    each = [pl.scan_parquet(source.file).select(column.cast(pl.String) for column in columns) for source in inputs.sources]
    return pl.concat(each).unique().collect(engine="streaming").sort(KEY, CATEGORY, POWERTRAIN)


def _built(inputs: Inputs, asked: Asked) -> tuple[date, date] | None:
    """Return the first and last day of building; None where one day serves all."""
    if not asked.on_column:
        return None
    ends = [
        pl.scan_parquet(source.file).select(day_of(asked.on_column, source.schema[asked.on_column]).alias("day"))
        .select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).collect(engine="streaming").row(0)
        for source in inputs.sources
    ]  # fmt: skip
    first, last = [low for low, _ in ends if low], [high for _, high in ends if high]
    return (min(first), max(last)) if first and last else (asked.on or date.max, asked.on or date.max)
