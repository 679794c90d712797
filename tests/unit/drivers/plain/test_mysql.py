"""PyMySQL and mysqlclient: the gate at ``connection.query``, on a live MariaDB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import ApprovalDenied, ConfigurationError, StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, approve, each

pytestmark = pytest.mark.mysql
PAN = make_pan()
Guard = Callable[..., Guarded]
both = each("pymysql", "mysqlclient")


@both
def test_the_gate_judges_what_no_guarded_cursor_brings(guard: Guard, name: str) -> None:
    """connection.query, and a cursor of the driver's own class around the connection."""
    guarded = guard(name)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    cursor = guarded.raw.cursors.Cursor(connection)

    with pytest.raises(ApprovalDenied):
        connection.query(f"DELETE FROM {guarded.table}")
    with pytest.raises(ApprovalDenied):
        cursor.execute(f"DELETE FROM {guarded.table}")
    cursor.execute(f"SELECT card_number FROM {guarded.table}")
    assert ((f"{'*' * 12}{PAN[-4:]}",),) == cursor.fetchall()
    cursor.close()


@pytest.mark.parametrize("cursor_class", ["DictCursor", "SSDictCursor"])
@both
def test_names_in_rows_are_masked(guard: Guard, name: str, cursor_class: str) -> None:
    """A dictionary has the names of the columns, and one of these may be a card number."""
    guarded = guard(name, policy=ALLOW_ALL)
    cursor = guarded.connect().cursor(getattr(guarded.raw.cursors, cursor_class))
    cursor.execute(f"SELECT 7 AS `{PAN}`, 8 AS n")

    assert [{f"{'*' * 12}{PAN[-4:]}": 7, "n": 8}] == list(cursor.fetchall())
    cursor.close()


@both
def test_parameters_that_do_not_fit_end_the_last_result(guard: Guard, name: str) -> None:
    """As the driver does: what is described and fetched then is nothing of the statement before."""
    guarded = guard(name, policy=ALLOW_ALL)
    seen = []
    for module in (guarded.raw, guarded.module):
        connection = guarded.plain.connect(module, guarded.home)
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        with pytest.raises((guarded.raw.Error, TypeError)) as raised:
            cursor.execute("SELECT 1", (2, 3))
        seen.append((raised.type, str(raised.value), cursor.description, cursor.rowcount))
        cursor.close()
        connection.close()

    assert seen[0] == seen[1]


@both
def test_one_call_is_recorded_once(guard: Guard, name: str) -> None:
    """Though the driver sends several texts of itself: a procedure's arguments, many rows in one INSERT."""
    guarded = guard(name, approver=approve)
    guarded.fill()
    connection = guarded.connect()
    cursor = connection.cursor()
    cursor.execute(
        f"CREATE PROCEDURE p_{guarded.table}(IN a INT) SELECT card_number FROM {guarded.table} WHERE id <> a"
    )
    cursor.executemany(f"INSERT INTO {guarded.table} VALUES (%s, %s)", [(n, PAN) for n in range(5)])
    cursor.callproc(f"p_{guarded.table}", (0,))
    rows = cursor.fetchall()
    while cursor.nextset():
        continue
    cursor.execute(f"DROP PROCEDURE p_{guarded.table}")
    connection.commit()
    cursor.close()

    assert 4 == len(rows) and PAN not in repr(rows)
    assert ["execute", "executemany", "callproc", "execute"] == [
        r["method"] for r in guarded.log.records if r["type"] == "attempt"
    ]
    assert 4 == len(guarded.types("result"))


@both
def test_several_results_are_masked_each_by_its_statement(guard: Guard, name: str) -> None:
    """The second statement's columns are not masked by the first one's."""
    options = {"client_flag": 65536} if name == "pymysql" else {}
    guarded = guard(name)
    guarded.fill((1, PAN))
    connection = guarded.module.connect(**guarded.home, **options)
    cursor = connection.cursor()
    cursor.execute(f"SELECT id FROM {guarded.table}; SELECT card_number AS x FROM {guarded.table}; SELECT 7 AS y")
    rows = [cursor.fetchall()]
    while cursor.nextset():
        rows.append(cursor.fetchall())
    cursor.close()
    connection.close()

    assert [((1,),), ((f"{'*' * 12}{PAN[-4:]}",),), ((7,),)] == rows


@both
def test_an_init_command_is_judged(guard: Guard, name: str) -> None:
    """What connect() is told to send first is no way around."""
    guarded = guard(name)
    guarded.fill((1, PAN))

    with pytest.raises(ApprovalDenied):
        guarded.module.connect(**guarded.home, init_command=f"DELETE FROM {guarded.table}")
    connection = guarded.module.connect(**guarded.home, init_command="SET @x = 1")
    connection.close()
    assert "connection.close" in guarded.types()


@both
def test_other_commands_are_judged_as_sql(guard: Guard, name: str) -> None:
    """KILL and USE by their methods."""
    guarded = guard(name)
    connection = guarded.connect()

    with pytest.raises((ApprovalDenied, StatementDenied)):
        connection.kill(connection.thread_id())
    connection.select_db(guarded.home["database"])
    assert "select_db" in [r["method"] for r in guarded.log.records if r["type"] == "attempt"]


def test_pymysql_takes_no_raw_packets(guard: Guard) -> None:
    """write_packet() is the driver's own inside of a call, and nobody's else."""
    connection = guard("pymysql").connect()

    with pytest.raises(StatementDenied, match="raw packet"):
        connection.write_packet(b"\x03SELECT 1")


def test_pymysql_loads_local_files_by_policy(guard: Guard, tmp_path: Path) -> None:
    """Denied by the pci pack; where a policy allows LOAD DATA, it works."""
    path = tmp_path / "cards.csv"
    path.write_text("1\tx\n")
    for options, allowed in (({}, False), ({"policy": ALLOW_ALL}, True)):
        guarded = guard("pymysql", **options)
        guarded.fill()
        connection = guarded.module.connect(**guarded.home, local_infile=True)
        cursor = connection.cursor()
        statement = f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {guarded.table}"
        if allowed:
            cursor.execute("SET GLOBAL local_infile = 1")
            assert 1 == cursor.execute(statement)
            connection.commit()
        else:
            with pytest.raises((ApprovalDenied, StatementDenied)):
                cursor.execute(statement)
        connection.close()


def test_mysqlclient_has_no_local_infile(guard: Guard) -> None:
    """Its client library sends any file that the server asks for: refused at connect, with what to do instead."""
    guarded = guard("mysqlclient")

    with pytest.raises(ConfigurationError, match="PyMySQL"):
        guarded.module.connect(**guarded.home, local_infile=1)


def test_mysqlclient_refuses_dictionaries_with_one_name_twice(guard: Guard) -> None:
    """A dictionary that has lost a column cannot be matched with the columns: an error, and no row."""
    guarded = guard("mysqlclient")
    guarded.fill((1, PAN))
    cursor = guarded.connect().cursor(guarded.raw.cursors.DictCursor)

    with pytest.raises(Exception, match="one name"):
        cursor.execute(f"SELECT t.id, t.id, t.id, card_number FROM {guarded.table} t")


@both
def test_an_unbuffered_result_that_is_left_is_recorded(guard: Guard, name: str) -> None:
    """RESULT counts the rows that were fetched, at the latest when the connection is closed."""
    guarded = guard(name)
    guarded.fill((1, PAN), (2, PAN), (3, PAN))
    connection = guarded.connect()
    cursor = connection.cursor(guarded.raw.cursors.SSCursor)
    cursor.execute(f"SELECT card_number FROM {guarded.table}")
    rows: list[Any] = [cursor.fetchone()]
    cursor.close()
    connection.close()
    guarded.shield.close()

    assert PAN not in repr(rows)
    assert [1] == [r["rows"] for r in guarded.log.records if r["type"] == "result"]


def test_ping_warns_of_what_the_driver_warns_of(guard: Guard) -> None:
    """mysqlclient deprecates the argument, whatever it says."""
    connection = guard("mysqlclient").connect()
    connection.ping()

    with pytest.warns(DeprecationWarning, match="reconnect"):
        connection.ping(False)


def test_a_result_is_made_once(guard: Guard) -> None:
    """Its constructor, called again, says so in the driver's words, and the rows are still there."""
    guarded = guard("mysqlclient", policy=ALLOW_ALL)
    connection = guarded.connect()
    connection.query("SELECT 1")
    result = connection.store_result()

    with pytest.raises(guarded.raw.ProgrammingError, match="already initialized"):
        result.__init__(connection, False)
    assert ((1,),) == result.fetch_row()


@both
def test_a_message_that_is_withheld_says_so(guard: Guard, name: str) -> None:
    """Though it has an apostrophe, where the server's quotations begin."""
    guarded = guard(name, policy=ALLOW_ALL)
    guarded.fill((1, PAN))
    cursor = guarded.connect().cursor()

    with pytest.raises(guarded.raw.IntegrityError) as caught:
        cursor.execute(
            f"INSERT INTO {guarded.table} (id) SELECT 1 FROM {guarded.table} WHERE substr(card_number, 1, 1) = '4'"
        )

    assert caught.value.args[1].startswith("the database's message is withheld")
