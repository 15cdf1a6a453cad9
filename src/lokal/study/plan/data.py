"""A study of a project, and of what it survives, as plain data for programs."""

from fractions import Fraction

from lokal.result.document import Data, bounds, number
from lokal.study.plan.answer import Evaluation, Plan, payback
from lokal.study.plan.frontier import Spot
from lokal.study.plan.model import Project
from lokal.study.plan.study import Answer, Gain
from lokal.study.shock import Fall, Robust, Shock

_KOPECKS = 100_000


def rounded_money(value: Fraction) -> str:
    """Return thousands of roubles to the nearest kopeck, as a decimal text.

    >>> rounded_money(Fraction(10, 3)), rounded_money(Fraction(-5))
    ('3.33333', '-5.00000')
    """
    kopecks = round(value * _KOPECKS)
    sign, whole = "-" if kopecks < 0 else "", abs(kopecks)
    return f"{sign}{whole // _KOPECKS}.{whole % _KOPECKS:05d}"


def answer_data(answer: Answer) -> Data:
    """Return one answer: ending, cost, measures with their gains, points and targets by quarter, money by quarter, curves, obstacles."""
    made, project = answer.plan, answer.project
    return {
        "question": answer.question.id,
        "ending": made.ending,
        "gap": f"{made.gap:.6f}",
        "seconds": f"{made.build_seconds + made.seconds:.2f}",
        "size": {"columns": made.columns, "rows": made.rows},
        "cost_thousand_rub": rounded_money(made.evaluation.cost) if made.evaluation else None,
        "measures": [_measure(answer, each.measure) for each in made.choices],
        **(_evaluation(project, made, made.evaluation) if made.evaluation else {}),
        "obstacles": [
            {"kind": each.kind, "amount": number(each.amount), "by": {name: number(v) for name, v in each.by}} for each in answer.obstacles
        ],
        "curves": {
            name: [_spot(each) for each in getattr(answer.curves, name)] for name in ("points", "date", "budget", "delay")
        },
    }  # fmt: skip


def _measure(answer: Answer, name: str) -> Data:
    project = answer.project
    choice = next(each for each in answer.plan.choices if each.measure == name)
    measure = project.measure(name)
    return {
        "measure": name,
        "starts": project.first_day(choice.quarter).isoformat(),
        "works": project.first_day(choice.quarter + measure.quarters).isoformat(),
        "models": list(choice.models),
        "capital_thousand_rub": number(Fraction(measure.capital.value)),
        "unit_thousand_rub": number(Fraction(measure.unit.value)),
        "gains": [_gain(each) for each in answer.gains[name]],
    }


def _gain(gain: Gain) -> Data:
    return {
        "model": gain.model,
        "operation": f"{gain.block}.{gain.operation}",
        "points": number(gain.points),
        "clauses": [{"act": each.act, "place": each.place, "hash": each.hash, "from": each.from_.isoformat()} for each in gain.cites],
    }


def _evaluation(project: Project, made: Plan, found: Evaluation) -> Data:
    paid = payback(found)
    return {
        "payback": None if paid is None else project.first_day(paid).isoformat(),
        "money": [
            {
                "quarter": project.first_day(q).isoformat(),
                "capital": rounded_money(c),
                "running": rounded_money(r),
                "income": rounded_money(i),
            }
            for q, (c, r, i) in enumerate(zip(found.capital, found.running, found.income, strict=True))
        ],
        "points": [
            {"model": each.model, "from": each.span.first.isoformat(), "to": each.span.last.isoformat(), "points": bounds(each.points)}
            for each in found.standings
        ],
        "targets": [
            {
                "model": made.ask.targets[each.target].model,
                "programme": made.ask.targets[each.target].programme or None,
                "from": each.span.first.isoformat(),
                "bar": number(each.bar),
                "holds": each.holds,
                "must": each.must,
            }
            for each in found.reached
        ],
    }


def _spot(spot: Spot) -> Data:
    return {
        "at": number(spot.at),
        "ending": spot.ending,
        "cost_thousand_rub": rounded_money(spot.cost) if spot.cost is not None else None,
        "measures": list(spot.measures),
    }


def shock_data(found: Shock) -> Data:
    """Return what survives: bars lost by one event and by two, chances, and the robust plan with its price."""
    return {
        "on": found.exposed.on.isoformat(),
        "units": [{"kind": each.kind, "name": each.name} for each in found.exposed.units],
        "one": [_fall(each) for each in found.single],
        "two": [_fall(each) for each in found.pairs],
        "scenarios": [
            {
                "model": each.threshold.model,
                "bar": each.threshold.name,
                "points": number(each.threshold.points),
                "holds": each.holds,
                "of": each.scenarios,
                "worst": number(each.worst),
                "twentieth": number(each.twentieth),
            }
            for each in found.chances
        ],
        "robust": None if found.robust is None else _robust(found.robust),
    }


def _fall(fall: Fall) -> Data:
    return {
        "events": [{"kind": each.kind, "name": each.name} for each in fall.events],
        "model": fall.threshold.model,
        "bar": fall.threshold.name,
        "before": number(fall.before),
        "after": number(fall.after),
    }


def _robust(safe: Robust) -> Data:
    return {
        "ending": safe.plan.ending,
        "price_thousand_rub": None if safe.price is None else rounded_money(safe.price),
        "measures": [{"measure": each.measure, "quarter": each.quarter, "models": list(each.models)} for each in safe.plan.choices],
        "fatal": list(safe.fatal),
    }
