"""One database of cards behind views, reached through every driver that reads a catalog."""

from __future__ import annotations

import asyncio
import importlib.util
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pcishield.testing import RecordingLog, make_pan

PAN = make_pan()
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
DRIVERS = ["sqlite3", "psycopg", "psycopg-async", "psycopg2", "mysql.connector", "pymysql", "MySQLdb"]

TABLE = {
    "sqlite3": "CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT, amount INT, twice INT AS (amount * 2), "
    "lead TEXT AS (substr(pan, 1, 8)), note TEXT)",
    "postgres": "CREATE TABLE cards (id INT PRIMARY KEY, pan TEXT, amount INT, "
    "twice INT GENERATED ALWAYS AS (amount * 2) STORED, lead TEXT GENERATED ALWAYS AS (substr(pan, 1, 8)) STORED, "
    "note TEXT)",
    "mysql": "CREATE TABLE cards (id INT PRIMARY KEY, pan VARCHAR(30), amount INT, twice INT AS (amount * 2), "
    "lead VARCHAR(8) AS (substr(pan, 1, 8)), note TEXT)",
}
SCRIPT = [
    f"INSERT INTO cards (id, pan, amount, note) VALUES (1, '{PAN}', 5, 'hello')",
    "CREATE VIEW renamed AS SELECT id AS a, pan AS b, substr(pan, 1, 8) AS c, amount AS d FROM cards",
    "CREATE VIEW nested AS SELECT a AS k, b AS p, lower(c) AS q, d AS s FROM renamed",
    "CREATE TABLE orders (id INT, a INT, label TEXT)",
    "INSERT INTO orders VALUES (1, 1, 'first')",
]


class Database:
    """A database, with a raw way in and a guarded one.

    Attributes:
        dialect: As the analyser names it.
        log: What was recorded.
    """

    def __init__(self, dialect: str, raw: Callable[[str], Any], connect: Callable[..., Any]) -> None:
        self.dialect = dialect
        self.raw = raw
        self._connect = connect
        self.log = RecordingLog()

    def connect(self, shield: Any, **options: Any) -> Callable[[str], list[tuple[Any, ...]]]:
        """Open a guarded connection; return what runs one statement and fetches."""
        return self._connect(shield, **options)  # type: ignore[no-any-return]


def _sqlite(path: Path) -> Iterator[Database]:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(TABLE["sqlite3"])
    opened = []

    def connect(shield: Any, **options: Any) -> Any:
        opened.append(shield.connect("sqlite3", path, **options))
        return lambda sql: opened[-1].execute(sql).fetchall()

    yield Database("sqlite", lambda sql: raw.execute(sql).fetchall(), connect)
    for connection in (*opened, raw):
        connection.close()


def _postgres(dsn: str, asynchronous: bool) -> Iterator[Database]:
    import psycopg

    schema = f"catalog_{uuid4().hex[:12]}"
    raw = psycopg.connect(dsn, autocommit=True, options=f"-csearch_path={schema}")
    raw.execute(f"CREATE SCHEMA {schema}")
    raw.execute(TABLE["postgres"])
    opened: list[Any] = []
    loop = asyncio.new_event_loop()

    def connect(shield: Any, **options: Any) -> Any:
        options = {"options": f"-csearch_path={schema}"} | options
        if not asynchronous:
            connection = shield.connect("psycopg", dsn, **options)
            opened.append(connection)

            def run(sql: str) -> Any:
                cursor = connection.execute(sql)
                return cursor.fetchall() if cursor.description else []

            run.connection = connection  # type: ignore[attr-defined]
            return run
        connection = loop.run_until_complete(shield.guard(psycopg).AsyncConnection.connect(dsn, **options))
        opened.append(connection)

        async def arun(sql: str) -> Any:
            cursor = await connection.execute(sql)
            return await cursor.fetchall() if cursor.description else []

        def blocking(sql: str) -> Any:
            return loop.run_until_complete(arun(sql))

        blocking.connection = connection  # type: ignore[attr-defined]
        return blocking

    def execute(sql: str) -> Any:
        cursor = raw.execute(sql)
        return cursor.fetchall() if cursor.description else []

    yield Database("postgres", execute, connect)
    for connection in opened:
        closed = connection.close()
        if asynchronous:
            loop.run_until_complete(closed)
    loop.close()
    raw.execute(f"DROP SCHEMA {schema} CASCADE")
    raw.close()


def _psycopg2(dsn: str) -> Iterator[Database]:
    import psycopg2

    schema = f"catalog_{uuid4().hex[:12]}"
    path = f"-csearch_path={schema}"
    raw = psycopg2.connect(dsn, options=path)
    raw.autocommit = True
    opened: list[Any] = []

    def running(connection: Any) -> Any:
        def run(sql: str) -> Any:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []

        run.connection = connection  # type: ignore[attr-defined]
        return run

    def connect(shield: Any, **options: Any) -> Any:
        autocommit = options.pop("autocommit", False)
        opened.append(shield.connect("psycopg2", dsn, **{"options": path} | options))
        opened[-1].autocommit = autocommit
        return running(opened[-1])

    execute = running(raw)
    execute(f"CREATE SCHEMA {schema}")
    execute(TABLE["postgres"])
    yield Database("postgres", execute, connect)
    for connection in opened:
        connection.close()
    execute(f"DROP SCHEMA {schema} CASCADE")
    raw.close()


def _mysql(params: dict[str, Any], module: str) -> Iterator[Database]:
    import mysql.connector as connector

    name = f"catalog_{uuid4().hex[:12]}"
    raw = connector.connect(**params, use_pure=True, autocommit=True)
    cursor = raw.cursor()
    for sql in (f"CREATE DATABASE {name}", f"USE {name}", TABLE["mysql"]):
        cursor.execute(sql)
    opened = []
    own_options = {"use_pure": True} if module == "mysql.connector" else {}

    def execute(sql: str) -> Any:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []

    def connect(shield: Any, **options: Any) -> Any:
        connection = shield.connect(module, **params | {"database": name} | own_options | options)
        opened.append(connection)
        own = connection.cursor()

        def run(sql: str) -> Any:
            own.execute(sql)
            return list(own.fetchall()) if own.description else []

        run.connection = connection  # type: ignore[attr-defined]
        return run

    yield Database("mysql", execute, connect)
    for connection in opened:
        connection.close()
    execute(f"DROP DATABASE {name}")
    raw.close()


@pytest.fixture(params=DRIVERS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database, by driver."""
    driver = request.param
    module, _, kind = driver.partition("-")
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    if module == "sqlite3":
        makers = _sqlite(tmp_path / "shop.db")
    elif module == "psycopg":
        makers = _postgres(request.getfixturevalue("pg_dsn"), bool(kind))
    elif module == "psycopg2":
        makers = _psycopg2(request.getfixturevalue("pg_dsn"))
    else:
        makers = _mysql(request.getfixturevalue("mysql_params"), module)
    for made in makers:
        for sql in SCRIPT:
            made.raw(sql)
        yield made


@pytest.fixture
def run(database: Database, make_shield: Callable[..., Any]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Run a statement on a guarded connection of a shield that allows everything, and masks."""
    return database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))
