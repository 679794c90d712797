"""Approvals in PostgreSQL, for agents and approvers on many hosts.

One table, made when missing. A change locks its row; a claim skips rows that others are claiming (``SKIP LOCKED``);
each change sends a notification that wakes the waiting (``LISTEN``). The password belongs into ``PGPASSWORD``, a
passfile or a service file rather than into the URL; none of our texts shows the URL.

The connections are the driver's own, also in a process that called ``pcishield.install()``: a queue that asked for
approval of its own statements would never answer. Give the queue a database or a role of its own: whoever can write
to the table can withhold approvals, and where no approver keys are registered also make them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from pcishield.approval.codec import BadApproval, approval_from_json, approval_to_json
from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.approval.store import NoSuchApproval, StoreUnavailable
from pcishield.runtime.bounded_psycopg import BoundedConnection

__all__ = ["PostgresStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pcishield_approvals (
    id text PRIMARY KEY,
    digest text NOT NULL,
    requester text NOT NULL,
    state text NOT NULL,
    scoped boolean NOT NULL,
    requested_at timestamptz NOT NULL,
    body text NOT NULL
);
CREATE INDEX IF NOT EXISTS pcishield_approvals_by_digest ON pcishield_approvals (digest);
CREATE INDEX IF NOT EXISTS pcishield_approvals_by_state ON pcishield_approvals (state, requested_at);
"""
_CHANNEL = "pcishield_approvals"
_LOCK = 0x7063697368
_SLICE = 1.0


class PostgresStore:
    """Implements :class:`pcishield.approval.store.ApprovalStore` in a PostgreSQL database.

    Args:
        url: As libpq takes it.
        timeout_seconds: How long connecting, a lock or a statement may take before the store counts as unavailable.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 5.0) -> None:
        self._url = url
        self._timeout = timeout_seconds
        self._lock = threading.RLock()
        self._listening = threading.Lock()
        self._pid = 0
        self._connection: psycopg.Connection[Any] | None = None
        self._closed = False
        self._listener: psycopg.Connection[Any] | None = None

    def __repr__(self) -> str:
        return "PostgresStore(...)"

    def add(self, approval: Approval) -> None:
        """Keep a new approval."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO pcishield_approvals (id, digest, requester, state, scoped, requested_at, body) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (approval.request.id, approval.request.digest, approval.request.principal.user, *_columns(approval)),
            )
            _notify(connection)

    def get(self, id: str) -> Approval:
        """Return one."""
        with self._transaction() as connection:
            return _one(connection, id, "")

    def change(self, id: str, step: Callable[[Approval], Approval]) -> Approval:
        """Replace one by what ``step`` makes of it."""
        with self._transaction() as connection:
            return _replaced(connection, step(_one(connection, id, " FOR UPDATE")))

    def claim(self, digest: str, step: Callable[[Approval], Approval]) -> Approval | None:
        """Change an approved one of that digest that nobody else is claiming."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT body FROM pcishield_approvals WHERE digest = %s AND state = 'approved' "
                "ORDER BY requested_at FOR UPDATE SKIP LOCKED",
                (digest,),
            ).fetchall()
            for (body,) in rows:
                try:
                    return _replaced(connection, step(approval_from_json(body)))
                except IllegalTransition:
                    continue
        return None

    def find(self, digest: str) -> list[Approval]:
        """Return all of a request digest, the newest first."""
        return self._select("digest = %s ORDER BY requested_at DESC LIMIT 1000", (digest,))

    def entries(self, states: Collection[State] = (), limit: int = 1000) -> list[Approval]:
        """Return those in ``states``, all by default, the newest first."""
        if not states:
            return self._select("true ORDER BY requested_at DESC LIMIT %s", (limit,))
        return self._select("state = ANY(%s) ORDER BY requested_at DESC LIMIT %s", (list(states), limit))

    def grants(self, user: str) -> list[Approval]:
        """Return approved ones that have a scope."""
        return self._select("state = 'approved' AND scoped AND requester = %s LIMIT 1000", (user,))

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, after ``seconds`` at the latest."""
        if self._closed:
            # Whoever still waits for an answer then looks for himself.
            time.sleep(min(seconds, _SLICE / 4))
            return
        # One thread listens, the others wait for it; nobody waits longer than a slice without looking for himself.
        if not self._listening.acquire(timeout=min(seconds, _SLICE)):
            return
        try:
            with self._reporting():
                for _ in self._listen().notifies(timeout=seconds, stop_after=1):
                    pass
        except StoreUnavailable:
            listener, self._listener = self._listener, None
            if listener is not None:
                with suppress(psycopg.Error):
                    listener.close()
            time.sleep(min(seconds, _SLICE / 4))
            raise
        finally:
            self._listening.release()

    def close(self) -> None:
        """Close the connections. Idempotent; a call after it has a connection of its own, and closes it."""
        with self._lock:
            self._closed = True
            for connection in (self._connection, self._listener):
                if connection is not None and self._pid == os.getpid():
                    with suppress(psycopg.Error):
                        connection.close()
            self._connection = self._listener = None

    def _select(self, where: str, values: tuple[object, ...]) -> list[Approval]:
        with self._transaction() as connection:
            query = f"SELECT body FROM pcishield_approvals WHERE {where}"  # noqa: S608
            rows = connection.execute(query.encode(), values).fetchall()
            return [approval_from_json(body) for (body,) in rows]

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
            raise StoreUnavailable(
                f"the approval queue in PostgreSQL fails with {type(error).__name__}{state}"
            ) from None
        except BadApproval as error:
            raise StoreUnavailable(f"the approval queue in PostgreSQL holds a damaged entry: {error}") from None

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        with self._lock, self._reporting():
            connection = self._open()
            try:
                with connection.transaction():
                    yield connection
            except psycopg.OperationalError:
                self._connection = None
                with suppress(psycopg.Error):
                    connection.close()
                raise
            finally:
                # Whoever still waits when the shield is closed looks once more; nobody closes after him.
                if self._closed:
                    self.close()

    def _open(self) -> psycopg.Connection[Any]:
        self._forget_parent()
        if self._connection is None or self._connection.closed:
            connection = self._connect()
            try:
                # Two processes that make the table at the same moment would trip over each other.
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                    if connection.execute("SELECT to_regclass('pcishield_approvals')").fetchone() == (None,):
                        connection.execute(_SCHEMA)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _listen(self) -> psycopg.Connection[Any]:
        self._forget_parent()
        if self._listener is None or self._listener.closed:
            self._listener = self._connect()
            self._listener.execute(f"LISTEN {_CHANNEL}")
        return self._listener

    def _connect(self) -> psycopg.Connection[Any]:
        milliseconds = int(self._timeout * 1000)
        connection = BoundedConnection.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(int(self._timeout), 1),
            application_name="pcishield approvals",
        )
        connection.answer_seconds = self._timeout + 1  # the server's own timeouts come first, and say more
        connection.prepare_threshold = None
        connection.execute(f"SET lock_timeout = {milliseconds}; SET statement_timeout = {milliseconds}")
        return connection

    def _forget_parent(self) -> None:
        if self._pid != os.getpid():
            # After a fork the inherited connections are the parent's: they are left alone, not closed.
            _inherited.extend(one for one in (self._connection, self._listener) if one is not None)
            self._connection = self._listener = None
            self._pid = os.getpid()


_inherited: list[Any] = []
"""Connections of a parent process: kept, since dropping one would close the parent's session."""


def _columns(approval: Approval) -> tuple[object, ...]:
    request = approval.request
    return approval.state, approval.scope is not None, request.requested_at, approval_to_json(approval)


def _one(connection: psycopg.Connection[Any], id: str, lock: str) -> Approval:
    query = f"SELECT body FROM pcishield_approvals WHERE id = %s{lock}"  # noqa: S608
    row = connection.execute(query.encode(), (id,)).fetchone()
    if row is None:
        raise NoSuchApproval(id)
    return approval_from_json(row[0])


def _replaced(connection: psycopg.Connection[Any], approval: Approval) -> Approval:
    connection.execute(
        "UPDATE pcishield_approvals SET state = %s, scoped = %s, requested_at = %s, body = %s WHERE id = %s",
        (*_columns(approval), approval.request.id),
    )
    _notify(connection)
    return approval


def _notify(connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"NOTIFY {_CHANNEL}")
