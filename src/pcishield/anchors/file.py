"""Keeps checkpoints in files on another volume."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from pcishield.audit.checkpoint import parse_checkpoint
from pcishield.audit.verify import split_notes
from pcishield.runtime.anchor import BaseAnchor, Prove

__all__ = ["FileAnchor"]


class FileAnchor(BaseAnchor):
    """Appends to ``path/<shard>.checkpoints.txt``, on the disk before it counts.

    It is worth as much as the volume is out of reach: append-only (``chattr +a``), or mounted from another host.
    """

    kind: ClassVar[str] = "file"
    path: Annotated[str, Field(min_length=1)]

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Append the checkpoint."""
        folder = Path(self.path).expanduser()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shard = parse_checkpoint(note).origin.rpartition("/")[2]
        fd = os.open(folder / f"{shard}.checkpoints.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, f"{note}\n".encode())
            os.fdatasync(fd)
        finally:
            os.close(fd)
        return b""

    def notes(self) -> Sequence[str]:
        """Read them all."""
        files = sorted(Path(self.path).expanduser().glob("*.checkpoints.txt"))
        return [note for file in files for note in split_notes(file.read_text("utf-8"))[0]]
