"""What an amendment or another reading does to a vehicle or a fleet, provision by provision."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lokal.engine.dossier import Basis, Dossier
from lokal.engine.interpret import Subject, interpret, interpret_block
from lokal.engine.known import Look, known_facts
from lokal.engine.outcome import ZERO, Bounds
from lokal.errors import EngineError
from lokal.result.score import Score
from lokal.rulebook.amendment import Amendment
from lokal.rulebook.choices import choices_in
from lokal.rulebook.model import Coefficient, Option, Rulebook, Test
from lokal.rulebook.overlay import overlay
from lokal.scale.compile import Compiler
from lokal.scale.model import ScaleBlock
from lokal.study.cliffs import Turn, turned
from lokal.study.eligibility import eligibility
from lokal.study.regimes import Moment
from lokal.study.shapley import shapley
from lokal.study.sums import change, times, total

Team = frozenset[str]


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that may be changed or left: a provision of an amendment, or a reading chosen otherwise."""

    id: str
    title: Option
    first_day: date | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one lever is worth: its share of the change of points, by block and by bar.

    `with_` names the levers without which it would be worth something else: their shares are Shapley values.
    """

    lever: Lever
    change: Bounds
    blocks: Mapping[str, Bounds]
    bars: Mapping[str, Bounds]
    with_: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A vehicle on a day before and after: effects that add up exactly to the change of points, programmes that turn."""

    day: date
    before: Moment
    after: Moment
    effects: tuple[Effect, ...]
    turns: tuple[Turn, ...]

    @property
    def change(self) -> Bounds:
        """The change of points, end by end."""
        return change(self.before.points, self.after.points)

    @property
    def touches(self) -> bool:
        """Tell whether anything changes for this vehicle on this day."""
        return bool(self.turns or self.change != ZERO or any(effect.blocks or effect.bars for effect in self.effects))

    @property
    def interacting(self) -> bool:
        """Tell whether some levers act on the same thing, so that their shares are Shapley values of more than one player."""
        return any(effect.with_ for effect in self.effects)


class Changes:
    """A rulebook with levers that can be pulled in any combination, on one day."""

    def __init__(  # noqa: PLR0913  a question has this many parts; all but two have defaults
        self,
        rulebook: Rulebook,
        day: date,
        *,
        amendment: Amendment | None = None,
        readings: Mapping[str, str] | None = None,
        base_readings: Mapping[str, str] | None = None,
        file: str = "",
    ) -> None:
        """Lay the amendment over the rulebook, provision by provision and as a whole, and check both."""
        if amendment is None and not readings:
            raise EngineError(
                "не с чем сравнивать: нужна поправка или толкование", "nothing to compare with: give an amendment or a reading"
            )
        self.rulebook, self.day, self.amendment, self.file = rulebook, day, amendment, file
        self.readings, self.base_readings = dict(readings or {}), dict(base_readings or {})
        self._books: dict[Team, Rulebook] = {frozenset(): rulebook}
        self._compilers: dict[Team, Compiler] = {}
        self._blocks: dict[tuple[Team, int], ScaleBlock] = {}
        for provision in amendment.provisions if amendment else ():
            self._book(frozenset({provision.id}))
        self.all = frozenset(lever.id for lever in self.levers)
        self.compiler(self.all)

    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        """The provisions, then the readings."""
        made = self.amendment
        provisions = [Lever(each.id, Option(ru=each.ru, en=each.en), made.first_day(each)) for each in made.provisions] if made else []
        titles = {each.id: each for each in self.rulebook.readings}
        chosen = []
        for name, option in self.readings.items():
            reading = titles.get(name)
            words = reading.options.get(option) if reading else None
            ru, en = (f"{reading.ru}: {words.ru}", f"{reading.en}: {words.en}") if reading and words else (name, name)
            chosen.append(Lever(f"{name}={option}", Option(ru=ru, en=en)))
        return (*provisions, *chosen)

    def compiler(self, team: Team) -> Compiler:
        """Return the compiler of the day with some levers pulled."""
        if team not in self._compilers:
            chosen = {name: option for name, option in self.readings.items() if f"{name}={option}" in team}
            provisions = frozenset(each for each in team if not self._is_reading(each))
            self._compilers[team] = Compiler(self._book(provisions), self.day, readings={**self.base_readings, **chosen})
        return self._compilers[team]

    def block(self, team: Team, place: int) -> ScaleBlock:
        """Return one compiled block with some levers pulled; only levers that touch it matter."""
        team = frozenset(each for each in team if place in self.touched[each])
        if (team, place) not in self._blocks:
            compiler = self.compiler(team)
            self._blocks[team, place] = compiler.block(compiler.rulebook.blocks[place])
        return self._blocks[team, place]

    @cached_property
    def touched(self) -> dict[str, frozenset[int]]:
        """The positions of the blocks that each lever may change."""
        return {
            lever.id: frozenset(
                _read_in(self.rulebook, lever.id.partition("=")[0])
                if self._is_reading(lever.id)
                else _different(self.rulebook, self._book(frozenset({lever.id})))
            )
            for lever in self.levers
        }

    @cached_property
    def touched_programmes(self) -> dict[str, frozenset[str]]:
        """The programmes whose bars each lever may change."""
        found = {}
        for lever in self.levers:
            if self._is_reading(lever.id):
                name = lever.id.partition("=")[0]
                hit = {each.id for each in self.rulebook.programmes if any(one.by_reading == name for one in choices_in(each))}
            else:
                book = self._book(frozenset({lever.id}))
                hit = {one.id for one, two in zip(self.rulebook.programmes, book.programmes, strict=True) if one != two}
            found[lever.id] = frozenset(hit)
        return found

    def _is_reading(self, lever: str) -> bool:
        name, _, option = lever.partition("=")
        return self.readings.get(name) == option

    def _book(self, provisions: Team) -> Rulebook:
        if provisions not in self._books and self.amendment:
            whole = len(provisions) in {1, len(self.amendment.provisions)}
            self._books[provisions] = overlay(self.rulebook, self.amendment, provisions, file=self.file, checked=whole)
        return self._books[provisions]


def compare(dossier: Dossier, changes: Changes, *, basis: Basis = "claimed") -> Comparison:
    """Return what the changes do to a vehicle on their day.

    The effects of the levers add up exactly to the change of points: a lever alone on a block has its whole change; where several act
    on one block, each has its exact Shapley value over all their subsets.
    """
    before, after = _moment(dossier, changes, frozenset(), basis), _moment(dossier, changes, changes.all, basis)
    worth = _block_shares(changes, before.scored, after.scored)
    bars = _bar_shares(changes, dossier, basis, before, after)
    linked = [shares.linked for shares in (*worth.values(), *bars.values())]
    effects = tuple(
        Effect(
            lever,
            total(shares.of.get(lever.id, ZERO) for shares in worth.values()),
            {block: shares.of[lever.id] for block, shares in worth.items() if lever.id in shares.of},
            {name: shares.of[lever.id] for name, shares in bars.items() if lever.id in shares.of},
            tuple(sorted({each for team in linked if lever.id in team for each in team} - {lever.id})),
        )
        for lever in changes.levers
    )
    found = Comparison(changes.day, before, after, effects, tuple(turned(before, after)))
    if total(effect.change for effect in effects) != found.change:
        raise EngineError("вклады пунктов не складываются в итог: это ошибка lokal", "the effects do not add up: this is a bug of lokal")
    return found


def _moment(dossier: Dossier, changes: Changes, team: Team, basis: Basis) -> Moment:
    compiler = changes.compiler(team)
    scale, look = compiler.scale(), Look(changes.day, basis=basis)
    states = known_facts(dossier, scale.facts, look)
    outcome = interpret(scale, dossier.vehicle.category, dossier.vehicle.powertrain, states)
    scored = Score(dossier, look, scale, states, outcome, ())
    return Moment(changes.day, scored, eligibility(scored, compiler.rulebook))


@dataclass(frozen=True, slots=True)
class _Shares:
    """The levers' shares of one block's or bar's change, without zeros, and the levers that are worth something else alone."""

    of: Mapping[str, Bounds]
    linked: Team


def _share_out(players: list[str], worth: Callable[[Team], Bounds]) -> _Shares:
    shares = shapley(players, worth)
    nothing = worth(frozenset())
    linked = frozenset(each for each in players if shares[each] != change(nothing, worth(frozenset({each}))))
    return _Shares({name: share for name, share in shares.items() if share != ZERO}, linked)


def _block_shares(changes: Changes, before: Score, after: Score) -> dict[str, _Shares]:
    """Return, for each block that some lever touches, the levers' shares of its change."""
    vehicle = before.dossier.vehicle
    subject = Subject(vehicle.category, vehicle.powertrain, after.states, after.scale.facts)
    found = {}
    for place, (one, two) in enumerate(zip(before.outcome.blocks, after.outcome.blocks, strict=True)):
        players = [lever.id for lever in changes.levers if place in changes.touched[lever.id]]
        if not players or (len(players) == 1 and one.points == two.points):
            continue

        def worth(team: Team, place: int = place) -> Bounds:
            return interpret_block(changes.block(team, place), subject).points

        found[one.id] = _share_out(players, worth)
    return found


def _bar_shares(changes: Changes, dossier: Dossier, basis: Basis, before: Moment, after: Moment) -> dict[str, _Shares]:
    """Return, for each programme with a bar before and after, the levers' shares of the bar's change."""
    found = {}
    for place, (one, two) in enumerate(zip(before.verdicts, after.verdicts, strict=True)):
        players = [lever.id for lever in changes.levers if one.programme in changes.touched_programmes[lever.id]]
        if not players or one.bar is None or two.bar is None or one.bar == two.bar:
            continue

        def bar(team: Team, place: int = place) -> Bounds:
            return _moment(dossier, changes, team, basis).verdicts[place].bar or ZERO

        found[one.programme] = _share_out(players, bar)
    return found


def _different(one: Rulebook, two: Rulebook) -> Iterator[int]:
    """Yield the positions of the blocks whose law differs, by their own record, a gate or a coefficient."""
    gates = {gate.id for gate, other in zip(one.gates, two.gates, strict=True) if gate != other}
    moved = [pair for pair in zip(one.coefficients, two.coefficients, strict=True) if pair[0] != pair[1]]
    reached = {name for pair in moved for each in pair for name in _reach(one, each)}
    for place, (block, other) in enumerate(zip(one.blocks, two.blocks, strict=True)):
        if block != other or block.id in reached or (gates and gates & _gates(block)):
            yield place


def _read_in(rulebook: Rulebook, reading: str) -> Iterator[int]:
    """Yield the positions of the blocks that a reading may change."""
    gates = {each.id for each in rulebook.gates if any(one.by_reading == reading for one in choices_in(each))}
    moved = [each for each in rulebook.coefficients if any(one.by_reading == reading for one in choices_in(each))]
    reached = {name for each in moved for name in _reach(rulebook, each)}
    for place, block in enumerate(rulebook.blocks):
        if block.id in reached or any(one.by_reading == reading for one in choices_in(block)) or (gates and gates & _gates(block)):
            yield place


def _reach(rulebook: Rulebook, coefficient: Coefficient) -> set[str]:
    return Compiler(rulebook, date.max).reach(coefficient)


def _gates(record: object) -> set[str]:
    """Return the gates that conditions anywhere inside a record name."""
    found: set[str] = set()
    stack = [record]
    while stack:
        node = stack.pop()
        if isinstance(node, Test) and node.reaches:
            found.add(node.reaches)
        if isinstance(node, tuple):
            stack.extend(node)
        elif hasattr(node, "__struct_fields__"):
            stack.extend(getattr(node, name) for name in node.__struct_fields__)
    return found


@dataclass
class FleetComparison:
    """A fleet before and after: units that win, lose or stay by their sure points, the change in all, effects, programmes."""

    day: date
    units: int = 0
    won: int = 0
    lost: int = 0
    change: Bounds = ZERO
    effects: dict[str, Bounds] = field(default_factory=dict)
    programmes_lost: dict[str, int] = field(default_factory=dict)
    programmes_gained: dict[str, int] = field(default_factory=dict)

    @property
    def same(self) -> int:
        """Units whose sure points stay."""
        return self.units - self.won - self.lost


def compare_fleet(profiles: Iterable[tuple[Dossier, int]], changes: Changes, *, basis: Basis = "claimed") -> FleetComparison:
    """Return what the changes do to a fleet of distinct dossiers with their units."""
    found = FleetComparison(changes.day, effects={lever.id: ZERO for lever in changes.levers})
    for dossier, units in profiles:
        one = compare(dossier, changes, basis=basis)
        found.units += units
        found.won += units * (one.change.low > 0)
        found.lost += units * (one.change.low < 0)
        found.change = found.change + times(one.change, units)
        for effect in one.effects:
            found.effects[effect.lever.id] = found.effects[effect.lever.id] + times(effect.change, units)
        for turn in one.turns:
            for counts, holds in ((found.programmes_lost, turn.lost), (found.programmes_gained, turn.gained)):
                if holds:
                    counts[turn.programme] = counts.get(turn.programme, 0) + units
    return found
