"""libpq's objects as code outside of psycopg sees them: ``cursor.pgresult`` and ``connection.pgconn``.

Both are closed allow-lists: a name that is not listed does not exist. Values of a result are masked; what a
connection sends is judged and recorded like any other statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from psycopg import pq
from psycopg.adapt import Transformer

from pcishield.drivers.generic.postgres import Unreadable
from pcishield.drivers.psycopg import _trace
from pcishield.drivers.psycopg._errors import masked_fields
from pcishield.drivers.psycopg._sql import decode_sql
from pcishield.exceptions import LimitExceeded
from pcishield.runtime.operation import Operation
from pcishield.runtime.result import ResultGuard
from pcishield.runtime.scrub import Wording
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.drivers.psycopg._rows import Shown
    from pcishield.runtime.session import Session

__all__ = ["PGCONN", "PGRESULT", "GuardedPGconn", "GuardedResult"]

_SENT = "_pcishield_sent"
"""Where a connection has the operation that :meth:`GuardedPGconn.send_query` and its like have sent last."""
_USE_CURSOR = "Use a cursor: cursor.execute() and its fetch methods."

PGRESULT = Surface(
    "psycopg.pq.PGresult",
    row=frozenset({"get_value"}),
    stream=frozenset({"error_field", "error_message", "fname", "get_error_message"}),
    blocked={
        "clear": "Close the cursor instead.",
        "pgresult_ptr": _USE_CURSOR,
        "set_attributes": _USE_CURSOR,
    },
    passed=frozenset({
        "binary_tuples", "command_status", "command_tuples", "fformat", "fmod", "fsize", "ftable", "ftablecol",
        "ftype", "nfields", "nparams", "ntuples", "oid_value", "param_type", "status",
    }),
)  # fmt: skip

PGCONN = Surface(
    "psycopg.pq.PGconn",
    statement=frozenset({
        "exec_", "exec_params", "exec_prepared", "prepare", "send_prepare", "send_query", "send_query_params",
        "send_query_prepared",
    }),
    row=frozenset({
        "close_portal", "close_prepared", "describe_portal", "describe_prepared", "get_result", "send_close_portal",
        "send_close_prepared",
    }),
    stream=frozenset({"error_message", "get_error_message", "info", "password", "set_trace_flags", "trace", "untrace"}),
    gate=frozenset({"notice_handler", "notify_handler"}),
    blocked={
        "change_password": "Use cursor.execute() with ALTER ROLE.",
        "connect": "Use pcishield.connect().",
        "connect_poll": "Use pcishield.connect().",
        "connect_start": "Use pcishield.connect().",
        "get_copy_data": "Use cursor.copy().",
        "make_empty_result": _USE_CURSOR,
        "notifies": "Use connection.notifies() or add_notify_handler().",
        "pgconn_ptr": _USE_CURSOR,
        "put_copy_data": "Use cursor.copy().",
        "put_copy_end": "Use cursor.copy().",
        "reset": "Close the connection and open a new one.",
        "reset_poll": "Close the connection and open a new one.",
        "reset_start": "Close the connection and open a new one.",
    },
    passed=frozenset({
        "backend_pid", "cancel_conn", "consume_input", "db", "encrypt_password", "enter_pipeline_mode",
        "exit_pipeline_mode", "finish", "flush", "full_protocol_version", "get_cancel", "host", "hostaddr",
        "is_busy", "needs_password", "nonblocking", "options", "parameter_status", "ping", "pipeline_status",
        "pipeline_sync", "port", "protocol_version", "send_describe_portal", "send_describe_prepared",
        "send_flush_request", "server_version", "set_chunked_rows_mode", "set_single_row_mode", "socket", "ssl_in_use",
        "status", "transaction_status", "tty", "used_gssapi", "used_password", "user",
    }),
)  # fmt: skip


class GuardedResult:
    """A ``PGresult`` whose values are masked.

    Args:
        result: libpq's result.
        source: What knows its operation: what stands for a cursor's result, or the connection's stand-in.
    """

    __slots__ = ("_result", "_rows", "_source")

    def __init__(self, result: Any, source: Shown | _Direct) -> None:
        self._result = result
        self._source = source
        self._rows: set[int] = set()

    def __repr__(self) -> str:
        return f"<pcishield {self._result!r}>"

    def __getattr__(self, name: str) -> Any:
        if name in PGRESULT.passed:
            return getattr(self._result, name)
        return _refuse_attribute(self._source.session, PGRESULT, name)

    def get_value(self, row_number: int, column_number: int) -> bytes | None:
        """Return the cell as the server sent it, or masked: then as text, whatever the format."""
        raw = self._result.get_value(row_number, column_number)
        if not raw:
            return raw  # type: ignore[no-any-return]
        source = self._source
        guard = source.guard or source.start_guard()
        oid, format = self._result.ftype(column_number), self._result.fformat(column_number)
        tx: Any = Transformer(source.connection)
        try:
            value = tx.get_loader(oid, format).load(raw)
        except Exception:
            # No loader for this: what cannot be read can still be scanned.
            value = raw.decode("latin-1")
        masked = guard.cell(column_number, value)
        self._count(row_number, masked, guard)
        if masked is value or masked == value:
            return raw  # type: ignore[no-any-return]
        if isinstance(masked, (bytes, bytearray, memoryview)):
            return bytes(masked)
        # What psycopg decoded to a list or a dictionary has no one way back: JSON shows all of it.
        text = masked if isinstance(masked, str) else json.dumps(masked, default=str)
        return text.encode(tx.encoding, "replace")

    def fname(self, column_number: int) -> bytes | None:
        """Return the column's name, card data masked."""
        return _told_bytes(self._source.session.mask_text, self._result.fname(column_number))

    def error_field(self, fieldcode: int) -> bytes | None:
        """Return a field of the server's message, card data masked."""
        raw: bytes | None = self._result.error_field(fieldcode)
        fields = masked_fields(self._result, "utf-8", self._wording(), lambda name: False)
        return raw if fields is None else fields.get(fieldcode)

    def _wording(self) -> Wording:
        operation = self._source.current
        return self._source.session.wording(None if operation is None else operation.sql)

    @property
    def error_message(self) -> bytes:
        """The server's message, card data masked."""
        return _told_bytes(self._wording().text, self._result.error_message) or b""

    def get_error_message(self, encoding: str = "utf-8") -> str:
        """Return the server's message, card data masked."""
        return self._wording().text(self._result.get_error_message(encoding))

    def _count(self, row: int, masked: Any, guard: ResultGuard) -> None:
        operation = self._source.current
        assert operation is not None
        try:
            may = guard.admit_cell(masked, new_row=row not in self._rows)
        except LimitExceeded as error:
            raise operation.session.bind(error) from None
        if not may:
            # There is no end of the rows to come earlier here, as a policy that truncates would have it.
            raise operation.session.bind(operation.limit_error("rows", len(self._rows)))
        self._rows.add(row)


class _Direct:
    """What a :class:`GuardedResult` needs to know, for results that no cursor holds."""

    __slots__ = ("connection", "current", "guard", "result", "session")

    def __init__(self, session: Session, connection: Any, operation: Operation | None, result: Any) -> None:
        self.session = session
        self.connection = connection
        self.current = operation
        self.result = result
        self.guard: ResultGuard | None = None

    def start_guard(self) -> ResultGuard:
        if self.current is None:
            self.session.refuse("pgresult.get_value", "it is not known which statement this result is of.", _USE_CURSOR)
        from pcishield.drivers.psycopg._rows import columns_of

        pgconn = self.connection.__dict__["pgconn"]
        self.guard = self.current.result(columns_of(self.result, pgconn, self.connection.adapters))
        return self.guard


class GuardedPGconn:
    """A connection's ``PGconn`` for code outside of psycopg.

    It keeps the connection, and the connection does not keep it: what both know is the connection's. So a connection
    that is dropped is closed at once, as the driver's is.

    Args:
        pgconn: libpq's connection.
        connection: The guarded connection it belongs to.
    """

    __slots__ = ("__weakref__", "_connection", "_pgconn", "_session")

    _connection: Any
    _pgconn: Any
    _session: Session

    def __init__(self, pgconn: Any, connection: Any) -> None:
        set_ = object.__setattr__
        set_(self, "_pgconn", pgconn)
        set_(self, "_connection", connection)
        set_(self, "_session", connection._pcishield)

    def __repr__(self) -> str:
        return f"<pcishield {self._pgconn!r}>"

    def __getattr__(self, name: str) -> Any:
        if name in PGCONN.passed or name in PGCONN.gate or name == "_encoding":
            return getattr(self._pgconn, name)
        return _refuse_attribute(self._session, PGCONN, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "nonblocking":
            self._session.refuse(f"pgconn.{name}", "assigning to it would bypass masking.",
                                 "Use add_notice_handler() or add_notify_handler() of the connection.")  # fmt: skip
        self._pgconn.nonblocking = value

    password = b""
    """Never given away."""

    @property
    def info(self) -> list[Any]:
        """Connection options, without the password."""
        return [option for option in self._pgconn.info if option.keyword != b"password"]

    @property
    def error_message(self) -> bytes:
        """The last error, card data masked."""
        return _told_bytes(self._session.wording().text, self._pgconn.error_message) or b""

    def get_error_message(self, encoding: str = "") -> str:
        """Return the last error, card data masked."""
        return self._session.wording().text(self._pgconn.get_error_message(encoding))

    def trace(self, fileno: int) -> None:
        """Write which messages are exchanged, without what they say of data; see :mod:`._trace`."""
        if not _trace.available():
            self._session.refuse("pgconn.trace", "here it would write rows to a file.", "Use the server's log.")
        _trace.start(self._connection, self._pgconn, self._session, fileno)

    def set_trace_flags(self, flags: int) -> None:
        """See libpq."""
        _trace.set_flags(self._connection, self._pgconn, flags)

    def untrace(self) -> None:
        """End the trace."""
        _trace.stop(self._connection)

    @property
    def _prepared(self) -> dict[bytes, bytes]:
        return self._session.declared.by_libpq

    # Statements

    def exec_(self, command: bytes) -> GuardedResult:
        """Judge, record and run ``command``."""
        return self._run("exec_", command, None, lambda: self._pgconn.exec_(command))

    def exec_params(
        self, command: bytes, param_values: Sequence[Any] | None, *args: Any, **kwargs: Any
    ) -> GuardedResult:
        """Judge, record and run ``command``."""
        return self._run("exec_params", command, param_values,
                         lambda: self._pgconn.exec_params(command, param_values, *args, **kwargs))  # fmt: skip

    def prepare(self, name: bytes, command: bytes, *args: Any, **kwargs: Any) -> GuardedResult:
        """Judge, record and prepare ``command``; it is judged again at each execution."""
        self._session.declared.forget(name)
        result = self._run("prepare", command, None, lambda: self._pgconn.prepare(name, command, *args, **kwargs))
        self._prepared[name] = command
        return result

    def exec_prepared(
        self, name: bytes, param_values: Sequence[Any] | None, *args: Any, **kwargs: Any
    ) -> GuardedResult:
        """Judge, record and run what :meth:`prepare` was given under ``name``."""
        return self._run("exec_prepared", self._text_of(name), param_values,
                         lambda: self._pgconn.exec_prepared(name, param_values, *args, **kwargs))  # fmt: skip

    def send_query(self, command: bytes) -> None:
        """Judge, record and send ``command``; see :meth:`get_result`."""
        self._send("send_query", command, None, lambda: self._pgconn.send_query(command))

    def send_query_params(self, command: bytes, param_values: Sequence[Any] | None, *args: Any, **kwargs: Any) -> None:
        """Judge, record and send ``command``; see :meth:`get_result`."""
        self._send("send_query_params", command, param_values,
                   lambda: self._pgconn.send_query_params(command, param_values, *args, **kwargs))  # fmt: skip

    def send_prepare(self, name: bytes, command: bytes, *args: Any, **kwargs: Any) -> None:
        """Judge, record and send ``command`` to be prepared."""
        self._session.declared.forget(name)
        self._send("send_prepare", command, None, lambda: self._pgconn.send_prepare(name, command, *args, **kwargs))
        self._prepared[name] = command

    def send_query_prepared(self, name: bytes, param_values: Sequence[Any] | None, *args: Any, **kwargs: Any) -> None:
        """Judge, record and send what was prepared under ``name``."""
        self._send("send_query_prepared", self._text_of(name), param_values,
                   lambda: self._pgconn.send_query_prepared(name, param_values, *args, **kwargs))  # fmt: skip

    # Results

    def get_result(self) -> GuardedResult | None:
        """Return the next result of what was sent from here, masked."""
        return self._wrapped(self._pgconn.get_result(), self._connection.__dict__.get(_SENT))

    def describe_prepared(self, name: bytes) -> GuardedResult | None:
        """See libpq; it has no rows."""
        return self._wrapped(self._pgconn.describe_prepared(name), None)

    def describe_portal(self, name: bytes) -> GuardedResult | None:
        """See libpq; it has no rows."""
        return self._wrapped(self._pgconn.describe_portal(name), None)

    def close_prepared(self, name: bytes) -> GuardedResult | None:
        """See libpq."""
        self._ended(name)
        return self._wrapped(self._pgconn.close_prepared(name), None)

    def close_portal(self, name: bytes) -> GuardedResult | None:
        """See libpq."""
        self._ended(name)
        return self._wrapped(self._pgconn.close_portal(name), None)

    def send_close_prepared(self, name: bytes) -> None:
        """See libpq."""
        self._ended(name)
        self._pgconn.send_close_prepared(name)

    def send_close_portal(self, name: bytes) -> None:
        """See libpq."""
        self._ended(name)
        self._pgconn.send_close_portal(name)

    def _ended(self, name: bytes) -> None:
        """What stood under ``name`` is gone: something that is not seen here may take it."""
        self._session.declared.forget(name)
        self._prepared.pop(name, None)

    def _text_of(self, name: bytes) -> bytes:
        try:
            return self._prepared[name]
        except KeyError:
            self._session.refuse("pgconn.exec_prepared", "the statement was not prepared here.", _USE_CURSOR)

    def _run(self, method: str, command: bytes, params: Any, call: Callable[[], Any]) -> GuardedResult:
        operation = self._judged(method, command, params)

        def run() -> Any:
            operation.sources = self._session.declared.sources(operation)
            result = call()
            self._session.declared.remember(operation, certain=False)
            operation.pending(result.status == pq.ExecStatus.TUPLES_OK)
            return result

        result = self._session.run(operation, run)
        _trace.flush(self._connection)
        return GuardedResult(result, _Direct(self._session, self._connection, operation, result))

    def _send(self, method: str, command: bytes, params: Any, call: Callable[[], Any]) -> None:
        operation = self._judged(method, command, params)
        operation.pending(True)

        def send() -> None:
            operation.sources = self._session.declared.sources(operation)
            call()
            self._session.declared.remember(operation, certain=False)

        self._session.run(operation, send)
        _trace.flush(self._connection)
        self._connection.__dict__[_SENT] = operation

    def _judged(self, method: str, command: bytes, params: Any) -> Operation:
        try:
            text = decode_sql(bytes(command), self._pgconn._encoding)
        except Unreadable as error:
            self._session.refuse(f"pgconn.{method}", *error.args)
        return self._session.operation(text, params, method=f"pgconn.{method}")

    def _wrapped(self, result: Any, operation: Operation | None) -> GuardedResult | None:
        _trace.flush(self._connection)
        if result is None:
            return None
        return GuardedResult(result, _Direct(self._session, self._connection, operation, result))


def _told_bytes(tell: Callable[[str], str], data: bytes | None) -> bytes | None:
    return data and tell(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _refuse_attribute(session: Session, surface: Surface, name: str) -> Any:
    if name in surface.blocked:
        session.refuse(f"{surface.owner}.{name}", "it hands out data that cannot be masked, or sends SQL that cannot "
                       "be judged.", surface.blocked[name])  # fmt: skip
    raise AttributeError(f"{surface.owner} has no attribute {name!r} here")
