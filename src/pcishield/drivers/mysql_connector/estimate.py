"""How many rows the server expects a statement to touch, for approvers: ``EXPLAIN`` by the driver's own cursor."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from mysql.connector import errors
from mysql.connector.cursor import MySQLCursor

from pcishield.drivers.generic.mysql_estimate import KINDS, expected_rows

if TYPE_CHECKING:
    from pcishield.drivers.mysql_connector.state import ConnectionState
    from pcishield.runtime.session import Session

__all__ = ["aestimates", "estimates"]

_FAILED = (errors.Error, LookupError, TypeError, ValueError)
"""What cannot be explained is not estimated; the driver says what is wrong with it when it runs."""


def estimates(connection: Any, state: ConnectionState, session: Session) -> None:
    """Let ``session`` ask how many rows a statement will touch."""
    there, known = weakref.ref(connection), weakref.ref(state)

    def estimate(sql: str, parameters: Any) -> int | None:
        used, asking = there(), known()
        if used is None or asking is None or not _explainable(used, asking, sql):
            return None
        cursor: Any
        if hasattr(used, "_cmysql"):
            from mysql.connector.cursor_cext import CMySQLCursor

            cursor = CMySQLCursor(used)
        else:
            cursor = MySQLCursor(used)
        with asking.own():
            try:
                cursor.execute("EXPLAIN " + sql, parameters or ())
                rows = used.get_rows(raw=True)[0]
                if hasattr(used, "free_result"):
                    used.free_result()
            except _FAILED:
                return None
        return expected_rows(cursor.column_names, rows)

    session.estimate = estimate


def aestimates(connection: Any, state: ConnectionState, session: Session) -> None:
    """Likewise, awaited."""
    from mysql.connector.aio.cursor import MySQLCursor as AsyncCursor

    there, known = weakref.ref(connection), weakref.ref(state)

    async def aestimate(sql: str, parameters: Any) -> int | None:
        used, asking = there(), known()
        if used is None or asking is None or not _explainable(used, asking, sql):
            return None
        cursor: Any = AsyncCursor(used)
        with asking.own():
            try:
                await cursor.execute("EXPLAIN " + sql, parameters or ())
                rows = (await used.get_rows(raw=True))[0]
            except _FAILED:
                return None
        return expected_rows(cursor.column_names, rows)

    session.aestimate = aestimate


def _explainable(connection: Any, state: ConnectionState, sql: str) -> bool:
    if connection.unread_result or state.session is None:
        return False
    statement = state.session.parts.known.get("mysql", sql).statement
    return statement.count == 1 and statement.kind in KINDS
