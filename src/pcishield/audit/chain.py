"""The hash chain of one shard, as data: fields in, line out.

``prev`` of a record is the hex leaf hash (:func:`pcishield.audit.merkle.leaf_hash`) of the line before it;
64 zeros in the first. ``seq`` counts from 0 without gaps. So two neighbouring lines prove their order by
themselves, without the rest of the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from pcishield.audit.canonical import OPTIONS, CanonicalError, Preencoded, fragments, is_plain
from pcishield.audit.records import ENVELOPE, FIELDS, SCHEMA_VERSION, TOP_LEVEL, TYPES
from pcishield.audit.sanitise import MAX_TEXT, cut, plain_text
from pcishield.audit.tail import Tail, Template
from pcishield.core.compiled import compiled

__all__ = ["MAX_RECORD", "ZERO", "Chain", "PurePythonChain", "RecordError", "shorten"]

ZERO = "0" * 64
_NONE: frozenset[str] = frozenset()
_SHAPES: dict[tuple[str, ...], str] = {}
"""Type and field names that were found to be a record, and the outcome to fill in."""
_MAX_SHAPES = 1000
MAX_RECORD = 60_000
"""Bytes of a line. A tlog entry may have 65,535; the rest is room for what a shipper wraps around it."""

_CALLERS = TOP_LEVEL - frozenset(ENVELOPE)
_PARTS = {
    name: frozenset(path.removeprefix(f"{name}.") for path in FIELDS if path.startswith(f"{name}."))
    for name, field in FIELDS.items()
    if field.shape == "object"
}
"""The fields of every object, by the object's name."""


class RecordError(ValueError):
    """The fields make no record: an unknown type or field, something missing, or no canonical form."""


class PurePythonChain(Tail):
    """The end of one shard's chain, and what makes a line of fields. The rest is in :mod:`pcishield.audit.tail`."""

    __slots__ = ()

    def link(self, type: str, fields: Mapping[str, Any], wall_ns: int, mono_ns: int) -> bytes:
        """Make the next line and move on.

        Args:
            type: Record type.
            fields: Everything beside the envelope; ``outcome`` is filled in where the type has only one.
            wall_ns: Wall clock, nanoseconds since 1970.
            mono_ns: Monotonic clock, nanoseconds; recorded in microseconds since the chain's first record.

        Returns:
            The line without line feed.

        Raises:
            RecordError: See there; the chain has not moved.
        """
        record = _checked_record(type, fields)
        record["v"] = SCHEMA_VERSION
        record["shard"] = self.shard
        record["seq"] = self.seq
        record["prev"] = self.prev
        record["ts"] = self.ts(wall_ns)
        record["mono_us"] = self.since(mono_ns)
        record["type"] = type
        line = _encode(type, record)
        if len(line) > MAX_RECORD:
            line = _shortened(type, line)
        self.push(line)
        return line

    def fill(self, template: Template, values: tuple[bytes, ...], wall_ns: int, mono_ns: int) -> bytes:
        """Like :meth:`link`, for a template.

        Args:
            template: The record but for what varies.
            values: Canonical bytes of its slots, in their order.
            wall_ns: Wall clock, nanoseconds since 1970.
            mono_ns: Monotonic clock, nanoseconds.

        Raises:
            RecordError: See :meth:`link`; and a line over :data:`MAX_RECORD`. The chain has not moved.
        """
        if not template.checked:
            _check_template(template)
        line = self.line_of(template, values, wall_ns, mono_ns)
        if len(line) > MAX_RECORD:
            line = _shortened(template.type, line)
        self.push(line)
        return line


def _checked_record(type: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are encoded, ``outcome`` filled in.

    Raises:
        RecordError: They make no record.
    """
    record: dict[str, Any] = {}
    for name, value in fields.items():
        of = value.__class__
        if of is Preencoded:
            if value.part != name:
                _check_part(type, name, value.value)
                value.part = name
            record[name] = value.fragment
        elif of is str or of is int or of is bool:
            record[name] = value
        elif value is not None:
            if of is dict and name in _PARTS:
                _check_part(type, name, value)
            record[name] = value if is_plain(value) else _checked(name, value)
    outcome = _SHAPES.get((type, *record))
    if outcome is None:
        outcome = _outcome_of(type, record)
    if outcome:
        record["outcome"] = outcome
    return record


def _outcome_of(type: str, record: Mapping[str, Any]) -> str:
    """Check the shape of a record that is seen for the first time; return the outcome to fill in, "" for none."""
    outcome = _check_shape(type, record)
    if len(_SHAPES) < _MAX_SHAPES:
        _SHAPES[type, *record] = outcome
    return outcome


def _check_template(template: Template) -> None:
    """Check that it gives a record at all, with every slot filled."""
    example = {name: Preencoded({}) if name in _PARTS else "" for name in template.slots}
    _checked_record(template.type, {**template.fields, **example})
    template.checked = True


def _check_part(type: str, name: str, value: Mapping[str, Any]) -> None:
    """Refuse an object with a field that the table does not have."""
    known = _PARTS.get(name, _NONE)
    if not value.keys() <= known:
        unknown = ", ".join(f"{name}.{key}" for key in sorted(value.keys() - known))
        raise RecordError(f"{type}: not in the table of fields: {unknown}")


def _check_shape(type: str, record: Mapping[str, Any]) -> str:
    """Check that the fields make a record of the type; return the outcome to fill in, "" for none."""
    kind = TYPES.get(type)
    if kind is None:
        raise RecordError(f"record type {type!r} is unknown")
    if not record.keys() <= _CALLERS:
        raise RecordError(f"{type}: not in the table of fields: {', '.join(sorted(record.keys() - _CALLERS))}")
    missing = kind.required - record.keys()
    if missing:
        raise RecordError(f"{type}: {', '.join(sorted(missing))} is missing")
    if "outcome" in record:
        return ""
    if not kind.outcome:
        raise RecordError(f"{type}: outcome is missing")
    return kind.outcome


def _shortened(type: str, line: bytes) -> bytes:
    line = _encode(type, shorten(orjson.loads(line)))
    if len(line) > MAX_RECORD:
        raise RecordError(f"{type}: the record is larger than {MAX_RECORD} bytes")
    return line


def _checked(name: str, value: Any) -> Any:
    try:
        return fragments(value, name)
    except CanonicalError as error:
        raise RecordError(str(error)) from None


def _encode(type: str, record: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(record, option=OPTIONS)
    except TypeError as error:
        if "UTF-8" in str(error):
            return orjson.dumps(_replaced(record), option=OPTIONS)
        raise RecordError(f"{type}: a value has no canonical form (2**53 or larger, or not JSON)") from None


def _replaced(value: Any) -> Any:
    """Replace lone surrogates, all the way down."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {plain_text(key): _replaced(item) for key, item in value.items()}
    return value


def shorten(record: dict[str, Any], limit: int = MAX_TEXT, items: int = 200) -> dict[str, Any]:
    """Cut what is too long; nothing is dropped silently.

    A cut text ends in a marker with length and digest; cut lists and maps are named in the field ``cut``.

    Args:
        record: Parsed JSON.
        limit: Characters of a text.
        items: Entries of a list or map.
    """
    cuts: dict[str, str] = {}

    def shorter(value: Any, path: str, text: int) -> Any:
        if isinstance(value, str):
            return cut(value, text)
        if not isinstance(value, (list, dict)):
            return value
        if len(value) > items:
            cuts[path] = f"{len(value)} items, sha256 {sha256(orjson.dumps(value, option=OPTIONS)).hexdigest()}"
        if isinstance(value, list):
            return [shorter(item, path, 500) for item in value[:items]]
        return {key: shorter(item, f"{path}.{key}" if path else key, text) for key, item in list(value.items())[:items]}

    short: dict[str, Any] = {name: shorter(value, name, limit) for name, value in record.items()}
    if cuts:
        short["cut"] = cuts
    return short


if TYPE_CHECKING:
    Chain = PurePythonChain
else:
    Chain = PurePythonChain
    if (_compiled := compiled("pcishield.audit._chain")) is not None:
        Chain = _compiled.Chain
