"""Reasons as formulas: why an operation got what it got, row by row, from the same closed list as the interpreter's."""

from collections.abc import Iterable, Mapping

from lokal.engine.award_columns import CODE, Applicable, Award, AwardFormulas
from lokal.engine.fact_columns import DOUBTS
from lokal.engine.formula import NO, YES, Node, Term
from lokal.engine.outcome import Reason
from lokal.engine.points_columns import Points
from lokal.scale.model import LadderAward, Need, PerUnitAward, RatioAward, ScaleBlock, ScaleOperation


def reason_of(awards: AwardFormulas, operation: ScaleOperation, read: Mapping[str, Term], award: Award, points: Points) -> Node:
    """Return the reason of an operation of a fitted component, before its block's alternatives choose."""
    make = awards.make
    wide = make.no(make.eq(*awards.sums.alike(points.low, points.high)))
    reason = make.select(make.all(wide, make.no(award.conflict)), _blame(awards, read), award.reason)
    for need in reversed(operation.needs):
        failed: Reason = "not_done" if need.compare in {"is", "any"} else "below_gate"
        reason = make.select(awards.read.need(need).may, reason, CODE[failed])
    return reason


def _blame(awards: AwardFormulas, relevant: Mapping[str, Term]) -> Node:
    """Return why points are open: the gravest doubt among the open facts that were read, or the law where none was."""
    make, read = awards.make, awards.read
    some = make.any(*(make.all(where, read.open_fact(name)) for name, where in relevant.items()))
    blamed = make.select(some, CODE["unknown_fact"], CODE["unknown_law"])
    for doubt in (1, 2):
        doubted = make.any(*(make.all(where, read.doubt(name, doubt)) for name, where in relevant.items()))
        blamed = make.select(doubted, CODE[DOUBTS[doubt]], blamed)
    return blamed


def facts_read(awards: AwardFormulas, operation: ScaleOperation, block: ScaleBlock, fit: Applicable) -> dict[str, Term]:
    """Return the facts that the interpreter reads where the points are open, with where it does."""
    award, factors = operation.award, (need for each in block.coefficients for case in each.cases for need in case.needs)
    always = [*_facts_of(operation.needs), *_facts_of(factors)]
    sometimes: dict[str, Term] = {}
    if isinstance(award, LadderAward):
        always.append(award.score)
        for touched, rungs in awards.segments(fit.cases, awards.read.number(award.score)):
            for name in _facts_of(need for case in rungs for need in case.when):
                sometimes[name] = awards.make.any(sometimes.get(name, NO), touched)
    else:
        always.extend(_facts_of(need for case in fit.cases for need in case.when))
    if isinstance(award, RatioAward | LadderAward) and award.share:
        always.extend((award.share.count, award.share.of))
    if isinstance(award, PerUnitAward):
        always.extend((award.amount, award.base, *_facts_of(need for cap in fit.caps for need in cap.when)))
    return sometimes | dict.fromkeys(always, YES)


def _facts_of(needs: Iterable[Need]) -> list[str]:
    return [name for need in needs for name in ([need.fact] if need.fact else _facts_of(need.any))]
