r"""Canonical bytes of a record: the RFC 8785 (JCS) form of a restricted JSON object.

Rules:

- Objects have string keys, sorted; no key twice. Keys stay below U+D800, where sorting by code point (what
  orjson does) and by UTF-16 unit (what RFC 8785 section 3.2.3 wants) are the same order.
- Integers lie strictly between -2**53 and 2**53; there are no floats, so RFC 8785 section 3.2.2.3 (number
  formatting) never applies. No NaN, no dates, no bytes.
- Strings are Unicode without lone surrogates, written as UTF-8; nothing is normalised.
- The bytes of one record hold no line feed outside of an escape, so one record is one line.

A line is canonical when parsing and encoding it again gives the same bytes. That one comparison refuses
duplicate keys, ``1e2``, needless ``\u`` escapes, white space, a byte order mark and CRLF.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

__all__ = ["CanonicalError", "Preencoded", "canonical_json", "fragments", "is_plain", "parse_canonical"]

OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
"""Options of every ``orjson.dumps`` whose output is hashed."""

SCALARS = frozenset({str, int, bool, type(None)})

STRINGS = frozenset({str})
_FLOAT = re.compile(rb"[\[:,]-?[0-9]+[.eE]")
_HIGH_KEY = "\ud800"


class CanonicalError(ValueError):
    """A value or a line has no canonical form here. The message names no value."""


class Preencoded:
    """A mapping that was encoded once, to be put into many records.

    Args:
        value: The mapping; it must not change afterwards.

    Attributes:
        part: Name of the field that it was found to be classified for, "" before that.

    Raises:
        CanonicalError: It has no canonical form.
    """

    __slots__ = ("data", "fragment", "part", "value")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = dict(value)
        self.data = canonical_json(self.value)
        self.fragment = orjson.Fragment(self.data)
        self.part = ""

    def __repr__(self) -> str:
        return f"Preencoded({', '.join(self.value)})"


def is_plain(value: Any) -> bool:
    """Tell, quickly, whether ``value`` is JSON that can be encoded as it is. ``False`` means: look closer."""
    kind = value.__class__
    if kind is list:
        return SCALARS.issuperset(map(type, value)) or all(map(is_plain, value))
    if kind is dict:
        if not STRINGS.issuperset(map(type, value)) or not "".join(value).isascii():
            return False
        return SCALARS.issuperset(map(type, value.values())) or all(map(is_plain, value.values()))
    return kind in SCALARS


def fragments(value: Any, path: str = "") -> Any:
    """Return ``value`` with every :class:`Preencoded` replaced by its bytes, checked down to the leaves.

    Args:
        value: JSON-like: str, int, bool, None, mapping, list, tuple, Preencoded.
        path: Where it stands, for the message.

    Raises:
        CanonicalError: A float, another type, or a key that is not a plain string.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is Preencoded:
        return value.fragment
    if kind is list or kind is tuple:
        return [fragments(item, path) for item in value]
    if isinstance(value, Mapping):
        result = {}
        for key, item in value.items():
            if type(key) is not str or (not key.isascii() and max(key) >= _HIGH_KEY):
                raise CanonicalError(f"key in {path or 'the record'} is not a plain string")
            result[key] = item if type(item) in SCALARS else fragments(item, f"{path}.{key}" if path else key)
        return result
    raise CanonicalError(f"{path or 'the record'} holds a {kind.__name__}, which has no canonical form")


def canonical_json(value: Any) -> bytes:
    """Encode ``value`` as RFC 8785 would.

    Args:
        value: JSON-like, see :func:`fragments`.

    Returns:
        UTF-8 bytes without a trailing line feed.

    Raises:
        CanonicalError: It has no canonical form.
    """
    try:
        return orjson.dumps(fragments(value), option=OPTIONS)
    except TypeError as error:
        raise CanonicalError(_reason(error)) from None


def _reason(error: Exception) -> str:
    """Say what orjson refused without repeating its text, which may quote a value."""
    text = str(error)
    if "53-bit" in text or "Integer" in text:
        return "an integer is 2**53 or larger"
    if "UTF-8" in text:
        return "a string holds a lone surrogate"
    return "a value has no canonical form"


def parse_canonical(line: bytes) -> dict[str, Any]:
    """Parse one line, and refuse it unless it is the canonical form of the object it holds.

    Args:
        line: Bytes without the line feed, untrusted.

    Raises:
        CanonicalError: Not JSON, not an object, or not canonical; the message says which.
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CanonicalError(f"not JSON (column {error.colno})") from None
    if type(value) is not dict:
        raise CanonicalError("not a JSON object")
    try:
        again = orjson.dumps(value, option=OPTIONS)
    except TypeError as error:
        raise CanonicalError(_reason(error)) from None
    if again != line:
        raise CanonicalError("not in canonical form (RFC 8785)")
    # A float may survive the comparison above ("1.5" does); the pattern only finds candidates, since it
    # also matches inside strings.
    if _FLOAT.search(line) is not None or not line.isascii():
        fragments(value)
    return value
