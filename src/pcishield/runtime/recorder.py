"""Records what one connection sees, for replay (:mod:`pcishield.recording`).

Rules:

- Only masked cells come here. Nothing is recorded but what the decision of a statement says.
- Events gather in memory and are written, encrypted, when there are 64 KB of them, a moment after the last statement,
  and at the end. For each piece the audit log gets a ``recording`` record with the digest of the file so far.
- A recording that cannot be written refuses the next statement that would have to be recorded (``AuditUnavailable``),
  and is tried again then; ``control.fail`` and ``control.restore`` bracket it. What was sealed is kept and written
  as it is.
- A forked child begins a recording of its own: two writers under one key would use a nonce twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any

from pcishield.core.decision import Recording
from pcishield.exceptions import AuditUnavailable
from pcishield.recording.events import Sample, encode_events
from pcishield.recording.frames import Frames, Header
from pcishield.runtime.hot import Settleable
from pcishield.runtime.recordings import Recordings
from pcishield.typing import AuditLog, Clock

__all__ = ["Recorder"]

_PIECE = 64 << 10
_WAITING = 10_000
_EVENT = 200
"""Bytes that an event without rows is taken to have; only for the decision when to write."""


class Recorder:
    """The recording of one connection. Thread-safe; opened by the first thing that is recorded.

    Args:
        recordings: Where it goes.
        log: Where its digests go.
        clock: Time.
        base: Returns the fields that every audit record of the connection has.
        about: Returns the ``open`` event's fields: actor, db, src, policy; no values.
        linger: Calls :meth:`settle` after a moment.
        ids: Session and connection, as in audit records.
    """

    def __init__(
        self,
        recordings: Recordings,
        log: AuditLog,
        clock: Clock,
        base: Callable[[], dict[str, Any]],
        about: Callable[[], dict[str, Any]],
        linger: Callable[[Settleable], None],
        ids: tuple[str, str],
    ) -> None:
        self._recordings = recordings
        self._log = log
        self._clock = clock
        self._base = base
        self._about = about
        self._linger = linger
        self._ids = ids
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._header: Header | None = None
        self._frames: Frames | None = None
        self._fd = -1
        self._began = 0
        self._events: list[dict[str, Any]] = []
        self._weight = 0
        self._sealed: list[bytes] = []
        self._digest = sha256()
        self._size = 0
        self._rows = 0
        self._full = False
        self._waits = False
        self._failed: dict[str, Any] | None = None

    # What operations call

    def require(self) -> None:
        """Make sure, before a statement runs, that what it does can be recorded.

        Raises:
            AuditUnavailable: It cannot; nothing was executed.
        """
        if self._pid != os.getpid():
            self._reset()
        with self._lock:
            if self._header is not None and self._failed is None:
                return
            self._try()
            if self._failed is not None:
                raise AuditUnavailable(
                    f"the policy wants this recorded and it cannot be ({self._failed['cause']}), so nothing was "
                    f"executed. Check {self._recordings.directory} and the key {self._recordings.keys.name}."
                )

    def note(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event without rows."""
        if self._pid == os.getpid():
            with self._lock:
                self._add(kind, fields, _EVENT)

    def statement(self, attempt: str, plan: Recording, fields: Mapping[str, Any]) -> Sample:
        """Record that a statement was sent; return what :meth:`rows` and :meth:`result` need.

        Args:
            attempt: Id of its audit record.
            plan: How much of its result is kept.
            fields: Of the event; no literal, no value.
        """
        self.note("statement", {"attempt": attempt, **fields})
        return Sample(attempt, plan)

    def rows(self, sample: Sample, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """Record masked rows of a statement, as far as its plan goes.

        Args:
            sample: Of the statement.
            columns: Names, fit for a record.
            rows: Masked.
        """
        if self._pid != os.getpid():
            return
        with self._lock:
            if self._full:
                sample.seen += len(rows)
                return
            taken = sample.take(rows)
            if not taken and columns == sample.columns:
                return
            event: dict[str, Any] = {"attempt": sample.attempt, "rows": taken}
            if columns != sample.columns:
                event["columns"] = list(columns)
                sample.columns = columns
            self._rows += len(taken)
            self._add("rows", event, _EVENT + 20 * len(taken) * len(columns))
            if self._size + self._weight >= sample.plan.session_bytes:
                self._full = True
                self._add("full", {}, _EVENT)

    def result(self, sample: Sample, kind: str, fields: Mapping[str, Any]) -> None:
        """Record how a statement ended (``result``), or that more was fetched after that (``fetch``)."""
        event: dict[str, Any] = {"attempt": sample.attempt, **fields}
        if sample.seen or sample.columns:
            event |= {"rows": sample.seen, "recorded": sample.kept}
        self.note(kind, event)

    def settle(self) -> None:
        """Write what has gathered. Raises AuditUnavailable when the log does not take the digest."""
        if self._pid != os.getpid():
            return
        with self._lock:
            self._waits = False
            if self._header is not None and (self._events or self._sealed):
                self._try()

    def close(self) -> None:
        """Write the end. A recording that cannot be written to its end is one without end; the log says so."""
        if self._pid != os.getpid():
            return
        with self._lock:
            if self._header is None:
                return
            self._add("close", {}, 0)
            self._try(last=True)
            if self._fd >= 0:
                os.close(self._fd)
            self._header = self._frames = None
            self._fd = -1

    # Writing; the lock is held

    def _add(self, kind: str, fields: Mapping[str, Any], weight: int) -> None:
        # Statements are refused while it fails; what runs on meanwhile is bounded by its plan, refusals are not.
        if self._header is None or (self._failed is not None and len(self._events) >= _WAITING):
            return
        self._events.append({"t": (self._clock.monotonic_ns() - self._began) // 1000, "e": kind, **fields})
        self._weight += weight
        if self._weight >= _PIECE and self._failed is None:
            self._try()
        elif not self._waits:
            self._waits = True
            self._linger(self)

    def _try(self, *, last: bool = False) -> None:
        """Write what there is; note a failure, or that it is over."""
        try:
            if self._header is None:
                self._open()
            self._write(last=last)
        except AuditUnavailable:
            raise
        except Exception as error:
            if self._failed is None:
                cause = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
                self._failed = {"name": "recording", "cause": cause, "from": self._now()}
                self._log.append("control.fail", self._control(self._failed))
            return
        if self._failed is not None:
            restored, self._failed = self._failed | {"to": self._now()}, None
            self._log.append("control.restore", self._control(restored))

    def _open(self) -> None:
        header, key, self._fd = self._recordings.begin(*self._ids, self._now())
        self._header, self._frames = header, Frames(header, key)
        self._began = self._clock.monotonic_ns()
        self._sealed = [header.line()]
        self._events = [{"t": 0, "e": "open", "at": header.created, **self._about()}]

    def _write(self, *, last: bool) -> None:
        assert self._frames is not None and self._header is not None
        if self._events or last:
            self._sealed.append(self._frames.seal(encode_events(self._events), last=last))
            self._events, self._weight = [], 0
        size = self._size
        while self._sealed:
            piece = self._sealed[0]
            try:
                written = os.write(self._fd, piece)
                if written != len(piece):
                    raise OSError(28, "No space left on device")
            except OSError:
                os.ftruncate(self._fd, self._size)
                raise
            self._digest.update(piece)
            self._size += len(piece)
            del self._sealed[0]
        if self._size > size:
            recording = {
                "id": self._header.id, "size": self._size, "digest": self._digest.hexdigest(), "rows": self._rows,
                "key": self._recordings.keys.name,
            }  # fmt: skip
            if last:
                recording["ended"] = True
            self._log.append("recording", self._base() | {"recording": recording})

    def _control(self, control: Mapping[str, Any]) -> dict[str, Any]:
        return self._base() | {"component": "recording", "control": dict(control)}

    def _now(self) -> str:
        return self._clock.now().isoformat().replace("+00:00", "Z")
