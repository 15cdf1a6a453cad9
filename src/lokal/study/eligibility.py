"""What a score opens: each programme's verdict, margin, bar and where the bar is known from."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from lokal.engine.interpret import Subject, condition, interpret_block
from lokal.engine.outcome import Bounds
from lokal.errors import EngineError
from lokal.result.document import Data, bounds, number
from lokal.result.score import Score
from lokal.rulebook.model import Programme, Rulebook, Standing
from lokal.rulebook.timeline import end_of
from lokal.scale.compile import Compiler
from lokal.scale.model import ScaleBar, ScaleProgramme

Answer = Literal["yes", "no", "depends", "not_set"]
_WEAKER: tuple[Standing, ...] = ("law", "ministry", "press", "draft")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A programme's answer for a vehicle on a day.

    `points` is the total as the programme counts it, `bar` its threshold (bounds where a fact or the law leaves it open), `margin`
    the points above (or below) it. `share` marks a bar on the part of a year's output, which one vehicle cannot decide. `standing` is
    the weakest among the bars that may apply, so that a bar known from the press never looks like law.
    """

    programme: str
    answer: Answer
    standing: Standing
    points: Bounds
    bar: Bounds | None
    margin: Bounds | None
    share: Fraction | None
    bars: tuple[ScaleBar, ...]


def eligibility(scored: Score, rulebook: Rulebook) -> tuple[Verdict, ...]:
    """Return the verdict of every programme of the rulebook for a scored vehicle."""
    compiled = {programme.id: programme for programme in scored.scale.programmes}
    return tuple(_verdict(scored, rulebook, programme, compiled[programme.id]) for programme in rulebook.programmes)


def points_for(scored: Score, rulebook: Rulebook, programme: str) -> Bounds:
    """Return the total as one programme counts it: only coefficients of its own make it differ from the general total."""
    scale = scored.scale
    acts = {act.id: act for act in rulebook.acts}
    own = [each for each in rulebook.coefficients if each.programme == programme]
    own = [each for each in own if any(end_of(value, acts, scale.known) >= scale.on for value in each.values)]
    if not own or scale.programme == programme:
        return scored.outcome.points
    compiler = Compiler(rulebook, scale.on, known=scale.known, readings=scale.readings, programme=programme)
    reached = set().union(*(compiler.reach(each) for each in own))
    total = scored.outcome.points
    for block, before in zip(rulebook.blocks, scored.outcome.blocks, strict=True):
        if block.id in reached:
            after = interpret_block(compiler.block(block), scored.subject).points
            total = Bounds(total.low - before.points.low + after.low, total.high - before.points.high + after.high)
    return total


def _verdict(scored: Score, rulebook: Rulebook, programme: Programme, compiled: ScaleProgramme) -> Verdict:
    points = points_for(scored, rulebook, programme.id)
    bars = _applicable(compiled, scored.subject)
    if not bars:
        return Verdict(programme.id, "not_set", programme.standing, points, None, None, None, ())
    bar = Bounds(Fraction(min(each.low for each in bars)), Fraction(max(each.high for each in bars)))
    margin = Bounds(points.low - bar.high, points.high - bar.low)
    answer: Answer = "yes" if margin.low >= 0 else "no" if margin.high < 0 else "depends"
    share = bars[0].share
    standing = max((each.standing or programme.standing for each in bars), key=_WEAKER.index)
    return Verdict(programme.id, answer, standing, points, bar, margin, None if share is None else Fraction(share), bars)


@dataclass(frozen=True, slots=True)
class OutputVerdict:
    """A programme's answer for a maker's yearly output: the part of the units that reaches the bar, as bounds, and the part asked."""

    programme: str
    answer: Answer
    standing: Standing
    units: int
    reached: Bounds
    share: Fraction


def output_eligibility(output: Iterable[tuple[Score, int]], rulebook: Rulebook) -> tuple[OutputVerdict, ...]:
    """Return the verdict of each programme whose bar is set on a part of the year's output (Decree 191: 70 % of the units).

    `output` holds the scored variants of one maker with the units made in the calendar year; a unit whose verdict is open counts
    in the upper bound only. Raises EngineError where no unit was made.
    """
    made = [(eligibility(scored, rulebook), units) for scored, units in output]
    total = sum(units for _, units in made)
    if total <= 0 or any(units < 0 for _, units in made):
        raise EngineError("в выпуске за год нет ни одной единицы", "the year's output has no unit")
    found = []
    for position, programme in enumerate(rulebook.programmes):
        verdicts = [(verdicts[position], units) for verdicts, units in made if verdicts[position].share is not None]
        share = next((verdict.share for verdict, _ in verdicts), None)
        if share is None:
            continue
        sure = sum(units for verdict, units in verdicts if verdict.answer == "yes")
        may = sure + sum(units for verdict, units in verdicts if verdict.answer == "depends")
        reached = Bounds(Fraction(sure, total), Fraction(may, total))
        answer: Answer = "yes" if reached.low >= share else "no" if reached.high < share else "depends"
        found.append(OutputVerdict(programme.id, answer, verdicts[0][0].standing, total, reached, share))
    return tuple(found)


def _applicable(programme: ScaleProgramme, subject: Subject) -> tuple[ScaleBar, ...]:
    return tuple(
        bar
        for bar in programme.bars
        if subject.category in bar.category
        and subject.powertrain in bar.powertrain
        and all(condition(need, subject) is not False for need in bar.when)
    )


def verdict_data(verdict: Verdict) -> Data:
    """Return a verdict as plain data."""
    return {
        "programme": verdict.programme,
        "answer": verdict.answer,
        "standing": verdict.standing,
        "points": bounds(verdict.points),
        "bar": bounds(verdict.bar) if verdict.bar else None,
        "margin": bounds(verdict.margin) if verdict.margin else None,
        "share_of_output": number(verdict.share),
        "sources": [each.source or f"{each.cite.act} {each.cite.place}" for each in verdict.bars],
    }


def output_data(verdict: OutputVerdict) -> Data:
    """Return a verdict on a year's output as plain data."""
    return {
        "programme": verdict.programme,
        "answer": verdict.answer,
        "standing": verdict.standing,
        "units": verdict.units,
        "reached": bounds(verdict.reached),
        "share_of_output": number(verdict.share),
    }
