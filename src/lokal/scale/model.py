"""A compiled scale: no dates to look up, no readings to choose, every literal settled.

Dimensions that remain are the vehicle's: category, powertrain and the conditions of a case. All engines (interpreter, columns,
optimiser) are made from these records and from nothing else.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from lokal.rulebook.model import Answer, Category, Combination, Fact, Powertrain, Rounding, Standing


class Frozen(Struct, frozen=True, omit_defaults=True):
    """Base settings of the scale's records."""


class Cite(Frozen, frozen=True):
    """Where a value stands: act, place, hash of the clause, the days on which it holds."""

    act: str
    place: str
    hash: str
    from_: date
    to: date | None


class Need(Frozen, frozen=True):
    """A settled condition: a flag is yes or no, or a number is at least / at most a bound; or `any` of several."""

    fact: str = ""
    compare: Literal["is", "at_least", "at_most", "any"] = "is"
    flag: bool = True
    bound: Decimal = Decimal(0)
    any: tuple["Need", ...] = ()


class Case(Frozen, frozen=True):
    """Points for some vehicles: low and high differ only where the law itself cannot be read."""

    low: int
    high: int
    category: tuple[Category, ...]
    powertrain: tuple[Powertrain, ...]
    cite: Cite
    when: tuple[Need, ...] = ()
    band: tuple[int, int | None] | None = None
    rounding: Rounding | None = None


class Share(Frozen, frozen=True):
    """A count ratio: qualifying units of all units, with its rounding."""

    count: str
    of: str
    rounding: Rounding


class FixedAward(Frozen, frozen=True, tag="fixed", tag_field="kind"):
    """All the points of the case when the needs hold."""


class RatioAward(Frozen, frozen=True, tag="ratio", tag_field="kind"):
    """The case's points times a count ratio."""

    share: Share


class LadderAward(Frozen, frozen=True, tag="ladder", tag_field="kind"):
    """The best case whose band holds the component's score, times a count ratio where one is given."""

    score: str
    share: Share | None = None


class PerUnitAward(Frozen, frozen=True, tag="per_unit", tag_field="kind"):
    """The case's points per unit of amount / base, at most the cap."""

    amount: str
    base: str
    unit: Decimal
    units_rounding: Rounding
    rounding: Rounding
    caps: tuple[Case, ...]


ScaleAward = FixedAward | RatioAward | LadderAward | PerUnitAward


class ScaleOperation(Frozen, frozen=True):
    """One scored line on the day; no cases means that it has no value in force."""

    id: str
    award: ScaleAward
    needs: tuple[Need, ...]
    cases: tuple[Case, ...]


class Group(Frozen, frozen=True):
    """Arms of operation ids of one block, of which the best counts or all do."""

    arms: tuple[tuple[str, ...], ...]
    count: Combination


class FactorCase(Frozen, frozen=True):
    """A factor and what must hold for it."""

    factor: Decimal
    needs: tuple[Need, ...]
    cite: Cite


class ScaleCoefficient(Frozen, frozen=True):
    """A coefficient in force on the day on a block's points."""

    id: str
    cases: tuple[FactorCase, ...]
    rounding: Rounding
    over_cap: Answer


class ScaleBlock(Frozen, frozen=True):
    """A component block on the day."""

    id: str
    fitted: str | None
    operations: tuple[ScaleOperation, ...]
    groups: tuple[Group, ...] = ()
    coefficients: tuple[ScaleCoefficient, ...] = ()


class ScaleBar(Frozen, frozen=True):
    """A programme's threshold in force on the day."""

    low: int
    high: int
    category: tuple[Category, ...]
    powertrain: tuple[Powertrain, ...]
    when: tuple[Need, ...]
    share: Decimal | None
    source: str
    cite: Cite
    standing: Standing | None = None


class ScaleProgramme(Frozen, frozen=True):
    """A programme with the bars in force on the day."""

    id: str
    bars: tuple[ScaleBar, ...]


class Scale(Frozen, frozen=True):
    """The law on one day, as known on another, under chosen readings, for the general total or one programme's."""

    rulebook: str
    version: str
    rulebook_hash: str
    on: date
    known: date
    readings: dict[str, str]
    programme: str | None
    facts: dict[str, Fact]
    blocks: tuple[ScaleBlock, ...]
    programmes: tuple[ScaleProgramme, ...]
    hash: str = ""
