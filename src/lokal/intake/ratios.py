"""Lines of a bill into the counts, shares and flags of the law: part, whole and the lines of each listed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fnmatch import translate
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from lokal.intake.bom import BomLine, in_variant
from lokal.intake.bom_row import RawLine
from lokal.intake.countries import country_code
from lokal.intake.identifiers import okpd2, tnved
from lokal.intake.mapping import Measure, Rule, Source, Take
from lokal.rulebook.facts import declared_facts, full_name
from lokal.rulebook.model import Fact, Ratio, Rulebook, Test

FINEST = Decimal("1e-9")
"""The last digit that a dossier keeps of a share."""
_PIECES = frozenset({"", "шт", "штука", "штук", "pc", "pcs", "pce", "ea", "st", "each", "компл", "к-т", "set", "пар"})
_KILOGRAMS = {
    "кг": Fraction(1),
    "kg": Fraction(1),
    "г": Fraction(1, 1000),
    "гр": Fraction(1, 1000),
    "g": Fraction(1, 1000),
    "т": Fraction(1000),
}
_ROUBLES = frozenset({"", "RUB", "RUR", "РУБ", "РУБ.", "643", "810", "₽"})
Direction = Literal["down", "up", "apart"]
Answer = bool | None


@dataclass(frozen=True, slots=True)
class Amount:
    """A line as one rule counts it: how much (None where unknown), whether it qualifies for the part, in part, in whole."""

    line: BomLine
    amount: Fraction | None
    qualifies: Answer
    part: bool
    whole: bool
    by_origin: bool


@dataclass(frozen=True)
class MadeFact:
    """A fact made from lines: its bounds, part and whole as measured, the lines of each, and what was odd."""

    fact: str
    measure: Measure
    low: Decimal
    high: Decimal | None
    part: Fraction
    whole: Fraction
    part_lines: tuple[BomLine, ...]
    open_lines: tuple[BomLine, ...]
    whole_lines: tuple[BomLine, ...]
    codes: tuple[str, ...] = ()
    by_origin: bool = False


@dataclass(frozen=True)
class Law:
    """What the law says of facts made from lines: their kinds, how shares are cut, which counts an operation brings itself."""

    facts: Mapping[str, Fact]
    directions: Mapping[str, Direction]
    own_counts: frozenset[str]


def law_of(rulebook: Rulebook) -> Law:
    """Return what a rulebook says of facts made from lines."""
    own = {
        full_name(block, operation.award.count or operation.id)
        for block in rulebook.blocks
        for operation in block.operations
        if isinstance(operation.award, Ratio)
    }
    return Law(declared_facts(rulebook), rounding_directions(rulebook), frozenset(own))


def made_facts(lines: Sequence[BomLine], rules: Iterable[Rule], options: frozenset[str], source: Source, law: Law) -> tuple[MadeFact, ...]:
    """Return the facts that the rules make of the lines of one variant, in the order of the rules."""
    by_fact: dict[str, list[Rule]] = {}
    for rule in rules:
        by_fact.setdefault(rule.fact, []).append(rule)
    found = []
    for name, some in by_fact.items():
        matched = [(position, rule) for rule in some for position in matching(lines, rule)]
        if not matched:
            continue
        kind = law.facts[name].kind
        measure: Measure = next((rule.measure for rule in some if rule.measure), "present" if kind == "flag" else "count")
        amounts, codes = _amounts(lines, matched, _Counting(options, source, measure, _usual_take(name, law)))
        found.append(_made(name, law, measure, amounts, codes))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Counting:
    """How the lines of one fact are counted: in which variant, from which source, by what, and which qualify."""

    options: frozenset[str]
    source: Source
    measure: Measure
    take: Take


def matching(lines: Sequence[BomLine], rule: Rule) -> list[int]:
    """Return the positions of the lines that match every pattern of a rule."""
    return [position for position, line in enumerate(lines) if _matches(line, rule, lines)]


def rounding_directions(rulebook: Rulebook) -> dict[str, Direction]:
    """Return how the share behind each fact is cut to the digits a dossier keeps, so that no bound of the law is crossed by it.

    A share that must reach a bound is rounded down, one that must stay below is rounded up; both keep the answer exact.
    """
    up: set[str] = set()
    down: set[str] = set()
    for block in rulebook.blocks:
        for operation in block.operations:
            for test in _tests([*(operation.requires or ()), *(each for value in operation.values for each in value.when)]):
                name = full_name(block, test.fact)
                (up if test.at_most is not None else down if test.at_least is not None or test.reaches else set()).add(name)
    return {name: "apart" if name in up and name in down else "up" if name in up else "down" for name in up | down}


def _tests(tests: Iterable[Test | str]) -> Iterator[Test]:
    for test in tests:
        if not isinstance(test, str):
            yield test
            yield from _tests(test.any)


def _matches(line: BomLine, rule: Rule, lines: Sequence[BomLine]) -> bool:
    raw = line.raw
    plain = (
        (not rule.number or _like(rule.number).match(raw.number))
        and (not rule.name or _like(rule.name).match(raw.name))
        and (not rule.okpd2 or (raw.okpd2 + ".").startswith(okpd2(rule.okpd2).value.rstrip(".") + ".") or raw.okpd2 == rule.okpd2)
        and (not rule.tnved or raw.tnved.startswith(tnved(rule.tnved).value))
        and (not rule.supplier or raw.inn == rule.supplier or _like(rule.supplier).match(raw.supplier))
    )
    if not plain:
        return False
    pattern = _like(rule.under) if rule.under else None
    return pattern is None or any(pattern.match(lines[at].raw.name) or pattern.match(lines[at].raw.number) for at in line.parents)


@lru_cache(maxsize=4096)
def _like(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE | re.DOTALL)


def _usual_take(name: str, law: Law) -> Take:
    """Return which lines usually qualify: of a share that must stay low the foreign ones, of a ratio's count the Russian ones."""
    if law.facts[name].kind == "share":
        return "foreign" if law.directions.get(name) == "up" else "russian"
    return "russian" if name in law.own_counts else "all"


def _amounts(lines: Sequence[BomLine], matched: Sequence[tuple[int, Rule]], counting: _Counting) -> tuple[list[Amount], tuple[str, ...]]:
    """Measure the matched lines of a variant; a line inside another one that is measured already is not measured again."""
    options = counting.options
    positions = {position for position, _ in matched}
    merged: dict[int, Amount] = {}
    codes: list[str] = []
    for position, rule in matched:
        line = lines[position]
        if not in_variant(line, options):
            continue
        if any(at in positions and in_variant(lines[at], options) for at in line.parents):
            codes.append("inside_counted")
            continue
        amount, code = _measured(line, counting)
        codes.extend([code] if code else [])
        chosen: Take = rule.take or (counting.take if rule.side == "both" else "all")
        answer = _qualifies(line, chosen, counting.source)
        before = merged.get(position)
        part, whole, origin = rule.side != "whole", rule.side != "part", rule.side != "whole" and chosen != "all"
        if before:
            answer = answer if part and not before.part else before.qualifies
            part, whole, origin = part or before.part, whole or before.whole, origin or before.by_origin
        merged[position] = Amount(line, amount, answer, part, whole, origin)
    return list(merged.values()), tuple(dict.fromkeys(codes))


def _measured(line: BomLine, counting: _Counting) -> tuple[Fraction | None, str]:
    """Return how much a line is by the measure, or None and the code that says why nobody can know."""
    if line.total is None:
        return None, "no_quantity"
    total, raw = Fraction(line.total), line.raw
    if counting.measure == "mass":
        return _mass(total, raw)
    if counting.measure == "cost":
        return _cost(total, raw, counting.source)
    if raw.unit not in _PIECES:
        return None, "unit_not_countable"
    return (total, "") if total.denominator == 1 or counting.measure == "present" else (None, "not_whole")


def _mass(total: Fraction, raw: RawLine) -> tuple[Fraction | None, str]:
    if raw.unit in _KILOGRAMS:
        return total * _KILOGRAMS[raw.unit], ""
    return (total * Fraction(raw.mass), "") if raw.mass is not None else (None, "no_mass")


def _cost(total: Fraction, raw: RawLine, source: Source) -> tuple[Fraction | None, str]:
    own = raw.currency == source.currency or (source.currency == "RUB" and raw.currency in _ROUBLES)
    if raw.price is None or not own:
        return None, "no_price" if raw.price is None else "other_currency"
    return total * Fraction(raw.price), ""


def _qualifies(line: BomLine, take: Take, source: Source) -> Answer:
    if take == "all":
        return True
    country = country_code(line.raw.country)
    if country is None:
        return None
    return (country in source.home) == (take == "russian")


def _made(name: str, law: Law, measure: Measure, amounts: Sequence[Amount], codes: tuple[str, ...]) -> MadeFact:
    """Return a fact with its bounds, part and whole."""
    kind = law.facts[name].kind
    inside = [each for each in amounts if each.part]
    part = sum((each.amount for each in inside if each.qualifies and each.amount is not None), Fraction(0))
    maybe = sum((each.amount for each in inside if each.qualifies is None and each.amount is not None), Fraction(0))
    whole = sum((each.amount for each in amounts if each.whole and each.amount is not None), Fraction(0))
    low: Decimal
    high: Decimal | None
    if kind == "flag":
        low, high = _flag(inside, part, maybe)
    elif kind == "count":
        low, high = _count(inside, part, maybe)
    else:
        low, high, more = _share(amounts, part, maybe, whole, law.directions.get(name, "apart"))
        codes = (*codes, *more)
    return MadeFact(
        fact=name,
        measure=measure,
        low=low,
        high=high,
        part=part,
        whole=whole,
        part_lines=tuple(each.line for each in inside if each.qualifies),
        open_lines=tuple(each.line for each in amounts if each.amount is None or (each.part and each.qualifies is None)),
        whole_lines=tuple(each.line for each in amounts if each.whole),
        codes=codes,
        by_origin=any(each.by_origin for each in amounts),
    )


def _flag(inside: Sequence[Amount], part: Fraction, maybe: Fraction) -> tuple[Decimal, Decimal]:
    sure = part > 0
    possible = sure or maybe > 0 or any(each.amount is None and each.qualifies is not False for each in inside)
    return Decimal(sure), Decimal(possible)


def _count(inside: Sequence[Amount], part: Fraction, maybe: Fraction) -> tuple[Decimal, Decimal | None]:
    unknown = any(each.amount is None and each.qualifies is not False for each in inside)
    return Decimal(int(part)), None if unknown else Decimal(int(part + maybe))


def _share(
    amounts: Sequence[Amount], part: Fraction, maybe: Fraction, whole: Fraction, direction: Direction
) -> tuple[Decimal, Decimal, tuple[str, ...]]:
    """Return a share's bounds: what is not known of a line's origin or measure widens them as far as it can."""
    unknown = [each for each in amounts if each.amount is None]
    if not whole and not unknown:
        return Decimal(0), Decimal(1), ("empty_whole",)
    if part > whole and not unknown:
        return Decimal(0), Decimal(1), ("part_over_whole",)
    sinks = any(each.whole and not (each.part and each.qualifies) for each in unknown)
    lifts = any(each.part and each.qualifies is not False for each in unknown)
    low = Fraction(0) if sinks or not whole else part / whole
    high = Fraction(1) if lifts or not whole else (part + maybe) / whole
    low, high = min(low, Fraction(1)), min(high, Fraction(1))
    if low == high:
        return *_cut(low, direction), ()
    return _digits(low, ROUND_FLOOR), _digits(high, ROUND_CEILING), ()


def _cut(share: Fraction, direction: Direction) -> tuple[Decimal, Decimal]:
    down, up = _digits(share, ROUND_FLOOR), _digits(share, ROUND_CEILING)
    return (down, down) if direction == "down" else (up, up) if direction == "up" else (down, up)


def _digits(share: Fraction, rounding: str) -> Decimal:
    """Return a fraction cut to the digits that a dossier keeps.

    >>> _digits(Fraction(1, 3), ROUND_FLOOR), _digits(Fraction(1, 3), ROUND_CEILING), _digits(Fraction(1, 4), ROUND_FLOOR)
    (Decimal('0.333333333'), Decimal('0.333333334'), Decimal('0.25'))
    """
    scaled = share / Fraction(FINEST)
    units = scaled.numerator // scaled.denominator if rounding == ROUND_FLOOR else -(-scaled.numerator // scaled.denominator)
    with localcontext() as context:
        context.prec = 40
        number = (Decimal(units) * FINEST).normalize()
        return number if number.as_tuple().exponent <= 0 else number.quantize(Decimal(1))  # type: ignore[operator]
