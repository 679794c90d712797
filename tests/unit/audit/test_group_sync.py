"""Group commit by itself: who waits is let go when its lines are on the disk, whatever happens to the others."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from linecache import getline
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from pcishield.runtime import _log_sync
from pcishield.runtime._log_sync import GroupSync, PurePythonGroupSync

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Kind = type[PurePythonGroupSync]


@pytest.fixture(params=[PurePythonGroupSync, GroupSync], ids=["python", "as it is"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """The class; the second is the compiled one where that was built."""
    made: Kind = request.param
    return made


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


def test_nobody_is_let_go_before_its_line_is_durable(kind: Kind) -> None:
    """And they share what is done for it."""
    disk = Disk()
    group = kind(disk.sync)
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


def test_what_is_durable_waits_for_nothing(kind: Kind) -> None:
    """No second sync."""
    disk = Disk()
    group = kind(disk.sync)
    group.wait(disk.write())
    group.wait(1)

    assert disk.syncs == 1


def test_a_failed_sync_refuses_all_who_wait_and_all_who_come(kind: Kind) -> None:
    """The same error."""
    disk = Disk()
    group = kind(disk.sync)
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
def test_who_is_interrupted_holds_nobody_up(leads: bool, kind: Kind) -> None:
    """Neither the thread that syncs nor one that waits for it."""
    disk = Disk()
    group = kind(disk.sync)
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


def interrupting(number: int, passed: list[int]) -> TraceFunction:
    """Raise where the thread has come to so many lines of the module, as a signal's handler may anywhere."""

    def trace(frame: FrameType, event: str, argument: object) -> TraceFunction | None:
        if frame.f_code.co_filename != _log_sync.__file__:
            return None
        # No handler runs between the end of a with block and the release of its lock; a trace function does.
        if event == "line" and not getline(_log_sync.__file__, frame.f_lineno).lstrip().startswith("with "):
            passed.append(frame.f_lineno)
            if len(passed) == number:
                raise InterruptedByTestError
        return trace

    return trace


def interrupted_at(number: int, leads: bool, second: bool) -> bool:
    """Interrupt one of four threads where it has come to so many lines; tell whether it came so far."""
    disk, passed, ending = Disk(), list[int](), list[threading.Thread]()
    group = PurePythonGroupSync(disk.sync, 0.05)
    begun, together = threading.Event(), threading.Event()

    def first() -> None:
        disk.before = lambda: None
        begun.set()
        together.wait(10)
        if second and threading.current_thread() in ending:
            raise InterruptedByTestError

    def waits() -> None:
        group.wait(disk.write())

    def ends() -> None:
        ending.append(threading.current_thread())
        sys.settrace(interrupting(number, passed))
        with suppress(InterruptedByTestError):
            waits()

    disk.before = first
    threads = spread(ends if leads else waits, 1)
    begun.wait(0.2)
    threads += spread(waits if leads else ends, 1)
    threads += spread(waits, 2)
    time.sleep(0.02)
    together.set()

    assert joined(threads), f"interrupted at line {passed[-1]}"
    group.wait(disk.write())
    assert disk.durable == disk.written
    return len(passed) >= number


@pytest.mark.parametrize("second", [False, True], ids=["one signal", "a second one"])
@pytest.mark.parametrize("leads", [True, False])
def test_an_interrupt_at_any_line_leaves_nobody_waiting(leads: bool, second: bool) -> None:
    """A thread that syncs or waits ends at each line it comes to, also on its way out: the others go on."""
    number = 1
    while interrupted_at(number, leads, second):
        number += 1

    assert number > 10


def test_a_leader_that_is_only_slow_is_no_second_one(kind: Kind) -> None:
    """Others sync meanwhile, and one thread leads afterwards, as before."""
    disk, syncing, most = Disk(), set[int](), list[int]()
    group = kind(disk.sync, 0.02)

    def slow() -> None:
        disk.before = counted
        time.sleep(0.3)

    def counted() -> None:
        syncing.add(threading.get_ident())
        if disk.written > 60:
            most.append(len(syncing))
        time.sleep(0.001)
        syncing.discard(threading.get_ident())

    def work() -> None:
        for _ in range(30):
            group.wait(disk.write())

    disk.before = slow
    threads = spread(work, 6)

    assert joined(threads)
    assert disk.durable == disk.written == 180
    assert {1} == set(most)


@pytest.mark.parametrize("threads", [2, 12])
def test_interrupts_again_and_again_hold_nobody_up(kind: Kind, threads: int) -> None:
    """The main thread is interrupted wherever it is, waiting, leading or on its way out, while others go on."""
    disk, ended = Disk(), threading.Event()
    group = kind(disk.sync, 0.05)
    early: list[int] = []

    def work() -> None:
        while not ended.is_set():
            line = disk.write()
            group.wait(line)
            if disk.durable < line:
                early.append(line)

    others = spread(work, threads)
    refused = 0
    for number in range(200):
        try:
            with interrupted(0.0001 + number % 20 * 0.0001):
                for _ in range(8):
                    group.wait(disk.write())
        except InterruptedByTestError:
            refused += 1
    ended.set()

    assert joined(others)
    assert early == []
    assert refused > 50
    group.wait(disk.write())
    assert disk.durable == disk.written
