"""Random small rulebooks, vehicles, and what is known of them, for tests that hold an engine against another or against itself.

Numbers are small and bounds few, so that facts often stand exactly on a gate, a band's edge or a half point.

A scene is made from the truth outwards: a world (an exact value for every fact, without contradictions), a near view (an interval
around each value) and a far view (an interval around each of those). What holds of any completion of open facts can so be asked
of the world, and what holds of any narrowing of the two views.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, get_args

import msgspec
import yaml
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lokal.engine.dossier import Dossier, Statement, Vehicle
from lokal.engine.interpret import interpret
from lokal.engine.known import NOTHING, State, decimal_of
from lokal.engine.outcome import Outcome
from lokal.rulebook.choices import choices_in
from lokal.rulebook.facts import ALWAYS, DONE, declared_facts, full_name, own_kind
from lokal.rulebook.model import (
    Act,
    Alternatives,
    Award,
    Bar,
    Block,
    BlockFile,
    ByReading,
    Category,
    Coefficient,
    Fact,
    FactKind,
    Factor,
    Fixed,
    Gate,
    GateValue,
    Ladder,
    Manifest,
    Operation,
    Option,
    PerUnit,
    Points,
    Powertrain,
    Programme,
    Ratio,
    Reading,
    Rounding,
    Rulebook,
    Test,
    Value,
)
from lokal.scale.compile import POWERTRAINS, compile_scale
from lokal.scale.model import Scale

States = Mapping[str, State]

NAMES: dict[str, Any] = {"ru": "Имя", "en": "Name"}
CITED: dict[str, Any] = {"act": "old", "place": "1/1", "hash": "a1"}
START, TURN = date(2024, 1, 1), date(2025, 1, 1)
EVE = TURN - timedelta(days=1)
DAYS = (START, EVE, TURN, date(2026, 1, 1))
ACTS = (
    Act(**NAMES, id="old", number="1", signed=START, published=START, in_force=START),
    Act(**NAMES, id="new", number="2", signed=START, published=date(2024, 7, 1), in_force=TURN),
)
BEFORE: dict[str, Any] = {"to": EVE, "ended_by": "words"}
UNTIL_NEW: dict[str, Any] = {"to": EVE, "ended_by": "new"}
AFTER: dict[str, Any] = {"from_": TURN}
OF_NEW: dict[str, Any] = {"act": "new"}

SHARED: dict[str, Fact] = {
    "vehicle.engine": Fact(**NAMES, kind="flag", implied={"ice": "yes", "hybrid": "yes", "ev": "no"}),
    "vehicle.frame": Fact(**NAMES, kind="flag"),
    "vehicle.clean": Fact(**NAMES, kind="flag"),
    "vehicle.mass": Fact(**NAMES, kind="share"),
    "vehicle.units": Fact(**NAMES, kind="count"),
    "maker.cost": Fact(**NAMES, kind="money", unit="RUB"),
    "maker.revenue": Fact(**NAMES, kind="money", unit="RUB"),
}
OWN: dict[str, Fact] = {
    "share": Fact(**NAMES, kind="share"),
    "foreign": Fact(**NAMES, kind="share"),
    "units": Fact(**NAMES, kind="count"),
    "good": Fact(**NAMES, kind="count"),
    "score": Fact(**NAMES, kind="points"),
}
"""Facts that every block declares; `good` is a count of some of the `units`."""

GRID: dict[FactKind, tuple[Decimal, ...]] = {
    "flag": (Decimal(0), Decimal(1)),
    "share": tuple(map(Decimal, ("0", "0.299", "0.3", "0.499", "0.5", "0.501", "0.8", "1"))),
    "count": tuple(map(Decimal, range(7))),
    "points": tuple(map(Decimal, ("0", "1", "2", "3", "4.5", "5", "6", "8", "9"))),
    "money": tuple(map(Decimal, ("0", "0.01", "1", "2", "3", "4.5", "5", "5.01", "8"))),
}
"""The values a fact can have: around the bounds that the conditions, bands and gates below name."""
VALUE = {kind: st.sampled_from(grid) for kind, grid in GRID.items()} | {"flag": st.sampled_from((*GRID["flag"], *GRID["flag"][1:] * 2))}
FAR = 99
STEPS = st.sampled_from(
    [(0, 0, 0, 0)] * 4
    + [(0, 0, 1, 1), (0, 0, FAR, FAR), (0, 0, FAR, 0), (0, 0, 0, FAR)]
    + [(1, 0, 0, 0), (0, 1, 0, 1), (1, 1, 1, 2), (2, 2, FAR, 0), (0, 2, 0, FAR), (FAR, FAR, 0, 0), (0, FAR, 0, 0)]
)
"""How far the near view's bounds stand below and above the value on the grid, and the far view's below and above those."""


def choice(name: str, a: Any, b: Any) -> ByReading[Any]:
    """Return a literal that depends on a reading with the options a and b."""
    return ByReading(name, {"a": a, "b": b})


READINGS = tuple(
    Reading(**NAMES, id=name, options={"a": Option(**NAMES), "b": Option(**NAMES)}, default="a", reason=Option(**NAMES))
    for name in ("band", "bar", "base", "count", "factor", "gate", "over_cap", "points", "rounding", "scope", "targets")
)
CHOSEN = st.fixed_dictionaries({}, optional={reading.id: st.sampled_from("ab") for reading in READINGS})
ARMS = ((1, 1), (2, 1), (1, 2), (1, 1, 1), (2, 2))


# --- conditions: on shared facts, and on those of a block

COMMON = (
    Test(fact="vehicle.clean", is_="yes"),
    Test(fact="vehicle.clean", is_="no"),
    Test(fact="vehicle.engine", is_="no"),
    Test(fact="vehicle.mass", at_least=Decimal("0.5")),
    Test(fact="vehicle.mass", at_most=Decimal("0.3")),
    Test(any=(Test(fact="vehicle.clean", is_="yes"), Test(fact="vehicle.units", at_least=Decimal(3)))),
)
CONDITIONS = (
    *COMMON,
    Test(fact="share", at_least=Decimal("0.5")),
    Test(fact="share", at_least=choice("bar", Decimal("0.3"), Decimal("0.8"))),
    Test(fact="foreign", at_most=Decimal("0.5")),
    Test(fact="score", reaches="tested"),
    Test(any=(Test(fact="share", at_least=Decimal("0.8")), Test(fact="good", at_least=Decimal(2)))),
    Test(any=(Test(fact="vehicle.clean", is_="no"), Test(fact="score", reaches="tested"))),
)
GATE = Gate(
    **NAMES,
    id="tested",
    values=(
        GateValue(**CITED, **BEFORE, at_least=Decimal(3)),
        GateValue(**CITED, **AFTER, at_least=choice("gate", Decimal(5), Decimal(6))),
    ),
)
SPLITS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({},),
    ({"category": ("M1", "N1")},),
    ({"category": ("M1", "N1")}, {"category": ("N2", "N3", "M2", "M3")}),
    ({"powertrain": ("ice", "hybrid")}, {"powertrain": ("ev",)}),
    ({"powertrain": choice("scope", ("ice",), ("ice", "hybrid"))},),
    (AFTER,),
    (BEFORE, AFTER),
    (UNTIL_NEW, OF_NEW),
    (UNTIL_NEW, OF_NEW | {"category": ("M1",)}, OF_NEW | {"category": ("N1", "N2", "N3", "M2", "M3")}),
    ({"when": COMMON[:1]}, {"when": COMMON[1:2]}),
    ({"when": (Test(fact="maker.cost", at_least=Decimal("5.01")),)}, {"when": (Test(fact="maker.cost", at_most=Decimal(5)),)}),
    ({"when": (Test(fact="share", at_least=Decimal("0.5")),)}, {"when": (Test(fact="share", at_most=Decimal("0.5")),)}),
    ({}, {"when": (COMMON[0], CONDITIONS[6])}),
)
"""Ways to tell the values of one operation apart, by day, vehicle or condition, so that no two unconditional ones meet."""
BANDS: tuple[tuple[Any, ...], ...] = (
    (None,),
    ((2, None),),
    ((2, 5), (5, 8), (8, None)),
    ((2, 4), (6, 8)),
    (choice("band", (2, 5), (2, 6)), (5, 8)),
)
"""No ladder, then ladders: open above, without gaps, with gaps, with a rung that overlaps the next under one reading."""


# --- the law


@cache
def points(*, unknown_law: bool, top: int = 12) -> SearchStrategy[Points | ByReading[Points]]:
    """Return points: a number, two bounds where the law cannot be read, or either by a reading that may leave no value."""
    number: SearchStrategy[Points] = st.integers(0, top)
    if unknown_law:
        number |= st.tuples(number, number).map(lambda pair: (min(pair), max(pair)))
    options = st.fixed_dictionaries({"a": number}, optional={"b": number})
    return number | options.map(lambda found: ByReading("points", found))


ROUNDINGS = st.sampled_from(["none", *get_args(Rounding), choice("rounding", "half_up", "half_even")])


@cache
@st.composite
def values(draw: DrawFn, *, unknown_law: bool, ladder: int = 0, top: int = 12) -> tuple[Value, ...]:
    """Return the dated values of one operation, for each band told apart in some way."""
    worth = points(unknown_law=unknown_law, top=top)
    return tuple(
        Value(**{**CITED, **slot}, points=draw(worth), band=band) for band in BANDS[ladder] for slot in draw(st.sampled_from(SPLITS))
    )


@cache
def ratios(*counts: str) -> SearchStrategy[Ratio]:
    """Return a count ratio with one of the named counts (empty for the operation's own)."""
    of = st.sampled_from(["units", "vehicle.units", choice("base", "units", "vehicle.units")])
    return st.builds(Ratio, of=of, rounding=ROUNDINGS, count=st.sampled_from(counts))


@cache
def awards(*, unknown_law: bool) -> SearchStrategy[Award]:
    """Return an award of any kind."""
    per_unit = st.builds(
        PerUnit,
        amount=st.just("maker.cost"),
        base=st.just("maker.revenue"),
        unit=st.sampled_from([Decimal("0.3"), Decimal("0.5"), Decimal(1)]),
        units_rounding=ROUNDINGS,
        rounding=ROUNDINGS,
        caps=values(unknown_law=unknown_law, top=30),
    )
    return st.just(Fixed()) | ratios("", "good") | st.builds(Ladder, ratio=st.none() | ratios("good")) | per_unit


NEEDS = st.just(()) | st.lists(st.sampled_from(CONDITIONS), max_size=2).map(tuple)


@cache
@st.composite
def operations(draw: DrawFn, name: str, *, unknown_law: bool) -> Operation:
    """Return an operation with any award, needs and values."""
    award, needs = draw(awards(unknown_law=unknown_law)), draw(NEEDS)
    requires = draw(st.sampled_from((None, needs, (DONE, *needs)))) if isinstance(award, Fixed) else needs
    ladder = draw(st.integers(1, len(BANDS) - 1)) if isinstance(award, Ladder) else 0
    worth = draw(values(unknown_law=unknown_law, ladder=ladder))
    return Operation(**NAMES, id=name, values=worth, award=award, requires=requires)


@cache
@st.composite
def alternatives(draw: DrawFn, names: tuple[str, ...]) -> tuple[Alternatives, ...]:
    """Return groups of two or three arms, each of one or two operations, that share no operation."""
    left, groups = draw(st.permutations(names)), []
    while len(left) > 1 and draw(st.booleans()):
        arms = []
        for size in draw(st.sampled_from(ARMS)):
            arms.append(tuple(left[:size]))
            left = left[size:]
        count = draw(st.sampled_from(["best", "best", "sum", choice("count", "best", "sum")]))
        groups.append(Alternatives(arms=tuple(arm for arm in arms if arm), count=count))
    return tuple(groups)


@cache
@st.composite
def blocks(draw: DrawFn, name: str, fitted: tuple[str | None, ...], *, unknown_law: bool) -> Block:
    """Return a block of one to five operations; `fitted` lists what its presence may hang on."""
    names = tuple(f"line{index}" for index in range(draw(st.integers(1, 5))))
    return Block(
        **NAMES,
        id=name,
        act="old",
        operations=tuple(draw(operations(each, unknown_law=unknown_law)) for each in names),
        fitted=draw(st.sampled_from(fitted)),
        category=draw(st.sampled_from((None, None, None, ("M1", "N1", "M2")))),
        powertrain=draw(st.sampled_from((None, None, None, ("ice", "ev"), choice("scope", ("ice", "ev"), ("hybrid",))))),
        facts=OWN,
        alternatives=draw(alternatives(names)),
    )


FACTORS = tuple(map(Decimal, ("0.5", "1.3", "1.5", "2")))
CASES = st.builds(
    lambda slot, factor, requires: Factor(**{**CITED, **slot}, factor=factor, requires=tuple(requires)),
    st.sampled_from([{}, {}, BEFORE, AFTER]),
    st.sampled_from([*FACTORS, choice("factor", Decimal("1.5"), Decimal(1))]),
    st.lists(st.sampled_from(COMMON), max_size=2),
)


@cache
def coefficients(targets: tuple[str, ...]) -> SearchStrategy[Coefficient]:
    """Return a coefficient on some blocks or groups, in one case or more, perhaps for one programme only."""
    some = st.sets(st.sampled_from(targets), min_size=1, max_size=2).map(lambda found: tuple(sorted(found)))
    return st.builds(
        Coefficient,
        ru=st.just("Имя"),
        en=st.just("Name"),
        id=st.just(""),
        blocks=some | st.builds(choice, st.just("targets"), some, some),
        values=st.lists(CASES, min_size=1, max_size=2).map(tuple),
        rounding=ROUNDINGS,
        over_cap=st.sampled_from(["yes", "no", choice("over_cap", "yes", "no")]),
        programme=st.sampled_from([None, None, "loan"]),
    )


@cache
@st.composite
def rulebooks(draw: DrawFn, *, unknown_law: bool = True) -> Rulebook:
    """Return a valid rulebook of one to four blocks in one or two files."""
    made: list[Block] = []
    for index in range(draw(st.integers(1, 4))):
        others = tuple(f"{block.id}.fitted" for block in made if block.fitted is None)
        fitted = (ALWAYS, ALWAYS, None, "vehicle.frame", "vehicle.engine", *others)
        made.append(draw(blocks(f"block{index}", fitted, unknown_law=unknown_law)))
    cut = draw(st.integers(1, len(made)))
    files = [BlockFile(**NAMES, group=group, blocks=tuple(part)) for group, part in (("first", made[:cut]), ("second", made[cut:])) if part]
    targets = ("@first", *(block.id for block in made), *(f"@{file.group}" for file in files))
    factors = draw(st.lists(coefficients(targets), max_size=3))
    bare = Rulebook(
        manifest=Manifest(**NAMES, id="random", version="v1", starts=START, groups=tuple(file.group for file in files)),
        acts=ACTS,
        facts=SHARED,
        readings=(),
        gates=(GATE,),
        coefficients=tuple(msgspec.structs.replace(each, id=f"factor{index}") for index, each in enumerate(factors)),
        programmes=(Programme(**NAMES, id="loan", standing="law", values=(Bar(**CITED, points=20),)),),
        misprints=(),
        files=tuple(files),
    )
    used = {each.by_reading for each in choices_in(bare)}
    return msgspec.structs.replace(bare, readings=tuple(reading for reading in READINGS if reading.id in used))


def plain(rulebook: Rulebook) -> dict[str, Any]:
    """Return a rulebook as mappings, lists, numbers and strings."""
    return msgspec.json.decode(msgspec.json.encode(rulebook))


def yaml_of(rulebook: Rulebook) -> dict[str, str]:
    """Return a rulebook as the texts of its YAML files by name."""
    parts = plain(rulebook)
    parts |= {f"blocks/{file['group']}": file for file in parts.pop("files")}
    return {
        f"{name}.yaml": yaml.dump(part, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        for name, part in parts.items()
        if name != "hash"
    }


@st.composite
def questions(draw: DrawFn, rulebook: Rulebook) -> dict[str, Any]:
    """Return what a scale is asked for: day, day of knowledge, readings, programme."""
    chosen = draw(CHOSEN)
    return {
        "on": draw(st.sampled_from(DAYS)),
        "known": draw(st.sampled_from((None, None, *DAYS))),
        "readings": {reading.id: chosen[reading.id] for reading in rulebook.readings if reading.id in chosen},
        "programme": draw(st.sampled_from((None, "loan"))),
    }


# --- what is known


@st.composite
def worlds(draw: DrawFn, rulebook: Rulebook, powertrain: Powertrain) -> dict[str, Decimal]:
    """Return an exact value for every fact, free of contradictions.

    Implied flags follow the powertrain, no more units qualify than there are, revenue is not zero, and a component that is not fitted
    has no operations.
    """
    facts = declared_facts(rulebook)
    world = {name: draw(VALUE[fact.kind]) for name, fact in facts.items()}
    world |= {name: Decimal(fact.implied[powertrain] == "yes") for name, fact in facts.items() if fact.implied}
    world["maker.revenue"] = max(world["maker.revenue"], Decimal("0.01"))
    for block in rulebook.blocks:
        for operation in block.operations:
            count = f"{block.id}.{operation.id if own_kind(operation) == 'count' else 'good'}"
            world[count] = min(world[count], world[f"{block.id}.units"], world["vehicle.units"])
        if absent(block, world):
            world |= {f"{block.id}.{operation.id}": Decimal(0) for operation in block.operations if own_kind(operation)}
    return world


def absent(block: Block, world: Mapping[str, Decimal]) -> bool:
    """Tell whether a world's vehicle lacks a block's component."""
    return block.fitted != ALWAYS and not world[full_name(block, block.fitted or "fitted")]


def state(kind: FactKind, low: int, high: int) -> State:
    """Return what is known when a value lies between two places of its kind's grid; past the grid's end nothing bounds it."""
    grid = GRID[kind]
    bottom = Fraction(grid[max(low, 0)])
    if high >= len(grid):
        return State(bottom, NOTHING[kind].high, None if bottom == NOTHING[kind].high else "unknown_fact")
    top = Fraction(grid[high])
    return State(bottom, top, None if bottom == top else "unknown_fact")


@st.composite
def views(draw: DrawFn, rulebook: Rulebook, world: Mapping[str, Decimal]) -> tuple[dict[str, State], dict[str, State]]:
    """Return a near and a far view of a world; of a component that is not fitted, nothing else is stated."""
    facts = declared_facts(rulebook)
    silent = {f"{block.id}.{name}" for block in rulebook.blocks if absent(block, world) for name in block.facts}
    near, far = {}, {}
    for name in (name for name in facts if name not in silent):
        kind = facts[name].kind
        spot, (below, above, further_below, further_above) = GRID[kind].index(world[name]), draw(STEPS)
        near[name] = state(kind, spot - below, spot + above)
        far[name] = state(kind, spot - below - further_below, spot + above + further_above)
    return said(near, facts), said(far, facts)


@st.composite
def muddles(draw: DrawFn, facts: Mapping[str, Fact]) -> dict[str, State]:
    """Return arbitrary intervals for the facts, contradictions included."""
    found = {}
    for name, fact in facts.items():
        spot, (_, above, *_) = GRID[fact.kind].index(draw(VALUE[fact.kind])), draw(STEPS)
        found[name] = state(fact.kind, spot, spot + above)
    return said(found, facts)


def said(states: dict[str, State], facts: Mapping[str, Fact]) -> dict[str, State]:
    """Drop what says nothing: an unknown fact is one that nobody stated."""
    return {name: found for name, found in states.items() if found != NOTHING[facts[name].kind]}


def certain(world: Mapping[str, Decimal]) -> dict[str, State]:
    """Return the states of a world whose every fact is known."""
    return {name: State(Fraction(value), Fraction(value)) for name, value in world.items()}


def dossier_of(category: Category, powertrain: Powertrain, states: States) -> Dossier:
    """Return a dossier that states exactly these bounds."""
    statements = tuple(
        Statement(name, decimal_of(each.low), None if each.high is None else decimal_of(each.high)) for name, each in states.items()
    )
    return Dossier(Vehicle("v", "Имя", "Name", category, powertrain), statements)


def _lean(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _lean(each) for key, each in node.items() if key not in {"ru", "en", "act", "place", "hash", "facts"}}
    return [_lean(each) for each in node] if isinstance(node, list) else node


def _short(state: State) -> str:
    return f"{state.low}" if state.certain else f"{state.low}..{state.high}"


@dataclass(frozen=True)
class Scene:
    """A vehicle under a law, seen exactly, nearly and from afar."""

    rulebook: Rulebook
    asked: dict[str, Any]
    scale: Scale
    category: Category
    powertrain: Powertrain
    world: States
    near: States
    far: States

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  the signature that Hypothesis calls
        """Print what a person needs to see of a failing scene: the law without titles and cites, the question, the facts not zero."""
        law = plain(self.rulebook)
        shown = _lean([law["files"], law["coefficients"]])
        views = {"world": self.world, "near": self.near, "far": self.far}
        seen = [f"{view}: { {name: _short(each) for name, each in states.items() if each.high != 0} }" for view, states in views.items()]
        text = yaml.safe_dump(shown, sort_keys=False, default_flow_style=None, width=140)
        printer.text("\n".join(["", text, f"{self.asked} {self.category} {self.powertrain}", *seen]))

    def outcome(self, states: States) -> Outcome:
        """Return the interpreter's outcome."""
        return interpret(self.scale, self.category, self.powertrain, states)


@cache
@st.composite
def scenes(draw: DrawFn, *, unknown_law: bool = True, muddled: bool = False) -> Scene:
    """Return a rulebook, a question, a vehicle and what may be known of it; a muddled scene has no world and any near view."""
    rulebook = draw(rulebooks(unknown_law=unknown_law))
    asked = draw(questions(rulebook))
    scale = compile_scale(rulebook, **asked)
    category: Category = draw(st.sampled_from(("M1", "M1", "N1", "N3", "M2")))
    powertrain: Powertrain = draw(st.sampled_from(POWERTRAINS))
    if muddled:
        return Scene(rulebook, asked, scale, category, powertrain, {}, draw(muddles(scale.facts)), {})
    world = draw(worlds(rulebook, powertrain))
    near, far = draw(views(rulebook, world))
    return Scene(rulebook, asked, scale, category, powertrain, certain(world), near, far)
