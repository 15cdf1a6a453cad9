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
from lokal.fleet.long import KEY, NAMED, Lines, top

_COUNTED_ROWS = 4096
FAR_PAST, FAR_FUTURE = date(1, 1, 1), date(9999, 12, 31)


def turns_of(lines: Lines, evidence: pl.DataFrame | None, basis: Basis) -> pl.DataFrame:
    """Return, for each key, the days on which what is known of it may change."""
    frame = lines.frame
    changes = [frame.select(KEY, pl.col("from_day").alias("day")), frame.select(KEY, pl.col("to_day").dt.offset_by("1d").alias("day"))]
    if evidence is not None and basis == "documented":
        papers = papers_of(frame, KEY, evidence)
        changes += [papers.select(KEY, pl.col("issued").alias("day")), papers.select(KEY, pl.col("until").dt.offset_by("1d").alias("day"))]
    return pl.concat(changes).drop_nulls().unique()


def papers_of(frame: pl.DataFrame, keep: str, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return the documents that distinct pairs of a column to keep and a text of evidence name, one row each."""
    named = (
        frame.select(pl.col(keep), pl.col("evidence").alias("paper")).unique().with_columns(pl.col("paper").str.split(";")).explode("paper")
    )
    named = named.with_columns(pl.col("paper").str.strip_chars()).filter(pl.col("paper").is_not_null() & (pl.col("paper") != ""))
    return named.join(evidence, on="paper", how="left")


def unknown_papers(lines: Lines, evidence: pl.DataFrame | None) -> pl.DataFrame:
    """Return the lines that name a document nobody described."""
    if evidence is None:
        return lines.frame.filter(pl.col("evidence") != "")
    lost = papers_of(lines.frame, "evidence", evidence).filter(pl.col("proves").is_null())["evidence"].unique()
    return lines.frame.filter(pl.col("evidence").is_in(lost.implode())) if len(lost) else lines.frame.clear()


@dataclass(frozen=True)
class Basing:
    """Which statements count: the basis and the day of knowledge."""

    basis: Basis = "claimed"
    known: date = FAR_FUTURE


def states_of(lines: Lines, evidence: pl.DataFrame | None, stretches: pl.DataFrame, basing: Basing) -> pl.DataFrame:
    """Return what each stretch (key, day) knows of each fact stated: row of the stretch, named, kind, low, high, doubt, code."""
    day, frame = pl.col("day"), lines.frame.lazy().filter(pl.col("kind").is_not_null())
    known = pl.col("known_day").is_null() | (pl.col("known_day") <= basing.known)
    frame = frame.filter(known if basing.basis == "committed" else known & ~pl.col("committed"))
    holding = _on_stretches(frame.collect(), lines.keys, stretches).filter(
        (pl.col("from_day").is_null() | (pl.col("from_day") <= day)) & (pl.col("to_day").is_null() | (day <= pl.col("to_day")))
    )
    alone, several = _parted(holding, lines.facts)
    latest = pl.concat([alone, _latest(several)])
    weighed = (
        _weighed(latest, evidence, basing) if basing.basis == "documented" else latest.with_columns(pl.lit(0, pl.UInt8).alias("doubt"))
    )
    return _settled(pl.concat([_by_itself(weighed.head(alone.height)), _combined(weighed.slice(alone.height))]))


def _on_stretches(frame: pl.DataFrame, keys: pl.Series, stretches: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the row and day of each stretch of their key."""
    places = stretches.select(pl.col(KEY).cast(pl.Enum(keys), strict=False).to_physical().alias("owner"), "day").with_row_index("row")
    if places["owner"].n_unique() < places.height:
        return frame.join(places.drop_nulls("owner"), on="owner", how="inner", maintain_order="left")
    at = pl.select(pl.repeat(None, len(keys), dtype=pl.UInt32)).to_series()
    there = places.drop_nulls("owner")
    at = at.scatter(there["owner"], there["row"])
    row = at.gather(frame["owner"])
    placed = frame.with_columns(row.alias("row"), stretches["day"].gather(row).alias("day"))
    return placed.drop_nulls("row") if row.null_count() else placed


def _parted(frame: pl.DataFrame, facts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines that are the only ones on their fact and stretch, and the others."""
    several = _repeated(frame["row"].to_numpy(), frame[NAMED].to_physical().to_numpy(), facts)
    return (frame.filter(~pl.Series(several)), frame.filter(pl.Series(several))) if several.any() else (frame, frame.clear())


def _repeated(row: Any, fact: Any, facts: int) -> Any:  # noqa: ANN401  arrays of numpy
    """Tell which pairs of row and fact occur more than once: block by block where rows stand together, else by hash."""
    if not (np.diff(row.astype(np.int64)) >= 0).all():
        return pl.Series(row.astype(np.int64) * facts + fact).is_duplicated().to_numpy()
    found = np.zeros(len(row), dtype=np.bool_)
    last, twice = np.empty(_COUNTED_ROWS * facts, dtype=np.int32), np.zeros(_COUNTED_ROWS * facts, dtype=np.bool_)
    for start in range(int(row[0]), int(row[-1]) + 1, _COUNTED_ROWS) if len(row) else ():
        cut = slice(*np.searchsorted(row, [start, start + _COUNTED_ROWS]))
        slot = (row[cut].astype(np.int64) - start) * facts + fact[cut]
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
    ordered = frame.sort(pl.col("known_day").fill_null(FAR_PAST), "line", maintain_order=True).with_row_index("order")
    first = ordered.with_columns(pl.col("order").min().over(own).alias("place"))
    return first.unique(own, keep="last", maintain_order=True).sort("place").drop("place", "order")


def _weighed(frame: pl.DataFrame, evidence: pl.DataFrame | None, basing: Basing) -> pl.DataFrame:
    """Return statements as their documents bear them out: without a valid one, a claim is only a possibility."""
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
    proven = pl.col("valid").fill_null(value=False) | (pl.col("low") == 0)
    doubt = pl.when(proven).then(0).when(pl.col("ended").fill_null(value=False)).then(2).otherwise(1).cast(pl.UInt8)
    possible = pl.when(pl.col("kind") == "flag").then(1).otherwise(pl.col("high"))
    return frame.with_columns(
        pl.when(proven).then(pl.col("low")).otherwise(0).alias("low"),
        pl.when(proven).then(pl.col("high")).otherwise(possible).alias("high"),
        doubt.alias("doubt"),
    )


def _by_itself(frame: pl.DataFrame) -> pl.DataFrame:
    """Return facts with one statement each."""
    flag, share = (pl.col("kind") == kind for kind in ("flag", "share"))
    high = pl.when(flag).then(pl.col("high").fill_null(1)).when(share).then(_not_over_all(pl.col("high"))).otherwise("high")
    return frame.select("row", NAMED, "kind", "low", high.alias("high"), "doubt")


def _not_over_all(share: pl.Expr) -> pl.Expr:
    return pl.min_horizontal(share.fill_null(UNIT["share"]), UNIT["share"])


def _combined(frame: pl.DataFrame) -> pl.DataFrame:
    """Return facts with several statements: flags hold if one holds, amounts add up, scores take the worst."""
    grouped = frame.group_by("row", NAMED, "kind", maintain_order=True).agg(
        pl.col("low").max().alias("low_max"),
        pl.col("low").min().alias("low_min"),
        pl.col("low").sum().alias("low_sum"),
        pl.col("high").max().alias("high_max"),
        pl.col("high").min().alias("high_min"),
        pl.col("high").sum().alias("high_sum"),
        pl.col("high").is_null().any().alias("free"),
        pl.col("doubt").filter(pl.col("doubt") > 0).first().fill_null(0).alias("doubt"),
    )
    flag, points, share = (pl.col("kind") == kind for kind in ("flag", "points", "share"))
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
    flag, share = (pl.col("kind") == kind for kind in ("flag", "share"))
    known = (pl.col("low") == pl.col("high")).fill_null(value=False)
    over = pl.col("kind").replace_strict(list(TOP), list(TOP.values()), return_dtype=pl.Int64)
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
