"""The planner against the enumeration of every plan."""

from fractions import Fraction

import msgspec
from hypothesis import given

from lokal.rulebook.model import Rulebook
from lokal.study.plan.answer import Planner, plan
from lokal.study.plan.model import Project
from lokal.study.plan.why import obstacles
from study.plan.settings import SMALL
from study.plan.small import Brute, projects


def reasons(project: Project, rulebook: Rulebook) -> dict[str, Fraction]:
    """Return, by enumeration, each kind of change that alone makes a plan possible, and its least amount."""
    brute, found = Brute(project, rulebook), {}
    dues = [brute.quarter_of(each.by) for each in project.targets if each.by]
    for later in range(1, 4 - max(dues)):
        if brute.feasible(later=later):
            found["date"] = Fraction(later)
            break
    reaching = [each for each in brute.plans() if brute.ordered_well(each) and brute.volumes_fit(each) and brute.reaches(each)]
    if reaching:
        found["budget"] = min(brute.over_budget(each) for each in reaching)
    for kind, other in (("capacity", "smallest"), ("smallest", "capacity")):
        fit = [
            each
            for each in brute.plans()
            if brute.ordered_well(each) and brute.budgets_fit(each) and not brute.missed_cars(each, other) and brute.reaches(each)
        ]
        if fit and any(getattr(each, kind) for each in project.measures):
            found[kind] = min(brute.missed_cars(each, kind) for each in fit)
    for kind, nothing in (("excludes", ()), ("requires", ())):
        loose = tuple(msgspec.structs.replace(each, **{kind: nothing}) for each in project.measures)
        if loose != project.measures and Brute(msgspec.structs.replace(project, measures=loose), rulebook).feasible():
            found[kind] = Fraction(0)
    found["points"] = min(brute.missing(each) for each in brute.plans() if brute.allowed(each))
    return found


@SMALL
@given(projects())
def test_plan_equals_enumeration(drawn: tuple[Project, Rulebook]) -> None:
    """The plan costs exactly what the cheapest of all plans costs.

    Where enumeration finds none, the plan is infeasible, and the kinds of change that would make one, and their least amounts, are
    those that enumeration finds.
    """
    project, rulebook = drawn
    least = Brute(project, rulebook).least()
    made = plan(project, rulebook)
    if least is None:
        assert made.ending == "infeasible"
        assert {each.kind: each.amount for each in obstacles(Planner(project, rulebook))} == reasons(project, rulebook)
    else:
        assert made.ending == "proven"
        assert made.found.cost == least
