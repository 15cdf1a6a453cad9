"""Vehicles and the scored profiles of their variants: each vehicle has the place of its profile, and takes what stands there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from lokal.fleet.law import CODE, CODE_TYPE, REASON, STAKE
from lokal.fleet.score import DAY
from lokal.fleet.texts import Coded, Table, coded, told_apart
from lokal.fleet.wide import CATEGORY, POWERTRAIN
from lokal.rulebook.model import Rulebook

PLACE, VEHICLES_COUNTED = "·place", "·vehicles"
_SILENT = ("no_facts", "no_day")


def with_silence(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return profiles with a row at the end for vehicles without one, and a last row for vehicles without a day."""
    return pl.concat([profiles, pl.DataFrame({CODE: _SILENT}, schema={CODE: CODE_TYPE})], how="diagonal")


@dataclass(frozen=True)
class Keys:
    """What vehicles are joined by: the place of each one's key (null: it lacks a part of it) among the distinct ones."""

    numbers: pl.Series
    distinct: pl.DataFrame
    columns: Mapping[str, Coded]

    def column(self, name: str) -> pl.Series:
        """Return a part of every vehicle's key in words."""
        return self.columns[name].texts.gather(self.columns[name].numbers)


def keys_of(table: Table, by: Sequence[str]) -> Keys:
    """Return the keys that some columns of texts make."""
    columns = {name: coded(table[name]) for name in by}
    first, *rest = by
    numbers, distinct = columns[first].numbers, columns[first].texts.alias(first).to_frame()
    for name in rest:
        numbers, pairs = told_apart(numbers, columns[name].numbers, (distinct.height, len(columns[name].texts)))
        distinct = distinct.select(pl.all().gather(pairs["one"])).with_columns(columns[name].texts.gather(pairs["two"]).alias(name))
    return Keys(numbers, distinct, columns)


def places_of(keys: Keys, profiles: pl.DataFrame, days: pl.Series | None = None) -> pl.Series:
    """Return the place of each vehicle's row among the profiles of `with_silence`; with days, of the profile that holds on its day."""
    silent, by = profiles.height - len(_SILENT), keys.distinct.columns
    index = profiles.head(silent).select(*by, *([] if days is None else [DAY])).with_row_index(PLACE)
    if days is None:
        found = keys.distinct.join(index, on=by, how="left", maintain_order="left")[PLACE].fill_null(silent)
        return found.gather(keys.numbers).fill_null(silent)
    distinct = days.unique().drop_nulls().sort()
    number = days.to_frame(DAY).join(distinct.to_frame(DAY).with_row_index("number"), on=DAY, how="left", maintain_order="left")["number"]
    places, pairs = told_apart(keys.numbers, number, (keys.distinct.height, len(distinct)))
    asked = (
        keys.distinct.select(pl.all().gather(pairs["one"])).with_columns(distinct.gather(pairs["two"]).alias(DAY)).with_row_index("pair")
    )
    held = asked.sort(DAY).join_asof(index.sort(DAY), on=DAY, by=by, strategy="backward", check_sortedness=False)
    found = held.sort("pair")[PLACE].fill_null(silent).gather(places)
    lost = pl.when(days.is_null()).then(silent + 1).otherwise(silent).cast(pl.UInt32)
    return found.to_frame().select(pl.first().fill_null(lost)).to_series()


def stays(name: str, rulebook: Rulebook, by: Iterable[str], *, blocks: bool, reasons: bool) -> bool:
    """Tell whether a column stays with the profiles: reasons, stakes, blocks unless asked for, and kinds that join nothing."""
    if name in {CATEGORY, POWERTRAIN}:
        return name not in by
    if name.endswith(REASON):
        return not reasons
    ours = {f"{block.id}:{end}" for block in rulebook.blocks for end in ("low", "high")}
    return name.endswith(STAKE) or (name in ours and not blocks)
