"""What the guard itself asks the server; none of it is a statement of the application's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import extensions

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.postgres import KINDS
from pcishield.drivers.generic.postgres_estimate import EXPLAINED, planned_rows
from pcishield.runtime.database_clock import QUESTIONS, Asked

__all__ = ["DIALECT", "aside", "described", "estimated", "skew_us"]

DIALECT = "postgres"

_Connection: Any = extensions.connection
_Cursor: Any = extensions.cursor
_TRAITS = (_Connection.isolation_level, _Connection.readonly, _Connection.deferrable)


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


@contextmanager
def aside(connection: Any, name: str) -> Iterator[Any]:
    """Give a raw cursor whose statements leave no trace in the application's transaction.

    Inside of a transaction they stand in a savepoint of that name, outside in a transaction of their own. Not in one
    that psycopg2 begins and rolls back: named cursors that have not run yet would not be valid after that.
    """
    idle = _Connection.get_transaction_status(connection) == extensions.TRANSACTION_STATUS_IDLE
    autocommit = _Connection.autocommit.__get__(connection)
    # With any of these psycopg2 would change settings of the session. What is asked stands in the transaction then
    # that the application's statement is about to begin.
    switches = idle and not autocommit and not any(trait.__get__(connection) is not None for trait in _TRAITS)
    begin, *end = ("BEGIN", "ROLLBACK") if idle and (autocommit or switches) else (
        f"SAVEPOINT {name}", f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}",
    )  # fmt: skip
    if switches:
        _Connection.autocommit.__set__(connection, True)
    try:
        with _Connection.cursor(connection, None, _Cursor) as raw:
            raw.execute(begin)
            try:
                yield raw
            finally:
                if not connection.closed:
                    for statement in end:
                        raw.execute(statement)
    finally:
        if switches and not connection.closed:
            _Connection.autocommit.__set__(connection, False)


def estimated(connection: Any, sql: str, parameters: Any) -> int | None:
    """Ask how many rows a statement will touch."""
    if connection is None or connection.async_:
        return None
    session, status = connection._pcishield, _Connection.status.__get__(connection)
    statement = session.parts.known.get(DIALECT, sql).statement
    ready = (extensions.STATUS_READY, extensions.STATUS_BEGIN)
    if statement.count != 1 or statement.kind not in EXPLAINED or status not in ready:
        return None
    try:
        with aside(connection, "pcishield_estimate") as raw:
            raw.execute("EXPLAIN (FORMAT JSON) " + sql, parameters)
            return planned_rows(raw.fetchone()[0][0]["Plan"])
    except (psycopg2.Error, LookupError, TypeError, ValueError):
        return None


def described(connection: Any, source: str) -> list[ResultColumn] | None:
    """Return the columns of a query, without running it; ``None`` when it cannot be declared."""
    try:
        with aside(connection, "pcishield_copy") as raw:
            raw.execute(f"DECLARE pcishield_copy NO SCROLL CURSOR FOR {source}")
            raw.execute("FETCH 0 FROM pcishield_copy")
            return [ResultColumn(name, KINDS.get(oid, "other")) for name, oid, *_ in raw.description]
    except psycopg2.Error:
        return None
