"""Losses by tables against the interpreter, and the robust plan against enumeration."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lokal.engine.interpret import interpret
from lokal.rulebook.model import Rulebook
from lokal.scale.compile import compile_scale
from lokal.study.exposure import Unit, exposure, loss_of
from lokal.study.plan.answer import Planner
from lokal.study.plan.model import Choice, Exits, Project, Supplier
from lokal.study.plan.world import World
from lokal.study.scenarios import draw, monte_carlo, score_scenarios
from lokal.study.shock import events, falls, robust
from study.plan.settings import FEW
from study.plan.small import QUARTERS, Brute, projects

SUPPLIERS = ("north", "south", "east")


@st.composite
def supplied(draw_: DrawFn) -> tuple[Project, Rulebook]:
    """Return a project whose measures and statements come from three suppliers in two countries."""
    project, rulebook = draw_(projects())
    names = st.sampled_from(("", *SUPPLIERS))
    measures = tuple(msgspec.structs.replace(each, supplier=draw_(names)) for each in project.measures)
    models = []
    for model in project.models:
        said = tuple(msgspec.structs.replace(each, by=draw_(names) or "own") for each in model.dossier.statements)
        models.append(msgspec.structs.replace(model, dossier=msgspec.structs.replace(model.dossier, statements=said)))
    suppliers = {name: Supplier(name, name, name, "A" if name == "north" else "B") for name in SUPPLIERS}
    return msgspec.structs.replace(project, measures=measures, models=tuple(models), suppliers=suppliers), rulebook


def bereft(project: Project, rulebook: Rulebook, name: str, live: frozenset[str], lost: set[str]) -> Fraction:
    """Score a model in the last quarter without what some suppliers bring, by taking it out of the dossier and of the plan."""
    model = project.model(name)
    kept = tuple(each for each in model.dossier.statements if each.by not in lost)
    dossier = msgspec.structs.replace(model.dossier, statements=kept)
    brute = Brute(project, rulebook)
    left = frozenset(each for each in live if project.measure(each).supplier not in lost)
    day = brute.days(QUARTERS - 1)[0]
    states = brute.states(msgspec.structs.replace(model, dossier=dossier), day, left)
    vehicle = dossier.vehicle
    return interpret(compile_scale(rulebook, day), vehicle.category, vehicle.powertrain, states).points.low


def everything(world: World) -> tuple[Choice, ...]:
    """Return all measures that can work, from their earliest start, for all their models."""
    return tuple(Choice(each.id, each.earliest, each.models) for each in world.measures)


@FEW
@given(supplied())
def test_tables_equal_interpreter(drawn: tuple[Project, Rulebook]) -> None:
    """Every set of lost suppliers gives the points that a vehicle without their parts scores."""
    project, rulebook = drawn
    world = World(project, rulebook)
    choices = everything(world)
    exposed = exposure(world, choices)
    live = {model.id: frozenset(each.measure for each in choices if model.id in each.models) for model in project.models}
    present = [unit for unit in exposed.units if unit.kind == "supplier"]
    for size in range(len(present) + 1):
        for group in combinations(present, size):
            lost = frozenset(exposed.number(unit) for unit in group)
            for tables in exposed.models:
                assert tables.points(lost) == bereft(project, rulebook, tables.model, live[tables.model], {each.name for each in group})


@FEW
@given(supplied())
def test_scenarios_equal_tables(drawn: tuple[Project, Rulebook]) -> None:
    """Columns of scenarios give the same exact points as one look-up at a time, and the same seed gives the same scenarios."""
    project, rulebook = drawn
    world = World(project, rulebook)
    exposed = exposure(world, everything(world))
    exits = Exits(supplier=Decimal("0.3"), country={"B": Decimal("0.5")}, scenarios=200, seed=7)
    out = draw(exposed, exits)
    assert (out == draw(exposed, exits)).all()
    totals, scale = score_scenarios(exposed, out)
    for row in range(0, 200, 9):
        lost = frozenset(column for column, flag in enumerate(out[row]) if flag)
        assert [Fraction(int(each), scale) for each in totals[row]] == [tables.points(lost) for tables in exposed.models]
    assert all(0 <= each.holds <= each.scenarios for each in monte_carlo(exposed, exits))


@FEW
@given(supplied())
def test_single_and_pair_falls(drawn: tuple[Project, Rulebook]) -> None:
    """Bars lost by one event, and by two that neither breaks alone, are those that plain scoring finds."""
    project, rulebook = drawn
    world = World(project, rulebook)
    exposed = exposure(world)
    single = {(each.events, each.threshold) for each in falls(exposed)}
    pairs = {(each.events, each.threshold) for each in falls(exposed, 2)}
    for group in (*((each,) for each in events(exposed)), *combinations(events(exposed), 2)):
        lost = {unit.name for event in group for unit in event.units}
        for threshold in exposed.thresholds:
            before = bereft(project, rulebook, threshold.model, frozenset(), set())
            after = bereft(project, rulebook, threshold.model, frozenset(), lost)
            broken = after < threshold.points <= before
            if len(group) == 1:
                assert ((group, threshold) in single) == broken
            else:
                alone = any(((each,), threshold) in single for each in group)
                assert ((group, threshold) in pairs) == (broken and not alone)


@FEW
@given(supplied())
def test_robust_plan_equals_enumeration(drawn: tuple[Project, Rulebook]) -> None:
    """The robust plan is the cheapest of all plans that reach the hard targets without any one supplier."""
    project, rulebook = drawn
    brute = Brute(project, rulebook)
    names = {each.supplier for each in project.measures if each.supplier} | {
        each.by for model in project.models for each in model.dossier.statements if each.by != "own"
    }
    bare = {}
    for name in names:
        models = []
        for model in project.models:
            kept = tuple(each for each in model.dossier.statements if each.by != name)
            models.append(msgspec.structs.replace(model, dossier=msgspec.structs.replace(model.dossier, statements=kept)))
        bare[name] = Brute(msgspec.structs.replace(project, models=tuple(models)), rulebook)
    least = None
    for choices in brute.plans():
        if not brute.allowed(choices) or not brute.reaches(choices):
            continue
        left = {name: {k: v for k, v in choices.items() if project.measure(k).supplier != name} for name in names}
        if all(bare[name].reaches(left[name]) for name in names):
            cost = brute.cost(choices)
            least = cost if least is None or cost < least else least
    made = robust(Planner(project, rulebook))
    assert (made.plan.evaluation.cost if made.plan.evaluation else None) == least
    if made.price is not None:
        assert made.price >= 0


def test_loss_of_units() -> None:
    """A loss keeps suppliers and documents apart."""
    loss = loss_of([Unit("supplier", "a"), Unit("document", "b")])
    assert (loss.suppliers, loss.documents) == (frozenset("a"), frozenset("b"))
