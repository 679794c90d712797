"""The guarded asyncio cursors: the same as the sync ones, awaiting.

What is judged, counted and masked is decided in ``calls``, ``state`` and ``gates``; here is only how to wait.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar

from pcishield.drivers.mysql_connector.calls import admitted, exhausted, finished, opened, state_of
from pcishield.drivers.mysql_connector.cursor import COMMON, after_end, guard_for, refusing, turn_to_next
from pcishield.drivers.mysql_connector.interrupted import struck
from pcishield.drivers.mysql_connector.state import ConnectionState, running
from pcishield.drivers.mysql_connector.surfaces import AIO_CURSOR
from pcishield.exceptions import ShieldError
from pcishield.runtime.dress import dressed
from pcishield.runtime.operation import Operation
from pcishield.runtime.surface import build

__all__ = ["adopt_aio_cursor", "amarked", "arun", "guarded_aio_cursor"]

T = TypeVar("T")


async def arun(state: ConnectionState, operation: Operation, call: Callable[[], Awaitable[T]]) -> T:
    """Take ``operation`` through the flow, with the connection marked while the driver works."""

    async def work() -> T:
        return await amarked(state, operation, call)

    assert state.session is not None
    state.begin()
    try:
        return await state.session.arun(operation, work)
    except BaseException as error:
        state.redact(error, operation)
        raise


async def amarked(state: ConnectionState, operation: Operation | None, call: Callable[[], Awaitable[T]]) -> T:
    """Call the driver with the connection marked, so that its own calls pass the gates."""
    before = state.executing
    state.executing = operation
    token = running.set(state)
    try:
        return await call()
    finally:
        running.reset(token)
        state.executing = before


def _statement(method: str, original: Callable[..., Any]) -> Any:
    async def statement(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self, *args, **kwargs)
        operation, args = opened(self, state, method, args, kwargs)
        if operation is None:
            return await original(self, *args, **kwargs)

        begun = False

        async def call() -> Any:
            nonlocal begun
            begun = True
            value = await original(self, *args, **kwargs)
            if method == "callproc":
                _adopt_stored(self)
            finished(self, state, operation, method)
            return value

        try:
            value = await arun(state, operation, call)
        except ShieldError as error:
            if not begun:
                with refusing(state, error):
                    await amarked(state, operation, lambda: original(self, *args, **kwargs))
            raise
        if method == "callproc" and value:
            admitted(self, [value])
        return value

    return dressed(statement, original)


def _fetch(method: str, original: Callable[..., Any]) -> Any:
    single = method == "fetchone"

    async def fetch(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self, *args, **kwargs)
        if self._pcishield_ended is not None:
            return after_end(self, single)
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

    return dressed(fetch, original)


def _nextset(original: Callable[..., Any]) -> Any:
    async def nextset(self: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return await original(self)
        operation = self._pcishield_operation
        state.advance(operation)
        try:
            more = await amarked(state, operation, lambda: original(self))
        except BaseException as error:
            struck(state, error)
            state.failed(error, operation)
            raise
        turn_to_next(self, state, operation, more)
        return more

    return dressed(nextset, original)


def _fetch_warnings(original: Callable[..., Any]) -> Any:
    async def fetch_warnings(self: Any) -> Any:
        state = state_of(self)
        if state is None:
            return await original(self)
        operation = state.executing or self._pcishield_operation
        with state.own():
            rows = await original(self)
        return state.clean_warnings(state.clean_warnings(rows, operation), state.subject)

    return fetch_warnings


def _stored_results(original: Callable[..., Any]) -> Any:
    def stored_results(self: Any) -> Any:
        _adopt_stored(self)
        return original(self)

    return dressed(stored_results, original)


def _adopt_stored(cursor: Any) -> None:
    for stored in cursor._stored_results:
        adopt_aio_cursor(stored)


def _close_cursor(original: Callable[..., Any]) -> Any:
    async def close(self: Any) -> Any:
        exhausted(self)
        return await original(self)

    return dressed(close, original)


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


def adopt_aio_cursor(cursor: Any) -> Any:
    """Turn a cursor that the driver has made into a guarded one, in place."""
    guarded = guard_for(type(cursor), guarded_aio_cursor)
    if type(cursor) is not guarded:
        cursor.__class__ = guarded
    return cursor
