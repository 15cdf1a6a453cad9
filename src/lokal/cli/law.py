"""Verbs on the law itself: check and draft against an official text, show, search, maximum, readings, diff."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from lokal.cli.common import DIFFERENT, FORMAT, LANG, ON, READING, Day, print_json, print_page, speaking
from lokal.errors import EngineError, Lang
from lokal.rulebook.words import nearest

_TEXT = click.option(
    "--text", "text", type=click.Path(path_type=Path), required=True, help="Official text: txt, docx, html; rtf, odt by LibreOffice."
)


@click.group()
def law() -> None:
    """The law as data: checked against an official text, searched, compared."""


@law.command()
@_TEXT
@click.option(
    "--notes", type=click.Path(path_type=Path), default=None, help="Plain text of the annex's notes: checks gates, caps and bars too."
)
@FORMAT
@LANG
@speaking
def check(text: Path, notes: Path | None, form: str, lang: Lang) -> None:
    """Hold an official text of section II against the rulebook; exit code 1 on any difference."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    match = lokal.match_text(lokal.read_text(text), rulebook)
    extra = tuple(lokal.check_notes(lokal.read_plain(notes), rulebook)) if notes else ()
    if form == "json":
        findings = [
            {"kind": each.kind, "place": each.place, "operation": each.operation, "what": each.words.en}
            for each in (*match.findings, *extra)
        ]
        print_json({"clauses": match.clauses, "numbers": match.numbers, "findings": findings})
    else:
        from lokal.report.law_text import match_page  # noqa: PLC0415

        print_page(match_page(match, extra, lang))
    if match.findings or extra:
        sys.exit(DIFFERENT)


@law.command()
@_TEXT
@click.option("--act", default="n317", help="Act that brings rows without an amendment mark.")
@click.option("--whole", is_flag=True, help="Draft every clause, also those that the rulebook has.")
@LANG
@speaking
def draft(text: Path, act: str, *, whole: bool, lang: Lang) -> None:  # noqa: ARG001  errors speak the language
    """Propose YAML entries for clauses that the rulebook does not have; what is not sure is marked for review."""
    import lokal  # noqa: PLC0415

    clauses = lokal.read_clauses(lokal.read_text(text))
    if not whole:
        known = {value.hash for block in lokal.load_rulebook().blocks for each in block.operations for value in each.values}
        clauses = tuple(clause for clause in clauses if clause.hash not in known)
    click.echo(lokal.draft_yaml(clauses, act), nl=False)


@law.command()
@click.argument("block", required=False)
@LANG
@speaking
def show(block: str | None, lang: Lang) -> None:
    """List the blocks, or show one block with every dated value of every line."""
    import lokal  # noqa: PLC0415
    from lokal.report.law_text import block_page, blocks_page  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    names = [each.id for each in rulebook.blocks]
    if block and block not in names:
        hint = nearest(block, names)
        raise EngineError(
            f"нет узла «{block}»" + (f", возможно «{hint}»" if hint else ""),
            f"no block '{block}'" + (f", did you mean '{hint}'" if hint else ""),
        )
    print_page(block_page(rulebook, block, lang) if block else blocks_page(rulebook, lang))


@law.command()
@click.argument("words", nargs=-1, required=True)
@LANG
@speaking
def search(words: tuple[str, ...], lang: Lang) -> None:
    """Find blocks and operations by the words of their titles, Russian or English."""
    import lokal  # noqa: PLC0415
    from lokal.report.law_text import search_page  # noqa: PLC0415

    print_page(search_page(lokal.load_rulebook(), " ".join(words), lang))


@law.command()
@click.option("--category", type=click.Choice(["M1", "N1", "N2", "N3", "M2", "M3"]), required=True, help="Vehicle category.")
@click.option("--powertrain", type=click.Choice(["ice", "hybrid", "ev"]), required=True, help="Powertrain.")
@click.option(
    "--fitted", "fitted", multiple=True, metavar="FLAG=yes|no", help="Say that a component is or is not fitted, e.g. gearbox.cvt=no."
)
@ON
@READING
@FORMAT
@LANG
@speaking
def maximum(category: Any, powertrain: Any, fitted: tuple[str, ...], on: date, readings: Any, form: str, lang: Lang) -> None:  # noqa: ANN401, PLR0913, PLR0917
    """Show the most points a variant can reach on a day, by block; everything counts as fitted unless told otherwise."""
    import lokal  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    scale = lokal.compile_scale(rulebook, on, readings=dict(readings))
    outcome = lokal.maximum(scale, category, powertrain, dict(_flag(each, scale.facts) for each in fitted))
    if form == "json":
        blocks = {block.id: int(block.points.high) for block in outcome.blocks if block.points.high}
        print_json({"points": int(outcome.points.high), "blocks": blocks})
        return
    from lokal.report.law_text import maximum_page  # noqa: PLC0415

    print_page(maximum_page(outcome, rulebook, lang))


@law.command()
@LANG
@speaking
def readings(lang: Lang) -> None:
    """List the named readings: options, default, reason."""
    import lokal  # noqa: PLC0415
    from lokal.report.law_text import readings_page  # noqa: PLC0415

    print_page(readings_page(lokal.load_rulebook(), lang))


@law.command()
@click.argument("one")
@click.argument("two")
@READING
@FORMAT
@LANG
@speaking
def diff(one: str, two: str, readings: Any, form: str, lang: Lang) -> None:  # noqa: ANN401
    """Compare two rulebook folders, or the law of two days; exit code 1 when something differs."""
    import lokal  # noqa: PLC0415

    if Path(one).is_dir() and Path(two).is_dir():
        changes = lokal.diff_rulebooks(lokal.load_rulebook(Path(one)), lokal.load_rulebook(Path(two)))
    else:
        rulebook = lokal.load_rulebook()
        days = [Day().convert(each, None, None) for each in (one, two)]
        changes = lokal.diff_scales(*(lokal.compile_scale(rulebook, day, readings=dict(readings)) for day in days))
    if form == "json":
        print_json(
            [
                {"kind": each.kind, "operation": each.operation, "whom": each.whom, "before": each.before, "after": each.after}
                for each in changes
            ]
        )
    else:
        from lokal.report.law_text import diff_page  # noqa: PLC0415

        print_page(diff_page(changes, lang))
    if changes:
        sys.exit(DIFFERENT)


def _flag(text: str, facts: Any) -> tuple[str, bool]:  # noqa: ANN401  the scale's facts
    name, _, answer = text.partition("=")
    if name not in facts or facts[name].kind != "flag":
        hint = nearest(name, facts)
        raise EngineError(
            f"нет признака «{name}»" + (f", возможно «{hint}»" if hint else ""),
            f"no flag '{name}'" + (f", did you mean '{hint}'" if hint else ""),
        )
    if answer not in {"yes", "no"}:
        raise EngineError(f"«{text}»: ожидалось yes или no", f"'{text}': expected yes or no")
    return name, answer == "yes"
