"""How many rows PostgreSQL expects a statement to touch, for approvers: ``EXPLAIN`` without running it.

Sent on the connection itself, below psycopg's transaction handling: outside of a transaction it starts none, inside of
one it is undone to a savepoint, so that a statement that cannot be explained does not spoil it. Planning evaluates
functions that are declared immutable; a policy that asks for estimates says that this is wanted.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import generators, pq
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer

from pcishield.drivers.generic.postgres_estimate import EXPLAINED, planned_rows
from pcishield.drivers.psycopg._trace import paused
from pcishield.runtime.session import Session

__all__ = ["estimates"]

_SAVEPOINT = "pcishield_estimate"


def estimates(connection: Any, session: Session) -> None:
    """Let ``session`` ask how many rows a statement will touch."""
    # Weak, both: the connection has the session, and is to be found dropped although that goes on for a moment.
    there, known = weakref.ref(connection), weakref.ref(session)

    if isinstance(connection, psycopg.AsyncConnection):

        async def aestimate(sql: str, parameters: Any) -> int | None:
            # The statement that is judged holds the connection's lock.
            used, asking = there(), known()
            if used is None or asking is None:
                return None
            return await psycopg.AsyncConnection.wait(used, _estimate_gen(used, asking, sql, parameters))

        session.aestimate = aestimate
    else:

        def estimate(sql: str, parameters: Any) -> int | None:
            used, asking = there(), known()
            if used is None or asking is None:
                return None
            return psycopg.Connection.wait(used, _estimate_gen(used, asking, sql, parameters))

        session.estimate = estimate


def _estimate_gen(connection: Any, session: Session, sql: str, parameters: Any) -> Generator[Any, Any, int | None]:
    # The guarded stand-in that the attribute gives would judge these as statements of the caller's.
    pgconn = connection.__dict__["pgconn"]
    statement = session.parts.known.get(session.dialect, sql).statement
    status = pgconn.transaction_status
    idle, busy = pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS
    if statement.count != 1 or statement.kind not in EXPLAINED or status not in (idle, busy) or connection._pipeline:
        return None
    query = PostgresQuery(Transformer(connection))
    try:
        query.convert(sql, parameters)
    except psycopg.Error:
        return None
    with paused(pgconn):
        if status == busy:
            yield from _sent(pgconn, f"SAVEPOINT {_SAVEPOINT}")
        pgconn.send_query_params(b"EXPLAIN (FORMAT JSON) " + query.query, query.params, query.types, query.formats)
        result = (yield from generators.execute(pgconn))[-1]
        if status == busy:
            yield from _sent(pgconn, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            yield from _sent(pgconn, f"RELEASE SAVEPOINT {_SAVEPOINT}")
    if result.status != pq.ExecStatus.TUPLES_OK:
        return None
    return planned_rows(json.loads(result.get_value(0, 0))[0]["Plan"])


def _sent(pgconn: Any, command: str) -> Generator[Any, Any, None]:
    pgconn.send_query(command.encode())
    yield from generators.execute(pgconn)
