"""How long the log is kept, and what is left of a part that went: the rules, without I/O.

PCI DSS 10.5.1: twelve months kept, three of them at hand. A whole shard goes at once (a shard ends after a day), never
a part of one. What is left of it: its signed checkpoints, its key, its place in the index, and a ``log.purge`` record
with the subtree roots (``peaks``) of its Merkle tree. They must give the root that its own key signed, so a tombstone
fits exactly one content and number of lines: what went can be neither denied nor made up later.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pcishield.audit.merkle import Frontier
from pcishield.audit.records import is_stamp

__all__ = ["ARCHIVE", "KEEP_DAYS", "ONLINE_DAYS", "PURGE", "Hold", "Tombstone", "holding", "holds", "tombstone"]

KEEP_DAYS = 365
"""Days that a record is kept somewhere."""

ONLINE_DAYS = 90
"""Days that it is kept in the audit directory."""

ARCHIVE, PURGE = "archive", "retention"
"""Causes of ``log.purge``: moved elsewhere, or gone."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What a ``log.purge`` record says.

    Attributes:
        shard: That went.
        cause: :data:`ARCHIVE` or :data:`PURGE`.
        at: When it went, RFC 3339 UTC.
        until: Time of its last line.
        tree: Of its lines.
        last: Leaf hash of its last line, hex.
    """

    shard: str
    cause: str
    at: str
    until: str
    tree: Frontier
    last: str

    def days(self) -> float:
        """Age of its last line when it went. Raises ValueError."""
        return (_time(self.at) - _time(self.until)) / timedelta(days=1)

    def too_early(self, keep_days: float, online_days: float) -> str:
        """Return what is wrong with its time, "" when nothing is."""
        limit = keep_days if self.cause != ARCHIVE else online_days
        days = self.days()
        if days >= limit:
            return ""
        what = "moved to an archive" if self.cause == ARCHIVE else "purged"
        return f"was {what} {days:.0f} days after its last record, and {limit:.0f} days are to be kept"


def tombstone(record: Mapping[str, Any]) -> Tombstone:
    """Return what a ``log.purge`` record says.

    Args:
        record: Untrusted.

    Raises:
        ValueError: It makes no sense.
    """
    purged = record.get("purged")
    if not isinstance(purged, Mapping):
        raise ValueError("no purged shard")
    size, peaks = purged.get("records"), purged.get("peaks")
    texts = [purged.get("shard"), record.get("cause"), record.get("ts"), purged.get("until"), purged.get("last")]
    if type(size) is not int or not isinstance(peaks, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("a field is missing or has another type")
    try:
        tree = Frontier(size, [b64decode(peak, validate=True) for peak in peaks])
    except (Base64Error, TypeError):
        raise ValueError("a peak is not base64") from None
    shard, cause, at, until, last = map(str, texts)
    if not is_stamp(at) or not is_stamp(until):
        raise ValueError("a time is none")
    found = Tombstone(shard, cause, at, until, tree, last)
    found.days()
    return found


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: nothing of this time may go.

    Attributes:
        name: Of the case.
        since: First time that is held, RFC 3339 UTC or the beginning of one; "" for all before.
        until: Times from this one on are not held; "" for all after.
    """

    name: str
    since: str = ""
    until: str = ""


def holds(records: Iterable[Mapping[str, Any]]) -> dict[str, Hold]:
    """Return the holds in force after these ``hold.set`` and ``hold.release`` records, by name."""
    found: dict[str, Hold] = {}
    for record in records:
        hold = record.get("hold") or {}
        name = str(hold.get("name", ""))
        if record.get("type") == "hold.set":
            found[name] = Hold(name, str(hold.get("since", "")), str(hold.get("until", "")))
        elif record.get("type") == "hold.release":
            found.pop(name, None)
    return found


def holding(first: str, last: str, held: Iterable[Hold]) -> list[str]:
    """Return the names of the holds that a shard with records from ``first`` to ``last`` is under."""
    return [hold.name for hold in held if last >= hold.since and (not hold.until or first < hold.until)]


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
