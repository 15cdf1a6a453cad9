"""Every format of table gives the same cells, and identifiers come out in one form."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from intake.oldbooks import ods, xls
from lokal.errors import DossierError, Place
from lokal.intake import identifiers
from lokal.intake.bom import read_bom
from lokal.intake.cells import number_of
from lokal.intake.mapping import Source
from lokal.intake.sheets import decode_table

ROWS = [["Уровень", "Обозначение", "Наименование", "Кол-во"], [0.0, "CAR", "Машина", 1.0], [1.0, "A-1", "Вал «ведущий»", 2.5]]


def written(kind: str, folder: Path) -> Path:
    """Write the same rows in one format."""
    path = folder / f"t.{'xls' if kind == 'xls-text' else kind.partition('-')[0]}"
    if kind == "ods":
        return ods(ROWS, path)
    if kind == "xls":
        return xls(ROWS, path)
    if kind == "xlsx":
        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
        return path
    encoding, separator = {
        "csv-bom": ("utf-8-sig", ","),
        "csv-1251": ("cp1251", ";"),
        "csv-tab": ("utf-8", "\t"),
        "csv-16": ("utf-16", "\t"),
        "xls-text": ("utf-16", "\t"),
    }[kind]
    lines = [separator.join(f"{cell:g}".replace(".", ",") if isinstance(cell, float) else cell for cell in row) for row in ROWS]
    if separator == ",":
        lines = [line.replace("2,5", '"2,5"') for line in lines]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv-bom", "csv-1251", "csv-tab", "csv-16", "xls-text"])
def test_every_format_gives_the_same_lines(kind: str, tmp_path: Path) -> None:
    """XLSX, XLS, ODS and CSV in its encodings and separators read alike, and so does a list that SAP printed and called XLS."""
    bom = read_bom([written(kind, tmp_path)], Source(), date(2026, 11, 20))
    assert [(line.raw.number, line.raw.name, line.total) for line in bom.lines] == [
        ("CAR", "Машина", 1),
        ("A-1", "Вал «ведущий»", Decimal("2.5")),
    ]
    assert [line.raw.place.line for line in bom.lines] == [2, 3]


@settings(max_examples=100, deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=3),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
)
def test_numbers_in_russian_habits_are_exact(number: Decimal, space: str) -> None:
    """A decimal comma with any space between thousands, and SAP's trailing minus, give the number written."""
    text = f"{number:,}".replace(",", space).replace(".", ",")
    assert number_of(text) == number
    assert number_of(text + "-") == -number


@pytest.mark.parametrize("text", ["abc", "1,2,3.4.5", "1e5", "NaN", "--", "1" * 40, "12 шт"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError):  # noqa: PT011  the caller gives the words
        number_of(text)


@pytest.mark.parametrize(
    ("check", "text", "value", "good"),
    [
        ("inn", "7707 083 893", "7707083893", True),
        ("inn", "500100732259", "500100732259", True),
        ("inn", "7707083894", "7707083894", False),
        ("ogrn", "1027700132195", "1027700132195", True),
        ("ogrn", "1027700132196", "1027700132196", False),
        ("okpd2", "29.10.21", "29.10.21", True),
        ("okpd2", "2910", "29.10", True),
        ("okpd2", "29.1a", "29.1a", False),
        ("tnved", "8703 23 194 1", "8703231941", True),
        ("tnved", "87", "87", False),
        ("vin", "хта21099043567890", "XTA21099043567890", True),
        ("vin", "XTA2109O043567890", "XTA2109O043567890", False),
        ("type_approval", "TC RU E-RU.MT02.00123", "ТС RU Е-RU.МТ02.00123", True),
        ("type_approval", "ЕАЭС  RU  E-CN.AB12.00456.P1", "ЕАЭС RU Е-CN.АВ12.00456.Р1", True),
        ("type_approval", "номер", "НОМЕР", False),
    ],
)
def test_identifiers_have_one_form(check: str, text: str, value: str, good: bool) -> None:  # noqa: FBT001  a column of the table
    """Look-alike letters and spaces do not make two numbers of one; check digits are checked."""
    checked = getattr(identifiers, check)(text)
    assert (checked.value, checked.problem is None) == (value, good)


def test_cp866_is_not_silently_taken_for_text() -> None:
    """Bytes that are no text of a known encoding are refused with the line."""
    with pytest.raises(DossierError, match=r"x\.csv:2"):
        decode_table(b"a;b\n\x98;\xff", Place("x.csv"))
