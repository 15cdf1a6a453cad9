"""Section II cut into scored clauses, each with its block, place, marks of validity and point claims.

The table is three columns flattened with `|`; only the right column matters, and it is one list of component blocks common to
all vehicle categories. A clause is one scored line. Its place is `block/line`: ordinals of the heading and of the scored line
under it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lokal.lawtext.words import clause_hash, normalise

_CLAIM = re.compile(r"(?<!от )(?<!до )(?<!ниже )(?<!\d)(\d+) бал[а-я]*")
_COMPLETE = re.compile(r"\d+ бал[а-я]*\)?[;.,]*$")
_UNTIL_MARK = re.compile(r"^\(до 31 июля 2024 г\.\)$")
_FROM_MARK = re.compile(r"^\(с 1 августа 2024 г\.\)$")
_LADDER_MARK = re.compile(r"^достижение суммарного количества баллов")
_ONE_OF = "одного из следующих условий"
_INTRO = re.compile(r"^выполнение на территории Российской Федерации следующих операций")
_AMENDED = re.compile(r"^\(в ред\. Постановлени[яй] Правительства")
_REMARK = re.compile(r"^Заключения о подтверждении")
_PREFIX = re.compile(r"^(использование|выполнение следующей совокупности|наличие у юридического лица)")
_LIMIT = re.compile(r"\((?:для|кроме)")
_COLUMNS = 3
_INLINE = re.compile(r"^(.{3,1500}?): ?(?=выполнение требований|изготовление первичных)")


@dataclass(frozen=True)
class Claim:
    """A number of points that the text gives: the points and where the number stands in its clause."""

    points: int
    start: int


@dataclass(frozen=True)
class Clause:
    """One scored line of the text with everything above it that bears on its meaning."""

    place: str
    heading: str
    parents: tuple[str, ...]
    text: str
    claims: tuple[Claim, ...]
    period: str
    ladder: bool
    group: int
    amended: str
    offset: int
    umbrella: str = ""
    """A common heading further above whose bracket may still limit this block."""

    @property
    def hash(self) -> str:
        """Return the citation hash: heading and line, normalised."""
        return clause_hash(self.heading, self.text)


@dataclass
class _Cursor:
    """Where the reading stands: the open headings, marks and ordinals."""

    block: int = 0
    line: int = 0
    heading: str = ""
    parents: tuple[str, ...] = ()
    pending: list[str] = field(default_factory=list)
    period: str = "always"
    ladder: bool = False
    group: int = 0
    groups: int = 0
    fresh: bool = False
    umbrella: str = ""


def read_clauses(text: str) -> tuple[Clause, ...]:
    """Return the scored clauses of a plain text of section II in their order."""
    found: list[Clause] = []
    cursor = _Cursor()
    for offset, cell, amended in _cells(text):
        cursor.ladder = False
        cursor.period = "always" if not cursor.pending else cursor.period
        for line in _lines(cell):
            found.extend(_read_line(cursor, line, amended, offset))
    return tuple(found)


def frame_of(text: str) -> str:
    """Return what stands around the clauses: the left columns, the marks of amendments and the remarks."""
    rows = [row.split("|") for row in re.split(r"\|[ \t]*\r?\n", text)]
    remarks = [line for line in text.splitlines() if _REMARK.match(normalise(line))]
    return "\n".join([" | ".join(columns[:-1]) if len(columns) >= _COLUMNS else " ".join(columns) for columns in rows] + remarks)


def claims_of(text: str) -> tuple[Claim, ...]:
    """Return the point claims of a clause: every number of points that is not the bound of a ladder's band.

    >>> [claim.points for claim in claims_of("от 200 баллов до 205 баллов - с 2024 года (133 балла), с 2026 года (67 баллов)")]
    [133, 67]
    """
    return tuple(Claim(int(match.group(1)), match.start(1)) for match in _CLAIM.finditer(text))


def _cells(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the right column's cells with their offset and the amendment mark printed below the row."""
    rows: list[tuple[int, list[str]]] = []
    offset = 0
    for row in re.split(r"\|[ \t]*\r?\n", text):
        rows.append((offset, row.split("|")))
        offset += len(row) + 2
    for index, (start, columns) in enumerate(rows):
        if len(columns) < _COLUMNS and index != len(rows) - 1:
            continue
        mark = ""
        for _, following in rows[index + 1 :]:
            if len(following) >= _COLUMNS:
                break
            mark += " ".join(following)
        yield start, columns[-1] if len(columns) >= _COLUMNS else "", normalise(mark) if _AMENDED.match(mark.strip()) else ""


def _lines(cell: str) -> Iterator[str]:
    """Yield a cell's logical lines: a line broken in mid-sentence is joined with the next."""
    held = ""
    for raw in cell.splitlines():
        piece = normalise(raw)
        if not piece:
            continue
        held = f"{held} {piece}".strip()
        if _is_complete(held):
            yield held
            held = ""
    if held:
        yield held


def _is_complete(line: str) -> bool:
    if _COMPLETE.search(line) and line.count("(") - line.count(")") <= 0:
        return True
    if re.search(r"\(\d+ бал[а-я]*\)[;.]*$", line):
        return True
    balanced = line.count("(") <= line.count(")")
    return line.endswith("):") or (balanced and line[-1] in ";:)")


def _read_line(cursor: _Cursor, line: str, amended: str, offset: int) -> Iterable[Clause]:
    if _REMARK.match(line) or _INTRO.match(line):
        if _INTRO.match(line):
            _open(cursor, "кузов (кабина)")
        return
    if _UNTIL_MARK.match(line):
        cursor.period, cursor.ladder = "until", False
        return
    if _FROM_MARK.match(line):
        cursor.period = "from"
        return
    if _LADDER_MARK.match(line) and not claims_of(line):
        cursor.ladder = True
        return
    inline = _INLINE.match(line)
    if inline and claims_of(line):
        _open(cursor, inline.group(1))
        line = line[inline.end() :]
    if not claims_of(line):
        _read_unscored(cursor, line)
        return
    yield _clause(cursor, line, amended, offset)


def _read_unscored(cursor: _Cursor, line: str) -> None:
    if line.startswith("выполнение " + _ONE_OF):
        cursor.groups += 1
        cursor.group = cursor.groups
    elif line.endswith(":") and not _PREFIX.match(line) and not cursor.pending:
        _open(cursor, line)
    else:
        cursor.pending.append(line)


def _open(cursor: _Cursor, heading: str) -> None:
    if cursor.fresh and _LIMIT.search(cursor.heading):
        cursor.umbrella = cursor.heading
    elif _LIMIT.search(heading):
        cursor.umbrella = ""
    cursor.parents = (*cursor.parents, cursor.heading) if cursor.fresh else ()
    cursor.block += 1
    cursor.line = 0
    cursor.heading = heading
    cursor.fresh = True
    cursor.ladder = False
    cursor.period = "always"
    cursor.pending = []
    if _ONE_OF in heading:
        cursor.groups += 1
        cursor.group = cursor.groups
    else:
        cursor.group = 0


def _clause(cursor: _Cursor, line: str, amended: str, offset: int) -> Clause:
    if _opens_block(line):
        _open(cursor, line.split("(", maxsplit=1)[0])
    text = " ".join([*cursor.pending, line])
    cursor.pending = []
    cursor.line += 1
    cursor.fresh = False
    place = f"{cursor.block}/{cursor.line}"
    claims = claims_of(text)
    return Clause(
        place, cursor.heading, cursor.parents, text, claims, cursor.period, cursor.ladder, cursor.group, amended, offset, cursor.umbrella
    )


def _opens_block(line: str) -> bool:
    """Tell whether a scored line is its own heading: wheels, tyres, heaters and R&D are printed so."""
    return bool(re.match(r"^(колеса \(|шины \(|подогреватели \(|научно-исследовательские)", line))
