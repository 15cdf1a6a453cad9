"""One row of a bill of materials, read cell by cell; what cannot be read becomes a code, never a stop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from lokal.errors import Place, Words
from lokal.intake import identifiers
from lokal.intake.cells import Cell, day_of, number_of, text_of
from lokal.intake.conditions import Condition, parse_condition
from lokal.intake.mapping import Source

_DOTS = re.compile(r"^[.\s>*+-]*(\d{1,2})$")
_STRUCTURE = re.compile(r"^\d+(\.\d+)+\.?$")
_RULE_LINE = re.compile(r"^[-=_*|\s]{3,}$")
_SUM = re.compile(r"^(итого|всего|total|subtotal|sum)\b", re.IGNORECASE)
_MAX_LEVEL = 60
Kind = Literal["part", "text", "sum", "blank"]
Problem = tuple[str, Words]
_NOT_A_PART = frozenset({"t", "d"})
"""Item categories of SAP that name no part: text and document items."""


class RawLine(Struct, frozen=True):
    """A row as read, quantities not yet rolled up; `codes` name what is odd about it."""

    place: Place
    kind: Kind = "part"
    level: int | None = None
    parent: str = ""
    number: str = ""
    name: str = ""
    quantity: Decimal | None = None
    quantity_blank: bool = False
    of_vehicle: bool = False
    unit: str = ""
    mass: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""
    country: str = ""
    supplier: str = ""
    inn: str = ""
    okpd2: str = ""
    tnved: str = ""
    condition: Condition | None = None
    from_: date | None = None
    to: date | None = None
    site: str = ""
    alternative: str = ""
    usage: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowCode:
    """Something to know about one row: a code of the closed list, the place and both languages' words."""

    code: str
    place: Place
    words: Words


class _Row:
    """The cells of one row by field, with the problems met in reading them."""

    def __init__(self, row: Sequence[Cell], columns: Mapping[str, int], source: Source) -> None:
        """Keep the row and where its fields stand."""
        width = len(row)
        self.given = {name: row[column] for name, column in columns.items() if column < width and row[column] != ""}
        self.source = source
        self.problems: list[Problem] = []

    def cell(self, name: str) -> Cell:
        """Return a field's cell as it is, an empty text where there is none."""
        return self.given.get(name, "")

    def text(self, name: str) -> str:
        """Return a field's text; one too long for a cell is cut and noted."""
        if name not in self.given:
            return ""
        try:
            return text_of(self.given[name])
        except ValueError as problem:
            self.problems.append(
                ("cell_too_long", Words(f"{name}: слишком длинная ячейка, {problem}", f"{name}: the cell is too long, {problem}"))
            )
            return str(self.cell(name))[:60]

    def number(self, name: str) -> Decimal | None:
        """Return a field's number; anything else is noted and stays unknown."""
        if name not in self.given:
            return None
        try:
            return number_of(self.cell(name), self.source.decimal)
        except ValueError as problem:
            shown = str(problem)[:40]
            words = Words(f"{name}: ожидалось число, а написано «{shown}»", f"{name}: expected a number, got '{shown}'")
            self.problems.append((f"bad_{name}", words))
            return None

    def day(self, name: str) -> date | None:
        """Return a field's day; anything else is noted."""
        if name not in self.given:
            return None
        try:
            return day_of(self.cell(name))
        except ValueError as problem:
            shown = str(problem)[:40]
            self.problems.append(
                (f"bad_{name}", Words(f"{name}: ожидалась дата, а написано «{shown}»", f"{name}: expected a day, got '{shown}'"))
            )
            return None

    def identifier(self, name: str) -> str:
        """Return an identifier in its normal form; a wrong one is kept and noted."""
        text = self.text(name)
        if not text:
            return ""
        checked: identifiers.Checked = getattr(identifiers, name)(text)
        if checked.problem:
            self.problems.append((f"bad_{name}", checked.problem))
        return checked.value

    def condition(self) -> Condition | None:
        """Return the row's own condition; one that cannot be read is noted."""
        text = self.text("variants")
        try:
            return parse_condition(text)
        except ValueError:
            words = Words(f"условие «{text[:60]}» не читается", f"the condition '{text[:60]}' cannot be read")
            self.problems.append(("bad_condition", words))
            return None

    def level(self) -> int | None:
        """Return the level: a number, leading dots and a number, or the depth of a structure code."""
        text = self.text("level")
        if not text:
            return None
        match = _DOTS.match(text)
        found = int(match[1]) if match else text.strip(".").count(".") + 1 if _STRUCTURE.match(text) else None
        if found is None or found > _MAX_LEVEL:
            self.problems.append(("bad_level", Words(f"уровень «{text[:20]}» не читается", f"the level '{text[:20]}' cannot be read")))
            return None
        return found


def raw_line(place: Place, row: Sequence[Cell], columns: Mapping[str, int], source: Source) -> tuple[RawLine, list[Problem]]:
    """Return a row's line and its problems as code and words."""
    cells = _Row(row, columns, source)
    number, name = cells.text("number"), cells.text("name")
    kind = _kind(cells, number, name)
    if kind != "part":
        if kind != "blank":
            cells.problems.append(
                (f"{kind}_row", Words(f"строка «{(name or number)[:40]}» не деталь", f"the row '{(name or number)[:40]}' is no part"))
            )
        return RawLine(place, kind, cells.level() if kind == "text" else None, number=number, name=name), cells.problems
    of_vehicle = "quantity" not in columns
    field = "total" if of_vehicle else "quantity"
    quantity = cells.number(field)
    blank = quantity is None and not cells.problems
    condition = cells.condition()
    bad_condition = any(code == "bad_condition" for code, _ in cells.problems)
    if quantity is not None and quantity < 0:
        cells.problems.append(("negative_quantity", Words(f"количество {quantity} отрицательно", f"the quantity {quantity} is negative")))
        quantity = Decimal(0)
    line = RawLine(
        place=place,
        level=cells.level() if "level" in columns else None,
        parent=cells.text("parent"),
        number=number,
        name=name,
        quantity=None if bad_condition else quantity,
        quantity_blank=blank,
        of_vehicle=of_vehicle,
        unit=cells.text("unit").lower().rstrip("."),
        mass=cells.number("mass"),
        price=cells.number("price"),
        currency=cells.text("currency").upper(),
        country=cells.text("country"),
        supplier=cells.text("supplier"),
        inn=cells.identifier("inn"),
        okpd2=cells.identifier("okpd2"),
        tnved=cells.identifier("tnved"),
        condition=condition,
        from_=cells.day("from"),
        to=cells.day("to"),
        site=cells.text("site"),
        alternative=cells.text("alternative"),
        usage=cells.text("usage"),
        codes=tuple(code for code, _ in cells.problems),
    )
    return line, cells.problems


def _kind(cells: _Row, number: str, name: str) -> Kind:
    joined = number + name
    if not joined or _RULE_LINE.match(joined):
        return "blank" if (not joined and cells.cell("quantity") == "") or _RULE_LINE.match(joined or "---") else "part"
    if _SUM.match(number) or (not number and _SUM.match(name)):
        return "sum"
    category = cells.text("category").lower()
    return "text" if category in _NOT_A_PART else "part"
