"""Masking of Python values of every type that comes out of a database driver.

Rules:

- A value without card data is returned as the same object; containers are rebuilt only around a change.
- ``str``, ``bytes``, ``bytearray``, ``memoryview``, lists, tuples, sets, mappings, named tuples and dataclasses keep
  their type. A number that is a card number becomes text, ``None`` or an error (``numeric_pan``).
- Keys of mappings and of JSON text are names: a classified key masks what it holds.
- What cannot be followed is redacted: deeper than :data:`MAX_DEPTH`, or a container that holds itself.
- Nothing here trusts ``__str__``, ``__eq__`` or ``__hash__`` of a foreign object to be harmless; what they raise
  becomes :class:`~pcishield.exceptions.MaskingError`.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import decimal
import enum
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import MaskingError
from pcishield.masking.columns import ColumnClasses
from pcishield.masking.formats import (
    DEFAULT_FORMATS,
    MASK,
    TokenKeys,
    mask_initials,
    mask_last4,
    mask_year,
    sentinel,
    shown,
)
from pcishield.masking.hits import Hit
from pcishield.masking.identifiers import is_named, kind_of_column
from pcishield.masking.iin import MAX_LENGTH
from pcishield.masking.jsontext import looks_like_json, mask_json
from pcishield.masking.objects import fields_of, is_stream, parts_of, with_fields
from pcishield.masking.scanner import ReferenceScanner, ascii_digits, runs_of
from pcishield.masking.text import TextMasker, fixed_mask, looks_masked, shorten_masks

if TYPE_CHECKING:
    from pcishield.masking._scanner import Kernel

__all__ = ["LEADS", "MAX_DEPTH", "NEVER", "SMALLEST", "ValueMasker"]

MAX_DEPTH = 64
"""Containers inside containers that are followed."""

SMALLEST = 10**11
"""No number nearer to zero has twelve digits."""

NEVER: frozenset[type] = frozenset(
    {
        type(None), bool, uuid.UUID, datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
        datetime.timezone, type(Ellipsis), type(NotImplemented),
    }
)  # fmt: skip
"""Types whose values are never card numbers."""

LEADS = {"last4": 0, "first6_last4": 6}
"""Digits shown in front of numbers of fifteen digits and more, by the formats that the kernel knows."""

_MOST_BITS = 110
_MOST_DIGITS = 40
_SHORTEST = 12
_LONGEST_MASKED = 64
_MOST_OBJECTS = 10_000

Seen = set[str]


class ValueMasker:
    """Masks one value.

    Args:
        scanner: Finds card data in text.
        classes: Tells the class of a mapping's keys.
        formats: Format by class, merged over :data:`~pcishield.masking.formats.DEFAULT_FORMATS`.
        keys: For the ``token`` format.
        numeric: What a number that is a card number becomes: ``text``, ``null`` or ``error``.
        unknown: What happens to objects of unknown type: ``scan`` their text, ``redact`` them, or ``pass``.
        kernel: The compiled kernel, for what it can tell by itself.
    """

    def __init__(
        self,
        scanner: ReferenceScanner,
        classes: ColumnClasses,
        formats: Mapping[str, str],
        keys: TokenKeys | None = None,
        *,
        numeric: str = "text",
        unknown: str = "scan",
        kernel: Kernel | None = None,
    ) -> None:
        self._scanner = scanner
        self._classes = classes
        self._formats = {**DEFAULT_FORMATS, **formats}
        self._keys = keys
        self.numeric = numeric
        self.unknown_objects = unknown
        self._kernel = kernel
        self.lead = LEADS.get(self._formats["pan"], -1)
        self.texts = TextMasker(scanner, self._formats["pan"], keys)
        self._by_type: dict[type, Callable[[Any, Seen], Any]] = {
            str: self._text, bytes: self._bytes, bytearray: self._bytes, memoryview: self._bytes,
            int: self._int, float: self._float, decimal.Decimal: self._decimal,
        }  # fmt: skip

    def format_of(self, cls: str) -> str:
        """Return the format that applies to ``cls``."""
        return "redact" if cls.startswith("sad") else self._formats.get(cls, "redact")

    def mask(self, value: Any, seen: Seen, cls: str | None = None) -> Any:
        """Return ``value`` masked, the same object when nothing had to be.

        Args:
            value: Untrusted.
            seen: Takes the classes that were found.
            cls: Class of the column it comes from; ``None`` when it is an ordinary one.

        Raises:
            MaskingError: The value could not be masked.
        """
        kind = type(value)
        if cls is None:
            if kind in NEVER:
                return value
            if self._kernel is not None:
                masked = self._kernel.mask(value, self.lead, self.numeric == "text")
                if masked is not None:
                    if masked is not value:
                        seen.add("pan")
                    return masked
        try:
            return _Walk(self, seen, cls).mask(value, cls, 0)
        except MaskingError:
            raise
        except Exception as error:
            failure = type(error).__name__
        # Out here, where nothing is being handled: the error may hold the value, and would be the context of ours.
        raise MaskingError(f"a value of type {kind.__name__} could not be masked ({failure})")

    def mask_text(self, text: str, seen: Seen) -> str:
        """Return ``text`` with every hit replaced in place, whatever else the text is."""
        hits = self._scanner.hits(text)
        if not hits:
            return text
        seen.update(hit.cls for hit in hits)
        return self.texts.apply(text, hits)

    def classify_key(self, key: Any) -> str | None:
        """Return the class that a mapping's key gives to its value."""
        return self._classes.classify(key) if isinstance(key, str) else None

    def _text(self, text: str, seen: Seen) -> str:
        if looks_like_json(text):
            return mask_json(text, self._scanner.hits(text), self, seen)
        if len(text) < _SHORTEST:
            return text
        hits = self._scanner.hits(text)
        if not hits:
            return text
        seen.update(hit.cls for hit in hits)
        return self.replaced(text, hits)

    def replaced(self, text: str, hits: list[Hit]) -> str:
        """Return ``text`` with ``hits`` replaced; track data redacts all of it."""
        for hit in hits:
            if hit.cls == "sad.track":
                return sentinel(hit.cls)
        return self.texts.apply(text, hits)

    def apply(self, text: str, hits: list[Hit]) -> str:
        """Return ``text`` with ``hits`` replaced, each in its place."""
        return self.texts.apply(text, hits)

    def _bytes(self, value: Any, seen: Seen) -> Any:
        text = bytes(value).decode("utf-8", "surrogateescape")
        masked = self._text(text, seen)
        if masked is not text:
            return _as_bytes(masked, type(value))
        if isinstance(value, memoryview) and value.itemsize > 1:
            numbers = value.tolist()
            listed = self.mask(numbers, seen)
            return value if listed is numbers else listed
        return value

    def _int(self, value: int, seen: Seen) -> Any:
        if -SMALLEST < value < SMALLEST or value.bit_length() > _MOST_BITS:
            return value
        return self._number(value, int.__repr__(value), seen)

    def _float(self, value: float, seen: Seen) -> Any:
        if not SMALLEST <= abs(value) < 1e20 or not value.is_integer():
            return value
        return self._number(value, str(int(value)), seen)

    def _decimal(self, value: decimal.Decimal, seen: Seen) -> Any:
        if not value.is_finite() or not _SHORTEST - 1 <= value.adjusted() <= _MOST_DIGITS:
            return value
        return self._number(value, f"{value:f}", seen)

    def _number(self, value: Any, text: str, seen: Seen) -> Any:
        hits = self._scanner.hits(text)
        if not hits:
            return value
        seen.update(hit.cls for hit in hits)
        return self.as_number(self.texts.apply(text, hits))

    def as_number(self, masked: str) -> str | None:
        """Return what stands for a number whose mask is ``masked``."""
        if self.numeric == "error":
            raise MaskingError("a numeric column holds a card number")
        return None if self.numeric == "null" else masked

    def declared(self, text: str, cls: str) -> str:
        """Return the mask of a text from a column of class ``cls``; the empty text and masks stay."""
        name = self.format_of(cls)
        if not text.strip() or (len(text) <= _LONGEST_MASKED and _is_whole_mask(text)):
            return text
        if name == "none":
            return self.mask_text(text, set())
        if cls == "pan":
            if looks_like_json(text):
                text = mask_json(text, self._scanner.hits(text), self, set())
                return text if next(runs_of(text), None) is None else self._declared_pan(text)
            return self._declared_pan(text)
        if name == "initials":
            return mask_initials(text)
        if name == "last4":
            return mask_last4(text)
        return mask_year(text) if name == "year" else sentinel(cls)

    def _declared_pan(self, text: str) -> str:
        if any(hit.cls == "sad.track" for hit in self._scanner.hits(text)):
            return sentinel("sad.track")
        name = self._formats["pan"]
        if len(text) <= _LONGEST_MASKED:
            ends = looks_masked(text)
            if ends is not None:
                return _shortened(text, ends, name)
        hits = [_declared_hit(text, start, end, self._scanner) for start, end in runs_of(text)]
        if any(hit.length > MAX_LENGTH for hit in hits):
            return sentinel("pan")
        if hits:
            masked = self.texts.apply(text, hits)
            # Masks beside masks may not read as masks any more.
            return masked if self._declared_pan(masked) == masked else sentinel("pan")
        shortened = shorten_masks(text, lambda run, ends: _shortened(run, ends, name))
        return sentinel("pan") if shortened is None else self.mask_text(shortened, set())

    def declared_other(self, value: Any, cls: str) -> Any:
        """Return the mask of a value from a column of class ``cls`` that is neither text nor a container."""
        if value is None or (type(value) is bool and not cls.startswith("sad")) or self.format_of(cls) == "none":
            return value
        if isinstance(value, int | float | decimal.Decimal):
            if self.numeric != "text":
                return self.as_number("")
            return self.declared(_plain_number(value), cls)
        if isinstance(value, datetime.date) and self.format_of(cls) == "year":
            return f"{value.year:04}"
        return sentinel(cls)

    def unknown(self, value: Any, seen: Seen) -> Any:
        """Return the mask of an object of unknown type: its text is scanned, or it is redacted."""
        if self.unknown_objects == "pass":
            return value
        if self.unknown_objects == "redact":
            seen.add("unknown")
            return sentinel("unknown")
        text = str(value)
        if type(text) is not str:
            text = str.__str__(text)
        masked = self._text(text, seen)
        return value if masked is text else masked


class _Walk:
    """One pass over nested containers, each visited once."""

    def __init__(self, masker: ValueMasker, seen: Seen, column: str | None) -> None:
        self._masker = masker
        self._seen = seen
        self._column = column
        self._done: dict[tuple[int, str | None], tuple[Any, Any]] = {}

    def mask(self, value: Any, cls: str | None, depth: int) -> Any:
        kind = type(value)
        if cls is None:
            if kind in NEVER:
                return value
            handler = self._masker._by_type.get(kind)
            if handler is not None:
                return handler(value, self._seen)
        if isinstance(value, list | tuple | set | frozenset | Mapping) or dataclasses.is_dataclass(kind):
            return self._container(value, cls, depth)
        return self._leaf(value, cls, depth)

    def _container(self, value: Any, cls: str | None, depth: int) -> Any:
        key = (id(value), cls)
        if key in self._done:
            return self._done[key][1]
        if depth >= MAX_DEPTH:
            self._seen.add("unknown")
            return sentinel("unknown")
        # Holding the value keeps its id from being used again; a cycle finds the redaction.
        self._done[key] = (value, sentinel("unknown"))
        if isinstance(value, Mapping):
            result = self._mapping(value, cls, depth)
        elif isinstance(value, list | tuple | set | frozenset):
            result = self._items(value, cls, depth)
        else:
            result = self._fields(value, cls, depth)
        self._done[key] = (value, result)
        return result

    def _items(self, value: Any, cls: str | None, depth: int) -> Any:
        masked = [self.mask(item, cls, depth + 1) for item in value]
        if all(new is old for new, old in zip(masked, value, strict=True)):
            return value
        kind = type(value)
        if kind is list:
            return masked
        make = getattr(value, "_make", None)
        if make is not None:
            return make(masked)
        try:
            return kind(masked)
        except TypeError:
            return tuple(masked) if isinstance(value, tuple) else list(masked)

    def _inherited(self, cls: str | None) -> str | None:
        """What a key or column says about everything in an object: ``"card": {...}`` is judged by its own keys."""
        return cls if cls is None or cls == self._column or cls.startswith("sad") else None

    def _mapping(self, value: Mapping[Any, Any], cls: str | None, depth: int) -> Any:
        changed = False
        cls = self._inherited(cls)
        masked: dict[Any, Any] = {}
        for key, old in value.items():
            new_key = key if type(key) is str and len(key) < _SHORTEST else self.mask(key, None, depth + 1)
            new = old if cls is None and _is_named(old, key) else self._under(old, key, cls, depth)
            changed |= new is not old or new_key is not key
            if new_key is not key and new_key in masked:
                new_key = f"{new_key}#{len(masked)}"
            masked[new_key] = new
        if not changed:
            return value
        if type(value) is dict or not isinstance(value, dict):
            return masked
        rebuilt = copy.copy(value)
        rebuilt.clear()
        rebuilt.update(masked)
        return rebuilt

    def _under(self, value: Any, key: Any, cls: str | None, depth: int) -> Any:
        return self.mask(value, cls if cls is not None else self._masker.classify_key(key), depth + 1)

    def _fields(self, value: Any, cls: str | None, depth: int) -> Any:
        changes = {}
        cls = self._inherited(cls)
        for field in dataclasses.fields(value):
            old = getattr(value, field.name, None)
            new = self.mask(old, cls if cls is not None else self._masker.classify_key(field.name), depth + 1)
            if new is not old:
                changes[field.name] = new
        if not changes:
            return value
        rebuilt = copy.copy(value)
        for name, new in changes.items():
            object.__setattr__(rebuilt, name, new)
        return rebuilt

    def _leaf(self, value: Any, cls: str | None, depth: int) -> Any:
        if isinstance(value, enum.Enum):
            inner = value.value
            masked = self.mask(inner, cls, MAX_DEPTH)
            return value if masked is inner else masked
        for kind, handler in self._masker._by_type.items():
            if isinstance(value, kind):
                return self._of_kind(value, kind, handler, cls)
        if cls is not None:
            masked = self._masker.declared_other(value, cls)
            if masked is not value:
                self._seen.add(cls)
            return masked
        if isinstance(value, tuple(NEVER)):
            return value
        if self._masker.unknown_objects != "scan":
            return self._masker.unknown(value, self._seen)
        key = (id(value), cls)
        if key not in self._done:
            self._done[key] = (value, sentinel("unknown"))
            self._done[key] = (value, self._object(value, depth))
        return self._done[key][1]

    def _object(self, value: Any, depth: int) -> Any:
        """Mask what an object of unknown type holds, then what its text shows, then what that leaves out."""
        if depth >= MAX_DEPTH or len(self._done) > _MOST_OBJECTS:
            self._seen.add("unknown")
            return sentinel("unknown")
        if is_stream(value):
            return (self._masker.mask(item, self._seen) for item in value)
        parts = parts_of(value)
        if parts is not None:
            inner, rebuild = parts
            masked = self.mask(inner, None, depth + 1)
            return value if masked is inner else rebuild(masked)
        masked = self._masker.unknown(value, self._seen)
        if masked is not value:
            return masked
        changes = {}
        for name, old in fields_of(value).items():
            new = old if _is_named(old, name) else self._under(old, name, None, depth)
            if new is not old:
                changes[name] = new
        return with_fields(value, changes) if changes else value

    def _of_kind(self, value: Any, kind: type, handler: Callable[[Any, Seen], Any], cls: str | None) -> Any:
        if cls is None:
            if kind is not str:
                return handler(value, self._seen)
            # What a subclass overrides is not trusted, and the kernel takes no subclass.
            text = str.__str__(value)
            masked: Any = handler(text, self._seen)
            return value if masked is text else masked
        masker = self._masker
        if kind is str:
            text = str.__str__(value)
            masked = masker.declared(text, cls)
            masked = value if masked == text else masked
        elif kind in (bytes, bytearray, memoryview):
            text = bytes(value).decode("utf-8", "surrogateescape")
            masked = masker.declared(text, cls)
            masked = value if masked == text else _as_bytes(masked, kind)
        else:
            masked = masker.declared_other(value, cls)
        if masked is not value:
            self._seen.add(cls)
        return masked


def _is_named(value: Any, key: Any) -> bool:
    """Whether a number is of another kind than cards, as its key in a mapping says."""
    if type(key) is not str or type(value) not in (str, int) or len(key) > _LONGEST_MASKED:
        return False
    kind = kind_of_column(key)
    return kind is not None and is_named(value, kind)


def _as_bytes(text: str, kind: type) -> Any:
    return kind(text.encode("utf-8", "surrogateescape"))


def _plain_number(value: Any) -> str:
    if isinstance(value, int):
        return int.__repr__(value) if value.bit_length() <= _MOST_BITS else "number"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e20 else float.__repr__(value)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return "number"
    text = f"{value:f}"
    return text.partition(".")[0] if value == value.to_integral_value() else text


def _is_whole_mask(text: str) -> bool:
    return text[:1] in "[t" and fixed_mask(text)


def _declared_hit(text: str, start: int, end: int, scanner: ReferenceScanner) -> Hit:
    spans = tuple((i, i + 1) for i in range(start, end) if text[i].isdecimal())
    digits = ascii_digits(text[start:end])
    match = scanner.table.lookup(digits)
    return Hit(start, end, "pan", match.brands if match else (), len(digits), digits=spans)


def _shortened(text: str, ends: tuple[int, int], name: str) -> str:
    """Take from a number that was masked elsewhere what the format does not show."""
    if name == "redact" or name == "token":
        return sentinel("pan")
    lead, _ = shown(name, "0" * 16, ())
    lead = 8 if name == "first8_last4" and ends[0] <= 8 else lead
    left = ends[0]
    if left <= lead:
        return text
    parts = []
    for char in text:
        if char.isdecimal() and left:
            left -= 1
            char = MASK
        parts.append(char)
    return "".join(parts)
