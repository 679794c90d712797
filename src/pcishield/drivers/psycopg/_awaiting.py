"""Waiting in an event loop for the answer to a statement that is known: the driver's ``wait_async``, with fewer steps.

The driver sets a timer for each wait, so that whoever waits looks after itself ten times a second: a socket that
somebody closed never gets ready. One timer does that here for all that wait in a loop. It is used where the driver's
functions are those that were followed (psycopg 3.2.3 to 3.3.9); an interruption is given back to the driver.
"""

from __future__ import annotations

import threading
import weakref
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Generator
from time import monotonic
from typing import Any

from psycopg import AsyncConnection, waiting
from psycopg import errors as e
from psycopg.connection_async import _INTERRUPTED
from psycopg.waiting import READY_R, READY_W, WAIT_R, WAIT_W

from pcishield.drivers.psycopg._followed import same
from pcishield.drivers.psycopg._interrupted import Interrupted

__all__ = ["follows", "waited"]

_WAITS: Any = waiting.wait_async
_DRIVER: Any = AsyncConnection.wait
_FOLLOWED_WAIT = (
    "ACTIVE QueryCanceled _INTERRUPTED _try_cancel e pgconn socket transaction_status wait_async waiting",
    "ACTIVE BaseException Exception QueryCanceled _INTERRUPTED _WaitTimeout __name__ _try_cancel e finish isinstance "
    "logger pgconn socket transaction_status type wait_async waiting warning",
)
_FOLLOWED_WAITS = (
    "Event InternalError OSError OperationalError READY_R READY_W StopIteration TimeoutError WAIT_R WAIT_W add_reader "
    "add_writer args clear e get_event_loop next remove_reader remove_writer send str wait wait_for",
    "Event InternalError OSError OperationalError READY_R READY_W StopIteration TimeoutError ValueError WAIT_R WAIT_W "
    "add_reader add_writer clear e get_event_loop next remove_reader remove_writer send value wait wait_for",
    "InternalError MAX_BUSY_TIME OSError OperationalError READY_R READY_W StopIteration ValueError WAIT_R WAIT_W "
    "_WaitTimeout _last_yield _ready _wait_time add_reader add_writer call_later cancel create_future e "
    "get_running_loop monotonic next remove_reader remove_writer send sleep value",
)


_FOLLOWED = same(_DRIVER, _FOLLOWED_WAIT) and same(_WAITS, _FOLLOWED_WAITS)
_INTERVAL: float = _DRIVER.__defaults__[0]
_NOTES_YIELDS = hasattr(waiting, "_last_yield")
_CLOSED = "connection socket closed" if "connection socket closed" in _WAITS.__code__.co_consts else ""


class _Pulse:
    """Wakes those who have waited in one event loop for longer than the interval, and for less than two."""

    __slots__ = ("_beats", "_before", "_since")

    def __init__(self) -> None:
        self._since: set[Future[int]] = set()
        self._before: set[Future[int]] = set()
        self._beats = False

    def add(self, loop: AbstractEventLoop, future: Future[int]) -> None:
        """Look after one more."""
        self._since.add(future)
        if not self._beats:
            self._beats = True
            loop.call_later(_INTERVAL, self._beat, loop)

    def discard(self, future: Future[int]) -> None:
        """It waits no longer."""
        self._since.discard(future)
        self._before.discard(future)

    def _beat(self, loop: AbstractEventLoop) -> None:
        for future in self._before:
            _wake(future, 0)
        self._before, self._since = self._since, set()
        self._beats = bool(self._before)
        if self._beats:
            loop.call_later(_INTERVAL, self._beat, loop)


class _Here(threading.local):
    loop: weakref.ref[AbstractEventLoop] | None = None
    pulse: _Pulse


_here = _Here()


def _pulse_of(loop: AbstractEventLoop) -> _Pulse:
    if _here.loop is None or _here.loop() is not loop:
        _here.loop = weakref.ref(loop)
        _here.pulse = _Pulse()
    return _here.pulse


def _wake(future: Future[int], state: int) -> None:
    if not future.done():
        future.set_result(state)


def follows(original: Any) -> bool:
    """Whether :func:`waited` does what ``original``, the ``wait`` of a connection class, does."""
    return _FOLLOWED and original is _DRIVER


async def waited(connection: Any, gen: Generator[int, int, Any]) -> Any:
    """Be ``await AsyncConnection.wait(connection, gen)``."""
    if waiting.wait_async is not _WAITS:
        return await _DRIVER(connection, gen)
    try:
        fileno = connection.__dict__["pgconn"].socket
        state = next(gen)
        loop = get_running_loop()
        pulse = _pulse_of(loop)
        while True:
            if not state & (WAIT_R | WAIT_W):
                raise e.InternalError(f"bad poll status: {state}")
            future: Future[int] = loop.create_future()
            if state & WAIT_R:
                loop.add_reader(fileno, _wake, future, READY_R)
            if state & WAIT_W:
                loop.add_writer(fileno, _wake, future, READY_W)
            pulse.add(loop, future)
            try:
                ready = await future
            finally:
                pulse.discard(future)
                if _NOTES_YIELDS:
                    waiting._last_yield = monotonic()
                if state & WAIT_R:
                    loop.remove_reader(fileno)
                if state & WAIT_W:
                    loop.remove_writer(fileno)
            state = gen.send(ready)
    except StopIteration as done:
        return done.value
    except OSError as error:
        raise e.OperationalError(_CLOSED or str(error)) from error
    except _INTERRUPTED as error:
        return await _DRIVER(connection, Interrupted(gen, error))
