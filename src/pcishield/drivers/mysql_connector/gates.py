"""The gates of a guarded connection: where SQL goes in and rows come out, pure and C."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from mysql.connector.errors import InterfaceError

from pcishield.drivers.mysql_connector.calls import finished, opened_execution, opened_query, use_statement
from pcishield.drivers.mysql_connector.cursor import marked, run
from pcishield.drivers.mysql_connector.interrupted import struck
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, is_own, running
from pcishield.runtime.dress import dressed

__all__ = [
    "GATES",
    "PURE_GATES",
    "as_sql",
    "judged",
    "known_columns",
    "masked_rows",
    "refresh_statement",
    "remember_prepared",
    "result_parts",
    "sent",
]

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


def sent(connection: Any, state: ConnectionState, result: Any, handle: Any = None) -> Any:
    """Note what a statement that has just been sent returned."""
    if state.asking:
        return result
    columns = result_parts(result)
    if columns is None:
        state.nothing_arrived()
    else:
        state.arrived(connection, columns, handle)
    return result


def judged(connection: Any, state: ConnectionState, sql: str, method: str, call: Callable[[], Any]) -> Any:
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
        if state.passing():
            return sent(self, state, original(self, *args, **kwargs))
        query = argument(args, kwargs, 0, "query")
        if is_own(query):
            state.ready(self)
            with state.own():
                return original(self, *args, **kwargs)
        return judged(self, state, query, "cmd_query", lambda: sent(self, state, original(self, *args, **kwargs)))

    return dressed(cmd_query, original)


def _cmd_query_iter(original: Callable[..., Any]) -> Any:
    def cmd_query_iter(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        passing = state.passing()
        results = original(self, *args, **kwargs)
        if passing:
            return results
        return _stepwise(self, state, argument(args, kwargs, 0, "statements"), results)

    return dressed(cmd_query_iter, original)


def _stepwise(connection: Any, state: ConnectionState, sql: Any, results: Any) -> Generator[Any, None, None]:
    def step() -> Any:
        return sent(connection, state, next(results))

    operation = opened_query(connection, state, sql, "cmd_query_iter")

    def first() -> Any:
        result = step()
        operation.pending(True)
        return result

    yield run(state, operation, first)
    while True:
        state.advance(operation)
        try:
            result = marked(state, operation, step)
        except StopIteration:
            return
        except BaseException as error:
            struck(state, error)
            state.failed(error, operation)
            raise
        yield result


def _cmd_stmt_prepare(original: Callable[..., Any]) -> Any:
    def cmd_stmt_prepare(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        state.passing()
        statement = argument(args, kwargs, 0, "statement")
        try:
            prepared = marked(state, state.executing, lambda: original(self, *args, **kwargs))
        except BaseException as error:
            state.failed(error, None)
            raise
        remember_prepared(self, state, prepared, statement)
        return prepared

    return dressed(cmd_stmt_prepare, original)


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
            return sent(self, state, original(self, *args, **kwargs), None if pure else handle)

        if state.passing():
            return call()
        text = state.prepared.get(handle) if pure else state.handles.get(handle)
        parameters = argument(args, kwargs, 1, "data") if pure else args[1:]
        operation = opened_execution(self, state, text, parameters, "cmd_stmt_execute")

        def work() -> Any:
            result = call()
            finished(None, state, operation, "cmd_stmt_execute")
            return result

        return run(state, operation, work)

    return dressed(cmd_stmt_execute, original)


def _cmd_stmt_close(original: Callable[..., Any]) -> Any:
    def cmd_stmt_close(self: Any, *args: Any, **kwargs: Any) -> Any:
        handle = argument(args, kwargs, 0, "statement_id")
        if isinstance(handle, int):
            self._pcishield.prepared.pop(handle, None)
        return original(self, *args, **kwargs)

    return dressed(cmd_stmt_close, original)


def _cmd_stmt_send_long_data(original: Callable[..., Any]) -> Any:
    def cmd_stmt_send_long_data(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if not state.passing():
            state.ready(self).refuse(
                "cmd_stmt_send_long_data",
                "what is sent this way cannot be judged together with its statement.",
                "Pass the file as a parameter to a prepared cursor: cursor(prepared=True).execute(...).",
            )
        return original(self, *args, **kwargs)

    return dressed(cmd_stmt_send_long_data, original)


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
    rows = guard.mask(rows) if running.get() is state else guard.rows(rows)
    return state.diagnosed(rows) if handle is None else rows


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

    return dressed(get_rows, original)


def _discarding(original: Callable[..., Any]) -> Any:
    """Wrap a method that reads rows only to be rid of them."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        before, state.discarding = state.discarding, True
        try:
            return original(self, *args, **kwargs)
        finally:
            state.discarding = before

    return dressed(method, original)


def _ending(original: Callable[..., Any]) -> Any:
    """Wrap a method that ends the transaction; rows that it reads it only gets rid of."""
    ended = _discarding(original)

    def method(self: Any) -> Any:
        result = ended(self)
        self._pcishield.over = self._pcishield.operation
        return result

    return dressed(method, original)


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

    return dressed(info_query, original)


def as_sql(method: str, text: Callable[..., str], original: Callable[..., Any]) -> Any:
    """Wrap a method that has a command of its own in the protocol, and is judged as the SQL that does the same."""

    def command(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if state.connecting or running.get() is state:
            return original(self, *args, **kwargs)
        return judged(self, state, text(*args, **kwargs), method, lambda: original(self, *args, **kwargs))

    return dressed(command, original)


def _cmd_init_db(original: Callable[..., Any]) -> Any:
    command = as_sql("cmd_init_db", use_statement, original)

    def cmd_init_db(self: Any, database: Any) -> Any:
        result = command(self, database)
        self._pcishield.turn_to(str(database))
        return result

    return dressed(cmd_init_db, original)


def refresh_statement(options: int) -> str:
    """Return SQL that does what COM_REFRESH with these options does."""
    return "; ".join(sql for bit, sql in _REFRESH.items() if options & bit) or "FLUSH"


GATES: dict[str, Callable[[Any], Any]] = {
    "cmd_init_db": _cmd_init_db,
    "cmd_query": _cmd_query,
    "cmd_stmt_close": _cmd_stmt_close,
    "cmd_stmt_execute": _cmd_stmt_execute,
    "cmd_stmt_prepare": _cmd_stmt_prepare,
    "cmd_stmt_send_long_data": _cmd_stmt_send_long_data,
    "commit": _ending,
    "consume_results": _discarding,
    "get_rows": _get_rows,
    "info_query": _info_query,
    "rollback": _ending,
}
"""From the driver's method to the guarded one, by name, for both implementations."""

PURE_GATES: dict[str, Callable[[Any], Any]] = {"cmd_query_iter": _cmd_query_iter}
"""The same for what only the pure implementation has."""
