"""What more would cost: cost against points and against the date, and the value of budget and of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from msgspec.structs import replace

from lokal.study.plan.answer import Plan, Planner
from lokal.study.plan.binding import Ask
from lokal.study.plan.dates import shifted
from lokal.study.plan.model import Target
from lokal.study.plan.solve import Ending, Limits


@dataclass(frozen=True)
class Spot:
    """One point of a curve: where it is asked, and the plan's present cost (none where there is no plan)."""

    at: Fraction
    ending: Ending
    cost: Fraction | None
    measures: tuple[str, ...]


def _spot(at: Fraction | int, made: Plan) -> Spot:
    cost = made.evaluation.cost if made.evaluation else None
    return Spot(Fraction(at), made.ending, cost, tuple(each.measure for each in made.choices))


def cost_by_points(planner: Planner, target: int, levels: Iterable[int], limits: Limits) -> tuple[Spot, ...]:
    """Return the least cost at which a target's model reaches each number of points by the target's day, all else as asked."""
    project = planner.project
    aim = project.targets[target]
    by = aim.by or project.first_day(project.horizon - 1)
    spots = []
    for level in levels:
        changed = (*project.targets[:target], Target(aim.model, points=level, by=by), *project.targets[target + 1 :])
        spots.append(_spot(level, planner.plan(planner.ask(targets=changed), limits)))
    return tuple(spots)


def cost_by_date(planner: Planner, limits: Limits, earlier: int = 4, later: int = 4) -> tuple[Spot, ...]:
    """Return the least cost with every hard target moved by whole quarters, from `earlier` to `later`."""
    project = planner.project
    end = project.first_day(project.horizon)
    spots = []
    for move in range(-earlier, later + 1):
        targets = tuple(replace(each, by=shifted(each.by, move)) if each.by else each for each in project.targets)
        if all(each.by is None or project.starts <= each.by < end for each in targets):
            spots.append(_spot(move, planner.plan(planner.ask(targets=targets), limits)))
    return tuple(spots)


def cost_by_budget(planner: Planner, limits: Limits, factors: Iterable[Fraction]) -> tuple[Spot, ...]:
    """Return the least cost with every yearly budget multiplied by each factor."""
    return tuple(_spot(factor, planner.plan(planner.ask(budget_factor=factor), limits)) for factor in factors)


def cost_by_delay(planner: Planner, limits: Limits, quarters: int = 3) -> tuple[Spot, ...]:
    """Return the least cost when nothing starts for some quarters while the targets stay."""
    return tuple(_spot(later, planner.plan(planner.ask(later=later), limits)) for later in range(quarters + 1))


def most_points(planner: Planner, model: str, limits: Limits) -> Fraction:
    """Return the most points that a model can be sure of in the last quarter within all limits."""
    project, world = planner.project, planner.world
    last = world.spans(model, project.horizon - 1)[-1]
    far = 10**6
    ask = Ask((Target(model, points=far, by=last.first),), elastic="points")
    made = planner.loosely(ask, planner, limits, keep_targets=True)
    if made is None:
        return world.points(model, last.moment, frozenset()).low
    return min(each.points.low for each in made.evaluation.standings if each.model == model and each.span == last)


def value_of_budget(spots: tuple[Spot, ...], budget: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    """Return what each further thousand RUB of budget saves between neighbouring factors: (factor, saving per thousand RUB)."""
    known = [(each.at, each.cost) for each in spots if each.cost is not None]
    return tuple((b, (one - two) / (budget * (b - a))) for (a, one), (b, two) in pairwise(known))
