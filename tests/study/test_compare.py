"""Amendments: nothing before their day, shares that add up, and hand derivations of the worked examples."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

sys.path.insert(0, str(Path(__file__).parent))
from cars import BODY, ENGINE, EXAMPLES, RND, RULEBOOK, car, day

from lokal.engine.interpret import interpret
from lokal.engine.known import Look
from lokal.engine.outcome import Bounds
from lokal.errors import EngineError, RulebookError
from lokal.result.score import score
from lokal.rulebook.amendment import Amendment, Provision, SetFactor, SetGate, SetPoints, Settle, Where, parse_amendment, read_amendment
from lokal.rulebook.choices import choices_in
from lokal.rulebook.overlay import overlay
from lokal.scale.compile import compile_scale
from lokal.study.compare import Changes, compare, compare_fleet
from lokal.study.shapley import shapley
from same.strategies import DAYS, Scene, dossier_of, scenes

CHECKS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.generate],
)
CAR = car(
    {
        **BODY,
        **RND,
        **ENGINE,
        "vehicle.un_r83_07": "yes",
        "ecu_engine.section_ix": "250",
        "ecu_abs.section_ix": "230",
        "adas_ecu.level_2": "220",
        "spic.party": "yes",
    }
)


def example(name: str) -> Amendment:
    """Return a shipped amendment."""
    return read_amendment(EXAMPLES / "amendments" / f"{name}.yaml")


def shares(name: str, on: str) -> dict[str, Fraction]:
    """Return the provisions' shares of the sure points of CAR."""
    return {each.lever.id: each.change.low for each in compare(CAR, Changes(RULEBOOK, day(on), amendment=example(name))).effects}


def test_less_for_body_by_hand() -> None:
    """The worked example, provision by provision.

    Welding and painting -150 each. Engine parts 4 x 95 = 380 at 1.5 make 570; 640 at 1.25 make 800. New points first: 640 x 1.5 - 570 =
    390; coefficient first: 380 x 1.25 = 475, then 800 - 475 = 325; the mean is 357.5, and -127.5 for the coefficient. The engine unit
    of 250 gets 100 more from 2029 only.
    """
    expected = {"1": -150, "2": -150, "3": Fraction(715, 2), "4": Fraction(-255, 2), "5": 0}
    assert shares("less-for-body", "2028-01-01") == expected
    assert shares("less-for-body", "2029-01-01") == {**expected, "5": 100}
    found = compare(CAR, Changes(RULEBOOK, day("2029-01-01"), amendment=example("less-for-body")))
    assert {each.lever.id: each.with_ for each in found.effects} == {"1": (), "2": (), "3": ("4",), "4": ("3",), "5": ()}
    assert found.interacting


def test_ladders_without_gap_by_hand() -> None:
    """From 2028 a brake unit of 230 keeps 171 and level-2 assistance of 220 keeps 234; both would be 0."""
    assert shares("ladders-without-gap", "2027-12-31") == {"1": 0, "2": 0}
    assert shares("ladders-without-gap", "2028-01-01") == {"1": 171, "2": 234}


def test_spic_target_moves_the_bar_only() -> None:
    """7000 -> 5500 leaves the points and brings the target 1500 nearer; the draft's bar is a draft."""
    found = compare(CAR, Changes(RULEBOOK, day("2027-01-01"), amendment=example("spic-target-5500")))
    (turn,) = found.turns
    assert (found.change, turn.programme) == (Bounds(Fraction(0), Fraction(0)), "spic_target")
    assert found.effects[0].bars == {"spic_target": Bounds(Fraction(-1500), Fraction(-1500))}
    assert (turn.after.standing, turn.before.standing) == ("draft", "press")


def test_amendment_that_touches_nothing_says_so() -> None:
    """On a day before it, and for a car without the component, an amendment touches nothing."""
    assert not compare(CAR, Changes(RULEBOOK, day("2027-12-31"), amendment=example("less-for-body"))).touches
    bare = car({"body_panels.stamped_share": "0.72"})
    assert not compare(bare, Changes(RULEBOOK, day("2028-01-01"), amendment=example("ladders-without-gap"))).touches


def test_reading_is_worth_its_change() -> None:
    """Bands 205 to 244 at the lowest rung: 50 for the brake unit, 75 for assistance; without the coefficient engine parts lose 190."""
    found = compare(CAR, Changes(RULEBOOK, day("2028-02-01"), readings={"ladder_2028": "lowest", "ecology_end": "ended"}))
    assert {each.lever.id: each.change.low for each in found.effects} == {"ladder_2028=lowest": 125, "ecology_end=ended": -190}


def test_fleet_winners_and_losers() -> None:
    """Two body shops lose 300 each, three engine makers win 640 - 380 each (no ecological class): the shares add up over the fleet."""
    shop, foundry = car(BODY), car(ENGINE)
    found = compare_fleet([(shop, 2), (foundry, 3)], Changes(RULEBOOK, day("2028-01-01"), amendment=example("less-for-body")))
    assert (found.units, found.lost, found.won, found.same) == (5, 2, 3, 0)
    assert found.change.low == 2 * -300 + 3 * (640 - 380)
    assert sum(each.low for each in found.effects.values()) == found.change.low


BAD = [
    ("operation: body_shell.weldng", "[amendment-target] provision 1: no operation 'body_shell.weldng', did you mean 'body_shell.welding'"),
    (
        "operation: body_shell.welding, where: {category: [M1], band: [1, 2]}",
        "[amendment-target] provision 1: 'body_shell.welding' has no such",
    ),
]


@pytest.mark.parametrize(("target", "message"), BAD)
def test_change_that_finds_nothing_is_refused(target: str, message: str) -> None:
    """A provision that names nothing is an error, not a silent nothing."""
    amendment = parse_amendment(
        f"{{id: a, standing: draft, ru: A, en: A, signed: 2026-01-01, published: 2026-01-01, in_force: 2027-01-01, source: s, "
        f"provisions: [{{id: '1', ru: P, en: P, changes: [{{kind: points, {target}, points: 1}}]}}]}}",
        "draft.yaml",
    )
    with pytest.raises(RulebookError) as caught:
        overlay(RULEBOOK, amendment, file="draft.yaml")
    assert str(caught.value).startswith(f"draft.yaml: {message}")


def test_amendment_twice_is_refused() -> None:
    """The same amendment cannot be laid over twice."""
    amendment = example("less-for-body")
    with pytest.raises(RulebookError, match="already in the rulebook"):
        overlay(overlay(RULEBOOK, amendment), amendment)


def test_nothing_to_compare_is_refused() -> None:
    """Without an amendment or a reading there is nothing to compare."""
    with pytest.raises(EngineError, match="nothing to compare"):
        Changes(RULEBOOK, day("2027-01-01"))


def test_provision_for_one_category_leaves_the_others() -> None:
    """Welding at 1 point for buses from 2027, for two years: cars keep 400, and buses get 400 back in 2029."""
    change = SetPoints(operation="body_shell.welding", points=1, where=Where(category=("M3",)))
    provision = Provision(ru="П", en="P", id="1", changes=(change,), from_=day("2027-01-01"), to=day("2028-12-31"))
    made = overlay(RULEBOOK, msgspec.structs.replace(example("less-for-body"), provisions=(provision,)))
    facts = {"body_shell.welding": "yes"}
    for category, years in (("M1", [400, 400, 400, 400]), ("M3", [400, 1, 1, 400])):
        dossier = car(facts, category=category)  # type: ignore[arg-type]
        assert [score(dossier, made, date(year, 1, 1)).low for year in (2026, 2027, 2028, 2029)] == years


def test_enacted_amendment_is_not_known_before_its_publication() -> None:
    """Asked as known on the day before its publication, an amendment has not happened, not even its ends."""
    made = overlay(RULEBOOK, msgspec.structs.replace(example("less-for-body"), standing="enacted"))
    facts = {"body_shell.welding": "yes"}
    on, dossier = day("2028-06-01"), car(facts)
    assert score(dossier, made, on).low == 250
    assert score(dossier, made, on, look=Look(on, day("2026-10-31"))).low == 400


@st.composite
def amendments(draw: DrawFn, scene: Scene) -> Amendment:
    """Return an amendment of one to three provisions over a random rulebook, from one day on."""
    start = draw(st.sampled_from([DAYS[1], DAYS[2], DAYS[3], date(2026, 6, 1)]))
    names = [f"{block.id}.{operation.id}" for block in scene.rulebook.blocks for operation in block.operations]
    kinds: list[st.SearchStrategy[object]] = [
        st.builds(SetPoints, operation=st.sampled_from(["*", "*.line0", *names]), points=st.integers(0, 20))
    ]
    kinds.append(st.just(SetGate(gate=scene.rulebook.gates[0].id, at_least=2)))  # type: ignore[arg-type]
    kinds += [st.just(SetFactor(coefficient=each.id, factor=3)) for each in scene.rulebook.coefficients]  # type: ignore[arg-type]
    dated = [value for block in scene.rulebook.blocks for operation in block.operations for value in operation.values]
    settled = {choice.by_reading for value in dated for choice in choices_in(value)}
    kinds += [st.just(Settle(reading=name, option=draw(st.sampled_from(["a", "b"])))) for name in sorted(settled)]
    count = draw(st.integers(1, 4))
    provisions = tuple(
        Provision(ru="П", en="P", id=str(number), changes=(draw(st.one_of(kinds)),), from_=start)  # type: ignore[arg-type]
        for number in range(count)
    )
    return Amendment(
        ru="А",
        en="A",
        id="draft",
        standing="made_up",
        signed=DAYS[0],
        published=DAYS[0],
        in_force=start,
        source="test",
        provisions=provisions,
    )


@CHECKS
@given(st.data(), scenes())
def test_future_provision_changes_nothing_before_its_day(data: st.DataObject, scene: Scene) -> None:
    """Under any amendment, every block of the day before its first is what it was, for every reading."""
    amendment = data.draw(amendments(scene))
    try:
        made = overlay(scene.rulebook, amendment, checked=False)
    except RulebookError:
        return
    eve = min(scene.asked["on"], amendment.in_force - timedelta(days=1))
    if eve < scene.rulebook.manifest.starts:
        return
    asked = {"readings": scene.asked["readings"]}
    before, after = compile_scale(scene.rulebook, eve, **asked), compile_scale(made, eve, **asked)
    outcomes = [interpret(scale, scene.category, scene.powertrain, scene.near) for scale in (before, after)]
    assert [each.points for each in outcomes[0].blocks] == [each.points for each in outcomes[1].blocks]
    assert outcomes[0].points == outcomes[1].points


@CHECKS
@given(st.data(), scenes())
def test_shares_add_up_to_the_change(data: st.DataObject, scene: Scene) -> None:
    """The provisions' shares add up exactly to what scoring before and after gives, and a lone provision has all of it."""
    amendment = data.draw(amendments(scene))
    on = max(scene.asked["on"], amendment.in_force)
    dossier = dossier_of(scene.category, scene.powertrain, data.draw(st.sampled_from([scene.world, scene.world, scene.near])))
    try:
        changes = Changes(scene.rulebook, on, amendment=amendment, base_readings=scene.asked["readings"])
        made = overlay(scene.rulebook, amendment, checked=False)
    except RulebookError:
        return
    found = compare(dossier, changes)
    scores = [score(dossier, book, on, readings=scene.asked["readings"]) for book in (scene.rulebook, made)]
    assert sum(each.change.low for each in found.effects) == scores[1].low - scores[0].low
    assert sum(each.change.high for each in found.effects) == scores[1].high - scores[0].high


def test_too_many_linked_provisions_are_refused() -> None:
    """Beyond twelve players the subsets are not worked out, and it is said."""
    with pytest.raises(EngineError, match="too many linked provisions: 13"):
        shapley([str(number) for number in range(13)], lambda _: Bounds(Fraction(0), Fraction(0)))
