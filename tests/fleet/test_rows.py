"""A bad row never stops a run and never vanishes: it comes out with its code, and what is bad of it counts as unknown."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from lokal.errors import EngineError
from lokal.fleet.frames import score_fleet
from lokal.fleet.job import Asked
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook
from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import compile_scale
from lokal.scale.model import RatioAward

DAY = date(2026, 12, 1)
ON = Asked(on=DAY, blocks=False)
WELDED = "body_shell.welding"


@cache
def law() -> Rulebook:
    """Return the bundled rulebook."""
    return load_rulebook()


def fact_of(kind: str) -> str:
    """Return some fact of a kind that every car may have."""
    return next(name for name, fact in declared_facts(law()).items() if fact.kind == kind and not fact.implied)


def cars(**columns: list[Any]) -> pl.DataFrame:
    """Return M1 cars with a combustion engine and some columns."""
    rows = len(next(iter(columns.values())))
    kind = {"vin": [f"car{number}" for number in range(rows)], "category": ["M1"] * rows, "powertrain": ["ice"] * rows}
    return pl.DataFrame(kind | columns, strict=False)


def scored(frame: pl.DataFrame, asked: Asked = ON) -> pl.DataFrame:
    """Return the scored frame; no row may be lost."""
    result = score_fleet(frame, law(), asked)
    assert result["vin"].to_list() == frame["vin"].to_list()
    return result


def codes(frame: pl.DataFrame, asked: Asked = ON) -> list[str]:
    """Return the codes of a frame's rows."""
    return scored(frame, asked)["code"].to_list()


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("flag", [True, False, None], ["ok"] * 3),
        ("flag", [1, 0, 2], ["ok", "ok", "wrong_kind"]),
        ("flag", ["да", "no", "", "perhaps"], ["ok", "ok", "ok", "wrong_kind"]),
        ("share", [0.7, 1.0, 1.01, -0.1, float("nan"), None], ["ok", "ok", "share_over_1", "out_of_range", "out_of_range", "ok"]),
        ("share", [Decimal("0.7"), Decimal(70), Decimal("0.12345678901")], ["ok", "share_over_1", "too_fine"]),
        ("share", ["0,7", "70%", "0.1..0.4", "0.4..0.1", "x"], ["ok", "share_over_1", "ok", "bounds_reversed", "wrong_kind"]),
        ("count", [3, -1, 10**7], ["ok", "out_of_range", "out_of_range"]),
        ("count", [3.0, 2.5], ["ok", "wrong_kind"]),
        ("points", [245, 10**12], ["ok", "out_of_range"]),
        ("points", ["200..", "1e30"], ["ok", "out_of_range"]),
        ("money", [Decimal("1.25"), Decimal("1.255")], ["ok", "too_fine"]),
        ("share", [date(2026, 1, 1), None], ["wrong_kind", "ok"]),
    ],
)
def test_bad_values_get_their_code(kind: str, values: list[Any], expected: list[str]) -> None:
    """Each kind of bad value has its code, with the fact's name; good and empty cells have none."""
    result = scored(cars(**{fact_of(kind): values}))
    assert result["code"].to_list() == expected
    assert result["code_at"].to_list() == [None if code == "ok" else fact_of(kind) for code in expected]


def test_a_bad_value_is_unknown() -> None:
    """A row with a bad value scores as the same row without that value."""
    share = fact_of("share")
    result = scored(cars(**{WELDED: [True, True], share: [1.5, None]}))
    assert result["low"][0] == result["low"][1]
    assert result["high"][0] == result["high"][1]
    assert result["code"].to_list() == ["share_over_1", "ok"]


def test_single_precision_is_what_was_written() -> None:
    """0.7 in single precision is 0.7: a gate at 0.7 opens."""
    scale = compile_scale(law(), DAY)
    gate = next(
        need.fact
        for block in scale.blocks
        for line in block.operations
        for need in line.needs
        if need.compare == "at_least" and need.bound == Decimal("0.7") and "M1" in line.cases[0].category
    )
    single = cars(**{gate: [0.7]}).with_columns(pl.col(gate).cast(pl.Float32))
    assert scored(single).drop("vin").equals(scored(cars(**{gate: [0.7]})).drop("vin"))
    assert scored(single)["low"][0] > scored(cars(**{gate: [0.6999]}))["low"][0]


def test_rows_that_cannot_be_scored_have_no_points() -> None:
    """An unknown category or powertrain leaves the row without points, and says so."""
    frame = pl.DataFrame({"vin": list("abcd"), "category": ["M1", "L7", None, "x"], "powertrain": ["ice", "ice", "ev", "steam"]})
    result = scored(frame)
    assert result["code"].to_list() == ["ok", "unknown_category", "unknown_category", "unknown_category"]
    assert [each is None for each in result["low"]] == [False, True, True, True]
    cyrillic = pl.DataFrame({"vin": list("abc"), "category": ["\u041c1", "M1G", "n1"], "powertrain": ["ice", "steam", "ev"]})
    assert codes(cyrillic) == ["ok", "unknown_powertrain", "ok"]


def test_days_of_a_column() -> None:
    """Each row is under the law of its own day; no day, or a day before the law begins, is a code."""
    days = [date(2026, 12, 1), None, date(2019, 1, 1), date(2024, 4, 1)]
    frame = cars(**{"built_on": days, WELDED: [True] * 4})
    result = scored(frame, Asked(on_column="built_on", blocks=False))
    assert result["code"].to_list() == ["ok", "no_day", "no_law", "ok"]
    assert [each is None for each in result["low"]] == [False, True, True, False]
    assert result["law"].to_list() == [date(2026, 9, 30), None, None, date(2024, 3, 21)]


def test_facts_at_odds_are_told() -> None:
    """More units than there are, an operation on a missing component, and a flag against the powertrain are codes of their own."""
    scale = compile_scale(law(), DAY)
    ratio = next(
        line.award.share
        for block in scale.blocks
        for line in block.operations
        if isinstance(line.award, RatioAward) and block.fitted is None
    )
    assert codes(cars(**{ratio.count: [5, 1], ratio.of: [3, 3]})) == ["count_over_total", "ok"]
    assert codes(cars(**{"vehicle.engine": [False, True]})) == ["contradicts_powertrain", "ok"]
    block = next(each for each in law().blocks if each.fitted is None and "fitted" not in each.facts)
    own = next(f"{block.id}.{line.id}" for line in block.operations if f"{block.id}.{line.id}" in scale.facts)
    value = {"flag": True, "count": 1, "points": 200}[scale.facts[own].kind]
    assert codes(cars(**{f"{block.id}.fitted": [False, True], own: [value, value]})) == ["not_fitted", "ok"]


def test_other_dataframes_come_back_as_they_went() -> None:
    """An Arrow table goes in and an Arrow table comes out, a lazy frame a lazy one, with the same scores."""
    frame = cars(**{WELDED: [True, False, None]})
    table = score_fleet(frame.to_arrow(), law(), ON)
    assert isinstance(table, pa.Table)
    assert table.column("low").to_pylist() == scored(frame)["low"].to_list()
    lazy = score_fleet(frame.lazy(), law(), ON)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(scored(frame))


def test_missing_columns_are_one_line() -> None:
    """Without a category, a day or one of two bounds there is nothing to score, and the error names what is missing."""
    with pytest.raises(EngineError, match="'category' is missing"):
        score_fleet(pl.DataFrame({"vin": ["a"], "powertrain": ["ice"]}), law(), ON)
    with pytest.raises(EngineError, match="give a day"):
        score_fleet(cars(x=[1]), law(), Asked())
    with pytest.raises(EngineError, match="give both bounds"):
        score_fleet(cars(**{f"{fact_of('share')}:low": [0.1]}), law(), ON)
    with pytest.raises(EngineError, match=f"did you mean '{WELDED}'"):
        score_fleet(cars(**{WELDED.replace("welding", "weldin"): [True]}), law(), ON)


def test_bounds_in_two_columns() -> None:
    """A fact's bounds may stand in two columns; a null high is unbounded, and the score is that of the written interval."""
    share = fact_of("share")
    pair = scored(cars(**{f"{share}:low": [0.1, 0.2], f"{share}:high": [0.9, None]}))
    text = scored(cars(**{share: ["0.1..0.9", "0.2.."]}))
    assert pair.select("low", "high", "code").equals(text.select("low", "high", "code"))
