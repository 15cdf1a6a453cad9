"""A dossier goes to Excel and back without losing anything, and nothing in a cell can run."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import lokal
from intake.dossiers import TEXT, dossiers
from lokal.engine.dossier import Dossier, Evidence, Statement, Vehicle
from lokal.errors import Lang
from lokal.intake.grid import names_of, names_text
from lokal.intake.workbook import read_workbook, write_workbook
from lokal.rulebook.facts import declared_facts

RULEBOOK = lokal.load_rulebook()
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]  # a whole dossier takes minutes to shrink
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "kaluga").glob("*.yaml"))
CAR = Vehicle("car", "Машина", "Car", "M1", "ice")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(data=st.data())
def test_any_dossier_comes_back_from_excel(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Xlsx -> dossier -> xlsx loses nothing, in either language."""
    dossier = data.draw(dossiers(RULEBOOK))
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    for lang in ("ru", "en"):
        write_workbook(dossier, RULEBOOK, path, lang)  # type: ignore[arg-type]
        assert read_workbook(path, RULEBOOK) == dossier


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_come_back_from_excel(path: Path, tmp_path: Path) -> None:
    """The published examples survive Excel and score the same."""
    dossier = lokal.read_dossier(path, RULEBOOK)
    write_workbook(dossier, RULEBOOK, tmp_path / "d.xlsx")
    assert read_workbook(tmp_path / "d.xlsx", RULEBOOK) == dossier


@given(st.lists(TEXT.filter(bool), max_size=4))
@settings(max_examples=100, deadline=None)
def test_lists_of_names_come_back(names: list[str]) -> None:
    """Names with semicolons, backslashes and spaces at their ends survive one cell."""
    assert names_of(names_text(names)) == names


def book_of(dossier: Dossier, path: Path) -> Path:
    """Write a dossier and return the path."""
    write_workbook(dossier, RULEBOOK, path)
    return path


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text: str, tmp_path: Path) -> None:
    """A text that begins like a formula is stored as text behind an apostrophe, and read back as it was."""
    dossier = Dossier(CAR, (), {"paper": Evidence("own", text, text, issuer=text)})
    path = book_of(dossier, tmp_path / "d.xlsx")
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.lstrip()[:1] in {"=", "+", "-", "@"}]
    assert read_workbook(path, RULEBOOK) == dossier


def test_days_and_lists_are_excels_own(tmp_path: Path) -> None:
    """Days are dates shown as dd.mm.yyyy, numbers are numbers, kinds of documents are chosen from a list."""
    paper = Evidence("component_act", "Акт", "Act", issued=date(2026, 3, 1))
    statement = Statement("body_panels.stamped_share", Decimal("0.45"), Decimal("0.45"), evidence=("act",))
    book = load_workbook(book_of(Dossier(CAR, (statement,), {"act": paper}), tmp_path / "d.xlsx"))
    issued = book["Подтверждения"]["E2"]
    assert (issued.value.date(), issued.number_format) == (date(2026, 3, 1), "DD.MM.YYYY")
    assert book["Факты"]["C2"].value == 0.45
    assert any("акт на компоненты" in rule.formula1 for rule in book["Подтверждения"].data_validations.dataValidation)
    assert book["Факты"]["C1"].comment is not None


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_template_checks_what_people_type(lang: Lang, tmp_path: Path) -> None:
    """Names of facts come from the sheet that lists them, days are dates, quantities numbers, powertrains and answers words."""
    path, number = tmp_path / "t.xlsx", 0 if lang == "ru" else 1
    reference = ("Справочник", "Reference")[number]
    wanted = {
        "bom": {("list", f"'{reference}'!$A$2:$A$2000"), ("date", "61"), ("decimal", "0")},
        "acts": {("list", f"'{reference}'!$A$2:$A$2000"), ("date", "61"), ("list", ('"да,нет"', '"yes,no"')[number])},
        "dossier": {("list", f"'{reference}'!$A$2:$A$2000"), ("date", "61"), ("list", ('"ДВС,гибрид,электро"', '"ice,hybrid,ev"')[number])},
    }
    for what, rules in wanted.items():
        lokal.write_template(what, RULEBOOK, path, lang)
        book = load_workbook(path)
        assert {(rule.type, rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation} >= rules
        names = {cell.value for cell in book[reference]["A"][1:]}
        assert names == declared_facts(RULEBOOK).keys()
        assert len(names) < 2000


def edited(tmp_path: Path, sheet: str, cell: str, value: object) -> Path:
    """Write a small dossier, change one cell as a person would, and return the path."""
    path = book_of(Dossier(CAR, (Statement("body_shell.welding", Decimal(1), Decimal(1)),)), tmp_path / "d.xlsx")
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("Факты", "C2", "maybe", "expected yes or no"),
        ("Факты", "A2", "body_shell.weldin", "did you mean 'body_shell.welding'"),
        ("Факты", "D2", "soon", "value 'soon' does not fit"),
        ("Факты", "H2", "act", "no evidence 'act'"),
        ("Досье", "B5", "M9", "value 'M9' does not fit"),
    ],
)
def test_a_wrong_cell_is_one_line_with_sheet_and_row(tmp_path: Path, sheet: str, cell: str, value: str, words: str) -> None:
    """What a person mistypes comes back as one line that names the sheet and the row."""
    path = edited(tmp_path, sheet, cell, value)
    with pytest.raises(lokal.DossierError) as caught:
        read_workbook(path, RULEBOOK)
    line = caught.value.text("en")
    assert words in line
    assert f"[{sheet}]:{cell[1:]}" in line
    assert "\n" not in line


def test_a_person_may_type_numbers_words_and_formulas(tmp_path: Path) -> None:
    """A yes in capitals, a decimal comma and a formula's stored value are read as values."""
    assert read_workbook(edited(tmp_path, "Факты", "C2", "ДА"), RULEBOOK).statements[0].low == 1
    assert read_workbook(edited(tmp_path, "Факты", "C2", 1), RULEBOOK).statements[0].low == 1
    assert read_workbook(edited(tmp_path, "Досье", "B6", "Электро"), RULEBOOK).vehicle.powertrain == "ev"


def test_a_foreign_workbook_is_refused(tmp_path: Path) -> None:
    """Another workbook is not taken for a dossier."""
    book = Workbook()
    book.active.append(["anything"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(lokal.DossierError, match="no sheet 'Dossier'"):
        read_workbook(tmp_path / "x.xlsx", RULEBOOK)


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    """What Excel would cut off silently is an error instead."""
    with pytest.raises(lokal.DossierError, match="does not fit a cell"):
        book_of(Dossier(CAR, (), {"p": Evidence("own", "x" * 40_000, "x")}), tmp_path / "d.xlsx")


@pytest.mark.parametrize("text", ["\n", " ", "\t\n ", "'", "_x0041_", "a\rb", "\u00a0"])
def test_odd_texts_come_back(text: str, tmp_path: Path) -> None:
    """Texts of blanks only, of an apostrophe, of what looks like an escape, survive a cell."""
    dossier = Dossier(CAR, (), {"paper": Evidence("own", text, text, sha256=text)})
    assert read_workbook(book_of(dossier, tmp_path / "d.xlsx"), RULEBOOK) == dossier
