"""Operations that wait for their RESULT are settled, whatever is added meanwhile and from where."""

import gc
import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from pcishield.runtime.linger import Lingering


class Operation:
    def __init__(self) -> None:
        self.settled = 0

    def settle(self) -> None:
        self.settled += 1


class Abandoned:
    """Garbage in a cycle, whose finalizer leaves something behind, as a cursor's does."""

    def __init__(self, lingering: Lingering, left: list[Operation]) -> None:
        self.itself = self
        self.lingering = lingering
        self.left = left

    def __del__(self) -> None:
        operation = Operation()
        self.left.append(operation)
        self.lingering.add(operation)


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector runs when the test says so, and then after every thousand allocations."""
    before = gc.get_threshold()
    gc.disable()
    gc.set_threshold(1000, 1000, 1000)
    yield
    gc.set_threshold(*before)
    gc.enable()


@pytest.mark.usefixtures("collector")
def test_finalizers_add_while_settling() -> None:
    lingering = Lingering(seconds=60)
    left: list[Operation] = []
    # More than CPython keeps tuples in store for, so that listing them allocates.
    waiting = [Operation() for _ in range(20_000)]
    for operation in waiting:
        lingering.add(operation)
    gc.collect()
    for _ in range(3):
        Abandoned(lingering, left)

    gc.enable()
    lingering.settle()
    gc.collect()
    lingering.close()

    assert len(left) == 3
    assert {operation.settled for operation in waiting + left} == {1}


def test_threads_add_while_settling() -> None:
    lingering = Lingering(seconds=0.001)
    added: list[list[Operation]] = [[] for _ in range(4)]

    def add(into: list[Operation]) -> None:
        for _ in range(3000):
            into.append(Operation())
            lingering.add(into[-1])

    threads = [threading.Thread(target=add, args=(into,)) for into in added]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        lingering.settle()
    lingering.close()

    assert {operation.settled for into in added for operation in into} == {1}


def test_what_is_added_later_is_settled_by_the_thread() -> None:
    lingering = Lingering(seconds=0.01)
    operation = Operation()

    lingering.add(operation)

    ends = monotonic() + 10
    while not operation.settled and monotonic() < ends:
        sleep(0.005)
    lingering.close()
    assert operation.settled == 1
