"""What changed in the law between two rulebooks, or between two days of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lokal.rulebook.model import ByReading, Points, Rulebook, Value
from lokal.rulebook.timeline import start_of
from lokal.scale.model import Case, Need, Scale

Change = Literal["added", "removed", "value", "citation"]
_Key = tuple[str, ...]
_Entry = tuple[str, str]


@dataclass(frozen=True)
class LawChange:
    """One difference: what kind, of which operation, for whom, before and after."""

    kind: Change
    operation: str
    whom: str
    before: str
    after: str


def diff_rulebooks(one: Rulebook, two: Rulebook) -> tuple[LawChange, ...]:
    """Return what the second rulebook adds, removes or changes in the first, by operation, dimensions and first day."""
    return tuple(_diff(dict(_dated(one)), dict(_dated(two))))


def diff_scales(one: Scale, two: Scale) -> tuple[LawChange, ...]:
    """Return what is in force on the second scale's day and was not, or was otherwise, on the first's."""
    return tuple(_diff(dict(_in_force(one)), dict(_in_force(two))))


def _diff(before: dict[_Key, _Entry], after: dict[_Key, _Entry]) -> Iterator[LawChange]:
    for key in dict.fromkeys((*before, *after)):
        name, whom = key[0], " ".join(part for part in key[1:] if part)
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            yield LawChange("added", name, whom, "", new[0])
        elif new is None and old is not None:
            yield LawChange("removed", name, whom, old[0], "")
        elif old and new and old[0] != new[0]:
            yield LawChange("value", name, whom, old[0], new[0])
        elif old and new and old[1] != new[1]:
            yield LawChange("citation", name, whom, old[1], new[1])


def _dated(rulebook: Rulebook) -> Iterator[tuple[_Key, _Entry]]:
    acts = {act.id: act for act in rulebook.acts}
    for block in rulebook.blocks:
        for operation in block.operations:
            caps = getattr(operation.award, "caps", ())
            for value in (*operation.values, *caps):
                start = start_of(value, acts, block.act)
                key = (f"{block.id}.{operation.id}", "cap" if value in caps else "", *_whom(value), start.isoformat())
                yield key, (_points(value.points, value.to), f"{value.act or block.act} {value.place} {value.hash}")
    for programme in rulebook.programmes:
        for bar in programme.values:
            start = start_of(bar, acts, "")
            when = " ".join(f"{test.fact}={test.is_}" for test in bar.when)
            key = (programme.id, ",".join(bar.category or ()), _shown(bar.powertrain or ""), when, start.isoformat())
            yield key, (_points(bar.points, bar.to), f"{bar.act} {bar.place} {bar.hash} {bar.source}")


def _whom(value: Value) -> _Key:
    when = " ".join(f"{test.fact}={test.is_ or test.at_least or test.at_most}" for test in value.when)
    derived = "" if value.printed == "yes" else f"by {value.points.by_reading}" if isinstance(value.points, ByReading) else "derived"
    return ",".join(value.category or ()), _shown(value.powertrain or ""), _shown(value.band or ""), when, derived


def _points(points: object, to: date | None) -> str:
    return f"{_shown(points)}{f' until {to.isoformat()}' if to else ''}"


def _shown(points: Points | object) -> str:
    options = getattr(points, "options", None)
    if options is not None:
        return "/".join(f"{name}={_shown(value)}" for name, value in options.items())
    return ",".join("" if each is None else str(each) for each in points) if isinstance(points, tuple) else str(points)


def _in_force(scale: Scale) -> Iterator[tuple[_Key, _Entry]]:
    for block in scale.blocks:
        for operation in block.operations:
            name = f"{block.id}.{operation.id}"
            yield from (_case_entry(name, "", case) for case in operation.cases)
            yield from (_case_entry(name, "cap", case) for case in getattr(operation.award, "caps", ()))
            if operation.cases and operation.needs:
                yield (name, "needs"), (_needs(operation.needs), "")
    for programme in scale.programmes:
        for bar in programme.bars:
            key = (programme.id, ",".join(bar.category), ",".join(bar.powertrain), _needs(bar.when))
            yield key, (_shown(bar.low if bar.low == bar.high else (bar.low, bar.high)), f"{bar.cite.act} {bar.cite.place} {bar.source}")


def _needs(needs: tuple[Need, ...]) -> str:
    return " and ".join(_need(need) for need in needs)


def _need(need: Need) -> str:
    if need.any:
        return " or ".join(_need(each) for each in need.any)
    if need.compare == "is":
        return need.fact if need.flag else f"not {need.fact}"
    return f"{need.fact} {'>=' if need.compare == 'at_least' else '<='} {need.bound}"


def _case_entry(name: str, kind: str, case: Case) -> tuple[_Key, _Entry]:
    band = f"{case.band[0]}..{case.band[1] or ''}" if case.band else ""
    key = (name, kind, ",".join(case.category), ",".join(case.powertrain), band, _needs(case.when))
    return key, (
        _shown(case.low if case.low == case.high else (case.low, case.high)),
        f"{case.cite.act} {case.cite.place} {case.cite.hash}",
    )
