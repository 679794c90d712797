"""sqlite3 raw and guarded: a primary-key SELECT, an INSERT, and a large fetch.

    python benchmarks/bench_sqlite3.py [--quick]

Full pipeline: the pci pack, masking, and the audit log on a file with its default flush mode. The database is in
memory, so that nothing of the disk is in the raw figure and the whole price of the guard shows. For the small
statements the added microseconds are the figure that says something; the ratio is to a call without any network.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _machine import print_machine
from _timing import compare

from pcishield.shield import Shield
from pcishield.testing import make_pan

COLUMNS = 10
PAN = make_pan()


def filled(connection: Any, rows: int) -> Any:
    """Return the connection with a table to select from by key, and one to fetch whole."""
    raw = sqlite3.connect(":memory:")
    raw.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price INTEGER)")
    raw.executemany("INSERT INTO item VALUES (?, ?, ?)", ((n, f"item {n}", n * 10) for n in range(1000)))
    raw.execute(f"CREATE TABLE big (id INTEGER PRIMARY KEY, {', '.join(f'c{n}' for n in range(1, COLUMNS))})")
    values = ("Kowalski & sons", 12.5, "2026-01-31 10:00:00", 4711, "a longer remark about the order", None, "PL", 1)
    raw.executemany(
        f"INSERT INTO big VALUES (?, {', '.join('?' * (COLUMNS - 1))})",
        ((n, f"order {n}", *values) for n in range(rows)),
    )
    raw.execute("CREATE TABLE sink (n INTEGER, t TEXT)")
    raw.commit()
    sqlite3.Connection.deserialize(connection, raw.serialize())
    raw.close()
    return connection


def select(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()
    return lambda: cursor.execute("SELECT name, price FROM item WHERE id = ?", (417,)).fetchone()


def select_connection(connection: Any) -> Callable[[], Any]:
    return lambda: connection.execute("SELECT name, price FROM item WHERE id = ?", (417,)).fetchone()


def insert(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()
    return lambda: cursor.execute("INSERT INTO sink VALUES (?, ?)", (1, "a remark"))


def fetch_all(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()
    return lambda: cursor.execute("SELECT * FROM big").fetchall()


def iterate(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()

    def run() -> None:
        for _ in cursor.execute("SELECT * FROM big"):
            pass

    return run


def check(module: Any) -> None:
    """Fail when the guarded side does not mask."""
    connection = module.connect(":memory:")
    with connection:
        masked = connection.execute("SELECT ? AS card_number", (PAN,)).fetchone()[0]
    connection.close()
    assert PAN not in masked, "not masked"
    assert masked.endswith(PAN[-4:]), "not masked as it should be"


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description="sqlite3 raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    quick = parser.parse_args().quick
    print_machine("sqlite3")
    rows = 30_000 if quick else 300_000
    with tempfile.TemporaryDirectory() as directory, Shield({}, audit=Path(directory) / "audit") as shield:
        module = shield.guard(sqlite3)
        check(module)
        raw = filled(sqlite3.connect(":memory:"), rows)
        guarded = filled(module.connect(":memory:"), rows)
        print(f"policy {shield.policy.label}, flush {shield.settings.audit.flush}, masker {shield.masker.version}")
        for name, make, repeat, rounds in (
            ("cursor.execute + fetchone by key", select, 500, 21),
            ("connection.execute + fetchone", select_connection, 500, 21),
            ("cursor.execute INSERT", insert, 500, 21),
            (f"fetchall {rows:,} x {COLUMNS}", fetch_all, 1, 5),
            (f"iteration {rows:,} x {COLUMNS}", iterate, 1, 3),
        ):
            compare(name, make(raw), make(guarded), repeat, 3 if quick else rounds)
        raw.close()
        guarded.close()


if __name__ == "__main__":
    main()
