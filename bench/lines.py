"""What lines of single cars cost: whole runs from files to files, and the pass over lines alone."""

import os
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import ten_blocks as hand
from measure import DAY, SHARE, Run, columns_for, medians, random_facts, summed, table, totals

import lokal
from lokal.engine.fact_columns import STRATUM
from lokal.engine.polars_columns import Plan
from lokal.fleet.dense import laid_out, shared_columns
from lokal.fleet.job import Asked
from lokal.fleet.law import Question
from lokal.fleet.long import COLUMNS, KEY, OWNER, PERFORMERS, read_lines
from lokal.fleet.pieces import Piece, pieces_of
from lokal.fleet.profiles import Days, Stated, Variants, side_by_side, stated_of
from lokal.fleet.run import run_fleet
from lokal.fleet.score import Laws
from lokal.fleet.states import Basing
from lokal.scale.model import Scale

LINES = int(os.environ.get("LOKAL_BENCH_LINES", "500000"))


def whole_runs(scale: Scale, folder: Path) -> None:
    """Measure lines of single vehicles, kept together by vehicle, with the columns that a maker's export has and the run reads."""
    names = [name for name, fact in scale.facts.items() if not fact.implied and fact.kind in {"flag", "share", "count"}]
    each, random = 100, np.random.default_rng(9)
    cars = max(LINES // each, 1)
    rows = cars * each
    picked = np.concatenate([np.sort(random.choice(len(names), each, replace=False)) for _ in range(cars)])
    share = pl.Series(random.integers(0, 101, rows)).cast(pl.Decimal(12, 2)) / 100
    count = pl.Series(random.integers(0, 6, rows)).cast(pl.String)
    kind = pl.Series([scale.facts[name].kind for name in names])[picked]
    frame = pl.DataFrame(
        {
            "vin": pl.Series(np.repeat(np.arange(cars), each)).cast(pl.String).str.zfill(17),
            "fact": pl.Series(names)[picked],
            "value": pl.select(
                pl.when(kind == "flag").then(pl.lit("yes")).when(kind == "share").then(share.cast(pl.String)).otherwise(count)
            ).to_series(),
            "supplier": pl.Series([f"7707{number:06}" for number in range(400)])[random.integers(0, 400, rows)],
            "from": pl.Series(random.integers(19_800, 20_700, rows)).cast(pl.Int32).cast(pl.Date),
            "evidence": pl.Series([f"012-01-{number:05}" for number in range(4000)])[random.integers(0, 4000, rows)],
        }
    )
    frame.write_parquet(folder / "lines.parquet")
    kinds = frame.select(pl.col("vin").unique(maintain_order=True), category=pl.lit("M1"), powertrain=pl.lit("ice"))
    kinds.write_parquet(folder / "lined.parquet")
    papers = pl.DataFrame({"id": [f"012-01-{number:05}" for number in range(4000)]}).with_columns(
        kind=pl.lit("component_act"), issued=pl.lit(date(2025, 3, 1)), valid_until=pl.lit(date(2028, 3, 1))
    )
    papers.write_parquet(folder / "papers.parquet")
    lazy, rulebook = pl.scan_parquet(folder / "lines.parquet"), lokal.load_rulebook()
    texts = [pl.col(name).str.len_bytes().sum() for name in ("vin", "fact", "value", "supplier", "evidence")]
    runs: dict[str, Run] = {"leanest scan of the lines": lambda: lazy.select(*texts, pl.col("from").max()).collect(engine="streaming")}
    for basis in ("claimed", "documented"):
        asked = Asked(on=DAY, blocks=False, basis=basis)
        runs[f"lokal fleet score, {basis}, files to files"] = lambda asked=asked: run_fleet(
            folder / "lined.parquet", folder / "lined", rulebook, asked, facts=folder / "lines.parquet", evidence=folder / "papers.parquet"
        )
    found = {name: (seconds, rows) for name, seconds in medians(runs).items()}
    table(f"Lines of single cars ({each} a car, {frame.width} columns)", found, "leanest scan of the lines")


def the_pass_alone(scale: Scale, folder: Path) -> None:
    """Measure the pass over lines alone: from the file to the sum of totals of ten blocks, nothing written, in the shape of a wide table.

    The lines state half of the facts of each car; the sums are those of the same facts as a wide table.
    """
    small = msgspec.structs.replace(scale, blocks=tuple(block for block in scale.blocks if block.id in hand.FITTED))
    names = [name for name in scale.facts if name.split(".")[0] in hand.FITTED and name != "engine.fitted"]
    cars, each = max(LINES * 2 // len(names), 1), len(names) // 2
    random = np.random.default_rng(4)
    picked = np.argsort(random.random((cars, len(names))), axis=1)[:, :each]
    wide = random_facts(small, names, cars)
    stated = np.zeros((cars, len(names)), dtype=bool)
    np.put_along_axis(stated, picked, values=True, axis=1)
    wide = wide.with_columns(pl.when(pl.Series(stated[:, at])).then(pl.col(name)).alias(name) for at, name in enumerate(names))
    vins = pl.Series(np.arange(cars)).cast(pl.String).str.zfill(17)
    file = folder / "lines-of-ten.parquet"
    words = wide.select(vins.alias("vin"), *(_worded(scale, name) for name in names))
    long = words.unpivot(index="vin", variable_name="fact").drop_nulls().sort("vin", maintain_order=True)
    long.with_columns(pl.lit("7707083893").alias("supplier"), pl.lit(date(2025, 1, 1)).alias("from")).write_parquet(file)
    lazy, laws = pl.scan_parquet(file), Laws(Question(lokal.load_rulebook()))
    texts = [pl.col(name).str.len_bytes().sum() for name in ("vin", "fact", "value", "supplier")]
    plans: dict[frozenset[str], Plan] = {}
    expected = summed(totals(small, columns_for(small, names, nulls=True), frozenset({0})), wide.lazy()).row(0)
    if passed(file, small, laws, plans) != expected:
        raise AssertionError((passed(file, small, laws, plans), expected))
    found = medians(
        {
            "leanest scan of the lines": lambda: lazy.select(*texts, pl.col("from").max()).collect(engine="streaming"),
            "lokal, lines to totals": lambda: passed(file, small, laws, plans),
        }
    )
    rows = {name: (seconds, long.height) for name, seconds in found.items()}
    table(f"Lines of ten blocks, the pass alone ({each} a car, {lazy.collect_schema().len()} columns)", rows, "leanest scan of the lines")


def _worded(scale: Scale, name: str) -> pl.Expr:
    """Return a fact's column as people write it."""
    kind, column = scale.facts[name].kind, pl.col(name)
    if kind == "flag":
        return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no")).alias(name)
    return (column.cast(pl.Decimal(12, 2)) / SHARE).cast(pl.String).alias(name) if kind == "share" else column.cast(pl.String)


def passed(file: Path, small: Scale, laws: Laws, plans: dict[frozenset[str], Plan]) -> tuple[int, ...]:
    """Return the sums of both totals over the cars of some lines, by the steps that a run takes before it writes."""

    def stated(piece: Piece) -> Stated:
        lines = read_lines(piece.read(COLUMNS | {"vin"}, PERFORMERS), "vin", laws.facts)
        cars = pl.DataFrame({OWNER: lines.owners, KEY: lines.keys.gather(lines.owners)})
        kinds = cars.with_columns(category=pl.lit("M1"), powertrain=pl.lit("ice"))
        return stated_of(Variants(lines, None, kinds), laws, Days(DAY), Basing())

    pieces = side_by_side(stated, pieces_of(file, "vin"))
    columns = shared_columns([each.shapes for each in pieces], laws.facts)
    if frozenset(columns) not in plans:
        plans[frozenset(columns)] = totals(small, columns, frozenset({0}))
    plan = plans[frozenset(columns)]

    def sums(piece: Stated) -> tuple[int, ...]:
        facts = laid_out(piece.states, columns, laws.facts, 0, piece.rows.height)
        return summed(plan, pl.concat([piece.rows.select(STRATUM), facts], how="horizontal").lazy()).row(0)

    return tuple(sum(each) for each in zip(*side_by_side(sums, pieces), strict=True))
