"""The guarded cursor: judges before ``execute``, masks after every fetch.

sqlite3's own row factory stays off: rows arrive as plain tuples, are masked, and only then become what the
user's row factory makes of them. The same holds for a ``text_factory`` that is a function.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pcishield.drivers.sqlite3._fast import execute_known, shut, take
from pcishield.drivers.sqlite3.result import failed, likeness, masked_description, open_result, through_text_factory
from pcishield.drivers.sqlite3.state import CursorState, through_gate
from pcishield.drivers.sqlite3.surfaces import CURSOR
from pcishield.exceptions import StatementDenied
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.guard import inside
from pcishield.runtime.parameters import collected, iterable, replayed
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = ["GuardedCursor"]

_Raw = sqlite3.Cursor
_init = _Raw.__init__
_execute = _Raw.execute
_executemany = _Raw.executemany
_executescript = _Raw.executescript
_fetchone = _Raw.fetchone
_fetchmany = _Raw.fetchmany
_fetchall = _Raw.fetchall
_close = _Raw.close
_connection = _Raw.connection.__get__
_description = _Raw.description.__get__
_rowcount = _Raw.rowcount.__get__

_members: Any = _Raw
_set_factory = _members.row_factory.__set__

_PLAIN = frozenset({tuple, list, dict})


def _attach(cursor: Any) -> CursorState:
    connection = getattr(_connection(cursor), "_pcishield", None)
    if connection is None:
        _fetchone(cursor)  # raises the driver's own error for a cursor that was never initialised
        raise StatementDenied(
            "sqlite3.Cursor: this guarded cursor was made for a connection that is not guarded.",
            rule="surface.blocked",
            hint="Connect through pcishield.sqlite3.connect(), or use the cursor class of the driver.",
        )
    state = cursor._pcishield = CursorState(connection)
    _set_factory(cursor, shut)
    return state


def _seen(parameters: Any) -> Any:
    """Return what the guard can look at of parameters that are no plain tuple, list or dict."""
    if isinstance(parameters, dict):
        return dict(parameters)
    if isinstance(parameters, Mapping):
        return {key: parameters[key] for key in parameters}
    try:
        return tuple(parameters[index] for index in range(len(parameters)))
    except (TypeError, LookupError):
        return (parameters,)


def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
    state = self._pcishield or _attach(self)
    connection = state.connection
    if kwargs or not args or not isinstance(args[0], str) or connection.closed:
        return _execute(self, *args, **kwargs)  # the gate is shut: this ends in the driver's own complaint
    sql = args[0]
    if type(sql) is not str:
        sql = str.__str__(sql)
        args = (sql, *args[1:])
    parameters = None
    if len(args) > 1:
        parameters = args[1]
        if type(parameters) not in _PLAIN:
            parameters = _seen(parameters)
    if state.operation is not None or state.busy:
        state.ready()
    if execute_known(self, state, sql, parameters, args):
        return self
    return _run(self, state, sql, parameters, _execute, *args)


def executemany(self: Any, *args: Any, **kwargs: Any) -> Any:
    state = self._pcishield or _attach(self)
    if kwargs or len(args) != 2 or not isinstance(args[0], str) or not iterable(args[1]) or state.connection.closed:
        return _executemany(self, *args, **kwargs)
    sql = str.__str__(args[0])
    if type(args[1]) in (list, tuple):
        handed = args[1]
        sets = [s if type(s) in _PLAIN else _seen(s) for s in handed]
    else:
        state.busy = True
        try:
            found, error = collected(args[1])
            sets, handed = [s if type(s) in _PLAIN else _seen(s) for s in found], replayed(found, error)
        finally:
            state.busy = False
    return _run(self, state, sql, sets, _executemany, sql, handed)


def executescript(self: Any, *args: Any, **kwargs: Any) -> Any:
    state = self._pcishield or _attach(self)
    if kwargs or len(args) != 1 or not isinstance(args[0], str):
        return _executescript(self, *args, **kwargs)
    if state.connection.closed:
        _fetchone(self)  # raises as the driver does; a script does not pass the gate, so never hand it on unjudged
        state.session.refuse("executescript", "the connection is closed.", "Connect again.")
    sql = str.__str__(args[0])
    return _run(self, state, sql, None, _executescript, sql)


def _run(self: Any, state: CursorState, sql: str, parameters: Any, method: Callable[..., Any], *args: Any) -> Any:
    state.ready()
    name = method.__name__
    operation: Operation = state.session.operation(sql, parameters, method=name, many=name == "executemany")

    def call() -> None:
        through_gate(state.connection, sql, method, self, *args)
        if _description(self) is None:
            operation.finish(_rowcount(self))
        else:
            operation.pending(True)

    state.session.run(operation, call)
    state.began(operation)
    return self


def fetchone(self: Any) -> Any:
    state = self._pcishield or _attach(self)
    row = take(self, state)
    if row is None or state.factory is None:
        return row
    return _made(self, state, [row])[0]


def __next__(self: Any) -> Any:  # noqa: N807
    state = self._pcishield or _attach(self)
    row = take(self, state)
    if row is None:
        raise StopIteration
    return row if state.factory is None else _made(self, state, [row])[0]


def _batch(self: Any, fetch: Callable[..., list[Any]], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    state = self._pcishield or _attach(self)
    if state.ended:
        return []
    _set_factory(self, None)
    try:
        rows = fetch(self, *args, **kwargs)
    except BaseException as error:
        failed(self, state, error)
        raise
    finally:
        _set_factory(self, shut)
    if rows:
        result = state.result or open_result(self, state)
        rows = result.rows(rows) if state.connection.text_factory is None else through_text_factory(state, rows)
        state.ended = result.ended
    if state.operation is not None and (state.ended or not rows or fetch is _fetchall):
        state.operation.finish()
    return rows if state.factory is None else _made(self, state, rows)


def fetchmany(self: Any, *args: Any, **kwargs: Any) -> list[Any]:
    return _batch(self, _fetchmany, args, kwargs)


def fetchall(self: Any) -> list[Any]:
    return _batch(self, _fetchall, (), {})


def _made(self: Any, state: CursorState, rows: list[Any]) -> list[Any]:
    """Let the user's row factory make something of masked rows."""
    factory = state.factory
    shown = self
    if isinstance(factory, type) and issubclass(factory, sqlite3.Row):
        # Row reads column names from the driver's own memory of the cursor, past the masked description.
        shown = likeness(self, state)
    if not inside.get():
        return [factory(shown, row) for row in rows]
    token = inside.set(False)
    try:
        return [factory(shown, row) for row in rows]
    finally:
        inside.reset(token)


def close(self: Any) -> None:
    _close(self)
    if self._pcishield is not None:
        self._pcishield.finish()


def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    _init(self, *args, **kwargs)
    _attach(self)


def _get_row_factory(self: Any) -> Any:
    state = self._pcishield
    return state.factory if state is not None else None


def _set_row_factory(self: Any, factory: Any) -> None:
    (self._pcishield or _attach(self)).factory = factory


def _delete_row_factory(self: Any) -> None:
    _set_row_factory(self, None)


def _get_description(self: Any) -> Any:
    return masked_description(self, self._pcishield or _attach(self))


GuardedCursor: type = build(
    _Raw,
    CURSOR,
    {},
    slots=False,
    names={
        "__doc__": _Raw.__doc__,
        "__init__": __init__,
        "__next__": __next__,
        "__reduce_ex__": refuse_copy,
        "_pcishield": None,
        "close": close,
        "description": property(_get_description),
        "execute": execute,
        "executemany": executemany,
        "executescript": executescript,
        "fetchall": fetchall,
        "fetchmany": fetchmany,
        "fetchone": fetchone,
        "row_factory": property(_get_row_factory, _set_row_factory, _delete_row_factory),
    },
)
"""Every guarded cursor is one of these; a user's cursor class gets it beneath itself."""
