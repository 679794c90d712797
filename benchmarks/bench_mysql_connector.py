"""mysql.connector raw and guarded: a primary-key SELECT, an INSERT, and a large fetch.

    python benchmarks/bench_mysql_connector.py [--quick] [--server mysql://root@127.0.0.1:3306/test]

Full pipeline: the pci pack, masking, and the audit log on a file with its default flush mode. Both connections are
to the same server, and take turns.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import mysql.connector
from _machine import print_machine
from _timing import compare

from pcishield.shield import Shield
from pcishield.testing import make_pan

PAN = make_pan()
COLUMNS = 10
TABLES = ("bench_item", "bench_big", "bench_sink")


def fill(connection: Any, rows: int) -> None:
    """Make a table to select from by key, one to fetch whole, and one to insert into."""
    cursor = connection.cursor()
    for table in TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute("CREATE TABLE bench_item (id INT PRIMARY KEY, name VARCHAR(40), price INT)")
    cursor.executemany("INSERT INTO bench_item VALUES (%s, %s, %s)", [(n, f"item {n}", n * 10) for n in range(1000)])
    cursor.execute(
        "CREATE TABLE bench_big (id INT PRIMARY KEY, name VARCHAR(40), customer VARCHAR(40), amount DOUBLE, "
        "placed DATETIME, reference BIGINT, remark VARCHAR(80), nothing INT, country CHAR(2), flag TINYINT)"
    )
    values = ("Kowalski & sons", 12.5, "2026-01-31 10:00:00", 4711, "a longer remark about the order", None, "PL", 1)
    for start in range(0, rows, 5000):
        cursor.executemany(
            f"INSERT INTO bench_big VALUES ({', '.join(['%s'] * COLUMNS)})",
            [(n, f"order {n}", *values) for n in range(start, min(start + 5000, rows))],
        )
    cursor.execute("CREATE TABLE bench_sink (n INT, t VARCHAR(40))")
    connection.commit()


def select(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()

    def run() -> None:
        cursor.execute("SELECT name, price FROM bench_item WHERE id = %s", (417,))
        cursor.fetchone()

    return run


def insert(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()
    return lambda: cursor.execute("INSERT INTO bench_sink VALUES (%s, %s)", (1, "a remark"))


def fetch_all(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()

    def run() -> None:
        cursor.execute("SELECT * FROM bench_big")
        cursor.fetchall()

    return run


def iterate(connection: Any) -> Callable[[], Any]:
    cursor = connection.cursor()

    def run() -> None:
        cursor.execute("SELECT * FROM bench_big")
        for _ in cursor:
            pass

    return run


def main() -> None:
    """Run all comparisons, for each implementation that loads."""
    parser = argparse.ArgumentParser(description="mysql.connector raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    parser.add_argument("--server", default=os.environ.get("PCISHIELD_TEST_MYSQL", "mysql://root@127.0.0.1:3306/test"))
    options = parser.parse_args()
    parts = urlsplit(options.server)
    params: dict[str, Any] = {
        "host": parts.hostname, "port": parts.port or 3306, "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""), "database": parts.path.lstrip("/"),
    }  # fmt: skip
    print_machine("mysql-connector-python")
    rows, rounds = (5_000, 5) if options.quick else (100_000, 11)
    with tempfile.TemporaryDirectory() as directory, Shield({}, audit=Path(directory) / "audit") as shield:
        module = shield.guard(mysql.connector)
        for use_pure in (True, False) if mysql.connector.HAVE_CEXT else (True,):
            kind = "pure" if use_pure else "C"
            raw: Any = mysql.connector.connect(**params, use_pure=use_pure)
            guarded = module.connect(**params, use_pure=use_pure)
            fill(raw, rows)
            cursor = guarded.cursor()
            cursor.execute("SELECT %s AS card_number", (PAN,))
            assert PAN not in str(cursor.fetchall()), "not masked"
            few = 200 if options.quick else 1000
            compare(f"{kind}: SELECT by key, fetchone", select(raw), select(guarded), few, rounds)
            compare(f"{kind}: INSERT", insert(raw), insert(guarded), few, rounds)
            raw.rollback()
            guarded.rollback()
            compare(f"{kind}: {rows} rows, fetchall", fetch_all(raw), fetch_all(guarded), 1, rounds)
            compare(f"{kind}: {rows} rows, iterated", iterate(raw), iterate(guarded), 1, rounds)
            guarded.close()
            raw.rollback()
            for table in TABLES:
                raw.cursor().execute(f"DROP TABLE {table}")
            raw.close()


if __name__ == "__main__":
    main()
