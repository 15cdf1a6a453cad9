"""Excel templates to fill in: a dossier, a bill of materials, component acts; Russian or English, with hints and examples."""

from pathlib import Path
from typing import Any, Literal

from lokal.engine.dossier import Dossier, Vehicle
from lokal.errors import Lang
from lokal.intake.forms import ACTS, BOM, EVIDENCE, EXAMPLE, FACTS, OPERATIONS
from lokal.intake.grid import Column, TableForm, empty_book, save_book, write_table
from lokal.intake.workbook import dossier_book, write_reference
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook

What = Literal["dossier", "bom", "acts"]
_BOM_ROWS = (
    {"level": "0", "number": "CAR-001", "name": "Автомобиль вымышленный", "quantity": "1", "unit": "шт"},
    {"level": "1", "number": "H-100", "name": "Жгут низковольтный", "quantity": "1", "unit": "шт"},
    {
        "level": "2",
        "number": "W-1",
        "name": "Провод ПГВА 0,5",
        "quantity": "120.5",
        "unit": "м",
        "mass": "0.008",
        "price": "9.5",
        "currency": "RUB",
        "country": "Россия",
        "okpd2": "29.31.10.110",
        "tnved": "8544 30 000 0",
        "variants": "Base; Lux",
    },
)
_ACT_ROWS = (
    {
        "number": "900-01-00001",
        "maker": "Изготовитель-пример",
        "inn": "7700000016",
        "component": "Коробка передач",
        "issued": "2026-03-01",
        "edition": "317",
        "category": ["M1", "N1"],
        "operation": "gearbox_manual.housing",
        "points": "120",
    },
    {"operation": "gearbox_manual_shafts.machining_heat", "value": "3"},
)
_FACT_ROWS = (
    {"fact": "body_shell.welding", "value": "да", "from": "2026-01-01", "evidence": ["карта сварки"]},
    {"fact": "body_panels.stamped_share", "value": "0.45", "evidence": ["карта сварки"]},
    {"fact": "ecu_abs.section_ix", "value": "200.."},
)
_PAPER_ROWS = (
    {
        "name": "карта сварки",
        "kind": "own",
        "ru": "Маршрутная карта сварки",
        "en": "Welding routing card",
        "issued": "2026-01-15",
        "page": "3",
    },
)


_OPERATION_ROWS = (
    {
        "fact": "body_shell.welding",
        "part": "BD-100",
        "site": "Цех сварки",
        "document": "Маршрутная карта 12",
        "page": "3",
        "from": "2026-01-15",
    },
    {"fact": "gearbox_manual_shafts.machining_heat", "part": "K-101", "inn": "7700000016", "value": "3", "document": "Письмо 7"},
)


def write_template(what: What, rulebook: Rulebook, path: Path, lang: Lang = "ru") -> None:
    """Write an empty template with hints in its headings, allowed values in lists and a made-up example on a sheet of its own."""
    save_book(_BUILDERS[what](rulebook, lang), path)


def _dossier(rulebook: Rulebook, lang: Lang) -> Any:  # noqa: ANN401  openpyxl has no types
    book = dossier_book(Dossier(Vehicle("", "", "", "M1", "ice")), rulebook, lang)
    facts = declared_facts(rulebook)
    rows = [{**row, "title": facts[str(row["fact"])].ru if lang == "ru" else facts[str(row["fact"])].en} for row in _FACT_ROWS]
    _example(book, FACTS, rows, lang)
    _example(book, EVIDENCE, _PAPER_ROWS, lang)
    return book


def _bom(rulebook: Rulebook, lang: Lang) -> Any:  # noqa: ANN401
    book = empty_book()
    write_table(book, BOM, (), lang, spare=5000)
    write_table(book, OPERATIONS, (), lang, spare=2000)
    _example(book, BOM, _BOM_ROWS, lang)
    _example(book, OPERATIONS, _OPERATION_ROWS, lang)
    write_reference(book, rulebook, lang)
    return book


def _acts(rulebook: Rulebook, lang: Lang) -> Any:  # noqa: ANN401
    book = empty_book()
    write_table(book, ACTS, (), lang, spare=2000)
    _example(book, ACTS, _ACT_ROWS, lang)
    write_reference(book, rulebook, lang)
    return book


def _example(book: Any, form: TableForm, rows: Any, lang: Lang) -> None:  # noqa: ANN401
    """Add a sheet of example rows, named so that no reader takes it for data."""
    columns: tuple[Column, ...] = form.columns
    ru, en = (f"{title} – {form.title(lang)}"[:31] for title in EXAMPLE)
    named = TableForm(ru, en, columns)
    write_table(book, named, rows, lang, spare=0)


_BUILDERS = {"dossier": _dossier, "bom": _bom, "acts": _acts}
