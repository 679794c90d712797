"""Records say how far the database's clock is from ours, and asking it leaves no trace in the connection."""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
import time
from types import SimpleNamespace
from typing import Any

import pytest

from pcishield.runtime import database_clock
from pcishield.runtime.database_clock import Asked
from pcishield.testing import RecordingLog

HOUR_NS = 3600 * 10**9
OPEN = {"name": "open", "default": "allow"}


@pytest.fixture
def log() -> RecordingLog:
    """The audit log of the shield under test."""
    return RecordingLog()


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our clock is an hour behind."""
    monkeypatch.setattr(database_clock, "time", SimpleNamespace(time_ns=lambda: time.time_ns() - HOUR_NS))


def psycopg_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """State of the transaction before and after the first statement, and what that one returned."""
    import psycopg

    with shield.guard(psycopg).connect(request.getfixturevalue("pg_dsn")) as connection:
        before = connection.info.transaction_status.name
        row = connection.execute("SELECT 7").fetchone()
        return before, connection.info.transaction_status.name, row


def psycopg_async_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """Likewise."""
    import psycopg

    async def work() -> tuple[Any, ...]:
        module = shield.guard(psycopg)
        async with await module.AsyncConnection.connect(request.getfixturevalue("pg_dsn")) as connection:
            before = connection.info.transaction_status.name
            row = await (await connection.execute("SELECT 7")).fetchone()
            return before, connection.info.transaction_status.name, row

    return asyncio.run(work())


def psycopg2_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """Likewise."""
    module = shield.guard(pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency"))
    connection = module.connect(request.getfixturevalue("pg_dsn"))
    names = {0: "IDLE", 2: "INTRANS"}
    before, cursor = names[connection.get_transaction_status()], connection.cursor()
    cursor.execute("SELECT 7")
    found = before, names[connection.get_transaction_status()], cursor.fetchone()
    assert connection.autocommit is False
    connection.close()
    return found


def pymysql_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """Likewise."""
    module = shield.guard(pytest.importorskip("pymysql", reason="pymysql is an optional dependency"))
    connection = module.connect(**request.getfixturevalue("mysql_params"))
    before, cursor = _mysql_state(connection.server_status), connection.cursor()
    cursor.execute("SELECT 7")
    found = before, "INTRANS", cursor.fetchone()
    connection.close()
    return found


def _mysql_state(server_status: int) -> str:
    return "INTRANS" if server_status & 1 else "IDLE"


def mysql_connector_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """Likewise, for the pure implementation."""
    module = shield.guard(pytest.importorskip("mysql.connector", reason="mysql is an optional dependency"))
    connection = module.connect(**request.getfixturevalue("mysql_params"), use_pure=True)
    before, cursor = "INTRANS" if connection.in_transaction else "IDLE", connection.cursor()
    cursor.execute("SELECT 7")
    found = before, "INTRANS", cursor.fetchone()
    connection.close()
    return found


def mysql_aio_once(shield: Any, request: Any) -> tuple[Any, ...]:
    """Likewise."""

    async def work() -> tuple[Any, ...]:
        module = shield.guard(pytest.importorskip("mysql.connector", reason="mysql is an optional dependency"))
        connection = await module.aio.connect(**request.getfixturevalue("mysql_params"), ssl_disabled=True)
        before, cursor = "INTRANS" if connection.in_transaction else "IDLE", await connection.cursor()
        await cursor.execute("SELECT 7")
        found = before, "INTRANS", await cursor.fetchone()
        await cursor.close()  # close() of mysql-connector 9.1 fails while one is open
        await connection.close()
        return found

    return asyncio.run(work())


DRIVERS = [
    pytest.param(psycopg_once, marks=pytest.mark.postgres, id="psycopg"),
    pytest.param(psycopg_async_once, marks=pytest.mark.postgres, id="psycopg, async"),
    pytest.param(psycopg2_once, marks=pytest.mark.postgres, id="psycopg2"),
    pytest.param(pymysql_once, marks=pytest.mark.mysql, id="pymysql"),
    pytest.param(mysql_connector_once, marks=pytest.mark.mysql, id="mysql.connector"),
    pytest.param(mysql_aio_once, marks=pytest.mark.mysql, id="mysql.connector.aio"),
]


def skews(log: RecordingLog) -> list[Any]:
    """The skew of each attempt."""
    return [record["db"].get("skew_us") for record in log.records if record["type"] == "attempt"]


@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize("once", DRIVERS)
def test_the_skew_is_recorded_and_nothing_else_changes(
    make_shield: Any, log: RecordingLog, request: pytest.FixtureRequest, once: Any
) -> None:
    """The database is an hour ahead; the connection is idle, and one statement is counted."""
    found = once(make_shield(policy=OPEN, audit=log), request)
    (skew,) = skews(log)

    assert ("IDLE", "INTRANS", (7,)) == found
    assert abs(skew / 1e6 - 3600) < 300
    assert [1] == [record["statements"] for record in log.records if record["type"] == "connection.close"]


@pytest.mark.parametrize("once", DRIVERS)
def test_it_can_be_left_out(make_shield: Any, log: RecordingLog, request: pytest.FixtureRequest, once: Any) -> None:
    """``database.clock = false`` asks nothing."""
    found = once(make_shield({"database": {"clock": False}}, policy=OPEN, audit=log), request)

    assert ("IDLE", "INTRANS", (7,)) == found
    assert [None] == skews(log)


@pytest.mark.parametrize("once", DRIVERS)
def test_a_server_that_does_not_answer_it_is_connected_to_all_the_same(
    make_shield: Any, log: RecordingLog, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, once: Any
) -> None:
    """The error of the question is nobody's, and the session is as good as new."""
    broken = "SELECT no_such_function()"
    places = [
        ("pcishield.drivers.psycopg._clock", "_QUESTION", broken.encode()),
        ("pcishield.drivers.mysql_connector.catalog", "CLOCK", {"clock": broken}),
        ("pcishield.drivers.mysql_connector.connection", "CLOCK", {"clock": broken}),
        ("pcishield.drivers.mysql_connector.aio", "CLOCK", {"clock": broken}),
    ]
    # All of them before the first is changed: each takes what it needs from another for good.
    modules = [importlib.import_module(module) for module, _, _ in places]
    for module, (_, name, value) in zip(modules, places, strict=True):
        monkeypatch.setattr(module, name, value)
    for dialect in list(database_clock.QUESTIONS):
        monkeypatch.setitem(database_clock.QUESTIONS, dialect, broken)
    found = once(make_shield(policy=OPEN, audit=log), request)

    assert ("IDLE", "INTRANS", (7,)) == found
    assert [None] == skews(log)


@pytest.mark.postgres
def test_psycopg_says_it_when_the_connection_is_opened(make_shield: Any, log: RecordingLog, pg_dsn: str) -> None:
    """The record of the connection itself has it."""
    make_shield(policy=OPEN, audit=log).connect("psycopg", pg_dsn).close()
    (opened,) = [record["db"] for record in log.records if record["type"] == "connection.open"]

    assert isinstance(opened["skew_us"], int)


def test_sqlite_has_no_clock_of_its_own(make_shield: Any, log: RecordingLog) -> None:
    """The library runs in our process."""
    connection = make_shield(policy=OPEN, audit=log).guard(sqlite3).connect(":memory:")
    connection.execute("SELECT 7")
    connection.close()

    assert [None] == skews(log)


@pytest.mark.parametrize("answer", [None, 5, "", "noon", b"\xff", "0001-01-01T00:00:00", object()])
def test_an_answer_that_is_no_time_is_none(answer: Any) -> None:
    """Also one that is a time of long ago, which is a skew and no error."""
    found = Asked().skew_us(answer)

    assert found is None or found < -(10**15)
