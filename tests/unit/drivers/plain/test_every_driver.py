"""What holds for each DB-API driver with a Surface: judged, recorded, masked, closed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from pcishield.exceptions import (
    ApprovalDenied,
    AuditUnavailable,
    ConfigurationError,
    IdentityRequired,
    LimitExceeded,
    MaskedWriteBack,
    StatementDenied,
)
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, each

PAN = make_pan()
Guard = Callable[..., Guarded]


@each()
def test_what_runs_has_an_attempt_and_a_result(guard: Guard, name: str) -> None:
    """One of each, in this order, the result with what was masked."""
    guarded = guard(name)
    guarded.fill((1, PAN), (2, None))
    cursor = guarded.connect().cursor()
    cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id < {guarded.plain.mark} ORDER BY id", (9,))
    rows = [tuple(row) for row in cursor.fetchall()]
    cursor.close()

    assert [(f"{'*' * 12}{PAN[-4:]}",), (None,)] == rows
    assert ["attempt", "result"] == guarded.types("attempt", "result", "fetch")
    result = guarded.log.records[-1]
    assert (2, 1) == (result["rows"], result["cells"]["masked"])


@each()
def test_a_refusal_is_the_drivers_error_and_leaves_the_connection_usable(guard: Guard, name: str) -> None:
    """What needs approval is denied without an approver, before the database sees it."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    cursor = connection.cursor()

    with pytest.raises(ApprovalDenied) as raised:
        cursor.execute(f"DELETE FROM {guarded.table}")
    assert isinstance(raised.value, guarded.raw.ProgrammingError)
    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
    assert 1 == cursor.fetchone()[0]
    cursor.close()
    assert ["denied", "attempt", "result"] == [t for t in guarded.types() if t in ("denied", "attempt", "result")]


@each()
def test_a_statement_does_not_run_without_its_record(guard: Guard, name: str) -> None:
    """A log that cannot write stops the statement; the driver's OperationalError says so."""
    guarded = guard(name)
    guarded.fill((1, "x"))
    connection = guarded.connect()
    cursor = connection.cursor()
    guarded.log.broken = True

    with pytest.raises(AuditUnavailable) as raised:
        cursor.execute(f"DELETE FROM {guarded.table} WHERE id = 1")
    guarded.log.broken = False
    assert isinstance(raised.value, guarded.raw.OperationalError)
    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
    assert 1 == cursor.fetchone()[0]
    cursor.close()


@each()
def test_a_card_number_may_be_stored_by_parameter(guard: Guard, name: str) -> None:
    """It is recorded that there was one, and it comes back masked."""
    guarded = guard(name)
    guarded.fill()
    cursor = guarded.connect().cursor()
    cursor.execute(f"INSERT INTO {guarded.table} VALUES ({guarded.marks(2)})", (1, PAN))
    cursor.execute(f"SELECT card_number FROM {guarded.table}")

    assert PAN not in repr(cursor.fetchall())
    cursor.close()
    assert [True, None] == [r.get("parameters", {}).get("pan") for r in guarded.log.records if r["type"] == "attempt"]
    assert PAN not in repr(guarded.log.records)


@each()
def test_a_mask_is_not_written_back(guard: Guard, name: str) -> None:
    """Neither by execute nor by executemany."""
    guarded = guard(name)
    guarded.fill()
    cursor = guarded.connect().cursor()
    mask = f"{'*' * 12}{PAN[-4:]}"
    sql = f"INSERT INTO {guarded.table} VALUES ({guarded.marks(2)})"

    with pytest.raises(MaskedWriteBack):
        cursor.execute(sql, (1, mask))
    with pytest.raises(MaskedWriteBack):
        cursor.executemany(sql, [(1, "x"), (2, mask)])
    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
    assert 0 == cursor.fetchone()[0]
    cursor.close()


@each()
def test_too_many_rows_are_an_error(guard: Guard, name: str) -> None:
    """A row limit holds on the rows that come, whatever fetches them."""
    guarded = guard(name, policy=ALLOW_ALL | {"limits": {"rows": 2}})
    guarded.fill((1, "a"), (2, "b"), (3, "c"))
    cursor = guarded.connect().cursor()

    with pytest.raises(LimitExceeded):
        cursor.execute(f"SELECT card_number FROM {guarded.table}")
        cursor.fetchall()
    cursor.close()
    assert "limit" in guarded.types()


@each()
def test_connecting_needs_the_required_identity(guard: Guard, name: str) -> None:
    """Below the required level there is no connection, and the refusal is recorded."""
    guarded = guard(name, settings={"identity": {"required": "explicit"}})

    with pytest.raises(IdentityRequired):
        guarded.connect()
    assert ["denied"] == guarded.types("denied", "connection.open")


@each()
def test_a_session_is_opened_and_closed(guard: Guard, name: str) -> None:
    """connection.open names driver and database system, connection.close counts."""
    guarded = guard(name)
    guarded.fill((1, "x"))
    connection = guarded.connect()
    cursor = connection.cursor()
    cursor.execute(f"SELECT id FROM {guarded.table}")
    cursor.fetchall()
    cursor.close()
    connection.close()

    opened, closed = (next(r for r in guarded.log.records if r["type"] == t) for t in
                      ("connection.open", "connection.close"))  # fmt: skip
    assert guarded.plain.module == opened["db"]["driver"]
    assert (1, 1) == (closed["statements"], closed["rows"])


@each()
def test_a_closed_connection_raises_the_drivers_error(guard: Guard, name: str) -> None:
    """Nothing is judged on it, and no error of ours is in the way."""
    guarded = guard(name)
    connection = guarded.connect()
    connection.close()

    with pytest.raises((guarded.raw.Error, *_closed_errors(name))):
        connection.cursor().execute("SELECT 1")


def _closed_errors(name: str) -> tuple[type[Exception], ...]:
    """What raw drivers raise that is no ``Error`` of theirs."""
    return (RuntimeError, ValueError) if name.startswith("adbc") else ()


@each("duckdb", "adbc postgresql", "adbc sqlite", "pyodbc, SQLite", "pyodbc, PostgreSQL")
def test_proxies_have_nothing_else(guard: Guard, name: str) -> None:
    """Unknown names are not there; blocked ones say what to do instead; nothing can be set or pickled."""
    guarded = guard(name)
    connection = guarded.connect()

    assert not hasattr(connection, "no_such_name")
    with pytest.raises(TypeError):
        connection.__reduce_ex__(2)
    for blocked in connection._pcishield[2].blocked:
        if hasattr(type(connection._pcishield[0]), blocked):
            with pytest.raises(StatementDenied, match="is blocked"):
                getattr(connection, blocked)


@each("psycopg2", "pymysql", "mysqlclient")
def test_a_users_cursor_class_is_kept(guard: Guard, name: str) -> None:
    """Its own methods run above the guard: they see masked rows, and what they send is judged."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    base: Any = guarded.raw.extensions.cursor if name == "psycopg2" else guarded.raw.cursors.Cursor
    seen: list[Any] = []

    class Mine(base):
        def execute(self, query: Any, args: Any = None) -> Any:
            return super().execute(query.replace("CARDS", guarded.table), args)

        def fetchone(self) -> Any:
            seen.append(super().fetchone())
            return seen[-1]

    connection = guarded.connect()
    cursor = connection.cursor(cursor_factory=Mine) if name == "psycopg2" else connection.cursor(Mine)
    cursor.execute("SELECT card_number FROM CARDS")

    assert isinstance(cursor, Mine)
    assert PAN not in repr(cursor.fetchone())
    assert 1 == len(seen) and PAN not in repr(seen)
    with pytest.raises(ApprovalDenied):
        cursor.execute("DELETE FROM CARDS")
    cursor.close()


@each("psycopg2", "pymysql", "mysqlclient")
def test_a_parameter_that_is_sql_is_judged_as_sql(guard: Guard, name: str) -> None:
    """A value that its adapter writes as SQL cannot say what the statement with its placeholder would not."""
    guarded = guard(name)
    guarded.fill((1, PAN))

    class Sneaky:
        def __conform__(self, protocol: Any) -> Any:
            return self

        def getquoted(self) -> bytes:
            return f"1; DELETE FROM {guarded.table}".encode()

    connection = guarded.connect()
    if name != "psycopg2":
        connection.encoders[Sneaky] = lambda value, mapping=None: value.getquoted().decode()
    cursor = connection.cursor()
    sql = "SELECT %s"

    with pytest.raises((ApprovalDenied, StatementDenied)):
        cursor.execute(sql, (Sneaky(),))
    with pytest.raises((ApprovalDenied, StatementDenied)):
        cursor.executemany(sql, [(1,), (Sneaky(),)])
    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
    assert 1 == cursor.fetchone()[0]
    cursor.close()


@each("pymysql", "mysqlclient")
def test_the_text_of_the_last_statement_has_the_drivers_type(guard: Guard, name: str) -> None:
    """Frameworks show ``_executed``; PyMySQL keeps str, mysqlclient bytes."""
    guarded = guard(name)
    raw = guarded.plain.connect(guarded.raw, guarded.home)
    found = []
    for connection in (raw, guarded.connect()):
        cursor = connection.cursor()
        cursor.execute("SELECT %s", ("é",))
        found.append((cursor.fetchall(), cursor._executed))
    raw.close()

    assert found[0] == found[1]


@each("duckdb", "adbc sqlite")
def test_a_fresh_cursor_has_no_description(guard: Guard, name: str) -> None:
    """Neither of what was asked while connecting, nor of anything else."""
    connection = guard(name).connect()
    with closing(connection.cursor()) as cursor:
        assert cursor.description is None
    assert getattr(connection, "description", None) is None


@each("duckdb", "adbc sqlite")
def test_no_statement_at_all_is_a_type_error(guard: Guard, name: str) -> None:
    """As of the driver; a refusal is for what might be a statement."""
    guarded = guard(name)
    with closing(guarded.connect().cursor()) as cursor, pytest.raises(TypeError):
        cursor.execute(None)

    assert [] == guarded.types("denied", "attempt")


@each("psycopg2", "pymysql", "mysqlclient")
@pytest.mark.parametrize("method", ["execute", "executemany", "callproc"])
def test_a_refused_statement_leaves_the_cursor_as_a_failed_one(guard: Guard, name: str, method: str) -> None:
    """The rows of the statement before are gone, and nothing was sent."""
    if (name, method) == ("mysqlclient", "callproc"):
        pytest.skip("it lets go of the result after the first of the statements that it makes of the call")
    guarded = guard(name)
    guarded.fill((1, PAN))
    outcomes = []
    for module, table in ((guarded.raw, "no_such_table"), (guarded.module, guarded.table)):
        connection = guarded.plain.connect(module, guarded.home)
        cursor = connection.cursor()
        cursor.execute("SELECT 1 UNION ALL SELECT 2")
        cursor.fetchone()
        with pytest.raises(guarded.raw.Error) as raised:
            if method == "execute":
                cursor.execute(f"DELETE FROM {table}")
            elif method == "executemany":
                cursor.executemany(f"UPDATE {table} SET card_number = %s", [("x",)])
            else:
                cursor.callproc("no_such_routine", (1,))
        assert (module is guarded.module) == isinstance(raised.value, ApprovalDenied)
        try:
            rows = cursor.fetchall()
        except Exception as error:
            rows = repr(error)
        outcomes.append((cursor.description, rows))
        connection.rollback()
        cursor.execute("SELECT 3")
        assert (3,) == tuple(cursor.fetchone())
        connection.close()

    assert outcomes[0] == outcomes[1]


@each("psycopg2", "pymysql", "mysqlclient")
def test_a_refused_statement_does_not_reach_the_server(guard: Guard, name: str) -> None:
    """Not on the way to letting go of the last result either."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    cursor = connection.cursor()
    for call in (
        lambda: cursor.execute(f"DELETE FROM {guarded.table}"),
        lambda: cursor.execute(f"DELETE FROM {guarded.table} WHERE %s = 1", (1,)),
        lambda: cursor.executemany(f"DELETE FROM {guarded.table} WHERE %s = 1", [(1,), (2,)]),
    ):
        with pytest.raises(ApprovalDenied):
            call()
    connection.commit()
    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")

    assert (1,) == tuple(cursor.fetchone())


@each()
def test_the_class_of_a_connection_can_be_named(guard: Guard, name: str) -> None:
    """``def report(connection: duckdb.DuckDBPyConnection | None)`` and ``isinstance()`` work as with the driver."""
    guarded = guard(name)
    connection = guarded.connect()

    for kind in ("Connection", "DuckDBPyConnection"):
        if isinstance(vars(guarded.raw).get(kind), type):
            named = getattr(guarded.module, kind)
            assert (True, False) == (isinstance(connection, named), isinstance(1, named))
            assert kind in str(named | None)


@each("duckdb", "adbc sqlite", "pg8000", "pg8000.dbapi", "pyodbc, SQLite")
def test_nothing_is_opened_by_the_name_of_a_class(guard: Guard, name: str) -> None:
    """It stands for the driver's class, and is not that."""
    guarded = guard(name)

    for kind in ("Connection", "Cursor", "DuckDBPyConnection"):
        raw = vars(guarded.raw).get(kind)
        if isinstance(raw, type):
            named = getattr(guarded.module, kind)
            assert raw is not named
            assert issubclass(raw, named)
            with pytest.raises(ConfigurationError, match="connect"):
                named()
