"""Waiting in an event loop for a statement that is known: what happens meanwhile ends as with the raw driver."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import inspect
import os
import resource
import socket
import time
import warnings
import weakref
from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg import waiting

from pcishield.drivers.psycopg import _awaiting_c
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
    assert _awaiting_c.follows(psycopg.AsyncConnection.wait)


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


@pytest.fixture
def known(pg_dsn: str, allowing: Shield) -> Callable[..., Awaitable[Any]]:
    """Open a guarded connection that knows the statement."""

    async def known() -> Any:
        connection = await allowing.guard(psycopg).AsyncConnection.connect(pg_dsn, autocommit=True, prepare_threshold=0)
        for _ in range(3):
            await connection.execute(SLEEP, (0,))
        return connection

    return known


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _sockets() -> set[str]:
    """Return the sockets of this process, whichever thread opened them; one that two descriptors have is one."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the listing's own descriptor, or what another thread has closed
            found.add(os.readlink(f"/proc/self/fd/{name}"))
    return {one for one in found if one.startswith("socket:")}


def _watched(connection: Any) -> bool:
    return "_pcishield_tether" in vars(connection)


def test_a_loop_is_left_as_it_was(known: Any) -> None:
    """No descriptor stays open, whether a connection is closed, dropped, or outlives its loop."""
    outlives: list[Any] = []

    async def closed() -> None:
        connection = await known()
        assert _watched(connection)
        await connection.close()
        assert not _watched(connection)

    async def dropped() -> None:
        connection = await known()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del connection
            gc.collect()
        await asyncio.sleep(0.05)

    async def kept() -> None:
        outlives.append(await known())

    asyncio.run(closed())
    before = _sockets()
    for act in (closed, dropped, kept, closed):
        asyncio.run(act())
        if outlives:
            asyncio.run(outlives.pop().close())
        assert _sockets() <= before


def test_a_connection_goes_from_loop_to_loop(known: Any) -> None:
    """Each time in another event loop."""
    connection = asyncio.run(known())
    for n in range(4):

        async def act(n: int = n) -> Any:
            return await (await connection.execute("SELECT %s::int", (n,))).fetchone()

        assert [asyncio.run(act()) for _ in range(3)] == [(n,)] * 3
    asyncio.run(connection.close())


def test_another_thread_may_drop_it(known: Any) -> None:
    """The loop goes on watching sockets, also one that gets the same number."""

    async def act() -> None:
        for _ in range(5):
            connection = [await known()]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                await asyncio.to_thread(connection.clear)
            async with await known() as other:
                assert await (await other.execute("SELECT 1")).fetchone() == (1,)

    asyncio.run(act())


def test_what_comes_between_two_statements_does_not_keep_the_loop_busy(known: Any) -> None:
    """A notification that nobody reads yet; it is there when somebody asks."""

    async def act() -> list[str]:
        connection, other = await known(), await known()
        await connection.execute("LISTEN somewhere")
        await connection.execute(SLEEP, (0,))
        await other.execute("SELECT pg_notify('somewhere', %s)", (PAN,))
        await asyncio.sleep(0.05)
        began = time.process_time()
        await asyncio.sleep(0.5)
        assert time.process_time() - began < 0.25
        found = [note.payload async for note in connection.notifies(timeout=5, stop_after=1)]
        await connection.execute(SLEEP, (0,))
        await connection.close()
        await other.close()
        return found

    assert asyncio.run(act()) == [f"{'*' * 12}{PAN[-4:]}"]


def test_the_servers_end_between_two_statements(both: Any, pg_dsn: str) -> None:
    """Noticed by the next one, as the driver does, and the loop is not kept busy."""

    async def act(connection: Any) -> object:
        async with await psycopg.AsyncConnection.connect(pg_dsn, autocommit=True) as other:
            await other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        await asyncio.sleep(0.1)
        began = time.process_time()
        await asyncio.sleep(0.3)
        idle = time.process_time() - began < 0.15
        with pytest.raises(psycopg.OperationalError) as caught:
            await connection.execute(SLEEP, (0,))
        return idle, type(caught.value), str(caught.value), connection.closed

    theirs, ours = both(act)
    assert ours == theirs


def test_a_watched_socket_keeps_nothing_of_a_task(known: Any) -> None:
    """What a task has in its context ends with it, and its row factory runs in that context."""
    variable: contextvars.ContextVar[Any] = contextvars.ContextVar("variable", default=None)

    class Thing:
        pass

    async def use(connection: Any, seen: list[Any]) -> weakref.ref[Any]:
        thing = Thing()
        variable.set(thing)
        cursor = await connection.execute(SLEEP, (0.05,))
        cursor.row_factory = lambda _: lambda _: seen.append(variable.get() is thing)
        await cursor.fetchone()
        return weakref.ref(thing)

    async def act() -> None:
        connection = await known()
        connection.__dict__.pop("_pcishield_tether")  # the next statement begins to watch
        seen: list[Any] = []
        there = await asyncio.create_task(use(connection, seen))
        assert seen == [True]
        await asyncio.sleep(0.25)
        gc.collect()
        assert there() is None
        await connection.close()

    asyncio.run(act())


def test_without_a_descriptor_left_the_driver_waits(known: Any) -> None:
    """It needs none."""

    async def act() -> None:
        connection = await known()
        await (await connection.execute(SLEEP, (0,))).fetchone()  # whatever is read from files has been read
        connection.__dict__.pop("_pcishield_tether")
        taken = []
        try:
            with pytest.raises(OSError, match="Too many open files"):
                while True:
                    taken.append(os.dup(0))
            assert await (await connection.execute(SLEEP, (0,))).fetchone()
            assert not _watched(connection)
        finally:
            for one in taken:
                os.close(one)
        await connection.close()

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_descriptors() + 60, before[1]))
    try:
        asyncio.run(act())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_tasks_that_are_cancelled_at_any_time(known: Any) -> None:
    """Many that share a connection: those that were not cancelled have their own row, and nothing hangs."""
    random = Random(4)

    async def act() -> None:
        connection = await known()

        async def one(n: int) -> tuple[int, Any]:
            cursor = await connection.execute("SELECT %s::int, pg_sleep(0.002)", (n,))
            return n, await cursor.fetchone()

        for _ in range(6):
            tasks = [asyncio.create_task(one(n)) for n in range(12)]
            for task in random.sample(tasks, 5):
                await asyncio.sleep(random.random() / 200)
                task.cancel()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(found, asyncio.CancelledError):
                    n, row = found  # type: ignore[misc]
                    assert row == (n, "")
        await connection.close()

    asyncio.run(asyncio.wait_for(act(), 60))


def test_a_message_of_a_cancellation_arrives(both: Any) -> None:
    """And a task that cancels itself is cancelled where it waits."""

    async def act(connection: Any) -> object:
        found = []
        task = asyncio.create_task(connection.execute(SLEEP, (3,)))
        await asyncio.sleep(0.1)
        task.cancel("enough")
        try:
            await task
        except asyncio.CancelledError as error:
            found.append(error.args)

        async def itself() -> None:
            task = asyncio.current_task()
            assert task is not None
            task.cancel("by itself")
            await connection.execute(SLEEP, (0,))

        try:
            await asyncio.create_task(itself())
        except asyncio.CancelledError as error:
            found.append(error.args)
        return found, await (await connection.execute("SELECT 1")).fetchone()

    theirs, ours = both(act)
    assert ours == theirs


@pytest.mark.parametrize("name", ["cursor.execute", "cursor.fetchone", "connection.execute", "connection.commit"])
def test_a_coroutine_function_looks_like_one(known: Any, name: str) -> None:
    """With the driver's name and signature."""
    owner, attribute = name.split(".")

    async def act() -> None:
        async with await known() as connection:
            guarded = getattr(connection if owner == "connection" else await connection.execute("SELECT 1"), attribute)
        raw = getattr(psycopg.AsyncConnection if owner == "connection" else psycopg.AsyncCursor, attribute)
        assert inspect.iscoroutinefunction(guarded)
        assert guarded.__qualname__ == raw.__qualname__
        assert list(inspect.signature(guarded).parameters) == list(inspect.signature(raw).parameters)[1:]

    asyncio.run(act())


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (psycopg.AsyncConnection, "execute"),
        (psycopg.AsyncConnection, "commit"),
        (psycopg.AsyncCursor, "execute"),
        (psycopg.AsyncCursor, "fetchone"),
    ],
)
def test_what_is_put_on_a_class_of_the_driver_is_awaited(
    known: Any, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    """By a tracer for instance."""
    heard = []
    theirs = getattr(owner, name)

    async def own(*args: Any, **kwargs: Any) -> Any:
        heard.append(name)
        return await theirs(*args, **kwargs)

    async def act() -> None:
        connection = await known()
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, own)
            await (await connection.execute(SLEEP, (0,))).fetchone()
            await connection.commit()
        await (await connection.execute(SLEEP, (0,))).fetchone()
        await connection.close()

    asyncio.run(act())
    assert heard == [name]


def test_in_uvloop(known: Any) -> None:
    """The same in a loop that is compiled."""
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not made for Windows")

    async def act() -> None:
        connection = await known()
        for n in range(5):
            assert await (await connection.execute("SELECT %s::int", (n,))).fetchone() == (n,)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.execute(SLEEP, (3,)), 0.1)
        assert await (await connection.execute("SELECT %s::int", (7,))).fetchone() == (7,)
        await connection.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for _ in range(2):
            runner.run(act())


def test_a_number_that_the_loop_still_thinks_it_watches(known: Any) -> None:
    """As after a connection that was closed while the driver waited for it: noticed within two intervals."""

    async def act() -> None:
        connection = await known()
        connection.__dict__.pop("_pcishield_tether")
        loop = asyncio.get_running_loop()
        closed, other = socket.socketpair()
        number = closed.detach()
        loop.add_reader(number, lambda: None)
        os.close(number)
        for _ in range(3):
            await asyncio.wait_for(connection.execute(SLEEP, (0,)), 2)
            loop.remove_reader(number)  # as the driver does later
        other.close()
        await connection.close()

    asyncio.run(act())
