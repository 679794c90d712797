"""COPY … TO STDOUT in binary format. Layout: PostgreSQL documentation, SQL command COPY, "Binary Format"."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from psycopg.adapt import Transformer
from psycopg.pq import Format

from pcishield.drivers.generic.copy_out import CopyOut
from pcishield.drivers.psycopg._columns import unreadable
from pcishield.drivers.psycopg._copy_described import Described
from pcishield.exceptions import MaskingError
from pcishield.runtime.operation import Operation

__all__ = ["BinaryCopyOut"]

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = len(_SIGNATURE) + 8
_int2 = struct.Struct("!h")
_int4 = struct.Struct("!i")
_BYTEA = 17
_JSON = frozenset({114, 3802})
_TEXT = frozenset({18, 19, 25, 142, 705, 1042, 1043}) | _JSON
_JSONB = 3802


class BinaryCopyOut(CopyOut):
    """Decodes each cell by its column's type, masks it, and writes it back if it has changed.

    Args:
        operation: See :class:`CopyOut`.
        described: The columns that COPY sends.
        cursor: The cursor, for its loaders and the encoding.
    """

    as_text = False

    def __init__(self, operation: Operation, described: Sequence[Described], cursor: Any) -> None:
        adapters = cursor.adapters
        described = [
            one._replace(column=replace(one.column, kind="opaque")) if unreadable(one.oid, adapters) else one
            for one in described
        ]
        super().__init__(operation, [one.column for one in described])
        self._described = described
        self._encoding: str = cursor._encoding
        tx: Any = Transformer(cursor)
        self._load = [tx.get_loader(column.oid, Format.BINARY).load for column in described]
        self._started = False

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """See :meth:`CopyOut.row`. Cells are as sent, unless ``set_types()`` was called."""
        raw = [
            isinstance(cell, (bytes, bytearray, memoryview)) and column.oid != _BYTEA
            for cell, column in zip(row, self._described, strict=True)
        ]
        values = tuple(self._loaded(i, bytes(cell)) if raw[i] else cell for i, cell in enumerate(row))
        masked = self._masked(values)
        if masked is None:
            return None
        return tuple(
            cell if new is value else self._dumped(i, new) if raw[i] else new
            for i, (cell, value, new) in enumerate(zip(row, values, masked, strict=True))
        )

    def _split(self, data: bytes) -> tuple[list[bytes], bytes]:
        records: list[bytes] = []
        position = 0
        if not self._started:
            if len(data) < _HEADER or len(data) < (position := _HEADER + _int4.unpack_from(data, _HEADER - 4)[0]):
                return [], data
            self._started = True
            records.append(data[:position])
        while (end := _tuple_end(data, position)) is not None:
            records.append(data[position:end])
            position = end
        return records, data[position:]

    def _record(self, record: bytes) -> bytes:
        if record.startswith(_SIGNATURE) or record == b"\xff\xff":
            return record
        cells: list[bytes | None] = []
        position = 2
        for _ in range(_int2.unpack_from(record)[0]):
            (length,) = _int4.unpack_from(record, position)
            position += 4
            cells.append(None if length < 0 else record[position : position + length])
            position += max(length, 0)
        if position != len(record) or len(cells) != len(self._described):
            raise self._guard.withheld(MaskingError("a binary COPY record is cut off; it is not handed out"))
        values = tuple(None if cell is None else self._loaded(i, cell) for i, cell in enumerate(cells))
        masked = self._masked(values)
        if masked is None:
            return b""
        if masked is values or all(new is old for new, old in zip(masked, values, strict=True)):
            return record
        written = [record[:2]]
        for i, (cell, value, new) in enumerate(zip(cells, values, masked, strict=True)):
            out = cell if new is value else self._dumped(i, new)
            written.append(_int4.pack(-1) if out is None else _int4.pack(len(out)) + out)
        return b"".join(written)

    def _loaded(self, index: int, cell: bytes) -> Any:
        try:
            return self._load[index](cell)
        except Exception:
            # What cannot be read can still be scanned; it is passed on only if nothing is found.
            return cell.decode("latin-1")

    def _dumped(self, index: int, value: Any) -> bytes | None:
        oid = self._described[index].oid
        if value is None:
            return None
        if oid == _BYTEA and isinstance(value, (bytes, bytearray)):
            return bytes(value)
        if oid in _TEXT:
            text = value if isinstance(value, str) and oid not in _JSON else json.dumps(value)
            return (b"\x01" if oid == _JSONB else b"") + text.encode(self._encoding, "replace")
        raise self._guard.withheld(
            MaskingError(
                f"column {index + 1} may hold card data in a type that has no room for a mask in binary format; "
                "use the text format, or cast the column to text"
            ),
            counted=1,
        )


def _tuple_end(data: bytes, position: int) -> int | None:
    """Return where the record at ``position`` ends, ``None`` when it is not complete."""
    if len(data) < position + 2:
        return None
    (count,) = _int2.unpack_from(data, position)
    position += 2
    for _ in range(count):
        if len(data) < position + 4:
            return None
        (length,) = _int4.unpack_from(data, position)
        position += 4 + max(length, 0)
    return position if len(data) >= position else None
