"""Writes records into a table of PostgreSQL, MySQL/MariaDB or SQLite, from which nothing can be changed or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from pcishield.runtime.sink import BaseSink, Entry, Secret
from pcishield.sinks.sql._dialects import Dialect, dialect_of

__all__ = ["SqlSink"]


def _known(dsn: SecretStr) -> SecretStr:
    dialect_of(dsn.get_secret_value())
    return dsn


class SqlSink(BaseSink):
    """Inserts each record once: (shard, seq) is the key, and a repeated batch changes nothing.

    The table and its triggers, which refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE, are made when they are missing;
    with ``create = false`` they must be there. Give the sink a database user of its own.
    """

    kind: ClassVar[str] = "sql"
    idle_seconds: ClassVar[float] = 300
    dsn: Annotated[Secret, AfterValidator(_known)]
    table: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,50}$")] = "pcishield_audit"
    create: bool = True

    def connect(self) -> Any:
        """Connect with the raw driver, and make the table."""
        dialect: Dialect = dialect_of(self.dsn.get_secret_value())
        connection = dialect.connect(self.dsn.get_secret_value(), self.timeout)
        try:
            if self.create:
                dialect.prepare(connection, self.table)
        except BaseException:
            connection.close()
            raise
        return dialect, connection

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Insert in one transaction; what is there already is left alone."""
        dialect, database = connection
        rows = [
            (
                e.shard,
                e.seq,
                e.record["ts"],
                e.record["type"],
                str((e.record.get("actor") or {}).get("user", "")),
                e.data.decode(),
            )
            for e in entries
        ]
        dialect.insert(database, self.table, rows)

    def disconnect(self, connection: Any) -> None:
        """Close the database connection."""
        connection[1].close()
