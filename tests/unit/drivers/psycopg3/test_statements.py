"""Statements: judged as the server will read them, refused before it sees them, recorded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pcishield.drivers.psycopg import guard_connection
from pcishield.exceptions import AuditUnavailable, MaskedWriteBack, ShieldError, StatementDenied
from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import ALLOW_ALL, PAN, ROWS, fill

NO_DELETE = {
    "name": "no-delete",
    "schema": 1,
    "default": "allow",
    "rules": [{"id": "no-delete", "effect": "deny", "when": {"actions": ["delete"]},
               "reason": "nothing is deleted here",
               "hint": "mark the row instead"}],
}  # fmt: skip


@pytest.fixture
def strict(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> Any:
    """A connection whose policy denies DELETE."""
    with make_shield(policy=NO_DELETE, audit=log).guard(psycopg).connect(pg_dsn) as connection:
        fill(connection)
        yield connection
        connection.rollback()


def remaining(connection: Any) -> int:
    """Count the rows without the guard."""
    return int(vars(connection)["pgconn"].exec_(b"SELECT count(*) FROM cards").get_value(0, 0))


WAYS: dict[str, Callable[[Any], Any]] = {
    "connection.execute": lambda c: c.execute("DELETE FROM cards"),
    "cursor.execute": lambda c: c.cursor().execute("DELETE FROM cards WHERE id = %s", (1,)),
    "bytes": lambda c: c.execute(b"DELETE FROM cards"),
    "composed": lambda c: c.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("cards"))),
    "one of several": lambda c: c.execute("SELECT 1; DELETE FROM cards"),
    "executemany": lambda c: c.cursor().executemany("DELETE FROM cards WHERE id = %s", [(1,), (2,)]),
    "executemany, iterator": lambda c: c.cursor().executemany("DELETE FROM cards WHERE id = %s", iter([(1,)])),
    "stream": lambda c: list(c.cursor().stream("DELETE FROM cards RETURNING id")),
    "ClientCursor": lambda c: psycopg.ClientCursor(c).execute("DELETE FROM cards WHERE id = %s", (1,)),
    "RawCursor": lambda c: psycopg.RawCursor(c).execute("DELETE FROM cards WHERE id = $1", (1,)),
    "ServerCursor": lambda c: by_server_cursor(c, "WITH d AS (DELETE FROM cards RETURNING *) TABLE d"),
    "copy": lambda c: c.cursor().copy("COPY (DELETE FROM cards RETURNING id) TO STDOUT").__enter__(),
    "pgconn.exec_": lambda c: c.pgconn.exec_(b"DELETE FROM cards"),
    "pgconn.exec_params": lambda c: c.pgconn.exec_params(b"DELETE FROM cards WHERE id = $1", [b"1"]),
    "pgconn.prepare": lambda c: c.pgconn.prepare(b"d", b"DELETE FROM cards"),
    "pgconn.send_query": lambda c: c.pgconn.send_query(b"DELETE FROM cards"),
    "pipeline": lambda c: in_pipeline(c, "DELETE FROM cards"),
    "transaction": lambda c: in_transaction(c, "DELETE FROM cards"),
}


def by_server_cursor(connection: Any, query: str) -> None:
    with psycopg.ServerCursor(connection, "s") as cursor:
        cursor.execute(query)


def in_pipeline(connection: Any, query: str) -> None:
    with connection.pipeline():
        connection.execute(query)


def in_transaction(connection: Any, query: str) -> None:
    with connection.transaction():
        connection.execute(query)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_is_denied_does_not_reach_the_server(strict: Any, log: RecordingLog, way: Callable[[Any], Any]) -> None:
    """By every way: an error of both worlds, a record, no row less, and a connection that works on."""
    with pytest.raises(StatementDenied) as caught:
        way(strict)

    error = caught.value
    assert isinstance(error, psycopg.errors.InsufficientPrivilege)
    assert ("42501", None) == (error.sqlstate, error.diag.message_detail)
    assert ("no-delete", "mark the row instead") == (error.rule, error.hint)
    assert ROWS == remaining(strict)
    assert "denied" in [record["type"] for record in log.records]
    assert (1,) == strict.execute("SELECT 1").fetchone()


def test_a_denied_statement_leaves_no_result(strict: Any) -> None:
    """The rows of the statement before are not taken for those of the refused one."""
    cursor = strict.execute("SELECT id FROM cards")
    with pytest.raises(StatementDenied):
        cursor.execute("DELETE FROM cards")

    with pytest.raises(psycopg.ProgrammingError, match="no result available"):
        cursor.fetchone()


def test_an_odd_placeholder_does_not_hide_a_statement(strict: Any, log: RecordingLog) -> None:
    """What is judged has the quotes where the server will see them, not where the caller put them."""
    query = "SELECT '%(x' -- )s ' , pan FROM cards\n"
    strict.execute(query, {"x' -- ": 1})

    attempt = [record for record in log.records if record["type"] == "attempt"][-1]
    assert {"cards": "read"} == attempt["statement"]["tables"]


def test_a_placeholder_in_quotes_does_not_hide_a_statement(strict: Any) -> None:
    """A client-side cursor would end the literal with the value's own quote."""
    cursor = psycopg.ClientCursor(strict)
    with pytest.raises(StatementDenied, match="nothing is deleted"):
        cursor.execute("SELECT '%s'", ("; DELETE FROM cards; --",))
    with pytest.raises(StatementDenied, match="cannot be judged"):
        cursor.executemany("SELECT '%s'", [("; DELETE FROM cards; --",)])

    assert ROWS == remaining(strict)


def test_bytes_that_are_no_text_are_refused(connect: Callable[..., Any], log: RecordingLog) -> None:
    """In an encoding where a broken character may swallow a quote, the text cannot be judged."""
    connection = connect()
    connection.execute("SET client_encoding TO sjis")
    with pytest.raises(StatementDenied, match="not valid"):
        connection.execute(b"SELECT '\x81' FROM x")

    assert "denied" == log.records[-1]["type"]


def test_things_that_are_no_query_fail_as_in_psycopg(connection: Any) -> None:
    """A query of another type is a TypeError."""
    with pytest.raises(TypeError):
        connection.execute(42)


def test_foreign_generators_do_not_pass(connection: Any, log: RecordingLog) -> None:
    """``Connection.wait`` takes psycopg's own generators only, and only those it uses itself."""

    def mine() -> Any:
        yield 1

    for generator in (mine(), connection._exec_command(b"DELETE FROM cards"), None):
        with pytest.raises(StatementDenied, match=r"connection\.wait"):
            connection.wait(generator)

    assert ROWS == remaining(connection)


def test_a_connection_that_no_connect_made_runs_nothing(pg_dsn: str) -> None:
    """The guarded class itself, without a session, refuses."""
    from pcishield.drivers.psycopg import guarded_connection_class

    connection = guarded_connection_class(psycopg.Connection).connect(pg_dsn)  # type: ignore[attr-defined]
    with pytest.raises(StatementDenied, match="not opened by a guarded connect"):
        connection.execute("SELECT 1")
    connection.close()


def test_parameters_are_given_to_the_policy_and_not_to_the_log(connection: Any, log: RecordingLog) -> None:
    """An attempt tells types, lengths and that there is a card number; no value."""
    connection.execute("SELECT %s::text", (PAN,))
    connection.cursor().executemany("SELECT %s::text", ((value,) for value in (PAN, "x")))

    first, second = [record["parameters"] for record in log.records if record["type"] == "attempt"]
    assert {"pan": True, "count": 1, "types": ["str"], "lengths": [16]} == first
    assert {"pan": True, "sets": 2} == second
    assert PAN not in repr(log.records)


def test_a_masked_value_is_not_written_back(connection: Any) -> None:
    """What was read masked cannot replace the real number, by parameters or by COPY."""
    (masked,) = connection.execute("SELECT pan FROM cards WHERE id = 1").fetchone()

    with pytest.raises(MaskedWriteBack):
        connection.execute("UPDATE cards SET pan = %s WHERE id = 1", (masked,))
    with pytest.raises(MaskedWriteBack):
        connection.cursor().executemany("UPDATE cards SET pan = %s WHERE id = %s", iter([(PAN, 1), (masked, 2)]))
    with pytest.raises(MaskedWriteBack), connection.cursor().copy("COPY cards (id, pan, cvv) FROM STDIN") as copy:
        copy.write_row((9, masked, "1"))


def test_without_a_log_nothing_runs(connection: Any, log: RecordingLog) -> None:
    """An attempt that cannot be recorded is not made; the error is one that retries look for."""
    log.broken = True
    with pytest.raises(AuditUnavailable) as caught:
        connection.execute("INSERT INTO cards VALUES (99, 'x', 1, '1', 'x')")

    assert isinstance(caught.value, psycopg.OperationalError)
    log.broken = False
    assert ROWS == remaining(connection)


def test_transaction_control_of_the_driver_passes(connection: Any, attempts: Callable[[], list[str]]) -> None:
    """What psycopg sends for its own methods is no statement of the application."""
    with connection.transaction(), connection.transaction("inner"):
        pass
    connection.commit()
    connection.autocommit = True
    connection.autocommit = False
    connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    connection.read_only = False
    connection.rollback()

    assert [] == attempts()


def test_two_phase_commit_works(connect: Callable[..., Any]) -> None:
    """The tpc methods pass; recovering is a query like any other."""
    connection = connect()
    xid = connection.xid(1, "pcishield", "test")
    connection.tpc_begin(xid)
    connection.execute("SELECT 1")
    connection.tpc_rollback()

    assert xid not in connection.tpc_recover()


def test_introspection_of_types_is_a_statement_like_any_other(
    connection: Any, attempts: Callable[[], list[str]]
) -> None:
    """``TypeInfo.fetch`` makes a cursor of its own; it is judged, recorded, and works."""
    info = psycopg.types.TypeInfo.fetch(connection, "text")

    assert info is not None
    assert "text" == info.name
    assert ["execute"] == attempts()


def test_a_closed_connection_says_so(connection: Any) -> None:
    """psycopg's own error, not ours."""
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="the connection is closed") as caught:
        connection.execute("SELECT 1")

    assert not isinstance(caught.value, ShieldError)


def test_closing_is_recorded(connection: Any, log: RecordingLog) -> None:
    """``connection.close`` is written once."""
    connection.close()
    connection.close()

    assert 1 == [record["type"] for record in log.records].count("connection.close")


def test_errors_of_the_server_are_the_results_outcome(connection: Any, log: RecordingLog) -> None:
    """A failed statement has an attempt and a failed result with its SQLSTATE."""
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM no_such_table")

    result = log.records[-1]
    assert ("result", "failure", "42P01") == (result["type"], result["outcome"], result["error"].get("sqlstate"))


def test_an_interrupted_approver_runs_nothing(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> None:
    """KeyboardInterrupt inside the approver gets out, and the connection is as it was."""

    def interrupted(request: Any) -> bool:
        raise KeyboardInterrupt

    rules = [{"id": "ask", "effect": "require_approval", "when": {"actions": ["delete"]}, "reason": "deleting"}]
    policy = {"name": "ask", "schema": 1, "default": "allow", "rules": rules}
    with make_shield(policy=policy, audit=log, approver=interrupted).guard(psycopg).connect(pg_dsn) as connection:
        fill(connection)
        with pytest.raises(KeyboardInterrupt):
            connection.execute("DELETE FROM cards")

        assert ROWS == remaining(connection)
        assert (1,) == connection.execute("SELECT 1").fetchone()
        connection.rollback()


@pytest.mark.parametrize("fetch", ["fetchone", "fetchall", "fetchmany"])
def test_a_cursor_from_before_the_guard_is_masked_when_it_repeats_its_query(
    pg_dsn: str, make_shield: Callable[..., Any], fetch: str
):
    """psycopg keeps the transformer of a cursor whose query is the same, and that one is the driver's."""
    query = "SELECT * FROM cards"
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        fill(connection)
        cursor = connection.cursor()
        cursor.execute(query)
        guard_connection(connection, make_shield(policy=ALLOW_ALL))
        for _ in range(3):  # from the second on it is a statement that is known
            connection.execute(query).fetchall()

        found = getattr(cursor.execute(query), fetch)()

        assert PAN not in str(found)
        assert PAN[-4:] in str(found)
