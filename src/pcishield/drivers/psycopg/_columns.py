"""What a result column can hold, by PostgreSQL type oid (catalog ``pg_type``; the built-in oids are fixed)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from psycopg.pq import Format

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.postgres import KINDS

__all__ = ["column", "unreadable"]


# record, record[]: whatever is inside of them arrives as bytes where its own type has no loader.
_RECORDS = frozenset({2249, 2287})


def unreadable(oid: int, adapters: Any) -> bool:
    """Whether values of the type ``oid`` in binary format, or parts of them, come out as the server sent them."""
    return oid not in KINDS and (oid in _RECORDS or adapters.get_loader(oid, Format.BINARY) is None)


@lru_cache(maxsize=8192)
def column(name: bytes, oid: int, encoding: str, opaque: bool = False) -> ResultColumn:
    """Return the column called ``name`` (as libpq gives it) of the type ``oid``."""
    return ResultColumn(name.decode(encoding, "replace"), "opaque" if opaque else KINDS.get(oid, "other"))
