"""The days ahead as one picture: points and thresholds over time, each day of change numbered and told below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from lokal.errors import Lang
from lokal.report.ahead_terms import causes_short, lost_and_gained
from lokal.report.svg import INK, PAPER, QUIET, RULE, Box, page, path, steps, tag, text, width_of, wrapped
from lokal.report.terms import STANDINGS, day_text, interval_text, points_text, say
from lokal.report.titles import Titles
from lokal.rulebook.model import Standing
from lokal.study.cliffs import Cliff, Horizon
from lokal.study.eligibility import Verdict

WIDTH, LEFT, RIGHT, TOP, PLOT = 1040, 64, 262, 128, 300
_POINTS, _BAND = "#0b5cad", "#cfe0f2"
_LINES = (
    ("#b3261e", ""),
    ("#1b7a3d", "7 4"),
    ("#7a4bb0", "2 4"),
    ("#a15c00", "10 3 2 3"),
    ("#00707a", "5 5"),
    ("#5b5b5b", "1 3"),
    ("#c2185b", "12 4"),
    ("#3d5a00", "8 2 2 2"),
    ("#8a3324", "3 6"),
)
_ROW, _MARK, _SMALL, _LINE = 18.0, 9.0, 12.0, 14.0
_GAP = 2 * _MARK + 4
_ROOM = RIGHT - 50
_LEVELS = 3
_NICE = (1, 2, 5)
_TICKS = 6

Series = tuple[tuple[date, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """Programmes that share one threshold through time, and how it is known."""

    names: tuple[str, ...]
    standing: Standing
    series: Series


@dataclass(frozen=True, slots=True)
class _Plot:
    """Days and points turned into pixels."""

    box: Box
    start: date
    until: date
    top: Fraction

    def x(self, day: date) -> float:
        """Return a day's place."""
        days = max((self.until - self.start).days, 1)
        return self.box.left + self.box.width * min(max((day - self.start).days, 0), days) / days

    def y(self, points: Fraction) -> float:
        """Return a value's place; above the scale it stays at its top."""
        return self.box.bottom - float(min(points, self.top) / self.top) * self.box.height


def timeline_svg(horizon: Horizon, lang: Lang) -> str:
    """Return the days ahead of a vehicle as an SVG document for screen and print."""
    titles = Titles(horizon.rulebook, lang)
    lines = _lines(horizon)
    plot = _Plot(Box(LEFT, TOP, WIDTH - LEFT - RIGHT, PLOT), horizon.start.day, horizon.until, _top(horizon, lines))
    rows = list(_rows(horizon, titles, lang, plot.box.bottom + 62))
    height = max([plot.box.bottom + 70, *(bottom for _, bottom in rows)]) + 14
    vehicle = horizon.dossier.vehicle
    name = vehicle.ru if lang == "ru" else vehicle.en
    title = f"{name}: {'баллы и пороги' if lang == 'ru' else 'points and thresholds'}"
    span = f"{day_text(horizon.start.day, lang)} … {day_text(horizon.until, lang)}"
    under = (
        f"{span} · принятый закон и поданные подтверждения"
        if lang == "ru"
        else f"{span} · the law already enacted and the evidence already filed"
    )
    return page(
        WIDTH,
        height,
        title,
        under,
        text(LEFT, 30, title, 20, font_weight="bold"),
        text(LEFT, 50, under, 13, fill=QUIET),
        *_grid(plot, lang),
        *_points(plot, horizon),
        *_bars(plot, lines),
        *_marks(plot, horizon.cliffs),
        *_labels(plot, horizon, lines, titles, lang),
        *(drawn for drawn, _ in rows),
    )


def _lines(horizon: Horizon) -> list[_Line]:
    """Return the thresholds through time, programmes with the same one together, those of the law first."""
    moments = [(horizon.start.day, {each.programme: each for each in horizon.start.verdicts})]
    for cliff in horizon.cliffs:
        moments.append((cliff.day, {**moments[-1][1], **{turn.programme: turn.after for turn in cliff.turns}}))
    found: dict[tuple[Standing, Series], list[str]] = {}
    for name in moments[0][1]:
        series = tuple((day, _bar(verdicts[name])) for day, verdicts in moments)
        if any(value for _, value in series):
            last = next(verdicts[name].standing for _, verdicts in reversed(moments) if _bar(verdicts[name]))
            found.setdefault((last, series), []).append(name)
    order: tuple[Standing, ...] = ("law", "ministry", "press", "draft")
    return sorted(
        (_Line(tuple(names), standing, series) for (standing, series), names in found.items()), key=lambda each: order.index(each.standing)
    )


def _bar(verdict: Verdict) -> Fraction | None:
    return verdict.bar.high if verdict.bar is not None and verdict.bar.high else None


def _top(horizon: Horizon, lines: Iterable[_Line]) -> Fraction:
    bars = [value for line in lines for _, value in line.series if value]
    lows = [horizon.start.points.low, *(cliff.after.low for cliff in horizon.cliffs)]
    return max([*bars, *lows, Fraction(100)]) * Fraction(23, 20)


def _tick(top: Fraction) -> int:
    """Return a round distance between lines that gives about six of them."""
    size = 1
    while True:
        for nice in _NICE:
            if top / (nice * size) <= _TICKS:
                return nice * size
        size *= 10


def _grid(plot: _Plot, lang: Lang) -> Iterable[str]:
    step = _tick(plot.top)
    for value in range(0, ceil(plot.top), step):
        y = plot.y(Fraction(value))
        yield path([(plot.box.left, y), (plot.box.right, y)], stroke=RULE)
        yield text(plot.box.left - 8, y + 4, points_text(Fraction(value), lang), _SMALL, text_anchor="end", fill=QUIET)
    years = [date(year, 1, 1) for year in range(plot.start.year + 1, plot.until.year + 1)]
    edges = [plot.start, *(year for year in years if year <= plot.until), plot.until]
    for first, last in pairwise(edges):
        left, right = plot.x(first), plot.x(last)
        yield path([(left, plot.box.bottom), (left, plot.box.bottom + 8)], stroke=QUIET)
        if right - left >= width_of("2026", _SMALL) + 4:
            yield text((left + right) / 2, plot.box.bottom + 20, str(first.year), _SMALL, text_anchor="middle", fill=QUIET)
    yield path([(plot.box.left, plot.box.bottom), (plot.box.right, plot.box.bottom)], stroke=INK)
    yield text(plot.box.left - 8, plot.box.top - 12, "баллы" if lang == "ru" else "points", _SMALL, text_anchor="end", fill=QUIET)


def _points(plot: _Plot, horizon: Horizon) -> Iterable[str]:
    moments = [(horizon.start.day, horizon.start.points), *((cliff.day, cliff.after) for cliff in horizon.cliffs)]
    low = steps([(plot.x(day), plot.y(points.low)) for day, points in moments], plot.box.right)
    high = steps([(plot.x(day), plot.y(points.high)) for day, points in moments], plot.box.right)
    if any(points.width for _, points in moments):
        yield path([*low, *reversed(high)], fill=_BAND, stroke="none")
    yield path(low, stroke=_POINTS, stroke_width=3.5)


def _bars(plot: _Plot, lines: Sequence[_Line]) -> Iterable[str]:
    for index, line in enumerate(lines):
        colour, dash = _LINES[index % len(_LINES)]
        runs: list[list[tuple[float, float]]] = [[]]
        for place, (day, value) in enumerate(line.series):
            end = plot.x(line.series[place + 1][0]) if place + 1 < len(line.series) else plot.box.right
            if value is None:
                runs.append([])
            else:
                runs[-1] += [(plot.x(day), plot.y(value)), (end, plot.y(value))]
        for run in runs:
            if run:
                yield path(run, stroke=colour, stroke_width=1.8, stroke_dasharray=dash or None)


def _marks(plot: _Plot, cliffs: Sequence[Cliff]) -> Iterable[str]:
    """Yield a thin line and a numbered disc for each day; discs that would touch go to the next row above."""
    rights = [float("-inf")] * _LEVELS
    for number, cliff in enumerate(cliffs, 1):
        x = plot.x(cliff.day)
        row = next((index for index, right in enumerate(rights) if x - right >= _GAP), min(range(_LEVELS), key=rights.__getitem__))
        at = max(x, rights[row] + _GAP)
        rights[row] = at
        y = plot.box.top - 14 - row * _GAP
        yield path([(x, plot.box.bottom), (x, plot.box.top), (at, y)], stroke=QUIET, stroke_width=0.8)
        yield _disc(at, y, number)


def _disc(x: float, y: float, number: int) -> str:
    words = text(x, y + 4, str(number), 11, text_anchor="middle", font_weight="bold")
    return tag("circle", cx=x, cy=y, r=_MARK, fill=PAPER, stroke=INK) + words


def _labels(plot: _Plot, horizon: Horizon, lines: Sequence[_Line], titles: Titles, lang: Lang) -> Iterable[str]:
    """Yield the names of the lines at the right edge, apart from each other, each with a leader to its line where that goes on."""
    labels = [_own_label(plot, horizon, lang), *(_bar_label(plot, line, index, titles, lang) for index, line in enumerate(lines))]
    tall = [len(label.words) * _LINE + 6 for label in labels]
    centres = [label.y for label in labels]
    order = sorted(range(len(labels)), key=centres.__getitem__)
    tops = _stacked(
        [centres[index] - tall[index] / 2 for index in order], [tall[index] for index in order], plot.box.top - 30, plot.box.bottom + 50
    )
    for index, top in zip(order, tops, strict=True):
        label, x = labels[index], plot.box.right
        middle = top + tall[index] / 2 - 2
        way = [(x + 2, label.y), (x + 14, middle), (x + 34, middle)] if label.goes_on else [(x + 14, middle), (x + 34, middle)]
        yield path(way, stroke=label.colour, stroke_width=1.8 if index else 3.5, stroke_dasharray=label.dash or None)
        for row, words in enumerate(label.words):
            yield text(x + 40, top + (row + 1) * _LINE - 2, words, _SMALL, fill=label.colour, font_weight=None if index else "bold")


@dataclass(frozen=True, slots=True)
class _Label:
    """A name beside a line: where the line is, the words, colour and dashes, and whether the line reaches the edge."""

    y: float
    words: list[str]
    colour: str
    dash: str
    goes_on: bool = True


def _own_label(plot: _Plot, horizon: Horizon, lang: Lang) -> _Label:
    last = horizon.cliffs[-1].after if horizon.cliffs else horizon.start.points
    own = f"{'точно' if lang == 'ru' else 'sure'}: {points_text(last.low, lang)}"
    if last.width:
        own += f", {'возможно до' if lang == 'ru' else 'possibly up to'} {points_text(last.high, lang)}"
    return _Label(plot.y(last.low), wrapped(own, _SMALL * 1.12, _ROOM), _POINTS, "")


def _bar_label(plot: _Plot, line: _Line, index: int, titles: Titles, lang: Lang) -> _Label:
    colour, dash = _LINES[index % len(_LINES)]
    value = next(value for _, value in reversed(line.series) if value)
    words = f"{points_text(value, lang)} · {', '.join(titles.programme(name) for name in line.names)}"
    goes_on = bool(line.series[-1][1])
    notes = [] if line.standing == "law" else [say(STANDINGS[line.standing], lang)]
    if not goes_on:
        last = max(place for place, (_, value) in enumerate(line.series) if value)
        notes.append(f"{'до' if lang == 'ru' else 'to'} {day_text(line.series[last + 1][0] - timedelta(days=1), lang)}")
    words += f" ({'; '.join(notes)})" if notes else ""
    return _Label(plot.y(value), wrapped(words, _SMALL, _ROOM), colour, dash, goes_on)


def _stacked(wanted: Sequence[float], tall: Sequence[float], low: float, high: float) -> list[float]:
    """Return tops near the wanted ones, in order, without overlap, pushed up from the lower edge where they run over it."""
    tops, at = [], low
    for top, height in zip(wanted, tall, strict=True):
        at = max(at, top)
        tops.append(at)
        at += height
    limit = high
    for place in reversed(range(len(tops))):
        tops[place] = min(tops[place], limit - tall[place])
        limit = tops[place]
    return tops


def _rows(horizon: Horizon, titles: Titles, lang: Lang, top: float) -> Iterable[tuple[str, float]]:
    """Yield each day of change as a numbered row of the list below the plot, with its bottom."""
    y = top
    columns = (LEFT + 18, LEFT + 108, LEFT + 330)
    if not horizon.cliffs:
        yield text(LEFT, y, "До конца срока ничего не меняется." if lang == "ru" else "Nothing changes until the end.", 13), y
        return
    for number, cliff in enumerate(horizon.cliffs, 1):
        before, after = interval_text(cliff.before, lang), interval_text(cliff.after, lang)
        points = after if cliff.before == cliff.after else f"{before} → {after}"
        why = (causes_short(cliff, horizon, titles, lang), lost_and_gained(cliff.turns, titles, lang))
        lines = [line for part in why if part for line in wrapped(part, _SMALL, WIDTH - columns[2] - 30)]
        told = wrapped(points, _SMALL, columns[2] - columns[1] - 10)
        drawn = [_disc(LEFT, y - 4, number), text(columns[0], y, day_text(cliff.day, lang), _SMALL, font_weight="bold")]
        drawn += [text(columns[1], y + row * 15, words, _SMALL) for row, words in enumerate(told)]
        drawn += [text(columns[2], y + row * 15, words, _SMALL, fill=QUIET) for row, words in enumerate(lines)]
        bottom = y + 15 * (max(len(lines), len(told), 1) - 1)
        yield "".join(drawn), bottom
        y = bottom + _ROW + 4
