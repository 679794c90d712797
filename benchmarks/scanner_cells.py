"""The scanner by itself: cells of rows, one buffer of text, and the share of a psycopg or sqlite3 fetch.

``python benchmarks/scanner_cells.py [--quick]``. Processor time; median of the rounds with the fastest beside it.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from _machine import print_machine

from pcishield.core.result import ResultColumn
from pcishield.masking import Masker, MaskStats
from pcishield.masking.iin import luhn_valid
from pcishield.testing import make_pan

WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor".split()
PLAIN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def rounds(call: Callable[[], Any], count: int) -> tuple[float, float]:
    """Return the median and the fastest of ``count`` rounds, in seconds of processor time."""
    times = []
    for _ in range(count):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times), min(times)


class Table:
    """Rows of ten cells, fetched anew for each round, so that nobody else holds them: as a driver gives them."""

    def __init__(self, make: Callable[[], Any], rows: int) -> None:
        self.rows = rows
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute("CREATE TABLE t (a, b, c, d, e, f, g, h, i, j)")
        data = (tuple(make() for _ in range(10)) for _ in range(rows))
        self._connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", data)

    def per_cell(self, call: Callable[[list[Any]], Any], count: int) -> tuple[float, float]:
        """Return the median and the fastest of ``count`` rounds, in nanoseconds of processor time for a cell."""
        times = []
        for _ in range(count):
            data = self._connection.execute("SELECT * FROM t").fetchall()
            start = time.process_time()
            call(data)
            times.append((time.process_time() - start) / self.rows / 10 * 1e9)
        return statistics.median(times), min(times)


def cells(masker: Masker, name: str, make: Callable[[], Any], rows: int, count: int) -> None:
    """Print what one kind of cell costs."""
    plan = masker.plan(None, [ResultColumn(f"c{i}") for i in range(10)])
    median, best = Table(make, rows).per_cell(lambda data: plan.mask(data, MaskStats()), count)
    print(f"  {name:28} {median:8.1f} ns/cell median {best:8.1f} best {1e3 / median:8.1f} M cells/s")


def plain_expression(text: str) -> bool:
    """What many write: an expression and Luhn."""
    return any(luhn_valid(re.sub(r"\D", "", match.group())) for match in PLAIN.finditer(text))


def fetches(masker: Masker, rows: int, count: int) -> None:
    """Print masked over raw fetchall, in turns: five text columns, a card number, a note with one in fifty."""
    rng = random.Random(2)
    data = [
        (n, rng.random(), n % 2 == 0, *(" ".join(rng.choices(WORDS, k=4)) for _ in range(5)), make_pan("visa", 16, rng),
         f"paid with {make_pan('visa', 16, rng)} today" if n % 50 == 0 else "nothing to note here")
        for n in range(rows)
    ]  # fmt: skip
    plan = masker.plan(None, [ResultColumn(f"c{i}") for i in range(10)])
    lite = sqlite3.connect(":memory:")
    lite.execute("CREATE TABLE t (a, b, c, d, e, f, g, h, i, j)")
    lite.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", data)
    ratio("sqlite3 fetchall", lambda: lite.execute("SELECT * FROM t").fetchall(), plan, count)
    address = os.environ.get("PCISHIELD_TEST_POSTGRES")
    if address:
        import psycopg

        with psycopg.connect(address) as pg:
            pg.execute(
                "CREATE TEMP TABLE t (a int8, b float8, c bool, d text, e text, f text, g text, h text, i text, j text)"
            )
            with pg.cursor().copy("COPY t FROM STDIN") as copy:
                for row in data:
                    copy.write_row(row)
            ratio("psycopg fetchall", lambda: pg.execute("SELECT * FROM t").fetchall(), plan, count)


def ratio(name: str, fetch: Callable[[], list[Any]], plan: Any, count: int) -> None:
    """Print the median ratio of masked to raw, wall clock, raw and masked in turns."""
    found = []
    for _ in range(count):
        start = time.perf_counter()
        rows = fetch()
        raw = time.perf_counter()
        stats = MaskStats()
        plan.mask(rows, stats)
        found.append((time.perf_counter() - start) / (raw - start))
        assert sum(stats.masked.values()) > len(rows)
    low, high = sorted(found)[len(found) // 10], sorted(found)[-1 - len(found) // 10]
    print(f"  {name:28} {statistics.median(found):.3f} x raw (10th to 90th percentile {low:.3f} to {high:.3f})")


def main() -> None:
    quick = "--quick" in sys.argv
    rows, count = (5_000, 3) if quick else (50_000, 9)
    print_machine("psycopg", "psycopg-binary", "Cython")
    masker = Masker()
    print(f"kernel: {masker.kernel}")
    rng = random.Random(1)
    pan = lambda: make_pan("visa", 16, rng)  # noqa: E731
    print("rows of ten cells:")
    cells(masker, "short words", lambda: rng.choice(WORDS) + str(rng.randrange(100)), rows, count)
    cells(masker, "text of 20 characters", lambda: " ".join(rng.choices(WORDS, k=3)), rows, count)
    cells(
        masker,
        "timestamps as text",
        lambda: f"2026-01-{rng.randrange(10, 29)} 10:{rng.randrange(10, 59)}:11",
        rows,
        count,
    )
    cells(masker, "small integers", lambda: rng.randrange(10**6), rows, count)
    cells(masker, "card numbers, masked", pan, rows, count)
    cells(masker, "card numbers in fours, masked", lambda: " ".join(re.findall("....", pan())), rows, count)
    cells(masker, "notes with one, masked", lambda: f"on 2026-01-15 paid by {pan()}", rows, count)
    plan = masker.plan(None, [ResultColumn(f"c{i}") for i in range(10)])
    short = Table(lambda: " ".join(rng.choices(WORDS, k=3)), rows // 10)
    ours = short.per_cell(lambda data: plan.mask(data, MaskStats()), count)[0]
    theirs = short.per_cell(lambda data: [plain_expression(text) for row in data for text in row], 3)[0]
    print(f"  expression and Luhn: {theirs:.0f} ns a cell of 20 characters, {theirs / ours:.0f} x ours")
    if masker._kernel is not None:
        print("one buffer of text:")
        for name, text in {
            "no digits": "".join(rng.choices("abcdefghijklmnopqrstuvwxyz     ,.", k=1 << 20)) * 32,
            "log lines": "".join(
                f"2026-11-22T10:11:{n % 60:02} INFO worker handled /items/{n} in {n % 997} ms\n" for n in range(20_000)
            )
            * 20,
        }.items():  # fmt: skip
            median, best = rounds(lambda text=text: masker._kernel.suspects(text), count)
            print(f"  {name:28} {len(text) / median / 1e9:8.2f} GB/s median {len(text) / best / 1e9:8.2f} best")
    print("share of a fetch:")
    fetches(masker, 20_000 if quick else 200_000, count)


if __name__ == "__main__":
    main()
