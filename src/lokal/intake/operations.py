"""Operations that people list beside a bill of materials: what is done, by whom, where, what proves it, and from when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from lokal.engine.dossier import Dossier, Evidence, Statement
from lokal.errors import DossierError, Place, Words
from lokal.intake import identifiers
from lokal.intake.bom_row import RowCode
from lokal.intake.columns import find_header
from lokal.intake.dossier_yaml import misfits
from lokal.intake.forms import OPERATIONS
from lokal.intake.grid import read_table
from lokal.intake.sheets import Sheet
from lokal.intake.values import parse_day, parse_value
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.tree import printable
from lokal.rulebook.words import nearest

_HEADINGS = {column.key: (column.ru, column.en) for column in OPERATIONS.columns}


@dataclass(frozen=True)
class Stated:
    """Statements with the rows they came from, the documents behind them, and the rows that could not be used."""

    rows: tuple[tuple[Statement, Place], ...] = ()
    papers: Mapping[str, Evidence] = field(default_factory=dict)
    codes: tuple[RowCode, ...] = ()


def operations_table(sheet: Sheet) -> Sheet | None:
    """Return a sheet from its header row on where it is a table of operations, else None."""
    header = find_header(sheet, _HEADINGS, (("fact",),))
    return replace(sheet, rows=sheet.rows[header.first - 1 :]) if header else None


def read_operations(tables: Iterable[Sheet], rulebook: Rulebook, on: date) -> Stated:
    """Return what tables of operations state, known from a day; a row that cannot be used comes out with its code."""
    facts = declared_facts(rulebook)
    rows, codes = [], []
    papers: dict[str, Evidence] = {}
    for table in tables:
        for number, row in read_table(table, OPERATIONS):
            place = table.place(number)
            try:
                statement, paper = _stated(row, place, facts, on)
            except DossierError as problem:
                codes.append(RowCode(problem.code or "bad_operation", place, problem.words))
                continue
            if paper:
                papers[statement.evidence[0]] = paper
            rows.append((statement, place))
    return Stated(tuple(rows), papers, tuple(codes))


def with_operations(dossier: Dossier, stated: Stated, rulebook: Rulebook) -> tuple[Dossier, tuple[RowCode, ...]]:
    """Return a dossier of lines with the listed operations, and the codes of those left out.

    A fact that the lines make already is not stated again; what contradicts the vehicle is left out.
    """
    made = {statement.fact for statement in dossier.statements}
    codes, kept = [], []
    for statement, place in stated.rows:
        if statement.fact in made:
            words = Words(
                f"«{statement.fact}» уже получено из строк спецификации: дважды не считается",
                f"'{statement.fact}' is made from lines of the bill already: not counted twice",
            )
            codes.append(RowCode("counted_twice", place, words))
        else:
            kept.append((statement, place))
    whole = _joined(dossier, kept, stated)
    while kept and (problem := next(((name, words) for name, words in misfits(whole, rulebook) if name not in made), None)):
        name, words = problem
        vehicle = dossier.vehicle.id
        told = Words(f"{vehicle}: {words.ru}", f"{vehicle}: {words.en}")
        codes += [RowCode("contradiction", place, told) for statement, place in kept if statement.fact == name]
        kept = [(statement, place) for statement, place in kept if statement.fact != name]
        whole = _joined(dossier, kept, stated)
    return whole, tuple(codes)


def _joined(dossier: Dossier, rows: Iterable[tuple[Statement, Place]], stated: Stated) -> Dossier:
    added = tuple(statement for statement, _ in rows)
    papers = {name: stated.papers[name] for statement in added for name in statement.evidence}
    return msgspec.structs.replace(dossier, statements=dossier.statements + added, evidence={**dossier.evidence, **papers})


def _stated(row: Mapping[str, Any], place: Place, facts: Mapping[str, Fact], on: date) -> tuple[Statement, Evidence | None]:
    name = row.get("fact", "").strip()
    if name not in facts:
        hint = nearest(name, facts)
        ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
        raise DossierError(
            f"нет такого факта или операции: «{name}»{ru}", f"no such fact or operation: '{name}'{en}", place, "unknown_fact"
        )
    by = _performer(row.get("inn", ""), place)
    kind = facts[name].kind
    low, high = parse_value(row.get("value", "yes" if kind == "flag" else ""), kind, name, place)
    begun, ended = (parse_day(row.get(key), place) for key in ("from", "to"))
    if begun and ended and ended < begun:
        raise DossierError(f"«{name}»: конец раньше начала", f"'{name}': the end is before the start", place, "reversed_days")
    note = "; ".join(row[key] for key in ("part", "site") if row.get(key))
    paper = _paper(row, by)
    return Statement(name, low, high, begun, ended, on, by, (paper[0],) if paper else (), note=note), paper[1] if paper else None


def _performer(text: str, place: Place) -> str:
    if not text.strip():
        return "own"
    checked = identifiers.inn(text)
    if checked.problem:
        raise DossierError(checked.problem.ru, checked.problem.en, place, "bad_inn")
    return checked.value


def _paper(row: Mapping[str, Any], by: str) -> tuple[str, Evidence] | None:
    """Return the document of a row by its name: the maker's own proves, another performer's only claims until there is an act."""
    document, page = row.get("document", "").strip(), row.get("page", "").strip()
    if not document:
        return None
    name = printable(", ".join(part for part in (document, page, "" if by == "own" else by) if part)).strip()
    return name, Evidence("own" if by == "own" else "supplier", document, document, issuer="" if by == "own" else by, page=page)
