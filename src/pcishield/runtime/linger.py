"""Writes records that nobody waits for: the RESULT of rows not fetched in time, and what finalizers leave behind.

One daemon thread per shield, started at the first of them, asleep while there is none.

Finalizers must leave it to this thread: the garbage collector may run one in the middle of anything, the log's
own lock included, and a record written from there would wait for that lock for ever. ``add`` is safe in a
finalizer, for ``SimpleQueue.put`` is reentrant.
"""

from __future__ import annotations

import os
from queue import SimpleQueue
from threading import Event, Lock, RLock, Thread
from time import monotonic_ns
from typing import TYPE_CHECKING
from weakref import WeakSet

from pcishield.exceptions import AuditUnavailable
from pcishield.runtime.hot import linger

if TYPE_CHECKING:
    from pcishield.runtime.hot import Settleable

__all__ = ["Lingering"]


class Lingering:
    """Operations whose RESULT is pending. Thread-safe; survives a fork (the child starts a thread of its own).

    Args:
        seconds: How long a RESULT may wait for its rows.

    Attributes:
        forget: ``forget(operation, None)`` takes one back that has been settled by itself.
    """

    def __init__(self, seconds: float = 0.25) -> None:
        self._seconds = seconds
        # Oldest first. Single operations on a dictionary are atomic, which is all that is relied on.
        self._waiting: dict[Settleable, int] = {}
        self.forget = self._waiting.pop
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._asleep = True
        # Reentrant: starting a thread may run the garbage collector, and a finalizer then adds something.
        self._starting = RLock()
        # Held while settling, so that close() does not overtake the thread. Finalizers never take it.
        self._settling = Lock()
        self._pid = 0
        self._closed = False
        _all.add(self)

    add = linger
    """``add(operation)``: settle it after a moment, unless it finishes before. Safe in a finalizer."""

    def wake(self) -> None:
        """Wake the thread; start it first if there is none."""
        self._asleep = False
        if self._pid != os.getpid():
            self._start()
        self._wake.put(None)

    def settle(self, until: int | None = None) -> None:
        """Settle the operations added until then (monotonic clock, nanoseconds), all by default."""
        with self._settling:
            # The keys alone: listing items makes tuples, and the garbage collector that those start may run a
            # finalizer that adds to the dictionary being listed.
            for operation in list(self._waiting):
                added = self._waiting.get(operation)
                if until is not None and added is not None and added > until:
                    break
                if self._waiting.pop(operation, None) is not None:
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

    def forked(self) -> None:
        """Leave to the parent what is the parent's: the child starts anew."""
        self._waiting.clear()
        self._wake = SimpleQueue()
        self._settling = Lock()
        self._starting = RLock()
        self._asleep = True

    def _start(self) -> None:
        with self._starting:
            if self._pid == os.getpid() or self._closed:
                return
            self._pid = os.getpid()
            Thread(target=self._work, args=(self._pid,), name="pcishield-results", daemon=True).start()

    def _work(self, pid: int) -> None:
        pause = Event()
        wake = self._wake
        while not self._closed and pid == os.getpid():
            wake.get()
            # At least one pause: most are finished by then, and the next to come need not wake anybody.
            while not self._closed:
                pause.wait(self._seconds)
                self.settle(monotonic_ns() - int(self._seconds * 5e8))
                if not self._waiting:
                    break
            # In this order: what is added after the last look finds it asleep.
            self._asleep = True
            if self._waiting:
                self._asleep = False
                wake.put(None)


_all: WeakSet[Lingering] = WeakSet()


def _after_fork() -> None:
    for one in list(_all):
        one.forked()


os.register_at_fork(after_in_child=_after_fork)
