"""Profiles: what is stated of a variant on a stretch of days, scored once and joined to every vehicle that shares it."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import polars as pl

from lokal.engine.fact_columns import STRATUM
from lokal.fleet.codes import NUMBER
from lokal.fleet.dense import laid_out, shapes_of, shared_columns
from lokal.fleet.long import FACT, KEY, NAMED, OWNER, Lines
from lokal.fleet.score import ALL_STRATA, DAY, PROFILE, Laws, Rows, score_rows
from lokal.fleet.states import Basing, States, states_of, turns_of, unknown_papers
from lokal.fleet.wide import AT, BAD, CATEGORY, POWERTRAIN, intake_of, strata_faults, stratum

BLOCK = 65_536
"""Rows laid out at a time: a hundred megabytes or so for the whole law."""
_KEPT = [KEY, CATEGORY, POWERTRAIN, DAY]
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def side_by_side(act: Callable[[_In], _Out], parts: Iterable[_In]) -> list[_Out]:
    """Return what comes of each part, worked on by as many threads as there are cores."""
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return list(pool.map(act, parts))


@dataclass(frozen=True)
class Variants:
    """The lines of some variants, their documents, and each variant's category and powertrain."""

    lines: Lines
    evidence: pl.DataFrame | None
    kinds: pl.DataFrame
    """Columns owner (as in the lines; null: nothing is stated), key, category, powertrain."""

    @cached_property
    def faults(self) -> pl.DataFrame:
        """Return the lines with something wrong, then those that name a document nobody described, in words."""
        papers = unknown_papers(self.lines, self.evidence).with_columns(pl.lit(NUMBER["unknown_evidence"], dtype=pl.UInt8).alias("code"))
        return pl.concat([self.lines.bad, self.lines.worded(papers)])


@dataclass(frozen=True)
class Days:
    """The days of a run: `on` fixes the law; `built`, the first and last day of building, says that facts are those of the day built."""

    on: date | None
    built: tuple[date, date] | None = None


@dataclass(frozen=True)
class Stated:
    """What lines state of each variant on each stretch of days, before the law is asked."""

    rows: pl.DataFrame
    """Columns key, category, powertrain, day, stratum, first fault and what it is at."""
    states: States
    shapes: pl.DataFrame
    """What the columns of each stated fact must hold."""


def stated_of(variants: Variants, laws: Laws, days: Days, basing: Basing) -> Stated:
    """Return what the lines of some variants state."""
    stretches = _stretches(variants, laws, days, basing)
    states = states_of(variants.lines, variants.evidence, stretches, basing)
    rows = stretches.with_columns(stratum(), *_codes(variants, stretches, states, list(laws.facts)))
    return Stated(rows.drop(OWNER).rename({"day": DAY}), states, shapes_of(states))


def score_stated(pieces: Sequence[Stated], laws: Laws, days: Days) -> pl.DataFrame:
    """Return the scored profiles: key, category, powertrain, the first day of the stretch, points, codes, numbered in `profile`."""
    columns = shared_columns([piece.shapes for piece in pieces], laws.facts)
    strata = frozenset(pl.concat(piece.rows[STRATUM].drop_nulls().unique() for piece in pieces)) or ALL_STRATA

    def scored(block: tuple[Stated, int]) -> pl.DataFrame:
        piece, start = block
        rows = piece.rows.slice(start, BLOCK)
        facts = laid_out(piece.states, columns, laws.facts, start, rows.height)
        frame = pl.concat([rows, facts], how="horizontal") if facts.width else rows
        return score_rows(Rows(frame.lazy(), columns, strata), laws, days.on, _KEPT)

    blocks = [(piece, start) for piece in pieces for start in range(0, piece.rows.height, BLOCK)] or [(pieces[0], 0)]
    return _numbered(pl.concat(side_by_side(scored, blocks)))


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
    keys = variants.kinds.select(KEY, OWNER).unique(KEY, maintain_order=True)
    own = turns_of(variants.lines, variants.evidence, basing.basis).join(keys, on=OWNER).select(KEY, "day")
    cuts = pl.concat([keys.select(KEY).join(fixed, how="cross"), own]).unique().sort(KEY, "day").filter(pl.col("day") <= last)
    ends = pl.col("day").shift(-1).over(KEY)
    return variants.kinds.join(cuts.filter(ends.is_null() | (ends > first)), on=KEY, maintain_order="left")


def _codes(variants: Variants, stretches: pl.DataFrame, states: States, facts: Sequence[str]) -> list[pl.Expr]:
    """Return each profile's first fault and what it is at: its kind, its lines, their documents, what they add up to."""
    beyond = states.beyond
    added = pl.DataFrame(
        {OWNER: stretches[OWNER].gather(beyond["row"]), "code": beyond["code"], AT: pl.Series(facts).gather(beyond[NAMED])}
    )
    lines = pl.concat([variants.faults.select(OWNER, "code", pl.col(FACT).alias(AT)), added]).unique(
        OWNER, keep="first", maintain_order=True
    )
    found = stretches.select(OWNER).join(lines, on=OWNER, how="left", maintain_order="left")
    owners = variants.lines.known
    silent = pl.lit(value=False) if stretches[OWNER].equals(owners) else ~stretches[OWNER].is_in(owners.implode()).fill_null(value=False)
    code = pl.when(silent).then(NUMBER["no_facts"]).otherwise(found["code"].fill_null(0)).cast(pl.UInt8)
    at: pl.Expr = pl.lit(found[AT])
    for name, fault in reversed(strata_faults()):
        code, at = pl.when(fault > 0).then(fault).otherwise(code), pl.when(fault > 0).then(pl.lit(name)).otherwise(at)
    return [code.alias(BAD), at.alias(AT)]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index(PROFILE)
