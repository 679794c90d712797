"""Table, triggers and insertion of the SQL sink, for each database. Raw drivers: records hold no card data."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from pcishield.exceptions import ConfigurationError

__all__ = ["Dialect", "dialect_of"]

Row = tuple[str, int, str, str, str, str]
_REFUSAL = "the audit table is append-only"


class Dialect(Protocol):
    """One database."""

    def connect(self, dsn: str, timeout: float) -> Any:
        """Connect."""
        ...

    def prepare(self, connection: Any, table: str) -> None:
        """Make table and triggers where they are missing."""
        ...

    def insert(self, connection: Any, table: str, rows: Sequence[Row]) -> None:
        """Insert rows that are not there yet, and commit."""
        ...


def dialect_of(dsn: str) -> Dialect:
    """Return the dialect that the DSN names.

    Raises:
        ConfigurationError: It names none.
    """
    scheme = dsn.partition(":")[0].lower()
    found: dict[str, type[Dialect]] = {
        "postgresql": _Postgres,
        "postgres": _Postgres,
        "mysql": _MySql,
        "mariadb": _MySql,
        "sqlite": _Sqlite,
    }
    if scheme not in found:
        raise ConfigurationError("dsn: begin it with postgresql://, mysql:// or sqlite:///")
    return found[scheme]()


def _driver(module: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ConfigurationError(f"{module} is not installed: pip install 'pcishield[{extra}]'") from None


class _Postgres:
    def connect(self, dsn: str, timeout: float) -> Any:
        _driver("psycopg", "psycopg")
        from pcishield.runtime.bounded_psycopg import BoundedConnection

        options = f"-c statement_timeout={int(timeout * 1000)}"
        connection = BoundedConnection.connect(dsn, connect_timeout=max(int(timeout), 1), options=options)
        connection.answer_seconds = timeout
        return connection

    def prepare(self, connection: Any, table: str) -> None:
        if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()[0] is None:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (table,))
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (shard text NOT NULL, seq bigint NOT NULL, "
                "ts timestamptz NOT NULL, type text NOT NULL, actor text NOT NULL, record text NOT NULL, "
                "PRIMARY KEY (shard, seq))"
            )
            connection.execute(
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
            )
            connection.execute(
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            )
        connection.commit()

    def insert(self, connection: Any, table: str, rows: Sequence[Row]) -> None:
        sql = f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
            connection.commit()


class _MySql:
    def connect(self, dsn: str, timeout: float) -> Any:
        parts = urlsplit(dsn)
        driver = _driver("mysql.connector", "mysql")
        seconds = max(int(timeout), 1)
        bounded = hasattr(driver.MySQLConnection, "read_timeout")
        connection = driver.connect(
            host=parts.hostname or "127.0.0.1", port=parts.port or 3306, user=unquote(parts.username or ""),
            password=unquote(parts.password or ""), database=parts.path.lstrip("/"), use_pure=True,
            connection_timeout=seconds, time_zone="+00:00",
            **({"read_timeout": seconds, "write_timeout": seconds} if bounded else {}),
        )  # fmt: skip
        if not bounded:  # 9.1 waits without end once it is connected
            connection._socket.set_connection_timeout(seconds)
        return connection

    def prepare(self, connection: Any, table: str) -> None:
        cursor = connection.cursor()
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table} (shard varchar(100) NOT NULL, seq bigint NOT NULL, "
            "ts datetime(6) NOT NULL, type varchar(100) NOT NULL, actor text NOT NULL, record longtext NOT NULL, "
            "PRIMARY KEY (shard, seq)) "
            "CHARACTER SET utf8mb4"
        )
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_REFUSAL}'"
            )
        cursor.close()

    def insert(self, connection: Any, table: str, rows: Sequence[Row]) -> None:
        cursor = connection.cursor()
        # Neither INSERT IGNORE, which cuts what does not fit, nor ON DUPLICATE KEY UPDATE, which the trigger refuses.
        # Batches come in order, so what is there ends at one number.
        cursor.execute(f"SELECT coalesce(max(seq), -1) FROM {table} WHERE shard = %s", (rows[0][0],))  # noqa: S608
        last = cursor.fetchone()[0]
        cursor.executemany(
            f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608
            [(shard, seq, ts[:-1].replace("T", " "), *rest) for shard, seq, ts, *rest in rows if seq > last],
        )
        connection.commit()
        cursor.close()


class _Sqlite:
    def connect(self, dsn: str, timeout: float) -> Any:
        import sqlite3

        path = unquote(dsn.partition("://")[2])
        # sqlite:///relative and sqlite:////absolute, as SQLAlchemy has it.
        connection = sqlite3.connect(path[1:], timeout=timeout, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, connection: Any, table: str) -> None:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table} (shard TEXT NOT NULL, seq INTEGER NOT NULL, ts TEXT NOT NULL, "
            "type TEXT NOT NULL, actor TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (shard, seq))"
        )
        for verb in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        connection.commit()

    def insert(self, connection: Any, table: str, rows: Sequence[Row]) -> None:
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)  # noqa: S608
        connection.commit()
