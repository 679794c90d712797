"""Masking of JSON in a text value, without parsing it into objects.

The text is read token by token, so that white space, number notation and duplicate keys stay, depth costs no
recursion, and text that only looks like JSON is masked as plain text. A number that is masked becomes a string:
the result is still JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pcishield.masking.formats import sentinel
from pcishield.masking.hits import Hit

if TYPE_CHECKING:
    from pcishield.masking.values import Seen, ValueMasker

__all__ = ["looks_like_json", "mask_json"]

_OPENING = re.compile(r"[ \t\r\n\ufeff]*(?:\{|\[(?!REDACTED:))")
_KEY = re.compile(r'"((?:[^"\\\n]|\\.){1,256})"[ \t\r\n]*:')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|-?[0-9][0-9.eE+-]*|[{}\[\],:]|true|false|null|[ \t\r\n\ufeff]+', re.DOTALL)


def looks_like_json(text: str) -> bool:
    """Whether ``text`` may be a JSON object or array."""
    return len(text) > 6 and _OPENING.match(text) is not None and ('"' in text or len(text) >= 12)


def mask_json(text: str, hits: Sequence[Hit], masker: ValueMasker, seen: Seen) -> str:
    """Return JSON ``text`` masked by its keys and by ``hits``; the same object when nothing had to be.

    Args:
        text: What :func:`looks_like_json` said yes to.
        hits: What the scanner found in it.
        masker: Tells classes of keys, and masks.
        seen: Takes the classes that were found.
    """
    classified = _has_classified_key(text, masker)
    if not hits and not classified:
        return text
    if any(hit.cls == "sad.track" for hit in hits) and not classified:
        seen.add("sad.track")
        return sentinel("sad.track")
    masked = _Pass(text, hits, masker, seen).run()
    if masked is None:
        # Not JSON after all: what a classified key may hold cannot be told.
        seen.update(hit.cls for hit in hits)
        replaced = masker.replaced(text, list(hits))
        # Nor what one that is classified without its digits holds: it would be redacted the next time.
        if classified or _has_classified_key(replaced, masker):
            seen.add("unknown")
            return sentinel("unknown")
        return replaced
    # A last look at the result as text: numbers that run over a token, codes beside a number.
    final = masker.mask_text(masked, seen)
    return text if final == text else final


def _has_classified_key(text: str, masker: ValueMasker) -> bool:
    return any(masker.classify_key(_loads(match.group(1))) for match in _KEY.finditer(text))


def _loads(inner: str) -> str:
    try:
        return str(json.loads(f'"{inner}"'))
    except ValueError:
        return inner


class _Pass:
    """Token after token, with the class that the enclosing keys give."""

    def __init__(self, text: str, hits: Sequence[Hit], masker: ValueMasker, seen: Seen) -> None:
        self._text = text
        self._hits = hits
        self._masker = masker
        self._seen = seen
        self._stack: list[tuple[str, str | None]] = []
        self._key: str | None = None
        self._valued = False
        self._next_hit = 0

    def run(self) -> str | None:
        parts: list[str] = []
        position = 0
        text = self._text
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or not self._fits(match.group()):
                return None
            parts.append(self._token(match.group(), position, match.end()))
            position = match.end()
        return "".join(parts) if not self._stack else None

    def _fits(self, token: str) -> bool:
        """Whether the token can stand here. In an object, a value needs a key: ``{1,2}`` is an array of PostgreSQL."""
        if token[0] in " \t\r\n\ufeff,}]:":
            return True
        return not self._stack or self._stack[-1][0] == "[" or self._valued or token[0] == '"'

    def _token(self, token: str, start: int, end: int) -> str:
        first = token[0]
        if first == ":":
            self._valued = True
        elif first in "{[":
            cls = self._class()
            # An object is judged by its own keys: "card": {...} is not all card number.
            self._stack.append((first, cls if first == "[" or cls is None or cls.startswith("sad") else None))
            self._key, self._valued = None, False
        elif first in "}]":
            if self._stack:
                self._stack.pop()
            self._key, self._valued = None, False
        elif first == ",":
            self._key, self._valued = None, False
        elif first == '"':
            return self._string(token, start, end)
        elif first.isdigit() or first == "-":
            return self._number(token, start, end)
        return token

    def _class(self) -> str | None:
        outer = self._stack[-1][1] if self._stack else None
        return outer if outer is not None else self._key

    def _string(self, token: str, start: int, end: int) -> str:
        if self._stack and self._stack[-1][0] == "{" and not self._valued:
            self._key = self._masker.classify_key(_loads(token[1:-1]))
            return self._plain(token, start, end)
        cls = self._class()
        if cls is None:
            return self._plain(token, start, end)
        text = _loads(token[1:-1])
        masked = self._masker.declared(text, cls)
        if masked == text:
            return token
        self._seen.add(cls)
        return json.dumps(masked)

    def _number(self, token: str, start: int, end: int) -> str:
        cls = self._class()
        if cls is None:
            masked = self._plain(token, start, end)
        else:
            masked = self._masker.declared(token, cls)
            if masked != token:
                self._seen.add(cls)
        return token if masked == token else json.dumps(masked)

    def _plain(self, token: str, start: int, end: int) -> str:
        inside = []
        while self._next_hit < len(self._hits) and self._hits[self._next_hit].start < end:
            hit = self._hits[self._next_hit]
            self._next_hit += 1
            if hit.start >= start and hit.end <= end:
                inside.append(hit)
        if not inside:
            return token
        self._seen.update(hit.cls for hit in inside)
        moved = [hit.moved(-start) for hit in inside]
        if token[0] == '"' and any(hit.cls == "sad.track" for hit in inside):
            return json.dumps(sentinel("sad.track"))
        return self._masker.apply(token, moved)
