"""The log, read for shipping: batches of whole lines in order, each checked against the line before it.

Lines are taken from a growing segment one look later than they appear: a write that fails half-way is cut back within
microseconds, and what was cut back must not have been shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson

from pcishield.audit.checkpoint import NoteError, parse_checkpoint
from pcishield.runtime._ship_cursor import Cursor, Position, shard_number

__all__ = ["Batch", "LogChangedError", "LogReader"]


class LogChangedError(Exception):
    """The log does not continue what was shipped before: it was changed, cut, or replaced by an older copy."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one shard, and the place behind them."""

    shard: str
    lines: list[bytes]
    after: Position
    oldest: float


class LogReader:
    """Reads one audit directory for one sink.

    Args:
        root: The audit directory.
        records: Lines in a batch at most.
        size: Bytes in a batch at most, unless one line is longer.
    """

    def __init__(self, root: Path, records: int, size: int) -> None:
        self._root = root
        self._records = records
        self._size = max(size, 1 << 16)
        self._shards: list[str] = []
        self._index_read = 0
        self._seen: dict[Path, int] = {}
        self._until: dict[Path, int] | None = None

    def batches(self, cursor: Cursor) -> Iterator[Batch]:
        """Yield one batch of every shard that has news, oldest shard first; finished shards are noted in the cursor.

        Raises:
            LogChangedError: See there; the other shards were read before it is raised.
        """
        changed: LogChangedError | None = None
        for shard in self._open_shards(cursor):
            # Asked before reading: once the mark is gone, nothing is added any more.
            growing = (self._root / "open" / shard).exists()
            position = cursor.shards.setdefault(shard, Position())
            try:
                batch = self._next(cursor, shard, position, growing)
            except LogChangedError as error:
                changed = changed or error
                continue
            if batch is not None:
                yield batch
            elif not growing and self._at_end(shard, position):
                cursor.missing += self._gone(shard, position)
                cursor.finish(shard)
        if changed is not None:
            raise changed

    def until_now(self, cursor: Cursor) -> None:
        """From now on read only what is there now."""
        self._until = {}
        for shard in self._open_shards(cursor):
            for path in (self._root / shard / "segments").glob("*.jsonl"):
                self._until[path] = path.stat().st_size

    def waiting_bytes(self, cursor: Cursor) -> int:
        """Return how many bytes of the log are not sent."""
        total = 0
        for shard in self._open_shards(cursor):
            position = cursor.shards.get(shard, Position())
            number = position.segment
            while (path := self._segment(shard, number)).exists():
                total += path.stat().st_size - (position.offset if number == position.segment else 0)
                number += 1
        return total

    def _open_shards(self, cursor: Cursor) -> list[str]:
        """Return the shards that are not finished, as the index has them."""
        try:
            with (self._root / "index.jsonl").open("rb") as file:
                file.seek(self._index_read)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data.rfind(b"\n") + 1
        self._index_read += whole
        self._shards += [str(orjson.loads(line)["shard"]) for line in data[:whole].splitlines()]
        self._shards = [shard for shard in self._shards if not cursor.is_done(shard_number(shard))]
        return [shard for shard in self._shards if (self._root / shard).is_dir()]

    def _segment(self, shard: str, number: int) -> Path:
        return self._root / shard / "segments" / f"{number:08d}.jsonl"

    def _next(self, cursor: Cursor, shard: str, position: Position, growing: bool) -> Batch | None:
        while True:
            path = self._segment(shard, position.segment)
            if not path.exists() and not self._skip_missing(cursor, shard, position):
                return None
            path = self._segment(shard, position.segment)
            followed = self._segment(shard, position.segment + 1).exists()
            size = path.stat().st_size
            if size < position.offset:
                raise LogChangedError(f"{shard}: the segment is shorter than what was shipped of it")
            if growing and not followed:
                # What is new is taken at the next look; see above.
                settled = self._seen if self._until is None else self._until
                size, self._seen[path] = min(settled.get(path, 0), size), size
            lines = self._read(path, position.offset, size)
            if lines:
                return self._checked(shard, position, lines)
            if not followed:
                return None
            self._seen.pop(path, None)
            position.segment += 1
            position.offset = 0

    def _read(self, path: Path, offset: int, size: int) -> list[bytes]:
        if size <= offset:
            return []
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(min(size - offset, self._size))
        return data.split(b"\n")[:-1][: self._records]

    def _checked(self, shard: str, position: Position, lines: list[bytes]) -> Batch:
        seq, prev, oldest = position.seq, position.prev, 0.0
        for line in lines:
            try:
                record = orjson.loads(line)
                fits = (record["shard"], record["seq"]) == (shard, seq) and prev in (record["prev"], "")
            except (ValueError, KeyError, TypeError):
                fits = False
            if not fits:
                raise LogChangedError(f"{shard}/{seq}: does not follow the record shipped before it; run audit verify")
            oldest = oldest or datetime.fromisoformat(record["ts"]).timestamp()
            seq, prev = seq + 1, sha256(b"\x00" + line).hexdigest()
        offset = position.offset + sum(map(len, lines)) + len(lines)
        return Batch(shard, lines, Position(position.segment, offset, seq, prev), oldest)

    def _skip_missing(self, cursor: Cursor, shard: str, position: Position) -> bool:
        """Go on behind segments that retention removed before they were sent, and count what is missing."""
        names = sorted(path.name for path in (self._root / shard / "segments").glob("*.jsonl"))
        later = [name for name in names if int(name[:8]) > position.segment]
        if not later:
            return False
        with (self._root / shard / "segments" / later[0]).open("rb") as file:
            seq = int(orjson.loads(file.readline())["seq"])
        cursor.missing += seq - position.seq
        position.segment, position.offset, position.seq, position.prev = int(later[0][:8]), 0, seq, ""
        return True

    def _gone(self, shard: str, position: Position) -> int:
        """Return how many records retention took away before they were sent, when it took all of the shard."""
        if self._segment(shard, position.segment).exists():
            return 0
        try:
            size = parse_checkpoint((self._root / shard / "checkpoint").read_text("utf-8")).size
        except (OSError, NoteError, UnicodeDecodeError):
            return 0
        return max(size - position.seq, 0)

    def _at_end(self, shard: str, position: Position) -> bool:
        path = self._segment(shard, position.segment)
        try:
            with path.open("rb") as file:
                file.seek(position.offset)
                # Part of a line is what a killed process left; nobody was told that it was written.
                return b"\n" not in file.read(1 << 17)
        except FileNotFoundError:
            return True
