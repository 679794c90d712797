"""What the sync and the async shell share: from a driver call's arguments to an operation, and after the call.

Only waiting differs between the two; everything that decides what is judged, counted or handed out is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import IOBase
from typing import TYPE_CHECKING, Any

from mysql.connector.abstracts import MySQLCursorAbstract

from pcishield.drivers.generic.mysql_messages import safe_statement
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, running
from pcishield.exceptions import LimitExceeded, StatementDenied
from pcishield.runtime.parameters import collected, replayed

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = [
    "admitted",
    "exhausted",
    "finished",
    "opened",
    "opened_execution",
    "opened_query",
    "refused_infile",
    "shown_executed",
    "state_of",
    "use_statement",
]

_HAS_MULTI = not hasattr(MySQLCursorAbstract, "fetchsets")
"""Until 9.1, ``execute(multi=True)`` returns a generator that sends while it is consumed."""

_ROUTINE = re.compile(r"[\w$]+(?:\.[\w$]+)?")
_TYPE = re.compile(r"\w+(?: \w+)*(?:\(\d+(?:, ?\d+)?\))?(?: \w+)*")
"""Names and types that ``callproc`` can put into its SQL without becoming anything else there."""


def state_of(cursor: Any) -> ConnectionState | None:
    """Return the state of the cursor's connection, ``None`` for a cursor that has lost it.

    Raises:
        StatementDenied: The connection is not guarded.
    """
    try:
        connection = cursor._connection
        if connection is None:
            return None
        state = connection.__dict__.get("_pcishield")
    except (AttributeError, ReferenceError):
        return None
    if isinstance(state, ConnectionState):
        return state
    raise StatementDenied(
        "mysql.connector: this guarded cursor was made for a connection that is not guarded.",
        rule="surface.blocked",
        hint="Connect through pcishield.mysql.connector.connect().",
    )


def sql_text(sql: Any, connection: Any) -> str | None:
    """Return SQL as the server will read it, ``None`` for what is neither text nor bytes."""
    if isinstance(sql, str):
        return str.__str__(sql)
    if not isinstance(sql, (bytes, bytearray)):
        return None
    try:
        return bytes(sql).decode(connection.python_charset, "surrogateescape")
    except LookupError:
        return bytes(sql).decode("utf-8", "surrogateescape")


def _seen(connection: Any, parameters: Any) -> Any:
    """Return all values that travel with the statement: query attributes are readable by SQL as well."""
    attributes = getattr(connection, "_query_attrs", None)
    return [parameters, dict(attributes)] if attributes else parameters


def _readable(parameters: Any) -> Any:
    """Return parameters with files read, so that what they hold is looked at before it is sent."""
    if isinstance(parameters, (list, tuple)) and any(isinstance(value, IOBase) for value in parameters):
        return [value.read() if isinstance(value, IOBase) else value for value in parameters]
    return parameters


def _with(args: tuple[Any, ...], kwargs: dict[str, Any], index: int, name: str, value: Any) -> tuple[Any, ...]:
    """Put an argument back where it came from."""
    if len(args) > index:
        return (*args[:index], value, *args[index + 1 :])
    kwargs[name] = value
    return args


def _opened_execute(
    cursor: Any, state: ConnectionState, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Operation | None, tuple[Any, ...]]:
    sql, parameters = argument(args, kwargs, 0, "operation"), argument(args, kwargs, 1, "params")
    text = sql_text(sql, cursor._connection)
    if not text or (_HAS_MULTI and argument(args, kwargs, 2, "multi")):
        return None, args
    if type(sql) not in (str, bytes, bytearray):
        # A subclass could be one thing to us and another to the driver.
        args = _with(args, kwargs, 0, "operation", text)
    readable = _readable(parameters)
    if readable is not parameters:
        args = _with(args, kwargs, 1, "params", readable)
    session = state.ready(cursor._connection)
    return session.operation(text, _seen(cursor._connection, readable), method="execute"), args


def _opened_executemany(
    cursor: Any, state: ConnectionState, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Operation | None, tuple[Any, ...]]:
    text = sql_text(argument(args, kwargs, 0, "operation"), cursor._connection)
    sets = argument(args, kwargs, 1, "seq_params")
    if not text or not isinstance(sets, Iterable):
        return None, args
    error = None
    if not isinstance(sets, (list, tuple)):
        if cursor._pcishield_lists_only:
            return None, args
        # What has been looked at must be what is sent, so an iterator is read to its end first.
        sets, error = collected(sets)
    if not sets and error is None:
        return None, args
    if any(_readable(values) is not values for values in sets):
        sets = [_readable(values) for values in sets]
    args = _with(args, kwargs, 1, "seq_params", replayed(sets, error) if error else sets)
    session = state.ready(cursor._connection)
    attributes = cursor._connection._query_attrs
    seen = [*sets, dict(attributes)] if attributes else sets
    return session.operation(text, seen, method="executemany", many=True), args


def _opened_callproc(
    cursor: Any, state: ConnectionState, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Operation | None, tuple[Any, ...]]:
    name, values = argument(args, kwargs, 0, "procname"), argument(args, kwargs, 1, "args")
    values = () if values is None else values
    if not isinstance(name, str) or not _ROUTINE.fullmatch(name) or not isinstance(values, (list, tuple)):
        return None, args
    for value in values:
        if isinstance(value, tuple) and not (
            len(value) == 2 and isinstance(value[1], str) and _TYPE.fullmatch(value[1])
        ):
            return None, args
    plain = [value[0] if isinstance(value, tuple) else value for value in values]
    sql = f"CALL {name}({', '.join(['%s'] * len(plain))})"
    return state.ready(cursor._connection).operation(sql, plain, method="callproc"), args


_OPENERS = {"callproc": _opened_callproc, "execute": _opened_execute, "executemany": _opened_executemany}


def opened(
    cursor: Any, state: ConnectionState, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Operation | None, tuple[Any, ...]]:
    """Make the operation for a call of ``method``.

    Returns:
        The operation and the arguments to hand on (``kwargs`` is changed in place). No operation when the driver
        will complain, or put SQL together from parts that cannot be judged apart: then the call runs unmarked,
        and the gate judges each text that it sends.
    """
    exhausted(cursor)
    return _OPENERS[method](cursor, state, args, kwargs)


def opened_query(connection: Any, state: ConnectionState, sql: Any, method: str) -> Operation:
    """Make the operation for SQL that comes to the connection itself."""
    _began(state)
    text = sql_text(sql, connection)
    operation = state.ready(connection).operation(
        text if text is not None else str(sql), _seen(connection, None), method=method
    )
    state.direct = operation
    return operation


def opened_execution(
    connection: Any, state: ConnectionState, text: str | None, parameters: Any, method: str
) -> Operation:
    """Make the operation for the execution of a prepared statement by its handle.

    Raises:
        StatementDenied: It is not known what was prepared.
    """
    if text is None:
        state.ready(connection).refuse(
            method,
            "this statement was not prepared through the guard.",
            "Prepare it with cmd_stmt_prepare(), or use a prepared cursor.",
        )
    _began(state)
    operation = state.ready(connection).operation(text, _seen(connection, parameters), method=method)
    state.direct = operation
    return operation


def _began(state: ConnectionState) -> None:
    """Let go of what was left of the last call without a cursor."""
    if state.direct is not None:
        state.direct.finish()


def finished(target: Any, state: ConnectionState, operation: Operation, method: str) -> None:
    """Note what a guarded call has left on the cursor, before its RESULT is written.

    Args:
        target: The cursor; ``None`` for a call that came to the connection.
        state: The connection's state.
        operation: The call's operation.
        method: The method's name.
    """
    guard = state.guard if state.operation is operation else None
    if target is None:
        operation.pending(guard is not None)
        return
    target._pcishield_operation, target._pcishield_result, target._pcishield_ended = operation, guard, None
    if method == "callproc":
        for stored in target._stored_results:
            stored._pcishield_operation = operation
            stored._pcishield_result = state.guard_of(stored._description)
    if guard is None or method == "executemany":
        operation.finish(target.rowcount)
    else:
        operation.pending(True)


def exhausted(cursor: Any) -> None:
    """Write what was fetched: nothing more is coming, or the cursor turns to something else."""
    if cursor._pcishield_operation is not None:
        cursor._pcishield_operation.finish()


def admitted(cursor: Any, rows: list[Any]) -> list[Any]:
    """Count rows that are about to be handed out, and hold them to the limits.

    Raises:
        LimitExceeded: They would pass a limit; none is handed out, now or later.
    """
    result = cursor._pcishield_result
    if result is None:
        return rows
    counted = rows
    if isinstance(rows[0], dict) and cursor._pcishield_operation.metered:
        counted = [tuple(row.values()) for row in rows]
    try:
        rows = rows[: len(result.admit(counted))]
    except LimitExceeded as error:
        cursor._pcishield_ended = error
        raise
    if result.ended:
        cursor._pcishield_ended = True
        exhausted(cursor)
    return rows


def shown_executed(cursor: Any) -> Any:
    """Return ``_executed``: as it is to the driver, without literals or masked to everybody else."""
    executed = cursor.__dict__.get("_executed")
    if executed is None or running.get() is not None:
        return executed
    operation = cursor._pcishield_tried or cursor._pcishield_operation
    if operation is not None:
        return safe_statement(executed, operation.session, operation.sql)
    state = state_of(cursor)
    # A closed cursor does not tell whose rules hold.
    return None if state is None or state.session is None else safe_statement(executed, state.session, None)


def use_statement(database: Any) -> str:
    """Return SQL that does what ``cmd_init_db`` does."""
    return "USE `{}`".format(str(database).replace("`", "``"))


def refused_infile(connection: Any, state: ConnectionState) -> None:
    """Refuse to send a file unless the statement that runs was judged as one that loads a file.

    A server may answer any statement with the wish for any file.
    """
    operation = state.executing
    if operation is None or operation.statement is None or "import" not in operation.statement.actions:
        state.ready(connection).refuse(
            "LOCAL INFILE",
            "the server asks for a file, and the statement is not one that loads a file.",
            "Do not connect to this server; connect with allow_local_infile=False.",
        )
