"""Records that differ in a few fields only, with the rest encoded once.

A template holds the canonical bytes of a record cut open where the variable fields stand: the log's own
(``mono_ns``, ``prev``, ``seq``, ``ts``) and the caller's slots. Filling it in gives byte for byte what encoding the
whole record gives, since the order of keys is known beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from pcishield.audit.canonical import OPTIONS, Preencoded, fragments
from pcishield.audit.records import SCHEMA_VERSION

__all__ = ["RecordTemplate"]

_MONO, _PREV, _SEQ, _TS = -1, -2, -3, -4
_ENVELOPE = {"mono_ns": _MONO, "prev": _PREV, "seq": _SEQ, "ts": _TS}


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
        self._bound: tuple[tuple[bytes, ...], tuple[int, ...]] = ((), ())

    def line(self, shard: str, seq: int, prev: str, ts: str, mono_ns: int, values: Sequence[bytes]) -> bytes:
        """Return the record's line.

        Args:
            shard: As in the chain, and so on.
            seq: Number of the record.
            prev: Leaf hash of the line before, hex.
            ts: RFC 3339 UTC.
            mono_ns: Monotonic clock.
            values: Canonical bytes of the slots, in their order.
        """
        # One read, for another thread may bind it to another shard meanwhile.
        pieces, holes = self._bound if shard == self._shard else self._bind(shard)
        parts = [pieces[0]]
        for hole, piece in zip(holes, pieces[1:], strict=True):
            if hole >= 0:
                parts.append(values[hole])
            elif hole == _MONO:
                parts.append(b"%d" % mono_ns)
            elif hole == _PREV:
                parts.append(b'"%s"' % prev.encode("ascii"))
            elif hole == _SEQ:
                parts.append(b"%d" % seq)
            else:
                parts.append(b'"%s"' % ts.encode("ascii"))
            parts.append(piece)
        return b"".join(parts)

    def _bind(self, shard: str) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        fixed = {**self.fields, "v": SCHEMA_VERSION, "shard": shard, "type": self.type}
        holes_by_name = {**_ENVELOPE, **{name: index for index, name in enumerate(self.slots)}}
        pieces: list[bytes] = []
        holes: list[int] = []
        text = b"{"
        for number, name in enumerate(sorted({*fixed, *holes_by_name})):
            text += b"," * (number > 0) + orjson.dumps(name) + b":"
            if name in holes_by_name:
                pieces.append(text)
                holes.append(holes_by_name[name])
                text = b""
            else:
                text += _encoded(fixed[name])
        pieces.append(text + b"}")
        bound = (tuple(pieces), tuple(holes))
        self._bound, self._shard = bound, shard
        return bound


def _encoded(value: Any) -> bytes:
    return value.data if isinstance(value, Preencoded) else orjson.dumps(fragments(value), option=OPTIONS)
