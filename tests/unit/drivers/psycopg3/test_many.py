"""Many threads and many tasks at once: each sees its own rows, masked, and every statement is recorded once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import PAN

SQL = "SELECT %s::int AS id, %s::text AS card_number"


def seen(row: Any, number: int) -> bool:
    """Whether a row is the one asked for, masked."""
    return bool(row[0] == number and row[1].endswith(PAN[-4:]) and PAN not in row[1])


def once_each(log: RecordingLog, count: int) -> bool:
    """Whether there is one attempt and one successful result per statement, each result with its attempt."""
    attempts = [r for r in log.records if r["type"] == "attempt"]
    results = Counter(r["attempt"] for r in log.records if r["type"] == "result" and r["outcome"] == "success")
    return count == len(attempts) == len(results) and {1} == set(results.values())


def test_threads_with_a_connection_each(guarded: Any, shield: Any, log: RecordingLog, pg_dsn: str) -> None:
    """Eight connections, four hundred statements."""

    def work(worker: int) -> list[bool]:
        with guarded.connect(pg_dsn, autocommit=True) as connection:
            return [seen(connection.execute(SQL, (n, PAN)).fetchone(), n) for n in range(worker, worker + 50)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(0, 400, 50)))
    shield.close()

    assert [[True] * 50] * 8 == found
    assert once_each(log, 400)


async def test_tasks_over_a_pool(guarded: Any, shield: Any, log: RecordingLog, pg_dsn: str) -> None:
    """Two hundred tasks on four connections of an unmodified psycopg_pool."""
    psycopg_pool = pytest.importorskip("psycopg_pool", reason="psycopg_pool is an optional dependency")

    async def work(number: int) -> bool:
        async with pool.connection() as connection:
            cursor = await connection.execute(SQL, (number, PAN))
            return seen(await cursor.fetchone(), number)

    async with psycopg_pool.AsyncConnectionPool(
        pg_dsn, min_size=4, max_size=4, open=False, connection_class=guarded.AsyncConnection,
        kwargs={"autocommit": True},
    ) as pool:  # fmt: skip
        found = await asyncio.gather(*(work(n) for n in range(200)))
    shield.close()

    assert [True] * 200 == found
    assert once_each(log, 200)


def test_a_child_process_records_under_its_own_id(make_shield: Callable[..., Any], audit_dir: Any, pg_dsn: str) -> None:
    """After a fork, a connection that the child opens is guarded; its records go to a shard of its own."""
    import os

    shield = make_shield(policy={"name": "everything", "schema": 1, "default": "allow"}, audit=audit_dir)
    module = shield.guard(psycopg)
    with module.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(SQL, (1, PAN))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with module.connect(pg_dsn, autocommit=True) as connection:
                row = connection.execute(SQL, (2, PAN)).fetchone()
            status = 0 if seen(row, 2) else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    shield.close()
    texts = [path.read_text("utf-8") for path in audit_dir.rglob("*.jsonl")]

    assert 0 == os.waitstatus_to_exitcode(status)
    assert f'"pid":{child}' in "".join(texts)
    assert PAN not in "".join(texts)
