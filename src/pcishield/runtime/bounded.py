"""Run what might hang (a resolver, an identity provider, an HTTP exchange) for so long and no longer.

A thread cannot be stopped from outside: what is late goes on in a daemon thread, and its outcome is dropped.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["bounded"]

T = TypeVar("T")


def bounded(call: Callable[[], T], seconds: float, late: Callable[[T], None] | None = None) -> T:
    """Return what ``call`` returns, or raise what it raises.

    Args:
        call: Runs in a thread with the caller's context.
        seconds: How long it may take.
        late: Called with the outcome, in that thread, if it succeeds after all: to give back what nobody waits for.

    Raises:
        TimeoutError: It takes longer.
    """
    future: Future[T] = Future()
    lock = threading.Lock()
    given_up = False

    def run() -> None:
        try:
            value: Any = call()
        except BaseException as error:
            future.set_exception(error)
            return
        with lock:
            if not given_up:
                future.set_result(value)
                return
        if late is not None:
            late(value)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), name="pcishield-bounded", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        with lock:
            given_up = not future.done()
        if given_up:
            raise TimeoutError(f"no answer within {seconds:g} s") from None
        return future.result()
