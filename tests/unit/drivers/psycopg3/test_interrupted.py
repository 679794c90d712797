"""What breaks off while rows are on their way: the record says so, and the connection is as the driver leaves it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from pcishield.testing import RecordingLog

HALF = "SELECT 1 / (3 - n) FROM generate_series(1, 5) n"
WAITING = (
    "CREATE FUNCTION pg_temp.waiting(n int) RETURNS int LANGUAGE plpgsql AS "
    "$$ BEGIN IF n > 2 THEN RAISE NOTICE 'now'; PERFORM pg_sleep(60); END IF; RETURN n; END $$"
)
SLOW = "SELECT pg_temp.waiting(n) FROM generate_series(1, 5) n"


def _outcomes(log: RecordingLog, method: str) -> list[Any]:
    return [record["outcome"] for record in log.records if record["type"] == "result" and record["method"] == method]


def _streamed(cursor: Any) -> None:
    for _ in cursor.stream(HALF):
        pass


def _server(cursor: Any) -> None:
    with cursor.connection.cursor("half") as server:
        server.itersize = 1
        server.execute(HALF)
        list(server)


def _copied_out(cursor: Any) -> None:
    with cursor.copy(f"COPY ({HALF}) TO STDOUT") as copy:
        list(copy)


def _copied_in(cursor: Any) -> None:
    with cursor.copy("COPY cards (id, cvv) FROM STDIN") as copy:
        copy.write(b"x\t1\n")


def _abandoned(cursor: Any) -> None:
    with cursor.copy("COPY cards (id, cvv) FROM STDIN") as copy:
        copy.write(b"7\t1\n")
        raise psycopg.DataError("the user's own")


@pytest.mark.parametrize(
    ("method", "work"),
    [("stream", _streamed), ("execute", _server), ("copy", _copied_out), ("copy", _copied_in), ("copy", _abandoned)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_fails_half_way_is_recorded_as_a_failure(
    connection: Any, log: RecordingLog, method: str, work: Callable[[Any], None]
) -> None:
    """Not as the success that it was until then."""
    before = len(_outcomes(log, method))
    with pytest.raises((psycopg.DataError, psycopg.errors.QueryCanceled)):
        work(connection.cursor())

    assert ["failure"] == _outcomes(log, method)[before:]
    assert psycopg.pq.TransactionStatus.INERROR == connection.info.transaction_status
    connection.rollback()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Of the test."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


async def _cancelled(module: Any, dsn: str, work: Callable[[Any], Any]) -> str:
    """Cancel ``work`` when the server is in the middle of it; return the transaction's status."""
    running = asyncio.Event()
    async with await module.AsyncConnection.connect(dsn) as connection:
        await connection.execute(WAITING)
        connection.add_notice_handler(lambda diagnostic: running.set())
        task = asyncio.create_task(work(connection))
        await running.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        status = str(connection.info.transaction_status)
        await connection.rollback()
        cursor = await connection.execute("SELECT 7")
        assert (7,) == await cursor.fetchone()
        return status


async def _execute(connection: Any) -> None:
    await connection.execute(SLOW)


async def _stream(connection: Any) -> None:
    async for _ in connection.cursor().stream(SLOW):
        pass


async def _fetch(connection: Any) -> None:
    async with connection.cursor("slow") as server:
        server.itersize = 1
        await server.execute(SLOW)
        async for _ in server:
            pass


async def _copy(connection: Any) -> None:
    async with connection.cursor().copy(f"COPY ({SLOW}) TO STDOUT") as copy:
        async for _ in copy:
            pass


async def _pipeline(connection: Any) -> None:
    async with connection.pipeline():
        with suppress(psycopg.Error):
            cursor = await connection.execute(SLOW)
            await cursor.fetchall()


@pytest.mark.parametrize("work", [_execute, _stream, _fetch, _copy, _pipeline])
def test_a_cancelled_task_is_recorded_and_leaves_what_the_driver_leaves(
    guarded: Any, pg_dsn: str, log: RecordingLog, loop: Any, work: Callable[[Any], Any]
) -> None:
    """In the middle of each way to get rows."""
    expected = loop.run_until_complete(_cancelled(psycopg, pg_dsn, work))
    status = loop.run_until_complete(_cancelled(guarded, pg_dsn, work))
    results = [record["outcome"] for record in log.records if record["type"] == "result"]

    assert expected == status
    assert len([record for record in log.records if record["type"] == "attempt"]) == len(results)
    assert [outcome for outcome in results if outcome != "success"] in (["cancelled"], ["failure"])


async def _waited_for(connection: Any, *queries: str) -> None:
    """Send all on one cursor, and be cancelled when the server has long been busy."""
    async with connection.pipeline():
        cursor = connection.cursor()
        for query in queries:
            await cursor.execute(query)
        await cursor.fetchall()


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        ((SLOW,), ["failure"]),
        ((SLOW, "SELECT 2"), ["failure", "failure"]),
        (("SELECT 2", SLOW), ["success", "failure"]),
        (("SELECT 2", SLOW, "SELECT 3"), ["success", "failure", "failure"]),
    ],
)
def test_what_is_cancelled_late_in_a_pipeline_is_no_success(
    guarded: Any, pg_dsn: str, log: RecordingLog, loop: Any, queries: tuple[str, ...], expected: list[str]
) -> None:
    """However long the answer took, and however often its cursor was used."""

    async def cancelled() -> None:
        running = asyncio.Event()
        async with await guarded.AsyncConnection.connect(pg_dsn) as connection:
            await connection.execute(WAITING)
            connection.add_notice_handler(lambda diagnostic: running.set())
            task = asyncio.create_task(_waited_for(connection, *queries))
            await running.wait()
            await asyncio.sleep(0.6)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await connection.rollback()

    loop.run_until_complete(cancelled())
    _until(lambda: len(_by_attempt(log)) > len(expected))

    assert expected == _by_attempt(log)[1:]


def test_what_nobody_waits_for_any_more_is_no_success(guarded: Any, pg_dsn: str, log: RecordingLog) -> None:
    """A pipeline that is left by closing its connection."""
    connection = guarded.connect(pg_dsn, autocommit=True)
    with suppress(psycopg.OperationalError), connection.pipeline():
        connection.execute("SELECT pg_sleep(0.6)")
        connection.close()
    del connection
    gc.collect()
    _until(lambda: bool(_by_attempt(log)))

    assert ["dropped"] == _by_attempt(log)


def test_a_session_that_the_server_has_ended_says_why(guarded: Any, pg_dsn: str) -> None:
    """To the statement that comes, though its tables have to be read first."""
    with guarded.connect(pg_dsn) as connection:
        connection.execute("SET SESSION idle_in_transaction_session_timeout = 100")
        sleep(0.6)
        with pytest.raises(psycopg.Error, match="idle-in-transaction"):
            connection.execute("SELECT * FROM pg_tables")


def _by_attempt(log: RecordingLog) -> list[Any]:
    """The outcomes, in the order of the attempts; of those that have one."""
    results = {record["attempt"]: record["outcome"] for record in log.records if record["type"] == "result"}
    return [results[attempt] for attempt in sorted(results, key=lambda name: int(name.rpartition("/")[2]))]


def _until(true: Callable[[], bool]) -> None:
    deadline = monotonic() + 5
    while not true() and monotonic() < deadline:
        sleep(0.05)
