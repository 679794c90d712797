"""asyncio: the same guard, awaiting the driver and the approver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from pcishield.core.decision import ApprovalAnswer
from pcishield.drivers.psycopg import aconnect
from pcishield.exceptions import ApprovalDenied, StatementDenied
from pcishield.masking import Masker
from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import PAN, ROWS, fill

MASKED = Masker().mask(PAN, "pan")
CURSORS = (psycopg.AsyncCursor, psycopg.AsyncClientCursor, psycopg.AsyncRawCursor)
RULE = {"id": "ask", "effect": "require_approval", "when": {"actions": ["delete"]}, "reason": "deleting"}
ASK = {"name": "ask", "schema": 1, "default": "allow", "rules": [RULE]}


@pytest.fixture
async def aconnection(guarded: Any, pg_dsn: str) -> AsyncIterator[Any]:
    """A guarded asyncio connection with the table of cards."""
    async with await guarded.AsyncConnection.connect(pg_dsn) as connection:
        fill(connection)
        yield connection
        await connection.rollback()


@pytest.mark.parametrize("cls", CURSORS)
async def test_every_way_to_fetch_is_masked(aconnection: Any, cls: Any) -> None:
    """fetchone, fetchmany, fetchall and iteration, of every class of cursor."""
    async with cls(aconnection) as cursor:
        await cursor.execute("SELECT pan FROM cards")
        found = [await cursor.fetchone(), *await cursor.fetchmany(1), *await cursor.fetchall()]
        await cursor.execute("SELECT pan FROM cards")
        found += [row async for row in cursor]

    assert [(MASKED,)] * ROWS * 2 == found


async def test_stream_server_cursor_and_copy_are_masked(aconnection: Any) -> None:
    """What comes page by page."""
    query = "SELECT pan FROM cards"
    found = [row async for row in aconnection.cursor().stream(query)]
    async with aconnection.cursor("named") as cursor:
        await cursor.execute(query)
        found += [row async for row in cursor]
    async with aconnection.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
        found += [(bytes(block).decode().strip(),) async for block in copy]

    assert [(MASKED,)] * ROWS * 3 == found


async def test_connect_function_guards(shield: Any, pg_dsn: str) -> None:
    """``aconnect`` opens a guarded connection."""
    async with await aconnect(shield, pg_dsn) as connection:
        cursor = await connection.execute(f"SELECT '{PAN}'")

        assert (MASKED,) == await cursor.fetchone()


async def test_an_approver_is_awaited(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> None:
    """Other tasks run on while somebody thinks; what was approved runs, what was refused does not."""
    answers = [True, False]
    asked = asyncio.Event()

    async def approver(request: Any) -> ApprovalAnswer:
        asked.set()
        await asyncio.sleep(0.01)
        return ApprovalAnswer(approved=answers.pop(0), approver="a colleague")

    module = make_shield(policy=ASK, audit=log, approver=approver).guard(psycopg)
    async with await module.AsyncConnection.connect(pg_dsn) as connection:
        fill(connection)
        waiting = asyncio.create_task(connection.execute("DELETE FROM cards WHERE id = 1"))
        await asked.wait()
        assert not waiting.done()
        assert 1 == (await waiting).rowcount
        with pytest.raises(ApprovalDenied):
            await connection.execute("DELETE FROM cards WHERE id = 2")
        cursor = await connection.execute("SELECT count(*) FROM cards")
        assert (ROWS - 1,) == await cursor.fetchone()
        await connection.rollback()


async def test_cancellation_is_recorded_and_leaves_the_connection_usable(aconnection: Any, log: RecordingLog) -> None:
    """A cancelled statement is an attempt with a result that says so."""
    task = asyncio.create_task(aconnection.execute("SELECT pg_sleep(20)"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await aconnection.rollback()

    assert "cancelled" == [r["outcome"] for r in log.records if r["type"] == "result"][-1]
    cursor = await aconnection.execute("SELECT 1")
    assert (1,) == await cursor.fetchone()


async def test_pipeline_and_executemany(aconnection: Any) -> None:
    """Pipelined results are masked by their statements."""
    async with aconnection.pipeline():
        first = await aconnection.execute("SELECT pan FROM cards WHERE id = 1")
        second = await aconnection.execute("SELECT 5")
        assert [(5,)] == await second.fetchall()
        assert [(MASKED,)] == await first.fetchall()
    cursor = aconnection.cursor()
    await cursor.executemany("SELECT pan, %s::int FROM cards WHERE id = 1", [(1,), (2,)], returning=True)

    found = [await cursor.fetchall()]
    while cursor.nextset():
        found.append(await cursor.fetchall())

    assert [[(MASKED, 1)], [(MASKED, 2)]] == found


async def test_what_is_denied_does_not_run(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> None:
    """Refused before it is sent, also in a transaction block."""
    policy = {"name": "none", "schema": 1, "default": "deny"}
    module = make_shield(policy=policy, audit=log).guard(psycopg)
    async with await module.AsyncConnection.connect(pg_dsn) as connection:
        with pytest.raises(StatementDenied):
            async with connection.transaction():
                await connection.execute("SELECT 1")

        assert "attempt" not in [record["type"] for record in log.records]


async def test_many_tasks_share_a_connection(aconnection: Any, log: RecordingLog) -> None:
    """Tasks take turns as psycopg lets them; every statement has its records."""

    async def one(n: int) -> Any:
        cursor = await aconnection.execute("SELECT %s::int, pan FROM cards WHERE id = 1", (n,))
        return await cursor.fetchone()

    assert [(n, MASKED) for n in range(50)] == await asyncio.gather(*map(one, range(50)))
    assert 50 == [record["type"] for record in log.records].count("attempt")


async def test_closing_is_recorded(guarded: Any, pg_dsn: str, log: RecordingLog) -> None:
    """``await connection.close()`` ends the session."""
    connection = await guarded.AsyncConnection.connect(pg_dsn)
    await connection.close()

    assert "connection.close" == log.records[-1]["type"]
