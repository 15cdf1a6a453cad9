"""Lines cut between vehicles say what they say whole; rows read with their texts coded are the rows of the file."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from polars.testing import assert_frame_equal

from lokal.fleet import pieces, texts
from lokal.fleet.job import Asked
from lokal.fleet.joined import keys_of
from lokal.fleet.pieces import pieces_of, read_rows
from lokal.fleet.run import run_fleet
from lokal.fleet.texts import Coded, Table, told_apart
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.read import load_rulebook

FACTS = {
    "body_shell.welding": ["yes", "no", "perhaps"],
    "body_shell.painting": ["yes", "unknown"],
    "exterior_polymer.panels_share": ["0,85", "0.4", "1.2"],
    "bearing_shells.shells": ["4", "2-6", "-1"],
    "no.such_fact": ["yes"],
}
VEHICLES = [f"car{number:02}" for number in range(24)]


def written(folder: Path, random: Random, *, kinds: str, together: bool) -> None:
    """Write vehicles, their lines in small row groups, and documents; kinds are stated by all lines, by some or by vehicles alone."""
    rows: list[dict[str, Any]] = []
    for name in VEHICLES[:-2]:
        if kinds == "all" or (kinds == "some" and name < "car05"):
            rows += [{"vin": name, "fact": "category", "value": "M1"}, {"vin": name, "fact": "powertrain", "value": "ice"}]
        rows += [
            {"vin": name, "fact": fact, "value": random.choice(FACTS[fact]), "evidence": random.choice(["p1", "p2", "lost", None])}
            for fact in random.choices(list(FACTS), k=random.randint(1, 9))
        ]
    if not together:
        random.shuffle(rows)
    schema = dict.fromkeys(("vin", "fact", "value", "evidence"), pl.String)
    pl.DataFrame(rows, schema=schema).write_parquet(folder / "lines.parquet", row_group_size=random.choice([5, 16, 100]))
    pl.DataFrame({"id": ["p1", "p2"], "kind": ["component_act"] * 2, "issued": ["2026-01-01", "2020-01-01"]}).write_parquet(
        folder / "papers.parquet"
    )
    cars = pl.DataFrame({"vin": VEHICLES, "category": "M1", "powertrain": random.choices(["ice", "ev"], k=len(VEHICLES))})
    cars.write_parquet(folder / "cars.parquet")


def scored(folder: Path, basis: Any) -> pl.DataFrame:
    """Return the scored vehicles of a run, without the numbers of profiles."""
    asked, out = Asked(on=date(2026, 12, 1), basis=basis, reasons=True), folder / "out"
    run_fleet(folder / "cars.parquet", out, load_rulebook(), asked, facts=folder / "lines.parquet", evidence=folder / "papers.parquet")
    return pl.read_parquet(out / "vehicles" / "*.parquet").drop("profile")


def outcome(folder: Path, basis: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the scored vehicles of a run, and its bad lines."""
    return scored(folder, basis), pl.read_parquet(folder / "out" / "bad_lines.parquet")


@pytest.mark.parametrize("together", [True, False], ids=["together", "apart"])
@pytest.mark.parametrize("kinds", ["all", "some", "none"])
@pytest.mark.parametrize("basis", ["claimed", "documented"])
def test_cut_lines_say_what_whole_ones_say(
    *, kinds: str, together: bool, basis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores, codes, reasons and bad lines are the same however a table is cut, also where a vehicle's lines lie apart."""
    random = Random(f"{kinds}{together}{basis}")
    written(tmp_path, random, kinds=kinds, together=together)
    assert len(pieces_of(tmp_path / "lines.parquet", "vin")) == 1
    whole = outcome(tmp_path, basis)
    monkeypatch.setattr(pieces, "LEAST", 16)
    monkeypatch.setattr(pieces, "PIECE", 8)
    found = outcome(tmp_path, basis)
    for one, other in zip(whole, found, strict=True):
        assert one.height
        assert_frame_equal(one, other)


CLEAN = {
    "body_shell.welding": ["yes", "no"],
    "body_shell.painting": ["yes"],
    "exterior_polymer.panels_share": ["0,85", "0.4", "0.1"],
    "bearing_shells.shells": ["4", "6"],
    "bearing_shells.machining": ["1", "2"],
}


@pytest.mark.parametrize("performers", [1, 2], ids=["once", "by two performers"])
@pytest.mark.parametrize("days", [[None], [None, date(2026, 1, 1), date(2026, 12, 2)]], ids=["no days", "days"])
@pytest.mark.parametrize("kinds", ["all", "none"])
@pytest.mark.parametrize("basis", ["claimed", "documented"])
def test_tidy_lines_say_what_shuffled_ones_say(*, kinds: str, basis: str, days: list[date | None], performers: int, tmp_path: Path) -> None:
    """Lines without a fault, by vehicle and in the order of the law, give the scores of the same lines in any order."""
    random = Random(f"{kinds}{basis}{days}{performers}")
    written(tmp_path, random, kinds="none", together=True)
    law = list(declared_facts(load_rulebook()))
    rows: list[dict[str, Any]] = []
    for name in VEHICLES:
        if kinds == "all":
            rows += [{"vin": name, "fact": "category", "value": "M1"}, {"vin": name, "fact": "powertrain", "value": "ice"}]
        rows += [
            {"vin": name, "fact": fact, "value": value, "from": random.choice(days), "supplier": supplier, "evidence": "p1"}
            for fact in sorted(random.sample(list(CLEAN), random.randint(1, len(CLEAN))), key=law.index)
            for supplier, value in zip(("one", "two"), random.choices(CLEAN[fact], k=random.randint(1, performers)), strict=False)
        ]
    schema = dict.fromkeys(("vin", "fact", "value", "supplier", "evidence"), pl.String) | {"from": pl.Date}
    tidy = pl.DataFrame(rows, schema=schema)
    tidy.write_parquet(tmp_path / "lines.parquet")
    vehicles = scored(tmp_path, basis)
    assert not (tmp_path / "out" / "bad_lines.parquet").exists()
    assert vehicles["high"].n_unique() > 3
    for seed in range(3):
        tidy.sample(fraction=1, shuffle=True, seed=seed).write_parquet(tmp_path / "lines.parquet")
        assert_frame_equal(scored(tmp_path, basis), vehicles)


def test_a_line_that_is_nobodys_is_told(tmp_path: Path) -> None:
    """A line without a key is a bad line with its number and code, and changes no vehicle."""
    written(tmp_path, Random(1), kinds="none", together=True)
    rows = {"vin": ["car00", None, "car01"], "fact": ["body_shell.welding"] * 3, "value": ["yes", "yes", "no"]}
    lines = pl.DataFrame(rows)
    lines.write_parquet(tmp_path / "lines.parquet")
    vehicles, bad = outcome(tmp_path, "claimed")
    assert bad.rows() == [(2, None, "body_shell.welding", "yes", "no_key")]
    lines.drop_nulls("vin").write_parquet(tmp_path / "lines.parquet")
    assert_frame_equal(scored(tmp_path, "claimed"), vehicles)


def test_cuts_lie_between_vehicles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces follow each other without gap, and none begins with the vehicle that the one before ends with."""
    random = Random(3)
    monkeypatch.setattr(pieces, "LEAST", 16)
    monkeypatch.setattr(pieces, "PIECE", 8)
    keys = [name for name in VEHICLES for _ in range(random.randint(1, 12))]
    pl.DataFrame({"vin": keys}).write_parquet(tmp_path / "lines.parquet", row_group_size=7)
    found = pieces_of(tmp_path / "lines.parquet", "vin")
    assert len(found) > 3
    ends = [each.first + (each.lines or 0) for each in found]
    assert [each.first for each in found] == [0, *ends[:-1]]
    assert ends[-1] == len(keys)
    assert all(keys[cut] != keys[cut - 1] for cut in ends[:-1])


def worded(table: Table) -> dict[str, list[Any]]:
    """Return a table's columns in words."""
    return {name: (each.texts.gather(each.numbers) if isinstance(each, Coded) else each).to_list() for name, each in table.items()}


@pytest.mark.parametrize("group", [3, 10, 1000])
def test_coded_rows_are_the_rows_of_the_file(group: int, tmp_path: Path) -> None:
    """Any run of rows reads as a slice of the file, with nulls, days and numbers, whatever the row groups."""
    random = Random(group)
    frame = pl.DataFrame(
        {
            "a": random.choices(["x", "y", None, "длинное слово"], k=50),
            "n": random.choices([1, 2, None], k=50),
            "day": random.choices([date(2026, 1, 1), None], k=50),
        }
    )
    file = str(tmp_path / "rows.parquet")
    frame.write_parquet(file, row_group_size=group)
    for first, rows in [(0, 50), (0, 1), (49, 1), (7, 20), (3, 3), (10, 0)]:
        expected = frame.slice(first, rows).select("a", pl.col("n").cast(pl.String), "day").to_dict(as_series=False)
        assert worded(read_rows(file, ["a", "n", "day"], first, rows)) == expected


@pytest.mark.parametrize("kind", [pa.int8(), pa.int32(), pa.uint16(), pa.int64()])
def test_columns_that_are_dictionaries_already_read_as_texts(kind: Any, tmp_path: Path) -> None:
    """A column that its writer kept as categories reads as its texts, whatever its numbers are."""
    column = pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1], kind), pa.array(["x", "y"]))
    pq.write_table(pa.table({"a": column}), tmp_path / "rows.parquet")
    assert worded(read_rows(str(tmp_path / "rows.parquet"), ["a"])) == {"a": ["y", None, "x", "y"]}


def test_keys_tell_vehicles_apart_as_their_texts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows have one key exactly where all their texts agree; a missing text makes no key. Small tables and hashes agree."""
    random = Random(1)
    frame = pl.DataFrame({name: random.choices(["x", "y", "z", None], k=60) for name in "abc"})
    table = texts.table_of(frame, frame.columns)
    expected = [None if None in row else row for row in frame.iter_rows()]
    for limit in (texts._TABLE, 0):
        monkeypatch.setattr(texts, "_TABLE", limit)
        keys = keys_of(table, ["a", "b", "c"])
        assert [None if number is None else keys.distinct.row(number) for number in keys.numbers] == expected
        assert keys.distinct.is_unique().all()
        places, pairs = told_apart(pl.Series([1, None], dtype=pl.UInt32), pl.Series([0, 0], dtype=pl.UInt32), (2, 1))
        assert (places.to_list(), pairs.rows()) == ([0, None], [(1, 0)])
