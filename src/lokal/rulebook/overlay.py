"""A rulebook under an amendment: the same law with some dated values cut, replaced, ended or added, checked like any rulebook."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any, TypeVar, get_args

import msgspec

from lokal.errors import Place, RulebookError
from lokal.rulebook.amendment import (
    AddBar,
    AddOperation,
    AddValue,
    Amendment,
    Change,
    Continue,
    EndBars,
    EndValues,
    Provision,
    SetBar,
    SetCap,
    SetFactor,
    SetGate,
    SetPoints,
    Settle,
    Where,
)
from lokal.rulebook.check import check
from lokal.rulebook.choices import choices_in
from lokal.rulebook.model import Act, Bar, Block, ByReading, Category, Cited, Operation, PerUnit, Powertrain, Rulebook, Value
from lokal.rulebook.timeline import FOREVER, start_of
from lokal.rulebook.words import nearest

_ONE = timedelta(days=1)
_CATEGORIES = get_args(Category)
_POWERTRAINS = get_args(Powertrain)
C = TypeVar("C", bound=Cited)
replace = msgspec.structs.replace


@dataclass(frozen=True)
class _Patch:
    """A provision at work: what it is, when it holds, how its values are cited."""

    amendment: Amendment
    provision: Provision
    acts: dict[str, Act]

    @property
    def first(self) -> date:
        """The provision's first day."""
        return self.amendment.first_day(self.provision)

    @property
    def last(self) -> date:
        """The provision's last day."""
        return self.provision.to or FOREVER

    def cited(self, value: C, **changes: Any) -> C:  # noqa: ANN401  fields of the value
        """Return a value as this provision's own."""
        place, seal = self.provision.id, self.provision.hash
        return replace(value, act=self.amendment.id, place=place, hash=seal, **_standing(value, self.amendment), **changes)

    def span(self) -> dict[str, Any]:
        """Return the days of the provision as fields of a value."""
        ends = self.provision.to is not None
        return {"from_": self.first, "to": self.provision.to, "ended_by": self.amendment.id if ends else None}

    def fail(self, ru: str, en: str) -> RulebookError:
        """Return the error of a change that finds nothing to change."""
        return RulebookError(f"пункт {self.provision.id}: {ru}", f"provision {self.provision.id}: {en}", code="amendment-target")


def overlay(
    rulebook: Rulebook, amendment: Amendment, provisions: Collection[str] | None = None, *, file: str = "", checked: bool = True
) -> Rulebook:
    """Return the rulebook under an amendment, or under some of its provisions, passed through every named check.

    A provision changes nothing before its first day. Raises RulebookError where a change names nothing, or the result breaks a check.
    """
    chosen = [each for each in amendment.provisions if provisions is None or each.id in provisions]
    if amendment.id in {act.id for act in rulebook.acts}:
        raise RulebookError(f"акт «{amendment.id}» уже есть в своде", f"the act '{amendment.id}' is already in the rulebook", Place(file))
    made = replace(rulebook, acts=(*rulebook.acts, amendment.act))
    try:
        for provision in chosen:
            patch = _Patch(amendment, provision, {act.id: act for act in made.acts})
            for change in provision.changes:
                made = _apply(made, patch, change)
        if checked:
            check(_without_settled(made), {})
    except RulebookError as problem:
        words = problem.words
        raise RulebookError(words.ru, words.en, Place(file or amendment.id), problem.code) from problem
    seal = hashlib.sha256(f"{rulebook.hash}\0{amendment.id}\0".encode() + b"\0".join(each.hash.encode() for each in chosen)).hexdigest()
    manifest = replace(rulebook.manifest, version=f"{rulebook.manifest.version}+{amendment.id}")
    return replace(made, manifest=manifest, hash=seal)


def _without_settled(rulebook: Rulebook) -> Rulebook:
    """Leave out readings that the amendment has made pointless: in a rulebook at rest that would be a mistake, here it is the effect."""
    used = {each.by_reading for each in choices_in(replace(rulebook, readings=(), misprints=()))}
    misprints = tuple(each for each in rulebook.misprints if each.reading is None or each.reading in used)
    return replace(rulebook, readings=tuple(each for each in rulebook.readings if each.id in used), misprints=misprints)


def _standing(value: Cited, amendment: Amendment) -> dict[str, Any]:
    """Return how a bar set by the amendment is known: only an enacted one is law."""
    if not isinstance(value, Bar):
        return {}
    return {"standing": "law", "source": ""} if amendment.standing == "enacted" else {"standing": "draft", "source": amendment.source}


def _apply(rulebook: Rulebook, patch: _Patch, change: Change) -> Rulebook:
    if isinstance(change, SetPoints | EndValues | AddValue | Continue | SetCap):
        return _on_operations(rulebook, patch, change)
    if isinstance(change, SetBar | EndBars | AddBar):
        return _on_programme(rulebook, patch, change)
    if isinstance(change, SetGate):
        return _on_owner(rulebook, patch, "gates", change.gate, lambda value: patch.cited(value, at_least=change.at_least))
    if isinstance(change, SetFactor):
        return _on_owner(rulebook, patch, "coefficients", change.coefficient, lambda value: patch.cited(value, factor=change.factor))
    if isinstance(change, AddOperation):
        return _add_operation(rulebook, patch, change)
    return _settle(rulebook, patch, change)


def _on_operations(rulebook: Rulebook, patch: _Patch, change: SetPoints | EndValues | AddValue | Continue | SetCap) -> Rulebook:
    touched = [
        f"{block.id}.{operation.id}"
        for block in rulebook.blocks
        for operation in block.operations
        if fnmatchcase(f"{block.id}.{operation.id}", change.operation)
    ]
    if not touched:
        hint = nearest(change.operation, [f"{block.id}.{each.id}" for block in rulebook.blocks for each in block.operations])
        ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
        raise patch.fail(f"нет операции «{change.operation}»{ru}", f"no operation '{change.operation}'{en}")
    names = set(touched)

    def work(block: Block, operation: Operation) -> Operation:
        return _changed(operation, block, patch, change) if f"{block.id}.{operation.id}" in names else operation

    made = _map_operations(rulebook, work)
    if made == rulebook:
        raise patch.fail(f"у «{change.operation}» нет таких значений с этого дня", f"'{change.operation}' has no such value from that day")
    return made


def _changed(operation: Operation, block: Block, patch: _Patch, change: SetPoints | EndValues | AddValue | Continue | SetCap) -> Operation:
    if isinstance(change, AddValue):
        return replace(operation, values=(*operation.values, patch.cited(change.value, **patch.span())))
    if isinstance(change, Continue):
        return replace(operation, values=tuple(_continued(operation.values, block, patch, change)))
    if isinstance(change, SetCap):
        if not isinstance(operation.award, PerUnit):
            raise patch.fail("предел бывает только у баллов за единицу", "only points per unit have a cap")
        caps = tuple(_cut(operation.award.caps, block.act, patch, change.where, lambda cap: patch.cited(cap, points=change.points)))
        return replace(operation, award=replace(operation.award, caps=caps))
    make: Callable[[Value], Value | None] = (
        (lambda value: patch.cited(value, points=change.points, printed="yes")) if isinstance(change, SetPoints) else (lambda _: None)
    )
    return replace(operation, values=tuple(_cut(operation.values, block.act, patch, change.where, make)))


def _cut(values: tuple[C, ...], act: str, patch: _Patch, where: Where, make: Callable[[C], C | None]) -> Iterator[C]:
    """Yield the values with the part that the provision is about, by days and vehicles, made anew or left out."""
    for value in values:
        ours, rest = _by_vehicle(value, where, patch)
        start, end = start_of(value, patch.acts, act), value.to or FOREVER
        if ours is None or end < patch.first or start > patch.last:
            yield value
            continue
        if rest is not None:
            yield rest
        if start < patch.first:
            yield replace(ours, to=patch.first - _ONE, ended_by=patch.amendment.id)
        inside = make(ours)
        if inside is not None:
            last = min(end, patch.last)
            own_end = {"to": value.to, "ended_by": value.ended_by} if last == end else {"to": last, "ended_by": patch.amendment.id}
            yield replace(inside, from_=max(start, patch.first), **own_end)
        if end > patch.last:
            yield replace(ours, from_=patch.last + _ONE)


def _by_vehicle(value: C, where: Where, patch: _Patch) -> tuple[C | None, C | None]:
    """Return the part of a value that the change is about, and the part that it is not."""
    if where.band is not None and where.band not in _bands(getattr(value, "band", None)):
        return None, value
    ours: C | None = value
    rest = None
    for name, wanted, every in (("category", where.category, _CATEGORIES), ("powertrain", where.powertrain, _POWERTRAINS)):
        if wanted is None or ours is None:
            continue
        have = getattr(value, name, None)
        if isinstance(have, ByReading):
            raise patch.fail("силовая установка здесь зависит от толкования", "the powertrain here depends on a reading")
        mine, other = ([each for each in have or every if (each in wanted) == inside] for inside in (True, False))
        if mine and other and rest is not None:
            raise patch.fail("укажите либо категорию, либо силовую установку", "give either the category or the powertrain")
        if mine and other:
            rest = replace(value, **{name: tuple(other)})
        ours = replace(ours, **{name: tuple(mine)}) if mine and other else ours if mine else None
    return (ours, rest) if ours is not None else (None, value)


def _bands(band: Any) -> list[Any]:  # noqa: ANN401  a literal or a choice of literals
    return list(band.options.values()) if isinstance(band, ByReading) else [band]


def _continued(values: tuple[Value, ...], block: Block, patch: _Patch, change: Continue) -> Iterator[Value]:
    """Yield the values; those that end on the day without a printed successor go on, in place of what a reading would put there."""
    next_day = change.ended + _ONE
    ending = [value for value in values if value.to == change.ended and _by_vehicle(value, change.where, patch)[0] is not None]
    successors = [value for value in values if start_of(value, patch.acts, block.act) == next_day]
    going = [value for value in ending if not any(_kin(value, each) and each.printed == "yes" for each in successors)]
    first = max(next_day, patch.first)
    for value in values:
        if not (value in successors and any(_kin(value, each) for each in going)):
            yield value
        elif first > next_day:
            yield replace(value, to=first - _ONE, ended_by=patch.amendment.id)
    for value in going:
        yield patch.cited(
            value, from_=first, to=patch.provision.to, ended_by=patch.amendment.id if patch.provision.to else None, printed="yes"
        )


def _kin(one: Value, two: Value) -> bool:
    return one.category == two.category and one.powertrain == two.powertrain and one.band == two.band


def _on_programme(rulebook: Rulebook, patch: _Patch, change: SetBar | EndBars | AddBar) -> Rulebook:
    if change.programme not in {each.id for each in rulebook.programmes}:
        raise patch.fail(f"нет меры «{change.programme}»", f"no programme '{change.programme}'")

    def bars(values: tuple[Bar, ...]) -> tuple[Bar, ...]:
        if isinstance(change, AddBar):
            return (*values, patch.cited(change.bar, **patch.span()))
        if isinstance(change, EndBars):
            return tuple(_cut(values, "", patch, change.where, lambda _: None))
        return tuple(_cut(values, "", patch, change.where, lambda bar: patch.cited(bar, points=change.points)))

    made = tuple(replace(each, values=bars(each.values)) if each.id == change.programme else each for each in rulebook.programmes)
    if made == rulebook.programmes:
        raise patch.fail(
            f"у меры «{change.programme}» нет таких порогов с этого дня", f"'{change.programme}' has no such bar from that day"
        )
    return replace(rulebook, programmes=made)


def _on_owner(rulebook: Rulebook, patch: _Patch, name: str, target: str, make: Callable[[Any], Any]) -> Rulebook:
    """Change the dated values of a gate or a coefficient."""
    owners = getattr(rulebook, name)
    if target not in {each.id for each in owners}:
        raise patch.fail(f"нет «{target}»", f"no '{target}'")
    made = tuple(replace(each, values=tuple(_cut(each.values, "", patch, Where(), make))) if each.id == target else each for each in owners)
    if made == owners:
        raise patch.fail(f"у «{target}» нет значений с этого дня", f"'{target}' has no value from that day")
    return replace(rulebook, **{name: made})


def _add_operation(rulebook: Rulebook, patch: _Patch, change: AddOperation) -> Rulebook:
    if change.block not in {block.id for block in rulebook.blocks}:
        raise patch.fail(f"нет узла «{change.block}»", f"no block '{change.block}'")
    values = tuple(patch.cited(value, **patch.span()) for value in change.operation.values)
    added = replace(change.operation, values=values)
    return _map_blocks(rulebook, lambda block: replace(block, operations=(*block.operations, added)) if block.id == change.block else block)


def _settle(rulebook: Rulebook, patch: _Patch, change: Settle) -> Rulebook:
    """Give every dated value that hangs on a reading its literal under one option; what has none under it ends."""
    readings = {each.id: each for each in rulebook.readings}
    if change.reading not in readings or change.option not in readings[change.reading].options:
        raise patch.fail(f"нет варианта «{change.reading}={change.option}»", f"no option '{change.reading}={change.option}'")

    def settled(values: tuple[Any, ...], act: str) -> tuple[Any, ...]:
        found: list[Any] = []
        for value in values:
            hangs = any(each.by_reading == change.reading for each in choices_in(value))
            found.extend(_cut((value,), act, patch, Where(), lambda one: _literal(one, change, patch)) if hangs else (value,))
        return tuple(found)

    def work(block: Block, operation: Operation) -> Operation:
        award = operation.award
        if isinstance(award, PerUnit):
            award = replace(award, caps=settled(award.caps, block.act))
        return replace(operation, award=award, values=settled(operation.values, block.act))

    made = _map_operations(rulebook, work)
    owners = {
        name: tuple(replace(each, values=settled(each.values, "")) for each in getattr(made, name))
        for name in ("gates", "coefficients", "programmes")
    }
    made = replace(made, **owners)
    if made == rulebook:
        raise patch.fail(
            f"толкование «{change.reading}» не привязано к дням: его нельзя установить с дня",
            f"the reading '{change.reading}' is not about dated values: it cannot be settled from a day",
        )
    return made


def _literal(value: Any, change: Settle, patch: _Patch) -> Any:  # noqa: ANN401  any dated value
    fields = {}
    for name in value.__struct_fields__:
        part = getattr(value, name)
        if isinstance(part, ByReading) and part.by_reading == change.reading:
            if change.option not in part.options:
                return None
            fields[name] = part.options[change.option]
    return patch.cited(value, **fields, **({"printed": "yes"} if isinstance(value, Value) else {}))


def _map_operations(rulebook: Rulebook, work: Callable[[Block, Operation], Operation]) -> Rulebook:
    return _map_blocks(rulebook, lambda block: replace(block, operations=tuple(work(block, each) for each in block.operations)))


def _map_blocks(rulebook: Rulebook, work: Callable[[Block], Block]) -> Rulebook:
    files = tuple(replace(file, blocks=tuple(work(block) for block in file.blocks)) for file in rulebook.files)
    return replace(rulebook, files=files)
