"""Damaged, malicious and absurd files end in one clear line or in row codes, quickly and in bounded memory."""

import io
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import lokal
from intake.hostile import HEADINGS, long_cell, million_rows, rewritten, sheet_xml, small_book
from intake.oldbooks import xls
from lokal.engine.dossier import Dossier, Vehicle
from lokal.intake.acts import read_acts
from lokal.intake.bom import Bom, read_bom
from lokal.intake.cells import Cell
from lokal.intake.dossier_write import dossier_text
from lokal.intake.forms import OPERATIONS
from lokal.intake.mapping import Source
from lokal.intake.operations import operations_table, read_operations, with_operations
from lokal.intake.request import read_reply
from lokal.intake.sheets import Sheet
from lokal.intake.workbook import read_workbook

RULEBOOK = lokal.load_rulebook()
ON = date(2026, 11, 20)
FUZZ = settings(
    max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)


@cache
def whole_book() -> bytes:
    """The bytes of one small workbook, the same for every example."""
    with TemporaryDirectory() as folder:
        return small_book(Path(folder) / "b.xlsx").read_bytes()


def refusal(path: Path) -> str:
    """Return the one line with which a file is refused, the same in shape in both languages."""
    with pytest.raises(lokal.DossierError) as caught:
        read_bom([path], Source(), ON)
    lines = [caught.value.text("ru"), caught.value.text("en")]
    assert all("\n" not in line and len(line) < 600 for line in lines)
    return lines[1]


def test_a_truncated_workbook_is_damaged(tmp_path: Path) -> None:
    """A download that broke off says so, wherever it broke."""
    whole = small_book(tmp_path / "b.xlsx").read_bytes()
    for share in (0.2, 0.5, 0.9, 0.99):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert "damaged or cut short" in refusal(path)


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """Sizes that the archive states are not believed: a part is measured as it unpacks."""
    source = small_book(tmp_path / "b.xlsx")
    path = rewritten(source, tmp_path / "lie.xlsx", "xl/worksheets/sheet1.xml", sheet_xml("<row r='1'/>" * 400_000))
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    raw = bytearray(bytes(raw).replace(real.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    path.write_bytes(raw)
    assert "zip bomb" in refusal(path) or "damaged" in refusal(path)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!-- <a> --><!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
        '<!-- c --><!doctype x SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, prolog: str) -> None:
    """A document type, external or recursive, is refused wherever it stands."""
    source = small_book(tmp_path / "b.xlsx")
    content = (
        f'<?xml version="1.0"?>{prolog}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a;</t></si></sst>'
    )
    path = rewritten(source, tmp_path / "xxe.xlsx", "xl/sharedStrings.xml", content.encode())
    assert "declares a DTD" in refusal(path)
    hidden = rewritten(source, tmp_path / "utf16.xlsx", "xl/sharedStrings.xml", content.encode("utf-16"))
    assert "not in UTF-8" in refusal(hidden)


def test_a_million_empty_rows_leave_the_line(tmp_path: Path) -> None:
    """1,048,576 empty rows are read as none, and what stands among them is read."""
    assert [(each.raw.number, each.total) for each in read_bom([million_rows(tmp_path)], Source(), ON).lines] == [("X", 3)]


def test_a_million_character_cell_is_a_code_or_a_line(tmp_path: Path) -> None:
    """A cell longer than Excel allows marks its row and is cut; in CSV it may end the file with its line."""
    bom = read_bom([long_cell(tmp_path)], Source(), ON)
    assert [code.code for code in bom.codes] == ["cell_too_long"]
    assert len(bom.lines[0].raw.name) < 100
    path = tmp_path / "long.csv"
    path.write_text(";".join(HEADINGS) + "\n1;X;" + "я" * 1_000_000 + ";3\n", encoding="utf-8")
    assert "long.csv:2" in refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"", "the file is empty"),
        ("x.xlsx", b"PK\x03\x04", "damaged"),
        ("x.xlsx", b"not a workbook at all", "not an Excel workbook"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "damaged"),
        ("x.xls", b"<html><table>", "not an Excel workbook"),
        ("x.csv", b"\x89PNG\r\n\x1a\n", "binary file"),
        ("x.csv", b"a\x00b;c", "binary file"),
        ("x.csv", "Уровень;Обозначение;Кол-во\n1;А;2\n".encode("cp866"), "no header row"),
        ("x.csv", b"\x98\x98;\xff", "neither UTF-8 nor CP1251"),
        ("x.csv", "просто;текст\n1;2\n".encode(), "no header row"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Empty, foreign, wrongly encoded and header-less files each say what they are."""
    path = tmp_path / name
    path.write_bytes(content)
    assert words in refusal(path)


def test_a_folder_and_a_missing_file_are_one_line(tmp_path: Path) -> None:
    """So do a folder and a path that leads nowhere."""
    assert "folder" in refusal(tmp_path)
    assert "cannot read the file" in refusal(tmp_path / "none.xlsx")


def test_merged_and_doubled_headers_are_understood(tmp_path: Path) -> None:
    """A title row, a merged upper header and a lower one over the columns are one header."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Ведомость состава изделия"])
    sheet.append([None, "Компонент", None, "Применяемость", None])
    sheet.append(["Уровень", "Обозначение", "Наименование", "Количество", "Ед. изм."])
    sheet.append([1, "A-1", "Узел", "1 200,50", "кг"])
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    book.save(tmp_path / "m.xlsx")
    bom = read_bom([tmp_path / "m.xlsx"], Source(), ON)
    assert [(line.raw.number, str(line.total), line.raw.unit) for line in bom.lines] == [("A-1", "1200.50", "кг")]


def test_formulas_in_csv_are_only_text(tmp_path: Path) -> None:
    """A cell that looks like a formula is a name like any other; as a quantity it is a code."""
    path = tmp_path / "f.csv"
    path.write_text(";".join(HEADINGS) + "\n1;A;=cmd|' /C calc'!A0;=1+1;шт;;\n", encoding="utf-8")
    bom = read_bom([path], Source(), ON)
    assert bom.lines[0].raw.name == "=cmd|' /C calc'!A0"
    assert [code.code for code in bom.codes] == ["bad_quantity"]


def test_conditions_cannot_exhaust_the_reader(tmp_path: Path) -> None:
    """A condition of a thousand brackets is a code, not a crash."""
    path = tmp_path / "c.csv"
    path.write_text(
        "уровень;обозначение;кол-во;варианты\n1;A;1;" + "(" * 900 + "x" + ")" * 900 + "\n1;B;1;" + "NOT " * 400 + "x\n", encoding="utf-8"
    )
    bom = read_bom([path], Source(), ON)
    assert [code.code for code in bom.codes] == ["bad_condition", "bad_condition"]
    assert [line.total for line in bom.lines] == [None, None]


def read_any(path: Path) -> Bom | None:
    """Read a file as everything it might be; only the package's own error may come out."""
    found, lines = None, list[str]()
    for read in (
        lambda: read_bom([path], Source(), ON),
        lambda: read_workbook(path, RULEBOOK),
        lambda: read_acts(path, RULEBOOK),
        lambda: read_reply(path, Dossier(Vehicle("x", "x", "x", "M1", "ice")), RULEBOOK, ON),
    ):
        try:
            result = read()
        except lokal.DossierError as problem:
            lines.append(problem.text("en"))
            continue
        found = result if isinstance(result, Bom) else found
    assert not [line for line in lines if "\n" in line]
    return found


@FUZZ
@given(data=st.data())
def test_bitten_workbooks_end_in_a_line(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A workbook with random bytes changed, cut out or repeated never ends in anything but a result or one line."""
    folder = tmp_path_factory.mktemp("fuzz")
    raw = bytearray(whole_book())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    path = folder / "f.xlsx"
    path.write_bytes(bytes(raw))
    read_any(path)


@FUZZ
@given(data=st.data())
def test_bitten_old_books_end_in_a_line(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same for the records and the sectors of an XLS book."""
    folder = tmp_path_factory.mktemp("fuzz")
    raw = bytearray(xls([HEADINGS, ["1", "A", "Деталь", 2.0, "шт", 0.5, "Россия"]], folder / "b.xls").read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1) | st.integers(0, 1600))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    path = folder / "f.xls"
    path.write_bytes(bytes(raw))
    read_any(path)


@FUZZ
@given(data=st.data())
def test_bitten_sheets_end_in_a_line(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same where the archive is sound and the markup inside is bitten."""
    folder = tmp_path_factory.mktemp("fuzz")
    source = folder / "b.xlsx"
    source.write_bytes(whole_book())
    name = data.draw(st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]))
    with zipfile.ZipFile(source) as archive:
        raw = bytearray(archive.read(name))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        new = st.binary(max_size=4) | st.sampled_from(
            [b"<", b">", b'"', b"&amp;", b"&#0;", b"9999999999", b"A1048577", b't="d"', b"1e999", b"-"]
        )
        raw[at : at + data.draw(st.integers(0, 8))] = data.draw(new)
    read_any(rewritten(source, folder / "f.xlsx", name, bytes(raw)))


CELL = st.text(max_size=12) | st.sampled_from(
    [
        "1",
        "..2",
        "0",
        "",
        "-",
        "1,5-",
        "1e5",
        "NaN",
        "999999999999999999999",
        "31.12.9999",
        "A AND",
        "НЕ x",
        "кг",
        "шт",
        "Итого",
        "Россия",
        "\u00a0",
        "=1",
    ]
)


@FUZZ
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=9), max_size=12), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_cells_end_in_lines_or_codes(rows: list[list[str]], encoding: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in the cells, every row comes out as a line, a code or both."""
    path = tmp_path_factory.mktemp("fuzz") / "f.csv"
    text = io.StringIO()
    text.write(";".join([*HEADINGS, "варианты", "дата_по"]) + "\n")
    for row in rows:
        text.write(";".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n")
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    read_any(path)


NAMES = st.sampled_from(["body_shell.welding", "telematics.pcb", "telematics.fitted", "body_metal.metal_share", "vehicle.traction_motor"])


def test_a_document_with_an_unprintable_name_reads_back() -> None:
    """A document whose name has characters that nobody can see is filed under what can be seen of it."""
    heads: list[Cell] = [column.ru for column in OPERATIONS.columns if column.key in ("fact", "value", "document")]
    table = operations_table(Sheet("o.csv", "", ((1, heads), (2, ["body_shell.welding", "да", "Акт\U000c9a55 7"]))))
    assert table is not None
    dossier, _ = with_operations(Dossier(Vehicle("x", "x", "x", "M1", "ice")), read_operations([table], RULEBOOK, ON), RULEBOOK)
    assert list(dossier.evidence) == ["Акт  7"]
    assert lokal.parse_dossier(dossier_text(dossier, RULEBOOK), "d.yaml", RULEBOOK).statements == dossier.statements


@FUZZ
@given(rows=st.lists(st.tuples(NAMES | CELL, *[CELL | st.sampled_from(["7700000016", "0,7", "01.02.2026"])] * 8), max_size=8))
def test_any_list_of_operations_ends_in_statements_or_codes(rows: list[tuple[str, ...]]) -> None:
    """Each row is stated or has its code, and what is stated makes a dossier that reads back."""
    heads = [column.ru for column in OPERATIONS.columns]
    filled = [(number, list[Cell](row)) for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    table = operations_table(Sheet("o.csv", "", ((1, list[Cell](heads)), *filled)))
    assert table is not None
    stated = read_operations([table], RULEBOOK, ON)
    dossier, left = with_operations(Dossier(Vehicle("x", "x", "x", "M1", "ice")), stated, RULEBOOK)
    known = {place.line for _, place in stated.rows} | {code.place.line for code in stated.codes}
    assert known == {number for number, _ in filled}
    assert len(dossier.statements) + len(left) == len(stated.rows)
    back = lokal.parse_dossier(dossier_text(dossier, RULEBOOK), "d.yaml", RULEBOOK)
    assert sorted(back.statements, key=lambda each: each.fact) == sorted(dossier.statements, key=lambda each: each.fact)
