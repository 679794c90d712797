"""Our way to send a statement and take its results, beside the driver's: the same results, errors and notifications."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import errors, generators, pq, waiting

from pcishield.core.compiled import compiled
from pcishield.drivers.psycopg import _cursor

_libpq = compiled("pcishield.drivers.psycopg._libpq")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        _libpq is None or pq.__impl__ == "python",
        reason="guarded cursors have an exchange of their own only where both pcishield and psycopg are compiled",
    ),
]

LONG = "SELECT length('" + "x" * 3_000_000 + "')"

TEXTS = [
    "SELECT 1",
    "SELECT n, repeat('y', 100) FROM generate_series(1, 20000) n",
    "SELECT 1; SELECT 2, 3; UPDATE pg_class SET relname = relname WHERE false",
    "SELECT 1; SELECT 1 / 0; SELECT 2",
    "",
    ";",
    "SELECT nothing FROM nowhere",
    "LISTEN one; NOTIFY one, 'a payload'; NOTIFY one",
    "SELECT 1; COPY (SELECT 1) TO STDOUT",
    "CREATE TEMP TABLE t (i int); COPY t FROM STDIN",
    "DO $$ BEGIN RAISE NOTICE 'a notice'; END $$",
    "SELECT pg_sleep(0.2)",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT 1; SELECT pg_terminate_backend(pg_backend_pid())",
    LONG,
]


@pytest.fixture(params=["driver", "ours"])
def execute(request: pytest.FixtureRequest) -> Any:
    """The two ways."""
    return generators.execute if request.param == "driver" else _libpq.execute


@pytest.fixture
def connection(pg_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """A raw connection."""
    with psycopg.connect(pg_dsn, autocommit=True) as made:
        yield made


def _told(pg_dsn: str, way: Any, text: str) -> list[object]:
    """Return all that comes of ``text``."""
    found: list[object] = []
    with closing(psycopg.connect(pg_dsn, autocommit=True)) as connection:
        pgconn = connection.pgconn
        pgconn.notify_handler = lambda told: found.append((told.relname, told.extra, told.be_pid == pgconn.backend_pid))
        pgconn.notice_handler = lambda notice: found.append(notice.error_field(pq.DiagnosticField.MESSAGE_PRIMARY))
        try:
            pgconn.send_query(text.encode())
            for result in waiting.wait(way(pgconn), pgconn.socket):
                found.append((result.status, result.ntuples, result.error_message))
                found += [result.get_value(row, 0) for row in range(result.ntuples)]
        except psycopg.Error as error:
            found += [type(error), str(error)]
        found.append(pgconn.status)
    return found


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_all_that_comes_of_a_statement_is_the_same(pg_dsn: str, text: str) -> None:
    """Results, errors, notices and notifications; also where the server goes away, and where a text is too long to be
    sent at once."""
    theirs, ours = _told(pg_dsn, generators.execute, text), _told(pg_dsn, _libpq.execute, text)

    assert theirs == ours


def test_a_statement_that_does_not_fit_is_sent_on_a_full_socket(connection: Any, execute: Any) -> None:
    """What the driver does when it has to wait before everything is sent."""
    pgconn = connection.pgconn
    with socket.socket(fileno=os.dup(pgconn.socket)) as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    pgconn.send_query(LONG.encode())
    (result,) = waiting.wait(execute(pgconn), pgconn.socket)

    assert b"3000000" == result.get_value(0, 0)


def test_a_connection_that_is_closed_meanwhile_is_an_error(connection: Any) -> None:
    """Closed by whoever drives the generator, while it waits; the driver would read memory that was freed."""
    pgconn = connection.pgconn
    pgconn.send_query(b"SELECT pg_sleep(5)")
    way = _libpq.execute(pgconn)
    assert way.send(None) == waiting.WAIT_R
    connection.close()

    with pytest.raises(errors.OperationalError, match=r"closed|NULL"):
        way.send(waiting.READY_R)


def test_a_connection_that_is_closed_at_first_is_an_error(connection: Any, execute: Any) -> None:
    """Before anything was asked."""
    pgconn = connection.pgconn
    connection.close()

    with pytest.raises(errors.OperationalError):
        next(execute(pgconn))


def test_a_wait_that_found_nothing_goes_on(connection: Any, execute: Any) -> None:
    """The driver's waits come back after an interval, so that Ctrl-C is seen."""
    pgconn = connection.pgconn
    pgconn.send_query(b"SELECT pg_sleep(0.1), 1")
    way = execute(pgconn)
    for sent in (None, 0, 0):
        assert way.send(sent) == waiting.WAIT_R
    (result,) = waiting.wait(way, pgconn.socket)

    assert b"1" == result.get_value(0, 1)


def test_a_cut_line_says_what_the_driver_says(pg_dsn: str) -> None:
    """No word from the server, just the end."""
    found = []
    for way in (generators.execute, _libpq.execute):
        with closing(psycopg.connect(pg_dsn, autocommit=True)) as connection:
            pgconn = connection.pgconn
            pgconn.send_query(b"SELECT pg_sleep(5)")
            with socket.socket(fileno=os.dup(pgconn.socket)) as plain:
                plain.shutdown(socket.SHUT_RD)
            with pytest.raises(errors.OperationalError) as caught:
                waiting.wait(way(pgconn), pgconn.socket)
            found.append((str(caught.value), pgconn.status))

    assert found[0] == found[1]


def test_guarded_cursors_take_it(connect: Any) -> None:
    """And the driver's own function stays as it is."""
    cursor = connect(autocommit=True).execute("SELECT 1")
    function = type(cursor)._maybe_prepare_gen

    assert function is _cursor._MAYBE_PREPARE_GEN
    assert function.__globals__["execute"] is _libpq.execute
    assert psycopg.Cursor._maybe_prepare_gen.__globals__["execute"] is generators.execute


def test_threads_get_their_own_results(connect: Any) -> None:
    """Many at once, with the interpreter held between the steps of each."""
    wrong: list[object] = []

    def work(number: int) -> None:
        connection = connect(autocommit=True)
        for turn in range(100):
            found = connection.execute("SELECT %s::int, %s::int", (number, turn)).fetchone()
            if found != (number, turn):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
