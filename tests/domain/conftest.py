"""How many examples the property tests try: few by default, thousands with HYPOTHESIS_PROFILE=thorough."""

import os

from hypothesis import HealthCheck, settings

SLOW_BUT_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=SLOW_BUT_FINE)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=SLOW_BUT_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
