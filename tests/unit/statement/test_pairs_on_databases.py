"""The statements of the pair files are real SQL: the databases take them, or reject them where the file says so."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests.statement_pairs import Pair, load, schema

DATABASE = "pcishield_pairs"
PERCENT = re.compile(r"%(?:\((\w+)\))?s")


def _judge(pair: Pair, syntax_error: bool, error: Exception | None) -> None:
    """Compare what the database did with what the file says."""
    run = pair.facts.get("run", "ok")
    if run == "error":
        assert error is not None
        assert syntax_error, error
    elif run in {"ok", "script"}:
        assert error is None, error
    else:
        assert not syntax_error, error


# PostgreSQL


@pytest.fixture(scope="module")
def pg_pairs(pg_dsn: str) -> Iterator[Any]:
    """A connection to a database of our own, with the tables of the pair files."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    with psycopg.connect(pg_dsn, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        admin.execute(f"CREATE DATABASE {DATABASE}")
        own = psycopg.conninfo.make_conninfo(pg_dsn, dbname=DATABASE)
        with psycopg.connect(own, autocommit=True, prepare_threshold=None) as connection:
            connection.execute(schema("postgres"))
            connection.execute("SET statement_timeout = '10s'")
            yield connection
        admin.execute(f"DROP DATABASE {DATABASE}")


def _pg_parameters(sql: str) -> Any:
    names = PERCENT.findall(sql)
    if any(names):
        return dict.fromkeys(names)
    if names or "%%" in sql:
        return [None] * len(names)
    return None


def _pg_run(connection: Any, pair: Pair) -> None:
    import psycopg

    parameters = _pg_parameters(pair.sql)
    numbered = len(set(re.findall(r"\$\d\b", pair.sql))) if pair.facts.get("kind") != "prepare" else 0
    factory = psycopg.RawCursor if numbered else psycopg.Cursor
    with factory(connection) as cursor:
        if pair.facts.get("run") == "no":
            _pg_harmless(cursor, pair)
        elif "STDOUT" in pair.sql:
            with cursor.copy(pair.sql) as copy:
                list(copy)
        else:
            cursor.execute(pair.sql, [None] * numbered or parameters)


def _pg_harmless(cursor: Any, pair: Pair) -> None:
    """Have a query planned; have the rest refused to a role that may do nothing, and that is rolled back."""
    if pair.facts["kind"] in {"select", "insert", "update", "delete"}:
        cursor.execute(f"EXPLAIN {pair.sql}")
        return
    cursor.execute(f"CREATE ROLE {DATABASE}_nobody")
    cursor.execute(f"SET LOCAL ROLE {DATABASE}_nobody")
    cursor.execute(pair.sql)


@pytest.mark.postgres
@pytest.mark.parametrize("pair", load("postgres"), ids=str)
def test_postgres_takes_the_statement(pg_pairs: Any, pair: Pair) -> None:
    """PostgreSQL runs it, or fails as the file says, and never for another reason than that."""
    import psycopg

    error: psycopg.Error | None = None
    for statement in ("BEGIN", ""):
        try:
            if statement:
                pg_pairs.execute(statement)
            _pg_run(pg_pairs, pair)
            error = None
        except psycopg.Error as caught:
            error = caught
        finally:
            pg_pairs.execute("ROLLBACK")
            pg_pairs.execute("RESET ALL")
            pg_pairs.execute("DEALLOCATE ALL")
            pg_pairs.execute("RESET SESSION AUTHORIZATION")
            pg_pairs.execute("SET statement_timeout = '10s'")
        if not isinstance(error, psycopg.errors.ActiveSqlTransaction) or pair.facts.get("run") == "no":
            break
    if isinstance(error, (psycopg.errors.IndeterminateDatatype, psycopg.errors.AmbiguousParameter)):
        error = None  # a bare placeholder without a value to tell its type
    if isinstance(error, psycopg.errors.FeatureNotSupported) and "requires the server to be built" in str(error):
        error = None  # understood; this build of the server lacks the library
    state = getattr(error, "sqlstate", None)
    _judge(pair, state in {"42601", None} and error is not None, error)


# MariaDB and MySQL

RUN_DIRECTLY = frozenset({"select", "insert", "update", "delete", "show", "explain"})
SYNTAX, NOT_PREPARABLE = 1064, 1295


@pytest.fixture(scope="module")
def mysql_pairs(mysql_params: dict[str, Any]) -> Iterator[Any]:
    """A connection to a database of our own, with the tables of the pair files."""
    connector = pytest.importorskip("mysql.connector", reason="mysql is an optional dependency")
    with connector.connect(**{**mysql_params, "use_pure": True}) as connection:
        cursor = connection.cursor()
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        cursor.execute(f"USE {DATABASE}")
        for statement in schema("mysql").split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        yield connection
        cursor.execute("ROLLBACK")
        cursor.execute(f"DROP DATABASE {DATABASE}")


def _mysql_run(connection: Any, pair: Pair) -> None:
    sql = PERCENT.sub("?", pair.sql)
    direct = pair.facts.get("kind") in RUN_DIRECTLY and pair.facts.get("run", "ok") in {"ok", "any"} and "?" not in sql
    with connection.cursor(buffered=True) as cursor:
        if pair.facts["kind"] == "multiple":
            _mysql_stacked(cursor, sql)
        elif direct:
            cursor.execute(sql)
            if cursor.with_rows:
                cursor.fetchall()
        else:
            quoted = sql.replace("\\", "\\\\").replace("'", "\\'")
            cursor.execute(f"PREPARE pair FROM '{quoted}'")
            cursor.execute("DEALLOCATE PREPARE pair")


def _mysql_stacked(cursor: Any, sql: str) -> None:
    """Run all statements; a table that one of them drops is a temporary one of that name."""
    cursor.execute("CREATE OR REPLACE TEMPORARY TABLE audit_log (what text)")
    try:
        if not hasattr(cursor, "fetchsets"):  # 9.1
            for result in cursor.execute(sql, multi=True):
                if result.with_rows:
                    result.fetchall()
            return
        cursor.execute(sql)
        while cursor.nextset():
            pass
    finally:
        cursor.execute("DROP TEMPORARY TABLE IF EXISTS audit_log")


def _mysql_pairs() -> list[Pair]:
    return [p for p in load("mysql") if p.facts.get("server") != "mysql"]


@pytest.mark.mysql
@pytest.mark.parametrize("pair", _mysql_pairs(), ids=str)
def test_mariadb_takes_the_statement(mysql_pairs: Any, pair: Pair) -> None:
    """MariaDB runs it, or prepares what would do harm, or fails as the file says."""
    import mysql.connector

    error: mysql.connector.Error | None = None
    try:
        _mysql_run(mysql_pairs, pair)
    except mysql.connector.Error as caught:
        error = caught
    finally:
        mysql_pairs.rollback()
    if error is not None and error.errno == NOT_PREPARABLE:
        error = None  # read, but only a direct execution would go on
    _judge(pair, error is not None and error.errno == SYNTAX, error)


# SQLite

SQLITE_SYNTAX = re.compile(r"syntax error|incomplete input|unrecognized token")


def _sqlite_run(connection: sqlite3.Connection, pair: Pair) -> None:
    if pair.facts.get("run") == "script":
        connection.executescript(pair.sql)
        return
    sql = f"EXPLAIN {pair.sql}" if pair.facts.get("run") == "no" else pair.sql
    names = re.findall(r"[:@$](\w+)", sql)
    parameters: Any = dict.fromkeys(names) if "?" not in sql else [None] * max(sql.count("?"), len(names) + 1)
    if numbers := re.findall(r"\?(\d+)", sql):
        parameters = dict.fromkeys([*names, *numbers])
    connection.execute(sql, parameters if "?" in sql or re.search(r"[ =(][:@$]\w", sql) else ()).fetchall()


@pytest.mark.parametrize("pair", load("sqlite"), ids=str)
def test_sqlite_takes_the_statement(pair: Pair) -> None:
    """SQLite runs it, or compiles what would do harm, or fails as the file says."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    error: sqlite3.Error | None = None
    try:
        connection.executescript(schema("sqlite"))
        _sqlite_run(connection, pair)
    except sqlite3.Error as caught:
        error = caught
    finally:
        connection.close()
    _judge(pair, error is not None and SQLITE_SYNTAX.search(str(error)) is not None, error)
