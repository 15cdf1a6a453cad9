"""Points of each touched term as a table over the measures that touch it, filled in by the engine.

A term touched by up to MOST measures gets one value for each set of them that can work together. A term touched by more is accepted
where all of them add to one same fact: then its points are a function of the sum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import NoReturn

from lokal.engine.known import State
from lokal.errors import EngineError
from lokal.study.plan.model import Effect, Measure, Model
from lokal.study.plan.world import NO_LOSS, Loss, PartRef, World

MOST = 9
MOST_SUMS = 4000
Mask = int


@dataclass(frozen=True)
class Table:
    """Points of a term by the set of touching measures that work, as a bit mask over `measures`; impossible sets are left out."""

    measures: tuple[str, ...]
    values: tuple[tuple[Mask, Fraction], ...]

    @cached_property
    def monotone(self) -> bool:
        """Tell whether more working measures never take points away."""
        return grows(dict(self.values))


@dataclass(frozen=True)
class SumTable:
    """Points of a term by the sum of what the working measures add, ascending."""

    measures: tuple[str, ...]
    amounts: tuple[Fraction, ...]
    values: tuple[tuple[Fraction, Fraction], ...]

    @property
    def monotone(self) -> bool:
        """Tell that more never takes points away: a table of sums is refused otherwise."""
        return True


@dataclass(frozen=True)
class Tables:
    """A model's points at a moment: what no measure touches, and the touched terms."""

    rest: Fraction
    terms: tuple[Table | SumTable, ...]


@dataclass
class Tabler:
    """Makes tables and remembers them."""

    world: World

    def __post_init__(self) -> None:
        """Start without tables."""
        self._made: dict[tuple[str, date, str, Loss], Tables] = {}
        self._seen: dict[object, Table | SumTable] = {}

    def tables(self, model: str, moment: date, programme: str = "", loss: Loss = NO_LOSS) -> Tables:
        """Return the tables of a model at a moment."""
        counted = self.world.scale(moment, programme).programme or ""
        key = (model, moment, counted, loss)
        if key not in self._made:
            self._made[key] = self._make(self.world.project.model(model), moment, programme, loss)
        return self._made[key]

    def _make(self, model: Model, moment: date, programme: str, loss: Loss) -> Tables:
        world = self.world
        base = world.base(model.id, moment, loss)
        ours = world.live(model.id, [each.id for each in world.measures], loss)
        touched = self._touching(ours)
        rest = Fraction(0)
        terms = []
        for part in world.parts(moment, programme):
            nothing = world.value(part, model, base)
            rest += nothing
            names = part.facts & touched.keys()
            if not names:
                continue
            found = {each.id: each for name in names for each in touched[name]}
            touching = tuple(each for each in ours if each.id in found)
            table = self._table(part, model, base, touching)
            if any(value != nothing for _, value in table.values):
                rest -= nothing
                terms.append(table)
        return Tables(rest, tuple(terms))

    @staticmethod
    def _touching(measures: tuple[Measure, ...]) -> dict[str, list[Measure]]:
        touched: dict[str, list[Measure]] = {}
        for measure in measures:
            for effect in measure.effects:
                touched.setdefault(effect.fact, []).append(measure)
        return touched

    def _table(self, part: PartRef, model: Model, base: dict[str, State], touching: tuple[Measure, ...]) -> Table | SumTable:
        vehicle = model.dossier.vehicle
        known = tuple((name, base[name].low, base[name].high) for name in sorted(part.facts) if name in base)
        key = (id(part), vehicle.category, vehicle.powertrain, known, tuple(each.id for each in touching))
        if key not in self._seen:
            sets = len(touching) <= MOST
            self._seen[key] = self._by_set(part, model, base, touching) if sets else self._by_sum(part, model, base, touching)
        return self._seen[key]

    def _by_set(self, part: PartRef, model: Model, base: dict[str, State], touching: tuple[Measure, ...]) -> Table:
        values = []
        for mask in _possible(touching):
            live = [each for bit, each in enumerate(touching) if mask >> bit & 1]
            values.append((mask, self.world.value(part, model, self.world.applied(base, live, part.facts))))
        return Table(tuple(each.id for each in touching), tuple(values))

    def _by_sum(self, part: PartRef, model: Model, base: dict[str, State], touching: tuple[Measure, ...]) -> SumTable:
        effects: list[Effect] = []
        for each in touching:
            own = [effect for effect in each.effects if effect.fact in part.facts]
            if len(own) != 1 or own[0].how != "add" or (effects and own[0].fact != effects[0].fact):
                _too_many(part, touching)
            effects.append(own[0])
        sums = {Fraction(0)}
        for effect in effects:
            sums |= {total + Fraction(effect.value) for total in sums}
            if len(sums) > MOST_SUMS:
                _too_many(part, touching)
        values = tuple((total, self.world.value(part, model, self.world.moved(base, effects[0], total))) for total in sorted(sums))
        if any(after < before for (_, before), (_, after) in pairwise(values)):
            _too_many(part, touching)
        return SumTable(tuple(each.id for each in touching), tuple(Fraction(each.value) for each in effects), values)


def grows(values: Mapping[Mask, Fraction]) -> bool:
    """Tell whether a larger set never has fewer points."""
    rank = {value: place for place, value in enumerate(sorted(set(values.values())))}
    ranked = [(mask, rank[value]) for mask, value in values.items()]
    return all(low <= high for one, low in ranked for two, high in ranked if one & two == one)


def _possible(touching: tuple[Measure, ...]) -> Iterator[Mask]:
    """Yield the sets that exclusions and prerequisites allow."""
    bit = {each.id: 1 << index for index, each in enumerate(touching)}
    apart = [bit[a.id] | bit[b.id] for a, b in combinations(touching, 2) if b.id in a.excludes or a.id in b.excludes]
    needed = [(bit[each.id], bit[name]) for each in touching for name in each.requires if name in bit]
    for mask in range(1 << len(touching)):
        if all(mask & pair != pair for pair in apart) and all(not mask & own or mask & other for own, other in needed):
            yield mask


def _too_many(part: PartRef, touching: tuple[Measure, ...]) -> NoReturn:
    names = ", ".join(operation.id for operation in part.block.operations[:3])
    listed = ", ".join(each.id for each in touching[:4])
    raise EngineError(
        f"узел «{part.block.id}» ({names}): {len(touching)} мероприятий ({listed} …), больше {MOST}: объедините или задайте adds",
        f"block '{part.block.id}' ({names}): {len(touching)} measures change it ({listed} …), over {MOST}: join them or use adds",
    )
