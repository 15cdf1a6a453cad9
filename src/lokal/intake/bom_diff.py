"""What a second import of a source changed: lines that came, went or differ, and the facts that differ with them."""

import contextlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from lokal.errors import DossierError, Place
from lokal.intake.bom import BomLine
from lokal.intake.bom_dossier import Import
from lokal.intake.dossier_write import value_text
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook

FORMAT = 1


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An import as it is remembered: its lines by key, and its facts by variant."""

    format: int
    source: str
    on: date
    lines: dict[str, dict[str, str]]
    facts: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of a line or fact, which field, before and after (empty where it came or went)."""

    key: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class BomDiff:
    """All differences of two imports of one source."""

    since: date
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]
    facts: tuple[Change, ...]


def kept(done: Import, source: str, on: date, rulebook: Rulebook) -> Kept:
    """Return what to remember of an import."""
    declared = declared_facts(rulebook)
    lines: dict[str, dict[str, str]] = {}
    for line in done.bom.lines:
        key = line.key
        count = 1
        while key in lines:
            count += 1
            key = f"{line.key}#{count}"
        lines[key] = _line(line)
    facts = {
        variant.id: {made.fact: value_text(made.low, made.high, declared[made.fact].kind) for made in variant.facts}
        for variant in done.variants
    }
    return Kept(FORMAT, source, on, lines, facts)


def compare_imports(before: Kept, after: Kept) -> BomDiff:
    """Return what changed between two imports."""
    changed = [
        Change(key, name, old.get(name, ""), new.get(name, ""))
        for key, new in after.lines.items()
        if (old := before.lines.get(key)) is not None
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    facts = [
        Change(fact, variant, before.facts.get(variant, {}).get(fact, ""), after.facts.get(variant, {}).get(fact, ""))
        for variant in sorted(before.facts.keys() | after.facts.keys())
        for fact in sorted(before.facts.get(variant, {}).keys() | after.facts.get(variant, {}).keys())
        if before.facts.get(variant, {}).get(fact) != after.facts.get(variant, {}).get(fact)
    ]
    return BomDiff(
        since=before.on,
        added=tuple(key for key in after.lines if key not in before.lines),
        removed=tuple(key for key in before.lines if key not in after.lines),
        changed=tuple(changed),
        facts=tuple(facts),
    )


def read_kept(path: Path) -> Kept | None:
    """Return the remembered import of a file, None where there is none yet."""
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError, RecursionError) as problem:
        place = Place(str(path))
        raise DossierError(
            "это не память прошлого импорта; удалите файл", "not the memory of an import; delete the file", place
        ) from problem


def write_kept(memory: Kept, path: Path) -> None:
    """Remember an import in a file; the file changes whole or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    try:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(memory, order="sorted"), indent=1) + b"\n")
        draft.replace(path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise DossierError(f"файл не записать: {problem.strerror}", f"cannot write: {problem.strerror}", Place(str(path))) from problem


def diff_data(diff: BomDiff) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return json.loads(msgspec.json.encode(diff))  # type: ignore[no-any-return]


def _line(line: BomLine) -> dict[str, str]:
    raw = line.raw
    fields = {
        "name": raw.name,
        "total": "" if line.total is None else f"{line.total.normalize():f}",
        "unit": raw.unit,
        "mass": "" if raw.mass is None else f"{raw.mass.normalize():f}",
        "price": "" if raw.price is None else f"{raw.price.normalize():f}",
        "country": raw.country,
        "supplier": raw.inn or raw.supplier,
        "variants": repr([sorted(each.options()) for each in line.conditions]) if line.conditions else "",
    }
    return {name: value for name, value in fields.items() if value}
