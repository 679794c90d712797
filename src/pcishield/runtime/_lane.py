"""A background thread that does one thing for one audit directory, in one process at a time.

Any number of processes may run the same lane of a directory: the one that holds the lock file works, the others look
on, and when it dies, even by ``kill -9``, the next takes over. After a fork the child looks on as well.
"""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["Lane", "Lanes", "described"]

_L = TypeVar("_L", bound="Lane")

_LOOK = 1.0
_FIRST = 0.1
_lanes: weakref.WeakSet[Lane] = weakref.WeakSet()


def described(error: BaseException) -> str:
    """Say what went wrong without the error's own text, which may quote a connection string or a record.

    Errors of ours and of the operating system are quoted.
    """
    kind = type(error).__name__
    if type(error).__module__.startswith("pcishield."):
        return f"{kind}: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind}: {error.strerror}"
    code = getattr(error, "sqlstate", None) or getattr(error, "errno", None)
    return f"{kind} {code}" if isinstance(code, (str, int)) else kind


class Lane:
    """One thread; subclasses say what a step is.

    Args:
        folder: Where the lock file lies; made when missing.
        name: Name of the lock file and of the thread.
        interval: Seconds between two steps when there is nothing to do.
        max_backoff: Seconds between two tries at most while steps fail.
    """

    def __init__(self, folder: Path, name: str, interval: float, max_backoff: float) -> None:
        self.folder = folder
        self.name = name
        self.interval = interval
        self.max_backoff = max_backoff
        self.failures = 0
        self.leading = False
        self._lock_fd = -1
        self._started = False
        self._renew()
        _lanes.add(self)

    def _renew(self) -> None:
        self._wake = threading.Event()
        self._deadline: float | None = None
        self._thread: threading.Thread | None = None

    # What a subclass does

    def step(self) -> bool:
        """Do a bounded amount of work; return whether there may be more. Raises when it could not be done."""
        raise NotImplementedError

    def taken_over(self) -> None:
        """Read the state that another process left; the lock is held."""

    def observe(self) -> None:
        """Look at what the process that holds the lock does."""

    def failed(self, error: Exception) -> None:
        """Note that a step failed."""

    def forked(self) -> None:
        """Let go of what belongs to the parent process."""

    def close(self) -> None:
        """Close what the lane works with."""

    def metrics(self) -> dict[str, Any]:
        """Return the state, for people and for alarms."""
        return {"leading": self.leading}

    # Running

    def start(self) -> None:
        """Begin to work in the background. Idempotent."""
        self._started = True
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(os.getpid(),), name=f"pcishield-{self.name}", daemon=True
            )
            self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Finish what can be finished in ``seconds``, unless the other side fails, and end.

        Returns:
            Whether the thread ended. A step that hangs is not waited for: its work is still in the log.
        """
        self._started = False
        self._deadline = time.monotonic() + seconds
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join(seconds + 0.1)
            if thread.is_alive():
                return False
        self._release()
        return True

    def finish(self, seconds: float) -> bool:
        """Work in the calling thread until nothing is left; return whether that was reached.

        Args:
            seconds: Give up after so long without any success.
        """
        last = time.monotonic()
        while True:
            if not self.hold():
                self.observe()
            elif self._try():
                last = time.monotonic()
                continue
            elif not self.failures:
                return True
            if time.monotonic() - last > seconds:
                return False
            time.sleep(min(self._pause(), seconds))

    def hold(self) -> bool:
        """Return whether this process holds the lock, now or since before."""
        if self._lock_fd >= 0:
            return True
        self.folder.mkdir(mode=0o700, exist_ok=True)
        fd = os.open(self.folder / f"{self.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        self._lock_fd = fd
        self.leading = True
        self.taken_over()
        return True

    def _release(self) -> None:
        fd, self._lock_fd = self._lock_fd, -1
        self.leading = False
        if fd >= 0:
            os.close(fd)

    def _try(self) -> bool:
        try:
            more = self.step()
        except Exception as error:
            self.failures += 1
            self.failed(error)
            return False
        self.failures = 0
        return more

    def _pause(self) -> float:
        if not self.failures:
            return self.interval if self.leading else _LOOK
        longest = min(self.max_backoff, _FIRST * 2.0 ** min(self.failures, 20))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  (spreads the retries of many processes)

    def _run(self, pid: int) -> None:
        while pid == os.getpid():
            ending = self._deadline is not None
            try:
                leads = self.hold()
                more = self._try() if leads else False
                if not leads:
                    self.observe()
            except Exception as error:
                # The audit directory itself cannot be read or written just now; the log refuses statements then.
                more, self.failures = False, self.failures + 1
                self.failed(error)
            if self._deadline is not None and (time.monotonic() > self._deadline or (ending and not more)):
                break
            if not more:
                self._wake.wait(self._pause())
                if self._deadline is None:
                    self._wake.clear()
        if pid == os.getpid():
            self._release()

    def _forked(self) -> None:
        # The descriptor is closed, not unlocked: the lock stays the parent's as long as the parent lives.
        self._release()
        self.failures = 0
        self.forked()
        self._renew()
        if self._started:
            self.start()


class Lanes(Generic[_L]):
    """The lanes of one audit directory, run together."""

    def __init__(self, lanes: list[_L]) -> None:
        self._lanes = lanes

    def names(self) -> list[str]:
        """Return the names of the lanes, sorted."""
        return sorted(lane.name for lane in self._lanes)

    def start(self) -> None:
        """Work in the background until :meth:`close`."""
        for lane in self._lanes:
            lane.start()

    def finish(self, seconds: float = 30.0) -> bool:
        """Do everything that there is to do, in the calling thread; return whether every lane has done it.

        Args:
            seconds: How long a lane may fail before it is given up.
        """
        # Each gets its turn, also behind one that fails.
        finished = [lane.finish(seconds) for lane in self._lanes]
        return all(finished)

    def close(self, seconds: float = 5.0) -> None:
        """Do what can be done in ``seconds`` and stop; what is left stays in the log. Idempotent."""
        deadline = time.monotonic() + seconds
        for lane in self._lanes:
            if lane.stop(max(deadline - time.monotonic(), 0.05)):
                lane.close()

    def metrics(self) -> dict[str, dict[str, Any]]:
        """Return the state of every lane by its name."""
        return {lane.name: lane.metrics() for lane in self._lanes}


def _after_fork() -> None:
    for lane in list(_lanes):
        lane._forked()


os.register_at_fork(after_in_child=_after_fork)
