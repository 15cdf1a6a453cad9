"""Tables of points as linear rows, and terms that many measures touch."""

from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

import lokal
from lokal.errors import EngineError
from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import Planner, plan
from lokal.study.plan.encode import Linear, Sets, Steps, shape_of
from lokal.study.plan.file import parse_project
from lokal.study.plan.model import Project
from lokal.study.plan.tables import Table

CAR = """\
vehicle: {id: car, ru: Машина, en: Car, category: M1, powertrain: ice}
facts:
  engine_sensors.fitted: yes
  engine_sensors.sensors: 12
"""


def table(*values: int) -> Table:
    """Return a table of two or three measures from its values in the order of masks."""
    names = ("a", "b", "c")[: len(values).bit_length() - 1]
    return Table(names, tuple((mask, Fraction(value)) for mask, value in enumerate(values)))


def test_sum_is_linear() -> None:
    """Single contributions stay a sum."""
    assert shape_of(table(5, 15, 25, 35), 0b11) == Linear(Fraction(5), ((0, Fraction(10)), (1, Fraction(20))))


def test_best_of_two_is_steps() -> None:
    """The best of 100 and 200: the first 100 need either measure, the next 100 need the second."""
    shape = shape_of(table(0, 100, 200, 200), 0b11)
    assert shape == Steps(Fraction(0), ((Fraction(100), ((0, 1),)), (Fraction(100), ((1,),))))


def test_both_needed_is_steps() -> None:
    """Points that need both measures open when neither is missing."""
    shape = shape_of(table(0, 0, 0, 50), 0b11)
    assert isinstance(shape, Steps)
    assert sorted(shape.steps[0][1]) == [(0,), (1,)]


def test_falling_points_are_sets() -> None:
    """Points that fall when a measure is added need a choice of sets."""
    assert not table(0, 10, 10, 5).monotone
    assert isinstance(shape_of(table(0, 10, 10, 5), 0b11), Sets)


def test_measure_that_cannot_work_yet() -> None:
    """What cannot work yet is left out of the shape."""
    assert shape_of(table(0, 100, 200, 200), 0b01) == Linear(Fraction(0), ((0, Fraction(100)),))


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """The real rulebook."""
    return lokal.load_rulebook()


SENSOR = "- {id: s%(k)d, ru: Датчик, en: Sensor, models: [car], adds: {engine_sensors.transducers: 1}, capital: %(k)d, lead: 0}\n"
PLAN = """\
plan: {id: p, ru: План, en: Plan, starts: 2027-01-01, quarters: 1}
models:
- {id: car, dossier: car.yaml, volumes: {2027: 1}}
measures:
%(measures)stargets:
- {model: car, points: %(points)d, by: 2027-01-01}
"""


def sensors(folder: Path, rulebook: Rulebook, points: int) -> Project:
    """Return a plan of twelve measures on one ratio: each brings one sensor of twelve, the k-th at a cost of k."""
    (folder / "car.yaml").write_text(CAR, "utf-8")
    lines = "".join(SENSOR % {"k": k} for k in range(1, 13))
    return parse_project(PLAN % {"measures": lines, "points": points}, "plan.yaml", rulebook, folder)


@pytest.mark.parametrize(("points", "count"), [(4, 1), (8, 2), (23, 6), (45, 12)])
def test_many_additions_to_one_ratio(points: int, count: int, tmp_path: Path, rulebook: Rulebook) -> None:
    """45 points x k / 12, half up (3.75, 7.5, 22.5, 45): the cheapest k sensors are taken, although twelve measures touch the term."""
    made = plan(sensors(tmp_path, rulebook, points), rulebook)
    assert made.found.cost == sum(range(1, count + 1))


def test_too_many_different_measures(tmp_path: Path, rulebook: Rulebook) -> None:
    """More than nine measures that do not simply add up are refused, by name."""
    project = sensors(tmp_path, rulebook, 4)
    measures = tuple(replace(each, effects=(replace(each.effects[0], how="set"),)) for each in project.measures)
    with pytest.raises(EngineError, match=r"block 'engine_sensors' .*12 measures change it"):
        Planner(replace(project, measures=measures), rulebook).plan()
