"""Hands signed checkpoints to anchors, and keeps their receipts.

Rules (AUDIT 3.3):

- Every shard's newest checkpoint goes to every anchor, each ``interval`` seconds and at the end, by one process at a
  time.
- The receipt is kept in ``anchors/<name>/acks.jsonl``, with the checkpoint, and ``anchor.ack`` is recorded.
- *Exposure* is the time since the last look at which an anchor had every checkpoint there was: what a thief of the
  process's keys could rewrite unnoticed. Lines after the last checkpoint (``checkpoint_seconds``) come on top.
"""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from pcishield.audit.checkpoint import NoteError, parse_checkpoint
from pcishield.audit.merkle import consistency_proof, leaf_hash
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime._lane import Lane, Lanes, described
from pcishield.runtime._log_keys import open_apart
from pcishield.runtime._log_system import system_fields
from pcishield.runtime._plugins import check_names
from pcishield.runtime._ship_cursor import Cursor, Position, load_cursor, save_cursor, shard_number
from pcishield.typing import Anchor, AuditLog

__all__ = ["Anchorer"]


class _AnchorLane(Lane):
    """One anchor's thread. In its cursor ``seq`` is the size anchored and ``oldest`` the time of the last full look."""

    def __init__(self, root: Path, anchor: Anchor, log: AuditLog | None, interval: float) -> None:
        super().__init__(root / "anchors", anchor.name, interval, min(interval, 60.0))
        self.root = root
        self.one = anchor
        self._log = log
        self._path = self.folder / f"{anchor.name}.json"
        self.cursor = self._load()

    def _load(self) -> Cursor:
        cursor = load_cursor(self._path)
        # Before the first look everything is exposed, from now on as far as this process can tell.
        cursor.oldest = cursor.oldest or time.time()
        return cursor

    def step(self) -> bool:
        began, cursor = time.time(), self.cursor
        for shard in self._shards():
            growing = (self.root / "open" / shard).exists()
            self._shard(shard)
            if not growing:
                cursor.finish(shard)
        cursor.oldest, cursor.failing_since, cursor.error = began, 0.0, ""
        save_cursor(self._path, cursor)
        return False

    def _shards(self) -> list[str]:
        try:
            data = (self.root / "index.jsonl").read_bytes()
        except FileNotFoundError:
            return []
        names = [str(orjson.loads(line)["shard"]) for line in data.split(b"\n")[:-1]]
        return [name for name in names if not self.cursor.is_done(shard_number(name)) and (self.root / name).is_dir()]

    def _shard(self, shard: str) -> None:
        note = (self.root / shard / "checkpoint").read_text("utf-8")
        size = parse_checkpoint(note).size
        done = self.cursor.shards.get(shard)
        if done is not None and done.seq >= size:
            return
        lag = max(time.time() - (self.root / shard / "checkpoint").stat().st_mtime, 0.0)

        def prove(old: int) -> list[bytes]:
            return consistency_proof(old, self._leaves(shard, size))

        receipt = self.one.anchor(note, prove)
        self._keep(shard, size, note, receipt)
        self.cursor.shards[shard] = Position(seq=size)
        self.cursor.shipped += 1
        self.cursor.last = f"{shard}/{size}"
        self._record(shard, size, receipt, lag)

    def _leaves(self, shard: str, size: int) -> list[bytes]:
        leaves: list[bytes] = []
        for path in sorted((self.root / shard / "segments").glob("*.jsonl")):
            with path.open("rb") as file:
                leaves += [leaf_hash(line[:-1]) for line in file if line.endswith(b"\n")]
            if len(leaves) >= size:
                break
        if len(leaves) < size:
            raise NoteError(f"{shard} has fewer lines than its checkpoint signs; run audit verify")
        return leaves[:size]

    def _keep(self, shard: str, size: int, note: str, receipt: bytes) -> None:
        folder = self.folder / self.name
        folder.mkdir(mode=0o700, exist_ok=True)
        ack = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "kind": str(getattr(self.one, "kind", "") or type(self.one).__name__), "note": note,
            "receipt": b64encode(receipt).decode(), "shard": shard, "size": size,
        }  # fmt: skip
        fd = open_apart(folder / "acks.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(fd, orjson.dumps(ack, option=orjson.OPT_SORT_KEYS) + b"\n")
            os.fdatasync(fd)
        finally:
            os.close(fd)

    def _record(self, shard: str, size: int, receipt: bytes, lag: float) -> None:
        if self._log is None:
            return
        anchor: dict[str, Any] = {"name": self.name, "size": size}
        if receipt:
            anchor["receipt"] = sha256(receipt).hexdigest()
        fields = {**system_fields("anchorer"), "object": shard, "anchor": anchor, "lag_us": int(lag * 1e6)}
        # At the very end the log is closed; the receipt is kept all the same.
        with suppress(AuditUnavailable):
            self._log.append("anchor.ack", fields)

    def taken_over(self) -> None:
        self.cursor = self._load()

    observe = taken_over

    def failed(self, error: Exception) -> None:
        cursor = self.cursor
        cursor.errors += 1
        cursor.error = described(error)
        cursor.failing_since = cursor.failing_since or time.time()
        with suppress(OSError):
            save_cursor(self._path, cursor)

    def close(self) -> None:
        self.one.close()

    def metrics(self) -> dict[str, Any]:
        """Return the state, for people and for alarms.

        ``state`` (``ok``, ``failing``), ``leading``, ``exposure_seconds``, ``anchored`` (checkpoints), ``errors``,
        ``error``, ``failing_seconds``, ``last`` (shard and size).
        """
        cursor, now = self.cursor, time.time()
        return {
            "state": "failing" if cursor.failing_since else "ok",
            "leading": self.leading,
            "exposure_seconds": round(max(now - cursor.oldest, 0.0), 3),
            "anchored": cursor.shipped,
            "errors": cursor.errors,
            "error": cursor.error,
            "failing_seconds": round(now - cursor.failing_since, 3) if cursor.failing_since else 0.0,
            "last": cursor.last,
        }


class Anchorer(Lanes[_AnchorLane]):
    """Anchors the checkpoints of one audit directory.

    Args:
        directory: The audit directory.
        anchors: Each with a name of its own.
        log: Where ``anchor.ack`` is recorded; ``None`` for nowhere.
        interval: Seconds between two looks.

    Raises:
        ConfigurationError: Two anchors have one name, or something is no anchor.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        anchors: Sequence[Anchor],
        *,
        log: AuditLog | None = None,
        interval: float = 60.0,
    ) -> None:
        check_names("anchors", anchors, ("anchor", "notes", "close"))
        super().__init__([_AnchorLane(Path(directory), anchor, log, interval) for anchor in anchors])

    def exposure(self) -> float:
        """Return the smallest exposure of all anchors, in seconds: one that knows is enough."""
        now = time.time()
        return round(min(max(now - lane.cursor.oldest, 0.0) for lane in self._lanes), 3)
