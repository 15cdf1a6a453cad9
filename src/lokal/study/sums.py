"""Sums of intervals."""

from collections.abc import Iterable

from lokal.engine.outcome import ZERO, Bounds


def total(parts: Iterable[Bounds]) -> Bounds:
    """Add intervals up."""
    found = ZERO
    for each in parts:
        found = found + each
    return found


def times(points: Bounds, units: int) -> Bounds:
    """Return points of many units."""
    return Bounds(points.low * units, points.high * units)


def change(before: Bounds, after: Bounds) -> Bounds:
    """Return the change from one interval to another, end by end."""
    return Bounds(after.low - before.low, after.high - before.high)
