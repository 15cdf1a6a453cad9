"""What is known of each fact on a day: statements that hold, are known, and count under the basis, put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lokal.engine.dossier import DOCUMENTS, Basis, Dossier, Evidence, Statement
from lokal.rulebook.model import Fact, FactKind

COMPONENT_ACT_YEARS = 3
"""Term of a component act that prints no end: order 52 of the Chamber of Commerce, item 3.8."""
Doubt = Literal["unknown_fact", "not_documented", "expired_document"]
_TOP: Mapping[FactKind, Fraction | None] = {"flag": Fraction(1), "share": Fraction(1), "count": None, "points": None, "money": None}


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one fact: bounds, why they differ, and the statements used. `high` None means unbounded."""

    low: Fraction
    high: Fraction | None
    doubt: Doubt | None = None
    used: tuple[Statement, ...] = ()

    @property
    def certain(self) -> bool:
        """Tell whether the value is known exactly."""
        return self.low == self.high


NOTHING: Mapping[FactKind, State] = {kind: State(Fraction(0), top, "unknown_fact") for kind, top in _TOP.items()}
"""The state of a fact of which nothing is stated, by kind."""


@dataclass(frozen=True)
class Look:
    """How a dossier is looked at: the day, the day of knowledge, the basis."""

    on: date
    known: date = date.max
    basis: Basis = "claimed"


def known_facts(dossier: Dossier, facts: Mapping[str, Fact], look: Look) -> dict[str, State]:
    """Return the state of every fact stated in the dossier or implied by the powertrain; the rest is NOTHING by its kind.

    What is implied is known by definition: no statement loosens it.
    """
    by_fact: dict[str, list[Statement]] = {}
    for statement in dossier.statements:
        by_fact.setdefault(statement.fact, []).append(statement)
    states = {
        name: State(bound, bound)
        for name, fact in facts.items()
        if (answer := fact.implied.get(dossier.vehicle.powertrain)) and (bound := Fraction(answer == "yes")) is not None
    }
    for name, statements in by_fact.items():
        if name in facts and name not in states:
            states[name] = _state(facts[name].kind, statements, dossier.evidence, look)
    return states


def evidence_end(evidence: Evidence) -> date | None:
    """Return a document's last valid day: the printed one, or a component act's term from its issue."""
    if evidence.valid_until is None and evidence.kind == "component_act" and evidence.issued is not None:
        year = evidence.issued.year + COMPONENT_ACT_YEARS
        try:
            return evidence.issued.replace(year=year)
        except ValueError:
            return date(year, 2, 28)
    return evidence.valid_until


def _state(kind: FactKind, statements: Iterable[Statement], evidence: Mapping[str, Evidence], look: Look) -> State:
    holding = [each for each in statements if _holds(each, look)]
    latest: dict[str, Statement] = {}
    for each in sorted(holding, key=lambda each: each.known or date.min):
        latest[each.by] = each
    used = tuple(latest.values())
    if not used:
        return NOTHING[kind]
    parts = [_weigh(kind, each, evidence, look) for each in used]
    low, high = _combine(kind, [(part.low, part.high) for part in parts])
    doubts = [part.doubt for part in parts if part.doubt]
    return State(low, high, None if low == high else (doubts[0] if doubts else "unknown_fact"), used)


def _holds(statement: Statement, look: Look) -> bool:
    if statement.known is not None and statement.known > look.known:
        return False
    if statement.committed and look.basis != "committed":
        return False
    return (statement.from_ or date.min) <= look.on <= (statement.to or date.max)


def _weigh(kind: FactKind, statement: Statement, evidence: Mapping[str, Evidence], look: Look) -> State:
    """Return a statement's bounds under the basis: without a valid document a claim is only a possibility."""
    low, high = Fraction(statement.low), None if statement.high is None else Fraction(statement.high)
    if look.basis != "documented" or low == 0:
        return State(low, high)
    papers = [evidence[name] for name in statement.evidence if evidence[name].kind in DOCUMENTS and _known(evidence[name], look)]
    if any(_valid(paper, look.on) for paper in papers):
        return State(low, high)
    ended = any((end := evidence_end(paper)) is not None and end < look.on for paper in papers)
    doubt: Doubt = "expired_document" if ended else "not_documented"
    return State(Fraction(0), high if kind in {"count", "share", "money"} else _TOP[kind] or high, doubt)


def _known(evidence: Evidence, look: Look) -> bool:
    return evidence.issued is None or evidence.issued <= look.known


def _valid(evidence: Evidence, on: date) -> bool:
    end = evidence_end(evidence)
    return (evidence.issued is None or evidence.issued <= on) and (end is None or on <= end)


def _combine(kind: FactKind, parts: list[tuple[Fraction, Fraction | None]]) -> tuple[Fraction, Fraction | None]:
    """Put several performers together: flags hold if one holds, amounts add up, scores take the worst."""
    lows = [low for low, _ in parts]
    highs = [high for _, high in parts if high is not None]
    bounded = len(highs) == len(parts)
    if kind == "flag":
        return max(lows), max(highs) if bounded else Fraction(1)
    if kind == "points":
        return min(lows), min(highs) if highs else None
    top = _TOP[kind]
    high = sum(highs, Fraction(0)) if bounded else None
    low = sum(lows, Fraction(0))
    if top is not None:
        return min(low, top), top if high is None else min(high, top)
    return low, high


def decimal_of(value: Fraction) -> Decimal:
    """Return an exact Decimal of a fraction whose denominator has only twos and fives, else one of 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)
