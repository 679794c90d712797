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
from tests.unit.drivers.catalogs.conftest import ALLOW_ALL, PAN, Database

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
        ["DROP TABLE thing", "CREATE TABLE other (x text)", "CREATE INDEX ON other (x)", "DROP TABLE other", CUT],
        ["COMMENT ON TABLE thing IS 'of no consequence'; DROP TABLE thing", "COMMENT ON COLUMN cards.pan IS 'a'", CUT],
        # A partition goes with its table, which the text does not say.
        ["DROP TABLE thing", "CREATE SCHEMA nearer_{schema}", "SET search_path = nearer_{schema}, {schema}", CUT,
         "ALTER VIEW thing SET SCHEMA {schema}", "CREATE TABLE parent (x text) PARTITION BY LIST (x)",
         "CREATE TABLE thing PARTITION OF parent DEFAULT", "COMMIT", FILLED, ASK, "DROP TABLE parent"],
        # So does a sequence. It is a view of the same name that is asked then.
        ["DROP TABLE thing", "CREATE SCHEMA nearer_{schema}", "SET search_path = nearer_{schema}, {schema}", CUT,
         "ALTER VIEW thing SET SCHEMA {schema}", "CREATE TABLE owner (i int)", "CREATE SEQUENCE thing OWNED BY owner.i",
         "SELECT last_value FROM thing", "DROP TABLE owner"],
        # A view's text names the table without its schema, until there is one nearer.
        ["DROP TABLE thing", "CREATE VIEW words AS SELECT pan AS word FROM cards",
         "CREATE VIEW thing AS SELECT substr(word, 2, 8) AS x FROM words", "CREATE SCHEMA nearer_{schema}",
         "SET search_path = nearer_{schema}, {schema}", "CREATE TABLE words (word text)"],
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
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, "ROLLBACK; CREATE TABLE other (x text)"],
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, "COMMIT; DROP TABLE thing; " + CUT],
        ["BEGIN", "SAVEPOINT a", "DROP VIEW thing", PLAIN, FILLED, "RELEASE SAVEPOINT a", "CREATE TABLE b (i int)",
         "ROLLBACK"],
        ["BEGIN", "DROP VIEW thing", PLAIN, FILLED, *(f"CREATE TABLE t{n} (i int)" for n in range(60)), "ROLLBACK"],
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


@on_postgres
@pytest.mark.parametrize("end", ["ROLLBACK", "COMMIT"])
def test_a_path_of_one_transaction_ends_with_it(database: Database, run: Run, schema: str, end: str) -> None:
    """SET LOCAL is a change that no table shows."""
    database.raw(CUT)
    database.raw(f"CREATE SCHEMA nearer_{schema}")
    try:
        database.raw(f"CREATE TABLE nearer_{schema}.thing (x text)")
        database.raw(f"INSERT INTO nearer_{schema}.thing VALUES ('ordinary')")
        run(f"SET LOCAL search_path = nearer_{schema}, {schema}")
        inside = run(ASK)
        run(end)

        assert ([("ordinary",)], [(GONE,)]) == (inside, run(ASK))
        run("ROLLBACK")
    finally:
        database.raw(f"DROP SCHEMA nearer_{schema} CASCADE")


@pytest.mark.parametrize("database", ["psycopg", "psycopg2"], indirect=True)
@pytest.mark.parametrize(
    ("before", "text"),
    [
        ([], "SET search_path = farther_{schema}"),
        ([], "SELECT set_config('search_path', 'farther_{schema}', true)"),
        (["SET LOCAL search_path = {schema}, farther_{schema}"], "RESET search_path"),
        (["SET search_path = farther_{schema}", "COMMIT", "SET search_path = {schema}"], "ROLLBACK"),
        (["SET search_path = farther_{schema}", "COMMIT", "SET LOCAL search_path = {schema}"], "COMMIT"),
        ([], "DROP TABLE {schema}.thing; ALTER VIEW farther_{schema}.thing SET SCHEMA {schema}"),
        (["DROP TABLE thing", "ALTER VIEW farther_{schema}.thing SET SCHEMA {schema}", "COMMIT",
          "ALTER VIEW thing RENAME TO other", PLAIN, FILLED], "ROLLBACK"),
    ],
)  # fmt: skip
def test_what_a_text_changes_it_sees_itself(
    database: Database, run: Run, schema: str, before: list[str], text: str
) -> None:
    """Nothing can be read between two statements of one text: the next does not know what the first has changed."""
    database.raw(PLAIN)
    database.raw(FILLED)
    database.raw(f"CREATE SCHEMA farther_{schema}")
    database.raw(f"CREATE VIEW farther_{schema}.thing AS SELECT substr(pan, 2, 8) AS x FROM {schema}.cards")
    try:
        for sql in before:
            run.connection.commit() if sql == "COMMIT" else run(sql.format(schema=schema))  # type: ignore[attr-defined]
        assert [("ordinary",)] == run(ASK)
        cursor = run.connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"{text.format(schema=schema)}; {ASK}")
        while hasattr(cursor, "pgresult") and cursor.nextset():
            pass  # psycopg2 has the last result only

        assert {(GONE,)} == set(cursor.fetchall())
    finally:
        run.connection.rollback()  # type: ignore[attr-defined]
        database.raw(f"DROP SCHEMA farther_{schema} CASCADE")


@pytest.mark.parametrize("database", ["mysql.connector", "MySQLdb"], indirect=True)
def test_use_holds_for_the_rest_of_its_text_and_not_for_what_was_prepared(
    database: Database, make_shield: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    """Under the default policy, and MySQL keeps the database in which something was prepared."""
    module = pytest.importorskip(request.node.callspec.params["database"], exc_type=ImportError)
    if getattr(module, "__version_info__", (9, 2))[:2] < (9, 2):
        pytest.skip("this version takes several statements only with multi=True")
    here = database.raw("SELECT DATABASE()")[0][0]
    database.raw(PLAIN)
    database.raw(FILLED)
    database.raw(f"CREATE DATABASE {here}_b")
    run: Any = database.connect(make_shield(audit=database.log))
    try:
        database.raw(f"CREATE VIEW {here}_b.thing AS SELECT substr(pan, 2, 8) AS x FROM cards")
        assert ("ordinary",) == tuple(run(ASK)[0])
        cursor = run.connection.cursor()
        cursor.execute(f"USE {here}_b; {ASK}")
        cursor.nextset()
        assert [(GONE,)] == [tuple(row) for row in cursor.fetchall()]
        cursor.nextset()
        run.connection.rollback()
        run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))
        run(f"USE {here}_b")
        run(f"PREPARE p FROM '{ASK}'")
        run(f"USE {here}")

        assert ["ordinary", GONE] == [run(sql)[0][0] for sql in (ASK, "EXECUTE p")]
    finally:
        run.connection.rollback()  # lets go of the table
        database.raw(f"DROP DATABASE {here}_b")


@pytest.mark.parametrize("database", ["psycopg2"], indirect=True)
def test_other_tables_of_a_text_that_changes_some_are_still_known(database: Database, run: Run) -> None:
    """No more is put aside than what has changed; and the last statement's rows are masked as its own."""
    text = "CREATE TEMP TABLE IF NOT EXISTS mine (i int); SELECT substr(pan, 1, 4) FROM cards; SELECT label FROM orders"

    assert [("first",)] == run(text)
    run("ROLLBACK")


@pytest.mark.parametrize(
    "database", ["psycopg", "psycopg-async", "psycopg2", "mysql.connector", "pymysql", "MySQLdb"], indirect=True
)
def test_what_was_prepared_means_what_its_names_mean_when_it_runs(database: Database, run: Run) -> None:
    """The server plans it anew when a table that it names is another; it is masked by what it reads now."""
    database.raw(PLAIN)
    database.raw(FILLED)
    run(f"PREPARE p FROM '{ASK}'" if database.dialect == "mysql" else f"PREPARE p AS {ASK}")
    before = [tuple(row) for row in run("EXECUTE p")]
    run("COMMIT")
    run("DROP TABLE thing")
    run(CUT)

    assert ([("ordinary",)], [(GONE,)]) == (before, [tuple(row) for row in run("EXECUTE p")])
    run("ROLLBACK")


@pytest.mark.parametrize("database", ["psycopg", "psycopg2"], indirect=True)
def test_what_was_prepared_follows_the_path(database: Database, run: Run, schema: str) -> None:
    """And a path that was set for one transaction, which the driver's own commit() ends."""
    database.raw(CUT)
    database.raw(f"CREATE SCHEMA nearer_{schema}")
    try:
        database.raw(f"CREATE TABLE nearer_{schema}.thing (x text)")
        database.raw(f"INSERT INTO nearer_{schema}.thing VALUES ('ordinary')")
        run(f"SET LOCAL search_path = nearer_{schema}, {schema}")
        run(f"PREPARE p AS {ASK}")
        inside = [run("EXECUTE p"), run(ASK)]
        run.connection.commit()  # type: ignore[attr-defined]

        assert ([[("ordinary",)]] * 2, [(GONE,)], [(GONE,)]) == (inside, run(ASK), run("EXECUTE p"))
        run("ROLLBACK")
    finally:
        database.raw(f"DROP SCHEMA nearer_{schema} CASCADE")


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


@blocking
@pytest.mark.parametrize(
    ("changes", "all_of_it"),
    [
        (["CREATE TABLE one (i int)", "DROP TABLE one"], False),
        (["CREATE TABLE one (i int)", "CREATE INDEX ON one (i)", "CREATE VIEW two AS SELECT i FROM one"], False),
        (["CREATE TABLE one (i serial)", "DROP TABLE one CASCADE"], True),
        (["ALTER TABLE orders ADD one int"], True),
        (["BEGIN; CREATE TABLE one (i int); COMMIT"], True),
        (["CREATE TABLE one (i int)", "CALL nothing()"], False),
    ],
)
def test_only_what_is_named_is_read_where_that_is_enough(
    database: Database, make_shield: Callable[..., Any], changes: list[str], all_of_it: bool
) -> None:
    """Plain changes ask about their own tables; those that reach others ask about everything."""
    database.raw("CREATE PROCEDURE nothing() LANGUAGE sql AS ''")
    run: Any = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log), autocommit=True)
    run("SELECT label FROM orders")
    catalog = run.connection._pcishield.catalog
    answered, asked = catalog._reader.read, []
    catalog._reader.read = lambda queries: asked.append("functions" in queries) or answered(queries)
    for sql in changes:
        run(sql)
        run("SELECT label FROM orders")

    assert all_of_it is any(asked)
    assert asked


@on_postgres
def test_what_was_not_asked_for_is_still_known(database: Database, run: Run) -> None:
    """After a plain change, another session's new table and a sequence are looked for, and not redacted as unknown."""
    run("SELECT label FROM orders")
    database.raw(PLAIN)
    database.raw(FILLED)
    database.raw("CREATE SEQUENCE counter START 7")
    run("COMMIT")
    run("CREATE TABLE other (i int)")
    found = run(ASK)
    run("CREATE TABLE another (i int)")

    assert ([("ordinary",)], [(7,)]) == (found, run("SELECT last_value FROM counter"))
    run("ROLLBACK")


@blocking
def test_with_event_triggers_all_is_read(database: Database, make_shield: Callable[..., Any], schema: str) -> None:
    """A change of one table may change others where somebody has said so."""
    database.raw(PLAIN)
    database.raw(FILLED)
    database.raw(
        f"CREATE FUNCTION turn() RETURNS event_trigger LANGUAGE plpgsql SET search_path = {schema} AS $$ BEGIN "
        f"IF to_regclass('one') IS NOT NULL AND to_regclass('renamed_thing') IS NULL THEN "
        f"EXECUTE 'ALTER TABLE thing RENAME TO renamed_thing'; EXECUTE '{CUT}'; END IF; END $$"
    )
    database.raw(f"CREATE EVENT TRIGGER turn_{schema} ON ddl_command_end WHEN TAG IN ('CREATE TABLE') "
                 "EXECUTE FUNCTION turn()")  # fmt: skip
    try:
        run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log), autocommit=True)
        before = run(ASK)
        run("CREATE TABLE one (i int)")

        assert ([("ordinary",)], [(GONE,)]) == (before, run(ASK))
    finally:
        database.raw(f"DROP EVENT TRIGGER turn_{schema}")


@blocking
def test_a_pipeline_after_a_change_knows_nothing_and_then_all(database: Database, run: Any) -> None:
    """Where nothing can be read, no table is known; afterwards all are, not only the one that was named."""
    database.raw(CUT)
    assert ([("first",)], [(GONE,)]) == (run("SELECT label FROM orders"), run(ASK))
    with run.connection.pipeline():
        run.connection.execute("CREATE TABLE other (x text)")
        piped = run.connection.execute("SELECT label FROM orders").fetchall()

    assert ([(GONE,)], [("first",)], [(GONE,)]) == (piped, run("SELECT label FROM orders"), run(ASK))


@blocking
def test_a_table_with_a_name_of_the_servers_hides_none_of_its(database: Database, run: Run) -> None:
    """``pg_stats`` holds samples of values; a table of ordinary words with that name is another one."""
    database.raw("ANALYZE cards")
    run("CREATE TABLE pg_stats (most_common_vals text, histogram_bounds text, tablename text)")
    found = run("SELECT * FROM pg_stats WHERE tablename = 'cards'")

    assert PAN not in str(found)
    assert "pg_catalog" in {table.schema for table in known(run).tables if table.name == "pg_stats"}


def known(run: Any) -> Any:
    """What a connection knows of its tables."""
    return run.connection._pcishield.catalog.catalog


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
