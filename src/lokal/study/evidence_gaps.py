"""What is claimed but not proved, which documents end when, and the points that hang on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

import msgspec

from lokal.engine.dossier import DOCUMENTS, Dossier, Statement
from lokal.engine.interpret import Subject, interpret, interpret_block
from lokal.engine.known import Look, State, evidence_end, known_facts
from lokal.engine.outcome import BlockOutcome
from lokal.result.document import Data, day, number
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.scale.compile import Compiler
from lokal.scale.model import ScaleBlock
from lokal.scale.reads import facts_read
from lokal.study.eligibility import Answer, eligibility

HORIZON = 400
"""Days ahead that ends of documents are looked for: a year and the time to renew an act."""
_DAY = timedelta(days=1)
Standing = Literal["not_documented", "expired", "expires", "not_yet"]
_UNPROVED = frozenset({"not_documented", "expired_document"})


@dataclass(frozen=True, slots=True)
class Unproved:
    """A piece of work: operations of a block that count by the claim and not by documents, the facts to prove, points to win.

    `papers` are the documents that once proved them or do not prove enough.
    """

    block: str
    operations: tuple[str, ...]
    facts: tuple[str, ...]
    papers: tuple[str, ...]
    points: Fraction


@dataclass(frozen=True, slots=True)
class PaperRisk:
    """A document that has ended, ends soon or is not valid yet, the facts that rest on it and the points at risk."""

    evidence: str
    standing: Standing
    until: date | None
    facts: tuple[str, ...]
    points: Fraction


@dataclass(frozen=True, slots=True)
class Fall:
    """A day on which documented points change because documents ended the day before; programmes whose answer changes with them."""

    on: date
    before: Fraction
    after: Fraction
    papers: tuple[str, ...]
    programmes: tuple[tuple[str, Answer, Answer], ...]


@dataclass(frozen=True)
class Gaps:
    """The work list of a dossier on a day: points claimed and documented, what to prove, what ends, and when the total falls."""

    claimed: Score
    documented: Score
    unproved: tuple[Unproved, ...]
    papers: tuple[PaperRisk, ...]
    falls: tuple[Fall, ...]

    @property
    def points(self) -> Fraction:
        """Return the points that are claimed and not proved, together."""
        return self.claimed.low - self.documented.low


def evidence_gaps(  # noqa: PLR0913  a question has this many parts; all but three have defaults
    dossier: Dossier,
    rulebook: Rulebook,
    on: date,
    *,
    known: date = date.max,
    readings: Mapping[str, str] | None = None,
    horizon: int = HORIZON,
) -> Gaps:
    """Return what is claimed but not proved on a day, the most valuable first, and which documents end within a horizon of days.

    Points of one piece of work are what proving it alone would add; pieces that need each other can add more together.
    """
    asked = _Asked(dossier, rulebook, known, readings or {})
    claimed, documented = asked.score(on, Look(on, known, "claimed")), asked.score(on, Look(on, known, "documented"))
    return Gaps(
        claimed=claimed,
        documented=documented,
        unproved=_unproved(claimed, documented),
        papers=_papers(claimed, documented, horizon),
        falls=tuple(_falls(asked, on, horizon)),
    )


@dataclass(frozen=True)
class _Asked:
    """What stays the same for every day asked of a dossier."""

    dossier: Dossier
    rulebook: Rulebook
    known: date
    readings: Mapping[str, str]

    def score(self, on: date, look: Look) -> Score:
        """Return the score without the readings' stakes, which nobody asks for here."""
        scale = Compiler(self.rulebook, on, known=self.known, readings=self.readings).scale()
        states = known_facts(self.dossier, scale.facts, look)
        vehicle = self.dossier.vehicle
        return Score(self.dossier, look, scale, states, interpret(scale, vehicle.category, vehicle.powertrain, states), ())


def _unproved(claimed: Score, documented: Score) -> tuple[Unproved, ...]:
    readers = _Readers(documented)
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one, two in zip(claimed.outcome.blocks, documented.outcome.blocks, strict=True):
        if one.points.low > two.points.low:
            for name, facts in _open_operations(one, two, documented):
                found.setdefault((one.id, facts), []).append(name)
    gaps = []
    for (block, facts), operations in found.items():
        points = readers.low_with({name: claimed.states[name] for name in facts}) - documented.low
        papers = dict.fromkeys(paper for name in facts for used in documented.states[name].used for paper in used.evidence)
        gaps.append(Unproved(block, tuple(operations), facts, tuple(papers), points))
    return tuple(sorted(gaps, key=lambda gap: (-gap.points, gap.block, gap.operations)))


def _open_operations(one: BlockOutcome, two: BlockOutcome, documented: Score) -> list[tuple[str, tuple[str, ...]]]:
    results = {each.id: each for each in two.operations}
    found = []
    for each in one.operations:
        if each.points.low > results[each.id].points.low:
            facts = tuple(name for name in each.facts if (state := documented.states.get(name)) and state.doubt in _UNPROVED)
            if facts:
                found.append((each.id, facts))
    return found


class _Readers:
    """Scores again only the blocks that read some changed facts."""

    def __init__(self, base: Score) -> None:
        """Index the blocks of a score by the facts they read."""
        self.base = base
        self.points = {block.id: block.points.low for block in base.outcome.blocks}
        self.by_fact: dict[str, list[ScaleBlock]] = {}
        for block in base.scale.blocks:
            for name in facts_read(block):
                self.by_fact.setdefault(name, []).append(block)

    def low_with(self, changed: Mapping[str, State]) -> Fraction:
        """Return the low end of the total with other states of some facts."""
        vehicle = self.base.dossier.vehicle
        subject = Subject(vehicle.category, vehicle.powertrain, {**self.base.states, **changed}, self.base.scale.facts)
        blocks = {block.id: block for name in changed for block in self.by_fact.get(name, ())}
        return self.base.low + sum(
            (interpret_block(block, subject).points.low - self.points[block.id] for block in blocks.values()), Fraction(0)
        )


def _papers(claimed: Score, documented: Score, horizon: int) -> tuple[PaperRisk, ...]:
    dossier, on = documented.dossier, documented.scale.on
    readers = _Readers(documented)
    used: dict[str, set[str]] = {}
    for name, state in claimed.states.items():
        for statement in state.used:
            for paper in statement.evidence:
                used.setdefault(paper, set()).add(name)
    found = []
    for paper, facts in used.items():
        standing = _standing(dossier, paper, on, horizon)
        if standing is None:
            continue
        other = _as_if(documented, paper, facts, valid=standing in {"expired", "not_yet"})
        points = abs(readers.low_with(other) - documented.low)
        if points:
            found.append(PaperRisk(paper, standing, evidence_end(dossier.evidence[paper]), tuple(sorted(facts)), points))
    order = {"expired": 0, "not_yet": 1, "expires": 2, "not_documented": 3}
    return tuple(sorted(found, key=lambda each: (order[each.standing], each.until or date.max, -each.points, each.evidence)))


def _standing(dossier: Dossier, name: str, on: date, horizon: int) -> Standing | None:
    """Return how a document that can prove something stands on a day; None for one that is valid past the horizon."""
    paper = dossier.evidence[name]
    if paper.kind not in DOCUMENTS:
        return None
    if paper.issued and paper.issued > on:
        return "not_yet"
    end = evidence_end(paper)
    if end is None or end > on + timedelta(days=horizon):
        return None
    return "expired" if end < on else "expires"


def _as_if(documented: Score, name: str, facts: set[str], *, valid: bool) -> dict[str, State]:
    """Return the states of facts as if one document held without end, or as if it were not there."""
    dossier, scale = documented.dossier, documented.scale
    papers = dict(dossier.evidence)
    statements: tuple[Statement, ...] = tuple(each for each in dossier.statements if each.fact in facts)
    if valid:
        papers[name] = msgspec.structs.replace(papers[name], issued=None, valid_until=date.max)
    else:
        statements = tuple(
            msgspec.structs.replace(each, evidence=tuple(paper for paper in each.evidence if paper != name)) for each in statements
        )
    other = msgspec.structs.replace(dossier, statements=statements, evidence=papers)
    states = known_facts(other, scale.facts, documented.look)
    return {fact: states[fact] for fact in facts}


def _falls(asked: _Asked, on: date, horizon: int) -> list[Fall]:
    ends: dict[date, list[str]] = {}
    for name, paper in asked.dossier.evidence.items():
        end = evidence_end(paper)
        if paper.kind in DOCUMENTS and end is not None and on <= end <= on + timedelta(days=horizon):
            ends.setdefault(end, []).append(name)
    found = []
    for end, names in sorted(ends.items()):
        before, after = (asked.score(each, Look(each, asked.known, "documented")) for each in (end, end + _DAY))
        if after.low < before.low:
            answers = [{verdict.programme: verdict.answer for verdict in eligibility(each, asked.rulebook)} for each in (before, after)]
            changed = tuple((name, was, answers[1][name]) for name, was in answers[0].items() if was != answers[1][name])
            found.append(Fall(end + _DAY, before.low, after.low, tuple(sorted(names)), changed))
    return found


def evidence_gaps_data(gaps: Gaps) -> Data:
    """Return the work list as plain data."""
    return {
        "vehicle": gaps.claimed.dossier.vehicle.id,
        "on": gaps.claimed.scale.on.isoformat(),
        "claimed": number(gaps.claimed.low),
        "documented": number(gaps.documented.low),
        "unproved": [
            {
                "block": each.block,
                "operations": list(each.operations),
                "facts": list(each.facts),
                "evidence": list(each.papers),
                "points": number(each.points),
            }
            for each in gaps.unproved
        ],
        "evidence": [
            {
                "evidence": each.evidence,
                "standing": each.standing,
                "until": day(each.until),
                "facts": list(each.facts),
                "points": number(each.points),
            }
            for each in gaps.papers
        ],
        "falls": [
            {
                "on": each.on.isoformat(),
                "before": number(each.before),
                "after": number(each.after),
                "evidence": list(each.papers),
                "programmes": [{"programme": name, "before": was, "after": now} for name, was, now in each.programmes],
            }
            for each in gaps.falls
        ],
    }
