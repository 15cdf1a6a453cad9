"""The Kaluga example: what it answers, that its points add up, and that every number has an origin."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import lokal
from lokal.cli import main
from lokal.rulebook.model import Rulebook
from lokal.study.plan.model import Project
from lokal.study.plan.study import Answer, figures, study

EXAMPLE = Path(__file__).parents[3] / "examples" / "plan" / "kaluga.yaml"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """The real rulebook."""
    return lokal.load_rulebook()


@pytest.fixture(scope="module")
def project(rulebook: Rulebook) -> Project:
    """The example."""
    return lokal.read_project(EXAMPLE, rulebook)


@pytest.fixture(scope="module")
def answers(project: Project, rulebook: Rulebook) -> dict[str, Answer]:
    """Its answers."""
    return {each.question.id: each for each in study(project, rulebook, curves=False)}


def test_alone_and_pooled(answers: dict[str, Answer]) -> None:
    """Alone the T4 reaches 2,500 but not 3,200 for want of volume; pooled with the M6 it reaches both, and 2,500 for less."""
    ends = {name: each.plan.ending for name, each in answers.items()}
    assert ends == {"t4_2500": "proven", "pooled_2500": "proven", "t4_3200": "infeasible", "pooled_3200": "proven", "both_2500": "proven"}
    cars = next(each for each in answers["t4_3200"].obstacles if each.kind == "smallest")
    assert cars.by == (("electronics_deep", Fraction(10_000)),)  # 30,000 a year is the smallest volume, the T4 has 20,000
    assert answers["pooled_2500"].plan.found.cost < answers["t4_2500"].plan.found.cost


def test_gains_add_up(answers: dict[str, Answer]) -> None:
    """The points of the measures and the 900 of welding and painting make the points of the last quarter."""
    for each in answers.values():
        for model in each.project.models if each.plan.evaluation else ():
            gained = sum((gain.points for gains in each.gains.values() for gain in gains if gain.model == model.id), Fraction(0))
            last = [one.points.low for one in each.plan.found.standings if one.model == model.id][-1]
            assert last == 900 + gained


def test_every_gain_has_a_clause(answers: dict[str, Answer]) -> None:
    """Each operation that a measure opens cites a place and a hash."""
    gains = [gain for each in answers.values() for found in each.gains.values() for gain in found]
    assert gains
    assert all(gain.cites and all(cite.place and cite.hash for cite in gain.cites) for gain in gains)


def test_every_number_has_an_origin(project: Project) -> None:
    """No figure of the example is without a source or an assumption with its reason."""
    bare = [(owner, key) for owner, key, figure in figures(project) if not figure.source and figure.assumed is None]
    assert bare == []
    assert project.exits.assumed


def test_page(tmp_path: Path) -> None:
    """The page holds the answers, the charts, the clauses, and marks the assumptions; it needs no other file."""
    target, book = tmp_path / "plan.html", tmp_path / "plan.xlsx"
    asked = ["plan", str(EXAMPLE), "--lang", "ru", "--question", "t4_3200", "--question", "pooled_2500", "--no-curves"]
    ran = CliRunner().invoke(main, [*asked, "--html", str(target), "--xlsx", str(book)])
    assert ran.exit_code == 1
    assert "Плана нет" in ran.output
    page = target.read_text("utf-8")
    assert page.count("<svg") == 2
    assert "№" in page
    assert "допущение" in page
    assert not re.search(r"<(script|link|img)", page)
    assert book.stat().st_size > 5000


def test_json_is_alone_on_the_output() -> None:
    """The output for programs is one JSON document."""
    ran = CliRunner().invoke(main, ["plan", str(EXAMPLE), "--lang", "en", "--question", "pooled_2500", "--format", "json"])
    assert ran.exit_code == 0
    data = json.loads(ran.output)
    assert data[0]["ending"] == "proven"
    assert all(each["holds"] for each in data[0]["targets"] if each["must"])


def test_shock_page() -> None:
    """The electronics supplier is told to be the one that takes most, and the robust plan has its price."""
    ran = CliRunner().invoke(main, ["shock", str(EXAMPLE), "--lang", "en", "--question", "pooled_2500", "--format", "json"])
    assert ran.exit_code == 0
    data = json.loads(ran.output)
    lost = {
        each["events"][0]["name"]: each["before"] - each["after"] for each in data["one"] if each["model"] == "t4" and each["bar"] == "2500"
    }
    assert max((name for name in lost if name not in {"RU", "CN"}), key=lost.__getitem__) == "electronics"
    assert float(data["robust"]["price_thousand_rub"]) > 0
