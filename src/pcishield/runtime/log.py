"""The audit log on disk: one writer per process, safe under threads, asyncio and fork.

Rules (DESIGN 8, AUDIT 3):

- A durable record has left the process when :meth:`FileAuditLog.append` returns: it is with the operating system
  (``flush="write"``, survives kill -9), on the disk by a write shared between threads (``"group"``), or on the disk
  by one of its own (``"always"``). Other records follow with the next durable one, or 50 ms later.
- A record that cannot be written raises ``AuditUnavailable`` and is not in the log. Nothing needs a restart: every
  further append tries again, and the first that succeeds brackets the outage with ``control.fail`` and
  ``control.restore``. Records that were accepted before are kept in memory and written then.
- Every 1,000 lines or 5 seconds, at rotation and at the end, the tree is signed (a checkpoint); the lines are made
  durable before.
- A forked child writes a shard of its own from its first record on.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from pcishield.audit.chain import RecordError
from pcishield.audit.commitment import commit
from pcishield.audit.records import ENVELOPE
from pcishield.audit.template import RecordTemplate
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime._log_clock import Stamps
from pcishield.runtime._log_index import Deployment
from pcishield.runtime._log_recover import describe_crashed
from pcishield.runtime._log_shard import ShardLostError, ShardWriter
from pcishield.runtime._log_system import boot_id, system_fields, versions
from pcishield.typing import Clock, Signer

__all__ = ["FileAuditLog"]

Flush = Literal["write", "group", "always"]
_TICK = 0.05
_IDLE = 3600.0
_BATCH = 256
_QUEUE = 20_000


@dataclass(slots=True)
class _Outage:
    cause: str
    since: str
    refused: int = 0


class FileAuditLog:
    """Appends records to a shard of its own in ``directory``. Implements :class:`pcishield.typing.AuditLog`.

    Args:
        directory: The audit directory; made when missing, mode 0700.
        signer: Signs index entries, e.g. from a KMS; without one a key file (0600) is made.
        flush: ``write``, ``group`` or ``always``; see above.
        deployment: Name of a new directory's deployment; default the host name and a random suffix.
        segment_bytes: Size at which a new segment begins.
        segment_seconds: Age at which a new segment begins.
        epoch_seconds: Age at which a new shard with a new key begins.
        checkpoint_records: Lines after which the tree is signed.
        checkpoint_seconds: Seconds after which it is signed, if it grew.
        heartbeat_seconds: Seconds between heartbeats, 0 for none.
        clock_tolerance: Seconds by which the wall clock may move against the monotonic clock unmentioned.
        on_clock_step: ``record`` writes ``clock.step`` and goes on; ``refuse`` refuses records while the wall
            clock is behind the last record by more than the tolerance.
        key_directory: Where the key file lies; default ``private/`` in the directory.
        clock: For tests.

    Raises:
        ConfigurationError: An option is out of range.
        AuditUnavailable: The directory cannot be written, or is damaged.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        signer: Signer | None = None,
        flush: Flush = "write",
        deployment: str | None = None,
        segment_bytes: int = 64 << 20,
        segment_seconds: float = 86_400,
        epoch_seconds: float = 86_400,
        checkpoint_records: int = 1_000,
        checkpoint_seconds: float = 5.0,
        heartbeat_seconds: float = 60.0,
        clock_tolerance: float = 1.0,
        on_clock_step: Literal["record", "refuse"] = "record",
        key_directory: str | os.PathLike[str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        if flush not in ("write", "group", "always"):
            raise ConfigurationError(f"audit.flush: {flush!r} is none of 'write', 'group', 'always'")
        if segment_bytes < 1 << 16:
            raise ConfigurationError("audit.segment_bytes: at least 65536, or a record may not fit a segment")
        self.directory = Path(directory)
        self.flush: Flush = flush
        self._segment_bytes = segment_bytes
        self._segment_seconds = segment_seconds
        self._epoch_seconds = epoch_seconds
        self._checkpoint_records = checkpoint_records
        self._checkpoint_seconds = checkpoint_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._refuse_steps = on_clock_step == "refuse"
        self._stamps = Stamps(clock, clock_tolerance)
        self._deployment = Deployment(
            self.directory, deployment, signer, Path(key_directory) if key_directory is not None else None
        )
        self._closed = False
        self._cause = "start"
        self._parent = ""
        self._shard: ShardWriter | None = None
        self._thread: threading.Thread | None = None
        self._idle = self._sweep = False
        self._seal_at = 0
        self._opened = self._segment_opened = self._sealed = 0.0
        self._renew()
        with self._lock:
            self._opened_shard()
        _logs.add(self)

    @classmethod
    def from_settings(cls, directory: str | os.PathLike[str], settings: Any) -> FileAuditLog:
        """Make a log from the ``[audit]`` section of the settings; options that it lacks keep their defaults."""
        names = (
            "flush", "deployment", "segment_bytes", "segment_seconds", "epoch_seconds", "checkpoint_records",
            "checkpoint_seconds", "heartbeat_seconds", "clock_tolerance", "on_clock_step", "key_directory",
        )  # fmt: skip
        given = {name: getattr(settings, name) for name in names if getattr(settings, name, None) is not None}
        return cls(directory, **given)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "failed" if self._outage else "open"
        return f"<FileAuditLog {self._shard.name if self._shard else 'no shard'} {state}>"

    @property
    def shard(self) -> str:
        """Name of the current shard, "" before the first record after a fork."""
        shard = self._shard
        return shard.name if shard is not None else ""

    # What callers call; ``system`` holds actor, src and component for records that no user caused

    def append(self, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
        """Append one record; see :meth:`pcishield.typing.AuditLog.append`."""
        return self._put(type, fields, durable)

    def append_filled(self, template: RecordTemplate, values: Sequence[bytes], *, durable: bool = False) -> str:
        """Append the record that ``template`` gives with ``values``; for callers that repeat themselves.

        Args:
            template: Made once.
            values: Canonical JSON of its slots, in their order; trusted.
            durable: As for :meth:`append`.

        Raises:
            AuditUnavailable: The record is not in the log.
        """
        return self._put(template, values, durable)

    def _put(self, kind: str | RecordTemplate, content: Any, durable: bool) -> str:
        with self._lock:
            shard = self._shard
            if shard is None or self._outage is not None or self._closed:
                shard = self._ready(durable)
            ts, mono_ns = self._stamps.now()
            if self._stamps.step_us:
                ts, mono_ns = self._stepped(shard)
            chain = shard.chain
            seq, prev = chain.seq, chain.prev
            try:
                if kind.__class__ is RecordTemplate:
                    line, leaf = chain.fill(kind, content, ts, mono_ns)
                else:
                    line, leaf = chain.link(kind, content, ts, mono_ns)  # type: ignore[arg-type]
            except RecordError as error:
                raise AuditUnavailable(f"the record cannot be written: {error}") from None
            shard.pending.append(line)
            shard.pending_leaves.append(leaf)
            if durable:
                self._write(shard, seq, prev)
            elif len(shard.pending) >= _BATCH and self._outage is None:
                try:
                    shard.flush()
                except OSError as error:
                    self._failed(error)
            if self._idle or shard.written >= self._seal_at:
                self._seal_at = 1 << 62
                self._idle = False
                self._wake.set()
        if durable and self.flush == "group":
            self._sync_with_others(shard, seq + 1)
        return f"{shard.name}/{seq}"

    def commit(self, raw: str) -> str:
        """Return a commitment to raw SQL for the field ``commit``; see :mod:`pcishield.audit.commitment`.

        The key is made at the first use in a shard, in ``private/commitments/<shard>.key``, 0600.

        Raises:
            AuditUnavailable: The key cannot be kept.
        """
        with self._lock:
            if self._closed:
                raise AuditUnavailable("the audit log is closed")
            shard = self._opened_shard()
            try:
                key = shard.commitment_key or self._deployment.new_commitment_key(shard)
            except OSError as error:
                raise AuditUnavailable(f"the commitment key cannot be kept: {_sentence(error)}") from error
            number = shard.commitments
            shard.commitments += 1
        return commit(key, number, raw)

    def _write(self, shard: ShardWriter, seq: int, prev: str) -> None:
        """Write a durable record and what waits before it; take the record back if that fails."""
        try:
            shard.flush()
            if self.flush == "always":
                shard.sync()
        except OSError as error:
            if shard.pending:
                shard.chain.seq, shard.chain.prev = seq, prev
                shard.pending.pop()
                shard.pending_leaves.pop()
            raise self._failed(error, refused=1) from error

    def close(self) -> None:
        """Write ``log.close``, sign, release. Idempotent.

        Raises:
            AuditUnavailable: The end could not be written; everything is released all the same.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            thread = self._thread
        _logs.discard(self)
        self._wake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=30)
        self._close_retired()
        with self._seal_lock, self._lock:
            shard, self._shard = self._shard, None
            if shard is None:
                return
            try:
                if self._outage is not None:
                    self._shard = shard
                    shard = self._recover()
                self._finish(shard, "close")
            except OSError as error:
                raise AuditUnavailable(f"log.close could not be written: {_sentence(error)}") from error
            finally:
                self._shard = None
                shard.close_files()

    # Opening

    def _renew(self) -> None:
        """Make what must not be shared with a parent process."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._seal_lock = threading.Lock()
        self._wake = threading.Event()
        self._idle = False
        self._shard = None
        self._retired: list[ShardWriter] = []
        self._outage: _Outage | None = None
        self._thread = None
        self.system = system_fields()

    def _forked(self) -> None:
        """Leave the parent's shard to the parent; the first record of this process opens its own."""
        shard = self._shard
        retired = self._retired
        self._renew()
        self._cause = "fork"
        if shard is not None:
            self._parent = f"{shard.name}/{max(shard.written - 1, 0)}"
        for inherited in [*retired, *([shard] if shard is not None else [])]:
            inherited.abandon()

    def _opened_shard(self) -> ShardWriter:
        """Return the current shard, opened if this process has none.

        Raises:
            AuditUnavailable: It cannot be opened.
        """
        if self._shard is None:
            try:
                self._shard = self._open_shard()
            except OSError as error:
                raise AuditUnavailable(
                    f"audit directory {self.directory}: {_sentence(error)}. Set [audit] dir or PCISHIELD_AUDIT_DIR to "
                    "a directory that this user may write."
                ) from error
            self._thread = threading.Thread(target=self._work, args=(self._pid,), name="pcishield-audit", daemon=True)
            self._thread.start()
        return self._shard

    def _open_shard(self) -> ShardWriter:
        more: dict[str, Any] = {"flush": self.flush, "cause": self._cause}
        more |= {name: value for name, value in (("boot", boot_id()), ("parent", self._parent)) if value}

        def fields(about: dict[str, Any]) -> tuple[dict[str, Any], str, int]:
            ts, mono_ns = self._stamps.restart()
            return {**self.system, **versions(), **about, **more}, ts, mono_ns

        shard = self._deployment.open_shard(fields)
        self._opened = self._segment_opened = self._sealed = time.monotonic()
        self._seal_at = shard.written + self._checkpoint_records
        self._sweep = True
        return shard

    def _ready(self, durable: bool) -> ShardWriter:
        """Return a shard that takes records; the slow way in. The lock is held."""
        if self._closed:
            raise AuditUnavailable("the audit log is closed")
        shard = self._opened_shard()
        if self._outage is None:
            return shard
        try:
            return self._recover()
        except OSError as error:
            if not durable and not shard.lost and len(shard.pending) < _QUEUE:
                return shard
            raise self._failed(error, refused=1) from error

    # Failing and recovering. The lock is held.

    def _failed(self, error: OSError, refused: int = 0) -> AuditUnavailable:
        if self._outage is None:
            self._outage = _Outage(_sentence(error), self._stamps.now()[0])
        self._outage.refused += refused
        return AuditUnavailable(
            f"the audit log cannot take the record ({_sentence(error)}), so nothing was executed; it goes on by itself "
            "when the cause is gone"
        )

    def _recover(self) -> ShardWriter:
        """Try to write again: what is pending, then the bracket around the outage.

        Raises:
            OSError: Still not.
        """
        outage, shard = self._outage, self._shard
        assert outage is not None and shard is not None
        self._stamps.now()
        if self._stamps.behind and self._refuse_steps:
            raise OSError(0, outage.cause)
        if not shard.lost:
            with suppress(ShardLostError):
                shard.check_path()
        if shard.lost:
            shard = self._replace(shard)
        shard.flush()
        mark = (shard.chain.seq, shard.chain.prev)
        control = {"name": "audit-log", "cause": outage.cause, "from": outage.since}
        restored = control | {"to": self._stamps.now()[0], "refused": outage.refused}
        try:
            self._own("control.fail", {"control": control}, shard)
            self._own("control.restore", {"control": restored}, shard)
            shard.flush()
        except OSError:
            shard.chain.seq, shard.chain.prev = mark
            shard.pending.clear()
            shard.pending_leaves.clear()
            raise
        self._outage = None
        return shard

    def _replace(self, lost: ShardWriter) -> ShardWriter:
        """Go on in a new shard, with what was accepted and not yet written."""
        self._cause = "lost"
        self._parent = f"{lost.name}/{max(lost.written - 1, 0)}"
        shard = self._open_shard()
        for line in lost.pending:
            record = orjson.loads(line)
            self._own(str(record["type"]), {k: v for k, v in record.items() if k not in ENVELOPE}, shard)
        lost.pending.clear()
        # Another thread may be syncing or sealing it right now; the worker closes it when nobody does.
        self._retired.append(lost)
        self._shard = shard
        return shard

    def _own(self, type: str, fields: Mapping[str, Any], shard: ShardWriter) -> None:
        """Link a record of the log itself."""
        ts, mono_ns = self._stamps.now()
        line, leaf = shard.chain.link(type, {**self.system, **fields}, ts, mono_ns)
        shard.pending.append(line)
        shard.pending_leaves.append(leaf)

    def _stepped(self, shard: ShardWriter) -> tuple[str, int]:
        """The wall clock was set: say so before the next record, or refuse it."""
        step = self._stamps.step_us
        if self._stamps.behind and self._refuse_steps:
            raise self._failed(OSError(0, f"the clock was set back by {-step / 1e6:.1f} s"), refused=1)
        self._stamps.accept()
        self._own("clock.step", {"step_us": step}, shard)
        return self._stamps.now()

    # Group commit

    def _sync_with_others(self, shard: ShardWriter, lines: int) -> None:
        """Return once the first ``lines`` lines of the shard are on the disk; one thread syncs for all that wait."""
        try:
            shard.group.wait(lines)
        except OSError as error:
            with self._lock:
                raise self._failed(error, refused=1) from error

    # Background

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
        return shard.chain.seq if shard is not None else 0

    def _busy(self) -> bool:
        shard = self._shard
        return shard is not None and bool(
            shard.pending or shard.written > shard.sealed or self._outage is not None or self._sweep or self._retired
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
        self._own("log.close", {"records": shard.chain.seq + 1, "cause": cause}, shard)
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


def _sentence(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


_logs: weakref.WeakSet[FileAuditLog] = weakref.WeakSet()


def _after_fork() -> None:
    for log in list(_logs):
        log._forked()


os.register_at_fork(after_in_child=_after_fork)
