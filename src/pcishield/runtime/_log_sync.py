"""Group commit: many threads wait, one of them makes everything durable that was written by then.

A thread that needs its record on the disk either finds that somebody is syncing, and waits to be woken, or syncs
itself. Who syncs appoints one of those that are not covered to be next. Where several threads wait regularly, who syncs
lets as many come as came before, for a moment at most, so that more of them share it (as ``commit_delay`` does in
PostgreSQL).

Those that are covered wake each other, one after the other: woken all at once they would stand in each other's way
before the interpreter's lock.

A signal may end a thread anywhere, also while it hands over. So nobody relies on being woken: who has waited for a
while under one leader looks for itself, and takes the lead if its line is not on the disk. A leader that was only slow
is no longer one then, and hands nothing over; that two sync at once does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from pcishield.core.compiled import compiled

__all__ = ["GroupSync", "PurePythonGroupSync"]

_DELAY = 0.0005


class _Waiter:
    __slots__ = ("batch", "leads", "lock", "target")

    def __init__(self, target: int) -> None:
        self.target = target
        self.leads = False
        self.batch: list[_Waiter] = []
        self.lock = Lock()
        self.lock.acquire()


class PurePythonGroupSync:
    """The queue before one shard's disk.

    Args:
        sync: Makes durable what is written, and returns how many lines that is; raises OSError.
        look: Seconds after which a thread looks for itself: who was to wake it, or to sync, may have died.

    Attributes:
        failed: What a sync failed with; nobody is let go after that.
    """

    def __init__(self, sync: Callable[[], int], look: float = 1.0) -> None:
        self._sync = sync
        self._look = look
        self._gate = Lock()
        self._leader: _Waiter | None = None
        self._lingers = False
        self._waiting: list[_Waiter] = []
        self._crowd = 0
        self._done = 0
        self.failed: OSError | None = None

    def wait(self, target: int) -> None:
        """Return once the first ``target`` lines are on the disk.

        Raises:
            OSError: They are not, and will not be.
        """
        with self._gate:
            if self.failed is not None:
                raise self.failed
            if self._done >= target:
                return
            waiter = _Waiter(target)
            if self._leader is None:
                self._leader = waiter
                waiter.leads = True
            else:
                self._waiting.append(waiter)
                if self._lingers and len(self._waiting) >= self._crowd:
                    self._lingers = False
                    self._leader.lock.release()
        try:
            if not waiter.leads:
                self._be_woken(waiter)
            if waiter.leads:
                self._lead(waiter)
        except BaseException:
            # A signal has ended the waiting: nobody else may wait for this thread.
            with self._gate:
                self._leave(waiter)
            raise
        finally:
            if waiter.leads:
                self._hand_over(waiter)
            self._wake_one(waiter.batch)
        if self.failed is not None and self._done < target:
            raise self.failed

    def _be_woken(self, waiter: _Waiter) -> None:
        leader = self._leader
        while not waiter.lock.acquire(timeout=self._look):
            with self._gate:
                due = self._done < waiter.target and self.failed is None
                if due and self._leader is not leader and not waiter.leads:
                    leader = self._leader
                    continue
                self._leave(waiter)
                if due:
                    self._leader = waiter
                    waiter.leads = True
            return

    def _leave(self, waiter: _Waiter) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)

    def _lead(self, waiter: _Waiter) -> None:
        if self._crowd > 1:
            self._linger(waiter)
        failed: OSError | None = None
        done = self._done
        try:
            done = self._sync()
        except OSError as error:
            failed = error
        with self._gate:
            self._done, self.failed = max(self._done, done), self.failed or failed
            covered: list[_Waiter] = []
            later: list[_Waiter] = []
            # By hand: from Python 3.12 on an exception in the midst of a comprehension may leave the gate closed.
            for one in self._waiting:
                (covered if failed is not None or one.target <= done else later).append(one)
            self._waiting = later
            self._crowd = len(covered)
            waiter.batch = covered
            for one in covered:
                one.batch = covered
            covered.reverse()

    def _linger(self, leader: _Waiter) -> None:
        """Let others come."""
        with self._gate:
            self._lingers = len(self._waiting) < self._crowd
        if self._lingers:
            leader.lock.acquire(timeout=_DELAY)
            self._lingers = False

    def _hand_over(self, leader: _Waiter) -> None:
        with self._gate:
            if self._leader is not leader:
                return
            self._lingers = False
            self._leader = self._waiting.pop(0) if self._waiting else None
            if self._leader is not None:
                self._leader.leads = True
                self._leader.lock.release()

    @staticmethod
    def _wake_one(batch: list[_Waiter]) -> None:
        # Asked for and taken in one: where one was interrupted, two threads may be waking others.
        try:
            following = batch.pop()
        except IndexError:
            return  # all are awake
        following.lock.release()


if TYPE_CHECKING:
    GroupSync = PurePythonGroupSync
else:
    GroupSync = PurePythonGroupSync
    if (_compiled := compiled("pcishield.runtime._log_sync_c")) is not None:
        GroupSync = _compiled.GroupSync
