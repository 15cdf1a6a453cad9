"""Lines and as-built days mean what a dossier means: the same facts, the same days, the same points."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import polars as pl
import pytest

from lokal.engine.dossier import Dossier, Evidence, Statement, Vehicle
from lokal.engine.fact_columns import UNIT
from lokal.engine.interpret import interpret
from lokal.engine.known import NOTHING, Look, State, known_facts
from lokal.fleet.job import Asked
from lokal.fleet.long import read_evidence, read_lines
from lokal.fleet.run import run_fleet
from lokal.fleet.states import Basing, states_of
from lokal.fleet.texts import table_of
from lokal.result.score import Score
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import compile_scale
from lokal.study.eligibility import eligibility

FACTS = {name: Fact(ru="Имя", en="Name", kind=name) for name in ("flag", "share", "count", "points", "money")}  # type: ignore[arg-type]
VALUES = {
    "flag": ["yes", "no", "unknown"],
    "share": ["0.2", "0.35", "0.1..0.4", "unknown", "..0.3", "0"],
    "count": ["0", "3", "1..2", "2..", "unknown"],
    "points": ["100", "245.5", "200..", "unknown", "0"],
    "money": ["0.01", "500", "1..", "unknown"],
}
DAYS = [date(2024, 1, 1) + timedelta(days=60 * number) for number in range(14)]
PAPERS = {
    "act": Evidence("component_act", "Акт", "Act", issued=date(2024, 2, 29)),
    "own": Evidence("own", "Свой", "Own", issued=date(2024, 6, 1), valid_until=date(2025, 1, 15)),
    "press": Evidence("press", "Пресса", "Press"),
    "undated": Evidence("register_record", "Запись", "Record"),
}


def evidence_table() -> pl.DataFrame:
    """Return the documents as a table."""
    rows = [(name, each.kind, each.issued, each.valid_until) for name, each in PAPERS.items()]
    return pl.DataFrame(rows, schema={"id": pl.String, "kind": pl.String, "issued": pl.Date, "valid_until": pl.Date}, orient="row")


def random_line(random: Random, fact: str) -> dict[str, Any]:
    """Return a random line on a fact."""
    start, end = sorted(random.sample(DAYS, 2))
    return {
        "variant": random.choice(["a", "b"]),
        "fact": fact,
        "value": random.choice(VALUES[fact]),
        "by": random.choice(["own", "one", "two"]),
        "from": random.choice([None, start]),
        "to": random.choice([None, None, end]),
        "known": random.choice([None, random.choice(DAYS)]),
        "evidence": ";".join(random.sample(list(PAPERS), random.choice([0, 0, 1, 2]))),
        "committed": random.choice(["no", "no", "yes"]),
    }


def statement(line: dict[str, Any]) -> Statement:
    """Return a line as a dossier's statement, its value read by hand."""
    text, fact = line["value"], line["fact"]
    low, sign, high = text.partition("..")
    top = Decimal(1) if fact in {"flag", "share"} else None
    bounds: tuple[Decimal, Decimal | None]
    if text in {"yes", "no"}:
        bounds = (Decimal(text == "yes"), Decimal(text == "yes"))
    elif text == "unknown":
        bounds = (Decimal(0), top)
    elif sign:
        bounds = (Decimal(low or 0), Decimal(high) if high else top)
    else:
        bounds = (Decimal(text), Decimal(text))
    evidence = tuple(name for name in line["evidence"].split(";") if name)
    days = {"from_": line["from"], "to": line["to"], "known": line["known"]}
    return Statement(fact, *bounds, **days, by=line["by"], evidence=evidence, committed=line["committed"] == "yes")


@pytest.mark.parametrize("seed", range(40))
def test_lines_are_statements(seed: int) -> None:
    """Random lines give, on every basis and day, the bounds and doubts that a dossier's statements give."""
    random = Random(seed)
    lines = [random_line(random, fact) for fact in FACTS for _ in range(random.randint(0, 5))]
    frame = pl.DataFrame(lines, schema_overrides=dict.fromkeys(("from", "to", "known"), pl.Date), infer_schema_length=None)
    if not lines:
        return
    on, known, basis = random.choice(DAYS), random.choice([date.max, *DAYS]), random.choice(["claimed", "documented", "committed"])
    read = read_lines(table_of(frame, frame.columns), "variant", FACTS)
    owners = [read.keys.to_list().index(key) if key in read.keys else None for key in ("a", "b")]
    stretches = pl.DataFrame({"owner": owners, "day": [on, on]}, schema={"owner": pl.UInt32, "day": pl.Date})
    states = states_of(read, read_evidence(evidence_table()), stretches, Basing(basis, known)).bounds()  # type: ignore[arg-type]
    got = {("ab"[row["row"]], list(FACTS)[row["named"]]): row for row in states.iter_rows(named=True)}
    for key in ("a", "b"):
        mine = tuple(statement(line) for line in lines if line["variant"] == key)
        dossier = Dossier(Vehicle(key, "", "", "M1", "ice"), mine, PAPERS)
        for fact, state in known_facts(dossier, FACTS, Look(on, known, basis)).items():  # type: ignore[arg-type]
            row = got.get((key, fact))
            if row is None:
                assert state == NOTHING[FACTS[fact].kind], (key, fact)
            elif fact == "share" and state.low > 1:
                assert row["code"], "shares that add up to more than one get a code"
            else:
                assert same(row, state, UNIT[FACTS[fact].kind]), (key, fact, row, state)


def same(row: dict[str, Any], state: State, unit: int) -> bool:
    """Tell whether a row of bounds in whole units says what a state says."""
    doubts = ("unknown_fact", "not_documented", "expired_document")
    high = None if row["high"] is None else Fraction(row["high"], unit)
    doubt = None if row["low"] == row["high"] else doubts[row["doubt"]]
    return (Fraction(row["low"], unit), high, doubt) == (state.low, state.high, state.doubt)


@cache
def law() -> Rulebook:
    """Return the bundled rulebook."""
    return load_rulebook()


def fleet(seed: int) -> tuple[list[dict[str, Any]], pl.DataFrame]:
    """Return lines on six made-up variants, and vehicles built on many days."""
    random, lines = Random(seed), []
    facts = {name: fact for name, fact in declared_facts(law()).items() if not fact.implied}
    for variant in "abcdef":
        for name in random.sample(sorted(facts), 150):
            kind = facts[name].kind
            value = random.choice([value for value in VALUES[kind] if kind != "share" or value != "0.35"])
            start = random.choice([None, random.choice(DAYS)])
            to = random.choice([None, None, date(2026, 1, random.randint(1, 28))])
            lines.append({**random_line(random, kind), "variant": variant, "fact": name, "value": value, "from": start, "to": to})
    kinds = {variant: (random.choice(["M1", "N1", "N3", "M2"]), random.choice(["ice", "hybrid", "ev"])) for variant in "abcdef"}
    built = [date(2024, 3, 21) + timedelta(days=random.randint(0, 1200)) for _ in range(60)]
    rows = [(f"car{number}", variant, *kinds[variant], day) for number, day in enumerate(built) for variant in random.choice("abcdef")]
    return lines, pl.DataFrame(rows, schema=["vin", "variant", "category", "powertrain", "built_on"], orient="row")


def dossiers(lines: list[dict[str, Any]], vehicles: pl.DataFrame) -> dict[str, Dossier]:
    """Return the dossier of each variant."""
    kinds = {row["variant"]: row for row in vehicles.iter_rows(named=True)}
    made = {}
    for variant, row in kinds.items():
        mine = tuple(typed(line) for line in lines if line["variant"] == variant)
        made[variant] = Dossier(Vehicle(variant, "", "", row["category"], row["powertrain"]), mine, PAPERS)
    return made


def typed(line: dict[str, Any]) -> Statement:
    """Return a line on a fact of the rulebook as a statement."""
    kind = declared_facts(law())[line["fact"]].kind
    return msgspec.structs.replace(statement({**line, "fact": kind}), fact=line["fact"])


@pytest.mark.parametrize(("seed", "basis"), [(1, "claimed"), (2, "documented"), (3, "committed")])
def test_as_built_cars_score_as_dossiers(seed: int, basis: Any, tmp_path: Path) -> None:
    """A car takes the facts of its variant and the law of the day it was built: points, verdicts, margins as one by one."""
    lines, vehicles = fleet(seed)
    pl.DataFrame(lines, schema_overrides=dict.fromkeys(("from", "to", "known"), pl.Date), infer_schema_length=None).write_parquet(
        tmp_path / "facts.parquet"
    )
    vehicles.write_parquet(tmp_path / "cars.parquet")
    evidence_table().write_csv(tmp_path / "papers.csv")
    asked = Asked(on_column="built_on", basis=basis, blocks=True, reasons=True)
    run_fleet(tmp_path / "cars.parquet", tmp_path / "out", law(), asked, facts=tmp_path / "facts.parquet", evidence=tmp_path / "papers.csv")
    scored = pl.read_parquet(tmp_path / "out" / "vehicles" / "*.parquet")
    assert scored["vin"].to_list() == vehicles["vin"].to_list()
    assert set(scored["code"].unique()) <= {"ok", "not_fitted", "count_over_total", "share_over_1"}
    cars = dossiers(lines, vehicles)
    for row in scored.iter_rows(named=True):
        if row["code"] != "share_over_1":
            assert_scored_alike(row, cars[row["variant"]], row["built_on"], basis)


def assert_scored_alike(row: dict[str, Any], dossier: Dossier, day: date, basis: Any) -> None:
    """Check a scored row against the interpreter and the verdicts on its dossier."""
    look = Look(day, date.max, basis)
    scale = compile_scale(law(), day)
    states = known_facts(dossier, scale.facts, look)
    outcome = interpret(scale, dossier.vehicle.category, dossier.vehicle.powertrain, states)
    one = Score(dossier, look, scale, states, outcome, ())
    assert (row["low"], row["high"]) == (outcome.points.low, outcome.points.high), row["vin"]
    for block in outcome.blocks:
        assert (row[f"{block.id}:low"], row[f"{block.id}:high"]) == (block.points.low, block.points.high), (row["vin"], block.id)
        for each in block.operations:
            assert row[f"{block.id}.{each.id}:reason"] == each.reason, (row["vin"], block.id, each.id)
    for verdict in eligibility(one, law()):
        assert row[f"{verdict.programme}:answer"] == verdict.answer
        if verdict.margin:
            margin = row[f"{verdict.programme}:margin_low"], row[f"{verdict.programme}:margin_high"]
            assert margin == (verdict.margin.low, verdict.margin.high)
