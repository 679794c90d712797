"""What rows of a database's catalog mean, whichever database it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["KINDS", "Row", "functions_of", "text_of"]

Row = Sequence[Any]

KINDS = {
    "r": "table", "p": "partitioned", "v": "view", "m": "matview", "f": "foreign", "S": "sequence",
    "BASE TABLE": "table", "VIEW": "view", "SYSTEM VERSIONED": "table", "SEQUENCE": "sequence", "table": "table",
    "view": "view", "virtual": "virtual", "shadow": "table",
}  # fmt: skip
"""Of relations, by what the databases call them."""


def text_of(value: Any) -> str:
    """Return a value as a text; "" for NULL."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return "" if value is None else str(value)


def functions_of(rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, str]]:
    """Return volatility and text by name: the worst of the overloads, and all that they say."""
    functions: dict[str, str] = {}
    texts: dict[str, list[Any]] = {}
    for schema, name, volatility, text in rows:
        for key in (f"{text_of(schema)}.{text_of(name)}".lower(), text_of(name).lower()):
            functions[key] = max(functions.get(key, "i"), text_of(volatility))
            texts.setdefault(key, []).append(text)
    return functions, {k: "\n".join(map(text_of, found)) for k, found in texts.items() if None not in found}
