"""Asks the server's clock on a connection of psycopg's that nobody has yet; by libpq's own object, as the catalog is.

A server that refuses the question (a physical replication session, another product) has refused a statement of its own
outside of a transaction, which leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import generators, pq

from pcishield.drivers.psycopg._ask import aask, ask
from pcishield.runtime.database_clock import QUESTIONS, Asked

__all__ = ["askew", "skew"]

_QUESTION = QUESTIONS["postgres"].encode("ascii")


def skew(connection: Any) -> int | None:
    """Return how far the server's clock is from ours, microseconds; ``None`` when it does not say."""
    pgconn = connection.pgconn
    try:
        return ask(_asked(pgconn), pgconn) if _ready(pgconn) else None
    except psycopg.Error:
        return None


async def askew(connection: Any) -> int | None:
    """Like :func:`skew`, awaiting."""
    pgconn = connection.pgconn
    try:
        return await aask(_asked(pgconn), pgconn) if _ready(pgconn) else None
    except psycopg.Error:
        return None


def _ready(pgconn: Any) -> bool:
    # A class of the user's may have begun something in its connect().
    return bool(
        pgconn.status == pq.ConnStatus.OK
        and pgconn.transaction_status == pq.TransactionStatus.IDLE
        and pgconn.pipeline_status == pq.PipelineStatus.OFF
    )


def _asked(pgconn: Any) -> Generator[Any, Any, int | None]:
    notices, pgconn.notice_handler = pgconn.notice_handler, None
    try:
        asked = Asked()
        pgconn.send_query(_QUESTION)
        results = yield from generators.execute(pgconn)
        if len(results) != 1 or results[0].status != pq.ExecStatus.TUPLES_OK:
            return None
        return asked.skew_us(results[0].get_value(0, 0))
    finally:
        pgconn.notice_handler = notices
