"""The law as frozen values: what the YAML of a rulebook means, and nothing about how it is computed.

Every literal that the text leaves open may be written as `{by_reading: NAME, options: {OPTION: literal, ...}}`; which option counts
is settled when a scale is compiled. A dated value lacks force under an option that its `options` do not list.
"""

from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

T = TypeVar("T")

Category = Literal["M1", "N1", "N2", "N3", "M2", "M3"]
Powertrain = Literal["ice", "hybrid", "ev"]
FactKind = Literal["flag", "share", "count", "points", "money"]
Rounding = Literal["none", "down", "half_up", "half_even", "up"]
Answer = Literal["yes", "no"]
Standing = Literal["law", "ministry", "press", "draft"]
Combination = Literal["best", "sum"]


class Frozen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base settings of the rulebook's records: immutable, and a misspelt key is an error."""


class ByReading(Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """A literal that depends on a reading: option name to literal."""

    by_reading: str
    options: dict[str, T]


Bounds = tuple[int, int]
Points = int | Bounds
"""A number of points, or two bounds when the official text cannot be read there (unknown law)."""


class Titled(Frozen, frozen=True):
    """Something with a short title of ours in Russian and English."""

    ru: str
    en: str


class Act(Titled, frozen=True):
    """A decree or amendment: number, day signed, day published (known from), day in force."""

    id: str
    number: str
    signed: date
    published: date
    in_force: date
    note: str = ""


class Fact(Titled, frozen=True):
    """A declared fact: its kind and, for numbers, its unit (a share is a fraction between 0 and 1).

    `implied` gives a flag's value by definition of the powertrain.
    """

    kind: FactKind
    unit: str = ""
    implied: dict[Powertrain, Answer] = {}


class Test(Frozen, frozen=True):
    """One condition on a fact, or `any` of several.

    Exactly one of the comparisons is given; `reaches` names a dated gate of `gates.yaml`.
    """

    fact: str = ""
    any: tuple["Test", ...] = ()
    is_: Answer | None = field(name="is", default=None)
    at_least: Decimal | ByReading[Decimal] | None = None
    at_most: Decimal | ByReading[Decimal] | None = None
    reaches: str | None = None


class Span(Frozen, frozen=True):
    """The days on which a value holds, inclusive; without `from`, from the day its act is in force."""

    act: str | None = None
    from_: date | None = field(name="from", default=None)
    to: date | None = None
    ended_by: str | None = None


class Cited(Span, frozen=True):
    """A dated value with its place in the act and the hash of the clause's normalised text."""

    place: str = ""
    hash: str = ""


class Value(Cited, frozen=True):
    """Points of an operation for some categories and powertrains on some days.

    `band` is the half-open range of the component's own score for a ladder's rung: [from, below), `null` for no upper end.
    `printed: no` says that the number itself does not stand in the clause it cites: it follows from a reading.
    """

    points: Points | ByReading[Points] = 0
    category: tuple[Category, ...] | None = None
    powertrain: tuple[Powertrain, ...] | ByReading[tuple[Powertrain, ...]] | None = None
    when: tuple[Test, ...] = ()
    band: tuple[int, int | None] | ByReading[tuple[int, int | None]] | None = None
    rounding: Rounding | ByReading[Rounding] | None = None
    printed: Answer = "yes"


class Fixed(Frozen, frozen=True, tag="fixed", tag_field="kind"):
    """All the points when every requirement holds."""


class Ratio(Frozen, frozen=True, tag="ratio", tag_field="kind"):
    """Points x (count / count of `of`), rounded; the count is the operation's own unless named."""

    of: str | ByReading[str]
    rounding: Rounding | ByReading[Rounding]
    count: str = ""


class Ladder(Frozen, frozen=True, tag="ladder", tag_field="kind"):
    """Points of the rung whose band holds the component's own score; the best where bands overlap.

    With `ratio`, the points are multiplied by the part of the units that reach it.
    """

    ratio: Ratio | None = None


class PerUnit(Frozen, frozen=True, tag="per_unit", tag_field="kind"):
    """Points per `unit` of amount / base (both money), units and points rounded, at most the dated cap."""

    amount: str
    base: str
    unit: Decimal
    units_rounding: Rounding | ByReading[Rounding]
    rounding: Rounding | ByReading[Rounding]
    caps: tuple[Value, ...] = ()


Award = Fixed | Ratio | Ladder | PerUnit


class Operation(Titled, frozen=True):
    """One scored line: how it turns facts into points, and its dated values."""

    id: str
    values: tuple[Value, ...]
    award: Award = Fixed()
    requires: tuple[Test | str, ...] | None = None


class Alternatives(Frozen, frozen=True):
    """Arms of which the best one counts (or all, under a reading); an arm is a list of operations of the block."""

    arms: tuple[tuple[str, ...], ...]
    count: Combination | ByReading[Combination]


class Block(Titled, frozen=True):
    """A component block: its operations and what narrows it.

    `fitted` is the flag that says whether the vehicle has the component: `always`, a fact, or by default `<block>.fitted`.
    `category` and `powertrain` narrow every operation of the block.
    """

    id: str
    act: str
    operations: tuple[Operation, ...]
    fitted: str | None = None
    category: tuple[Category, ...] | None = None
    powertrain: tuple[Powertrain, ...] | ByReading[tuple[Powertrain, ...]] | None = None
    facts: dict[str, Fact] = {}
    alternatives: tuple[Alternatives, ...] = ()


class BlockFile(Titled, frozen=True):
    """One file of blocks: a part of the vehicle that a person looks for."""

    group: str
    blocks: tuple[Block, ...]


class Option(Titled, frozen=True):
    """One way to read an uncertain place."""


class Reading(Titled, frozen=True):
    """An uncertain place of the text: its options, the default and the reason for it, in both languages."""

    id: str
    options: dict[str, Option]
    default: str
    reason: Option
    stake: str = ""


class GateValue(Cited, frozen=True):
    """What a component must reach in another section of the annex, by day."""

    at_least: Decimal | ByReading[Decimal] = Decimal(0)


class Gate(Titled, frozen=True):
    """A dated gate on a component's own score elsewhere in the annex."""

    id: str
    values: tuple[GateValue, ...]


class Factor(Cited, frozen=True):
    """One case of a coefficient: the factor and what must hold for it."""

    factor: Decimal | ByReading[Decimal] = Decimal(1)
    requires: tuple[Test, ...] = ()


class Coefficient(Titled, frozen=True):
    """A factor on the points of some blocks; of several cases that hold, the largest counts.

    `programme` limits it to the score asked for one programme; `over_cap` says whether it may lift points above a cap.
    """

    id: str
    blocks: tuple[str, ...] | ByReading[tuple[str, ...]]
    values: tuple[Factor, ...]
    rounding: Rounding | ByReading[Rounding] = "none"
    over_cap: Answer | ByReading[Answer] = "no"
    programme: str | None = None


class Bar(Cited, frozen=True):
    """A programme's threshold: points per unit, for whom and when; `share` is the part of yearly output that must reach it.

    `standing` says how the bar is known where that differs from its programme.
    """

    points: Points | ByReading[Points] = 0
    category: tuple[Category, ...] | None = None
    powertrain: tuple[Powertrain, ...] | ByReading[tuple[Powertrain, ...]] | None = None
    when: tuple[Test, ...] = ()
    share: Decimal | None = None
    source: str = ""
    standing: Standing | None = None


class Programme(Titled, frozen=True):
    """A support measure: what a score opens, with the standing of its bars."""

    id: str
    standing: Standing
    values: tuple[Bar, ...]
    note: Option | None = None


class Misprint(Titled, frozen=True):
    """An odd place of the official text: where, and what we make of it."""

    place: str
    reading: str | None = None


class Manifest(Titled, frozen=True):
    """The rulebook's own data: version, first day it knows, its files of blocks in reading order, official parts not yet in it."""

    id: str
    version: str
    starts: date
    groups: tuple[str, ...]
    frame: str = ""
    """Hash of the official table's other columns, marks and remarks, as the rulebook's author saw them."""
    missing: tuple[Option, ...] = ()
    not_encoded: tuple[Option, ...] = ()
    """Rules that the rulebook knows of and does not compute, said to the user."""


class Rulebook(Frozen, frozen=True):
    """A whole rulebook, validated: the law as data."""

    manifest: Manifest
    acts: tuple[Act, ...]
    facts: dict[str, Fact]
    readings: tuple[Reading, ...]
    gates: tuple[Gate, ...]
    coefficients: tuple[Coefficient, ...]
    programmes: tuple[Programme, ...]
    misprints: tuple[Misprint, ...]
    files: tuple[BlockFile, ...]
    hash: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return all blocks in the order of the files."""
        return tuple(block for file in self.files for block in file.blocks)
