"""A request to a supplier asks only what matters, and his answer comes home."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

import lokal
from intake.story import ACTS, GEARBOX, LAST, OWN_POINTS, RULEBOOK, own_dossier
from lokal.engine.dossier import Dossier
from lokal.engine.known import Look
from lokal.intake.acts import read_acts
from lokal.intake.request import make_request, read_reply, write_request
from lokal.intake.sourcing import with_acts
from lokal.study.evidence_gaps import evidence_gaps

AFTER = LAST + timedelta(days=1)
INN = "7700000016"


@pytest.fixture
def car(tmp_path: Path) -> Dossier:
    """The story's car with its acts."""
    (tmp_path / "acts.yaml").write_text(ACTS, encoding="utf-8")
    return with_acts(own_dossier(), read_acts(tmp_path / "acts.yaml", RULEBOOK), RULEBOOK).dossier


def requested(car: Dossier, tmp_path: Path) -> Path:
    """Write the request of the day after the acts ended."""
    worth = [fact for each in evidence_gaps(car, RULEBOOK, AFTER).unproved for fact in each.facts]
    request = make_request(car, INN, worth)
    assert request.facts == ("gearbox_manual.housing",)
    write_request(request, car, RULEBOOK, AFTER, tmp_path / "r.xlsx")
    return tmp_path / "r.xlsx"


def filled(path: Path, **cells: object) -> Path:
    """Fill cells of the first asked row as a supplier would."""
    book = load_workbook(path)
    for letter, value in cells.items():
        book["Запрос"][f"{letter}2"] = value
    book.save(path)
    return path


def test_a_request_names_what_to_prove_and_what_is_known(car: Dossier, tmp_path: Path) -> None:
    """One row, the fact in words, the act that ended; the other supplier's fact is not his business."""
    sheet = load_workbook(requested(car, tmp_path))["Запрос"]
    assert sheet.max_row == 2
    assert sheet["A2"].value == "gearbox_manual.housing"
    assert "900-01-00001" in sheet["C2"].value
    assert "15.10.2026" in sheet["C2"].value


def test_an_answer_brings_the_points_back(car: Dossier, tmp_path: Path) -> None:
    """A new act in the answer proves the operation from its day, as known from the day of the answer."""
    answer = filled(requested(car, tmp_path), D="да", E="акт на компоненты", F="900-02-7", H=date(2026, 10, 10))
    reply = read_reply(answer, car, RULEBOOK, date(2026, 10, 20))
    assert (reply.taken, reply.codes) == (1, ())

    def low(known: date) -> int:
        return int(lokal.score(reply.dossier, RULEBOOK, AFTER, look=Look(AFTER, known, "documented")).low)

    assert low(date(2026, 10, 19)) == OWN_POINTS
    assert low(date(2026, 10, 20)) == OWN_POINTS + GEARBOX


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"D": "да"}, "no_document"),
        ({"D": "может быть", "F": "1"}, "bad_row"),
        ({"D": "да", "F": "1", "H": "скоро"}, "bad_day"),
        ({"D": "да", "F": "1", "E": "справка"}, "unknown_kind"),
        ({"A": "no.such", "D": "да", "F": "1"}, "unknown_fact"),
        ({"D": "да", "F": "1", "H": date(2026, 2, 1), "I": date(2026, 1, 1)}, "reversed_days"),
    ],
)
def test_a_row_that_cannot_be_used_comes_out_with_its_code(car: Dossier, tmp_path: Path, cells: dict[str, object], code: str) -> None:
    """Half an answer is not taken and not lost: it comes out with a code and its row."""
    reply = read_reply(filled(requested(car, tmp_path), **cells), car, RULEBOOK, AFTER)
    assert reply.dossier == car
    assert [(each.code, each.place.line) for each in reply.codes] == [(code, 2)]


def test_an_empty_answer_changes_nothing(car: Dossier, tmp_path: Path) -> None:
    """A request sent back as it was is no answer."""
    assert read_reply(requested(car, tmp_path), car, RULEBOOK, AFTER).dossier == car


def test_who_is_not_in_the_dossier_is_not_asked(car: Dossier) -> None:
    """An unknown supplier, and one with nothing to prove, are said so."""
    with pytest.raises(lokal.DossierError, match="has no supplier"):
        make_request(car, "7800000010", ["gearbox_manual.housing"])
    with pytest.raises(lokal.DossierError, match="nothing to ask"):
        make_request(car, INN, [])
