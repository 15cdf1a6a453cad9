"""A plan: the solver's choice turned into dates and exact money, scored by the interpreter for every model and quarter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from lokal.engine.outcome import Bounds
from lokal.errors import EngineError
from lokal.rulebook.model import Rulebook
from lokal.study.plan.binding import Ask, hard_spans
from lokal.study.plan.formulate import Formulation, formulate, quarter_volume, weights_of
from lokal.study.plan.milp import Milp
from lokal.study.plan.model import Choice, Measure, Project, Target
from lokal.study.plan.solve import Ending, Limits, Solved, solve
from lokal.study.plan.tables import Tabler
from lokal.study.plan.world import NO_LOSS, Live, Loss, Span, World, check_targets, quarters_money

Broken = Literal["target", "budget", "capacity", "smallest", "excludes", "requires", "start"]
NIL = Fraction(0)
_TRIES = 20


@dataclass(frozen=True)
class Standing:
    """A model on a stretch of days: its points while the plan's measures work."""

    model: str
    span: Span
    live: tuple[str, ...]
    points: Bounds


@dataclass(frozen=True)
class Reached:
    """A target on a stretch of days: the bar, whether the low end of the points holds it, and whether it must."""

    target: int
    span: Span
    bar: Fraction | None
    holds: bool
    must: bool


@dataclass(frozen=True)
class Fault:
    """What a choice of measures breaks."""

    kind: Broken
    name: str
    detail: str


@dataclass(frozen=True)
class Evaluation:
    """Everything exact about a choice of measures: present cost, money by quarter, points, targets, faults."""

    cost: Fraction
    """Present value of capital and unit costs less the programmes' money, thousand RUB."""
    capital: tuple[Fraction, ...]
    running: tuple[Fraction, ...]
    income: tuple[Fraction, ...]
    standings: tuple[Standing, ...]
    reached: tuple[Reached, ...]
    faults: tuple[Fault, ...]

    def flow(self) -> tuple[Fraction, ...]:
        """Return the net money of each quarter: income less capital and running costs."""
        return tuple(i - c - r for c, r, i in zip(self.capital, self.running, self.income, strict=True))


@dataclass(frozen=True)
class Plan:
    """A plan that holds: choices, exact evaluation, how the search ended and how far from the least it can be."""

    project: Project
    ask: Ask
    ending: Ending
    choices: tuple[Choice, ...]
    evaluation: Evaluation | None
    best: float
    bound: float
    seconds: float
    build_seconds: float
    columns: int
    rows: int

    @property
    def gap(self) -> float:
        """Return the proven relative distance to the least cost."""
        return 0.0 if self.best == self.bound else abs(self.best - self.bound) / max(abs(self.best), 1e-9)

    @property
    def found(self) -> Evaluation:
        """Return the evaluation of a plan that was found."""
        if self.evaluation is None:
            raise EngineError("плана нет", "there is no plan")
        return self.evaluation


@dataclass(frozen=True)
class Relaxed:
    """The answer to an elastic question: its choices, and what they come to under the project's own limits."""

    choices: tuple[Choice, ...]
    evaluation: Evaluation


@dataclass
class Planner:
    """Answers questions about one project; keeps what is costly to look up."""

    project: Project
    rulebook: Rulebook

    def __post_init__(self) -> None:
        """Look the targets over."""
        self.world = World(self.project, self.rulebook)
        self.tabler = Tabler(self.world)
        check_targets(self.world)

    def ask(self, **changes: object) -> Ask:
        """Return a question about the project's targets, with changes."""
        return replace(Ask(self.project.targets), **changes)  # type: ignore[arg-type]

    def plan(self, ask: Ask | None = None, limits: Limits | None = None) -> Plan:
        """Return the cheapest plan, verified by the interpreter; raises EngineError if what the solver gives does not hold."""
        from time import perf_counter  # noqa: PLC0415

        ask, limits = ask or self.ask(), limits or Limits()
        began = perf_counter()
        form = formulate(self.world, self.tabler, ask)
        built = perf_counter() - began
        for _ in range(_TRIES):
            solved = solve(form.milp, limits)
            if solved.ending in {"infeasible", "nothing"}:
                return self._plan(ask, form, solved, built, (), None)
            choices = read_choices(self.world, form, solved)
            evaluation = evaluate(self.world, ask, choices)
            if not evaluation.faults:
                return self._plan(ask, form, solved, built, choices, evaluation)
            _forbid(form.milp, form, solved)
        fault = evaluation.faults[0]
        raise EngineError(
            f"план решателя не выдержал проверки движком: {fault.kind} {fault.name} {fault.detail}",
            f"the solver's plan does not hold when scored again: {fault.kind} {fault.name} {fault.detail}",
        )

    def loosely(self, ask: Ask, judge: "Planner", limits: Limits, *, keep_targets: bool = False) -> "Relaxed | None":
        """Answer an elastic question and evaluate the choice; faults are counted under another planner's looser limits.

        With `keep_targets` the targets may be missed, else they must hold.
        """
        form = formulate(self.world, self.tabler, ask)
        solved = solve(form.milp, limits)
        if solved.ending in {"infeasible", "nothing"}:
            return None
        choices = read_choices(self.world, form, solved)
        made = evaluate(self.world, ask, choices)
        judged = evaluate(judge.world, replace(ask, targets=() if keep_targets else ask.targets), choices).faults
        if judged:
            raise EngineError("ослабленный план не выдержал проверки", f"the relaxed plan does not hold: {judged[0]}")
        return Relaxed(choices, made)

    def _plan(  # noqa: PLR0913, PLR0917  a plan has this many sides
        self, ask: Ask, form: Formulation, solved: Solved, built: float, choices: tuple[Choice, ...], done: Evaluation | None
    ) -> Plan:
        size = (len(form.milp.cost), len(form.milp.row_lower))
        return Plan(self.project, ask, solved.ending, choices, done, solved.best, solved.bound, solved.seconds, built, *size)


def plan(project: Project, rulebook: Rulebook, limits: Limits | None = None) -> Plan:
    """Return the cheapest plan of a project whose every hard target holds.

    Costs are in thousand RUB, present value at the project's first quarter. `ending` says whether the plan is proven the least, within
    the gap asked, or the best found when time ended; "infeasible" when there is none. Raises EngineError if a plan fails the check.
    """
    return Planner(project, rulebook).plan(limits=limits)


def read_choices(world: World, form: Formulation, solved: Solved) -> tuple[Choice, ...]:
    """Return the measures that a solution starts."""
    choices = []
    for measure in world.measures:
        quarter = _first(form.starts.get(measure.id, {}), solved)
        if quarter is not None:
            models = tuple(model for model in measure.models if _first(form.serves[measure.id, model], solved) is not None)
            choices.append(Choice(measure.id, quarter, models))
    return tuple(sorted(choices, key=lambda each: (each.quarter, each.measure)))


def _first(columns: Mapping[int, int], solved: Solved) -> int | None:
    return next((quarter for quarter, column in columns.items() if solved.values[column] > 0.5), None)  # noqa: PLR2004  yes or no


def _forbid(milp: Milp, form: Formulation, solved: Solved) -> None:
    """Cut off one settled choice of starts."""
    columns = {column for group in (*form.starts.values(), *form.serves.values()) for column in group.values()}
    ones = {column for column in columns if solved.values[column] > 0.5}  # noqa: PLR2004
    milp.at_least([(column, -1 if column in ones else 1) for column in sorted(columns)], 1 - len(ones))


def working(project: Project, choices: Iterable[Choice], model: str, quarter: int) -> Live:
    """Return the measures that work for a model in a quarter."""
    return frozenset(
        each.measure for each in choices if model in each.models and each.quarter + project.measure(each.measure).quarters <= quarter
    )


def evaluate(world: World, ask: Ask, choices: tuple[Choice, ...]) -> Evaluation:
    """Return the exact money, points and faults of a choice of measures, scored by the interpreter."""
    project = world.project
    capital, running = _spending(project, choices)
    standings = tuple(_standings(world, choices))
    reached = tuple(_reached(world, ask, choices))
    income = _income(project, ask, reached)
    money = quarters_money(project.rate.value, project.horizon)
    cost = sum((factor * (c + r - i) for factor, c, r, i in zip(money, capital, running, income, strict=True)), NIL)
    faults = (*_faults(world, ask, choices, capital), *_missed(world, ask, choices, reached))
    return Evaluation(cost, capital, running, income, standings, reached, faults)


def _spending(project: Project, choices: tuple[Choice, ...]) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    capital, running = [NIL] * project.horizon, [NIL] * project.horizon
    for each in choices:
        measure = project.measure(each.measure)
        for quarter in range(each.quarter, each.quarter + measure.payments):
            capital[quarter] += Fraction(measure.capital.value) / measure.payments
        for quarter in range(each.quarter + measure.quarters, project.horizon):
            cars = sum((quarter_volume(project, model, quarter) for model in each.models), NIL)
            running[quarter] += Fraction(measure.unit.value) * cars
    return tuple(capital), tuple(running)


def _standings(world: World, choices: tuple[Choice, ...]) -> Iterable[Standing]:
    project = world.project
    for model in project.models:
        for quarter in range(project.horizon):
            live = working(project, choices, model.id, quarter)
            for span in world.spans(model.id, quarter):
                yield Standing(model.id, span, tuple(sorted(live)), world.points(model.id, span.moment, live))


def _reached(world: World, ask: Ask, choices: tuple[Choice, ...]) -> Iterable[Reached]:
    project = world.project
    for number, target in enumerate(ask.targets):
        must = {(span.quarter, span.first) for span in hard_spans(project, world, target)}
        for quarter in range(project.horizon):
            live = working(project, choices, target.model, quarter)
            for span in world.spans(target.model, quarter):
                bar = world.bar(target, span.moment)
                points = world.points(target.model, span.moment, live, target.programme)
                yield Reached(number, span, bar, bar is not None and points.low >= bar, (quarter, span.first) in must)


def _income(project: Project, ask: Ask, reached: tuple[Reached, ...]) -> tuple[Fraction, ...]:
    income = [NIL] * project.horizon
    for number, target in enumerate(ask.targets):
        worth = Fraction(target.per_car.value) if target.per_car else NIL
        for quarter in range(project.horizon) if worth else ():
            if all(each.holds for each in reached if each.target == number and each.span.quarter == quarter):
                income[quarter] += worth * quarter_volume(project, target.model, quarter)
    return tuple(income)


def _missed(world: World, ask: Ask, choices: tuple[Choice, ...], reached: tuple[Reached, ...]) -> Iterable[Fault]:
    for each in reached:
        if each.must and each.bar is not None and not each.holds:
            yield Fault("target", _target_name(ask.targets[each.target]), each.span.first.isoformat())
        for loss in ask.losses if each.must and each.bar is not None else ():
            if not survives(world, ask.targets[each.target], choices, each.span, loss):
                yield Fault(
                    "target",
                    _target_name(ask.targets[each.target]),
                    f"{each.span.first.isoformat()} {sorted(loss.suppliers | loss.documents)}",
                )


def survives(world: World, target: Target, choices: tuple[Choice, ...], span: Span, loss: Loss = NO_LOSS) -> bool:
    """Tell whether a target holds on a stretch of days when something is lost."""
    live = working(world.project, choices, target.model, span.quarter)
    bar = world.bar(target, span.moment)
    return bar is None or world.points(target.model, span.moment, live, target.programme, loss).low >= bar


def _target_name(target: Target) -> str:
    return f"{target.model}: {target.programme or target.points}"


def _faults(world: World, ask: Ask, choices: tuple[Choice, ...], capital: tuple[Fraction, ...]) -> Iterable[Fault]:
    project = world.project
    for year, budget in project.budgets.items():
        spent = sum((capital[quarter] for quarter in range(project.horizon) if project.year(quarter) == year), NIL)
        if spent > Fraction(budget.value) * ask.budget_factor:
            yield Fault("budget", str(year), str(float(spent)))
    chosen = {each.measure: each for each in choices}
    for each in choices:
        measure = project.measure(each.measure)
        if not measure.earliest + ask.later <= each.quarter <= project.last_start(measure):
            yield Fault("start", each.measure, str(each.quarter))
        yield from _volume_faults(project, measure, each)
        for name in measure.excludes:
            if name in chosen:
                yield Fault("excludes", each.measure, name)
        for name in measure.requires:
            if not _ready(project, each, chosen.get(name), name):
                yield Fault("requires", each.measure, name)


def _ready(project: Project, choice: Choice, needed: Choice | None, name: str) -> bool:
    """Tell whether a prerequisite works when a measure starts, for every model that both may serve."""
    if needed is None or needed.quarter + project.measure(name).quarters > choice.quarter:
        return False
    return all(model in needed.models for model in choice.models if model in project.measure(name).models)


def served_cars(project: Project, choice: Choice) -> Iterable[tuple[int, Fraction]]:
    """Yield each year in which a choice works, with the cars it serves in it."""
    first = choice.quarter + project.measure(choice.measure).quarters
    for year in sorted({project.year(quarter) for quarter in range(first, project.horizon)}):
        yield year, sum((Fraction(project.model(model).volumes[year].value) for model in choice.models), NIL)


def _volume_faults(project: Project, measure: Measure, choice: Choice) -> Iterable[Fault]:
    for year, cars in served_cars(project, choice):
        if measure.capacity and cars > measure.capacity.value:
            yield Fault("capacity", measure.id, f"{year}: {cars}")
        if measure.smallest and cars < measure.smallest.value:
            yield Fault("smallest", measure.id, f"{year}: {cars}")


def payback(evaluation: Evaluation) -> int | None:
    """Return the quarter in which the money earned first covers all the money spent so far and to come, or None within the plan."""
    flows = evaluation.flow()
    totals, total = [], NIL
    for flow in flows:
        total += flow
        totals.append(total)
    if not any(flow < 0 for flow in flows):
        return 0
    return next((quarter for quarter in range(len(flows)) if all(each >= 0 for each in totals[quarter:])), None)


def present_capital(project: Project, choices: tuple[Choice, ...]) -> Fraction:
    """Return the present value of the capital of a choice, thousand RUB."""
    measures = ((project.measure(each.measure), each.quarter) for each in choices)
    return sum((Fraction(measure.capital.value) * weights_of(project, measure)[quarter] for measure, quarter in measures), NIL)
