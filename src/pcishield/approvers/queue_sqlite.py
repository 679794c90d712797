"""Approvals in an SQLite file, for agents and approvers on one host.

The file is made with mode 0600; to let a group of approvers in, give it and its directory to that group. It holds
requests and answers, no literal and no parameter value. Every change is one ``BEGIN IMMEDIATE`` transaction, on disk
before the call returns (WAL, ``synchronous=FULL``).

The connection is the driver's own, also in a process that called ``pcishield.install()``: a queue that asked for
approval of its own statements would never answer.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pcishield.approval.codec import BadApproval, approval_from_json, approval_to_json
from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.approval.store import NoSuchApproval, StoreUnavailable
from pcishield.runtime.sqlite_file import use_wal

__all__ = ["SqliteStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    requester TEXT NOT NULL,
    state TEXT NOT NULL,
    scoped INTEGER NOT NULL,
    requested_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS approvals_by_digest ON approvals (digest);
CREATE INDEX IF NOT EXISTS approvals_by_state ON approvals (state, requested_at);
"""
_POLL = 0.05


class SqliteStore:
    """Implements :class:`pcishield.approval.store.ApprovalStore` in one file.

    Args:
        path: The file; made when missing.
        busy_seconds: How long another process may hold it before the store counts as unavailable.
    """

    def __init__(self, path: str | os.PathLike[str], *, busy_seconds: float = 5.0) -> None:
        self.path = Path(path)
        self._busy = busy_seconds
        self._lock = threading.RLock()
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        self._own_changes = 0

    def __repr__(self) -> str:
        return f"SqliteStore({str(self.path)!r})"

    def add(self, approval: Approval) -> None:
        """Keep a new approval."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO approvals (id, digest, requester, state, scoped, requested_at, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (approval.request.id, approval.request.digest, approval.request.principal.user, *_columns(approval)),
            )

    def get(self, id: str) -> Approval:
        """Return one."""
        with self._reading() as connection:
            return _one(connection, id)

    def change(self, id: str, step: Callable[[Approval], Approval]) -> Approval:
        """Replace one by what ``step`` makes of it."""
        with self._transaction() as connection:
            return _replaced(connection, step(_one(connection, id)))

    def claim(self, digest: str, step: Callable[[Approval], Approval]) -> Approval | None:
        """Change an approved one of that digest."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT body FROM approvals WHERE digest = ? AND state = 'approved' ORDER BY requested_at", (digest,)
            ).fetchall()
            for (body,) in rows:
                try:
                    return _replaced(connection, step(_read(body)))
                except IllegalTransition:
                    continue
        return None

    def find(self, digest: str) -> list[Approval]:
        """Return all of a request digest, the newest first."""
        return self._select("digest = ? ORDER BY requested_at DESC LIMIT 1000", (digest,))

    def entries(self, states: Collection[State] = (), limit: int = 1000) -> list[Approval]:
        """Return those in ``states``, all by default, the newest first."""
        marks = f"state IN ({', '.join('?' * len(states))})" if states else "1"
        return self._select(f"{marks} ORDER BY requested_at DESC LIMIT ?", (*states, limit))

    def grants(self, user: str) -> list[Approval]:
        """Return approved ones that have a scope."""
        return self._select("state = 'approved' AND scoped = 1 AND requester = ? LIMIT 1000", (user,))

    def wait(self, seconds: float) -> None:
        """Return when something has changed, after ``seconds`` at the latest."""
        until = time.monotonic() + seconds
        before = self._version()
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(_POLL, left))
            # Connections that come and go have no versions to compare: a closed store lets its caller look himself.
            if self._closed or self._version() != before:
                return

    def close(self) -> None:
        """Close the connection. Idempotent; a call after it has a connection of its own, and closes it."""
        with self._lock:
            self._closed = True
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and self._pid == os.getpid():
            connection.close()

    def _version(self) -> tuple[int, int]:
        # data_version tells commits of other connections only.
        with self._reading() as connection:
            return connection.execute("PRAGMA data_version").fetchone()[0], self._own_changes

    def _select(self, where: str, values: tuple[object, ...]) -> list[Approval]:
        with self._reading() as connection:
            rows = connection.execute(f"SELECT body FROM approvals WHERE {where}", values).fetchall()  # noqa: S608
            return [_read(body) for (body,) in rows]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._open()
            except sqlite3.Error as error:
                self._lose()
                raise self._unavailable(error) from None
            except BadApproval as error:
                raise StoreUnavailable(f"the approval queue {self.path} holds a damaged entry: {error}") from None
            finally:
                # Whoever still waits for an answer when the shield is closed looks once more; nobody closes after him.
                if self._closed:
                    self._lose()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                self._own_changes += 1
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._pid != os.getpid():
            # After a fork the inherited connection is the parent's: it is left alone, not closed.
            if self._connection is not None:
                _inherited.append(self._connection)
            self._connection = None
            if not self.path.exists():
                with suppress(OSError):
                    os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(self.path, timeout=self._busy, isolation_level=None, check_same_thread=False)
            try:
                use_wal(connection, self._busy)
                connection.execute("PRAGMA synchronous = FULL")
                connection.executescript(_SCHEMA)
            except BaseException:
                connection.close()
                raise
            self._connection, self._pid = connection, os.getpid()
        return self._connection

    def _lose(self) -> None:
        # What state a failed connection is in cannot be told; the next call opens another.
        with suppress(sqlite3.Error):
            self._drop()

    def _unavailable(self, error: sqlite3.Error) -> StoreUnavailable:
        locked = "locked" in str(error) or "busy" in str(error)
        why = f"is locked by another process for more than {self._busy:g} s" if locked else f"fails: {error}"
        return StoreUnavailable(f"the approval queue {self.path} {why}")


_inherited: list[sqlite3.Connection] = []
"""Connections of a parent process: kept, since dropping one would close it."""


def _columns(approval: Approval) -> tuple[str, int, str, str]:
    return (
        approval.state,
        int(approval.scope is not None),
        approval.request.requested_at.isoformat(),
        approval_to_json(approval),
    )


def _one(connection: sqlite3.Connection, id: str) -> Approval:
    row = connection.execute("SELECT body FROM approvals WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NoSuchApproval(id)
    return _read(row[0])


def _replaced(connection: sqlite3.Connection, approval: Approval) -> Approval:
    connection.execute(
        "UPDATE approvals SET state = ?, scoped = ?, requested_at = ?, body = ? WHERE id = ?",
        (*_columns(approval), approval.request.id),
    )
    return approval


def _read(body: str) -> Approval:
    return approval_from_json(body)
