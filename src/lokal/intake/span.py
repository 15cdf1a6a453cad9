"""How large a table a sheet's markup would unfold to: a quick look at the usual spelling, an exact reading of any other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from lokal.errors import DossierError, Place

MAX_CELLS = 3_000_000
"""150,000 lines of 20 columns; read, they take about a quarter of a gigabyte."""
MAX_TEXT = 256_000_000
"""Bytes of text in all cells of a sheet: a shared text counts in each cell that shows it."""
_USUAL_CELL = re.compile(rb'<c r="([A-Z]{1,7})([0-9]{1,9})"')
_LONGEST_TAG = 64
_FAR = 1 << 40


@dataclass
class Span:
    """The smallest table around all cells seen, how many they are, and the text in them in bytes."""

    place: Place
    top: int = _FAR
    bottom: int = -1
    left: int = _FAR
    right: int = -1
    cells: int = 0
    text: int = 0

    def note(self, rows: Sequence[int], columns: Sequence[int], cells: int) -> None:
        """Take some cells by the rows and columns they stand in."""
        self.top, self.bottom = min(self.top, *rows), max(self.bottom, *rows)
        self.left, self.right = min(self.left, *columns), max(self.right, *columns)
        self.cells += cells

    @property
    def size(self) -> int:
        """Return how many cells the table has with its blank ones, which a reader keeps in memory."""
        return max(self.cells, max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1))

    def judge(self) -> None:
        """Raise DossierError where the table is too large to read."""
        if self.size > MAX_CELLS:
            raise DossierError(
                f"таблица слишком велика: {self.size} ячеек с пустыми, допустимо {MAX_CELLS}; удалите пустые строки и столбцы в конце",
                f"the table is too large: {self.size} cells, the limit is {MAX_CELLS}; delete empty rows and columns at the end",
                self.place,
            )
        if self.text > MAX_TEXT:
            raise DossierError(
                f"текст в ячейках займёт {self.text // 1_000_000} МБ, допустимо {MAX_TEXT // 1_000_000} МБ",
                f"the text of the cells unfolds to {self.text // 1_000_000} MB, the limit is {MAX_TEXT // 1_000_000} MB",
                self.place,
            )


class QuickLook:
    """Measures a part of an xlsx book piece by piece, as long as every cell is spelt the way the known programs spell it."""

    def __init__(self, place: Place) -> None:
        """Start with nothing seen."""
        self.span = Span(place)
        self.is_sheet = False
        self.unusual = self.longest = self._open = 0
        self._before = self._carry = b""

    def take(self, chunk: bytes) -> None:
        """Take the next piece; raises DossierError as soon as the table is too large."""
        self.is_sheet = self.is_sheet or b"sheetData" in self._before + chunk
        if not self.is_sheet:
            self._texts(chunk)
        self._before = chunk[-_LONGEST_TAG:]
        data = self._carry + chunk
        tag = data.rfind(b"<", max(0, len(data) - _LONGEST_TAG))
        cut = len(data) - 1 if tag < 0 else tag
        self._carry = data[cut:]
        self._measure(data[:cut])

    def end(self) -> None:
        """Take what is left after the last piece."""
        self._measure(self._carry)

    def _measure(self, data: bytes) -> None:
        # columns, formats of ranges and the like begin with `<c` too; any other element that does costs an exact reading, no more
        starts = data.count(b"<c") - data.count(b"<co") - data.count(b"<cf") + data.count(b":c")
        found = _USUAL_CELL.findall(data)
        self.unusual += starts - len(found)
        if found:
            rows = [int(digits) for digits in {digits for _, digits in found}]
            self.span.note(rows, [column_number(letters) for letters in {letters for letters, _ in found}], len(found))
        if self.is_sheet:
            self.span.judge()

    def _texts(self, chunk: bytes) -> None:
        """Note the longest stretch between the marks of shared texts: no text of the part is longer."""
        lengths = [len(each) for each in chunk.split(b"si>")]
        lengths[0] += self._open
        self.longest, self._open = max(self.longest, *lengths), lengths[-1]


def column_number(letters: bytes) -> int:
    """Return a column's number, A being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + (letter & 0xDF) - 64
    return number


def read_markup(pieces: Iterable[bytes], reader: Any) -> None:  # noqa: ANN401  any of the readers below
    """Give a part's elements to a reader; markup that is not well formed is an ExpatError, a document type is a ValueError."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_doctype
    for piece in pieces:
        parser.Parse(piece, False)  # noqa: FBT003  the parser's own signature
    parser.Parse(b"", True)  # noqa: FBT003


def _no_doctype(*_: object) -> None:
    raise ValueError("DOCTYPE")


class SharedTexts:
    """The lengths of a book's shared texts in bytes."""

    def __init__(self) -> None:
        """Start with none."""
        self.lengths: list[int] = []

    def start(self, name: str, _: dict[str, str]) -> None:
        """Begin a text."""
        if _local(name) == "si":
            self.lengths.append(0)

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take a text's characters, at the most bytes that one can have."""
        if self.lengths:
            self.lengths[-1] += 4 * len(data)


class SheetCells:
    """Measures an xlsx sheet cell by cell: positions stated or implied, shared texts at their full length."""

    def __init__(self, place: Place, shared: Sequence[int] = ()) -> None:
        """Start above the first row."""
        self.span = Span(place)
        self.shared = shared
        self._row = self._column = 0
        self._kind, self._value = "", [""]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a row's or a cell's beginning."""
        local = _local(name)
        if local == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif local == "c":
            match = re.fullmatch(r"([A-Za-z]+)([0-9]+)", attributes["r"]) if "r" in attributes else None
            self._column = column_number(match[1][:9].encode()) if match else self._column + 1
            self._kind = attributes.get("t", "")
            self.span.note([int(match[2][:12]) if match else self._row], [self._column], 1)
            self.span.judge()
        elif local == "v":
            self._value = []

    def end(self, name: str) -> None:
        """Take a value at its end: of a shared text, its length."""
        if self._kind == "s" and _local(name) == "v":
            number = "".join(self._value).strip()
            if number.isdecimal() and int(number[:9]) < len(self.shared):
                self.span.text += self.shared[int(number[:9])]
                self.span.judge()

    def text(self, data: str) -> None:
        """Take characters."""
        self._value.append(data)


class OpenDocumentCells:
    """Measures an ods document: rows and cells may be repeated; blank ones only take room where content follows."""

    def __init__(self, place: Place) -> None:
        """Start before the first table."""
        self.place = place
        self.span = Span(place)
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._inside = self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of a table, a row, a cell, or of anything inside a cell."""
        if name == "table:table":
            self.span, self._row = Span(self.place), 0
        elif name == "table:table-row":
            self._rows, self._column = _times(attributes, "rows"), 0
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._columns, self._inside = _times(attributes, "columns"), True
            self._filled = any("value" in key or "formula" in key for key in attributes)
        elif self._inside:
            self._filled = True

    def end(self, name: str) -> None:
        """Take the end of a row or a cell."""
        if name == "table:table-row":
            self._row += self._rows
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            if self._filled:
                columns = [self._column + 1, self._column + self._columns]
                self.span.note([self._row + 1, self._row + self._rows], columns, self._rows * self._columns)
                self.span.judge()
            self._column += self._columns
            self._inside = False

    def text(self, data: str) -> None:
        """Take a cell's characters, as often as they are repeated."""
        if self._inside:
            self._filled = True
            self.span.text += 4 * len(data) * self._rows * self._columns


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _times(attributes: dict[str, str], what: str) -> int:
    return max(1, int(attributes.get(f"table:number-{what}-repeated", "1")[:12]))
