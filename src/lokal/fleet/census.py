"""The census of a fleet: vehicles by code, programme and reason, facts that hold them back, parts of a year's output."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from lokal.fleet.law import ANSWER, ANSWER_TYPE, CODE, REASON, STAKE
from lokal.fleet.score import PROFILE

MAKER = "maker"
COUNT = "vehicles"
HITS = ("awarded", "partial", "capped")
"""Reasons of operations that earned something."""
_SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "codes": {CODE: pl.String, COUNT: pl.Int64},
    "answers": {"programme": pl.String, "answer": pl.String, COUNT: pl.Int64},
    "reasons": {"operation": pl.String, "reason": pl.String, COUNT: pl.Int64},
    "stakes": {"fact": pl.String, COUNT: pl.Int64, "points": pl.Decimal(38, 3)},
    "output": {"programme": pl.String, MAKER: pl.String, "year": pl.Int32, "answer": pl.String, COUNT: pl.Int64},
    "profiles": {PROFILE: pl.UInt32, COUNT: pl.Int64},
}


@dataclass(frozen=True)
class Census:
    """Counts that add up over parts, one small table each: codes, answers, reasons, stakes, output, profiles."""

    tables: dict[str, pl.DataFrame]


def empty_census() -> Census:
    """Return a census of nothing."""
    return Census({name: pl.DataFrame(schema=schema) for name, schema in _SCHEMAS.items()})


def merged(parts: Iterable[Census]) -> Census:
    """Return the sum of censuses."""
    found = [empty_census(), *parts]
    return Census({name: _added([each.tables[name] for each in found], name) for name in _SCHEMAS})


def _added(tables: list[pl.DataFrame], name: str) -> pl.DataFrame:
    sums = [column for column in (COUNT, "points") if column in _SCHEMAS[name]]
    keys = [column for column in _SCHEMAS[name] if column not in sums]
    return pl.concat(tables).group_by(keys, maintain_order=True).agg(pl.col(sums).sum()).cast(_SCHEMAS[name])  # type: ignore[arg-type]  # a schema


def census_of(frame: pl.DataFrame, year: pl.Expr, shares: Iterable[str], count: pl.Expr | None = None) -> Census:
    """Return the census of some scored vehicles; `year` is their year of output, `shares` the programmes that ask for a part of it.

    A row is a vehicle, or as many as `count` says of a group of rows; operations and facts are then counted from profiles instead.
    """
    many = (pl.len() if count is None else count).cast(pl.Int64).alias(COUNT)
    answers = [name for name in frame.columns if name.endswith(ANSWER)]
    known = frame.filter(pl.col(PROFILE).is_not_null()) if PROFILE in frame.columns else None
    made = {
        "codes": frame.group_by(CODE).agg(many),
        "answers": _stack("answers", [_answers(frame, name, many) for name in answers]),
        "output": _stack("output", [_output(frame, name, year, many) for name in shares if name + ANSWER in answers]),
        "profiles": known.group_by(PROFILE).agg(many) if known is not None else None,
    }
    if count is None:
        made |= details_of(frame, pl.lit(1, dtype=pl.Int64))
    blank = empty_census().tables
    return Census({name: _shaped(name, table) if (table := made.get(name)) is not None else blank[name] for name in _SCHEMAS})


def details_of(frame: pl.DataFrame, weight: pl.Expr) -> dict[str, pl.DataFrame]:
    """Return operations by reason and facts by what hangs on them, each row counted as often as its weight says."""
    reasons = [name for name in frame.columns if name.endswith(REASON)]
    stakes = [name for name in frame.columns if name.endswith(STAKE)]
    weighed = frame.with_columns(weight.cast(pl.Int64).alias("·weight")) if reasons or stakes else frame
    return {
        "reasons": _stack("reasons", [_reasons(weighed, name) for name in reasons]),
        "stakes": _stack("stakes", [_staked(weighed, stakes)] if stakes else []),
    }


def _answers(frame: pl.DataFrame, name: str, many: pl.Expr) -> pl.DataFrame:
    counted = frame.group_by(pl.col(name).alias("answer")).agg(many)
    return counted.with_columns(_said("answer"), pl.lit(name.removesuffix(ANSWER)).alias("programme"))


def _said(answer: str) -> pl.Expr:
    return pl.col(answer).cast(pl.String).fill_null("unscored")


def _output(frame: pl.DataFrame, programme: str, year: pl.Expr, many: pl.Expr) -> pl.DataFrame:
    maker = pl.col(MAKER) if MAKER in frame.columns else pl.lit("", dtype=pl.String).alias(MAKER)
    counted = frame.group_by(maker, year.cast(pl.Int32).alias("year"), pl.col(programme + ANSWER).alias("answer")).agg(many)
    return counted.with_columns(pl.lit(programme).alias("programme"), pl.col(MAKER).cast(pl.String).fill_null(""), _said("answer"))


def _reasons(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    counted = (
        frame.filter(pl.col(name).is_not_null())
        .group_by(pl.col(name).cast(pl.String).alias("reason"))
        .agg(pl.col("·weight").sum().alias(COUNT))
    )
    return counted.with_columns(pl.lit(name.removesuffix(REASON)).alias("operation"))


def _staked(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    points = frame.select(
        (pl.col(name).cast(pl.Decimal(38, 3)) * pl.col("·weight").cast(pl.Decimal(38, 0))).sum().alias(name) for name in names
    )
    held = frame.select(pl.when(pl.col(name) > 0).then(pl.col("·weight")).otherwise(0).sum().alias(name) for name in names)
    facts = [name.removesuffix(STAKE) for name in names]
    counts, sums = held.transpose().to_series(), [points[name][0] for name in names]
    return pl.DataFrame({"fact": facts, COUNT: counts, "points": pl.Series(sums, dtype=pl.Decimal(38, 3))}).filter(pl.col(COUNT) > 0)


def _stack(name: str, tables: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([_shaped(name, each) for each in tables]) if tables else pl.DataFrame(schema=_SCHEMAS[name])


def _shaped(name: str, table: pl.DataFrame) -> pl.DataFrame:
    return table.select(pl.col(column).cast(kind) for column, kind in _SCHEMAS[name].items())


def share_of_output(output: pl.DataFrame, shares: dict[str, Decimal]) -> pl.DataFrame:
    """Return, for each programme that asks for a part of a year's units, maker and year, the units that reach its bar and the answer.

    `yes` where the units that surely reach it are enough, `no` where even those that may are too few; vehicles without a score may.
    """
    count = pl.col(COUNT)
    reached = count.filter(pl.col("answer") == "yes").sum().alias("units_reaching")
    may = count.filter(pl.col("answer").is_in(["yes", "depends", "unscored"])).sum().alias("units_that_may")
    made = output.group_by("programme", MAKER, "year", maintain_order=True).agg(count.sum().alias("units"), reached, may)
    ratios = [(name, str(share), *share.as_integer_ratio()) for name, share in shares.items()]
    bars = pl.DataFrame(ratios, schema={"programme": pl.String, "asked": pl.String, "part": pl.Int64, "over": pl.Int64}, orient="row")
    made = made.join(bars, on="programme", how="inner")
    needed = pl.col("part") * pl.col("units")
    sure, possible = pl.col("units_reaching") * pl.col("over") >= needed, pl.col("units_that_may") * pl.col("over") >= needed
    answer = pl.when(sure).then(pl.lit("yes")).when(possible).then(pl.lit("depends")).otherwise(pl.lit("no")).cast(ANSWER_TYPE)
    return made.with_columns(answer.alias("answer")).drop("over", "part").sort("programme", MAKER, "year")


def zero_hits(reasons: pl.DataFrame) -> list[str]:
    """Return the operations that earned nothing for any vehicle."""
    hit = reasons.filter(pl.col("reason").is_in(list(HITS)))["operation"].unique()
    return sorted(set(reasons["operation"].to_list()) - set(hit.to_list()))
