"""The guarded cursor classes: one beneath each cursor class of the driver, pure and C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TypeVar

from pcishield.drivers.mysql_connector.calls import (
    admitted,
    exhausted,
    finished,
    opened,
    shown_executed,
    state_of,
)
from pcishield.drivers.mysql_connector.interrupted import struck
from pcishield.drivers.mysql_connector.state import ConnectionState, running
from pcishield.drivers.mysql_connector.surfaces import CURSOR
from pcishield.exceptions import ShieldError
from pcishield.runtime.dress import dressed
from pcishield.runtime.operation import Operation
from pcishield.runtime.stamp import under
from pcishield.runtime.surface import build

__all__ = [
    "COMMON",
    "adopt_cursor",
    "after_end",
    "guard_for",
    "guarded_cursor",
    "marked",
    "refusing",
    "run",
    "turn_to_next",
]

T = TypeVar("T")


def run(state: ConnectionState, operation: Operation, call: Callable[[], T]) -> T:
    """Take ``operation`` through the flow, with the connection marked while the driver works."""

    def work() -> T:
        return marked(state, operation, call)

    assert state.session is not None
    state.begin()
    try:
        return state.session.run(operation, work)
    except BaseException as error:
        state.redact(error, operation)
        raise


@contextmanager
def refusing(state: ConnectionState, refusal: ShieldError) -> Iterator[None]:
    """Let a cursor's method come as far as the gate, so that it has no result left, as after any error."""
    state.refusal = refusal
    try:
        with suppress(Exception):
            yield
    finally:
        state.refusal = None


def marked(state: ConnectionState, operation: Operation | None, call: Callable[[], T]) -> T:
    """Call the driver with the connection marked, so that its own calls pass the gates."""
    before = state.executing
    state.executing = operation
    token = running.set(state)
    try:
        return call()
    finally:
        running.reset(token)
        state.executing = before


def _statement(method: str, original: Callable[..., Any]) -> Any:
    def statement(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return original(self, *args, **kwargs)
        operation, args = opened(self, state, method, args, kwargs)
        if operation is None:
            return original(self, *args, **kwargs)

        begun = False

        def call() -> Any:
            nonlocal begun
            begun = True
            value = original(self, *args, **kwargs)
            if method == "callproc":
                _adopt_stored(self)
            finished(self, state, operation, method)
            return value

        try:
            value = run(state, operation, call)
        except ShieldError as error:
            if not begun:
                with refusing(state, error):
                    marked(state, operation, lambda: original(self, *args, **kwargs))
            raise
        if method == "callproc" and value:
            admitted(self, [value])
        return value

    return dressed(statement, original)


def _fetch(method: str, original: Callable[..., Any]) -> Any:
    single = method == "fetchone"

    def fetch(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return original(self, *args, **kwargs)
        if self._pcishield_ended is not None:
            return after_end(self, single)
        operation = self._pcishield_operation
        token = running.set(state)
        before, state.executing = state.executing, operation
        try:
            value = original(self, *args, **kwargs)
        except BaseException as error:
            state.failed(error, operation)
            raise
        finally:
            running.reset(token)
            state.executing = before
        if not value:
            exhausted(self)
            return value
        try:
            rows = admitted(self, [value] if single else value)
        finally:
            if self._pcishield_ended is not None:
                _drain(self, state)
        if not single:
            if method == "fetchall":
                exhausted(self)
            return rows
        return value if rows else None

    return dressed(fetch, original)


def after_end(cursor: Any, single: bool) -> Any:
    """What a cursor says whose result a limit has ended."""
    if isinstance(cursor._pcishield_ended, BaseException):
        raise cursor._pcishield_ended
    return None if single else []


def _drain(cursor: Any, state: ConnectionState) -> None:
    """Read what the server still sends, so that the connection is fit for the next statement."""
    connection = cursor._connection
    prepared = cursor.__dict__.get("_stmt")
    with state.own():
        if prepared is not None:
            prepared.free_result()
            connection._unread_result = False
        else:
            connection.consume_results()
    cursor._nextrow = (None, None)


def _nextset(original: Callable[..., Any]) -> Any:
    def nextset(self: Any) -> Any:
        state = state_of(self)
        if state is None or running.get() is state:
            return original(self)
        operation = self._pcishield_operation
        state.advance(operation)
        try:
            more = marked(state, operation, lambda: original(self))
        except BaseException as error:
            struck(state, error)
            state.failed(error, operation)
            raise
        turn_to_next(self, state, operation, more)
        return more

    return dressed(nextset, original)


def turn_to_next(cursor: Any, state: ConnectionState, operation: Operation | None, more: Any) -> None:
    """Put the guard of the next result set on the cursor."""
    if not more:
        exhausted(cursor)
        return
    columns = cursor._description
    if not isinstance(cursor._pcishield_ended, BaseException):
        cursor._pcishield_ended = None
    if columns is None:
        cursor._pcishield_result = None
        return
    guard = state.guard_of(columns)
    if guard is None:
        state.executing = operation
        try:
            guard = state.arrived(cursor._connection, columns)
        finally:
            state.executing = None
    cursor._pcishield_result = guard


def _fetch_warnings(original: Callable[..., Any]) -> Any:
    def fetch_warnings(self: Any) -> Any:
        state = state_of(self)
        if state is None:
            return original(self)
        operation = state.executing or self._pcishield_operation
        with state.own():
            rows = original(self)
        return state.clean_warnings(state.clean_warnings(rows, operation), state.subject)

    return fetch_warnings


def _stored_results(original: Callable[..., Any]) -> Any:
    def stored_results(self: Any) -> Iterator[Any]:
        _adopt_stored(self)
        return original(self)  # type: ignore[no-any-return]

    return dressed(stored_results, original)


def _adopt_stored(cursor: Any) -> None:
    for stored in cursor._stored_results:
        adopt_cursor(stored)


def _close(original: Callable[..., Any]) -> Any:
    def close(self: Any) -> Any:
        exhausted(self)
        return original(self)

    return dressed(close, original)


def _set_executed(cursor: Any, value: Any) -> None:
    if value is not None:
        state = state_of(cursor)
        # Whether it will run or not, the text is this one's.
        cursor._pcishield_tried = None if state is None else state.executing
    cursor.__dict__["_executed"] = value


COMMON: dict[str, Any] = {
    "_executed": property(shown_executed, _set_executed),
    "_pcishield_ended": None,
    "_pcishield_guarded": True,
    "_pcishield_operation": None,
    "_pcishield_result": None,
    "_pcishield_tried": None,
}
"""Names that sync and async guarded cursors have alike."""


@lru_cache(maxsize=64)
def guarded_cursor(base: Any) -> type:
    """Return the guarded subclass of one of the driver's cursor classes."""
    return build(
        base,
        CURSOR,
        {"row": _fetch, "rows": _fetch, "statement": _statement},
        names=COMMON
        | {
            "_fetch_warnings": _fetch_warnings(base._fetch_warnings),
            "_pcishield_lists_only": _lists_only(base),
            "close": _close(base.close),
            "nextset": _nextset(base.nextset),
            "stored_results": _stored_results(base.stored_results),
        },
    )


def _lists_only(base: type) -> bool:
    """Whether ``executemany`` of this class takes lists and tuples only (the C implementation's)."""
    names = {cls.__name__ for cls in base.__mro__}
    return "CMySQLCursor" in names and "CMySQLCursorPrepared" not in names


def guard_for(cls: type, make: Callable[[Any], type]) -> type:
    """Return ``cls`` with the guard beneath it: the user's class stays, the driver's becomes the guarded one.

    Args:
        cls: A cursor class, the driver's, a user's, or guarded already; anything else is returned as it is.
        make: Makes the guarded subclass of a driver's class.
    """
    if getattr(cls, "_pcishield_guarded", False):
        return cls
    base = next((c for c in cls.__mro__ if c.__module__.startswith("mysql.connector.")), None)
    if base is None:
        return cls
    guard = make(base)
    return guard if cls is base else under(cls, guard)


def adopt_cursor(cursor: Any) -> Any:
    """Turn a cursor that the driver has made into a guarded one, in place."""
    guarded = guard_for(type(cursor), guarded_cursor)
    if type(cursor) is not guarded:
        cursor.__class__ = guarded
    return cursor
