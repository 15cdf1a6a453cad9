"""What a question asks of which days: the stretches on which a target can newly bind, and the measures that may serve a model freely.

A target is imposed only on days where it can newly bind: where some earlier day already asks as much of no better tables, it is
implied, as measures never stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from lokal.study.plan.model import Measure, Project, Target
from lokal.study.plan.tables import Tabler, Tables
from lokal.study.plan.world import NO_LOSS, Loss, Span, World


@dataclass(frozen=True)
class Ask:
    """A question to the optimiser: the targets, and what must survive."""

    targets: tuple[Target, ...]
    elastic: Literal["", "budget", "points", "smallest", "capacity"] = ""
    """Minimise the extra budget, the missing points, or the cars a year short of smallest volumes or over capacities, not the cost."""
    losses: tuple[Loss, ...] = ()
    """Losses under each of which the hard targets must hold as well."""
    budget_factor: Fraction = Fraction(1)
    later: int = 0
    """Quarters by which every measure's earliest start is put off."""


@dataclass(frozen=True)
class Instance:
    """A target on one stretch of days under one loss."""

    target: int
    span: Span
    bar: Fraction
    tables: Tables
    loss: Loss


def hard_spans(project: Project, world: World, target: Target) -> Iterator[Span]:
    """Yield the stretches of days on which a hard target must hold."""
    if target.by is None:
        return
    for quarter in range(project.quarter_of(target.by), project.horizon):
        for span in world.spans(target.model, quarter):
            if span.last >= target.by:
                yield span


def instances(world: World, tabler: Tabler, ask: Ask) -> Iterator[Instance]:
    """Yield the days on which the targets are to be imposed, leaving out those that earlier ones imply."""
    for number, target in enumerate(ask.targets):
        for loss in (NO_LOSS, *ask.losses):
            kept: list[Instance] = []
            for span in hard_spans(world.project, world, target):
                bar = world.bar(target, span.moment)
                if bar is None:
                    continue
                new = Instance(number, span, bar, tabler.tables(target.model, span.moment, target.programme, loss), loss)
                if not any(_implies(old, new) for old in kept):
                    kept.append(new)
                    yield new


def _implies(old: Instance, new: Instance) -> bool:
    if new.bar > old.bar or new.tables.rest < old.tables.rest or len(new.tables.terms) != len(old.tables.terms):
        return False
    for before, after in zip(old.tables.terms, new.tables.terms, strict=True):
        if after is not before and (
            before.measures != after.measures or any(now < then for (_, then), (_, now) in zip(before.values, after.values, strict=False))
        ):
            return False
    return all(term.monotone for term in new.tables.terms)


def free_pairs(world: World, tabler: Tabler, ask: Ask, binding: tuple[Instance, ...]) -> frozenset[tuple[str, str]]:
    """Return the (measure, model) for which serving costs nothing and never harms: such a measure serves the model from its start.

    The unit cost is not positive, the capacity holds all its models, no asked table falls when the measure is added, and each
    prerequisite that may serve the model is free for it as well.
    """
    falling = _falling(world, tabler, ask, binding)
    found: set[tuple[str, str]] = set()
    for measure in world.measures:
        if measure.unit.value > 0 or not _roomy(world.project, measure):
            continue
        for model in measure.models:
            needed = [name for name in measure.requires if model in world.project.measure(name).models]
            if (measure.id, model) not in falling and all((name, model) in found for name in needed):
                found.add((measure.id, model))
    return frozenset(found)


def _roomy(project: Project, measure: Measure) -> bool:
    """Tell whether the capacity is enough for all models in every year."""
    if measure.capacity is None:
        return True
    models = [project.model(name) for name in measure.models]
    return all(sum(each.volumes[year].value for each in models) <= measure.capacity.value for year in project.years())


def _falling(world: World, tabler: Tabler, ask: Ask, binding: tuple[Instance, ...]) -> set[tuple[str, str]]:
    """Return the (measure, model) that touch a table in which more measures may have fewer points."""
    asked = {(ask.targets[each.target].model, id(each.tables)): each.tables for each in binding}
    for target in ask.targets:
        for quarter in range(world.project.horizon) if target.per_car else ():
            for span in world.spans(target.model, quarter):
                tables = tabler.tables(target.model, span.moment, target.programme)
                asked[target.model, id(tables)] = tables
    return {(name, model) for (model, _), tables in asked.items() for term in tables.terms if not term.monotone for name in term.measures}
