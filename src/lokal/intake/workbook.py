"""A dossier as an Excel workbook that people fill in, and back to the same dossier."""

from pathlib import Path
from typing import Any

from lokal.engine.dossier import Dossier
from lokal.errors import DossierError, Lang, Place
from lokal.intake.dossier_write import dossier_data
from lokal.intake.dossier_yaml import dossier_of
from lokal.intake.forms import (
    CATEGORIES,
    EVIDENCE,
    FACT_KINDS,
    FACTS,
    FLAG_WORDS,
    POWERTRAINS,
    PUBLISHED,
    REFERENCE,
    VEHICLE,
    VEHICLE_FIELDS,
)
from lokal.intake.grid import TableForm, allow, code_of, empty_book, read_table, save_book, sheet_named, write_table
from lokal.intake.sheets import Sheet, read_sheets
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook
from lokal.rulebook.tree import Step, Tree

_SHEET = 10_000_000
"""A row's number in the tree is its number in the sheet plus this times the sheet's position, so that an error names both."""
_VEHICLE_WORDS = {"category": CATEGORIES, "powertrain": POWERTRAINS}
Plain = dict[str, Any]


def write_workbook(dossier: Dossier, rulebook: Rulebook, path: Path, lang: Lang = "ru") -> None:
    """Write a dossier as an Excel workbook, with every fact of the law listed on a sheet of its own.

    Raises DossierError where a text is longer than a cell can hold.
    """
    save_book(dossier_book(dossier, rulebook, lang), path)


def dossier_book(dossier: Dossier, rulebook: Rulebook, lang: Lang) -> Any:  # noqa: ANN401  openpyxl has no types
    """Return a dossier as a workbook in memory."""
    data = dossier_data(dossier, rulebook)
    facts = declared_facts(rulebook)
    book = empty_book()
    sheet = write_table(book, VEHICLE, _vehicle_rows(data, lang), lang)
    for row, name in enumerate(VEHICLE_FIELDS, start=2):
        if name in _VEHICLE_WORDS:
            allow(sheet, f"B{row}", _VEHICLE_WORDS[name], lang)
    rows = []
    for name, items in data.get("facts", {}).items():
        for item in items if isinstance(items, list) else [items]:
            value = FLAG_WORDS.get(item["value"], item["value"]) if lang == "ru" else item["value"]
            rows.append({**item, "value": value, "fact": name, "title": facts[name].ru if lang == "ru" else facts[name].en})
    write_table(book, FACTS, rows, lang)
    write_table(book, EVIDENCE, [{"name": name, **paper} for name, paper in data.get("evidence", {}).items()], lang)
    write_table(book, PUBLISHED, data.get("published", ()), lang)
    write_reference(book, rulebook, lang)
    return book


def write_reference(book: Any, rulebook: Rulebook, lang: Lang) -> None:  # noqa: ANN401  openpyxl has no types
    """Add a sheet that lists every fact of the law with its kind of value."""
    column = 0 if lang == "ru" else 1
    listed = [
        {"fact": name, "title": (fact.ru, fact.en)[column], "kind": FACT_KINDS[fact.kind][column]}
        for name, fact in declared_facts(rulebook).items()
    ]
    write_table(book, REFERENCE, listed, lang)


def read_workbook(path: Path, rulebook: Rulebook) -> Dossier:
    """Return the dossier of a workbook; raises DossierError in one line with sheet and row, as a YAML dossier does."""
    sheets = read_sheets(path)
    vehicle = sheet_named(sheets, VEHICLE)
    if vehicle is None:
        raise DossierError(
            f"нет листа «{VEHICLE.ru}»: это не книга досье lokal", f"no sheet '{VEHICLE.en}': not a dossier workbook", Place(str(path))
        )
    tree = Tree(str(path), {}, {(): 1})
    _take_vehicle(tree, vehicle, sheets)
    _take_evidence(tree, sheets)
    _take_facts(tree, sheets)
    _take_published(tree, sheets)
    try:
        return dossier_of(tree, rulebook)
    except DossierError as problem:
        if problem.place is None or problem.place.line < _SHEET:
            raise
        index, row = divmod(problem.place.line, _SHEET)
        raise DossierError(problem.words.ru, problem.words.en, sheets[index - 1].place(row), problem.code) from problem


def _vehicle_rows(data: Plain, lang: Lang) -> list[Plain]:
    values = {**data["vehicle"], **{f"note.{key}": text for key, text in data.get("note", {}).items()}}
    for name, words in _VEHICLE_WORDS.items():
        values[name] = words[values[name]][0 if lang == "ru" else 1]
    return [{"field": name, "value": values.get(name)} for name in VEHICLE_FIELDS]


def _line(sheets: tuple[Sheet, ...], sheet: Sheet, row: int) -> int:
    return (sheets.index(sheet) + 1) * _SHEET + row


def _rows(sheets: tuple[Sheet, ...], form: TableForm) -> list[tuple[int, Plain]]:
    sheet = sheet_named(sheets, form)
    if sheet is None:
        return []
    return [(_line(sheets, sheet, number), row) for number, row in read_table(sheet, form)]


def _take_vehicle(tree: Tree, sheet: Sheet, sheets: tuple[Sheet, ...]) -> None:
    vehicle: Plain = {"id": "", "ru": "", "en": ""}
    note: Plain = {}
    at: tuple[Step, ...] = ("vehicle",)
    tree.lines[at] = _line(sheets, sheet, sheet.rows[0][0]) if sheet.rows else 1
    for number, row in read_table(sheet, VEHICLE):
        name, line = row.get("field", ""), _line(sheets, sheet, number)
        if name not in VEHICLE_FIELDS:
            raise DossierError(f"неизвестное поле «{name}»", f"unknown field '{name}'", sheet.place(number))
        if "value" not in row:
            continue
        part, _, key = name.rpartition(".")
        (note if part else vehicle)[key] = code_of(row["value"], _VEHICLE_WORDS.get(name, {}))
        tree.lines[(part or "vehicle", key)] = line
    tree.data["vehicle"] = vehicle
    if note:
        tree.data["note"] = {"ru": "", "en": ""} | note


def _take_evidence(tree: Tree, sheets: tuple[Sheet, ...]) -> None:
    papers: Plain = {}
    for line, row in _rows(sheets, EVIDENCE):
        name = row.pop("name", "")
        if name in papers:
            first = tree.lines["evidence", name] % _SHEET
            raise DossierError(
                f"имя «{name}» повторено (первый раз в строке {first})",
                f"the name '{name}' is repeated (first in row {first})",
                _place(sheets, line),
            )
        papers[name] = {"ru": "", "en": ""} | row
        tree.lines["evidence", name] = line
    if papers:
        tree.data["evidence"] = papers


def _take_facts(tree: Tree, sheets: tuple[Sheet, ...]) -> None:
    facts: Plain = {}
    for line, row in _rows(sheets, FACTS):
        name = row.pop("fact", "")
        some = facts.setdefault(name, [])
        tree.lines.setdefault(("facts", name), line)
        tree.lines["facts", name, len(some)] = line
        some.append(row)
    if facts:
        tree.data["facts"] = facts


def _take_published(tree: Tree, sheets: tuple[Sheet, ...]) -> None:
    rows = _rows(sheets, PUBLISHED)
    for index, (line, _) in enumerate(rows):
        tree.lines["published", index] = line
    if rows:
        tree.data["published"] = [{"ru": "", "en": ""} | row for _, row in rows]


def _place(sheets: tuple[Sheet, ...], line: int) -> Place:
    index, row = divmod(line, _SHEET)
    return sheets[index - 1].place(row)
