"""Named roundings of exact fractions to whole points."""

from fractions import Fraction
from math import ceil, floor

from lokal.rulebook.model import Rounding

_HALF = Fraction(1, 2)


def rounded(value: Fraction, rounding: Rounding) -> Fraction:
    """Return the value rounded as named; `none` returns it unchanged.

    >>> [str(rounded(Fraction(5, 2), name)) for name in ("none", "down", "half_up", "half_even", "up")]
    ['5/2', '2', '3', '2', '3']
    """
    if rounding == "none":
        return value
    if rounding == "down":
        return Fraction(floor(value))
    if rounding == "up":
        return Fraction(ceil(value))
    if rounding == "half_even":
        return Fraction(round(value))
    return Fraction(floor(value + _HALF))
