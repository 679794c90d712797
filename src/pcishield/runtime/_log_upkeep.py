"""What the log does by itself, in its one background thread: write, sign, rotate, begin epochs, look after the dead."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import AuditUnavailable
from pcishield.runtime._log_disk import Bell
from pcishield.runtime._log_index import Deployment
from pcishield.runtime._log_recover import describe_crashed
from pcishield.runtime._log_shard import ShardWriter
from pcishield.runtime.hot import LogState

__all__ = ["Outage", "Upkeep", "sentence"]

_TICK = 0.05
_IDLE = 3600.0


@dataclass(slots=True)
class Outage:
    """While the log cannot be written.

    Attributes:
        cause: Why.
        since: RFC 3339 UTC.
        refused: Records that were refused.
    """

    cause: str
    since: str
    refused: int = 0


def sentence(error: OSError) -> str:
    """Return what an error says, for a person."""
    return error.strerror or str(error) or type(error).__name__


class Upkeep(LogState):
    """The part of :class:`pcishield.runtime.log.FileAuditLog` that runs in its thread."""

    directory: Path
    system: dict[str, Any]
    _checkpoint_records: int
    _checkpoint_seconds: float
    _closed: bool
    _cause: str
    _deployment: Deployment
    _epoch_seconds: float
    _heartbeat_seconds: float
    _idle: bool
    _lock: threading.Lock
    _opened: float
    _outage: Outage | None
    _parent: str
    _retired: list[ShardWriter]
    _seal_at: int
    _seal_lock: threading.Lock
    _sealed: float
    _segment_bytes: int
    _segment_opened: float
    _segment_seconds: float
    _shard: ShardWriter | None
    _sweep: bool
    _wake: Bell

    if TYPE_CHECKING:

        def append(self, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
            """Append one record."""
            ...

        def _open_shard(self) -> ShardWriter: ...

        def _failed(self, error: OSError, refused: int = 0) -> AuditUnavailable: ...

        def _recover(self) -> ShardWriter: ...

        def _own(self, type: str, fields: Mapping[str, Any], shard: ShardWriter) -> None: ...

    def _work(self, pid: int) -> None:
        beat = self._heartbeat_seconds or 1e9
        next_beat = time.monotonic() + beat
        while pid == os.getpid():
            with self._lock:
                busy = self._busy()
                self._idle = not busy
            self._wake.wait(_TICK if busy else max(min(next_beat, self._next_change()) - time.monotonic(), _TICK))
            self._wake.clear()
            if self._closed:
                return
            try:
                self._tick()
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + beat
                    self.append("heartbeat", {**self.system, "size": self._seq()})
            except AuditUnavailable:
                # An outage; it is noted, statements are refused, and the next tick tries again.
                pass
            except OSError as error:
                with self._lock:
                    self._failed(error)

    def _next_change(self) -> float:
        """When the current segment or epoch ends, on the monotonic clock."""
        if self._shard is None:
            return time.monotonic() + _IDLE
        return min(self._segment_opened + self._segment_seconds, self._opened + self._epoch_seconds)

    def _seq(self) -> int:
        shard = self._shard
        return shard.next_seq() if shard is not None else 0

    def _busy(self) -> bool:
        shard = self._shard
        return shard is not None and bool(
            shard.due() or shard.written > shard.sealed or self._outage is not None or self._sweep or self._retired
        )

    def _tick(self) -> None:
        """Write, seal, rotate, and look after the dead, as each is due."""
        now = time.monotonic()
        self._close_retired()
        with self._lock:
            shard = self._shard
            if shard is None:
                return
            if self._outage is not None:
                shard = self._recover()
            shard.flush()
            shard.check_path()
        grown = shard.written - shard.sealed
        if grown >= self._checkpoint_records or (grown and now - self._sealed >= self._checkpoint_seconds):
            self._seal(shard)
        if shard.offset >= self._segment_bytes or now - self._segment_opened >= self._segment_seconds:
            self._rotate(shard)
        if now - self._opened >= self._epoch_seconds:
            self._next_epoch(shard)
        if self._sweep:
            self._sweep = False
            self._recover_crashed()

    def _seal(self, shard: ShardWriter) -> None:
        with self._seal_lock:
            with self._lock:
                shard.flush()
                leaves, size = shard.take_leaves()
            self._sealed = time.monotonic()
            self._seal_at = size + self._checkpoint_records
            shard.sync()
            shard.seal(leaves, size)

    def _rotate(self, shard: ShardWriter) -> None:
        with self._lock:
            if shard is not self._shard or not shard.offset:
                return
            shard.rotate()
            self._segment_opened = time.monotonic()
            self._own("log.rotate", {"segment": shard.segment, "records": shard.written}, shard)
            shard.flush()
        self._seal(shard)

    def _next_epoch(self, shard: ShardWriter) -> None:
        """Begin a new shard under a new key, which the old one names before it ends."""
        with self._seal_lock, self._lock:
            if shard is not self._shard:
                return
            self._cause, self._parent = "epoch", ""
            following = self._open_shard()
            self._shard = following
            self._retired.append(shard)
            self._own("key.rotate", {"next_vkey": str(following.signer.vkey), "object": following.name}, shard)
            self._finish(shard, "epoch")

    def _finish(self, shard: ShardWriter, cause: str) -> None:
        """Write ``log.close`` and the last checkpoint. Both locks are held."""
        self._own("log.close", {"records": shard.next_seq() + 1, "cause": cause}, shard)
        shard.flush()
        leaves, size = shard.take_leaves()
        shard.sync()
        shard.seal(leaves, size)
        self._deployment.forget(shard.name)

    def _close_retired(self) -> None:
        with self._seal_lock, self._lock:
            for shard in self._retired:
                shard.close_files()
            self._retired.clear()

    def _recover_crashed(self) -> None:
        """Count and hash what processes left that died, and record it."""
        with self._deployment.locked(create=False):
            crashed = self._deployment.crashed()
        for name, fd in crashed:
            try:
                found = describe_crashed(self.directory / name)
                self.append("log.recover", {**self.system, "recovered": found}, durable=True)
                self._deployment.forget(name)
            finally:
                os.close(fd)
