"""Everything that reached the database is in the audit log, by whatever way it was sent."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pcishield.exceptions import StatementDenied
from tests.conformance.dbapi20 import approve_all
from tests.conformance.interception import attempted, labels


def send(ways: dict[str, Callable[[str], Any]], text: Callable[[str], str]) -> Counter[str]:
    """Send one statement by each way; return one call per label."""
    for name, way in ways.items():
        way(text(f"way_{name}"))
    return Counter(f"way_{name}" for name in ways)


def test_sqlite3_statements_are_all_recorded(tmp_path: Path, audit_dir: Path, make_shield: Callable[..., Any]) -> None:
    """By cursor, connection, script and iteration: SQLite ran what the log has; an unguarded cursor runs nothing."""
    shield = make_shield(approver=approve_all)
    connection = shield.guard(sqlite3).connect(tmp_path / "way.db")
    connection.execute("CREATE TABLE t (n INTEGER)")
    seen: list[str] = []
    sqlite3.Connection.set_trace_callback(connection, seen.append)
    cursor = connection.cursor()

    sent = send(
        {
            "cursor_execute": lambda sql: cursor.execute(sql).fetchall(),
            "cursor_iterated": lambda sql: list(cursor.execute(sql)),
            "connection_execute": lambda sql: connection.execute(sql).fetchall(),
            "cursor_executescript": lambda sql: cursor.executescript(f"{sql};"),
            "connection_executescript": lambda sql: connection.executescript(f"{sql};"),
        },
        lambda label: f"SELECT count(*) AS {label} FROM t",
    )
    cursor.executemany("INSERT INTO t SELECT ? AS way_cursor_executemany", [(1,), (2,)])
    connection.executemany("INSERT INTO t SELECT ? AS way_connection_executemany", [(1,), (2,)])
    connection.commit()
    with pytest.raises(StatementDenied):
        sqlite3.Cursor(connection).execute("SELECT count(*) AS way_of_an_unguarded_cursor FROM t")
    connection.close()
    shield.close()

    many = {"way_cursor_executemany", "way_connection_executemany"}
    assert set(sent) | many == set(labels(seen))
    assert sent + Counter(many) == attempted(audit_dir)


@pytest.mark.postgres
def test_psycopg_statements_are_all_recorded(pg_dsn: str, audit_dir: Path, make_shield: Callable[..., Any]) -> None:
    """By cursor, connection, stream, server cursor, client cursor and COPY: what PostgreSQL ran is what the log says.

    Each statement draws from a sequence, which no rollback gives back.
    """
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    raw = psycopg.connect(pg_dsn, autocommit=True)
    schema = f"way_{uuid4().hex[:8]}"
    raw.execute(f"CREATE SCHEMA {schema}")
    shield = make_shield(approver=approve_all)
    guarded = shield.guard(psycopg)
    connection = guarded.connect(pg_dsn)
    cursor, server = connection.cursor(), connection.cursor(name="server")

    def copy(sql: str) -> None:
        with cursor.copy(f"COPY ({sql}) TO STDOUT") as out:
            list(out)

    def by_server_cursor(sql: str) -> None:
        server.execute(sql)
        server.fetchall()
        server.close()

    ways: dict[str, Callable[[str], Any]] = {
        "cursor_execute": lambda sql: cursor.execute(sql).fetchall(),
        "cursor_iterated": lambda sql: list(cursor.execute(sql)),
        "connection_execute": lambda sql: connection.execute(sql).fetchall(),
        "prepared": lambda sql: cursor.execute(sql, prepare=True).fetchall(),
        "binary": lambda sql: cursor.execute(sql, binary=True).fetchall(),
        "stream": lambda sql: list(cursor.stream(sql)),
        "server_cursor": by_server_cursor,
        "client_cursor": lambda sql: guarded.ClientCursor(connection).execute(sql).fetchall(),
        "raw_cursor": lambda sql: guarded.RawCursor(connection).execute(sql).fetchall(),
        "drivers_cursor": lambda sql: psycopg.Cursor(connection).execute(sql).fetchall(),
        "copy": copy,
    }
    try:
        for name in ways:
            raw.execute(f"CREATE SEQUENCE {schema}.s_{name}")
        sent = send(ways, lambda label: f"SELECT nextval('{schema}.s_{label.removeprefix('way_')}') AS {label}")
        with connection.pipeline():
            connection.execute("SELECT 1 AS way_pipeline")
        connection.rollback()
        connection.close()
        shield.close()
        drawn = Counter({
            f"way_{name}": raw.execute(f"SELECT last_value FROM {schema}.s_{name} WHERE is_called").fetchone()[0]
            for name in ways
        })  # fmt: skip

        assert sent == drawn
        assert sent + Counter(["way_pipeline"]) == attempted(audit_dir)
    finally:
        raw.execute(f"DROP SCHEMA {schema} CASCADE")
        raw.close()


@pytest.mark.mysql
def test_mysql_statements_are_all_recorded(
    mysql_params: dict[str, Any], audit_dir: Path, make_shield: Callable[..., Any]
) -> None:
    """By plain, buffered, dictionary and prepared cursors and by command: what the server's log has, ours has."""
    connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    raw = connector.connect(**mysql_params, autocommit=True)
    log = raw.cursor(buffered=True)
    log.execute("SET GLOBAL log_output = 'TABLE'")
    log.execute("SET GLOBAL general_log = 1")
    shield = make_shield(approver=approve_all)
    connection = shield.guard(connector).connect(**mysql_params)

    def by(**options: Any) -> Callable[[str], Any]:
        def way(sql: str) -> None:
            cursor = connection.cursor(**options)
            cursor.execute(sql)
            cursor.fetchall()
            cursor.close()

        return way

    try:
        sent = send(
            {
                "cursor": by(),
                "buffered": by(buffered=True),
                "dictionary": by(dictionary=True),
                "raw": by(raw=True),
                "prepared": by(prepared=True),
            },
            lambda label: f"SELECT 1 AS {label}",
        )
        connection.close()
        shield.close()
        log.execute("SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type IN "
                    "('Query', 'Execute') AND argument NOT LIKE '%general_log%'")  # fmt: skip

        assert sent == labels(row[0] for row in log.fetchall())
        assert sent == attempted(audit_dir)
    finally:
        log.execute("SET GLOBAL general_log = 0")
        raw.close()
