"""Memory of masked results on psycopg: peak of a fetchall beside raw, and a long iteration over a server-side cursor.

    python benchmarks/bench_memory.py [--quick] [--rows 1000000] [--streamed 10000000]

Each figure comes from a process of its own: what its memory (VmHWM, in MB) grew by from the first small query to the
end, and what it held then (VmRSS). Ten columns, five of text, a card number in one and in 2 % of the notes, so that
every row is rebuilt. Linux.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from _machine import print_machine
from _psycopg import check, server

from pcishield import Shield
from pcishield.masking import Masker
from pcishield.testing import make_pan

POLICY = {"name": "bench", "schema": 1, "default": "allow"}
SELECT = (
    "SELECT n AS id, {pan} AS reference, 'customer ' || n AS name, 'street ' || n AS street, n * 7 AS quantity, "
    "CASE WHEN n % 50 = 0 THEN 'paid with ' || {pan} || ' ' || n ELSE 'nothing to note about ' || n END AS note, "
    "n::bigint * 1000 AS counter, n::float8 / 3 AS share, n % 2 = 0 AS even, 'country ' || n % 200 AS country "
    "FROM generate_series(1, {rows}) n"
)


def memory(key: str) -> float:
    """Return a line of /proc/self/status in MB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(key)).split()[1]) / 1024


def numbers() -> str:
    """SQL for a card number that is another one in each row of a hundred."""
    made = ", ".join(f"'{make_pan('visa', 16)}'" for _ in range(100))
    return f"(ARRAY[{made}])[1 + n % 100]"


def measure(kind: str, how: str, dsn: str, rows: int) -> None:
    """In a process of its own: print peak growth and what is held at the end."""
    query = SELECT.format(pan=numbers(), rows="{rows}")
    with tempfile.TemporaryDirectory() as directory, Shield({}, policy=POLICY, audit=f"{directory}/audit") as shield:
        module: Any = psycopg if kind == "raw" else shield.guard(psycopg)
        with module.connect(dsn) as connection:
            if kind == "guarded":
                check(connection)
            # Both have everything loaded before the count begins.
            connection.execute(query.format(rows=1_000)).fetchall()
            Path("/proc/self/clear_refs").write_text("5", "ascii")
            before = memory("VmRSS")
            if how == "fetchall":
                held = connection.execute(query.format(rows=rows)).fetchall()
                assert len(held) == rows
            else:
                with connection.cursor(name="long") as cursor:
                    cursor.itersize = 10_000
                    cursor.execute(query.format(rows=rows))
                    assert sum(1 for _ in cursor) == rows
            print(memory("VmHWM") - before, memory("VmRSS") - before)


def child(kind: str, how: str, dsn: str, rows: int) -> tuple[float, float]:
    command = [sys.executable, __file__, "--child", kind, how, dsn, str(rows)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    peak, end = map(float, output.split()[-2:])
    return peak, end


def main() -> None:
    parser = argparse.ArgumentParser(description="memory of masked results")
    parser.add_argument("--quick", action="store_true", help="fewer rows: to see that it runs, not to quote")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the fetchall")
    parser.add_argument("--streamed", type=int, default=10_000_000, help="rows of the iteration")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, how, dsn, rows = options.child
        measure(kind, how, dsn, int(rows))
        return
    rows, streamed = (50_000, 200_000) if options.quick else (options.rows, options.streamed)
    print_machine("psycopg", "psycopg-binary")
    print(f"kernel:   {Masker().kernel}\n")
    with server() as dsn:
        raw, _ = child("raw", "fetchall", dsn, rows)
        guarded, _ = child("guarded", "fetchall", dsn, rows)
        cells = rows + rows // 50
        print(f"fetchall of {rows:,} rows, {cells:,} cells masked: peak {raw:,.1f} MB raw, {guarded:,.1f} MB guarded, "
              f"{guarded / raw - 1:+.1%}", flush=True)  # fmt: skip
        for count in (streamed // 10, streamed):
            for kind in ("raw", "guarded"):
                peak, end = child(kind, "iterate", dsn, count)
                print(f"iteration over {count:,} rows of a server-side cursor, {kind}: peak {peak:,.1f} MB, "
                      f"{end:,.1f} MB at the end", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
