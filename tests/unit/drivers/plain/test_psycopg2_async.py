"""psycopg2's asynchronous connections, on a live PostgreSQL."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded

psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")

from psycopg2 import extras  # noqa: E402

pytestmark = pytest.mark.postgres
PAN = make_pan()


@pytest.fixture
def guarded(guard: Callable[..., Guarded]) -> Guarded:
    """psycopg2 under a policy that allows everything, with a table that holds a card."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill((1, PAN), (2, None))
    return guarded


def opened(guarded: Guarded, dsn: str) -> Any:
    """Return an established asynchronous connection."""
    connection = guarded.module.connect(dsn, async_=1)
    extras.wait_select(connection)
    guarded.log.records.clear()
    return connection


def outcomes(guarded: Guarded) -> list[tuple[str, Any]]:
    """Type and outcome of what was recorded of statements."""
    return [(r["type"], r["outcome"]) for r in guarded.log.records if r["type"] in ("attempt", "result", "denied")]


def test_rows_are_masked(guarded: Guarded, pg_dsn: str) -> None:
    """By every fetch and iteration, on each cursor class; sent before the answer is there, and recorded so."""
    connection = opened(guarded, pg_dsn)
    sql = f"SELECT card_number FROM {guarded.table} ORDER BY id"
    for factory in (None, extras.DictCursor, extras.RealDictCursor, extras.NamedTupleCursor):
        for fetch in ("fetchone", "fetchmany", "fetchall", "__next__", "__iter__"):
            with connection.cursor(cursor_factory=factory) as cursor:
                cursor.execute(sql)
                assert connection.isexecuting()
                extras.wait_select(connection)
                rows = getattr(cursor, fetch)()
                shown = repr(list(rows) if fetch == "__iter__" else rows)
            assert PAN[-4:] in shown
            assert PAN not in shown
    connection.close()


def test_a_result_is_recorded_when_it_is_heard_of(guarded: Guarded, pg_dsn: str) -> None:
    """The attempt before the statement is sent, the result by the poll that returns."""
    connection = opened(guarded, pg_dsn)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {guarded.table} SET card_number = NULL WHERE id < %s", (3,))
        assert [("attempt", "attempted")] == outcomes(guarded)
        extras.wait_select(connection)
    (result,) = (record for record in guarded.log.records if record["type"] == "result")
    connection.close()

    assert ("success", 2) == (result["outcome"], result["rowcount"])


def test_an_error_is_raised_by_poll(guarded: Guarded, pg_dsn: str) -> None:
    """As the driver's, without card numbers, recorded as this statement's; the connection goes on."""
    connection = opened(guarded, pg_dsn)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT card_number::date FROM {guarded.table}")
        with pytest.raises(psycopg2.DataError) as caught:
            extras.wait_select(connection)
        assert PAN not in f"{caught.value} {caught.value.pgerror}"
        cursor.execute("SELECT 1")
        extras.wait_select(connection)
        assert [(1,)] == cursor.fetchall()
    connection.close()
    results = [(r["outcome"], r.get("error", {}).get("sqlstate")) for r in guarded.log.records if r["type"] == "result"]

    assert [("failure", caught.value.pgcode), ("success", None)] == results


def test_one_statement_at_a_time(guarded: Guarded, pg_dsn: str) -> None:
    """The second is refused as the driver does, and harms the record of the first one not."""
    connection = opened(guarded, pg_dsn)
    one, other = connection.cursor(), connection.cursor()
    one.execute("SELECT 7")
    for call in (
        lambda: one.execute("SELECT 8"),
        lambda: other.execute("SELECT 8"),
        lambda: other.callproc("version"),
        one.fetchone,
        one.fetchall,
        one.fetchmany,
        lambda: next(one),
    ):
        with pytest.raises(psycopg2.ProgrammingError, match="while an asynchronous query is underway"):
            call()
    extras.wait_select(connection)
    assert [(7,)] == one.fetchall()
    for call in (
        lambda: one.executemany("SELECT %s", [(1,)]),
        lambda: one.copy_to(None, "x"),
        lambda: one.copy_from(None, "x"),
        lambda: one.copy_expert("COPY x TO STDOUT", None),
        lambda: connection.cursor("named"),
        connection.commit,
    ):
        with pytest.raises(psycopg2.ProgrammingError):
            call()
    connection.close()


def test_a_statement_is_judged_before_it_is_sent(guard: Callable[..., Guarded], pg_dsn: str) -> None:
    """A denied one is not sent, and nothing is underway."""
    guarded = guard("psycopg2", policy={"name": "none", "schema": 1, "default": "deny"})
    connection = opened(guarded, pg_dsn)
    with connection.cursor() as cursor, pytest.raises(StatementDenied):
        cursor.execute("SELECT 1")
    assert not connection.isexecuting()
    connection.close()


def test_nothing_is_sent_before_the_connection_stands(guarded: Guarded, pg_dsn: str) -> None:
    """A connection that nobody has polled has no checked transport."""
    connection = guarded.module.connect(pg_dsn, async_=1)
    with pytest.raises(psycopg2.OperationalError, match="connection attempt underway"):
        connection.cursor()
    with pytest.raises(psycopg2.OperationalError, match="connection attempt underway"):
        guarded.module.extensions.cursor(connection).execute("SELECT 1")
    extras.wait_select(connection)
    connection.close()


def test_a_connection_that_fails_says_so(guarded: Guarded, pg_dsn: str) -> None:
    """By poll, as the driver does."""
    dsn = guarded.raw.extensions.make_dsn(pg_dsn, dbname="no_such_database")
    connection = guarded.module.connect(dsn, async_=1)
    with pytest.raises(psycopg2.OperationalError, match="no_such_database"):
        extras.wait_select(connection)


@pytest.mark.parametrize("how", ["close", "forget"])
def test_an_answer_that_nobody_hears_is_recorded_as_such(guarded: Guarded, pg_dsn: str, how: str) -> None:
    """The connection is closed, or forgotten, while the statement runs."""
    connection = opened(guarded, pg_dsn)
    cursor = connection.cursor()
    cursor.execute("SELECT pg_sleep(0.01)")
    if how == "close":
        connection.close()
    del cursor, connection
    gc.collect()
    until = time.monotonic() + 10
    while not (results := [r for r in guarded.log.records if r["type"] == "result"]) and time.monotonic() < until:
        time.sleep(0.02)

    assert ["dropped"] == [result["outcome"] for result in results]


def test_notices_are_about_the_statement_that_is_underway(guarded: Guarded, pg_dsn: str) -> None:
    """They arrive in poll."""
    connection = opened(guarded, pg_dsn)
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE NOTICE 'card {PAN}'; END $$")
        extras.wait_select(connection)
    shown = repr(connection.notices)
    connection.close()

    assert "withheld" in shown
    assert PAN not in shown


@pytest.mark.parametrize(("text", "outcome"), [("SELECT 1", "success"), ("SELECT 1 / 0", "failure")])
def test_a_cursor_that_is_closed_meanwhile_claims_nothing(
    guarded: Guarded, pg_dsn: str, text: str, outcome: str
) -> None:
    """What became of its statement is told by the poll that hears of it."""
    connection = opened(guarded, pg_dsn)
    cursor = connection.cursor()
    cursor.execute(text)
    cursor.close()
    assert "result" not in guarded.types()
    with contextlib.suppress(psycopg2.DataError):
        extras.wait_select(connection)
    connection.close()

    assert [outcome] == [record["outcome"] for record in guarded.log.records if record["type"] == "result"]
