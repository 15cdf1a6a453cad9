"""How little it takes to lose a programme: the fewest claims whose rejection drops a vehicle below its bar, and what hangs on what.

Blocks are independent but for the claims they share, so claims fall into small groups. Within a group every subset is worked out by
the engine; over the groups the best choice of a given number of claims is an exact knapsack. The answer is scored again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from lokal.engine.dossier import DOCUMENTS
from lokal.errors import EngineError
from lokal.result.document import Data, bounds, number
from lokal.result.score import Score, score
from lokal.rulebook.model import Rulebook
from lokal.study.claims import Claim, Claims, names_in
from lokal.study.eligibility import Verdict, eligibility, verdict_data

_EVERY_SUBSET = 12
Choice = tuple[Fraction, tuple[Claim, ...]]
"""Points lost, and the claims rejected for it."""


@dataclass(frozen=True, slots=True)
class Fragility:
    """A programme that the vehicle has, and the fewest claims whose rejection loses it (None: no rejection does)."""

    verdict: Verdict
    claims: tuple[Claim, ...] | None
    loss: Fraction


@dataclass(frozen=True, slots=True)
class Reliance:
    """What hangs on one document or one supplier: its claims, the points lost without them, the programmes lost."""

    name: str
    claims: tuple[Claim, ...]
    loss: Fraction
    programmes: tuple[str, ...]


@dataclass(frozen=True)
class Margins:
    """Everything that `margin` says of a vehicle on a day."""

    scored: Score
    fragile: tuple[Fragility, ...]
    documents: tuple[Reliance, ...]
    suppliers: tuple[Reliance, ...]


def margin(scored: Score, rulebook: Rulebook) -> Margins:
    """Return, for each programme that the vehicle surely has, the fewest claims to lose it; what hangs on documents and suppliers."""
    claims = Claims(scored, rulebook)
    verdicts = eligibility(scored, rulebook)
    held = [each for each in verdicts if each.answer == "yes" and each.bar is not None and each.bar.high > 0]
    best = most_lost(claims)
    fragile = tuple(_fragility(verdict, claims, best) for verdict in held)
    return Margins(
        scored,
        fragile,
        _ranked(_reliance(name, some, claims, held) for name, some in _by_document(claims).items()),
        _ranked(_reliance(name, some, claims, held) for name, some in _by_supplier(claims).items()),
    )


def most_lost(claims: Claims) -> tuple[Choice, ...]:
    """Return, for 0, 1, 2 ... claims, the most sure points that the rejection of so many can cost, with those claims: exact."""
    best: list[Choice] = [(Fraction(0), ())]
    for group in groups_of(claims):
        best = _joined(best, _table(group, claims))
    return tuple(best)


def groups_of(claims: Claims) -> list[tuple[Claim, ...]]:
    """Return the claims in groups that share no term of any block's sum, so that their losses add up."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for block, outcome in zip(claims.scored.scale.blocks, claims.scored.outcome.blocks, strict=True):
        names = {operation.id: names_in(operation) & claims.facts for operation in block.operations}
        shared = frozenset[str]().union(*(names_in(each) for each in block.coefficients)) & claims.facts
        for position, part in enumerate(outcome.parts):
            for name in shared.union(*(names[operation] for operation in part.operations)):
                parent[root(name)] = root(f"{block.id}/{position}")
    found: dict[str, list[Claim]] = {}
    for claim in claims.all:
        found.setdefault(root(claim.fact), []).append(claim)
    return [tuple(group) for group in found.values()]


def _table(group: tuple[Claim, ...], claims: Claims) -> list[Choice]:
    """Return the most that 0, 1, 2 ... claims of one group can cost.

    A large group ends at the number that already costs what all of it costs: a rejection never brings points back there.
    """
    places = claims.touched(group)
    before = claims.points_without((), places).low
    everything = max(Fraction(0), before - claims.points_without(group, places).low)
    table: list[Choice] = [(Fraction(0), ())]
    for size in range(1, len(group) + 1):
        if len(group) > _EVERY_SUBSET and table[-1][0] >= everything:
            break
        losses = ((before - claims.points_without(some, places).low, some) for some in combinations(group, size))
        table.append(max(losses, key=lambda choice: choice[0]))
        if table[-1][0] < table[-2][0]:
            table[-1] = table[-2]
    return table


def _joined(best: list[Choice], table: list[Choice]) -> list[Choice]:
    if len(table) == 1:
        return best
    found: list[Choice] = []
    for count in range(len(best) + len(table) - 1):
        pairs = [(best[count - more], table[more]) for more in range(len(table)) if 0 <= count - more < len(best)]
        one, two = max(pairs, key=lambda pair: pair[0][0] + pair[1][0])
        found.append((one[0] + two[0], (*one[1], *two[1])))
    return found


def _fragility(verdict: Verdict, claims: Claims, best: tuple[Choice, ...]) -> Fragility:
    scored = claims.scored
    if verdict.points != scored.outcome.points and scored.scale.programme != verdict.programme:
        own = score(
            scored.dossier, claims.rulebook, scored.scale.on, look=scored.look, readings=scored.scale.readings, programme=verdict.programme
        )
        claims = Claims(own, claims.rulebook)
        best = most_lost(claims)
    spare = verdict.margin.low if verdict.margin else Fraction(0)
    choice = next(((loss, some) for loss, some in best if loss > spare), None)
    if choice is None:
        return Fragility(verdict, None, Fraction(0))
    loss, some = choice
    if claims.scored.low - claims.points_without(some).low != loss:
        raise EngineError(
            "расчёт запаса не сходится с оценкой: это ошибка lokal", "the margin disagrees with the score: this is a bug of lokal"
        )
    return Fragility(verdict, tuple(sorted(some)), loss)


def _by_document(claims: Claims) -> dict[str, list[Claim]]:
    """Return, for each document, the claims that rest on it alone."""
    dossier, found = claims.scored.dossier, dict[str, list[Claim]]()
    for claim in claims.all:
        statements = [each for each in claims.scored.states[claim.fact].used if each.by == claim.by]
        papers = {name for each in statements for name in each.evidence if dossier.evidence[name].kind in DOCUMENTS}
        if len(papers) == 1:
            found.setdefault(papers.pop(), []).append(claim)
    return found


def _by_supplier(claims: Claims) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims.all:
        if claim.by != "own":
            found.setdefault(claim.by, []).append(claim)
    return found


def _reliance(name: str, some: Collection[Claim], claims: Claims, held: Iterable[Verdict]) -> Reliance:
    loss = claims.scored.low - claims.points_without(some).low
    lost = tuple(each.programme for each in held if each.margin and each.margin.low < loss)
    return Reliance(name, tuple(sorted(some)), loss, lost)


def _ranked(found: Iterable[Reliance]) -> tuple[Reliance, ...]:
    return tuple(sorted(found, key=lambda each: (-each.loss, each.name)))


def margin_data(found: Margins) -> Data:
    """Return margins as plain data."""
    return {
        "vehicle": found.scored.dossier.vehicle.id,
        "on": found.scored.scale.on.isoformat(),
        "points": bounds(found.scored.outcome.points),
        "programmes": [
            {
                **verdict_data(each.verdict),
                "fewest_claims": None if each.claims is None else [_claim(claim) for claim in each.claims],
                "loss": number(each.loss),
            }
            for each in found.fragile
        ],
        "documents": [_reliance_data(each) for each in found.documents],
        "suppliers": [_reliance_data(each) for each in found.suppliers],
    }


def _claim(claim: Claim) -> Data:
    return {"fact": claim.fact, "by": claim.by}


def _reliance_data(each: Reliance) -> Data:
    return {
        "name": each.name,
        "loss": number(each.loss),
        "programmes": list(each.programmes),
        "claims": [_claim(one) for one in each.claims],
    }
