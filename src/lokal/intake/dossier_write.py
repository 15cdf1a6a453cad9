"""A dossier written out: as plain data of strings, and as YAML that `read_dossier` reads back unchanged."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from lokal.engine.dossier import Dossier, Statement
from lokal.errors import DossierError, Place
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import FactKind, Rulebook

_SAFE = re.compile(r"^[A-Za-z][A-Za-z0-9_./-]*$|^\d+(\.\d+)*$|^\d{4}-\d\d-\d\d$")
_BLANKS = frozenset({"null", "Null", "NULL"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SECTIONS = ("vehicle", "note", "evidence", "facts", "published")
Plain = dict[str, Any]


def dossier_data(dossier: Dossier, rulebook: Rulebook) -> Plain:
    """Return a dossier as plain data of strings, lists and mappings: what its YAML says, section by section.

    Raises DossierError for a statement whose fact the rulebook does not declare.
    """
    data: Plain = {"vehicle": _strings(msgspec.to_builtins(dossier.vehicle, str_keys=True))}
    if dossier.note:
        data["note"] = {"ru": dossier.note.ru, "en": dossier.note.en}
    if dossier.evidence:
        data["evidence"] = {name: _strings(msgspec.to_builtins(paper)) for name, paper in dossier.evidence.items()}
    if dossier.statements:
        data["facts"] = _facts(dossier, rulebook)
    if dossier.published:
        data["published"] = [_strings(msgspec.to_builtins(each)) for each in dossier.published]
    return data


def dossier_text(dossier: Dossier, rulebook: Rulebook, head: str = "") -> str:
    """Return a dossier as YAML; `head` becomes a comment above it."""
    data = dossier_data(dossier, rulebook)
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + "".join(line + "\n" for section in _SECTIONS if section in data for line in _section(section, data[section]))


def write_dossier(dossier: Dossier, rulebook: Rulebook, path: Path, head: str = "") -> None:
    """Write a dossier as YAML."""
    try:
        path.write_text(dossier_text(dossier, rulebook, head), encoding="utf-8")
    except OSError as problem:
        raise DossierError(
            f"файл не записать: {problem.strerror}", f"cannot write the file: {problem.strerror}", Place(str(path))
        ) from problem


def value_text(low: Decimal, high: Decimal | None, kind: FactKind) -> str:
    """Return bounds as a dossier writes them: `yes`, a number, `0.3..0.5`, `200..`, `unknown`.

    >>> value_text(Decimal(1), Decimal(1), "flag"), value_text(Decimal(200), None, "points")
    ('yes', '200..')
    """
    if kind == "flag":
        return "unknown" if low != high else "yes" if low else "no"
    if low == high:
        return f"{low:f}"
    return f"{low:f}.." if high is None else f"{low:f}..{high:f}"


def statement_data(statement: Statement, kind: FactKind) -> Plain:
    """Return one statement as plain data."""
    data: Plain = {"value": value_text(statement.low, statement.high, kind)}
    for key, day in (("from", statement.from_), ("to", statement.to), ("known", statement.known)):
        if day is not None:
            data[key] = day.isoformat()
    if statement.by != "own":
        data["by"] = statement.by
    if statement.evidence:
        data["evidence"] = list(statement.evidence)
    if statement.committed:
        data["committed"] = "yes"
    if statement.note:
        data["note"] = statement.note
    return data


def _facts(dossier: Dossier, rulebook: Rulebook) -> Plain:
    declared = declared_facts(rulebook)
    facts: Plain = {}
    for statement in dossier.statements:
        if statement.fact not in declared:
            raise DossierError(f"нет такого факта: «{statement.fact}»", f"no such fact: '{statement.fact}'")
        facts.setdefault(statement.fact, []).append(statement_data(statement, declared[statement.fact].kind))
    return {name: items[0] if len(items) == 1 else items for name, items in facts.items()}


def _strings(data: Any) -> Any:  # noqa: ANN401  plain data
    if isinstance(data, dict):
        return {key: _strings(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_strings(value) for value in data]
    return data.isoformat() if isinstance(data, date) else str(data)


def _section(name: str, value: Any) -> Iterator[str]:  # noqa: ANN401  plain data
    if isinstance(value, dict):
        yield f"{name}:"
        for key, item in value.items():
            items = item if isinstance(item, list) else [item]
            if isinstance(item, list):
                yield f"  {_scalar(key)}:"
                yield from (f"  - {_flow(each)}" for each in items)
            else:
                yield f"  {_scalar(key)}: {_flow(item)}"
        return
    yield f"{name}:"
    yield from (f"- {_flow(each)}" for each in value)


def _flow(value: Any) -> str:  # noqa: ANN401  plain data
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(text: str) -> str:
    """Return a string plain where that is safe, else in double quotes with every unprintable character escaped."""
    if _SAFE.match(text) and text not in _BLANKS and "\n" not in text:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if char.isprintable() and code <= 0xFFFF and code != 0xFEFF:  # noqa: PLR2004  the plane that every YAML reader takes as it is
        return char
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
