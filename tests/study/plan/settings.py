"""How much the random tests of plans draw."""

from hypothesis import HealthCheck, Phase, settings

SMALL = settings(
    max_examples=25, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
"""A fixed sample, without shrinking: a failing project prints whole."""
FEW = settings(SMALL, max_examples=6)
