"""What survives: suppliers, countries or documents lost, one, two or many at a time, and the plan that survives any one exit.

Nothing is estimated: one and two losses are enumerated, and the Monte Carlo scores its scenarios exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Literal

from lokal.engine.dossier import Basis, Dossier
from lokal.errors import DossierError
from lokal.rulebook.model import Rulebook
from lokal.study.exposure import Exposure, Threshold, Unit, exposure
from lokal.study.plan.answer import Plan, Planner
from lokal.study.plan.model import MONTHS, Choice, Figure, Model, Project
from lokal.study.plan.solve import Limits
from lokal.study.plan.world import Loss
from lokal.study.scenarios import Chances, monte_carlo

Kind = Literal["supplier", "country", "document"]


@dataclass(frozen=True)
class Event:
    """One event to survive, with the units it takes: a supplier, a document, or all suppliers of a country."""

    kind: Kind
    name: str
    units: frozenset[Unit]


@dataclass(frozen=True)
class Fall:
    """A bar that a model holds now and would not hold after some events."""

    events: tuple[Event, ...]
    threshold: Threshold
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Robust:
    """The plan that keeps the hard targets under any single exit, beside the plain one; `fatal` are exits no plan survives."""

    plain: Plan
    plan: Plan
    exits: tuple[str, ...]
    fatal: tuple[str, ...]

    @property
    def price(self) -> Fraction | None:
        """Return what robustness costs over the plain plan, thousand RUB of present value."""
        if self.plain.evaluation is None or self.plan.evaluation is None:
            return None
        return self.plan.evaluation.cost - self.plain.evaluation.cost


@dataclass(frozen=True)
class Shock:
    """What losses would do: bars lost by one event, by two, and in random scenarios; the robust plan where there are measures."""

    exposed: Exposure
    single: tuple[Fall, ...]
    pairs: tuple[Fall, ...]
    chances: tuple[Chances, ...]
    robust: Robust | None = None


def fleet_project(dossiers: Iterable[Dossier], on: date, basis: Basis = "claimed") -> Project:
    """Return models as they are, as a project without measures in the quarter of a day; raises DossierError where two share an id."""
    starts = date(on.year, (on.month - 1) // MONTHS * MONTHS + 1, 1)
    models: dict[str, Model] = {}
    for each in dossiers:
        vehicle = each.vehicle
        if vehicle.id in models:
            raise DossierError(f"модель «{vehicle.id}» задана дважды", f"vehicle '{vehicle.id}' is given twice")
        models[vehicle.id] = Model(vehicle.id, vehicle.ru, vehicle.en, each, {})
    nothing = Figure(Decimal(0))
    return Project("fleet", "Парк моделей", "Fleet of models", starts, 1, nothing, tuple(models.values()), basis=basis)


def shock(
    project: Project, rulebook: Rulebook, choices: tuple[Choice, ...] = (), on: date | None = None, planner: Planner | None = None
) -> Shock:
    """Return what losing suppliers, countries or documents would do to a project on a day while a plan's measures work.

    The day is by default the first of the project's last quarter. Scenarios are those of the project's `exits`.
    """
    exposed = exposure((planner or Planner(project, rulebook)).world, choices, on)
    return Shock(exposed, falls(exposed), falls(exposed, 2), monte_carlo(exposed, project.exits))


def events(exposed: Exposure) -> tuple[Event, ...]:
    """Return every single event: each supplier, each country with its suppliers, each document."""
    single = [Event(unit.kind, unit.name, frozenset({unit})) for unit in exposed.units]
    countries: dict[str, set[Unit]] = {}
    for unit in exposed.units:
        supplier = exposed.project.suppliers.get(unit.name) if unit.kind == "supplier" else None
        if supplier and supplier.country:
            countries.setdefault(supplier.country, set()).add(unit)
    return (*single, *(Event("country", name, frozenset(units)) for name, units in sorted(countries.items())))


def falls(exposed: Exposure, together: int = 1) -> tuple[Fall, ...]:
    """Return the bars lost by every single event, or by every pair (`together` 2) that no single event of it breaks already."""
    found, known = [], events(exposed)
    broken: set[tuple[Event, Threshold]] = set()
    for size in range(1, together + 1):
        for group in combinations(known, size):
            for fall in _falls(exposed, group):
                if size == 1:
                    broken.add((group[0], fall.threshold))
                if size == together and (size == 1 or not any((each, fall.threshold) in broken for each in group)):
                    found.append(fall)
    return tuple(found)


def _falls(exposed: Exposure, group: tuple[Event, ...]) -> Iterator[Fall]:
    lost = frozenset(exposed.number(unit) for event in group for unit in event.units)
    for tables in exposed.models:
        before, after = tables.points(frozenset()), tables.points(lost)
        for threshold in exposed.thresholds:
            if threshold.model == tables.model and after < threshold.points <= before:
                yield Fall(group, threshold, before, after)


def robust(planner: Planner, limits: Limits | None = None, plain: Plan | None = None) -> Robust:
    """Return the cheapest plan whose hard targets hold without any one supplier, and what that costs over the plain plan."""
    limits = limits or Limits(seconds=120)
    plain = plain or planner.plan(limits=limits)
    names = sorted({each.supplier for each in planner.project.measures if each.supplier} | _stated(planner.project))
    losses = tuple(Loss(frozenset({name})) for name in names)
    made = planner.plan(planner.ask(losses=losses), limits)
    fatal = () if made.evaluation else tuple(
        name for name, loss in zip(names, losses, strict=True) if planner.plan(planner.ask(losses=(loss,)), limits).ending == "infeasible"
    )  # fmt: skip
    return Robust(plain, made, tuple(names), fatal)


def _stated(project: Project) -> set[str]:
    return {each.by for model in project.models for each in model.dossier.statements if each.by != "own"}
