"""Budgets counted in PostgreSQL: two tables of their own, one connection a process, by the server's clock."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from threading import Lock
from typing import Any

import psycopg

from pcishield.runtime.bounded_psycopg import BoundedConnection
from pcishield.runtime.budgets import PARTS, Totals, UsageUnavailable

__all__ = ["PostgresCounters"]

_SECONDS = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS pcishield_usage (
  key text, part bigint, rows bigint NOT NULL, bytes bigint NOT NULL, masked_cells bigint NOT NULL,
  statements bigint NOT NULL, PRIMARY KEY (key, part));
CREATE TABLE IF NOT EXISTS pcishield_predicates (key text, predicate text, part bigint, PRIMARY KEY (key, predicate))
"""
_NOW = """
SELECT CASE WHEN %(width)s > 0 THEN floor(extract(epoch FROM clock_timestamp()) * 1000 / %(width)s)::bigint ELSE 0 END
FROM pg_advisory_xact_lock(hashtext('pcishield ' || %(key)s))
"""
_PRUNE = (
    "DELETE FROM pcishield_usage WHERE key = %(key)s AND part <= %(oldest)s",
    "DELETE FROM pcishield_predicates WHERE key = %(key)s AND part <= %(oldest)s",
)
_ADD = """
INSERT INTO pcishield_usage AS u VALUES (%(key)s, %(part)s, %(rows)s, %(bytes)s, %(masked)s, %(statements)s)
ON CONFLICT (key, part) DO UPDATE SET rows = u.rows + excluded.rows, bytes = u.bytes + excluded.bytes,
  masked_cells = u.masked_cells + excluded.masked_cells, statements = u.statements + excluded.statements
"""
_REMEMBER = """
INSERT INTO pcishield_predicates VALUES (%(key)s, %(predicate)s, %(part)s)
ON CONFLICT (key, predicate) DO UPDATE SET part = excluded.part
"""
_KNOWN = "SELECT EXISTS (SELECT FROM pcishield_predicates WHERE key = %(key)s AND predicate = %(predicate)s)"
_TOTALS = """
SELECT coalesce(sum(rows), 0)::bigint, coalesce(sum(bytes), 0)::bigint, coalesce(sum(masked_cells), 0)::bigint,
  coalesce(sum(statements), 0)::bigint, (SELECT count(*) FROM pcishield_predicates WHERE key = %(key)s)
FROM pcishield_usage WHERE key = %(key)s
"""


class PostgresCounters:
    """See :class:`pcishield.runtime.budgets.Counters`.

    Args:
        address: A connection string; its user may create the tables, or finds them and may write them.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = Lock()
        self._connection: Any = None
        self._process = 0

    def count(
        self, key: tuple[str, ...], window_seconds: int | None, amounts: Sequence[int], predicate: str | None, add: bool
    ) -> Totals:
        """See :class:`~pcishield.runtime.budgets.Counters`."""
        width = 0 if window_seconds is None else max(window_seconds * 1000 // PARTS, 1)
        values: dict[str, Any] = {
            # Names of people stay out of the store.
            "key": sha256(repr(key).encode("utf-8", "replace")).hexdigest()[:32],
            "width": width, "predicate": predicate or "", "rows": amounts[0], "bytes": amounts[1],
            "masked": amounts[2], "statements": amounts[3],
        }  # fmt: skip
        with self._lock:
            try:
                return self._count(values, width, any(amounts), predicate is not None, add)
            except (psycopg.Error, OSError) as error:
                self._drop()
                raise UsageUnavailable(type(error).__name__) from None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()

    def _count(self, values: dict[str, Any], width: int, adds: bool, asks: bool, remembers: bool) -> Totals:
        connection = self._open()
        with connection.transaction():
            values["part"] = part = connection.execute(_NOW, values).fetchone()[0]
            values["oldest"] = part - PARTS
            for sql in _PRUNE if width else ():
                connection.execute(sql, values)
            if adds:
                connection.execute(_ADD, values)
            known = asks and connection.execute(_KNOWN, values).fetchone()[0]
            if asks and remembers:
                connection.execute(_REMEMBER, values)
            *totals, predicates = connection.execute(_TOTALS, values).fetchone()
        return Totals(tuple(totals), predicates, bool(known))

    def _open(self) -> Any:
        if self._connection is not None and self._process != os.getpid():
            # A forked child has a connection of its own; dropping the parent's would end that one's session.
            _inherited.append(self._connection)
            self._connection = None
        if self._connection is None:
            self._connection = BoundedConnection.connect(
                self._address, autocommit=True, connect_timeout=_SECONDS, application_name="pcishield budgets",
                options=f"-cstatement_timeout={_SECONDS}s -clock_timeout={_SECONDS}s",
            )  # fmt: skip
            self._connection.answer_seconds = _SECONDS + 1
            self._process = os.getpid()
            self._connection.execute(_TABLES)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._process == os.getpid():
            connection.close()


_inherited: list[Any] = []
"""Connections of a parent process."""
