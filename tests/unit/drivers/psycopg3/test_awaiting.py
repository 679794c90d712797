"""Waiting in an event loop for a statement that is known: what happens meanwhile ends as with the raw driver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import waiting

from pcishield.drivers.psycopg import _awaiting
from pcishield.shield import Shield

from .conftest import ALLOW_ALL, PAN

pytestmark = pytest.mark.postgres

SLEEP = "SELECT pg_sleep(%s)"


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shield]:
    """A shield that allows everything, and masks; its log is on a file, as only then anything is remembered."""
    with Shield({}, policy=ALLOW_ALL, audit=str(tmp_path_factory.mktemp("audit") / "log")) as shield:
        yield shield


@pytest.fixture
def both(pg_dsn: str, allowing: Shield) -> Callable[[Callable[[Any], Awaitable[object]]], list[object]]:
    """Do something on a raw and a guarded connection that knows the statement; return what came of it."""

    async def on(module: Any, act: Callable[[Any], Awaitable[object]]) -> object:
        connection = await module.AsyncConnection.connect(pg_dsn, autocommit=True, prepare_threshold=0)
        try:
            for _ in range(3):
                await connection.execute(SLEEP, (0,))
            return await act(connection)
        finally:
            await connection.close()

    def both(act: Callable[[Any], Awaitable[object]]) -> list[object]:
        return [asyncio.run(on(module, act)) for module in (psycopg, allowing.guard(psycopg))]

    return both


def test_the_installed_driver_is_one_that_is_followed() -> None:
    """Its functions call what the replaced ones do; a version in which they do not is used as it is, and slower."""
    assert _awaiting.follows(psycopg.AsyncConnection.wait)


def test_a_cancelled_task_cancels_the_statement(both: Any) -> None:
    """In the server too, at once, and the connection goes on."""

    async def act(connection: Any) -> object:
        began = time.monotonic()
        task = asyncio.create_task(connection.execute(SLEEP, (3,)))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        state = connection.info.transaction_status
        return time.monotonic() - began < 2, state, await (await connection.execute("SELECT 1")).fetchone()

    theirs, ours = both(act)
    assert ours == theirs
    assert ours[0]


def test_a_timeout_cancels_the_statement(both: Any) -> None:
    """The same by ``wait_for``."""

    async def act(connection: Any) -> object:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.execute(SLEEP, (3,)), 0.2)
        return connection.info.transaction_status, await (await connection.execute(SLEEP, (0,))).fetchone()

    theirs, ours = both(act)
    assert ours == theirs


def test_a_connection_that_another_task_closes(both: Any) -> None:
    """Its socket never gets ready any more: who waits finds out by itself, soon."""

    async def act(connection: Any) -> object:
        task = asyncio.create_task(connection.execute(SLEEP, (5,)))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await connection.close()
        with pytest.raises(psycopg.OperationalError) as caught:
            await task
        return type(caught.value), str(caught.value), time.monotonic() - began < 1

    theirs, ours = both(act)
    assert ours == theirs


def test_a_server_that_ends_the_connection(both: Any, pg_dsn: str) -> None:
    """The driver's own error."""

    async def act(connection: Any) -> object:
        task = asyncio.create_task(connection.execute(SLEEP, (5,)))
        await asyncio.sleep(0.2)
        async with await psycopg.AsyncConnection.connect(pg_dsn, autocommit=True) as other:
            await other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError) as caught:
            await task
        return type(caught.value), caught.value.sqlstate, str(caught.value), connection.closed, connection.broken

    theirs, ours = both(act)
    assert ours == theirs


def test_many_wait_at_once_and_longer_than_the_interval(pg_dsn: str, allowing: Shield) -> None:
    """One timer looks after all of them, and none is woken for good before its answer is there."""
    module = allowing.guard(psycopg)

    async def one(seconds: float) -> tuple[Any, bool]:
        async with await module.AsyncConnection.connect(pg_dsn, autocommit=True) as connection:
            for _ in range(3):
                await connection.execute(f"SELECT '{PAN}', pg_sleep(%s)", (0,))
            began = time.monotonic()
            cursor = await connection.execute(f"SELECT '{PAN}', pg_sleep(%s)", (seconds,))
            return (await cursor.fetchone())[0], time.monotonic() - began >= seconds

    async def all_of_them() -> list[tuple[Any, bool]]:
        return await asyncio.gather(*(one(n / 20) for n in range(12)))

    # Twice in one thread: each loop has a timer of its own.
    for _ in range(2):
        assert asyncio.run(all_of_them()) == [(f"{'*' * 12}{PAN[-4:]}", True)] * 12


def test_a_wait_that_somebody_put_in_place_is_used(
    pg_dsn: str, allowing: Shield, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the driver's own method does, which looks for it at each call."""
    heard = []
    theirs = waiting.wait_async

    async def own(*args: Any, **kwargs: Any) -> Any:
        heard.append("wait")
        return await theirs(*args, **kwargs)

    async def act() -> None:
        connection = await allowing.guard(psycopg).AsyncConnection.connect(pg_dsn, autocommit=True)
        async with connection:
            for _ in range(3):
                await connection.execute(SLEEP, (0,))
            monkeypatch.setattr(waiting, "wait_async", own)
            await connection.execute(SLEEP, (0,))

    asyncio.run(act())
    assert heard


def test_the_end_of_no_transaction_is_the_drivers(both: Any) -> None:
    """It sends nothing, and still says what is wrong."""

    async def act(connection: Any) -> object:
        await connection.commit()
        await connection.rollback()
        async with connection.transaction():
            with pytest.raises(psycopg.ProgrammingError) as caught:
                await connection.commit()
        return str(caught.value)

    theirs, ours = both(act)
    assert ours == theirs
