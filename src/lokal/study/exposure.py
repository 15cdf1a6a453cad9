"""What each model's points hang on: suppliers and documents, as tables that the engine fills in.

For each model every term of the score becomes a table over the losses that touch it; a loss is then a set of bits and some look-ups.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from msgspec.structs import replace

from lokal.engine.dossier import Statement
from lokal.engine.known import Look, known_facts
from lokal.errors import EngineError, PlanError
from lokal.study.plan.answer import working
from lokal.study.plan.model import Choice, Model, Project
from lokal.study.plan.world import NO_LOSS, Live, Loss, PartRef, World, without

MOST = 14


@dataclass(frozen=True, order=True)
class Unit:
    """One thing that can be lost by itself: a supplier or a document."""

    kind: Literal["supplier", "document"]
    name: str


@dataclass(frozen=True)
class Threshold:
    """A bar of a model: a programme's, or a target's number of points."""

    model: str
    name: str
    points: Fraction


@dataclass(frozen=True)
class ModelTables:
    """A model's points: what no loss touches, and tables over the units (by number) that touch a term, bit by bit."""

    model: str
    rest: Fraction
    tables: tuple[tuple[tuple[int, ...], tuple[Fraction, ...]], ...]

    def points(self, lost: frozenset[int]) -> Fraction:
        """Return the low end of the points when some units are lost."""
        total = self.rest
        for units, values in self.tables:
            total += values[sum(1 << bit for bit, unit in enumerate(units) if unit in lost)]
        return total


@dataclass(frozen=True)
class Exposure:
    """Everything needed to score losses: units, thresholds, and each model's tables, on one day under one plan."""

    project: Project
    world: World
    on: date
    choices: tuple[Choice, ...]
    units: tuple[Unit, ...]
    thresholds: tuple[Threshold, ...]
    models: tuple[ModelTables, ...]

    def number(self, unit: Unit) -> int:
        """Return the number of a unit."""
        return self.units.index(unit)

    def tables(self, model: str) -> ModelTables:
        """Return a model's tables."""
        return next(each for each in self.models if each.model == model)


@dataclass(frozen=True)
class Said:
    """A model with its statements by fact."""

    model: Model
    by_fact: dict[str, list[Statement]]


def _said(model: Model) -> Said:
    by_fact: dict[str, list[Statement]] = {}
    for statement in model.dossier.statements:
        by_fact.setdefault(statement.fact, []).append(statement)
    return Said(model, by_fact)


def exposure(world: World, choices: tuple[Choice, ...] = (), on: date | None = None) -> Exposure:
    """Return a project's exposure on a day (default: the first of its last quarter) while a plan's measures work."""
    project = world.project
    day = on or project.first_day(project.horizon - 1)
    first = world.rulebook.manifest.starts
    if day < first:
        raise PlanError(
            f"на {day:%d.%m.%Y} закон не известен: он известен с {first:%d.%m.%Y}",
            f"the law is not known on {day.isoformat()}: it is known from {first.isoformat()}",
        )
    units = tuple(sorted({unit for model in project.models for unit in _units(world, model.id, choices)}))
    quarter = project.quarter_of(day)
    models = tuple(_tables(world, model.id, day, working(project, choices, model.id, quarter), units) for model in project.models)
    return Exposure(project, world, day, choices, units, tuple(_thresholds(world, day)), models)


def _units(world: World, model: str, choices: tuple[Choice, ...]) -> Iterator[Unit]:
    dossier = world.project.model(model).dossier
    for statement in dossier.statements:
        if statement.by != "own":
            yield Unit("supplier", statement.by)
        yield from (Unit("document", name) for name in statement.evidence)
    for choice in choices:
        supplier = world.project.measure(choice.measure).supplier
        if supplier and model in choice.models:
            yield Unit("supplier", supplier)


def _thresholds(world: World, day: date) -> Iterator[Threshold]:
    for model in world.project.models:
        moment = world.moment(model.id, day)
        for programme in world.rulebook.programmes:
            bars = world.bars(model.id, moment, programme.id)
            if bars:
                yield Threshold(model.id, programme.id, Fraction(max(each.high for each in bars)))
        for target in world.project.targets:
            if target.points is not None and target.model == model.id:
                yield Threshold(model.id, str(target.points), Fraction(target.points))


def loss_of(units: Iterable[Unit]) -> Loss:
    """Return the loss of some units."""
    lost = tuple(units)
    return Loss(
        frozenset(each.name for each in lost if each.kind == "supplier"), frozenset(each.name for each in lost if each.kind == "document")
    )


def _tables(world: World, model: str, day: date, live: Live, units: tuple[Unit, ...]) -> ModelTables:
    moment = world.moment(model, day)
    states = world.states(model, moment, live)
    touched = _touched(world, model, live, units)
    rest = world.points(model, moment, live).low
    found: dict[tuple[int, ...], list[Fraction]] = {}
    said = _said(world.project.model(model))
    for part in world.parts(moment):
        ours = tuple(sorted({number for fact in part.facts for number in touched.get(fact, ())}))
        if not ours:
            continue
        if len(ours) > MOST:
            raise EngineError(
                f"узел «{part.block.id}» зависит от {len(ours)} поставщиков и документов, больше {MOST}",
                f"block '{part.block.id}' hangs on {len(ours)} suppliers and documents, over {MOST}",
            )
        now = world.value(part, said.model, states)
        values = _values(world, said, moment, live, part, [units[number] for number in ours])
        if any(value != now for value in values):
            rest -= now
            sums = found.setdefault(ours, [Fraction(0)] * len(values))
            found[ours] = [one + two for one, two in zip(sums, values, strict=True)]
    return ModelTables(model, rest, tuple((key, tuple(values)) for key, values in found.items()))


def _values(world: World, said: Said, moment: date, live: Live, part: PartRef, units: Sequence[Unit]) -> list[Fraction]:  # noqa: PLR0913, PLR0917
    """Return a term's points for every set of losses, in the order of their bits; only what is said of its own facts is read."""
    model, values = said.model, []
    facts = {name: fact for name in part.facts if (fact := world.scale(moment).facts.get(name))}
    own = tuple(each for name in sorted(part.facts) for each in said.by_fact.get(name, ()))
    dossier, look = replace(model.dossier, statements=own), Look(moment, basis=world.project.basis)
    for mask in range(1 << len(units)):
        lost = loss_of(unit for bit, unit in enumerate(units) if mask >> bit & 1)
        base = known_facts(without(dossier, lost), facts, look)
        values.append(world.value(part, model, world.applied(base, world.live(model.id, live, lost), part.facts)))
    return values


def _touched(world: World, model: str, live: Live, units: tuple[Unit, ...]) -> dict[str, set[int]]:
    """Return, for each fact, the numbers of the units whose loss may change it."""
    number = {unit: place for place, unit in enumerate(units)}
    touched: dict[str, set[int]] = {}
    for statement in world.project.model(model).dossier.statements:
        behind = [Unit("document", name) for name in statement.evidence]
        behind += [Unit("supplier", statement.by)] if statement.by != "own" else []
        touched.setdefault(statement.fact, set()).update(number[unit] for unit in behind)
    for measure in world.live(model, live):
        if measure.supplier:
            for effect in measure.effects:
                touched.setdefault(effect.fact, set()).add(number[Unit("supplier", measure.supplier)])
    return touched


def rescored(exposed: Exposure, model: str, lost: Loss = NO_LOSS) -> Fraction:
    """Return the interpreter's low end for a model after a loss."""
    world = exposed.world
    live = working(exposed.project, exposed.choices, model, exposed.project.quarter_of(exposed.on))
    return world.points(model, world.moment(model, exposed.on), live, "", lost).low
