"""Reads the catalog through a psycopg2 connection, beside whatever the application does with it."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

import psycopg2
from psycopg2 import extensions

from pcishield.drivers.psycopg2.asking import aside
from pcishield.runtime.catalogs import ConnectionLost

__all__ = ["CatalogReader", "catalog_key"]

_Connection: Any = extensions.connection
_IDLE, _INTRANS = extensions.TRANSACTION_STATUS_IDLE, extensions.TRANSACTION_STATUS_INTRANS
_READY = (extensions.STATUS_READY, extensions.STATUS_BEGIN)
_LIMITS = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '30s'"
_TEXT = extensions.new_type((18, 19, 25, 1042, 1043), "PCISHIELD_TEXT", lambda value, cursor: value)
"""The application may have typecasters of its own."""
_BOOL = extensions.new_type((16,), "PCISHIELD_BOOL", lambda value, cursor: None if value is None else value == "t")


def catalog_key(connection: Any) -> tuple[str, ...]:
    """Return what connections that see the same tables have in common."""
    info = _Connection.info.__get__(connection)
    return tuple(str(part or "") for part in (info.host, info.port, info.dbname, info.user, info.options))


class CatalogReader:
    """See :class:`pcishield.runtime.catalogs.Reader`."""

    def __init__(self, connection: Any) -> None:
        # Weak: the connection has the session, and that has this.
        self._connection = weakref.ref(connection)

    def ready(self) -> bool:
        """Whether queries can be sent just now."""
        connection = self._connection()
        return (
            connection is not None
            and not connection.closed
            and not connection.async_
            and _Connection.status.__get__(connection) in _READY
            and _Connection.get_transaction_status(connection) in (_IDLE, _INTRANS)
        )

    def in_transaction(self) -> bool:
        """Whether the connection is inside of a transaction."""
        connection = self._connection()
        return connection is not None and _Connection.get_transaction_status(connection) != _IDLE

    def read(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """Ask, blocking."""
        connection = self._connection()
        assert connection is not None
        try:
            with aside(connection, "pcishield_catalog") as raw:
                for kind in (_TEXT, _BOOL):
                    extensions.register_type(kind, raw)
                raw.execute(_LIMITS)
                return {name: _rows(raw, sql) for name, sql in queries.items()}
        except psycopg2.Error as error:
            if connection.closed:
                raise ConnectionLost from error
            raise

    async def aread(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """Ask; psycopg2 only blocks, and asynchronous connections of its own kind have no catalog."""
        return self.read(queries)


def _rows(raw: Any, sql: str) -> list[tuple[Any, ...]]:
    raw.execute(sql)
    rows: list[tuple[Any, ...]] = raw.fetchall()
    return rows
