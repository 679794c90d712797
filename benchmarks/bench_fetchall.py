"""fetchall of a million rows of ten columns, masked, on psycopg, sqlite3 and mysql.connector: ratio to raw.

    python benchmarks/bench_fetchall.py [--quick] [--rows 1000000] [--rounds 5] [--driver psycopg]
                                        [--server mysql://root@127.0.0.1:3306/test]

Five text columns, a card number in one and in 2 % of the notes, so that every row is rebuilt and every note is read.
Full pipeline as in ``bench_psycopg_pk.py``, with a policy that lets a million rows pass. psycopg runs against
``PCISHIELD_TEST_POSTGRES`` or a server of its own, sqlite3 in memory (nothing of a disk or a socket dilutes the price),
mysql.connector against ``--server`` and in pure Python unless its C extension loads.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from _machine import print_machine
from _psycopg import server
from _timing import compare

from pcishield.shield import Shield
from pcishield.testing import make_pan

POLICY = {"name": "bench", "schema": 1, "default": "allow"}
TABLE = "bench_payments"
TYPES = "id {int}, reference {text}, name {text}, street {text}, quantity {int}, note {text}, counter {big}, " \
        "share {float}, even {int}, country {text}"  # fmt: skip


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """What the table holds; the same numbers in each run."""
    numbers = [make_pan("visa", 16) for _ in range(100)]
    chance = random.Random(3)
    for n in range(count):
        pan = numbers[n % 100]
        note = f"paid with {pan} {n}" if chance.random() < 0.02 else f"nothing to note about {n}"
        yield (
            n, pan, f"customer {n}", f"street {n}", n * 7 % 99_991, note, n * 1000, n / 3, n % 2, f"country {n % 200}"
        )  # fmt: skip


def fill(connection: Any, mark: str, count: int, **types: str) -> None:
    """Make the table over a raw connection."""
    cursor = connection.cursor()
    cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    cursor.execute(f"CREATE TABLE {TABLE} ({TYPES.format(**types)})")
    insert = f"INSERT INTO {TABLE} VALUES ({', '.join([mark] * 10)})"
    batch: list[tuple[Any, ...]] = []
    for row in rows(count):
        batch.append(row)
        if len(batch) == 10_000:
            cursor.executemany(insert, batch)
            batch.clear()
    if batch:
        cursor.executemany(insert, batch)
    connection.commit()
    cursor.close()


def fetch(connection: Any) -> Callable[[], Any]:
    """Select the whole table and fetch it at once."""

    def run() -> Any:
        cursor = connection.cursor()
        cursor.execute(f"SELECT * FROM {TABLE}")
        result = cursor.fetchall()
        cursor.close()
        return result

    return run


def check(raw: list[Any], guarded: list[Any]) -> None:
    """Fail unless every card number is masked, and nothing else is changed."""
    assert len(raw) == len(guarded)
    for one, other in zip(raw[:10_000], guarded[:10_000], strict=True):
        pan = one[1]
        assert pan not in str(other), "not masked"
        assert other[1].endswith(pan[-4:]), "not masked as it should be"
        assert [*one[2:5], *one[6:]] == [*other[2:5], *other[6:]], "something else was changed"
        assert (one[5] == other[5]) is (pan not in one[5]), "a note was changed, or was not"


@contextmanager
def on_psycopg(count: int, options: argparse.Namespace, shield: Shield) -> Iterator[tuple[Any, Any]]:
    import psycopg

    with server() as dsn, psycopg.connect(dsn) as raw:
        fill(raw, "%s", count, int="int", big="bigint", text="text", float="float8")
        with shield.guard(psycopg).connect(dsn) as guarded:
            yield raw, guarded
        raw.execute(f"DROP TABLE {TABLE}")


@contextmanager
def on_sqlite3(count: int, options: argparse.Namespace, shield: Shield) -> Iterator[tuple[Any, Any]]:
    raw = sqlite3.connect("file:bench_fetchall?mode=memory&cache=shared", uri=True)
    fill(raw, "?", count, int="INTEGER", big="INTEGER", text="TEXT", float="REAL")
    guarded = shield.guard(sqlite3).connect("file:bench_fetchall?mode=memory&cache=shared", uri=True)
    yield raw, guarded
    guarded.close()
    raw.close()


@contextmanager
def on_mysql_connector(count: int, options: argparse.Namespace, shield: Shield) -> Iterator[tuple[Any, Any]]:
    import mysql.connector

    parts = urlsplit(options.server)
    where = {
        "host": parts.hostname, "port": parts.port or 3306, "user": parts.username, "database": parts.path[1:],
        "password": unquote(parts.password or ""),
    }  # fmt: skip
    raw: Any = mysql.connector.connect(**where)
    fill(raw, "%s", count, int="INT", big="BIGINT", text="VARCHAR(80)", float="DOUBLE")
    guarded: Any = shield.guard(mysql.connector).connect(**where)
    print(f"mysql.connector: {type(raw).__name__}")
    yield raw, guarded
    guarded.close()
    raw.cursor().execute(f"DROP TABLE {TABLE}")
    raw.close()


DRIVERS = {"psycopg": on_psycopg, "sqlite3": on_sqlite3, "mysql.connector": on_mysql_connector}


def main() -> None:
    """Run it on each driver that is asked for."""
    parser = argparse.ArgumentParser(description="a large masked fetchall on three drivers")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: to see that it runs, not to quote")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--driver", choices=DRIVERS, action="append", help="default: all three; may be repeated")
    parser.add_argument("--server", default=os.environ.get("PCISHIELD_TEST_MYSQL", "mysql://root@127.0.0.1:3306/test"))
    options = parser.parse_args()
    count, rounds = (20_000, 2) if options.quick else (options.rows, options.rounds)
    print_machine("psycopg", "psycopg-binary", "mysql-connector-python")
    for name in options.driver or DRIVERS:
        with (
            tempfile.TemporaryDirectory() as directory,
            Shield({}, policy=POLICY, audit=f"{directory}/audit") as shield,
            DRIVERS[name](count, options, shield) as (raw, guarded),
        ):
            plain, masked = fetch(raw), fetch(guarded)
            check(plain(), masked())
            print(f"{shield.masker.version}, {count} rows x 10 columns")
            compare(f"{name}, fetchall", plain, masked, 1, rounds)


if __name__ == "__main__":
    main()
