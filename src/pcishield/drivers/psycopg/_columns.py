"""What a result column can hold, by PostgreSQL type oid (catalog ``pg_type``; the built-in oids are fixed)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from psycopg.pq import Format

from pcishield.core.result import Kind, ResultColumn

__all__ = ["column", "columns_of", "unreadable"]

# Fewer than twelve digits whatever the value, or digits that are no number of anybody's.
_NEVER = frozenset({
    16, 1000,            # bool
    18, 1002,            # "char"
    21, 1005, 22, 1006,  # int2, int2vector
    23, 1007,            # int4
    26, 1028, 30, 1013,  # oid, oidvector
    28, 1011, 29, 1012,  # xid, cid
    27, 1010,            # tid
    24, 1008, 2202, 2207, 2203, 2208, 2204, 2209, 2205, 2210, 2206, 2211,  # regproc ... regtype
    4089, 4090, 4096, 4097,  # regnamespace, regrole
    700, 1021,           # float4: six significant digits
    1082, 1182,          # date
    1083, 1183, 1266, 1270,  # time, timetz
    1114, 1115, 1184, 1185,  # timestamp, timestamptz
    1186, 1187,          # interval
    2950, 2951,          # uuid
    3904, 3905, 3912, 3913,  # int4range, daterange
    3908, 3909, 3910, 3911,  # tsrange, tstzrange
    2278,                # void
})  # fmt: skip
_KINDS: dict[int, Kind] = {
    **dict.fromkeys(_NEVER, "never"),
    **dict.fromkeys((25, 1042, 1043, 19, 705, 2275, 142), "text"),
    17: "bytes",
    **dict.fromkeys((20, 701, 1700), "number"),
    **dict.fromkeys((114, 3802), "json"),
}  # fmt: skip


_MAX_SHAPES = 4096
_shapes: dict[tuple[Any, ...], tuple[ResultColumn, ...]] = {}


# record, record[]: whatever is inside of them arrives as bytes where its own type has no loader.
_RECORDS = frozenset({2249, 2287})


def unreadable(oid: int, adapters: Any) -> bool:
    """Whether values of the type ``oid`` in binary format, or parts of them, come out as the server sent them."""
    return oid not in _KINDS and (oid in _RECORDS or adapters.get_loader(oid, Format.BINARY) is None)


@lru_cache(maxsize=8192)
def column(name: bytes, oid: int, encoding: str, opaque: bool = False) -> ResultColumn:
    """Return the column called ``name`` (as libpq gives it) of the type ``oid``."""
    return ResultColumn(name.decode(encoding, "replace"), "opaque" if opaque else _KINDS.get(oid, "other"))


def columns_of(result: Any, encoding: str, adapters: Any) -> tuple[ResultColumn, ...]:
    """Return the columns of a ``PGresult``: the same tuple for every result of the same shape.

    Args:
        result: The result.
        encoding: Of its column names.
        adapters: What loads its values; a binary column without a loader there is ``opaque``.
    """
    fname, ftype, fformat = result.fname, result.ftype, result.fformat
    shape = (
        encoding,
        *[
            (fname(i), ftype(i), fformat(i) == Format.BINARY and unreadable(ftype(i), adapters))
            for i in range(result.nfields)
        ],
    )
    found = _shapes.get(shape)
    if found is None:
        if len(_shapes) >= _MAX_SHAPES:
            _shapes.clear()
        found = _shapes[shape] = tuple(column(name or b"", oid, encoding, opaque) for name, oid, opaque in shape[1:])
    return found
