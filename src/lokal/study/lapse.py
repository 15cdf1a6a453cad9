"""When what is stated stops being provable: ends of documents and of statements, and a dossier in which claims end with their papers."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from lokal.engine.dossier import DOCUMENTS, Dossier, Evidence, Statement
from lokal.engine.known import evidence_end
from lokal.rulebook.facts import declared_facts, full_name
from lokal.rulebook.model import FactKind, PerUnit, Rulebook

_ONE = timedelta(days=1)
_TOP: dict[FactKind, Decimal | None] = {"flag": Decimal(1), "share": Decimal(1)}


def research_facts(rulebook: Rulebook) -> frozenset[str]:
    """Return the money facts behind points per unit: their figure counts for one year (footnote 12)."""
    return frozenset(
        full_name(block, name)
        for block in rulebook.blocks
        for operation in block.operations
        if isinstance(operation.award, PerUnit)
        for name in (operation.award.amount, operation.award.base)
    )


def paper_end(paper: Evidence, *, research: bool = False) -> date | None:
    """Return a document's last valid day; a paper on R&D without a printed end is good for one year from its issue."""
    end = evidence_end(paper)
    if end is None and research and paper.issued is not None:
        try:
            return paper.issued.replace(year=paper.issued.year + 1) - _ONE
        except ValueError:
            return date(paper.issued.year + 1, 2, 28)
    return end


def statement_end(statement: Statement, dossier: Dossier, research: Iterable[str] = ()) -> date | None:
    """Return the last day on which a statement still has a valid document, or None where it has none or one without an end."""
    papers = [dossier.evidence[name] for name in statement.evidence if dossier.evidence[name].kind in DOCUMENTS]
    ends = [paper_end(paper, research=statement.fact in research) for paper in papers]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def lapsing(dossier: Dossier, rulebook: Rulebook) -> Dossier:
    """Return the dossier with each claim that rests on documents reduced to a possibility on the day after the last one ends.

    A claim without documents, and an explicit no, stay as they are.
    """
    research = research_facts(rulebook)
    kinds = {name: fact.kind for name, fact in declared_facts(rulebook).items()}
    statements: list[Statement] = []
    for each in dossier.statements:
        end = statement_end(each, dossier, research)
        last = each.to or date.max
        if end is None or not each.low or end >= last:
            statements.append(each)
            continue
        if end >= (each.from_ or date.min):
            statements.append(msgspec.structs.replace(each, to=end))
        start = max(end + _ONE, each.from_ or date.min)
        high = each.high if kinds[each.fact] in {"count", "share", "money"} else _TOP.get(kinds[each.fact], each.high)
        statements.append(msgspec.structs.replace(each, from_=start, low=Decimal(0), high=high))
    return msgspec.structs.replace(dossier, statements=tuple(statements))


def change_days(dossier: Dossier) -> Iterator[date]:
    """Yield the days on which what is stated of a vehicle can change: first days, and days after last days."""
    for statement in dossier.statements:
        if statement.from_ is not None:
            yield statement.from_
        if statement.to is not None and statement.to < date.max:
            yield statement.to + _ONE
    for paper in dossier.evidence.values():
        if paper.issued is not None:
            yield paper.issued
        end = evidence_end(paper)
        if end is not None and end < date.max:
            yield end + _ONE
