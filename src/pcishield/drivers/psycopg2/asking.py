"""What the guard itself asks the server; none of it is a statement of the application's."""

from __future__ import annotations

from typing import Any

import psycopg2
from psycopg2 import extensions

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.postgres import KINDS
from pcishield.drivers.generic.postgres_estimate import EXPLAINED, planned_rows
from pcishield.runtime.database_clock import QUESTIONS, Asked

__all__ = ["DIALECT", "described", "estimated", "skew_us"]

DIALECT = "postgres"

_Connection: Any = extensions.connection
_Cursor: Any = extensions.cursor


def skew_us(connection: Any) -> int | None:
    """Ask how far the server's clock is ahead, outside of a transaction; nobody has the connection yet."""
    autocommit = _Connection.autocommit
    try:
        autocommit.__set__(connection, True)
        try:
            with _Connection.cursor(connection, None, _Cursor) as raw:
                asked = Asked()
                raw.execute(QUESTIONS[DIALECT])
                return asked.skew_us(raw.fetchone()[0])
        finally:
            autocommit.__set__(connection, False)
    except psycopg2.Error:
        return None


def estimated(connection: Any, sql: str, parameters: Any) -> int | None:
    """Ask how many rows a statement will touch; inside a transaction from within a savepoint, outside it opens none."""
    if connection is None or connection.async_:
        return None
    session, status = connection._pcishield, _Connection.status.__get__(connection)
    statement = session.parts.known.get(DIALECT, sql).statement
    idle = _Connection.get_transaction_status(connection) == extensions.TRANSACTION_STATUS_IDLE
    ready = (extensions.STATUS_READY, extensions.STATUS_BEGIN)
    if statement.count != 1 or statement.kind not in EXPLAINED or status not in ready:
        return None
    try:
        with _Connection.cursor(connection, None, _Cursor) as raw:
            if not idle:
                raw.execute("SAVEPOINT pcishield_estimate")
            try:
                raw.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
                return planned_rows(raw.fetchone()[0][0]["Plan"])
            finally:
                if idle:
                    _Connection.rollback(connection)
                else:
                    raw.execute("ROLLBACK TO SAVEPOINT pcishield_estimate")
                    raw.execute("RELEASE SAVEPOINT pcishield_estimate")
    except (psycopg2.Error, LookupError, TypeError, ValueError):
        return None


def described(connection: Any, source: str) -> list[ResultColumn] | None:
    """Return the columns of a query, without running it; ``None`` when it cannot be declared."""
    idle = _Connection.get_transaction_status(connection) == extensions.TRANSACTION_STATUS_IDLE
    alone = idle and _Connection.autocommit.__get__(connection)
    begin, *end = (
        ("BEGIN", "ROLLBACK")
        if alone
        else ("SAVEPOINT pcishield_copy", "ROLLBACK TO SAVEPOINT pcishield_copy", "RELEASE SAVEPOINT pcishield_copy")
    )
    try:
        with _Connection.cursor(connection, None, _Cursor) as raw:
            raw.execute(begin)
            try:
                raw.execute(f"DECLARE pcishield_copy NO SCROLL CURSOR FOR {source}")
                raw.execute("FETCH 0 FROM pcishield_copy")
                return [ResultColumn(name, KINDS.get(oid, "other")) for name, oid, *_ in raw.description]
            finally:
                for statement in end:
                    raw.execute(statement)
    except psycopg2.Error:
        return None
