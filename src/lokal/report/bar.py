"""Points against bars as one line of characters."""

from collections.abc import Iterable
from fractions import Fraction

from rich.text import Text

from lokal.engine.outcome import Bounds
from lokal.errors import Lang
from lokal.report.terms import points_text

WIDTH = 72


def points_bar(points: Bounds, bars: Iterable[Fraction], lang: Lang, width: int = WIDTH) -> Text:
    """Return a line: what is sure filled, what is open shaded, each bar a tick with its number below."""
    marks = sorted(set(bars))
    top = max([*(mark * Fraction(6, 5) for mark in marks), points.low, Fraction(1)])
    at = {_column(mark, top, width): mark for mark in marks}
    text = Text()
    for column in range(width):
        here = top * column / width
        glyph = "┃" if column in at else "█" if here < points.low else "░" if here < points.high else "·"
        style = "bold red" if column in at else "green" if here < points.low else "yellow" if here < points.high else "dim"
        text.append(glyph, style=style)
    text.append("▶" if points.high > top else "", style="yellow")
    return text.append("\n").append(_labels(at, lang, width), style="dim")


def _column(value: Fraction, top: Fraction, width: int) -> int:
    return min(width - 1, int(value * width / top))


def _labels(at: dict[int, Fraction], lang: Lang, width: int) -> str:
    line = [" "] * (width + 8)
    free = 0
    for column, mark in sorted(at.items()):
        label = points_text(mark, lang)
        start = max(free, column - len(label) // 2)
        if start + len(label) <= len(line):
            line[start : start + len(label)] = label
            free = start + len(label) + 1
    return "".join(line).rstrip()
