"""Vehicles joined to the scored profiles of their variants: distinct variants and days are answered once, for all rows."""

from collections.abc import Iterable

import polars as pl

from lokal.fleet.law import CODE, CODE_TYPE, REASON, STAKE
from lokal.fleet.score import DAY, without_points
from lokal.fleet.wide import CATEGORY, POWERTRAIN
from lokal.rulebook.model import Rulebook

VEHICLES_COUNTED = "·vehicles"


def met(rows: pl.DataFrame, by: Iterable[str], extra: Iterable[str]) -> pl.DataFrame:
    """Return the distinct variants (and days, and what else is named) of some vehicles, with how many there are of each."""
    return rows.group_by([*by, *extra]).agg(pl.len().cast(pl.Int64).alias(VEHICLES_COUNTED))


def answered(pairs: pl.DataFrame, profiles: pl.LazyFrame, by: list[str], *, dated: bool) -> pl.DataFrame:
    """Return distinct variants (dated: and days) with their profile's score, or the code that says why there is none."""
    if not dated:
        return _coded(pairs.join(profiles.drop(DAY).collect(), on=by, how="left"), pl.lit(value=False))
    some = pairs.filter(pl.col(DAY).is_not_null()).sort(DAY)
    found = some.join_asof(profiles.sort(DAY).collect(), on=DAY, by=by, strategy="backward", check_sortedness=False)
    return _coded(pl.concat([found, pairs.filter(pl.col(DAY).is_null())], how="diagonal_relaxed"), pl.col(DAY).is_null())


def _coded(frame: pl.DataFrame, undated: pl.Expr) -> pl.DataFrame:
    code = pl.when(undated).then(pl.lit("no_day")).otherwise(pl.coalesce(pl.col(CODE).cast(pl.String), pl.lit("no_facts")))
    return without_points(frame.with_columns(code.cast(CODE_TYPE).alias(CODE)))


def with_scores(rows: pl.DataFrame, scores: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Return vehicles, in their order, with the scores of their variants and days."""
    return rows.join(scores, on=on, how="left", nulls_equal=True, maintain_order="left")


def stays(name: str, rulebook: Rulebook, by: Iterable[str], *, blocks: bool, reasons: bool) -> bool:
    """Tell whether a column stays with the profiles: reasons, stakes, blocks unless asked for, and kinds that join nothing."""
    if name in {CATEGORY, POWERTRAIN}:
        return name not in by
    if name.endswith(REASON):
        return not reasons
    ours = {f"{block.id}:{end}" for block in rulebook.blocks for end in ("low", "high")}
    return name.endswith(STAKE) or (name in ours and not blocks)
