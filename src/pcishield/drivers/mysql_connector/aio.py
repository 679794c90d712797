"""The guarded asyncio classes: the same as the sync ones, awaiting.

What is judged, counted and masked is decided in ``calls``, ``state`` and ``connection``; here is only how to wait.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from mysql.connector.errors import InterfaceError

from pcishield.drivers.mysql_connector.calls import (
    admitted,
    exhausted,
    finished,
    opened,
    opened_execution,
    opened_query,
    refused_infile,
    state_of,
    use_statement,
)
from pcishield.drivers.mysql_connector.connection import (
    _sent,
    keep_base_columns,
    known_columns,
    masked_rows,
    remember_prepared,
    shared_names,
)
from pcishield.drivers.mysql_connector.cursor import COMMON, _after_end, guard_for, turn_to_next
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, is_own, running
from pcishield.drivers.mysql_connector.surfaces import AIO_CONNECTION, AIO_CURSOR
from pcishield.exceptions import ShieldError
from pcishield.runtime.operation import Operation
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["guarded_aio_connection", "guarded_aio_cursor"]

T = TypeVar("T")

_CURSOR_CLASS = 3


async def arun(state: ConnectionState, operation: Operation, call: Callable[[], Awaitable[T]]) -> T:
    async def work() -> T:
        return await amarked(state, operation, call)

    assert state.session is not None
    state.guards.clear()
    try:
        return await state.session.arun(operation, work)
    except BaseException as error:
        state.redact(error, operation)
        raise


async def amarked(state: ConnectionState, operation: Operation | None, call: Callable[[], Awaitable[T]]) -> T:
    before = state.executing
    state.executing = operation
    token = running.set(state)
    try:
        return await call()
    finally:
        running.reset(token)
        state.executing = before


# Cursors


def _statement(method: str, original: Callable[..., Any]) -> Any:
    async def statement(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self, *args, **kwargs)
        operation, args = opened(self, state, method, args, kwargs)
        if operation is None:
            return await original(self, *args, **kwargs)

        async def call() -> Any:
            value = await original(self, *args, **kwargs)
            if method == "callproc":
                _adopt_stored(self)
            finished(self, state, operation, method)
            return value

        value = await arun(state, operation, call)
        if method == "callproc" and value:
            admitted(self, [value])
        return value

    statement.__name__, statement.__doc__ = method, original.__doc__
    return statement


def _fetch(method: str, original: Callable[..., Any]) -> Any:
    single = method == "fetchone"

    async def fetch(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self, *args, **kwargs)
        if self._pcishield_ended is not None:
            return _after_end(self, single)
        operation = self._pcishield_operation
        try:
            value = await amarked(state, operation, lambda: original(self, *args, **kwargs))
        except BaseException as error:
            state.failed(error, operation)
            raise
        if not value:
            exhausted(self)
            return value
        try:
            rows = admitted(self, [value] if single else value)
        finally:
            if self._pcishield_ended is not None:
                with state.own():
                    await self._connection.consume_results()
                self._nextrow = (None, None)
        if not single:
            if method == "fetchall":
                exhausted(self)
            return rows
        return value if rows else None

    fetch.__name__, fetch.__doc__ = method, original.__doc__
    return fetch


def _nextset(original: Callable[..., Any]) -> Any:
    async def nextset(self: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self)
        operation = self._pcishield_operation
        state.guards.clear()
        try:
            more = await amarked(state, operation, lambda: original(self))
        except BaseException as error:
            state.failed(error, operation)
            raise
        turn_to_next(self, state, operation, more)
        return more

    nextset.__doc__ = original.__doc__
    return nextset


def _fetch_warnings(original: Callable[..., Any]) -> Any:
    async def fetch_warnings(self: Any) -> Any:
        state = state_of(self)
        if state is None:
            return await original(self)
        operation = state.executing or self._pcishield_operation
        with state.own():
            rows = await original(self)
        return state.clean_warnings(rows, operation)

    return fetch_warnings


def _stored_results(original: Callable[..., Any]) -> Any:
    def stored_results(self: Any) -> Any:
        _adopt_stored(self)
        return original(self)

    stored_results.__doc__ = original.__doc__
    return stored_results


def _adopt_stored(cursor: Any) -> None:
    for stored in cursor._stored_results:
        _adopt_cursor(stored)


def _close_cursor(original: Callable[..., Any]) -> Any:
    async def close(self: Any) -> Any:
        exhausted(self)
        return await original(self)

    close.__doc__ = original.__doc__
    return close


@lru_cache(maxsize=64)
def guarded_aio_cursor(base: Any) -> type:
    """Return the guarded subclass of one of the driver's asyncio cursor classes."""
    names = COMMON | {
        "_fetch_warnings": _fetch_warnings(base._fetch_warnings),
        "_pcishield_lists_only": False,
        "close": _close_cursor(base.close),
        "stored_results": _stored_results(base.stored_results),
    }
    if hasattr(base, "nextset"):
        names["nextset"] = _nextset(base.nextset)
    return build(base, AIO_CURSOR, {"row": _fetch, "rows": _fetch, "statement": _statement}, names=names)


def _adopt_cursor(cursor: Any) -> Any:
    guarded = guard_for(type(cursor), guarded_aio_cursor)
    if type(cursor) is not guarded:
        cursor.__class__ = guarded
    return cursor


# Connections


async def _judged(
    connection: Any, state: ConnectionState, sql: str, method: str, call: Callable[[], Awaitable[Any]]
) -> Any:
    operation = opened_query(connection, state, sql, method)

    async def work() -> Any:
        result = await call()
        finished(None, state, operation, method)
        return result

    return await arun(state, operation, work)


def _cmd_query(original: Callable[..., Any]) -> Any:
    async def cmd_query(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield

        async def call() -> Any:
            return _sent(self, state, await original(self, *args, **kwargs))

        if running.get() is state:
            return await call()
        query = argument(args, kwargs, 0, "query")
        if is_own(query):
            state.ready(self)
            with state.own():
                return await original(self, *args, **kwargs)
        return await _judged(self, state, query, "cmd_query", call)

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


async def _stepwise(connection: Any, state: ConnectionState, sql: Any, results: Any) -> AsyncGenerator[Any, None]:
    async def step() -> Any:
        return _sent(connection, state, await anext(results))

    operation = opened_query(connection, state, sql, "cmd_query_iter")

    async def first() -> Any:
        result = await step()
        operation.pending(True)
        return result

    yield await arun(state, operation, first)
    while True:
        try:
            result = await amarked(state, operation, step)
        except StopAsyncIteration:
            return
        except BaseException as error:
            state.failed(error, operation)
            raise
        yield result


def _cmd_stmt_prepare(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_prepare(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        try:
            prepared = await amarked(state, state.executing, lambda: original(self, *args, **kwargs))
        except BaseException as error:
            state.failed(error, None)
            raise
        remember_prepared(self, state, prepared, argument(args, kwargs, 0, "statement"))
        return prepared

    cmd_stmt_prepare.__doc__ = original.__doc__
    return cmd_stmt_prepare


def _cmd_stmt_execute(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield

        async def call() -> Any:
            return _sent(self, state, await original(self, *args, **kwargs))

        if running.get() is state:
            return await call()
        text = state.prepared.get(argument(args, kwargs, 0, "statement_id"))
        operation = opened_execution(self, state, text, argument(args, kwargs, 1, "data"), "cmd_stmt_execute")

        async def work() -> Any:
            result = await call()
            finished(None, state, operation, "cmd_stmt_execute")
            return result

        return await arun(state, operation, work)

    cmd_stmt_execute.__doc__ = original.__doc__
    return cmd_stmt_execute


def _cmd_stmt_close(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_close(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._pcishield.prepared.pop(argument(args, kwargs, 0, "statement_id"), None)
        return await original(self, *args, **kwargs)

    return cmd_stmt_close


def _cmd_stmt_send_long_data(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_send_long_data(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if running.get() is not state:
            state.ready(self).refuse(
                "cmd_stmt_send_long_data",
                "what is sent this way cannot be judged together with its statement.",
                "Pass the file as a parameter to a prepared cursor: cursor(prepared=True).",
            )
        return await original(self, *args, **kwargs)

    return cmd_stmt_send_long_data


def _get_rows(original: Callable[..., Any]) -> Any:
    async def get_rows(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if state.discarding:
            return await original(self, *args, **kwargs)
        columns, _ = known_columns(self, state, args, kwargs)
        if columns is not state.columns and not state.asking and self.unread_result:
            state.arrived(self, columns)
        try:
            rows, eof = await original(self, *args, **kwargs)
        except BaseException as error:
            if running.get() is not state:
                state.failed(error, state.operation)
            raise
        return masked_rows(self, state, state.columns, None, rows), eof

    get_rows.__doc__ = original.__doc__
    return get_rows


def _discarding(original: Callable[..., Any]) -> Any:
    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        before, state.discarding = state.discarding, True
        try:
            return await original(self, *args, **kwargs)
        finally:
            state.discarding = before

    method.__name__, method.__doc__ = original.__name__, original.__doc__
    return method


def _cursor(original: Callable[..., Any]) -> Any:
    async def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        chosen = argument(args, kwargs, _CURSOR_CLASS, "cursor_class")
        if isinstance(chosen, type) and any(c.__module__.startswith("mysql.connector.") for c in chosen.__mro__):
            guarded = guard_for(chosen, guarded_aio_cursor)
            if len(args) > _CURSOR_CLASS:
                args = (*args[:_CURSOR_CLASS], guarded, *args[_CURSOR_CLASS + 1 :])
            else:
                kwargs["cursor_class"] = guarded
        return _adopt_cursor(await original(self, *args, **kwargs))

    cursor.__doc__ = original.__doc__
    return cursor


def _info_query(original: Callable[..., Any]) -> Any:
    async def info_query(self: Any, query: Any) -> Any:
        state: ConnectionState = self._pcishield
        if not is_own(query) and running.get() is not state:
            return await original(self, query)  # a guarded cursor does the work
        state.ready(self)
        with state.own():
            return await original(self, query)

    info_query.__doc__ = original.__doc__
    return info_query


def _cmd_init_db(original: Callable[..., Any]) -> Any:
    async def cmd_init_db(self: Any, database: Any) -> Any:
        state: ConnectionState = self._pcishield
        if state.connecting or running.get() is state:
            result = await original(self, database)
        else:
            result = await _judged(
                self, state, use_statement(database), "cmd_init_db", lambda: original(self, database)
            )
        state.turn_to(str(database))
        return result

    cmd_init_db.__doc__ = original.__doc__
    return cmd_init_db


def _set_database(original: Callable[..., Any]) -> Any:
    async def set_database(self: Any, value: Any) -> None:
        await original(self, value)
        self._pcishield.turn_to(str(value))

    return set_database


def _connect(original: Callable[..., Any]) -> Any:
    async def connect(self: Any) -> None:
        state: ConnectionState = self._pcishield
        session = state.open(self)
        keep_base_columns(self)
        state.connecting = True
        try:
            await original(self)
        except BaseException as error:
            session.sanitise(error)
            session.close()
            raise
        finally:
            state.connecting = False
        weakref.finalize(self, session.close).atexit = False

    connect.__doc__ = original.__doc__
    return connect


def _closing(original: Callable[..., Any]) -> Any:
    async def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await original(self, *args, **kwargs)
        finally:
            self._pcishield.close()

    close.__name__, close.__doc__ = original.__name__, original.__doc__
    return close


def _reconnect(original: Callable[..., Any]) -> Any:
    async def reconnect(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            await original(self, *args, **kwargs)
        except InterfaceError as error:
            if isinstance(error.__cause__, ShieldError):
                raise error.__cause__ from None
            raise

    reconnect.__doc__ = original.__doc__
    return reconnect


def _cmd_change_user(original: Callable[..., Any]) -> Any:
    async def cmd_change_user(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        facts = {"user": argument(args, kwargs, 0, "username") or ""}
        facts["database"] = argument(args, kwargs, 2, "database") or ""
        with state.renewed(self, **facts):
            return await original(self, *args, **kwargs)

    cmd_change_user.__doc__ = original.__doc__
    return cmd_change_user


def _cmd_reset_connection(original: Callable[..., Any]) -> Any:
    async def cmd_reset_connection(self: Any) -> Any:
        with self._pcishield.renewed(self):
            return await original(self)

    cmd_reset_connection.__doc__ = original.__doc__
    return cmd_reset_connection


def _infile(original: Callable[..., Any]) -> Any:
    async def handle(self: Any, *args: Any, **kwargs: Any) -> Any:
        refused_infile(self, self._pcishield)
        return await original(self, *args, **kwargs)

    return handle


def _init(original: Callable[..., Any], enforcer: Callable[[], Enforcer]) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        self._pcishield = ConnectionState(enforcer)
        original(self, *args, **kwargs)

    return __init__


_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "_handle_load_data_infile": _infile,
    "close": _closing,
    "cmd_change_user": _cmd_change_user,
    "cmd_init_db": _cmd_init_db,
    "cmd_query": _cmd_query,
    "cmd_query_iter": _cmd_query_iter,
    "cmd_reset_connection": _cmd_reset_connection,
    "cmd_stmt_close": _cmd_stmt_close,
    "cmd_stmt_execute": _cmd_stmt_execute,
    "cmd_stmt_prepare": _cmd_stmt_prepare,
    "cmd_stmt_send_long_data": _cmd_stmt_send_long_data,
    "connect": _connect,
    "consume_results": _discarding,
    "cursor": _cursor,
    "disconnect": _closing,
    "get_rows": _get_rows,
    "info_query": _info_query,
    "reconnect": _reconnect,
    "rollback": _discarding,
    "set_database": _set_database,
    "shutdown": _closing,
}


def guarded_aio_connection(base: Any, enforcer: Callable[[], Enforcer]) -> type:
    """Return the guarded subclass of the driver's asyncio connection class.

    Args:
        base: ``mysql.connector.aio.MySQLConnection``.
        enforcer: Called at each connect for the shield to use.
    """
    names = {name: wrap(getattr(base, name)) for name, wrap in _WRAPPERS.items()}
    names["__init__"] = _init(base.__init__, enforcer)
    return build(base, AIO_CONNECTION, {}, names=shared_names(base) | names, slots=False)
