"""Records that differ in a few fields only, with the rest encoded once.

A template holds the canonical bytes of a record cut open where the variable fields stand: the log's own
(``mono_us``, ``prev``, ``seq``, ``ts``) and the caller's slots. Filling it in gives byte for byte what encoding the
whole record gives, since the order of keys is known beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from pcishield.audit.canonical import OPTIONS, Preencoded, fragments
from pcishield.audit.records import SCHEMA_VERSION

__all__ = ["RecordTemplate"]

_ENVELOPE = ("mono_us", "prev", "seq", "ts")
_FORMATS = {"mono_us": b"%d", "prev": b'"%b"', "seq": b"%d", "ts": b'"%b"'}


_Bound = tuple[bytes, "Callable[[tuple[Any, ...]], tuple[Any, ...]]"]
"""The line as a format, and what puts the variable values into its order."""


class RecordTemplate:
    """One kind of record with some fields fixed. Immutable but for the shard it was last used in.

    Args:
        type: Record type.
        fields: The fixed fields.
        slots: Names of the caller's variable fields; their values are given in this order as canonical bytes.

    The log checks ``fields`` with example values in the slots before it uses a template.
    """

    __slots__ = ("_bound", "_shard", "checked", "fields", "slots", "type")

    def __init__(self, type: str, fields: Mapping[str, Any], slots: Sequence[str] = ()) -> None:
        self.type = type
        self.fields = dict(fields)
        self.slots = tuple(slots)
        self.checked = False
        self._shard = ""
        self._bound: _Bound = (b"", itemgetter(0, 1))

    def line(self, shard: str, seq: int, prev: str, ts: str, mono_us: int, values: Sequence[bytes]) -> bytes:
        """Return the record's line.

        Args:
            shard: As in the chain, and so on.
            seq: Number of the record.
            prev: Leaf hash of the line before, hex.
            ts: RFC 3339 UTC.
            mono_us: Monotonic clock.
            values: Canonical bytes of the slots, in their order.
        """
        # One read, for another thread may bind it to another shard meanwhile.
        text, ordered = self._bound if shard == self._shard else self._bind(shard)
        return text % ordered((mono_us, prev.encode("ascii"), seq, ts.encode("ascii"), *values))

    def _bind(self, shard: str) -> _Bound:
        fixed = {**self.fields, "v": SCHEMA_VERSION, "shard": shard, "type": self.type}
        variable = (*_ENVELOPE, *self.slots)
        parts: list[bytes] = []
        order: list[int] = []
        for name in sorted({*fixed, *variable}):
            if name in variable:
                order.append(variable.index(name))
                value = _FORMATS.get(name, b"%b")
            else:
                value = _encoded(fixed[name]).replace(b"%", b"%%")
            parts.append(orjson.dumps(name) + b":" + value)
        bound: _Bound = (b"{" + b",".join(parts) + b"}", itemgetter(*order))
        # In this order: who sees the shard must see what belongs to it.
        self._bound = bound
        self._shard = shard
        return bound


def _encoded(value: Any) -> bytes:
    return value.data if isinstance(value, Preencoded) else orjson.dumps(fragments(value), option=OPTIONS)
