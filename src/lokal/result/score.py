"""The score of one vehicle: the outcome with what it hangs on, which facts would narrow it, which readings it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lokal.engine.dossier import Dossier
from lokal.engine.interpret import Subject, interpret, interpret_block
from lokal.engine.known import Look, State, known_facts
from lokal.engine.outcome import BlockOutcome, Bounds, Outcome
from lokal.rulebook.choices import choices_in
from lokal.rulebook.model import Block, Rulebook
from lokal.scale.compile import Compiler
from lokal.scale.model import Scale


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact not known exactly, and the points that hang on it."""

    fact: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Stake:
    """What another option of a reading would do to the total."""

    reading: str
    chosen: str
    option: str
    change: Bounds


@dataclass(frozen=True)
class Score:
    """The score of a dossier on a day: everything that a person, a receipt or a study reads."""

    dossier: Dossier
    look: Look
    scale: Scale
    states: Mapping[str, State]
    outcome: Outcome
    stakes: tuple[Stake, ...]

    @property
    def low(self) -> Fraction:
        """Points that the vehicle has whatever the unknown facts turn out to be."""
        return self.outcome.points.low

    @property
    def high(self) -> Fraction:
        """The most points it can turn out to have."""
        return self.outcome.points.high

    @property
    def fitted(self) -> frozenset[str]:
        """The flags that say which components the vehicle has."""
        return frozenset(block.fitted for block in self.scale.blocks if block.fitted)

    @property
    def subject(self) -> Subject:
        """The vehicle as the engine sees it."""
        vehicle = self.dossier.vehicle
        return Subject(vehicle.category, vehicle.powertrain, self.states, self.scale.facts)

    def open_facts(self) -> tuple[OpenFact, ...]:
        """Return the facts that keep the score open, the most valuable first."""
        worth: dict[str, Fraction] = {}
        for block in self.outcome.blocks:
            for fact, points in _open_in(block).items():
                worth[fact] = worth.get(fact, Fraction(0)) + points
        ranked = sorted(worth.items(), key=lambda item: (-item[1], item[0]))
        return tuple(OpenFact(fact, points) for fact, points in ranked if points)


def score(  # noqa: PLR0913  a question has this many parts; all but three have defaults
    dossier: Dossier,
    rulebook: Rulebook,
    on: date,
    *,
    look: Look | None = None,
    readings: Mapping[str, str] | None = None,
    programme: str | None = None,
) -> Score:
    """Return the score of a dossier on a day.

    `look` sets basis and day of knowledge (default: everything claimed, all known); `readings` override defaults by name;
    `programme` asks for the total as one programme counts it. Raises RulebookError for a day before the rulebook's first,
    EngineError for an unknown reading or programme.
    """
    look = look or Look(on)
    compiler = Compiler(rulebook, on, known=look.known, readings=readings, programme=programme)
    scale = compiler.scale()
    states = known_facts(dossier, scale.facts, look)
    vehicle = dossier.vehicle
    outcome = interpret(scale, vehicle.category, vehicle.powertrain, states)
    subject = Subject(vehicle.category, vehicle.powertrain, states, scale.facts)
    return Score(dossier, look, scale, states, outcome, tuple(_stakes(compiler, subject, outcome)))


def _open_in(block: BlockOutcome) -> dict[str, Fraction]:
    """Return the block's open facts with the width of the parts they touch."""
    outcomes = {operation.id: operation for operation in block.operations}
    found: dict[str, Fraction] = {}
    for part in block.parts:
        if not part.points.width:
            continue
        worth: dict[str, Fraction] = {}
        for name in part.operations:
            outcome = outcomes[name]
            if outcome.counted == "no":
                continue
            for fact in outcome.open_facts:
                worth[fact] = min(part.points.width, worth.get(fact, Fraction(0)) + outcome.points.width)
        for fact, points in worth.items():
            found[fact] = found.get(fact, Fraction(0)) + points
    return found


def _stakes(compiler: Compiler, subject: Subject, outcome: Outcome) -> list[Stake]:
    """Score again, under each other option, only the blocks that a reading touches."""
    touched = _touched(compiler)
    before = {block.id: block.points for block in outcome.blocks}
    blocks = {block.id: block for block in compiler.rulebook.blocks}
    found = []
    for reading in compiler.rulebook.readings:
        chosen = compiler.readings[reading.id]
        names = [name for name in touched.get(reading.id, ()) if before[name].high or _may_wake(blocks[name], subject)]
        for option in reading.options:
            if option == chosen or not names:
                continue
            other = compiler.under({reading.id: option})
            low = high = Fraction(0)
            for name in names:
                points = interpret_block(other.block(blocks[name]), subject).points
                low, high = low + points.low - before[name].low, high + points.high - before[name].high
            if low or high:
                found.append(Stake(reading.id, chosen, option, Bounds(low, high)))
    return sorted(found, key=lambda stake: (-max(abs(stake.change.low), abs(stake.change.high)), stake.reading, stake.option))


def _may_wake(block: Block, subject: Subject) -> bool:
    """Tell whether a block without points could get some under another option: not when the vehicle lacks the component."""
    fitted = subject.states.get(block.fitted or f"{block.id}.fitted")
    return fitted is None or fitted.high != 0


def _touched(compiler: Compiler) -> dict[str, list[str]]:
    """Return, for each reading, the blocks whose points it may change."""
    found: dict[str, list[str]] = {}
    for block in compiler.rulebook.blocks:
        for name in {choice.by_reading for choice in choices_in(block)}:
            found.setdefault(name, []).append(block.id)
    for coefficient in compiler.rulebook.coefficients:
        if coefficient.programme in {None, compiler.programme}:
            for name in {choice.by_reading for choice in choices_in(coefficient)}:
                found.setdefault(name, []).extend(each for each in compiler.reach(coefficient) if each not in found.get(name, ()))
    return found
