"""The files of one shard, for its one writer. The caller holds the log's lock, except for ``sync`` and ``seal``.

Layout, below ``<audit dir>/<shard>/``: ``segments/NNNNNNNN.jsonl``, ``checkpoint`` (the last), ``checkpoints.txt``
(all of them, separated by blank lines), ``vkey``, ``MANIFEST.json``. Directories 0700, files 0600.

A write that fails leaves no part of a line behind (the segment is cut back to the last whole line); where even that
fails, or somebody else changed the file, the shard is *lost*: nothing more is written to it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from pcishield.audit.chain import Chain
from pcishield.audit.checkpoint import Checkpoint, sign_checkpoint
from pcishield.audit.merkle import Frontier
from pcishield.audit.tail import Template
from pcishield.runtime._log_disk import append_synced, datasync, is_at, links_and_size, write_all
from pcishield.runtime._log_keys import LocalSigner, open_apart, sync_directory
from pcishield.runtime._log_sync import GroupSync
from pcishield.runtime.hot import ShardState

__all__ = ["ShardLostError", "ShardWriter"]

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


class ShardLostError(OSError):
    """Nothing more can be written to the shard; the log goes on in another."""


class ShardWriter(ShardState):
    """Writes one shard.

    Attributes:
        name: Name of the shard.
        chain: The end of its chain, lines not yet written included.
        pending: Lines not yet written.
        waiting: What belongs after them, as (template, values, wall_ns, mono_ns), and has no line yet.
        written: Lines in the files.
        sealed: Lines that the last checkpoint covers.
        synced: Lines that are known to be on the disk.
        awaited: Numbers of the records that threads wait for in ``group``: if it fails these are refused, and those
            in ``pending`` are in no log.
        lost: Why nothing more can be written, or "".
    """

    def __init__(self, directory: Path, name: str, signer: LocalSigner, lock_fd: int) -> None:
        self.directory = directory
        self.name = name
        self.signer = signer
        self.chain = Chain(name)
        self.frontier = Frontier()
        self.pending: list[bytes] = []
        self.waiting: list[tuple[Template, tuple[bytes, ...], int, int]] = []
        self.written = 0
        self.sealed = 0
        self.synced = 0
        self.lost = ""
        self.awaited: set[int] = set()
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
        self.fd = open_apart(self.segment_path(), _APPEND | os.O_EXCL)
        self._history = open_apart(self.directory / "checkpoints.txt", _APPEND)

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
        links, size = links_and_size(self.fd)
        if links == 0:
            self._lose("the segment was deleted")
        if size != self.offset:
            self._lose("the segment was changed by somebody else")

    def check_path(self) -> None:
        """Like :meth:`check`, and the file must still be where it belongs.

        Raises:
            ShardLostError: It is not.
        """
        self.check()
        try:
            same = is_at(self.fd, self.segment_path())
        except OSError:
            self._lose("the segment is not where it was")
        if not same:
            self._lose("the segment was replaced")

    def _lose(self, why: str) -> None:
        self.lost = why
        raise ShardLostError(0, why)

    # Lines

    def next_seq(self) -> int:
        """Return the number of the next record."""
        return self.chain.seq + len(self.waiting)

    def due(self) -> int:
        """Return how many records are not yet written."""
        return len(self.pending) + len(self.waiting)

    def link(self, type: str, fields: Mapping[str, Any], wall_ns: int, mono_ns: int) -> None:
        """Make the next line; see :meth:`pcishield.audit.chain.Chain.link`."""
        if self.waiting:
            self.linked()
        self.pending.append(self.chain.link(type, fields, wall_ns, mono_ns))

    def fill(self, template: Template, values: tuple[bytes, ...], wall_ns: int, mono_ns: int) -> None:
        """Make the next line; see :meth:`pcishield.audit.chain.Chain.fill`."""
        if self.waiting:
            self.linked()
        self.pending.append(self.chain.fill(template, values, wall_ns, mono_ns))

    def linked(self) -> list[bytes]:
        """Make the lines of what waits; return all that are not yet written."""
        waiting = self.waiting
        if waiting:
            # Pending from the moment the chain has it: whatever is raised on the way, no line is lost.
            fill, done = self.chain.fill, 0
            try:
                for one in waiting:
                    self.pending.append(fill(*one))
                    done += 1
            finally:
                del waiting[:done]
        return self.pending

    def settle(self) -> None:
        """Make and hash the lines that have to be, without writing them."""
        if self.waiting:
            self.linked()
        self.chain.settle()

    def take_back(self) -> None:
        """Forget the line linked last, which is not written."""
        self.pending.pop()
        self.chain.take_back()

    def flush(self) -> None:
        """Write what is pending.

        Raises:
            OSError: Nothing of it was written; it is still pending.
        """
        pending = self.linked()
        if not pending:
            return
        if self.lost:
            raise ShardLostError(0, self.lost)
        self.check()
        data = b"\n".join(pending) + b"\n"
        try:
            write_all(self.fd, data)
        except OSError:
            self.cut_back()
            raise
        self.offset += len(data)
        self.written += len(pending)
        self.pending = []

    def cut_back(self) -> None:
        """Remove what a failed write left of a line."""
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
                datasync(self.fd)
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
            fd = open_apart(self.segment_path(), _APPEND | os.O_EXCL)
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
        """Return the leaf hashes made since the last call, and the number of lines written: call it after flush()."""
        chain = self.chain
        chain.settle()
        leaves, chain.leaves = chain.leaves, []
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
        appended, replaced = append_synced(self._history, note + b"\n", self.directory / "checkpoint", note)
        if appended:
            try:
                os.ftruncate(self._history, self._history_size)
            except OSError as error:
                # The next checkpoint would follow on a part of one, and no verifier could read either.
                self.lost = self.lost or f"a part of a checkpoint could not be removed ({error.strerror})"
            raise OSError(appended, os.strerror(appended))
        self._history_size += len(note) + 1
        if replaced:
            raise OSError(replaced, os.strerror(replaced))
        self.sealed = size

    def note(self, size: int) -> str:
        """Return the signed checkpoint of everything in the tree."""
        if size != self.frontier.size:
            raise ShardLostError(0, "the tree and the lines do not have the same size")
        return sign_checkpoint(Checkpoint(self.signer.name, size, self.frontier.root()), self.signer)
