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
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

import orjson

from pcishield.audit.chain import RecordError
from pcishield.audit.commitment import commit
from pcishield.audit.records import ENVELOPE
from pcishield.audit.tail import Template, time_text
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime._log_disk import Bell
from pcishield.runtime._log_index import Deployment
from pcishield.runtime._log_shard import ShardLostError, ShardWriter
from pcishield.runtime._log_sync import GroupSync
from pcishield.runtime._log_system import boot_id, system_fields, versions
from pcishield.runtime._log_upkeep import Outage, Upkeep, sentence
from pcishield.runtime.hot import Stamps, append, append_filled, settle
from pcishield.runtime.keys import key_provider
from pcishield.typing import Clock, KeyProvider, Signer

__all__ = ["FileAuditLog"]

Flush = Literal["write", "group", "always"]
_BATCH = 256
_QUEUE = 20_000


class FileAuditLog(Upkeep):
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
        key_provider: Wraps the key in that file; default the provider that wrapped the one that is there.
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
        key_provider: KeyProvider | None = None,
        clock: Clock | None = None,
    ) -> None:
        if flush not in ("write", "group", "always"):
            raise ConfigurationError(f"audit.flush: {flush!r} is none of 'write', 'group', 'always'")
        if segment_bytes < 1 << 16:
            raise ConfigurationError("audit.segment_bytes: at least 65536, or a record may not fit a segment")
        # Now, not when the next segment begins: by then the process may work elsewhere.
        self.directory = _absolute(Path(directory))
        self.flush: Flush = flush
        self._writes_at_once, self._writes_together = flush == "write", flush == "group"
        self._segment_bytes = segment_bytes
        self._segment_seconds = segment_seconds
        self._epoch_seconds = epoch_seconds
        self._checkpoint_records = checkpoint_records
        self._checkpoint_seconds = checkpoint_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._refuse_steps = on_clock_step == "refuse"
        self._stamps = Stamps(clock, clock_tolerance)
        self._deployment = Deployment(
            self.directory,
            deployment,
            signer,
            _absolute(Path(key_directory)) if key_directory is not None else None,
            key_provider,
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
        if (reference := getattr(settings, "key", None)) is not None:
            given["key_provider"] = key_provider(reference)
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

    append = append
    """``append(type, fields, *, durable=False)``: appends one record; see :meth:`pcishield.typing.AuditLog.append`."""

    def append_slowly(self, type: str, fields: Mapping[str, Any], durable: bool) -> str:
        """Append one record, whatever state the log is in.

        Args:
            type: As for :meth:`pcishield.typing.AuditLog.append`.
            fields: Likewise.
            durable: Likewise.

        Raises:
            AuditUnavailable: The record is not in the log.
        """
        with self._lock:
            shard, wall_ns, mono_ns = self._turn(durable)
            try:
                shard.link(type, fields, wall_ns, mono_ns)
            except RecordError as error:
                raise AuditUnavailable(f"the record cannot be written: {error}") from None
            seq = self._linked(shard, durable)
        return self._id(shard, seq, durable)

    append_filled = append_filled
    """``append_filled(template, values, *, durable=False)``: what :meth:`append_filled_slowly` does."""

    def append_filled_slowly(self, template: Template, values: tuple[bytes, ...], durable: bool) -> str:
        """Append the record that ``template`` gives with ``values``; for callers that repeat themselves.

        A record that need not be durable takes its place in the log at once, and its line is made when something
        is written next: with the caches warm, or while a database is at work (:meth:`settle`).

        Args:
            template: Made once.
            values: Canonical JSON of its slots, in their order; trusted.
            durable: As for :meth:`append`.

        Raises:
            AuditUnavailable: The record is not in the log.
        """
        with self._lock:
            shard, wall_ns, mono_ns = self._turn(durable)
            if len(values) != len(template.slots):
                # At once: a record that waits and makes no line would stand in the way of all that follow.
                raise AuditUnavailable("the record cannot be written: values and slots do not match")
            if not durable and template.checked and template.raw is None:
                waiting = shard.waiting
                waiting.append((template, values, wall_ns, mono_ns))
                if len(waiting) < _BATCH:
                    if self._idle:
                        self._idle = False
                        self._wake.set()
                    return f"{shard.name}/{shard.chain.seq + len(waiting) - 1}"
                return self._id(shard, self._linked(shard, False), False)
            try:
                if template.raw is not None and template.committed != shard.name:
                    template.commit(shard.name, self._commitment(shard, template.raw))
                shard.fill(template, values, wall_ns, mono_ns)
            except RecordError as error:
                raise AuditUnavailable(f"the record cannot be written: {error}") from None
            seq = self._linked(shard, durable)
        return self._id(shard, seq, durable)

    settle = settle
    """``settle()``: do now what the next record would have to, for a caller that is about to wait anyway."""

    def _turn(self, durable: bool) -> tuple[ShardWriter, int, int]:
        """Return the shard and the stamps for the next record. The lock is held."""
        shard = self._shard
        if shard is None or self._outage is not None or self._closed:
            shard = self._ready(durable)
        wall_ns, mono_ns = self._stamps.now()
        if self._stamps.step_us:
            wall_ns, mono_ns = self._stepped(shard)
        return shard, wall_ns, mono_ns

    def _id(self, shard: ShardWriter, seq: int, durable: bool) -> str:
        """Return the id of a record, once it is as durable as it must be. The lock is free."""
        if durable and self.flush == "group":
            self._sync_with_others(shard, seq + 1)
        return f"{shard.name}/{seq}"

    def _linked(self, shard: ShardWriter, durable: bool) -> int:
        """See to it that the record put last gets where it has to be; return its number. The lock is held."""
        seq = shard.next_seq() - 1
        if durable:
            self._write(shard)
        elif shard.due() >= _BATCH and self._outage is None:
            try:
                shard.flush()
            except OSError as error:
                self._failed(error)
        if self._idle or shard.written >= self._seal_at:
            self._seal_at = 1 << 62
            self._idle = False
            self._wake.set()
        return seq

    def commit(self, raw: str) -> str:
        """Return a commitment to raw SQL for the field ``commit``; see :mod:`pcishield.audit.commitment`.

        The key is made at the first use in a shard, in ``private/commitments/<shard>.key``, 0600.

        Raises:
            AuditUnavailable: The key cannot be kept.
        """
        with self._lock:
            if self._closed:
                raise AuditUnavailable("the audit log is closed")
            return self._commitment(self._opened_shard(), raw)

    def _commitment(self, shard: ShardWriter, raw: str) -> str:
        try:
            key = shard.commitment_key or self._deployment.new_commitment_key(shard)
        except OSError as error:
            raise self._failed(error, refused=1) from error
        number = shard.commitments
        shard.commitments += 1
        return commit(key, number, raw)

    def _write(self, shard: ShardWriter) -> None:
        """Write a durable record and what waits before it; take the record back if that fails."""
        if self.flush == "group":
            # Whoever syncs writes it, with those of others: a write each would hand the interpreter from thread to
            # thread, all of them waiting for this lock.
            shard.awaited.add(shard.next_seq() - 1)
            return
        try:
            shard.flush()
            if self.flush == "always":
                shard.sync()
        except OSError as error:
            if shard.pending:
                shard.take_back()
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
                raise AuditUnavailable(f"log.close could not be written: {sentence(error)}") from error
            finally:
                self._shard = None
                shard.close_files()

    # Opening

    def _renew(self) -> None:
        """Make what must not be shared with a parent process."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._seal_lock = threading.Lock()
        self._wake = Bell()
        self._idle = False
        self._shard = None
        self._retired: list[ShardWriter] = []
        self._outage: Outage | None = None
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
                    f"audit directory {self.directory}: {sentence(error)}. Set [audit] dir or PCISHIELD_AUDIT_DIR to "
                    "a directory that this user may write."
                ) from error
            self._thread = threading.Thread(target=self._work, args=(self._pid,), name="pcishield-audit", daemon=True)
            self._thread.start()
        return self._shard

    def _open_shard(self) -> ShardWriter:
        more: dict[str, Any] = {"flush": self.flush, "cause": self._cause}
        more |= {name: value for name, value in (("boot", boot_id()), ("parent", self._parent)) if value}

        def fields(about: dict[str, Any]) -> tuple[dict[str, Any], int, int]:
            wall_ns, mono_ns = self._stamps.restart()
            return {**self.system, **versions(), **about, **more}, wall_ns, mono_ns

        shard = self._deployment.open_shard(fields)
        shard.group = GroupSync(partial(self._written_and_synced, shard))
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
            if not durable and not shard.lost and shard.due() < _QUEUE:
                return shard
            raise self._failed(error, refused=1) from error

    # Failing and recovering. The lock is held.

    def _failed(self, error: OSError, refused: int = 0) -> AuditUnavailable:
        if self._outage is None:
            self._outage = Outage(sentence(error), time_text(self._stamps.now()[0]))
        self._outage.refused += refused
        return _unavailable(error)

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
        mark = shard.chain.mark()
        control = {"name": "audit-log", "cause": outage.cause, "from": outage.since}
        restored = control | {"to": time_text(self._stamps.now()[0]), "refused": outage.refused}
        try:
            self._own("control.fail", {"control": control}, shard)
            self._own("control.restore", {"control": restored}, shard)
            shard.flush()
        except OSError:
            shard.chain.back_to(mark)
            shard.pending.clear()
            raise
        self._outage = None
        return shard

    def _replace(self, lost: ShardWriter) -> ShardWriter:
        """Go on in a new shard, with what was accepted and not yet written."""
        self._cause = "lost"
        self._parent = f"{lost.name}/{max(lost.written - 1, 0)}"
        shard = self._open_shard()
        for line in lost.linked():
            record = orjson.loads(line)
            if record["seq"] in lost.awaited:
                continue  # refused, or about to be
            self._own(str(record["type"]), {k: v for k, v in record.items() if k not in ENVELOPE}, shard)
        lost.pending.clear()
        if self._outage is not None:
            self._outage.refused += len(lost.awaited)
        # Another thread may be syncing or sealing it right now; the worker closes it when nobody does.
        self._retired.append(lost)
        self._shard = shard
        return shard

    def _own(self, type: str, fields: Mapping[str, Any], shard: ShardWriter) -> None:
        """Link a record of the log itself."""
        wall_ns, mono_ns = self._stamps.now()
        shard.link(type, {**self.system, **fields}, wall_ns, mono_ns)

    def _stepped(self, shard: ShardWriter) -> tuple[int, int]:
        """The wall clock was set: say so before the next record, or refuse it."""
        step = self._stamps.step_us
        if self._stamps.behind and self._refuse_steps:
            raise self._failed(OSError(0, f"the clock was set back by {-step / 1e6:.1f} s"), refused=1)
        self._stamps.accept()
        self._own("clock.step", {"step_us": step}, shard)
        return self._stamps.now()

    # Group commit

    def _written_and_synced(self, shard: ShardWriter) -> int:
        """Make all records of the shard durable; return how many. Where that fails, nothing is added to it any more.

        Raises:
            OSError: It failed. Those who wait are refused, and so is who comes later: no number is used again.
        """
        with self._lock:
            try:
                shard.flush()
            except OSError as error:
                shard.lost = shard.lost or sentence(error)
            if shard.lost:
                raise ShardLostError(0, shard.lost)
        done = shard.sync()
        with self._lock:
            shard.awaited = {seq for seq in shard.awaited if seq >= done}
        return done

    def _sync_with_others(self, shard: ShardWriter, lines: int) -> None:
        """Return once the first ``lines`` lines of the shard are on the disk; one thread syncs for all that wait."""
        try:
            shard.group.wait(lines)
        except OSError as error:
            with self._lock:
                # Who wakes late finds the log in another shard, which is none the worse; refusals are counted there.
                if shard is self._shard:
                    self._failed(error)
            raise _unavailable(error) from error


def _unavailable(error: OSError) -> AuditUnavailable:
    return AuditUnavailable(
        f"the audit log cannot take the record ({sentence(error)}), so nothing was executed; it goes on by itself when "
        "the cause is gone"
    )


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError as error:
        raise AuditUnavailable(
            f"audit directory {path}: the working directory cannot be used ({sentence(error)}). Give an absolute path."
        ) from error


_logs: weakref.WeakSet[FileAuditLog] = weakref.WeakSet()


def _after_fork() -> None:
    for log in list(_logs):
        log._forked()


os.register_at_fork(after_in_child=_after_fork)
