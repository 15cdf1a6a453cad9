"""A broken plan file is refused with its line and one sentence in each language."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import lokal
from lokal.errors import PlanError
from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import plan
from lokal.study.plan.file import parse_project
from lokal.study.plan.model import Project

CAR = """\
vehicle: {id: car, ru: Машина, en: Car, category: M1, powertrain: ice}
facts:
  body_shell.welding: yes
"""
PLAN = """\
plan: {id: p, ru: План, en: Plan, starts: 2027-01-01, quarters: 8}
models:
- {id: car, dossier: car.yaml, volumes: {2027: 10, 2028: 10}}
suppliers:
  north: {ru: Север, en: North}
sources:
  paper: {ru: Статья, en: Paper}
measures:
- {id: paint, ru: Окраска, en: Paint, models: [car], sets: {body_shell.painting: yes}, capital: 100, lead: 2}
- {id: stamp, ru: Штамп, en: Stamp, models: [car], sets: {body_panels.stamped_share: 0.5}, capital: 50, lead: 1, supplier: north}
- {id: metal, ru: Металл, en: Metal, models: [car], sets: {body_metal.metal_share: 0.5}, capital: {value: 5, source: paper}, lead: 1}
targets:
- {model: car, points: 900, by: 2028-01-01}
budgets: {2027: 500}
"""
CASES = {
    "cycle": (
        {"lead: 2}": "lead: 2, requires: [stamp]}", "supplier: north": "supplier: north, requires: [paint]"},
        9,
        "мероприятия требуют друг друга по кругу: paint → stamp → paint",
        "measures require each other in a cycle: paint → stamp → paint",
    ),
    "operation": (
        {"body_shell.painting": "body_shell.paintings"},
        9,
        "нет такого факта или операции: «body_shell.paintings», возможно «body_shell.painting»",
        "no such fact or operation: 'body_shell.paintings', did you mean 'body_shell.painting'",
    ),
    "negative": ({"capital: 100": "capital: -1"}, 9, "«capital»: -1 меньше нуля", "'capital': -1 is negative"),
    "past": (
        {"by: 2028-01-01": "by: 2026-06-01"},
        13,
        "цель в прошлом: срок 01.06.2026, план начинается 01.01.2027",
        "the target is in the past: by 2026-06-01, the plan starts on 2027-01-01",
    ),
    "volumes": ({", 2028: 10": ""}, 3, "у модели «car» нет выпуска на 2028 год", "model 'car' has no volume for 2028"),
    "no volumes": (
        {", volumes: {2027: 10, 2028: 10}": ""},
        3,
        "у модели «car» нет выпуска на 2027 год",
        "model 'car' has no volume for 2027",
    ),
    "after the end": (
        {"by: 2028-01-01": "by: 2029-01-01"},
        13,
        "срок 01.01.2029 после конца плана (01.01.2029)",
        "by 2029-01-01 is after the plan's end (2029-01-01)",
    ),
    "model": ({"{model: car,": "{model: cat,"}, 13, "нет модели «cat», возможно «car»", "no model 'cat', did you mean 'car'"),
    "supplier": (
        {"supplier: north": "supplier: nort"},
        10,
        "нет поставщика «nort», возможно «north»",
        "no supplier 'nort', did you mean 'north'",
    ),
    "source": (
        {"source: paper": "source: papers"},
        11,
        "нет источника «papers», возможно «paper»",
        "no source 'papers', did you mean 'paper'",
    ),
    "measure": (
        {"supplier: north": "excludes: [pain]"},
        10,
        "нет мероприятия «pain», возможно «paint»",
        "no measure 'pain', did you mean 'paint'",
    ),
    "twice": ({"id: stamp": "id: paint"}, 10, "«paint» уже есть", "'paint' is there twice"),
    "quarter": (
        {"starts: 2027-01-01": "starts: 2027-02-01"},
        1,
        "план начинается с первого дня квартала, а не 01.02.2027",
        "a plan starts on the first day of a quarter, not on 2027-02-01",
    ),
    "target without aim": (
        {"points: 900, ": ""},
        13,
        "у цели одно из двух: programme или points",
        "a target has one of the two: programme or points",
    ),
    "target without day": (
        {", by: 2028-01-01": ""},
        13,
        "у цели нет срока (by) и денег (per_car): что-то одно нужно",
        "a target needs a day (by) or money (per_car)",
    ),
    "flag added": (
        {"sets: {body_shell": "adds: {body_shell"},
        9,
        "«body_shell.painting» не складывается",
        "'body_shell.painting' does not add up",
    ),
    "whole": ({"lead: 2": "lead: 2.5"}, 9, "«lead»: ожидалось целое, а не 2.5", "'lead': expected a whole number, not 2.5"),
    "key": (
        {"capital: 100": "captal: 100"},
        9,
        "неизвестный ключ «captal», возможно «capital»",
        "unknown key 'captal', did you mean 'capital'",
    ),
    "overlap": (
        {"sets: {body_metal.metal_share: 0.5}": "sets: {body_panels.stamped_share: 0.7}"},
        11,
        "«stamp» и «metal» ставят «body_panels.stamped_share» по-разному: нужны excludes, requires или adds",
        "'stamp' and 'metal' set 'body_panels.stamped_share' differently: use excludes, requires or adds",
    ),
    "year": ({"{2027: 500}": "{next: 500}"}, 14, "ожидался год, а не «next»", "expected a year, not 'next'"),
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """The real rulebook."""
    return lokal.load_rulebook()


def read(folder: Path, rulebook: Rulebook, edits: dict[str, str]) -> Project:
    """Read the good plan after some edits, each of which must hit exactly once."""
    (folder / "car.yaml").write_text(CAR, "utf-8")
    text = PLAN
    for old, new in edits.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse_project(text, "plan.yaml", rulebook, folder)


@pytest.mark.parametrize("name", CASES)
def test_refused_in_one_line(name: str, tmp_path: Path, rulebook: Rulebook) -> None:
    """Each mistake has its own line."""
    edits, line, ru, en = CASES[name]
    with pytest.raises(PlanError) as caught:
        read(tmp_path, rulebook, edits)
    assert caught.value.text("ru") == f"plan.yaml:{line}: {ru}"
    assert caught.value.text("en") == f"plan.yaml:{line}: {en}"


def test_good_plan_by_hand(tmp_path: Path, rulebook: Rulebook) -> None:
    """The plan that every case breaks: painting gives the missing 500 points and starts as late as it may."""
    made = plan(read(tmp_path, rulebook, {"quarters: 8}": "quarters: 8, discount_rate: 0.2}"}), rulebook)
    assert [(each.measure, each.quarter) for each in made.choices] == [("paint", 2)]
    step = 1 + 0.2 / 4
    assert float(made.found.cost) == pytest.approx(50 / step**2 + 50 / step**3)


def test_programme_without_bar(tmp_path: Path, rulebook: Rulebook) -> None:
    """A programme that has no bar for the model is said so."""
    project = read(tmp_path, rulebook, {"points: 900": "programme: loan"})
    bus = lokal.parse_dossier(CAR.replace("M1", "M3"), "bus.yaml", rulebook)
    project = replace(project, models=(replace(project.models[0], dossier=bus),))
    with pytest.raises(PlanError, match="programme 'loan' has no bar for model 'car' on the plan's days"):
        plan(project, rulebook)
