"""How large the tables of an old XLS book would unfold to: its records walked as a reader walks them, nothing kept."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from lokal.errors import DossierError, Place
from lokal.intake.span import MAX_CELLS, Span

MAX_RECORDS = 8_000_000
_GLOBALS = ("Workbook", "Book")
_SHEET, _TEXTS, _MORE, _END, _SIZE, _PROTECTED = 0x0085, 0x00FC, 0x003C, 0x000A, 0x0200, 0x002F
_SHARED_TEXT, _NUMBERS = 0x00FD, 0x00BD
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x00D6, 0x027E, _NUMBERS, _SHARED_TEXT})
Record = tuple[int, bytes]


def check_old_workbook(path: Path, place: Place) -> None:
    """Raise DossierError in one line where the tables of an XLS book are too large to read; damaged books are a ValueError."""
    import olefile  # type: ignore[import-untyped]  # noqa: PLC0415  loaded for old workbooks only

    with olefile.OleFileIO(str(path)) as book:
        name = next((name for name in _GLOBALS if book.exists(name)), None)
        if name is None:
            raise ValueError("no workbook")
        stream = book.openstream(name).read()
    span = _Walk(stream, place).whole()
    span.judge()


class _Walk:
    """Walks the records of a book: its globals first, then each sheet from where the globals say that it begins."""

    def __init__(self, stream: bytes, place: Place) -> None:
        """Start with the whole stream ahead."""
        self.stream = stream
        self.place = place
        self.left = MAX_RECORDS

    def whole(self) -> Span:
        """Return the sizes of all sheets, added up: the reader unfolds every one."""
        total = Span(self.place)
        starts, pieces = [], list[bytes]()
        last = 0
        for kind, body in self._records(0):
            if kind == _PROTECTED:
                return total
            if kind == _SHEET:
                starts.append(struct.unpack_from("<I", body)[0])
            elif kind == _TEXTS or (kind == _MORE and last in {_TEXTS, _MORE} and pieces):
                pieces.append(body)
            last = kind
        lengths = text_lengths(pieces)
        for start in starts:
            span = self._sheet(start, lengths)
            total.cells, total.text = total.cells + span.size, total.text + span.text
            total.judge()
        return total

    def _sheet(self, start: int, lengths: Sequence[int]) -> Span:
        span = Span(self.place)
        for kind, body in self._records(start):
            if kind in _CELLS:
                row, column = struct.unpack_from("<HH", body)
                last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _NUMBERS else column
                span.note([row], [column, max(column, last)], 1)
                if kind == _SHARED_TEXT:
                    number = struct.unpack_from("<I", body, 6)[0]
                    span.text += lengths[number] if number < len(lengths) else 0
            elif kind == _SIZE and _stated(body) > MAX_CELLS:
                span.cells = max(span.cells, _stated(body))  # the reader makes room for what is stated before it sees a cell
            span.judge()
        return span

    def _records(self, at: int) -> Iterator[Record]:
        while at + 4 <= len(self.stream):
            kind, length = struct.unpack_from("<HH", self.stream, at)
            self.left -= 1
            if self.left < 0:
                raise DossierError(f"в книге больше {MAX_RECORDS} записей", f"the book has more than {MAX_RECORDS} records", self.place)
            yield kind, self.stream[at + 4 : at + 4 + length]
            if kind == _END:
                return
            at += 4 + length


def _stated(body: bytes) -> int:
    form = {10: "<HHHH", 14: "<IIHH"}.get(len(body))
    if form is None:
        return 0
    top, bottom, left, right = struct.unpack_from(form, body)
    return int(max(0, bottom - top) * max(0, right - left))


def text_lengths(pieces: Sequence[bytes]) -> list[int]:
    """Return the lengths in bytes of a book's shared texts; a text may go on in the next piece, with its width stated anew.

    Raises ValueError where the pieces end in the middle of a text.
    """
    if not pieces:
        return []
    count = struct.unpack_from("<I", pieces[0], 4)[0]
    lengths: list[int] = []
    index, at = 0, 8
    try:
        while len(lengths) < count:
            while at >= len(pieces[index]):
                at -= len(pieces[index])
                index += 1
            characters, flags = struct.unpack_from("<HB", pieces[index], at)
            at += 3
            runs = struct.unpack_from("<H", pieces[index], at)[0] if flags & 8 else 0
            at += 2 if flags & 8 else 0
            extra = struct.unpack_from("<I", pieces[index], at)[0] if flags & 4 else 0
            at += 4 if flags & 4 else 0
            left, wide = characters, flags & 1
            while left > (room := max(0, len(pieces[index]) - at) >> wide):
                left, index, at = left - room, index + 1, 1
                wide = pieces[index][0] & 1
            at += (left << wide) + 4 * runs + extra
            lengths.append(4 * characters)
    except IndexError as problem:
        raise ValueError("shared texts end too soon") from problem
    return lengths
