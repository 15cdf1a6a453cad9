"""The verbs about days and changes from the command line: both languages, JSON, files, one-line errors."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))
from cars import EXAMPLES

from lokal.cli import main

DOSSIER = """\
vehicle: {id: demo, ru: Пример, en: Example, category: M1, powertrain: ice}
evidence:
  act: {kind: component_act, ru: Акт литейного цеха, en: Foundry act, issued: 2024-05-15}
facts:
  body_shell.welding: yes
  body_shell.painting: yes
  body_panels.stamped_share: 0.72
  body_metal.metal_share: 0.7
  rnd.cost: 1500000000
  rnd.revenue: 40000000000
  vehicle.un_r83_07: no
  vehicle.un_r154_00: no
  vehicle.un_r49_06: no
  engine.cylinder_block: {value: yes, by: foundry, evidence: [act]}
"""
AMENDMENT = str(EXAMPLES / "amendments" / "less-for-body.yaml")


@pytest.fixture
def demo(tmp_path: Path) -> str:
    """Return the path of a made-up dossier of 1400 + 1500 + 95 sure points."""
    path = tmp_path / "demo.yaml"
    path.write_text(DOSSIER, "utf-8")
    return str(path)


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, list(words))


def data(*words: str) -> object:
    """Run a command and read its JSON."""
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


VERBS = [
    (["eligibility", "--on", "2026-12-01", "--filed", "2026-11-16"], "Реестр такси", "Taxi register"),
    (["cliffs", "--from", "2026-12-01"], "Акт литейного цеха", "Foundry act"),
    (["compare", "--amendment", AMENDMENT], "условный пример", "made-up exercise"),
    (["compare", "--reading", "rnd_cap_2027=printed", "--on", "2027-06-01"], "Другое толкование", "Another reading"),
    (["margin", "--on", "2026-12-01"], "достаточно отклонить", "it is enough to reject"),
    (["next", "--on", "2026-12-01", "--target", "procurement_44fz"], "не хватает", "short of"),
]


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0][0])
def test_pages_speak_both_languages(demo: str, words: tuple[list[str], str, str]) -> None:
    """Each verb prints its page in Russian and in English."""
    (verb, *options), russian, english = words
    for lang, part in (("ru", russian), ("en", english)):
        result = run(verb, demo, *options, "--lang", lang)
        assert result.exit_code == 0, result.output
        assert part in " ".join(result.output.split())


def test_eligibility_says_how_a_bar_is_known(demo: str) -> None:
    """2995 sure points: law for procurement, press for the taxi, the ministry for the loan."""
    found = data("eligibility", demo, "--on", "2026-12-01")
    programmes = {each["programme"]: each for each in found["vehicles"][0]["programmes"]}  # type: ignore[index,call-overload]
    assert programmes["procurement_44fz"]["margin"]["low"] == 2995 - 3200
    standings = {name: programmes[name]["standing"] for name in ("procurement_44fz", "taxi", "loan", "spic_target_draft")}
    assert standings == {"procurement_44fz": "law", "taxi": "press", "loan": "ministry", "spic_target_draft": "draft"}
    assert programmes["loan"]["answer"] == "yes"


def test_output_of_a_year(demo: str, tmp_path: Path) -> None:
    """7 of 10 units with 1400 points or more are 70 per cent, 6 are not known to be."""
    other = tmp_path / "other.yaml"
    other.write_text(DOSSIER.replace("id: demo", "id: other").split("facts:", maxsplit=1)[0] + "facts: {body_shell.welding: no}\n", "utf-8")
    for units, answer in ((7, "yes"), (6, "depends")):
        found = data("eligibility", demo, str(other), "--on", "2026-12-01", "--units", f"demo={units}", "--units", f"other={10 - units}")
        assert found["output"][0]["answer"] == answer  # type: ignore[index,call-overload]
    result = run("eligibility", demo, str(other), "--units", "demo=1", "--lang", "en")
    assert (result.exit_code, result.output) == (2, "the units of 'other' are missing: --units other=N\n")


def test_cliffs_as_data_chart_and_calendar(demo: str, tmp_path: Path) -> None:
    """The same days come as JSON, and as files a browser and a calendar read."""
    found = data("cliffs", demo, "--from", "2026-12-01")
    assert "2027-05-16" in [each["day"] for each in found["cliffs"]]  # type: ignore[index,call-overload]
    for form, start in (("svg", b"<svg"), ("ics", b"BEGIN:VCALENDAR")):
        out = tmp_path / f"ahead.{form}"
        assert run("cliffs", demo, "--from", "2026-12-01", "--format", form, "--out", str(out)).exit_code == 0
        assert out.read_bytes().startswith(start)


def test_fleet_from_a_list(demo: str, tmp_path: Path) -> None:
    """A list of dossiers with units: three cars of 95 points each lose 285 when the act ends, and 3 x 300 by the example."""
    table = tmp_path / "fleet.csv"
    table.write_text(f"dossier,units\n{Path(demo).name},3\n", "utf-8")
    found = data("cliffs", str(table), "--from", "2026-12-01")
    (day,) = [each for each in found["cliffs"] if each["day"] == "2027-05-16"]  # type: ignore[index,call-overload]
    assert (day["units"], day["change"]["low"]) == (3, -285)
    moved = data("compare", str(table), "--amendment", AMENDMENT, "--on", "2028-01-01")
    assert moved["effects"]["1"]["low"] == -450  # type: ignore[index,call-overload]
    for lang in ("ru", "en"):
        assert run("cliffs", str(table), "--from", "2026-12-01", "--lang", lang).exit_code == 0
        assert run("compare", str(table), "--amendment", AMENDMENT, "--lang", lang).exit_code == 0
    table.write_text("dossier,units\ndemo.yaml,many\n", "utf-8")
    result = run("cliffs", str(table), "--lang", "en")
    assert (result.exit_code, result.output.startswith(f"{table}:2: expected the columns dossier and units")) == (2, True)


def test_compare_data_adds_up(demo: str) -> None:
    """The provisions' shares in the JSON add up to the change."""
    found = data("compare", demo, "--amendment", AMENDMENT)
    assert sum(each["change"]["low"] for each in found["effects"]) == found["change"]["low"] == -300 + 65  # type: ignore[index,call-overload]


def test_compare_says_that_nothing_changes(demo: str) -> None:
    """Before its day an amendment touches nothing, and the page says so."""
    result = run("compare", demo, "--amendment", AMENDMENT, "--on", "2026-12-01", "--lang", "en")
    assert "Nothing changes for this vehicle on this day." in result.output
    assert run("compare", demo, "--lang", "en").output == "nothing to compare with: give an amendment or a reading\n"


def test_broken_amendment_is_one_line(demo: str, tmp_path: Path) -> None:
    """A misspelt key and a misspelt operation are named with the file."""
    text = Path(AMENDMENT).read_text("utf-8")
    for wrong, right, part in (
        ("standing: made_up", "standin: made_up", ":4: unknown key 'standin', did you mean 'standing'"),
        ("body_shell.welding", "body_shell.wielding", ": [amendment-target] provision 1: no operation"),
    ):
        path = tmp_path / "draft.yaml"
        path.write_text(text.replace(wrong, right), "utf-8")
        result = run("compare", demo, "--amendment", str(path), "--lang", "en")
        assert result.exit_code == 2
        assert result.output.startswith(f"{path}{part}")
        assert result.output.count("\n") == 1


def test_margin_and_next_as_data(demo: str) -> None:
    """Decree 191's 1400 of 2995: one rejected line is not enough; the foundry carries 95; target 3200 is 205 away."""
    found = data("margin", demo, "--on", "2026-12-01")
    fragile = {each["programme"]: each for each in found["programmes"]}  # type: ignore[index,call-overload]
    assert len(fragile["corporate_191"]["fewest_claims"]) == 2
    assert [(each["name"], each["loss"]) for each in found["suppliers"]] == [("foundry", 95)]  # type: ignore[index,call-overload]
    steps = data("next", demo, "--on", "2026-12-01", "--target", "procurement_44fz")["steps"]  # type: ignore[index,call-overload]
    assert all(each["reaches"] == (each["gain"] >= 205) for each in steps)
    assert [each["gain"] for each in steps] == sorted((each["gain"] for each in steps), reverse=True)


def test_reconcile_prints_every_row(demo: str, tmp_path: Path) -> None:
    """A table of three rows comes out as three rows, the bad one with its reason."""
    table = tmp_path / "published.csv"
    table.write_text("vehicle,on,points_min\ndemo,2026-12-01,3000\ndemo,2026-12-01,100000\nnobody,2026-12-01,1\n", "utf-8")
    rows = data("reconcile", demo, "--with", str(table))
    assert [each["agreement"] for each in rows] == ["within", "break", "error"]  # type: ignore[attr-defined,index]
    for lang, part in (("ru", "нет досье «nobody»"), ("en", "no dossier 'nobody'")):
        assert part in run("reconcile", demo, "--with", str(table), "--lang", lang).output
