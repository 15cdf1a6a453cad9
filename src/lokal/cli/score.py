"""Verbs on one dossier: score, explain, brief, verify; and the schemas of the file formats."""

import sys
from pathlib import Path
from typing import Any

import click

from lokal.cli.common import DIFFERENT, DOSSIER, LANG, print_json, print_page, score_file, scoring, speaking
from lokal.errors import Lang


@click.command()
@DOSSIER
@scoring
@click.option("--all", "every", is_flag=True, help="List every operation, also those without any information.")
@click.option(
    "--receipt", "receipt_file", type=click.Path(path_type=Path, dir_okay=False), help="Write a receipt that reproduces the score."
)
@speaking
def score(dossier: Path, *, every: bool, receipt_file: Path | None, form: str, lang: Lang, **asked: Any) -> None:  # noqa: ANN401  the shared options
    """Score a dossier: points in total, by block and operation, programmes, what is unknown, what readings change."""
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.study.eligibility import eligibility, verdict_data  # noqa: PLC0415

    rulebook, scored = score_file(dossier, asked)
    if receipt_file:
        lokal.write_receipt(lokal.make_receipt(scored), receipt_file)
    if form == "json":
        print_json({**lokal.score_data(scored), "programmes": [verdict_data(each) for each in eligibility(scored, rulebook)]})
        return
    from lokal.report.text import score_page  # noqa: PLC0415  tables only for people

    print_page(score_page(scored, rulebook, lang, every=every))


@click.command()
@DOSSIER
@click.argument("node")
@scoring
@speaking
def explain(dossier: Path, node: str, *, form: str, lang: Lang, **asked: Any) -> None:  # noqa: ANN401  the shared options
    """Show one block or operation in full: award, values with their days, what was not read and why, value before rounding."""
    import lokal  # noqa: PLC0415

    rulebook, scored = score_file(dossier, asked)
    explanation = lokal.explain(scored, rulebook, node)
    if form == "json":
        print_json(lokal.explanation_data(scored, explanation))
        return
    from lokal.report.explain_text import explanation_page  # noqa: PLC0415

    print_page(explanation_page(scored, rulebook, explanation, lang))


@click.command()
@click.argument("dossiers", nargs=-1, required=True, type=click.Path(path_type=Path))
@scoring
@speaking
def brief(dossiers: tuple[Path, ...], *, form: str, lang: Lang, **asked: Any) -> None:  # noqa: ANN401  the shared options
    """Say in short what is known of each dossier, its interval, and what would settle each programme's bar."""
    import lokal  # noqa: PLC0415

    results = [score_file(each, asked) for each in dossiers]
    if form == "json":
        print_json([lokal.settling_data(scored, rulebook) for rulebook, scored in results])
        return
    from lokal.report.brief_text import brief_page  # noqa: PLC0415

    for rulebook, scored in results:
        print_page(brief_page(scored, rulebook, lang))


@click.command()
@click.argument("receipt", type=click.Path(path_type=Path))
@LANG
@speaking
def verify(receipt: Path, lang: Lang) -> None:
    """Recompute a receipt bit for bit and say what differs; exit code 1 when something does."""
    import lokal  # noqa: PLC0415

    differences = lokal.verify(lokal.read_receipt(receipt), lokal.load_rulebook())
    if not differences:
        click.echo("квитанция сходится бит в бит" if lang == "ru" else "the receipt holds bit for bit")
        return
    for each in differences[:50]:
        click.echo(f"{each.path}: {each.receipt} → {each.recomputed}")
    total = len(differences)
    click.echo(f"расхождений: {total} (квитанция → пересчёт)" if lang == "ru" else f"differences: {total} (receipt → recomputed)")
    sys.exit(DIFFERENT)


@click.command()
@click.argument("what", type=click.Choice(["rulebook", "dossier", "receipt", "amendment"]))
def schema(what: str) -> None:
    """Print the JSON Schema of a file format."""
    import lokal  # noqa: PLC0415

    print_json(lokal.json_schema(what))
