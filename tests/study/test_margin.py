"""Margins against brute force over all sets of claims, and by hand."""

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, RND, RULEBOOK, Stated, car, day

from lokal.engine.dossier import Evidence
from lokal.result.score import score
from lokal.study.claims import Claim, Claims
from lokal.study.margin import Margins, groups_of, margin, most_lost
from same.strategies import Scene, dossier_of, scenes

CHECKS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.generate],
)
MOST = 6
FOUNDRY = {"act": Evidence("component_act", "Акт", "Act", issued=date(2026, 1, 15))}


def margins(facts: dict[str, Stated], evidence: dict[str, Evidence] | None = None) -> Margins:
    """Return a car's margins on 01.12.2026."""
    return margin(score(car(facts, evidence=evidence), RULEBOOK, day("2026-12-01")), RULEBOOK)


def test_one_claim_loses_procurement() -> None:
    """3280 is 80 over 3200: any claim of more than 80 points is enough, the dearest is R&D with 1500; Decree 191 takes two: 1500 + 500."""
    found = {each.verdict.programme: each for each in margins({**BODY, **ENGINE, **RND}).fragile}
    assert (found["procurement_44fz"].claims, found["procurement_44fz"].loss) == ((Claim("rnd.cost", "own"),), 1500)
    assert found["corporate_191"].claims == (Claim("body_shell.painting", "own"), Claim("rnd.cost", "own"))
    assert found["corporate_191"].loss == 2000


def test_document_and_supplier_behind_the_points() -> None:
    """A foundry's act carries 4 x 95 points: without it 3280 - 380 = 2900 loses what asks 3200; 1400 and 2500 stay."""
    facts: dict[str, Stated] = {**BODY, **RND, **{name: {"value": "yes", "evidence": ("act",), "by": "foundry"} for name in ENGINE}}
    found = margins(facts, FOUNDRY)
    for each in (found.documents[0], found.suppliers[0]):
        assert (each.name, each.loss, len(each.claims)) == ("act" if each is found.documents[0] else "foundry", 380, 4)
        assert each.programmes == ("procurement_44fz", "procurement_223fz", "taxi")


def test_second_performer_holds_the_line() -> None:
    """Two performers each weld: the loss of one costs nothing, both together 400."""
    dossier = car({"body_shell.welding": "yes"})
    twice = tuple(each for each in dossier.statements if each.fact == "body_shell.welding")
    dossier = replace(dossier, statements=(*dossier.statements, replace(twice[0], by="partner")))
    claims = Claims(score(dossier, RULEBOOK, day("2026-12-01")), RULEBOOK)
    assert [loss for loss, _ in most_lost(claims)] == [0, 0, 400]


def test_a_tier_falls_to_the_tier_below() -> None:
    """Two suppliers give 40 and 35 per cent of the stamped mass, 300 points: without the first 35 % leave 100."""
    dossier = car({"body_panels.stamped_share": {"value": "0.40", "by": "a"}})
    first = next(each for each in dossier.statements if each.fact == "body_panels.stamped_share")
    second = replace(first, by="b", low=Decimal("0.35"), high=Decimal("0.35"))
    claims = Claims(score(replace(dossier, statements=(*dossier.statements, second)), RULEBOOK, day("2026-12-01")), RULEBOOK)
    assert [loss for loss, _ in most_lost(claims)] == [0, 200, 300]


def fewest(claims: Claims, bar: Fraction) -> int | None:
    """Return the least number of claims whose rejection brings the points below a bar, by trying every set and scoring afresh."""
    scale = claims.scored.scale
    for size in range(len(claims.all) + 1):
        for some in combinations(claims.all, size):
            again = score(
                claims.dossier_without(some),
                claims.rulebook,
                scale.on,
                look=claims.scored.look,
                readings=scale.readings,
                programme=scale.programme,
            )
            if again.low < bar:
                return size
    return None


@CHECKS
@given(st.data(), scenes())
def test_fewest_claims_equal_brute_force(data: st.DataObject, scene: Scene) -> None:
    """For any law and vehicle, and any bar up to its points, as many claims as brute force finds, and they do it."""
    dossier = dossier_of(scene.category, scene.powertrain, data.draw(st.sampled_from([scene.world, scene.near])))
    scored = score(dossier, scene.rulebook, scene.asked["on"], readings=scene.asked["readings"])
    claims = Claims(scored, scene.rulebook)
    live = [claim for claim in claims.all if claims.points_without([claim]) != scored.outcome.points]
    assume(len(live) >= 1 and len(claims.all) <= MOST and scored.low > 0)
    bar = data.draw(st.sampled_from([scored.low, scored.low / 2, scored.low / 5, Fraction(1, 2)]))
    best = most_lost(claims)
    ours = next((count for count, (loss, _) in enumerate(best) if scored.low - loss < bar), None)
    assert ours == fewest(claims, bar)
    for loss, some in best:
        assert (
            scored.low - score(claims.dossier_without(some), scene.rulebook, scene.asked["on"], readings=scene.asked["readings"]).low
            == loss
        )


@CHECKS
@given(scenes())
def test_groups_lose_independently(scene: Scene) -> None:
    """What two groups of claims cost together is the sum of what each costs."""
    scored = score(
        dossier_of(scene.category, scene.powertrain, scene.world), scene.rulebook, scene.asked["on"], readings=scene.asked["readings"]
    )
    claims = Claims(scored, scene.rulebook)
    groups = groups_of(claims)
    losses = [scored.low - claims.points_without(group).low for group in groups]
    assert scored.low - claims.points_without(claims.all).low == sum(losses)
    assert sorted(claim for group in groups for claim in group) == list(claims.all)
