"""What is known of a fact: two time axes, three bases, several performers, all derived by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lokal.engine.dossier import Basis, Dossier, Evidence, EvidenceKind, Statement, Vehicle
from lokal.engine.known import Doubt, Look, State, evidence_end, known_facts
from lokal.engine.outcome import OperationOutcome
from lokal.result.score import Score, score
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.read import load_rulebook

RULEBOOK = load_rulebook()
FACTS = declared_facts(RULEBOOK)
CAR = Vehicle("car", "Машина", "Car", "M1", "ice")
ON = date(2026, 6, 1)
WELDING, STAMPED, SENSORS, UNIT, COST = (
    "body_shell.welding",
    "body_panels.stamped_share",
    "vehicle.sensors",
    "ecu_abs.section_ix",
    "rnd.cost",
)
"""One fact of each kind: flag, share, count, points, money."""


def said(  # noqa: PLR0913  the parts of a statement
    fact: str,
    value: str,
    *,
    of: tuple[date | None, date | None] = (None, None),
    known: date | None = None,
    by: str = "own",
    papers: tuple[str, ...] = (),
    committed: bool = False,
) -> Statement:
    """Return a statement; `value` is a number or `low..high`, `low..` without an upper bound."""
    low, dots, high = value.partition("..")
    top = (Decimal(high) if high else None) if dots else Decimal(low)
    return Statement(fact, Decimal(low), top, from_=of[0], to=of[1], known=known, by=by, evidence=papers, committed=committed)


def paper(kind: EvidenceKind, issued: date | None = None, until: date | None = None) -> Evidence:
    """Return a document."""
    return Evidence(kind, "Документ", "Document", issued=issued, valid_until=until)


def state(*statements: Statement, look: Look | None = None, **papers: Evidence) -> State | None:
    """Return what is known of the statements' one fact, None where nothing is stated at all."""
    dossier = Dossier(CAR, statements, papers)
    return known_facts(dossier, FACTS, look or Look(ON)).get(statements[0].fact)


def bounds(*statements: Statement, look: Look | None = None, **papers: Evidence) -> tuple[Fraction, Fraction | None, Doubt | None]:
    """Return low, high and doubt of the statements' one fact."""
    found = state(*statements, look=look, **papers)
    assert found is not None
    return found.low, found.high, found.doubt


def scored(on: date, *statements: Statement, known: date = date.max, basis: Basis = "claimed", **papers: Evidence) -> Score:
    """Return the score of the car on a day."""
    return score(Dossier(CAR, statements, papers), RULEBOOK, on, look=Look(on, known, basis))


def outcome(result: Score, name: str) -> OperationOutcome:
    """Return one operation's outcome."""
    block, _, operation = name.partition(".")
    found = next(each for each in result.outcome.blocks if each.id == block)
    return next(each for each in found.operations if each.id == operation)


YES, NO, OPEN_FLAG = (1, 1, None), (0, 0, None), (0, 1, "unknown_fact")


# --- the days on which a statement holds


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 4, 30), OPEN_FLAG),
        (date(2025, 5, 1), YES),
        (date(2025, 8, 15), YES),
        (date(2025, 12, 31), YES),
        (date(2026, 1, 1), OPEN_FLAG),
    ],
)
def test_first_and_last_day_count(on: date, expected: object) -> None:
    """A statement holds from its first to its last day, both included; outside them nothing is known, which is not a no."""
    assert bounds(said(WELDING, "1", of=(date(2025, 5, 1), date(2025, 12, 31))), look=Look(on)) == expected


def test_open_ends() -> None:
    """A statement without first day held always, one without last day holds on."""
    assert bounds(said(WELDING, "1", of=(None, date(2026, 6, 1)))) == YES
    assert bounds(said(WELDING, "1", of=(date(2026, 6, 1), None))) == YES
    assert bounds(said(WELDING, "1", of=(None, date(2026, 5, 31)))) == OPEN_FLAG
    assert bounds(said(WELDING, "1", of=(date(2026, 6, 2), None))) == OPEN_FLAG


def test_one_value_after_another() -> None:
    """Two statements of one performer on adjoining days: each day has its own value and no day has both."""
    first, second = said(STAMPED, "0.3", of=(None, date(2026, 5, 31))), said(STAMPED, "0.7", of=(date(2026, 6, 1), None))
    assert bounds(first, second, look=Look(date(2026, 5, 31)))[0] == Fraction(3, 10)
    assert bounds(first, second, look=Look(date(2026, 6, 1)))[0] == Fraction(7, 10)


@pytest.mark.parametrize(
    ("fact", "top"),
    [(WELDING, Fraction(1)), (STAMPED, Fraction(1)), (SENSORS, None), (UNIT, None), (COST, None)],
)
def test_nothing_known(fact: str, top: Fraction | None) -> None:
    """A fact whose statements do not hold on the day is open from nothing to the top of its kind."""
    assert bounds(said(fact, "1", of=(date(2026, 6, 2), None))) == (0, top, "unknown_fact")


# --- the day from which a statement is known


@pytest.mark.parametrize(("known", "expected"), [(date(2026, 3, 31), OPEN_FLAG), (date(2026, 4, 1), YES), (date.max, YES)])
def test_known_from_its_day(known: date, expected: object) -> None:
    """What became known on a day counts for a look as of that day, not of the day before."""
    assert bounds(said(WELDING, "1", known=date(2026, 4, 1)), look=Look(ON, known)) == expected


def test_known_later_about_an_earlier_day() -> None:
    """What holds since January and became known in April: February's score is what it was then, or what we know now."""
    late = said(WELDING, "1", of=(date(2026, 1, 1), None), known=date(2026, 4, 1))
    assert scored(date(2026, 2, 1), late, known=date(2026, 2, 1)).low == 0
    assert scored(date(2026, 2, 1), late, known=date(2026, 4, 1)).low == 400
    assert scored(date(2025, 12, 31), late, known=date(2026, 4, 1)).low == 0


@pytest.mark.parametrize("turned", [False, True])
def test_later_knowledge_supersedes(turned: bool) -> None:  # noqa: FBT001  a parameter of the test
    """Of two statements by one performer the later known one counts, wherever it stands in the file; before it, the earlier one."""
    pair = [said(STAMPED, "0.7", known=date(2026, 1, 10)), said(STAMPED, "0.45", known=date(2026, 3, 10))]
    pair = pair[::-1] if turned else pair
    found = [bounds(*pair, look=Look(ON, known))[0] for known in (date(2026, 1, 10), date(2026, 3, 9), date(2026, 3, 10), date.max)]
    assert found == [Fraction(7, 10), Fraction(7, 10), Fraction(45, 100), Fraction(45, 100)]


def test_a_correction_can_take_back() -> None:
    """A later no takes an earlier yes back, and the score falls by its points."""
    yes, no = said(WELDING, "1", known=date(2026, 1, 10)), said(WELDING, "0", known=date(2026, 3, 10))
    assert bounds(yes, no) == NO
    assert [scored(ON, yes, no, known=known).low for known in (date(2026, 3, 9), date(2026, 3, 10))] == [400, 0]


def test_undated_knowledge_is_the_oldest() -> None:
    """A statement without a day of knowledge is known from the first, and any dated one supersedes it."""
    assert bounds(said(STAMPED, "0.7", known=date(2024, 1, 1)), said(STAMPED, "0.2"))[0] == Fraction(7, 10)


def test_later_knowledge_of_other_days_does_not_supersede() -> None:
    """What became known later about next year says nothing of this one."""
    now, next_year = said(WELDING, "1", known=date(2026, 1, 1)), said(WELDING, "0", of=(date(2027, 1, 1), None), known=date(2026, 5, 1))
    assert bounds(now, next_year) == YES
    assert bounds(now, next_year, look=Look(date(2027, 1, 1))) == NO


def test_performers_do_not_supersede_each_other() -> None:
    """A later statement by a supplier leaves the maker's own in place."""
    found = state(said(SENSORS, "3", known=date(2026, 1, 1)), said(SENSORS, "4", known=date(2026, 5, 1), by="supplier"))
    assert found is not None
    assert (found.low, [each.by for each in found.used]) == (7, ["own", "supplier"])


# --- several performers


@pytest.mark.parametrize(
    ("fact", "own", "supplier", "expected"),
    [
        (WELDING, "0", "1", YES),
        (WELDING, "0", "0", NO),
        (WELDING, "0", "0..1", OPEN_FLAG),
        (WELDING, "1", "0..1", YES),
        (SENSORS, "3", "4", (7, 7, None)),
        (SENSORS, "3..5", "4", (7, 9, "unknown_fact")),
        (SENSORS, "3", "4..", (7, None, "unknown_fact")),
        (COST, "1.5", "2.25", (Fraction(15, 4), Fraction(15, 4), None)),
        (STAMPED, "0.3", "0.4", (Fraction(7, 10), Fraction(7, 10), None)),
        (STAMPED, "0.3..0.8", "0.4", (Fraction(7, 10), 1, "unknown_fact")),
        (UNIT, "240", "210", (210, 210, None)),
        (UNIT, "200..220", "210", (200, 210, "unknown_fact")),
        (UNIT, "200..", "210", (200, 210, "unknown_fact")),
    ],
)
def test_several_performers(fact: str, own: str, supplier: str, expected: object) -> None:
    """Flags hold if one holds, counts, money and shares add up (a share to at most 1), scores take the worst."""
    pair = (said(fact, own), said(fact, supplier, by="supplier"))
    assert bounds(*pair) == bounds(*pair[::-1]) == expected


def test_performers_add_up_to_a_tier() -> None:
    """30 % stamped at home and 20 % by a supplier reach the tier of 50 %, worth 200."""
    assert scored(ON, said(STAMPED, "0.3"), said(STAMPED, "0.2", by="supplier")).low == 200
    assert scored(ON, said(STAMPED, "0.3"), said(STAMPED, "0.19", by="supplier")).low == 100


# --- basis: documented


@pytest.mark.parametrize(
    ("kind", "proves"),
    [
        ("own", True),
        ("component_act", True),
        ("register_record", True),
        ("supplier", False),
        ("spic", False),
        ("official", False),
        ("press", False),
    ],
)
def test_which_papers_prove(kind: EvidenceKind, proves: bool) -> None:  # noqa: FBT001  a parameter of the test
    """The maker's documents, component acts and register records prove; all else only supports a claim."""
    claim = said(WELDING, "1", papers=("it",))
    look = Look(ON, basis="documented")
    assert bounds(claim, look=look, it=paper(kind, date(2026, 1, 1))) == (YES if proves else (0, 1, "not_documented"))
    assert bounds(claim, it=paper(kind, date(2026, 1, 1))) == YES


def test_press_only_gives_the_reason_not_documented() -> None:
    """Welding known from the press alone: 400 claimed, 0 to 400 documented, and the reason says why."""
    claim = said(WELDING, "1", papers=("news",))
    news = paper("press", date(2026, 1, 1))
    claimed, documented = scored(ON, claim, news=news), scored(ON, claim, basis="documented", news=news)
    assert (claimed.low, documented.low) == (400, 0)
    lost = outcome(documented, WELDING)
    assert (lost.points.low, lost.points.high, lost.reason) == (0, 400, "not_documented")
    assert outcome(claimed, WELDING).reason == "awarded"


def test_no_paper_at_all() -> None:
    """A claim without any document is not documented; a no needs none."""
    look = Look(ON, basis="documented")
    assert bounds(said(WELDING, "1"), look=look) == (0, 1, "not_documented")
    assert bounds(said(WELDING, "0"), look=look) == NO
    assert bounds(said(SENSORS, "5"), look=look) == (0, 5, "not_documented")
    assert bounds(said(UNIT, "210"), look=look) == (0, 210, "not_documented")


def test_one_valid_paper_of_several_is_enough() -> None:
    """An ended act and a newspaper beside a valid record do no harm."""
    papers = {
        "act": paper("component_act", date(2020, 1, 1)),
        "news": paper("press", date(2026, 1, 1)),
        "record": paper("register_record", date(2026, 1, 1), date(2026, 12, 31)),
    }
    assert bounds(said(WELDING, "1", papers=tuple(papers)), look=Look(ON, basis="documented"), **papers) == YES


def test_each_performer_needs_a_paper() -> None:
    """Of 3 documented and 4 undocumented sensors 3 are sure."""
    own, other = said(SENSORS, "3", papers=("act",)), said(SENSORS, "4", by="supplier")
    assert bounds(own, other, look=Look(ON, basis="documented"), act=paper("own")) == (3, 7, "not_documented")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 1), YES),
        (date(2026, 9, 30), YES),
        (date(2026, 10, 1), (0, 1, "expired_document")),
    ],
)
def test_document_ends(on: date, expected: object) -> None:
    """A document proves from the day of issue to its last day, both included; then the reason is that it ended."""
    act = paper("component_act", date(2026, 3, 1), date(2026, 9, 30))
    assert bounds(said(WELDING, "1", papers=("act",)), look=Look(on, basis="documented"), act=act) == expected


def test_expired_act_gives_the_reason() -> None:
    """On the day after a component act ended its points are open and the reason says so."""
    claim, act = said(WELDING, "1", papers=("act",)), paper("component_act", date(2023, 9, 30), date(2026, 9, 30))
    valid = scored(date(2026, 9, 30), claim, basis="documented", act=act)
    ended = scored(date(2026, 10, 1), claim, basis="documented", act=act)
    assert (valid.low, outcome(valid, WELDING).reason) == (400, "awarded")
    assert (ended.low, outcome(ended, WELDING).reason, outcome(ended, WELDING).points.high) == (0, "expired_document", 400)
    assert scored(date(2026, 10, 1), claim, act=act).low == 400


@pytest.mark.parametrize(
    ("kind", "issued", "until", "end"),
    [
        ("component_act", date(2023, 6, 1), None, date(2026, 6, 1)),
        ("component_act", date(2024, 2, 29), None, date(2027, 2, 28)),
        ("component_act", date(2023, 6, 1), date(2024, 1, 1), date(2024, 1, 1)),
        ("component_act", date(2023, 6, 1), date(2030, 1, 1), date(2030, 1, 1)),
        ("component_act", None, None, None),
        ("own", date(2015, 1, 1), None, None),
        ("register_record", date(2015, 1, 1), None, None),
    ],
)
def test_term_of_a_document(kind: EvidenceKind, issued: date | None, until: date | None, end: date | None) -> None:
    """A component act that prints no end has a term of three years from its issue; a printed end counts as printed."""
    assert evidence_end(paper(kind, issued, until)) == end


def test_three_years_of_a_component_act() -> None:
    """An act of 01.06.2023 without a printed end still proves on 01.06.2026 and no longer on 02.06.2026."""
    claim, act = said(WELDING, "1", papers=("act",)), paper("component_act", date(2023, 6, 1))
    assert [scored(on, claim, basis="documented", act=act).low for on in (date(2026, 6, 1), date(2026, 6, 2))] == [400, 0]


def test_paper_issued_after_the_day_of_knowledge() -> None:
    """A look as of a day knows no document issued later, even for a day when it is valid."""
    claim, act = said(WELDING, "1", papers=("act",)), paper("own", date(2026, 5, 1))
    assert bounds(claim, look=Look(ON, date(2026, 4, 30), "documented"), act=act) == (0, 1, "not_documented")
    assert bounds(claim, look=Look(ON, date(2026, 5, 1), "documented"), act=act) == YES


# --- basis: committed


@pytest.mark.parametrize(("basis", "points"), [("documented", 0), ("claimed", 0), ("committed", 500)])
def test_commitments_count_only_where_asked(basis: Basis, points: int) -> None:
    """A promised operation counts under `committed` and nowhere else, not even with a document."""
    promise = said("body_shell.painting", "1", papers=("act",), committed=True)
    assert scored(ON, promise, basis=basis, act=paper("own", date(2026, 1, 1))).low == points


def test_commitment_from_its_day() -> None:
    """A promise holds from the day it names."""
    promise = said("body_shell.painting", "1", of=(date(2026, 7, 1), None), committed=True)
    assert [scored(on, promise, basis="committed").low for on in (date(2026, 6, 30), date(2026, 7, 1))] == [0, 500]


def test_commitment_beside_a_claim() -> None:
    """Under `committed` the claims count too; without it a promise hides no claim of the same performer."""
    claim, promise = said(STAMPED, "0.3", known=date(2026, 1, 1)), said(STAMPED, "0.7", known=date(2026, 2, 1), committed=True)
    assert [scored(ON, claim, promise, basis=basis).low for basis in ("claimed", "committed")] == [100, 300]


# --- what follows from the powertrain


def test_what_is_implied_is_known() -> None:
    """A car with an engine has one by definition, whatever is left unsaid."""
    states = known_facts(Dossier(CAR), FACTS, Look(ON, basis="documented"))
    assert (states["vehicle.engine"].low, states["vehicle.engine"].high) == (1, 1)
    assert (states["vehicle.traction_battery"].low, states["vehicle.traction_battery"].high) == (0, 0)
    assert "vehicle.frame" not in states


@pytest.mark.parametrize("value", ["0", "0..1", "1"])
def test_no_statement_loosens_what_is_implied(value: str) -> None:
    """What follows from the powertrain stays so, whatever a dossier made by a program says of it."""
    assert bounds(said("vehicle.engine", value)) == YES


# --- the law has two time axes as well: R&D of 10 % of revenue is 4000 points before the cap

RND = (said(COST, "100"), said("rnd.revenue", "1000"))


@pytest.mark.parametrize(
    ("on", "known", "points"),
    [
        (date(2026, 12, 1), date(2026, 9, 28), 1000),  # the day before decree 1254 was published
        (date(2026, 12, 1), date(2026, 9, 29), 1500),
        (date(2026, 12, 1), date.max, 1500),
        (date(2026, 9, 29), date(2026, 9, 29), 1000),  # published, in force from the next day
        (date(2026, 9, 29), date.max, 1000),
        (date(2026, 9, 30), date.max, 1500),
        (date(2026, 9, 30), date(2026, 9, 28), 1000),
        (date(2025, 12, 31), date.max, 1850),
        (date(2026, 1, 1), date.max, 1000),
    ],
)
def test_law_as_known_on_a_day(on: date, known: date, points: int) -> None:
    """As known before its publication a decree neither raises the cap nor ends the old one."""
    result = scored(on, *RND, known=known)
    assert (result.low, outcome(result, "rnd.rnd").reason) == (points, "capped")


def test_law_and_facts_are_looked_at_as_of_one_day() -> None:
    """Facts that became known after the decree was published raise the score only for a look after both."""
    cost = said(COST, "100", known=date(2026, 10, 15))
    found = [
        scored(date(2026, 12, 1), cost, RND[1], known=known).low for known in (date(2026, 9, 28), date(2026, 10, 14), date(2026, 10, 15))
    ]
    assert found == [0, 0, 1500]
