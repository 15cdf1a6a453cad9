"""The census of a run for people and programs, and its progress."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Group
from rich.table import Table

from lokal.errors import Lang
from lokal.fleet.census import COUNT
from lokal.fleet.codes import TITLES
from lokal.fleet.law import CODE
from lokal.fleet.run import Report
from lokal.report.terms import ANSWERS, NBSP, REASONS, say
from lokal.report.titles import Titles
from lokal.rulebook.model import Rulebook

_TOP = 15


@contextmanager
def progress_of(lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """Give a progress bar over parts on the error stream, where a person watches it."""
    from rich.console import Console  # noqa: PLC0415  only where someone watches
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("части" if lang == "ru" else "parts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def census_data(report: Report) -> dict[str, Any]:
    """Return the census as plain data."""
    tables = {name: table.to_dicts() for name, table in report.census.tables.items() if name not in {"profiles", "output"}}
    return {
        "vehicles": report.vehicles,
        "bad_lines": report.bad_lines,
        **tables,
        "share_of_output": report.output.to_dicts(),
        "zero_hits": report.zero_hits,
    }


def census_page(report: Report, rulebook: Rulebook, lang: Lang, out: Path, *, full: bool) -> Group:
    """Return the census as a page: codes and programmes, and in full reasons, facts that hold back most, operations without points."""
    ru, titles, tables = lang == "ru", Titles(rulebook, lang), report.census.tables
    head = f"{'машин' if ru else 'vehicles'}: {_count(report.vehicles)} → {out}"
    if report.bad_lines:
        head += f"\n{'строк сведений с замечаниями' if ru else 'lines of facts with something wrong'}: {_count(report.bad_lines)}"
    parts: list[Any] = [head, _codes(tables["codes"], lang), _programmes(tables["answers"], titles, lang)]
    if report.output.height:
        parts.append(_output(report.output, titles, lang))
    if full:
        parts += [_reasons(tables["reasons"], lang), _facts(tables["stakes"], titles, lang)]
        lost = len(report.zero_hits)
        parts.append(
            f"{'операций, за которые никто не получил баллов' if ru else 'operations that earned nothing for any vehicle'}: {lost}"
        )
    return Group(*parts)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", NBSP)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _codes(codes: pl.DataFrame, lang: Lang) -> Table:
    table = _table("Строки" if lang == "ru" else "Rows", "код" if lang == "ru" else "code", "машин" if lang == "ru" else "vehicles")
    for code, number in codes.sort(COUNT, CODE, descending=[True, False]).iter_rows():
        table.add_row(f"{code}: {say(TITLES[code], lang)}", _count(number))
    return table


def _programmes(answers: pl.DataFrame, titles: Titles, lang: Lang) -> Table:
    names = ["yes", "depends", "no", "not_set", "unscored"]
    heads = [say(ANSWERS[name], lang) if name in ANSWERS else ("без оценки" if lang == "ru" else "unscored") for name in names]
    table = _table("Меры поддержки" if lang == "ru" else "Programmes", "", *heads)
    for (programme,), piece in answers.partition_by("programme", as_dict=True, maintain_order=True).items():
        found = dict(piece.select("answer", COUNT).iter_rows())
        table.add_row(titles.programme(str(programme)), *(_count(found.get(name, 0)) for name in names))
    return table


def _output(output: pl.DataFrame, titles: Titles, lang: Lang) -> Table:
    ru = lang == "ru"
    heads = (
        ("изготовитель", "год", "единиц", "достигают", "нужно", "ответ")
        if ru
        else ("maker", "year", "units", "reach it", "asked", "answer")
    )
    table = _table("Доля годового выпуска" if ru else "Part of a year's output", "", *heads)
    for row in output.iter_rows(named=True):
        cells = (
            row["maker"],
            str(row["year"]),
            _count(row["units"]),
            _count(row["units_reaching"]),
            row["asked"],
            say(ANSWERS[row["answer"]], lang),
        )
        table.add_row(titles.programme(row["programme"]), *cells)
    return table


def _reasons(reasons: pl.DataFrame, lang: Lang) -> Table:
    ru = lang == "ru"
    table = _table("Причины по всем операциям" if ru else "Reasons over all operations", "", "раз" if ru else "times")
    for reason, number in reasons.group_by("reason").agg(pl.col(COUNT).sum()).sort(COUNT, descending=True).iter_rows():
        table.add_row(say(REASONS[reason], lang), _count(number))
    return table


def _facts(stakes: pl.DataFrame, titles: Titles, lang: Lang) -> Table:
    ru = lang == "ru"
    heads = ("машин", "баллов на кону") if ru else ("vehicles", "points at stake")
    table = _table("Неизвестное, что держит больше всего машин" if ru else "Unknown facts that hold back most vehicles", "", *heads)
    for fact, number, points in stakes.sort(COUNT, "points", "fact", descending=[True, True, False]).head(_TOP).iter_rows():
        table.add_row(titles.fact(fact), _count(number), _count(int(points)))
    return table
