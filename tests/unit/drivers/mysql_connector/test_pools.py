"""Pools of mysql.connector: every connection in them is guarded, at every checkout."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import uuid4

import mysql.connector
import pytest

from pcishield.testing import assert_no_pan

pytestmark = pytest.mark.mysql


def _rows(connection: Any, table: str) -> Any:
    cursor = connection.cursor()
    cursor.execute(f"SELECT pan, cvv FROM {table}")
    rows = cursor.fetchall()
    cursor.close()
    connection.rollback()
    return rows


def test_pools_made_by_connect_are_guarded(guarded: Any, params: dict[str, Any], table: str) -> None:
    """Also the second time that a connection is taken out."""
    for _ in range(3):
        with guarded.connect(**params, pool_name=f"p{uuid4().hex[:8]}", pool_size=1) as connection:
            rows = _rows(connection, table)
            assert isinstance(connection, mysql.connector.pooling.PooledMySQLConnection)
            assert_no_pan(rows)
            assert "123" not in str(rows)


def test_pool_class_is_guarded(guarded: Any, params: dict[str, Any], table: str, audited: Any) -> None:
    """MySQLConnectionPool: each checkout resets the server's session, and is a session of its own in the log."""
    pool = guarded.pooling.MySQLConnectionPool(pool_name=f"p{uuid4().hex[:8]}", pool_size=1, **params)
    for _ in range(2):
        connection = pool.get_connection()
        assert_no_pan(_rows(connection, table))
        connection.close()

    assert isinstance(pool, mysql.connector.pooling.MySQLConnectionPool)
    assert 2 == len({record["connection"] for record in audited.of("attempt") if record["method"] == "execute"})


def test_raw_connections_put_into_a_pool_are_adopted(
    guarded: Any, params: dict[str, Any], table: str, audited: Any
) -> None:
    """What comes out of a guarded pool is guarded, wherever it was made."""
    pool = guarded.pooling.MySQLConnectionPool(pool_size=1, pool_name=f"p{uuid4().hex[:8]}")
    pool.set_config(**params)
    made: Any = mysql.connector.connect(**params)
    made.pool_config_version = pool._config_version
    pool.add_connection(made)
    connection = pool.get_connection()
    rows = _rows(connection, table)
    connection.close()
    made.close()

    assert_no_pan(rows)
    assert "123" not in str(rows)
    assert 1 == len([method for method, _ in audited.attempts() if method == "execute"])


@pytest.mark.timeout(20)
@pytest.mark.parametrize("implementation", ["pure"])
def test_a_connection_that_came_back_with_unread_rows_is_opened_again(
    guarded: Any, params: dict[str, Any], table: str
) -> None:
    """The driver cannot reset it, and closes it; whoever takes it out next gets a new one, and does not wait.

    The C implementation's pool hands out an error instead, and the connection no more.
    """
    pool = guarded.pooling.MySQLConnectionPool(pool_name=f"p{uuid4().hex[:8]}", pool_size=1, **params)
    connection = pool.get_connection()
    cursor = connection.cursor()
    cursor.execute(f"SELECT pan FROM {table}")
    cursor.fetchone()
    with suppress(mysql.connector.Error):
        connection.close()
    connection = pool.get_connection()
    rows = _rows(connection, table)
    connection.close()

    assert 3 == len(rows)
    assert_no_pan(rows)


def test_pools_of_the_driver_are_not_shared(guarded: Any, params: dict[str, Any], table: str) -> None:
    """A pool of the same name that was made without the guard is another pool."""
    name = f"p{uuid4().hex[:8]}"
    raw = mysql.connector.connect(**params, pool_name=name, pool_size=1)
    connection = guarded.connect(**params, pool_name=name, pool_size=1)
    rows = _rows(connection, table)
    connection.close()
    raw.close()
    mysql.connector.pooling._CONNECTION_POOLS.pop(name)._remove_connections()

    assert_no_pan(rows)


def test_fail_over_ends_in_a_guarded_connection(guarded: Any, params: dict[str, Any], table: str) -> None:
    """The driver's own search for a server that answers."""
    server = {key: params[key] for key in ("host", "port")}
    rest = {key: value for key, value in params.items() if key not in server}
    connection = guarded.connect(**rest, failover=[{"host": "127.0.0.1", "port": 1}, server])
    rows = _rows(connection, table)
    connection.close()

    assert_no_pan(rows)


def test_option_files_are_read(guarded: Any, params: dict[str, Any], table: str, tmp_path: Any, audited: Any) -> None:
    """A file may hold everything, init_command included, which is judged."""
    file = tmp_path / "my.cnf"
    lines = [f"{key}={params[key]}" for key in ("host", "port", "user", "password", "database")]
    file.write_text("[connector_python]\n" + "\n".join([*lines, "init_command=SET @a = 42"]) + "\n")
    connection = guarded.connect(option_files=str(file), use_pure=params["use_pure"])
    rows = _rows(connection, table)
    connection.close()

    assert_no_pan(rows)
    assert ("cmd_query", "SET @a = ?") == audited.attempts()[0]
