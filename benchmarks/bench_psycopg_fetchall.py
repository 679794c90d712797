"""psycopg raw and guarded: fetchall of 300,000 rows of 10 columns, with and without card data, and COPY TO.

    python benchmarks/bench_psycopg_fetchall.py [--quick]

Full pipeline, as in ``bench_psycopg_pk.py``; the scanner in use is named, since it is what the ratio depends on.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from typing import Any

import psycopg
from _machine import print_machine
from _psycopg import check, server
from _timing import compare

from pcishield.shield import Shield
from pcishield.testing import make_pan

POLICY = {"name": "bench", "schema": 1, "default": "allow"}
"""The pci pack asks for approval of a COPY; what is measured here is the masking of it."""


def prepare(dsn: str, rows: int) -> None:
    """Make the tables: ten columns of ordinary data, and the same with one card number a row."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table, reference in (("bench_plain", "'order ' || n"), ("bench_cards", f"'{make_pan()}'")):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(
                f"CREATE TABLE {table} AS SELECT n AS id, {reference} AS reference, 'Kowalski & sons' AS name, "
                "12.5::numeric AS amount, timestamptz '2026-01-31 10:00Z' AS placed, 4711 AS quantity, "
                "'a longer remark about the order' AS remark, NULL::text AS nothing, 'PL' AS country, "
                f"n::bigint * 1000 AS counter FROM generate_series(1, {rows}) n"
            )
            connection.execute(f"VACUUM ANALYZE {table}")


def fetch_all(connection: Any, table: str) -> Callable[[], Any]:
    """Fetch the whole table."""
    return lambda: connection.execute(f"SELECT * FROM {table}").fetchall()


def iterate(connection: Any, table: str) -> Callable[[], Any]:
    """Iterate over the whole table."""

    def run() -> None:
        for _ in connection.execute(f"SELECT * FROM {table}"):
            pass

    return run


def dictionaries(connection: Any, table: str) -> Callable[[], Any]:
    """Fetch the whole table with dict_row."""

    def run() -> Any:
        with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(f"SELECT * FROM {table}").fetchall()

    return run


def copy_out(connection: Any, table: str) -> Callable[[], Any]:
    """COPY the whole table to the client."""

    def run() -> None:
        with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            for _ in copy:
                pass

    return run


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description="psycopg: large results, raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: to see that it runs, not to quote")
    quick = parser.parse_args().quick
    rows, rounds = (10_000, 4) if quick else (300_000, 6)
    print_machine("psycopg", "psycopg-binary")
    with server() as dsn, tempfile.TemporaryDirectory() as directory:
        prepare(dsn, rows)
        with Shield({}, policy=POLICY, audit=f"{directory}/audit") as shield:
            print(f"masker:   {shield.masker.version}, {rows} rows x 10 columns\n")
            raw = psycopg.connect(dsn, autocommit=True)
            guarded = shield.guard(psycopg).connect(dsn, autocommit=True)
            check(guarded)
            for name, take, table in (
                ("fetchall", fetch_all, "bench_plain"),
                ("fetchall, a card number a row", fetch_all, "bench_cards"),
                ("fetchall, dict_row", dictionaries, "bench_plain"),
                ("iteration", iterate, "bench_plain"),
                ("COPY TO STDOUT, text", copy_out, "bench_plain"),
            ):
                compare(name, take(raw, table), take(guarded, table), 1, rounds)
            raw.close()
            guarded.close()


if __name__ == "__main__":
    main()
