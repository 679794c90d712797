"""Mirrors the log as files, on another volume, say: one file per shard, each record exactly once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["JsonlSink"]

_LINE = b'{"id":"%s","record":%s}\n'


class JsonlSink(BaseSink):
    """Writes ``path/<shard>.jsonl``, one object ``{"id", "record"}`` a line, on the disk before it counts.

    What a killed process had written already is found by its id and not written again; half a line is cut off.
    """

    kind: ClassVar[str] = "jsonl"
    path: Annotated[str, Field(min_length=1)]

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Append what the shard's file does not have yet."""
        folder = Path(self.path).expanduser()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(folder / f"{entries[0].shard}.jsonl", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "r+b") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(end - (1 << 17), 0))
            whole, _, torn = file.read().rpartition(b"\n")
            file.seek(end - len(torn))
            file.truncate()
            last = int(whole.rpartition(b"\n")[2].partition(b'","record')[0].rpartition(b"/")[2]) if whole else -1
            file.writelines(_LINE % (e.id.encode(), e.data) for e in entries if e.seq > last)
            file.flush()
            os.fdatasync(fd)
