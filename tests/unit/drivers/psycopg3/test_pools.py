"""Unmodified psycopg_pool: what it hands out is guarded, at every checkout."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import psycopg
import pytest

from pcishield.masking import Masker
from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import PAN

psycopg_pool: Any = pytest.importorskip("psycopg_pool", reason="psycopg_pool is an optional dependency")
MASKED = Masker().mask(PAN, "pan")
QUERY = f"SELECT '{PAN}'"


@pytest.mark.parametrize(
    ("kind", "close_returns"), [("ConnectionPool", False), ("ConnectionPool", True), ("NullConnectionPool", False)]
)
def test_pools_give_guarded_connections(
    guarded: Any, pg_dsn: str, log: RecordingLog, kind: str, close_returns: bool
) -> None:
    """By context manager and by hand; a connection that is given back and taken again is the same guarded one."""
    more: dict[str, Any] = {} if kind == "NullConnectionPool" else {"min_size": 1}
    if close_returns:
        if "close_returns" not in inspect.signature(psycopg_pool.ConnectionPool).parameters:
            pytest.skip("this psycopg_pool has no close_returns")
        if tuple(map(int, psycopg.__version__.split(".")[:2])) < (3, 3):
            pytest.skip("with this psycopg, a pool returns connections of psycopg's own class only")
        more["close_returns"] = True
    pool = getattr(psycopg_pool, kind)(pg_dsn, connection_class=guarded.Connection, max_size=1, open=True, **more)
    with pool:
        for _ in range(3):
            with pool.connection() as connection:
                assert (MASKED,) == connection.execute(QUERY).fetchone()
            connection = pool.getconn()
            assert (MASKED,) == connection.execute(QUERY).fetchone()
            pool.putconn(connection)
            if close_returns:
                connection = pool.getconn()
                assert (MASKED,) == connection.execute(QUERY).fetchone()
                connection.close()

    assert "connection.close" in [record["type"] for record in log.records]


@pytest.mark.parametrize("kind", ["AsyncConnectionPool", "AsyncNullConnectionPool"])
async def test_async_pools_give_guarded_connections(guarded: Any, pg_dsn: str, kind: str) -> None:
    """The same, asynchronous."""
    size = {} if "Null" in kind else {"min_size": 1}
    pool = getattr(psycopg_pool, kind)(pg_dsn, connection_class=guarded.AsyncConnection, max_size=1, open=False, **size)
    async with pool:
        for _ in range(3):
            async with pool.connection() as connection:
                cursor = await connection.execute(QUERY)
                assert (MASKED,) == await cursor.fetchone()


def test_pool_keywords_and_callbacks(guarded: Any, pg_dsn: str) -> None:
    """``kwargs``, ``configure``, ``check`` and ``reset`` see guarded connections."""
    seen: list[Any] = []

    def configure(connection: Any) -> None:
        seen.append(connection.execute(QUERY).fetchone())
        connection.commit()

    with psycopg_pool.ConnectionPool(
        pg_dsn,
        connection_class=guarded.Connection,
        kwargs={"cursor_factory": psycopg.ClientCursor},
        min_size=1,
        max_size=1,
        configure=configure,
        check=psycopg_pool.ConnectionPool.check_connection,
        open=True,
    ) as pool:
        with pool.connection() as connection:
            assert isinstance(connection.cursor(), psycopg.ClientCursor)

    assert [(MASKED,)] == seen


def test_threads(guarded: Any, pg_dsn: str, log: RecordingLog) -> None:
    """Many threads on few connections: every row masked, every statement recorded."""
    found: list[Any] = []
    with psycopg_pool.ConnectionPool(
        pg_dsn, connection_class=guarded.Connection, min_size=2, max_size=4, open=True
    ) as pool:

        def work() -> None:
            for _ in range(5):
                with pool.connection() as connection:
                    found.append(connection.execute(QUERY).fetchone())

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [(MASKED,)] * 40 == found
    assert 40 == [record["type"] for record in log.records].count("attempt")
