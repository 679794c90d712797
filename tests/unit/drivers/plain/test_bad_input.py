"""Bad moments, on every driver: an interrupted approver, a fork, a class that overrides ``execute``, a gc walk."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

import pytest

from pcishield import Shield
from pcishield.exceptions import ConfigurationError, StatementDenied
from pcishield.testing import RecordingLog, make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, each

PAN = make_pan()
Guard = Callable[..., Guarded]
ASK = ALLOW_ALL | {
    "rules": [
        {"id": "ask", "effect": "require_approval", "reason": "r", "when": {"actions": ["delete"]}},
        *ALLOW_ALL["rules"],  # type: ignore[misc]
    ]
}
_SUBCLASSED = ("psycopg2", "pymysql", "mysqlclient")
every = each()


@every
def test_an_interrupted_approver_runs_nothing(guard: Guard, name: str) -> None:
    """Ctrl-C while somebody is asked: it comes through, nothing was sent, the connection goes on."""

    def interrupted(request: Any) -> Any:
        raise KeyboardInterrupt

    guarded = guard(name, settings={}, policy=ASK, approver=interrupted)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    cursor = connection.cursor()
    with pytest.raises(KeyboardInterrupt):
        cursor.execute(f"DELETE FROM {guarded.table}")

    cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
    assert 1 == cursor.fetchall()[0][0]
    assert 1 == guarded.types("attempt").count("attempt")
    cursor.close()


def _holders(clear: tuple[str | bytes, ...]) -> dict[int, Any]:
    """Containers that refer to a clear value, by id."""
    gc.collect()
    found = {}
    for holder in gc.get_objects():
        if type(holder) in (dict, list, tuple):
            # Copies: other threads go on meanwhile.
            values = list(holder.copy().values()) if type(holder) is dict else list(holder)
            if any(value == one for value in values if type(value) in (str, bytes) for one in clear):
                found[id(holder)] = holder
    return found


@every
def test_nothing_clear_is_left_in_memory_after_a_fetch(guard: Guard, name: str) -> None:
    """No object that Python's collector knows refers to the clear value, while cursor and rows are alive."""
    guarded = guard(name)
    guarded.fill((1, PAN), (2, "nothing"))
    connection = guarded.connect()
    cursor = connection.cursor()
    clear = (PAN, PAN.encode())
    before = _holders(clear)  # of this test, and of others that ran in this process
    cursor.execute(f"SELECT id, card_number FROM {guarded.table} ORDER BY id")
    rows = cursor.fetchall()

    found = _holders(clear)

    assert [] == [type(holder).__name__ for key, holder in found.items() if key not in before]
    assert PAN[-4:] in repr(rows)
    cursor.close()


@each(*_SUBCLASSED)
def test_a_cursor_class_that_overrides_execute_is_judged_by_what_it_sends(guard: Guard, name: str) -> None:
    """Whatever the class makes of the text, the guard sees what goes to the driver."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    base = guarded.raw.extensions.cursor if name == "psycopg2" else guarded.raw.cursors.Cursor
    table = guarded.table

    class Rewriting(base):  # type: ignore[misc]
        def execute(self, query: Any, args: Any = None) -> Any:
            return super().execute(query.replace("HARMLESS", f"card_number FROM {table}"), args)

    connection = guarded.connect()
    cursor = connection.cursor(cursor_factory=Rewriting) if name == "psycopg2" else connection.cursor(Rewriting)
    cursor.execute("SELECT HARMLESS")
    rows = cursor.fetchall()

    assert PAN not in repr(rows) and PAN[-4:] in repr(rows)
    tables = [record["statement"]["tables"] for record in guarded.log.records if record["type"] == "attempt"]
    assert [table] == [item.rpartition(".")[2] for found in tables for item in found]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@each("psycopg2", "pymysql", "mysqlclient", "pyodbc, SQLite")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_opens_its_own_guarded_connections(guard: Guard, name: str) -> None:
    """After a fork the module still guards, in the child as in the parent."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    parent = guarded.connect()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b"failed"
        try:
            connection = guarded.plain.connect(guarded.module, guarded.home)
            cursor = connection.cursor()
            cursor.execute(f"SELECT card_number FROM {guarded.table}")
            answer = b"clear" if PAN in repr(cursor.fetchall()) else b"masked"
        finally:
            os.write(write, answer)
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    answer = os.read(read, 10)
    os.close(read)

    assert b"masked" == answer
    cursor = parent.cursor()
    cursor.execute(f"SELECT card_number FROM {guarded.table}")
    assert PAN not in repr(cursor.fetchall())
    cursor.close()


def test_methods_of_duckdb_can_be_chained(guard: Guard) -> None:
    """What returns the connection returns the guarded one."""
    guarded = guard("duckdb", policy=ALLOW_ALL)
    connection = guarded.connect()

    assert connection is connection.begin()
    assert [(1,)] == connection.commit().execute("SELECT 1").fetchall()
    assert connection is connection.begin().rollback()


@pytest.mark.parametrize("name", ["pyodbc, SQLite", "pyodbc, PostgreSQL"])
def test_what_a_closed_cursor_has_no_more_is_not_blocked(guard: Guard, name: str) -> None:
    """pyodbc's cursors lose their description when they are closed."""
    guarded = guard(name, policy=ALLOW_ALL)
    cursor = guarded.connect().cursor()
    cursor.close()

    with pytest.raises(AttributeError) as caught:
        _ = cursor.description
    assert not isinstance(caught.value, StatementDenied)


@pytest.mark.parametrize("query", [None, 5])
def test_what_is_no_statement_is_not_sent_as_zeros(guard: Guard, query: Any) -> None:
    """``bytes(5)`` is five of them; PyMySQL raises before it sends."""
    guarded = guard("pymysql", policy=ALLOW_ALL)
    connection = guarded.connect()
    with pytest.raises(TypeError, match="has no len"):
        connection.cursor().execute(query)
    connection.ping()

    assert [] == guarded.types("attempt")


@pytest.mark.parametrize(
    "text", ["PIVOT {0} ON substr(card_number, 1, 8) USING count(*)", "FROM {0} PIVOT (count(*) FOR id IN (SELECT 1))"]
)
def test_columns_of_duckdb_are_not_named_after_values(guard: Guard, text: str) -> None:
    """A PIVOT makes names of what it finds; one that says its values is as good as before."""
    guarded = guard("duckdb", policy=ALLOW_ALL)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    with pytest.raises(StatementDenied, match="names its columns after values"):
        connection.execute(text.format(guarded.table))
    connection.execute(f"FROM {guarded.table} PIVOT (count(*) FOR id IN (1, 2))")

    assert ["card_number", "1", "2"] == [column[0] for column in connection.description]


@pytest.mark.parametrize("name", ["conn_class", "on_connect_callback", "pool"])
def test_an_argument_that_would_be_given_the_raw_connection_is_refused(name: str) -> None:
    """oracledb calls it with its own connection; nothing is dialled."""
    oracledb = pytest.importorskip("oracledb", reason="oracledb is an optional dependency")
    with Shield(policy={"name": "p", "default": "allow"}, audit=RecordingLog()) as shield:
        connect = shield.guard(oracledb).connect
        with pytest.raises(ConfigurationError, match=f"{name}: it would be given the connection that nobody guards"):
            connect(user="a", password="b", dsn="127.0.0.1:1/x", **{name: object})
