"""A connection that nobody holds any more is closed at once, as the driver's is: servers have few to give."""

from __future__ import annotations

import gc
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector of cycles does not help."""
    gc.collect()
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
    gc.enable()


def _by_libpq(connection: Any) -> None:
    pgconn = connection.pgconn
    pgconn.prepare(b"mine", b"SELECT 1")
    pgconn.exec_prepared(b"mine", None).get_value(0, 0)
    pgconn.send_query(b"SELECT 1")
    connection.pgconn.get_result().get_value(0, 0)


def _failing(connection: Any) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1/0")


def _pipeline(connection: Any) -> None:
    with connection.pipeline():
        connection.execute("SELECT 1")


def _transaction(connection: Any) -> None:
    with connection.transaction():
        connection.execute("SELECT %s", [1]).fetchall()


def _copied(connection: Any) -> None:
    with connection.cursor().copy("COPY (SELECT 1) TO STDOUT") as copy:
        list(copy)


def _traced(connection: Any) -> None:
    with tempfile.TemporaryFile() as file:
        connection.pgconn.trace(file.fileno())
        connection.execute("SELECT 1")


USES: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda connection: None,
    "a statement": lambda connection: connection.execute("SELECT 1").fetchall(),
    "a prepared statement": lambda connection: [connection.execute(q) for q in ("PREPARE p AS SELECT 1", "EXECUTE p")],
    "a server-side cursor": lambda connection: connection.cursor("named").execute("SELECT 1").fetchall(),
    "a notice": lambda connection: connection.execute("DO $$BEGIN RAISE NOTICE 'x'; END$$"),
    "info": lambda connection: connection.info.pgconn.status,
    "stream": lambda connection: list(connection.cursor().stream("SELECT 1")),
    "libpq's functions": _by_libpq,
    "an error": _failing,
    "a pipeline": _pipeline,
    "a transaction": _transaction,
    "COPY": _copied,
    "a trace": _traced,
}


def _open_at_the_server(dsn: str, name: str) -> int:
    with psycopg.connect(dsn) as raw:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s"
        deadline = time.monotonic() + 10
        while (row := raw.execute(query, [f"{name}%"]).fetchone()) != (0,) and time.monotonic() < deadline:
            time.sleep(0.05)
            raw.rollback()
        assert row is not None
        return int(row[0])


@pytest.mark.parametrize("use", USES)
def test_a_dropped_connection_is_closed(guarded: Any, pg_dsn: str, use: str) -> None:
    """Whatever it has been used for."""
    name = f"dropped{uuid4().hex[:8]}"
    connection = guarded.connect(pg_dsn, application_name=name)
    USES[use](connection)
    del connection

    assert 0 == _open_at_the_server(pg_dsn, name)


async def test_a_dropped_asynchronous_connection_is_closed(guarded: Any, pg_dsn: str) -> None:
    """The twin."""
    name = f"dropped{uuid4().hex[:8]}"
    connection = await guarded.AsyncConnection.connect(pg_dsn, application_name=name)
    cursor = await connection.execute("SELECT %s", [1])
    await cursor.fetchall()
    del connection, cursor

    assert 0 == _open_at_the_server(pg_dsn, name)


def test_the_stand_in_of_pgconn_keeps_its_connection(guarded: Any, pg_dsn: str) -> None:
    """As long as it is held, what it has prepared and sent is known."""
    connection = guarded.connect(pg_dsn)
    pgconn = connection.pgconn
    pgconn.prepare(b"mine", b"SELECT 7")
    del connection

    assert b"7" == pgconn.exec_prepared(b"mine", None).get_value(0, 0)
    pgconn.finish()
