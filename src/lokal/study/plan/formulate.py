"""The optimiser's model: which measure starts when and for which models, at the least present cost, with every target kept.

Columns say "started by quarter q" (they never fall), for a measure and for each model that it may serve or not; where serving is free
the two are one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

from lokal.study.plan.binding import Ask, Instance, free_pairs, hard_spans, instances
from lokal.study.plan.encode import Encoder, least
from lokal.study.plan.milp import INFINITY, Milp, Terms, add_to
from lokal.study.plan.model import PER_YEAR, Measure, Project, Target
from lokal.study.plan.tables import Tabler, Tables
from lokal.study.plan.world import NO_LOSS, Loss, World, quarters_money

NIL = Fraction(0)
N = TypeVar("N", int, Fraction)


@dataclass
class Formulation:
    """A model with the meaning of its columns."""

    milp: Milp
    starts: dict[str, dict[int, int]]
    """Measure, quarter: the column 'started by that quarter'."""
    serves: dict[tuple[str, str], dict[int, int]]
    """Measure and model, quarter: the column 'started for the model by that quarter'."""
    extra: dict[int, int] = field(default_factory=dict)
    """Year: the column of extra budget, where that is asked."""
    missing: dict[int, int] = field(default_factory=dict)
    """Number of the target: the column of missing points, where that is asked."""
    cars: dict[str, int] = field(default_factory=dict)
    """Measure: the column of cars a year short of its smallest volume or over its capacity, where that is asked."""


def formulate(world: World, tabler: Tabler, ask: Ask) -> Formulation:
    """Return the model of a question."""
    return _Builder(world, tabler, ask).build()


def weights_of(project: Project, measure: Measure) -> tuple[Fraction, ...]:
    """Return, for each possible quarter of start, the present value of one unit of the measure's capital."""
    money = quarters_money(project.rate.value, project.horizon)
    return tuple(sum(money[start : start + measure.payments], NIL) / measure.payments for start in range(project.last_start(measure) + 1))


class _Builder:
    """Fills the model section by section."""

    def __init__(self, world: World, tabler: Tabler, ask: Ask) -> None:
        self.world, self.tabler, self.ask, self.project = world, tabler, ask, world.project
        self.milp = Milp()
        self.encoder = Encoder(self.milp)
        self.money = quarters_money(self.project.rate.value, self.project.horizon)
        self.measures = {m.id: m for m in world.measures if m.earliest + ask.later <= self.project.last_start(m)}
        self.binding = tuple(instances(world, tabler, ask))
        self.free = free_pairs(world, tabler, ask, self.binding)
        self.form = Formulation(self.milp, {}, {})
        self._points: dict[tuple[int, int, str], tuple[Fraction, Terms]] = {}

    def build(self) -> Formulation:
        for measure in self.measures.values():
            self._starts(measure)
        self._requires()
        self._excludes()
        for measure in self.measures.values():
            self._volumes(measure)
        self._budgets()
        for instance in self.binding:
            self._hard(instance)
        if self.ask.elastic:
            self._elastic()
        else:
            self._costs()
        return self.form

    def _cumulative(self, first: int, last: int, *, whole: bool = True) -> dict[int, int]:
        columns: dict[int, int] = {}
        for quarter in range(first, last + 1):
            columns[quarter] = self.milp.column(whole=whole or quarter == last)
            if quarter > first:
                self.milp.at_least([(columns[quarter], 1), (columns[quarter - 1], -1)], 0)
        return columns

    def _starts(self, measure: Measure) -> None:
        first, last = measure.earliest + self.ask.later, self.project.last_start(measure)
        own = self.form.starts[measure.id] = self._cumulative(first, last)
        for model in measure.models:
            if len(measure.models) == 1 or (measure.id, model) in self.free:
                self.form.serves[measure.id, model] = own
                continue
            # a served model joins when the measure starts, so the last column settles the others
            served = self.form.serves[measure.id, model] = self._cumulative(first, last, whole=False)
            self.milp.at_least([(own[first], 1), (served[first], -1)], 0)
            for quarter in range(first + 1, last + 1):
                step = [(own[quarter], 1), (own[quarter - 1], -1), (served[quarter], -1), (served[quarter - 1], 1)]
                self.milp.at_least(step, 0)
        if all(self.form.serves[measure.id, model] is not own for model in measure.models) and measure.models:
            self.milp.at_least([*((self.form.serves[measure.id, model][last], 1) for model in measure.models), (own[last], -1)], 0)

    def _by(self, columns: dict[int, int], quarter: int) -> int | None:
        """Return the column 'started by the quarter', or None before the first."""
        if not columns or quarter < min(columns):
            return None
        return columns[min(quarter, max(columns))]

    def _requires(self) -> None:
        for measure in self.measures.values():
            for name in measure.requires:
                self._after(self.form.starts[measure.id], self.form.starts.get(name, {}), name)
                for model in measure.models:
                    if (name, model) in self.form.serves or (name not in self.measures and model in self.project.measure(name).models):
                        self._after(self.form.serves[measure.id, model], self.form.serves.get((name, model), {}), name)

    def _after(self, later: dict[int, int], earlier: dict[int, int], name: str) -> None:
        lead = self.project.measure(name).quarters
        for quarter, column in later.items():
            ready = self._by(earlier, quarter - lead)
            self.milp.at_most([(column, 1)] if ready is None else [(column, 1), (ready, -1)], 0)

    def _excludes(self) -> None:
        pairs = {tuple(sorted((each.id, name))) for each in self.measures.values() for name in each.excludes if name in self.measures}
        for one, two in sorted(pairs):
            self.milp.at_most([(self._last(one), 1), (self._last(two), 1)], 1)

    def _last(self, name: str) -> int:
        columns = self.form.starts[name]
        return columns[max(columns)]

    def _volumes(self, measure: Measure) -> None:
        """Bound the yearly volume of the served models in every year in which the measure works."""
        for year in self.project.years():
            last = max(quarter for quarter in range(self.project.horizon) if self.project.year(quarter) == year)
            working = self._by(self.form.starts[measure.id], last - measure.quarters)
            if working is None:
                continue
            served = [
                (column, self.project.model(model).volumes[year].value)
                for model in measure.models
                if (column := self._by(self.form.serves[measure.id, model], last - measure.quarters)) is not None
            ]
            terms: Terms = add_to({}, [(column, Fraction(volume)) for column, volume in served])
            if measure.capacity and sum(volume for _, volume in served) > measure.capacity.value:
                over = self._cars(measure, "capacity", -1)
                self.milp.at_most(add_to(dict(terms), {working: -Fraction(measure.capacity.value), **over}), 0)
            if measure.smallest:
                short = self._cars(measure, "smallest", 1)
                self.milp.at_least(add_to(dict(terms), {working: -Fraction(measure.smallest.value), **short}), 0)

    def _cars(self, measure: Measure, kind: str, sign: int) -> Terms:
        """Return the term of cars a year by which a limit may be missed, where that is what is minimised."""
        if self.ask.elastic != kind:
            return {}
        if measure.id not in self.form.cars:
            self.form.cars[measure.id] = self.milp.column(upper=INFINITY, whole=False)
        return {self.form.cars[measure.id]: Fraction(sign)}

    def _budgets(self) -> None:
        scale = lcm(1, *(each.payments for each in self.measures.values()))
        for year, budget in self.project.budgets.items():
            if year not in self.project.years():
                continue
            terms: Terms = {}
            for measure in self.measures.values():
                share = Fraction(measure.capital.value) * (scale // measure.payments)
                steps = [(column, times) for column, times in self._at_start(measure, self._payments_in(measure, year)) if times]
                terms.update((column, share * times) for column, times in steps)
            if self.ask.elastic == "budget":
                self.form.extra[year] = self.milp.column(upper=INFINITY, whole=False)
                terms[self.form.extra[year]] = Fraction(-scale)
            self.milp.at_most(terms, Fraction(budget.value) * self.ask.budget_factor * scale)

    def _payments_in(self, measure: Measure, year: int) -> list[int]:
        """Return, for each quarter of start, how many payments fall into a year."""
        ours = [quarter for quarter in range(self.project.horizon) if self.project.year(quarter) == year]
        first, end, count = ours[0], ours[-1] + 1, measure.payments
        return [max(0, min(start + count, end) - max(start, first)) for start in range(self.project.last_start(measure) + 1)]

    def _at_start(self, measure: Measure, weights: Sequence[N]) -> Iterable[tuple[int, N]]:
        """Return the terms of a sum that is `weights[q]` when the measure starts in quarter q."""
        columns = self.form.starts[measure.id]
        last = max(columns)
        return [
            (column, weights[quarter] - weights[quarter + 1] if quarter < last else weights[quarter]) for quarter, column in columns.items()
        ]

    def _working(self, model: str, quarter: int, loss: Loss) -> dict[str, int]:
        found = {}
        for measure in self.world.live(model, self.measures, loss):
            column = self._by(self.form.serves[measure.id, model], quarter - measure.quarters)
            if column is not None:
                found[measure.id] = column
        return found

    def _total(self, tables: Tables, model: str, quarter: int, loss: Loss) -> tuple[Fraction, Terms]:
        """Return a bound on a model's points in a quarter, as start and terms."""
        key = (id(tables), quarter, model)
        if key not in self._points:
            working = self._working(model, quarter, loss)
            total = tables.rest
            terms: Terms = {}
            for table in tables.terms:
                start, own = self.encoder.term(table, working)
                total += start
                add_to(terms, own)
            self._points[key] = (total, terms)
        start, found = self._points[key]
        return start, dict(found)

    def _hard(self, instance: Instance) -> None:
        model = self.ask.targets[instance.target].model
        start, terms = self._total(instance.tables, model, instance.span.quarter, instance.loss)
        if self.ask.elastic == "points":
            if instance.target not in self.form.missing:
                self.form.missing[instance.target] = self.milp.column(upper=INFINITY, whole=False)
            terms[self.form.missing[instance.target]] = Fraction(1)
        self.milp.at_least(terms, instance.bar - start)

    def _elastic(self) -> None:
        for column in (*self.form.extra.values(), *self.form.missing.values(), *self.form.cars.values()):
            self.milp.pay(column, 1)

    def _costs(self) -> None:
        for measure in self.measures.values():
            capital = Fraction(measure.capital.value)
            for column, cost in self._at_start(measure, [capital * weight for weight in weights_of(self.project, measure)]):
                self.milp.pay(column, cost)
            for model in measure.models if measure.unit.value else ():
                self._running(measure, model)
        for target in self.ask.targets:
            if target.per_car:
                self._income(target, target.per_car.value)

    def _running(self, measure: Measure, model: str) -> None:
        for quarter in range(self.project.horizon):
            column = self._by(self.form.serves[measure.id, model], quarter - measure.quarters)
            cars = quarter_volume(self.project, model, quarter)
            if column is not None and cars:
                self.milp.pay(column, Fraction(measure.unit.value) * cars * self.money[quarter])

    def _income(self, target: Target, per_car: Decimal) -> None:
        sure: dict[int, set[date]] = {}
        for span in hard_spans(self.project, self.world, target):
            sure.setdefault(span.quarter, set()).add(span.first)
        for quarter in range(self.project.horizon):
            spans = self.world.spans(target.model, quarter)
            bars = [self.world.bar(target, span.moment) for span in spans]
            worth = Fraction(per_car) * quarter_volume(self.project, target.model, quarter) * self.money[quarter]
            if not worth or None in bars:
                continue
            if sure.get(quarter) == {span.first for span in spans}:
                self.milp.offset -= float(worth)
                continue
            earned = self.milp.column()
            self.milp.pay(earned, -worth)
            for span, bar in zip(spans, bars, strict=True):
                tables = self.tabler.tables(target.model, span.moment, target.programme)
                start, terms = self._total(tables, target.model, quarter, NO_LOSS)
                floor = tables.rest + sum((least(each) for each in tables.terms), NIL)
                if bar is not None and bar > floor:
                    self.milp.at_least(add_to(terms, {earned: floor - bar}), floor - start)


def quarter_volume(project: Project, model: str, quarter: int) -> Fraction:
    """Return the cars of a model in a quarter: a fourth of its year."""
    return Fraction(project.model(model).volumes[project.year(quarter)].value) / PER_YEAR
