"""Profiles: what is stated of a variant on a stretch of days, scored once and joined to every vehicle that shares it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from lokal.engine.fact_columns import STRATUM
from lokal.fleet.codes import NUMBER
from lokal.fleet.dense import BLOCK, dense
from lokal.fleet.long import FACT, KEY, NAMED, Lines
from lokal.fleet.score import ALL_STRATA, DAY, PROFILE, Laws, Rows, score_rows
from lokal.fleet.states import Basing, States, states_of, turns_of, unknown_papers
from lokal.fleet.wide import AT, BAD, CATEGORY, POWERTRAIN, intake_of, strata_faults, stratum

_KEPT = [KEY, CATEGORY, POWERTRAIN, DAY]


@dataclass(frozen=True)
class Variants:
    """The lines of some variants, their documents, and each variant's category and powertrain."""

    lines: Lines
    evidence: pl.DataFrame | None
    kinds: pl.DataFrame
    """Columns key, category, powertrain."""

    @cached_property
    def unknown_papers(self) -> pl.DataFrame:
        """Return the lines that name a document nobody described."""
        return unknown_papers(self.lines, self.evidence)


@dataclass(frozen=True)
class Days:
    """The days of a run: `on` fixes the law; `built`, the first and last day of building, says that facts are those of the day built."""

    on: date | None
    built: tuple[date, date] | None = None


def score_lines(variants: Variants, laws: Laws, days: Days, basing: Basing) -> pl.DataFrame:
    """Return the scored profiles: key, category, powertrain, the first day of the stretch, points, codes, numbered in `profile`."""
    stretches = _stretches(variants, laws, days, basing)
    states = states_of(variants.lines, variants.evidence, stretches, basing)
    laid_out = dense(states, stretches.height, laws.facts)
    rows = stretches.with_columns(stratum(), *_codes(variants, stretches, states)).rename({"day": DAY})
    strata = frozenset(rows[STRATUM].drop_nulls().unique()) or ALL_STRATA

    def scored(start: int) -> pl.DataFrame:
        piece, facts = rows.slice(start, BLOCK), laid_out.block(start)
        frame = pl.concat([piece, facts], how="horizontal") if facts.width else piece
        return score_rows(Rows(frame.lazy(), laid_out.columns, strata), laws, days.on, _KEPT)

    first, *rest = laid_out.starts or (0,)
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        blocks = [scored(first), *pool.map(scored, rest)]
    return _numbered(pl.concat(blocks))


def score_wide(frame: pl.DataFrame, laws: Laws, days: Days) -> pl.DataFrame:
    """Return scored profiles of a table with a row a variant (`key`) and a column a fact, which hold on every day."""
    law_days = [days.on] if days.on is not None else list(laws.question.turns)
    intake = intake_of(dict(frame.schema), {}, laws.facts)
    rows = frame.with_columns(pl.col(KEY).cast(pl.String)).unique(KEY, keep="first", maintain_order=True)
    rows = rows.join(pl.DataFrame({DAY: law_days}, schema={DAY: pl.Date}), how="cross")
    return _numbered(score_rows(Rows(intake.of(rows.lazy()), intake.columns), laws, days.on, _KEPT))


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


def _codes(variants: Variants, stretches: pl.DataFrame, states: States) -> list[pl.Series]:
    """Return each profile's first fault and what it is at: its kind, its lines, their documents, what they add up to."""
    nothing = pl.lit(NUMBER["unknown_evidence"], dtype=pl.UInt8).alias("code")
    beyond, key, at = states.beyond, pl.col(KEY).cast(pl.String), pl.col(FACT).cast(pl.String)
    lines = pl.concat(
        [
            variants.lines.bad.select(key, "code", at.alias("at")),
            variants.unknown_papers.select(key, nothing, at.alias("at")),
            beyond.select(stretches[KEY].gather(beyond["row"]).alias(KEY), "code", pl.col(NAMED).cast(pl.String).alias("at")),
        ]
    ).unique(KEY, keep="first", maintain_order=True)
    known = pl.DataFrame({KEY: variants.lines.keys}).with_columns(pl.lit(value=True).alias("known"))
    found = stretches.select(KEY, CATEGORY, POWERTRAIN).join(lines, on=KEY, how="left", maintain_order="left")
    found = found.join(known, on=KEY, how="left", maintain_order="left")
    own = pl.when(pl.col("known").is_null()).then(NUMBER["no_facts"]).otherwise(pl.col("code").fill_null(0)).cast(pl.UInt8)
    code, at = own, pl.col("at")
    for name, fault in reversed(strata_faults()):
        code, at = pl.when(fault > 0).then(fault).otherwise(code), pl.when(fault > 0).then(pl.lit(name)).otherwise(at)
    made = found.select(code.alias(BAD), at.alias(AT))
    return [made[BAD], made[AT]]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index(PROFILE)
