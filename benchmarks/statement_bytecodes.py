"""Python bytecodes that a repeated SELECT by primary key executes, raw and guarded: a figure without noise.

    python benchmarks/statement_bytecodes.py

Counted by a trace function after a warm-up. Compiled code executes none, so this says how much Python is left on the
way, not how long it takes. The PostgreSQL is that of ``PCISHIELD_TEST_POSTGRES``, else an embedded one.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
from _machine import print_machine
from _psycopg import server

from pcishield.shield import Shield

ROUNDS = 10


def count(call: Callable[[int], Any]) -> tuple[float, Counter[str]]:
    """Return bytecodes of one call, and by function."""
    found: Counter[str] = Counter()

    def trace(frame: Any, event: str, argument: Any) -> Any:
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            found[f"{frame.f_code.co_qualname} ({Path(frame.f_code.co_filename).name})"] += 1
        return trace

    for key in range(50):
        call(key)
    sys.settrace(trace)
    try:
        for key in range(ROUNDS):
            call(key)
    finally:
        sys.settrace(None)
    return sum(found.values()) / ROUNDS, found


def show(name: str, before: float, after: float, where: Counter[str]) -> None:
    """Print both, and where the guarded ones are spent."""
    print(f"{name:<20}{before:>8.0f} raw{after:>8.0f} guarded")
    for function, times in where.most_common(8):
        print(f"    {times / ROUNDS:>6.0f} {function}")


def report(name: str, raw: Callable[[int], Any], guarded: Callable[[int], Any]) -> None:
    """Count and print both."""
    before, _ = count(raw)
    show(name, before, *count(guarded))


QUERY = "SELECT oid, typname FROM pg_type WHERE oid = %s"


def report_pool(dsn: str, raw: Any, guarded: Any) -> None:
    """Print both for a coroutine that takes a connection from a pool, the event loop's steps included."""

    def counted(cls: Any) -> tuple[float, Counter[str]]:
        with asyncio.Runner() as runner:
            pool = psycopg_pool.AsyncConnectionPool(
                dsn, min_size=1, max_size=1, open=False, connection_class=cls, kwargs={"autocommit": True}
            )
            runner.run(pool.open(wait=True))

            async def work(key: int) -> None:
                async with pool.connection() as connection:
                    await (await connection.execute(QUERY, (16 + key,))).fetchone()

            found = count(lambda key: runner.run(work(key)))
            runner.run(pool.close())
        return found

    before, _ = counted(raw)
    show("psycopg, a pool", before, *counted(guarded))


def main() -> None:
    """Count for sqlite3 and psycopg."""
    parser = argparse.ArgumentParser(description="bytecodes of a repeated statement, raw and guarded")
    parser.add_argument("--quick", action="store_true", help="no difference: counting takes a moment")
    parser.parse_args()
    print_machine("psycopg")
    with tempfile.TemporaryDirectory() as directory, server() as dsn, Shield({}, audit=f"{directory}/audit") as shield:
        path = f"{directory}/shop.db"
        plain = sqlite3.connect(path, isolation_level=None)
        plain.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
        plain.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"a {n}") for n in range(100)])
        watched = shield.guard(sqlite3).connect(path, isolation_level=None)
        sql = "SELECT id, a FROM t WHERE id = ?"
        one, other = plain.cursor(), watched.cursor()
        report("sqlite3", lambda n: one.execute(sql, (n,)).fetchone(), lambda n: other.execute(sql, (n,)).fetchone())
        plain.close()
        watched.close()
        with (
            psycopg.connect(dsn, autocommit=True) as raw,
            shield.guard(psycopg).connect(dsn, autocommit=True) as guarded,
        ):
            first, second = raw.cursor(), guarded.cursor()
            report(
                "psycopg",
                lambda n: first.execute(QUERY, (16 + n,)).fetchone(),
                lambda n: second.execute(QUERY, (16 + n,)).fetchone(),
            )
        report_pool(dsn, psycopg.AsyncConnection, shield.guard(psycopg).AsyncConnection)


if __name__ == "__main__":
    main()
