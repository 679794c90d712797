"""The database as a second net: where the policy is mistaken, the database refuses by itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pcishield.core.decision import Decision
from pcishield.exceptions import ShieldError
from pcishield.policy import Policy
from pcishield.policy.loading import load_mapping, load_pack
from pcishield.testing import RecordingLog

READ_ONLY = {"database": {"read_only": "policy"}}
SHORT = {"database": {"statement_timeout_ms": 300}}


class Mistaken:
    """A policy that means to let nobody write, and lets every statement through."""

    label = "mistaken@0"
    reads_only = True

    def decide(self, statement: Any, context: Any) -> Decision:
        """Allow."""
        return Decision("allow")


class Writer(Mistaken):
    """A policy that lets statements write, and says so."""

    reads_only = False


@pytest.fixture
def log() -> RecordingLog:
    """The audit log of the shield under test."""
    return RecordingLog()


def settings_told(log: RecordingLog) -> list[Any]:
    """What the records of opened connections say about the net."""
    return [record.get("settings") for record in log.records if record["type"] == "connection.open"]


def statements(log: RecordingLog) -> int:
    """How many statements were recorded as the caller's."""
    return sum(record["type"] == "attempt" for record in log.records)


# ---------------------------------------------------------------------------------------------------------- sqlite3


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database file with one table."""
    with sqlite3.connect(tmp_path / "orders.db") as raw:
        raw.execute("CREATE TABLE orders (id INTEGER)")
    raw.close()
    return tmp_path / "orders.db"


def test_sqlite_refuses_a_write_that_the_policy_let_through(
    make_shield: Any, log: RecordingLog, database: Path
) -> None:
    """The error is SQLite's own, and the record of the connection says what it was told."""
    connection = make_shield(READ_ONLY, policy=Mistaken(), audit=log).guard(sqlite3).connect(database)
    before = statements(log)
    with pytest.raises(sqlite3.OperationalError, match="readonly") as caught:
        connection.execute("INSERT INTO orders VALUES (1)")
    rows = connection.execute("SELECT count(*) FROM orders").fetchall()
    connection.close()
    assert (False, [(0,)], [{"read_only": True}], 0) == (
        isinstance(caught.value, ShieldError), rows, settings_told(log), before,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "policy"), [({}, Mistaken()), (READ_ONLY, Writer())], ids=["off", "policy that writes"]
)
def test_without_the_net_sqlite_writes(
    make_shield: Any, log: RecordingLog, database: Path, settings: Any, policy: Any
) -> None:
    """By default, and under a policy that lets somebody write, nothing is set and nothing recorded."""
    connection = make_shield(settings, policy=policy, audit=log).guard(sqlite3).connect(database)
    connection.execute("INSERT INTO orders VALUES (1)")
    rows = connection.execute("SELECT count(*) FROM orders").fetchall()
    connection.close()
    assert ([(1,)], [None]) == (rows, settings_told(log))


def test_the_read_only_pack_still_reads(make_shield: Any, log: RecordingLog, database: Path) -> None:
    """The shipped pack turns the net on, and reads as before."""
    connection = make_shield(READ_ONLY, policy="read-only", audit=log).guard(sqlite3).connect(database)
    rows = connection.execute("SELECT count(*) FROM orders").fetchall()
    connection.close()
    assert ([(0,)], [{"read_only": True}]) == (rows, settings_told(log))


REFUSED = r"prohibited|not authorized"
ASKING = {"database": {"authorizer": "policy"}}
PARTLY: dict[str, Any] = {
    "name": "partly",
    "schema": 1,
    "default": "deny",
    "tolerate": ["bulk-export"],
    "rules": [
        {"id": "no-vault", "effect": "deny", "reason": "secret", "when": {"tables": ["vault"]}},
        {
            "id": "orders",
            "effect": "allow",
            "when": {"actions": ["select", "insert", "update", "tcl"], "tables": ["orders", "log"]},
        },
        {
            "id": "delete",
            "effect": "require_approval",
            "reason": "rows go",
            "when": {"actions": ["delete"], "tables": ["log"]},
        },
        {
            "id": "make",
            "effect": "allow",
            "when": {"actions": ["ddl"], "tables": ["tmp_*"]},
            "tolerate": ["ddl", "drop"],
        },
    ],
}


class Careless(Policy):
    """A policy that says what nobody may do, and lets every statement through."""

    def decide(self, statement: Any, context: Any) -> Decision:
        """Allow."""
        return Decision("allow")


class TestAuthorizer:
    """SQLite asks the policy about each action of what it compiles."""

    @pytest.fixture
    def connection(self, make_shield: Any, log: RecordingLog, database: Path) -> Iterator[Any]:
        """A connection whose policy is mistaken about everything."""
        with sqlite3.connect(database) as raw:
            raw.executescript(
                "CREATE TABLE vault (id INTEGER); CREATE TABLE log (id INTEGER); CREATE TABLE other (id INTEGER);"
                "CREATE TRIGGER noted AFTER INSERT ON orders BEGIN INSERT INTO other VALUES (NEW.id); END"
            )
        raw.close()
        policy = Careless(load_mapping(PARTLY))
        connection = (
            make_shield(ASKING, policy=policy, audit=log).guard(sqlite3).connect(database, isolation_level=None)
        )
        yield connection
        connection.close()

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT id FROM vault",
            "SELECT count(*) FROM orders WHERE id IN (SELECT id FROM vault)",
            "INSERT INTO vault VALUES (1)",
            "DELETE FROM orders WHERE id = 1",
            "WITH x AS (SELECT 1 AS id) UPDATE other SET id = 2 WHERE id IN (SELECT id FROM x)",
            "CREATE TABLE anything (id INTEGER)",
            "CREATE TABLE vault_copy AS SELECT * FROM orders",
            "DROP TABLE orders",
            "ALTER TABLE log ADD COLUMN x TEXT",
            "CREATE VIEW v AS SELECT 1",
            "CREATE TEMP TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END",
            "ATTACH DATABASE ':memory:' AS other_file",
            "PRAGMA writable_schema = ON",
            "PRAGMA query_only = OFF",
            "SELECT load_extension('x')",
            "EXPLAIN DELETE FROM orders",
        ],
    )
    def test_it_refuses_what_the_policy_lets_nobody_do(self, connection: Any, sql: str) -> None:
        """Whatever the decision about the statement was; the error is SQLite's own."""
        with pytest.raises(sqlite3.DatabaseError, match=REFUSED) as caught:
            connection.execute(sql)
        assert not isinstance(caught.value, ShieldError)

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT id FROM orders",
            "SELECT lower('A'), count(*) FROM log GROUP BY 1",
            "INSERT INTO orders VALUES (7)",
            "UPDATE orders SET id = 8 WHERE id = 7",
            "DELETE FROM log WHERE id = 1",
            "CREATE TABLE tmp_x (id INTEGER)",
            "PRAGMA table_info(vault)",
            "BEGIN",
            "SAVEPOINT a",
            "SELECT name FROM sqlite_master",
        ],
    )
    def test_it_leaves_alone_what_somebody_may_do(self, connection: Any, sql: str) -> None:
        """What is allowed, what could be approved, what a trigger or a view does, and the guard's own questions."""
        connection.execute(sql).fetchall()

    def test_a_table_that_may_be_made_may_be_dropped_with_its_rows(self, connection: Any) -> None:
        """DROP TABLE deletes rows, which the policy does not name."""
        connection.executescript("CREATE TABLE tmp_y (id INTEGER); DROP TABLE tmp_y")

    def test_the_users_own_authorizer_is_asked_too(self, connection: Any, log: RecordingLog) -> None:
        """It can refuse more, and taking it away leaves the net; the record of the connection names the net."""
        asked = []
        connection.set_authorizer(lambda *details: (asked.append(details), sqlite3.SQLITE_DENY)[1])
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            connection.execute("SELECT id FROM orders LIMIT 1")
        connection.set_authorizer(None)
        rows = connection.execute("SELECT id FROM orders LIMIT 2").fetchall()
        with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
            connection.execute("SELECT id FROM vault LIMIT 1")

        assert (True, [], [{"authorizer": True}]) == (bool(asked), rows, settings_told(log))

    @pytest.mark.parametrize(
        ("pack", "refused", "left"),
        [
            (
                "pci",
                ["SELECT load_extension('x')", "PRAGMA writable_schema = 1"],
                ["DELETE FROM orders", "DROP TABLE orders"],
            ),
            (
                "read-only",
                ["DELETE FROM orders", "CREATE TABLE x (a)", "ATTACH ':memory:' AS b"],
                ["SELECT * FROM orders"],
            ),
            ("analytics", ["DELETE FROM orders", "CREATE TABLE x (a)"], ["CREATE TABLE tmp_x (a)", "SELECT 1"]),
        ],
    )
    def test_the_packs(
        self, make_shield: Any, log: RecordingLog, database: Path, pack: str, refused: list[str], left: list[str]
    ) -> None:
        """What could still be approved is left to the approval."""
        policy = Careless(load_pack(pack))
        connection = make_shield(ASKING, policy=policy, audit=log).guard(sqlite3).connect(database)
        for sql in refused:
            with pytest.raises(sqlite3.DatabaseError, match=REFUSED):
                connection.execute(sql)
        for sql in left:
            connection.execute(sql).fetchall()
        connection.close()


# ------------------------------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def pg_table(pg_dsn: str) -> Iterator[str]:
    """A table made without the guard."""
    import psycopg

    name = f"orders_{uuid4().hex[:12]}"
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"CREATE TABLE {name} (id int)")  # type: ignore[arg-type]
        yield name
        raw.execute(f"DROP TABLE {name}")  # type: ignore[arg-type]


@pytest.mark.postgres
class TestPostgres:
    """psycopg, sync and async."""

    def test_it_refuses_a_write_that_the_policy_let_through(
        self, make_shield: Any, log: RecordingLog, pg_dsn: str, pg_table: str
    ) -> None:
        """Also after DISCARD ALL, and whatever the caller's own options say."""
        import psycopg

        module = make_shield(READ_ONLY, policy=Mistaken(), audit=log).guard(psycopg)
        options = "-c default_transaction_read_only=off -c work_mem=1MB"
        with module.connect(pg_dsn, autocommit=True, options=options) as connection:
            before = statements(log)
            connection.execute("DISCARD ALL")
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute(f"INSERT INTO {pg_table} VALUES (1)")
            kept = connection.execute("SHOW work_mem").fetchone()
        assert (("1MB",), [{"read_only": True}], 0) == (kept, settings_told(log), before)

    async def test_it_refuses_a_write_of_an_async_connection(
        self, make_shield: Any, log: RecordingLog, pg_dsn: str, pg_table: str
    ) -> None:
        """The same, awaited."""
        import psycopg

        module = make_shield(READ_ONLY, policy=Mistaken(), audit=log).guard(psycopg)
        async with await module.AsyncConnection.connect(pg_dsn) as connection:
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                await connection.execute(f"INSERT INTO {pg_table} VALUES (1)")
            await connection.rollback()
        assert settings_told(log) == [{"read_only": True}]

    def test_without_the_net_it_writes(self, make_shield: Any, log: RecordingLog, pg_dsn: str, pg_table: str) -> None:
        """A policy that lets somebody write opens sessions that write."""
        import psycopg

        module = make_shield(READ_ONLY, policy=Writer(), audit=log).guard(psycopg)
        with module.connect(pg_dsn) as connection:
            count = connection.execute(f"INSERT INTO {pg_table} VALUES (1)").rowcount
        assert (1, [None]) == (count, settings_told(log))

    def test_it_stops_a_statement_that_takes_too_long(
        self, make_shield: Any, log: RecordingLog, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The options of the environment stay in force beside ours."""
        import psycopg

        monkeypatch.setenv("PGOPTIONS", "-c work_mem=2MB")
        module = make_shield(SHORT, policy=Writer(), audit=log).guard(psycopg)
        with module.connect(pg_dsn, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.QueryCanceled):
                connection.execute("SELECT pg_sleep(30)")
            kept = connection.execute("SHOW work_mem").fetchone()
        assert (("2MB",), [{"statement_timeout_ms": 300}]) == (kept, settings_told(log))


# --------------------------------------------------------------------------------------------------- MySQL, MariaDB


@pytest.fixture
def mysql_table(mysql_params: dict[str, Any]) -> Iterator[str]:
    """A table made without the guard."""
    connector = pytest.importorskip("mysql.connector", reason="mysql is an optional dependency")
    name = f"orders_{uuid4().hex[:12]}"
    raw = connector.connect(**mysql_params, use_pure=True, autocommit=True)
    raw.cmd_query(f"CREATE TABLE {name} (id INT) ENGINE=InnoDB")
    yield name
    raw.cmd_query(f"DROP TABLE {name}")
    raw.close()


def renewed(connection: Any, params: dict[str, Any], how: str) -> None:
    """Give the connection a new session of the server."""
    if how == "reset":
        connection.cmd_reset_connection()
    elif how == "reconnect":
        connection.reconnect()
    elif how == "change user":
        connection.cmd_change_user(params["user"], params.get("password", ""), params["database"])


@pytest.mark.mysql
class TestMysql:
    """mysql.connector, sync and asyncio."""

    @pytest.mark.parametrize("how", ["as opened", "reset", "reconnect", "change user"])
    def test_it_refuses_a_write_that_the_policy_let_through(
        self, make_shield: Any, log: RecordingLog, mysql_params: dict[str, Any], mysql_table: str, how: str
    ) -> None:
        """Also in each further session of the server that the connection gets."""
        connector = pytest.importorskip("mysql.connector", reason="mysql is an optional dependency")
        module = make_shield(READ_ONLY, policy=Mistaken(), audit=log).guard(connector)
        connection = module.connect(**mysql_params, use_pure=True)
        renewed(connection, mysql_params, how)
        before = statements(log)
        with pytest.raises(connector.Error) as caught:
            connection.cursor().execute(f"INSERT INTO {mysql_table} VALUES (1)")
        connection.close()
        told = [{"read_only": True}] * (1 if how == "as opened" else 2)
        assert (1792, told, 0) == (caught.value.errno, settings_told(log), before)

    async def test_it_refuses_a_write_of_an_asyncio_connection(
        self, make_shield: Any, log: RecordingLog, mysql_params: dict[str, Any], mysql_table: str
    ) -> None:
        """Awaited, as opened and after a reset."""
        connector = pytest.importorskip("mysql.connector", reason="mysql is an optional dependency")
        pytest.importorskip("mysql.connector.aio", reason="mysql is an optional dependency")
        if not hasattr(connector.abstracts.MySQLCursorAbstract, "fetchsets"):
            pytest.skip("9.1's asyncio half fails by itself when it closes cursors")
        module = make_shield(READ_ONLY, policy=Mistaken(), audit=log).guard(connector)
        connection = await module.aio.connect(**mysql_params, ssl_disabled=True)
        numbers = []
        for _ in range(2):
            cursor = await connection.cursor()
            with pytest.raises(connector.Error) as caught:
                await cursor.execute(f"INSERT INTO {mysql_table} VALUES (1)")
            numbers.append(caught.value.errno)
            await connection.cmd_reset_connection()
        await connection.close()
        assert ([1792, 1792], [{"read_only": True}] * 3) == (numbers, settings_told(log))

    def test_it_stops_a_statement_that_takes_too_long(
        self, make_shield: Any, log: RecordingLog, mysql_params: dict[str, Any]
    ) -> None:
        """A sleep of thirty seconds ends with the limit: as an error, or on MySQL as a sleep cut short."""
        connector = pytest.importorskip("mysql.connector", reason="mysql is an optional dependency")
        module = make_shield(SHORT, policy=Writer(), audit=log).guard(connector)
        connection = module.connect(**mysql_params, use_pure=True)
        cursor = connection.cursor()
        started = time.monotonic()
        try:
            cursor.execute("SELECT SLEEP(30)")
            outcome = cursor.fetchall()
        except connector.Error as error:
            outcome = error.errno
        took = time.monotonic() - started
        connection.close()
        assert (True, True, [{"statement_timeout_ms": 300}]) == (
            outcome in (1969, [(1,)]), took < 15, settings_told(log),
        )  # fmt: skip
