"""An amendment as a file: numbered provisions, each dated, each a list of changes to dated values of a rulebook.

The same format serves an enacted act, a draft and a made-up exercise; `standing` says which, and the bars that it sets carry it on.
"""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import field

from lokal.errors import RulebookError
from lokal.rulebook.model import Act, Bar, Category, Frozen, Operation, Option, Points, Powertrain, Titled, Value
from lokal.rulebook.tree import convert, parse_tree, read_file

AmendmentStanding = Literal["enacted", "draft", "made_up"]


class Where(Frozen, frozen=True):
    """Which dated values a change is about: those for these categories, powertrains and, on a ladder, this band; all without it."""

    category: tuple[Category, ...] | None = None
    powertrain: tuple[Powertrain, ...] | None = None
    band: tuple[int, int | None] | None = None


class SetPoints(Frozen, frozen=True, tag="points", tag_field="kind"):
    """From the day on, these operations are worth another number. `operation` may be a pattern, as `*.section_ix`."""

    operation: str
    points: Points
    where: Where = Where()


class EndValues(Frozen, frozen=True, tag="end", tag_field="kind"):
    """From the day on, these operations are worth nothing."""

    operation: str
    where: Where = Where()


class AddValue(Frozen, frozen=True, tag="add", tag_field="kind"):
    """From the day on, an operation has one more value."""

    operation: str
    value: Value


class Continue(Frozen, frozen=True, tag="continue", tag_field="kind"):
    """Values that end on `ended` without a printed successor keep their number from the next day on."""

    operation: str
    ended: date
    where: Where = Where()


class SetCap(Frozen, frozen=True, tag="cap", tag_field="kind"):
    """From the day on, another cap on an operation's points per unit."""

    operation: str
    points: Points
    where: Where = Where()


class SetBar(Frozen, frozen=True, tag="bar", tag_field="kind"):
    """From the day on, another threshold of a programme."""

    programme: str
    points: Points
    where: Where = Where()


class EndBars(Frozen, frozen=True, tag="end_bar", tag_field="kind"):
    """From the day on, a programme has no threshold."""

    programme: str
    where: Where = Where()


class AddBar(Frozen, frozen=True, tag="add_bar", tag_field="kind"):
    """From the day on, one more threshold of a programme."""

    programme: str
    bar: Bar


class SetGate(Frozen, frozen=True, tag="gate", tag_field="kind"):
    """From the day on, another bound of a gate."""

    gate: str
    at_least: Decimal


class SetFactor(Frozen, frozen=True, tag="factor", tag_field="kind"):
    """From the day on, another factor of a coefficient."""

    coefficient: str
    factor: Decimal


class Settle(Frozen, frozen=True, tag="reading", tag_field="kind"):
    """From the day on, the text itself says which option of a reading holds."""

    reading: str
    option: str


class AddOperation(Frozen, frozen=True, tag="operation", tag_field="kind"):
    """From the day on, a block has one more operation."""

    block: str
    operation: Operation


Change = SetPoints | EndValues | AddValue | Continue | SetCap | SetBar | EndBars | AddBar | SetGate | SetFactor | Settle | AddOperation


class Provision(Titled, frozen=True):
    """One numbered provision: its first day (default: the amendment's), its last day if it is temporary, its changes."""

    id: str
    changes: tuple[Change, ...]
    from_: date | None = field(name="from", default=None)
    to: date | None = None

    @property
    def hash(self) -> str:
        """Return the hash that stands in citations: of the provision as written here, since the text of a draft is not ours to keep."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:12]


class Amendment(Titled, frozen=True):
    """A change to a rulebook, enacted, draft or made up, in numbered provisions."""

    id: str
    standing: AmendmentStanding
    signed: date
    published: date
    in_force: date
    source: str
    provisions: tuple[Provision, ...]
    number: str = "—"
    note: Option | None = None

    @property
    def act(self) -> Act:
        """Return the amendment as an act of the rulebook."""
        return Act(
            ru=self.ru,
            en=self.en,
            id=self.id,
            number=self.number,
            signed=self.signed,
            published=self.published,
            in_force=self.in_force,
            note=self.source,
        )

    def first_day(self, provision: Provision) -> date:
        """Return the first day of a provision."""
        return provision.from_ or self.in_force

    def last_start(self) -> date:
        """Return the day from which every provision is in force."""
        return max(self.first_day(each) for each in self.provisions)


def read_amendment(path: Path) -> Amendment:
    """Return the amendment in a YAML file; a broken file is a RulebookError with file and line."""
    return parse_amendment(read_file(path, RulebookError), str(path))


def parse_amendment(text: str, file: str) -> Amendment:
    """Return the amendment of YAML text; `file` is the name that errors carry."""
    tree = parse_tree(text, file, RulebookError)
    amendment = convert(tree, Amendment, RulebookError)
    if not amendment.provisions:
        raise RulebookError("в поправке нет ни одного пункта", "the amendment has no provision", tree.place())
    if not amendment.source.strip():
        raise RulebookError("не указано, откуда известна поправка (source)", "no source of the amendment is given", tree.place("source"))
    seen: set[str] = set()
    for index, each in enumerate(amendment.provisions):
        place = tree.place("provisions", index)
        if each.id in seen:
            raise RulebookError(f"пункт {each.id} уже есть", f"provision {each.id} stands twice", place, "id-reused")
        if each.to is not None and each.to < amendment.first_day(each):
            raise RulebookError(
                f"пункт {each.id}: конец раньше начала", f"provision {each.id} ends before it begins", place, "reversed-span"
            )
        seen.add(each.id)
    return amendment
