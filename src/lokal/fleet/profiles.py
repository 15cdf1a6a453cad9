"""Profiles: what is stated of a variant on a stretch of days, scored once and joined to every vehicle that shares it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lokal.engine.fact_columns import TOP, UNIT, FactColumns
from lokal.engine.state_columns import DOUBT, HIGH, LOW
from lokal.fleet.codes import NUMBER
from lokal.fleet.long import FACT, KEY, Basing, Lines, states_of, turns_of, unknown_papers
from lokal.fleet.score import DAY, PROFILE, Laws, score_rows
from lokal.fleet.wide import AT, BAD, CATEGORY, POWERTRAIN, intake_of, strata_faults, stratum
from lokal.rulebook.model import Fact

_STEPS = (1, 100, 1000, 10_000, 10**6, 10**9, 10**12)


@dataclass(frozen=True)
class Variants:
    """The lines of some variants, their documents, and each variant's category and powertrain."""

    lines: Lines
    evidence: pl.DataFrame | None
    kinds: pl.DataFrame
    """Columns key, category, powertrain."""


@dataclass(frozen=True)
class Days:
    """The days of a run: `on` fixes the law; `built`, the first and last day of building, says that facts are those of the day built."""

    on: date | None
    built: tuple[date, date] | None = None


def score_lines(variants: Variants, laws: Laws, days: Days, basing: Basing) -> pl.DataFrame:
    """Return the scored profiles: key, category, powertrain, the first day of the stretch, points, codes, numbered in `profile`."""
    stretches = _stretches(variants, laws, days, basing)
    states = states_of(variants.lines, variants.evidence, stretches, basing)
    frame, columns = _frame(stretches, states, laws.facts)
    faulty = frame.with_columns(_codes(variants, frame, states)).rename({"day": DAY})
    return _numbered(score_rows(faulty.with_columns(stratum()).lazy(), columns, laws, days.on, [KEY, CATEGORY, POWERTRAIN, DAY]))


def score_wide(frame: pl.DataFrame, laws: Laws, days: Days) -> pl.DataFrame:
    """Return scored profiles of a table with a row a variant (`key`) and a column a fact, which hold on every day."""
    law_days = [days.on] if days.on is not None else list(laws.question.turns)
    intake = intake_of(dict(frame.schema), {}, laws.facts)
    rows = frame.with_columns(pl.col(KEY).cast(pl.String)).unique(KEY, keep="first", maintain_order=True)
    rows = rows.join(pl.DataFrame({DAY: law_days}, schema={DAY: pl.Date}), how="cross")
    return _numbered(score_rows(intake.of(rows.lazy()), intake.columns, laws, days.on, [KEY, CATEGORY, POWERTRAIN, DAY]))


def _stretches(variants: Variants, laws: Laws, days: Days, basing: Basing) -> pl.DataFrame:
    """Return key and first day of every stretch on which neither the law nor what is stated changes."""
    if days.built is None:
        return variants.kinds.with_columns(pl.lit(days.on, dtype=pl.Date).alias("day"))
    first, last = days.built
    turns = laws.question.turns if days.on is None else ()
    fixed = pl.DataFrame({"day": [date(1, 1, 1), *turns]}, schema={"day": pl.Date})
    keys = variants.kinds.select(KEY).unique(maintain_order=True)
    own = turns_of(variants.lines, variants.evidence, basing.basis).join(keys, on=KEY, how="semi")
    cuts = pl.concat([keys.join(fixed, how="cross"), own]).unique().sort(KEY, "day").filter(pl.col("day") <= last)
    ends = pl.col("day").shift(-1).over(KEY)
    return variants.kinds.join(cuts.filter(ends.is_null() | (ends > first)), on=KEY, maintain_order="left")


def _frame(stretches: pl.DataFrame, states: pl.DataFrame, facts: Mapping[str, Fact]) -> tuple[pl.DataFrame, dict[str, FactColumns]]:
    """Return one row a stretch with two bounds and the doubt of every fact stated."""
    rows = stretches.with_row_index("row")
    placed = states.join(rows.select("row", KEY, "day"), on=[KEY, "day"], how="inner")
    series: list[pl.Series] = []
    columns = {}
    for (name,), piece in sorted(placed.partition_by(FACT, as_dict=True).items()):
        made, columns[str(name)] = _fact_columns(str(name), piece, rows.height, facts[str(name)])
        series.extend(made)
    return rows.drop("row").with_columns(series), columns


def _fact_columns(name: str, piece: pl.DataFrame, rows: int, fact: Fact) -> tuple[list[pl.Series], FactColumns]:
    low, high, doubt = (_scattered(name + ending, piece, part, rows) for ending, part in ((LOW, "low"), (HIGH, "high"), (DOUBT, "doubt")))
    if fact.kind == "flag":
        low, high = low.cast(pl.Boolean), high.cast(pl.Boolean)
    unit, nulls = UNIT[fact.kind], bool(low.null_count() or high.null_count())
    most = max(int(str(piece[end].max() or 0)) for end in ("low", "high"))
    top = min((step for step in _STEPS if most <= step <= TOP[fact.kind]), default=TOP[fact.kind])
    top = unit if fact.kind == "share" else top
    if low.equals(high.alias(low.name)):
        return [low], FactColumns(low.name, "", unit, top, nulls)
    doubtful = bool(doubt.sum())
    made = [low, high, doubt] if doubtful else [low, high]
    return made, FactColumns(low.name, high.name, unit, top, nulls, doubt.name if doubtful else "")


def _scattered(name: str, piece: pl.DataFrame, column: str, rows: int) -> pl.Series:
    values = np.zeros(rows, dtype=np.int64)
    there = np.zeros(rows, dtype=bool)
    place, found = piece["row"].to_numpy(), piece[column]
    values[place] = found.fill_null(0).to_numpy()
    there[place] = found.is_not_null().to_numpy()
    return pl.select(pl.when(pl.Series(there)).then(pl.Series(values)).alias(name)).to_series()


def _codes(variants: Variants, frame: pl.DataFrame, states: pl.DataFrame) -> list[pl.Series]:
    """Return each profile's first fault and what it is at: its kind, its lines, their documents, what they add up to."""
    nothing = pl.lit(NUMBER["unknown_evidence"], dtype=pl.UInt8).alias("code")
    lines = pl.concat(
        [
            variants.lines.bad.select(KEY, "code", pl.col(FACT).alias("at")),
            unknown_papers(variants.lines, variants.evidence).select(KEY, nothing, pl.col(FACT).alias("at")),
            states.filter(pl.col("code") > 0).select(KEY, "code", pl.col(FACT).alias("at")),
        ]
    ).unique(KEY, keep="first", maintain_order=True)
    known = variants.lines.frame.select(KEY).unique().with_columns(pl.lit(value=True).alias("known"))
    found = frame.select(KEY, CATEGORY, POWERTRAIN).join(lines, on=KEY, how="left", maintain_order="left")
    found = found.join(known, on=KEY, how="left", maintain_order="left")
    own = pl.when(pl.col("known").is_null()).then(NUMBER["no_facts"]).otherwise(pl.col("code").fill_null(0)).cast(pl.UInt8)
    code, at = own, pl.col("at")
    for name, fault in reversed(strata_faults()):
        code, at = pl.when(fault > 0).then(fault).otherwise(code), pl.when(fault > 0).then(pl.lit(name)).otherwise(at)
    made = found.select(code.alias(BAD), at.alias(AT))
    return [made[BAD], made[AT]]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index(PROFILE)
