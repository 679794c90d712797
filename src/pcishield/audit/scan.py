"""The lines of one segment, checked one by one: nothing is skipped.

A segment is scanned without knowing the rest of the log, so that segments can be scanned in parallel; what must fit
to its neighbours (first ``seq`` and ``prev``, last leaf hash) is handed out for :mod:`pcishield.audit.verify`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from pcishield.audit._scan_forms import MAX_LINE, PurePythonForm, Signature, Walk, closed, signature
from pcishield.audit.canonical import OPTIONS, CanonicalError, fragments
from pcishield.audit.records import is_stamp, problems

__all__ = ["Segment", "scan_segment"]

_MAX_LINE_FINDINGS = 50
_LINKS = frozenset({"log.open", "log.recover", "log.close", "log.rotate", "log.purge", "key.rotate", "clock.step"})
_FOREVER = 1e9
_FORMS = 24


@dataclass(slots=True)
class Segment:
    """What is known about one segment.

    Attributes:
        path: Its path below the audit directory.
        lines: Whole lines.
        torn: Bytes after the last line feed.
        leaves: Leaf hashes, 32 bytes each, joined.
        first_seq: ``seq`` of the first line; -1 when it has none.
        first_prev: ``prev`` of the first line.
        last_seq: ``seq`` of the last line; -1 when it has none.
        first_ts: Time of the first line.
        last_ts: Time of the last line.
        findings: (line, code, message), lines from 1.
        damaged: Lines (from 1) that are known to be wrong.
        links: (line, record) of the records that tie shards together.
        attempts: Ids of attempts without result here, with their line.
        results: Attempt ids of other segments that results name.
        gaps: (line, seconds) where nothing was written for long.
        counts: Records by type.
    """

    path: str
    lines: int = 0
    torn: int = 0
    leaves: bytes = b""
    first_seq: int = -1
    first_prev: str = ""
    last_seq: int = -1
    first_ts: str = ""
    last_ts: str = ""
    findings: list[tuple[int, str, str]] = field(default_factory=list)
    more: int = 0
    damaged: set[int] = field(default_factory=set)
    links: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)
    results: set[str] = field(default_factory=set)
    gaps: list[tuple[int, float]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, line: int, code: str, message: str) -> None:
        """Note a finding; after fifty only their number is kept."""
        self.damaged.add(line)
        if len(self.findings) < _MAX_LINE_FINDINGS:
            self.findings.append((line, code, message))
        else:
            self.more += 1


_Shape = tuple[Any, ...]
_NEGATIVE = "negative"
_LEAVES = frozenset({str, int, bool, _NEGATIVE})
_OUTER = _LEAVES | {dict}


def _kind(value: Any) -> Any:
    return _NEGATIVE if value.__class__ is int and value < 0 else value.__class__


def _shape(record: Mapping[str, Any]) -> _Shape | None:
    """Return what a record is right by: names, types, signs; ``None`` when it must be looked at in full."""
    parts: list[Any] = [tuple(record), *map(_kind, record.values())]
    if not _OUTER.issuperset(parts[1:]) or record.get("type").__class__ is not str:
        return None
    parts.append(record["type"])
    for value in record.values():
        if value.__class__ is not dict:
            continue
        parts += (tuple(value), *map(_kind, value.values()))
        for item in value.values():
            kind = item.__class__
            if kind is list or kind is dict:
                types = frozenset(map(_kind, item if kind is list else item.values()))
                if not _LEAVES.issuperset(types):
                    return None
                parts.append(types)
            elif kind not in _LEAVES:
                return None
    return tuple(parts)


class _Scan(Walk):
    """One scan, as far as lines are looked at in full; see :func:`scan_segment`."""

    def __init__(
        self, path: str, shard: str, tolerance: float, silence: float, pan: Callable[[str], bool] | None
    ) -> None:
        super().__init__(Segment(path), shard, int(min(silence, _FOREVER) * 1e6), pan)
        self.tolerance = tolerance
        self.silence = silence
        self.good: set[_Shape] = set()
        self.known: dict[tuple[str, Signature], PurePythonForm] = {}

    def scan(self, data: bytes) -> Segment:
        """Look at all of a segment."""
        self.run(data)
        self.found.last_seq, self.found.last_ts = self.seq, self.ts
        found: Segment = self.found
        return found

    def _learn(self, record: dict[str, Any]) -> None:
        """Take a line that is right for its form."""
        signed = signature(record)
        if signed is None:
            return
        key = (record["type"], signed)
        form = self.known.get(key)
        if form is None:
            if len(self.forms) >= _FORMS:
                return
            form = self.known[key] = self.form(signed, record["type"])
            self.forms.append(form)
        form.learn(closed(record, signed))

    def line(self, number: int, line: bytes) -> None:
        found = self.found
        wrong = len(found.damaged)
        record = self._parsed(number, line)
        if record is None:
            self.seq += 1
            return
        seq = record.get("seq")
        if number > 1 and seq.__class__ is int and seq == self.seq + 1 and record.get("prev") == self.prev:
            # In place. The way through _order is for everything else, and for the first line.
            self.seq = seq
            if record.get("shard") != self.shard:
                self._foreign(number)
        else:
            self._order(number, record)
        shape = _shape(record)
        if shape is None or shape not in self.good or record["ts"].__class__ is not str:
            self._content(number, record, shape)
        elif not (
            is_stamp(record["ts"])
            and record["actor"].get("user")
            and record["src"].get("host")
            and record["outcome"]
            and (record.get("db") or record.get("component"))
        ):
            self._content(number, record, None)
        kind = record.get("type")
        if kind.__class__ is not str:
            kind = "?"
        self.counted(number, kind, str(record.get("attempt")))
        if kind in _LINKS:
            found.links.append((number, record))
        ts, mono = record.get("ts"), record.get("mono_us")
        if (
            type(ts) is str
            and type(mono) is int
            and self.ts
            and self.ts <= ts
            and 0 <= mono - self.mono <= self.quiet_us
        ):
            self.ts, self.mono = ts, mono
        else:
            self._time(number, record)
        if self.pan is not None and self.pan(line.decode()):
            found.note(number, "pan", "the record holds a card number")
        if len(found.damaged) == wrong and kind not in _LINKS and shape is not None:
            self._learn(record)

    def _parsed(self, number: int, line: bytes) -> dict[str, Any] | None:
        reason = ""
        record = None
        if len(line) > MAX_LINE:
            reason = f"longer than {MAX_LINE} bytes"
        else:
            try:
                record = orjson.loads(line)
                if record.__class__ is not dict:
                    reason = "not a JSON object"
                elif orjson.dumps(record, option=OPTIONS) != line:
                    reason = "not in canonical form (RFC 8785)"
            except orjson.JSONDecodeError as error:
                reason = f"not JSON (column {error.colno})"
            except TypeError:
                reason = "not in canonical form (an integer is 2**53 or larger)"
        if reason:
            self.found.note(number, "line-unreadable", reason)
            return None
        return record

    def _order(self, number: int, record: dict[str, Any]) -> None:
        """Check shard, seq and prev against the line before."""
        found = self.found
        seq, prev, shard = record.get("seq"), record.get("prev"), record.get("shard")
        if seq.__class__ is not int or prev.__class__ is not str:
            found.note(number, "line-unchained", "the record has no seq or prev: it was not written by the log")
            self.seq += 1
            return
        if shard != self.shard:
            self._foreign(number)
        if number == 1:
            found.first_seq, found.first_prev = seq, prev
        elif seq != self.seq + 1:
            self._misplaced(number, seq)
        elif prev != self.prev and number - 1 not in found.damaged:
            found.note(number - 1, "line-changed", "the line was changed: the line after it names another hash for it")
        self.seq = seq

    def _foreign(self, number: int) -> None:
        self.found.note(number, "line-foreign", "the record belongs to another shard")

    def _misplaced(self, number: int, seq: int) -> None:
        expected = self.seq + 1
        if seq > expected:
            missing = seq - expected
            what = f"{missing} line{'s' if missing > 1 else ''} removed before it"
        else:
            what = "it was repeated, moved or inserted"
        self.found.note(number, "line-misplaced", f"seq {seq} stands where seq {expected} belongs: {what}")

    def _content(self, number: int, record: dict[str, Any], shape: _Shape | None) -> None:
        try:
            fragments(record)
        except CanonicalError as error:
            self.found.note(number, "line-unreadable", f"not in canonical form: {error}")
            return
        wrong = problems(record)
        for sentence in wrong:
            code = "fact-missing" if sentence.startswith("PCI") else "schema"
            self.found.note(number, code, sentence)
        if not wrong and shape is not None and isinstance(record.get("actor"), dict):
            self.good.add(shape)

    def _time(self, number: int, record: dict[str, Any]) -> None:
        """Check that time does not go back, and note silence."""
        found = self.found
        ts, mono = record.get("ts"), record.get("mono_us")
        if ts.__class__ is not str or mono.__class__ is not int:
            return
        if not found.first_ts:
            found.first_ts = ts
        stepped = record.get("type") == "clock.step"
        if ts < self.ts and not stepped and self.ts[:19] > _later(ts, self.tolerance):
            found.note(number, "time-back", "the wall clock goes back and no clock.step says so")
        if self.ts:
            gap = (mono - self.mono) / 1e6
            if gap < 0:
                found.note(number, "time-back", "the monotonic clock goes back")
            elif gap > self.silence:
                found.gaps.append((number, gap))
        self.ts, self.mono = ts, mono


def _later(ts: str, seconds: float) -> str:
    try:
        return (datetime.fromisoformat(ts) + timedelta(seconds=seconds)).isoformat()[:19]
    except (ValueError, OverflowError):
        return ""  # no such time: everything is later


def scan_segment(
    data: bytes,
    path: str,
    shard: str,
    *,
    tolerance: float = 2.0,
    silence: float = 180.0,
    pan: Callable[[str], bool] | None = None,
) -> Segment:
    """Check every line of a segment.

    Args:
        data: The whole file, untrusted.
        path: Its path, for messages.
        shard: Name of the shard it belongs to.
        tolerance: Seconds that the wall clock may go back unmentioned.
        silence: Seconds without a record that are worth a mention.
        pan: Tells whether a text holds a card number.
    """
    return _Scan(path, shard, tolerance, silence, pan).scan(data)
