"""The mapping that a user keeps for a source: its columns, its variants, and which lines make which fact."""

from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from lokal.errors import DossierError
from lokal.intake import identifiers
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Category, Powertrain, Rulebook
from lokal.rulebook.tree import convert, parse_tree, read_file
from lokal.rulebook.words import nearest

Measure = Literal["present", "count", "mass", "cost"]
Side = Literal["both", "part", "whole"]
Take = Literal["all", "russian", "foreign"]


class Frozen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base settings of the mapping's records."""


class Source(Frozen, frozen=True):
    """Where the lines come from and its habits.

    `columns` gives own headings by field; `quantities` says whether they are per assembly or already per vehicle; `decimal` settles
    the decimal sign; `home` lists the countries whose lines count as Russian.
    """

    id: str = "bom"
    ru: str = ""
    en: str = ""
    sheet: str = ""
    columns: dict[str, str] = {}
    quantities: Literal["per_assembly", "total"] = "per_assembly"
    decimal: Literal["", ",", "."] = ""
    top: str = ""
    alternative: str = ""
    usage: str = ""
    currency: str = "RUB"
    home: tuple[str, ...] = ("RU",)


class Car(Frozen, frozen=True):
    """The vehicle whose bill this is; a variant may differ in any of it."""

    id: str
    ru: str
    en: str
    category: Category
    powertrain: Powertrain
    maker: str = ""
    type_approval: str = ""


class Variant(Frozen, frozen=True):
    """One variant of a 150 % bill: the option codes it has, and what differs from the common vehicle."""

    options: tuple[str, ...]
    ru: str = ""
    en: str = ""
    powertrain: Powertrain | None = None
    type_approval: str = ""


class Rule(Frozen, frozen=True):
    """Lines that make a fact: those that match every pattern given.

    Patterns of part number and name know `*` and `?`; codes match by their beginning; `under` is a pattern on any line above.
    A share is the measured part over the measured whole: `side` says which of them the lines give, `take` which lines of a `both`
    rule qualify for the part.
    """

    fact: str
    number: str = ""
    name: str = ""
    okpd2: str = ""
    tnved: str = ""
    supplier: str = ""
    under: str = ""
    measure: Measure | None = None
    side: Side = "both"
    take: Take | None = None


class Mapping(Frozen, frozen=True):
    """A saved mapping: one source, its vehicle and variants, its rules."""

    vehicle: Car
    source: Source = Source()
    variants: dict[str, Variant] = {}
    rules: tuple[Rule, ...] = ()
    as_of: date | None = None


def read_mapping(path: Path, rulebook: Rulebook) -> Mapping:
    """Return a saved mapping; raises DossierError with file and line for a misspelt key or a fact that the law does not know."""
    tree = parse_tree(read_file(path, DossierError), str(path), DossierError)
    if not isinstance(tree.data, dict):
        raise DossierError("ожидались разделы source, vehicle, rules", "expected sections source, vehicle, rules", tree.place())
    tree.data = {key: value for key, value in tree.data.items() if value}  # a section without content is as good as none
    mapping = convert(tree, Mapping, DossierError)
    approvals = {("vehicle", "type_approval"): mapping.vehicle.type_approval} | {
        ("variants", name, "type_approval"): variant.type_approval for name, variant in mapping.variants.items()
    }
    for at, text in approvals.items():
        if text and (problem := identifiers.type_approval(text).problem):
            raise DossierError(problem.ru, problem.en, tree.place(*at))
    facts = declared_facts(rulebook)
    for index, rule in enumerate(mapping.rules):
        place = tree.place("rules", index, "fact")
        if rule.fact not in facts:
            hint = nearest(rule.fact, facts)
            ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
            raise DossierError(f"нет такого факта: «{rule.fact}»{ru}", f"no such fact: '{rule.fact}'{en}", place)
        if not any((rule.number, rule.name, rule.okpd2, rule.tnved, rule.supplier, rule.under)):
            raise DossierError("правило не называет ни одного признака строк", "the rule names nothing to match lines by", place)
        if facts[rule.fact].kind in {"points", "money"}:
            raise DossierError(f"«{rule.fact}» не считается по строкам", f"'{rule.fact}' is not made from lines", place)
        if facts[rule.fact].kind == "share" and rule.measure not in {"count", "mass", "cost"}:
            raise DossierError(
                f"«{rule.fact}» — доля: укажите measure: count, mass или cost",
                f"'{rule.fact}' is a share: give measure: count, mass or cost",
                place,
            )
    return mapping
