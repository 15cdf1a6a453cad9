"""A dossier from its YAML file, checked against the facts that the rulebook declares."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from lokal.engine.dossier import Dossier, Evidence, Published, Statement, Vehicle, Wording
from lokal.errors import DossierError, Words
from lokal.intake.values import parse_flag, parse_value
from lokal.rulebook.facts import declared_facts, full_name
from lokal.rulebook.model import Fact, Rulebook
from lokal.rulebook.tree import Step, Tree, convert, parse_tree, printable, read_file
from lokal.rulebook.words import nearest

_KEYS = ("vehicle", "facts", "evidence", "published", "note")
_STATEMENT_KEYS = ("value", "from", "to", "known", "by", "evidence", "committed", "note")
_LOOKALIKE = str.maketrans("МНмн", "MNmn")


class _Typed(Struct):
    """The typed part of a statement: everything but its value and `committed`; what is left blank counts as not written."""

    from_: date | None = field(name="from", default=None)
    to: date | None = None
    known: date | None = None
    by: str | None = None
    evidence: tuple[str, ...] | None = None
    note: str | None = None


def read_dossier(path: Path, rulebook: Rulebook) -> Dossier:
    """Return the dossier of a YAML file.

    Raises DossierError in one line with file and line: a misspelt fact with the nearest known one, a wrong value, a contradiction.
    """
    return parse_dossier(read_file(path, DossierError), str(path), rulebook)


def parse_dossier(text: str, file: str, rulebook: Rulebook) -> Dossier:
    """Return the dossier of YAML text; `file` is the name that errors carry."""
    return dossier_of(parse_tree(text, file, DossierError), rulebook)


def dossier_of(tree: Tree, rulebook: Rulebook) -> Dossier:
    """Return the dossier of a tree, whichever kind of file it was read from; errors carry the tree's places."""
    _mapping(tree, ())
    for key in tree.data:
        if key not in _KEYS:
            raise _unknown_key(tree, (key,), key, _KEYS)
    if not isinstance(tree.data.get("vehicle"), dict):
        raise DossierError(
            "нет раздела vehicle: категория и силовая установка", "no section vehicle: category and powertrain", tree.place()
        )
    facts = declared_facts(rulebook)
    dossier = Dossier(
        vehicle=_vehicle(tree),
        evidence=convert(tree, dict[str, Evidence], DossierError, ("evidence",)) if tree.data.get("evidence") else {},
        statements=tuple(_statements(tree, facts)),
        published=convert(tree, tuple[Published, ...], DossierError, ("published",)) if tree.data.get("published") else (),
        note=convert(tree, Wording, DossierError, ("note",)) if tree.data.get("note") else None,
    )
    _check_evidence(dossier, tree)
    for name, words in misfits(dossier, rulebook):
        raise DossierError(words.ru, words.en, tree.place("facts", name))
    return dossier


def _mapping(tree: Tree, at: tuple[Step, ...]) -> None:
    data = tree.data
    for step in at:
        data = data[step]
    if not isinstance(data, dict):
        raise DossierError("ожидались пары «ключ: значение»", "expected pairs `key: value`", tree.place(*at))


def _unknown_key(tree: Tree, at: tuple[Step, ...], key: str, known: tuple[str, ...]) -> DossierError:
    hint = nearest(key, known)
    ru, en = (
        (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else (f"; есть {', '.join(known)}", f"; known: {', '.join(known)}")
    )
    return DossierError(f"неизвестный ключ «{key}»{ru}", f"unknown key '{key}'{en}", tree.place(*at))


def _vehicle(tree: Tree) -> Vehicle:
    data = tree.data["vehicle"]
    for key in data:
        if key not in Vehicle.__struct_fields__:
            raise _unknown_key(tree, ("vehicle", key), key, Vehicle.__struct_fields__)
    for key, ru, en in (("category", "категория", "category"), ("powertrain", "силовая установка", "powertrain")):
        if not data.get(key):
            raise DossierError(f"не указана {ru} ({key})", f"the {en} is missing", tree.place("vehicle"))
    if isinstance(data["category"], str):
        data["category"] = data["category"].translate(_LOOKALIKE).upper().removesuffix("G")
    return convert(tree, Vehicle, DossierError, ("vehicle",))


def _statements(tree: Tree, facts: Mapping[str, Fact]) -> Iterator[Statement]:
    if tree.data.get("facts") is None:
        return
    _mapping(tree, ("facts",))
    for name, raw in tree.data["facts"].items():
        at: tuple[Step, ...] = ("facts", name)
        if name not in facts:
            hint = nearest(name, facts)
            ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
            raise DossierError(f"нет такого факта или операции: «{name}»{ru}", f"no such fact or operation: '{name}'{en}", tree.place(*at))
        listed = isinstance(raw, list) and bool(raw)
        for index, item in enumerate(raw if listed else [raw]):
            yield _statement(tree, (*at, index) if listed else at, name, item, facts[name])


def _statement(tree: Tree, at: tuple[Step, ...], name: str, item: Any, fact: Fact) -> Statement:  # noqa: ANN401  plain YAML data
    data = item if isinstance(item, dict) else {"value": item}
    for key in data:
        if key not in _STATEMENT_KEYS:
            raise _unknown_key(tree, (*at, key), key, _STATEMENT_KEYS)
    value = data.get("value")
    if isinstance(value, list | dict):
        raise DossierError(f"«{name}»: ожидалось одно значение", f"'{name}': expected one value", tree.place(*at))
    low, high = parse_value(value, fact.kind, name, tree.place(*at, "value") if isinstance(item, dict) else tree.place(*at))
    typed = convert(tree, _Typed, DossierError, at) if isinstance(item, dict) else _Typed()
    if typed.from_ and typed.to and typed.to < typed.from_:
        raise DossierError(
            f"«{name}»: конец {typed.to} раньше начала {typed.from_}",
            f"'{name}': the end {typed.to} is before the start {typed.from_}",
            tree.place(*at, "to"),
        )
    return Statement(
        fact=name,
        low=low,
        high=high,
        from_=typed.from_,
        to=typed.to,
        known=typed.known,
        by=typed.by or "own",
        evidence=typed.evidence or (),
        committed=parse_flag(data.get("committed"), "committed", tree.place(*at, "committed")),
        note=typed.note or "",
    )


def _check_evidence(dossier: Dossier, tree: Tree) -> None:
    for statement in dossier.statements:
        for name in statement.evidence:
            if name not in dossier.evidence:
                hint = nearest(name, dossier.evidence)
                ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
                place = tree.place("facts", statement.fact)
                shown = printable(name)
                raise DossierError(f"нет подтверждения «{shown}»{ru}", f"no evidence '{shown}'{en}", place)
    for name, paper in dossier.evidence.items():
        if paper.issued and paper.valid_until and paper.valid_until < paper.issued:
            place = tree.place("evidence", name)
            raise DossierError(f"«{name}»: срок кончился раньше выдачи", f"'{name}': it ended before it was issued", place)


def misfits(dossier: Dossier, rulebook: Rulebook) -> Iterator[tuple[str, Words]]:
    """Yield the facts whose statements cannot be true together, each with the reason."""
    facts = declared_facts(rulebook)
    yield from _excessive_shares(dossier, facts)
    yield from _contradictions(dossier, facts, rulebook)


def _excessive_shares(dossier: Dossier, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Words]]:
    """Yield shares of several performers that are surely more than the whole on the same days."""
    parts: dict[str, list[Statement]] = {}
    for statement in dossier.statements:
        if facts[statement.fact].kind == "share":
            parts.setdefault(statement.fact, []).append(statement)
    for name, statements in parts.items():
        for one in statements:
            together = {each.by: each.low for each in statements if _same_days(one, each)}
            if sum(together.values()) > 1:
                total = sum(together.values())
                yield (
                    name,
                    Words(
                        f"«{name}»: доли исполнителей вместе {total}, больше 1", f"'{name}': the performers' shares make {total}, over 1"
                    ),
                )


def _contradictions(dossier: Dossier, facts: Mapping[str, Fact], rulebook: Rulebook) -> Iterator[tuple[str, Words]]:
    """Yield a flag against the powertrain's definition, an operation on a component not fitted."""
    drive = dossier.vehicle.powertrain
    nothing = Decimal(0)
    absent = {name: Statement(name, nothing, nothing) for name, fact in facts.items() if fact.implied.get(drive) == "no"}
    for statement in dossier.statements:
        implied = facts[statement.fact].implied.get(drive)
        if implied and statement.low == statement.high != Decimal(implied == "yes"):
            yield (
                statement.fact,
                Words(
                    f"«{statement.fact}» противоречит силовой установке {drive}: по определению {implied}",
                    f"'{statement.fact}' contradicts the powertrain {drive}: by definition {implied}",
                ),
            )
        if statement.high == 0:
            absent[statement.fact] = statement
    for block in rulebook.blocks:
        gone = absent.get(block.fitted or f"{block.id}.fitted")
        if gone is None:
            continue
        own = {full_name(block, operation.id) for operation in block.operations}
        for statement in dossier.statements:
            if statement.fact in own and statement.low > 0 and _same_days(gone, statement):
                yield (
                    statement.fact,
                    Words(
                        f"«{statement.fact}» выполнена, но узла на автомобиле нет («{gone.fact}: no»)",
                        f"'{statement.fact}' is stated but the component is not fitted ('{gone.fact}: no')",
                    ),
                )


def _same_days(one: Statement, two: Statement) -> bool:
    return not (one.to and two.from_ and one.to < two.from_) and not (two.to and one.from_ and two.to < one.from_)
