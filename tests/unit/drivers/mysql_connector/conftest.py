"""Guarded connections of both implementations, on a table of test cards."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from pcishield.testing import RecordingLog, make_pan

if importlib.util.find_spec("mysql") is None:
    collect_ignore_glob = ["*.py"]
else:
    import mysql.connector as connector

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}

PAN = make_pan()
OTHER = make_pan("mastercard")
ROWS = [(number, PAN, int(PAN), "123", f"paid with {OTHER} today") for number in (1, 2, 3)]


def implementations() -> list[Any]:
    """Test parameters: pure Python, and C where the extension loads."""
    missing = pytest.mark.skipif(
        not connector.HAVE_CEXT,
        reason="the C extension does not load here; test_c_implementation runs these tests where it can be made to",
    )
    return [pytest.param("pure"), pytest.param("c", marks=missing)]


@pytest.fixture(params=implementations())
def implementation(request: pytest.FixtureRequest) -> str:
    """``pure`` or ``c``."""
    return str(request.param)


@pytest.fixture
def log() -> RecordingLog:
    """The audit log of the shield under test."""
    return RecordingLog()


@pytest.fixture
def params(implementation: str, mysql_params: dict[str, Any]) -> dict[str, Any]:
    """Arguments of ``connect``."""
    return mysql_params | {"use_pure": implementation == "pure"}


@pytest.fixture
def guarded(make_shield: Callable[..., Any], log: RecordingLog) -> Any:
    """The guarded module under a policy that allows everything."""
    return make_shield(policy=ALLOW_ALL, audit=log).guard(connector)


@pytest.fixture
def table(mysql_params: dict[str, Any]) -> Iterator[str]:
    """A table with three cards, made without the guard."""
    # Letters alone: tests look for digits of literals in texts that hold this name.
    name = "cards_" + uuid4().hex[:12].translate(str.maketrans("0123456789", "ghijklmnop"))
    raw = connector.connect(**mysql_params, use_pure=True, autocommit=True)
    cursor = raw.cursor()
    cursor.execute(
        f"CREATE TABLE {name} (id INT PRIMARY KEY, pan VARCHAR(40) UNIQUE, number BIGINT, cvv CHAR(3), note TEXT)"
    )
    cursor.executemany(
        f"INSERT INTO {name} VALUES (%s, %s, %s, %s, %s)",
        [(row[0], f"{row[1]}" if row[0] == 1 else f"{'x' * row[0]}{row[1]}", *row[2:]) for row in ROWS],
    )
    yield name
    cursor.execute(f"DROP TABLE IF EXISTS {name}")
    raw.close()


@pytest.fixture
def connection(guarded: Any, params: dict[str, Any], table: str) -> Iterator[Any]:
    """A guarded connection. It is closed before the table is dropped, which would wait for its locks."""
    made = guarded.connect(**params)
    yield made
    made.close()


@pytest.fixture
def raw(params: dict[str, Any]) -> Iterator[Any]:
    """The driver's own connection, to compare with and to look behind."""
    made = connector.connect(**params, autocommit=True)
    yield made
    made.close()


@pytest.fixture
def audited(log: RecordingLog) -> Any:
    """What the log says: ``audited.attempts()``, ``audited.of("result")``."""

    def of(kind: str) -> list[dict[str, Any]]:
        return [record for record in log.records if record["type"] == kind]

    def attempts() -> list[tuple[str, str]]:
        return [(record["method"], record["statement"]["template"]) for record in of("attempt")]

    return SimpleNamespace(of=of, attempts=attempts, records=log.records)
