"""The law and the facts that a plan meets: days on which something changes, states under working measures, points and bars.

All points come from `interpret` and `interpret_block` of the engine; nothing here knows how an award counts.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from msgspec.structs import replace

from lokal.engine.dossier import Dossier
from lokal.engine.interpret import Subject, condition, interpret, interpret_block
from lokal.engine.known import NOTHING, Look, State, evidence_end, known_facts
from lokal.engine.outcome import Bounds, Outcome
from lokal.errors import EngineError, PlanError
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.timeline import turning_days
from lokal.scale.compile import Compiler
from lokal.scale.model import LadderAward, Need, PerUnitAward, RatioAward, Scale, ScaleBar, ScaleBlock, ScaleOperation
from lokal.study.plan.model import Effect, Measure, Model, Project, Target
from lokal.study.plan.order import ancestors

_ONE = timedelta(days=1)
Live = frozenset[str]
NOBODY: Live = frozenset()


@dataclass(frozen=True)
class Span:
    """A stretch of days of one quarter on which neither law nor facts change; `moment` is the day that stands for them."""

    quarter: int
    first: date
    last: date
    moment: date


@dataclass(frozen=True, eq=False)
class PartRef:
    """One term of a scale's sum: a block cut down to it, and every fact its points may depend on."""

    block: ScaleBlock
    facts: frozenset[str]


@dataclass(frozen=True)
class Loss:
    """What falls away: suppliers (by their measures and statements) and documents."""

    suppliers: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


NO_LOSS = Loss()


@dataclass
class World:
    """Looks up, and remembers, everything that depends on law, dossiers and measures."""

    project: Project
    rulebook: Rulebook
    _scales: dict[tuple[date, str], Scale] = field(default_factory=dict)
    _parts: dict[tuple[date, str], tuple[PartRef, ...]] = field(default_factory=dict)
    _refs: dict[ScaleBlock, tuple[PartRef, ...]] = field(default_factory=dict)
    _bases: dict[tuple[str, date, Loss], dict[str, State]] = field(default_factory=dict)
    _points: dict[tuple[str, date, Live, str, Loss], Bounds] = field(default_factory=dict)
    _values: dict[tuple[int, str, str, tuple[tuple[Fraction, Fraction | None], ...]], Fraction] = field(default_factory=dict)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Measures that can work within the plan, each after those it requires."""
        before = ancestors({each.id: each.requires for each in self.project.measures})
        able = {each.id for each in self.project.measures if self.project.can_start(each)}
        usable = [each for each in self.project.measures if each.id in able and before[each.id] <= able]
        return tuple(sorted(usable, key=lambda each: len(before[each.id])))

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        return declared_facts(self.rulebook)

    @cached_property
    def _law_days(self) -> tuple[date, ...]:
        return turning_days(self.rulebook)

    @cached_property
    def _own_days(self) -> dict[str, list[date]]:
        return {model.id: sorted({*self._law_days, *_fact_days(model.dossier)}) for model in self.project.models}

    @cached_property
    def _counted_apart(self) -> frozenset[str]:
        return frozenset(each.programme for each in self.rulebook.coefficients if each.programme)

    def spans(self, model: str, quarter: int) -> tuple[Span, ...]:
        """Return the stretches of a quarter on which nothing changes for a model."""
        first, end = self.project.first_day(quarter), self.project.first_day(quarter + 1)
        inner = [day for day in self._own_days[model] if first < day < end]
        starts = [first, *inner]
        ends = [*(day - _ONE for day in inner), end - _ONE]
        return tuple(Span(quarter, start, last, self.moment(model, start)) for start, last in zip(starts, ends, strict=True))

    def moment(self, model: str, day: date) -> date:
        """Return the last day up to `day` on which law or facts changed: it stands for all days until the next change."""
        days = self._own_days[model]
        return days[max(0, bisect_right(days, day) - 1)]

    def scale(self, moment: date, programme: str = "") -> Scale:
        """Return the scale of a moment, as one programme counts it where that differs."""
        law = self._law_days[max(0, bisect_right(self._law_days, moment) - 1)]
        key = (law, programme if programme in self._counted_apart else "")
        if key not in self._scales:
            compiler = Compiler(self.rulebook, law, readings=self.project.readings, programme=key[1] or None)
            self._scales[key] = compiler.scale()
        return self._scales[key]

    def parts(self, moment: date, programme: str = "") -> tuple[PartRef, ...]:
        """Return every term of the scale of a moment."""
        scale = self.scale(moment, programme)
        key = (scale.on, scale.programme or "")
        if key not in self._parts:
            refs: list[PartRef] = []
            for block in scale.blocks:
                if block not in self._refs:
                    self._refs[block] = tuple(_terms(block))
                refs.extend(self._refs[block])
            self._parts[key] = tuple(refs)
        return self._parts[key]

    def base(self, model: str, moment: date, loss: Loss = NO_LOSS) -> dict[str, State]:
        """Return what is known of a model's facts without any measure."""
        key = (model, moment, loss)
        if key not in self._bases:
            dossier = without(self.project.model(model).dossier, loss)
            self._bases[key] = known_facts(dossier, self.scale(moment).facts, Look(moment, basis=self.project.basis))
        return self._bases[key]

    def live(self, model: str, names: Iterable[str], loss: Loss = NO_LOSS) -> tuple[Measure, ...]:
        """Return the measures of a set that work for a model, in the order of their effects."""
        chosen = set(names)
        return tuple(m for m in self.measures if m.id in chosen and model in m.models and m.supplier not in loss.suppliers)

    def states(self, model: str, moment: date, live: Live, loss: Loss = NO_LOSS) -> dict[str, State]:
        """Return what is known of a model's facts while measures work."""
        return self.applied(self.base(model, moment, loss), self.live(model, live, loss))

    def applied(self, base: dict[str, State], live: Iterable[Measure], only: frozenset[str] | None = None) -> dict[str, State]:
        """Return states after the effects of measures given in the order of their prerequisites; `only` these facts if named."""
        working, states = tuple(live), dict(base)
        effects = [effect for each in working for effect in each.effects if only is None or effect.fact in only]
        for effect in effects:
            if effect.how == "set":
                states[effect.fact] = State(Fraction(effect.value), Fraction(effect.value))
        for effect in effects:
            if effect.how == "add":
                states = self.moved(states, effect, Fraction(effect.value))
        return states

    def moved(self, base: dict[str, State], effect: Effect, amount: Fraction) -> dict[str, State]:
        """Return states with an amount added to the fact of an effect."""
        before = base.get(effect.fact) or NOTHING[effect.kind]
        return {**base, effect.fact: _added(before, effect, amount)}

    def points(self, model: str, moment: date, live: Live, programme: str = "", loss: Loss = NO_LOSS) -> Bounds:
        """Return the interpreter's total for a model while measures work."""
        scale = self.scale(moment, programme)
        live = frozenset(each.id for each in self.live(model, live, loss))
        key = (model, moment, live, scale.programme or "", loss)
        if key not in self._points:
            vehicle = self.project.model(model).dossier.vehicle
            self._points[key] = interpret(scale, vehicle.category, vehicle.powertrain, self.states(model, moment, live, loss)).points
        return self._points[key]

    def outcome(self, model: str, moment: date, live: Live, loss: Loss = NO_LOSS) -> Outcome:
        """Return the interpreter's whole outcome for a model while measures work."""
        vehicle = self.project.model(model).dossier.vehicle
        return interpret(self.scale(moment), vehicle.category, vehicle.powertrain, self.states(model, moment, live, loss))

    def value(self, part: PartRef, model: Model, states: dict[str, State]) -> Fraction:
        """Return the low end of one term under given states."""
        vehicle, facts = model.dossier.vehicle, self._facts
        known = tuple((state.low, state.high) for state in (states.get(name) or NOTHING[facts[name].kind] for name in sorted(part.facts)))
        key = (id(part), vehicle.category, vehicle.powertrain, known)
        if key not in self._values:
            subject = Subject(vehicle.category, vehicle.powertrain, states, facts)
            self._values[key] = interpret_block(part.block, subject).points.low
        return self._values[key]

    def bars(self, model: str, moment: date, programme: str, live: Live = NOBODY) -> tuple[ScaleBar, ...]:
        """Return the bars of a programme that may apply to a model."""
        scale = self.scale(moment, programme)
        vehicle = self.project.model(model).dossier.vehicle
        subject = Subject(vehicle.category, vehicle.powertrain, self.states(model, moment, live), scale.facts)
        compiled = next(each for each in scale.programmes if each.id == programme)
        return tuple(
            bar
            for bar in compiled.bars
            if vehicle.category in bar.category
            and vehicle.powertrain in bar.powertrain
            and all(condition(need, subject) is not False for need in bar.when)
        )

    def bar(self, target: Target, moment: date) -> Fraction | None:
        """Return the points that a target asks on a day, or None where its programme has no bar then."""
        if target.points is not None:
            return Fraction(target.points)
        bars = self.bars(target.model, moment, target.programme)
        return Fraction(max(each.high for each in bars)) if bars else None


def without(dossier: Dossier, loss: Loss) -> Dossier:
    """Return a dossier without what a loss takes: statements by lost suppliers, and those whose every document is lost.

    A lost document leaves the evidence too, so that under the documented basis a statement loses its proof.
    """
    if loss == NO_LOSS:
        return dossier
    kept = tuple(
        replace(each, evidence=tuple(name for name in each.evidence if name not in loss.documents))
        for each in dossier.statements
        if each.by not in loss.suppliers and not (each.evidence and set(each.evidence) <= loss.documents)
    )
    return replace(dossier, statements=kept)


def _added(state: State, effect: Effect, amount: Fraction) -> State:
    low, high = state.low + amount, None if state.high is None else state.high + amount
    if effect.kind == "share":
        low, high = min(low, Fraction(1)), min(high or Fraction(1), Fraction(1))
    return State(low, high, state.doubt if low != high else None, state.used)


def _fact_days(dossier: Dossier) -> Iterator[date]:
    """Yield the days on which a dossier's facts, or the force of its documents, change."""
    for statement in dossier.statements:
        if statement.from_:
            yield statement.from_
        if statement.to:
            yield statement.to + _ONE
    for paper in dossier.evidence.values():
        end = evidence_end(paper)
        if paper.issued:
            yield paper.issued
        if end and end < date.max:
            yield end + _ONE


def _terms(block: ScaleBlock) -> Iterator[PartRef]:
    """Cut a block into the terms of its sum: groups of alternatives, and free operations."""
    shared = {block.fitted} if block.fitted else set()
    for coefficient in block.coefficients:
        shared.update(name for case in coefficient.cases for need in case.needs for name in _facts_of(need))
    by_name = {operation.id: operation for operation in block.operations}
    grouped: set[str] = set()
    for group in block.groups:
        names = {name for arm in group.arms for name in arm}
        grouped |= names
        own = tuple(operation for operation in block.operations if operation.id in names)
        yield PartRef(replace(block, operations=own, groups=(group,)), frozenset(shared).union(*(_reads(each) for each in own)))
    for name, operation in by_name.items():
        if name not in grouped:
            yield PartRef(replace(block, operations=(operation,), groups=()), frozenset(shared) | _reads(operation))


def _reads(operation: ScaleOperation) -> frozenset[str]:
    """Return every fact that an operation may read."""
    award = operation.award
    found = {name for need in operation.needs for name in _facts_of(need)}
    cases = (*operation.cases, *award.caps) if isinstance(award, PerUnitAward) else operation.cases
    found.update(name for case in cases for need in case.when for name in _facts_of(need))
    if isinstance(award, PerUnitAward):
        found.update((award.amount, award.base))
    share = award.share if isinstance(award, RatioAward | LadderAward) else None
    if isinstance(award, LadderAward):
        found.add(award.score)
    if share:
        found.update((share.count, share.of))
    return frozenset(found)


def _facts_of(need: Need) -> Iterator[str]:
    if need.compare == "any":
        for each in need.any:
            yield from _facts_of(each)
    else:
        yield need.fact


def check_targets(world: World) -> None:
    """Refuse a target whose programme never has a bar for the model, or whose bar a measure of the plan would change."""
    project = world.project
    for target in project.targets:
        moments = {span.moment for quarter in range(project.horizon) for span in world.spans(target.model, quarter)}
        if target.programme and all(world.bar(target, moment) is None for moment in moments):
            raise PlanError(
                f"у меры «{target.programme}» нет порога для модели «{target.model}» в дни плана",
                f"programme '{target.programme}' has no bar for model '{target.model}' on the plan's days",
            )
        if not target.programme:
            continue
        deciding = {
            name
            for moment in moments
            for bar in world.bars(target.model, moment, target.programme)
            for need in bar.when
            for name in _facts_of(need)
        }
        for measure in project.measures:
            if target.model in measure.models and any(effect.fact in deciding for effect in measure.effects):
                raise EngineError(
                    f"мероприятие «{measure.id}» меняет сам порог меры «{target.programme}»: такое пока не планируется",
                    f"measure '{measure.id}' changes the bar of '{target.programme}' itself: not planned yet",
                )


def quarters_money(rate: Decimal, horizon: int) -> tuple[Fraction, ...]:
    """Return the discount factor of each quarter: a yearly rate, a quarter of it counted each quarter.

    >>> quarters_money(Decimal("0.4"), 3)
    (Fraction(1, 1), Fraction(10, 11), Fraction(100, 121))
    """
    step = 1 / (1 + Fraction(rate) / 4)
    return tuple(step**quarter for quarter in range(horizon))
