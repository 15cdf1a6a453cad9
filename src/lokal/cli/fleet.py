"""Verbs on fleets: score."""

from pathlib import Path
from typing import Any

import click

from lokal.cli.common import BASIS, KNOWN, LANG, READING, Day, print_json, print_page, speaking
from lokal.errors import Lang

_FILE = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def fleet() -> None:
    """Score fleets: registers, everything a carmaker built, a country."""


@fleet.command()
@click.argument("vehicles", type=_FILE)
@click.option("--facts", type=_FILE, default=None, help="Facts of variants or vehicles: lines (fact, value, ...) or a column a fact.")
@click.option("--evidence", type=_FILE, default=None, help="Documents that the lines name: id, kind, issued, valid_until.")
@click.option("--on", type=Day(), default=None, help="Day of the law, and of the facts unless --on-column is given.")
@click.option("--on-column", default=None, help="Column with each vehicle's own day, as a rule the day it was built.")
@click.option("-o", "--out", type=_FILE, required=True, help="Folder that takes the scores; it appears only when it is whole.")
@click.option("--summary", is_flag=True, help="Print the census: vehicles by programme and reason, facts that hold back most.")
@click.option("--reasons", is_flag=True, help="Add the reason of every operation to each vehicle.")
@click.option("--blocks/--no-blocks", default=None, help="Add points by block to each vehicle; with --facts they stand in the profiles.")
@click.option("--engine", type=click.Choice(["polars", "spark"]), default="polars", help="Who scores the parts.")
@click.option("--master", default=None, help="Spark's master, for example spark://host:7077 or local[4].")
@BASIS
@KNOWN
@READING
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table for people or JSON for programs.")
@LANG
@speaking
def score(vehicles: Path, out: Path, *, form: str, lang: Lang, **asked: Any) -> None:  # noqa: ANN401  the shared options
    """Score every vehicle of VEHICLES (Parquet or CSV: a file, a folder, a pattern)."""
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.fleet.job import Asked  # noqa: PLC0415
    from lokal.fleet.report import census_data, census_page, progress_of  # noqa: PLC0415
    from lokal.fleet.run import HandOut, one_by_one, run_fleet  # noqa: PLC0415

    hand_out: HandOut = one_by_one
    if asked["engine"] == "spark":
        from lokal.fleet.spark import on_spark  # noqa: PLC0415

        hand_out = on_spark(asked["master"])
    question = Asked(
        on=asked["on"],
        on_column=asked["on_column"],
        basis=asked["basis"],
        known=asked["known"],
        readings=dict(asked["readings"]),
        blocks=asked["blocks"],
        reasons=asked["reasons"],
        summary=asked["summary"],
    )
    rulebook = lokal.load_rulebook()
    with progress_of(lang) as progress:
        report = run_fleet(
            vehicles, out, rulebook, question, facts=asked["facts"], evidence=asked["evidence"], hand_out=hand_out, progress=progress
        )
    if form == "json":
        print_json(census_data(report))
    else:
        print_page(census_page(report, rulebook, lang, out, full=asked["summary"]))
