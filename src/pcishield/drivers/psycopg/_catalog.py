"""Reads the catalog through a psycopg connection, beside whatever the user does with it.

One round trip by the simple protocol, on libpq's own object: no cursor, no prepared statement, no row factory, no
notice to the user. Outside of a transaction it is one of its own, inside a savepoint that is rolled back; so a limit
on waiting for locks is in force for it alone, and a failure leaves the user's transaction as it was.
"""

from __future__ import annotations

import weakref
from collections.abc import Generator, Mapping
from typing import Any

from psycopg import errors, generators, pq

from pcishield.drivers.psycopg._ask import aask, ask
from pcishield.drivers.psycopg._trace import paused
from pcishield.runtime.catalogs import ConnectionLost

__all__ = ["CatalogReader", "catalog_key"]

_OK = pq.ConnStatus.OK
_IDLE = pq.TransactionStatus.IDLE
_INTRANS = pq.TransactionStatus.INTRANS
_TUPLES = pq.ExecStatus.TUPLES_OK
_NO_PIPELINE = pq.PipelineStatus.OFF
_LIMITS = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '30s'"
_AROUND = {
    _IDLE: ("BEGIN", "ROLLBACK", "ROLLBACK"),
    _INTRANS: (
        "SAVEPOINT pcishield_catalog",
        "ROLLBACK TO SAVEPOINT pcishield_catalog; RELEASE SAVEPOINT pcishield_catalog",
        "ROLLBACK TO SAVEPOINT pcishield_catalog; RELEASE SAVEPOINT pcishield_catalog",
    ),
}
"""Before, after, and after a failure; by the state of the transaction."""


def catalog_key(pgconn: Any) -> tuple[str, ...]:
    """Return what connections that see the same tables have in common."""
    parts = (pgconn.host, pgconn.port, pgconn.db, pgconn.user, pgconn.options)
    return tuple(bytes(part or b"").decode("utf-8", "replace") for part in parts)


class CatalogReader:
    """See :class:`pcishield.runtime.catalogs.Reader`."""

    def __init__(self, connection: Any) -> None:
        # Weak: the connection has the session, and that has this.
        self._connection = weakref.ref(connection)

    def _pgconn(self) -> Any:
        connection = self._connection()
        return None if connection is None else connection.__dict__["pgconn"]

    def ready(self) -> bool:
        """Whether queries can be sent just now."""
        pgconn = self._pgconn()
        return (
            pgconn is not None
            and pgconn.status == _OK
            and pgconn.transaction_status in _AROUND
            and pgconn.pipeline_status == _NO_PIPELINE
        )

    def in_transaction(self) -> bool:
        """Whether the connection is inside of a transaction."""
        pgconn = self._pgconn()
        return pgconn is not None and pgconn.status == _OK and pgconn.transaction_status != _IDLE

    def read(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """Ask, blocking."""
        pgconn = self._pgconn()
        return ask(_asked(pgconn, queries), pgconn)

    async def aread(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """Ask, awaiting."""
        pgconn = self._pgconn()
        return await aask(_asked(pgconn, queries), pgconn)


def _asked(pgconn: Any, queries: Mapping[str, str]) -> Generator[Any, Any, dict[str, list[tuple[Any, ...]]]]:
    with paused(pgconn):
        return (yield from _answered(pgconn, queries))


def _answered(pgconn: Any, queries: Mapping[str, str]) -> Generator[Any, Any, dict[str, list[tuple[Any, ...]]]]:
    before, after, failed = _AROUND[pgconn.transaction_status]
    notices, pgconn.notice_handler = pgconn.notice_handler, None
    try:
        text = "; ".join((before, _LIMITS, *queries.values(), after))
        pgconn.send_query(text.encode("utf-8"))
        try:
            results = yield from generators.execute(pgconn)
        except errors.OperationalError as error:
            if pgconn.status == _OK:
                raise
            raise ConnectionLost from error  # psycopg before 3.3 raises what the server's last words were
        if pgconn.status != _OK and results:
            raise ConnectionLost from errors.error_from_result(results[-1], encoding=pgconn._encoding)
        rows = [_rows(result, pgconn._encoding) for result in results if result.status == _TUPLES]
        if len(rows) != len(queries) or len(results) != len(queries) + 4 + after.count(";"):
            pgconn.send_query(failed.encode("ascii"))
            yield from generators.execute(pgconn)
            raise ValueError("the catalog cannot be read")
    finally:
        pgconn.notice_handler = notices
    return dict(zip(queries, rows, strict=True))


def _rows(result: Any, encoding: str) -> list[tuple[Any, ...]]:
    return [
        tuple(_value(result.get_value(row, column), result.ftype(column), encoding) for column in range(result.nfields))
        for row in range(result.ntuples)
    ]


_BOOL = 16


def _value(data: bytes | None, oid: int, encoding: str) -> Any:
    if data is None:
        return None
    return data == b"t" if oid == _BOOL else data.decode(encoding, "replace")
