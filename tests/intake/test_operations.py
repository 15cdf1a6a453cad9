"""The list of operations beside a bill: written by the template, read with the bill, nothing counted twice, no row lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import lokal
from lokal.engine.dossier import Evidence, Statement
from lokal.engine.known import Look
from lokal.errors import Lang
from lokal.intake.bom import read_bom
from lokal.intake.bom_dossier import Import, map_bom
from lokal.intake.dossier_write import dossier_text
from lokal.intake.mapping import Car, Mapping, Rule, Variant

RULEBOOK = lokal.load_rulebook()
ON = date(2026, 11, 20)
MAPPING = Mapping(
    vehicle=Car("x", "Вымышленный", "Made up", "M1", "ice"),
    variants={"Base": Variant(("Base",)), "Lux": Variant(("Lux",))},
    rules=(Rule("telematics.fitted", name="Блок телематики*"), Rule("seat_belts.belts", name="Ремень*")),
)
BILL = (
    (0, "CAR", "Машина", 1, "шт"),
    (1, "T-1", "Блок телематики", 1, "шт", *[None] * 8, "Lux"),
    (1, "B-1", "Ремень", 5, "шт", *[None] * 8, "Base;Lux"),
)


def filled(path: Path, rows: list[tuple[Any, ...]], lang: Lang = "ru") -> Path:
    """Write the template and fill in both of its sheets."""
    lokal.write_template("bom", RULEBOOK, path, lang)
    book = load_workbook(path)
    for row in BILL:
        book.worksheets[0].append(row)
    for row in rows:
        book.worksheets[1].append(row)
    book.save(path)
    return path


def imported(*paths: Path) -> Import:
    """Import files under the mapping."""
    return map_bom(read_bom(paths, MAPPING.source, ON), MAPPING, RULEBOOK, ON)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_filled_template_states_operations_with_their_documents(lang: Lang, tmp_path: Path) -> None:
    """Own operations are proved by the maker's document, another's only claimed; example sheets are no data."""
    rows = [
        ("body_shell.welding", "BD-100", None, "Цех 1", None, "Карта 12", 3, date(2026, 1, 15), date(2027, 1, 14)),
        ("gearbox_manual_shafts.machining_heat", None, "7700000016", None, 3, "Письмо 7"),
        ("body_shell.painting",),
    ]
    done = imported(filled(tmp_path / "t.xlsx", rows, lang))
    assert (len(done.bom.lines), done.bom.codes) == (3, ())
    dossier = done.variants[0].dossier
    assert dossier.statements[-3:] == (
        Statement(
            "body_shell.welding",
            Decimal(1),
            Decimal(1),
            date(2026, 1, 15),
            date(2027, 1, 14),
            ON,
            evidence=("Карта 12, 3",),
            note="BD-100; Цех 1",
        ),
        Statement(
            "gearbox_manual_shafts.machining_heat", Decimal(3), Decimal(3), known=ON, by="7700000016", evidence=("Письмо 7, 7700000016",)
        ),
        Statement("body_shell.painting", Decimal(1), Decimal(1), known=ON),
    )
    assert dossier.evidence["Карта 12, 3"] == Evidence("own", "Карта 12", "Карта 12", page="3")
    assert dossier.evidence["Письмо 7, 7700000016"].kind == "supplier"
    assert lokal.parse_dossier(dossier_text(dossier, RULEBOOK), "d.yaml", RULEBOOK) == dossier
    low = [lokal.score(dossier, RULEBOOK, ON, look=Look(ON, date.max, basis)).low for basis in ("documented", "claimed")]
    assert low == [400, 400 + 500]  # welding; painting without a paper; of the shafts fitted nothing is known


def test_rows_that_cannot_be_used_come_out_with_their_codes(tmp_path: Path) -> None:
    """A misspelt name, a wrong INN, value or day, what the lines give already and what the variant lacks: each by its row."""
    rows = [
        ("body_shell.weldin",),
        ("body_shell.welding", None, "123"),
        ("body_panels.stamped_share", None, None, None, "70%"),
        ("body_panels.stamped_share",),
        ("body_shell.welding", None, None, None, None, None, None, "завтра"),
        ("body_shell.welding", None, None, None, None, None, None, date(2026, 2, 1), date(2026, 1, 1)),
        ("seat_belts.belts", None, None, None, 4),
        ("telematics.pcb",),
        ("body_metal.metal_share", None, None, None, 0.6),
        ("body_metal.metal_share", None, "7700000016", None, 0.5),
    ]
    done = imported(filled(tmp_path / "t.xlsx", rows))
    assert [(code.code, code.place.line) for code in done.bom.codes] == [
        ("unknown_fact", 2),
        ("bad_inn", 3),
        ("bad_operation", 4),
        ("bad_operation", 5),
        ("bad_day", 6),
        ("reversed_days", 7),
        ("counted_twice", 8),
        ("contradiction", 10),
        ("contradiction", 11),
        ("contradiction", 9),
        ("contradiction", 10),
        ("contradiction", 11),
    ]
    stated = [[each.fact for each in variant.dossier.statements] for variant in done.variants]
    assert stated == [["telematics.fitted", "seat_belts.belts"], ["telematics.fitted", "seat_belts.belts", "telematics.pcb"]]
    assert all(code.place.file.endswith("[Операции]") for code in done.bom.codes)


def test_operations_may_come_as_a_file_of_their_own(tmp_path: Path) -> None:
    """A CSV with the headings under a title is read beside the bill; alone it is no bill."""
    bill, operations = tmp_path / "b.csv", tmp_path / "o.csv"
    bill.write_text("уровень;обозначение;наименование;кол-во\n1;B-1;Ремень;5\n", encoding="utf-8")
    operations.write_bytes("Операции завода\n\nКод требования;Узел;Документ\nbody_shell.welding;BD;Карта 1\n".encode("cp1251"))
    done = imported(bill, operations)
    assert [each.fact for each in done.variants[0].dossier.statements] == ["seat_belts.belts", "body_shell.welding"]
    with pytest.raises(lokal.DossierError, match="no header row"):
        imported(operations)
