"""What lines state of each vehicle on each stretch of days.

The meaning of a statement is that of `lokal.engine.known`: it holds from-to and from the day it is known; the latest of a performer
counts; without a valid document a claim is only a possibility on the documented basis; performers' amounts add up, flags hold if one
holds, scores take the worst.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lokal.engine.dossier import Basis
from lokal.engine.fact_columns import TOP, UNIT
from lokal.fleet.codes import NUMBER
from lokal.fleet.long import KEY, KINDS, LINE, NAMED, Lines, top
from lokal.fleet.texts import among, texts_of

_COUNTED_ROWS = 4096
_FLAG = KINDS.index("flag")
FAR_PAST, FAR_FUTURE = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class States:
    """What rows know of facts: row, named, value (a place in `values`), doubt; a pair of row and fact at most once."""

    frame: pl.DataFrame
    values: pl.DataFrame
    """Columns low, high, kind."""
    beyond: pl.DataFrame
    """Columns row, named, code: where amounts add up to more than there can be, of which nothing is known then."""

    def bounds(self) -> pl.DataFrame:
        """Return the states with their bounds written out."""
        both = self.values.select(pl.col("low", "high").gather(self.frame["value"]))
        found = pl.concat([self.frame.drop("value"), both], how="horizontal")
        return found.join(self.beyond, on=["row", NAMED], how="left", maintain_order="left").with_columns(pl.col("code").fill_null(0))


def turns_of(lines: Lines, evidence: pl.DataFrame | None, basis: Basis) -> pl.DataFrame:
    """Return, for each key, the days on which what is known of it may change."""
    frame = lines.frame
    changes = [frame.select(KEY, pl.col("from_day").alias("day")), frame.select(KEY, pl.col("to_day").dt.offset_by("1d").alias("day"))]
    if evidence is not None and basis == "documented":
        papers = papers_of(frame, KEY, evidence)
        changes += [papers.select(KEY, pl.col("issued").alias("day")), papers.select(KEY, pl.col("until").dt.offset_by("1d").alias("day"))]
    return pl.concat(changes).drop_nulls().unique().with_columns(pl.col(KEY).cast(pl.String))


def papers_of(frame: pl.DataFrame, keep: str, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return the documents that distinct pairs of a column to keep and a text of evidence name, one row each."""
    pairs = frame.select(pl.col(keep), pl.col("evidence").alias("paper")).drop_nulls("paper").unique()
    papers = pairs.with_columns(pl.col("paper").cast(pl.String).str.split(";")).explode("paper")
    papers = papers.with_columns(pl.col("paper").str.strip_chars()).filter(pl.col("paper") != "")
    return papers.join(evidence, on="paper", how="left")


def unknown_papers(lines: Lines, evidence: pl.DataFrame | None) -> pl.DataFrame:
    """Return the lines that name a document nobody described."""
    texts = lines.frame["evidence"]
    if evidence is None:
        return lines.frame.filter(~among(texts, [""]))
    named = papers_of(texts.unique().to_frame(), "evidence", evidence)
    lost = named.filter(pl.col("proves").is_null())["evidence"].cast(pl.String).unique()
    return lines.frame.filter(among(texts, lost)) if len(lost) else lines.frame.clear()


@dataclass(frozen=True)
class Basing:
    """Which statements count: the basis and the day of knowledge."""

    basis: Basis = "claimed"
    known: date = FAR_FUTURE


def states_of(lines: Lines, evidence: pl.DataFrame | None, stretches: pl.DataFrame, basing: Basing) -> States:
    """Return what each stretch (key, day) knows of each fact stated."""
    day, frame = pl.col("day"), _only(lines.frame, pl.col("kind").is_not_null())
    known = pl.col("known_day").is_null() | (pl.col("known_day") <= basing.known)
    frame = _only(frame, known if basing.basis == "committed" else known & ~pl.col("committed"))
    holds = (pl.col("from_day").is_null() | (pl.col("from_day") <= day)) & (pl.col("to_day").is_null() | (day <= pl.col("to_day")))
    alone, several = _parted(_only(_on_stretches(frame, stretches), holds), len(lines.kinds))
    latest, values = pl.concat([alone.drop("by"), _latest(several).drop("by")]), lines.values
    if basing.basis == "documented":
        latest, values = _weighed(latest, values, evidence, basing)
    else:
        latest = latest.with_columns(pl.lit(0, pl.UInt8).alias("doubt"))
    columns = ["row", NAMED, "value", "doubt"]
    single = latest.head(alone.height).select(columns)
    if not several.height:
        return States(single, values, pl.DataFrame(schema={"row": pl.UInt32, NAMED: latest[NAMED].dtype, "code": pl.UInt8}))
    made = _settled(_combined(latest.slice(alone.height), values))
    values, places = _with(values, made)
    both = pl.concat([single, made.with_columns(places.alias("value")).select(columns)])
    return States(both, values, made.filter(pl.col("code") > 0).select("row", NAMED, "code"))


def _only(frame: pl.DataFrame, where: pl.Expr) -> pl.DataFrame:
    """Return the rows where something holds: the same frame where it always does."""
    mask = frame.select(where.alias("where")).to_series()
    return frame if mask.all(ignore_nulls=False) else frame.filter(mask)


def _with(values: pl.DataFrame, made: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the values with those of some states behind them, and the places of these."""
    own = ["low", "high", "kind"]
    fresh = made.select(own).unique(maintain_order=True)
    places = made.join(fresh.with_row_index("place", offset=values.height), on=own, how="left", nulls_equal=True, maintain_order="left")
    return pl.concat([values, fresh]), places["place"]


def _on_stretches(frame: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the row and day of each stretch of their key."""
    keys = texts_of(frame[KEY])
    places = stretches.select(pl.col(KEY).cast(pl.Enum(keys), strict=False).to_physical().alias("owner"), "day").with_row_index("row")
    there = places.drop_nulls("owner")
    owner = frame[KEY].to_physical()
    if there["owner"].n_unique() < there.height:
        return frame.with_columns(owner.alias("owner")).join(there, on="owner", how="inner", maintain_order="left")
    at = pl.select(pl.repeat(None, len(keys), dtype=pl.UInt32)).to_series()
    row = at.scatter(there["owner"], there["row"]).gather(owner)
    placed = frame.with_columns(row.alias("row"), stretches["day"].gather(row).alias("day"))
    return placed.drop_nulls("row") if row.null_count() else placed


def _parted(frame: pl.DataFrame, facts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines that are the only ones on their fact and stretch, and the others."""
    several = _repeated(frame["row"].to_numpy(), frame[NAMED].to_physical().to_numpy(), facts)
    return (frame.filter(~pl.Series(several)), frame.filter(pl.Series(several))) if several.any() else (frame, frame.clear())


def _repeated(row: Any, fact: Any, facts: int) -> Any:  # noqa: ANN401  arrays of numpy
    """Tell which pairs of row and fact occur more than once: block by block where rows stand together, else by hash."""
    if not (row[1:] >= row[:-1]).all():
        return pl.Series(row.astype(np.int64) * facts + fact).is_duplicated().to_numpy()
    found = np.zeros(len(row), dtype=np.bool_)
    last, twice = np.empty(_COUNTED_ROWS * facts, dtype=np.int32), np.zeros(_COUNTED_ROWS * facts, dtype=np.bool_)
    seen = np.zeros_like(twice)
    for start in range(int(row[0]), int(row[-1]) + 1, _COUNTED_ROWS) if len(row) else ():
        cut = slice(*np.searchsorted(row, np.array([start, start + _COUNTED_ROWS], dtype=row.dtype)))
        slot = (row[cut].astype(np.int64) - start) * facts + fact[cut]
        seen[slot] = True
        alone = np.count_nonzero(seen) == len(slot)
        seen[slot] = False
        if alone:
            continue
        order = np.arange(len(slot), dtype=np.int32)
        last[slot] = order
        again = slot[last[slot] != order]
        twice[again] = True
        found[cut] = twice[slot] if len(again) else False
        twice[again] = False
    return found


def _latest(frame: pl.DataFrame) -> pl.DataFrame:
    """Return each performer's latest statement on a fact, in the order of performers."""
    own = ["row", NAMED, "by"]
    frame = frame.with_columns(pl.col("by").cast(pl.String).fill_null("own"))
    ordered = frame.sort(pl.col("known_day").fill_null(FAR_PAST), LINE, maintain_order=True).with_row_index("order")
    first = ordered.with_columns(pl.col("order").min().over(own).alias("place"))
    return first.unique(own, keep="last", maintain_order=True).sort("place").drop("place", "order")


def _weighed(frame: pl.DataFrame, values: pl.DataFrame, evidence: pl.DataFrame | None, basing: Basing) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return statements as their documents bear them out, and the values with what is possible of each behind them.

    Without a valid document a claim is only a possibility.
    """
    none = (
        evidence
        if evidence is not None
        else pl.DataFrame(schema={"paper": pl.String, "proves": pl.Boolean, "issued": pl.Date, "until": pl.Date})
    )
    papers = papers_of(frame, "evidence", none).filter(pl.col("proves") & (pl.col("issued").is_null() | (pl.col("issued") <= basing.known)))
    days = frame.select("evidence", "day").unique().join(papers.select("evidence", "issued", "until"), on="evidence")
    started = pl.col("issued").is_null() | (pl.col("issued") <= pl.col("day"))
    valid = started & (pl.col("until").is_null() | (pl.col("day") <= pl.col("until")))
    ended = (pl.col("until") < pl.col("day")).fill_null(value=False)
    shown = days.group_by("evidence", "day").agg(valid.any().alias("valid"), ended.any().alias("ended"))
    frame = frame.join(shown, on=["evidence", "day"], how="left", maintain_order="left")
    proven = pl.col("valid").fill_null(value=False) | (values["low"] == 0).gather(frame["value"])
    doubt = pl.when(proven).then(0).when(pl.col("ended").fill_null(value=False)).then(2).otherwise(1).cast(pl.UInt8)
    possible = pl.when(pl.col("kind") == _FLAG).then(1).otherwise(pl.col("high"))
    both = pl.concat([values, values.with_columns(pl.lit(0, pl.Int64).alias("low"), possible.alias("high"))])
    value = pl.when(proven).then("value").otherwise(pl.col("value") + values.height)
    return frame.with_columns(value.alias("value"), doubt.alias("doubt")), both


def _not_over_all(share: pl.Expr) -> pl.Expr:
    return pl.min_horizontal(share.fill_null(UNIT["share"]), UNIT["share"])


def _combined(frame: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Return facts with several statements: flags hold if one holds, amounts add up, scores take the worst."""
    bounds = values.select(pl.col("low", "high").gather(frame["value"]))
    grouped = (
        pl.concat([frame.select("row", NAMED, "kind", "doubt"), bounds], how="horizontal")
        .group_by("row", NAMED, "kind", maintain_order=True)
        .agg(
            pl.col("low").max().alias("low_max"),
            pl.col("low").min().alias("low_min"),
            pl.col("low").sum().alias("low_sum"),
            pl.col("high").max().alias("high_max"),
            pl.col("high").min().alias("high_min"),
            pl.col("high").sum().alias("high_sum"),
            pl.col("high").is_null().any().alias("free"),
            pl.col("doubt").filter(pl.col("doubt") > 0).first().fill_null(0).alias("doubt"),
        )
    )
    flag, points, share = (pl.col("kind") == KINDS.index(kind) for kind in ("flag", "points", "share"))
    low = pl.when(flag).then("low_max").when(points).then("low_min").otherwise("low_sum")
    most = pl.when(pl.col("free")).then(None).otherwise(pl.col("high_sum"))
    high = (
        pl.when(flag).then(pl.when(pl.col("free")).then(1).otherwise(pl.col("high_max")))
        .when(points).then("high_min")
        .when(share).then(_not_over_all(most))
        .otherwise(most)
    )  # fmt: skip
    return grouped.select("row", NAMED, "kind", low.alias("low"), high.alias("high"), "doubt")


def _settled(made: pl.DataFrame) -> pl.DataFrame:
    """Return states whose doubt is gone where they are exact, and with a code, and nothing known, where they are out of bounds."""
    flag, share = (pl.col("kind") == KINDS.index(kind) for kind in ("flag", "share"))
    known = (pl.col("low") == pl.col("high")).fill_null(value=False)
    over = pl.col("kind").replace_strict(range(len(KINDS)), [TOP[kind] for kind in KINDS], return_dtype=pl.Int64)
    beyond = (pl.col("low") > over) | (pl.col("high") > over)
    code = pl.when(beyond & share).then(NUMBER["share_over_1"]).when(beyond & ~flag).then(NUMBER["out_of_range"]).otherwise(0)
    made = made.with_columns(
        pl.when(known).then(0).otherwise(pl.col("doubt")).cast(pl.UInt8).alias("doubt"), code.fill_null(0).cast(pl.UInt8).alias("code")
    )
    if not made["code"].max():
        return made
    lost = pl.col("code") > 0
    low, high = pl.when(lost).then(0).otherwise(pl.col("low")), pl.when(lost).then(top()).otherwise(pl.col("high"))
    return made.with_columns(low.alias("low"), high.alias("high"))
