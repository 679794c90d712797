"""psycopg raw and guarded: a primary-key SELECT on loopback, execute and fetchone.

    python benchmarks/bench_psycopg_pk.py [--quick]

Full pipeline: the pci pack, masking, and the audit log on a file with its default flush mode. The server is the one
of ``PCISHIELD_TEST_POSTGRES``, else an embedded one, by TCP on the loopback interface and then by a Unix socket, which
has a shorter way to go. The first line of each compares raw with raw: what the noise is.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable
from typing import Any

import psycopg
from _machine import print_machine
from _psycopg import check, on_loopback
from _timing import compare

from pcishield.shield import Shield

SQL = "SELECT id, holder, note, amount FROM bench_pk WHERE id = %s"


def prepare(dsn: str) -> None:
    """Make the table."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_pk")
        connection.execute("CREATE TABLE bench_pk (id int PRIMARY KEY, holder text, note text, amount numeric)")
        connection.execute(
            "INSERT INTO bench_pk SELECT n, 'holder ' || n, 'a note of some words ' || n, n / 7.0 "
            "FROM generate_series(1, 10000) n"
        )
        connection.execute("VACUUM ANALYZE bench_pk")


def by_cursor(connection: Any) -> Callable[[], Any]:
    """One cursor for all statements."""
    cursor, keys = connection.cursor(), itertools.cycle(range(1, 10001))
    return lambda: cursor.execute(SQL, (next(keys),)).fetchone()


def by_connection(connection: Any) -> Callable[[], Any]:
    """A cursor for each statement."""
    keys = itertools.cycle(range(1, 10001))
    return lambda: connection.execute(SQL, (next(keys),)).fetchone()


def run(dsn: str, audit: str, rounds: int) -> None:
    """Compare on connections to ``dsn``."""
    with Shield({}, audit=audit) as shield:
        raw, again = (psycopg.connect(dsn, autocommit=True) for _ in range(2))
        guarded = shield.guard(psycopg).connect(dsn, autocommit=True)
        check(guarded)
        compare("raw against raw", by_cursor(raw), by_cursor(again), 200, rounds)
        compare("cursor.execute, fetchone", by_cursor(raw), by_cursor(guarded), 200, rounds)
        compare("connection.execute, fetchone", by_connection(raw), by_connection(guarded), 200, rounds)
        for connection in (raw, again, guarded):
            connection.close()


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description="psycopg: primary-key SELECT, raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    rounds = 6 if parser.parse_args().quick else 60
    print_machine("psycopg", "psycopg-binary")
    with on_loopback() as (loopback, local), tempfile.TemporaryDirectory() as directory:
        prepare(loopback)
        print("loopback interface:" if local else "PCISHIELD_TEST_POSTGRES:")
        run(loopback, f"{directory}/loopback", rounds)
        if local:
            print("Unix socket:")
            run(local, f"{directory}/local", rounds)


if __name__ == "__main__":
    main()
