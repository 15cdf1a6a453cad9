"""Values that a reading makes out of printed ones, and values that stand in the notes: held against what is printed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from lokal.errors import Words
from lokal.lawtext.finding import Finding
from lokal.lawtext.words import clause_hash
from lokal.rulebook.model import Act, Block, ByReading, Cited, Ladder, Operation, Rulebook, Value
from lokal.rulebook.timeline import start_of

_ONE = timedelta(days=1)


def check_derived(rulebook: Rulebook) -> Iterator[Finding]:
    """Yield every derived value that does not lean on a printed one: other place, band, number, or days that do not join."""
    acts = {act.id: act for act in rulebook.acts}
    for block in rulebook.blocks:
        for operation in block.operations:
            for value in operation.values:
                if value.printed == "no":
                    yield from _lean(block, operation, value, acts)


def check_notes(text: str, rulebook: Rulebook) -> Iterator[Finding]:
    """Yield every value cited from the notes whose paragraph is not in their text, or whose number the paragraph does not print."""
    paragraphs = {clause_hash(line): line for line in text.splitlines()}
    for name, value, numbers in _noted(rulebook):
        line = paragraphs.get(value.hash)
        if line is None:
            yield Finding(
                "missing", value.place, name, Words("абзаца с таким хешем в примечаниях нет", "no paragraph of the notes has this hash")
            )
            continue
        printed = {number.replace(",", ".") for number in re.findall(r"\d+(?:,\d+)?", line)}
        for number in numbers:
            if not {number, number.rstrip("0").rstrip(".")} & printed:
                yield Finding(
                    "different", value.place, name, Words(f"{number}: в абзаце не напечатано", f"{number}: not printed in the paragraph")
                )


def _lean(block: Block, operation: Operation, value: Value, acts: dict[str, Act]) -> Iterator[Finding]:
    name = f"{block.id}.{operation.id}"
    same = [each for each in operation.values if each.printed == "yes" and each.place == value.place and each.hash == value.hash]
    if not any(each.band == value.band for each in same):
        words = Words(
            "рядом нет напечатанного значения с тем же местом и ступенью", "no printed value of the same place and band beside it"
        )
        yield Finding("different", value.place, name, words)
        return
    allowed = {0} | {number for each in same for number in _numbers(each.points)}
    if isinstance(operation.award, Ladder):  # a rung may fall back to the lowest one
        allowed.add(min(number for each in operation.values if each.printed == "yes" for number in _numbers(each.points)))
    odd = [number for number in _numbers(value.points) if number not in allowed]
    if odd:
        yield Finding(
            "different", value.place, name, Words(f"{odd[0]}: не из напечатанных чисел", f"{odd[0]}: not one of the printed numbers")
        )
    if (value.from_ or value.to) and not _joins(block, operation, value, acts):
        words = Words("дни не примыкают к напечатанному значению", "the days do not join those of a printed value")
        yield Finding("different", value.place, name, words)


def _joins(block: Block, operation: Operation, value: Value, acts: dict[str, Act]) -> bool:
    """Tell whether the value begins where another of its place ended, or ends where another begins; the first day is the rulebook's."""
    others = [each for each in operation.values if each is not value and each.place == value.place]
    begins = {start_of(each, acts, block.act) for each in others}
    ends = {each.to for each in others if each.to}
    start = start_of(value, acts, block.act)
    after = start - _ONE in ends
    before = value.to is not None and value.to + _ONE in begins
    known = {act.in_force for act in acts.values()}
    return after or (before and start in known)


def _numbers(points: object) -> Iterator[int]:
    if isinstance(points, ByReading):
        for option in points.options.values():
            yield from _numbers(option)
    elif isinstance(points, tuple):
        yield from points
    elif isinstance(points, int):
        yield points


def _noted(rulebook: Rulebook) -> Iterator[tuple[str, Cited, list[str]]]:
    """Yield every value that cites a note: whose it is, and the numbers that its paragraph must print."""
    for block in rulebook.blocks:
        for operation in block.operations:
            yield from ((f"{block.id}.{operation.id}", cap, _whole(cap.points)) for cap in getattr(operation.award, "caps", ()))
    for gate in rulebook.gates:
        yield from ((gate.id, value, _bound(value.at_least)) for value in gate.values)
    for coefficient in rulebook.coefficients:
        yield from ((coefficient.id, factor, _factors(factor.factor)) for factor in coefficient.values)
    for programme in rulebook.programmes:
        yield from ((programme.id, bar, _whole(bar.points)) for bar in programme.values if not bar.source)


def _whole(points: object) -> list[str]:
    return [str(points)] if isinstance(points, int) else []


def _bound(bound: Decimal | ByReading[Decimal]) -> list[str]:
    """Return a gate's number as printed: a share is printed as a per cent."""
    return [] if isinstance(bound, ByReading) else [f"{bound * 100:f}" if bound <= 1 else f"{bound:f}"]


def _factors(factor: Decimal | ByReading[Decimal]) -> list[str]:
    numbers = factor.options.values() if isinstance(factor, ByReading) else [factor]
    return [f"{number:f}" for number in numbers if number != 1]
