"""What a fleet costs: ratios to the leanest scan of the same columns, to code written by hand, and to engines one would otherwise take.

Everything is measured in one run in interleaved rounds, wall clock, medians. Sizes come from the environment: LOKAL_BENCH_CARS (cars
with own facts), LOKAL_BENCH_VINS (vehicles over variants), LOKAL_BENCH_LINES, LOKAL_BENCH_ROUNDS, LOKAL_BENCH_GROWTH (comma-separated).
"""

import os
import resource
import tempfile
import time
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import lines
import msgspec
import numpy as np
import polars as pl
import ten_blocks as hand
from measure import DAY, ROUNDS, SHARE, Run, columns_for, medians, random_facts, say, summed, table, totals

import lokal
from lokal.engine.fact_columns import STRATUM, UNIT
from lokal.engine.interpret import interpret
from lokal.engine.known import State
from lokal.fleet.job import Asked
from lokal.fleet.joined import keys_of, places_of, with_silence
from lokal.fleet.law import Question, Wanted
from lokal.fleet.parts import Part, files_of, parts_of, source_of
from lokal.fleet.pieces import read_rows
from lokal.fleet.profiles import side_by_side
from lokal.fleet.run import run_fleet
from lokal.scale.model import Scale

CARS = int(os.environ.get("LOKAL_BENCH_CARS", "1000000"))
VINS = int(os.environ.get("LOKAL_BENCH_VINS", "4000000"))
GROWTH = [int(each) for each in os.environ.get("LOKAL_BENCH_GROWTH", "1000000,4000000").split(",")]
PYTHON_CARS, RULES_CARS = 20_000, 500
OPERATIONS = (200, 800, 2000)
VARIANTS = 600
PART = 4_000_000


def scanned(frame: pl.LazyFrame) -> pl.DataFrame:
    """Read every column and keep nothing: the physical limit."""
    return frame.select(pl.all().sum()).collect(engine="streaming")


# --- cars with their own facts


def wide_ten(scale: Scale, folder: Path) -> float | None:
    """Measure ten blocks against the scan, code by hand and other engines, all on the same file; return OpenFisca's seconds a car.

    The cars are of one kind, for which everything is written; lokal also with a plan that takes any kind, at both bounds each time.
    """
    names = [name for name in scale.facts if name.split(".")[0] in hand.FITTED and name != "engine.fitted"]
    names += ["vehicle.un_r83_07", "vehicle.un_r154_00", "vehicle.un_r49_06"]
    small = msgspec.structs.replace(scale, blocks=tuple(block for block in scale.blocks if block.id in hand.FITTED))
    file = folder / "ten.parquet"
    frame = random_facts(small, names, CARS)
    frame.write_parquet(file, row_group_size=250_000)
    columns = columns_for(small, names)
    lazy, plan, mixed = pl.scan_parquet(file), totals(small, columns, frozenset({0})), totals(small, columns)
    facts = lazy.drop(STRATUM)
    by_hand = facts.select(hand.polars_total().cast(pl.Int64).sum())
    expected = by_hand.collect().item()
    halves = *summed(plan, lazy).row(0), *summed(mixed, lazy).row(0)
    if set(halves) != {expected}:
        raise AssertionError((halves, expected))
    others = other_engines(file, frame, names, expected)
    runs: dict[str, Run] = {
        "leanest scan": lambda: scanned(facts),
        "lokal": lambda: summed(plan, lazy),
        "lokal, ready for all kinds of vehicles": lambda: summed(mixed, lazy),
        "Polars by hand (low only)": lambda: by_hand.collect(engine="streaming"),
    }
    found = medians(runs | {name: run for name, (run, _) in others.items()})
    rows = {name: (seconds, others[name][1] if name in others else CARS) for name, seconds in found.items()}
    table(f"Ten blocks, own facts of every car ({len(names)} columns, all known)", rows, "leanest scan")
    say(f"  lokal to Polars by hand: {found['lokal'] / found['Polars by hand (low only)']:.2f}")

    for name, (_, cars) in others.items():
        say(f"  {name} to lokal, a car: {found[name] / cars / (found['lokal'] / CARS):,.1f}")
    return found["OpenFisca-core"] / CARS if "OpenFisca-core" in found else None


def other_engines(file: Path, frame: pl.DataFrame, names: list[str], expected: int) -> dict[str, tuple[Run, int]]:
    """Return what one would otherwise take, where it is installed, with the number of cars that each is given."""
    cars = frame.head(PYTHON_CARS).drop(STRATUM).to_dicts()
    found: dict[str, tuple[Run, int]] = {"plain Python loop": (lambda: sum(map(hand.python_total, cars)), len(cars))}
    few = frame.head(len(cars)).select(hand.polars_total().cast(pl.Int64).sum()).item()
    if sum(map(hand.python_total, cars)) != few:
        raise AssertionError("the loop by hand differs")
    try:
        import duckdb  # noqa: PLC0415  a bench-only library

        query, database = hand.sql_total(f"'{file}'"), duckdb.connect()
        if database.execute(query).fetchall()[0][0] != expected:
            raise AssertionError("the SQL by hand differs")
        found["DuckDB by hand"] = (lambda: database.execute(query).fetchall(), CARS)
    except ImportError:
        say("  (DuckDB is not installed: pip install -r requirements/bench.txt)")
    try:
        import engines  # noqa: PLC0415  needs bench-only libraries

        found["OpenFisca-core"] = (engines.openfisca(file, names), CARS)
        found["zen-engine (GoRules)"] = (engines.zen(cars[:RULES_CARS]), RULES_CARS)
    except ImportError as missing:
        say(f"  (not installed: {missing.name}; pip install -r requirements/bench.txt)")
    return found


def wide_all(scale: Scale, folder: Path) -> None:
    """Measure the whole law with every fact known, and with one in ten unknown."""
    names = [name for name, fact in scale.facts.items() if not fact.implied]
    rows = max(CARS // 4, 1)
    for title, unknown in (("all known", 0.0), ("one fact in ten unknown", 0.1)):
        file = folder / f"all-{unknown}.parquet"
        frame = random_facts(scale, names, rows)
        if unknown:
            random = np.random.default_rng(2)
            frame = frame.with_columns(pl.when(pl.Series(random.random(rows) >= unknown)).then(pl.col(name)).alias(name) for name in names)
        frame.write_parquet(file, row_group_size=125_000)
        lazy, plan = pl.scan_parquet(file), totals(scale, columns_for(scale, names, nulls=bool(unknown)))
        found = medians(
            {"leanest scan": lambda lazy=lazy: scanned(lazy.drop(STRATUM)), "lokal": lambda lazy=lazy, plan=plan: summed(plan, lazy)}
        )
        table(f"The whole law ({len(names)} columns, {title})", {name: (seconds, rows) for name, seconds in found.items()}, "leanest scan")


# --- vehicles over variants


def national_fleet(folder: Path, vins: int) -> Path:
    """Write a made-up register in parts: VIN, variant, maker, day built."""
    target = folder / f"register-{vins}"
    target.mkdir()
    for number, start in enumerate(range(0, vins, PART)):
        rows = min(PART, vins - start)
        random = np.random.default_rng(number)
        variant = random.integers(0, VARIANTS, rows)
        days = random.integers(0, 900, rows)
        pl.DataFrame(
            {
                "vin": pl.Series(np.arange(start, start + rows)).cast(pl.String).str.zfill(17),
                "variant": pl.Series([f"variant-{each:04}" for each in range(VARIANTS)])[variant],
                "maker": pl.Series([f"maker-{each:02}" for each in range(20)])[variant % 20],
                "built_on": pl.Series(days).cast(pl.Int32) + (date(2024, 4, 1) - date(1970, 1, 1)).days,
            }
        ).with_columns(pl.col("built_on").cast(pl.Date)).write_parquet(target / f"part-{number}.parquet", row_group_size=1_000_000)
    return target


def variants_facts(scale: Scale, folder: Path) -> Path:
    """Write lines on made-up variants: about a hundred facts each, some from a later day."""
    random = np.random.default_rng(5)
    names = [name for name, fact in scale.facts.items() if not fact.implied]
    values = {"flag": ("yes", "no"), "share": ("0.4", "0.85"), "count": ("2", "4"), "points": ("180", "245"), "money": ("100", "4000")}
    rows = []
    for variant in range(VARIANTS):
        rows += [
            (f"variant-{variant:04}", "category", "M1", None),
            (f"variant-{variant:04}", "powertrain", ("ice", "hybrid", "ev")[variant % 3], None),
        ]
        for name in random.choice(names, 100, replace=False):
            start = None if random.random() < 0.7 else DAY - timedelta(days=int(random.integers(100, 900)))
            rows.append((f"variant-{variant:04}", str(name), str(random.choice(values[scale.facts[str(name)].kind])), start))
    schema = {"variant": pl.String, "fact": pl.String, "value": pl.String, "from": pl.Date}
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / "variants.parquet")
    return folder / "variants.parquet"


def joined(parts: list[Part], scored: pl.DataFrame, wanted: list[str], texts: list[str]) -> list[int]:
    """Return sums of what all vehicles of some parts take from their profiles, after the lengths of some texts of theirs."""
    numbers = scored.select(pl.col(wanted).to_physical().cast(pl.Int64).fill_null(0))

    def of_part(part: Part) -> tuple[int, ...]:
        places = places_of(keys_of(read_rows(part.file, ["variant"], part.offset, part.rows), ["variant"]), scored)
        lengths = part.frame().select(pl.col(texts).str.len_bytes().sum()).collect().row(0) if texts else ()
        return *lengths, *(numbers[name].gather(places).sum() for name in wanted)

    return [sum(each) for each in zip(*side_by_side(of_part, parts), strict=True)]


def profiles(scale: Scale, folder: Path, openfisca: float | None) -> None:
    """Measure the join of vehicles to scored profiles, and whole runs from files to files; OpenFisca's seconds a car are for comparison.

    The scan and the join read every text and keep its length only.
    """
    register, facts = national_fleet(folder, VINS), variants_facts(scale, folder)
    rulebook = lokal.load_rulebook()
    out = folder / "out"
    whole: dict[str, tuple[float, int]] = {}
    for title, asked in {
        "lokal fleet score --on, files to files": Asked(on=DAY),
        "lokal fleet score --on-column, files to files": Asked(on_column="built_on"),
    }.items():
        start = time.perf_counter()
        run_fleet(register, out, rulebook, asked, facts=facts)
        whole[title] = (time.perf_counter() - start, VINS)
    run_fleet(register, out, rulebook, Asked(on=DAY), facts=facts)
    lazy = pl.scan_parquet(register / "*.parquet").drop("built_on")
    scored = pl.read_parquet(out / "profiles.parquet").rename({"key": "variant"})
    scored = with_silence(scored.select("variant", "profile", "low", "high", "code", "^.*:answer$", "^.*:margin_.*$"))
    texts, wanted = ("vin", "variant", "maker"), [name for name in scored.columns if name != "variant"]
    parts = parts_of([source_of(file) for file in files_of(register)])
    runs: dict[str, Run] = {
        "leanest scan": lambda: lazy.select(pl.col(texts).str.len_bytes().sum()).collect(engine="streaming"),
        "profile join, totals": lambda: joined(parts, scored, ["low", "high"], ["vin", "maker"]),
        "profile join, totals, codes and programmes": lambda: joined(parts, scored, wanted, ["vin", "maker"]),
        "profile join, totals, of the variant alone": lambda: joined(parts, scored, ["low", "high"], []),
        "census by profile (counts, then join)": lambda: (
            lazy.group_by("variant").len().join(scored.lazy(), on="variant").collect(engine="streaming")
        ),
    }
    found = medians(runs)
    table(f"{VARIANTS} variants, {VINS:,} VINs", {name: (seconds, VINS) for name, seconds in found.items()} | whole, "leanest scan")
    if openfisca:
        say(f"  OpenFisca-core to the profile join, a car, with VINs: {openfisca / found['profile join, totals'] * VINS:.1f}")
        alike = found["profile join, totals, of the variant alone"]
        say(f"  OpenFisca-core to the profile join, a car, without VINs, as OpenFisca has none: {openfisca / alike * VINS:.1f}")


# --- one vehicle, growth


def one_vehicle(scale: Scale) -> None:
    """Measure one vehicle through the library against the formulas written out as a bare Python function."""
    names, ask = [name for name, fact in scale.facts.items() if not fact.implied], lokal.Totals(scale, "M1", "ice")
    car = random_facts(scale, names, 1).row(0, named=True)
    act, order = ask.bare
    for title, known in (("every fact known", names), ("a filled dossier, 150 facts known", names[:: len(names) // 150])):
        facts = {name: car[name] if scale.facts[name].kind == "flag" else lokal_value(scale, name, car[name]) for name in known}
        states = {name: State(Fraction(value), Fraction(value)) for name, value in facts.items()}
        values = [
            None if name not in facts else facts[name] if isinstance(facts[name], bool) else int(facts[name] * UNIT[scale.facts[name].kind])
            for name in order
        ]
        found = medians(
            {
                "bare function": lambda values=values: [act(*values) for _ in range(200)],
                "library": lambda facts=facts: [ask(facts) for _ in range(200)],
                "interpreter, with the whole trace": lambda states=states: [interpret(scale, "M1", "ice", states) for _ in range(5)],
            }
        )
        each = {name: seconds / (5 if name.startswith("interpreter") else 200) for name, seconds in found.items()}
        say(f"\nOne vehicle, the whole law, {title}")
        for name, seconds in each.items():
            say(f"  {name:<44} {seconds * 1e6:9.0f} us  {seconds / each['bare function']:8.1f} x the bare function")


def lokal_value(scale: Scale, name: str, value: Any) -> Fraction | int:
    """Return a column's value in the fact's own unit."""
    return Fraction(int(value), SHARE) if scale.facts[name].kind == "share" else int(value)


def growth(scale: Scale, folder: Path) -> None:
    """Measure how cost grows with vehicles and with operations, and the peak of memory."""
    rulebook, facts = lokal.load_rulebook(), folder / "variants.parquet"
    say("\nGrowth with vehicles (files to files, --on)")
    for vins in GROWTH:
        register = national_fleet(folder, vins) if vins != VINS else folder / f"register-{vins}"
        start = time.perf_counter()
        run_fleet(register, folder / "out", rulebook, Asked(on=DAY), facts=facts)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        say(f"  {vins:>12,} VINs {seconds:8.2f} s {vins / seconds:>12,.0f} a second, peak memory so far {peak:.2f} GiB")
    say("\nGrowth with operations (100,000 cars, own facts, all known)")
    for wanted in OPERATIONS:
        law = with_operations(scale, wanted)
        names = [name for name in dict.fromkeys(used_facts(law)) if not law.facts[name].implied]
        frame = random_facts(law, names, 100_000).lazy()
        start = time.perf_counter()
        plan = totals(law, columns_for(law, names))
        planned = time.perf_counter() - start
        seconds = medians({"": lambda plan=plan, frame=frame: summed(plan, frame)})[""]
        say(f"  {sum(len(block.operations) for block in law.blocks):>5} operations: planned in {planned:.2f} s, run in {seconds:.3f} s")


def with_operations(scale: Scale, wanted: int) -> Scale:
    """Return a law with about so many operations: fewer blocks of this one, or copies of them with facts of their own."""
    blocks, facts, number, copy = [], dict(scale.facts), 0, 0
    while number < wanted:
        for block in scale.blocks:
            if number >= wanted:
                break
            name = f"{block.id}{copy or ''}"
            text = (
                msgspec.json.encode(block).decode().replace(f'"{block.id}.', f'"{name}.').replace(f'"id":"{block.id}"', f'"id":"{name}"', 1)
            )
            blocks.append(msgspec.json.decode(text, type=type(block)))
            facts |= {name + fact[len(block.id) :]: kind for fact, kind in scale.facts.items() if fact.startswith(f"{block.id}.")}
            number += len(block.operations)
        copy += 1
    return msgspec.structs.replace(scale, blocks=tuple(blocks), facts=facts)


def used_facts(scale: Scale) -> list[str]:
    """Return the facts of a law's blocks."""
    own = {block.id for block in scale.blocks}
    return [name for name in scale.facts if name.split(".")[0] in own or "." not in name]


def main() -> None:
    """Print every measurement."""
    say(f"cars {CARS:,}, VINs {VINS:,}, lines {lines.LINES:,}, rounds {ROUNDS}, cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")
    scale = Question(lokal.load_rulebook(), wanted=Wanted(blocks=False)).scale(DAY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        openfisca = wide_ten(scale, folder)
        wide_all(scale, folder)
        profiles(scale, folder, openfisca)
        lines.whole_runs(scale, folder)
        lines.the_pass_alone(scale, folder)
        one_vehicle(scale)
        growth(scale, folder)


if __name__ == "__main__":
    main()
