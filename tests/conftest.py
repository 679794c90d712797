"""Fixtures come from plugins by concern; this file only names them and keeps the environment out of the tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fix_postgres", "tests.fix_mysql", "tests.fix_oidc", "tests.fix_shield", "tests.fix_brokers",
]  # fmt: skip

# Shared CI cores are too uneven for a deadline per example; pytest-timeout bounds a test instead.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=2_000)
settings.load_profile(os.environ.get("PCISHIELD_HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _isolated_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the user's configuration or writes to the user's audit directory."""
    for name in [name for name in os.environ if name.startswith("PCISHIELD_") and "TEST" not in name]:
        if name != "PCISHIELD_REQUIRE_SERVERS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
