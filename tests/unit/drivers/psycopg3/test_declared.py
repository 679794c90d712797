"""Cursors and statements that SQL itself names: what is fetched by name is masked by what was declared."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import uuid4

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
    """In a pipeline it is not known yet which declaration the server took; psycopg 3.2 may tell in time."""
    connection.execute(f"DECLARE k CURSOR WITH HOLD FOR {DERIVED}")
    connection.execute("SAVEPOINT here")
    with pytest.raises(psycopg.errors.DuplicateCursor), connection.pipeline():
        connection.execute("DECLARE k CURSOR WITH HOLD FOR SELECT 1, 2, 3")
    connection.execute("ROLLBACK TO here")

    try:
        rows = connection.execute("FETCH ALL FROM k").fetchall()
    except StatementDenied:
        return
    assert psycopg.__version__ < "3.3"
    assert [("[REDACTED:pan]", "[REDACTED:sad.cvc]", 1)] == rows


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


@pytest.fixture
def pci(pg_dsn: str, make_shield: Any, connection: Any) -> Any:
    """The pci pack without an approver, on the table of ``connection``; hands out (connection, name of the table)."""
    name = f"declared_{uuid4().hex[:12]}"
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"CREATE TABLE {name} (id int PRIMARY KEY, pan text, cvv text)")
        raw.execute(f"INSERT INTO {name} VALUES (1, %s, '123')", (PAN,))
        with make_shield({}).guard(psycopg).connect(pg_dsn, autocommit=True) as guarded:
            yield guarded, name
        raw.execute(f"DROP TABLE {name}")


def test_execute_is_judged_by_what_was_prepared(pci: Any) -> None:
    """Alone, below EXPLAIN ANALYZE, of a read and of a write."""
    guarded, table = pci
    guarded.execute(f"PREPARE p(int) AS SELECT substr(pan, 1, 8), cvv, id FROM {table} WHERE id = $1")
    guarded.execute(f"PREPARE w(int, text) AS INSERT INTO {table} VALUES ($1, NULL, $2)")

    assert hidden(guarded.execute("EXECUTE p(1)").fetchall())
    assert guarded.execute("EXPLAIN ANALYZE EXECUTE p(1)").fetchall()
    assert guarded.execute("EXPLAIN (ANALYZE, VERBOSE) EXECUTE p(1)").fetchall()
    assert 1 == guarded.execute("EXECUTE w(2, '321')").rowcount


@pytest.mark.parametrize("how", ["EXECUTE p", "EXPLAIN ANALYZE EXECUTE p", "CREATE TEMP TABLE t AS EXECUTE p"])
def test_a_dangerous_prepared_statement_stays_one(pg_dsn: str, make_shield: Any, how: str) -> None:
    """The rule for what was prepared holds at its execution; what was deallocated, or never seen, is opaque again."""
    rules = [{"id": "no-truncate", "effect": "deny", "reason": "r", "when": {"hazards": ["no-where"]}},
             {"id": "opaque", "effect": "deny", "reason": "r", "when": {"hazards": ["opaque"]}}]  # fmt: skip
    policy = {
        "name": "p",
        "schema": 1,
        "default": "allow",
        "rules": [*rules, {"id": "x", "effect": "allow", "tolerate": ["*"]}],
    }
    with make_shield({}, policy=policy).guard(psycopg).connect(pg_dsn) as guarded:
        vars(guarded)["pgconn"].exec_(b"CREATE TEMP TABLE declared_here (id int)")
        for prepared, outcome in (("DELETE FROM declared_here", "no-truncate"), ("SELECT 1 AS one", None)):
            with contextlib.suppress(StatementDenied):
                guarded.execute(f"PREPARE p AS {prepared}")
            if outcome:
                vars(guarded)["pgconn"].exec_(f"PREPARE p AS {prepared}".encode())
                with pytest.raises(StatementDenied) as caught:
                    guarded.execute(how)
                assert "opaque" == caught.value.rule
                vars(guarded)["pgconn"].exec_(b"DEALLOCATE p")
                continue
            guarded.execute(how)
            guarded.execute("DEALLOCATE p")
            with pytest.raises(StatementDenied):
                guarded.execute(how)


@pytest.mark.parametrize("ending", ["DEALLOCATE p", "DEALLOCATE PREPARE p", "DEALLOCATE ALL", 'deallocate "p"'])
def test_a_name_that_was_given_up_says_nothing(connection: Any, ending: str) -> None:
    """What another way prepares under it later is not masked by what stood there before."""
    connection.execute("PREPARE p AS SELECT id, id, id FROM cards")
    connection.execute(ending)
    connection.pgconn.prepare(b"p", DERIVED.encode())
    with pytest.raises(StatementDenied, match="was not declared"):
        connection.execute("EXECUTE p")

    connection.execute(ending)
    connection.execute(f"PREPARE p AS {DERIVED}")
    with pytest.raises(StatementDenied, match="not prepared here"):
        connection.pgconn.exec_prepared(b"p", [])


@pytest.mark.parametrize("fetched", [0, 1])
def test_a_cursor_object_is_of_no_use_once_its_name_is_another_cursors(connection: Any, fetched: int) -> None:
    """What comes would be masked by what the object has executed."""
    cursor = connection.cursor("k")
    cursor.execute("SELECT 'a' AS a, 'b' AS b, n FROM generate_series(1, 3) AS n")
    cursor.fetchmany(fetched)
    connection.execute("CLOSE k")
    connection.execute(f"DECLARE k CURSOR FOR {DERIVED}")

    with pytest.raises(StatementDenied, match="given to another cursor"):
        cursor.fetchall()
    assert hidden(connection.execute("FETCH ALL FROM k").fetchall())
    cursor.close()


def test_a_closed_cursor_takes_no_place_from_one_that_is_open(connection: Any) -> None:
    """Frameworks give each cursor a name of its own; older names are forgotten when there are too many."""
    with connection.cursor("outer") as outer:
        outer.execute("SELECT 1")
        for number in range(3):
            with connection.cursor(f"k{number}") as inner:
                inner.execute("SELECT 2")

        assert {(False, "outer")} == connection._pcishield.declared._names.keys()
        assert [(1,)] == outer.fetchall()


def test_a_closed_cursor_object_says_so(connection: Any) -> None:
    """As the driver does, and not that its name is unknown."""
    with connection.cursor("gone") as cursor:
        cursor.execute("SELECT 1")
    for fetch in (cursor.fetchone, cursor.fetchmany, cursor.fetchall):
        with pytest.raises(psycopg.InterfaceError, match="closed"):
            fetch()
