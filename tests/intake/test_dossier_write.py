"""A dossier written as YAML is read back unchanged."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import lokal
from intake.dossiers import dossiers
from lokal.intake.dossier_write import dossier_text

RULEBOOK = lokal.load_rulebook()
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]  # a whole dossier takes minutes to shrink
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "kaluga").glob("*.yaml"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(st.data())
def test_any_dossier_comes_back_from_yaml(data: st.DataObject) -> None:
    """Whatever its texts, days and numbers, a dossier survives its YAML."""
    dossier = data.draw(dossiers(RULEBOOK))
    assert lokal.parse_dossier(dossier_text(dossier, RULEBOOK, "head\nsecond line"), "d.yaml", RULEBOOK) == dossier


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_come_back_from_yaml(path: Path) -> None:
    """The published examples survive too."""
    dossier = lokal.read_dossier(path, RULEBOOK)
    assert lokal.parse_dossier(dossier_text(dossier, RULEBOOK), "d.yaml", RULEBOOK) == dossier
