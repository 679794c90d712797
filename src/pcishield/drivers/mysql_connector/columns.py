"""What MySQL tells about a result's columns: the kind of their values and the base column they come from.

The server sends database, base table and base column of every output column, also of ``SELECT *``, of views, and
of result sets of stored procedures. The driver drops them; here they are kept, for they say what an alias hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from mysql.connector.protocol import MySQLProtocol

from pcishield.core.result import Kind, ResultColumn
from pcishield.drivers.generic.mysql import kind_of

__all__ = ["Described", "described", "field_column", "result_columns"]

_ENCODED_LENGTH = {0xFC: 2, 0xFD: 3, 0xFE: 8}


class Described(tuple[Any, ...]):  # noqa: SLOT001  (a tuple cannot have slots)
    """The driver's description of one column, which also knows its base column.

    Attributes:
        column: The same for the masker.
    """

    column: ResultColumn


def _texts(payload: bytes, count: int) -> list[bytes]:
    """Return the first ``count`` length-encoded strings of a column packet."""
    found, at = [], 0
    for _ in range(count):
        length = payload[at]
        at += 1
        if length in _ENCODED_LENGTH:
            width = _ENCODED_LENGTH[length]
            length = int.from_bytes(payload[at : at + width], "little")
            at += width
        found.append(payload[at : at + length])
        at += length
    return found


@lru_cache(maxsize=4096)
def _described(payload: bytes, encoding: str) -> Described:
    entry = Described(MySQLProtocol.parse_column(bytes(4) + payload, encoding))
    _, schema, _, table, name, column = (text.decode(encoding, "replace") for text in _texts(payload, 6))
    entry.column = _column(name, kind_of(entry[1], entry[8] if len(entry) > 8 else None), schema, table, column)
    return entry


def described(packet: bytes, encoding: str = "utf-8") -> Described:
    """Parse a column packet as the driver does, and keep the base column. Stands in for its ``parse_column``.

    The same columns come again and again, so this is faster than the driver.
    """
    return _described(bytes(packet[4:]), encoding)


def _column(name: str, kind: Kind, schema: str, table: str, column: str) -> ResultColumn:
    return ResultColumn(name, kind, f"{schema}.{table}" if schema and table else table, column)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")


@lru_cache(maxsize=4096)
def field_column(field: tuple[Any, ...]) -> ResultColumn:
    """Return the column of a field as the C extension's ``fetch_fields`` gives it.

    Args:
        field: Catalog, database, alias, table, name, base column, character set, length, type, flags, ...
    """
    _, schema, _, table, name, column, charset, _, field_type = field[:9]
    return _column(_text(name), kind_of(int(field_type), int(charset)), _text(schema), _text(table), _text(column))


def result_columns(description: Iterable[Any]) -> tuple[ResultColumn, ...]:
    """Return the columns of a driver's description; without base columns where the driver made it."""
    return tuple(
        [
            entry.column
            if isinstance(entry, Described)
            else ResultColumn(_text(entry[0]), kind_of(entry[1], entry[8] if len(entry) > 8 else None))
            for entry in description
        ]
    )
