"""Cursors and statements that SQL itself names: what is fetched by name is masked by what was declared."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from pcishield.exceptions import StatementDenied
from tests.unit.drivers.psycopg3.conftest import PAN

DERIVED = "SELECT substr(pan, 1, 8) AS a, cvv AS b, id FROM cards WHERE id = 1"


def hidden(found: Any) -> bool:
    """Whether neither the derived column nor the verification code is in ``found``."""
    return bool(found) and PAN[:8] not in repr(found) and "'123'" not in repr(found)


def test_fetch_has_the_lineage_of_the_declaration(connection: Any) -> None:
    """FETCH by SQL, by a cursor object that takes over, by libpq, and beside other statements."""
    connection.execute(f"DECLARE k SCROLL CURSOR FOR {DERIVED}")

    assert hidden(connection.execute("FETCH ALL FROM k").fetchall())
    with connection.cursor("k") as taken:
        taken.scroll(0, "absolute")
        assert hidden(taken.fetchall())
        result = connection.pgconn.exec_(b"FETCH FIRST FROM k")
        assert hidden([result.get_value(0, n).decode() for n in range(2)] + ["'"])
        cursor = connection.execute("SELECT 1; FETCH FIRST FROM k")
        assert [(1,)] == cursor.fetchall()
        assert cursor.nextset()
        assert hidden(cursor.fetchall())


def test_one_text_may_declare_and_fetch(connection: Any) -> None:
    """The declaration is in the same text."""
    cursor = connection.execute(f"DECLARE k CURSOR FOR {DERIVED}; FETCH ALL FROM k")
    cursor.nextset()

    assert hidden(cursor.fetchall())


def test_a_server_side_cursor_fetched_by_sql(connection: Any) -> None:
    """The other way round: the object declares, SQL fetches."""
    with connection.cursor("Named") as cursor:
        cursor.execute(DERIVED)

        assert hidden(connection.execute('FETCH ALL FROM "Named"').fetchall())


def test_execute_has_the_lineage_of_what_was_prepared(connection: Any) -> None:
    """PREPARE and EXECUTE by SQL."""
    connection.execute(f"PREPARE p AS {DERIVED}")

    assert hidden(connection.execute("EXECUTE p").fetchall())


@pytest.mark.parametrize("statement", ["FETCH ALL FROM unseen", "EXECUTE unseen", "SELECT 1; FETCH ALL FROM unseen"])
def test_what_was_not_declared_here_is_refused(connection: Any, statement: str) -> None:
    """Declared behind the guard's back: it cannot be told what comes."""
    pgconn = vars(connection)["pgconn"]
    pgconn.exec_(b"BEGIN")
    pgconn.exec_(f"DECLARE unseen CURSOR FOR {DERIVED}".encode())
    pgconn.exec_(f"PREPARE unseen AS {DERIVED}".encode())

    with pytest.raises(StatementDenied, match="was not declared on this connection"):
        connection.execute(statement)
    with pytest.raises(StatementDenied), connection.cursor("unseen") as cursor:
        cursor.fetchall()


def test_an_uncertain_second_declaration_makes_the_name_useless(connection: Any) -> None:
    """In a pipeline it is not known yet which declaration the server took."""
    connection.execute(f"DECLARE k CURSOR WITH HOLD FOR {DERIVED}")
    connection.execute("SAVEPOINT here")
    with pytest.raises(psycopg.errors.DuplicateCursor), connection.pipeline():
        connection.execute("DECLARE k CURSOR WITH HOLD FOR SELECT 1, 2, 3")
    connection.execute("ROLLBACK TO here")

    with pytest.raises(StatementDenied):
        connection.execute("FETCH ALL FROM k")


def test_a_row_factory_cannot_look_before_the_statement_is_known(connection: Any) -> None:
    """Among several statements, a row that cannot be told whose it is is not handed out."""
    connection.execute(f"DECLARE k CURSOR FOR {DERIVED}")
    seen: list[Any] = []

    def factory(cursor: Any) -> Any:
        result = cursor.pgresult
        if result is not None and result.ntuples:
            seen.append(result.get_value(0, 0))
        return tuple

    with pytest.raises(psycopg.Error):
        connection.cursor(row_factory=factory).execute("FETCH ALL FROM k; SELECT 1")
    assert [] == seen
