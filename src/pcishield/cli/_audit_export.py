"""What ``pcishield audit export`` writes: records as bytes of a file, in one of several forms."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import orjson

from pcishield.audit.canonical import OPTIONS
from pcishield.audit.encoders import encoder
from pcishield.exceptions import ConfigurationError

__all__ = ["ExportFormat", "exported"]

ExportFormat = Literal["jsonl", "csv", "ocsf", "ecs", "cef", "leef", "parquet"]
Value = Callable[[dict[str, Any], str], Any]


def exported(
    records: Sequence[dict[str, Any]], form: ExportFormat, columns: Sequence[str], value: Value, table: str
) -> bytes:
    """Return the file.

    Args:
        records: In order.
        form: ``jsonl`` the lines as they are; ``ocsf``, ``ecs``, ``cef``, ``leef`` one event a line; ``csv`` and
            ``parquet`` a table of main fields.
        columns: Of the table.
        value: Takes a record and a column's name.
        table: The CSV text.

    Raises:
        ConfigurationError: ``parquet`` without pyarrow.
    """
    if form == "csv":
        return table.encode()
    if form == "parquet":
        return _parquet(records, columns, value)
    lines: Iterable[bytes] = (orjson.dumps(record, option=OPTIONS) for record in records)
    if form != "jsonl":
        encode = encoder(form)
        lines = (encode(record, orjson.dumps(record, option=OPTIONS)) for record in records)
    return b"".join(line + b"\n" for line in lines)


def _parquet(records: Sequence[dict[str, Any]], columns: Sequence[str], value: Value) -> bytes:
    """Text columns, but for ``rows``; the whole record as canonical JSON in the column ``record``."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ConfigurationError("export --format parquet: pyarrow is not installed: pip install pyarrow") from None
    data: dict[str, Any] = {
        column: pyarrow.array([_text(value(record, column)) for record in records], pyarrow.string())
        for column in columns
        if column != "rows"
    }
    data["rows"] = pyarrow.array([record.get("rows") for record in records], pyarrow.int64())
    data["record"] = pyarrow.array(
        [orjson.dumps(record, option=OPTIONS).decode() for record in records], pyarrow.string()
    )
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(data), file, compression="zstd")
    return file.getvalue()


def _text(found: Any) -> str | None:
    return None if found in ("", None) else str(found)
