"""Cursors and statements that SQL itself names: what is fetched by name is masked by what was declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, each

PAN = make_pan()
POSTGRES = ("psycopg2", "pyodbc, PostgreSQL")
MYSQL = ("pymysql", "mysqlclient")


@pytest.fixture
def filled(guard: Callable[..., Guarded]) -> Callable[[str], Guarded]:
    """A driver under a policy that allows everything, with a table that holds a card."""

    def make(name: str) -> Guarded:
        guarded = guard(name, policy=ALLOW_ALL)
        guarded.fill((1, PAN))
        return guarded

    return make


def rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    """Execute, and fetch all."""
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def derived(guarded: Guarded) -> str:
    """A piece of a card number, under a name that says nothing."""
    return f"SELECT id, substr(card_number, 1, 9) AS x FROM {guarded.table}"


@each(*POSTGRES)
def test_fetch_has_the_lineage_of_the_declaration(filled: Callable[[str], Guarded], name: str) -> None:
    """No scanner knows the first digits of a number; a cursor that was not declared here is refused."""
    guarded = filled(name)
    connection = guarded.connect()
    cursor = connection.cursor()
    cursor.execute(f"DECLARE k SCROLL CURSOR FOR {derived(guarded)}")
    ((number, piece),) = rows(cursor, "FETCH ALL FROM k")
    assert 1 == number
    assert PAN[:9] != piece
    cursor.execute("CLOSE k")
    cursor.execute("DECLARE k CURSOR FOR SELECT 'hello' AS a")
    assert [("hello",)] == rows(cursor, "FETCH ALL FROM k")
    cursor.execute("CLOSE k")
    with pytest.raises(StatementDenied, match="cursor was not declared on this connection"):
        cursor.execute("FETCH ALL FROM k")


@each(*POSTGRES, *MYSQL)
def test_execute_has_the_lineage_of_what_was_prepared(filled: Callable[[str], Guarded], name: str) -> None:
    """The same for PREPARE and EXECUTE; after DEALLOCATE the name means nothing."""
    guarded = filled(name)
    cursor = guarded.connect().cursor()
    text = derived(guarded)
    cursor.execute(f"PREPARE p FROM '{text}'" if name in MYSQL else f"PREPARE p AS {text}")
    ((number, piece),) = rows(cursor, "EXECUTE p")
    assert 1 == number
    assert PAN[:9] != piece
    cursor.execute("DEALLOCATE PREPARE p")
    with pytest.raises(StatementDenied, match="prepared statement was not declared on this connection"):
        cursor.execute("EXECUTE p")


@each(*MYSQL)
def test_what_was_prepared_from_a_variable_is_not_known(filled: Callable[[str], Guarded], name: str) -> None:
    """Columns that are computed are redacted; PyMySQL is told which the others are."""
    guarded = filled(name)
    cursor = guarded.connect().cursor()
    cursor.execute(f"SET @text = '{derived(guarded)}'")
    cursor.execute("PREPARE p FROM @text")
    ((number, piece),) = rows(cursor, "EXECUTE p")

    assert "[REDACTED:pan]" == piece
    assert number == 1 or name == "mysqlclient"


@each("duckdb")
def test_what_is_not_understood_returns_nothing_by_itself(filled: Callable[[str], Guarded], name: str) -> None:
    """Rows of a statement that returns none, as far as it is understood, are of unknown origin."""
    guarded = filled(name)
    cursor = guarded.connect().cursor()
    cursor.execute(f"PREPARE p AS {derived(guarded)}")

    assert "[REDACTED:pan]" == rows(cursor, "EXECUTE p")[0][1]


@each("psycopg2")
def test_a_named_cursor_takes_over_what_sql_has_declared(filled: Callable[[str], Guarded], name: str) -> None:
    """As psycopg2's documentation has it; and the other way round."""
    guarded = filled(name)
    connection = guarded.connect()
    cursor = connection.cursor()
    cursor.execute(f'DECLARE "The one" CURSOR FOR {derived(guarded)}')
    ((number, piece),) = connection.cursor("The one").fetchall()
    assert 1 == number
    assert PAN[:9] != piece
    with connection.cursor("other", scrollable=True) as named:
        named.execute(derived(guarded))
        assert PAN[:9] not in repr(rows(cursor, "FETCH ALL FROM other"))
    with pytest.raises(StatementDenied, match="not declared on this connection"):
        connection.cursor("nobody").fetchone()


@pytest.mark.parametrize("fetch", ["fetchall", "__next__"])
def test_a_cursor_object_is_of_no_use_once_its_name_is_another_cursors(
    filled: Callable[[str], Guarded], fetch: str
) -> None:
    """Rows that it has still to hand out, and those of the other cursor, would be masked alike."""
    guarded = filled("psycopg2")
    connection = guarded.connect()
    named = connection.cursor("k")
    named.execute("SELECT 1 AS id, 'a' AS x FROM generate_series(1, 3)")
    assert (1, "a") == next(named)
    with connection.cursor() as cursor:
        cursor.execute("CLOSE k")
        cursor.execute(f"DECLARE k CURSOR FOR {derived(guarded)}")

    with pytest.raises(StatementDenied, match="given to another cursor"):
        getattr(named, fetch)()
    taken = connection.cursor("k")
    assert PAN[:9] not in repr(taken.fetchall())


def test_a_name_may_be_used_again(filled: Callable[[str], Guarded]) -> None:
    """By the next cursor object, whether the one before it was closed or not; names of closed cursors are forgotten."""
    guarded = filled("psycopg2")
    connection = guarded.connect()
    for number in range(3):
        with connection.cursor("k") as cursor:
            cursor.execute(f"SELECT {number}")
            assert [(number,)] == cursor.fetchall()
    first = connection.cursor("k")
    first.execute("SELECT 1")
    connection.commit()
    second = connection.cursor("k")
    second.execute("SELECT 2")
    with pytest.raises(guarded.raw.ProgrammingError, match="valid"):
        first.close()

    assert [(2,)] == second.fetchall()
    second.close()
    assert not connection._pcishield.declared._names
