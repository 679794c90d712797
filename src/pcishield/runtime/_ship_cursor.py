"""How far a sink has got in the log, on disk: one small file, replaced atomically, made durable at every step.

A cursor that cannot be read starts from the beginning: records are then sent again, under the same ids; none is lost.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from pcishield.audit.chain import ZERO

__all__ = ["Cursor", "Position", "load_cursor", "save_cursor", "shard_number", "sinks_without"]


@dataclass(slots=True)
class Position:
    """A place in a shard: the next record to send.

    Attributes:
        segment: Number of the segment file.
        offset: Bytes of it that were sent.
        seq: Number of the next record.
        prev: Leaf hash (hex) of the last record sent.
    """

    segment: int = 0
    offset: int = 0
    seq: int = 0
    prev: str = ZERO


@dataclass(slots=True)
class Cursor:
    """Everything about one sink that outlives the process.

    Attributes:
        shards: Places in the shards that are not finished.
        done: Numbers of the finished shards, as ranges ``[first, last]``, sorted.
        last: Id of the last record sent.
        failing_since: Unix time since which the sink fails, 0 when it does not.
        error: Why it fails: the class of the error, and what the operating system says.
        oldest: Unix time of the oldest record that is not sent, 0 when there is none.
        shipped: Records sent so far.
        errors: Batches that failed so far.
        missing: Records that were gone from the log before they were sent.
    """

    shards: dict[str, Position] = field(default_factory=dict)
    done: list[list[int]] = field(default_factory=list)
    last: str = ""
    failing_since: float = 0.0
    error: str = ""
    oldest: float = 0.0
    shipped: int = 0
    errors: int = 0
    missing: int = 0

    def is_done(self, number: int) -> bool:
        """Tell whether nothing of the shard is left to send."""
        return any(first <= number <= last for first, last in self.done)

    def finish(self, shard: str) -> None:
        """Note that nothing of the shard is left, and nothing will come."""
        self.shards.pop(shard, None)
        number = shard_number(shard)
        merged: list[list[int]] = []
        for first, last in sorted([*self.done, [number, number]]):
            if merged and first <= merged[-1][1] + 1:
                merged[-1][1] = max(last, merged[-1][1])
            else:
                merged.append([first, last])
        self.done = merged


def shard_number(shard: str) -> int:
    """Return the number that the shard's name begins with."""
    return int(shard.partition("-")[0])


def load_cursor(path: Path) -> Cursor:
    """Read a cursor; the beginning when there is none, or none that can be read."""
    try:
        data: dict[str, Any] = orjson.loads(path.read_bytes())
        data["shards"] = {shard: Position(**place) for shard, place in data["shards"].items()}
        return Cursor(**data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Cursor()


def save_cursor(path: Path, cursor: Cursor) -> None:
    """Replace the cursor; it is on the disk when this returns."""
    temporary = path.with_suffix(".tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb", closefd=False) as file:
            file.write(orjson.dumps(asdict(cursor)))
        os.fdatasync(fd)
    finally:
        os.close(fd)
    temporary.replace(path)


def sinks_without(root: Path, shard: str, configured: Collection[str] = ()) -> list[str]:
    """Return the names of the sinks that do not have all of a shard.

    Args:
        root: The audit directory.
        shard: Name of the shard.
        configured: Sinks that count also when they have no cursor yet, for then they have nothing.
    """
    folder = root / "sinks"
    names = {path.stem for path in folder.glob("*.json")} | set(configured)
    number = shard_number(shard)
    return sorted(name for name in names if not load_cursor(folder / f"{name}.json").is_done(number))
