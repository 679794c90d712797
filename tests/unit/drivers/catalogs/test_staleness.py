"""What changed tables after they were read is seen: by whoever changed them, however they did, and when it is undone.

``thing`` is a table of ordinary words, or a view of parts of card numbers, which no scanner finds: what is known of it
decides what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.runtime import catalogs
from tests.unit.drivers.catalogs.conftest import ALLOW_ALL, Database

GONE = "[REDACTED:pan]"
PLAIN = "CREATE TABLE thing (x text)"
FILLED = "INSERT INTO thing VALUES ('ordinary')"
CUT = "CREATE VIEW thing AS SELECT substr(pan, 2, 8) AS x FROM cards"
ASK = "SELECT x FROM thing"
Run = Callable[[str], list[tuple[Any, ...]]]
on_postgres = pytest.mark.parametrize("database", ["psycopg", "psycopg-async"], indirect=True)
blocking = pytest.mark.parametrize("database", ["psycopg"], indirect=True)


@pytest.fixture
def schema(database: Database) -> str:
    """Where the tables are."""
    return str(database.raw("SELECT current_schema()")[0][0])


@on_postgres
@pytest.mark.parametrize(
    "changes",
    [
        ["DROP TABLE thing", CUT],
        [f"DROP TABLE thing; {CUT}"],
        ["ALTER TABLE thing RENAME TO old", "ALTER VIEW renamed RENAME COLUMN c TO x",
         "ALTER VIEW renamed RENAME TO thing"],
        ["ALTER TABLE thing ADD pan text", "UPDATE thing SET x = 'a', pan = '9'", "ALTER TABLE thing DROP x",
         "ALTER TABLE thing RENAME pan TO y", "ALTER TABLE thing ADD x text",
         "DROP TABLE thing", CUT],
        ["CREATE SCHEMA nearer_{schema}",
         "CREATE VIEW nearer_{schema}.thing AS SELECT substr(pan, 2, 8) AS x FROM {schema}.cards",
         "SET search_path = nearer_{schema}, {schema}"],
        ["CREATE SCHEMA nearer_{schema}", "SET search_path = nearer_{schema}, {schema}",
         "CREATE VIEW thing AS SELECT substr(pan, 2, 8) AS x FROM cards"],
        ["CREATE TEMP VIEW thing AS SELECT substr(pan, 2, 8) AS x FROM cards"],
        ["CREATE TEMP TABLE thing (id int)", "DROP TABLE {schema}.thing", "DROP TABLE thing", CUT],
        ["CREATE TABLE IF NOT EXISTS thing (x text)", "DROP TABLE IF EXISTS nothing, thing", CUT],
        ["DROP TABLE thing CASCADE", CUT],
    ],
)  # fmt: skip
def test_what_a_session_changes_it_sees(database: Database, run: Run, schema: str, changes: list[str]) -> None:
    """Each change of a name's meaning is seen by the statement that follows, and asking between does not hide it."""
    database.raw(PLAIN)
    database.raw(FILLED)
    assert [("ordinary",)] == run(ASK)
    for sql in changes:
        run(sql.format(schema=schema))
        run("SELECT label FROM orders")

    assert {(GONE,)} == set(run(ASK))
    run("ROLLBACK")


@on_postgres
@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize(
    "undone",
    [
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, "ROLLBACK"],
        ["BEGIN; DROP VIEW thing", PLAIN, FILLED, "ROLLBACK"],
        ["BEGIN", "SAVEPOINT a", "DROP VIEW thing", PLAIN, FILLED, "ROLLBACK TO SAVEPOINT a"],
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, "ROLLBACK AND CHAIN"],
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, "ROLLBACK; BEGIN"],
        ["BEGIN", "ALTER VIEW thing RENAME TO other", PLAIN, FILLED, "ROLLBACK"],
        ["BEGIN", "CREATE SCHEMA nearer_{schema}", "CREATE TABLE nearer_{schema}.thing (x text)",
         "SET LOCAL search_path = nearer_{schema}, {schema}", FILLED, "ROLLBACK"],
        ["BEGIN", "CREATE TEMP TABLE thing (x text) ON COMMIT DROP", FILLED, "COMMIT"],
    ],
)  # fmt: skip
def test_what_is_undone_is_seen(database: Database, run: Run, schema: str, undone: list[str], asked: bool) -> None:
    """The end of a transaction, or of a savepoint, takes changes back, whether or not a statement has read between."""
    database.raw(CUT)
    run("COMMIT")
    assert [(GONE,)] == run(ASK)
    run("COMMIT")
    for sql in undone[:-1]:
        run(sql.format(schema=schema))
    if asked:
        assert [("ordinary",)] == run(ASK)
    run(undone[-1])

    assert [(GONE,)] == run(ASK)
    run("ROLLBACK")


@blocking
@pytest.mark.parametrize("asked", [True, False])
def test_blocks_and_methods_end_transactions(database: Database, make_shield: Callable[..., Any], asked: bool) -> None:
    """psycopg's own ways to end one, savepoints too, with BEGIN sent before anything is asked again."""
    run: Any = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log), autocommit=True)
    connection = run.connection
    database.raw(CUT)
    seen = [run(ASK)]

    def change() -> None:
        run("DROP VIEW thing")
        run(PLAIN)
        run(FILLED)
        if asked:
            assert [("ordinary",)] == run(ASK)

    with connection.transaction(force_rollback=True):
        change()
    with connection.transaction():
        seen.append(run(ASK))
    with connection.transaction():
        with connection.transaction(force_rollback=True):
            change()
        seen.append(run(ASK))
    connection.autocommit = False
    change()
    connection.rollback()
    connection.execute("SELECT 1")
    seen.append(run(ASK))

    assert [[(GONE,)]] * 4 == seen


@blocking
def test_only_the_end_of_a_transaction_with_changes_is_a_reason_to_read(
    database: Database, make_shield: Callable[..., Any]
) -> None:
    """A session that has once made a table does not read its catalog after each transaction for good."""
    run: Any = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log), autocommit=True)
    connection = run.connection
    reader = run.connection._pcishield.catalog._reader
    answered, times = reader.read, []
    reader.read = lambda queries: times.append(1) or answered(queries)
    with connection.transaction():
        run(PLAIN)
        run(FILLED)
    with connection.transaction():
        run(ASK)
    times.clear()
    for _ in range(3):
        with connection.transaction():
            run(ASK)
        run("BEGIN")
        run(ASK)
        run("COMMIT")
    connection.autocommit = False
    for _ in range(3):
        run(ASK)
        connection.commit()

    assert [] == times


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be seen is looked for again at once, and not after a second."""
    monkeypatch.setattr(catalogs, "_MISSING", 0.0)


@on_postgres
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "hidden",
    [
        "DO $$ BEGIN EXECUTE 'DROP TABLE thing'; EXECUTE 'CREATE VIEW thing AS SELECT substr(pan, 2, 8) AS x "
        "FROM cards'; END $$",
        "SELECT swap()",
        "CALL swap_too()",
    ],
)
def test_changes_that_cannot_be_seen_are_looked_for(database: Database, run: Run, hidden: str) -> None:
    """A block, a function and a procedure may change tables: they are read again soon."""
    database.raw(PLAIN)
    database.raw(FILLED)
    body = f"AS $$ BEGIN EXECUTE 'DROP TABLE thing'; EXECUTE '{CUT}'; END $$ LANGUAGE plpgsql"
    database.raw(f"CREATE FUNCTION swap() RETURNS void {body}")
    database.raw(f"CREATE PROCEDURE swap_too() {body}")
    assert [("ordinary",)] == run(ASK)
    run(hidden)

    assert [(GONE,)] == run(ASK)


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async", "sqlite3", "mysql.connector"], indirect=True)
def test_what_others_change_is_seen_when_time_is_up(database: Database, make_shield: Callable[..., Any]) -> None:
    """Another session's changes, past the shield, are seen after ``catalog.ttl_seconds``."""
    shield = make_shield({"catalog": {"ttl_seconds": 0.05}}, policy=ALLOW_ALL, audit=database.log)
    run = database.connect(shield)
    database.raw("CREATE TABLE thing (x varchar(20))")
    database.raw(FILLED)
    seen = [run(ASK)]
    run("COMMIT") if database.dialect != "sqlite" else None
    database.raw("DROP TABLE thing")
    database.raw(CUT)
    time.sleep(0.06)
    seen.append(run(ASK))

    assert [[("ordinary",)], [(GONE,)]] == seen
