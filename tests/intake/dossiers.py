"""Random dossiers over the real rulebook: every kind of value, day and text that a dossier can hold."""

from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lokal.engine.dossier import Dossier, Evidence, EvidenceKind, Published, Statement, Vehicle, Wording
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Category, Fact, Powertrain, Rulebook

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=40).map(lambda text: text.replace("\x00", "")) | st.sampled_from(
    [
        "=1+1",
        "+7 495",
        "-5",
        "@name",
        "'quoted",
        "''",
        "_x000D_",
        "_x0041_",
        "a\rb",
        " ends ",
        "x;y",
        "\\;",
        "null",
        "yes",
        "1.10",
        "—",
        "ё№",
    ]
)
NAME = st.text("abcdefgхцч_=+;'\\ ", min_size=1, max_size=12).filter(str.strip)
DAY = st.dates(date(2020, 1, 1), date(2032, 12, 31))
NUMBER = st.builds(lambda units, places: Decimal(units).scaleb(-places), st.integers(0, 10**14), st.integers(0, 9))


def safe_facts(rulebook: Rulebook) -> dict[str, Fact]:
    """Return the facts that cannot contradict each other: numbers, and flags that nothing implies and that speak of no fitting."""
    declared = declared_facts(rulebook)
    own, ruled_out = set(), set()
    for block in rulebook.blocks:
        fitted = declared.get(block.fitted or f"{block.id}.fitted")
        names = {f"{block.id}.{operation.id}" for operation in block.operations}
        (ruled_out if fitted is not None and fitted.implied else own).update(names)
    return {name: fact for name, fact in declared.items() if name not in ruled_out and (fact.kind != "flag" or name in own)}


@st.composite
def statements(draw: DrawFn, facts: dict[str, Fact], papers: list[str], name: str) -> Statement:
    """Return one statement of a fact."""
    kind = facts[name].kind
    if kind == "flag":
        low, high = draw(st.sampled_from([(0, 0), (1, 1), (0, 1)]))
        bounds: tuple[Decimal, Decimal | None] = Decimal(low), Decimal(high)
    elif kind == "share":
        pair = sorted(draw(st.tuples(*[st.integers(0, 10**8)] * 2)))  # several performers stay below the whole
        bounds = Decimal(pair[0]).scaleb(-9), Decimal(pair[1]).scaleb(-9)
    else:
        low_number = Decimal(draw(st.integers(0, 10**6))) if kind == "count" else draw(NUMBER)
        more = draw(st.sampled_from([Decimal(0), Decimal(7), None]))
        bounds = low_number, None if more is None else low_number + more
    days = sorted(draw(st.tuples(DAY, DAY)))
    return Statement(
        fact=name,
        low=bounds[0],
        high=bounds[1],
        from_=draw(st.sampled_from([None, days[0]])),
        to=draw(st.sampled_from([None, days[1]])),
        known=draw(st.none() | DAY),
        by=draw(st.just("own") | TEXT.filter(bool)),
        evidence=tuple(draw(st.lists(st.sampled_from(papers), max_size=3, unique=True))) if papers else (),
        committed=draw(st.booleans()),
        note=draw(TEXT),
    )


@st.composite
def dossiers(draw: DrawFn, rulebook: Rulebook) -> Dossier:
    """Return one dossier."""
    facts = safe_facts(rulebook)
    names = draw(st.lists(NAME, max_size=4, unique=True))
    chosen = draw(st.lists(st.sampled_from(sorted(facts)), max_size=6, unique=True))
    stated = [draw(statements(facts, names, name)) for name in chosen for _ in range(draw(st.integers(1, 2)))]
    texts = st.builds(Wording, TEXT, TEXT)
    return Dossier(
        vehicle=Vehicle(
            draw(TEXT.filter(bool)),
            draw(TEXT),
            draw(TEXT),
            draw(st.sampled_from(get_args(Category))),
            draw(st.sampled_from(get_args(Powertrain))),
            draw(TEXT),
            draw(TEXT),
        ),
        statements=tuple(stated),
        evidence={name: draw(_papers()) for name in names},
        published=tuple(draw(st.lists(_published(names), max_size=2))),
        note=draw(st.none() | texts),
    )


@st.composite
def _papers(draw: DrawFn) -> Evidence:
    days = sorted(draw(st.tuples(DAY, DAY)))
    texts = [draw(TEXT) for _ in range(8)]
    issued, ended = draw(st.sampled_from([(None, None), (days[0], None), (None, days[1]), (days[0], days[1])]))
    kind = draw(st.sampled_from(get_args(EvidenceKind)))
    return Evidence(kind, *texts[:2], issued, ended, *texts[2:])


@st.composite
def _published(draw: DrawFn, names: list[str]) -> Published:
    papers = tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))) if names else ()
    return Published(draw(TEXT), draw(TEXT), draw(DAY), draw(st.integers(0, 9999)), draw(st.none() | st.integers(0, 9999)), papers)
