"""Time stamps of records, and whether the wall clock was set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from pcishield.typing import Clock

__all__ = ["Stamps"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Stamps:
    """Makes (RFC 3339 UTC microseconds, monotonic nanoseconds) pairs. Not thread-safe; the log's lock is held.

    Wall and monotonic clock go at the same rate (the system slews both), so their difference only changes when
    somebody sets the wall clock, or the machine slept.

    Args:
        clock: For tests; the system's clocks otherwise.
        tolerance: Seconds that the difference may change unmentioned.

    Attributes:
        step_us: How far the wall clock was moved since :meth:`accept`, microseconds; 0 for not at all.
        behind: Whether it now shows less than it did at an earlier record, by more than the tolerance.
    """

    __slots__ = ("_clock", "_last", "_offset", "_prefix", "_second", "_tolerance", "behind", "step_us")

    def __init__(self, clock: Clock | None, tolerance: float) -> None:
        self._clock = clock
        self._tolerance = int(tolerance * 1e9)
        self._second = -1
        self._prefix = ""
        self._last = 0
        self._offset = 0
        self.step_us = 0
        self.behind = False
        self.restart()

    def _read(self) -> tuple[int, int]:
        clock = self._clock
        if clock is None:
            return time.time_ns(), time.monotonic_ns()
        return (clock.now() - _EPOCH) // _MICROSECOND * 1000, clock.monotonic_ns()

    def now(self) -> tuple[str, int]:
        """Return the two stamps, and note in ``step_us`` and ``behind`` whether the wall clock was set."""
        wall, mono = self._read()
        tolerance = self._tolerance
        drift = wall - mono - self._offset
        if drift > tolerance or drift < -tolerance:
            self.step_us = drift // 1000
            self.behind = wall < self._last - tolerance
        else:
            self.step_us = 0
            self.behind = False
            if wall > self._last:
                self._last = wall
        second, rest = divmod(wall, 1_000_000_000)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(second))
        return f"{self._prefix}{rest // 1000:06d}Z", mono

    def accept(self) -> None:
        """Take the wall clock as it is now."""
        wall, mono = self._read()
        self._offset = wall - mono
        self._last = wall
        self.step_us = 0
        self.behind = False

    def restart(self) -> tuple[str, int]:
        """Take the clocks as they are, and return the stamps."""
        self.accept()
        return self.now()
