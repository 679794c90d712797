"""psycopg raw and guarded, counted rather than timed: instructions of a primary-key SELECT, by valgrind.

    python benchmarks/psycopg_instructions.py [--quick]

Needs valgrind. The same statements as ``bench_psycopg_pk.py``. What a machine does beside has no part in the count, nor
have the kernel and the server. SHA-256 is counted by itself: valgrind knows no instructions for it, which processors
have.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from _machine import print_machine
from _psycopg import server
from bench_psycopg_pk import by_connection, by_cursor, prepare

from pcishield.shield import Shield

WAYS = {"cursor.execute, fetchone": by_cursor, "connection.execute, fetchone": by_connection}


def work(dsn: str, guarded: bool, way: str, count: int) -> None:
    """Be the process that is counted: warm up, then ``count`` statements."""
    with tempfile.TemporaryDirectory() as directory:
        module = Shield({}, audit=f"{directory}/audit").guard(psycopg) if guarded else psycopg
        call = WAYS[way](module.connect(dsn, autocommit=True))
        for _ in range(150):
            call()
        for switch, times in (("on", count), ("off", 0)):
            subprocess.run(["callgrind_control", "-i", switch, str(os.getpid())], check=True, capture_output=True)
            for _ in range(times):
                call()
    os._exit(0)


def counted(dsn: str, guarded: bool, way: str, count: int) -> tuple[float, float]:
    """Return instructions of the main thread for one statement, and those of SHA-256 among them."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "out"
        subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
             f"--callgrind-out-file={out}", sys.executable, __file__, "--work", dsn, str(int(guarded)), way,
             str(count)],
            check=True, capture_output=True,
        )  # fmt: skip
        found = subprocess.run(
            ["callgrind_annotate", "--inclusive=yes", "--threshold=100", f"{out}-01"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    total, digest = (
        max((int(n.replace(",", "")) for n in re.findall(pattern, found, re.MULTILINE)), default=0) / count
        for pattern in (r"^\s*([\d,]+) .*PROGRAM TOTALS", r"^\s*([\d,]+) .*:\w*sha256_of(?: \[|$)")
    )
    return total, digest


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        dsn, guarded, way, count = given.work
        work(dsn, guarded == "1", way, int(count))
    if shutil.which("valgrind") is None:
        print("left out: valgrind is not installed")
        return
    count = 50 if given.quick else 300
    print_machine("psycopg", "psycopg-binary")
    with server() as dsn:
        prepare(dsn)
        for way in WAYS:
            raw, _ = counted(dsn, False, way, count)
            total, digest = counted(dsn, True, way, count)
            added = f"added {total - digest - raw:,.0f}, and {digest:,.0f} for SHA-256"
            print(f"{way:30} raw {raw:,.0f} instructions, {added}", flush=True)


if __name__ == "__main__":
    main()
