"""Imports and sourcing as plain data, for programs."""

from collections.abc import Sequence
from typing import Any

from lokal.errors import Lang
from lokal.intake.bom import BomLine
from lokal.intake.bom_diff import BomDiff, diff_data
from lokal.intake.bom_dossier import Import
from lokal.intake.ratios import MadeFact
from lokal.intake.sourcing import Sourcing, Supplied
from lokal.intake.suggest import Suggested
from lokal.result.document import number

Data = dict[str, Any]


def import_data(done: Import, diff: BomDiff | None, suggested: Sequence[Suggested], lang: Lang) -> Data:
    """Return an import: columns, odd rows, facts with part, whole and rows, unmapped lines with suggestions, what changed."""
    bom = done.bom
    return {
        "system": bom.system,
        "columns": bom.headings,
        "lines": len(bom.lines),
        "codes": [
            {"code": code.code, "file": code.place.file, "row": code.place.line, "words": code.words.text(lang)} for code in bom.codes
        ],
        "variants": [
            {
                "id": variant.id,
                "vehicle": variant.dossier.vehicle.id,
                "facts": [_fact(made) for made in variant.facts],
                "operations": sorted({each.fact for each in variant.dossier.statements} - {made.fact for made in variant.facts}),
            }
            for variant in done.variants
        ],
        "unmapped": [_line(line) for line in done.unmapped],
        "idle_rules": list(done.idle_rules),
        "suggestions": [
            {**_line(each.line), "alike": each.alike, "facts": [{"fact": one.fact, "likeness": one.likeness} for one in each.suggestions]}
            for each in suggested
        ],
        "changes": diff_data(diff) if diff else None,
    }


def sourcing_data(supplied: Supplied, result: Sourcing) -> Data:
    """Return what acts gave."""
    return {
        "guaranteed": number(result.guaranteed),
        "expected": number(result.expected),
        "best": number(result.best),
        "worst_choice": result.worst_choice,
        "sources": [
            {"component": source.component, "mixes": {inn: number(mix) for inn, mix in source.mixes.items()}} for source in result.sources
        ],
        "codes": [{"code": code.code, "act": code.act, "operation": code.operation, "words": code.words.en} for code in supplied.codes],
    }


def _fact(made: MadeFact) -> Data:
    return {
        "fact": made.fact,
        "measure": made.measure,
        "low": made.low,
        "high": made.high,
        "part": number(made.part),
        "whole": number(made.whole),
        "part_rows": [_line(line) for line in made.part_lines],
        "whole_rows": [_line(line) for line in made.whole_lines],
        "open_rows": [_line(line) for line in made.open_lines],
        "codes": list(made.codes),
    }


def _line(line: BomLine) -> Data:
    return {"file": line.raw.place.file, "row": line.raw.place.line, "number": line.raw.number, "name": line.raw.name, "total": line.total}
