"""What a driver tells about a result set: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "ResultColumn"]

Kind = Literal["never", "text", "bytes", "number", "json", "opaque", "other"]
"""``never``: the column's database type cannot hold 12 digits (bool, date, uuid, int4, ...).

``opaque``: values may arrive in a binary form that nobody here can read; what is no text is redacted.
"""


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of a result set, as the driver describes it.

    Attributes:
        name: As in ``cursor.description``.
        kind: What its values can be; ``other`` when the driver does not say.
        table: Base table when the driver knows it (psycopg ``ftable``), ``schema.name`` or ``name``, else "".
        column: Base column when the driver knows it, else "".
    """

    name: str
    kind: Kind = "other"
    table: str = ""
    column: str = ""
