"""Component acts: read and checked, mapped to what the law scores, nothing counted twice, several makers of one part."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import lokal
from intake.story import ACTS, CLAIMED, GEARBOX, LAST, OWN, OWN_POINTS, RULEBOOK, THERMOSTAT, own_dossier, renewed
from lokal.engine.dossier import Basis, Dossier
from lokal.engine.known import Look
from lokal.intake.acts import ComponentAct, read_acts
from lokal.intake.sourcing import sourcing, with_acts


def acts_of(tmp_path: Path, text: str) -> tuple[ComponentAct, ...]:
    """Read acts from YAML text."""
    path = tmp_path / "acts.yaml"
    path.write_text(text, encoding="utf-8")
    return read_acts(path, RULEBOOK)


def low(dossier: Dossier, on: date, basis: Basis = "documented", known: date = date.max) -> Fraction:
    """The sure points on a day."""
    return lokal.score(dossier, RULEBOOK, on, look=Look(on, known, basis)).low


def test_acts_add_their_operations_for_three_years(tmp_path: Path) -> None:
    """Both acts count to the last day of their three years and not a day longer."""
    supplied = with_acts(own_dossier(), acts_of(tmp_path, ACTS), RULEBOOK)
    assert supplied.codes == ()
    assert low(supplied.dossier, LAST) == CLAIMED == 3260
    assert low(supplied.dossier, date(2026, 10, 16)) == OWN_POINTS == 3100
    assert low(supplied.dossier, date(2026, 10, 16), "claimed") == CLAIMED


def test_a_dossier_with_acts_reads_back(tmp_path: Path) -> None:
    """The dossier with its acts survives YAML and Excel."""
    dossier = with_acts(own_dossier(), acts_of(tmp_path, ACTS), RULEBOOK).dossier
    lokal.write_dossier(dossier, RULEBOOK, tmp_path / "d.yaml")
    assert lokal.read_dossier(tmp_path / "d.yaml", RULEBOOK) == dossier
    lokal.write_workbook(dossier, RULEBOOK, tmp_path / "d.xlsx")
    assert lokal.read_workbook(tmp_path / "d.xlsx", RULEBOOK) == dossier


def test_a_renewed_act_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """A new act of the same maker on the same component carries the points on, and is not added to the old one."""
    dossier = with_acts(own_dossier(), acts_of(tmp_path, ACTS + renewed("2026-09-01")), RULEBOOK).dossier
    assert low(dossier, LAST) == CLAIMED
    assert low(dossier, date(2026, 10, 16)) == OWN_POINTS + GEARBOX


def test_own_operations_and_acts_are_not_counted_twice(tmp_path: Path) -> None:
    """A flag that is the maker's own and in an act counts once; a count stays the maker's, and the act's line gets a code."""
    own = OWN + "  gearbox_manual.housing: {value: yes, evidence: [own]}\n"
    own += (
        "  gearbox_manual_shafts.shafts: {value: 4, evidence: [own]}\n  gearbox_manual_shafts.machining_heat: {value: 2, evidence: [own]}\n"
    )
    shafts = 'acts:\n- {number: "1", inn: "7700000016", component: Коробка, issued: 2025-03-01, operations: [OPS]}\n'
    operations = "{operation: gearbox_manual.housing}, {operation: gearbox_manual_shafts.machining_heat, value: 2ADDS}"
    dossier = lokal.parse_dossier(own, "d.yaml", RULEBOOK)
    alone = low(dossier, LAST)
    once = with_acts(dossier, acts_of(tmp_path, shafts.replace("OPS", operations.replace("ADDS", ""))), RULEBOOK)
    assert [code.code for code in once.codes] == ["counted_twice"]
    assert low(once.dossier, LAST) == alone
    more = with_acts(dossier, acts_of(tmp_path, shafts.replace("OPS", operations.replace("ADDS", ", adds: yes"))), RULEBOOK)
    assert more.codes == ()
    assert low(more.dossier, LAST) == alone + Fraction(40, 2)  # 40 points for all four shafts


def test_an_act_for_another_vehicle_or_of_unscored_operations_is_named(tmp_path: Path) -> None:
    """What does not apply to the vehicle's category and powertrain comes out with a code and adds nothing."""
    text = """
acts:
- {number: "1", inn: "7700000016", component: A, issued: 2025-03-01, category: [N3], operations: [{operation: gearbox_manual.housing}]}
- {number: "2", inn: "7700000016", component: B, issued: 2025-03-01, operations: [{operation: harness_high_voltage.assembly}]}
- {number: "3", inn: "7700000016", component: C, issued: 2025-03-01, operations: [{operation: thermostat.housing_and_valve, points: 55}]}
"""
    supplied = with_acts(own_dossier(), acts_of(tmp_path, text), RULEBOOK)
    assert [(code.act, code.code) for code in supplied.codes] == [("1", "other_vehicle"), ("2", "not_scored"), ("3", "points_differ")]
    assert low(supplied.dossier, LAST) == OWN_POINTS + THERMOSTAT


def test_two_makers_of_one_part_give_guaranteed_and_expected_points(tmp_path: Path) -> None:
    """Steering gears from two makers: one makes the housing (60), the other rack and pinion (60 + 50), 3 to 1 in deliveries."""
    text = """
acts:
- {number: "1", inn: "7700000016", component: Рулевой механизм, issued: 2025-03-01, mix: 0.75,
   operations: [{operation: steering_gear.housing}]}
- {number: "2", inn: "7700000023", component: Рулевой механизм, issued: 2025-03-01, mix: 0.25,
   operations: [{operation: steering_gear.rack}, {operation: steering_gear.pinion}]}
"""
    result = sourcing(own_dossier(), acts_of(tmp_path, text), RULEBOOK, LAST)
    assert result.guaranteed == OWN_POINTS + 60
    assert result.best == OWN_POINTS + 110
    assert result.expected == OWN_POINTS + Fraction(3, 4) * 60 + Fraction(1, 4) * 110
    assert result.worst_choice == {"Рулевой механизм": "7700000016"}
    with pytest.raises(lokal.DossierError, match="add up to"):
        sourcing(own_dossier(), acts_of(tmp_path, text.replace("0.25", "0.5")), RULEBOOK, LAST)


def test_what_the_vehicle_lacks_and_what_exceeds_the_whole_is_named(tmp_path: Path) -> None:
    """An operation on a component that is not there, and a share over the whole, are left out with a code: the dossier reads back."""
    own = OWN.replace("thermostat.fitted: {value: yes", "thermostat.fitted: {value: no")
    text = """
acts:
- {number: "1", inn: "7700000016", component: A, issued: 2025-03-01, operations: [{operation: thermostat.housing_and_valve}]}
- {number: "2", inn: "7700000016", component: B, issued: 2025-03-01,
   operations: [{operation: body_panels.stamped_share, value: 0.5, adds: yes}]}
"""
    supplied = with_acts(lokal.parse_dossier(own, "d.yaml", RULEBOOK), acts_of(tmp_path, text), RULEBOOK)
    assert [(code.act, code.code) for code in supplied.codes] == [("1", "not_fitted"), ("2", "over_whole")]
    assert lokal.parse_dossier(lokal.dossier_text(supplied.dossier, RULEBOOK), "d.yaml", RULEBOOK) == supplied.dossier


def test_two_makers_may_number_their_acts_alike(tmp_path: Path) -> None:
    """Acts of one number by two makers stay two documents."""
    dossier = with_acts(own_dossier(), acts_of(tmp_path, ACTS.replace("900-01-00002", "900-01-00001")), RULEBOOK).dossier
    assert {"act 900-01-00001", "act 900-01-00001 7700000023"} <= set(dossier.evidence)
    assert low(dossier, LAST) == CLAIMED


def test_excel_and_yaml_give_the_same_acts(tmp_path: Path) -> None:
    """Acts typed into the template are the acts of the YAML."""
    from openpyxl import load_workbook  # noqa: PLC0415

    from lokal.intake.template import write_template  # noqa: PLC0415

    path = tmp_path / "acts.xlsx"
    write_template("acts", RULEBOOK, path, "ru")
    book = load_workbook(path)
    sheet = book["Акты"]
    day = date(2023, 10, 15)
    rows = [("900-01-00001", "Поставщик-пример 1", "7700000016", "Коробка передач", "gearbox_manual.housing", 120),
            ("900-01-00002", "Поставщик-пример 2", 7700000023, "Термостат", "thermostat.housing_and_valve", 40)]  # fmt: skip
    for number, (act, maker, inn, component, operation, points) in enumerate(rows, start=2):
        for column, value in {1: act, 2: maker, 3: inn, 4: component, 6: day, 13: operation, 15: points}.items():
            sheet.cell(number, column).value = value
    book.save(path)
    assert read_acts(path, RULEBOOK) == acts_of(tmp_path, ACTS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("7700000016", "7700000017", "INN '7700000017'"),
        ("gearbox_manual.housing", "gearbox_manual.housin", "did you mean 'gearbox_manual.housing'"),
        ("points: 40}]", "points: 40}], valid_until: 2020-01-01", "ended before it was issued"),
        ("issued: 2023-10-15", "issued: soon", "'soon'"),
        ("Термостат", "Термостат, mix: 7", "the mix 7"),
    ],
)
def test_a_wrong_act_is_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A wrong identifier, name, day or part is refused with file and line."""
    with pytest.raises(lokal.DossierError) as caught:
        acts_of(tmp_path, ACTS.replace(old, new))
    assert words in caught.value.text("en")
    assert "acts.yaml:" in caught.value.text("en")
    assert "\n" not in caught.value.text("ru")


def test_an_act_keeps_what_it_states(tmp_path: Path) -> None:
    """Points stated and the edition stay with the act, the three years become its printed end."""
    act = acts_of(tmp_path, ACTS)[0]
    assert act.operations[0].points == Decimal(120)
    assert act.paper().valid_until == LAST
