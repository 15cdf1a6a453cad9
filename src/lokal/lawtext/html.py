"""A page with tables flattened to the plain form of section II, and the reader of HTML exports that fills such a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain

from lokal.errors import TextError

_DEEPEST = 20
_WIDEST_CELL = 50
_LAW_COLUMNS = 3
_AMENDED = re.compile(r"^\(в ред\. ")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "ul",
    ]
)
_UNSEEN = frozenset(("script", "style", "title"))


@dataclass
class Cell:
    """A cell as exported: columns across, rows down, its lines and the tables inside it; a continued one belongs to the cell above."""

    across: int = 1
    down: int = 1
    parts: list["str | Table"] = field(default_factory=list)
    continued: bool = False


@dataclass
class Table:
    """A table as exported, row by row."""

    rows: list[list[Cell]] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        """Yield the cells in reading order."""
        return chain.from_iterable(self.rows)


@dataclass
class _Open:
    """A table that is being read, with its open row and cell."""

    table: Table
    row: list[Cell] | None = None
    cell: Cell | None = None


class Page:
    """Lines and tables as a reader meets them; `flat()` is the plain text."""

    def __init__(self) -> None:
        self._parts: list[str | Table] = []
        self._stack: list[_Open] = []
        self._line: list[str] = []

    @property
    def cell(self) -> Cell | None:
        """Return the cell being read."""
        return self._stack[-1].cell if self._stack else None

    def text(self, text: str) -> None:
        """Add words to the current line."""
        self._line.append(text)

    def end_line(self) -> None:
        """Close the current line: white space counts once, and a bar would read as a border of columns."""
        line = " ".join("".join(self._line).replace("\u00ad", "").split()).replace("|", "¦")
        self._line = []
        if line:
            cells = (table.cell for table in reversed(self._stack))
            home = next((cell for cell in cells if cell), None)
            (home.parts if home else self._parts).append(line)

    def open_table(self) -> None:
        """Open a table, inside the current cell if there is one."""
        self.end_line()
        if len(self._stack) == _DEEPEST:
            raise TextError("таблицы вложены слишком глубоко", "the tables are nested too deeply", code="damaged-file")
        cell, table = self.cell, Table()
        (cell.parts if cell else self._parts).append(table)
        self._stack.append(_Open(table))

    def close_table(self) -> None:
        """Close the innermost table."""
        self.close_row()
        if self._stack:
            self._stack.pop()

    def open_row(self) -> None:
        """Open a row; the one before ends if it has not."""
        self.close_row()
        if self._stack:
            self._stack[-1].row = []
            self._stack[-1].table.rows.append(self._stack[-1].row)

    def close_row(self) -> None:
        """Close the innermost table's row."""
        self.close_cell()
        if self._stack:
            self._stack[-1].row = None

    def open_cell(self, across: int = 1, down: int = 1) -> None:
        """Open a cell; the one before ends if it has not."""
        self.close_cell()
        if self._stack:
            if self._stack[-1].row is None:
                self.open_row()
            self._stack[-1].cell = Cell(max(1, min(across, _WIDEST_CELL)), max(1, down))
            self._stack[-1].table.rows[-1].append(self._stack[-1].cell)

    def close_cell(self) -> None:
        """Close the innermost table's cell."""
        self.end_line()
        if self._stack:
            self._stack[-1].cell = None

    def flat(self) -> str:
        """Return the plain text: every row and every line outside a table ends with a bar."""
        while self._stack:
            self.close_table()
        self.end_line()
        return "".join(_flat(self._parts))


def read_html(markup: str) -> str:
    r"""Return the plain text of an HTML page.

    >>> read_html("<h1>II</h1><table><tr><td>a<td>b<td>c <b>d</b><br>&lt;12&gt;</table>")
    'II|\na|b|c d\n<12>|\n'
    """
    reader = _Reader()
    end = markup.rfind(">") + 1  # an unclosed tag after it is no text, and the standard parser is quadratic in such tags
    try:
        reader.feed(markup[:end] + markup[end:].partition("<")[0])
        reader.close()
    except AssertionError as error:
        raise TextError("разметка HTML повреждена", "the HTML markup is damaged", code="damaged-file") from error
    return reader.page.flat()


_ENDING = dict.fromkeys(_BLOCKS, Page.end_line)
_OPENING = {"table": Page.open_table, "tr": Page.open_row, **_ENDING}
_CLOSING = {"table": Page.close_table, "tr": Page.close_row, "td": Page.close_cell, "th": Page.close_cell, **_ENDING}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in {"td", "th"}:
            found = dict(attrs)
            self.page.open_cell(_span(found.get("colspan")), _span(found.get("rowspan")))
        elif tag in _OPENING:
            _OPENING[tag](self.page)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _CLOSING:
            _CLOSING[tag](self.page)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.page.text(data)


def _span(value: str | None) -> int:
    """Return a colspan or rowspan, 1 where none is readable."""
    found = re.fullmatch(r"\s*([0-9]{1,5})\s*", value or "1")
    return int(found.group(1)) if found else 1


def _flat(parts: list[str | Table]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield f"{part}|\n"
        elif _is_layout(part):
            for cell in part.cells():
                yield from _flat(cell.parts)
        else:
            yield from _rows(part)


def _is_layout(table: Table) -> bool:
    """Tell whether a table only lays out the page: too narrow for the law, with another table inside."""
    width = max((sum(cell.across for cell in row) for row in table.rows), default=0)
    return width < _LAW_COLUMNS and any(isinstance(part, Table) for cell in table.cells() for part in cell.parts)


def _rows(table: Table) -> Iterator[str]:
    carried: dict[int, int] = {}
    for row in table.rows:
        columns = _place(row, carried)
        filled = [text for text in columns.values() if text]
        alone = len(columns) == 1 or (len(filled) == 1 and _AMENDED.match(filled[0]))
        if alone and filled:
            yield f"{filled[0]}|\n"
        elif filled:
            yield "|".join(columns.get(index, "") for index in range(max(columns) + 1)) + "|\n"


def _place(row: list[Cell], carried: dict[int, int]) -> dict[int, str]:
    """Return a row's texts by column, past the columns that cells above still fill; a wide cell stands in its last column."""
    columns = dict.fromkeys(carried, "")
    begun: dict[int, int] = {}
    at = 0
    for cell in row:
        while at in carried:
            at += 1
        last = at + cell.across - 1
        columns[last] = "" if cell.continued else "\n".join(_lines(cell.parts))
        begun.update(dict.fromkeys(range(at, last + 1), cell.down))
        at = last + 1
    left = {column: rows - 1 for column, rows in (carried | begun).items() if rows > 1}
    carried.clear()
    carried.update(left)
    return columns


def _lines(parts: list[str | Table]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            for cell in part.cells():
                yield from _lines(cell.parts)
