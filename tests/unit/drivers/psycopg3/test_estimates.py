"""Approvers are told how many rows the database expects, and the statement's transaction does not notice."""

from __future__ import annotations

from typing import Any

import psycopg as raw
import pytest

from pcishield.drivers.psycopg import guard_connection
from pcishield.exceptions import ApprovalDenied
from pcishield.testing import ScriptedApprover

RULE = {"id": "asks", "effect": "require_approval", "reason": "many", "estimate": True, "when": {"tables": ["est"]}}
POLICY = {"name": "p", "default": "allow", "rules": [RULE]}


@pytest.fixture
def table(pg_dsn: str) -> Any:
    with raw.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS est")
        connection.execute("CREATE TABLE est (id int, name text)")
        connection.execute("INSERT INTO est SELECT n, 'x' FROM generate_series(1, 1000) n")
        connection.execute("ANALYZE est")
        yield pg_dsn
        connection.execute("DROP TABLE est")


@pytest.mark.parametrize("autocommit", [False, True])
@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("SELECT * FROM est WHERE id > %s", (0,), 1000),
        ("DELETE FROM est WHERE id = %(id)s", {"id": 7}, 1),
        ("UPDATE est SET name = 'y'", None, 1000),
        ("SELECT missing FROM est", None, None),
        ("TRUNCATE est", None, None),
    ],
)
def test_the_approver_sees_an_estimate(
    table: str, make_shield: Any, sql: str, parameters: Any, expected: int | None, autocommit: bool
) -> None:
    """Of rows read or changed; nothing where the database does not say. The refused statement leaves no trace."""
    approver = ScriptedApprover(False)
    shield = make_shield(policy=POLICY, approver=approver)
    with raw.connect(table, autocommit=autocommit) as connection:
        guard_connection(connection, shield)
        with pytest.raises(ApprovalDenied):
            connection.execute(sql, parameters)
        assert "IDLE" == connection.info.transaction_status.name
        assert expected == approver.requests[0].estimate


def test_an_estimate_inside_a_transaction_leaves_it_as_it_was(table: str, make_shield: Any) -> None:
    """What was done before is kept, also when the statement cannot be explained."""
    shield = make_shield(policy=POLICY, approver=ScriptedApprover(False, False, True))
    with raw.connect(table) as connection:
        guard_connection(connection, shield)
        connection.execute("CREATE TEMPORARY TABLE mine (a int)")
        for sql in ("SELECT missing FROM est", "SELECT * FROM est"):
            with pytest.raises(ApprovalDenied):
                connection.execute(sql)
        assert "INTRANS" == connection.info.transaction_status.name
        assert 1000 == len(connection.execute("SELECT id FROM est").fetchall())
        assert 0 == connection.execute("SELECT count(*) FROM mine").fetchone()[0]  # type: ignore[index]


async def test_an_async_connection_estimates_as_well(table: str, make_shield: Any) -> None:
    """Awaited, on the connection itself."""
    approver = ScriptedApprover(False)
    connection = guard_connection(
        await raw.AsyncConnection.connect(table), make_shield(policy=POLICY, approver=approver)
    )
    async with connection:
        with pytest.raises(ApprovalDenied):
            await connection.execute("SELECT * FROM est WHERE id > %s", (0,))
        assert 1000 == approver.requests[0].estimate
