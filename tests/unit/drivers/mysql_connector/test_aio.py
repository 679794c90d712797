"""mysql.connector.aio: the same guards, awaited."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import mysql.connector
import pytest
import pytest_asyncio

from pcishield.exceptions import ApprovalDenied, LimitExceeded, PolicyViolation
from pcishield.testing import RecordingLog, assert_no_pan
from tests.unit.drivers.mysql_connector.conftest import ALLOW_ALL, PAN
from tests.unit.drivers.mysql_connector.test_cursors import CURSORS, QUERY, cells

pytestmark = [
    pytest.mark.mysql,
    pytest.mark.skipif(
        not hasattr(mysql.connector.abstracts.MySQLCursorAbstract, "fetchsets"),
        reason="9.1's asyncio half hangs and fails by itself when results are left unread",
    ),
]


@pytest.fixture
def implementation() -> str:
    """There is one asyncio implementation, and it is pure Python."""
    return "pure"


@pytest.fixture
def aio_params(mysql_params: dict[str, Any]) -> dict[str, Any]:
    """Without TLS: on a server that has none, the driver's asyncio connect fails otherwise."""
    return mysql_params | {"ssl_disabled": True}


@pytest_asyncio.fixture
async def aconnection(guarded: Any, aio_params: dict[str, Any], table: str) -> AsyncIterator[Any]:
    """A guarded asyncio connection."""
    made = await guarded.aio.connect(**aio_params)
    yield made
    await made.close()


@pytest.mark.parametrize("options", CURSORS, ids=lambda options: "-".join(options) or "plain")
async def test_every_fetch_is_masked(aconnection: Any, table: str, options: dict[str, bool]) -> None:
    """fetchone, fetchmany, fetchall and iteration, with every cursor class."""
    cursor = await aconnection.cursor(**options)
    await cursor.execute(QUERY.format(table))
    rows = [await cursor.fetchone(), *await cursor.fetchmany(1), *await cursor.fetchall()]
    await cursor.execute(QUERY.format(table))
    rows.append(await anext(cursor))
    while (row := await cursor.fetchone()) is not None:
        rows.append(row)

    assert 6 == len(rows)
    for row in rows:
        assert_no_pan(cells(row))
        assert "123" not in str(cells(row)[3])


async def test_users_cursor_class_lies_above_the_guard(aconnection: Any, audited: Any, table: str) -> None:
    """What it adds to the SQL is judged, and what it sees of rows is masked."""
    from mysql.connector.aio.cursor import MySQLCursor

    class Mine(MySQLCursor):
        async def execute(self, operation: Any, params: Any = (), *args: Any, **options: Any) -> Any:
            return await super().execute(f"{operation} LIMIT 1", params, *args, **options)

    cursor = await aconnection.cursor(cursor_class=Mine)
    await cursor.execute(f"SELECT pan FROM {table}")

    assert isinstance(cursor, Mine)
    assert_no_pan(await cursor.fetchall())
    assert [("execute", f"SELECT pan FROM {table} LIMIT ?")] == audited.attempts()


async def test_commands_and_sets_are_masked(aconnection: Any, table: str, audited: Any) -> None:
    """cmd_query, cmd_query_iter, info_query, prepared commands, stacked statements and mapped results."""
    handed = []
    await aconnection.cmd_query(f"SELECT pan, cvv FROM {table}")
    handed.append((await aconnection.get_rows())[0])
    async for result in aconnection.cmd_query_iter(f"SELECT '{PAN}'; SELECT cvv FROM {table}"):
        handed += [result["columns"], (await aconnection.get_rows())[0]]
    handed.append(await aconnection.info_query(f"SELECT pan FROM {table} LIMIT 1"))
    prepared = await aconnection.cmd_stmt_prepare(f"SELECT pan FROM {table}".encode())
    result = await aconnection.cmd_stmt_execute(prepared["statement_id"])
    aconnection.unread_result = True
    handed.append((await aconnection.get_rows(binary=True, columns=result[1]))[0])
    cursor = await aconnection.cursor()
    await cursor.execute(f"SELECT pan FROM {table}; SELECT note FROM {table}")
    handed.append(await cursor.fetchall())
    while await cursor.nextset():
        handed.append(await cursor.fetchall())

    assert 9 == len(handed)
    assert_no_pan(handed)
    assert "123" not in str(handed[4])
    assert 5 == len(audited.of("attempt"))


async def test_executemulti_is_execute(aconnection: Any, table: str, audited: Any) -> None:
    """The deprecated name of what ``execute`` does; a prepared cursor has no such thing."""
    cursor, prepared = await aconnection.cursor(), await aconnection.cursor(prepared=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        await cursor.executemulti(f"SELECT pan FROM {table}; SELECT %s", ("x",))
        handed = [await cursor.fetchall(), await cursor.nextset() and await cursor.fetchall()]
        with pytest.raises(mysql.connector.NotSupportedError):
            await prepared.executemulti("SELECT 1")

    assert [("x",)] == handed[1]
    assert_no_pan(handed)
    assert ["execute"] == [method for method, _ in audited.attempts()]


async def test_what_a_subclass_keeps_among_its_stored_results_stays(aconnection: Any) -> None:
    """The driver hands out whatever is in that list, a cursor or not."""
    cursor = await aconnection.cursor()
    cursor._stored_results.append("mine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        stored = list(cursor.stored_results())

    assert ["mine"] == stored


async def test_temporary_tables_are_known(aconnection: Any, table: str) -> None:
    """The catalog does not list them; what the session has put into them tells what may be shown."""
    cursor = await aconnection.cursor()
    await cursor.execute(f"CREATE TEMPORARY TABLE plain_{table} AS SELECT id, 'plain' AS label FROM {table}")
    await cursor.execute(f"SELECT * FROM plain_{table} LIMIT 1")
    plain = await cursor.fetchall()
    await cursor.execute(f"CREATE TEMPORARY TABLE leading_{table} AS SELECT substr(pan, 1, 8) AS label FROM {table}")
    await cursor.execute(f"SELECT * FROM leading_{table} LIMIT 1")

    assert [(1, "plain")] == plain
    assert [("[REDACTED:pan]",)] == await cursor.fetchall()


async def test_procedures_are_masked(aconnection: Any, raw: Any, table: str, audited: Any) -> None:
    """callproc and stored_results."""
    raw.cursor().execute(
        f"CREATE PROCEDURE p_{table}(INOUT b VARCHAR(40)) BEGIN SELECT pan, cvv FROM {table}; "
        f"SET b = (SELECT MIN(pan) FROM {table}); END"
    )
    try:
        cursor = await aconnection.cursor()
        returned = await cursor.callproc(f"p_{table}", ("",))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            stored = [await result.fetchall() for result in cursor.stored_results()]
    finally:
        await aconnection.rollback()
        raw.cursor().execute(f"DROP PROCEDURE p_{table}")

    assert_no_pan([returned, stored])
    assert "123" not in str(stored)
    assert ["callproc"] == [method for method, _ in audited.attempts()]


async def test_every_way_in_is_judged(
    make_shield: Callable[..., Any], log: RecordingLog, aio_params: dict[str, Any], audited: Any
) -> None:
    """Under a policy that denies everything, nothing reaches the server by any method."""
    denying = make_shield(policy={"name": "none", "schema": 1, "default": "deny"}, audit=log)
    connection = await denying.guard(mysql.connector).aio.connect(**aio_params)
    cursor, prepared = await connection.cursor(), await connection.cursor(prepared=True)

    async def iterated() -> None:
        async for _ in connection.cmd_query_iter("SELECT 1"):
            pass

    for call in (
        lambda: connection.cmd_query("SELECT 1"),
        iterated,
        lambda: connection.info_query("SELECT 1"),
        lambda: connection.cmd_init_db("mysql"),
        lambda: connection.set_database("mysql"),
        lambda: connection.set_time_zone("+00:00"),
        lambda: connection.set_sql_mode("ANSI_QUOTES"),
        lambda: connection.cmd_process_kill(1),
        lambda: connection.cmd_refresh(1),
        lambda: connection.cmd_shutdown(),
        lambda: connection.cmd_stmt_send_long_data(1, 0, None),
        lambda: cursor.execute("SELECT 1"),
        lambda: cursor.executemany("SET @a = %s", [(1,)]),
        lambda: cursor.callproc("nothing"),
        lambda: prepared.execute("SELECT 1"),
    ):
        with pytest.raises(PolicyViolation):
            await call()
    await connection.commit()
    await connection.close()

    assert 15 == len(audited.of("denied"))
    assert [] == audited.of("attempt")


async def test_limits_are_exact(make_shield: Callable[..., Any], aio_params: dict[str, Any], table: str) -> None:
    """Two rows may be had, in spite of the driver's look-ahead, and the connection stays fit for use."""
    shield = make_shield(policy=ALLOW_ALL | {"limits": {"rows": 2}})
    connection = await shield.guard(mysql.connector).aio.connect(**aio_params)
    cursor = await connection.cursor()
    await cursor.execute(f"SELECT id FROM {table}")
    rows = [await cursor.fetchone(), await cursor.fetchone()]
    with pytest.raises(LimitExceeded):
        await cursor.fetchone()
    await cursor.execute("SELECT 7")

    assert None not in rows
    assert [(7,)] == await cursor.fetchall()
    await connection.close()


async def test_cancellation_is_recorded(aconnection: Any, audited: Any) -> None:
    """A statement that was cancelled while it ran has a result that says so."""
    cursor = await aconnection.cursor()
    task = asyncio.create_task(cursor.execute("SELECT SLEEP(5)"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises((asyncio.CancelledError, mysql.connector.Error)):
        await task  # some versions take a cancellation for a timeout

    assert "success" != audited.of("result")[0]["outcome"]
    await aconnection.shutdown()


async def test_tasks_do_not_open_gates_for_each_other(
    guarded: Any, aio_params: dict[str, Any], table: str, audited: Any
) -> None:
    """Many tasks with a connection each: as many attempts as statements."""

    async def work() -> None:
        connection = await guarded.aio.connect(**aio_params)
        cursor = await connection.cursor()
        for _ in range(3):
            await cursor.execute(f"SELECT pan FROM {table}")
            assert_no_pan(await cursor.fetchall())
        await connection.cmd_query("SELECT 1")
        await connection.get_rows()
        await connection.close()

    await asyncio.gather(*(work() for _ in range(8)))

    assert 32 == len(audited.of("attempt"))


async def test_warnings_and_errors_are_clean(aconnection: Any, table: str) -> None:
    """Neither quotes the values of classified columns, nor card numbers."""
    aconnection.raise_on_warnings = True
    cursor = await aconnection.cursor()
    with pytest.raises(mysql.connector.Error) as warned:
        await cursor.execute(f"SELECT CAST(CONCAT('Erika', cvv) AS SIGNED) FROM {table}")
        await cursor.fetchall()
    aconnection.raise_on_warnings = False
    await aconnection.consume_results()
    with pytest.raises(mysql.connector.IntegrityError) as failed:
        await cursor.execute(f"INSERT INTO {table} (id, pan) VALUES (%s, %s)", (9, PAN))

    assert "Erika" not in str(warned.value)
    assert_no_pan([str(failed.value), failed.value.args, failed.value.msg])


async def test_pools_are_guarded(guarded: Any, aio_params: dict[str, Any], table: str) -> None:
    """At every checkout, where the driver has asyncio pools."""
    if not hasattr(guarded.aio, "MySQLConnectionPool"):
        pytest.skip("this driver version has no asyncio pools")
    pool = guarded.aio.MySQLConnectionPool(pool_name=f"p{uuid4().hex[:8]}", pool_size=1, **aio_params)
    await pool.initialize_pool()
    for _ in range(2):
        connection = await pool.get_connection()
        cursor = await connection.cursor()
        await cursor.execute(f"SELECT pan FROM {table}")
        assert_no_pan(await cursor.fetchall())
        await cursor.close()
        await connection.close()
    await pool.close_pool()


async def test_a_cancelled_answer_is_not_the_next_ones(aconnection: Any, table: str, audited: Any) -> None:
    """What was left unread is handed out as no other statement's rows; the connection says so until it reconnects."""
    cursor = await aconnection.cursor()
    read = aconnection._socket.read

    async def cancelled(*args: Any, **kwargs: Any) -> Any:
        raise asyncio.CancelledError

    aconnection._socket.read = cancelled
    with pytest.raises((asyncio.CancelledError, mysql.connector.Error)):
        await cursor.execute(f"SELECT CONCAT('', cvv) FROM {table}")
    if aconnection._socket is not None:
        aconnection._socket.read = read
    for call in (lambda: cursor.execute("SELECT 7"), lambda: aconnection.cmd_query("SELECT 8"), aconnection.commit):
        with pytest.raises(mysql.connector.Error):
            await call()

    assert not await aconnection.is_connected()
    await aconnection.reconnect()
    cursor = await aconnection.cursor()
    await cursor.execute("SELECT 7")
    assert [(7,)] == await cursor.fetchall()
    assert ["cancelled", "failure", "failure", "success"] == [r["outcome"] for r in audited.of("result")] or (
        "failure" == audited.of("result")[0]["outcome"]
    )


@pytest.mark.timeout(20)
@pytest.mark.parametrize("consume", [False, True])
async def test_unread_rows_do_not_outlive_their_socket(
    guarded: Any, aio_params: dict[str, Any], table: str, consume: bool
) -> None:
    """A connection that reconnects has nothing unread: the server will not send it any more."""
    connection = await guarded.aio.connect(**aio_params, consume_results=consume)
    await (await connection.cursor()).execute(f"SELECT pan FROM {table}")
    await connection.reconnect()
    cursor = await connection.cursor()
    await cursor.execute(f"SELECT COUNT(*) FROM {table}")
    rows = await cursor.fetchall()
    await connection.close()

    assert [(3,)] == rows


async def test_a_refused_statement_leaves_no_result(make_shield: Any, aio_params: dict[str, Any], table: str) -> None:
    """As after any error of the driver; nothing was sent, and the text that it keeps shows no value."""
    connection = await make_shield().guard(mysql.connector).aio.connect(**aio_params)
    for options in ({}, {"buffered": True}, {"prepared": True}):
        cursor = await connection.cursor(**options)
        await cursor.execute("SELECT 1 UNION ALL SELECT 2")
        await cursor.fetchall()
        with pytest.raises(ApprovalDenied):
            await cursor.execute(f"DELETE FROM {table} WHERE cvv <> %s OR 1 = 1", ("987",))
        with contextlib.suppress(mysql.connector.Error):
            assert [] == await cursor.fetchall()
        assert "987" not in str(cursor.statement)
        await cursor.close()
    cursor = await connection.cursor()
    await cursor.execute(f"SELECT COUNT(*) FROM {table}")
    assert [(3,)] == await cursor.fetchall()
    await connection.close()
