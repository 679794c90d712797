"""What a guarded connection remembers, and who is inside of it.

Every statement of every cursor, whoever made it, passes ``cmd_query``, ``cmd_query_iter`` or
``cmd_stmt_execute`` of its connection, and every row passes ``get_rows``. A guarded call (``execute``,
``callproc``, ...) is judged with its text and parameters apart, and then marks its connection in ``running`` while
the driver works: gates let it pass. A gate that is reached without that mark judges the text it was given. Rows
are masked in ``get_rows`` always, before anything (dictionary, named tuple, buffer, look-ahead) is made of them.

The driver's code alone runs with the mark: a user's cursor class lies above the guard, and a user's converter is
called with the mark taken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import mysql.connector
from mysql.connector import errors

from pcishield.audit.canonical import Preencoded
from pcishield.drivers.generic.mysql_messages import (
    clean_message,
    mask_message,
    naming,
    shows_diagnostics,
    subject_of,
)
from pcishield.drivers.mysql_connector.catalog import CatalogReader
from pcishield.drivers.mysql_connector.columns import field_column, result_columns
from pcishield.drivers.mysql_connector.opening import Pins, prepared
from pcishield.exceptions import MaskingError, PolicyViolation, ShieldError, StatementDenied
from pcishield.runtime.actor import recorded
from pcishield.runtime.database_clock import Asked
from pcishield.runtime.opening import taken
from pcishield.runtime.scrub import Scrub, Wording

if TYPE_CHECKING:
    from pcishield.core.result import ResultColumn
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["DIALECT", "ConnectionState", "argument", "error_class", "is_own", "running"]

DIALECT = "mysql"

running: ContextVar[ConnectionState | None] = ContextVar("pcishield.mysql", default=None)
"""The connection that a guarded call of this thread or task is working on."""

_LONG_NAME = 12
_MANY_RESULTS = frozenset({"execute", "opaque", "unknown"})
"""Kinds of statements of which it is not known how many results they have."""

_OWN = re.compile(
    r"COMMIT|ROLLBACK|START TRANSACTION(?: WITH CONSISTENT SNAPSHOT)?"
    r"|SET TRANSACTION (?:ISOLATION LEVEL (?:READ (?:UN)?COMMITTED|REPEATABLE READ|SERIALIZABLE)|READ (?:ONLY|WRITE))"
    r"|SET @@session\.autocommit = (?:ON|OFF)|SET NAMES '\w{1,64}' COLLATE '\w{1,64}'"
    r"|SELECT DATABASE\(\)|SELECT @@session\.(?:autocommit|time_zone|sql_mode)"
)
_OWN_LENGTH = 160


def is_own(query: Any) -> bool:
    """Whether ``query`` is one of the fixed texts that the driver sends for ``commit()``, ``autocommit``, ...

    These carry nothing of the caller's, touch no table, and pass unrecorded.
    """
    return isinstance(query, str) and len(query) < _OWN_LENGTH and _OWN.fullmatch(query) is not None


def argument(args: tuple[Any, ...], kwargs: Mapping[str, Any], index: int, name: str) -> Any:
    """Return an argument by position or name, ``None`` when it was not given."""
    return args[index] if len(args) > index else kwargs.get(name)


def _refused_errno(error: Any) -> int:
    # ER_PARSE_ERROR for what cannot be read, as the server would say; else ER_TABLEACCESS_DENIED_ERROR.
    return 1064 if getattr(getattr(error, "decision", None), "code", "") == "unparsable" else 1142


def _failed_errno(error: Any) -> int:
    del error
    return 1105  # ER_UNKNOWN_ERROR


def _message(error: Any) -> str:
    return str(error.args[0]) if error.args else ""


def _ours(name: str, base: type[Exception], errno: Callable[[Any], int], sqlstate: str) -> type[Exception]:
    """Return a subclass of the driver's error that has what handlers look for, without its constructor.

    A pickle finds it by ``name``, here.
    """
    names = {
        "__module__": __name__, "__str__": _message, "_full_msg": property(_message), "errno": property(errno),
        "msg": property(_message), "sqlstate": sqlstate,
    }  # fmt: skip
    return type(name, (base,), names)


Refused = _ours("Refused", errors.ProgrammingError, _refused_errno, "42000")
Failed = _ours("Failed", errors.OperationalError, _failed_errno, "HY000")


def error_class(error: ShieldError) -> type[Exception]:
    """Return the driver's class that ``error`` shall also be an instance of."""
    return Refused if isinstance(error, PolicyViolation) else Failed


def _attributes(error: BaseException, words: Wording) -> None:
    # The driver's own: msg and _full_msg; "message", which its converter hangs on a ValueError.
    fields = error.__dict__
    number, state, message = fields.get("errno"), fields.get("sqlstate"), fields.get("msg")
    front = f"{number} ({state}): " if state else f"{number}: "
    joined = isinstance(message, str) and fields.get("_full_msg") == front + message
    for name, value in fields.items():
        if isinstance(value, str):
            fields[name] = words.state(value) if name == "sqlstate" else mask_message(value, words.text)
        elif name == "errno" and isinstance(value, int):
            fields[name] = words.number(value)
    if joined:
        state = f" ({fields['sqlstate']})" if state else ""
        fields["_full_msg"] = f"{fields['errno']}{state}: {fields['msg']}"
    if isinstance(error, errors.Error) and "_full_msg" in fields:
        error.args = (fields["errno"], fields["_full_msg"], fields["sqlstate"])


def _words(error: BaseException, words: Wording) -> Wording:
    # The driver's own has no number. But one that was made of the client library's quotes it.
    own = isinstance(error, errors.Error) and not isinstance(error, errors.DataError) and error.errno == -1
    if own:
        return words.plain if error.__cause__ is None and error.__context__ is None else words
    return naming(error.errno, error.msg, words) if isinstance(error, errors.Error) else words


_SCRUB = Scrub(_attributes, ("number", "text", "state"), _words)


def secured(connection: Any) -> bool:
    """Whether the connection, which is made, is encrypted."""
    raw = getattr(connection, "_cmysql", None)
    return bool(connection._ssl_active if raw is None else raw.get_ssl_cipher())


class ConnectionState:
    """One per guarded connection.

    Args:
        enforcer: Called at each connect for the shield to use.

    Attributes:
        session: The enforcement session, ``None`` before the first connect.
        operation: The last operation whose statement reached the server.
        subject: The one that the server's warnings and errors are about.
        over: The last one before the driver ended a transaction by itself (``commit()``, ``rollback()``).
        executing: The operation whose guarded call is running; ``None`` while the driver asks for itself.
        direct: The last operation that came without a cursor.
        guard: Guard of the current result set.
        columns: The driver's description of that result set; it makes a new list for each.
        prepared: SQL text by the driver's handle of a prepared statement.
        results: Guards of prepared statements by handle (C implementation).
        guards: Every result set of the call that is running, for the cursors that it leaves behind.
        part: Which of several statements the next result is of; ``None`` when it cannot be told.
        opening: What the next session is opened by; taken by it.
        profile: Name of the profile that the connection was made by; it reconnects by it.
        pins: What of it nobody may configure otherwise.
        connecting: The driver is setting up the connection.
        refusal: Why the statement that the driver is about to send is not sent.
        discarding: Rows are being read to be thrown away.
        interrupted: A part of an answer of the server was left unread.
    """

    def __init__(self, enforcer: Callable[[], Enforcer]) -> None:
        self.enforcer = enforcer
        self.opening = taken()
        self.profile = self.opening.name if self.opening is not None else ""
        self.pins = Pins(self.profile)
        self.session: Session | None = None
        self.operation: Operation | None = None
        self.subject: Operation | None = None
        self.over: Operation | None = None
        self.executing: Operation | None = None
        self.direct: Operation | None = None
        self.guard: ResultGuard | None = None
        self.columns: Any = None
        self.prepared: dict[int, str] = {}
        self.handles: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self.results: WeakKeyDictionary[Any, ResultGuard] = WeakKeyDictionary()
        self.guards: list[tuple[Any, ResultGuard]] = []
        self.part: int | None = 0
        self.connecting = False
        self.refusal: ShieldError | None = None
        self.discarding = False
        self.interrupted = False
        self._facts: dict[str, Any] = {}

    def passing(self) -> bool:
        """Whether a guarded call of this thread or task is at a gate.

        Raises:
            ShieldError: What it sends was refused.
        """
        if running.get() is not self:
            return False
        if self.refusal is not None:
            raise self.refusal
        return True

    # Sessions

    def next_opening(self) -> Opening:
        """Return what the next session is opened by: as ``connect`` prepared it, or a new one when reconnecting."""
        if self.opening is None:
            self.opening = prepared(self.enforcer(), self.profile)
        return self.opening

    def open(self, connection: Any, **facts: Any) -> Session:
        """Open a session for ``connection``, which is configured and about to connect."""
        self._facts = {
            "database": connection._database or "",
            "user": connection._user or "",
            "info": {
                "server": connection._unix_socket or f"{connection._host}:{connection._port}",
                "driver_version": mysql.connector.__version__,
            },
        } | facts
        opening, self.opening = self.opening, None
        self.session = self.enforcer().open_session(
            dialect=DIALECT, driver="mysql.connector", error_class=error_class, scrub=_SCRUB, opening=opening,
            **self._facts,
        )  # fmt: skip
        key = (str(self._facts["info"]["server"]), str(self._facts["user"]), str(self._facts["database"]))
        self.session.use_catalog(key, CatalogReader(connection, self))
        return self.session

    def starting(self, connection: Any) -> None:
        """Note that the driver begins to connect: what the socket before left unread will never come.

        The pure driver keeps its mark, and would wait for those rows on the new socket, for ever.
        """
        self.connecting, self.interrupted = True, False
        if not hasattr(connection, "_cmysql"):
            connection.unread_result = False

    def ready(self, connection: Any) -> Session:
        """Return the session, opening one for a connection that was set up in an unusual way."""
        return self.session or self.open(connection)

    def close(self) -> None:
        """Write what is pending and ``connection.close``."""
        for operation in (self.operation, self.direct):
            if operation is not None:
                operation.finish()
        if self.session is not None:
            self.session.close()

    @contextmanager
    def renewed(self, connection: Any, **facts: Any) -> Iterator[None]:
        """Let the block end the server's session: a new one of ours takes over when it succeeds.

        Where nobody else logs in, the profile and its lease stay those of the connection.
        """
        old = self.session
        opening = None if old is None or "user" in facts else old.opening
        if opening is not None and opening.profile is not None:
            self.opening = opening.follower()
        new = self.open(connection, **facts)
        try:
            self.protected(connection, secured(connection))
            yield
        except BaseException:
            self.session = old
            if opening is not None and new.opening is not None:
                opening.take_lease(new.opening)
            new.close()
            raise
        if old is not None:
            old.close()

    def net(self, connection: Any) -> list[str]:
        """Return the statements that a new session of the server is to be told."""
        session = self.session
        if session is None:
            return []
        ask = getattr(connection, "get_server_info", None)  # how 9.1 tells it, and later versions deprecate
        server = connection.server_info if hasattr(connection, "server_info") else ask and ask()
        return session.parts.net.mysql(mariadb="mariadb" in str(server).lower())

    def turn_to(self, database: str) -> None:
        """Note that the connection's default database is another one now."""
        session = self.session
        if session is not None:
            self._facts["database"] = session.database = database
            self.describe(session)

    def connected(self, connection: Any) -> None:
        """Note the server's id of the connection, by which its own logs name it."""
        session, number = self.session, connection.connection_id
        if session is not None:
            if number:
                self._facts["info"]["backend_pid"] = number
            self._facts["info"]["tls"] = secured(connection)
            self.describe(session)

    def asks_clock(self) -> bool:
        """Whether the server is to be asked the time."""
        return self.session is not None and self.session.parts.net.clock

    def asked_clock(self, asked: Asked, answer: Mapping[str, list[tuple[Any, ...]]]) -> None:
        """Note what it said to ``QUESTIONS``."""
        rows = answer["clock"]
        skew = asked.skew_us(rows[0][0]) if rows and rows[0] else None
        if self.session is not None and skew is not None:
            self._facts["info"]["skew_us"] = skew
            self.describe(self.session)

    def protected(self, connection: Any, tls: bool) -> None:
        """Say whether the connection is encrypted: before it is made, where the arguments switch TLS off.

        Raises:
            StatementDenied: It is in clear text and must not be; the session is closed.
        """
        session = self.session
        if session is None:
            return
        try:
            session.transport(tls, "" if connection._unix_socket else str(connection._host))
        except BaseException:
            session.close()
            raise

    def describe(self, session: Session) -> None:
        """Put what is known about the connection into the records of ``session``."""
        mask, facts = session.mask_text, self._facts
        session.db = Preencoded(
            {
                "system": DIALECT,
                "driver": "mysql.connector",
                "name": mask(facts["database"]),
                "user": mask(facts["user"]),
            }
            | {name: recorded(f"db.{name}", value, mask) for name, value in facts["info"].items()}
            | session.opened_by
        )

    # Result sets

    def begin(self) -> None:
        """Forget the results of the call before."""
        self.guards.clear()
        self.part = 0

    def advance(self, operation: Operation | None) -> None:
        """Turn to the next of several results. A CALL has any number of its own, and then one without rows."""
        self.guards.clear()
        statement = operation.statement if operation is not None else None
        if self.part is None or statement is None or self.part >= len(statement.parts):
            return
        kind = statement.parts[self.part].kind
        if kind == "call":
            self.part += self.guard is None
        else:
            self.part = None if kind in _MANY_RESULTS else self.part + 1

    def arrived(self, connection: Any, columns: Any, handle: Any = None) -> ResultGuard:
        """Take note of a new result set, mask its column names, and return its guard.

        Args:
            connection: The guarded connection.
            columns: The driver's list of descriptions; names in it are masked in place.
            handle: Prepared statement of the C implementation.
        """
        operation = self.executing or self.operation
        if operation is None:
            raise self.unjudged(connection)
        guard = operation.result(self._result_columns(connection, columns, handle), self.part)
        self.mask_names(connection, columns)
        self._sent(operation)
        self.guard, self.columns = guard, columns
        self.guards.append((columns, guard))
        if handle is not None:
            self.results[handle] = guard
        return guard

    def nothing_arrived(self) -> None:
        """Take note of a statement that returned no rows."""
        self._sent(self.executing or self.operation)
        self.guard, self.columns = None, None

    def _sent(self, operation: Operation | None) -> None:
        if operation is not None:
            self.subject = subject_of(self.subject, operation)
        self.operation = operation

    def diagnosed(self, rows: list[Any]) -> list[Any]:
        """Clean the rows of the current result set when they are warnings or errors of a statement."""
        if self.operation is None or not shows_diagnostics(self.operation):
            return rows
        cleaned: list[Any] = self.clean_warnings(rows, self.subject)
        return cleaned

    def guard_of(self, columns: Any) -> ResultGuard | None:
        """Return the guard of the result set with this very list of descriptions, of the call that is running."""
        return next((guard for known, guard in self.guards if known is columns), None)

    def unjudged(self, connection: Any) -> ShieldError:
        """Make the error for rows that no guarded call has asked for."""
        return self.ready(connection).bind(
            StatementDenied(
                "mysql.connector: these rows come from a statement that did not go through the guard.",
                rule="surface.blocked",
                hint="Run the statement with a cursor's execute().",
            )
        )

    def _result_columns(self, connection: Any, columns: Any, handle: Any) -> tuple[ResultColumn, ...]:
        source = handle if handle is not None else getattr(connection, "_cmysql", None)
        if source is not None:
            fields = source.fetch_fields()
            if fields and len(fields) == len(columns):
                return tuple([field_column(tuple(field)) for field in fields])
        return result_columns(columns)

    def mask_names(self, connection: Any, columns: Any) -> None:
        """Mask card numbers in column names (MySQL names a column after its expression), in place."""
        for index, entry in enumerate(columns):
            name = entry[0]
            if len(name) >= _LONG_NAME:
                # The C implementation gives bytes when it is told not to decode.
                text = name if isinstance(name, str) else bytes(name).decode("utf-8", "surrogateescape")
                masked = self.ready(connection).mask_text(text)
                if masked != text:
                    kept = masked if isinstance(name, str) else type(name)(masked.encode("utf-8", "surrogateescape"))
                    columns[index] = (kept, *entry[1:])

    # Errors and warnings

    def failed(self, error: BaseException, operation: Operation | None) -> None:
        """Mask what the driver raised; the error itself stays as it is."""
        if isinstance(error, ShieldError) or self.session is None:
            return
        self.session.sanitise(error, None if operation is None else operation.sql)
        self.redact(error, operation)

    def redact(self, error: BaseException, operation: Operation | None) -> None:
        """Take quoted data out of server errors, through the chain of causes."""
        seen: set[int] = set()
        todo: list[BaseException | None] = [error]
        while todo:
            current = todo.pop()
            if current is None or id(current) in seen:
                continue
            seen.add(id(current))
            todo += (current.__cause__, current.__context__)
            self._redact_one(current, operation)

    def _redact_one(self, error: BaseException, operation: Operation | None) -> None:
        errno = getattr(error, "errno", None)
        if isinstance(error, ShieldError) or not isinstance(errno, int):
            return
        for name in ("msg", "_full_msg"):
            value = error.__dict__.get(name)
            if isinstance(value, str):
                setattr(error, name, clean_message(value, errno, operation))
        error.args = tuple(clean_message(arg, errno, operation) if isinstance(arg, str) else arg for arg in error.args)

    def clean_warnings(self, rows: Any, operation: Operation | None) -> Any:
        """Return the rows of SHOW WARNINGS without the data that messages quote."""
        return rows and [self._clean_warning(row, operation) for row in rows]

    def _clean_warning(self, row: Any, operation: Operation | None) -> Any:
        *front, text = row
        code: Any = front[-1] if len(front) == 2 else None
        if not isinstance(text, (str, bytes, bytearray)) or not isinstance(code, (int, str, bytes, bytearray)):
            return row  # SHOW COUNT(*) WARNINGS, or another statement of the same text
        raw = not isinstance(text, str)
        digits = code.decode("ascii", "replace") if isinstance(code, (bytes, bytearray)) else str(code)
        errno = int(digits) if digits.isdecimal() else 0
        plain = text.decode("utf-8", "replace") if isinstance(text, (bytes, bytearray)) else text
        assert self.session is not None
        words = self.session.wording(None if operation is None else operation.sql)
        kept = words.number(errno)  # whoever signals chooses the code
        cleaned = clean_message(mask_message(plain, words.text), kept, operation)
        if kept != errno:
            front[-1] = type(code)(str(kept).encode()) if isinstance(code, (bytes, bytearray)) else type(code)(kept)
        elif cleaned == plain:
            return row
        return (*front, type(text)(cleaned.encode()) if raw else cleaned)

    def mask_own(self, rows: list[Any]) -> list[Any]:
        """Mask rows that the driver asked for itself (warnings, session settings)."""
        assert self.session is not None
        try:
            return self.session.parts.masker.mask_rows(rows)
        except Exception as error:
            raise self.session.bind(MaskingError(f"a value could not be masked ({type(error).__name__})")) from None

    @contextmanager
    def own(self) -> Iterator[None]:
        """Mark the block as the driver asking for itself; the current result set stays the current one."""
        kept = (self.operation, self.executing, self.guard, self.columns)
        before = self.asking  # the driver may ask in the middle of our own asking
        token = running.set(self)
        self.executing = None
        self.asking = True
        try:
            yield
        finally:
            self.asking = before
            self.operation, self.executing, self.guard, self.columns = kept
            running.reset(token)

    asking = False
    """The driver is asking for itself."""
