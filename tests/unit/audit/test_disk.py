"""What the log asks of the file system, compiled and in Python: the same answers, and the same errors."""

from __future__ import annotations

import errno
import gc
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pcishield.core.compiled import compiled
from pcishield.runtime import _log_disk

NAMES = ("append_synced", "is_at", "links_and_size", "write_all")
PURE = SimpleNamespace(**{name: getattr(_log_disk, f"pure_python_{name}") for name in NAMES})
COMPILED = compiled("pcishield.runtime._log_disk_c")


@pytest.fixture(params=["python", "compiled"])
def disk(request: pytest.FixtureRequest) -> Any:
    """Each of the two."""
    if request.param == "compiled" and COMPILED is None:
        pytest.skip("the compiled modules are not built, or not wanted (PCISHIELD_KERNEL=python)")
    return PURE if request.param == "python" else COMPILED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a line in it."""
    path = tmp_path / "file"
    path.write_bytes(b"line\n")
    return path


@pytest.fixture
def fd(path: Path) -> Iterator[int]:
    """The file, open for appending."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    yield fd
    os.close(fd)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1, 70_000, 3 << 20])
def test_everything_is_written(disk: Any, fd: int, path: Path, size: int) -> None:
    """Also what is too much for one step."""
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    disk.write_all(fd, data)

    assert b"line\n" + data == path.read_bytes()


def test_a_write_that_fits_in_part_says_why(disk: Any, fd: int, path: Path) -> None:
    """What fits is there, for the caller to remove."""
    with no_file_longer_than(8), pytest.raises(OSError, match="File too large") as caught:
        disk.write_all(fd, b"12345")

    assert (errno.EFBIG, b"line\n123") == (caught.value.errno, path.read_bytes())


def test_a_closed_descriptor_is_an_error(disk: Any) -> None:
    """By the number that Python has for it."""
    for call in (lambda: disk.write_all(999, b"x"), lambda: disk.links_and_size(999), lambda: disk.is_at(999, "/")):
        with pytest.raises(OSError) as caught:
            call()
        assert errno.EBADF == caught.value.errno


def test_a_deleted_file_has_no_links(disk: Any, fd: int, path: Path) -> None:
    """And keeps its size."""
    before = disk.links_and_size(fd)
    path.unlink()

    assert ((1, 5), (0, 5)) == (before, disk.links_and_size(fd))


def test_another_file_in_its_place_is_seen(disk: Any, fd: int, path: Path) -> None:
    """The same content does not make it the same file."""
    there = disk.is_at(fd, path)
    path.rename(path.with_name("elsewhere"))
    path.write_bytes(b"line\n")

    assert (True, False) == (there, disk.is_at(fd, path))


def test_no_file_in_its_place_is_an_error(disk: Any, fd: int, path: Path) -> None:
    """The caller says what it means."""
    path.unlink()
    with pytest.raises(FileNotFoundError):
        disk.is_at(fd, path)


def test_both_files_get_what_is_theirs(disk: Any, fd: int, path: Path, tmp_path: Path) -> None:
    """One grows, the other is replaced, readable by its owner only, and nothing is left between."""
    other = tmp_path / "checkpoint"
    other.write_bytes(b"a longer text than the new one")
    found = disk.append_synced(fd, b"more\n", other, b"new")

    assert ((0, 0), b"line\nmore\n", b"new") == (found, path.read_bytes(), other.read_bytes())
    assert (0o600, ["checkpoint", "file"]) == (other.stat().st_mode & 0o777, sorted(os.listdir(tmp_path)))


def test_what_cannot_be_appended_leaves_the_other_alone(disk: Any, fd: int, tmp_path: Path) -> None:
    """The second step is not begun."""
    other = tmp_path / "checkpoint"
    with no_file_longer_than(7):
        found = disk.append_synced(fd, b"more\n", other, b"new")

    assert ((errno.EFBIG, 0), False) == (found, other.exists())


@pytest.mark.parametrize("size", [None, 10])
def test_what_cannot_be_replaced_stays(disk: Any, fd: int, path: Path, tmp_path: Path, size: int | None) -> None:
    """Whether the new one cannot be opened or does not fit."""
    other = tmp_path / "checkpoint"
    other.write_bytes(b"old")
    if size is None:
        (tmp_path / "checkpoint.tmp").mkdir()
        found = disk.append_synced(fd, b"more\n", other, b"n" * 20)
    else:
        with no_file_longer_than(size):
            found = disk.append_synced(fd, b"more\n", other, b"n" * 20)

    assert (0, errno.EISDIR if size is None else errno.EFBIG) == found
    assert (b"line\nmore\n", b"old") == (path.read_bytes(), other.read_bytes())


@pytest.mark.parametrize("kernel", ["python", ""])
def test_closed_standard_streams_do_no_harm(tmp_path: Path, kernel: str) -> None:
    """Of a daemon that has closed 0 to 2: their numbers are not taken."""
    program = (
        "import os, sys; from pathlib import Path; from pcishield.runtime._log_disk import append_synced\n"
        "root = Path(sys.argv[1]); fd = os.open(root / 'history', os.O_WRONLY | os.O_CREAT)\n"
        "for number in (0, 1, 2): os.close(number)\n"
        "assert append_synced(fd, b'line', root / 'checkpoint', b'text') == (0, 0)\n"
        "assert os.open(root / 'history', os.O_RDONLY) == 0\n"
    )
    environment = os.environ | {"PCISHIELD_KERNEL": kernel}
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=False)

    assert (0, b"text") == (done.returncode, (tmp_path / "checkpoint").read_bytes())


BELLS = [threading.Event, *([] if COMPILED is None else [COMPILED.Bell])]


@pytest.mark.parametrize("make", BELLS)
def test_a_bell_wakes_who_waits(make: Any) -> None:
    """At once, and whoever comes later, until it is cleared."""
    bell = make()
    began = time.monotonic()
    quiet = bell.wait(0.05)
    slept = time.monotonic() - began
    threading.Timer(0.05, bell.set).start()
    woken = bell.wait(30)
    again = bell.wait(0)
    bell.clear()

    assert (False, True, True, False) == (quiet, woken, again, bell.wait(0))
    assert 0.04 < slept
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("make", BELLS)
def test_a_bell_that_many_ring_is_never_missed(make: Any) -> None:
    """Whoever counts first and rings then is heard after the count."""
    bell, counted, seen = make(), [0] * 8, 0

    def ring(number: int) -> None:
        for _ in range(300):
            counted[number] += 1
            bell.set()

    threads = [threading.Thread(target=ring, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    while seen < 8 * 300:
        assert bell.wait(30), "missed"
        bell.clear()
        seen = sum(counted)
    for thread in threads:
        thread.join()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("make", BELLS)
def test_a_child_may_drop_a_bell_that_was_waited_for(make: Any) -> None:
    """The thread that waits for it is the parent's."""
    bell = [make()]
    thread = threading.Thread(target=bell[0].wait, args=(30,))
    thread.start()
    time.sleep(0.05)
    child = os.fork()
    if child == 0:
        bell.clear()
        gc.collect()
        os._exit(7)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    bell[0].set()
    thread.join()

    assert 7 == ended
