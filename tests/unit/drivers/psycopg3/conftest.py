"""Guarded connections to a PostgreSQL, on a temporary table of test cards."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pcishield.core.decision import ApprovalAnswer
from pcishield.testing import RecordingLog, make_pan

if importlib.util.find_spec("psycopg") is None:
    collect_ignore_glob = ["*.py"]
else:
    import psycopg

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
PAN = make_pan()
OTHER = make_pan("mastercard")
ROWS = 4


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that ask for a connection need the server."""
    for item in items:
        if "/drivers/psycopg3/" in str(item.path) and "pg_dsn" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture
def log() -> RecordingLog:
    """The audit log of the shield under test."""
    return RecordingLog()


@pytest.fixture
def shield(make_shield: Callable[..., Any], log: RecordingLog) -> Any:
    """A shield that allows everything, and masks."""
    return make_shield(policy=ALLOW_ALL, audit=log)


@pytest.fixture
def guarded(shield: Any) -> Any:
    """The guarded module."""
    return shield.guard(psycopg)


@pytest.fixture
def connect(guarded: Any, pg_dsn: str) -> Iterator[Callable[..., Any]]:
    """Open guarded connections; all are closed after the test."""
    opened: list[Any] = []

    def connect(cls: Any = None, **keywords: Any) -> Any:
        opened.append((cls or guarded.Connection).connect(pg_dsn, **keywords))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def connection(connect: Callable[..., Any]) -> Any:
    """A guarded connection with a table ``cards``: id, pan (text), number (bigint), cvv, note."""
    made = connect()
    fill(made)
    return made


def fill(connection: Any) -> None:
    """Make the table with the driver's own methods, so that the log has only what the test does."""
    pgconn = vars(connection)["pgconn"]
    table = "CREATE TEMP TABLE cards (id int PRIMARY KEY, pan text, number bigint, cvv text NOT NULL, note text)"
    values = f"SELECT n, '{PAN}', {PAN}, '123', 'paid with {OTHER} today' FROM generate_series(1, {ROWS}) n"
    for command in (table, f"INSERT INTO cards {values}"):
        assert not pgconn.exec_(command.encode()).error_message


@pytest.fixture
def attempts(log: RecordingLog) -> Callable[[], list[str]]:
    """The methods of all attempts so far."""
    return lambda: [record["method"] for record in log.records if record["type"] == "attempt"]


def approve(request: Any) -> ApprovalAnswer:
    """Approve anything."""
    return ApprovalAnswer(approved=True, approver="a colleague", reason="test")


def results(cursor: Any) -> list[list[Any]]:
    """Fetch all of every result, the way that all versions of psycopg have."""
    found = [cursor.fetchall()]
    while cursor.nextset():
        found.append(cursor.fetchall())
    return found
