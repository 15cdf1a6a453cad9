"""Days ahead on which points or programmes change by the law already enacted and the evidence already filed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from lokal.engine.dossier import Basis, Dossier
from lokal.engine.interpret import Subject, interpret_block
from lokal.engine.known import NOTHING, Look, State
from lokal.engine.outcome import BlockOutcome, Bounds
from lokal.errors import EngineError
from lokal.rulebook.model import Rulebook
from lokal.scale.model import Case, Cite, LadderAward, PerUnitAward, ScaleBlock, ScaleOperation
from lokal.study.deadlines import Paper, Window, file_by, last_window_before, requirement_days
from lokal.study.eligibility import Verdict
from lokal.study.lapse import change_days, lapsing, paper_end, research_facts
from lokal.study.regimes import Moment, Regimes, changed_facts

Source = Literal["law", "facts"]
_ONE = timedelta(days=1)
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved a block's points on a day: the law or the facts, by how much, in which operations.

    `ended` and `begun` are the clauses that went and came; `facts` the facts known otherwise, `papers` the documents that ended.
    Where law and facts move one block together, each gets the mean of its effect before and after the other.
    """

    source: Source
    block: str
    operations: tuple[str, ...]
    change: Bounds
    ended: tuple[Cite, ...] = ()
    begun: tuple[Cite, ...] = ()
    facts: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A programme whose answer or bar changes on a day."""

    programme: str
    before: Verdict
    after: Verdict

    @property
    def lost(self) -> bool:
        """Tell whether the programme was sure and no longer is."""
        return self.before.answer == "yes" and self.after.answer in {"no", "depends"}

    @property
    def gained(self) -> bool:
        """Tell whether the programme becomes sure."""
        return self.before.answer in {"no", "depends"} and self.after.answer == "yes"


@dataclass(frozen=True, slots=True)
class Filing:
    """What must be filed by when: a paper to renew (last day on a clean pass and on a slow one), or points to add in a window.

    `requirements` are the days whose law a filing on that last day must meet.
    """

    paper: Paper
    by: date
    slow: date
    clause: str
    evidence: str = ""
    programme: str = ""
    window: Window | None = None
    requirements: tuple[date, ...] = ()

    @property
    def outside(self) -> bool:
        """Tell whether the last day lies before the window opens: then only an earlier window would have been in time."""
        return self.window is not None and self.by < self.window.first


@dataclass(frozen=True, slots=True)
class Cliff:
    """A day on which something changes."""

    day: date
    before: Bounds
    after: Bounds
    causes: tuple[Cause, ...]
    turns: tuple[Turn, ...]
    filings: tuple[Filing, ...]


@dataclass(frozen=True)
class Horizon:
    """A vehicle from a day to another: the first moment and the cliffs in order."""

    dossier: Dossier
    rulebook: Rulebook
    start: Moment
    until: date
    cliffs: tuple[Cliff, ...]


def cliffs(  # noqa: PLR0913  a question has this many parts; all but three have defaults
    dossier: Dossier,
    rulebook: Rulebook,
    until: date,
    *,
    start: date | None = None,
    basis: Basis = "claimed",
    readings: Mapping[str, str] | None = None,
    regimes: Regimes | None = None,
) -> Horizon:
    """Return the days after `start` (default: today) up to `until` on which points or a programme change.

    Claims that rest on documents end with them; claims without documents stay. Under the basis `documented` only documents count.
    `regimes` may be shared by many vehicles. Raises EngineError where `until` is before `start`, RulebookError before the rulebook.
    """
    start = start or date.today()  # noqa: DTZ011  calendar days have no zone
    if until < start:
        raise EngineError(f"горизонт {until:%d.%m.%Y} раньше начала", f"the horizon {until.isoformat()} is before the start")
    regimes = regimes or Regimes(rulebook, readings=readings)
    ending = dossier if basis == "documented" else lapsing(dossier, rulebook)
    moment = first = regimes.moment(ending, Look(start, basis=basis))
    found, own = [], frozenset(change_days(ending))
    for day in candidate_days(ending, rulebook, start, until):
        after = regimes.moment(ending, Look(day, basis=basis), moment, same_facts=day not in own)
        turns = tuple(turned(moment, after))
        if after.points != moment.points or turns:
            causes = tuple(causes_of(moment, after, dossier, rulebook))
            filings = tuple(_filings(day, causes, turns, dossier, rulebook))
            found.append(Cliff(day, moment.points, after.points, causes, turns, filings))
        moment = after
    return Horizon(dossier, rulebook, first, until, tuple(found))


def candidate_days(dossier: Dossier, rulebook: Rulebook, start: date, until: date) -> tuple[date, ...]:
    """Return the only days on which anything can change: of the law, of the statements, of the documents."""
    from lokal.rulebook.timeline import turning_days  # noqa: PLC0415

    days = {*turning_days(rulebook), *change_days(dossier)}
    return tuple(sorted(day for day in days if start < day <= until))


def turned(before: Moment, after: Moment) -> Iterator[Turn]:
    """Yield the programmes whose answer or bar differ between two moments."""
    for one, two in zip(before.verdicts, after.verdicts, strict=True):
        if (one.answer, one.bar) != (two.answer, two.bar):
            yield Turn(one.programme, one, two)


def causes_of(before: Moment, after: Moment, dossier: Dossier, rulebook: Rulebook) -> Iterator[Cause]:
    """Yield what moved each block between two moments; the changes add up to the change of the total."""
    known = changed_facts(before.scored.states, after.scored.states)
    for place, (one, two) in enumerate(zip(before.scored.outcome.blocks, after.scored.outcome.blocks, strict=True)):
        if one.points == two.points:
            continue
        law, facts = _split(place, before, after)
        operations = tuple(_moved(one, two))
        if law.low or law.high:
            ended, begun = _clauses((before, after), place, operations, rulebook)
            yield Cause("law", one.id, operations, law, ended, begun)
        if facts.low or facts.high:
            read = {name for operation in (*one.operations, *two.operations) for name in operation.facts}
            names = tuple(sorted(read & known))
            yield Cause("facts", one.id, operations, facts, facts=names, papers=tuple(_papers(names, after.day, dossier, rulebook)))


def _split(place: int, before: Moment, after: Moment) -> tuple[Bounds, Bounds]:
    """Return the parts of a block's change that law and facts have, each the mean over both orders."""
    first, last = before.scored.outcome.blocks[place].points, after.scored.outcome.blocks[place].points
    law_first = interpret_block(after.scored.scale.blocks[place], before.scored.subject).points
    facts_first = interpret_block(before.scored.scale.blocks[place], after.scored.subject).points
    law = Bounds(*(_HALF * (a - b + c - d) for a, b, c, d in zip(*map(_ends, (law_first, first, last, facts_first)), strict=True)))
    return law, Bounds(last.low - first.low - law.low, last.high - first.high - law.high)


def _ends(points: Bounds) -> tuple[Fraction, Fraction]:
    return points.low, points.high


def _moved(one: BlockOutcome, two: BlockOutcome) -> Iterator[str]:
    for before, after in zip(one.operations, two.operations, strict=True):
        if (before.points, before.counted) != (after.points, after.counted):
            yield before.id


def _clauses(
    moments: tuple[Moment, Moment], place: int, operations: tuple[str, ...], rulebook: Rulebook
) -> tuple[tuple[Cite, ...], tuple[Cite, ...]]:
    """Return the clauses that ended and those that began between two moments for some operations of a block."""
    one, two = (_cites(each.scored.scale.blocks[place], operations, each.scored.subject) for each in moments)
    block, day = rulebook.blocks[place], moments[1].day
    tests = [test for each in block.operations if each.id in operations for test in each.requires or () if not isinstance(test, str)]
    gates = {inner.reaches for test in tests for inner in (test, *test.any)}
    begun = [
        Cite(value.act or "", value.place, value.hash, day, value.to)
        for gate in rulebook.gates
        if gate.id in gates
        for value in gate.values
        if value.from_ == day
    ]
    return tuple(each for each in one if each not in two), (*(each for each in two if each not in one), *begun)


def _cites(block: ScaleBlock, operations: tuple[str, ...], subject: Subject) -> tuple[Cite, ...]:
    found = [cite for each in block.operations if each.id in operations for cite in _operation_cites(each, subject)]
    return (*dict.fromkeys(found), *(case.cite for coefficient in block.coefficients for case in coefficient.cases))


def _operation_cites(operation: ScaleOperation, subject: Subject) -> Iterator[Cite]:
    """Yield the clauses of an operation's values for the vehicle; of a ladder only the rungs that the known score can stand on."""
    award = operation.award
    score = subject.states.get(award.score, NOTHING["points"]) if isinstance(award, LadderAward) else None
    for case in (*operation.cases, *(award.caps if isinstance(award, PerUnitAward) else ())):
        ours = subject.category in case.category and subject.powertrain in case.powertrain
        if ours and (score is None or _stands(case, score)):
            yield case.cite


def _stands(rung: Case, score: State) -> bool:
    low, high = rung.band or (0, None)
    return (high is None or score.low < high) and (score.high is None or score.high >= low)


def _papers(facts: Iterable[str], day: date, dossier: Dossier, rulebook: Rulebook) -> Iterator[str]:
    """Yield the documents of these facts that ended the day before."""
    research, wanted = research_facts(rulebook), set(facts)
    names = dict.fromkeys(name for each in dossier.statements if each.fact in wanted for name in each.evidence)
    for name in names:
        if any(paper_end(dossier.evidence[name], research=fact in research) == day - _ONE for fact in wanted):
            yield name


def _filings(day: date, causes: Iterable[Cause], turns: Iterable[Turn], dossier: Dossier, rulebook: Rulebook) -> Iterator[Filing]:
    research = research_facts(rulebook)
    for name in dict.fromkeys(paper for cause in causes for paper in cause.papers):
        kind = dossier.evidence[name].kind
        facts = {each.fact for each in dossier.statements if name in each.evidence}
        if facts & research:
            yield replace(_change(day, rulebook), evidence=name, clause="F12, R19")
        elif kind == "register_record":
            yield _renewal("vehicle_act", day, name, "R33, P3.6")
        elif kind == "component_act":
            yield _renewal("component_act", day, name, "P3.8")
        else:
            yield _renewal("change", day, name, "P6.11, P8.1")
    for turn in turns:
        if turn.lost:
            yield replace(_change(day, rulebook), programme=turn.programme)


def _renewal(paper: Paper, day: date, evidence: str, clause: str) -> Filing:
    needed = day - _ONE
    return Filing(paper, file_by(needed, paper), file_by(needed, paper, "slow"), clause, evidence=evidence)


def _change(day: date, rulebook: Rulebook) -> Filing:
    """Return the filing of points that the record must have on a day: the last day of the window, or earlier where working days ask it.

    Where even the window's first day is too late, `by` lies before the window and a person must be told so.
    """
    clean, slow = file_by(day - _ONE, "change"), file_by(day - _ONE, "change", "slow")
    window = last_window_before(day)
    by = min(clean, window.last)
    known = by >= rulebook.manifest.starts
    return Filing("change", by, min(slow, by), "R19, R4", window=window, requirements=requirement_days(by, rulebook) if known else ())
