"""Asynchronous connections: what was sent is settled by the ``poll()`` that hears of it.

psycopg2's asynchronous API has three calls: ``connect`` and ``execute`` return at once, and ``poll`` tells what has
become of them. A statement is judged and its ATTEMPT written before it is sent, as everywhere; its RESULT is written
by the ``poll`` that returns ``POLL_OK`` or raises, or says that nobody has heard of the answer.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import extensions

if TYPE_CHECKING:
    from pcishield.drivers.generic.state import CursorState
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.session import Session

__all__ = ["Underway"]

_Connection: Any = extensions.connection
_Cursor: Any = extensions.cursor


class Underway:
    """What an asynchronous connection is waiting for.

    Args:
        session: Of the connection.
        connected: Called once the connection is established; raises where it must not be used.
    """

    def __init__(self, session: Session, connected: Callable[[], None]) -> None:
        self._session = session
        self._connected: Callable[[], None] | None = connected
        self._sent: tuple[Operation, CursorState, Callable[[], Any]] | None = None

    def refuse_busy(self, connection: Any, method: str) -> None:
        """Raise what psycopg2 raises while something is underway.

        Raises:
            psycopg2.ProgrammingError: A statement is.
            psycopg2.OperationalError: The connection is not established.
        """
        if self._connected is not None:
            raise psycopg2.OperationalError("asynchronous connection attempt underway")
        if _Connection.isexecuting(connection):
            raise psycopg2.ProgrammingError(f"{method} cannot be used while an asynchronous query is underway")

    def sent(self, operation: Operation, state: CursorState, cursor: Any) -> None:
        """Note that ``operation`` of ``cursor`` has been sent."""
        self._session.unanswered(operation.sql)
        self._sent = operation, state, weakref.ref(cursor)

    def heard(self, connection: Any, said: int) -> None:
        """Note what ``poll()`` has returned."""
        if said != extensions.POLL_OK or _Connection.isexecuting(connection):
            return
        if self._connected is not None:
            connected, self._connected = self._connected, None
            connected()
        if (settled := self._settled()) is None:
            return
        operation, state, there = settled
        cursor = there()
        fetches = cursor is not None and not cursor.closed and state.operation is operation
        if fetches and _Cursor.description.__get__(cursor) is not None:
            operation.answered()
        else:
            operation.unanswered = False
            operation.finish(None if cursor is None else _Cursor.rowcount.__get__(cursor))

    def failed(self, error: BaseException) -> None:
        """Note what ``poll()`` has raised, and mask it."""
        settled = self._settled()
        self._session.sanitise(error, None if settled is None else settled[0].sql)
        if settled is not None:
            settled[0].fail(error)

    def dropped(self) -> None:
        """Say, from a finalizer, that nobody will hear of the answer."""
        if (settled := self._settled()) is not None:
            self._session.parts.linger(settled[0])

    def _settled(self) -> tuple[Operation, CursorState, Callable[[], Any]] | None:
        sent, self._sent = self._sent, None
        if sent is not None:
            self._session.answered()
        return sent
