"""psycopg raw and guarded under load: statements a second of 64 threads, and of 1,000 asyncio tasks over a pool.

    python benchmarks/bench_psycopg_concurrency.py [--quick] [--pinned]

Full pipeline: the pci pack, masking, and the audit log on a file with its default flush mode. The server is the one
of ``PCISHIELD_TEST_POSTGRES``, else an embedded one. Raw and guarded take turns; the ratio is guarded throughput over
raw throughput, so 1.00 is no loss. The first line of each compares raw with raw: what the noise is. How fast threads
are depends on the processors that the kernel has them on, by a factor of two and more; ``--pinned`` leaves one
processor to the client and the others to the server.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import psycopg_pool
from _machine import print_machine
from _psycopg import check, server

from pcishield.shield import Shield

SQL = "SELECT id, holder, note, amount FROM bench_load WHERE id = %s"
THREADS, TASKS, POOL = 64, 1000, 16


def prepare(dsn: str) -> None:
    """Make the table."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_load")
        connection.execute("CREATE TABLE bench_load (id int PRIMARY KEY, holder text, note text, amount numeric)")
        connection.execute(
            "INSERT INTO bench_load SELECT n, 'holder ' || n, 'a note of some words ' || n, n / 7.0 "
            "FROM generate_series(1, 10000) n"
        )


def threads(connect: Callable[[], Any], each: int) -> float:
    """Run ``each`` statements in every thread, on a connection of its own; return statements a second."""
    # Opened for each round: both sides at once would need more than a server's usual hundred connections.
    connections = [connect() for _ in range(THREADS)]
    for connection in connections:
        # Steady state: what the first statement of a connection costs is another figure.
        connection.execute(SQL, (1,)).fetchone()
    barrier = Barrier(THREADS + 1)

    def work(connection: Any) -> None:
        barrier.wait()
        for n in range(each):
            connection.execute(SQL, (n + 1,)).fetchone()

    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(work, connection) for connection in connections]
        barrier.wait()
        begin = time.perf_counter()
        for future in running:
            future.result()
        found = THREADS * each / (time.perf_counter() - begin)
    for connection in connections:
        connection.close()
    return found


async def tasks(dsn: str, cls: Any, each: int) -> float:
    """Run ``each`` statements in every task; return statements a second, without the pool's start."""
    async with psycopg_pool.AsyncConnectionPool(
        dsn, min_size=POOL, max_size=POOL, open=False, timeout=300, connection_class=cls, kwargs={"autocommit": True}
    ) as pool:
        await pool.wait()

        async def work(statements: int) -> None:
            for n in range(statements):
                async with pool.connection() as connection:
                    cursor = await connection.execute(SQL, (n + 1,))
                    await cursor.fetchone()

        await asyncio.gather(*(work(1) for _ in range(4 * POOL)))
        begin = time.perf_counter()
        await asyncio.gather(*(work(each) for _ in range(TASKS)))
        return TASKS * each / (time.perf_counter() - begin)


def compare(name: str, raw: Callable[[], float], other: Callable[[], float], rounds: int) -> None:
    """Take turns; print median and spread of the ratios of throughput."""
    raw(), other()
    ratios, plain = [], []
    for n in range(rounds):
        if n % 2:
            one, two = raw(), other()
        else:
            two, one = other(), raw()
        ratios.append(two / one)
        plain.append(one)
    print(
        f"{name:34} {statistics.median(ratios):5.2f} x raw throughput  ({min(ratios):.2f} to {max(ratios):.2f})   "
        f"raw {statistics.median(plain):8.0f} statements/s",
        flush=True,
    )


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description="psycopg under load, raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    parser.add_argument("--pinned", action="store_true", help="client and server on processors of their own")
    given = parser.parse_args()
    rounds, each = (3, 10) if given.quick else (7, 50)
    print_machine("psycopg", "psycopg-binary", "psycopg-pool")
    first, *others = sorted(os.sched_getaffinity(0))
    if given.pinned:
        os.sched_setaffinity(0, others or [first])
    with server() as dsn, tempfile.TemporaryDirectory() as directory:
        prepare(dsn)
        if given.pinned:
            os.sched_setaffinity(0, [first])
        with Shield({}, audit=f"{directory}/audit") as shield:
            module = shield.guard(psycopg)
            with module.connect(dsn, autocommit=True) as connection:
                check(connection)

            def by(opened: Any) -> Callable[[], float]:
                return lambda: threads(lambda: opened.connect(dsn, autocommit=True), each)

            compare(f"{THREADS} threads, raw against raw", by(psycopg), by(psycopg), rounds)
            compare(f"{THREADS} threads", by(psycopg), by(module), rounds)

            def of(cls: Any) -> Callable[[], float]:
                return lambda: asyncio.run(tasks(dsn, cls, max(each // 10, 1)))

            compare(f"{TASKS} tasks, raw against raw", of(psycopg.AsyncConnection), of(psycopg.AsyncConnection), rounds)
            compare(f"{TASKS} tasks", of(psycopg.AsyncConnection), of(module.AsyncConnection), rounds)


if __name__ == "__main__":
    main()
