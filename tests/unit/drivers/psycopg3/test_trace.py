"""``pgconn.trace()``: which messages were exchanged, and nothing of what they say about data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import pq

from pcishield.drivers.psycopg._trace import told
from pcishield.exceptions import StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.psycopg3.conftest import OTHER, PAN


class Traced:
    """A trace of a connection into a file, and what stands in it so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = path.open("wb", buffering=0)

    def start(self, connection: Any) -> None:
        connection.pgconn.trace(self.file.fileno())
        connection.pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)

    def text(self) -> str:
        return self._path.read_text("utf-8")

    def lines(self) -> list[list[str]]:
        return [line.split("\t") for line in self.text().splitlines()]

    def types(self) -> list[str]:
        return [line[2] for line in self.lines()]


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Traced]:
    found = Traced(tmp_path / "trace")
    yield found
    found.file.close()


def test_a_trace_names_the_messages_and_shows_no_data(connection: Any, traced: Traced) -> None:
    """Rows, parameters and literals are withheld."""
    traced.start(connection)
    connection.execute("SELECT pan, number, cvv, note FROM cards WHERE pan = %s", [PAN]).fetchall()
    connection.execute(f"SELECT id FROM cards WHERE note = '{OTHER}' AND cvv <> '123'").fetchall()
    connection.pgconn.exec_(b"SELECT pan, cvv FROM cards")
    connection.pgconn.untrace()
    text = traced.text()

    assert {"Parse", "Bind", "Execute", "Query", "DataRow", "CommandComplete"} <= set(traced.types())
    assert "DataRow\t 4 [withheld]" in text
    assert '"SELECT pan, number, cvv, note FROM cards WHERE pan = ?"' in text
    assert [] == [word for word in (PAN, OTHER, "123") if word in text]


def test_messages_are_there_when_libpq_has_written_them(connection: Any, traced: Traced) -> None:
    """With the next that is sent, and the end of the connection is the last one."""
    traced.start(connection)
    with connection.pipeline():
        connection.execute("SELECT 1")
    in_time = traced.types()
    connection.close()

    assert "Sync" in in_time
    assert "Terminate" == traced.types()[-1]


async def test_an_asynchronous_connection_is_traced_as_well(guarded: Any, pg_dsn: str, traced: Traced) -> None:
    """The twin."""
    async with await guarded.AsyncConnection.connect(pg_dsn) as connection:
        traced.start(connection)
        await connection.execute("SELECT %s", [PAN])
        in_time = traced.types()

    assert "Bind" in in_time
    assert "DataRow" in traced.types()
    assert "Terminate" == traced.types()[-1]
    assert PAN not in traced.text()


def test_after_untrace_nothing_is_written(connection: Any, traced: Traced) -> None:
    """And the connection is of the class that it was of before."""
    before = type(connection)
    traced.start(connection)
    connection.execute("SELECT 1")
    connection.pgconn.untrace()
    connection.pgconn.untrace()
    found = traced.text()
    connection.execute("SELECT 2")

    assert found
    assert found == traced.text()
    assert before is type(connection)


def test_a_trace_started_anew_goes_to_the_new_file_only(connection: Any, traced: Traced, tmp_path: Path) -> None:
    """As libpq's does."""
    second = Traced(tmp_path / "second")
    traced.start(connection)
    second.start(connection)
    connection.execute("SELECT 1")
    second.file.close()

    assert "" == traced.text()
    assert "Query" in second.types() or "Parse" in second.types()


def test_errors_and_notices_are_named_and_not_told(connection: Any, traced: Traced) -> None:
    """Their texts may quote rows."""
    traced.start(connection)
    with pytest.raises(psycopg.errors.NotNullViolation):
        connection.execute("INSERT INTO cards (id, note) VALUES (77, %s)", [OTHER])
    connection.pgconn.untrace()

    assert "ErrorResponse\t [withheld]" in traced.text()
    assert OTHER not in traced.text()


def test_copied_rows_are_withheld(connection: Any, traced: Traced) -> None:
    """Both ways."""
    traced.start(connection)
    with connection.cursor().copy("COPY cards (note) TO STDOUT") as copy:
        list(copy)
    connection.pgconn.untrace()

    assert "CopyOutResponse" in traced.types()
    assert OTHER not in traced.text()


def test_what_the_guard_asks_for_itself_is_not_traced(connection: Any, traced: Traced) -> None:
    """The messages are those of the application, and written as it has said."""
    connection.execute("CREATE TEMP TABLE unseen (id int)")
    traced.start(connection)
    connection.execute("SELECT id FROM unseen")
    connection.pgconn.untrace()

    assert ["Query", "RowDescription", "CommandComplete", "ReadyForQuery"] == traced.types()


def test_a_file_that_is_closed_does_not_stop_the_statement(connection: Any, tmp_path: Path) -> None:
    """libpq does not care either."""
    descriptor = os.open(tmp_path / "gone", os.O_CREAT | os.O_WRONLY)
    connection.pgconn.trace(descriptor)
    os.close(descriptor)

    assert (1,) == connection.execute("SELECT 1").fetchone()


def test_no_trace_where_it_cannot_be_read_first(connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file in memory the rows would have to go to a disk."""
    monkeypatch.delattr(os, "memfd_create")

    with pytest.raises(StatementDenied, match="trace"):
        connection.pgconn.trace(1)


PASSED = [
    b"F\t4\tSync",
    b"B\t5\tReadyForQuery\t I",
    b'B\t13\tCommandComplete\t "INSERT 0 12"',
    b'F\t9\tDescribe\t P ""',
    b'F\t9\tExecute\t "" 0',
    b'F\t13\tParse\t "_pg3_0" "BEGIN" 0',
    b"2026-11-29 20:00:00.123456\tF\t4\tTerminate",
]


@pytest.mark.parametrize("line", PASSED)
def test_what_says_nothing_of_data_stays_as_it_is(line: bytes) -> None:
    """Types, lengths, states, counts."""
    assert line == told(line, str, str)


PAN_BYTES = make_pan().encode()
WITHHELD = [
    (b"B\t40\tDataRow\t 1 16 '%b'" % PAN_BYTES, b"B\t40\tDataRow\t 1 [withheld]"),
    (b'F\t40\tBind\t "" "" 0 1 16 \'%b\' 1 0' % PAN_BYTES, b"F\t40\tBind\t [withheld]"),
    (b'B\t40\tCommandComplete\t "SELECT %b"' % PAN_BYTES, b"B\t40\tCommandComplete\t [withheld]"),
    (b'B\t40\tNotificationResponse\t 7 "a" "%b"' % PAN_BYTES, b"B\t40\tNotificationResponse\t [withheld]"),
    (b'F\t13\tParse\t "p %b" "BEGIN" 0' % PAN_BYTES, b"F\t13\tParse\t [withheld]"),
    (b"B\t40\tSomethingNew\t 1", b"B\t40\tUnknown\t [withheld]"),
    (b"%b\t40\tSync" % PAN_BYTES, b""),
    (b"B\t%b\tSync" % PAN_BYTES, b""),
    (b"To backend> Msg Q", b""),
]


@pytest.mark.parametrize(("line", "shown"), WITHHELD)
def test_what_may_hold_data_is_withheld(line: bytes, shown: bytes) -> None:
    """Known shapes pass; what is not known does not."""
    assert shown == told(line, str, str)


def test_sql_goes_through_what_takes_out_its_literals() -> None:
    """The statement without literals, over several lines too; names masked."""

    def template(sql: str) -> str:
        assert "SELECT\n'a'" == sql
        return "SELECT ?"

    assert b'F\t9\tQuery\t "SELECT ?"' == told(b"F\t9\tQuery\t \"SELECT\n'a'\"", template, str)
    assert b'B\t9\tRowDescription\t 1 "*"' == told(b'B\t9\tRowDescription\t 1 "x"', str, lambda t: t.replace("x", "*"))


def test_sql_that_cannot_be_read_is_withheld() -> None:
    """Whatever goes wrong, nothing is told."""

    def template(sql: str) -> str:
        raise ValueError(sql)

    assert b"F\t9\tQuery\t [withheld]" == told(b'F\t9\tQuery\t "SELECT 1"', template, str)


def test_a_message_that_libpq_writes_in_two_pieces_is_one(connection: Any, traced: Traced) -> None:
    """Its buffer is a few thousand bytes, and a row may be longer."""
    traced.start(connection)
    connection.execute("SELECT repeat(%s, 5000)", [f"x{PAN} "]).fetchall()
    connection.execute("SELECT 1")
    connection.pgconn.untrace()

    assert {"F", "B"} == {line[0] for line in traced.lines()}
    assert PAN[:8] not in traced.text()
