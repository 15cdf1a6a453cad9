"""A whole study of a project: an answer to each of its questions, with what each measure gives, the curves, and what stands in the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from lokal.engine.outcome import OperationOutcome, Outcome
from lokal.errors import Place, PlanError
from lokal.rulebook.model import Rulebook
from lokal.scale.model import Cite
from lokal.study.plan.answer import Plan, Planner
from lokal.study.plan.frontier import Spot, cost_by_budget, cost_by_date, cost_by_delay, cost_by_points, most_points
from lokal.study.plan.model import Figure, Measure, Project, Question, asked
from lokal.study.plan.solve import Limits
from lokal.study.plan.why import Obstacle, obstacles

LEVELS = 8
FACTORS = tuple(Fraction(each, 100) for each in (60, 80, 90, 100, 110, 125))
_CURVE_SECONDS = 20.0


@dataclass(frozen=True)
class Gain:
    """An operation that a measure opens for a model: the points the measure adds in the plan's last quarter, and their clauses."""

    model: str
    block: str
    operation: str
    points: Fraction
    cites: tuple[Cite, ...]


@dataclass(frozen=True)
class Curves:
    """What more would cost."""

    points: tuple[Spot, ...] = ()
    date: tuple[Spot, ...] = ()
    budget: tuple[Spot, ...] = ()
    delay: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A question with its plan or with what stands in the way."""

    question: Question
    planner: Planner
    plan: Plan
    gains: dict[str, tuple[Gain, ...]]
    obstacles: tuple[Obstacle, ...]
    curves: Curves

    @property
    def project(self) -> Project:
        """Return the question's own project."""
        return self.planner.project


def questions(project: Project) -> tuple[Question, ...]:
    """Return a file's questions, or the one it asks without a name."""
    if project.questions:
        return project.questions
    return (Question(project.id, project.ru, project.en, tuple(each.id for each in project.models), project.targets),)


def check_questions(project: Project, names: Iterable[str]) -> None:
    """Raise PlanError where a question is not in the file."""
    known = [each.id for each in questions(project)]
    for name in names:
        if name not in known:
            place, listed = Place(project.file) if project.file else None, ", ".join(known)
            raise PlanError(f"нет вопроса «{name}»; есть: {listed}", f"no question '{name}'; there are: {listed}", place)


def study(  # noqa: PLR0913  all but three have defaults
    project: Project,
    rulebook: Rulebook,
    limits: Limits | None = None,
    *,
    curves: bool = True,
    only: Iterable[str] = (),
    begun: Callable[[Question], None] | None = None,
) -> tuple[Answer, ...]:
    """Return an answer to each question of a project (or `only` some); with `curves`, also what more would cost."""
    chosen, limits = tuple(only), limits or Limits()
    answers = []
    check_questions(project, chosen)
    for question in questions(project):
        if chosen and question.id not in chosen:
            continue
        if begun:
            begun(question)
        answers.append(_answer(project, question, rulebook, limits, curves=curves))
    return tuple(answers)


def _answer(project: Project, question: Question, rulebook: Rulebook, limits: Limits, *, curves: bool) -> Answer:
    planner = Planner(asked(project, question), rulebook)
    made = planner.plan(limits=limits)
    brief = replace(limits, seconds=min(limits.seconds, _CURVE_SECONDS), report=None)
    blocked = obstacles(planner, brief) if made.ending == "infeasible" else ()
    gains = _gains(planner, made)
    return Answer(question, planner, made, gains, blocked, _curves(planner, brief) if curves else Curves())


def _curves(planner: Planner, limits: Limits) -> Curves:
    project = planner.project
    hard = next((number for number, each in enumerate(project.targets) if each.by), None)
    if hard is None:
        return Curves()
    model = project.targets[hard].model
    have = planner.world.points(model, planner.world.spans(model, project.horizon - 1)[-1].moment, frozenset()).low
    most = most_points(planner, model, limits)
    levels = sorted({int(have + (most - have) * step / LEVELS) for step in range(1, LEVELS + 1)})
    return Curves(
        points=cost_by_points(planner, hard, levels, limits),
        date=cost_by_date(planner, limits),
        budget=cost_by_budget(planner, limits, FACTORS) if project.budgets else (),
        delay=cost_by_delay(planner, limits),
    )


def _gains(planner: Planner, made: Plan) -> dict[str, tuple[Gain, ...]]:
    """Return what each measure adds in the plan's last quarter, in the order in which they begin to work: gains add up."""
    project, world = planner.project, planner.world
    last = project.horizon - 1
    depth = {each.id: place for place, each in enumerate(world.measures)}
    order = sorted(made.choices, key=lambda each: (each.quarter + project.measure(each.measure).quarters, depth[each.measure]))
    gains: dict[str, tuple[Gain, ...]] = {each.measure: () for each in order}
    for model in project.models:
        moment = world.spans(model.id, last)[-1].moment
        before = world.outcome(model.id, moment, frozenset())
        live: set[str] = set()
        for choice in (each for each in order if model.id in each.models):
            live.add(choice.measure)
            after = world.outcome(model.id, moment, frozenset(live))
            gains[choice.measure] += tuple(_between(model.id, before, after))
            before = after
    return gains


def _between(model: str, before: Outcome, after: Outcome) -> Iterator[Gain]:
    for new, old in zip(after.blocks, before.blocks, strict=True):
        for each, was in zip(new.operations, old.operations, strict=True) if new.points.low != old.points.low else ():
            gain = _counted(each) - _counted(was)
            if gain:
                yield Gain(model, new.id, each.id, gain, _cites(each if gain > 0 else was))


def _counted(operation: OperationOutcome) -> Fraction:
    return operation.points.low if operation.counted != "no" else Fraction(0)


def _cites(operation: OperationOutcome) -> tuple[Cite, ...]:
    """Return the clauses of the values that give the points: the matching one where a ladder has many."""
    exact = [case.cite for case in operation.cases if case.low == operation.raw.low]
    return tuple(dict.fromkeys(exact or [case.cite for case in operation.cases]))


def _measure_figures(measure: Measure) -> Iterator[tuple[str, str, Figure]]:
    for key in ("capital", "unit", "lead", "capacity", "smallest"):
        figure: Figure | None = getattr(measure, key)
        if figure is not None and (figure.value or figure.source or figure.assumed):
            yield measure.id, key, figure
    for effect in measure.effects:
        if effect.kind != "flag":
            yield measure.id, effect.fact, Figure(effect.value, assumed=measure.note)


def figures(project: Project) -> Iterator[tuple[str, str, Figure]]:
    """Yield every number of a project with the record and the key it stands under."""
    yield "plan", "discount_rate", project.rate
    for model in project.models:
        for year, volume in model.volumes.items():
            yield model.id, str(year), volume
    for year, budget in project.budgets.items():
        yield "budgets", str(year), budget
    for measure in project.measures:
        yield from _measure_figures(measure)
    for question in questions(project):
        for target in question.targets:
            if target.per_car:
                yield f"{question.id}: {target.model}", "per_car", target.per_car
