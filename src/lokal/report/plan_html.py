"""A study of a plan as one page: answers side by side, schedule, points, measures with clauses, curves, and the origin of every number."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape

from lokal.errors import Lang
from lokal.report.plan_curves import NO_PLAN, budget_value_text, curve_rows, curve_tables
from lokal.report.plan_svg import cost_curve, gantt, points_chart
from lokal.report.plan_text import gains_text, payback_text
from lokal.report.plan_words import ending_text, key_text, millions, obstacle_text, quarter_text, target_text, title_of, titles_of
from lokal.report.terms import points_text, say
from lokal.report.titles import Titles
from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import Evaluation
from lokal.study.plan.model import Choice, Figure, Project
from lokal.study.plan.study import Answer, figures

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;color:#1d2126;max-width:980px;margin:24px auto;padding:0 16px}
h1{font-size:24px;margin:0 0 6px}
h2{font-size:19px;margin:36px 0 6px;border-top:2px solid #1f5fa8;padding-top:10px}h3{font-size:15px;margin:18px 0 4px}
p{margin:6px 0}.dim{color:#5b626b}table{border-collapse:collapse;
width:100%;margin:8px 0;font-size:13.5px}
th,td{border-bottom:1px solid #dfe2e7;padding:4px 8px;text-align:left;vertical-align:top}th{color:#5b626b;font-weight:600}
td.n,th.n{text-align:right;white-space:nowrap}.no{color:#a8324a}.yes{color:#2f7d4f}.assumed{background:#fff6dc}svg{width:100%;height:auto}
code{font-size:12px;color:#5b626b}@media print{h2{break-before:page}body{max-width:none}}
"""


def plan_html(project: Project, answers: tuple[Answer, ...], rulebook: Rulebook, lang: Lang) -> str:
    """Return the page; it needs no other file and no script."""
    titles = Titles(rulebook, lang)
    note = f'<p class="dim">{escape(title_of(project.note, lang))}</p>' if project.note else ""
    body = [
        f"<h1>{escape(title_of(project, lang))}</h1>",
        f'<p class="dim">{escape(_period(project, lang))}; {escape(rulebook.manifest.version)}</p>{note}',
        _summary(answers, titles, lang),
        *(_answer(each, titles, lang) for each in answers),
        _origins(project, titles, lang),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title_of(project, lang))}</title>'
    return f'<!doctype html><html lang="{lang}"><head>{head}<style>{_STYLE}</style></head><body>{"".join(body)}</body></html>\n'


def _period(project: Project, lang: Lang) -> str:
    last = project.first_day(project.horizon - 1)
    return f"{quarter_text(project.starts, lang)} — {quarter_text(last, lang)}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], numbers: frozenset[int] = frozenset()) -> str:
    """Return a table of cells that are already HTML."""

    def cells(tag: str, row: Iterable[str]) -> str:
        return "".join(f"<{tag}{' class=n' if place in numbers else ''}>{cell}</{tag}>" for place, cell in enumerate(row))

    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', (escape(each) for each in heads))}</tr></thead><tbody>{lines}</tbody></table>"


def _summary(answers: tuple[Answer, ...], titles: Titles, lang: Lang) -> str:
    heads = (
        ("Вопрос", "Стоимость", "Вложения", "Приносит", "Окупается", "Мероприятий", "Итог") if lang == "ru"
        else ("Question", "Cost", "Capital", "Earns", "Pays back", "Measures", "Result")
    )  # fmt: skip
    caption = (
        "Миллионы рублей. Стоимость — приведённая к началу плана: вложения и удорожание деталей без того, что приносят меры поддержки. "
        "Баллы — только наверняка: неизвестное считается отсутствующим. Каждая строка пересчитана движком по закону каждого дня. "
        "Звёздочка — допущение; откуда каждое число, сказано в конце. На графике бледное — работа идёт, яркое — мероприятие действует."
        if lang == "ru"
        else "Million RUB. Cost is present value at the plan's start: capital and dearer parts less what programmes bring. "
        "Points are those that are sure: what is unknown counts as absent. Each line was scored again by the engine under each day's law. "
        "An asterisk marks an assumption; the last table says where every number comes from. In schedules pale is work, bright is effect."
    )
    return (
        _table(heads, (_summary_row(each, titles, lang) for each in answers), frozenset({1, 2, 3, 4, 5}))
        + f'<p class="dim">{escape(caption)}</p>'
    )


def _summary_row(answer: Answer, titles: Titles, lang: Lang) -> tuple[str, ...]:
    found, name = answer.plan.evaluation, escape(title_of(answer.question, lang))
    aims = "; ".join(target_text(each, answer.project, titles, lang) for each in answer.project.targets)
    first = f'<a href="#{escape(answer.question.id)}">{name}</a><br><span class="dim">{escape(aims)}</span>'
    state = f'<span class="{"yes" if found else "no"}">{escape(ending_text(answer, lang))}</span>'
    if found is None:
        helps = "; ".join(obstacle_text(each, answer.project, lang) for each in answer.obstacles)
        return (first, "—", "—", "—", "—", "—", f"{state}<br>{escape(helps)}")
    capital, income = sum(found.capital, Fraction(0)), sum(found.income, Fraction(0))
    paid = escape(payback_text(answer.project, found, lang))
    return (first, millions(found.cost, lang), millions(capital, lang), millions(income, lang), paid, str(len(answer.plan.choices)), state)


def _answer(answer: Answer, titles: Titles, lang: Lang) -> str:
    found = answer.plan.evaluation
    parts = [f'<h2 id="{escape(answer.question.id)}">{escape(title_of(answer.question, lang))}</h2>']
    parts.append("".join(f"<p>{escape(target_text(each, answer.project, titles, lang))}</p>" for each in answer.project.targets))
    if answer.obstacles:
        items = "".join(f"<li>{escape(obstacle_text(each, answer.project, lang))}</li>" for each in answer.obstacles)
        words = say(("Плана нет. Хватило бы чего-то одного:", "There is no plan. One of these would be enough:"), lang)
        parts.append(f'<p class="no">{words}</p><ul>{items}</ul>')
    if found:
        parts += [_heading(("График", "Schedule"), lang), gantt(answer, lang)]
        parts += [_heading(("Баллы и пороги", "Points and bars"), lang), points_chart(answer, found, lang)]
        parts += [_heading(("Мероприятия и пункты закона", "Measures and clauses"), lang), _measures(answer, titles, lang)]
        parts += [_heading(("Деньги по годам", "Money by year"), lang), _money(answer, found, lang)]
    return "".join((*parts, *_curves(answer, lang)))


def _heading(words: tuple[str, str], lang: Lang) -> str:
    return f"<h3>{escape(say(words, lang))}</h3>"


def _measures(answer: Answer, titles: Titles, lang: Lang) -> str:
    heads = (
        ("Мероприятие", "Начать", "Работает", "Модели", "Вложения", "На авто, тыс.", "Баллы", "Операции и пункты") if lang == "ru"
        else ("Measure", "Start", "Works", "Models", "Capital", "Per car, thousand", "Points", "Operations and clauses")
    )  # fmt: skip
    return _table(heads, (_measure(answer, each, titles, lang) for each in answer.plan.choices), frozenset({4, 5, 6}))


def _measure(answer: Answer, choice: Choice, titles: Titles, lang: Lang) -> tuple[str, ...]:
    project = answer.project
    measure = project.measure(choice.measure)
    note = f'<br><span class="dim">{escape(title_of(measure.note, lang))}</span>' if measure.note else ""
    return (
        escape(title_of(measure, lang)) + note,
        escape(quarter_text(project.first_day(choice.quarter), lang)),
        escape(quarter_text(project.first_day(choice.quarter + measure.quarters), lang)),
        escape(", ".join(title_of(project.model(each), lang) for each in choice.models)),
        _marked(measure.capital, millions(Fraction(measure.capital.value), lang)),
        _marked(measure.unit, f"{measure.unit.value}".replace(".", "," if lang == "ru" else ".")),
        escape(gains_text(answer, choice.measure, lang)),
        _clauses(answer, choice.measure, titles, lang),
    )


def _marked(figure: Figure, text: str) -> str:
    return f'<span class="assumed" title="*">{text}*</span>' if figure.assumed else text


def _clauses(answer: Answer, measure: str, titles: Titles, lang: Lang) -> str:
    lines: dict[tuple[str, str], list[str]] = {}
    for gain in answer.gains[measure]:
        cites = ", ".join(titles.cite(each) for each in gain.cites)
        name = f"{titles.block(gain.block)} — {titles.operation(gain.block, gain.operation)}"
        lines.setdefault((name, cites), []).append(points_text(gain.points, lang, sign=True))
    text = "<br>".join(
        f"{escape(name)}: {escape(' / '.join(points))} <code>{escape(cites)}</code>" for (name, cites), points in lines.items()
    )
    return text or escape(say(("условие для других мероприятий", "a condition of other measures"), lang))


def _money(answer: Answer, found: Evaluation, lang: Lang) -> str:
    project = answer.project
    heads = (
        ("Год", "Вложения", "Бюджет", "Удорожание", "Приносит") if lang == "ru" else ("Year", "Capital", "Budget", "Dearer parts", "Earns")
    )

    def row(year: int) -> tuple[str, ...]:
        ours = [quarter for quarter in range(project.horizon) if project.year(quarter) == year]
        sums = [sum((money[quarter] for quarter in ours), Fraction(0)) for money in (found.capital, found.running, found.income)]
        budget = project.budgets.get(year)
        limit = _marked(budget, millions(Fraction(budget.value), lang)) if budget else "—"
        return (str(year), millions(sums[0], lang), limit, millions(sums[1], lang), millions(sums[2], lang))

    return _table(heads, (row(year) for year in project.years()), frozenset({1, 2, 3, 4}))


def _curves(answer: Answer, lang: Lang) -> Iterator[str]:
    for each in curve_tables(answer, lang):
        yield f"<h3>{escape(each.title)}</h3>"
        chart = cost_curve(answer, lang) if each.name == "points" else ""
        rows = (tuple(_curve_cell(cell, lang) for cell in row) for row in curve_rows(each, lang))
        yield chart or _table(("", *each.heads), rows, frozenset(range(1, len(each.heads) + 1)))
        if each.name == "budget":
            yield f'<p class="dim">{escape(budget_value_text(answer, lang))}</p>'


def _curve_cell(text: str, lang: Lang) -> str:
    return f'<span class="no">{escape(text)}</span>' if text == say(NO_PLAN, lang) else escape(text)


def _origins(project: Project, titles: Titles, lang: Lang) -> str:
    """Return the table of every number with its source or assumption."""
    names = titles_of(project, lang) | {
        "plan": say(("план", "plan"), lang),
        "budgets": say(("бюджет, тыс. руб.", "budget, thousand RUB"), lang),
    }
    heads = ("Что", "Показатель", "Число", "Откуда") if lang == "ru" else ("What", "Figure", "Number", "From")
    rows = [
        (
            escape(": ".join(names.get(part, part) for part in owner.split(": "))),
            escape(key_text(key, titles, lang)),
            f"{figure.value:,}".replace(",", "\u00a0"),
            origin_html(figure, project, lang),
        )
        for owner, key, figure in figures(project)
    ]
    title = say(("Откуда каждое число", "Where every number comes from"), lang)
    dossiers = ", ".join(each.path for each in project.models if each.path)
    more = say(("Сведения о моделях с источниками — в досье", "Facts of the models with their sources are in the dossiers"), lang)
    return f'<h2>{title}</h2>{_table(heads, rows, frozenset({2}))}<p class="dim">{escape(more)}: {escape(dossiers)}</p>'


def origin_html(figure: Figure, project: Project, lang: Lang) -> str:
    """Return where a figure comes from: its source with the address, or the assumption and its reason."""
    if figure.source:
        source = project.sources[figure.source]
        words = escape(
            f"{title_of(source, lang)}{', ' + source.date if source.date else ''}{', ' + source.confidence if source.confidence else ''}"
        )
        return f'<a href="{escape(source.url)}">{words}</a>' if source.url else words
    if figure.assumed:
        return f'<span class="assumed">{say(("допущение", "assumed"), lang)}: {escape(title_of(figure.assumed, lang))}</span>'
    return escape(say(("из файла плана", "from the plan's file"), lang))
