"""What a recording holds: events, in order, as small JSON objects.

Every event has ``t`` (microseconds since the recording began) and ``e`` (its kind):

``open``       who, where: ``actor``, ``db``, ``src``, ``policy``, ``at`` (RFC 3339 UTC)
``statement``  ``attempt`` (id of the audit record), ``sql`` without literals, ``method``, ``who``, ``rule``,
               ``parameters`` (count and types)
``rows``       ``attempt``, ``columns`` (once per result), ``rows``: masked cells as they were handed out
``result``     ``attempt``, ``outcome``, ``rows`` handed out, ``recorded``, ``us`` in the database, ``error``
``fetch``      ``attempt``, ``rows`` handed out in all, ``recorded``: rows were fetched after ``result``
``approval``   ``sql``, ``approvers``, ``reason``
``denied``     ``sql``, ``reason``, ``rule``
``full``       from here on no rows are kept: the recording has reached its size
``close``      the connection was closed

Cells keep null, truth values, numbers and text; long text is cut with a marker; everything else is described by its
type and, where that is text of masked content, by it. Nothing here masks: cells come masked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from pcishield.core.decision import Recording

__all__ = ["Sample", "cell", "decode_events", "encode_events"]

_TEXTUAL = (Decimal, date, datetime, time, timedelta, UUID)
_LARGE = 1 << 53


def cell(value: Any, limit: int) -> Any:
    """Return a masked value as it is recorded.

    Args:
        value: Masked.
        limit: Characters of text that are kept.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return value if len(value) <= limit else f"{value[:limit]}… ({len(value)} characters)"
    if isinstance(value, int):
        return value if -_LARGE < value < _LARGE else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"type": "bytes", "length": len(value)}
    if isinstance(value, (list, tuple)):
        return [cell(item, limit) for item in value[:20]] + (["…"] if len(value) > 20 else [])
    if isinstance(value, Mapping):
        return {cell(str(key), limit): cell(item, limit) for key, item in list(value.items())[:20]}
    if isinstance(value, _TEXTUAL):
        return str(value)
    # A class of the user's: its repr may do anything.
    return {"type": type(value).__name__}


@dataclass(slots=True)
class Sample:
    """Which rows of one statement are kept.

    Attributes:
        attempt: Id of the statement's audit record.
        plan: The decision's.
        seen: Rows handed out so far.
        kept: Rows recorded so far.
        columns: Names of the columns last recorded.
    """

    attempt: str
    plan: Recording
    seen: int = 0
    kept: int = 0
    columns: tuple[str, ...] = field(default=())

    def take(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the cells of those rows of the batch that are kept."""
        plan, taken = self.plan, []
        first = -self.seen % plan.every
        for row in rows[first :: plan.every]:
            if self.kept >= plan.rows:
                break
            taken.append([cell(value, plan.cell_chars) for value in row])
            self.kept += 1
        self.seen += len(rows)
        return taken


def encode_events(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Return events as JSON lines. Lone surrogates, which JSON cannot hold, become replacement characters."""
    try:
        return b"".join(orjson.dumps(event) + b"\n" for event in events)
    except TypeError:
        return b"".join(orjson.dumps(_plain(event)) + b"\n" for event in events)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def decode_events(content: bytes) -> list[dict[str, Any]]:
    """Return the events of a frame. Raises ValueError when it holds none."""
    return [orjson.loads(line) for line in content.splitlines()]
