"""What the benches share: medians of interleaved rounds, tables of ratios, made-up cars, the plan of both totals."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lokal.engine.columns import Generator
from lokal.engine.fact_columns import STRATUM, FactColumns
from lokal.engine.polars_columns import Plan, plan_of
from lokal.fleet.score import ALL_STRATA
from lokal.scale.model import Scale

DAY = date(2026, 12, 1)
ROUNDS = int(os.environ.get("LOKAL_BENCH_ROUNDS", "5"))
QUIET = pl.QueryOptFlags(comm_subexpr_elim=False)
SHARE, COUNT, POINTS, MONEY = 10**6, 100, 1000, 10**6
Run = Callable[[], Any]


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def medians(runs: dict[str, Run]) -> dict[str, float]:
    """Return the median seconds of each, measured in interleaved rounds after one that warms up."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(ROUNDS + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def table(title: str, rows: dict[str, tuple[float, int]], scan: str) -> None:
    """Print seconds, cars a second and the ratio to the scan; each with the number of cars that it was measured on."""
    say(f"\n{title}")
    base = rows[scan][0] / rows[scan][1]
    for name, (seconds, cars) in rows.items():
        say(f"  {name:<44} {seconds:9.3f} s  {cars / seconds:>14,.0f} a second  {seconds / cars / base:10.2f} x the scan  ({cars:,} rows)")


def columns_for(scale: Scale, names: list[str], *, nulls: bool = False) -> dict[str, FactColumns]:
    """Return the declared columns of facts, in units that a register would use."""
    tops = {"flag": (1, 1), "share": (SHARE, SHARE), "count": (1, COUNT), "points": (1, POINTS), "money": (1, MONEY)}
    return {name: FactColumns(name, "", *tops[scale.facts[name].kind], nulls=nulls) for name in names}


def random_facts(scale: Scale, names: list[str], rows: int, seed: int = 1) -> pl.DataFrame:
    """Return made-up cars of which every named fact is known, without more units than there are."""
    random = np.random.default_rng(seed)
    made: dict[str, Any] = {
        "flag": lambda: random.random(rows) < 0.6,
        "share": lambda: (random.integers(0, 101, rows) * 10_000).astype(np.int32),
        "count": lambda: random.integers(0, 6, rows).astype(np.int32),
        "points": lambda: random.integers(0, 260, rows).astype(np.int32),
        "money": lambda: random.integers(1, MONEY, rows).astype(np.int32),
    }
    data = {name: made[scale.facts[name].kind]() for name in names}
    for block in scale.blocks:
        for line in block.operations:
            share = getattr(line.award, "share", None)
            if share is not None and share.count in data and share.of in data:
                data[share.count] = np.minimum(data[share.count], data[share.of])
    return pl.DataFrame(data).with_columns(pl.lit(0, dtype=pl.UInt8).alias(STRATUM))


def totals(scale: Scale, columns: dict[str, FactColumns], strata: frozenset[int] = ALL_STRATA) -> Plan:
    """Return the plan of both totals for vehicles of some kinds in one frame, by default of all."""
    generator = Generator(scale, columns, strata)
    total = generator.total(generator.blocks())
    return plan_of({"low": total.low.node, "high": total.high.node})


def summed(plan: Plan, frame: pl.LazyFrame) -> pl.DataFrame:
    """Return the sums of both totals: computed in streaming, nothing kept."""
    return plan.of(frame).select(pl.all().cast(pl.Int64).sum()).collect(engine="streaming", optimizations=QUIET)
