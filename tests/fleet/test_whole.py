"""A run's folder is whole or not there: a killed run, a full disk, damaged files, broken rows."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from lokal.cli import main
from lokal.errors import EngineError
from lokal.fleet import parts, profiles, run
from lokal.fleet.job import Asked
from lokal.fleet.run import run_fleet
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.read import load_rulebook

ON = Asked(on=date(2026, 12, 1), blocks=False)


@pytest.fixture
def cars(tmp_path: Path) -> Path:
    """Return a file of a thousand cars with two facts, one in a hundred broken in one of three ways."""
    rows = range(1000)
    frame = pl.DataFrame(
        {
            "vin": [f"car{number}" for number in rows],
            "category": ["L7" if number % 300 == 1 else "M1" for number in rows],
            "powertrain": ["steam" if number % 300 == 2 else "ice" for number in rows],
            "body_shell.welding": [number % 2 == 0 for number in rows],
            "share": [1.0 if number % 300 else 7.5 for number in rows],
        }
    )
    path = tmp_path / "cars.parquet"
    frame.rename({"share": share_fact()}).write_parquet(path, row_group_size=200)
    return path


def share_fact() -> str:
    """Return the name of some share."""
    return next(name for name, fact in declared_facts(load_rulebook()).items() if fact.kind == "share")


def call(*words: Any) -> Any:
    """Return the result of a command line."""
    return CliRunner().invoke(main, ["fleet", "score", *map(str, words), "--lang", "en"])


def left_behind(folder: Path) -> list[str]:
    """Return what an unfinished run left in a folder."""
    return [each.name for each in folder.iterdir() if each.name.startswith(".lokal")]


def test_one_per_cent_broken_rows_all_come_out(cars: Path, tmp_path: Path) -> None:
    """Every row comes out, the broken ones with their codes, and the census counts them."""
    report = run_fleet(cars, tmp_path / "out", load_rulebook(), ON)
    result = pl.read_parquet(tmp_path / "out" / "vehicles" / "*.parquet")
    assert result.height == report.vehicles == 1000
    counted = dict(report.census.tables["codes"].iter_rows())
    assert counted == {"ok": 988, "unknown_category": 4, "unknown_powertrain": 4, "share_over_1": 4}
    assert counted == json.loads((tmp_path / "out" / "manifest.json").read_text())["codes"]


def test_a_csv_of_texts_scores_as_typed_columns(cars: Path, tmp_path: Path) -> None:
    """A CSV with mixed texts in a column scores like the typed file, and the odd text gets a code."""
    frame = pl.read_parquet(cars).cast({"body_shell.welding": pl.String})
    frame = frame.with_columns(
        pl.when(pl.col("vin") == "car7").then(pl.lit("maybe")).otherwise("body_shell.welding").alias("body_shell.welding")
    )
    frame.write_csv(tmp_path / "cars.csv")
    run_fleet(cars, tmp_path / "typed", load_rulebook(), ON)
    run_fleet(tmp_path / "cars.csv", tmp_path / "texts", load_rulebook(), ON)
    typed, texts = (pl.read_parquet(tmp_path / name / "vehicles" / "*.parquet") for name in ("typed", "texts"))
    assert texts.filter(pl.col("vin") == "car7")["code"].to_list() == ["wrong_kind"]
    assert texts.filter(pl.col("vin") != "car7").equals(typed.filter(pl.col("vin") != "car7"))


def test_parts_do_not_change_the_answer(cars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file cut into many parts gives the same rows as one part."""
    run_fleet(cars, tmp_path / "one", load_rulebook(), ON)
    monkeypatch.setattr(run, "parts_of", lambda sources: parts.parts_of(sources, 150))
    run_fleet(cars, tmp_path / "many", load_rulebook(), ON)
    one, many = (pl.read_parquet(tmp_path / name / "vehicles" / "*.parquet") for name in ("one", "many"))
    assert len(list((tmp_path / "many" / "vehicles").iterdir())) == 7
    assert one.equals(many)


def test_a_killed_run_leaves_nothing_that_looks_whole(cars: Path, tmp_path: Path) -> None:
    """A run killed half way leaves no output; the next run completes and clears what was left."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom datetime import date\nfrom lokal.fleet import run\n"
        "from lokal.fleet.job import Asked\nfrom lokal.rulebook.read import load_rulebook\n"
        "def hang(job, parts, folder, progress):\n    run.one_by_one(job, parts, folder, progress)\n"
        "    print('half', flush=True); time.sleep(60)\n"
        "run.run_fleet(Path(sys.argv[1]), Path(sys.argv[2]), load_rulebook(), Asked(on=date(2026, 12, 1), blocks=False), hand_out=hang)"
    )
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(cars), str(out)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
    time.sleep(0.1)
    assert not out.exists()
    assert left_behind(tmp_path)
    run_fleet(cars, out, load_rulebook(), ON)
    assert (out / "manifest.json").exists()
    assert not left_behind(tmp_path)


@pytest.mark.parametrize("fact", ["body_shell.welding", "body_shell.weldin"], ids=["facts", "no fact that the law knows"])
def test_many_variants_are_laid_out_block_by_block(fact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variant has one profile and every car one row, whatever the size of a block and also where no fact could be read."""
    monkeypatch.setattr(profiles, "BLOCK", 2)
    names = [f"car{number}" for number in range(5)]
    pl.DataFrame({"vin": names, "category": ["M1"] * 5, "powertrain": ["ice"] * 5}).write_parquet(tmp_path / "cars.parquet")
    pl.DataFrame({"vin": names, "fact": [fact] * 5, "value": ["yes", "no", "yes", "no", "yes"]}).write_parquet(tmp_path / "facts.parquet")
    run_fleet(tmp_path / "cars.parquet", tmp_path / "out", load_rulebook(), ON, facts=tmp_path / "facts.parquet")
    scored = pl.read_parquet(tmp_path / "out" / "vehicles" / "*.parquet")
    assert scored["vin"].to_list() == names
    assert pl.read_parquet(tmp_path / "out" / "profiles.parquet").height == 5
    known = fact == "body_shell.welding"
    assert scored["low"].to_list() == ([400, 0, 400, 0, 400] if known else [0] * 5)
    assert set(scored["code"]) == {"ok" if known else "unknown_fact_name"}


def two_cars_with_lines(folder: Path, lines: int) -> Path:
    """Write two cars and so many lines of facts of them; return the file of lines."""
    pl.DataFrame({"vin": ["a", "b"], "category": ["M1"] * 2, "powertrain": ["ice"] * 2}).write_parquet(folder / "cars.parquet")
    names = [f"body_shell.{name}" for name in ("welding", "painting", "stamping")] * 400
    frame = pl.DataFrame({"vin": ["a"] * 600 + ["b"] * 600, "fact": names, "value": ["yes", "no"] * 600})
    frame.head(lines).write_parquet(folder / "facts.parquet", row_group_size=300)
    return folder / "facts.parquet"


def test_an_empty_file_of_lines_states_nothing(tmp_path: Path) -> None:
    """Vehicles of which no line speaks come out with the code that says so."""
    facts = two_cars_with_lines(tmp_path, 0)
    run_fleet(tmp_path / "cars.parquet", tmp_path / "out", load_rulebook(), ON, facts=facts)
    assert set(pl.read_parquet(tmp_path / "out" / "vehicles" / "*.parquet")["code"]) == {"no_facts"}


@pytest.mark.parametrize("seed", range(25))
def test_damaged_lines_are_told_or_read(seed: int, tmp_path: Path) -> None:
    """A file of lines with bytes lost or changed is one clear error that names it, or is read; nothing half written stays."""
    facts, random = two_cars_with_lines(tmp_path, 1200), Random(seed)
    raw = bytearray(facts.read_bytes())
    if seed % 2:
        raw = raw[: random.randrange(len(raw))]
    for _ in range(4):
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    facts.write_bytes(raw)
    told = ""
    try:
        run_fleet(tmp_path / "cars.parquet", tmp_path / "out", load_rulebook(), ON, facts=facts)
    except EngineError as problem:
        told = problem.text("ru")
    assert (tmp_path / "out").exists() != ("facts.parquet" in told)
    assert not left_behind(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("own", [True, False], ids=["own facts", "facts of variants"])
def test_a_full_disk_is_one_clear_line(own: bool, cars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """When the disk is full the run says so, and neither an output nor a torso of one stays."""

    def full(sources: list[parts.Source]) -> list[parts.Part]:
        """Put a full disk where the first part will be written."""
        next(tmp_path.glob(".lokal*/vehicles")).joinpath("part-00000.parquet").symlink_to("/dev/full")
        return parts.parts_of(sources)

    facts = tmp_path / "facts.csv"
    facts.write_text("vin,fact,value\ncar1,body_shell.welding,yes\n", encoding="utf-8")
    monkeypatch.setattr(run, "parts_of", full)
    result = call(cars, *([] if own else ["--facts", facts]), "--on", "2026-12-01", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "cannot write" in result.output
    assert "GB free on the disk" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
    assert not left_behind(tmp_path)


def test_damaged_files_are_told(cars: Path, tmp_path: Path) -> None:
    """A file that is no Parquet is one clear line with its name; so is a missing file or column."""
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(cars.read_bytes()[:-40])
    for words, said in (
        ((bad,), "damaged"),
        ((tmp_path / "none.parquet",), "no such file"),
        ((cars, "--on-column", "built"), "'built' is missing"),
    ):
        result = call(*words, "--on", "2026-12-01", "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert said in result.output
        assert len(result.output.strip().splitlines()) == 1
        assert not (tmp_path / "out").exists()


def test_a_damaged_part_comes_out_coded(cars: Path, tmp_path: Path) -> None:
    """Where pages inside a file are damaged its rows come out with a code, and the other files are scored."""
    folder = tmp_path / "many"
    folder.mkdir()
    whole = cars.read_bytes()
    (folder / "a.parquet").write_bytes(whole)
    (folder / "b.parquet").write_bytes(whole[:4] + bytes(4000) + whole[4004:])
    report = run_fleet(folder, tmp_path / "out", load_rulebook(), ON)
    counted = dict(report.census.tables["codes"].iter_rows())
    assert report.vehicles == 2000
    assert counted["broken_part"] == 1000
    assert counted["ok"] == 988


def test_the_output_of_others_is_not_overwritten(cars: Path, tmp_path: Path) -> None:
    """A folder that this package did not write is left alone; its own earlier output is replaced."""
    (tmp_path / "mine").mkdir()
    result = call(cars, "--on", "2026-12-01", "-o", tmp_path / "mine")
    assert result.exit_code == 2
    assert "did not write" in result.output
    for _ in range(2):
        assert call(cars, "--on", "2026-12-01", "-o", tmp_path / "out", "--no-blocks").exit_code == 0
