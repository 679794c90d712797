"""A primary-key SELECT on loopback, raw and guarded: execute and fetchone, whole pipeline, audit file on.

Rounds of both are interleaved, so that whatever else the machine does meets both; printed are medians of the
rounds' means, and the ratio. ``--raw-again`` measures raw against raw: what the noise is.

::

    python benchmarks/psycopg_pk.py [--dsn DSN] [--rounds 60] [--statements 300]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import psycopg

DSN = "host=127.0.0.1 user=postgres dbname=test"
SQL = "SELECT id, holder, note, amount FROM bench_pk WHERE id = %s"


def prepare(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_pk")
        connection.execute("CREATE TABLE bench_pk (id int PRIMARY KEY, holder text, note text, amount numeric)")
        connection.execute(
            "INSERT INTO bench_pk SELECT n, 'holder ' || n, 'a note of some words ' || n, n / 7.0 "
            "FROM generate_series(1, 10000) n"
        )
        connection.execute("VACUUM ANALYZE bench_pk")


def one_round(connection: Any, statements: int) -> float:
    """Return microseconds per statement."""
    cursor = connection.cursor()
    start = time.perf_counter_ns()
    for n in range(statements):
        cursor.execute(SQL, (n % 10000 + 1,))
        cursor.fetchone()
    return (time.perf_counter_ns() - start) / statements / 1000


def measure(runs: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Run all, alternating, each first in half of the rounds."""
    for run in runs.values():
        run()
    found: dict[str, list[float]] = {name: [] for name in runs}
    for n in range(rounds):
        for name in list(runs) if n % 2 else reversed(runs):
            found[name].append(runs[name]())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dsn", default=os.environ.get("PCISHIELD_TEST_POSTGRES", DSN))
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--raw-again", action="store_true", help="raw against raw: the noise")
    options = parser.parse_args()

    import pcishield
    from pcishield.shield import Shield

    prepare(options.dsn)
    with tempfile.TemporaryDirectory() as directory, Shield({}, audit=f"{directory}/audit") as shield:
        raw = psycopg.connect(options.dsn, autocommit=True)
        other = (psycopg.connect if options.raw_again else shield.guard(psycopg).connect)(options.dsn, autocommit=True)
        found = measure(
            {
                "raw": lambda: one_round(raw, options.statements),
                "guarded": lambda: one_round(other, options.statements),
            },
            options.rounds,
        )
        server = raw.info.server_version // 10000
        raw.close()
        other.close()
    medians = {name: statistics.median(values) for name, values in found.items()}
    spread = {name: statistics.quantiles(values, n=4) for name, values in found.items()}
    print(f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__}), pcishield {pcishield.__version__}, "
          f"PostgreSQL {server}, Python {sys.version.split()[0]}, {platform.machine()}, {os.cpu_count()} cores")  # fmt: skip
    for name, median in medians.items():
        print(f"{name:8} {median:8.1f} us/statement (quartiles {spread[name][0]:.1f} .. {spread[name][2]:.1f})")
    ratios = [g / r for r, g in zip(found["raw"], found["guarded"], strict=True)]
    print(f"ratio    {medians['guarded'] / medians['raw']:8.3f} x raw (median of rounds' ratios {statistics.median(ratios):.3f})")
    print(f"added    {medians['guarded'] - medians['raw']:8.1f} us/statement")


if __name__ == "__main__":
    main()
