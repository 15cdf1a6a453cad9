"""What all tests share: property tests are bounded in time, so a failure is told at once and not shrunk for minutes."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "bounded",
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    print_blob=True,
)
settings.load_profile("bounded")
