"""Losses on dossiers, and what the verb refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lokal.cli import main

CAR = """\
vehicle: {id: %(id)s, ru: Машина, en: Car, category: M1, powertrain: ice}
facts:
  body_shell.welding: {value: yes, by: %(welder)s}
  body_shell.painting: yes
  body_panels.stamped_share: 0.7
  engine.assembly: {value: yes, by: south}
  engine.cylinder_block: {value: yes, by: south}
  engine.cylinder_head: {value: yes, by: south}
"""


@pytest.fixture
def dossiers(tmp_path: Path) -> list[str]:
    """Two made-up cars: the first is welded by one supplier and has its engine from another, the second has both from one."""
    paths = []
    for name, welder in (("a", "north"), ("b", "south")):
        (tmp_path / f"{name}.yaml").write_text(CAR % {"id": name, "welder": welder}, "utf-8")
        paths.append(str(tmp_path / f"{name}.yaml"))
    return paths


def test_dossiers_lose_a_supplier(dossiers: list[str]) -> None:
    """400 welding, 500 painting, 300 stamping, 25 + 95 + 95 engine: 1,415; the bar of Decree 191 is 1,400."""
    ran = CliRunner().invoke(main, ["shock", *dossiers, "--on", "2026-12-01", "--lang", "en", "--format", "json"])
    assert ran.exit_code == 0
    data = json.loads(ran.output)
    lost = {(each["events"][0]["name"], each["model"]): (each["before"], each["after"]) for each in data["one"]}
    assert lost == {("north", "a"): (1415, 1015), ("south", "a"): (1415, 1200), ("south", "b"): (1415, 800)}
    assert {each["bar"] for each in data["one"]} == {"corporate_191"}
    assert data["two"] == []
    assert data["robust"] is None
    chances = {each["model"]: each["holds"] / each["of"] for each in data["scenarios"] if each["bar"] == "corporate_191"}
    assert chances == {"a": pytest.approx(0.98**2, abs=0.01), "b": pytest.approx(0.98, abs=0.01)}


@pytest.mark.parametrize(
    ("extra", "lang", "words"),
    [
        (["--on", "2020-01-01"], "en", "the law is not known on 2020-01-01: it is known from 2024-03-21"),
        (["--on", "2020-01-01"], "ru", "на 01.01.2020 закон не известен: он известен с 21.03.2024"),
    ],
)
def test_day_before_the_law(dossiers: list[str], extra: list[str], lang: str, words: str) -> None:
    """A day before the rulebook's first is one line."""
    ran = CliRunner().invoke(main, ["shock", *dossiers, *extra, "--lang", lang])
    assert (ran.exit_code, ran.output) == (2, f"{words}\n")


def test_same_vehicle_twice(dossiers: list[str]) -> None:
    """Two dossiers of one vehicle are one line."""
    ran = CliRunner().invoke(main, ["shock", dossiers[0], dossiers[0], "--lang", "ru"])
    assert (ran.exit_code, ran.output) == (2, "модель «a» задана дважды\n")


@pytest.mark.parametrize("verb", ["plan", "shock"])
def test_unknown_question(verb: str) -> None:
    """A question that the file does not ask is one line that lists those it does."""
    example = Path(__file__).parents[3] / "examples" / "plan" / "kaluga.yaml"
    ran = CliRunner().invoke(main, [verb, str(example), "--question", "t4", "--lang", "en"])
    assert ran.exit_code == 2
    assert ran.output == f"{example}: no question 't4'; there are: t4_2500, pooled_2500, t4_3200, pooled_3200, both_2500\n"
