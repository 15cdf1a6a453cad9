"""A small writer of SVG: elements as strings, nothing drawn in a browser, the same picture on a page, on paper and in a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FONT = "font-family:'Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',sans-serif"
INK, QUIET, RULE, PAPER = "#1a1a1a", "#5a5a5a", "#d0d0d0", "#ffffff"
_WIDE = frozenset("ЖМШЩЮФЫЪжмшщюфыъMWmw@%")
_NARROW = frozenset("iljtfrI.,:;'|!()[] /·-")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height


def tag(name: str, *inner: str, **attributes: object) -> str:
    """Return an element; `_` in an attribute's name stands for `-`.

    >>> tag("line", x1=1, stroke_width=2)
    '<line x1="1" stroke-width="2"/>'
    """
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_plain(value))}" for key, value in attributes.items() if value is not None
    )
    return f"<{name}{told}>{''.join(inner)}</{name}>" if inner else f"<{name}{told}/>"


def text(x: float, y: float, words: str, size: float = 13, **attributes: object) -> str:
    """Return words at a place."""
    attributes.setdefault("fill", INK)
    return tag("text", escape(words), x=x, y=y, font_size=size, **attributes)


def path(points: Iterable[tuple[float, float]], **attributes: object) -> str:
    """Return a line through points, without fill unless given."""
    attributes.setdefault("fill", "none")
    moves = " ".join(f"{'M' if not index else 'L'}{_plain(x)} {_plain(y)}" for index, (x, y) in enumerate(points))
    return tag("path", d=moves, **attributes)


def steps(points: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """Return the corners of a line that keeps each value until the next, up to an end."""
    corners: list[tuple[float, float]] = []
    for index, (x, y) in enumerate(points):
        following = points[index + 1][0] if index + 1 < len(points) else end
        corners += [(x, y), (following, y)]
    return corners


def page(width: float, height: float, title: str, description: str, *inner: str) -> str:
    """Return a whole document with white paper, a title and a description for readers that do not see."""
    head = tag("title", escape(title)) + tag("desc", escape(description))
    paper = tag("rect", width=width, height=height, fill=PAPER)
    return tag(
        "svg",
        head,
        paper,
        *inner,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        width=width,
        height=height,
        role="img",
        style=FONT,
    )


def width_of(words: str, size: float) -> float:
    """Return about how wide words are in pixels, rather too wide than too narrow."""
    return sum(0.88 if each in _WIDE else 0.36 if each in _NARROW else 0.6 for each in words) * size


def wrapped(words: str, size: float, width: float) -> list[str]:
    """Return words broken into lines that fit a width.

    >>> wrapped("one two three", 10, 50)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
