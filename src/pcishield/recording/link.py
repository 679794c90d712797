"""Whether a recording is the one that the audit log speaks of.

The log has a ``recording`` record for every piece of a recording that was written: its id, how many bytes it had
then, and their SHA-256. All of them must hold for the file that is played, and the last must cover all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

__all__ = ["Link", "check_link"]


@dataclass(frozen=True, slots=True)
class Link:
    """What the log says about a recording.

    Attributes:
        problems: Why it is not the one; empty when it is.
        records: Records that hold for it.
        covered: Bytes that the last of them covers.
        loose: Bytes after them: written by a process that died before it could record them.
        ended: Whether the log says that it is complete.
    """

    problems: tuple[str, ...]
    records: int
    covered: int
    loose: int
    ended: bool


def check_link(data: bytes, recording: str, records: Iterable[Mapping[str, Any]]) -> Link:
    """Compare a recording with the audit log.

    Args:
        data: The file, untrusted.
        recording: Its id.
        records: The log's ``recording`` records, in order; those about others are skipped.
    """
    found = [part for record in records if (part := record.get("recording") or {}).get("id") == recording]
    if not found:
        return Link(("the audit log knows no such recording: it was put there, or the log is another one",), 0, 0, 0,
                    ended=False)  # fmt: skip
    problems, running, at = [], sha256(), 0
    for part in found:
        size = part.get("size")
        if type(size) is not int or not at <= size <= len(data):
            problems.append(f"the audit log says that it had {size} bytes, and it has {len(data)}: it was cut")
            break
        running.update(data[at:size])
        at = size
        if running.copy().hexdigest() != part.get("digest"):
            problems.append(f"the first {size} bytes are not those that the audit log has the digest of: exchanged")
            break
    ended = found[-1].get("ended") is True
    loose = 0 if problems else len(data) - at
    if ended and loose:
        problems.append(f"{loose} bytes follow after its end")
    return Link(tuple(problems), len(found), at, loose, ended=ended)
