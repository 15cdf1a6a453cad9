"""Verbs on a project: plan (what to localise next) and shock (what survives)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lokal.cli.common import DIFFERENT, FORMAT, LANG, print_json, print_page, speaking
from lokal.errors import Lang

if TYPE_CHECKING:
    from lokal.study.plan.solve import Progress

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("project", type=click.Path(path_type=Path))
@click.option("--question", "only", multiple=True, help="Answer only this question of the file; may be repeated.")
@click.option("--html", type=_FILE, default=None, help="Write the page with charts.")
@click.option("--xlsx", type=_FILE, default=None, help="Write the tables as a workbook.")
@click.option("--seconds", type=click.FloatRange(min=0), default=300, show_default=True, help="Time limit of each search.")
@click.option("--gap", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Stop within this distance of the least cost.")
@click.option("--curves/--no-curves", default=None, help="Also what more points, time or money would do; by default with --html and --xlsx.")
@FORMAT
@LANG
@speaking
def plan(  # noqa: PLR0913  a verb has this many options
    project: Path, *, only: tuple[str, ...], html: Path | None, xlsx: Path | None, seconds: float, gap: float, curves: bool | None, form: str, lang: Lang
) -> None:
    """Find the cheapest dated choice of measures that reaches a project's targets; Ctrl-C keeps the best plan so far."""
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.study.plan.data import answer_data  # noqa: PLC0415
    from lokal.study.plan.solve import Limits  # noqa: PLC0415
    from lokal.study.plan.study import study  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    read = lokal.read_project(project, rulebook)
    wanted = bool(html or xlsx) if curves is None else curves
    answers = study(read, rulebook, Limits(seconds, gap, _progress if sys.stderr.isatty() else None), curves=wanted, only=only)
    if html:
        from lokal.report.plan_html import plan_html  # noqa: PLC0415

        html.write_text(plan_html(read, answers, rulebook, lang), encoding="utf-8")
    if xlsx:
        from lokal.report.plan_xlsx import write_plan_xlsx  # noqa: PLC0415

        write_plan_xlsx(read, answers, rulebook, xlsx, lang)
    if form == "json":
        print_json([answer_data(each) for each in answers])
    else:
        from lokal.report.plan_text import plan_page  # noqa: PLC0415

        print_page(plan_page(read, answers, rulebook, lang))
    if any(each.plan.evaluation is None for each in answers):
        sys.exit(DIFFERENT)


def _progress(progress: "Progress") -> None:
    """Show how far a search is, on one line of the error stream."""
    best = "—" if progress.best is None else f"{progress.best:,.0f}"
    gap = "—" if progress.gap is None else f"{progress.gap * 100:.2f} %"
    click.echo(f"\r{progress.seconds:7.1f} s  {best:>16}  {gap:>9}", err=True, nl=False)
