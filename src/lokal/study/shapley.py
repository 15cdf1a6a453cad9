"""Attribution that does not depend on an order: the exact Shapley value over all subsets of a few players."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial

from lokal.engine.outcome import ZERO, Bounds
from lokal.errors import EngineError

MOST = 12
"""More players than this that act on one thing are refused: every subset is worked out."""


def shapley(players: Sequence[str], worth: Callable[[frozenset[str]], Bounds]) -> dict[str, Bounds]:
    """Return each player's share of worth(all) - worth(none); the shares add up exactly, at both ends of the interval.

    Raises EngineError for more than twelve players.

    >>> both = lambda team: Bounds(Fraction(len(team) == 2), Fraction(len(team)))
    >>> [str(share.low) for share in shapley(["a", "b"], both).values()]
    ['1/2', '1/2']
    """
    count = len(players)
    if count > MOST:
        raise EngineError(
            f"слишком много связанных пунктов: {count}, можно {MOST}", f"too many linked provisions: {count}, the limit is {MOST}"
        )
    known: dict[frozenset[str], Bounds] = {}

    def value(team: frozenset[str]) -> Bounds:
        if team not in known:
            known[team] = worth(team)
        return known[team]

    shares = dict.fromkeys(players, ZERO)
    for player in players:
        others = [each for each in players if each != player]
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for team in map(frozenset, combinations(others, size)):
                with_player, without = value(team | {player}), value(team)
                gain = Bounds(weight * (with_player.low - without.low), weight * (with_player.high - without.high))
                shares[player] = shares[player] + gain
    return shares
