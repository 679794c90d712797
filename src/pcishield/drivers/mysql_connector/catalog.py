"""Reads the catalog through a mysql.connector connection: by its own commands, with rows left as bytes."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mysql.connector import Error

from pcishield.runtime.catalogs import precedes
from pcishield.runtime.database_clock import QUESTIONS
from pcishield.runtime.temporary import OPTIONAL

if TYPE_CHECKING:
    from pcishield.drivers.mysql_connector.state import ConnectionState

__all__ = ["CLOCK", "CatalogReader"]

CLOCK = {"clock": QUESTIONS["mysql"]}
"""What a reader is given to ask the server's clock."""

Rows = dict[str, list[tuple[Any, ...]]]


class CatalogReader:
    """See :class:`pcishield.runtime.catalogs.Reader`."""

    def __init__(self, connection: Any, state: ConnectionState) -> None:
        self._connection = weakref.ref(connection)
        self._state = weakref.ref(state)

    def ready(self) -> bool:
        """Whether queries can be sent just now.

        Not while rows of another statement are unread, and not after SET TRANSACTION, which is about the statement
        that comes next, unless the transaction was ended since.
        """
        connection, state = self._connection(), self._state()
        if connection is None or state is None or state.connecting:
            return False
        last = state.operation
        if last is not None and last is not state.over and last.statement is not None and precedes(last.statement):
            return False
        return not connection.unread_result or bool(connection.can_consume_results)

    def in_transaction(self) -> bool:
        """False: what changes tables here commits by itself."""
        return False

    def read(self, queries: Mapping[str, str]) -> Rows:
        """Ask, blocking."""
        connection, state = self._parts()
        found: Rows = {}
        with state.own():
            if connection.unread_result:
                connection.consume_results()
            for name, sql in queries.items():
                try:
                    connection.cmd_query(sql)
                except Error:
                    if not name.startswith(OPTIONAL):
                        raise
                    found[name] = []
                    continue
                found[name] = connection.get_rows(raw=True)[0]
                if hasattr(connection, "free_result"):
                    connection.free_result()
        return found

    async def aread(self, queries: Mapping[str, str]) -> Rows:
        """Ask, awaiting."""
        connection, state = self._parts()
        found: Rows = {}
        with state.own():
            if connection.unread_result:
                await connection.consume_results()
            for name, sql in queries.items():
                try:
                    await connection.cmd_query(sql)
                except Error:
                    if not name.startswith(OPTIONAL):
                        raise
                    found[name] = []
                    continue
                found[name] = (await connection.get_rows(raw=True))[0]
        return found

    def _parts(self) -> tuple[Any, ConnectionState]:
        connection, state = self._connection(), self._state()
        assert connection is not None and state is not None
        return connection, state
