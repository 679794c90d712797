"""The end of a chain, and records that differ in a few fields only: what every statement passes twice.

``Tail`` and ``Template`` are the compiled ones where they were built, and ``PCISHIELD_KERNEL`` does not say
``python``; the classes below otherwise. Both give the same bytes.

A template holds the canonical bytes of a record cut open where the variable fields stand: the log's own
(``mono_us``, ``prev``, ``seq``, ``ts``) and the caller's slots. Filling it in gives byte for byte what encoding the
whole record gives, since the order of keys is known beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from pcishield.audit.canonical import OPTIONS, Preencoded, fragments
from pcishield.audit.records import SCHEMA_VERSION
from pcishield.core.compiled import compiled

__all__ = ["Mark", "PurePythonTail", "PurePythonTemplate", "Tail", "Template", "cut_open", "second_text", "time_text"]

Mark = tuple[int, str, int]
"""Where a chain is: number of the next record, hash of the last line, leaves made so far."""

_ENVELOPE = ("mono_us", "prev", "seq", "ts")
_QUOTED = frozenset({"prev", "ts"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def second_text(second: int) -> bytes:
    """Return the time stamp of a whole second since 1970, as far as its decimal point."""
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.").encode("ascii")


def time_text(wall_ns: int) -> str:
    """Return a wall clock (nanoseconds since 1970) as RFC 3339 UTC with microseconds."""
    second, rest = divmod(wall_ns, 1_000_000_000)
    return f"{second_text(second).decode('ascii')}{rest // 1000:06d}Z"


def cut_open(type: str, fields: Mapping[str, Any], slots: Sequence[str], shard: str) -> tuple[list[bytes], list[int]]:
    """Return a record's canonical bytes in pieces, and what belongs between them.

    Returns:
        The pieces, and for each gap 0 for ``mono_us``, 1 for ``prev``, 2 for ``seq``, 3 for ``ts``, 4 for the
        first slot, and so on. Quotation marks of ``prev`` and ``ts`` belong to the pieces.
    """
    fixed = {**fields, "v": SCHEMA_VERSION, "shard": shard, "type": type}
    variable = (*_ENVELOPE, *slots)
    pieces: list[bytes] = []
    which: list[int] = []
    text = b"{"
    for name in sorted({*fixed, *variable}):
        text += orjson.dumps(name) + b":"
        if name in variable:
            quote = b'"' if name in _QUOTED else b""
            which.append(variable.index(name))
            pieces.append(text + quote)
            text = quote + b","
        else:
            value = fixed[name]
            encoded = value.data if isinstance(value, Preencoded) else orjson.dumps(fragments(value), option=OPTIONS)
            text += encoded + b","
    pieces.append(text.removesuffix(b",") + b"}")
    return pieces, which


class PurePythonTemplate:
    """One kind of record with some fields fixed. Immutable but for the shard it was last used in.

    Args:
        type: Record type.
        fields: The fixed fields.
        slots: Names of the caller's variable fields, 16 at most; their values are given in this order as canonical
            bytes.
        raw: Text that the record's field ``commit`` is a commitment to; the log makes one per shard, since the
            salt is of the shard (see :mod:`pcishield.audit.commitment`). Never in the line itself.

    The log checks ``fields`` with example values in the slots before it uses a template.
    """

    __slots__ = ("_bound", "_shard", "checked", "committed", "fields", "raw", "slots", "type")

    def __init__(self, type: str, fields: Mapping[str, Any], slots: Sequence[str] = (), raw: str | None = None) -> None:
        self.type = type
        self.raw = raw
        self.committed = ""
        self.fields = dict(fields)
        self.slots = tuple(slots)
        self.checked = False
        self._shard: str | None = None
        self._bound: tuple[list[bytes], list[int]] = ([], [])

    def commit(self, shard: str, commitment: str) -> None:
        """Take the commitment to ``raw`` for records in ``shard``."""
        self.fields["commit"] = commitment
        self.committed = shard
        self._shard = None

    def pieces(self, shard: str) -> tuple[list[bytes], list[int]]:
        """Return the record cut open for ``shard``."""
        if self._shard != shard:
            self._bound = cut_open(self.type, self.fields, self.slots, shard)
            self._shard = shard
        return self._bound


class PurePythonTail:
    """The end of one shard's chain. A line is hashed when something comes after it, or its hash is asked for.

    Attributes:
        shard: Name of the shard.
        seq: Number of the next record.
        leaves: Leaf hashes (32 bytes each) of the lines hashed so far, in order, for who keeps the tree.
    """

    __slots__ = ("_line", "_origin", "_prev", "_second", "_text", "leaves", "seq", "shard")

    def __init__(self, shard: str, seq: int = 0, prev: str = "0" * 64) -> None:
        self.shard = shard
        self.seq = seq
        self.leaves: list[bytes] = []
        self._prev = prev
        self._line: bytes | None = None
        self._origin: int | None = None
        self._second = -1
        self._text = b""

    @property
    def prev(self) -> str:
        """Hex leaf hash of the last line."""
        self.settle()
        return self._prev

    def settle(self) -> None:
        """Hash the last line now, if it was not yet: for when there is time to spare."""
        line = self._line
        if line is not None:
            leaf = sha256(b"\x00" + line)
            self.leaves.append(leaf.digest())
            self._prev = leaf.hexdigest()
            self._line = None

    def mark(self) -> Mark:
        """Return where the chain is, for :meth:`back_to`."""
        self.settle()
        return self.seq, self._prev, len(self.leaves)

    def back_to(self, mark: Mark) -> None:
        """Forget the lines linked since ``mark``; they must not have been written."""
        self.seq, self._prev, count = mark
        del self.leaves[count:]
        self._line = None

    def take_back(self) -> None:
        """Forget the line linked last; it must not have been written, nor hashed."""
        assert self._line is not None, "hashed already"
        self.seq -= 1
        self._line = None

    def push(self, line: bytes) -> None:
        """Move on by one line."""
        self.settle()
        self.seq += 1
        self._line = line

    def since(self, mono_ns: int) -> int:
        """Return microseconds since the chain's first record."""
        # Never the raw clock: 13 to 16 digits that begin with the machine's uptime pass for a card number every
        # so often, and scanners of other people read these files too. A day has 11 digits of microseconds.
        if self._origin is None:
            self._origin = mono_ns
        return (mono_ns - self._origin) // 1000

    def ts(self, wall_ns: int) -> str:
        """Return a wall clock as RFC 3339 UTC with microseconds.

        Args:
            wall_ns: Nanoseconds since 1970.
        """
        second, rest = divmod(wall_ns, 1_000_000_000)
        if second != self._second:
            self._second, self._text = second, second_text(second)
        return (b"%b%06dZ" % (self._text, rest // 1000)).decode("ascii")

    def line_of(self, template: Any, values: tuple[bytes, ...], wall_ns: int, mono_ns: int) -> bytes:
        """Return the template's next line, without moving on.

        Args:
            template: The record but for what varies.
            values: Canonical bytes of its slots, in their order.
            wall_ns: Wall clock, nanoseconds since 1970.
            mono_ns: Monotonic clock, nanoseconds; recorded in microseconds since the chain's first record.

        Raises:
            ValueError: Values and slots do not match, or a clock shows less than its beginning.
        """
        pieces, which = template.pieces(self.shard)
        if len(values) != len(template.slots):
            raise ValueError("values and slots do not match")
        self.settle()
        mono_us = self.since(mono_ns)
        if mono_us < 0 or wall_ns < 0:
            raise ValueError("a clock before its beginning")
        variable = (
            b"%d" % mono_us, self._prev.encode("ascii"), b"%d" % self.seq, self.ts(wall_ns).encode("ascii"), *values,
        )  # fmt: skip
        line = [pieces[0]]
        for number, piece in zip(which, pieces[1:], strict=True):
            line += (variable[number], piece)
        return b"".join(line)


if TYPE_CHECKING:
    Tail = PurePythonTail
    Template = PurePythonTemplate
else:
    Tail, Template = PurePythonTail, PurePythonTemplate
    if (_compiled := compiled("pcishield.audit._tail")) is not None:
        Tail, Template = _compiled.Tail, _compiled.Template
