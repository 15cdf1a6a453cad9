"""One vehicle through time: the law compiled once for each stretch of days on which it is constant, only changed blocks scored again."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lokal.engine.dossier import Dossier
from lokal.engine.interpret import Subject, interpret_block
from lokal.engine.known import Look, State, known_facts
from lokal.engine.outcome import ZERO, BlockOutcome, Bounds, Outcome
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.rulebook.timeline import turning_days
from lokal.scale.compile import Compiler
from lokal.scale.model import Scale, ScaleBlock
from lokal.study.eligibility import Verdict, eligibility


@dataclass(frozen=True)
class Moment:
    """A vehicle on a day: its score, without what readings would change, and its verdicts."""

    day: date
    scored: Score
    verdicts: tuple[Verdict, ...]

    @property
    def points(self) -> Bounds:
        """Points in total."""
        return self.scored.outcome.points


class Regimes:
    """The scales of a rulebook by day; within a regime no value of the law begins or ends, so one scale serves all its days."""

    def __init__(self, rulebook: Rulebook, *, known: date = date.max, readings: Mapping[str, str] | None = None) -> None:
        """Keep the question; scales are compiled when a day first asks for them."""
        self.rulebook = rulebook
        self._known = known
        self._readings = readings
        self._scales: dict[date, Scale] = {}
        self._changed: dict[tuple[date, date], frozenset[int]] = {}

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """The first days of all regimes."""
        return turning_days(self.rulebook)

    def first_day(self, day: date) -> date:
        """Return the first day of a day's regime; before the rulebook's first day, the day itself (compiling it is an error)."""
        position = bisect_right(self.turns, day)
        return self.turns[position - 1] if position else day

    def scale(self, day: date) -> Scale:
        """Return the scale of a day's regime. Raises RulebookError for a day before the rulebook's first."""
        first = self.first_day(day)
        if first not in self._scales:
            self._scales[first] = Compiler(self.rulebook, first, known=self._known, readings=self._readings).scale()
        return self._scales[first]

    def changed(self, before: date, after: date) -> frozenset[int]:
        """Return the positions of the blocks that differ between two days."""
        pair = (self.first_day(before), self.first_day(after))
        if pair not in self._changed:
            one, two = self.scale(before).blocks, self.scale(after).blocks
            self._changed[pair] = frozenset(place for place, blocks in enumerate(zip(one, two, strict=True)) if blocks[0] != blocks[1])
        return self._changed[pair]

    def moment(self, dossier: Dossier, look: Look, previous: Moment | None = None, *, same_facts: bool = False) -> Moment:
        """Return a vehicle on a day; with its previous moment, only blocks whose law or facts changed are scored again.

        `same_facts` says that nothing stated begins or ends between the two.
        """
        scale = self.scale(look.on)
        states = previous.scored.states if previous and same_facts else known_facts(dossier, scale.facts, look)
        vehicle = dossier.vehicle
        subject = Subject(vehicle.category, vehicle.powertrain, states, scale.facts)
        blocks = tuple(self._blocks(scale, subject, look.on, previous))
        points = previous.points if previous and all(map(_same, blocks, previous.scored.outcome.blocks)) else _total(blocks)
        scored = Score(dossier, look, scale, states, Outcome(points, blocks), ())
        return Moment(look.on, scored, eligibility(scored, self.rulebook))

    def _blocks(self, scale: Scale, subject: Subject, day: date, previous: Moment | None) -> list[BlockOutcome]:
        if previous is None:
            return [interpret_block(block, subject) for block in scale.blocks]
        law = self.changed(previous.day, day)
        facts = changed_facts(previous.scored.states, subject.states)
        return [
            interpret_block(block, subject) if place in law or (facts and _reads(before, facts)) else before
            for place, (block, before) in enumerate(zip(scale.blocks, previous.scored.outcome.blocks, strict=True))
        ]


def changed_facts(before: Mapping[str, State], after: Mapping[str, State]) -> frozenset[str]:
    """Return the facts of which something else is known."""
    if before is after:
        return frozenset()
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def worth(block: ScaleBlock, moment: Moment) -> Bounds:
    """Return a block's points under another law with the facts of a moment."""
    return interpret_block(block, moment.scored.subject).points


def _reads(block: BlockOutcome, facts: frozenset[str]) -> bool:
    return any(name in facts for operation in block.operations for name in operation.facts)


def _same(one: BlockOutcome, two: BlockOutcome) -> bool:
    return one is two


def _total(blocks: tuple[BlockOutcome, ...]) -> Bounds:
    total = ZERO
    for block in blocks:
        if block.points.high:
            total = total + block.points
    return total
