"""Charts of a plan as SVG made here: schedule, points against bars, cost curve. The same picture in a page and in print."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from lokal.errors import Lang
from lokal.report.plan_words import millions, quarter_text, title_of
from lokal.report.terms import points_text, say
from lokal.study.plan.answer import Evaluation
from lokal.study.plan.model import Project
from lokal.study.plan.study import Answer

WIDTH, LEFT, RIGHT, ROW = 920, 330, 20, 24
COLOURS = ("#1f5fa8", "#b8541a", "#2f7d4f", "#7a4fa0", "#a8324a", "#4d6b7a")
GREY, LEAD = "#8a8f98", "#c9d6e6"


@dataclass(frozen=True)
class Frame:
    """The plotting area with its horizontal scale in quarters and vertical one in values."""

    quarters: int
    top: Fraction
    height: int = 260
    left: int = 64

    def x(self, quarter: Fraction | float) -> float:
        """Return the place of the beginning of a quarter."""
        return self.left + (WIDTH - self.left - RIGHT) * float(quarter) / self.quarters

    def y(self, value: Fraction) -> float:
        """Return the place of a value."""
        return 20 + (self.height - 50) * (1 - float(value / self.top))


def _svg(height: int, title: str, body: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#222", size: int = 12) -> str:  # noqa: PLR0913  as SVG
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{escape(words)}</text>'


def _line(  # noqa: PLR0913  as SVG
    x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "", width: float = 1
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def gantt(answer: Answer, lang: Lang) -> str:
    """Return the schedule: for each measure the quarters of work on it, then those in which it works."""
    project, rows = answer.project, answer.plan.choices
    height = 40 + ROW * len(rows)
    step = (WIDTH - LEFT - RIGHT) / project.horizon
    body = list(_years(project, height, step))
    for row, choice in enumerate(rows):
        measure, y = project.measure(choice.measure), 34 + ROW * row
        start, works = LEFT + step * choice.quarter, LEFT + step * (choice.quarter + measure.quarters)
        name = title_of(measure, lang)
        body.append(_text(8, y + 12, name if len(name) <= 42 else f"{name[:41]}…"))  # noqa: PLR2004  what the margin holds
        days = [project.first_day(choice.quarter), project.first_day(choice.quarter + measure.quarters)]
        hint = f"{name}: {' → '.join(quarter_text(day, lang) for day in days)}"
        lead = f'<rect x="{start:.1f}" y="{y}" width="{works - start:.1f}" height="15" fill="{LEAD}" stroke="#8fa8c4"/>'
        body.append(f"<g><title>{escape(hint)}</title>{lead}")
        body.append(f'<rect x="{works:.1f}" y="{y}" width="{WIDTH - RIGHT - works:.1f}" height="15" fill="{COLOURS[0]}"/></g>')
    return _svg(height, say(("График работ", "Schedule"), lang), body)


def _years(project: Project, height: int, step: float) -> Iterator[str]:
    for quarter in range(project.horizon):
        day, x = project.first_day(quarter), LEFT + step * quarter
        yield _line(x, 22, x, height, "#d5d8dd" if day.month != 1 else "#9aa0a8")
        if day.month == 1 or quarter == 0:
            yield _text(x + 2, 16, str(day.year), colour="#555")


def points_chart(answer: Answer, found: Evaluation, lang: Lang) -> str:
    """Return points over time: what each model is sure of, as steps, against the bars of the targets."""
    project = answer.project
    bars = [(each.span, each.bar, answer.plan.ask.targets[each.target]) for each in found.reached if each.bar is not None]
    most = max([*(each.points.low for each in found.standings), *(bar for _, bar, _ in bars), Fraction(100)])
    frame = Frame(project.horizon, most * Fraction(11, 10))
    body = list(_axes(project, frame, lang))
    for number, (span, bar, target) in enumerate(bars):
        colour = _colour(project, target.model)
        must = any(each.must and each.span == span and each.target == _number(answer, target) for each in found.reached)
        x1, x2 = frame.x(span.quarter), frame.x(span.quarter + 1)
        body.append(_line(x1, frame.y(bar), x2, frame.y(bar), colour, dash="" if must else "3 3", width=2 if must else 1))
        if number == 0 or bars[number - 1][1] != bar or bars[number - 1][2] != target:
            body.append(_text(x1 + 2, frame.y(bar) - 4, points_text(bar, lang), colour=colour, size=11))
    body.extend(_steps(project, found, model.id, frame) for model in project.models)
    body.extend(_legend(project, lang))
    return _svg(frame.height, say(("Баллы по кварталам и пороги", "Points by quarter against the bars"), lang), body)


def _number(answer: Answer, target: object) -> int:
    return next(number for number, each in enumerate(answer.plan.ask.targets) if each is target)


def _colour(project: Project, model: str) -> str:
    return COLOURS[[each.id for each in project.models].index(model) % len(COLOURS)]


def _steps(project: Project, found: Evaluation, model: str, frame: Frame) -> str:
    path = []
    for each in (each for each in found.standings if each.model == model):
        first, end = project.first_day(each.span.quarter), project.first_day(each.span.quarter + 1)
        share = Fraction((each.span.first - first).days, (end - first).days)
        path.append((frame.x(each.span.quarter + share), frame.y(each.points.low)))
    spots = " ".join(f"H{x:.1f} V{y:.1f}" for x, y in path[1:])
    start = f"M{path[0][0]:.1f} {path[0][1]:.1f}"
    return f'<path d="{start} {spots} H{WIDTH - RIGHT}" fill="none" stroke="{_colour(project, model)}" stroke-width="3"/>'


def _axes(project: Project, frame: Frame, lang: Lang) -> Iterator[str]:
    for quarter in range(project.horizon):
        day = project.first_day(quarter)
        if day.month == 1 or quarter == 0:
            yield _line(frame.x(quarter), 20, frame.x(quarter), frame.height - 30, "#d5d8dd")
            yield _text(frame.x(quarter) + 2, frame.height - 14, str(day.year), colour="#555")
    yield from _levels(frame, lambda value: points_text(value, lang))


def _levels(frame: Frame, words: Callable[[Fraction], str]) -> Iterator[str]:
    step = _round_step(frame.top / 5)
    value = Fraction(0)
    while value <= frame.top:
        yield _line(frame.left, frame.y(value), WIDTH - RIGHT, frame.y(value), "#e6e8ec")
        yield _text(frame.left - 6, frame.y(value) + 4, words(value), anchor="end", colour="#555", size=11)
        value += step


def _round_step(value: Fraction) -> Fraction:
    """Return the next of 1, 2, 5 times a power of ten."""
    power = Fraction(1)
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * each for each in (1, 2, 5, 10) if power * each >= value)


def _legend(project: Project, lang: Lang) -> Iterator[str]:
    x = 70.0
    for model in project.models:
        name = title_of(model, lang)
        yield f'<rect x="{x:.0f}" y="4" width="14" height="4" fill="{_colour(project, model.id)}"/>' + _text(x + 18, 11, name, size=11)
        x += 40 + 7 * len(name)


def cost_curve(answer: Answer, lang: Lang) -> str:
    """Return the least cost against points, or nothing where there is no curve."""
    spots = [(each.at, each.cost) for each in answer.curves.points if each.cost is not None]
    if len(spots) < 2:  # noqa: PLR2004  one point is no curve
        return ""
    top = max([*(cost for _, cost in spots), Fraction(1)]) * Fraction(11, 10)
    frame = Frame(1, top, 240, 80)
    low, high = min(at for at, _ in spots), max(at for at, _ in spots)
    width = max(high - low, Fraction(1))
    places = [(frame.x((at - low) / width * Fraction(19, 20)), frame.y(max(cost, Fraction(0))), at, cost) for at, cost in spots]
    body = [*_levels(frame, lambda value: millions(value, lang))]
    body.append(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in places)}" fill="none" stroke="{COLOURS[0]}" stroke-width="2"/>'
    )
    for x, y, at, cost in places:
        label = f"{points_text(at, lang)}: {millions(cost, lang)}"
        body.append(f'<g><title>{escape(label)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[0]}"/></g>')
        body.append(_text(x, frame.height - 14, points_text(at, lang), anchor="middle", colour="#555", size=11))
    title = say(("Стоимость (млн рублей) от баллов", "Cost (million RUB) against points"), lang)
    return _svg(frame.height, title, body)
