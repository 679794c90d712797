"""The guarded asyncio connections: the same as the sync ones, awaiting."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mysql.connector.errors import Error as MySQLError
from mysql.connector.errors import InterfaceError

from pcishield.drivers.generic.opening import cleaned
from pcishield.drivers.mysql_connector.aio_cursor import adopt_aio_cursor, amarked, arun, guarded_aio_cursor
from pcishield.drivers.mysql_connector.calls import (
    finished,
    opened_execution,
    opened_query,
    refused_infile,
    use_statement,
)
from pcishield.drivers.mysql_connector.catalog import CLOCK, CatalogReader
from pcishield.drivers.mysql_connector.connection import init, keep_base_columns, with_guarded_class
from pcishield.drivers.mysql_connector.converter import converter_names
from pcishield.drivers.mysql_connector.estimate import aestimates
from pcishield.drivers.mysql_connector.gates import known_columns, masked_rows, remember_prepared, sent
from pcishield.drivers.mysql_connector.interrupted import READS, struck, watched
from pcishield.drivers.mysql_connector.opening import configuring, introduce, lent
from pcishield.drivers.mysql_connector.state import ConnectionState, argument, is_own, running, secured
from pcishield.drivers.mysql_connector.surfaces import AIO_CONNECTION
from pcishield.exceptions import ShieldError
from pcishield.runtime.database_clock import Asked
from pcishield.runtime.dress import dressed
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["guarded_aio_connection"]


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
            return sent(self, state, await original(self, *args, **kwargs))

        if state.passing():
            return await call()
        query = argument(args, kwargs, 0, "query")
        if is_own(query):
            state.ready(self)
            with state.own():
                return await original(self, *args, **kwargs)
        return await _judged(self, state, query, "cmd_query", call)

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


async def _stepwise(connection: Any, state: ConnectionState, sql: Any, results: Any) -> AsyncGenerator[Any, None]:
    async def step() -> Any:
        return sent(connection, state, await anext(results))

    operation = opened_query(connection, state, sql, "cmd_query_iter")

    async def first() -> Any:
        result = await step()
        operation.pending(True)
        return result

    yield await arun(state, operation, first)
    while True:
        state.advance(operation)
        try:
            result = await amarked(state, operation, step)
        except StopAsyncIteration:
            return
        except BaseException as error:
            struck(state, error)
            state.failed(error, operation)
            raise
        yield result


def _cmd_stmt_prepare(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_prepare(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        state.passing()
        try:
            prepared = await amarked(state, state.executing, lambda: original(self, *args, **kwargs))
        except BaseException as error:
            state.failed(error, None)
            raise
        remember_prepared(self, state, prepared, argument(args, kwargs, 0, "statement"))
        return prepared

    return dressed(cmd_stmt_prepare, original)


def _cmd_stmt_execute(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield

        async def call() -> Any:
            return sent(self, state, await original(self, *args, **kwargs))

        if state.passing():
            return await call()
        text = state.prepared.get(argument(args, kwargs, 0, "statement_id"))
        operation = opened_execution(self, state, text, argument(args, kwargs, 1, "data"), "cmd_stmt_execute")

        async def work() -> Any:
            result = await call()
            finished(None, state, operation, "cmd_stmt_execute")
            return result

        return await arun(state, operation, work)

    return dressed(cmd_stmt_execute, original)


def _cmd_stmt_close(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_close(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._pcishield.prepared.pop(argument(args, kwargs, 0, "statement_id"), None)
        return await original(self, *args, **kwargs)

    return dressed(cmd_stmt_close, original)


def _cmd_stmt_send_long_data(original: Callable[..., Any]) -> Any:
    async def cmd_stmt_send_long_data(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        if not state.passing():
            state.ready(self).refuse(
                "cmd_stmt_send_long_data",
                "what is sent this way cannot be judged together with its statement.",
                "Pass the file as a parameter to a prepared cursor: cursor(prepared=True).",
            )
        return await original(self, *args, **kwargs)

    return dressed(cmd_stmt_send_long_data, original)


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

    return dressed(get_rows, original)


def _discarding(original: Callable[..., Any]) -> Any:
    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        before, state.discarding = state.discarding, True
        try:
            return await original(self, *args, **kwargs)
        finally:
            state.discarding = before

    return dressed(method, original)


def _ending(original: Callable[..., Any]) -> Any:
    ended = _discarding(original)

    async def method(self: Any) -> Any:
        result = await ended(self)
        self._pcishield.over = self._pcishield.operation
        return result

    return dressed(method, original)


def _cursor(original: Callable[..., Any]) -> Any:
    async def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        args = with_guarded_class(args, kwargs, guarded_aio_cursor)
        return adopt_aio_cursor(await original(self, *args, **kwargs))

    return dressed(cursor, original)


def _info_query(original: Callable[..., Any]) -> Any:
    async def info_query(self: Any, query: Any) -> Any:
        state: ConnectionState = self._pcishield
        if not is_own(query) and running.get() is not state:
            return await original(self, query)  # a guarded cursor does the work
        state.ready(self)
        with state.own():
            return await original(self, query)

    return dressed(info_query, original)


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

    return dressed(cmd_init_db, original)


def _set_database(original: Callable[..., Any]) -> Any:
    async def set_database(self: Any, value: Any) -> None:
        await original(self, value)
        self._pcishield.turn_to(str(value))

    return dressed(set_database, original)


async def _cast_net(connection: Any) -> None:
    """Tell the server's new session what it is to refuse by itself. A failure ends the connection."""
    state: ConnectionState = connection._pcishield
    statements = state.net(connection)
    try:
        with state.own():
            for sql in statements:
                await connection.cmd_query(sql)
    except BaseException:
        await connection.close()
        raise


async def _ask_clock(connection: Any) -> None:
    """Ask the server's clock, if it can be told."""
    state: ConnectionState = connection._pcishield
    if state.asks_clock():
        with suppress(MySQLError):
            asked = Asked()
            state.asked_clock(asked, await CatalogReader(connection, state).aread(CLOCK))


def _connect(original: Callable[..., Any]) -> Any:
    async def connect(self: Any) -> None:
        state: ConnectionState = self._pcishield
        # A resolver may block.
        opening = await asyncio.to_thread(state.next_opening) if state.profile else state.next_opening()
        introduce(self, opening)
        failed: BaseException | None = None
        session = state.open(self)
        keep_base_columns(self)
        if self._ssl_disabled:
            state.protected(self, False)
        state.starting(self)
        try:
            with lent(self, opening):
                await original(self)
        except BaseException as error:
            session.sanitise(error)
            session.close()
            failed = cleaned(opening, error)
        finally:
            state.connecting = False
        if failed is not None:
            raise failed
        if not self._ssl_disabled:
            try:
                state.protected(self, secured(self))
            except BaseException:
                await self.close()
                raise
        aestimates(self, state, session)
        weakref.finalize(self, session.abandon).atexit = False
        state.connected(self)
        await _cast_net(self)
        await _ask_clock(self)

    return dressed(connect, original)


def _closing(original: Callable[..., Any]) -> Any:
    async def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await original(self, *args, **kwargs)
        finally:
            self._pcishield.close()

    return dressed(close, original)


def _reconnect(original: Callable[..., Any]) -> Any:
    async def reconnect(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            await original(self, *args, **kwargs)
        except InterfaceError as error:
            if isinstance(error.__cause__, ShieldError):
                raise error.__cause__ from None
            raise

    return dressed(reconnect, original)


def _cmd_change_user(original: Callable[..., Any]) -> Any:
    async def cmd_change_user(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        facts = {"user": argument(args, kwargs, 0, "username") or ""}
        facts["database"] = argument(args, kwargs, 2, "database") or ""
        with state.renewed(self, **facts):
            result = await original(self, *args, **kwargs)
            await _cast_net(self)
            return result

    return dressed(cmd_change_user, original)


def _cmd_reset_connection(original: Callable[..., Any]) -> Any:
    async def cmd_reset_connection(self: Any) -> Any:
        with self._pcishield.renewed(self):
            result = await original(self)
            await _cast_net(self)
            return result

    return dressed(cmd_reset_connection, original)


def _infile(original: Callable[..., Any]) -> Any:
    async def handle(self: Any, *args: Any, **kwargs: Any) -> Any:
        refused_infile(self, self._pcishield)
        return await original(self, *args, **kwargs)

    return handle


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
    "commit": _ending,
    "consume_results": _discarding,
    "cursor": _cursor,
    "disconnect": _closing,
    "get_rows": _get_rows,
    "info_query": _info_query,
    "reconnect": _reconnect,
    "rollback": _ending,
    "set_database": _set_database,
    "shutdown": _closing,
}


def guarded_aio_connection(base: Any, enforcer: Callable[[], Enforcer]) -> type:
    """Return the guarded subclass of the driver's asyncio connection class.

    Args:
        base: ``mysql.connector.aio.MySQLConnection``.
        enforcer: Called at each connect for the shield to use.
    """
    reads = {name: watched(getattr(base, name)) for name in READS}
    names = reads | {name: wrap(reads.get(name) or getattr(base, name)) for name, wrap in _WRAPPERS.items()}
    names["__init__"] = init(base.__init__, enforcer)
    if hasattr(base, "_set_connection_options"):  # where there are pools; else only the constructor takes options
        names["_set_connection_options"] = configuring(base._set_connection_options)
    return build(base, AIO_CONNECTION, {}, names=converter_names(base) | names, slots=False)
