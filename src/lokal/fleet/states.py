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
import pyarrow as pa  # type: ignore[import-untyped]

from lokal.engine.dossier import Basis
from lokal.engine.fact_columns import TOP, UNIT
from lokal.fleet.codes import NUMBER
from lokal.fleet.long import KINDS, LINE, NAMED, OWNER, VALUE, Lines, numbered, top
from lokal.fleet.texts import NUMBERS, cuts, numbers_of, series_of, told_apart

_CELLS = 2**18
_FLAG = KINDS.index("flag")
FAR_PAST, FAR_FUTURE = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class States:
    """What rows know of facts: row, value (a place in `values`), doubt; in order of rows, a pair of row and fact at most once."""

    frame: pl.DataFrame
    values: pl.DataFrame
    """Columns low, high, named, kind."""
    stated: pl.Series
    """Tells which of the values are stated."""
    beyond: pl.DataFrame
    """Columns row, named, code: where amounts add up to more than there can be, of which nothing is known then."""

    def bounds(self) -> pl.DataFrame:
        """Return the states with their bounds written out."""
        both = self.values.select(pl.col("low", "high", NAMED).gather(self.frame[VALUE]))
        found = pl.concat([self.frame.drop(VALUE), both], how="horizontal")
        return found.join(self.beyond, on=["row", NAMED], how="left", maintain_order="left").with_columns(pl.col("code").fill_null(0))


def turns_of(lines: Lines, evidence: pl.DataFrame | None, basis: Basis) -> pl.DataFrame:
    """Return, for each owner of lines, the days on which what is known of it may change."""
    frame = lines.frame
    changes = [frame.select(OWNER, pl.col("from").alias("day")), frame.select(OWNER, pl.col("to").dt.offset_by("1d").alias("day"))]
    if evidence is not None and basis == "documented":
        named = frame.select(OWNER, "evidence").drop_nulls().unique()
        papers = named.join(papers_of(lines.texts["evidence"], evidence), on="evidence")
        changes += [
            papers.select(OWNER, pl.col("issued").alias("day")),
            papers.select(OWNER, pl.col("until").dt.offset_by("1d").alias("day")),
        ]
    return pl.concat(changes).drop_nulls().unique()


def papers_of(texts: pl.Series, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return the documents that texts of evidence name: the place of the text (evidence), then the document's columns."""
    papers = texts.alias("paper").to_frame().with_row_index("evidence").with_columns(pl.col("paper").str.split(";")).explode("paper")
    papers = papers.with_columns(pl.col("paper").str.strip_chars()).filter(pl.col("paper") != "")
    return papers.join(evidence, on="paper", how="left")


def unknown_papers(lines: Lines, evidence: pl.DataFrame | None) -> pl.DataFrame:
    """Return the lines that name a document nobody described."""
    texts = lines.texts["evidence"]
    lost = texts != "" if evidence is None else _undescribed(texts, evidence)
    return lines.only(lost.gather(lines.frame["evidence"]) if lost.any() else None)


def _undescribed(texts: pl.Series, evidence: pl.DataFrame) -> pl.Series:
    papers = papers_of(texts, evidence)
    return pl.int_range(len(texts), eager=True).is_in(papers.filter(pl.col("proves").is_null())["evidence"].implode())


@dataclass(frozen=True)
class Basing:
    """Which statements count: the basis and the day of knowledge."""

    basis: Basis = "claimed"
    known: date = FAR_FUTURE


def states_of(lines: Lines, evidence: pl.DataFrame | None, stretches: pl.DataFrame, basing: Basing) -> States:
    """Return what each stretch (owner, day) knows of each fact stated, in the order of stretches."""
    first = lines.first
    frame = numbered(lines.frame, first).drop_nulls(VALUE) if lines.frame[VALUE].null_count() else lines.frame
    frame = _only(frame, first, pl.col("known") <= basing.known, *([] if basing.basis == "committed" else [~pl.col("committed")]))
    frame, days = _on_stretches(frame, first, stretches, len(lines.keys)), _Days(stretches)
    day = days.of(frame)
    frame = _only(frame, first, pl.col("from") <= day, pl.col("to") >= day)
    alone, several = _parted(frame, first, lines.values[NAMED])
    latest, values = alone, lines.values
    if several.height:
        latest = pl.concat([alone, _latest(several, _performers(several, lines))], how="diagonal")
    if basing.basis == "documented":
        latest, values = _weighed(latest, values, _shown(latest, days, lines.texts["evidence"], _described(evidence, basing)))
    else:
        latest = latest.with_columns(pl.lit(0, pl.UInt8).alias("doubt"))
    columns = ["row", VALUE, "doubt"]
    single = latest.head(alone.height).select(columns)
    if not several.height:
        beyond = pl.DataFrame(schema={"row": pl.UInt32, NAMED: NUMBERS, "code": pl.UInt8})
        return States(_ordered(single), values, _stated(single, values, lines), beyond)
    made = _settled(_combined(latest.slice(alone.height), values))
    values, places = _with(values, made)
    both = pl.concat([single, made.with_columns(places.alias(VALUE)).select(columns)])
    return States(_ordered(both), values, _stated(both, values, lines), made.filter(pl.col("code") > 0).select("row", NAMED, "code"))


def _stated(frame: pl.DataFrame, values: pl.DataFrame, lines: Lines) -> pl.Series:
    """Tell which values some states hold; where no line was left out or put right, all that lines were read to."""
    if values is lines.values and frame.height == lines.frame.height and not lines.frame["code"].max():
        return (pl.int_range(values.height, eager=True) < values.height - lines.facts) & values[NAMED].is_not_null()
    stated, value = np.zeros(values.height, dtype=np.bool_), frame[VALUE].to_numpy()
    for cut in cuts(len(value)):
        stated[value[cut]] = True
    return pl.Series(stated, dtype=pl.Boolean)


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    row = frame["row"].to_numpy()
    return frame if (row[1:] >= row[:-1]).all() else frame.sort("row", maintain_order=True)


class _Days:
    """The distinct days of stretches, and which of them is each row's; one day serves all in most runs."""

    def __init__(self, stretches: pl.DataFrame) -> None:
        self.days = stretches["day"].unique(maintain_order=True)
        self._own = None if len(self.days) == 1 else stretches["day"]

    def of(self, frame: pl.DataFrame) -> pl.Expr:
        """Return the day of each row of a frame."""
        return pl.lit(self.days[0]) if self._own is None else pl.lit(self._own.gather(frame["row"]))

    def places(self, frame: pl.DataFrame) -> pl.Series:
        """Return the place of each row's day among the days."""
        if self._own is None:
            return pl.Series([0], dtype=NUMBERS).new_from_index(0, frame.height)
        placed = self._own.to_frame().join(self.days.to_frame().with_row_index("place"), on="day", how="left", maintain_order="left")
        return placed["place"].gather(frame["row"])


def _nothing(frame: pl.DataFrame, where: pl.Expr) -> bool:
    """Tell whether a condition asks for a column without any value."""
    return any(frame[name].null_count() == frame.height for name in where.meta.root_names())


def _only(frame: pl.DataFrame, first: int, *where: pl.Expr) -> pl.DataFrame:
    """Return the rows where no condition fails, as one on a day that is not given never does: the same frame where all rows are."""
    asked = [each for each in where if not _nothing(frame, each)]
    if not asked or frame.select(pl.all_horizontal(each.all() for each in asked)).item():
        return frame
    return numbered(frame, first).filter(each.fill_null(value=True) for each in asked)


def _with(values: pl.DataFrame, made: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the values with those of some states behind them, and the places of these."""
    own = ["low", "high", NAMED, "kind"]
    fresh = made.select(own).unique(maintain_order=True)
    places = made.join(fresh.with_row_index("place", offset=values.height), on=own, how="left", nulls_equal=True, maintain_order="left")
    return pl.concat([values, fresh]), places["place"]


def _on_stretches(frame: pl.DataFrame, first: int, stretches: pl.DataFrame, keys: int) -> pl.DataFrame:
    """Return lines with the row of each stretch of their owner."""
    there = stretches.select(OWNER).with_row_index("row").drop_nulls()
    if there[OWNER].n_unique() < there.height:
        return numbered(frame, first).join(there, on=OWNER, how="inner", maintain_order="left")
    if _consecutive(there, frame[OWNER]):
        rows = frame[OWNER].to_numpy() + np.uint32((there["row"][0] - there[OWNER][0]) % 2**32)
        return frame.with_columns(series_of(pa.array(rows)).alias("row"))
    at = pl.select(pl.repeat(None, keys, dtype=NUMBERS)).to_series()
    placed = frame.with_columns(at.scatter(there[OWNER], there["row"]).gather(frame[OWNER]).alias("row"))
    return numbered(placed, first).drop_nulls("row") if placed["row"].null_count() else placed


def _consecutive(there: pl.DataFrame, owners: pl.Series) -> bool:
    """Tell whether the owners of stretches, and the rows of these, follow each other one by one, and there are no other owners."""
    if not there.height or not len(owners) or owners.null_count():
        return False
    first, last = there[OWNER][0], there[OWNER][-1]
    one_by_one = all(there[name].diff().drop_nulls().eq(1).all() for name in (OWNER, "row"))  # unsigned: a step back is no 1
    return one_by_one and first <= int(str(owners.min())) and int(str(owners.max())) <= last


def _parted(frame: pl.DataFrame, first: int, named: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines that are the only ones on their fact and stretch, and the others, with their facts."""
    several = _repeated(frame["row"].to_numpy(), frame[VALUE].to_numpy(), numbers_of(named, 0), named.n_unique())
    if not several.any():
        return frame, frame.clear()
    frame = numbered(frame, first)
    return frame.filter(~pl.Series(several)), _named(frame.filter(pl.Series(several)), named)


def _named(frame: pl.DataFrame, named: pl.Series) -> pl.DataFrame:
    return frame.with_columns(named.gather(frame[VALUE]).alias(NAMED))


def _repeated(row: Any, value: Any, named: Any, facts: int) -> Any:  # noqa: ANN401  arrays of numpy
    """Tell which pairs of row and fact occur more than once: block by block where rows stand together, else by hash."""
    if not (row[1:] >= row[:-1]).all():
        return pl.Series(row.astype(np.int64) * facts + named.take(value)).is_duplicated().to_numpy()
    found = np.zeros(len(row), dtype=np.bool_)
    if _rising(row, value, named):
        return found
    rows = max(_CELLS // facts, 1)
    last, seen = np.empty(rows * facts, dtype=np.int32), np.zeros(rows * facts, dtype=np.bool_)
    for start in range(int(row[0]), int(row[-1]) + 1, rows) if len(row) else ():
        cut = slice(*np.searchsorted(row, np.array([start, start + rows], dtype=row.dtype)))
        slot = row[cut].astype(np.int64) - start
        slot *= facts
        slot += named.take(value[cut])
        seen[:] = False
        seen[slot] = True
        if np.count_nonzero(seen) == len(slot):
            continue
        order = np.arange(len(slot), dtype=np.int32)
        last[slot] = order
        seen[:] = False
        seen[slot[last[slot] != order]] = True
        found[cut] = seen[slot]
    return found


def _rising(row: Any, value: Any, named: Any) -> bool:  # noqa: ANN401  arrays of numpy
    """Tell whether the facts of each row stand in the order of the law, so that none is there twice."""
    for cut in cuts(len(row)):
        more = slice(cut.start, cut.stop + 1)
        one, fact = row[more], named.take(value[more], mode="clip")
        if not ((one[1:] > one[:-1]) | (fact[1:] > fact[:-1])).all():
            return False
    return True


def _performers(several: pl.DataFrame, lines: Lines) -> pl.Series:
    """Return who performed each of some lines; who is not named is the vehicle's own."""
    every = lines.performers()
    return every.texts.gather(every.numbers.gather(several[LINE] - lines.first)).fill_null("own")


def _latest(frame: pl.DataFrame, performers: pl.Series) -> pl.DataFrame:
    """Return each performer's latest statement on a fact, in the order of performers."""
    own = ["row", NAMED, "performer"]
    frame = frame.with_columns(performers.alias("performer"))
    ordered = frame.sort(pl.col("known").fill_null(FAR_PAST), maintain_order=True).with_row_index("order")
    first = ordered.with_columns(pl.col("order").min().over(own).alias("place"))
    return first.unique(own, keep="last", maintain_order=True).sort("place").drop("place", "order", "performer")


def _described(evidence: pl.DataFrame | None, basing: Basing) -> pl.DataFrame:
    """Return the documents that prove something and are there on the day of knowledge."""
    if evidence is None:
        return pl.DataFrame(schema={"paper": pl.String, "proves": pl.Boolean, "issued": pl.Date, "until": pl.Date})
    return evidence.filter(pl.col("proves") & (pl.col("issued").is_null() | (pl.col("issued") <= basing.known)))


def _shown(frame: pl.DataFrame, days: _Days, texts: pl.Series, evidence: pl.DataFrame) -> pl.DataFrame:
    """Return, for each line, whether a document of it is valid on its day, and whether one has ended; null where it names none."""
    papers = papers_of(texts, evidence)
    places, pairs = told_apart(days.places(frame), frame["evidence"], (len(days.days), len(texts)))
    named = pairs.with_row_index("pair").with_columns(days.days.gather(pairs["one"]).alias("day")).rename({"two": "evidence"})
    named = named.join(papers.drop_nulls("proves"), on="evidence")
    started = pl.col("issued").is_null() | (pl.col("issued") <= pl.col("day"))
    valid = started & (pl.col("until").is_null() | (pl.col("day") <= pl.col("until")))
    ended = (pl.col("until") < pl.col("day")).fill_null(value=False)
    found = named.group_by("pair").agg(valid.any().alias("valid"), ended.any().alias("ended"))
    of_pairs = (
        pl.int_range(pairs.height, dtype=pl.UInt32, eager=True)
        .alias("pair")
        .to_frame()
        .join(found, on="pair", how="left", maintain_order="left")
    )
    return of_pairs.select(pl.col("valid", "ended").fill_null(value=False).gather(places))


def _weighed(frame: pl.DataFrame, values: pl.DataFrame, shown: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return statements as their documents bear them out, and the values with what is possible of each behind them.

    Without a valid document a claim is only a possibility.
    """
    if shown["valid"].all(ignore_nulls=False):
        return frame.with_columns(pl.lit(0, pl.UInt8).alias("doubt")), values
    proven = shown["valid"].fill_null(value=False) | (values["low"] == 0).gather(frame[VALUE])
    doubt = pl.when(proven).then(0).when(shown["ended"].fill_null(value=False)).then(2).otherwise(1).cast(pl.UInt8)
    possible = pl.when(pl.col("kind") == _FLAG).then(1).otherwise(pl.col("high"))
    both = pl.concat([values, values.with_columns(pl.lit(0, pl.Int64).alias("low"), possible.alias("high"))])
    value = pl.when(proven).then(VALUE).otherwise(pl.col(VALUE) + values.height)
    return frame.with_columns(value.alias(VALUE), doubt.alias("doubt")), both


def _not_over_all(share: pl.Expr) -> pl.Expr:
    return pl.min_horizontal(share.fill_null(UNIT["share"]), UNIT["share"])


def _combined(frame: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Return facts with several statements: flags hold if one holds, amounts add up, scores take the worst."""
    bounds = values.select(pl.col("low", "high", "kind").gather(frame[VALUE]))
    grouped = (
        pl.concat([frame.select("row", NAMED, "doubt"), bounds], how="horizontal")
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
