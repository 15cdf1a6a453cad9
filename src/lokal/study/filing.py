"""An application filed on a day: which law it must meet, and whether it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lokal.engine.dossier import Basis, Dossier
from lokal.engine.known import Look
from lokal.engine.outcome import Bounds
from lokal.result.document import Data, bounds
from lokal.result.score import Score, score
from lokal.rulebook.model import Rulebook
from lokal.study.deadlines import change_window, ready_on, requirement_days
from lokal.study.eligibility import Answer, Verdict, eligibility, verdict_data


@dataclass(frozen=True, slots=True)
class Required:
    """The law of one day that an application must meet: points and verdicts under it."""

    day: date
    points: Bounds
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class FilingCheck:
    """An application filed on a day: the laws it must meet, the answer of each programme under all of them, the days it takes."""

    filed: date
    required: tuple[Required, ...]
    answers: Mapping[str, Answer]
    change_allowed: bool
    ready: date
    ready_slow: date


def check_filing(
    dossier: Dossier, rulebook: Rulebook, filed: date, *, basis: Basis = "claimed", readings: Mapping[str, str] | None = None
) -> FilingCheck:
    """Return what an application filed on a day must meet: in quarter IV the law of both years where it changes on 1 January (R4).

    The facts are those of the filing day. `change_allowed` tells whether a change of points may be filed on that day (R19).
    """
    scores = [_under(dossier, rulebook, filed, day, basis, readings) for day in requirement_days(filed, rulebook)]
    required = tuple(Required(each.scale.on, each.outcome.points, eligibility(each, rulebook)) for each in scores)
    answers = {
        programme.id: _worst([each.verdicts[position].answer for each in required])
        for position, programme in enumerate(rulebook.programmes)
    }
    window = change_window(filed.year)
    return FilingCheck(
        filed,
        required,
        answers,
        change_allowed=window.first <= filed <= window.last,
        ready=ready_on(filed, "vehicle_act"),
        ready_slow=ready_on(filed, "vehicle_act", "slow"),
    )


def _under(dossier: Dossier, rulebook: Rulebook, filed: date, day: date, basis: Basis, readings: Mapping[str, str] | None) -> Score:  # noqa: PLR0913, PLR0917  one argument per part
    """Score the facts of the filing day under the law of another."""
    return score(dossier, rulebook, day, look=Look(filed, basis=basis), readings=readings)


def _worst(answers: list[Answer]) -> Answer:
    order: tuple[Answer, ...] = ("no", "depends", "not_set", "yes")
    return min(answers, key=order.index)


def filing_data(check: FilingCheck) -> Data:
    """Return a filing check as plain data."""
    return {
        "filed": check.filed.isoformat(),
        "required": [
            {"day": each.day.isoformat(), "points": bounds(each.points), "programmes": [verdict_data(one) for one in each.verdicts]}
            for each in check.required
        ],
        "answers": dict(check.answers),
        "change_allowed": check.change_allowed,
        "ready": check.ready.isoformat(),
        "ready_slow": check.ready_slow.isoformat(),
    }
