"""Writes records that nobody waits for: the RESULT of rows not fetched in time, and what finalizers leave behind.

One daemon thread per shield, started at the first of them, asleep while there is none.

Finalizers must leave it to this thread: the garbage collector may run one in the middle of anything, the log's
own lock included, and a record written from there would wait for that lock for ever. ``add`` is safe in a
finalizer, for ``SimpleQueue.put`` is reentrant.
"""

from __future__ import annotations

import os
from collections import deque
from queue import SimpleQueue
from threading import Event, Lock, RLock, Thread
from typing import Protocol

from pcishield.exceptions import AuditUnavailable

__all__ = ["Lingering", "Settleable"]


class Settleable(Protocol):
    """Something that has a record to write."""

    def settle(self) -> None:
        """Write it. Idempotent. Raises AuditUnavailable."""
        ...


class Lingering:
    """Operations whose RESULT is pending. Thread-safe; survives a fork (the child starts a thread of its own).

    Args:
        seconds: How long a RESULT may wait for its rows.
    """

    def __init__(self, seconds: float = 0.25) -> None:
        self._seconds = seconds
        self._waiting: deque[Settleable] = deque()
        self._wake: SimpleQueue[None] = SimpleQueue()
        # Reentrant: starting a thread may run the garbage collector, and a finalizer then adds something.
        self._starting = RLock()
        # Held while settling, so that close() does not overtake the thread. Finalizers never take it.
        self._settling = Lock()
        self._pid = 0
        self._closed = False

    def add(self, operation: Settleable) -> None:
        """Settle ``operation`` after a moment, unless it finishes before. Safe in a finalizer."""
        if self._pid != os.getpid():
            self._start()
        self._waiting.append(operation)
        if self._wake.empty():
            self._wake.put(None)

    def settle(self, count: int | None = None) -> None:
        """Settle the oldest ``count`` operations, all by default."""
        with self._settling:
            for _ in range(len(self._waiting) if count is None else count):
                try:
                    operation = self._waiting.popleft()
                except IndexError:
                    return
                self._settle(operation)

    def close(self) -> None:
        """Settle all and stop."""
        self._closed = True
        self.settle()
        self._wake.put(None)

    def _settle(self, operation: Settleable) -> None:
        try:
            operation.settle()
        except AuditUnavailable:
            # The log has stopped taking records and refuses every further statement itself;
            # the attempt without result is what verify reports for this one.
            return

    def _start(self) -> None:
        with self._starting:
            if self._pid == os.getpid() or self._closed:
                return
            if self._pid:
                # After a fork: the parent writes its own; the inherited ones are not this process's.
                self._waiting.clear()
                self._wake = SimpleQueue()
                self._settling = Lock()
            self._pid = os.getpid()
            Thread(target=self._work, args=(self._pid,), name="pcishield-results", daemon=True).start()

    def _work(self, pid: int) -> None:
        pause = Event()
        wake = self._wake
        while not self._closed and pid == os.getpid():
            wake.get()
            count = len(self._waiting)
            pause.wait(self._seconds)
            self.settle(count)
            if self._waiting and wake.empty():
                wake.put(None)
