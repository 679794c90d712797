"""Where a key of a TOML text stands, so that a configuration error can name the line.

``tomllib`` drops positions. This reads just enough TOML 1.0 to find table headers and keys; it is only ever
given a text that ``tomllib`` accepted, so it need not recognise errors.
"""

from __future__ import annotations

import re

__all__ = ["Positions"]

Path = tuple[str | int, ...]

_KEY = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+))\s*(\.?)')
_STRINGS = ('"""', "'''", '"', "'")


class Positions:
    """Line numbers of a TOML text, by path.

    Args:
        text: A valid TOML document.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for number, line in _statements(text):
            stripped = line.lstrip()
            if stripped.startswith("[["):
                base = self._resolve(_keys(stripped[2:])[0])
                index = self._counts.get(base, -1) + 1
                self._counts[base] = index
                table = (*base, index)
                self._lines.setdefault(base, number)
                self._lines[table] = number
            elif stripped.startswith("["):
                table = self._resolve(_keys(stripped[1:])[0])
                self._note(table, number)
            else:
                keys, rest = _keys(stripped)
                path = self._resolve(keys, table)
                self._note(path, number)
                self._items(path, rest, number)

    def line(self, path: Path) -> int:
        """Return the 1-based line of ``path``, or of the nearest thing around it that the text has."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _note(self, path: Path, number: int) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], number)

    def _resolve(self, keys: list[str], table: Path = ()) -> Path:
        # A header that goes through an array of tables means its last element.
        path = table
        for position, key in enumerate(keys):
            path = (*path, key)
            if path in self._counts and position < len(keys) - 1:
                path = (*path, self._counts[path])
        return path

    def _items(self, path: Path, value: str, number: int) -> None:
        # An array over several lines: each element gets the line it begins on.
        value = value.lstrip().removeprefix("=").lstrip()
        if not value.startswith("[") or "\n" not in value:
            return
        index, depth, at, fresh = -1, 0, 0, False
        while at < len(value):
            char = value[at]
            if char == "#":
                at = _end_of_line(value, at)
                continue
            if char == "\n":
                number += 1
            elif char in "[{":
                if depth == 1 and fresh:
                    index, fresh = index + 1, False
                    self._lines[*path, index] = number
                depth += 1
                fresh = fresh or depth == 1
            elif char in "]}":
                depth -= 1
            elif char == "," and depth == 1:
                fresh = True
            elif not char.isspace() and depth == 1 and fresh:
                index, fresh = index + 1, False
                self._lines[*path, index] = number
            end = _skip_string(value, at) if char in "\"'" else at + 1
            number += value.count("\n", at + 1, end)
            at = end


def _keys(text: str) -> tuple[list[str], str]:
    keys: list[str] = []
    at, more = 0, True
    while more and (match := _KEY.match(text, at)):
        keys.append(next(group for group in match.group(1, 2, 3) if group is not None))
        at, more = match.end(), bool(match.group(4))
    return keys, text[at:]


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _skip_string(text: str, at: int) -> int:
    quote = next(mark for mark in _STRINGS if text.startswith(mark, at))
    end = at + len(quote)
    while end < len(text):  # pragma: no branch  (a string of a valid text ends)
        if text[end] == "\\" and quote[0] == '"':
            end += 2
        elif text.startswith(quote, end):
            end += len(quote)
            # A multi-line string may end in one or two quotes of its own.
            while len(quote) == 3 and text.startswith(quote[0], end):
                end += 1
            break
        else:
            end += 1
    return min(end, len(text))


def _statements(text: str) -> list[tuple[int, str]]:
    """Split into headers and key/value pairs, each with the line it begins on; comments between them dropped."""
    found: list[tuple[int, str]] = []
    at, line = 0, 1
    while at < len(text):
        if text[at] == "\n":
            line += 1
            at += 1
        elif text[at].isspace():
            at += 1
        elif text[at] == "#":
            at = _end_of_line(text, at)
        else:
            end = _statement_end(text, at)
            found.append((line, text[at:end]))
            line += text.count("\n", at, end)
            at = end
    return found


def _statement_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            at = _skip_string(text, at)
            continue
        if char == "#":
            at = _end_of_line(text, at)
            continue
        if char == "\n" and depth == 0:
            return at
        depth += (char in "[{") - (char in "]}")
        at += 1
    return len(text)
