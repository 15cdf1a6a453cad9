"""The columns say what the interpreter says, to the last digit: totals, blocks, verdicts and reasons, for any law and any fleet."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lokal.engine.columns import Generator
from lokal.engine.dossier import Dossier, Vehicle
from lokal.engine.fact_columns import STRATA, STRATUM
from lokal.engine.formula import Maker, Node, Term
from lokal.engine.interpret import interpret
from lokal.engine.known import Doubt, Look, State, known_facts
from lokal.engine.outcome import REASONS, ZERO, Outcome
from lokal.engine.points_columns import Number, Points
from lokal.engine.polars_columns import plan_of
from lokal.engine.state_columns import Row, Subjects, subjects_of
from lokal.engine.straight import straight
from lokal.engine.totals import Totals
from lokal.errors import EngineError
from lokal.fleet.law import Question, Wanted, law_plan
from lokal.fleet.score import ALL_STRATA
from lokal.result.score import Score
from lokal.rulebook.model import Powertrain, Rulebook
from lokal.rulebook.read import load_rulebook
from lokal.rulebook.timeline import turning_days
from lokal.scale.compile import CATEGORIES, POWERTRAINS, compile_scale
from lokal.scale.model import FactorCase, FixedAward, Need, PerUnitAward, Scale, ScaleCoefficient
from lokal.study.eligibility import eligibility
from same.strategies import Scene, muddles, scenes

CHECKS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)


def unrounded_units(scale: Scale) -> bool:
    """Tell whether the law has an award that rounds neither units nor points, which whole numbers cannot hold."""
    awards = (operation.award for block in scale.blocks for operation in block.operations)
    return any(isinstance(each, PerUnitAward) and each.units_rounding == each.rounding == "none" for each in awards)


@st.composite
def fleets(draw: st.DrawFn, scene: Scene) -> list[Row]:
    """Return vehicles under a scene's law: what is known of its own, some muddles, and all kinds of categories and powertrains."""
    views = [scene.world, scene.near, scene.far, draw(muddles(scene.scale.facts)), {}]
    kinds = draw(st.lists(st.sampled_from(list(product(CATEGORIES, POWERTRAINS))), min_size=1, max_size=3))
    dropped = draw(st.sets(st.sampled_from(sorted(scene.scale.facts)), max_size=8))
    if draw(st.booleans()):  # only what is exactly known or not at all, as in columns of plain values
        views = [{name: state for name, state in view.items() if state.certain} for view in views]
    kept = [{name: state for name, state in view.items() if name not in dropped} for view in views]
    rows = [(scene.category, scene.powertrain, kept[0]), *((*kind, view) for kind in kinds for view in kept)]
    return [(category, drive, implied(scene.scale, drive) | view) for category, drive, view in rows]


def implied(scale: Scale, powertrain: Powertrain) -> dict[str, State]:
    """Return what a powertrain says of the facts by definition."""
    return known_facts(Dossier(Vehicle("v", "Имя", "Name", "M1", powertrain)), scale.facts, Look(scale.on))


def columns_of(scale: Scale, subjects: Subjects, strata: frozenset[int]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return every number and reason that the columns give, and each number's denominator."""
    generator = Generator(scale, subjects.columns, strata, reasons=True)
    blocks = generator.blocks()
    outputs: dict[str, Any] = {}
    overs = {}
    named = [("total", generator.total(blocks)), *((block.id, block.points) for block in blocks)]
    for name, points in named:
        for end, number in (("low", points.low), ("high", points.high)):
            outputs[f"{name}:{end}"], overs[f"{name}:{end}"] = number.node, number.over
    outputs |= {f"{block.id}.{name}": reason for block in blocks for name, reason in block.reasons.items()}
    return plan_of(outputs | {"beyond": generator.out_of_reach()}).of(subjects.frame.lazy(), [pl.col(STRATUM)]).collect(
        engine="streaming"
    ), overs


def told(outcome: Outcome) -> dict[str, Any]:
    """Return every number and reason that the interpreter gives."""
    found: dict[str, Any] = {}
    for name, points in [("total", outcome.points), *((block.id, block.points) for block in outcome.blocks)]:
        found |= {f"{name}:low": points.low, f"{name}:high": points.high}
    return found | {f"{block.id}.{each.id}": each.reason for block in outcome.blocks for each in block.operations}


def differences(scale: Scale, rows: list[Row], strata: frozenset[int] | None = None) -> list[str]:
    """Return every place where the columns, or the same formulas as a plain function, and the interpreter differ."""
    found = []
    here = strata or frozenset(STRATA.index((category, powertrain)) for category, powertrain, _ in rows)
    subjects = subjects_of(rows, scale.facts)
    frame, overs = columns_of(scale, subjects, here)
    total = Generator(scale, subjects.columns, here)
    points = total.total(total.blocks())
    act, names = straight({"low": points.low.node, "high": points.high.node})
    for index, (category, powertrain, states) in enumerate(rows):
        row = frame.row(index, named=True)
        expected_of = told(interpret(scale, category, powertrain, states))
        low, high = act(*(subjects.frame[name][index] for name in names))
        if (Fraction(low, points.low.over), Fraction(high, points.high.over)) != (expected_of["total:low"], expected_of["total:high"]):
            found.append(f"row {index}: the plain function gives {low} to {high}")
        for name, expected in expected_of.items():
            got = Fraction(row[name], overs[name]) if name in overs else REASONS[row[name]]
            if got != expected:
                found.append(f"row {index} {category} {powertrain} {name}: interpreter {expected}, columns {got}")
    return found


@CHECKS
@given(scenes(), st.data())
def test_columns_are_the_interpreter(scene: Scene, data: st.DataObject) -> None:
    """Random law, random fleet, facts known, unknown and missing: every total, block and reason agrees exactly."""
    assume(not unrounded_units(scene.scale))
    assert not differences(scene.scale, data.draw(fleets(scene)))


def law() -> Rulebook:
    """Return the bundled rulebook."""
    return load_rulebook()


TOPS = {"flag": 1, "share": 100, "count": 12, "points": 300, "money": 1000}


def random_car(random: Random, scale: Scale) -> Row:
    """Return a made-up car of any category and powertrain with a random state for seven facts in ten, contradictions included."""
    category, powertrain = random.choice(STRATA)
    states = {}
    for name, fact in scale.facts.items():
        if fact.implied or random.random() < 0.3:
            continue
        low = random.randint(0, TOPS[fact.kind])
        high = random.randint(low, TOPS[fact.kind]) if random.random() < 0.3 else low
        free = fact.kind in {"count", "points", "money"} and random.random() < 0.1
        unit = 100 if fact.kind == "share" else 1
        doubt: Doubt | None = None if low == high and not free else random.choice(("unknown_fact", "not_documented", "expired_document"))
        states[name] = State(Fraction(low, unit), None if free else Fraction(high, unit), doubt)
    return category, powertrain, implied(scale, powertrain) | states


def random_scale(random: Random, day: date) -> Scale:
    """Return the bundled law of a day under random readings."""
    rulebook = law()
    return compile_scale(rulebook, day, readings={reading.id: random.choice([*reading.options]) for reading in rulebook.readings})


@pytest.mark.parametrize("number", range(4))
def test_bundled_law_over_its_days_and_readings(number: int) -> None:
    """On days from its first to its last turn and under random readings, random cars of all kinds come out as interpreted."""
    random, days = Random(number), turning_days(law())
    scale = random_scale(random, days[number * (len(days) - 1) // 3])
    assert not differences(scale, [random_car(random, scale) for _ in range(40)])


@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2027, 3, 1)])
def test_programmes_answer_as_for_one_vehicle(day: date) -> None:
    """Every programme's answer and margins are those of the verdict on one vehicle, also where a programme counts points its own way."""
    random = Random(day.toordinal())
    question = Question(law(), wanted=Wanted(blocks=False))
    scale = question.scale(day)
    rows = [random_car(random, scale) for _ in range(60)]
    subjects = subjects_of(rows, scale.facts)
    frame = law_plan(question, day, subjects.columns, ALL_STRATA).plan.collect(subjects.frame.lazy())
    for (category, powertrain, states), row in zip(rows, frame.iter_rows(named=True), strict=True):
        dossier = Dossier(Vehicle("v", "", "", category, powertrain))
        one = Score(dossier, Look(day), scale, states, interpret(scale, category, powertrain, states), ())
        for verdict in eligibility(one, law()):
            assert row[f"{verdict.programme}:answer"] == verdict.answer
            margin = verdict.margin or ZERO
            assert (row[f"{verdict.programme}:margin_low"], row[f"{verdict.programme}:margin_high"]) == (margin.low, margin.high)


def test_facts_that_keep_points_open_are_weighed() -> None:
    """A fact's stake is the width of the operations that it keeps open: zero once it is known."""
    question = Question(law(), wanted=Wanted(blocks=False, stakes=True))
    day, fact = date(2026, 12, 1), "body_shell.welding"
    scale = question.scale(day)
    line = next(each for block in scale.blocks if block.id == "body_shell" for each in block.operations if each.id == "welding")
    points = line.cases[0].high
    open_, known = State(Fraction(0), Fraction(1), "unknown_fact"), State(Fraction(1), Fraction(1))
    subjects = subjects_of([("M1", "ice", {fact: open_}), ("M1", "ice", {fact: known})], scale.facts)
    frame = law_plan(question, day, subjects.columns, ALL_STRATA).plan.collect(subjects.frame.lazy())
    assert frame[f"{fact}:stake"].to_list() == [points, 0]


def test_presence_is_blamed_where_a_coefficient_asks_for_it() -> None:
    """Where a coefficient hangs on whether the component is fitted, and nobody knows, that fact is blamed, not the law."""
    scale = compile_scale(law(), date(2026, 12, 1))
    block = next(each for each in scale.blocks if each.fitted and isinstance(each.operations[0].award, FixedAward) and not each.groups)
    operation = block.operations[0]
    case = FactorCase(Decimal(2), (Need(fact=block.fitted or "", flag=False),), operation.cases[0].cite)
    odd = msgspec.structs.replace(block, coefficients=(ScaleCoefficient("odd", (case,), "none", "yes"),))
    scale = msgspec.structs.replace(scale, blocks=(odd,))
    done = {need.fact: State(Fraction(1), Fraction(1)) for need in operation.needs}
    rows: list[Row] = [("M1", "ice", done)]
    outcome = next(each for each in interpret(scale, "M1", "ice", done).blocks[0].operations if each.id == operation.id)
    assert (outcome.reason, outcome.open_facts) == ("unknown_fact", (block.fitted,))
    assert outcome.points.high == 2 * outcome.points.low > 0
    assert not differences(scale, rows)


def test_one_vehicle_again_and_again() -> None:
    """Totals gives what the interpreter gives, from values in their own units, and one clear line for each bad value."""
    random, scale = Random(5), compile_scale(law(), date(2026, 12, 1))
    totals_of = {kind: Totals(scale, *kind) for kind in (("M1", "ice"), ("M3", "ev"))}
    for _ in range(60):
        (category, powertrain), ask = random.choice(list(totals_of.items()))
        known = {name: state for name, state in random_car(random, scale)[2].items() if state.certain and not scale.facts[name].implied}
        points = interpret(scale, category, powertrain, implied(scale, powertrain) | known).points
        asked = {name: bool(state.low) if scale.facts[name].kind == "flag" else state.low for name, state in known.items()}
        assert ask(asked | {"body_shell.painting": None} if "body_shell.painting" not in asked else asked) == points
    ask = totals_of["M1", "ice"]
    for facts, said in (
        ({"body_shell.weldin": True}, "no such fact"),
        ({"body_shell.welding": 1}, "wrong kind"),
        ({"body_panels.stamped_share": Fraction(6, 5)}, "out of range"),
        ({"body_panels.stamped_share": Fraction(1, 3)}, "too fine"),
        ({"body_panels.stamped_share": Fraction(1, 2), "wheels.metal_share": -1}, "out of range"),
        ({"body_panels.stamped_share": Decimal("NaN")}, "out of range"),
        ({"body_panels.stamped_share": Decimal("Infinity")}, "out of range"),
        ({"body_panels.stamped_share": True}, "wrong kind"),
        ({"body_panels.stamped_share": "0.5"}, "wrong kind"),
    ):
        with pytest.raises(EngineError) as problem:
            ask(facts)
        assert said in str(problem.value)
    halves = [Fraction(1, 2), Decimal("0.5"), Decimal("0.50")]
    assert len({ask({"body_shell.welding": True, "body_panels.stamped_share": half}) for half in halves}) == 1
    assert ask({"body_panels.stamped_share": 1}) == ask({"body_panels.stamped_share": Fraction(1)}) != ask({"body_panels.stamped_share": 0})
    assert ask({"body_shell.welding": None}) == ask({}) != ask({"body_shell.welding": False})


def test_a_changed_formula_is_caught() -> None:
    """Change one number or turn one comparison anywhere in the formulas: the same comparison with the interpreter fails."""
    random = Random(11)
    scale = compile_scale(law(), date(2026, 12, 1))
    rows = [random_car(random, scale) for _ in range(200)]
    subjects = subjects_of(rows, scale.facts)
    generator = Generator(scale, subjects.columns)
    total = generator.total(generator.blocks())
    truth = [interpret(scale, category, powertrain, states).points for category, powertrain, states in rows]
    assert totals(total, subjects) == [(each.low, each.high) for each in truth]
    terms = random.sample(changeable(total.low.node), 25)
    missed = [term for term in terms if totals(changed(total, term), subjects) == [(each.low, each.high) for each in truth]]
    assert len(missed) <= 5, "most changes are felt by some car of the sample"


def totals(points: Points, subjects: Subjects) -> list[tuple[Fraction, Fraction]]:
    """Return the totals that formulas give."""
    frame = plan_of({"low": points.low.node, "high": points.high.node}).collect(subjects.frame.lazy())
    return [(Fraction(low, points.low.over), Fraction(high, points.high.over)) for low, high in frame.iter_rows()]


def changeable(node: Node) -> list[Term]:
    """Return the choices between numbers and the comparisons under a node."""
    found: dict[int, Term] = {}
    stack = [node]
    while stack:
        term = stack.pop()
        if isinstance(term, Term) and id(term) not in found:
            found[id(term)] = term
            stack.extend(each for each in term.args if isinstance(each, Term))
    return [term for term in found.values() if term.op == "ge" or (term.op == "select" and isinstance(term.args[1], int))]


def changed(points: Points, victim: Term) -> Points:
    """Return formulas with one term replaced: a comparison turned round, a chosen number one larger."""
    make, done = Maker(), dict[int, Node]()

    def again(node: Any) -> Any:
        if not isinstance(node, Term) or node.op == "const":
            return node
        if id(node) not in done:
            args = tuple(again(each) for each in node.args)
            if node is victim:
                args = (args[1], args[0]) if node.op == "ge" else (args[0], args[1] + 1, args[2])
            done[id(node)] = make.term(node.op, args, node.low, node.high + 1, flag=node.flag)
        return done[id(node)]

    return Points(Number(again(points.low.node), points.low.over), Number(again(points.high.node), points.high.over))
