"""Approvers are told how many rows the database expects, by every driver that can ask, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import mysql.connector
import pytest

from pcishield import Shield
from pcishield.drivers.generic.mysql_estimate import expected_rows
from pcishield.exceptions import ApprovalDenied
from pcishield.testing import RecordingLog, ScriptedApprover

RULE = {"id": "asks", "effect": "require_approval", "reason": "many", "estimate": True, "when": {"tables": ["est"]}}
POLICY = {"name": "p", "default": "allow", "rules": [RULE]}


@pytest.fixture
def mysql_table(mysql_params: dict[str, Any]) -> Any:
    with mysql.connector.connect(**mysql_params, use_pure=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS est")
        cursor.execute("CREATE TABLE est (id int PRIMARY KEY, name varchar(9)) ENGINE=MyISAM")  # counts its rows
        cursor.executemany("INSERT INTO est VALUES (%s, 'x')", [(n,) for n in range(1, 1001)])
        cursor.execute("ANALYZE TABLE est")
        cursor.fetchall()
        yield mysql_params
        cursor.execute("DROP TABLE est")


CASES = [
    ("SELECT * FROM est", None, 1000),
    ("DELETE FROM est WHERE id = %s", (7,), 1),
    ("UPDATE est SET name = 'y'", None, 1000),
    ("SELECT * FROM est a JOIN est b ON b.id = a.id", None, 1000),
    ("SELECT * FROM est UNION ALL SELECT * FROM est", None, 2000),
    ("SELECT missing FROM est", None, None),
    ("TRUNCATE est", None, None),
]


@pytest.mark.mysql
@pytest.mark.parametrize("driver", ["mysql.connector", "pymysql", "MySQLdb"])
@pytest.mark.parametrize(("sql", "parameters", "expected"), CASES)
def test_mysql_estimates(mysql_table: Any, driver: str, sql: str, parameters: Any, expected: int | None) -> None:
    """Of rows read or changed; nothing where the server does not say. The refused statement leaves no trace."""
    module = pytest.importorskip(driver)
    approver = ScriptedApprover(False)
    with Shield(policy=POLICY, approver=approver, audit=RecordingLog()) as shield:
        connection = shield.guard(module).connect(**mysql_table)
        cursor = connection.cursor()
        with pytest.raises(ApprovalDenied):
            cursor.execute(sql, parameters)
        cursor.execute("SELECT 1")
        assert [(1,)] == list(cursor.fetchall())
        connection.close()

    assert expected == approver.requests[0].estimate


@pytest.mark.mysql
async def test_asyncio_connections_estimate_as_well(mysql_table: Any) -> None:
    """Awaited, on the connection itself."""
    approver = ScriptedApprover(False)
    with Shield(policy=POLICY, approver=approver, audit=RecordingLog()) as shield:
        connection = await shield.guard(mysql.connector).aio.connect(**mysql_table, ssl_disabled=True)
        cursor = await connection.cursor()
        with pytest.raises(ApprovalDenied):
            await cursor.execute("DELETE FROM est WHERE id > %s", (0,))
        await cursor.close()  # close() of mysql-connector 9.1 fails while one is open
        await connection.close()

    assert 1000 == approver.requests[0].estimate


@pytest.fixture
def postgres_table(pg_dsn: str) -> Any:
    psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")
    connection = psycopg2.connect(pg_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS est")
        cursor.execute("CREATE TABLE est (id int, name text)")
        cursor.execute("INSERT INTO est SELECT n, 'x' FROM generate_series(1, 1000) n")
        cursor.execute("ANALYZE est")
        yield pg_dsn
        cursor.execute("DROP TABLE est")
    connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("SELECT * FROM est WHERE id > %s", (0,), 1000),
        ("UPDATE est SET name = 'y'", None, 1000),
        ("SELECT missing FROM est", None, None),
        ("TRUNCATE est", None, None),
    ],
)
def test_psycopg2_estimates(postgres_table: str, sql: str, parameters: Any, expected: int | None, inside: bool) -> None:
    """Outside of a transaction it opens none, inside of one what was done before is kept."""
    psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")
    approver = ScriptedApprover(False)
    with Shield(policy=POLICY, approver=approver, audit=RecordingLog()) as shield:
        connection = shield.guard(psycopg2).connect(postgres_table)
        cursor = connection.cursor()
        if inside:
            cursor.execute("CREATE TEMPORARY TABLE mine (a int)")
        with pytest.raises(ApprovalDenied):
            cursor.execute(sql, parameters)
        assert ("INTRANS" if inside else "IDLE") == {0: "IDLE", 2: "INTRANS"}[connection.get_transaction_status()]
        if inside:
            cursor.execute("SELECT count(*) FROM mine")
            assert (0,) == cursor.fetchone()
        connection.close()

    assert expected == approver.requests[0].estimate


def test_sqlite_has_no_estimate_and_says_so() -> None:
    """Its EXPLAIN names no number, and none is made up."""
    import sqlite3

    approver = ScriptedApprover(False)
    with Shield(policy=POLICY, approver=approver, audit=RecordingLog()) as shield:
        connection = shield.guard(sqlite3).connect(":memory:")
        connection.execute("CREATE TABLE other (id int)")
        with pytest.raises(ApprovalDenied):
            connection.execute("DELETE FROM est")
        connection.close()

    assert approver.requests[0].estimate is None


@pytest.mark.parametrize(
    ("names", "rows", "expected"),
    [
        (("id", "select_type", "rows", "filtered"), [(1, "SIMPLE", 1000, "10.00")], 100),
        (("id", "select_type", "rows"), [(b"1", b"PRIMARY", b"10"), (b"2", b"SUBQUERY", b"999")], 10),
        (("id", "select_type", "rows"), [(None, "UNION RESULT", None)], None),
        (("id", "select_type", "rows"), [(1, "SIMPLE", "many")], None),
        (("EXPLAIN",), [("-> Table scan",)], None),
    ],
)
def test_what_mysql_says_is_added_up(names: Any, rows: Any, expected: int | None) -> None:
    """Joins multiply, unions add, subqueries do not count; what cannot be read is no number."""
    assert expected == expected_rows(names, rows)
