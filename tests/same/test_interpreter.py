"""What must hold of the interpreter for any law and any vehicle: random rulebooks and facts, no expected numbers."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lokal.engine.known import NOTHING, Look, known_facts
from lokal.engine.outcome import REASONS, ZERO, BlockOutcome, Bounds, OperationOutcome, Outcome
from lokal.rulebook.model import Rulebook
from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import compile_scale
from lokal.scale.model import Scale
from same.strategies import Scene, dossier_of, plain, scenes, yaml_of

CHECKS = settings(max_examples=200, deadline=None)
MANY = settings(CHECKS, max_examples=300)
SOME = settings(CHECKS, max_examples=80)
EARNED_NOTHING = {
    "not_done",
    "below_gate",
    "below_ladder",
    "no_rung_value",
    "not_fitted",
    "not_in_force",
    "other_category",
    "other_powertrain",
    "other_vehicle",
}
LEFT_OPEN = {"unknown_fact", "not_documented", "expired_document", "unknown_law"}


def named(outcome: Outcome) -> Iterator[tuple[str, Bounds]]:
    """Yield the total, every block and every operation with its points."""
    yield "total", outcome.points
    for block in outcome.blocks:
        yield block.id, block.points
        yield from ((f"{block.id}.{operation.id}", operation.points) for operation in block.operations)


def lines(outcome: Outcome) -> Iterator[OperationOutcome]:
    """Yield every operation's outcome."""
    for block in outcome.blocks:
        yield from block.operations


def assert_within(inner: Outcome, outer: Outcome) -> None:
    """Check that no number of one outcome leaves the other's bounds."""
    for (name, small), (_, large) in zip(named(inner), named(outer), strict=True):
        assert large.low <= small.low <= small.high <= large.high, f"{name}: {small} is not within {large}"


@MANY
@given(scenes())
def test_bounds_hold_every_completion(scene: Scene) -> None:
    """Whatever the open facts turn out to be, total, blocks and operations stay within their bounds."""
    assert_within(scene.outcome(scene.world), scene.outcome(scene.near))


@MANY
@given(scenes())
def test_more_facts_never_widen(scene: Scene) -> None:
    """Knowing facts more closely never lowers a low end nor raises a high end."""
    assert_within(scene.outcome(scene.near), scene.outcome(scene.far))


@CHECKS
@given(scenes(unknown_law=False))
def test_known_facts_and_law_leave_nothing_open(scene: Scene) -> None:
    """With every fact certain and the law readable, every number is one number."""
    assert not [name for name, points in named(scene.outcome(scene.world)) if points.width]


@CHECKS
@given(scenes(muddled=True))
def test_parts_add_up(scene: Scene) -> None:
    """The total is the sum of blocks, a block the sum of its parts, and each operation stands in exactly one part."""
    outcome = scene.outcome(scene.near)
    assert outcome.points == sum((block.points for block in outcome.blocks), ZERO)
    for block in outcome.blocks:
        assert block.points == sum((part.points for part in block.parts), ZERO)
        assert sorted(name for part in block.parts for name in part.operations) == sorted(each.id for each in block.operations)
        assert_parts_come_from_lines(block)


def assert_parts_come_from_lines(block: BlockOutcome) -> None:
    """Check that a free operation counts as it is, and that alternatives surely chosen make up their part."""
    outcomes = {operation.id: operation for operation in block.operations}
    for part in block.parts:
        ours = [outcomes[name] for name in part.operations]
        if len(ours) == 1:
            assert part.points == ours[0].points
        elif not any(each.counted == "maybe" for each in ours):
            assert part.points == sum((each.points for each in ours if each.counted == "yes"), ZERO)


@CHECKS
@given(scenes(muddled=True))
def test_reasons_fit_the_points(scene: Scene) -> None:
    """Every reason is of the closed list; one that says nothing was earned comes with zero, one that says open with a width."""
    for line in lines(scene.outcome(scene.near)):
        assert line.reason in REASONS
        assert line.reason not in EARNED_NOTHING or line.points == ZERO
        assert line.reason not in LEFT_OPEN or line.points.width


@CHECKS
@given(scenes(unknown_law=False, muddled=True))
def test_readable_law_is_never_blamed(scene: Scene) -> None:
    """Where the law can be read, nothing is open because of the law, and what is open names facts."""
    for line in lines(scene.outcome(scene.near)):
        assert line.reason != "unknown_law"
        assert line.open_facts or not line.points.width or line.reason in {"facts_conflict", "alternative_taken"}


@CHECKS
@given(scenes())
def test_coefficient_that_does_not_hold_changes_nothing(scene: Scene) -> None:
    """A coefficient whose conditions surely fail may as well be left out of the law."""
    full = scene.outcome(scene.near)
    used = {case for line in lines(full) for case in line.coefficient_cases}
    bare = [
        msgspec.structs.replace(block, coefficients=tuple(each for each in block.coefficients if used & {*each.cases}))
        for block in scene.scale.blocks
    ]
    lean = replace(scene, scale=msgspec.structs.replace(scene.scale, blocks=tuple(bare)))
    assert list(named(lean.outcome(scene.near))) == list(named(full))


@SOME
@given(scenes())
def test_coefficient_multiplies_a_block_once(scene: Scene) -> None:
    """A coefficient that names a block and its group, or names either twice, still stands on the block once."""
    for block in scene.scale.blocks:
        names = [coefficient.id for coefficient in block.coefficients]
        assert sorted(names) == sorted(set(names))


@CHECKS
@given(scenes())
def test_dossier_keeps_what_is_known(scene: Scene) -> None:
    """Bounds stated in a dossier reach the engine as stated, and what the powertrain implies stays known."""
    far = {name: scene.far.get(name, NOTHING[fact.kind]) for name, fact in scene.scale.facts.items()}
    states = known_facts(dossier_of(scene.category, scene.powertrain, far), scene.scale.facts, Look(scene.asked["on"]))
    for name, fact in scene.scale.facts.items():
        ours = scene.world[name] if fact.implied else far[name]
        assert (states[name].low, states[name].high) == (ours.low, ours.high), name


@CHECKS
@given(scenes(), st.data())
def test_hash_tells_scales_apart(scene: Scene, data: st.DataObject) -> None:
    """One question has one hash; with another number in the law the hash is another exactly when the scale is."""
    assert compile_scale(scene.rulebook, **scene.asked) == scene.scale
    other = compile_scale(data.draw(altered(scene.rulebook)), **scene.asked)
    assert (other.hash == scene.scale.hash) == (unsealed(other) == unsealed(scene.scale))


@CHECKS
@given(scenes(), st.data())
def test_hash_sees_every_value_in_force(scene: Scene, data: st.DataObject) -> None:
    """A point more on a line that has a value on the day gives another hash."""
    live = [(block.id, line.id) for block in scene.scale.blocks for line in block.operations if line.cases]
    if live:
        raised = compile_scale(with_point_more(scene.rulebook, *data.draw(st.sampled_from(live))), **scene.asked)
        assert raised.hash != scene.scale.hash


@SOME
@given(scenes())
def test_yaml_means_what_was_built(scene: Scene) -> None:
    """A rulebook written as YAML passes every check, comes back equal and scores the same; another number is another hash."""
    loaded = through_yaml(scene.rulebook)
    assert msgspec.structs.replace(loaded, hash="") == scene.rulebook
    scale = compile_scale(loaded, **scene.asked)
    assert replace(scene, scale=scale).outcome(scene.near) == scene.outcome(scene.near)
    raised = through_yaml(with_point_more(scene.rulebook, "block0", "line0"))
    assert raised.hash != loaded.hash
    assert compile_scale(raised, **scene.asked).hash != scale.hash


def unsealed(scale: Scale) -> Scale:
    """Return a scale without its hash."""
    return msgspec.structs.replace(scale, hash="")


def through_yaml(rulebook: Rulebook) -> Rulebook:
    """Return a rulebook written to a folder and loaded again."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in yaml_of(rulebook).items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load_rulebook(Path(folder), cache=False)


def with_point_more(rulebook: Rulebook, block: str, operation: str) -> Rulebook:
    """Return a rulebook with one point more in every value of an operation."""
    law = plain(rulebook)
    for each in (each for file in law["files"] for each in file["blocks"] if each["id"] == block):
        for line in (line for line in each["operations"] if line["id"] == operation):
            for value in line["values"]:
                value["points"] = _more(value.get("points", 0))
    return msgspec.convert(law, Rulebook, strict=False)


def _more(points: Any) -> Any:
    if isinstance(points, dict):
        return points | {"options": {name: _more(each) for name, each in points["options"].items()}}
    return [points[0], points[1] + 1] if isinstance(points, list) else points + 1


@st.composite
def altered(draw: st.DrawFn, rulebook: Rulebook) -> Rulebook:
    """Return a rulebook with one number changed anywhere in its blocks, gates or coefficients."""
    law = plain(rulebook)
    spots = [*_numbers([law["files"], law["gates"], law["coefficients"]])]
    holder, key = spots[draw(st.integers(0, len(spots) - 1))]
    holder[key] = holder[key] + 1 if isinstance(holder[key], int) else str(float(holder[key]) + 1)
    return msgspec.convert(law, Rulebook, strict=False)


def _numbers(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where each number stands: its list or mapping, and its place there."""
    for key, each in enumerate(node) if isinstance(node, list) else node.items():
        if isinstance(each, list | dict):
            yield from _numbers(each)
        elif isinstance(each, int) or (isinstance(each, str) and each.replace(".", "", 1).isdigit()):
            yield node, key
