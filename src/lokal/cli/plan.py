"""Verbs on a project: plan (what to localise next) and shock (what survives)."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lokal.cli.common import BASIS, DIFFERENT, FORMAT, LANG, Day, print_json, print_page, speaking
from lokal.errors import Lang, PlanError

if TYPE_CHECKING:
    from lokal.rulebook.model import Rulebook
    from lokal.study.plan.model import Project
    from lokal.study.plan.solve import Limits, Progress
    from lokal.study.plan.study import Answer

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("project", type=click.Path(path_type=Path))
@click.option("--question", "only", multiple=True, help="Answer only this question of the file; may be repeated.")
@click.option("--html", type=_FILE, default=None, help="Write the page with charts.")
@click.option("--xlsx", type=_FILE, default=None, help="Write the tables as a workbook.")
@click.option("--seconds", type=click.FloatRange(min=0), default=300, show_default=True, help="Time limit of each search.")
@click.option("--gap", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Stop within this distance of the least cost.")
@click.option(
    "--curves/--no-curves", default=None, help="Also what more points, time or money would do; by default with --html and --xlsx."
)
@FORMAT
@LANG
@speaking
def plan(  # noqa: PLR0913  a verb has this many options
    project: Path,
    *,
    only: tuple[str, ...],
    html: Path | None,
    xlsx: Path | None,
    seconds: float,
    gap: float,
    curves: bool | None,
    form: str,
    lang: Lang,
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


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--question", "only", default=None, help="Plan this question of the file first; by default its first question that has a plan."
)
@click.option("--on", type=Day(), default=None, help="Day of the losses; by default today for dossiers, else the plan's last quarter.")
@click.option("--robust/--no-robust", "hard", default=True, help="Also find the plan that survives any one supplier's exit.")
@click.option("--seconds", type=click.FloatRange(min=0), default=120, show_default=True, help="Time limit of each search.")
@BASIS
@FORMAT
@LANG
@speaking
def shock(  # noqa: PLR0913  a verb has this many options
    files: tuple[Path, ...],
    *,
    only: str | None,
    on: date | None,
    hard: bool,
    seconds: float,
    basis: Any,  # noqa: ANN401  one of the bases
    form: str,
    lang: Lang,
) -> None:
    """Lose suppliers, countries or documents: which bars fall by one loss, by two, in thousands of scenarios, and the plan that survives.

    FILES are one plan (without measures: its models as they are, with suppliers, countries and chances) or any number of dossiers.
    """
    import lokal  # noqa: PLC0415  the package's verbs load on use
    from lokal.study.plan.solve import Limits  # noqa: PLC0415

    rulebook = lokal.load_rulebook()
    if len(files) == 1 and not _is_dossier(files[0]):
        read = lokal.read_project(files[0], rulebook)
    else:
        on = on or date.today()  # noqa: DTZ011  the user's own day
        read = lokal.fleet_project([lokal.read_dossier(each, rulebook) for each in files], on, basis)
    limits = Limits(seconds)
    answer = _planned(read, rulebook, only, limits)
    found = lokal.shock(read, rulebook, on=on) if answer is None else lokal.shock(
        answer.project, rulebook, answer.plan.choices, on, answer.planner
    )  # fmt: skip
    if answer and hard:
        found = replace(found, robust=lokal.robust(answer.planner, limits, answer.plan))
    if form == "json":
        from lokal.study.plan.data import shock_data  # noqa: PLC0415

        print_json(shock_data(found))
        return
    from lokal.report.shock_text import shock_page  # noqa: PLC0415

    print_page(shock_page(found, answer, rulebook, lang))


def _is_dossier(file: Path) -> bool:
    """Tell whether a file speaks of one vehicle, and not of a plan."""
    from lokal.rulebook.tree import parse_tree, read_file  # noqa: PLC0415

    root = parse_tree(read_file(file, PlanError), str(file), PlanError).data
    return isinstance(root, dict) and "vehicle" in root


def _planned(project: "Project", rulebook: "Rulebook", only: str | None, limits: "Limits") -> "Answer | None":
    """Return the first answer of a file that has a plan, or None where the file has no measures."""
    from lokal.study.plan.study import check_questions, questions, study  # noqa: PLC0415

    if not project.measures:
        return None
    check_questions(project, [only] if only else [])
    for question in questions(project):
        if only in {None, question.id}:
            found = study(project, rulebook, limits, curves=False, only=(question.id,))
            if found[0].plan.evaluation:
                return found[0]
    raise PlanError("плана нет: терять нечего", "there is no plan, so nothing to lose")
