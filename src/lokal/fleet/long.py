"""Lines as they arrive (whose, which fact, value, supplier, days, evidence) turned into what is known on each stretch of days.

The meaning of a statement is that of `lokal.engine.known`: it holds from-to and from the day it is known; the latest of a performer
counts; without a valid document a claim is only a possibility on the documented basis; performers' amounts add up, flags hold if one
holds, scores take the worst. A line that cannot be read leaves its fact unknown from below and gives its owner a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from lokal.engine.dossier import DOCUMENTS, Basis
from lokal.engine.fact_columns import TOP, UNIT
from lokal.engine.known import COMPONENT_ACT_YEARS
from lokal.errors import EngineError
from lokal.fleet.codes import NUMBER
from lokal.fleet.wide import parse_text
from lokal.rulebook.model import Fact, FactKind

KEY, FACT, VALUE = "key", "fact", "value"
_DAYS = ("from", "to", "known")
_KINDS: tuple[FactKind, ...] = ("flag", "share", "count", "points", "money")
_FAR_PAST, _FAR_FUTURE = date(1, 1, 1), date(9999, 12, 31)
_COLUMNS = {"by": "own", "evidence": "", "committed": "no", "from": None, "to": None, "known": None}
_YES = ("yes", "true", "да", "1", "+")


@dataclass(frozen=True)
class Lines:
    """Read lines: one row a statement, with bounds in whole units and the code of what is wrong with it (0 where nothing is)."""

    frame: pl.DataFrame

    @property
    def bad(self) -> pl.DataFrame:
        """Return the lines with something wrong, with their number in the file."""
        return self.frame.filter(pl.col("code") > 0)


def read_lines(frame: pl.DataFrame, key: str, facts: Mapping[str, Fact]) -> Lines:
    """Return the statements of a frame of lines.

    Its columns are the key's, fact, value and, where given, by (or supplier), from, to, known, evidence, committed. Raises EngineError
    for a missing column.
    """
    if "by" not in frame.columns and "supplier" in frame.columns:
        frame = frame.rename({"supplier": "by"})
    for column in (key, FACT, VALUE):
        if column not in frame.columns:
            raise EngineError(f"в строках сведений нет столбца «{column}»", f"the lines have no column '{column}'")
    made = frame.with_row_index("line", offset=1).select(
        "line",
        pl.col(key).cast(pl.String).alias(KEY),
        pl.col(FACT).cast(pl.String),
        _text(frame.schema[VALUE]).alias("text"),
        *(_extra(name, missing, frame) for name, missing in _COLUMNS.items()),
    )
    kinds = pl.DataFrame({FACT: list(facts), "kind": [each.kind for each in facts.values()]}, schema={FACT: pl.String, "kind": pl.String})
    made = made.join(kinds, on=FACT, how="left", maintain_order="left")
    return Lines(_coded(_parsed(made)))


def _text(kind: pl.DataType) -> pl.Expr:
    value = pl.col(VALUE)
    if kind == pl.Boolean:
        return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    return value.cast(pl.String)


def _extra(name: str, missing: str | None, frame: pl.DataFrame) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(missing, dtype=pl.String).alias(name)
    column = pl.col(name)
    if frame.schema[name] == pl.Boolean:
        return pl.when(column).then(pl.lit("yes")).otherwise(pl.lit("no")).alias(name)
    column = column.cast(pl.String)
    return (column if missing is None else column.fill_null(missing)).alias(name)


def _parsed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return lines with bounds and code; each distinct pair of kind and text is read once."""
    distinct = frame.select("kind", "text").unique()
    read = [parse_text(text, kind) if kind else (None, None, 0) for kind, text in distinct.iter_rows()]
    values = pl.DataFrame(read, schema={"low": pl.Int64, "high": pl.Int64, "value_code": pl.UInt8}, orient="row")
    table = pl.concat([distinct, values], how="horizontal")
    return frame.join(table, on=["kind", "text"], how="left", nulls_equal=True, maintain_order="left")


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return lines with days read and one code each; what cannot be read is a possibility of anything."""
    empty = pl.col("text").is_null() | (pl.col("text").str.strip_chars() == "")
    days = [_day(pl.col(name)).alias(f"{name}_day") for name in _DAYS]
    frame = frame.with_columns(*days, (pl.col("committed").str.to_lowercase().is_in(_YES)).alias("committed"))
    lost = pl.any_horizontal(*(pl.col(name).is_not_null() & pl.col(f"{name}_day").is_null() for name in _DAYS))
    code = (
        pl.when(pl.col("kind").is_null()).then(NUMBER["unknown_fact_name"])
        .when(lost).then(NUMBER["wrong_day"])
        .when(pl.col("value_code") > 0).then(pl.col("value_code"))
        .when(empty).then(NUMBER["wrong_kind"])
        .otherwise(0).cast(pl.UInt8)
    )  # fmt: skip
    frame = frame.with_columns(code.alias("code"))
    bad, top = pl.col("code") > 0, _top()
    return frame.with_columns(
        pl.when(bad).then(0).otherwise(pl.col("low")).alias("low"),
        pl.when(bad).then(top).otherwise(pl.col("high")).alias("high"),
        *(pl.when(lost).then(None).otherwise(pl.col(f"{name}_day")).alias(f"{name}_day") for name in _DAYS),
    )


def _day(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(text.str.head(10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d.%m.%Y", strict=False))


def _top() -> pl.Expr:
    """Return what bounds a fact from above when nothing is known of it: one for flags and shares, nothing for the rest."""
    top = pl.lit(None, dtype=pl.Int64)
    for kind in ("flag", "share"):
        top = pl.when(pl.col("kind") == kind).then(pl.lit(UNIT[kind], dtype=pl.Int64)).otherwise(top)
    return top


def read_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """Return documents: id, whether their kind proves anything, first and last valid day.

    A component act that prints no end holds three years from its issue. Raises EngineError for a missing column.
    """
    for column in ("id", "kind"):
        if column not in frame.columns:
            raise EngineError(f"в подтверждениях нет столбца «{column}»", f"the evidence has no column '{column}'")
    issued = _day(_extra("issued", None, frame))
    until = _day(_extra("valid_until", None, frame))
    act = pl.col("kind") == "component_act"
    return frame.select(
        pl.col("id").cast(pl.String).alias("paper"),
        pl.col("kind").cast(pl.String).is_in(list(DOCUMENTS)).alias("proves"),
        issued.alias("issued"),
        pl.coalesce(until, pl.when(act).then(issued.dt.offset_by(f"{COMPONENT_ACT_YEARS}y"))).alias("until"),
    ).unique("paper", keep="first")


def turns_of(lines: Lines, evidence: pl.DataFrame | None, basis: Basis) -> pl.DataFrame:
    """Return, for each key, the days on which what is known of it may change."""
    frame = lines.frame
    changes = [frame.select(KEY, pl.col("from_day").alias("day")), frame.select(KEY, pl.col("to_day").dt.offset_by("1d").alias("day"))]
    if evidence is not None and basis == "documented":
        papers = _papers(frame, evidence)
        changes += [papers.select(KEY, pl.col("issued").alias("day")), papers.select(KEY, pl.col("until").dt.offset_by("1d").alias("day"))]
    return pl.concat(changes).drop_nulls().unique()


def _papers(frame: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    named = frame.select("line", KEY, pl.col("evidence").str.split(";").alias("paper")).explode("paper")
    named = named.with_columns(pl.col("paper").str.strip_chars()).filter(pl.col("paper").is_not_null() & (pl.col("paper") != ""))
    return named.join(evidence, on="paper", how="left")


def unknown_papers(lines: Lines, evidence: pl.DataFrame | None) -> pl.DataFrame:
    """Return the lines that name a document nobody described."""
    if evidence is None:
        return lines.frame.filter(pl.col("evidence") != "")
    lost = _papers(lines.frame, evidence).filter(pl.col("proves").is_null())
    return lines.frame.join(lost.select("line").unique(), on="line", how="semi")


@dataclass(frozen=True)
class Basing:
    """Which statements count: the basis and the day of knowledge."""

    basis: Basis = "claimed"
    known: date = _FAR_FUTURE


def states_of(lines: Lines, evidence: pl.DataFrame | None, stretches: pl.DataFrame, basing: Basing) -> pl.DataFrame:
    """Return, for each stretch (key, day) and fact stated, its bounds and doubt: columns key, day, fact, kind, low, high, doubt."""
    day, frame = pl.col("day"), lines.frame.filter(pl.col("kind").is_not_null())
    known = pl.col("known_day").is_null() | (pl.col("known_day") <= basing.known)
    frame = frame.filter(known if basing.basis == "committed" else known & ~pl.col("committed"))
    holding = frame.join(stretches.select(KEY, "day"), on=KEY, how="inner").filter(
        (pl.col("from_day").is_null() | (pl.col("from_day") <= day)) & (pl.col("to_day").is_null() | (day <= pl.col("to_day")))
    )
    own = [KEY, "day", FACT, "by"]
    ordered = holding.sort(pl.col("known_day").fill_null(_FAR_PAST), "line", maintain_order=True).with_row_index("order")
    first = ordered.with_columns(pl.col("order").min().over(own).alias("place"))
    latest = first.unique(own, keep="last", maintain_order=True).sort("place")
    weighed = (
        _weighed(latest, evidence, basing) if basing.basis == "documented" else latest.with_columns(pl.lit(0, pl.UInt8).alias("doubt"))
    )
    return _combined(weighed)


def _weighed(frame: pl.DataFrame, evidence: pl.DataFrame | None, basing: Basing) -> pl.DataFrame:
    """Return statements as their documents bear them out: without a valid one, a claim is only a possibility."""
    none = (
        evidence
        if evidence is not None
        else pl.DataFrame(schema={"paper": pl.String, "proves": pl.Boolean, "issued": pl.Date, "until": pl.Date})
    )
    papers = _papers(frame.unique("line"), none).filter(
        pl.col("proves") & (pl.col("issued").is_null() | (pl.col("issued") <= basing.known))
    )
    days = frame.select("line", "day").join(papers.select("line", "issued", "until"), on="line")
    started = pl.col("issued").is_null() | (pl.col("issued") <= pl.col("day"))
    valid = started & (pl.col("until").is_null() | (pl.col("day") <= pl.col("until")))
    ended = (pl.col("until") < pl.col("day")).fill_null(value=False)
    shown = days.group_by("line", "day").agg(valid.any().alias("valid"), ended.any().alias("ended"))
    frame = frame.join(shown, on=["line", "day"], how="left", maintain_order="left")
    proven = pl.col("valid").fill_null(value=False) | (pl.col("low") == 0)
    doubt = pl.when(proven).then(0).when(pl.col("ended").fill_null(value=False)).then(2).otherwise(1).cast(pl.UInt8)
    possible = pl.when(pl.col("kind") == "flag").then(1).otherwise(pl.col("high"))
    return frame.with_columns(
        pl.when(proven).then(pl.col("low")).otherwise(0).alias("low"),
        pl.when(proven).then(pl.col("high")).otherwise(possible).alias("high"),
        doubt.alias("doubt"),
    )


def _combined(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row a fact: flags hold if one holds, amounts add up, scores take the worst."""
    grouped = frame.group_by(KEY, "day", FACT, "kind", maintain_order=True).agg(
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
        .when(share).then(pl.min_horizontal(most.fill_null(UNIT["share"]), UNIT["share"]))
        .otherwise(most)
    )  # fmt: skip
    made = grouped.with_columns(low.alias("low"), high.alias("high"))
    known = (pl.col("low") == pl.col("high")).fill_null(value=False)
    over = pl.col("kind").replace_strict(dict(TOP), return_dtype=pl.Int64)
    beyond = (pl.col("low") > over) | (pl.col("high") > over)
    code = pl.when(beyond & share).then(NUMBER["share_over_1"]).when(beyond & ~flag).then(NUMBER["out_of_range"]).otherwise(0)
    made = made.with_columns(
        pl.when(known).then(0).otherwise(pl.col("doubt")).cast(pl.UInt8).alias("doubt"), code.fill_null(0).cast(pl.UInt8).alias("code")
    )
    lost = pl.col("code") > 0
    low, high = pl.when(lost).then(0).otherwise(pl.col("low")), pl.when(lost).then(_top()).otherwise(pl.col("high"))
    return made.select(KEY, "day", FACT, "kind", low.alias("low"), high.alias("high"), "doubt", "code")
