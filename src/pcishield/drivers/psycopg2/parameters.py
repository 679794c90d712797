"""Parameters of psycopg2, which merges them into the text: what is judged must be what is sent.

A value of a built-in type is quoted as one literal, so the text with its placeholders is judged and the values apart.
Any other value is adapted here, once. When that gives one literal, the literal is what is sent for it. When it gives
anything else (``AsIs``, an adapter that writes SQL), the merged text is judged.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from collections.abc import Mapping
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
_LITERAL = re.compile(
    rb"\s*(?:'(?:[^'\\]|'')*'|E'(?:[^'\\]|''|\\.)*'|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|NULL|true|false)"
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


def fixed(parameters: Any, connection: Any) -> tuple[bool, Any, Any]:
    """Look at the parameters of one statement.

    Args:
        parameters: As psycopg2 takes them, ``None`` for none.
        connection: Whose encoding and escaping hold.

    Returns:
        Whether each is one literal; if so what the guard shall look at, and what psycopg2 shall be given.
    """
    if parameters is None or (type(parameters) in (tuple, list) and all(type(value) in _PLAIN for value in parameters)):
        return True, parameters, parameters
    if isinstance(parameters, Mapping):
        items = {key: _one(parameters[key], connection) for key in parameters}
        if any(pair is None for pair in items.values()):
            return False, None, None
        found = {key: pair for key, pair in items.items() if pair is not None}
        return True, {key: pair[0] for key, pair in found.items()}, {key: pair[1] for key, pair in found.items()}
    if not hasattr(type(parameters), "__getitem__") or isinstance(parameters, (str, bytes)):
        return True, parameters, parameters  # psycopg2 raises
    pairs = [_one(value, connection) for value in parameters]
    if any(pair is None for pair in pairs):
        return False, None, None
    return True, tuple(pair[0] for pair in pairs if pair), tuple(pair[1] for pair in pairs if pair)


def _one(value: Any, connection: Any, depth: int = 0) -> tuple[Any, Any] | None:
    """Return (what to look at, what to send) of one value, ``None`` when it is no literal."""
    if type(value) in _PLAIN:
        return value, value
    if type(value) in (list, tuple) and depth < _DEPTH:
        pairs = [_one(item, connection, depth + 1) for item in value]
        if any(pair is None for pair in pairs):
            return None
        return type(value)(pair[0] for pair in pairs if pair), type(value)(pair[1] for pair in pairs if pair)
    adapter: Any = extensions.adapt(value)
    if hasattr(adapter, "prepare"):
        adapter.prepare(connection)
    quoted = adapter.getquoted()
    if isinstance(quoted, str):
        quoted = quoted.encode("utf-8")
    if _LITERAL.fullmatch(quoted) is None:
        return None
    return quoted.decode("utf-8", "replace"), _Literal(value, quoted)
