"""A bill of materials from an export of 1C:ERP, SAP, Windchill, Teamcenter or our template: lines with rolled-up quantities."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from lokal.errors import DossierError, Place, Words
from lokal.intake.bom_row import RawLine, RowCode, raw_line
from lokal.intake.columns import BOM_COLUMNS, NEEDED, Header, find_header, is_heading_again, no_header, norm
from lokal.intake.conditions import Condition
from lokal.intake.forms import EXAMPLE
from lokal.intake.level_order import first_runs, in_order, sorted_by_level
from lokal.intake.mapping import Source
from lokal.intake.operations import operations_table
from lokal.intake.sheets import Sheet, read_sheets

MAX_LINES = 500_000
MAX_DEPTH = 40
_ONE = Decimal(1)


class BomLine(Struct, frozen=True):
    """One line of the exploded bill: the row it came from, its path of part numbers from the top, its quantity in one vehicle.

    `total` is None where a quantity on the way is not known; `conditions` are those of the line and of everything above it;
    `parents` are the positions of the lines above it.
    """

    raw: RawLine
    path: tuple[str, ...]
    total: Decimal | None
    conditions: tuple[Condition, ...] = ()
    parents: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Return what makes it the same line in the next export: its path."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Bom:
    """An import: its lines, what was odd about rows, under which headings the columns were found, the tables of operations beside it."""

    lines: tuple[BomLine, ...]
    codes: tuple[RowCode, ...]
    headings: dict[str, str] = field(default_factory=dict)
    system: str = ""
    operations: tuple[Sheet, ...] = ()


def read_bom(paths: Sequence[Path], source: Source, on: date) -> Bom:
    """Return the bill of materials in one or several files of one source, as valid on a day.

    Raises DossierError in one line where no table can be found; a bad row never stops the import and comes out with its code.
    """
    books = [_filled_sheets(path) for path in paths]
    operations = tuple(table for sheets in books for sheet in sheets if (table := operations_table(sheet)))
    tables = [table for sheets in books for table in _tables(sheets, source, given=bool(operations))]
    if not tables:
        raise no_header(books[0][0], NEEDED, BOM_COLUMNS)
    codes: list[RowCode] = []
    lines: list[BomLine] = []
    linked: list[RawLine] = []
    for sheet, header in tables:
        raw = list(_raw_lines(sheet, header, source, codes))
        if "parent" in header.columns and "level" not in header.columns:
            linked += raw
        elif "parent" in header.columns and not in_order(raw):
            linked += first_runs(raw)
        else:
            codes += sorted_by_level(raw)
            _by_level(raw, source, on, lines, codes)
    _by_parent(linked, source, on, lines, codes)
    headings = {name: heading for _, header in tables for name, heading in header.headings.items()}
    return Bom(tuple(lines), tuple(codes), headings, _system(headings), operations)


def _filled_sheets(path: Path) -> list[Sheet]:
    sheets = [sheet for sheet in read_sheets(path) if sheet.rows and not sheet.name.startswith(EXAMPLE)]
    if not sheets:
        raise DossierError("в файле нет заполненной таблицы", "the file has no table with content", Place(str(path)))
    return sheets


def _tables(sheets: Sequence[Sheet], source: Source, *, given: bool) -> list[tuple[Sheet, Header]]:
    """Return the sheets of a file that are bills; a file without one is an error unless operations were given beside another file."""
    named = [sheet for sheet in sheets if not source.sheet or norm(sheet.name) == norm(source.sheet)]
    found = [(sheet, header) for sheet in named if (header := find_header(sheet, BOM_COLUMNS, NEEDED, source.columns))]
    if not found and not given:
        raise no_header((named or sheets)[0], NEEDED, BOM_COLUMNS)
    return found


def _raw_lines(sheet: Sheet, header: Header, source: Source, codes: list[RowCode]) -> Iterator[RawLine]:
    file = sheet.place(0).file
    for number, row in sheet.rows[header.first :]:
        if is_heading_again(header, row):
            continue
        line, problems = raw_line(Place(file, number), row, header.columns, source)
        codes.extend(RowCode(code, line.place, words) for code, words in problems)
        if line.kind == "part":
            yield line


def _by_level(raw: Sequence[RawLine], source: Source, on: date, lines: list[BomLine], codes: list[RowCode]) -> None:
    """Explode a table with a level column: a line belongs to the nearest line above it with a smaller level."""
    stack: list[tuple[int, int]] = []
    dropped: int | None = None
    first = _first_alternative(raw, source)
    for line in raw:
        level = line.level if line.level is not None else (stack[-1][0] if stack else 1)
        if dropped is not None and level > dropped:
            continue
        dropped = None
        while stack and stack[-1][0] >= level:
            stack.pop()
        out = _out_of_use(line, first, on)
        if out:
            codes.append(RowCode(out[0], line.place, out[1]))
            dropped = level
            continue
        if stack and level > stack[-1][0] + 1:
            codes.append(_code("level_jump", line, f"уровень {level} после {stack[-1][0]}", f"level {level} after {stack[-1][0]}"))
        parents = tuple(position for _, position in stack)
        lines.append(_below(line, lines[parents[-1]] if parents else None, parents, source))
        stack.append((level, len(lines) - 1))
        _bound(lines, line)


def _by_parent(raw: Sequence[RawLine], source: Source, on: date, lines: list[BomLine], codes: list[RowCode]) -> None:
    """Explode one-level specifications linked by code, from those that are part of nothing."""
    if not raw:
        return
    first = _first_alternative(raw, source)
    below: dict[str, list[RawLine]] = {}
    for line in raw:
        out = _out_of_use(line, first, on)
        if out:
            codes.append(RowCode(out[0], line.place, out[1]))
        else:
            below.setdefault(line.parent, []).append(line)
    used = {name for some in below.values() for line in some for name in (line.number, line.name)}
    tops = [source.top] if source.top else [parent for parent in below if parent not in used]
    if not tops:
        codes.append(
            _code("cycle", raw[0], "спецификации ссылаются друг на друга по кругу", "specifications refer to each other in a circle")
        )
        tops = [raw[0].parent]
    for top in tops:
        queue: list[tuple[RawLine, int | None]] = [(line, None) for line in reversed(below.get(top, []))]
        while queue:
            line, parent = queue.pop()
            above = lines[parent] if parent is not None else None
            chain = (*above.parents, parent) if above is not None and parent is not None else ()
            lines.append(_below(line, above, chain, source, top))
            _bound(lines, line)
            key = line.number if line.number in below else line.name
            children = below.get(key, []) if key else []
            if children and (key in (above.path if above else (top,)) or len(chain) >= MAX_DEPTH):
                codes.append(_code("cycle", line, f"«{key}» входит сам в себя", f"'{key}' is part of itself"))
                continue
            queue.extend((child, len(lines) - 1) for child in reversed(children))


def _below(line: RawLine, above: BomLine | None, parents: tuple[int, ...], source: Source, top: str = "") -> BomLine:
    """Return a line under another: its quantity times everything above it, unless the source states quantities per vehicle."""
    base = above.total if above else _ONE
    own = line.quantity
    if line.of_vehicle or source.quantities == "total":
        total = own
    elif own is None and line.quantity_blank and above is None and line.level in {0, 1}:
        total = _ONE
    else:
        total = None if own is None or base is None else own * base
    path = (*(above.path if above else (top,) if top else ()), line.number or line.name)
    conditions = (above.conditions if above else ()) + ((line.condition,) if line.condition else ())
    return BomLine(line, path, total, conditions, parents)


def _first_alternative(raw: Sequence[RawLine], source: Source) -> dict[str, str]:
    """Return, for the columns of alternatives and usages, the value that counts: the chosen one, else the first in order."""
    chosen = {"alternative": source.alternative, "usage": source.usage}
    for name, value in chosen.items():
        given = {getattr(line, name) for line in raw} - {""}
        if not value and given:
            chosen[name] = min(given, key=lambda each: (len(each), each))
    return chosen


def _out_of_use(line: RawLine, first: Mapping[str, str], on: date) -> tuple[str, Words] | None:
    for name, ru, en in (("alternative", "альтернатива", "alternative"), ("usage", "применение", "usage")):
        own = getattr(line, name)
        if own and own != first[name]:
            return f"other_{name}", Words(f"{ru} {own}, засчитывается {first[name]}", f"{en} {own}, {first[name]} counts")
    if (line.from_ and on < line.from_) or (line.to and on > line.to):
        ru_days = f"{line.from_ or '…'} – {line.to or '…'}"
        return "not_valid_on", Words(f"строка действует {ru_days}", f"the line is valid {ru_days}")
    return None


def _code(code: str, line: RawLine, ru: str, en: str) -> RowCode:
    return RowCode(code, line.place, Words(ru, en))


def _bound(lines: Sequence[BomLine], line: RawLine) -> None:
    if len(lines) > MAX_LINES:
        raise DossierError(f"после разузлования больше {MAX_LINES} строк", f"more than {MAX_LINES} lines after explosion", line.place)


def _system(headings: Mapping[str, str]) -> str:
    """Name the system whose habits the headings show, for the reader's eyes only."""
    names = set(headings)
    if "parent" in names and "level" not in names:
        return "1c"
    if {"alternative", "usage", "category"} & names:
        return "sap"
    return "plm" if "variants" in names and "inn" not in names else "table"


def in_variant(line: BomLine, options: frozenset[str]) -> bool:
    """Tell whether a line belongs to the variant with these option codes."""
    return all(condition.holds(options) for condition in line.conditions)
