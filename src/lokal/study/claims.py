"""Which statements bring points and could be rejected, and what a score is without them.

A claim is what one performer states of one fact that an operation's points rest on. Facts that only describe the vehicle (what is
fitted, its kind, how many units there are) are not claims: an inspection does not reject them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import msgspec

from lokal.engine.dossier import Dossier, Statement
from lokal.engine.interpret import Subject, interpret_block
from lokal.engine.known import State, known_facts
from lokal.engine.outcome import Bounds
from lokal.result.score import Score
from lokal.rulebook.model import FactKind, Rulebook
from lokal.scale.model import Group, LadderAward, Need, PerUnitAward, RatioAward, Scale, ScaleBlock, ScaleCoefficient, ScaleOperation
from lokal.study.sums import total

_WORST_TOP: dict[FactKind, Decimal | None] = {"flag": Decimal(1), "share": Decimal(1)}


@dataclass(frozen=True, order=True, slots=True)
class Claim:
    """What one performer states of one fact."""

    fact: str
    by: str


def claim_facts(scale: Scale, rulebook: Rulebook) -> dict[str, bool]:
    """Return the facts that are claims, each with whether less of it is worse (True) or more (False, a foreign share)."""
    described = {name for name, fact in rulebook.facts.items() if fact.kind in {"flag", "count"}}
    described |= {block.fitted for block in scale.blocks if block.fitted} | set(_denominators(scale))
    found: dict[str, bool] = {}
    for block in scale.blocks:
        for operation in block.operations:
            for name, less_is_worse in _leaned_on(operation):
                if name not in described:
                    found[name] = found.get(name, False) or less_is_worse
    return found


def _denominators(scale: Scale) -> Iterator[str]:
    for operation in (operation for block in scale.blocks for operation in block.operations):
        award = operation.award
        share = award.share if isinstance(award, RatioAward | LadderAward) else None
        if share:
            yield share.of
        if isinstance(award, PerUnitAward):
            yield award.base


def _leaned_on(operation: ScaleOperation) -> Iterator[tuple[str, bool]]:
    """Yield the facts that an operation's points rest on, each with whether less of it is worse."""
    for need in operation.needs:
        yield from _needed(need)
    award = operation.award
    if isinstance(award, LadderAward):
        yield award.score, True
    if isinstance(award, PerUnitAward):
        yield award.amount, True
    elif award.share if isinstance(award, RatioAward | LadderAward) else None:
        share = award.share  # type: ignore[union-attr]
        yield share.count, True  # type: ignore[union-attr]


def _needed(need: Need) -> Iterator[tuple[str, bool]]:
    for each in need.any:
        yield from _needed(each)
    if need.fact and not (need.compare == "is" and not need.flag):
        yield need.fact, need.compare != "at_most"


def names_in(record: ScaleBlock | ScaleOperation | ScaleCoefficient) -> frozenset[str]:
    """Return every fact that a block, an operation or a coefficient may read."""
    found: set[str] = set()
    stack: list[object] = [record]
    while stack:
        node = stack.pop()
        for name in ("fact", "fitted", "score", "amount", "base", "count", "of"):
            value = getattr(node, name, None)
            if isinstance(value, str) and value and not isinstance(node, Group):
                found.add(value)
        if isinstance(node, tuple):
            stack.extend(node)
        elif hasattr(node, "__struct_fields__"):
            stack.extend(getattr(node, name) for name in node.__struct_fields__)
    return frozenset(found)


class Claims:
    """The claims of a scored vehicle, and its points with some of them rejected."""

    def __init__(self, scored: Score, rulebook: Rulebook) -> None:
        """Index the claims that hold on the day."""
        self.scored, self.rulebook = scored, rulebook
        self._worst = claim_facts(scored.scale, rulebook)
        self._kinds = scored.scale.facts
        self._readers: dict[str, list[int]] = {}
        for place, block in enumerate(scored.scale.blocks):
            for name in names_in(block):
                self._readers.setdefault(name, []).append(place)

    @cached_property
    def all(self) -> tuple[Claim, ...]:
        """Every claim used in the score that is worth more than its rejection, in order."""
        used = {
            Claim(name, each.by)
            for name in self._worst
            if (state := self.scored.states.get(name)) is not None and name in self._readers
            for each in state.used
            if self._rejected(each) != each
        }
        return tuple(sorted(used))

    @property
    def facts(self) -> frozenset[str]:
        """The facts that are claims."""
        return frozenset(self._worst)

    def touched(self, claims: Collection[Claim]) -> frozenset[int]:
        """Return the positions of the blocks that read the claims' facts."""
        return frozenset(place for claim in claims for place in self._readers.get(claim.fact, ()))

    def dossier_without(self, claims: Collection[Claim]) -> Dossier:
        """Return the dossier with some claims rejected: what they state is taken as known to be worthless."""
        dossier, gone = self.scored.dossier, set(claims)
        statements = tuple(self._rejected(each) if Claim(each.fact, each.by) in gone else each for each in dossier.statements)
        return msgspec.structs.replace(dossier, statements=statements)

    def _rejected(self, statement: Statement) -> Statement:
        worst = Decimal(0) if self._worst[statement.fact] else _WORST_TOP.get(self._kinds[statement.fact].kind)
        return msgspec.structs.replace(statement, low=Decimal(0) if worst is None else worst, high=worst)

    def points_without(self, claims: Collection[Claim], places: Collection[int] | None = None) -> Bounds:
        """Return the points of the whole vehicle, or of some blocks, with some claims rejected."""
        scale, vehicle = self.scored.scale, self.scored.dossier.vehicle
        states = {**self.scored.states, **self._states_without(claims)}
        subject = Subject(vehicle.category, vehicle.powertrain, states, scale.facts)
        touched = self.touched(claims)
        wanted = range(len(scale.blocks)) if places is None else places
        outcomes = self.scored.outcome.blocks
        return total(
            interpret_block(scale.blocks[place], subject).points if place in touched else outcomes[place].points for place in wanted
        )

    def _states_without(self, claims: Collection[Claim]) -> dict[str, State]:
        gone = set(claims)
        facts = {claim.fact for claim in claims}
        some = tuple(
            self._rejected(each) if Claim(each.fact, each.by) in gone else each for fact in facts for each in self._of_fact.get(fact, ())
        )
        dossier = msgspec.structs.replace(self.scored.dossier, statements=some)
        return known_facts(dossier, {name: self._kinds[name] for name in facts}, self.scored.look)

    @cached_property
    def _of_fact(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for each in self.scored.dossier.statements:
            found.setdefault(each.fact, []).append(each)
        return found
