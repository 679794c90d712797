"""The files of one shard, for its one writer. The caller holds the log's lock, except for ``sync`` and ``seal``.

Layout, below ``<audit dir>/<shard>/``: ``segments/NNNNNNNN.jsonl``, ``checkpoint`` (the last), ``checkpoints.txt``
(all of them, separated by blank lines), ``vkey``, ``MANIFEST.json``. Directories 0700, files 0600.

A write that fails leaves no part of a line behind (the segment is cut back to the last whole line); where even that
fails, or somebody else changed the file, the shard is *lost*: nothing more is written to it.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from pcishield.audit.chain import Chain
from pcishield.audit.checkpoint import Checkpoint, sign_checkpoint
from pcishield.audit.merkle import Frontier
from pcishield.runtime._log_keys import LocalSigner, sync_directory
from pcishield.runtime._log_sync import GroupSync

__all__ = ["ShardLostError", "ShardWriter"]

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class ShardLostError(OSError):
    """Nothing more can be written to the shard; the log goes on in another."""


def _write_all(fd: int, data: bytes) -> None:
    written = os.write(fd, data)
    while written < len(data):
        # A short write is how a full disk begins; the next one raises.
        written += os.write(fd, data[written:])


class ShardWriter:
    """Writes one shard.

    Attributes:
        name: Name of the shard.
        chain: The end of its chain, lines not yet written included.
        pending: Lines not yet written.
        written: Lines in the files.
        sealed: Lines that the last checkpoint covers.
        synced: Lines that are known to be on the disk.
        lost: Why nothing more can be written, or "".
    """

    def __init__(self, directory: Path, name: str, signer: LocalSigner, lock_fd: int) -> None:
        self.directory = directory
        self.name = name
        self.signer = signer
        self.chain = Chain(name)
        self.frontier = Frontier()
        self.pending: list[bytes] = []
        self.pending_leaves: list[bytes] = []
        self.leaves: list[bytes] = []
        self.written = 0
        self.sealed = 0
        self.synced = 0
        self.lost = ""
        self.commitment_key = b""
        self.commitments = 0
        self.segment = 0
        self.offset = 0
        self.lock_fd = lock_fd
        self.fd = -1
        self._history = -1
        self._history_size = 0
        self._fd_lock = Lock()
        self.group = GroupSync(self.sync)

    # Files

    def segment_path(self) -> Path:
        """Return the path of the current segment."""
        return self.directory / "segments" / f"{self.segment:08d}.jsonl"

    def open_files(self) -> None:
        """Open the first segment and the history of checkpoints."""
        self.fd = os.open(self.segment_path(), _APPEND | os.O_EXCL, 0o600)
        self._history = os.open(self.directory / "checkpoints.txt", _APPEND, 0o600)

    def moved(self, directory: Path) -> None:
        """Note that the shard's directory was renamed."""
        self.directory = directory

    def close_files(self) -> None:
        """Close every descriptor; the lock of the shard is released with it."""
        with self._fd_lock:
            for fd in (self.fd, self._history, self.lock_fd):
                if fd >= 0:
                    os.close(fd)
            self.fd = self._history = self.lock_fd = -1

    def abandon(self) -> None:
        """Close the descriptors in a forked child, whatever another thread of the parent was doing with them."""
        self._fd_lock = Lock()
        self.close_files()

    def check(self) -> None:
        """Refuse to go on with a file that was deleted, or changed by somebody else.

        Raises:
            ShardLostError: It was.
        """
        status = os.fstat(self.fd)
        if status.st_nlink == 0:
            self._lose("the segment was deleted")
        if status.st_size != self.offset:
            self._lose("the segment was changed by somebody else")

    def check_path(self) -> None:
        """Like :meth:`check`, and the file must still be where it belongs.

        Raises:
            ShardLostError: It is not.
        """
        self.check()
        try:
            there = os.stat(self.segment_path())
        except OSError:
            self._lose("the segment is not where it was")
        here = os.fstat(self.fd)
        if (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
            self._lose("the segment was replaced")

    def _lose(self, why: str) -> None:
        self.lost = why
        raise ShardLostError(0, why)

    # Lines

    def flush(self) -> None:
        """Write what is pending.

        Raises:
            OSError: Nothing of it was written; it is still pending.
        """
        pending = self.pending
        if not pending:
            return
        if self.lost:
            raise ShardLostError(0, self.lost)
        self.check()
        data = b"\n".join(pending) + b"\n"
        try:
            _write_all(self.fd, data)
        except OSError:
            self._cut_back()
            raise
        self.offset += len(data)
        self.written += len(pending)
        self.leaves += self.pending_leaves
        self.pending = []
        self.pending_leaves = []

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self.fd, self.offset)
        except OSError as error:
            self.lost = f"a part of a line could not be removed ({error.strerror})"

    def sync(self) -> int:
        """Make everything written so far durable; return how many lines that is.

        Raises:
            ShardLostError: The disk did not take it; what is in the page cache can no longer be trusted.
        """
        with self._fd_lock:
            written = self.written
            if written <= self.synced:
                return written
            try:
                os.fdatasync(self.fd)
            except OSError as error:
                self.lost = self.lost or f"fdatasync failed ({error.strerror})"
                raise ShardLostError(0, self.lost) from error
            self.synced = max(self.synced, written)
        return written

    def rotate(self) -> None:
        """Go on in a new segment; the old one is durable and closed."""
        self.flush()
        self.sync()
        self.segment += 1
        try:
            fd = os.open(self.segment_path(), _APPEND | os.O_EXCL, 0o600)
        except OSError:
            self.segment -= 1
            raise
        with self._fd_lock:
            old, self.fd = self.fd, fd
        os.close(old)
        self.offset = 0
        sync_directory(self.directory / "segments")

    # Checkpoints

    def take_leaves(self) -> tuple[list[bytes], int]:
        """Return the leaf hashes written since the last call, and the number of lines written."""
        leaves, self.leaves = self.leaves, []
        return leaves, self.written

    def seal(self, leaves: list[bytes], size: int) -> None:
        """Sign and store the tree of the first ``size`` lines. The lines must be durable.

        Args:
            leaves: From :meth:`take_leaves`, all of them in order.
            size: Likewise.
        """
        self.frontier.extend(leaves)
        if size == self.sealed:
            return
        note = self.note(size).encode()
        try:
            _write_all(self._history, note + b"\n")
            os.fdatasync(self._history)
        except OSError:
            os.ftruncate(self._history, self._history_size)
            raise
        self._history_size += len(note) + 1
        path = self.directory / "checkpoint"
        temporary = self.directory / "checkpoint.tmp"
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            _write_all(fd, note)
            os.fdatasync(fd)
        finally:
            os.close(fd)
        temporary.rename(path)
        self.sealed = size

    def note(self, size: int) -> str:
        """Return the signed checkpoint of everything in the tree."""
        if size != self.frontier.size:
            raise ShardLostError(0, "the tree and the lines do not have the same size")
        return sign_checkpoint(Checkpoint(self.signer.name, size, self.frontier.root()), self.signer)
