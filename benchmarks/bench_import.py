"""How much longer ``import pcishield as psycopg`` takes than ``import psycopg``, in fresh interpreters.

    python benchmarks/bench_import.py [--quick]

Milliseconds, measured inside of the interpreter, so that its own start does not count; the rounds take turns. The limit
is 30 ms for the package beside the driver; the guarded driver is loaded at the first name of the driver's.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

from _machine import print_machine

PROGRAM = "import time; begin = time.perf_counter(); {}; print((time.perf_counter() - begin) * 1e3)"
WAYS = {
    "import psycopg": "import psycopg",
    "import psycopg, pcishield": "import psycopg, pcishield",
    "pcishield.connect": "import psycopg, pcishield; pcishield.connect",
    "import sqlite3": "import sqlite3",
    "import sqlite3, pcishield": "import sqlite3, pcishield",
    "from pcishield import sqlite3": "import sqlite3; from pcishield import sqlite3",
}


def milliseconds(statement: str) -> float:
    """Time a statement in an interpreter of its own."""
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(statement)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="import times")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    rounds = 3 if parser.parse_args().quick else 25
    print_machine("psycopg", "psycopg-binary")
    for way in WAYS.values():
        milliseconds(way)
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            found[name].append(milliseconds(way))
    for name, times in found.items():
        base = found["import sqlite3" if "sqlite3" in name else "import psycopg"]
        beyond = statistics.median(other - one for one, other in zip(base, times, strict=True))
        print(f"{name:32} {statistics.median(times):7.1f} ms   beyond the driver {beyond:6.1f} ms", flush=True)


if __name__ == "__main__":
    main()
