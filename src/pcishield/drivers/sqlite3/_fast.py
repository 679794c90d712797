"""What every statement and every single row of sqlite3 passes; ``_fast_c.pyx`` has the same compiled."""

from __future__ import annotations

import sqlite3
from threading import get_ident
from typing import TYPE_CHECKING, Any, NoReturn

from pcishield.core.compiled import compiled
from pcishield.drivers.sqlite3.result import failed, open_result, through_text_factory, unread
from pcishield.exceptions import StatementDenied
from pcishield.runtime.guard import inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcishield.drivers.sqlite3.state import ConnectionState, CursorState

__all__ = ["execute_known", "make_call", "shut", "take"]

_Raw: Any = sqlite3.Cursor
_execute = _Raw.execute
_fetchone = _Raw.fetchone
_description = _Raw.description.__get__
_rowcount = _Raw.rowcount.__get__
_set_factory = _Raw.row_factory.__set__
_prepare = sqlite3.Connection.__call__


def shut(cursor: Any, row: Any) -> NoReturn:
    """Stand in the driver's row factory between guarded fetches, so that its own fetch methods hand out nothing."""
    raise StatementDenied(
        "sqlite3.Cursor: rows of a guarded cursor were fetched with the driver's own method.",
        rule="surface.blocked",
        hint="Call super().fetchone() and the like, not sqlite3.Cursor.fetchone(self).",
    )


def pure_python_execute_known(cursor: Any, state: CursorState, sql: str, parameters: Any, args: Any) -> bool:
    """Run what was allowed before, unchanged: ``through_gate`` and the flow, written out.

    Args:
        cursor: A guarded cursor that is ready.
        state: Its state.
        sql: The text.
        parameters: What the guard can look at of the parameters.
        args: What the driver's ``execute`` is called with.

    Returns:
        False when it takes the whole flow; nothing has happened then.
    """
    connection, session = state.connection, state.session
    operation = None if connection.strict or inside.get() else session.begin(sql, parameters, "execute")
    if operation is None:
        return False
    thread = get_ident()
    connection.tickets[thread] = sql
    try:
        try:
            _execute(cursor, *args)
        finally:
            connection.tickets.pop(thread, None)
        if _description(cursor) is None:
            operation.finish(_rowcount(cursor))
        else:
            operation.pending(True)
        operation.ended()
    except BaseException as error:
        if (ours := session.failed(error, operation)) is not None:
            raise ours from ours.__cause__
        raise
    state.operation = operation
    state.result = None
    state.ended = False
    return True


def pure_python_take(cursor: Any, state: CursorState) -> Any:
    """Return the next row, masked, as a tuple; ``None`` at the end."""
    if state.ended:
        return None
    _set_factory(cursor, None)
    try:
        row = _fetchone(cursor)
    except BaseException as error:
        failed(cursor, state, error)
        raise
    finally:
        _set_factory(cursor, shut)
    if row is None:
        if state.operation is not None:
            state.operation.finish()
        return None
    result = state.result or open_result(cursor, state)
    try:
        if state.connection.text_factory is None:
            row = result.row(row)
        else:
            rows = through_text_factory(state, [row])
            row = rows[0] if rows else None
    except BaseException:
        row = None  # nothing raw stays in the variables of a traceback
        raise
    if row is None:
        state.ended = True
        state.finish()
    return row


def pure_python_make_call(state_of: Callable[[Any], ConnectionState]) -> Callable[..., Any]:
    """Make the gate: what sqlite3 calls on the connection to have a statement prepared.

    Args:
        state_of: Gives the state of a connection that has none, or raises.
    """

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
        if len(args) != 1 or kwargs or not isinstance(args[0], str):
            return _prepare(self, *args, **kwargs)
        state, sql = self._pcishield or state_of(self), args[0]
        if state.tickets.pop(get_ident(), None) is not sql:
            state.refuse_unjudged()
        if state.quiet:
            return _prepare(self, sql)
        statement = state.statements.get(sql)
        if statement is None:
            try:
                statement = _prepare(self, sql)
            except sqlite3.Error as error:
                unread(error)
                raise
            state.keep(sql, statement)
        return statement

    return __call__


if TYPE_CHECKING:
    execute_known, make_call, take = pure_python_execute_known, pure_python_make_call, pure_python_take
else:
    execute_known, make_call, take = pure_python_execute_known, pure_python_make_call, pure_python_take
    if (_compiled := compiled("pcishield.drivers.sqlite3._fast_c")) is not None:
        execute_known, make_call, take = _compiled.execute_known, _compiled.make_call, _compiled.take
