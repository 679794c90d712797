"""Fixtures come from plugins by concern; this file only names them and keeps the environment out of the tests."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings

from pcishield.audit.records import problems
from pcishield.runtime._log_shard import ShardWriter

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


_sqlite_opened: list[str] = []
if sys.version_info >= (3, 13):
    # A hook stays for good, and it must be cheap: it sees every import and every file.
    sys.addaudithook(lambda event, _: _sqlite_opened.append(event) if event == "sqlite3.connect" else None)


@pytest.fixture(autouse=True)
def _no_connection_left_open() -> Iterator[None]:
    """A test that leaves a SQLite connection open fails itself, not whichever one the collector runs in.

    Python 3.13 warns of an open connection that is freed, and each is in a cycle with its own cache of statements.
    """
    _sqlite_opened.clear()
    yield
    if _sqlite_opened:
        gc.collect()


@pytest.fixture(scope="session")
def _written() -> Iterator[list[tuple[dict[str, Any], list[str]]]]:
    """What the log writes in this process that is wrong, with what is wrong about it."""
    found: list[tuple[dict[str, Any], list[str]]] = []
    flush = ShardWriter.flush

    def watched(writer: ShardWriter) -> None:
        records = map(orjson.loads, list(writer.linked()))
        found.extend((record, wrong) for record in records if (wrong := problems(record)))
        flush(writer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ShardWriter, "flush", watched)
        yield found


@pytest.fixture(autouse=True)
def _only_right_records(
    _written: list[tuple[dict[str, Any], list[str]]], request: pytest.FixtureRequest
) -> Iterator[None]:
    """No test writes a record that verification would refuse, but those that ask for ``wrong_records``."""
    yield
    wrong = _written.copy()
    _written.clear()
    assert not wrong or "wrong_records" in request.fixturenames, wrong[:3]


@pytest.fixture
def wrong_records() -> None:
    """Let a test write wrong records on purpose."""
