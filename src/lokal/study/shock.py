"""What survives: suppliers, countries or documents lost, one, two or many at a time.

For each model every term of the score becomes a table over the losses that touch it, filled in by the engine; a scenario is then a set
of bits and some look-ups. Nothing is estimated: one and two losses are enumerated, and the Monte Carlo scores its scenarios exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from lokal.engine.dossier import Statement
from lokal.engine.known import Look, known_facts
from lokal.errors import EngineError
from lokal.study.plan.answer import Plan, Planner, working
from lokal.study.plan.model import Choice, Exits, Model, Project
from lokal.study.plan.solve import Limits
from lokal.study.plan.world import NO_LOSS, Live, Loss, PartRef, World, without

if TYPE_CHECKING:
    from numpy import ndarray

Kind = Literal["supplier", "country", "document"]
MOST = 14
_BYTE = 8
_SAMPLE = 12


@dataclass(frozen=True, order=True)
class Unit:
    """One thing that can be lost by itself: a supplier or a document."""

    kind: Literal["supplier", "document"]
    name: str


@dataclass(frozen=True)
class Event:
    """One event to survive, with the units it takes: a supplier, a document, or all suppliers of a country."""

    kind: Kind
    name: str
    units: frozenset[Unit]


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
class Fall:
    """A bar that a model holds now and would not hold after some events."""

    events: tuple[Event, ...]
    threshold: Threshold
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Chances:
    """What the Monte Carlo found of a threshold: scenarios in which it holds, the worst points, and those of the worst twentieth."""

    threshold: Threshold
    holds: int
    scenarios: int
    worst: Fraction
    twentieth: Fraction


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


def draw(exposed: Exposure, exits: Exits) -> "ndarray[Any, Any]":
    """Return scenarios as rows of flags, one column a unit; suppliers of one country tend to leave together. Documents stay."""
    import numpy as np  # noqa: PLC0415  heavy, and an extra

    random = np.random.default_rng(exits.seed)
    count = exits.scenarios
    out = np.zeros((count, len(exposed.units)), dtype=bool)
    breaks = {name: random.random(count) < float(chance) for name, chance in sorted(exits.country.items())}
    for column, unit in enumerate(exposed.units):
        if unit.kind != "supplier":
            continue
        out[:, column] = random.random(count) < float(exits.supplier)
        supplier = exposed.project.suppliers.get(unit.name)
        if supplier and supplier.country in breaks:
            out[:, column] |= breaks[supplier.country] & (random.random(count) < float(exits.given_country))
    return out


def score_scenarios(exposed: Exposure, out: "ndarray[Any, Any]") -> tuple["ndarray[Any, Any]", int]:
    """Return the points of each scenario (row) and model (column) as whole numbers over a common denominator, and it."""
    import numpy as np  # noqa: PLC0415

    scale = _denominator(exposed)
    totals = np.empty((len(out), len(exposed.models)), dtype=np.int64)
    totals[:] = [int(each.rest * scale) for each in exposed.models]
    packed = np.packbits(out, axis=1, bitorder="little")
    for byte, table in enumerate(_byte_tables(exposed, scale)):
        if table is not None:
            totals += table[packed[:, byte]]
    bits = out.astype(np.int64)
    for column, model in enumerate(exposed.models):
        for units, values in model.tables:
            if len(units) > 1:
                place = sum((bits[:, unit] << bit for bit, unit in enumerate(units)), np.zeros(len(out), dtype=np.int64))
                totals[:, column] += np.array([int(value * scale) for value in values], dtype=np.int64)[place]
    return totals, scale


def _denominator(exposed: Exposure) -> int:
    numbers = (value for model in exposed.models for _, values in model.tables for value in values)
    return lcm(*(each.rest.denominator for each in exposed.models), *(value.denominator for value in numbers))


def _byte_tables(exposed: Exposure, scale: int) -> list["ndarray[Any, Any] | None"]:
    """Return, for each eight units, the points of all models for each of the 256 sets: only terms that hang on one unit."""
    import numpy as np  # noqa: PLC0415

    tables: list[Any] = [None] * ((len(exposed.units) + _BYTE - 1) // _BYTE)
    masks = np.arange(256)
    for column, model in enumerate(exposed.models):
        for units, values in model.tables:
            if len(units) == 1:
                byte, bit = divmod(units[0], _BYTE)
                if tables[byte] is None:
                    tables[byte] = np.zeros((256, len(exposed.models)), dtype=np.int64)
                kept, lost = (int(value * scale) for value in values)
                tables[byte][:, column] += np.where(masks >> bit & 1, lost, kept)
    return tables


def monte_carlo(exposed: Exposure, exits: Exits) -> tuple[Chances, ...]:
    """Return, for every bar, in how many scenarios it holds; a sample is scored again by the interpreter and must agree."""
    import numpy as np  # noqa: PLC0415

    out = draw(exposed, exits)
    totals, scale = score_scenarios(exposed, out)
    check_sample(exposed, out, totals, scale)
    found = []
    for threshold in exposed.thresholds:
        column = next(place for place, each in enumerate(exposed.models) if each.model == threshold.model)
        points = np.sort(totals[:, column])
        holds = int((points >= int(threshold.points * scale)).sum())
        worst, low = (Fraction(int(points[place]), scale) for place in (0, len(points) // 20))
        found.append(Chances(threshold, holds, len(points), worst, low))
    return tuple(found)


def check_sample(exposed: Exposure, out: "ndarray[Any, Any]", totals: "ndarray[Any, Any]", scale: int) -> None:
    """Score the most different scenarios of a sample again with the interpreter; raise EngineError if the tables disagree."""
    import numpy as np  # noqa: PLC0415

    rows = np.argsort(-out.sum(axis=1), kind="stable")[:_SAMPLE]
    for row in rows:
        lost = loss_of(unit for unit, flag in zip(exposed.units, out[row], strict=True) if flag)
        for column, model in enumerate(exposed.models):
            again = rescored(exposed, model.model, lost)
            if Fraction(int(totals[row, column]), scale) != again:
                raise EngineError(
                    f"таблицы разошлись с движком: {model.model}, {lost}", f"tables and interpreter disagree: {model.model}, {lost}"
                )


def rescored(exposed: Exposure, model: str, lost: Loss = NO_LOSS) -> Fraction:
    """Return the interpreter's low end for a model after a loss."""
    world = exposed.world
    live = working(exposed.project, exposed.choices, model, exposed.project.quarter_of(exposed.on))
    return world.points(model, world.moment(model, exposed.on), live, "", lost).low


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
