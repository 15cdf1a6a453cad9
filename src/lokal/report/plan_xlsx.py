"""A study of a plan as a workbook: answers, measures with clauses, schedule, points by quarter, money by quarter, origin of numbers."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from lokal.errors import Lang
from lokal.report.plan_curves import curve_tables
from lokal.report.plan_text import payback_text
from lokal.report.plan_words import ending_text, key_text, obstacle_text, title_of, titles_of
from lokal.report.terms import say
from lokal.report.titles import Titles
from lokal.result.document import number
from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import Reached, Standing
from lokal.study.plan.frontier import Spot
from lokal.study.plan.model import Figure, Project
from lokal.study.plan.study import Answer, figures

_LEAD, _WORK = "C9D6E6", "1F5FA8"
Row = tuple[Any, ...]


def write_plan_xlsx(project: Project, answers: tuple[Answer, ...], rulebook: Rulebook, path: Path, lang: Lang) -> None:
    """Write the workbook of a study; money is in thousands of roubles, points are the sure ones."""
    from openpyxl import Workbook  # noqa: PLC0415  heavy, and an extra

    titles = Titles(rulebook, lang)
    book = Workbook()
    for blank in book.worksheets:
        book.remove(blank)
    _sheet(book, say(("Ответы", "Answers"), lang), _answers(answers, lang))
    _sheet(book, say(("Мероприятия", "Measures"), lang), _measures(answers, titles, lang))
    for answer in answers:
        if answer.plan.evaluation:
            _schedule(book, answer, lang)
    _sheet(book, say(("Баллы", "Points"), lang), _points(answers, lang))
    _sheet(book, say(("Деньги", "Money"), lang), _money(answers, lang))
    _cost_curves(book, answers, lang)
    _sheet(book, say(("Источники", "Origins"), lang), _origins(project, titles, lang))
    book.save(path)


def _sheet(book: Any, name: str, rows: Iterable[Row]) -> Any:  # noqa: ANN401  openpyxl's own types
    from openpyxl.styles import Font  # noqa: PLC0415

    sheet = book.create_sheet(name[:31])
    for row in rows:
        sheet.append([_cell(each) for each in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column in sheet.columns:
        widest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(60, widest + 2)
    return sheet


def _cell(value: Any) -> Any:  # noqa: ANN401
    return number(value) if isinstance(value, Fraction) else value


def _answers(answers: tuple[Answer, ...], lang: Lang) -> Iterable[Row]:
    yield (
        ("Вопрос", "Итог", "Стоимость", "Вложения", "Приносит", "Окупается", "Что помогло бы") if lang == "ru"
        else ("Question", "Result", "Cost", "Capital", "Earns", "Pays back", "What would help")
    )  # fmt: skip
    for each in answers:
        found = each.plan.evaluation
        money = ("",) * 4 if found is None else (
            Fraction(round(found.cost)), Fraction(round(sum(found.capital, Fraction(0)))), Fraction(round(sum(found.income, Fraction(0)))),
            payback_text(each.project, found, lang),
        )  # fmt: skip
        yield (
            title_of(each.question, lang),
            ending_text(each, lang),
            *money,
            "; ".join(obstacle_text(one, each.project, lang) for one in each.obstacles),
        )


def _measures(answers: tuple[Answer, ...], titles: Titles, lang: Lang) -> Iterable[Row]:
    yield (
        (
            "Вопрос",
            "Мероприятие",
            "Начать",
            "Работает",
            "Модели",
            "Вложения",
            "На автомобиль",
            "Модель",
            "Узел",
            "Операция",
            "Баллы",
            "Пункты",
        )
        if lang == "ru"
        else ("Question", "Measure", "Start", "Works", "Models", "Capital", "Per car", "Model", "Block", "Operation", "Points", "Clauses")
    )
    for answer in answers:
        project = answer.project
        for choice in answer.plan.choices:
            measure = project.measure(choice.measure)
            head = (
                title_of(answer.question, lang), title_of(measure, lang), project.first_day(choice.quarter),
                project.first_day(choice.quarter + measure.quarters),
                ", ".join(title_of(project.model(each), lang) for each in choice.models),
                Fraction(measure.capital.value), Fraction(measure.unit.value),
            )  # fmt: skip
            for gain in answer.gains[choice.measure] or (None,):
                if gain is None:
                    yield (*head, "", "", "", Fraction(0), "")
                    continue
                cites = "; ".join(titles.cite(each) for each in gain.cites)
                names = (title_of(project.model(gain.model), lang), titles.block(gain.block), titles.operation(gain.block, gain.operation))
                yield (*head, *names, gain.points, cites)


def _schedule(book: Any, answer: Answer, lang: Lang) -> None:  # noqa: ANN401
    """Add the Gantt chart of an answer as coloured cells."""
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    project = answer.project
    days = tuple(project.first_day(quarter).isoformat()[:7] for quarter in range(project.horizon))
    rows = [
        (say(("Мероприятие", "Measure"), lang), *days),
        *((title_of(project.measure(each.measure), lang),) for each in answer.plan.choices),
    ]
    sheet = _sheet(book, f"{say(('График', 'Schedule'), lang)} {answer.question.id}", rows)
    lead, work = PatternFill("solid", fgColor=_LEAD), PatternFill("solid", fgColor=_WORK)
    for place, choice in enumerate(answer.plan.choices, start=2):
        works = choice.quarter + project.measure(choice.measure).quarters
        for quarter in range(choice.quarter, project.horizon):
            sheet.cell(place, quarter + 2).fill = lead if quarter < works else work


def _points(answers: tuple[Answer, ...], lang: Lang) -> Iterable[Row]:
    yield (
        ("Вопрос", "Модель", "С", "По", "Наверняка", "Самое большее", "Порог", "Держится")
        if lang == "ru"
        else ("Question", "Model", "From", "To", "Sure", "At most", "Bar", "Holds")
    )
    for answer in answers:
        for each in answer.plan.evaluation.standings if answer.plan.evaluation else ():
            model = title_of(answer.project.model(each.model), lang)
            bars = [one.bar for one in _aims(answer, each) if one.bar is not None and one.must]
            bar = max(bars, default=None)
            ends = ("", "") if bar is None else (bar, say(("да", "yes") if each.points.low >= bar else ("нет", "no"), lang))
            yield (title_of(answer.question, lang), model, each.span.first, each.span.last, each.points.low, each.points.high, *ends)


def _aims(answer: Answer, standing: Standing) -> Iterable[Reached]:
    """Return the targets of a standing's model on its days."""
    found = answer.plan.evaluation.reached if answer.plan.evaluation else ()
    return (one for one in found if one.span == standing.span and answer.plan.ask.targets[one.target].model == standing.model)


def _money(answers: tuple[Answer, ...], lang: Lang) -> Iterable[Row]:
    yield (
        ("Вопрос", "Квартал", "Вложения", "Удорожание", "Приносит")
        if lang == "ru"
        else ("Question", "Quarter", "Capital", "Dearer parts", "Earns")
    )
    for answer in answers:
        found = answer.plan.evaluation
        for quarter in range(answer.project.horizon) if found else ():
            sums = (found.capital[quarter], found.running[quarter], found.income[quarter]) if found else ()
            yield (title_of(answer.question, lang), answer.project.first_day(quarter), *(Fraction(round(each * 100), 100) for each in sums))


def _cost_curves(book: Any, answers: tuple[Answer, ...], lang: Lang) -> None:  # noqa: ANN401
    """Add the curves as rows, and the cost against points of each answer as a chart beside them."""
    from openpyxl.chart import Reference, ScatterChart, Series  # noqa: PLC0415

    rows: list[Row] = [
        ("Вопрос", "Кривая", "Где", "Стоимость", "Разница") if lang == "ru" else ("Question", "Curve", "At", "Cost", "Difference")
    ]
    spans: list[tuple[str, int, int]] = []
    for answer in answers:
        for each in curve_tables(answer, lang):
            start = len(rows) + 1
            spots: tuple[Spot, ...] = getattr(answer.curves, each.name)
            for spot, cost, change in zip(spots, each.costs, each.changes, strict=True):
                rows.append(
                    (
                        title_of(answer.question, lang),
                        each.title,
                        spot.at,
                        *("" if n is None else Fraction(round(n)) for n in (cost, change)),
                    )
                )
            if each.name == "points":
                spans.append((title_of(answer.question, lang), start, len(rows)))
    if len(rows) == 1:
        return
    sheet = _sheet(book, say(("Кривые", "Curves"), lang), rows)
    for place, (title, first, last) in enumerate(spans):
        chart = ScatterChart(style=13)
        chart.title, chart.x_axis.title, chart.y_axis.title = (
            title,
            say(("баллы", "points"), lang),
            say(("тыс. рублей", "thousand RUB"), lang),
        )
        chart.series.append(
            Series(Reference(sheet, min_col=4, min_row=first, max_row=last), Reference(sheet, min_col=3, min_row=first, max_row=last))
        )
        chart.x_axis.delete = chart.y_axis.delete = False
        sheet.add_chart(chart, f"G{2 + 16 * place}")


def _origins(project: Project, titles: Titles, lang: Lang) -> Iterable[Row]:
    yield ("Что", "Показатель", "Число", "Откуда", "Адрес") if lang == "ru" else ("What", "Figure", "Number", "From", "Address")
    names = titles_of(project, lang)
    for owner, key, figure in figures(project):
        words, url = _origin(figure, project, lang)
        yield (names.get(owner, owner), key_text(key, titles, lang), Fraction(figure.value), words, url)


def _origin(figure: Figure, project: Project, lang: Lang) -> tuple[str, str]:
    if figure.source:
        source = project.sources[figure.source]
        return f"{title_of(source, lang)} {source.date} {source.confidence}".strip(), source.url
    if figure.assumed:
        return f"{say(('допущение', 'assumed'), lang)}: {title_of(figure.assumed, lang)}", ""
    return say(("из файла плана", "from the plan's file"), lang), ""
