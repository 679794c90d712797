"""What a guarded connection and a guarded cursor remember, and the one-shot ticket that opens the gate.

The gate: sqlite3 prepares every statement of every cursor by calling the connection itself
(``Connection.__call__``), whoever made the cursor. A guarded call leaves a ticket for its thread and its very
SQL text; the gate takes the ticket and prepares, or refuses. User code that SQLite calls back (functions,
adapters, collations) runs after the ticket is gone, so it cannot reach the driver unguarded either.
The driver's own statement cache is switched off, for it would pass known texts without asking; prepared
statements are kept here instead, behind the gate.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any, NoReturn

from pcishield.runtime.guard import inside

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Session

__all__ = ["ConnectionState", "CursorState", "Text", "through_gate"]


class Text(bytes):
    """A text cell on its way to a user's ``text_factory``: to be masked as text first."""

    __slots__ = ()


class ConnectionState:
    """One per guarded connection.

    Attributes:
        session: The enforcement session.
        statements: Prepared statements by SQL text, oldest first.
        tickets: By thread ident, the SQL text that the guarded call of that thread is about to prepare.
        running: Threads inside a guarded call; kept in strict mode only.
        text_factory: The user's own callable, ``None`` while sqlite3 decodes by itself.
        quiet: The shield is asking for itself: no trace, nothing kept.
        authorizes: SQLite asks the policy about what it compiles.
        home: Absolute path of the main database; empty for a private one, ``None`` where it is not known.
        replaced: The whole database was put in the place of what was there.
    """

    __slots__ = (
        "__weakref__", "authorizes", "capacity", "closed", "home", "quiet", "replaced", "row_factory", "running",
        "session", "statements", "strict", "text_factory", "tickets",
    )  # fmt: skip

    def __init__(self, session: Session, capacity: int, strict: bool) -> None:
        self.session = session
        self.capacity = capacity
        self.strict = strict
        self.authorizes = session.parts.net.authorizer
        self.statements: dict[str, Any] = {}
        self.tickets: dict[int, str] = {}
        self.running: set[int] = set()
        self.row_factory: Any = None
        self.text_factory: Any = None
        self.closed = False
        self.quiet = False
        self.home: str | None = None
        self.replaced = False

    @property
    def asked(self) -> bool:
        """Whether SQLite's authorizer is the guard's."""
        return self.strict or self.authorizes

    def refuse_unjudged(self) -> NoReturn:
        """Refuse a statement that came to the gate without a ticket. Raises StatementDenied; recorded."""
        self.session.refuse(
            "prepare",
            "this SQL did not come through a guarded cursor or connection, so nothing has judged it.",
            "Use connection.execute(...) or a cursor from connection.cursor().",
        )

    def keep(self, sql: str, statement: Any) -> None:
        """Keep a prepared statement, as long as there is room; the oldest goes for it."""
        statements = self.statements
        if len(statements) >= self.capacity:
            if self.capacity <= 0:
                return
            # Another thread may have been faster; one more than planned does no harm.
            statements.pop(next(iter(tuple(statements)), ""), None)
        statements[sql] = statement

    def enter(self, thread: int) -> bool:
        """Note that ``thread`` is in a guarded call, and tell whether it was before."""
        nested = thread in self.running
        self.running.add(thread)
        return nested

    def close(self) -> None:
        """Let go of the prepared statements and write ``connection.close``."""
        self.closed = True
        self.statements.clear()
        self.session.close()

    def __del__(self) -> None:
        self.session.abandon()


def through_gate(connection: ConnectionState, sql: str, method: Callable[..., Any], *args: Any) -> Any:
    """Call ``method`` of the driver with the gate open for ``sql``.

    What the driver calls back meanwhile is user code, and so outside of the guarded call.
    """
    thread = get_ident()
    token = inside.set(False)
    connection.tickets[thread] = sql
    nested = connection.strict and connection.enter(thread)
    try:
        return method(*args)
    finally:
        connection.tickets.pop(thread, None)
        inside.reset(token)
        if connection.strict and not nested:
            connection.running.discard(thread)


class CursorState:
    """One per guarded cursor.

    Attributes:
        busy: Its parameters are being collected, so the cursor counts as executing.
        connection: State of its connection.
        operation: The last operation that ran, ``None`` before the first.
        result: Guard of its rows, made at the first fetch.
        factory: The user's row factory; the driver's own is always off, so that rows arrive as tuples.
        ended: A limit has ended the result.
        described: The driver's description and the masked one that stands for it.
        known: The description of the last result, and its columns as the guard sees them.
        likeness: A cursor of the driver whose description is the masked one, for ``sqlite3.Row``.
    """

    __slots__ = (
        "busy", "connection", "described", "ended", "factory", "known", "likeness", "operation", "result", "session",
    )  # fmt: skip

    def __init__(self, connection: ConnectionState) -> None:
        self.connection = connection
        self.session = connection.session
        self.operation: Operation | None = None
        self.result: ResultGuard | None = None
        self.factory: Any = None
        self.ended = False
        self.busy = False
        self.described: tuple[Any, Any] = (None, None)
        self.likeness: Any = None
        self.known: tuple[Any, Any] = (None, ())

    def finish(self) -> None:
        """Say that nothing more will be fetched from the last operation."""
        if self.operation is not None:
            self.operation.finish()

    def ready(self) -> None:
        """Finish the last operation before the next one.

        Raises:
            sqlite3.ProgrammingError: The cursor is executing already.
        """
        if self.busy:
            raise sqlite3.ProgrammingError("Recursive use of cursors not allowed.")
        if self.operation is not None:
            self.operation.finish()

    def began(self, operation: Operation) -> None:
        """Turn to the result of ``operation``, which has just run."""
        self.operation = operation
        self.result = None
        self.ended = False
