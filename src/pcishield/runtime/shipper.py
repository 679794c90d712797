"""Ships records from the log's files to sinks: at least once, in order per shard, from a cursor that is kept on disk.

Rules (docs/adr, AUDIT 3.4):

- The files are the truth. A record is in the log before a sink hears of it, so a sink that is down, slow or full loses
  nothing: its records wait where they are, and memory holds one batch.
- Each sink has a thread and a cursor, ``sinks/<name>.json`` in the audit directory. The cursor moves after the sink
  has confirmed a batch, so a process that dies in between sends it again, under the same ids (``<shard>/<seq>``).
- One process ships for one sink at a time, for all shards of the directory. When it dies another takes over, or
  ``pcishield audit ship`` does.
- A statement never waits for a sink. It is refused at once where ``on_failure`` says so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from pcishield.exceptions import AuditUnavailable
from pcishield.runtime._lane import Lane, Lanes, described
from pcishield.runtime._log_system import system_fields
from pcishield.runtime._plugins import check_names
from pcishield.runtime._ship_cursor import load_cursor, save_cursor
from pcishield.runtime._ship_reader import LogReader
from pcishield.typing import AuditLog, Sink

__all__ = ["Shipper"]

OnFailure = Literal["allow", "degrade", "deny"]


class _SinkLane(Lane):
    """One sink's thread."""

    def __init__(self, root: Path, sink: Sink, log: AuditLog | None, interval: float) -> None:
        super().__init__(root / "sinks", sink.name, interval, float(getattr(sink, "max_backoff", 30.0)))
        self.root = root
        self.sink = sink
        self._log = log
        self._path = self.folder / f"{sink.name}.json"
        self.cursor = load_cursor(self._path)
        self._told = False
        self._reader = self._new_reader()

    def _new_reader(self) -> LogReader:
        records, size = getattr(self.sink, "batch_records", 500), getattr(self.sink, "batch_bytes", 1 << 20)
        return LogReader(self.root, int(records), int(size))

    def step(self) -> bool:
        cursor, moved = self.cursor, False
        for batch in self._reader.batches(cursor):
            cursor.oldest = batch.oldest
            self.sink.send(batch.lines)
            cursor.shards[batch.shard] = batch.after
            cursor.last = f"{batch.shard}/{batch.after.seq - 1}"
            cursor.shipped += len(batch.lines)
            save_cursor(self._path, cursor)
            moved = True
        if cursor.failing_since:
            self._restored()
        elif moved or not cursor.oldest:
            return moved
        if not moved:
            cursor.oldest = 0.0
        save_cursor(self._path, cursor)
        return moved

    def finish(self, seconds: float) -> bool:
        self._reader.until_now(self.cursor)
        # What was written a moment ago may still be cut back; see LogReader.
        time.sleep(0.05)
        return super().finish(seconds)

    def taken_over(self) -> None:
        self.cursor = load_cursor(self._path)

    def observe(self) -> None:
        self.cursor = load_cursor(self._path)

    def failed(self, error: Exception) -> None:
        cursor = self.cursor
        cursor.errors += 1
        cursor.error = described(error)
        cursor.failing_since = cursor.failing_since or time.time()
        if self.failures > 1 and not self._told:
            # Not at the first: a connection that the other side dropped is made again within a moment.
            self._told = self._record("sink.pause", {"reason": cursor.error})
        with suppress(OSError):
            save_cursor(self._path, cursor)

    def _restored(self) -> None:
        cursor = self.cursor
        seconds = time.time() - cursor.failing_since
        cursor.failing_since, cursor.error = 0.0, ""
        if self._told:
            self._told = not self._record("sink.resume", {"lag_us": int(seconds * 1e6)})

    def _record(self, kind: str, fields: dict[str, Any]) -> bool:
        if self._log is None:
            return False
        sink = {"name": self.name} | ({"cursor": self.cursor.last} if self.cursor.last else {})
        try:
            self._log.append(kind, {**system_fields("shipper"), "sink": sink, **fields})
        except AuditUnavailable:
            return False
        return True

    def forked(self) -> None:
        if (forget := getattr(self.sink, "forked", None)) is not None:
            forget()
        self._told = False
        self._reader = self._new_reader()

    def lag(self, now: float) -> float:
        """Return how many seconds the oldest unsent record is old, 0 when there is none."""
        oldest = self.cursor.oldest
        return max(now - oldest, 0.0) if oldest else 0.0

    def close(self) -> None:
        self.sink.close()

    def metrics(self) -> dict[str, Any]:
        """Return the state, for people and for alarms.

        ``state`` (``ok``, ``failing``), ``leading`` (whether this process ships), ``lag_seconds`` (age of the oldest
        record it does not have), ``queue_bytes`` (of the log, not sent), ``shipped``, ``errors``, ``error``,
        ``failing_seconds``, ``missing`` (gone from the log before they were sent), ``last`` (record id).
        """
        cursor, now = self.cursor, time.time()
        return {
            "state": "failing" if cursor.failing_since else "ok",
            "leading": self.leading,
            "lag_seconds": round(self.lag(now), 3),
            "queue_bytes": LogReader(self.root, 1, 1).waiting_bytes(cursor),
            "shipped": cursor.shipped,
            "errors": cursor.errors,
            "error": cursor.error,
            "failing_seconds": round(now - cursor.failing_since, 3) if cursor.failing_since else 0.0,
            "missing": cursor.missing,
            "last": cursor.last,
        }


class Shipper(Lanes[_SinkLane]):
    """Ships one audit directory to any number of sinks.

    Args:
        directory: The audit directory; it may still be empty.
        sinks: Each with a name of its own.
        log: Where ``sink.pause`` and ``sink.resume`` are recorded; ``None`` for nowhere.
        on_failure: What a failing sink means for statements: ``allow`` nothing; ``degrade`` they are refused once a
            sink is more than ``max_lag`` behind; ``deny`` they are refused from the first failed batch on, too.
        max_lag: Seconds.
        interval: Seconds between two looks at the log.

    Raises:
        ConfigurationError: Two sinks have one name, or something is no sink.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        sinks: Sequence[Sink],
        *,
        log: AuditLog | None = None,
        on_failure: OnFailure = "allow",
        max_lag: float = 300.0,
        interval: float = 0.2,
    ) -> None:
        check_names("sinks", sinks, ("send", "close"))
        root = Path(directory)
        self._refuses = on_failure != "allow"
        self._at_once = on_failure == "deny"
        self._max_lag = max_lag
        super().__init__([_SinkLane(root, sink, log, interval) for sink in sinks])

    def refusal(self) -> str:
        """Return why statements must not run now, "" when they may. Takes no lock and waits for nothing."""
        if not self._refuses:
            return ""
        now = time.time()
        for lane in self._lanes:
            if self._at_once and lane.cursor.failing_since:
                return f"the sink {lane.name} fails ({lane.cursor.error}) and audit.on_sink_failure is 'deny'"
            if lane.lag(now) > self._max_lag:
                return f"the sink {lane.name} is {lane.lag(now):.0f} s behind, more than audit.max_sink_lag allows"
        return ""
