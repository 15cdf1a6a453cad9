"""Random small projects, and the plain enumeration of every plan of one: written apart from the planner, sharing only the interpreter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import ceil

import msgspec
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lokal.engine.interpret import interpret
from lokal.engine.known import NOTHING, Look, State, known_facts
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook
from lokal.scale.compile import POWERTRAINS, compile_scale
from lokal.study.plan.model import Choice, Effect, Figure, Measure, Model, Project, Target
from same.strategies import GRID, dossier_of, rulebooks, views, worlds

STARTS, QUARTERS = date(2024, 7, 1), 4
YEARS = (2024, 2025)
MOST_PLANS = 1500
Options = list[Choice | None]


def figure(value: int | str) -> Figure:
    """Return a figure without origin."""
    return Figure(Decimal(value))


def options_of(measure: Measure) -> Options:
    """Return every way to take a measure: never, or in a quarter for some models."""
    starts = range(measure.earliest, QUARTERS - measure.quarters)
    served = [group for size in range(1, len(measure.models) + 1) for group in combinations(measure.models, size)]
    return [None, *(Choice(measure.id, quarter, models) for quarter in starts for models in served)]


def _useful(project: Project, rulebook: Rulebook) -> list[Effect]:
    """Return the single effects that change what some model is sure of on the last day."""
    everyone = tuple(each.id for each in project.models)
    effects = [
        Effect(name, fact.kind, value)
        for name, fact in declared_facts(rulebook).items()
        for value in (GRID[fact.kind][-3::2] if not fact.implied else ())
    ]
    steps = tuple(Measure(str(n), "", "", (each,), everyone, figure(0), figure(0), figure(0)) for n, each in enumerate(effects))
    brute = Brute(msgspec.structs.replace(project, measures=steps), rulebook)
    day = brute.days(QUARTERS - 1)[1]
    return [
        each
        for each, step in zip(effects, steps, strict=True)
        if any(brute.low(model, day, frozenset((step.id,)), "") != brute.low(model, day, frozenset(), "") for model in everyone)
    ]


@st.composite
def _effects(draw: DrawFn, rulebook: Rulebook, useful: list[Effect]) -> tuple[Effect, ...]:
    facts = {name: fact for name, fact in declared_facts(rulebook).items() if not fact.implied}
    made = {}
    if useful and draw(st.integers(0, 5)):
        best = draw(st.sampled_from(useful))
        how = "add" if best.kind in {"count", "share", "money"} and draw(st.booleans()) else "set"
        made[best.fact] = msgspec.structs.replace(best, how=how)
    for name in draw(st.lists(st.sampled_from(sorted(facts)), min_size=0 if made else 1, max_size=2, unique=True)):
        kind = facts[name].kind
        how = "add" if kind in {"count", "share", "money"} and draw(st.booleans()) else "set"
        made.setdefault(name, Effect(name, kind, draw(st.sampled_from(GRID[kind][1:])), how))
    return tuple(made.values())


@st.composite
def _measure(draw: DrawFn, rulebook: Rulebook, useful: list[Effect], index: int, models: tuple[str, ...]) -> Measure:
    lead = draw(st.integers(0, 2))
    names = [f"m{other}" for other in range(index)]
    linked = st.lists(st.sampled_from(names), max_size=1).map(tuple) if names else st.just(())
    rare = st.none() | st.none() | st.none() | st.integers(1, 9).map(figure)
    return Measure(
        id=f"m{index}",
        ru="Шаг",
        en="Step",
        effects=draw(_effects(rulebook, useful)),
        models=tuple(draw(st.lists(st.sampled_from(models), min_size=1, unique=True))),
        capital=figure(draw(st.integers(0, 30))),
        unit=figure(draw(st.sampled_from(("0", "0", "1", "0.3", "-0.5")))),
        lead=figure(lead),
        earliest=draw(st.sampled_from((0, 0, 0, 1, 2, 3, 4))),
        requires=draw(linked) if draw(st.integers(0, 3)) == 0 else (),
        excludes=draw(linked) if draw(st.integers(0, 3)) == 0 else (),
        capacity=draw(rare),
        smallest=draw(rare),
    )


def _untangled(measures: list[Measure]) -> list[Measure]:
    """Let measures exclude each other where they set a fact of a model differently, as the file's reader asks."""
    made: list[Measure] = []
    for each in measures:
        mine = {effect.fact: effect.value for effect in each.effects if effect.how == "set"}
        clash = [
            other.id
            for other in made
            if set(other.models) & set(each.models)
            and any(effect.how == "set" and mine.get(effect.fact, effect.value) != effect.value for effect in other.effects)
        ]
        made.append(msgspec.structs.replace(each, excludes=tuple({*each.excludes, *clash})))
    return made


@st.composite
def projects(draw: DrawFn) -> tuple[Project, Rulebook]:
    """Return a project of at most 12 measures, 4 quarters and 2 models on a random rulebook, and the rulebook."""
    rulebook = draw(rulebooks())
    models = []
    for index in range(draw(st.integers(1, 2))):
        powertrain = draw(st.sampled_from(POWERTRAINS))
        near, far = draw(views(rulebook, draw(worlds(rulebook, powertrain))))
        dossier = dossier_of(draw(st.sampled_from(("M1", "N1"))), powertrain, draw(st.sampled_from((near, far, {}, {}, {}))))
        volumes = {year: figure(draw(st.integers(0, 6))) for year in YEARS}
        models.append(Model(f"v{index}", "Модель", "Model", dossier, volumes))
    names = tuple(each.id for each in models)
    bare = Project("p", "План", "Plan", STARTS, QUARTERS, figure(draw(st.sampled_from(("0", "0.2")))), tuple(models))
    useful = _useful(bare, rulebook)
    assume(useful)
    measures: list[Measure] = []
    plans = 1
    for index in range(draw(st.sampled_from((2, 3, 4, 5, 6, 8, 12)))):
        measure = draw(_measure(rulebook, useful, index, names))
        if plans * len(options_of(measure)) > MOST_PLANS:
            measure = msgspec.structs.replace(measure, models=measure.models[:1], earliest=max(0, QUARTERS - 1 - measure.quarters))
        if plans * len(options_of(measure)) > MOST_PLANS:
            break
        plans *= len(options_of(measure))
        measures.append(measure)
    project = msgspec.structs.replace(
        bare,
        measures=tuple(_untangled(measures)),
        budgets={year: figure(draw(st.integers(5, 60))) for year in YEARS if draw(st.integers(0, 2)) == 0},
    )
    return msgspec.structs.replace(project, targets=draw(_targets(project, rulebook))), rulebook


@st.composite
def _targets(draw: DrawFn, project: Project, rulebook: Rulebook) -> tuple[Target, ...]:
    """Return targets between what a model has and a little over what every measure together gives."""
    made = []
    brute = Brute(project, rulebook)
    for model in project.models:
        have = brute.points(model.id, QUARTERS - 1, frozenset())
        most = max(brute.points(model.id, QUARTERS - 1, frozenset(live)) for live in _some_sets(project))
        asked = have + draw(st.sampled_from((1, 1, 1, 2, 2, 2, 3, 4, 5))) * max(Fraction(1), most - have) / 4
        by = draw(st.sampled_from((None, STARTS, date(2024, 11, 15), *[date(2025, 1, 1), date(2025, 5, 1), date(2025, 6, 30)] * 3)))
        money = draw(st.none() | st.sampled_from(("4", "20")).map(figure))
        if by or money:
            loan = draw(st.integers(0, 7)) == 0
            made.append(Target(model.id, "loan" if loan else "", None if loan else max(0, ceil(asked)), by, money))
    return tuple(made)


def _some_sets(project: Project) -> Iterator[tuple[str, ...]]:
    names = [each.id for each in project.measures]
    yield from ((), tuple(names), *((name,) for name in names), *combinations(names, 2))


@dataclass
class Brute:
    """Enumerates every plan of a project."""

    project: Project
    rulebook: Rulebook

    def __post_init__(self) -> None:
        """Keep what was scored."""
        self._scored: dict[tuple[str, date, frozenset[str], str], Fraction] = {}
        self._scales = {}

    @cached_property
    def ordered(self) -> list[Measure]:
        """Measures by how many others they hang on, so that a prerequisite stands before what requires it."""
        links = {each.id: each.requires for each in self.project.measures}

        def above(name: str) -> set[str]:
            return {name}.union(*(above(other) for other in links[name]))

        return sorted(self.project.measures, key=lambda each: len(above(each.id)))

    def states(self, model: Model, day: date, live: frozenset[str]) -> dict[str, State]:
        """Return what is known of a model while measures work: what is set first, then what is added."""
        facts = declared_facts(self.rulebook)
        states = dict(known_facts(model.dossier, facts, Look(day)))
        working = [each for each in self.ordered if each.id in live and model.id in each.models]
        for each in working:
            for effect in each.effects:
                if effect.how == "set":
                    states[effect.fact] = State(Fraction(effect.value), Fraction(effect.value))
        for each in working:
            for effect in each.effects:
                if effect.how == "add":
                    old = states.get(effect.fact, NOTHING[effect.kind])
                    top = Fraction(1) if effect.kind == "share" else None
                    low, high = old.low + Fraction(effect.value), None if old.high is None else old.high + Fraction(effect.value)
                    if top is not None:
                        low, high = min(low, top), min(high, top)
                    states[effect.fact] = State(low, high)
        return states

    def low(self, name: str, day: date, live: frozenset[str], programme: str) -> Fraction:
        """Return the low end of a model's points on a day."""
        key = (name, day, live, programme)
        if key not in self._scored:
            if (day, programme) not in self._scales:
                self._scales[day, programme] = compile_scale(self.rulebook, day, programme=programme or None)
            model = self.project.model(name)
            vehicle = model.dossier.vehicle
            states = self.states(model, day, live)
            self._scored[key] = interpret(self._scales[day, programme], vehicle.category, vehicle.powertrain, states).points.low
        return self._scored[key]

    def points(self, name: str, quarter: int, live: frozenset[str], programme: str = "") -> Fraction:
        """Return the fewest points of a model on the first and last day of a quarter."""
        first, last = self.days(quarter)
        return min(self.low(name, first, live, programme), self.low(name, last, live, programme))

    def days(self, quarter: int) -> tuple[date, date]:
        """Return the first and last day of a quarter."""
        month = STARTS.month - 1 + 3 * quarter
        first = date(STARTS.year + month // 12, month % 12 + 1, 1)
        end = month + 3
        return first, date(STARTS.year + end // 12, end % 12 + 1, 1) - timedelta(days=1)

    def quarter_of(self, day: date) -> int:
        """Return the quarter that holds a day."""
        return next(quarter for quarter in range(QUARTERS) if day <= self.days(quarter)[1])

    def live(self, choices: Mapping[str, Choice], model: str, quarter: int) -> frozenset[str]:
        """Return what works for a model in a quarter."""
        return frozenset(
            each.measure for each in choices.values() if model in each.models and each.quarter + self.lead(each.measure) <= quarter
        )

    def lead(self, name: str) -> int:
        """Return a lead time."""
        return int(self.project.measure(name).lead.value)

    def bar(self, target: Target) -> int:
        """Return what a target asks: the random rulebook's one programme has one bar."""
        return target.points if target.points is not None else 20

    def holds(self, choices: Mapping[str, Choice], target: Target, quarter: int) -> bool:
        """Tell whether a target holds through a quarter."""
        return self.points(target.model, quarter, self.live(choices, target.model, quarter), target.programme) >= self.bar(target)

    def allowed(self, choices: Mapping[str, Choice]) -> bool:
        """Tell whether exclusions, prerequisites, volumes and budgets allow a choice."""
        return self.ordered_well(choices) and self.volumes_fit(choices) and self.budgets_fit(choices)

    def ordered_well(self, choices: Mapping[str, Choice]) -> bool:
        """Tell whether exclusions and prerequisites are kept."""
        for name, each in choices.items():
            measure = self.project.measure(name)
            if any(other in choices for other in measure.excludes):
                return False
            for other in measure.requires:
                if other not in choices or choices[other].quarter + self.lead(other) > each.quarter:
                    return False
                if any(model in self.project.measure(other).models and model not in choices[other].models for model in each.models):
                    return False
        return True

    def volumes_fit(self, choices: Mapping[str, Choice]) -> bool:
        """Tell whether capacities and smallest volumes are kept in every year of work."""
        for name, each in choices.items():
            measure = self.project.measure(name)
            for year in {self.days(quarter)[0].year for quarter in range(each.quarter + self.lead(name), QUARTERS)}:
                cars = sum(self.project.model(model).volumes[year].value for model in each.models)
                if (measure.capacity and cars > measure.capacity.value) or (measure.smallest and cars < measure.smallest.value):
                    return False
        return True

    def missed_cars(self, choices: Mapping[str, Choice], kind: str) -> Fraction:
        """Return the cars a year, the worst year of each measure, that a plan is over capacities or short of smallest volumes."""
        total = Fraction(0)
        for name, each in choices.items():
            limit, worst = getattr(self.project.measure(name), kind), Fraction(0)
            for year in {self.days(quarter)[0].year for quarter in range(each.quarter + self.lead(name), QUARTERS)} if limit else ():
                cars = sum(Fraction(self.project.model(model).volumes[year].value) for model in each.models)
                worst = max(worst, cars - Fraction(limit.value) if kind == "capacity" else Fraction(limit.value) - cars)
            total += worst
        return total

    def spent(self, choices: Mapping[str, Choice], quarter: int) -> Fraction:
        """Return the capital paid in a quarter."""
        total = Fraction(0)
        for name, each in choices.items():
            parts = max(1, self.lead(name))
            if each.quarter <= quarter < each.quarter + parts:
                total += Fraction(self.project.measure(name).capital.value) / parts
        return total

    def budgets_fit(self, choices: Mapping[str, Choice]) -> bool:
        """Tell whether each year's capital fits its budget."""
        for year, budget in self.project.budgets.items():
            if sum(self.spent(choices, q) for q in range(QUARTERS) if self.days(q)[0].year == year) > budget.value:
                return False
        return True

    def reaches(self, choices: Mapping[str, Choice], *, later: int = 0) -> bool:
        """Tell whether every hard target holds from its day on, or from some quarters later."""
        for target in self.project.targets:
            if target.by is None:
                continue
            for quarter in range(QUARTERS):
                due = self.days(quarter - later)[1] >= target.by if later <= quarter else False
                if due and not self.holds(choices, target, quarter):
                    return False
        return True

    def cost(self, choices: Mapping[str, Choice]) -> Fraction:
        """Return the present cost of a plan."""
        total, step = Fraction(0), 1 + Fraction(self.project.rate.value) / 4
        for quarter in range(QUARTERS):
            year = self.days(quarter)[0].year
            flow = self.spent(choices, quarter)
            for name, each in choices.items():
                if each.quarter + self.lead(name) <= quarter:
                    cars = sum(Fraction(self.project.model(model).volumes[year].value) for model in each.models)
                    flow += Fraction(self.project.measure(name).unit.value) * cars / 4
            for target in self.project.targets:
                if target.per_car and self.holds(choices, target, quarter):
                    flow -= Fraction(target.per_car.value) * Fraction(self.project.model(target.model).volumes[year].value) / 4
            total += flow / step**quarter
        return total

    def plans(self) -> Iterator[dict[str, Choice]]:
        """Yield every choice of starts and models."""
        for picked in product(*(options_of(each) for each in self.project.measures)):
            yield {each.measure: each for each in picked if each}

    def least(self) -> Fraction | None:
        """Return the least cost of a plan that is allowed and reaches the targets, or None."""
        costs = [self.cost(each) for each in self.plans() if self.allowed(each) and self.reaches(each)]
        return min(costs, default=None)

    def feasible(self, *, later: int = 0) -> bool:
        """Tell whether some plan is allowed and reaches the targets some quarters later."""
        return any(self.allowed(each) and self.reaches(each, later=later) for each in self.plans())

    def over_budget(self, choices: Mapping[str, Choice]) -> Fraction:
        """Return the money over the budgets, over all years."""
        over = Fraction(0)
        for year, budget in self.project.budgets.items():
            spent = sum((self.spent(choices, q) for q in range(QUARTERS) if self.days(q)[0].year == year), Fraction(0))
            over += max(Fraction(0), spent - Fraction(budget.value))
        return over

    def missing(self, choices: Mapping[str, Choice]) -> Fraction:
        """Return the points missing to the hard targets, the worst quarter of each, together."""
        total = Fraction(0)
        for target in self.project.targets:
            short = Fraction(0)
            for quarter in range(QUARTERS):
                if target.by and self.days(quarter)[1] >= target.by:
                    have = self.points(target.model, quarter, self.live(choices, target.model, quarter), target.programme)
                    short = max(short, self.bar(target) - have)
            total += short
        return total
