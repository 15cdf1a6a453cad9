"""An Excel request to a supplier with only the lines that matter, and its answer brought back into the dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from lokal.engine.dossier import Dossier, Evidence, EvidenceKind, Statement
from lokal.engine.known import evidence_end
from lokal.errors import DossierError, Lang, Place, Words
from lokal.intake import identifiers
from lokal.intake.dossier_write import value_text
from lokal.intake.forms import FLAG_WORDS, KINDS, REQUEST, SUPPLIER, SUPPLIER_FIELDS
from lokal.intake.grid import empty_book, read_table, save_book, sheet_named, write_table
from lokal.intake.sheets import read_sheets
from lokal.intake.values import parse_day, parse_value
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook


@dataclass(frozen=True)
class Request:
    """What a supplier is asked: the facts that are his and worth points, the most valuable first."""

    supplier: str
    inn: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyCode:
    """A row of a reply that could not be used, or could be with a remark."""

    code: str
    place: Place
    words: Words


@dataclass(frozen=True)
class Reply:
    """A dossier with a supplier's answers, and what was odd about rows."""

    dossier: Dossier
    taken: int
    codes: tuple[ReplyCode, ...]


def supplier_facts(dossier: Dossier, supplier: str) -> tuple[str, ...]:
    """Return the facts that a supplier performs or has documents for; he is named by INN or by a part of his name."""
    word = supplier.casefold()
    papers = {
        name
        for name, paper in dossier.evidence.items()
        if word in paper.issuer.casefold() or (supplier.isdigit() and supplier in paper.issuer)
    }
    return tuple(
        dict.fromkeys(
            each.fact
            for each in dossier.statements
            if each.by.split(" ")[0] == supplier or word in each.by.casefold() or papers.intersection(each.evidence)
        )
    )


def make_request(dossier: Dossier, supplier: str, worth: Sequence[str]) -> Request:
    """Return the request to a supplier: of his facts those in `worth` (the valuable ones, best first), in that order.

    Raises DossierError where the dossier knows no such supplier, or nothing of his is at stake.
    """
    own = supplier_facts(dossier, supplier)
    if not own:
        raise DossierError(f"в досье нет поставщика «{supplier}»", f"the dossier has no supplier '{supplier}'")
    facts = tuple(dict.fromkeys(fact for fact in worth if fact in own))
    if not facts:
        raise DossierError(
            f"у поставщика «{supplier}» нечего запрашивать: всё подтверждено", f"nothing to ask of supplier '{supplier}': all is proved"
        )
    performers = [each.by for each in dossier.statements if each.fact in facts and each.by != "own"]
    inns = {word for by in performers for word in by.split(" ") if word.isdigit() and identifiers.inn(word).problem is None}
    inn = supplier if supplier.isdigit() else min(inns) if len(inns) == 1 else ""
    return Request(supplier, inn, facts)


def write_request(request: Request, dossier: Dossier, rulebook: Rulebook, on: date, path: Path, *, lang: Lang = "ru") -> None:  # noqa: PLR0913
    """Write a request as Excel: one row per fact with what is known of it now and cells for the answer."""
    facts = declared_facts(rulebook)
    book = empty_book()
    vehicle = dossier.vehicle
    values = {
        "supplier": request.supplier,
        "inn": request.inn,
        "vehicle": vehicle.ru if lang == "ru" else vehicle.en,
        "on": on.isoformat(),
    }
    write_table(book, SUPPLIER, [{"field": name, "value": values[name]} for name in SUPPLIER_FIELDS], lang)
    rows = [
        {"fact": name, "title": facts[name].ru if lang == "ru" else facts[name].en, "now": _now(dossier, name, facts[name].kind, lang)}
        for name in request.facts
    ]
    write_table(book, REQUEST, rows, lang)
    book.active = 1
    save_book(book, path)


def read_reply(path: Path, dossier: Dossier, rulebook: Rulebook, on: date) -> Reply:
    """Return the dossier with a supplier's answers added, known from a day; a row that cannot be used comes out with its code."""
    sheets = read_sheets(path)
    sheet, about = sheet_named(sheets, REQUEST), sheet_named(sheets, SUPPLIER)
    if sheet is None or about is None:
        raise DossierError(f"нет листа «{REQUEST.ru}»: это не ответ на запрос", f"no sheet '{REQUEST.en}': not a reply", Place(str(path)))
    given = {row.get("field"): str(row.get("value", "")) for _, row in read_table(about, SUPPLIER)}
    checked = identifiers.inn(given.get("inn", ""))
    if checked.problem:
        raise DossierError(checked.problem.ru, checked.problem.en, about.place(0))
    asking = _Asking(declared_facts(rulebook), dossier, checked.value, given.get("supplier", ""), on)
    statements, papers, codes = list(dossier.statements), dict(dossier.evidence), []
    taken = 0
    for number, row in read_table(sheet, REQUEST):
        if set(row) <= {"fact"}:
            continue
        try:
            statement, name, paper = _answer(row, sheet.place(number), asking)
        except DossierError as problem:
            codes.append(ReplyCode(problem.code or "bad_row", sheet.place(number), problem.words))
            continue
        papers[name] = paper
        statements.append(statement)
        taken += 1
    return Reply(msgspec.structs.replace(dossier, statements=tuple(statements), evidence=papers), taken, tuple(codes))


@dataclass(frozen=True)
class _Asking:
    """What stays the same for every row of a reply."""

    facts: Mapping[str, Fact]
    dossier: Dossier
    inn: str
    supplier: str
    on: date


def _answer(row: dict[str, Any], place: Place, asking: _Asking) -> tuple[Statement, str, Evidence]:
    fact = row.get("fact", "")
    if fact not in asking.facts:
        raise DossierError(f"нет такого факта: «{fact}»", f"no such fact: '{fact}'", place, "unknown_fact")
    if not row.get("number"):
        raise DossierError(f"«{fact}»: нет номера документа", f"'{fact}': no document number", place, "no_document")
    low, high = parse_value(row.get("value"), asking.facts[fact].kind, fact, place)
    issued, until = (parse_day(row.get(key), place) for key in ("issued", "valid_until"))
    if issued and until and until < issued:
        raise DossierError(f"«{fact}»: срок кончился раньше выдачи", f"'{fact}': it ended before it was issued", place, "reversed_days")
    kind = row.get("kind", "component_act")
    if kind not in KINDS:
        raise DossierError(f"вид документа «{kind}» не из списка", f"the kind '{kind}' is not in the list", place, "unknown_kind")
    before = next((each.by for each in asking.dossier.statements if each.fact == fact and each.by.split(" ")[0] == asking.inn), asking.inn)
    name = f"{asking.inn} {row['number']}"
    chosen: EvidenceKind = kind
    name_of = asking.supplier or asking.inn
    paper = Evidence(
        chosen, f"Документ поставщика {name_of}", f"Paper of supplier {name_of}", issued, until, row.get("issuer", asking.supplier),
        row["number"], row.get("page", ""), file=row.get("file", ""),
    )  # fmt: skip
    return Statement(fact, low, high, from_=issued, known=asking.on, by=before, evidence=(name,)), name, paper


def _now(dossier: Dossier, fact: str, kind: Any, lang: Lang) -> str:  # noqa: ANN401
    """Return what the dossier says of a fact now, with its document and end."""
    last = [each for each in dossier.statements if each.fact == fact][-1]
    papers = []
    for name in last.evidence:
        paper = dossier.evidence[name]
        end = evidence_end(paper)
        word = "до" if lang == "ru" else "until"
        papers.append(f"{paper.number or name}{f' {word} {end:%d.%m.%Y}' if end else ''}")
    value = value_text(last.low, last.high, kind)
    shown = FLAG_WORDS.get(value, value) if lang == "ru" else value
    return f"{shown}{': ' if papers else ''}{'; '.join(papers)}"
