"""Grants with real drivers: revoked from another process while rows are being read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg as raw
import pytest

from pcishield import acting_as
from pcishield.approvers import open_queue
from pcishield.core.decision import ApprovalAnswer, Scope
from pcishield.drivers.psycopg import guard_connection
from pcishield.exceptions import ApprovalExpired
from tests.approvals.conftest import eventually

RULE = {"id": "hr", "effect": "require_approval", "reason": "hr data", "when": {"tables": ["staff", "*.staff"]}}
POLICY = {"name": "p", "default": "allow", "rules": [RULE]}


def generous(request: Any) -> ApprovalAnswer:
    scope = Scope(datetime.now(UTC) + timedelta(hours=1), 50, templates=frozenset({request.fingerprint}))
    return ApprovalAnswer(True, "zoe", scope=scope)


@pytest.fixture
def granted(tmp_path: Path, make_shield: Callable[..., Any]) -> Any:
    """A shield whose approver grants, and a way to revoke all grants as another process does."""
    url = f"sqlite:///{tmp_path}/q.db"
    settings = {"approval": {"queue": url, "key_file": str(tmp_path / "key")}}
    shield = make_shield(settings, policy=POLICY, approver=generous)
    other = open_queue(url)

    def revoke() -> None:
        for approval in other.entries(("approved",)):
            other.change(approval.request.id, lambda one: one.revoked("yan", datetime.now(UTC)))
        eventually(lambda: not shield.parts.grants.held)

    yield shield, revoke
    other.close()


def test_sqlite3_hands_out_nothing_after_a_revocation(granted: Any, tmp_path: Path) -> None:
    """Neither by iteration nor by fetchmany nor by fetchall."""
    shield, revoke = granted
    with acting_as(user="maria", agent="bot"):
        connection = shield.connect("sqlite3", tmp_path / "shop.db")
        connection.execute("CREATE TABLE staff (name TEXT)")
        connection.executemany("INSERT INTO staff VALUES (?)", [(f"n{n}",) for n in range(100)])
        connection.execute("SELECT name FROM staff").fetchall()
        cursors = [connection.execute("SELECT name FROM staff") for _ in range(3)]
        assert [("n0",), ("n0",), [("n0",)]] == [next(cursors[0]), cursors[1].fetchone(), cursors[2].fetchmany(1)]
        revoke()
        for fetch in (
            lambda: next(cursors[0]),
            cursors[1].fetchone,
            lambda: cursors[2].fetchmany(5),
            cursors[2].fetchall,
        ):
            with pytest.raises(ApprovalExpired, match="revoked by yan"):
                fetch()
        connection.close()


@pytest.mark.postgres
def test_psycopg_hands_out_nothing_after_a_revocation(granted: Any, pg_dsn: str) -> None:
    """Of a client-side and of a server-side cursor, and of COPY."""
    shield, revoke = granted
    with acting_as(user="maria", agent="bot"), raw.connect(pg_dsn) as connection:
        connection.execute("CREATE TEMPORARY TABLE staff AS SELECT 'n' || n AS name FROM generate_series(1, 5000) n")
        guard_connection(connection, shield)
        connection.execute("SELECT name FROM staff").fetchall()
        client = connection.execute("SELECT name FROM staff")
        client.fetchone()
        with connection.cursor(name="c") as server:
            server.execute("SELECT name FROM staff")
            server.fetchmany(10)
            server.close()
        with connection.cursor(name="d") as server:
            server.execute("SELECT name FROM staff")
            assert 10 == len(server.fetchmany(10))
            revoke()
            with pytest.raises(ApprovalExpired, match="revoked by yan"):
                server.fetchmany(10)
        with pytest.raises(ApprovalExpired, match="revoked by yan"):
            client.fetchmany(10)


@pytest.mark.postgres
async def test_an_async_cursor_hands_out_nothing_after_a_revocation(granted: Any, pg_dsn: str) -> None:
    """The async way of the same."""
    import asyncio

    shield, revoke = granted
    with acting_as(user="maria", agent="bot"):
        async with await raw.AsyncConnection.connect(pg_dsn) as connection:
            await connection.execute(
                "CREATE TEMPORARY TABLE staff AS SELECT 'n' || n AS name FROM generate_series(1, 9) n"
            )
            guard_connection(connection, shield)
            await connection.execute("SELECT name FROM staff")
            cursor = await connection.execute("SELECT name FROM staff")
            assert ("n1",) == await cursor.fetchone()
            await asyncio.to_thread(revoke)
            with pytest.raises(ApprovalExpired, match="revoked by yan"):
                await cursor.fetchall()
