"""psycopg2: ``execute_values`` and ``execute_batch``, on a live PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded

psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")

from psycopg2 import extensions, extras, sql  # noqa: E402

pytestmark = pytest.mark.postgres
PANS = [make_pan() for _ in range(7)]
ROWS = list(enumerate(PANS))


def attempts(guarded: Guarded) -> list[tuple[str, str]]:
    """Method and text of what was sent."""
    found = [record for record in guarded.log.records if record["type"] == "attempt"]
    return [(record["method"], record["statement"]["template"]) for record in found]


def test_card_numbers_are_parameters(guard: Callable[..., Guarded]) -> None:
    """The pci pack asks nobody; each page is the same statement, and what comes back is masked."""
    guarded = guard("psycopg2")
    guarded.fill()
    connection = guarded.connect()
    with connection.cursor() as cursor:
        text = f"INSERT INTO {guarded.table} (id, card_number) VALUES %s RETURNING id, card_number, '100%%'"
        rows = guarded.module.extras.execute_values(cursor, text, ROWS, page_size=3, fetch=True)
        update = f"UPDATE {guarded.table} SET card_number = %s WHERE id = %s"
        guarded.module.extras.execute_batch(cursor, update, [(PANS[0], 6), (None, 5)])
        cursor.execute(f"SELECT count(*), count(card_number) FROM {guarded.table}")
        assert [(7, 6)] == cursor.fetchall()
    connection.rollback()

    assert [(n, "*" * (len(pan) - 4) + pan[-4:], "100%") for n, pan in ROWS] == rows
    (first, template), *others = attempts(guarded)[:3]
    assert "execute_values" == first
    assert [(first, template)] * 2 == others
    assert "execute_batch" == attempts(guarded)[3][0]
    assert not any(pan in repr(guarded.log.records) for pan in PANS)


def test_templates_names_and_composed_texts(guard: Callable[..., Guarded]) -> None:
    """As psycopg2 takes them."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill()
    values = guarded.module.extras.execute_values
    with guarded.connect().cursor() as cursor:
        composed = sql.SQL("INSERT INTO {} VALUES %s").format(sql.Identifier(guarded.table))
        values(cursor, composed, [{"a": 1, "b": "x%sy"}], template="(%(a)s, upper(%(b)s))")
        values(cursor, f"INSERT INTO {guarded.table} VALUES %s".encode(), [(2, ["a", "b"])], template=b"(%s, %s::text)")
        values(
            cursor, f"UPDATE {guarded.table} t SET card_number = d.c FROM (VALUES %s) AS d (i, c) WHERE t.id = d.i",
            [(2, "z")],
        )  # fmt: skip
        cursor.execute(f"SELECT id, length(card_number) FROM {guarded.table} ORDER BY id")
        assert [(1, 4), (2, 1)] == cursor.fetchall()
        for wrong in ("INSERT INTO t VALUES 1", "INSERT INTO t VALUES %s, %s"):
            with pytest.raises(ValueError, match="placeholder"):
                values(cursor, wrong, [(1,)])


def test_a_parameter_that_is_sql_is_judged_as_text(guard: Callable[..., Guarded]) -> None:
    """What an adapter writes is part of the statement."""
    guarded = guard("psycopg2", policy=ALLOW_ALL | {"rules": [
        {"id": "no-drop", "effect": "deny", "reason": "no", "when": {"actions": ["ddl"]}},
        {"id": "all", "effect": "allow", "tolerate": ["*"]},
    ]})  # fmt: skip
    guarded.fill()
    row = (1, extensions.AsIs(f"'x'); DROP TABLE {guarded.table}; SELECT (1"))
    with guarded.connect().cursor() as cursor:
        with pytest.raises(StatementDenied):
            guarded.module.extras.execute_values(cursor, f"INSERT INTO {guarded.table} VALUES %s", [row])
        with pytest.raises(StatementDenied):
            guarded.module.extras.execute_batch(cursor, f"INSERT INTO {guarded.table} VALUES (%s, %s)", [row])


def test_a_raw_cursor_is_the_drivers(guard: Callable[..., Guarded], pg_dsn: str) -> None:
    """The function of the guarded module, and a connection that is not guarded."""
    guarded = guard("psycopg2")
    raw = psycopg2.connect(pg_dsn)
    with raw.cursor() as cursor:
        rows: Any = guarded.module.extras.execute_values(
            cursor, "SELECT * FROM (VALUES %s) v", [(1,), (2,)], fetch=True
        )
    raw.close()

    assert [(1,), (2,)] == rows
    assert guarded.module.extras.execute_values is not extras.execute_values
