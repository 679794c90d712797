"""Parameters of psycopg2, which merges them into the text: what is judged must be what is sent.

A value of a built-in type is quoted as one literal, so the text with its placeholders is judged and the values apart.
Any other value is adapted here, once. When that gives one literal, the literal is what is sent for it. When it gives
anything else (``AsIs``, an adapter that writes SQL), the merged text is judged. When it fails, psycopg2 meets the same
failure if, and only if, it comes to that value: what no placeholder names is never adapted.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg2 import extensions

__all__ = ["fixed"]

_PLAIN = frozenset(
    {
        bool, bytearray, bytes, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, decimal.Decimal,
        float, int, memoryview, str, type(None), uuid.UUID,
    }
)  # fmt: skip
_DEPTH = 16
_NAMED = re.compile(r"%\(([^)]*)\)")
_HEX = re.compile(rb"(?:'\\x|E'\\\\x)([0-9a-fA-F]*)'::bytea")
_LITERAL = re.compile(
    rb"\s*(?:'(?:[^'\\]|'')*'|'\\x[0-9a-fA-F]*'|E'(?:[^'\\]|''|\\.)*'|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|NULL|true|false)"
    rb"(?:::[A-Za-z_][\w ]*(?:\[\])?)?\s*",
    re.DOTALL,
)


class _Literal:
    """A value that has been quoted."""

    __slots__ = ("_quoted", "value")

    def __init__(self, value: Any, quoted: bytes) -> None:
        self.value = value
        self._quoted = quoted

    def __conform__(self, protocol: Any) -> Any:
        return self

    def getquoted(self) -> bytes:
        """Return the literal."""
        return self._quoted


class _Failing:
    """A value that cannot be adapted."""

    __slots__ = ("_error",)

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __conform__(self, protocol: Any) -> Any:
        return self

    def getquoted(self) -> bytes:
        """Raise what adapting it raised."""
        raise self._error


def fixed(text: str, parameters: Any, connection: Any) -> tuple[bool, Any, Any]:
    """Look at the parameters of one statement.

    Args:
        text: The statement, for the names of its placeholders.
        parameters: As psycopg2 takes them, ``None`` for none.
        connection: Whose encoding and escaping hold.

    Returns:
        Whether each is one literal; if so what the guard shall look at, and what psycopg2 shall be given.
    """
    if parameters is None or (type(parameters) in (tuple, list) and all(type(value) in _PLAIN for value in parameters)):
        return True, parameters, parameters
    names = _NAMED.findall(text) if "%(" in text else []
    named = dict(_items(parameters, names)) if isinstance(parameters, Mapping) or names else {}
    # A row is a list that has names.
    if named or isinstance(parameters, Mapping) or (names and not isinstance(parameters, Sequence)):
        items = {key: _one(value, connection) for key, value in named.items()}
        if any(pair is None for pair in items.values()):
            return False, None, None
        found = {key: pair for key, pair in items.items() if pair is not None}
        return True, {key: pair[0] for key, pair in found.items()}, {key: pair[1] for key, pair in found.items()}
    if not hasattr(type(parameters), "__getitem__") or isinstance(parameters, (str, bytes)):
        return True, parameters, parameters  # psycopg2 raises
    pairs = [_one(value, connection) for value in parameters]
    if any(pair is None for pair in pairs):
        return False, None, None
    kind = list if isinstance(parameters, list) else tuple
    return True, kind(pair[0] for pair in pairs if pair), kind(pair[1] for pair in pairs if pair)


def _items(parameters: Any, names: list[str]) -> Iterator[tuple[Any, Any]]:
    """Give what the placeholders can ask for: rows have names that they do not list, and a mapping may make values."""
    listed = list(parameters) if isinstance(parameters, Mapping) else []
    for key in dict.fromkeys([*listed, *names]):
        try:
            value = parameters[key]
        except (LookupError, TypeError):
            continue  # psycopg2 raises
        yield key, value


def _one(value: Any, connection: Any, depth: int = 0) -> tuple[Any, Any] | None:
    """Return (what to look at, what to send) of one value, ``None`` when it is no literal."""
    if type(value) in _PLAIN:
        return value, value
    if type(value) in (list, tuple) and depth < _DEPTH:
        pairs = [_one(item, connection, depth + 1) for item in value]
        if any(pair is None for pair in pairs):
            return None
        return type(value)(pair[0] for pair in pairs if pair), type(value)(pair[1] for pair in pairs if pair)
    try:
        adapter: Any = extensions.adapt(value)
        if hasattr(adapter, "prepare"):
            adapter.prepare(connection)
        quoted = adapter.getquoted()
    except Exception as error:
        return None, _Failing(error)
    if isinstance(quoted, str):
        quoted = quoted.encode("utf-8")
    if _LITERAL.fullmatch(quoted) is None:
        return None
    binary = _HEX.fullmatch(quoted)
    shown = quoted.decode("utf-8", "replace") if binary is None else bytes.fromhex(binary[1].decode("ascii"))
    return shown, _Literal(value, quoted)
