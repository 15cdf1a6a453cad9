"""Vehicles and the scored profiles of their variants: each vehicle has the place of its profile, and takes what stands there."""

from collections.abc import Iterable

import polars as pl

from lokal.fleet.law import CODE, CODE_TYPE, REASON, STAKE
from lokal.fleet.score import DAY
from lokal.fleet.wide import CATEGORY, POWERTRAIN
from lokal.rulebook.model import Rulebook

PLACE, VEHICLES_COUNTED = "·place", "·vehicles"
_SILENT = ("no_facts", "no_day")


def with_silence(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return profiles with a row at the end for vehicles without one, and a last row for vehicles without a day."""
    return pl.concat([profiles, pl.DataFrame({CODE: _SILENT}, schema={CODE: CODE_TYPE})], how="diagonal")


def places_of(rows: pl.DataFrame, profiles: pl.DataFrame, by: list[str], *, dated: bool) -> pl.Series:
    """Return the place of each vehicle's row among the profiles of `with_silence`; dated: of the profile that holds on its day."""
    silent = profiles.height - len(_SILENT)
    index = profiles.head(silent).select(*by, *([DAY] if dated else [])).with_row_index(PLACE)
    if not dated:
        return rows.select(by).join(index, on=by, how="left", maintain_order="left")[PLACE].fill_null(silent)
    pairs = rows.select(*by, DAY).unique().filter(pl.col(DAY).is_not_null()).sort(DAY)
    found = pairs.join_asof(index.sort(DAY), on=DAY, by=by, strategy="backward", check_sortedness=False)
    placed = rows.select(*by, DAY).join(found, on=[*by, DAY], how="left", nulls_equal=True, maintain_order="left")
    lost = pl.when(pl.col(DAY).is_null()).then(silent + 1).otherwise(silent).cast(pl.UInt32)
    return placed.select(pl.col(PLACE).fill_null(lost)).to_series()


def stays(name: str, rulebook: Rulebook, by: Iterable[str], *, blocks: bool, reasons: bool) -> bool:
    """Tell whether a column stays with the profiles: reasons, stakes, blocks unless asked for, and kinds that join nothing."""
    if name in {CATEGORY, POWERTRAIN}:
        return name not in by
    if name.endswith(REASON):
        return not reasons
    ours = {f"{block.id}:{end}" for block in rulebook.blocks for end in ("low", "high")}
    return name.endswith(STAKE) or (name in ours and not blocks)
