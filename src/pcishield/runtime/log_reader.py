"""The audit directory, read: for verification, tail and search. Never writes; never reads ``private/``."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pcishield.audit.scan import Segment, scan_segment
from pcishield.audit.verify import Options, Source

__all__ = ["DirectorySource", "follow", "parallel_scan", "segment_paths"]

_SMALL = 256 << 20
"""Bytes that one process reads sooner than others are started."""


class DirectorySource:
    """A directory on disk as a :class:`pcishield.audit.verify.Source`.

    Args:
        root: The audit directory.
        archives: Where shards were moved to; looked at for segments that the directory itself lacks.

    Raises:
        NotADirectoryError: It is not there.
    """

    def __init__(self, root: str | os.PathLike[str], archives: Sequence[Path] = ()) -> None:
        self.root = Path(root)
        self._roots = (self.root, *archives)
        if not self.root.is_dir():
            raise NotADirectoryError(f"{self.root} is not a directory")

    def names(self, folder: str) -> Sequence[str]:
        """Names in a folder, sorted; empty when it does not exist."""
        for root in self._places(folder):
            try:
                found = sorted(os.listdir(root / folder))
            except OSError as error:
                _only_absent(error)
                continue
            if found:
                return found
        return []

    def read(self, path: str) -> bytes | None:
        """Content of a file, ``None`` when it does not exist."""
        for root in self._places(path):
            found = _read(root / path)
            if found is not None:
                return found
        return None

    def path(self, path: str) -> Path:
        """Return where a file that :meth:`names` found is."""
        return next((root / path for root in self._places(path) if (root / path).exists()), self.root / path)

    def _places(self, path: str) -> Sequence[Path]:
        # Checkpoints and keys stay where they were; only lines are ever taken from an archive.
        return self._roots if "/segments" in path else self._roots[:1]


def _only_absent(error: OSError) -> None:
    """Raise what does not mean that there is no such file or folder. A link to itself leads nowhere."""
    if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP):
        raise error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        _only_absent(error)
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        _only_absent(error)
        return 0


def _scan_file(root: str, path: str, shard: str, tolerance: float, silence: float) -> tuple[Segment, int]:
    data = _read(Path(root) / path) or b""
    return scan_segment(data, path, shard, tolerance=tolerance, silence=silence), len(data)


def parallel_scan(source: Source, tasks: Sequence[tuple[str, str]], options: Options) -> Iterable[Segment]:
    """Scan segments in as many processes as the machine has cores; in this one when there is little to do."""
    assert isinstance(source, DirectorySource)
    size = sum(_size(source.path(path)) for path, _ in tasks)
    workers = min(os.cpu_count() or 1, len(tasks))
    if options.pan is not None or workers < 2 or size < _SMALL:
        for path, shard in tasks:
            data = source.read(path) or b""
            yield scan_segment(data, path, shard, tolerance=options.tolerance, silence=options.silence, pan=options.pan)
            options.progress(path, len(data))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(
                _scan_file, str(source.path(path)).removesuffix(path), path, shard, options.tolerance, options.silence
            )
            for path, shard in tasks
        ]
        for (path, _), job in zip(tasks, jobs, strict=True):
            segment, length = job.result()
            options.progress(path, length)
            yield segment


def segment_paths(root: Path) -> list[Path]:
    """Return every segment of every shard, in the order they were begun."""
    shards = sorted(path for path in root.iterdir() if (path / "segments").is_dir() and not path.name.startswith("."))
    return [segment for shard in shards for segment in sorted((shard / "segments").glob("*.jsonl"))]


def follow(root: Path, offsets: dict[Path, int]) -> Iterator[bytes]:
    """Yield whole lines that are new since the last call, shard by shard.

    Args:
        root: The audit directory.
        offsets: How far each segment was read; updated.
    """
    for path in segment_paths(root):
        start = offsets.get(path, 0)
        if path.stat().st_size <= start:
            continue
        with path.open("rb") as file:
            file.seek(start)
            data = file.read()
        whole = data.rfind(b"\n") + 1
        offsets[path] = start + whole
        yield from data[:whole].splitlines()
