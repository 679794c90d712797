"""MySQL and MariaDB, for drivers that merge parameters into the text and send it by ``connection.query()``.

That method is the gate: every statement of every cursor passes it, whoever made the cursor. A guarded cursor's call is
judged with its text and parameters apart, then merged, and the gate lets exactly the merged text pass; any other text
that reaches the gate is judged as it is.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pcishield.core.result import Kind, ResultColumn
from pcishield.drivers.generic.mysql_messages import (
    clean_message,
    mask_message,
    naming,
    shows_diagnostics,
    subject_of,
)
from pcishield.exceptions import PolicyViolation, ShieldError
from pcishield.runtime.scrub import Scrub, Wording

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Session

__all__ = [
    "DIALECT",
    "GateState",
    "call_text",
    "error_class",
    "kind_of",
    "make_scrub",
    "plain",
    "quoted",
    "running",
    "seen",
    "text_of",
    "warning",
]

DIALECT = "mysql"

_BINARY = 63
"""The character set of values that are no text."""

_KINDS: dict[int, Kind] = {
    # TINY, SHORT, LONG, FLOAT (24 bits), NULL, INT24, YEAR; TIMESTAMP, DATE, TIME, DATETIME and their kin.
    **dict.fromkeys((1, 2, 3, 4, 6, 9, 13, 7, 10, 11, 12, 14, 17, 18, 19), "never"),
    # DECIMAL, DOUBLE, LONGLONG, BIT, NEWDECIMAL.
    **dict.fromkeys((0, 5, 8, 16, 246), "number"),
    # VARCHAR, ENUM, SET, the BLOBs (and TEXTs), VAR_STRING, STRING.
    **dict.fromkeys((15, 247, 248, 249, 250, 251, 252, 253, 254), "text"),
    242: "never",  # VECTOR: an array of 32-bit floats
    245: "json",
    255: "bytes",  # GEOMETRY
}
"""By column type of the protocol (``mysql.connector.FieldType``)."""


def kind_of(field_type: int, charset: int | None) -> Kind:
    """Return what values of a column can be, from its type and character set as in the protocol."""
    kind = _KINDS.get(field_type, "other")
    return "bytes" if kind == "text" and charset == _BINARY else kind


running: ContextVar[GateState | None] = ContextVar("pcishield.mysql.gate", default=None)
"""The connection that a guarded call of this thread is working on."""

_MANY_RESULTS = frozenset({"call", "execute", "opaque", "unknown"})
"""Actions of statements of which it is not known how many results they have."""
_PLAIN = frozenset(
    {
        bool, bytearray, bytes, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, decimal.Decimal,
        float, int, str, type(None),
    }
)  # fmt: skip
_NESTED = frozenset({frozenset, list, set, tuple})
_DEPTH = 16


def plain(value: Any, depth: int = 0) -> bool:
    """Whether the driver quotes ``value`` itself, each of its scalars as one literal."""
    if type(value) in _PLAIN:
        return True
    return type(value) in _NESTED and depth < _DEPTH and all(plain(item, depth + 1) for item in value)


def text_of(sql: Any, encoding: str) -> str | None:
    """Return SQL text of any spelling as ``str``, ``None`` when it is none."""
    if isinstance(sql, str):
        return str.__str__(sql)
    if isinstance(sql, (bytes, bytearray)):
        return bytes(sql).decode(encoding, "surrogateescape")
    return None


def quoted(name: str) -> str:
    """Return an identifier in back-ticks."""
    return "`{}`".format(name.replace("`", "``"))


def call_text(name: Any, parameters: Sequence[Any]) -> str:
    """Return the text that stands for ``callproc``."""
    return f"CALL {quoted(str(name))}({', '.join('%s' for _ in parameters)})"


def error_class(module: Any) -> Callable[[ShieldError], type[Exception]]:
    """Return the function from our error to the class of the driver that it shall also be an instance of."""

    def choose(error: ShieldError) -> type[Exception]:
        kind: type[Exception] = (
            module.ProgrammingError if isinstance(error, PolicyViolation) else module.OperationalError
        )
        return kind

    return choose


def make_scrub(module: Any) -> Scrub:
    """Return how to read the errors of a driver whose arguments are the server's number and message."""

    def attributes(error: BaseException, words: Wording) -> None:
        # Bytes that are no text are written in hex.
        args = error.args
        if len(args) > 1 and isinstance(args[0], int) and isinstance(args[1], str):
            error.args = (args[0], mask_message(args[1], words.text), *args[2:])

    def words_of(error: BaseException, words: Wording) -> Wording:
        numbered = bool(error.args) and isinstance(error.args[0], int) and error.args[0] > 0
        own = isinstance(error, module.Error) and not isinstance(error, module.DataError) and not numbered
        if numbered and len(error.args) > 1:
            return naming(error.args[0], error.args[1], words)
        return words.plain if own else words

    return Scrub(attributes, ("number", "text"), words_of)


def warning(row: tuple[Any, ...], words: Wording, about: Operation | None) -> tuple[Any, ...]:
    """Return a row of SHOW WARNINGS without the data that its message quotes; whoever signals chooses the code."""
    if not str(row[-2]).isdecimal():
        return row  # of another statement of the same text
    code = int(row[-2])
    kept = words.number(code)
    message = clean_message(mask_message(row[-1], words.text), kept, about)
    return (*row[:-2], row[-2] if kept == code else type(row[-2])(kept), message)


class GateState:
    """One per guarded connection.

    Attributes:
        session: Its session.
        operation: The statement that ran last.
        subject: The one that the server's warnings are about.
        complete: Whether all of its results have arrived.
        loading: Whether the statement that runs may ask for a local file.
        sending: Whether the driver is talking to the server for the gate.
        refusal: Why the statement that the driver is about to send is not sent.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.operation: Operation | None = None
        self.loading = False
        self.complete = False
        self.sending = False
        self.refusal: ShieldError | None = None
        self.subject: Operation | None = None
        self._ticket: tuple[Operation, bytes | None] | None = None
        self._part = 0

    def inside(self) -> bool:
        """Whether a guarded call of this thread is working on this connection."""
        return running.get() is self and self._ticket is not None

    def admits(self, sql: bytes) -> Operation | None:
        """Return the operation that has been judged for exactly ``sql``, ``None`` when nothing was.

        Raises:
            ShieldError: It was refused.
        """
        if self.refusal is not None:
            raise self.refusal
        if not self.inside():
            return None
        assert self._ticket is not None
        operation, expected = self._ticket
        return operation if expected is None or expected == sql else None

    def run(
        self,
        text: str,
        parameters: Any,
        method: str,
        call: Callable[[], Any],
        *,
        merged: bytes | None = None,
        many: bool = False,
        gate: bool = False,
        cursor: bool = False,
    ) -> Any:
        """Take one call that sends SQL through the whole flow.

        Args:
            text: What is judged.
            parameters: Beside it.
            method: The driver's method.
            call: Does the driver's work.
            merged: The one text that may reach the gate meanwhile; ``None`` lets any pass, for parameters that
                are :func:`plain` and texts that the driver makes of them.
            many: Whether ``parameters`` is a list of them.
            gate: This is the gate itself: its caller tells the outcome.
            cursor: This is a method of a cursor, which sends through the gate and through nothing else.
        """
        session = self.session
        self.finish()
        operation = session.operation(text, parameters, method=method, many=many)
        begun = False

        def work() -> Any:
            nonlocal begun
            begun = True
            self.begin(operation)
            return call() if gate else self._admitting(operation, merged, call)

        try:
            value = session.run(operation, work)
        except BaseException as error:
            self.redact(error, operation)
            if cursor and not begun and isinstance(error, ShieldError):
                self._let_go(error, operation, call)
            raise
        if self.complete:
            operation.finish()
        return value

    def _admitting(self, operation: Operation, merged: bytes | None, call: Callable[[], Any]) -> Any:
        kept, self._ticket = self._ticket, (operation, merged)
        token = running.set(self)
        try:
            return call()
        finally:
            running.reset(token)
            self._ticket = kept

    def _let_go(self, refusal: ShieldError, operation: Operation, call: Callable[[], Any]) -> None:
        """Let a cursor's method come as far as the gate, so that it has no result left, as after any error."""
        self.refusal = refusal
        try:
            with suppress(Exception):
                self._admitting(operation, None, call)
        finally:
            self.refusal = None

    def begin(self, operation: Operation) -> None:
        """Say that ``operation`` is on its way to the server."""
        if operation is not self.operation:
            self.operation, self.subject = operation, subject_of(self.subject, operation)
        self._part = 0
        self.complete = False
        statement = operation.statement
        self.loading = statement is not None and "import" in statement.actions

    def turn(self) -> None:
        """Say that the next result of the statement follows."""
        self._part += 1

    def finish(self) -> None:
        """Say that nothing more will be fetched."""
        if self.operation is not None:
            self.operation.finish()

    def guard(self, columns: Sequence[ResultColumn]) -> ResultGuard:
        """Return the guard of the result that has arrived."""
        if self.operation is None:
            self.session.refuse("fetch", "nothing has judged the statement of these rows.", "Use execute() first.")
        statement = self.operation.statement
        known = statement is not None and _MANY_RESULTS.isdisjoint(statement.actions)
        return self.operation.result(tuple(columns), self._part if known else None)

    def cleaned(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Take out of the rows of SHOW WARNINGS what messages quote; other rows come back as they are."""
        if self.operation is None or not shows_diagnostics(self.operation):
            return list(rows)
        return self.warnings(rows, self.subject)

    def warnings(self, rows: Sequence[tuple[Any, ...]], about: Operation | None) -> list[tuple[Any, ...]]:
        """Return (level, code, message) rows without the data that messages quote."""
        words = self.session.wording(None if about is None else about.sql)
        return [warning(row, words, about) if len(row) == 3 and isinstance(row[-1], str) else row for row in rows]

    def failed(self, error: BaseException, operation: Operation | None) -> None:
        """Mask what the driver raised about a statement that had run already; the error itself stays."""
        self.session.sanitise(error, None if operation is None else operation.sql)
        self.redact(error, operation)

    def redact(self, error: BaseException, operation: Operation | None) -> None:
        """Take quoted data out of server errors, through the chain of causes."""
        seen: set[int] = set()
        todo: list[BaseException | None] = [error]
        while todo:
            current = todo.pop()
            if current is None or id(current) in seen or isinstance(current, ShieldError):
                continue
            seen.add(id(current))
            todo += (current.__cause__, current.__context__)
            args = current.args
            if len(args) > 1 and isinstance(args[0], int) and isinstance(args[1], str):
                current.args = (args[0], clean_message(args[1], args[0], operation), *args[2:])


def seen(parameters: Any) -> tuple[bool, Any]:
    """Return whether each parameter is plain, and the parameters as the guard looks at them."""
    if parameters is None:
        return True, None
    if isinstance(parameters, Mapping):
        values = dict(parameters)
        return all(map(plain, values.values())), values
    if isinstance(parameters, (list, tuple)):
        return all(map(plain, parameters)), parameters
    return plain(parameters), parameters
