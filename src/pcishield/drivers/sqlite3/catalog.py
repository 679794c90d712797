"""Reads the catalog of an SQLite connection: by PRAGMA, on the driver's own cursor."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pcishield.drivers.sqlite3.state import through_gate
from pcishield.statement.catalog_reading import ask_sqlite

if TYPE_CHECKING:
    from pcishield.drivers.sqlite3.state import ConnectionState
    from pcishield.runtime.catalogs import Answers

__all__ = ["CatalogReader"]

_Cursor = sqlite3.Cursor
_text_factory = sqlite3.Connection.text_factory
_in_transaction = sqlite3.Connection.in_transaction.__get__


class CatalogReader:
    """See :class:`pcishield.runtime.catalogs.Reader`. Reading takes no transaction and changes no counter."""

    def __init__(self, connection: Any, state: ConnectionState) -> None:
        self._connection = weakref.ref(connection)
        self._state = weakref.ref(state)

    def ready(self) -> bool:
        """Whether queries can be sent just now."""
        state = self._state()
        return state is not None and not state.closed

    def in_transaction(self) -> bool:
        """Whether the connection is inside of a transaction."""
        connection = self._connection()
        return connection is not None and bool(_in_transaction(connection))

    def read(self, queries: Mapping[str, str]) -> Answers:
        """Ask."""
        connection, state = self._connection(), self._state()
        assert connection is not None and state is not None
        factory = _text_factory.__get__(connection)
        _text_factory.__set__(connection, bytes)
        state.quiet = True
        try:
            return ask_sqlite(lambda sql: through_gate(state, sql, _Cursor(connection).execute, sql).fetchall())
        finally:
            state.quiet = False
            _text_factory.__set__(connection, factory)

    async def aread(self, queries: Mapping[str, str]) -> Answers:
        """Ask; SQLite has nothing to wait for."""
        return self.read(queries)
