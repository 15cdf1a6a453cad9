"""What the engine says of each operation, block and whole: bounds of points, a reason from the closed list, what was read."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from lokal.scale.model import Case, FactorCase

Reason = Literal[
    "awarded",
    "partial",
    "capped",
    "not_done",
    "below_gate",
    "below_ladder",
    "no_rung_value",
    "not_fitted",
    "not_in_force",
    "other_category",
    "other_powertrain",
    "other_vehicle",
    "alternative_taken",
    "unknown_fact",
    "not_documented",
    "expired_document",
    "unknown_law",
    "facts_conflict",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""The closed list: why an operation got what it got; the same for one vehicle and for a million."""

Counted = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Points from low to high, exact."""

    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """Return how much is open."""
        return self.high - self.low

    def __add__(self, other: "Bounds") -> "Bounds":
        """Add two intervals."""
        return Bounds(self.low + other.low, self.high + other.high)


ZERO = Bounds(Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """One scored line: what it is worth by itself, before the block's alternatives choose."""

    id: str
    points: Bounds
    reason: Reason
    raw: Bounds
    """Value before rounding and coefficients."""
    factor: Bounds
    cases: tuple[Case, ...]
    """The values that apply to the vehicle on the day."""
    facts: tuple[str, ...]
    """Every fact that was read."""
    open_facts: tuple[str, ...]
    """Facts not known exactly that keep the points open."""
    coefficient_cases: tuple[FactorCase, ...] = ()
    counted: Counted = "yes"


@dataclass(frozen=True, slots=True)
class Part:
    """A term of a block's sum: a free operation, or a group of alternatives."""

    operations: tuple[str, ...]
    points: Bounds


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """A block: its points are the sum of its parts."""

    id: str
    points: Bounds
    parts: tuple[Part, ...]
    operations: tuple[OperationOutcome, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole: its points are the sum of its blocks."""

    points: Bounds
    blocks: tuple[BlockOutcome, ...]
