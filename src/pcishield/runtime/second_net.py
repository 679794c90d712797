"""The database as a second net: what a session of the database is told, and asked, when it is opened.

Opt-in (``[database]``). The policy refuses what it should before the database sees it; where it is mistaken, the
database refuses by itself. Drivers send these settings on their raw connection, before any statement of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["NO_NET", "SecondNet"]

DRIVERS = frozenset({"mysql.connector", "psycopg", "sqlite3"})
"""Drivers that send the settings."""


@dataclass(frozen=True, slots=True)
class SecondNet:
    """What sessions of the database are told.

    Attributes:
        read_only: They only read.
        timeout_ms: How long a statement may run, in milliseconds; ``None`` is the database's own limit.
        authorizer: SQLite asks the policy about each action of each statement that it compiles.
        clock: They are asked the time; see :mod:`pcishield.runtime.database_clock`.
    """

    read_only: bool = False
    timeout_ms: int | None = None
    authorizer: bool = False
    clock: bool = True

    def postgres(self) -> dict[str, str]:
        """Return the settings to start a session with: RESET and DISCARD return to them."""
        found: dict[str, str] = {}
        if self.read_only:
            found["default_transaction_read_only"] = "on"
        if self.timeout_ms is not None:
            found["statement_timeout"] = str(self.timeout_ms)
        return found

    def mysql(self, *, mariadb: bool) -> list[str]:
        """Return the statements for a new session. MySQL itself bounds only SELECT."""
        found: list[str] = []
        if self.read_only:
            found.append("SET SESSION TRANSACTION READ ONLY")
        if self.timeout_ms is not None:
            limit = f"max_statement_time = {self.timeout_ms / 1000:.3f}"
            found.append(f"SET SESSION {limit if mariadb else f'max_execution_time = {self.timeout_ms}'}")
        return found

    def sqlite(self) -> list[str]:
        """Return the statements for a new connection. SQLite has no limit of time."""
        return ["PRAGMA query_only = ON"] if self.read_only else []

    def recorded(self, driver: str) -> Mapping[str, bool | int]:
        """Return what the record of a connection says about it; empty when nothing is set."""
        if driver not in DRIVERS:
            return {}
        told: dict[str, bool | int] = {"read_only": True} if self.read_only else {}
        if self.authorizer and driver == "sqlite3":
            told["authorizer"] = True
        if self.timeout_ms is not None and driver != "sqlite3":
            told["statement_timeout_ms"] = self.timeout_ms
        return told


NO_NET = SecondNet()
"""Leaves everything as the database has it."""
