"""psycopg raw and guarded: what a change of tables costs, with those few statements that follow it.

    python benchmarks/bench_ddl.py [--quick] [--tables 1,100,1000]

Full pipeline, with a policy that allows all: the pci pack asks somebody about every one of these. The database has so
many tables of eight columns besides, and a view for every tenth of them. The first line of each compares raw with raw:
what the noise is.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable
from typing import Any

import psycopg
from _machine import print_machine
from _psycopg import check, server
from _timing import compare

from pcishield.shield import Shield

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
COLUMNS = "id int PRIMARY KEY, name text, email text UNIQUE, note text, amount numeric, at timestamptz, kind int, n int"


def prepare(dsn: str, tables: int) -> None:
    """Make the tables that are there besides."""
    with psycopg.connect(dsn) as connection:
        connection.execute("DROP SCHEMA IF EXISTS besides CASCADE")
        connection.execute("CREATE SCHEMA besides")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for n in range(tables):
            connection.execute(f"CREATE TABLE besides.table_{n} ({COLUMNS})")
            if n % 10 == 9:
                connection.execute(f"CREATE VIEW besides.view_{n} AS SELECT id, name FROM besides.table_{n}")
        connection.execute("VACUUM ANALYZE")


def one_name(connection: Any) -> Callable[[], Any]:
    """The same table again and again, each statement by itself."""

    def once() -> None:
        connection.execute("CREATE TABLE bench_ddl (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO bench_ddl VALUES (1, 'a')")
        connection.execute("SELECT id, name FROM bench_ddl").fetchall()
        connection.execute("DROP TABLE bench_ddl")

    return once


def new_names(connection: Any) -> Callable[[], Any]:
    """Another table each time."""
    numbers = itertools.count()

    def once() -> None:
        name = f"bench_ddl_{next(numbers)}"
        connection.execute(f"CREATE TABLE {name} (id int PRIMARY KEY, name text)")
        connection.execute(f"INSERT INTO {name} VALUES (1, 'a')")
        connection.execute(f"SELECT id, name FROM {name}").fetchall()
        connection.execute(f"DROP TABLE {name}")

    return once


def transactions(connection: Any) -> Callable[[], Any]:
    """As tools do it: looked for, made in one transaction, used in another, dropped in a third."""
    look = "SELECT relname FROM pg_catalog.pg_class WHERE relname = %s"

    def once() -> None:
        with connection.transaction():
            connection.execute(look, ("bench_ddl",)).fetchall()
            connection.execute("CREATE TABLE bench_ddl (id int PRIMARY KEY, name text)")
            connection.execute("CREATE INDEX bench_ddl_name ON bench_ddl (name)")
        with connection.transaction():
            connection.execute("INSERT INTO bench_ddl VALUES (1, 'a')")
            connection.execute("SELECT id, name FROM bench_ddl").fetchall()
        with connection.transaction():
            connection.execute(look, ("bench_ddl",)).fetchall()
            connection.execute("DROP TABLE bench_ddl")

    return once


def run(dsn: str, rounds: int, repeat: int) -> None:
    """Compare on connections to ``dsn``."""
    with tempfile.TemporaryDirectory() as directory, Shield({}, audit=directory, policy=ALLOW_ALL) as shield:
        raw, again = (psycopg.connect(dsn, autocommit=True) for _ in range(2))
        guarded = shield.guard(psycopg).connect(dsn, autocommit=True)
        check(guarded)
        compare("raw against raw", one_name(raw), one_name(again), repeat, rounds)
        for title, made in (("one name", one_name), ("new names", new_names), ("in transactions", transactions)):
            compare(f"create, insert, select, drop: {title}", made(raw), made(guarded), repeat, rounds)
        for connection in (raw, again, guarded):
            connection.close()


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description="psycopg: changes of tables, raw and guarded")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs, not to quote")
    parser.add_argument("--tables", default="1,100,1000", help="how many tables are there besides")
    given = parser.parse_args()
    rounds, repeat = (3, 5) if given.quick else (10, 20)
    print_machine("psycopg", "psycopg-binary")
    with server() as dsn:
        for tables in map(int, given.tables.split(",")):
            prepare(dsn, tables)
            print(f"{tables} tables besides:")
            run(dsn, rounds, repeat)


if __name__ == "__main__":
    main()
