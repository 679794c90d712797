"""What verification is given; see :mod:`pcishield.audit.verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.retention import KEEP_DAYS, ONLINE_DAYS
from pcishield.audit.scan import Segment

__all__ = ["Options", "Source", "split_notes"]


class Source(Protocol):
    """The audit directory, as verification sees it. Paths are relative, with ``/``."""

    def names(self, folder: str) -> Sequence[str]:
        """Names in a folder (``""`` for the root), sorted; empty when it does not exist."""
        ...

    def read(self, path: str) -> bytes | None:
        """Content of a file, ``None`` when it does not exist."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to verify.

    Attributes:
        key: The pinned first index key; ``None`` takes the one in the directory and says so.
        anchors: Checkpoints (signed notes) that were kept elsewhere.
        receipt: Checks an anchor's receipt: given kind, note and receipt, it returns "" when it is good, a sentence
            when it is not, and ``None`` when there is nothing to check it by.
        expect_anchor: Warn when no checkpoint from outside was compared.
        tolerance: Seconds that the wall clock may go back unmentioned.
        silence: Seconds without a record that are worth a warning.
        pan: Tells whether a text holds a card number.
        keep_days: Days that a record must be kept; what went before is an error.
        online_days: Days that it must be in the directory itself.
        progress: Told about every scanned segment: path, bytes.
        scan: Scans segments; gets (paths, scan function) and yields results in order, for parallel scans.
    """

    key: VerifierKey | None = None
    anchors: Sequence[str] = ()
    receipt: Callable[[str, str, bytes], str | None] = lambda kind, note, receipt: None
    expect_anchor: bool = False
    tolerance: float = 2.0
    silence: float = 180.0
    pan: Callable[[str], bool] | None = None
    keep_days: float = KEEP_DAYS
    online_days: float = ONLINE_DAYS
    progress: Callable[[str, int], None] = lambda path, size: None
    scan: Callable[[Source, Sequence[tuple[str, str]], Options], Iterable[Segment]] | None = None


def split_notes(data: str) -> tuple[list[str], str]:
    """Split a file of checkpoints into notes; return them and what is left at the end.

    Each note is text, a blank line and signature lines; notes are separated by a blank line.
    """
    notes: list[str] = []
    rest = data
    while True:
        first = rest.find("\n\n")
        second = rest.find("\n\n", first + 2) if first >= 0 else -1
        if second < 0:
            return notes, rest
        notes.append(rest[: second + 1])
        rest = rest[second + 2 :]
