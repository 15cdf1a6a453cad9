"""Rulebook entries proposed for clauses that the rulebook does not have; whatever is not sure is marked for review, never guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lokal.lawtext.clauses import Clause
from lokal.lawtext.grammar import CATEGORIES, POWERTRAINS, Parsed, parse_claims

_RATIO = re.compile("коэффициента, равного отношению")
_AT_LEAST = re.compile(r"не менее (\d+) процент")
_AT_MOST = re.compile(r"не более (\d+) процент")
_SECTION = re.compile(r"разделом (?:III|V|IX)|примечании? (?:7|16)|раздела V ")
_PER_UNIT = re.compile(r"за каждый \d+ процент")
_TITLE = 60


@dataclass(frozen=True)
class DraftValue:
    """A proposed dated value: the claim as parsed, its clause, and the doubts that ask for a person."""

    clause: Clause
    parsed: Parsed
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What kind of line a clause is, as far as its words tell."""

    award: str
    requires: tuple[str, ...]
    rounding: str
    doubts: tuple[str, ...]


def draft_values(clauses: Iterable[Clause]) -> tuple[DraftValue, ...]:
    """Return a proposed dated value for every number of every clause."""
    clauses = tuple(clauses)
    ended = _ended_lists(clauses)
    return tuple(
        DraftValue(clause, parsed, (*parsed.doubts, *shape_of(clause).doubts, *_successor(clause, ended)))
        for clause in clauses
        for parsed in parse_claims(clause)
    )


def _ended_lists(clauses: tuple[Clause, ...]) -> set[str]:
    """Return the headings whose list ends without a ladder of its own to follow it."""
    until = {clause.heading for clause in clauses if clause.period == "until"}
    return {_bare(heading) for heading in until - {clause.heading for clause in clauses if clause.period == "from"}}


def _successor(clause: Clause, ended: set[str]) -> tuple[str, ...]:
    """Return a doubt where a list on the same component ends elsewhere: the clause may begin only then."""
    heading = _bare(clause.heading)
    follows = any(each in heading and each != heading for each in ended)
    return ("a list on the same component ends on 31.07.2024: the first day is not sure",) if follows else ()


def _bare(heading: str) -> str:
    return heading.rstrip(" :").lower()


def shape_of(clause: Clause) -> Shape:
    """Return the award and the conditions that a clause's words show."""
    words = f"{clause.heading} {clause.text}"
    doubts: list[str] = []
    requires = [f"share >= 0.{int(number):02d}" for number in _AT_LEAST.findall(clause.text)]
    requires += [f"share <= 0.{int(number):02d}" for number in _AT_MOST.findall(clause.text)]
    if _PER_UNIT.search(words):
        return Shape("per_unit", (), "", ("points per unit: base, cap and rounding stand in a footnote",))
    if _SECTION.search(clause.text) and not clause.ladder:
        doubts.append("a gate on another section or note of the annex")
    if clause.ladder:
        return Shape("ladder", (), "", tuple(doubts))
    if _RATIO.search(words):
        return Shape("ratio", tuple(requires), "down" if "в меньшую сторону" in words else "", tuple(doubts))
    return Shape("fixed", tuple(requires), "", tuple(doubts))


def draft_yaml(clauses: Iterable[Clause], act: str) -> str:
    """Return proposed block entries as YAML text, with `# review:` beside everything that needs a person.

    Ids and titles are placeholders: the heading's first words stand in for a title until a person writes a short one.
    """
    clauses = tuple(clauses)
    values: dict[str, list[DraftValue]] = {}
    for each in draft_values(clauses):
        values.setdefault(each.clause.place, []).append(each)
    lines = ["# Proposed by `lokal law draft`. Ids and titles are placeholders; every `review` needs a person.", "blocks:"]
    for _, group in groupby(clauses, key=lambda clause: clause.place.split("/")[0]):
        lines.extend(_block(list(group), act, values))
    return "\n".join(lines) + "\n"


def _block(clauses: list[Clause], act: str, values: Mapping[str, list[DraftValue]]) -> Iterator[str]:
    first = clauses[0]
    number = first.place.split("/")[0]
    marks = re.findall(r"N (\d+)", first.amended)
    yield f"- id: block_{number}"
    yield f"  ru: {_quoted(first.heading.split('(')[0])}"
    yield '  en: "?"'
    yield f"  act: {f'n{marks[-1]}' if marks else act}"
    yield "  operations:"
    plain = [clause for clause in clauses if not clause.ladder]
    for clause in plain:
        yield from _operation(f"line_{clause.place.split('/')[1]}", clause.text, [clause], values)
    ladder = [clause for clause in clauses if clause.ladder]
    if ladder:
        yield from _operation("section_ix", "Баллы по разделу IX", ladder, values)
    yield from _alternatives(clauses)


def _operation(name: str, title: str, clauses: list[Clause], values: Mapping[str, list[DraftValue]]) -> Iterator[str]:
    shape = shape_of(clauses[0])
    yield f"  - id: {name}"
    yield f"    ru: {_quoted(title)}"
    yield '    en: "?"'
    if shape.award != "fixed":
        tail = f", rounding: {shape.rounding}" if shape.rounding else ""
        of = ", of: total" if shape.award == "ratio" else ""
        yield f"    award: {{kind: {shape.award}{of}{tail}}}"
    if shape.award == "ratio" and not shape.rounding:
        yield "    # review: the direction of rounding is not printed"
    if shape.requires:
        tests = ", ".join(f"{{fact: share, {'at_least' if '>=' in each else 'at_most'}: {each.split()[-1]}}}" for each in shape.requires)
        yield f"    requires: [{tests}]"
    yield "    values:"
    for clause in clauses:
        for each in values[clause.place]:
            for doubt in each.doubts:
                yield f"    # review: {doubt}"
            yield f"    - {_value(each)}"


def _value(draft: DraftValue) -> str:
    parsed, clause = draft.parsed, draft.clause
    parts = [f"points: {parsed.points}"]
    if parsed.band:
        parts.append(f"band: [{parsed.band[0]}, {'null' if parsed.band[1] is None else parsed.band[1]}]")
    if parsed.category != CATEGORIES:
        parts.append(f"category: [{', '.join(parsed.category)}]")
    if parsed.powertrain != POWERTRAINS:
        parts.append(f"powertrain: [{', '.join(parsed.powertrain)}]")
    if parsed.start:
        parts.append(f"from: {parsed.start}")
    if parsed.end:
        parts.append(f"to: {parsed.end}, ended_by: words")
    return "{" + ", ".join([*parts, f"place: {clause.place}", f"hash: {clause.hash}"]) + "}"


def _alternatives(clauses: list[Clause]) -> Iterator[str]:
    groups: dict[int, list[str]] = {}
    for clause in clauses:
        if clause.group:
            groups.setdefault(clause.group, []).append(f"[line_{clause.place.split('/')[1]}]")
    until = [f"line_{clause.place.split('/')[1]}" for clause in clauses if clause.period == "until"]
    replaced = until and any(clause.ladder for clause in clauses)
    if groups or replaced:
        yield "  alternatives:"
    for arms in groups.values():
        yield f"  - {{arms: [{', '.join(arms)}], count: best}}"
    if replaced:
        yield f"  - {{arms: [[{', '.join(until)}], [section_ix]], count: best}}"


def _quoted(words: str) -> str:
    short = " ".join(words.split())[:_TITLE].rstrip(" ,:;(").replace('"', "'")
    return f'"{short}"'
