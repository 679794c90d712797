"""Connections of mysql.connector: every way to send SQL is judged, every way out is masked."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mysql.connector
import pytest

from pcishield.exceptions import IdentityRequired, PolicyViolation, StatementDenied
from pcishield.testing import RecordingLog, assert_no_pan
from tests.unit.drivers.mysql_connector.conftest import ALLOW_ALL, PAN

pytestmark = pytest.mark.mysql

READ_ONLY = {
    "name": "read", "schema": 1, "default": "deny", "default_hint": "read",
    "rules": [{"id": "read", "effect": "allow", "when": {"actions": ["select"]}}],
}  # fmt: skip


@pytest.fixture
def reader(make_shield: Callable[..., Any], log: RecordingLog, params: dict[str, Any], table: str) -> Any:
    """A connection that may only read."""
    made = make_shield(policy=READ_ONLY, audit=log).guard(mysql.connector).connect(**params)
    yield made
    made.close()


def test_commands_are_masked(connection: Any, table: str) -> None:
    """cmd_query with get_rows and get_row."""
    result = connection.cmd_query(f"SELECT pan, cvv FROM {table}")
    row = connection.get_row()
    rows = connection.get_rows()

    assert 2 == len(result["columns"])
    assert_no_pan([row[0], rows[0]])
    assert "123" not in str((row[0], rows[0]))


def test_several_results_of_a_command_are_masked(connection: Any, table: str, audited: Any) -> None:
    """cmd_query_iter; the C implementation has none."""
    if hasattr(connection, "_cmysql"):
        with pytest.raises(NotImplementedError):
            connection.cmd_query_iter("SELECT 1")
        return
    handed = []
    for result in connection.cmd_query_iter(f"SELECT '{PAN}'; SELECT pan FROM {table}"):
        handed += [[column[0] for column in result["columns"]], connection.get_rows()[0]]

    assert 4 == len(handed)
    assert_no_pan(handed)
    assert ["cmd_query_iter"] == [method for method, _ in audited.attempts()]


def test_prepared_commands_are_judged_and_masked(connection: Any, table: str, audited: Any) -> None:
    """cmd_stmt_prepare and cmd_stmt_execute, by handle and without a cursor."""
    prepared = connection.cmd_stmt_prepare(f"SELECT pan FROM {table} WHERE id = ?".encode())
    if isinstance(prepared, dict):
        result = connection.cmd_stmt_execute(prepared["statement_id"], (1,), prepared["parameters"])
        connection.unread_result = True
        rows, _ = connection.get_rows(binary=True, columns=result[1])
    else:
        connection.cmd_stmt_execute(prepared, 1)
        rows, _ = connection.get_rows(prep_stmt=prepared)

    assert 1 == len(rows)
    assert_no_pan(rows)
    assert ["cmd_stmt_execute"] == [method for method, _ in audited.attempts()]


def test_rows_need_their_own_description(connection: Any, table: str) -> None:
    """With a made-up description a binary row would be read as something that is never looked at."""
    if hasattr(connection, "_cmysql"):
        pytest.skip("the C implementation knows its columns")
    prepared = connection.cmd_stmt_prepare(f"SELECT pan FROM {table} WHERE id = 1".encode())
    connection.cmd_stmt_execute(prepared["statement_id"])
    connection.unread_result = True
    with pytest.raises(StatementDenied):
        connection.get_rows(binary=True, columns=[("x", 1, None, None, None, None, 1, 0, 63)])
    connection.close()


def test_what_was_not_prepared_here_is_not_executed(connection: Any) -> None:
    """A handle that the guard does not know stands for SQL that nobody has judged."""
    with pytest.raises(StatementDenied, match="not prepared"):
        connection.cmd_stmt_execute(4711)


def test_long_data_without_a_cursor_is_refused(connection: Any, audited: Any) -> None:
    """It would be stored without having been looked at."""
    with pytest.raises(StatementDenied, match="prepared cursor"):
        connection.cmd_stmt_send_long_data(1, 0, None)

    assert "cmd_stmt_send_long_data" == audited.of("denied")[0]["method"]


def test_info_query_is_judged_and_masked(connection: Any, table: str, audited: Any) -> None:
    """It returns one row of any SQL."""
    row = connection.info_query(f"SELECT pan FROM {table} WHERE id = 1")

    assert 1 == len(row)
    assert_no_pan(list(row))
    assert 1 == len(audited.of("attempt"))


@pytest.mark.parametrize(
    "send",
    [
        lambda c: c.cmd_query("DELETE FROM nowhere"),
        lambda c: list(c.cmd_query_iter("DELETE FROM nowhere")),
        lambda c: c.cmd_stmt_execute(_handle(c.cmd_stmt_prepare(b"SET @a = 1"))),
        lambda c: c.info_query("SET @a = 1"),
        lambda c: c.cmd_init_db("mysql"),
        lambda c: setattr(c, "database", "mysql"),
        lambda c: c.cmd_process_kill(1),
        lambda c: c.cmd_refresh(1),
        lambda c: c.cmd_shutdown(),
        lambda c: setattr(c, "time_zone", "+00:00"),
        lambda c: setattr(c, "sql_mode", "ANSI_QUOTES"),
        lambda c: c._execute_query("SET @a = 1"),
        lambda c: c.reset_session(user_variables={"a": 1}),
        lambda c: c.cursor().execute("SET @a = 1"),
        lambda c: c.cursor(prepared=True).execute("SET @a = 1"),
        lambda c: c.cursor().executemany("SET @a = %s", [(1,)]),
        lambda c: c.cursor().callproc("nothing"),
    ],
)
def test_every_way_in_is_judged(reader: Any, audited: Any, send: Callable[[Any], Any]) -> None:
    """Under a policy that allows SELECT alone, nothing else reaches the server by any method."""
    if hasattr(reader, "_cmysql") and "cmd_query_iter" in send.__code__.co_names:
        pytest.skip("the C implementation has no cmd_query_iter")
    with pytest.raises(PolicyViolation):
        send(reader)

    assert 1 <= len(audited.of("denied"))
    assert [] == [method for method, template in audited.attempts() if not template.startswith("SELECT")]


def _handle(prepared: Any) -> Any:
    return prepared["statement_id"] if isinstance(prepared, dict) else prepared


def test_what_the_driver_sends_of_itself_passes(reader: Any, audited: Any) -> None:
    """commit, rollback, settings with fixed values and ping carry nothing of the caller's; they are not recorded."""
    reader.autocommit = True
    reader.autocommit = False
    reader.start_transaction(isolation_level="REPEATABLE READ")
    reader.commit()
    reader.rollback()
    reader.ping()
    reader.set_charset_collation("utf8mb4")
    settings = (reader.database, reader.autocommit, reader.time_zone, reader.sql_mode)

    assert all(setting is not None for setting in settings)
    assert [] == audited.of("attempt") + audited.of("denied")


def test_init_command_is_judged(make_shield: Callable[..., Any], log: RecordingLog, params: dict[str, Any]) -> None:
    """It is sent while connecting: one that may not run ends the connection."""
    module = make_shield(policy=READ_ONLY, audit=log).guard(mysql.connector)
    with pytest.raises(StatementDenied):
        module.connect(**params, init_command="SET @a = 1")
    module.connect(**params, init_command="SELECT 1").close()

    kinds = [record["type"] for record in log.records]
    assert kinds.count("connection.open") == kinds.count("connection.close") == 2
    assert 1 == kinds.count("denied")
    assert 1 == kinds.count("attempt")


def test_sessions_follow_the_servers(connection: Any, audited: Any, mysql_params: dict[str, Any]) -> None:
    """Reconnecting, resetting the session and changing the user begin a new session in the log."""
    connection.reconnect()
    connection.reset_session()
    connection.cmd_change_user(mysql_params["user"], mysql_params["password"], mysql_params["database"])
    connection.ping(reconnect=True)
    connection.close()

    assert 4 == len(audited.of("connection.open")) == len(audited.of("connection.close"))


def test_a_failed_change_of_user_keeps_the_session(connection: Any, audited: Any) -> None:
    """The old session goes on being recorded, as the driver leaves the connection."""
    with pytest.raises(mysql.connector.Error):
        connection.cmd_change_user("nobody-knows", "wrong")

    opened, closed = audited.of("connection.open"), audited.of("connection.close")
    assert 2 == len(opened)
    assert [opened[1]["connection"]] == [record["connection"] for record in closed]


def test_database_is_followed(connection: Any, audited: Any) -> None:
    """Records and policy see the database that statements run in."""
    connection.database = "information_schema"
    connection.info_query("SELECT 1")

    assert "information_schema" == audited.of("attempt")[-1]["db"]["name"]


def test_a_dropped_connection_is_closed_in_the_log(guarded: Any, params: dict[str, Any], audited: Any) -> None:
    """One that is garbage is not left open in the log."""
    connection = guarded.connect(**params)
    del connection
    gc.collect()
    deadline = time.monotonic() + 10
    while not audited.of("connection.close") and time.monotonic() < deadline:
        time.sleep(0.02)

    assert 1 == len(audited.of("connection.close"))


def test_identity_is_checked_before_connecting(make_shield: Callable[..., Any], params: dict[str, Any]) -> None:
    """Nothing is opened for a principal that is not known well enough, also not on reconnecting."""
    module = make_shield({"identity": {"required": "explicit"}}).guard(mysql.connector)
    with pytest.raises(IdentityRequired):
        module.connect(**params)
    import pcishield

    with pcishield.acting_as(user="erika"):
        connection = module.connect(**params)
    with pytest.raises(IdentityRequired):
        connection.reconnect()
    connection.close()


def test_unread_rows_may_be_thrown_away(connection: Any, table: str) -> None:
    """Rows that nobody gets are neither masked nor counted."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT pan FROM {table}")
    connection.rollback()
    cursor.execute(f"SELECT pan FROM {table}")
    connection.consume_results()
    cursor.execute("SELECT 1")

    assert [(1,)] == cursor.fetchall()


def test_unread_rows_are_the_drivers_error(connection: Any, raw: Any, table: str) -> None:
    """The driver's own rule holds, and the rows of before stay masked."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT pan FROM {table}")
    if hasattr(connection, "_cmysql"):
        expected: Any = mysql.connector.InternalError
    else:
        expected = mysql.connector.InternalError
    with pytest.raises(expected, match="Unread result"):
        connection.cmd_query("SELECT 1")

    rows = cursor.fetchall()
    assert 3 == len(rows)
    assert_no_pan(rows)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("consume", [False, True])
def test_unread_rows_do_not_outlive_their_socket(
    guarded: Any, params: dict[str, Any], table: str, consume: bool
) -> None:
    """A connection that reconnects has nothing unread: the server will not send it any more."""
    connection = guarded.connect(**params, consume_results=consume)
    connection.cursor().execute(f"SELECT pan FROM {table}")
    connection.reconnect()
    cursor = connection.cursor()
    cursor.execute(f"SELECT COUNT(*) FROM {table}")
    rows = cursor.fetchall()
    connection.close()

    assert [(3,)] == rows


def test_local_files_are_for_policy(
    make_shield: Callable[..., Any], params: dict[str, Any], table: str, tmp_path: Path
) -> None:
    """Off by default; switched on, LOAD DATA LOCAL is a statement that the policy decides."""
    file = tmp_path / "cards.txt"
    file.write_text("77\tx\n")
    load = f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table} (id, note)"
    default = make_shield(policy=ALLOW_ALL).guard(mysql.connector).connect(**params)
    with pytest.raises(mysql.connector.Error):
        default.cursor().execute(load)
    default.close()
    denying = make_shield(policy=READ_ONLY).guard(mysql.connector).connect(**params, allow_local_infile=True)
    with pytest.raises(StatementDenied):
        denying.cursor().execute(load)
    denying.close()
    allowing = make_shield(policy=ALLOW_ALL).guard(mysql.connector).connect(**params, allow_local_infile=True)
    cursor = allowing.cursor()
    cursor.execute(load)

    assert 1 == cursor.rowcount
    allowing.close()


def test_a_file_that_no_statement_names_is_not_sent(connection: Any) -> None:
    """A server may ask for any file in answer to anything."""
    if hasattr(connection, "_cmysql"):
        pytest.skip("the C library handles this by itself")
    with pytest.raises(StatementDenied, match="asks for a file"):
        connection._handle_load_data_infile("/etc/hostname")


def test_adopted_connection_is_guarded(guarded: Any, raw: Any, table: str, make_shield: Callable[..., Any]) -> None:
    """A connection that was made elsewhere becomes a guarded one, in place."""
    from pcishield.drivers.mysql_connector import adopt

    shield = make_shield(policy=ALLOW_ALL)
    kept = raw
    adopted = adopt(raw, type(shield.guard(mysql.connector).connect(**_how(raw))), lambda: shield)
    cursor = raw.cursor()
    cursor.execute(f"SELECT pan, cvv AS x FROM {table}")
    rows = cursor.fetchall()

    assert kept is adopted
    assert_no_pan(rows)
    assert "123" not in str(rows)


def _how(connection: Any) -> dict[str, Any]:
    return {
        "host": connection._host, "port": connection._port, "user": connection._user,
        "password": connection._password, "use_pure": not hasattr(connection, "_cmysql"),
    }  # fmt: skip
