"""Group commit by itself: who waits is let go when its lines are on the disk, whatever happens to the others."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from pcishield.runtime._log_sync import GroupSync


class Disk:
    """Counts lines that are written and lines that are durable."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.written = self.durable = self.syncs = 0
        self.before: Callable[[], None] = lambda: None

    def write(self) -> int:
        """Write a line; return how many there are."""
        with self.lock:
            self.written += 1
            return self.written

    def sync(self) -> int:
        """Make them durable."""
        written = self.written
        self.syncs += 1
        self.before()
        time.sleep(0.0002)
        self.durable = max(self.durable, written)
        return written


def spread(work: Callable[[], None], threads: int) -> list[threading.Thread]:
    """Start work in as many threads."""
    started = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for thread in started:
        thread.start()
    return started


def joined(threads: list[threading.Thread]) -> bool:
    """Whether all of them end."""
    for thread in threads:
        thread.join(20)
    return not any(thread.is_alive() for thread in threads)


def test_nobody_is_let_go_before_its_line_is_durable() -> None:
    """And they share what is done for it."""
    disk = Disk()
    group = GroupSync(disk.sync)
    early: list[int] = []

    def work() -> None:
        for _ in range(50):
            line = disk.write()
            group.wait(line)
            if disk.durable < line:
                early.append(line)

    assert joined(spread(work, 16))
    assert early == []
    assert disk.durable == 800
    assert disk.syncs < 400


def test_what_is_durable_waits_for_nothing() -> None:
    """No second sync."""
    disk = Disk()
    group = GroupSync(disk.sync)
    group.wait(disk.write())
    group.wait(1)

    assert disk.syncs == 1


def test_a_failed_sync_refuses_all_who_wait_and_all_who_come() -> None:
    """The same error."""
    disk = Disk()
    group = GroupSync(disk.sync)
    refused: list[OSError] = []

    def fail() -> None:
        time.sleep(0.05)
        raise OSError(28, "no space")

    disk.before = fail

    def work() -> None:
        try:
            group.wait(disk.write())
        except OSError as error:
            refused.append(error)

    assert joined(spread(work, 8))
    assert [28] * 8 == [error.errno for error in refused]
    with pytest.raises(OSError, match="no space"):
        group.wait(disk.write())


class InterruptedByTestError(BaseException):
    """As KeyboardInterrupt, and pytest does not end for it."""


@contextmanager
def interrupted(after: float) -> Iterator[None]:
    """Raise in the main thread, by a signal."""

    def handler(number: int, frame: FrameType | None) -> None:
        raise InterruptedByTestError

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("leads", [True, False])
def test_who_is_interrupted_holds_nobody_up(leads: bool) -> None:
    """Neither the thread that syncs nor one that waits for it."""
    disk = Disk()
    group = GroupSync(disk.sync)
    slow = threading.Event()

    def first() -> None:
        disk.before = lambda: None
        slow.set()
        time.sleep(0.3)

    disk.before = first
    others: list[threading.Thread] = []
    if not leads:
        others = spread(lambda: group.wait(disk.write()), 1)
        assert slow.wait(10)
    else:
        late = threading.Timer(0.05, lambda: others.extend(spread(lambda: group.wait(disk.write()), 4)))
        late.start()
    with interrupted(0.15), pytest.raises(InterruptedByTestError):
        group.wait(disk.write())
    if not leads:
        others += spread(lambda: group.wait(disk.write()), 4)

    assert joined(others)
    assert disk.durable >= 5
    group.wait(disk.write())
    assert disk.durable == disk.written
