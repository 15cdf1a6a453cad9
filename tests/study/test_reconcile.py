"""Published numbers: every row comes out, with its agreement or with what is wrong."""

import sys
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, RULEBOOK, car

from lokal.errors import DossierError
from lokal.study.reconcile import Reconciled, reconcile

OPEN = car({**BODY, "body_shell.painting": "unknown"}, name="open")
CARS = [car({**BODY, "ecu_abs.section_ix": "230"}, name="exact"), OPEN]


def rows(tmp_path: Path, text: str) -> list[Reconciled]:
    """Return the rows of a table."""
    path = tmp_path / "published.csv"
    path.write_text(text, "utf-8")
    return reconcile(path, CARS, RULEBOOK)


def test_match_within_and_break(tmp_path: Path) -> None:
    """1400 + 171 = 1571 is a match; 1200 lies within 900 to 1400; 1600 breaks by 29, 800 by -100."""
    table = "vehicle,on,points\nexact,2026-12-01,1571\nopen,2026-12-01,1200\nexact,01.12.2026,1600\nopen,2026-12-01,800\n"
    found = rows(tmp_path, table)
    assert [(each.agreement, each.gap) for each in found] == [("match", 0), ("within", 0), ("break", 29), ("break", -100)]
    assert found[1].open_facts[0].fact == "body_shell.painting"


def test_reading_that_would_close_the_gap(tmp_path: Path) -> None:
    """In 2028 the unit of 230 has nothing; 1450 published is what the lowest rung's reading gives."""
    (found,) = rows(tmp_path, "vehicle;on;low;high\nexact;2028-06-01;1450;1450\n")
    assert (found.agreement, found.gap) == ("break", Fraction(50))
    assert [(each.reading, each.option) for each in found.readings] == [("ladder_2028", "lowest")]


def test_bad_rows_come_out_with_their_reason(tmp_path: Path) -> None:
    """A misspelt vehicle, a wrong day, no number, a negative one, a day before the law: five rows in, five rows out."""
    table = "model,date,points\nexakt,2026-12-01,1\nexact,2026-13-01,1\nexact,2026-12-01,\nexact,2026-12-01,-5\nexact,2019-01-01,7\n"
    found = rows(tmp_path, table)
    assert [each.agreement for each in found] == ["error"] * 5
    words = [each.error.en if each.error else "" for each in found]
    assert words[0] == "no dossier 'exakt', did you mean 'exact'"
    assert words[1] == "the date '2026-13-01': expected YYYY-MM-DD"
    assert words[2] == "the row has no points"
    assert words[3] == "points '-5': expected a number"
    assert "knows the law from 2024-03-21" in words[4]
    assert [each.line for each in found] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "missing"), [("vehicle,points\na,1\n", "on"), ("on,points\n2026-01-01,1\n", "vehicle"), ("vehicle,on\na,b\n", "points")]
)
def test_missing_column_is_named(tmp_path: Path, text: str, missing: str) -> None:
    """A table without a needed column is refused by its name."""
    with pytest.raises(DossierError, match=f"no column {missing}"):
        rows(tmp_path, text)
