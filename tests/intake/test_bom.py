"""Lifelike exports of each system import without hand work and give the facts that plain arithmetic on the tree gives."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import msgspec
import pytest

import lokal
from intake import exports
from lokal.intake.bom import Bom, read_bom
from lokal.intake.bom_dossier import Import, map_bom
from lokal.intake.dossier_write import dossier_text
from lokal.intake.mapping import Mapping, Variant, read_mapping
from oracle.bom_facts import expected

RULEBOOK = lokal.load_rulebook()
ON = date(2026, 11, 20)
MAPPING = Path(__file__).parents[2] / "examples" / "bom" / "mapping.yaml"
NANO = Fraction(1, 10**9)
Writer = Callable[[exports.Part, Path], Path]
WRITERS: dict[str, tuple[str, Writer]] = {
    "neutral_xlsx": ("b.xlsx", exports.neutral_xlsx),
    "neutral_cp1251": ("b.csv", partial(exports.neutral_csv, encoding="cp1251", separator=";")),
    "neutral_utf8": ("b.csv", partial(exports.neutral_csv, encoding="utf-8", separator="\t")),
    "1c": ("b.xlsx", exports.erp_1c),
    "sap_cs12": ("b.csv", exports.sap_cs12),
    "sap_cs11": ("b.xls", exports.sap_cs11),
    "windchill": ("b.xlsx", exports.windchill),
    "teamcenter": ("b.csv", exports.teamcenter),
}


@cache
def car() -> exports.Part:
    """The made-up car."""
    return exports.truth()


@cache
def saved() -> Mapping:
    """The saved mapping, one for all systems."""
    return read_mapping(MAPPING, RULEBOOK)


def imported(system: str, folder: Path) -> Import:
    """Write an export and import it."""
    name, write = WRITERS[system]
    path = write(car(), folder / name)
    return map_bom(read_bom([path], saved().source, ON), saved(), RULEBOOK, ON, files=[path])


def test_the_made_up_car_is_large_enough() -> None:
    """The exports have at least 3,000 lines on 4 levels for 3 variants."""
    assert exports.size(car()) >= 3000
    assert exports.depth(car()) == 4
    assert len(exports.VARIANTS) == 3


@pytest.mark.parametrize("system", WRITERS)
def test_an_export_gives_the_derived_facts(system: str, tmp_path: Path) -> None:
    """Each system's export gives every variant the facts derived from the tree: exact bounds, cut only past nine digits."""
    done = imported(system, tmp_path)
    assert [variant.id for variant in done.variants] == list(exports.VARIANTS)
    assert done.idle_rules == ()
    for variant in done.variants:
        made = {fact.fact: fact for fact in variant.facts}
        wanted = expected(car(), variant.id)
        stated = {name for name, bounds in wanted.items() if name != "telematics.fitted" or bounds[1]}
        assert made.keys() == wanted.keys() | stated
        for name, (low, high) in wanted.items():
            assert low - NANO < Fraction(made[name].low) <= low + NANO, (variant.id, name)
            assert made[name].high is not None
            assert abs(Fraction(made[name].high) - high) < NANO, (variant.id, name)


@pytest.mark.parametrize("system", WRITERS)
def test_an_export_keeps_every_line(system: str, tmp_path: Path) -> None:
    """No line is lost: each row of the tree is in the exploded bill."""
    done = imported(system, tmp_path)
    numbers = [part.number for level, part in exports.walk(car()) if level]
    found = [line.raw.number for line in done.bom.lines if line.raw.number != "CAR-001" and not line.raw.number.startswith("SCRAP")]
    assert sorted(found) == sorted(numbers)


def test_all_systems_agree_and_dossiers_read_back(tmp_path: Path) -> None:
    """One car gives one dossier whichever system exported it, and its YAML reads back unchanged."""
    values = []
    for index, system in enumerate(WRITERS):
        folder = tmp_path / str(index)
        folder.mkdir()
        done = imported(system, folder)
        values.append([[(each.fact, each.low, each.high) for each in variant.dossier.statements] for variant in done.variants])
        for variant in done.variants:
            text = dossier_text(variant.dossier, RULEBOOK)
            assert lokal.parse_dossier(text, "d.yaml", RULEBOOK) == variant.dossier
    assert all(each == values[0] for each in values)


def test_sap_quirks_come_out_as_codes(tmp_path: Path) -> None:
    """Ended lines, other alternatives, text items and negative quantities are named with their rows, not swallowed."""
    path = exports.sap_cs12(car(), tmp_path / "b.csv")
    bom = read_bom([path], saved().source, ON)
    codes = {code.code for code in bom.codes}
    assert codes == {"not_valid_on", "other_alternative", "text_row", "negative_quantity"}
    lines = path.read_bytes().decode("cp1251").splitlines()
    for code in bom.codes:
        row = lines[code.place.line - 1]
        mark = {"not_valid_on": "OLD-", "other_alternative": "ALT-", "text_row": "Текст", "negative_quantity": "SCRAP-"}[code.code]
        assert mark in row


def small(tmp_path: Path, rows: str) -> Bom:
    """Read a few lines of CSV."""
    path = tmp_path / "small.csv"
    path.write_text("уровень;обозначение;наименование;кол-во;ед.;масса_кг;страна;варианты\n" + rows, encoding="utf-8")
    return read_bom([path], saved().source, ON)


def test_quantities_roll_up_and_an_unknown_one_stays_unknown(tmp_path: Path) -> None:
    """A total is the product down the path; a broken quantity leaves everything below it unknown and names the row."""
    bom = small(tmp_path, "1;A;узел;2;шт;;;\n2;B;деталь;3;шт;;;\n1;C;узел;два;шт;;;\n2;D;деталь;4;шт;;;\n")
    assert [line.total for line in bom.lines] == [Decimal(2), Decimal(6), None, None]
    assert [(code.code, code.place.line) for code in bom.codes] == [("bad_quantity", 4)]


def test_an_unknown_origin_gives_bounds_and_a_missing_mass_no_number(tmp_path: Path) -> None:
    """A wire of unknown origin widens the share; one of unknown mass may be anything."""
    mapping = saved()
    rows = "1;H;Жгут низковольтный;1;шт;;;\n2;W1;Провод;1;кг;;Россия;\n2;W2;Провод;1;кг;;;\n2;W3;Провод;2;кг;;Китай;\n"
    one = map_bom(small(tmp_path, rows), replace_variants(mapping), RULEBOOK, ON).variants[0].facts[0]
    assert (one.low, one.high) == (Decimal("0.25"), Decimal("0.5"))
    two = map_bom(small(tmp_path, rows + "2;W4;Провод;5;м;;Китай;\n"), replace_variants(mapping), RULEBOOK, ON).variants[0].facts[0]
    assert (two.low, two.high, "no_mass" in two.codes) == (Decimal(0), Decimal("0.5"), True)


def test_a_part_inside_a_measured_part_is_not_measured_twice(tmp_path: Path) -> None:
    """Where an assembly and its parts both match, the assembly counts, once."""
    rows = "1;H;Жгут низковольтный;1;шт;;;\n2;W1;Провод в сборе;1;кг;;Россия;\n3;W2;Провод жила;1;кг;;Китай;\n"
    made = map_bom(small(tmp_path, rows), replace_variants(saved()), RULEBOOK, ON).variants[0].facts[0]
    assert (made.low, made.high, made.codes) == (Decimal(1), Decimal(1), ("inside_counted",))


def replace_variants(mapping: Mapping) -> Mapping:
    """A mapping without variants."""
    return msgspec.structs.replace(mapping, variants={})


def test_a_share_just_under_a_bound_stays_under_it(tmp_path: Path) -> None:
    """Cutting digits never lifts a share to a bound of the law: 0.4999999999… of wire is not half."""
    rows = "1;H;Жгут низковольтный;1;шт;;;\n2;W1;Провод;4999999999;кг;;Россия;\n2;W2;Провод;5000000001;кг;;Китай;\n"
    made = map_bom(small(tmp_path, rows), replace_variants(saved()), RULEBOOK, ON).variants[0].facts[0]
    assert made.low == made.high == Decimal("0.499999999")


def test_lines_sorted_by_level_are_told(tmp_path: Path) -> None:
    """A bill that somebody sorted by its level column has lost its structure and says so; one in its own order does not."""
    tree = ["1;A{};узел;1;шт;;;\n2;B{};деталь;2;шт;;;\n3;C{};деталь;3;шт;;;\n".replace("{}", str(number)) for number in range(20)]
    assert small(tmp_path, "".join(tree)).codes == ()
    rows = "".join(sorted("".join(tree).splitlines(keepends=True)))
    assert [(code.code, code.place.line) for code in small(tmp_path, rows).codes] == [("sorted_by_level", 2)]


def test_a_column_that_names_the_product_on_each_line_is_no_assembly(tmp_path: Path) -> None:
    """Where every line names the same product, lines belong to what stands above them."""
    path = tmp_path / "b.csv"
    path.write_text("Уровень;Сборка;Код;Количество\n0;;CAR;1\n1;CAR;A;2\n2;CAR;B;3\n1;CAR;C;4\n2;CAR;D;5\n", encoding="utf-8")
    assert [line.total for line in read_bom([path], saved().source, ON).lines] == [1, 2, 6, 4, 20]


def test_the_example_of_operations_stands_beside_any_bill() -> None:
    """Own operations with the maker's papers are proved, another maker's letter is a claim; what the lines give stays theirs."""
    done = map_bom(read_bom([MAPPING.parent / "erp-1c.xlsx", MAPPING.parent / "operations.csv"], saved().source, ON), saved(), RULEBOOK, ON)
    assert {code.code for code in done.bom.codes} == {"sum_row"}
    added = [(each.fact, each.by, each.evidence) for each in done.variants[0].dossier.statements[-4:]]
    assert added == [
        ("body_shell.welding", "own", ("Маршрутная карта 12, 3",)),
        ("body_shell.painting", "own", ("Маршрутная карта 14, 1",)),
        ("body_metal.metal_share", "own", ("Расчёт массы 5, 2",)),
        ("gearbox_manual.housing", "7700000016", ("Письмо 7, 7700000016",)),
    ]


def test_variants_that_no_condition_names_are_told(tmp_path: Path) -> None:
    """A mapping whose options are spelt otherwise than the bill's conditions does not tell variants apart in silence."""
    path = exports.teamcenter(car(), tmp_path / "b.csv")
    mapping = msgspec.structs.replace(saved(), variants={name: Variant((name,)) for name in exports.VARIANTS})
    done = map_bom(read_bom([path], mapping.source, ON), mapping, RULEBOOK, ON)
    assert [code.code for code in done.bom.codes] == ["unknown_variants"]
    assert "trim=lux" in done.bom.codes[0].words.en


def test_a_circle_of_specifications_ends(tmp_path: Path) -> None:
    """Specifications that contain each other are named and not followed for ever."""
    path = tmp_path / "circle.csv"
    path.write_text("Код спецификации;Код;Номенклатура;Количество\nT;A;узел;1\nA;B;узел;1\nB;A;узел;1\n", encoding="utf-8")
    bom = read_bom([path], saved().source, ON)
    assert "cycle" in {code.code for code in bom.codes}
    assert len(bom.lines) == 3


def test_variant_expressions_without_listed_variants_are_refused(tmp_path: Path) -> None:
    """What a variant is cannot be guessed from an expression."""
    path = exports.teamcenter(car(), tmp_path / "b.csv")
    mapping = replace_variants(saved())
    with pytest.raises(lokal.DossierError, match="list the variants"):
        map_bom(read_bom([path], mapping.source, ON), mapping, RULEBOOK, ON)


def test_replace_is_about_parts() -> None:
    """The oracle sees a change of origin: a foreign shaft made Russian adds one."""
    gearbox = car().children[1]
    shafts = gearbox.children[0]
    local = replace(shafts, children=[replace(part, country="Россия") for part in shafts.children])
    other = replace(car(), children=[replace(gearbox, children=[local, gearbox.children[1]])])
    assert expected_count(other) == expected_count(car()) + 1


def expected_count(part: exports.Part) -> Fraction:
    """Russian shafts of Lux, straight from the tree."""
    gearbox = next(child for child in part.children if child.number == "K-000")
    return Fraction(
        sum(
            1 for each in gearbox.children[0].children if each.country in {"Россия", "РФ"} and (not each.variants or "Lux" in each.variants)
        )
    )


@pytest.mark.parametrize("name", ["sap.csv", "erp-1c.xlsx", "template.csv", "teamcenter.csv"])
def test_the_examples_import(name: str) -> None:
    """The made-up files that users can read give the facts of their tree too."""
    mapping = saved()
    done = map_bom(read_bom([MAPPING.parent / name], mapping.source, ON), mapping, RULEBOOK, ON)
    for variant in done.variants:
        for made in variant.facts:
            low, high = expected(exports.small_truth(), variant.id)[made.fact]
            assert made.high is not None
            assert max(abs(Fraction(made.low) - low), abs(Fraction(made.high) - high)) < NANO
