"""Large objects, and statements that run a prepared one: by policy, and masked where the policy allows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import PolicyViolation
from tests.unit.drivers.psycopg3.conftest import PAN, approve


@pytest.fixture
def pci(make_shield: Callable[..., Any], log: Any, pg_dsn: str) -> Any:
    """A connection under the pci pack, without an approver."""
    import psycopg

    with make_shield(audit=log).guard(psycopg).connect(pg_dsn) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT lo_get(1)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, '\\x00')",
        "SELECT loread(lo_open(1, 262144), 100)",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT data FROM pg_largeobject",
    ],
)
def test_the_pci_pack_denies_large_objects(pci: Any, log: Any, statement: str) -> None:
    """They are bytes that belong to no column, so nobody can declare what they hold."""
    with pytest.raises(PolicyViolation):
        pci.execute(statement)
    assert "attempt" not in [record["type"] for record in log.records]


def test_an_allowed_large_object_is_masked(connection: Any) -> None:
    """Whole, by value. A piece of it may be a piece of a card number, which no scanner knows."""
    (oid,) = connection.execute("SELECT lo_from_bytea(0, %s)", (f"card {PAN}.".encode(),)).fetchone()
    (whole,) = connection.execute("SELECT lo_get(%s)", (oid,)).fetchone()
    assert PAN.encode() not in whole and whole.startswith(b"card ") and PAN[-4:].encode() in whole
    assert [(whole,)] == connection.execute("SELECT x FROM (SELECT lo_get(%s) AS x) AS s", (oid,)).fetchall()
    for piece in (
        "lo_get(%s, 5, 12)",
        "loread(lo_open(%s, 262144), 17)",
        "substr(lo_get(%s), 6, 12)",
        "encode(lo_get(%s), 'escape')",
        "(SELECT substr(y, 6, 12) FROM (SELECT lo_get(%s) AS y) AS s)",
    ):
        ((shown,),) = connection.execute(f"SELECT {piece} AS x", (oid,)).fetchall()
        text = shown if isinstance(shown, str) else bytes(shown).decode()
        assert PAN[:9] not in text, piece
        assert "REDACTED" in text, piece


@pytest.mark.parametrize(
    "statement", ["EXPLAIN ANALYZE EXECUTE p", "CREATE TEMP TABLE copied AS EXECUTE p", "CREATE TABLE c AS EXECUTE p"]
)
def test_running_a_prepared_statement_inside_another_needs_approval(pci: Any, log: Any, statement: str) -> None:
    """What runs is not in the text, so the text alone does not decide."""
    vars(pci)["pgconn"].exec_(b"PREPARE p AS SELECT 1")

    with pytest.raises(PolicyViolation):
        pci.execute(statement)
    assert "attempt" not in [record["type"] for record in log.records]


def test_an_approved_plan_shows_no_card_number(make_shield: Callable[..., Any], log: Any, pg_dsn: str) -> None:
    """EXPLAIN ANALYZE repeats the filter with its values; of what was prepared all lines are hidden."""
    import psycopg

    with make_shield(audit=log, approver=approve).guard(psycopg).connect(pg_dsn) as connection:
        connection.execute("CREATE TEMP TABLE plan_cards (pan text)")
        connection.execute("PREPARE p(text) AS SELECT 1 FROM plan_cards WHERE pan = $1")
        plan = connection.execute(f"EXPLAIN ANALYZE EXECUTE p('{PAN}')").fetchall()
        direct = connection.execute(f"EXPLAIN ANALYZE SELECT 1 FROM plan_cards WHERE pan = '{PAN}'").fetchall()

    assert {"[REDACTED:pan]"} == {line for (line,) in plan}
    assert "Filter: (pan = " in repr(direct)
    assert PAN not in repr(direct)
