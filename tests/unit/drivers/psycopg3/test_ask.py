"""The guard's own questions wait as psycopg's connections do."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import psycopg
import pytest
from psycopg import generators

from pcishield.drivers.psycopg._ask import aask, ask


def slowly(pgconn: Any) -> Any:
    """A question that the server takes its time for."""
    pgconn.send_query(b"SELECT pg_sleep(0.5)")
    (result,) = yield from generators.execute(pgconn)
    return result.status


@pytest.mark.parametrize("awaiting", [False, True], ids=["sync", "async"])
def test_waiting_for_the_answer_takes_no_processor_time(pg_dsn: str, awaiting: bool):
    """Looking again and again took all that the thread could get, and the interpreter from others."""
    with psycopg.connect(pg_dsn) as connection:
        pgconn = connection.pgconn
        before = time.thread_time()

        status = asyncio.run(aask(slowly(pgconn), pgconn)) if awaiting else ask(slowly(pgconn), pgconn)

        assert psycopg.pq.ExecStatus.TUPLES_OK == status
        assert time.thread_time() - before < 0.1
