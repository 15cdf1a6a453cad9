"""What one more operation is worth, against scoring the changed dossier afresh, and by hand."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, EXAMPLES, RND, RULEBOOK, Stated, car, day

from lokal.engine.dossier import Dossier
from lokal.errors import EngineError
from lokal.intake.dossier_yaml import read_dossier
from lokal.result.score import score
from lokal.rulebook.model import Rulebook
from lokal.study.next_steps import NextStep, dossier_with, next_steps
from same.strategies import Scene, dossier_of, scenes

CHECKS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate],
)
ON = "2026-12-01"


def steps(facts: dict[str, Stated], target: str | None = None) -> dict[tuple[str, str], list[NextStep]]:
    """Return a car's steps by block and operation."""
    found: dict[tuple[str, str], list[NextStep]] = {}
    for each in next_steps(score(car(facts), RULEBOOK, day(ON)), RULEBOOK, target).steps:
        found.setdefault((each.block, each.operation), []).append(each)
    return found


def test_tiers_caps_and_alternatives_by_hand() -> None:
    """Stamping at 40 % has the 100 tier: the 70 % tier adds 200, the 50 % one 100; R&D at its cap adds nothing."""
    found = steps({**BODY, **RND, "body_panels.stamped_share": "0.40"})
    assert [each.gain for each in found["body_panels", "stamping_70"]] == [200]
    assert [each.gain for each in found["body_panels", "stamping_50"]] == [100]
    assert ("body_panels", "stamping_30") not in found
    assert [each.gain for each in found["rnd", "rnd"]] == [0]


def test_operation_eaten_by_its_alternative_is_worth_nothing() -> None:
    """A unit of 250 section IX points has 300; below the cap of R&D one more per cent adds 400, at 3.5 % only the last 100."""
    found = steps({**BODY, "ecu_engine.section_ix": "230"})
    assert [(each.facts["ecu_engine.section_ix"], each.gain) for each in found["ecu_engine", "section_ix"]] == [(Decimal(245), 44)]
    half: dict[str, Stated] = {"rnd.cost": "1400000000", "rnd.revenue": "40000000000"}
    assert [(each.gain, each.facts["rnd.cost"]) for each in steps(half)["rnd", "rnd"]] == [(100, Decimal(1800000000))]


def test_target_is_reached_by_one_step() -> None:
    """3185 points lack 15 to 3200: the cylinder block's 95 reach it, an operation of 5 does not."""
    three = {name: value for name, value in ENGINE.items() if name != "engine.cylinder_block"}
    found = steps({**BODY, **RND, **three}, "procurement_44fz")
    (block,) = found["engine", "cylinder_block"]
    assert (block.gain, block.reaches) == (95, True)
    assert not any(each.reaches for each in found["door_hardware", "inner_handles"])
    assert {each.gain for each in found["door_hardware", "inner_handles"]} == {5}


def test_component_not_fitted_has_no_steps() -> None:
    """What the vehicle does not have is not offered."""
    assert not any(block == "traction_battery" for block, _ in steps(BODY))


def test_unknown_target_is_refused() -> None:
    """A misspelt programme is answered with the nearest one."""
    with pytest.raises(EngineError, match="did you mean 'procurement_44fz'"):
        steps(BODY, "procurement_44")


def check(dossier: Dossier, rulebook: Rulebook, every: int = 1, **asked: object) -> int:
    """Score each step's dossier afresh and compare; return how many steps were worth something."""
    before = score(dossier, rulebook, **asked)  # type: ignore[arg-type]
    found = next_steps(before, rulebook).steps
    for step in found[::every]:
        after = score(dossier_with(dossier, step.facts), rulebook, **asked)  # type: ignore[arg-type]
        assert after.low - before.low == step.gain, step
    return sum(step.gain > 0 for step in found)


@CHECKS
@given(scenes())
def test_gain_equals_scoring_again(scene: Scene) -> None:
    """For any law and vehicle, each step is worth exactly what scoring with it says."""
    check(dossier_of(scene.category, scene.powertrain, scene.near), scene.rulebook, on=scene.asked["on"], readings=scene.asked["readings"])


def test_gain_equals_scoring_again_under_the_law() -> None:
    """The same under section II, for a car of public sources (every twentieth step)."""
    dossier = read_dossier(EXAMPLES / "kaluga" / "tenet-t7.yaml", RULEBOOK)
    assert check(dossier, RULEBOOK, every=20, on=day(ON)) > 100
