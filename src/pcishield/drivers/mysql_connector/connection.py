"""The guarded connection classes, pure and C: gates for all SQL, masking for all rows, sessions for the log."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mysql.connector.errors import InterfaceError

from pcishield.drivers.mysql_connector.calls import (
    began,
    finished,
    opened_execution,
    opened_query,
    refused_infile,
    use_statement,
)
from pcishield.drivers.mysql_connector.columns import described
from pcishield.drivers.mysql_connector.cursor import adopt_cursor, guard_for, guarded_cursor, marked, run
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, is_own, running
from pcishield.drivers.mysql_connector.surfaces import CONNECTION
from pcishield.exceptions import ShieldError
from pcishield.runtime.guard import inside
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["adopt", "guarded_connection", "isolate_converter", "result_parts", "shared_names"]

_CURSOR_CLASS = 3
"""Position of ``cursor_class`` among the arguments of ``cursor()``."""

_REFRESH = {
    1: "FLUSH PRIVILEGES", 2: "FLUSH LOGS", 4: "FLUSH TABLES", 8: "FLUSH HOSTS", 16: "FLUSH STATUS",
    64: "RESET REPLICA",
}  # fmt: skip
"""What COM_REFRESH does, by its option bits."""


def result_parts(result: Any) -> Any:
    """Return the column descriptions in what a gate of the driver returned; ``None`` when there are no rows."""
    if isinstance(result, dict):
        return result.get("columns") or None
    return result[1] if isinstance(result, tuple) else None


def _sent(connection: Any, state: ConnectionState, result: Any, handle: Any = None) -> Any:
    """Note what a statement that has just been sent returned."""
    if state.asking:
        return result
    columns = result_parts(result)
    if columns is None:
        state.nothing_arrived()
    else:
        state.arrived(connection, columns, handle)
    return result


def _judged(connection: Any, state: ConnectionState, sql: str, method: str, call: Callable[[], Any]) -> Any:
    """Run what comes to the connection itself as an operation of its own."""
    operation = opened_query(connection, state, sql, method)

    def work() -> Any:
        result = call()
        finished(None, state, operation, method)
        return result

    return run(state, operation, work)


def _cmd_query(original: Callable[..., Any]) -> Any:
    def cmd_query(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if running.get() is state:
            return _sent(self, state, original(self, *args, **kwargs))
        query = argument(args, kwargs, 0, "query")
        if is_own(query):
            state.ready(self)
            with state.own():
                return original(self, *args, **kwargs)
        return _judged(
            self, state, query, "cmd_query", lambda: _sent(self, state, original(self, *args, **kwargs))
        )

    cmd_query.__doc__ = original.__doc__
    return cmd_query


def _cmd_query_iter(original: Callable[..., Any]) -> Any:
    def cmd_query_iter(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        results = original(self, *args, **kwargs)
        if running.get() is state:
            return results
        return _stepwise(self, state, argument(args, kwargs, 0, "statements"), results)

    cmd_query_iter.__doc__ = original.__doc__
    return cmd_query_iter


def _stepwise(connection: Any, state: ConnectionState, sql: Any, results: Any) -> Generator[Any, None, None]:
    def step() -> Any:
        return _sent(connection, state, next(results))

    operation = opened_query(connection, state, sql, "cmd_query_iter")

    def first() -> Any:
        result = step()
        operation.pending(True)
        return result

    yield run(state, operation, first)
    while True:
        try:
            result = marked(state, operation, step)
        except StopIteration:
            return
        except BaseException as error:
            state.failed(error, operation)
            raise
        yield result


def _cmd_stmt_prepare(original: Callable[..., Any]) -> Any:
    def cmd_stmt_prepare(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        statement = argument(args, kwargs, 0, "statement")
        try:
            prepared = marked(state, state.executing, lambda: original(self, *args, **kwargs))
        except BaseException as error:
            state.failed(error, None)
            raise
        remember_prepared(self, state, prepared, statement)
        return prepared

    cmd_stmt_prepare.__doc__ = original.__doc__
    return cmd_stmt_prepare


def remember_prepared(connection: Any, state: ConnectionState, prepared: Any, statement: Any) -> None:
    """Keep the text of a prepared statement for the time when it is executed by its handle."""
    text = bytes(statement).decode("utf-8", "surrogateescape")
    if isinstance(prepared, dict):
        state.prepared[prepared["statement_id"]] = text
        state.mask_names(connection, prepared.get("columns") or [])
    else:
        state.handles[prepared] = text


def _cmd_stmt_execute(original: Callable[..., Any]) -> Any:
    def cmd_stmt_execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        handle = argument(args, kwargs, 0, "statement_id")
        pure = isinstance(handle, int)

        def call() -> Any:
            return _sent(self, state, original(self, *args, **kwargs), None if pure else handle)

        if running.get() is state:
            return call()
        text = state.prepared.get(handle) if pure else state.handles.get(handle)
        parameters = argument(args, kwargs, 1, "data") if pure else args[1:]
        operation = opened_execution(self, state, text, parameters, "cmd_stmt_execute")

        def work() -> Any:
            result = call()
            finished(None, state, operation, "cmd_stmt_execute")
            return result

        return run(state, operation, work)

    cmd_stmt_execute.__doc__ = original.__doc__
    return cmd_stmt_execute


def _cmd_stmt_close(original: Callable[..., Any]) -> Any:
    def cmd_stmt_close(self: Any, *args: Any, **kwargs: Any) -> Any:
        handle = argument(args, kwargs, 0, "statement_id")
        if isinstance(handle, int):
            self._pcishield.prepared.pop(handle, None)
        return original(self, *args, **kwargs)

    return cmd_stmt_close


def _cmd_stmt_send_long_data(original: Callable[..., Any]) -> Any:
    def cmd_stmt_send_long_data(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if running.get() is not state:
            state.ready(self).refuse(
                "cmd_stmt_send_long_data",
                "what is sent this way cannot be judged together with its statement.",
                "Pass the file as a parameter to a prepared cursor: cursor(prepared=True).execute(...).",
            )
        return original(self, *args, **kwargs)

    return cmd_stmt_send_long_data


def known_columns(connection: Any, state: ConnectionState, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Return what describes the rows that ``get_rows`` is asked for: descriptions, and handle of the C kind.

    Raises:
        StatementDenied: Rows of a prepared statement, with descriptions that are not the statement's own.
    """
    handle = argument(args, kwargs, 4, "prep_stmt")
    if handle is not None:
        return None, handle
    if hasattr(connection, "_cmysql"):
        return connection._columns, None
    if not argument(args, kwargs, 1, "binary"):
        return connection._columns_desc, None
    columns = argument(args, kwargs, 2, "columns")
    if columns is not state.columns:
        raise state.unjudged(connection)
    return columns, None


def masked_rows(connection: Any, state: ConnectionState, columns: Any, handle: Any, rows: list[Any]) -> list[Any]:
    """Mask rows; count them too when they go to the caller directly and not through a cursor."""
    if not rows:
        return rows
    if state.asking:
        return state.mask_own(rows)
    if handle is not None:
        guard = state.results.get(handle)
        if guard is None:
            raise state.unjudged(connection)
    else:
        guard = state.guard
        if guard is None or columns is not state.columns:
            guard = state.arrived(connection, columns)
    return guard.mask(rows) if running.get() is state else guard.rows(rows)


def _get_rows(original: Callable[..., Any]) -> Any:
    def get_rows(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if state.discarding:
            return original(self, *args, **kwargs)
        # Asked before: at the end of the rows the C implementation makes a new list.
        columns, handle = known_columns(self, state, args, kwargs)
        if handle is None and columns is not state.columns and not state.asking and self.unread_result:
            state.arrived(self, columns)
        try:
            rows, eof = original(self, *args, **kwargs)
        except BaseException as error:
            if running.get() is not state:
                state.failed(error, state.operation)
            raise
        return masked_rows(self, state, state.columns if handle is None else None, handle, rows), eof

    get_rows.__doc__ = original.__doc__
    return get_rows


def _discarding(original: Callable[..., Any]) -> Any:
    """Wrap a method that reads rows only to be rid of them."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        before, state.discarding = state.discarding, True
        try:
            return original(self, *args, **kwargs)
        finally:
            state.discarding = before

    method.__name__, method.__doc__ = original.__name__, original.__doc__
    return method


def _cursor(original: Callable[..., Any]) -> Any:
    def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        chosen = argument(args, kwargs, _CURSOR_CLASS, "cursor_class")
        if isinstance(chosen, type) and any(c.__module__.startswith("mysql.connector.") for c in chosen.__mro__):
            guarded = guard_for(chosen, guarded_cursor)
            if len(args) > _CURSOR_CLASS:
                args = (*args[:_CURSOR_CLASS], guarded, *args[_CURSOR_CLASS + 1 :])
            else:
                kwargs["cursor_class"] = guarded
        return adopt_cursor(original(self, *args, **kwargs))

    cursor.__doc__ = original.__doc__
    return cursor


def _info_query(original: Callable[..., Any]) -> Any:
    def info_query(self: Any, query: Any) -> Any:
        state: ConnectionState = self._pcishield
        if is_own(query) or running.get() is state:
            state.ready(self)
            with state.own():
                row = original(self, query)
                return row and state.mask_own([tuple(row)])[0]
        if not hasattr(self, "_cmysql"):
            return original(self, query)  # a guarded cursor does the work
        # The C implementation fetches past get_rows; the same by way of the gates.
        if result_parts(self.cmd_query(query)) is None:
            return ()
        rows, _ = self.get_rows(raw=False)
        if len(rows) > 1:
            raise InterfaceError("Query should not return more than 1 row")
        return rows[0] if rows else None

    info_query.__doc__ = original.__doc__
    return info_query


def _as_sql(method: str, text: Callable[..., str], original: Callable[..., Any]) -> Any:
    """Wrap a method that has a command of its own in the protocol, and is judged as the SQL that does the same."""

    def command(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if state.connecting or running.get() is state:
            return original(self, *args, **kwargs)
        return _judged(self, state, text(*args, **kwargs), method, lambda: original(self, *args, **kwargs))

    command.__name__, command.__doc__ = method, original.__doc__
    return command


def _cmd_init_db(original: Callable[..., Any]) -> Any:
    judged = _as_sql("cmd_init_db", use_statement, original)

    def cmd_init_db(self: Any, database: Any) -> Any:
        result = judged(self, database)
        self._pcishield.turn_to(str(database))
        return result

    return cmd_init_db


def refresh_statement(options: int) -> str:
    """Return SQL that does what COM_REFRESH with these options does."""
    return "; ".join(sql for bit, sql in _REFRESH.items() if options & bit) or "FLUSH"


def _open_connection(original: Callable[..., Any]) -> Any:
    def open_connection(self: Any) -> None:
        state: ConnectionState = self._pcishield
        session = state.open(self)
        state.connecting = True
        try:
            original(self)
        except BaseException as error:
            session.sanitise(error)
            session.close()
            raise
        finally:
            state.connecting = False
        weakref.finalize(self, session.close).atexit = False
        keep_base_columns(self)

    return open_connection


def keep_base_columns(connection: Any) -> None:
    """Let the pure driver keep what the server says about base tables and columns."""
    if getattr(connection, "_protocol", None) is not None:
        connection._protocol.parse_column = described


def _closing(original: Callable[..., Any]) -> Any:
    def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        finally:
            self._pcishield.close()

    close.__name__, close.__doc__ = original.__name__, original.__doc__
    return close


def _reconnect(original: Callable[..., Any]) -> Any:
    def reconnect(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, *args, **kwargs)
        except InterfaceError as error:
            if isinstance(error.__cause__, ShieldError):
                raise error.__cause__ from None
            raise

    reconnect.__doc__ = original.__doc__
    return reconnect


def _cmd_change_user(original: Callable[..., Any]) -> Any:
    def cmd_change_user(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        facts = {"user": argument(args, kwargs, 0, "username") or ""}
        facts["database"] = argument(args, kwargs, 2, "database") or ""
        with state.renewed(self, **facts):
            return original(self, *args, **kwargs)

    cmd_change_user.__doc__ = original.__doc__
    return cmd_change_user


def _cmd_reset_connection(original: Callable[..., Any]) -> Any:
    def cmd_reset_connection(self: Any) -> Any:
        with self._pcishield.renewed(self):
            return original(self)

    cmd_reset_connection.__doc__ = original.__doc__
    return cmd_reset_connection


# Converters


def _outside(name: str, original: Callable[..., Any]) -> Any:
    def convert(self: Any, *args: Any, **kwargs: Any) -> Any:
        mark, within = running.set(None), inside.set(False)
        try:
            return original(self, *args, **kwargs)
        finally:
            inside.reset(within)
            running.reset(mark)

    convert.__name__, convert.__doc__ = name, original.__doc__
    return convert


@lru_cache(maxsize=64)
def _isolated(cls: Any) -> type:
    names = {
        name: _outside(name, getattr(cls, name))
        for name in ("escape", "quote", "row_to_python", "to_mysql", "to_python")
        if hasattr(cls, name)
    }
    return type(cls)(
        cls.__name__, (cls,), {"__module__": cls.__module__, "__doc__": cls.__doc__, "_pcishield_isolated": True} | names
    )


def isolate_converter(connection: Any) -> None:
    """Take the mark off while a user's converter runs: what it sends is judged as anything else."""
    converter = connection.converter
    cls = type(converter)
    if converter is None or cls.__module__.startswith("mysql.connector.") or hasattr(cls, "_pcishield_isolated"):
        return
    converter.__class__ = _isolated(cls)


def _converter_property(original: Any) -> Any:
    def set_class(self: Any, value: Any) -> None:
        original.fset(self, value)
        isolate_converter(self)

    return property(original.fget, set_class, original.fdel, original.__doc__)


def _set_converter_class(original: Callable[..., Any]) -> Any:
    def set_converter_class(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        isolate_converter(self)

    return set_converter_class


def shared_names(base: Any) -> dict[str, Any]:
    """Return the replacements that sync and async connections have alike."""
    names: dict[str, Any] = {"set_converter_class": _set_converter_class(base.set_converter_class)}
    if isinstance(getattr(base, "converter_class", None), property):
        names["converter_class"] = _converter_property(base.converter_class)
    return names


# The classes


def _init(original: Callable[..., Any], enforcer: Callable[[], Enforcer]) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        self._pcishield = ConnectionState(enforcer)
        original(self, *args, **kwargs)

    return __init__


def _infile(original: Callable[..., Any]) -> Any:
    def handle(self: Any, *args: Any, **kwargs: Any) -> Any:
        refused_infile(self, self._pcishield)
        return original(self, *args, **kwargs)

    return handle


def _c_names(base: Any) -> dict[str, Any]:
    """Return the replacements that only the C implementation needs."""

    def fetch_eof_columns(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = base.fetch_eof_columns(self, *args, **kwargs)
        self._pcishield.mask_names(self, result["columns"])
        return result

    def set_database(self: Any, value: Any) -> None:
        self.cmd_init_db(value)

    def cmd_refresh(self: Any, options: int) -> Any:
        state: ConnectionState = self._pcishield
        return _judged(
            self, state, refresh_statement(options), "cmd_refresh", lambda: base.cmd_refresh(self, options)
        )

    def execute_query(self: Any, *args: Any, **kwargs: Any) -> Any:
        # The driver's class has its own cmd_query under this name too.
        return self.cmd_query(*args, **kwargs)

    return {
        "_execute_query": execute_query,
        "cmd_refresh": cmd_refresh,
        "cmd_shutdown": _as_sql("cmd_shutdown", lambda *_, **__: "SHUTDOWN", base.cmd_shutdown),
        "database": property(base.database.fget, set_database, None, base.database.__doc__),
        "fetch_eof_columns": fetch_eof_columns,
    }


def _pure_names(base: Any) -> dict[str, Any]:
    """Return the replacements that only the pure implementation needs."""
    return {
        "_handle_load_data_infile": _infile(base._handle_load_data_infile),
        "cmd_query_iter": _cmd_query_iter(base.cmd_query_iter),
        "shutdown": _closing(base.shutdown),
    }


def guarded_connection(base: Any, enforcer: Callable[[], Enforcer]) -> type:
    """Return the guarded subclass of one of the driver's connection classes.

    Args:
        base: ``MySQLConnection`` or ``CMySQLConnection``.
        enforcer: Called at each connect for the shield to use.
    """
    own = _c_names(base) if hasattr(base, "fetch_eof_columns") else _pure_names(base)
    names = {
        "__init__": _init(base.__init__, enforcer),
        "_open_connection": _open_connection(base._open_connection),
        "close": _closing(base.close),
        "cmd_change_user": _cmd_change_user(base.cmd_change_user),
        "cmd_init_db": _cmd_init_db(base.cmd_init_db),
        "cmd_query": _cmd_query(base.cmd_query),
        "cmd_reset_connection": _cmd_reset_connection(base.cmd_reset_connection),
        "cmd_stmt_close": _cmd_stmt_close(base.cmd_stmt_close),
        "cmd_stmt_execute": _cmd_stmt_execute(base.cmd_stmt_execute),
        "cmd_stmt_prepare": _cmd_stmt_prepare(base.cmd_stmt_prepare),
        "cmd_stmt_send_long_data": _cmd_stmt_send_long_data(base.cmd_stmt_send_long_data),
        "consume_results": _discarding(base.consume_results),
        "cursor": _cursor(base.cursor),
        "disconnect": _closing(base.disconnect),
        "get_rows": _get_rows(base.get_rows),
        "info_query": _info_query(base.info_query),
        "reconnect": _reconnect(base.reconnect),
        "rollback": _discarding(base.rollback),
    }
    return build(base, CONNECTION, {}, names=shared_names(base) | names | own, slots=False)


def adopt(connection: Any, guarded: type, enforcer: Callable[[], Enforcer]) -> Any:
    """Turn an open connection of the driver into a guarded one, in place, and return it."""
    if isinstance(connection.__dict__.get("_pcishield"), ConnectionState):
        return connection
    state = ConnectionState(enforcer)
    state.open(connection)
    connection._pcishield = state
    connection.__class__ = guarded
    keep_base_columns(connection)
    isolate_converter(connection)
    return connection
