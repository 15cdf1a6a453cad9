"""Why there is no plan, and the smallest change of each kind that would make one."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from msgspec.structs import replace

from lokal.study.plan.answer import Evaluation, Planner, served_cars
from lokal.study.plan.binding import Ask
from lokal.study.plan.dates import shifted
from lokal.study.plan.model import Choice, Measure, Project
from lokal.study.plan.solve import Limits

Kind = Literal["points", "date", "budget", "capacity", "smallest", "excludes", "requires"]
NIL = Fraction(0)


@dataclass(frozen=True)
class Obstacle:
    """One kind of change that alone would make a plan: how much of it, and for which target or year.

    `date`: quarters later for every hard target; `budget`: extra thousand RUB, by year; `points`: points less, by target; `smallest`
    and `capacity`: cars a year more, by measure; exclusions and prerequisites would have to go as a whole.
    """

    kind: Kind
    amount: Fraction
    by: tuple[tuple[str, Fraction], ...] = ()


def obstacles(planner: Planner, limits: Limits | None = None) -> tuple[Obstacle, ...]:
    """Return every kind of change that alone makes a plan possible; `points` always does, and comes last."""
    limits = limits or Limits(seconds=60)
    found = [
        _date(planner, limits),
        _budget(planner, limits),
        *(_cars(planner, kind, limits) for kind in _CARS),
        *(_limit(planner, kind, limits) for kind in _LINKS),
        _points(planner, limits),
    ]
    return tuple(each for each in found if each)


def _date(planner: Planner, limits: Limits) -> Obstacle | None:
    """Find the fewest quarters by which all hard targets together would have to wait."""
    project = planner.project
    end = project.first_day(project.horizon)
    for later in range(1, project.horizon):
        targets = tuple(replace(each, by=shifted(each.by, later)) if each.by else each for each in project.targets)
        if any(each.by and each.by >= end for each in targets):
            return None
        if planner.plan(planner.ask(targets=targets), limits).evaluation:
            return Obstacle("date", Fraction(later))
    return None


def _budget(planner: Planner, limits: Limits) -> Obstacle | None:
    if not planner.project.budgets:
        return None
    ask = planner.ask(elastic="budget")
    loose = Planner(replace(planner.project, budgets={}), planner.rulebook)
    made = planner.loosely(ask, loose, limits)
    if made is None:
        return None
    extra = _over_budget(planner.project, made.evaluation)
    total = sum(extra.values(), NIL)
    return Obstacle("budget", total, tuple((str(year), money) for year, money in extra.items() if money)) if total else None


def _over_budget(project: Project, made: Evaluation) -> dict[int, Fraction]:
    spent = dict.fromkeys(project.years(), NIL)
    for quarter, money in enumerate(made.capital):
        spent[project.year(quarter)] += money
    return {year: max(NIL, spent[year] - Fraction(budget.value)) for year, budget in project.budgets.items() if year in spent}


def _points(planner: Planner, limits: Limits) -> Obstacle | None:
    """Find the fewest points, over all hard targets, that would have to be given up."""
    soft = Planner(replace(planner.project, targets=()), planner.rulebook)
    made = planner.loosely(planner.ask(elastic="points"), soft, limits, keep_targets=True)
    if made is None:
        return None
    missing: dict[int, Fraction] = {}
    for each in made.evaluation.reached:
        if each.must and each.bar is not None:
            target = planner.project.targets[each.target]
            live = frozenset(next(s.live for s in made.evaluation.standings if s.model == target.model and s.span == each.span))
            short = each.bar - planner.world.points(target.model, each.span.moment, live, target.programme).low
            missing[each.target] = max(missing.get(each.target, NIL), short, NIL)
    total = sum(missing.values(), NIL)
    return Obstacle("points", total, tuple((str(number), short) for number, short in missing.items() if short)) if total else None


_CARS: dict[Literal["capacity", "smallest"], Callable[[Measure], Measure]] = {
    "capacity": lambda each: replace(each, capacity=None),
    "smallest": lambda each: replace(each, smallest=None),
}


def _cars(planner: Planner, kind: Literal["capacity", "smallest"], limits: Limits) -> Obstacle | None:
    """Find the fewest cars a year, over all measures, that capacities or smallest volumes would have to give way by."""
    project = planner.project
    loose = tuple(_CARS[kind](each) for each in project.measures)
    if loose == project.measures:
        return None
    judge = Planner(replace(project, measures=loose), planner.rulebook)
    made = planner.loosely(planner.ask(elastic=kind), judge, limits)
    if made is None:
        return None
    missed = {each.measure: _missed_cars(project, each, kind) for each in made.choices}
    total = sum(missed.values(), NIL)
    return Obstacle(kind, total, tuple((name, cars) for name, cars in missed.items() if cars)) if total else None


def _missed_cars(project: Project, choice: Choice, kind: Literal["capacity", "smallest"]) -> Fraction:
    """Return the cars a year by which a choice misses its limit in its worst year."""
    measure = project.measure(choice.measure)
    limit = measure.capacity if kind == "capacity" else measure.smallest
    if limit is None:
        return NIL
    over = (cars - Fraction(limit.value) for _, cars in served_cars(project, choice))
    return max(NIL, *(each if kind == "capacity" else -each for each in over))


_LINKS: dict[Kind, Callable[[Measure], Measure]] = {
    "excludes": lambda each: replace(each, excludes=()),
    "requires": lambda each: replace(each, requires=()),
}


def _limit(planner: Planner, kind: Kind, limits: Limits) -> Obstacle | None:
    project = planner.project
    loose = tuple(_LINKS[kind](each) for each in project.measures)
    if loose == project.measures:
        return None
    made = Planner(replace(project, measures=loose), planner.rulebook).plan(Ask(project.targets), limits)
    return Obstacle(kind, NIL) if made.evaluation else None
