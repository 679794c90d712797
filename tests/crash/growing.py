"""A log that grows from kill to kill is verified as a whole each time, and each file is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.report import Report
from pcishield.audit.scan import Segment, scan_segment
from pcishield.audit.verify import Options, Source, verify
from pcishield.runtime.log_reader import DirectorySource

__all__ = ["GrowingLog", "ReadOnce"]


T = TypeVar("T")


class ReadOnce(Generic[T]):
    """Remembers what was read from each file, as long as the file does not change.

    Args:
        read: Reads one; what it returns must not be changed.
    """

    def __init__(self, read: Callable[[Path], T]) -> None:
        self._read = read
        self._known: dict[Path, tuple[tuple[int, int, int], T]] = {}

    def __call__(self, path: Path) -> T:
        state = path.stat()
        version = (state.st_ino, state.st_size, state.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != version:
            known = self._known[path] = version, self._read(path)
        return known[1]


class GrowingLog:
    """An audit directory that nobody writes to while it is verified.

    Args:
        root: The directory.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._segment = ReadOnce(self._scanned)

    def verify(self) -> Report:
        """Verify all of it: lines that were checked before are not read again, everything about them is."""
        return verify(DirectorySource(self._root), Options(key=self._key(), scan=self._scan))

    def verify_anew(self) -> Report:
        """Verify all of it, and read every line."""
        return verify(DirectorySource(self._root), Options(key=self._key()))

    def _key(self) -> VerifierKey:
        return VerifierKey.parse((self._root / "vkey").read_text())

    def _scan(self, source: Source, tasks: Sequence[tuple[str, str]], options: Options) -> Iterator[Segment]:
        for path, _ in tasks:
            yield self._segment(self._root / path)

    def _scanned(self, path: Path) -> Segment:
        folder = path.parents[1].name
        shard = folder.removeprefix(".").removesuffix(".new") if folder.startswith(".") else folder
        return scan_segment(path.read_bytes(), str(path.relative_to(self._root)), shard)
