"""Mappings: refused where wrong, suggested and never applied, reused on a second import that shows what changed."""

from datetime import date
from pathlib import Path

import pytest

import lokal
from intake import exports
from lokal.intake.bom import read_bom
from lokal.intake.bom_diff import Change, compare_imports, kept, read_kept, write_kept
from lokal.intake.bom_dossier import map_bom
from lokal.intake.mapping import Source, read_mapping
from lokal.intake.suggest import mapping_draft, suggest

RULEBOOK = lokal.load_rulebook()
ON = date(2026, 11, 20)
MAPPING = Path(__file__).parents[2] / "examples" / "bom" / "mapping.yaml"
HEAD = "уровень;обозначение;наименование;кол-во;ед.;масса_кг;страна;цех\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("harness_low_voltage.wire_share", "harness_low_voltage.wire_shar", "did you mean 'harness_low_voltage.wire_share'"),
        ("measure: mass}", "measure: weight}", "'weight'"),
        (', under: "Жгут низковольтный*", measure: mass', ', under: "Жгут низковольтный*"', "is a share: give measure"),
        ('{fact: seat_belts.belts, name: "Ремень*"}', "{fact: seat_belts.belts}", "names nothing to match"),
        ("{fact: seat_belts.belts,", "{fact: rnd.cost,", "is not made from lines"),
        ("category: M1", "category: M9", "'M9'"),
        ("category: M1", "type_approval: ОТТС-1, category: M1", "type approval number 'ОТТС-1': expected"),
    ],
)
def test_a_wrong_mapping_is_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """A misspelt fact, an unknown measure, a rule without a pattern: each is refused with its line."""
    text = MAPPING.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "m.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(lokal.DossierError) as caught:
        read_mapping(path, RULEBOOK)
    assert words in caught.value.text("en")
    assert "m.yaml:" in caught.value.text("en")


def test_a_type_approval_has_one_spelling_in_the_dossier(tmp_path: Path) -> None:
    """Look-alike letters typed in the other alphabet come out in their own: Cyrillic ТС and Е, Latin RU."""
    path = tmp_path / "m.yaml"
    text = MAPPING.read_text(encoding="utf-8").replace("category: M1", 'type_approval: "TC RU E-RU.HT01.00034", category: M1', 1)
    path.write_text(text, encoding="utf-8")
    mapping = read_mapping(path, RULEBOOK)
    done = map_bom(read_bom([lines_of(tmp_path, "1;A;Ремень;1;шт;;;\n")], mapping.source, ON), mapping, RULEBOOK, ON)
    assert {variant.dossier.vehicle.type_approval for variant in done.variants} == {"ТС RU Е-RU.НТ01.00034"}


def lines_of(tmp_path: Path, rows: str) -> Path:
    """Write a bill of a few lines."""
    path = tmp_path / "b.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("Термостат системы охлаждения", "thermostat"),
        ("Ремни безопасности передние", "seat_belts"),
        ("ЭБУ двигателем", "ecu_engine"),
        ("Генератор 14В", "generator"),
        ("Жгут проводов низковольтный", "harness_low_voltage"),
        ("Engine control unit", "ecu_engine"),
        ("Валы АКПП", "automatic_gearbox_shafts"),
    ],
)
def test_the_best_suggestion_is_what_a_person_would_say(tmp_path: Path, name: str, block: str) -> None:
    """The trade's name for a part leads to its block first."""
    bom = read_bom([lines_of(tmp_path, f"1;A;{name};1;шт;;;\n")], Source(), ON)
    assert suggest(bom.lines, RULEBOOK)[0].suggestions[0].fact.startswith(block + ".")


def test_suggestions_are_never_applied(tmp_path: Path) -> None:
    """A line that looks like a fact but has no rule makes none; the draft of a mapping has every rule commented out."""
    bom = read_bom([lines_of(tmp_path, "1;A;Термостат системы охлаждения;1;шт;;;\n")], Source(), ON)
    done = map_bom(bom, read_mapping(MAPPING, RULEBOOK), RULEBOOK, ON)
    assert all(variant.facts == () for variant in done.variants)
    assert [line.raw.number for line in done.unmapped] == ["A"]
    path = tmp_path / "draft.yaml"
    path.write_text(mapping_draft(bom, suggest(bom.lines, RULEBOOK)), encoding="utf-8")
    assert read_mapping(path, RULEBOOK).rules == ()
    assert "# - {fact: thermostat." in path.read_text(encoding="utf-8")


def test_own_headings_count(tmp_path: Path) -> None:
    """A heading that nobody else uses is found by the mapping's own word."""
    path = tmp_path / "b.csv"
    path.write_text("Тек;Шифр;Потребность\n1;A;7\n", encoding="utf-8")
    source = Source(columns={"number": "Шифр", "quantity": "Потребность"})
    assert [(line.raw.number, line.total) for line in read_bom([path], source, ON).lines] == [("A", 7)]


def test_quantities_of_a_whole_vehicle_are_not_multiplied(tmp_path: Path) -> None:
    """A source that says its quantities are per vehicle is taken at its word."""
    path = lines_of(tmp_path, "1;A;узел;2;шт;;;\n2;B;деталь;6;шт;;;\n")
    assert [line.total for line in read_bom([path], Source(quantities="total"), ON).lines] == [2, 6]


def test_a_second_import_shows_what_changed(tmp_path: Path) -> None:
    """Lines that came, went or differ are listed, and the facts that differ with them."""
    mapping = read_mapping(MAPPING, RULEBOOK)
    rows = "1;K-000;Коробка передач;1;шт;;;\n2;K-101;Вал первичный;1;шт;;Китай;\n2;K-102;Вал вторичный;1;шт;;Россия;\n"
    first = map_bom(read_bom([lines_of(tmp_path, rows)], mapping.source, ON), mapping, RULEBOOK, ON)
    write_kept(kept(first, "bom", ON, RULEBOOK), tmp_path / "m.json")
    rows = rows.replace("Китай", "РФ").replace("2;K-102;Вал вторичный;1;шт;;Россия;\n", "2;K-103;Крышка;2;шт;;Россия;\n")
    later = date(2026, 12, 1)
    second = map_bom(read_bom([lines_of(tmp_path, rows)], mapping.source, later), mapping, RULEBOOK, later)
    before = read_kept(tmp_path / "m.json")
    assert before is not None
    diff = compare_imports(before, kept(second, "bom", later, RULEBOOK))
    assert (diff.since, diff.added, diff.removed) == (ON, ("K-000/K-103",), ("K-000/K-102",))
    assert diff.changed == (Change("K-000/K-101", "country", "Китай", "РФ"),)
    assert Change("gearbox_manual_shafts.shafts", "Base", "2", "1") in diff.facts
    assert not [change for change in diff.facts if change.key == "gearbox_manual_shafts.machining_heat"]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    """A second import of the same export has no differences."""
    path = exports.sap_cs12(exports.truth(), tmp_path / "b.csv")
    mapping = read_mapping(MAPPING, RULEBOOK)
    one, two = (kept(map_bom(read_bom([path], mapping.source, ON), mapping, RULEBOOK, ON), "bom", ON, RULEBOOK) for _ in range(2))
    diff = compare_imports(one, two)
    assert (diff.added, diff.removed, diff.changed, diff.facts) == ((), (), (), ())


def test_a_memory_that_is_no_memory_is_refused(tmp_path: Path) -> None:
    """A foreign file in the memory's place is one line, not a crash."""
    (tmp_path / "m.json").write_text("{}", encoding="utf-8")
    with pytest.raises(lokal.DossierError, match="not the memory"):
        read_kept(tmp_path / "m.json")
