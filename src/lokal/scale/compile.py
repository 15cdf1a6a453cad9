"""Compile a rulebook into the scale of one day: values in force are picked, readings settled, gates turned into bounds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

import msgspec

from lokal.errors import EngineError, RulebookError
from lokal.rulebook.facts import ALWAYS, DONE, declared_facts, full_name
from lokal.rulebook.model import (
    Act,
    Award,
    Block,
    ByReading,
    Category,
    Cited,
    Coefficient,
    Fact,
    Fixed,
    Ladder,
    Operation,
    PerUnit,
    Points,
    Powertrain,
    Programme,
    Ratio,
    Rulebook,
    Span,
    Test,
    Value,
)
from lokal.rulebook.timeline import FOREVER, end_of, in_force, start_of
from lokal.rulebook.words import nearest
from lokal.scale.model import (
    Case,
    Cite,
    FactorCase,
    FixedAward,
    Group,
    LadderAward,
    Need,
    PerUnitAward,
    RatioAward,
    Scale,
    ScaleAward,
    ScaleBar,
    ScaleBlock,
    ScaleCoefficient,
    ScaleOperation,
    ScaleProgramme,
    Share,
)

CATEGORIES: tuple[Category, ...] = ("M1", "N1", "N2", "N3", "M2", "M3")
POWERTRAINS: tuple[Powertrain, ...] = ("ice", "hybrid", "ev")
T = TypeVar("T")


def compile_scale(
    rulebook: Rulebook,
    on: date,
    *,
    known: date | None = None,
    readings: Mapping[str, str] | None = None,
    programme: str | None = None,
) -> Scale:
    """Return the scale of a day.

    `known` is the day as of which the law is known (default: all that the rulebook knows); `readings` override defaults by name;
    `programme` asks for the total that one programme counts. Raises RulebookError for a day before the rulebook's first, EngineError
    for an unknown reading, option or programme.
    """
    return Compiler(rulebook, on, known=known, readings=readings, programme=programme).scale()


def settle_readings(rulebook: Rulebook, chosen: Mapping[str, str] | None) -> dict[str, str]:
    """Return every reading with the option that counts: the chosen one or the default."""
    known = {reading.id: reading for reading in rulebook.readings}
    for name, option in (chosen or {}).items():
        if name not in known:
            hint = nearest(name, known)
            raise EngineError(f"нет толкования «{name}»" + _maybe_ru(hint), f"no reading '{name}'" + _maybe_en(hint))
        if option not in known[name].options:
            listed = ", ".join(known[name].options)
            raise EngineError(
                f"у толкования «{name}» нет варианта «{option}»: {listed}", f"reading '{name}' has no option '{option}': {listed}"
            )
    return {name: (chosen or {}).get(name, reading.default) for name, reading in known.items()}


def _maybe_ru(hint: str) -> str:
    return f", возможно «{hint}»" if hint else ""


def _maybe_en(hint: str) -> str:
    return f", did you mean '{hint}'" if hint else ""


@dataclass(frozen=True)
class _Moment:
    """The day asked for and the day as of which the law is known."""

    on: date
    known: date


class Compiler:
    """Compiles blocks for one day; a block may be compiled again under another reading without the rest."""

    def __init__(
        self,
        rulebook: Rulebook,
        on: date,
        *,
        known: date | None = None,
        readings: Mapping[str, str] | None = None,
        programme: str | None = None,
    ) -> None:
        """Check the days, readings and programme, and keep the indexes."""
        first = rulebook.manifest.starts
        moment = _Moment(on, known or date.max)
        for day in (moment.on, moment.known):
            if day < first:
                raise RulebookError(
                    f"свод правил знает закон с {first:%d.%m.%Y}, а спрошен день {day:%d.%m.%Y}",
                    f"the rulebook knows the law from {first.isoformat()}, the day asked is {day.isoformat()}",
                    code="no-law-on-day",
                )
        if programme is not None and programme not in {each.id for each in rulebook.programmes}:
            hint = nearest(programme, [each.id for each in rulebook.programmes])
            raise EngineError(f"нет меры поддержки «{programme}»" + _maybe_ru(hint), f"no programme '{programme}'" + _maybe_en(hint))
        self.rulebook = rulebook
        self.moment = moment
        self.programme = programme
        self.readings = settle_readings(rulebook, readings)
        self.acts: dict[str, Act] = {act.id: act for act in rulebook.acts}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact a dossier may state."""
        return declared_facts(self.rulebook)

    @cached_property
    def gates(self) -> dict[str, Decimal]:
        """The bound of each gate on the day."""
        found = {}
        for gate in self.rulebook.gates:
            for value in gate.values:
                bound = self.pick(value.at_least)
                if bound is not None and self._holds(value, ""):
                    found[gate.id] = bound
        return found

    def under(self, readings: Mapping[str, str]) -> "Compiler":
        """Return a compiler of the same day under some other options."""
        chosen = {**self.readings, **readings}
        return Compiler(self.rulebook, self.moment.on, known=self.moment.known, readings=chosen, programme=self.programme)

    def reach(self, coefficient: Coefficient) -> set[str]:
        """Return the blocks that a coefficient may touch under any option."""
        groups = {f"@{file.group}": [block.id for block in file.blocks] for file in self.rulebook.files}
        lists = coefficient.blocks.options.values() if isinstance(coefficient.blocks, ByReading) else (coefficient.blocks,)
        return {block for names in lists for name in names for block in groups.get(name, [name])}

    def scale(self) -> Scale:
        """Return the whole compiled scale with its hash."""
        bare = Scale(
            rulebook=self.rulebook.manifest.id,
            version=self.rulebook.manifest.version,
            rulebook_hash=self.rulebook.hash,
            on=self.moment.on,
            known=self.moment.known,
            readings=self.readings,
            programme=self.programme,
            facts=self.facts,
            blocks=tuple(self.block(block) for block in self.rulebook.blocks),
            programmes=tuple(self._programme(each) for each in self.rulebook.programmes),
        )
        digest = hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()
        return msgspec.structs.replace(bare, hash=digest)

    def block(self, block: Block) -> ScaleBlock:
        """Return one block on the day."""
        return ScaleBlock(
            id=block.id,
            fitted=_fitted(block),
            operations=tuple(self._operation(block, operation) for operation in block.operations),
            groups=tuple(Group(arms=group.arms, count=self._sure(group.count)) for group in block.alternatives),
            coefficients=tuple(self._coefficients(block)),
        )

    def pick(self, choice: T | ByReading[T] | None) -> T | None:
        """Return a choice's literal under the readings, or None where the option lists nothing."""
        if isinstance(choice, ByReading):
            return choice.options.get(self.readings[choice.by_reading])
        return choice

    def _points(self, choice: Points | ByReading[Points]) -> Points | None:
        return choice.options.get(self.readings[choice.by_reading]) if isinstance(choice, ByReading) else choice

    def _sure(self, choice: T | ByReading[T]) -> T:
        literal = self.pick(choice)
        if literal is None:
            raise EngineError(f"толкование не даёт значения: {choice}", f"the reading gives no value: {choice}")
        return literal

    def _holds(self, span: Span, default_act: str) -> bool:
        return in_force(span, self.acts, default_act, self.moment.on, self.moment.known)

    def _cite(self, value: Cited, default_act: str) -> Cite:
        end = end_of(value, self.acts, self.moment.known)
        return Cite(
            act=value.act or default_act,
            place=value.place,
            hash=value.hash,
            from_=start_of(value, self.acts, default_act),
            to=None if end == FOREVER else end,
        )

    def _operation(self, block: Block, operation: Operation) -> ScaleOperation:
        default = (DONE,) if isinstance(operation.award, Fixed) else ()
        requires = operation.requires if operation.requires is not None else default
        award = self._award(block, operation)
        needs = tuple(self._need(block, need, operation.id) for need in requires)
        fitted = _fitted(block)
        if fitted and not _speaks_of(block, award, needs):
            needs += (Need(fact=fitted),)
        return ScaleOperation(
            id=operation.id,
            award=award,
            needs=needs,
            cases=tuple(self._cases(block, operation.values)),
        )

    def _cases(self, block: Block, values: Iterable[Value]) -> Iterator[Case]:
        allowed = self.pick(block.powertrain) or POWERTRAINS
        for value in values:
            points = self._points(value.points)
            if points is None or not self._holds(value, block.act):
                continue
            low, high = bounds_of(points)
            drives = self.pick(value.powertrain) or POWERTRAINS
            yield Case(
                low=low,
                high=high,
                category=tuple(each for each in value.category or CATEGORIES if each in (block.category or CATEGORIES)),
                powertrain=tuple(each for each in drives if each in allowed),
                cite=self._cite(value, block.act),
                when=tuple(self._need(block, test) for test in value.when),
                band=self.pick(value.band),
                rounding=self.pick(value.rounding),
            )

    def _award(self, block: Block, operation: Operation) -> ScaleAward:
        award: Award = operation.award
        own = full_name(block, operation.id)
        if isinstance(award, Ratio):
            return RatioAward(self._share(block, award, own))
        if isinstance(award, Ladder):
            return LadderAward(own, self._share(block, award.ratio, own) if award.ratio else None)
        if isinstance(award, PerUnit):
            return self._per_unit(block, award)
        return FixedAward()

    def _per_unit(self, block: Block, award: PerUnit) -> PerUnitAward:
        caps = tuple(self._cases(block, award.caps))
        return PerUnitAward(
            amount=full_name(block, award.amount),
            base=full_name(block, award.base),
            unit=award.unit,
            units_rounding=self._sure(award.units_rounding),
            rounding=self._sure(award.rounding),
            caps=caps,
        )

    def _share(self, block: Block, ratio: Ratio, own: str) -> Share:
        count = full_name(block, ratio.count) if ratio.count else own
        return Share(count=count, of=full_name(block, self._sure(ratio.of)), rounding=self._sure(ratio.rounding))

    def _need(self, block: Block | None, test: Test | str, operation: str = "") -> Need:
        if isinstance(test, str):
            return Need(fact=f"{block.id}.{operation}" if block else operation)
        if test.any:
            return Need(compare="any", any=tuple(self._need(block, each) for each in test.any))
        name = full_name(block, test.fact) if block else test.fact
        if test.is_ is not None:
            return Need(fact=name, flag=test.is_ == "yes")
        if test.at_most is not None:
            return Need(fact=name, compare="at_most", bound=self._sure(test.at_most))
        bound = self._gate(test.reaches) if test.reaches else self._sure(test.at_least or Decimal(0))
        return Need(fact=name, compare="at_least", bound=bound)

    def _gate(self, name: str) -> Decimal:
        if name not in self.gates:
            raise RulebookError(
                f"у планки «{name}» нет значения на день", f"the gate '{name}' has no value on the day", code="no-law-on-day"
            )
        return self.gates[name]

    def _coefficients(self, block: Block) -> Iterator[ScaleCoefficient]:
        for coefficient in self._coefficients_of.get(block.id, ()):
            cases = [
                FactorCase(factor, tuple(self._need(None, test) for test in value.requires), self._cite(value, ""))
                for value in coefficient.values
                if self._holds(value, "") and (factor := self._sure(value.factor)) != 1
            ]
            if cases:
                yield ScaleCoefficient(
                    id=coefficient.id,
                    cases=tuple(cases),
                    rounding=self._sure(coefficient.rounding),
                    over_cap=self._sure(coefficient.over_cap),
                )

    @cached_property
    def _coefficients_of(self) -> dict[str, list[Coefficient]]:
        groups = {f"@{file.group}": [block.id for block in file.blocks] for file in self.rulebook.files}
        found: dict[str, list[Coefficient]] = {}
        for coefficient in self.rulebook.coefficients:
            if coefficient.programme not in {None, self.programme}:
                continue
            for block in dict.fromkeys(block for name in self._sure(coefficient.blocks) for block in groups.get(name, [name])):
                found.setdefault(block, []).append(coefficient)
        return found

    def _programme(self, programme: Programme) -> ScaleProgramme:
        bars = []
        for bar in programme.values:
            points = self._points(bar.points)
            if points is None or not self._holds(bar, ""):
                continue
            low, high = bounds_of(points)
            bars.append(
                ScaleBar(
                    low=low,
                    high=high,
                    category=bar.category or CATEGORIES,
                    powertrain=self.pick(bar.powertrain) or POWERTRAINS,
                    when=tuple(self._need(None, test) for test in bar.when),
                    share=bar.share,
                    source=bar.source,
                    cite=self._cite(bar, ""),
                    standing=bar.standing,
                )
            )
        return ScaleProgramme(programme.id, tuple(bars))


def _fitted(block: Block) -> str | None:
    """Return the flag that says whether the vehicle has the component, or None where every vehicle has it."""
    if block.fitted == ALWAYS:
        return None
    return block.fitted or full_name(block, "fitted")


def _speaks_of(block: Block, award: ScaleAward, needs: Iterable[Need]) -> bool:
    """Tell whether points take a fact of the component itself: to state one is to say that the component is there."""

    def own(name: str) -> bool:
        return name.startswith(f"{block.id}.")

    def asks(need: Need) -> bool:
        return all(asks(each) for each in need.any) if need.any else own(need.fact)

    return any(own(name) for name in _measures(award)) or any(asks(need) for need in needs)


def _measures(award: ScaleAward) -> tuple[str, ...]:
    if isinstance(award, RatioAward):
        return award.share.count, award.share.of
    if isinstance(award, LadderAward):
        return (award.score,)
    return (award.amount, award.base) if isinstance(award, PerUnitAward) else ()


def bounds_of(points: Points) -> tuple[int, int]:
    """Return points as low and high."""
    return points if isinstance(points, tuple) else (points, points)
