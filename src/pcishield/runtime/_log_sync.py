"""Group commit: many threads wait, one of them makes everything durable that was written by then.

A thread that needs its record on the disk either finds that somebody is syncing, and waits to be woken, or syncs
itself. Who syncs wakes those that are covered, and appoints one of the others to be next. Where several threads wait
regularly, the sync is put off by a moment, so that more of them share it (as ``commit_delay`` does in PostgreSQL).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

__all__ = ["GroupSync"]

_DELAY = 0.0005


class _Waiter:
    __slots__ = ("leads", "lock", "target")

    def __init__(self, target: int) -> None:
        self.target = target
        self.leads = False
        self.lock = Lock()
        self.lock.acquire()


class GroupSync:
    """The queue before one shard's disk.

    Args:
        sync: Makes durable what is written, and returns how many lines that is; raises OSError.
    """

    def __init__(self, sync: Callable[[], int]) -> None:
        self._sync = sync
        self._gate = Lock()
        self._busy = False
        self._waiting: list[_Waiter] = []
        self._crowd = 0
        self._done = 0
        self._failed: OSError | None = None

    def wait(self, target: int) -> None:
        """Return once the first ``target`` lines are on the disk.

        Raises:
            OSError: They are not, and will not be.
        """
        with self._gate:
            if self._failed is not None:
                raise self._failed
            if self._done >= target:
                return
            waiter = _Waiter(target)
            if self._busy:
                self._waiting.append(waiter)
            else:
                self._busy = waiter.leads = True
        if not waiter.leads:
            waiter.lock.acquire()
        if waiter.leads:
            self._lead()
        if self._failed is not None and self._done < target:
            raise self._failed

    def _lead(self) -> None:
        if self._crowd > 1:
            time.sleep(_DELAY)
        failed: OSError | None = None
        done = self._done
        try:
            done = self._sync()
        except OSError as error:
            failed = error
        with self._gate:
            self._done, self._failed = done, failed
            waiting = self._waiting
            covered = waiting if failed is not None else [one for one in waiting if one.target <= done]
            self._crowd = len(covered)
            self._waiting = [] if len(covered) == len(waiting) else [one for one in waiting if one.target > done]
            if self._waiting:
                following = self._waiting.pop(0)
                following.leads = True
                following.lock.release()
            else:
                self._busy = False
        for one in covered:
            one.lock.release()
