"""A study of a plan in the terminal."""

from collections.abc import Iterator
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lokal.errors import Lang
from lokal.report.plan_curves import budget_value_text, curve_rows, curve_tables
from lokal.report.plan_words import ending_text, millions, obstacle_text, quarter_text, target_text, title_of
from lokal.report.terms import interval_text, points_text, say
from lokal.report.titles import Titles
from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import Evaluation, payback
from lokal.study.plan.model import Project
from lokal.study.plan.study import Answer


def plan_page(project: Project, answers: tuple[Answer, ...], rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the page of a study: the questions side by side, then each answer."""
    titles = Titles(rulebook, lang)
    note = [Text(title_of(project.note, lang), style="dim")] if project.note else []
    return Group(
        Text(title_of(project, lang), style="bold"),
        *note,
        Text(""),
        _summary(answers, lang),
        *(_answer(each, titles, lang) for each in answers),
    )


def _summary(answers: tuple[Answer, ...], lang: Lang) -> Table:
    ru = lang == "ru"
    table = Table(title="Ответы" if ru else "Answers", title_justify="left", caption=_units(lang), caption_justify="left")
    for name in ("Вопрос", "Стоимость", "Вложения", "Приносит", "Окупается", "Мероприятий", "Итог") if ru else (
        "Question", "Cost", "Capital", "Earns", "Pays back", "Measures", "Result",
    ):  # fmt: skip
        table.add_column(name, justify="left" if name in {"Вопрос", "Question", "Итог", "Result"} else "right")
    for each in answers:
        found = each.plan.evaluation
        money = ("—",) * 5 if found is None else (
            millions(found.cost, lang), millions(sum(found.capital, Fraction(0)), lang), millions(sum(found.income, Fraction(0)), lang),
            payback_text(each.project, found, lang), str(len(each.plan.choices)),
        )  # fmt: skip
        table.add_row(title_of(each.question, lang), *money, ending_text(each, lang))
    return table


def _units(lang: Lang) -> str:
    return (
        "млн рублей; стоимость — приведённая: вложения и удорожание за вычетом дохода" if lang == "ru"
        else "million RUB; cost is present value: capital and dearer parts less income"
    )  # fmt: skip


def payback_text(project: Project, found: Evaluation, lang: Lang) -> str:
    """Return when the money comes back."""
    if not any(found.income):
        return "—"
    quarter = payback(found)
    return say(("не в плане", "not within"), lang) if quarter is None else quarter_text(project.first_day(quarter), lang)


def _answer(answer: Answer, titles: Titles, lang: Lang) -> RenderableType:
    lines: list[RenderableType] = [Text(""), Text(title_of(answer.question, lang), style="bold underline")]
    lines.extend(Text(f"  {target_text(each, answer.project, titles, lang)}", style="dim") for each in answer.project.targets)
    lines.append(Text(f"  {ending_text(answer, lang)}; {answer.plan.build_seconds + answer.plan.seconds:.1f} s", style="dim"))
    if answer.obstacles:
        lines.append(Text(say(("Плана нет. Помогло бы что-то одно:", "There is no plan. One of these would help:"), lang), style="red"))
        lines.extend(Text(f"  • {obstacle_text(each, answer.project, lang)}") for each in answer.obstacles)
    if answer.plan.evaluation:
        lines += [_measures(answer, lang), _points(answer, answer.plan.evaluation, lang)]
    lines.extend(_curves(answer, lang))
    return Padding(Group(*lines), (0, 0, 0, 0))


def _curves(answer: Answer, lang: Lang) -> Iterator[RenderableType]:
    for each in curve_tables(answer, lang):
        table = Table(box=None, padding=(0, 2, 0, 0), title=each.title, title_justify="left")
        for place, head in enumerate(("", *each.heads)):
            table.add_column(head, justify="right" if place else "left")
        for row in curve_rows(each, lang):
            table.add_row(*row)
        yield table
        if each.name == "budget":
            yield Text(budget_value_text(answer, lang), style="dim")


def _measures(answer: Answer, lang: Lang) -> Table:
    ru, project = lang == "ru", answer.project
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in (
        ("Мероприятие", "Начать", "Работает", "Модели", "Вложения", "Баллы")
        if ru
        else ("Measure", "Start", "Works", "Models", "Capital", "Points")
    ):
        table.add_column(name, justify="right" if name in {"Вложения", "Баллы", "Capital", "Points"} else "left")
    for choice in answer.plan.choices:
        measure = project.measure(choice.measure)
        table.add_row(
            title_of(measure, lang),
            quarter_text(project.first_day(choice.quarter), lang),
            quarter_text(project.first_day(choice.quarter + measure.quarters), lang),
            ", ".join(title_of(project.model(each), lang) for each in choice.models),
            millions(Fraction(measure.capital.value), lang),
            gains_text(answer, choice.measure, lang),
        )
    return table


def gains_text(answer: Answer, measure: str, lang: Lang) -> str:
    """Return the points a measure adds to each model it serves in the last quarter."""
    totals: dict[str, Fraction] = {}
    for gain in answer.gains[measure]:
        totals[gain.model] = totals.get(gain.model, Fraction(0)) + gain.points
    if len(set(totals.values())) == 1:
        return points_text(next(iter(totals.values())), lang, sign=True)
    return (
        ", ".join(f"{title_of(answer.project.model(name), lang)} {points_text(points, lang, sign=True)}" for name, points in totals.items())
        or "0"
    )


def _points(answer: Answer, found: Evaluation, lang: Lang) -> Table:
    """Return the points of each model by quarter, where they change."""
    project = answer.project
    table = Table(box=None, padding=(0, 2, 0, 0), title=say(("Баллы", "Points"), lang), title_justify="left")
    table.add_column(say(("с", "from"), lang))
    for model in project.models:
        table.add_column(title_of(model, lang), justify="right")
    last: tuple[str, ...] = ()
    days = sorted({each.span.first for each in found.standings})
    for day in days:
        row = tuple(
            interval_text(next(s.points for s in reversed(found.standings) if s.model == model.id and s.span.first <= day), lang)
            for model in project.models
        )
        if row != last:
            table.add_row(f"{day:%d.%m.%Y}" if lang == "ru" else day.isoformat(), *row)
        last = row
    return table
