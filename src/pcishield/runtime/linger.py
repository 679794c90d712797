"""Writes the RESULT of operations whose rows are not fetched in time, so that the log lags by a moment at most.

One daemon thread per shield, started at the first such operation, asleep while there is none.
"""

from __future__ import annotations

import os
from collections import deque
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from pcishield.exceptions import AuditUnavailable

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = ["Lingering"]


class Lingering:
    """Operations whose RESULT is pending. Thread-safe; survives a fork (the child starts a thread of its own).

    Args:
        seconds: How long a RESULT may wait for its rows.
    """

    def __init__(self, seconds: float = 0.25) -> None:
        self._seconds = seconds
        self._operations: deque[Operation] = deque()
        self._wake = Event()
        self._lock = Lock()
        self._pid = 0
        self._closed = False

    def add(self, operation: Operation) -> None:
        """Settle ``operation`` after a moment, unless it finishes before."""
        self._operations.append(operation)
        if self._pid != os.getpid():
            self._start()
        if not self._wake.is_set():
            self._wake.set()

    def settle(self, count: int | None = None) -> None:
        """Settle the oldest ``count`` operations, all by default."""
        left = len(self._operations) if count is None else count
        while left > 0:
            left -= 1
            try:
                operation = self._operations.popleft()
            except IndexError:
                return
            try:
                operation.settle()
            except AuditUnavailable:
                # The log has stopped taking records and refuses every further statement itself;
                # the attempt without result is what verify reports for this one.
                continue

    def close(self) -> None:
        """Settle all and stop."""
        self._closed = True
        self._wake.set()
        self.settle()

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            if self._pid:
                # After a fork: the parent writes its own; the inherited ones are not this process's.
                last = self._operations.pop()
                self._operations.clear()
                self._operations.append(last)
                self._wake = Event()
            self._pid = os.getpid()
            Thread(target=self._work, args=(self._pid,), name="pcishield-results", daemon=True).start()

    def _work(self, pid: int) -> None:
        pause = Event()
        while not self._closed and pid == os.getpid():
            self._wake.wait()
            self._wake.clear()
            waiting = len(self._operations)
            pause.wait(self._seconds)
            self.settle(waiting)
            if self._operations:
                self._wake.set()
