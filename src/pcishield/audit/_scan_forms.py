"""Forms of lines: what makes it cheap to see that a line is right when others like it were seen to be right before.

A form is the names of a record's fields, in order, and for each what may stand there. Some fields are open: whole
numbers, and five kinds of text, each of which may be anything that is canonical there. The others are closed: they
take the values that they had in lines which passed every check, with whole numbers left open in some (counts, types
and lengths of parameters). So a line that fits is canonical, and as whether a record is right depends on each of its
fields alone, it is right but for what was left open: whoever scans checks that by itself (``seq``, ``prev``, ``ts``,
``mono_us``, ``attempt``), or nothing depends on it (counts, ids of connections).
Whatever does not fit is looked at in full; nothing is refused by a form.

``Form`` and ``Walk`` are the compiled ones where they were built, and ``PCISHIELD_KERNEL`` does not say ``python``; the
classes below otherwise. Both give the same answers.
"""

from __future__ import annotations

import re
from binascii import hexlify
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from pcishield.audit.records import FIELDS, STAMP
from pcishield.core.compiled import compiled

__all__ = ["KNOWN", "MAX_LINE", "Form", "PurePythonForm", "PurePythonWalk", "Signature", "Walk", "closed", "signature"]

MAX_LINE = 65_535
KNOWN = 256
"""Values that a form keeps of a closed field."""
Signature = tuple[tuple[str, str], ...]
"""Names of a record's fields in order, each with a name in ``_OPEN``, or "" where it is closed."""
_NATURAL = rb"(?:0|[1-9][0-9]{0,14})"
_OPEN = {
    "attempt": rb'"([0-9A-Za-z._-]+/[0-9]+)"',
    "hex": rb'"[0-9a-f]+"',
    "commit": rb'"[0-9A-Za-z+/=:._-]+"',
    "integer": rb"(?:0|-?[1-9][0-9]{0,14})",
    "mono_us": b"(%b)" % _NATURAL,
    "natural": _NATURAL,
    "prev": rb'"([0-9a-f]{64})"',
    "seq": b"(%b)" % _NATURAL,
    "ts": b'"(%b)"' % STAMP.encode("ascii"),
}
"""What is open; no pattern can end in more than one place of a line, given what follows it there."""
_NEEDED = frozenset({"mono_us", "prev", "seq", "ts", "type"})
_TEXTS = {name: re.compile(_OPEN[kind], re.ASCII).fullmatch for name, kind in
          (("attempt", "attempt"), ("commit", "commit"), ("connection", "hex"), ("session", "hex"))}  # fmt: skip
_FACTS = frozenset({"actor", "component", "db", "outcome", "src"})
"""Fields of which an empty value counts as none (PCI DSS 10.2.2)."""
_FIXED = frozenset({"actor", "decision", "src", "statement", "v"})
"""Closed fields whose numbers stay the same from line to line."""
_SIGNED = frozenset(name for name, field in FIELDS.items() if field.shape == "signed")
_DEEP = 6
_NUMBER = b"\x00"
"""Stands for an open number in a closed value, which is not negative; JSON never has it."""


def signature(record: Mapping[str, Any]) -> Signature | None:
    """Return what the form of a right record is known by, ``None`` when it has none.

    Args:
        record: Parsed, and right.
    """
    if not record.keys() >= _NEEDED or not all(record[name] for name in _FACTS if name in record):
        return None
    found = []
    for name, value in record.items():
        kind = ""
        if name in _TEXTS:
            if value.__class__ is str and _TEXTS[name](orjson.dumps(value)) is not None:
                kind = "hex" if name in ("connection", "session") else name
        elif name in _NEEDED:
            kind = "" if name == "type" else name
        elif value.__class__ is int and name not in _FIXED:
            kind = "integer" if name in _SIGNED else "natural"
        found.append((name, kind))
    return tuple(sorted(found))


def closed(record: Mapping[str, Any], signed: Signature) -> list[bytes]:
    """Return the values of the closed fields of a record with this signature, open numbers replaced."""
    return [_text(record[name], _DEEP if name in _FIXED else 0) for name, kind in signed if not kind]


def _text(value: Any, depth: int) -> bytes:
    kind = value.__class__
    if depth < _DEEP:
        if kind is int and value >= 0:
            return _NUMBER
        if kind is dict:
            parts = [orjson.dumps(key) + b":" + _text(value[key], depth + 1) for key in sorted(value)]
            return b"{" + b",".join(parts) + b"}"
        if kind is list:
            return b"[" + b",".join([_text(item, depth + 1) for item in value]) + b"]"
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class PurePythonForm:
    """One form.

    Args:
        signed: Of the records that have it.
        kind: Their type.
    """

    __slots__ = ("_end", "_steps", "kind")

    def __init__(self, signed: Signature, kind: str) -> None:
        self.kind = kind
        self._steps: list[tuple[Callable[[bytes, int], re.Match[bytes] | None], list[Any]]] = []
        pattern, between = b"", b"{"
        for name, open in signed:
            pattern += re.escape(between + orjson.dumps(name) + b":")
            between = b","
            if open:
                pattern += _OPEN[open]
            else:
                self._steps.append((re.compile(pattern, re.ASCII).match, []))
                pattern = b""
        self._end = re.compile(pattern + rb"\}", re.ASCII).fullmatch

    def learn(self, texts: Sequence[bytes]) -> None:
        """Take the values of the closed fields of a right line; see :func:`closed`."""
        for text, (_, known) in zip(texts, self._steps, strict=True):
            if text not in [one for one, _ in known]:
                numbered = _NUMBER in text
                pattern = re.escape(text).replace(re.escape(_NUMBER), _NATURAL)
                known.insert(0, (text, re.compile(pattern, re.ASCII).match if numbered else None))
                del known[KNOWN:]

    def match(self, line: bytes) -> list[bytes] | None:
        """Return ``attempt`` (if it is open), ``mono_us``, ``prev``, ``seq``, ``ts`` of a line that fits."""
        found: list[bytes] = []
        position = 0
        for pattern, known in self._steps:
            match = pattern(line, position)
            if match is None:
                return None
            found += match.groups()
            position = match.end()
            for place, (text, numbered) in enumerate(known):
                if numbered is not None:
                    inside = numbered(line, position)
                    if inside is None:
                        continue
                    position = inside.end()
                elif line.startswith(text, position):
                    position += len(text)
                else:
                    continue
                if place:
                    known.insert(0, known.pop(place))
                break
            else:
                return None
        match = self._end(line, position)
        return None if match is None else [*found, *match.groups()]


class PurePythonWalk:
    """One pass over the lines of a segment: takes those that fit a form and their place, hands the others on.

    Attributes:
        found: Where what is found goes, a :class:`pcishield.audit.scan.Segment`.
        shard: Name of the shard.
        quiet_us: Microseconds without a record from which on that is worth a mention.
        pan: Tells whether a text holds a card number.
        seq: Of the line before; -1 when there is none.
        prev: What the next line must name, for :meth:`line`.
        mono: ``mono_us`` of the line before.
        ts: Its ``ts``.
        forms: Most useful first.
    """

    form = PurePythonForm

    def __init__(self, found: Any, shard: str, quiet_us: int, pan: Callable[[str], bool] | None) -> None:
        self.found = found
        self.shard = shard
        self.quiet_us = quiet_us
        self.pan = pan
        self.seq = -1
        self.prev = ""
        self.mono = 0
        self.ts = ""
        self.forms: list[PurePythonForm] = []

    def line(self, number: int, line: bytes) -> None:
        """Look at a line in full."""
        raise NotImplementedError

    def run(self, data: bytes) -> None:
        """Look at all of a segment."""
        found = self.found
        lines = data.split(b"\n")
        last = lines.pop()
        found.torn = len(last)
        found.lines = len(lines)
        leaves = []
        named = b""
        for number, line in enumerate(lines, 1):
            if not self.familiar(number, line, named):
                self.prev = named.decode("ascii")
                self.line(number, line)
            leaf = sha256(b"\x00" + line).digest()
            leaves.append(leaf)
            named = hexlify(leaf)
        found.leaves = b"".join(leaves)

    def familiar(self, number: int, line: bytes, prev: bytes) -> bool:
        """Take the line if it is like one before and in its place; everything else is for :meth:`line`."""
        for place, form in enumerate(self.forms):
            match = form.match(line)
            if match is None:
                continue
            *more, mono_text, named, seq, stamp = match
            mono, ts = int(mono_text), stamp.decode("ascii")
            if (
                number == 1
                or named != prev
                or int(seq) != self.seq + 1
                or ts < self.ts
                or not self.ts
                or not 0 <= mono - self.mono <= self.quiet_us
                or len(line) > MAX_LINE
            ):
                return False
            self.seq, self.mono, self.ts = self.seq + 1, mono, ts
            self.counted(number, form.kind, more[0].decode("ascii") if more else "")
            if self.pan is not None and self.pan(line.decode()):
                self.found.note(number, "pan", "the record holds a card number")
            if place > 1:
                self.forms[0], self.forms[place] = self.forms[place], self.forms[0]
            return True
        return False

    def counted(self, number: int, kind: str, attempt: str) -> None:
        """Count a line, and note the attempt that it is or ends."""
        found = self.found
        found.counts[kind] += 1
        if kind == "attempt":
            found.attempts[f"{self.shard}/{self.seq}"] = number
        elif kind == "result" and found.attempts.pop(attempt, None) is None:
            # Most results follow their attempt closely; only what crosses a segment is kept.
            found.results.add(attempt)


if TYPE_CHECKING:
    Form = PurePythonForm
    Walk = PurePythonWalk
else:
    Form, Walk = PurePythonForm, PurePythonWalk
    if (_compiled := compiled("pcishield.audit._scan")) is not None:
        Form, Walk = _compiled.Form, _compiled.Walk
