"""Component acts as a folder of them is kept: read from YAML or Excel, identifiers checked."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, structs

from lokal.engine.dossier import Evidence
from lokal.engine.known import evidence_end
from lokal.errors import DossierError, Place
from lokal.intake import identifiers
from lokal.intake.forms import ACTS
from lokal.intake.grid import read_table, sheet_named
from lokal.intake.sheets import read_sheets
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Category, Powertrain, Rulebook
from lokal.rulebook.tree import Step, Tree, convert, parse_tree, read_file
from lokal.rulebook.words import nearest

_OPERATION = ("operation", "value", "points", "adds")
_WORKBOOK = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


class Frozen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base settings of the acts' records."""


class ActOperation(Frozen, frozen=True):
    """One operation that an act lists: its fact, the indicator where it is not a plain yes, the points the act states.

    `adds` says that the units counted are not those of the vehicle's maker.
    """

    operation: str
    value: str = "yes"
    points: Decimal | None = None
    adds: Literal["yes", "no"] = "no"


class ComponentAct(Frozen, frozen=True):
    """An act of expertise on a component: who makes what, which operations, and until when.

    Two acts on the same `component` by two makers are two sources of one part; `mix` is a source's part in the deliveries.
    `recorded` is the day from which the act is known. `category` and `powertrain` say for which vehicles it was issued, if it does.
    """

    number: str
    inn: str
    component: str
    issued: date
    operations: tuple[ActOperation, ...]
    maker: str = ""
    part: str = ""
    valid_until: date | None = None
    recorded: date | None = None
    edition: str = ""
    category: tuple[Category, ...] = ()
    powertrain: tuple[Powertrain, ...] = ()
    mix: Decimal | None = None
    page: str = ""
    file: str = ""
    sha256: str = ""

    @property
    def known(self) -> date:
        """Return the day from which the act is known."""
        return self.recorded or self.issued

    @property
    def key(self) -> str:
        """Return the name of the act as a document of a dossier."""
        return f"act {self.number}"

    @property
    def performer(self) -> str:
        """Return who does it, as a dossier names it: a renewed act of the same maker on the same component takes its place."""
        return f"{self.inn} {self.component}"

    def paper(self) -> Evidence:
        """Return the act as a document; without a printed end it holds three years."""
        bare = Evidence(
            kind="component_act",
            ru=f"Акт на компонент «{self.component}»",
            en=f"Component act: {self.component}",
            issued=self.issued,
            valid_until=self.valid_until,
            issuer=self.maker or self.inn,
            number=self.number,
            page=self.page,
            file=self.file,
            sha256=self.sha256,
        )
        return structs.replace(bare, valid_until=evidence_end(bare))


class _File(Frozen, frozen=True):
    """A file of acts."""

    acts: tuple[ComponentAct, ...]


def read_acts(path: Path, rulebook: Rulebook) -> tuple[ComponentAct, ...]:
    """Return the acts of a YAML or Excel file.

    Raises DossierError in one line with file and row: a wrong INN, a misspelt operation with the nearest known one, reversed days,
    an act number given twice.
    """
    tree = _excel(path) if path.suffix.lower() in _WORKBOOK else parse_tree(read_file(path, DossierError), str(path), DossierError)
    if not isinstance(tree.data, dict):
        raise DossierError("ожидался раздел acts", "expected a section acts", tree.place())
    acts = convert(tree, _File, DossierError).acts
    declared = declared_facts(rulebook)
    numbers: dict[tuple[str, str], int] = {}
    for index, act in enumerate(acts):
        _check(act, tree, index, declared)
        first = numbers.setdefault((act.inn, act.number), index)
        if first != index:
            raise DossierError(f"акт {act.number} повторён", f"the act {act.number} is given twice", tree.place("acts", index, "number"))
    return tuple(_normal(act) for act in acts)


def _normal(act: ComponentAct) -> ComponentAct:
    return structs.replace(act, inn=identifiers.inn(act.inn).value)


def _check(act: ComponentAct, tree: Tree, index: int, declared: Any) -> None:  # noqa: ANN401  a mapping of facts
    at: tuple[Step, ...] = ("acts", index)
    checked = identifiers.inn(act.inn)
    if checked.problem:
        raise DossierError(checked.problem.ru, checked.problem.en, tree.place(*at, "inn"))
    if act.valid_until and act.valid_until < act.issued:
        raise DossierError(
            f"акт {act.number}: срок кончился раньше выдачи",
            f"the act {act.number} ended before it was issued",
            tree.place(*at, "valid_until"),
        )
    if act.mix is not None and not 0 <= act.mix <= 1:
        raise DossierError(f"доля в поставках {act.mix} не от 0 до 1", f"the mix {act.mix} is not from 0 to 1", tree.place(*at, "mix"))
    for number, operation in enumerate(act.operations):
        if operation.operation not in declared:
            hint = nearest(operation.operation, declared)
            ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
            raise DossierError(
                f"нет такой операции: «{operation.operation}»{ru}",
                f"no such operation: '{operation.operation}'{en}",
                tree.place(*at, "operations", number, "operation"),
            )


def _excel(path: Path) -> Tree:
    """Return the tree of a sheet of acts: one row per operation, the act's own cells given once or on each row."""
    sheets = read_sheets(path)
    sheet = sheet_named(sheets, ACTS)
    if sheet is None:
        raise DossierError(f"нет листа «{ACTS.ru}»", f"no sheet '{ACTS.en}'", Place(str(path)))
    tree = Tree(sheet.place(0).file, {"acts": []}, {(): 1})
    acts = tree.data["acts"]
    for number, row in read_table(sheet, ACTS):
        operation = {key: row.pop(key) for key in _OPERATION if key in row}
        if not acts or (
            row.get("number") and (row["number"], row.get("inn", acts[-1].get("inn"))) != (acts[-1]["number"], acts[-1].get("inn"))
        ):
            acts.append({**row, "operations": []})
            tree.lines["acts", len(acts) - 1] = number
            tree.lines.update({("acts", len(acts) - 1, key): number for key in row})
        if operation:
            some = acts[-1]["operations"]
            tree.lines["acts", len(acts) - 1, "operations", len(some)] = number
            some.append(operation)
    return tree
