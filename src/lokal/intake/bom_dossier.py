"""From a bill of materials and its mapping to one dossier per variant, with what stayed unmapped and what changed."""

import hashlib
from collections.abc import Mapping as ReadMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lokal.engine.dossier import Dossier, Evidence, Statement, Vehicle
from lokal.errors import DossierError, Lang, Words
from lokal.intake import identifiers
from lokal.intake.bom import Bom, BomLine
from lokal.intake.bom_row import RowCode
from lokal.intake.mapping import Mapping, Variant
from lokal.intake.operations import read_operations, with_operations
from lokal.intake.ratios import MadeFact, law_of, made_facts, matching
from lokal.rulebook.model import Fact, Rulebook

_ROWS_SHOWN = 12
_MEASURES = {"present": ("есть", "present"), "count": ("штук", "pieces"), "mass": ("масса, кг", "mass, kg"), "cost": ("стоимость", "cost")}


@dataclass(frozen=True)
class VariantImport:
    """One variant of an import: its dossier and the facts made from lines, each with its part, whole and lines."""

    id: str
    dossier: Dossier
    facts: tuple[MadeFact, ...]


@dataclass(frozen=True)
class Import:
    """A whole import: variants, lines that no rule matched, rules that matched no line."""

    bom: Bom
    variants: tuple[VariantImport, ...]
    unmapped: tuple[BomLine, ...]
    idle_rules: tuple[int, ...]


def map_bom(  # noqa: PLR0913  a bill, its mapping and the law; files and language have defaults
    bom: Bom, mapping: Mapping, rulebook: Rulebook, on: date, *, files: Sequence[Path] = (), lang: Lang = "ru"
) -> Import:
    """Return the dossiers that a mapping makes of a bill of materials.

    Raises DossierError where conditions are expressions and the mapping lists no variants.
    """
    law = law_of(rulebook)
    papers = _evidence(mapping, files, on)
    stated = read_operations(bom.operations, rulebook, on)
    chosen = _variants(bom, mapping)
    variants, codes = [], [*bom.codes, *stated.codes, *_foreign_variants(bom, chosen)]
    for name, variant in chosen.items():
        options = _options(variant)
        made = made_facts(bom.lines, mapping.rules, options, mapping.source, law)
        vehicle = _vehicle(mapping, name, variant)
        statements = tuple(_statement(each, law.facts[each.fact], mapping.source.id, on, lang) for each in made)
        dossier, left = with_operations(Dossier(vehicle, statements, papers), stated, rulebook)
        codes += left
        variants.append(VariantImport(name, dossier, made))
    bom = replace(bom, codes=tuple(dict.fromkeys(codes)))
    hits = [matching(bom.lines, rule) for rule in mapping.rules]
    mapped = {position for some in hits for position in some}
    tops = {line.parents[0] for line in bom.lines if line.parents}
    unmapped = [
        line
        for position, line in enumerate(bom.lines)
        if position not in mapped and position not in tops and not any(above in mapped for above in line.parents)
    ]
    return Import(bom, tuple(variants), tuple(unmapped), tuple(index for index, some in enumerate(hits) if not some))


def _options(variant: Variant) -> frozenset[str]:
    return frozenset(option.casefold().replace(" = ", "=") for option in variant.options)


def _foreign_variants(bom: Bom, variants: ReadMapping[str, Variant]) -> list[RowCode]:
    """Return the code of a mapping whose variants no condition of the bill names: their lines would be told apart by chance."""
    named = {option for condition in {each for line in bom.lines for each in line.conditions} for option in condition.options()}
    own = {option for variant in variants.values() for option in _options(variant)}
    if not named or not own or own & named:
        return []
    ours, theirs = ", ".join(sorted(own)[:12]), ", ".join(sorted(named)[:12])
    words = Words(
        f"ни одно условие не называет признаков {ours}; в спецификации есть {theirs}: исправьте variants в mapping",
        f"no condition names the options {ours}; the bill has {theirs}: mend variants in the mapping",
    )
    return [RowCode("unknown_variants", bom.lines[0].raw.place, words)]


def _variants(bom: Bom, mapping: Mapping) -> ReadMapping[str, Variant]:
    if mapping.variants:
        return mapping.variants
    conditions = {condition for line in bom.lines for condition in line.conditions}
    options = sorted({option for condition in conditions for option in condition.options()})
    if any(not condition.plain for condition in conditions):
        raise DossierError(
            f"условия применимости — выражения; перечислите варианты в mapping: variants (признаки: {', '.join(options[:12])})",
            f"the variant conditions are expressions; list the variants in the mapping: variants (options: {', '.join(options[:12])})",
        )
    return {option: Variant((option,)) for option in options} or {"": Variant(())}


def _vehicle(mapping: Mapping, name: str, variant: Variant) -> Vehicle:
    car = mapping.vehicle
    approval = variant.type_approval or car.type_approval
    return Vehicle(
        id=f"{car.id}-{name}" if name else car.id,
        ru=variant.ru or (f"{car.ru}, {name}" if name else car.ru),
        en=variant.en or (f"{car.en}, {name}" if name else car.en),
        category=car.category,
        powertrain=variant.powertrain or car.powertrain,
        maker=car.maker,
        type_approval=identifiers.type_approval(approval).value if approval else "",
    )


def _evidence(mapping: Mapping, files: Sequence[Path], on: date) -> dict[str, Evidence]:
    """Return the bill as a document: it proves what is fitted; where parts come from it only claims."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest() if files else ""
    names = ", ".join(path.name for path in files)
    source = mapping.source
    ru, en = source.ru or "Спецификация", source.en or "Bill of materials"
    return {
        source.id: Evidence("own", ru, en, issued=on, file=names, sha256=digest),
        f"{source.id}_origin": Evidence(
            "supplier", f"{ru}: графа «страна»", f"{en}: column 'country'", issued=on, file=names, sha256=digest
        ),
    }


def _statement(made: MadeFact, fact: Fact, source: str, on: date, lang: Lang) -> Statement:
    origin = fact.kind == "share" or made.by_origin
    return Statement(
        fact=made.fact,
        low=made.low,
        high=made.high,
        known=on,
        evidence=(f"{source}_origin",) if origin else (source,),
        note=fact_note(made, lang),
    )


def fact_note(made: MadeFact, lang: Lang) -> str:
    """Return part, whole and rows of a fact in one line."""
    ru = lang == "ru"
    words = _MEASURES[made.measure][0 if ru else 1]
    ratio = f"{_exact(made.part)} / {_exact(made.whole)}" if made.whole_lines and made.measure != "present" else _exact(made.part)
    rows = f"{'строки' if ru else 'rows'} {row_ranges(made.part_lines)} / {row_ranges(made.whole_lines)}"
    opened = f"; {'неизвестно' if ru else 'unknown'}: {row_ranges(made.open_lines)}" if made.open_lines else ""
    return f"{words}: {ratio}; {rows}{opened}"


def row_ranges(lines: Sequence[BomLine]) -> str:
    """Return the rows of lines as short ranges: `4-7, 12`."""
    rows = sorted({line.raw.place.line for line in lines})
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    shown = [f"{low}" if low == high else f"{low}-{high}" for low, high in ranges[:_ROWS_SHOWN]]
    return ", ".join(shown) + (f" … (+{len(ranges) - _ROWS_SHOWN})" if len(ranges) > _ROWS_SHOWN else "") or "—"


def _exact(value: object) -> str:
    from lokal.result.document import number  # noqa: PLC0415

    return str(number(value))  # type: ignore[arg-type]
