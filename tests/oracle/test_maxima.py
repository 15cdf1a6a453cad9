"""The maximum of every variant against the independent derivation of `maxima.py`."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import maxima

from lokal.rulebook.read import load_rulebook
from lokal.scale.compile import compile_scale
from lokal.study.maximum import maximum

RULEBOOK = load_rulebook()


@pytest.mark.parametrize("day", maxima.DAYS, ids=str)
@pytest.mark.parametrize("powertrain", maxima.POWERTRAINS)
@pytest.mark.parametrize("category", maxima.CATEGORIES)
def test_maximum(category: str, powertrain: str, day: date) -> None:
    """The most points a variant can reach are those of the hand-made table."""
    scale = compile_scale(RULEBOOK, day)
    outcome = maximum(scale, category, powertrain)  # type: ignore[arg-type]
    assert outcome.points.high == maxima.maximum(category, powertrain, day)


def test_table_adds_up() -> None:
    """Each block's hand-written sum in the oracle is the sum of its own lines."""
    assert maxima.mismatches() == []
