"""The columns of a COPY … TO STDOUT."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

from psycopg import errors, generators
from psycopg.pq import ExecStatus

from pcishield.core.result import ResultColumn
from pcishield.drivers.psycopg._columns import column

__all__ = ["Described", "describe_gen"]


def describe_gen(pgconn: Any, source: str) -> Generator[Any, Any, tuple[Described, ...]]:
    """Psycopg generator: return the columns of the query ``source`` without running it.

    COPY itself tells how many columns there are, and neither their names nor their types.
    """
    encoding = pgconn._encoding
    pgconn.send_prepare(b"", source.encode(encoding))
    result = (yield from generators.execute(pgconn))[-1]
    if result.status == ExecStatus.COMMAND_OK:
        pgconn.send_describe_prepared(b"")
        result = (yield from generators.execute(pgconn))[-1]
    if result.status == ExecStatus.FATAL_ERROR:
        raise errors.error_from_result(result, encoding=encoding)
    return tuple(
        Described(column(result.fname(i), result.ftype(i), encoding), result.ftype(i)) for i in range(result.nfields)
    )


class Described(NamedTuple):
    """A column, and its type's oid."""

    column: ResultColumn
    oid: int
