"""Two time axes: on which days a dated value holds, and from which day it is known."""

from collections.abc import Mapping
from datetime import date, timedelta

from lokal.rulebook.model import Act, Coefficient, Gate, Programme, Rulebook, Span

WORDS = "words"
FOREVER = date.max
_ONE = timedelta(days=1)


def start_of(span: Span, acts: Mapping[str, Act], default_act: str) -> date:
    """Return the first day of a value: its own `from`, else the day its act is in force."""
    return span.from_ or acts[span.act or default_act].in_force


def end_of(span: Span, acts: Mapping[str, Act], known: date) -> date:
    """Return the last day of a value as known on a day: an end brought by an act not yet published is not an end."""
    if span.to is None:
        return FOREVER
    ending = acts.get(span.ended_by or WORDS)
    return FOREVER if ending is not None and ending.published > known else span.to


def in_force(span: Span, acts: Mapping[str, Act], default_act: str, on: date, known: date) -> bool:
    """Tell whether a value holds on a day, as known on another day."""
    if acts[span.act or default_act].published > known:
        return False
    return start_of(span, acts, default_act) <= on <= end_of(span, acts, known)


def turning_days(rulebook: Rulebook) -> tuple[date, ...]:
    """Return, in order, the days from the rulebook's start on which some value begins or has just ended."""
    acts = {act.id: act for act in rulebook.acts}
    days = {rulebook.manifest.starts}
    for span, default_act in _spans(rulebook):
        days.add(start_of(span, acts, default_act))
        if span.to is not None:
            days.add(span.to + _ONE)
    return tuple(sorted(day for day in days if day >= rulebook.manifest.starts))


def _spans(rulebook: Rulebook) -> list[tuple[Span, str]]:
    spans: list[tuple[Span, str]] = []
    for block in rulebook.blocks:
        for operation in block.operations:
            spans.extend((value, block.act) for value in operation.values)
            spans.extend((cap, block.act) for cap in getattr(operation.award, "caps", ()))
    owners: tuple[Gate | Coefficient | Programme, ...] = (*rulebook.gates, *rulebook.coefficients, *rulebook.programmes)
    for owner in owners:
        spans.extend((value, value.act or "") for value in owner.values)
    return spans
