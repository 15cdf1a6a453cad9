"""The story of a made-up car over the bar that falls below it when two suppliers' acts end, as a user types it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from intake.story import ACTS, CLAIMED, GEARBOX, LAST, OWN, OWN_POINTS, THERMOSTAT, renewed
from lokal.cli import main

BAR = 3200
AFTER = LAST + timedelta(days=1)


def asked(*words: object) -> Any:
    """Run a verb and return what it prints as data."""
    result = CliRunner().invoke(main, [*(str(word) for word in words), "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def documented(car: Path, *more: str) -> int:
    """Return the points that documents prove on the day after the acts end."""
    low = asked("score", car, "--on", AFTER, "--basis", "documented", *more)["points"]["low"]
    return int(low)


def test_two_acts_end_and_a_renewed_one_heals_it(tmp_path: Path) -> None:
    """Gaps name the acts and the points, cliffs the day; a renewed act heals, one entered late counts from the day it was known."""
    car, healed, late = (tmp_path / f"{name}.yaml" for name in ("car", "healed", "late"))
    own, acts = tmp_path / "own.yaml", tmp_path / "acts.yaml"
    own.write_text(OWN, encoding="utf-8")
    acts.write_text(ACTS, encoding="utf-8")
    asked("intake", "acts", own, acts, "-o", car, "--on", LAST)
    assert asked("score", car, "--on", AFTER)["points"]["low"] == CLAIMED == 3260

    ended = asked("cliffs", car, "--from", "2026-10-01", "--until", "2026-12-31", "--basis", "documented")["cliffs"]
    assert [(each["day"], each["before"]["low"], each["after"]["low"]) for each in ended] == [(AFTER.isoformat(), CLAIMED, OWN_POINTS)]
    causes = {(*cause["evidence"], cause["change"]["low"]) for cause in ended[0]["causes"]}
    assert causes == {("act 900-01-00001", -GEARBOX), ("act 900-01-00002", -THERMOSTAT)}
    assert "procurement_44fz" in {turn["programme"] for turn in ended[0]["programmes"] if turn["lost"]}

    assert documented(car) == OWN_POINTS < BAR <= CLAIMED
    gaps = asked("evidence", "gaps", car, "--on", AFTER)
    assert [(each["evidence"], each["points"]) for each in gaps["unproved"]] == [
        (["act 900-01-00001"], GEARBOX),
        (["act 900-01-00002"], THERMOSTAT),
    ]

    acts.write_text(ACTS + renewed("2026-10-01"), encoding="utf-8")
    asked("intake", "acts", own, acts, "-o", healed, "--on", AFTER)
    assert documented(healed) == OWN_POINTS + GEARBOX >= BAR
    cliffs = asked("cliffs", healed, "--from", "2026-10-01", "--until", "2026-12-31", "--basis", "documented")["cliffs"]
    assert [(each["after"]["low"], each["programmes"]) for each in cliffs] == [(OWN_POINTS + GEARBOX, [])]

    acts.write_text(ACTS + renewed("2026-10-01", recorded="2026-11-20"), encoding="utf-8")
    asked("intake", "acts", own, acts, "-o", late, "--on", AFTER)
    assert documented(late, "--known-as-of", "2026-11-19") == OWN_POINTS
    assert documented(late, "--known-as-of", "2026-11-20") == OWN_POINTS + GEARBOX
