"""What sessions know of their tables: views and generated columns hide nothing, and reading disturbs nobody."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.runtime import catalogs
from pcishield.runtime.catalog_files import read_snapshot, write_snapshot
from pcishield.statement import TableRef, load_catalog
from pcishield.statement.catalog_reading import MARK
from tests.unit.drivers.catalogs.conftest import ALLOW_ALL, PAN, Database

MASKED = "*" * (len(PAN) - 4) + PAN[-4:]
GONE = "[REDACTED:pan]"
Run = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM renamed", [(1, MASKED, GONE, 5)]),
        ("SELECT * FROM nested", [(1, MASKED, GONE, 5)]),
        ("SELECT q FROM nested", [(GONE,)]),
        ("SELECT x.q AS fine, s FROM (SELECT * FROM nested) x", [(GONE, 5)]),
        ("WITH t AS (SELECT * FROM nested) SELECT q, s FROM t", [(GONE, 5)]),
        ("SELECT lead, twice FROM cards", [(GONE, 10)]),
        ("SELECT * FROM cards", [(1, MASKED, 5, 10, GONE, "hello")]),
        ("SELECT n.q, o.label FROM nested n JOIN orders o ON o.id = n.k", [(GONE, "first")]),
        ("SELECT q FROM nested UNION ALL SELECT label FROM orders WHERE id = 2", [(GONE,)]),
        ("SELECT (SELECT q FROM nested) AS q2", [(GONE,)]),
        ("SELECT count(*), sum(s) FROM nested", [(1, 5)]),
        ("SELECT max(p), min(s) FROM nested GROUP BY p", [(MASKED, 5)]),
        ("SELECT k, s FROM nested WHERE p IS NOT NULL ORDER BY s", [(1, 5)]),
    ],
)
def test_a_view_hides_nothing(run: Run, sql: str, expected: list[tuple[Any, ...]]) -> None:
    """Whatever a view calls a column, it is masked as what it is; and what is ordinary stays."""
    assert expected == run(sql)


@pytest.mark.parametrize("join", ["JOIN orders USING (a)", "NATURAL JOIN orders"])
def test_a_star_over_merged_columns_is_followed_by_position(run: Run, join: str) -> None:
    """USING and NATURAL move columns; the right ones are masked."""
    (row,) = run(f"SELECT * FROM (SELECT a, b, c, d FROM renamed) r {join}")

    assert ([MASKED], [GONE], True) == (
        [v for v in row if v == MASKED], [v for v in row if v == GONE], {1, 5, "first"} <= set(row)
    )  # fmt: skip


def test_a_new_view_is_seen_at_once(database: Database, run: Run) -> None:
    """DDL through the guard makes the catalog stale, and so does a name that is not in it."""
    run("SELECT * FROM nested")
    run("CREATE VIEW later AS SELECT substr(pan, 2, 8) AS anything FROM cards")
    first = run("SELECT anything FROM later")
    run("DROP VIEW later")
    run("CREATE VIEW later AS SELECT note AS anything FROM cards")

    assert ([(GONE,)], [("hello",)]) == (first, run("SELECT anything FROM later"))


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async"], indirect=True)
@pytest.mark.parametrize("temporary", ["", "TEMP"])
def test_a_table_made_again_is_the_one_that_is_known(
    database: Database, make_shield: Callable[..., Any], temporary: str
) -> None:
    """Its statements stay understood, and nothing is kept twice, though its oids and its schema's number are new."""
    shield = make_shield(policy=ALLOW_ALL, audit=database.log)
    catalogs = []
    for _ in range(3):
        run = database.connect(shield)
        run("DROP TABLE IF EXISTS again")
        run(f"CREATE {temporary} TABLE again (id INT PRIMARY KEY, label TEXT)")
        run("COMMIT")
        run("SELECT label FROM again")
        catalogs.append(run.connection._pcishield.catalog.catalog)  # type: ignore[attr-defined]
        run("COMMIT")

    assert catalogs[0] is catalogs[1] is catalogs[2]


def test_a_view_made_behind_the_guard_is_unknown_until_it_is_read(database: Database, run: Run) -> None:
    """A name that the catalog lacks is not harmless."""
    run("SELECT * FROM nested")
    database.raw("CREATE VIEW hidden AS SELECT substr(pan, 3, 8) AS x FROM cards")

    assert [(GONE,)] == run("SELECT x FROM hidden")


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async", "mysql.connector"], indirect=True)
def test_connections_share_what_one_has_changed(database: Database, make_shield: Callable[..., Any]) -> None:
    """DDL on one connection makes what the others know stale too."""
    shield = make_shield(policy=ALLOW_ALL, audit=database.log)
    one, other = (database.connect(shield) for _ in range(2))
    other("SELECT s AS x FROM nested")
    other("COMMIT")
    one("DROP VIEW nested")
    one("CREATE VIEW nested AS SELECT substr(pan, 2, 9) AS s FROM cards")
    one("COMMIT")

    assert [(GONE,)] == other("SELECT s AS x FROM nested")


@pytest.mark.parametrize("database", ["mysql.connector"], indirect=True)
@pytest.mark.parametrize("mode", ["auto", "required"])
@pytest.mark.parametrize(
    "before", [[], ["SELECT s FROM nested", "DROP TABLE orders", "ROLLBACK"]], ids=["new", "stale"]
)
def test_what_is_about_the_next_statement_is_read_before(
    database: Database, make_shield: Callable[..., Any], before: list[str], mode: str
) -> None:
    """SET TRANSACTION is about the statement that comes next, which must be the user's: all is read by then."""
    run = database.connect(make_shield({"catalog": {"mode": mode}}, policy=ALLOW_ALL, audit=database.log))
    for statement in before:
        run(statement)
    run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")

    assert [(MASKED, 5)] == run("SELECT p, s AS x FROM nested")


@pytest.mark.parametrize("database", ["mysql.connector"], indirect=True)
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_the_end_of_the_transaction_ends_what_was_said_about_it(
    database: Database, make_shield: Callable[..., Any], end: str
) -> None:
    """After SET TRANSACTION and the driver's own COMMIT there is nothing to wait for."""
    run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))
    run("SELECT p FROM nested")
    run("COMMIT")
    run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    getattr(run.connection, end)()  # type: ignore[attr-defined]
    run.connection.database = run.connection.database  # type: ignore[attr-defined]

    assert [(MASKED, 5)] == run("SELECT p, s AS x FROM nested")


def test_reading_is_no_statement_of_the_user(database: Database, run: Run) -> None:
    """The shield's own queries are not in the log, and a hit sends none."""
    for _ in range(3):
        run("SELECT k FROM nested")
    attempts = [record["statement"]["template"] for record in database.log.records if record["type"] == "attempt"]

    assert ["SELECT k FROM nested"] * 3 == attempts


def test_a_snapshot_replaces_reading(
    database: Database, make_shield: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``catalog.file`` views are followed and the database is not asked."""
    file = tmp_path / "catalog.json"
    write_snapshot(load_catalog(database.raw, database.dialect), file)
    shield = make_shield({"catalog": {"file": str(file)}}, policy=ALLOW_ALL, audit=database.log)
    monkeypatch.setattr("pcishield.runtime.catalogs.SessionCatalog.read", lambda *_: pytest.fail("asked"))

    assert [(GONE, 5)] == database.connect(shield)("SELECT q, s FROM nested")
    assert TableRef("nested") is not None and "nested" in {t.name for t in read_snapshot(file).tables}


def test_a_catalog_that_is_required_and_cannot_be_read_refuses(
    database: Database, make_shield: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``required`` means that nothing is judged by half."""
    monkeypatch.setattr("pcishield.runtime.catalogs.build_catalog", lambda *_: 1 / 0)
    run = database.connect(make_shield({"catalog": {"mode": "required"}}, policy=ALLOW_ALL, audit=database.log))

    with pytest.raises(StatementDenied, match=r"catalog\.mode"):
        run("SELECT s FROM nested")
    assert [(1,)] == run("SELECT 1")


def test_what_cannot_be_read_is_judged_without(
    database: Database, make_shield: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``auto`` goes on by names and values, as without a catalog."""
    monkeypatch.setattr("pcishield.runtime.catalogs.build_catalog", lambda *_: 1 / 0)
    run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))

    assert [(MASKED, 5)] == run("SELECT p, s FROM nested")


def test_a_reading_that_fails_once_is_tried_again(
    database: Database, make_shield: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that somebody else drops in that moment is no reason to judge by names, past views."""
    failures = [ZeroDivisionError()]
    build = catalogs.build_catalog

    def at_times(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return build(*args)

    monkeypatch.setattr(catalogs, "build_catalog", at_times)
    run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))

    assert [(1, MASKED, GONE, 5)] == run("SELECT * FROM renamed")
    assert failures == []


def test_off_reads_nothing(
    database: Database, make_shield: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``off`` is as it says."""
    monkeypatch.setattr("pcishield.runtime.catalogs.SessionCatalog.read", lambda *_: pytest.fail("asked"))
    run = database.connect(make_shield({"catalog": {"mode": "off"}}, policy=ALLOW_ALL, audit=database.log))

    assert [(5,)] == run("SELECT s FROM nested")


@pytest.mark.parametrize("database", ["psycopg"], indirect=True)
def test_a_row_is_redacted_where_its_columns_are_not_known(database: Database, make_shield: Callable[..., Any]) -> None:
    """Without a catalog a whole row used as a value may hold anything; whether it is there can be asked."""
    run = database.connect(make_shield({"catalog": {"mode": "off"}}, policy=ALLOW_ALL, audit=database.log))

    assert [(GONE,)] == run("SELECT reverse(o::text) FROM orders o WHERE id = 1")
    assert [(1, False)] == run("SELECT count(o), min(id) IS NULL FROM orders o")
    assert [("pg_class",)] == run("SELECT to_jsonb(c) ->> 'relname' FROM pg_class c WHERE relname = 'pg_class'")


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async"], indirect=True)
class TestPostgres:
    """What only PostgreSQL has."""

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            ("SELECT nested FROM nested", [(GONE,)]),
            ("SELECT to_jsonb(n) FROM nested n", [(GONE,)]),
            ("SELECT row_to_json(n)::text FROM nested n", [(GONE,)]),
            ("SELECT (n).q FROM nested n", [(GONE,)]),
            ("TABLE nested", [(1, MASKED, GONE, 5)]),
            ("SELECT * FROM kept", [(GONE, 5)]),
            ("SELECT x.two FROM nested AS x(one, p2, two, four)", [(GONE,)]),
            ("SELECT t.q FROM orders o, LATERAL (SELECT * FROM nested WHERE k = o.id) t", [(GONE,)]),
            ("SELECT ctid IS NULL, note FROM cards", [(False, "hello")]),
            ("SELECT reverse(c::text) FROM cards c", [(GONE,)]),
            ("SELECT substr(j ->> 'pan', 1, 8) FROM (SELECT to_jsonb(c) AS j FROM cards c) q", [(GONE,)]),
            ("SELECT hash_record(c), md5(c::text) FROM cards AS c", [(GONE, GONE)]),
            ("SELECT array_agg(cards) FROM cards", [(GONE,)]),
            ("SELECT count(c), count(DISTINCT c), c IS NULL FROM cards c GROUP BY c.id, c", [(1, 1, False)]),
            ("SELECT o::text FROM orders o WHERE id = 1", [("(1,1,first)",)]),
            ("SELECT relname FROM pg_class WHERE relname = 'pg_class'", [("pg_class",)]),
        ],
    )
    def test_rows_and_materialised_views(
        self, database: Database, run: Run, sql: str, expected: list[tuple[Any, ...]]
    ) -> None:
        """Row types, JSON of rows, column aliases and materialised views are followed too."""
        database.raw("CREATE MATERIALIZED VIEW kept AS SELECT q, s FROM nested")

        assert expected == run(sql)

    def test_the_search_path_decides(self, database: Database, run: Run) -> None:
        """The same name is another table after SET search_path, and a temporary one comes first."""
        database.raw("CREATE TABLE plain (x text)")
        database.raw("INSERT INTO plain VALUES ('ordinary')")
        before = run("SELECT x FROM plain")
        run("CREATE TEMP VIEW plain AS SELECT substr(pan, 2, 8) AS x FROM cards")

        assert ([("ordinary",)], [(GONE,)]) == (before, run("SELECT x FROM plain"))
        assert [(GONE,)] == run("SELECT x FROM pg_temp.plain")

    def test_a_rolled_back_view_is_forgotten(self, run: Run) -> None:
        """What a savepoint takes back is taken back here too."""
        run("SAVEPOINT a")
        run("CREATE OR REPLACE VIEW nested AS SELECT a AS k, b AS p, 'none'::text AS q, d AS s FROM renamed")
        inside = run("SELECT q FROM nested")
        run("ROLLBACK TO a")

        assert ([("none",)], [(GONE,)]) == (inside, run("SELECT q FROM nested"))

    def test_reading_leaves_the_transaction_alone(self, run: Run) -> None:
        """A transaction begins with the user's statement, and keeps its settings and its isolation level."""
        run("BEGIN")
        run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        run("SET LOCAL lock_timeout = '7s'")
        run("SELECT k FROM nested")

        assert [("7s", "serializable")] == run(
            "SELECT current_setting('lock_timeout'), current_setting('transaction_isolation')"
        )

    def test_a_locked_view_holds_nobody_up(self, database: Database, run: Run) -> None:
        """A view that another transaction is changing is unknown, and reading does not wait for it."""
        database.raw("BEGIN")
        database.raw("ALTER VIEW renamed RENAME COLUMN a TO aa")
        try:
            assert [("first",)] == run("SELECT label FROM orders")
        finally:
            database.raw("ROLLBACK")


PG_FUNCTIONS = [
    "CREATE FUNCTION parts() RETURNS TABLE(x text) STABLE LANGUAGE sql AS 'SELECT substr(pan, 1, 8) FROM cards'",
    "CREATE FUNCTION loud(i int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS "
    "'BEGIN RETURN (SELECT reverse(c::text) FROM cards c WHERE id = i); END'",
    "CREATE FUNCTION through(i int) RETURNS text STABLE LANGUAGE sql AS 'SELECT loud(i)'",
    "CREATE FUNCTION atomic() RETURNS text STABLE LANGUAGE sql BEGIN ATOMIC SELECT b FROM renamed; END",
    "CREATE FUNCTION built() RETURNS text STABLE LANGUAGE plpgsql AS "
    "$$DECLARE r text; BEGIN EXECUTE 'SELECT reverse(p' || 'an) FROM car' || 'ds' INTO r; RETURN r; END$$",
    "CREATE FUNCTION doubled(i int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT i * 2'",
    "CREATE FUNCTION first_label() RETURNS text STABLE LANGUAGE sql AS 'SELECT label FROM orders'",
    "CREATE FUNCTION both_labels(i int) RETURNS SETOF orders STABLE LANGUAGE sql AS 'SELECT * FROM orders'",
    "CREATE FUNCTION length(i orders) RETURNS text STABLE LANGUAGE sql AS 'SELECT reverse(pan) FROM cards'",
    "CREATE AGGREGATE all_of(text) (sfunc = textcat, stype = text)",
]


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async"], indirect=True)
class TestFunctionsOfPostgres:
    """A function is as harmless as the tables that its text names."""

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            ("SELECT * FROM parts()", [(GONE,)]),
            ("SELECT y FROM parts() AS t(y)", [(GONE,)]),
            ("SELECT t FROM parts() t", [(GONE,)]),
            ("SELECT (SELECT max(x) FROM parts()) AS m", [(GONE,)]),
            ("SELECT label, x FROM orders, LATERAL parts()", [("first", GONE)]),
            ("SELECT * FROM ROWS FROM (parts(), doubled(1)) AS t(a, b)", [(GONE, GONE)]),
            ("SELECT loud(1)", [(GONE,)]),
            ("SELECT o.id, loud(o.id) AS x FROM orders o", [(1, GONE)]),
            ("SELECT through(1)", [(GONE,)]),
            ("SELECT upper(through(id)) AS u FROM orders", [(GONE,)]),
            ("WITH w AS (SELECT atomic() AS a) SELECT a FROM w", [(GONE,)]),
            ("SELECT built()", [(GONE,)]),
            ("SELECT x FROM by_function", [(GONE,)]),
            ("SELECT length(o) FROM orders o", [(GONE,)]),
            ("SELECT length(label) FROM orders", [(GONE,)]),
            ("SELECT doubled(id) FROM orders", [(2,)]),
            ("SELECT first_label()", [("first",)]),
            ("SELECT * FROM both_labels(1)", [(1, 1, "first")]),
            ("SELECT label FROM both_labels(1) AS b WHERE doubled(b.a) = 2", [("first",)]),
            ("SELECT all_of(label) FROM orders", [("first",)]),
        ],
    )
    def test_what_it_returns(self, database: Database, run: Run, sql: str, expected: list[tuple[Any, ...]]) -> None:
        """One that may read cards is redacted, in whatever place it is called; others are as they were."""
        for function in PG_FUNCTIONS:
            database.raw(function)
        database.raw("CREATE VIEW by_function AS SELECT through(1) AS x")

        assert expected == run(sql)

    def test_a_schema_of_ones_own_has_functions_of_the_same_name(self, database: Database, run: Run) -> None:
        """``own.lower`` is not the database's ``lower``."""
        (schema,) = run("SELECT current_schema()")[0]
        body = "'SELECT reverse(pan) FROM cards'"
        database.raw(f"CREATE FUNCTION lower(i int) RETURNS text STABLE LANGUAGE sql AS {body}")

        assert [(GONE, "A")] == run(f"SELECT {schema}.lower(1) AS a, pg_catalog.upper('a') AS b")

    @pytest.mark.parametrize("mode", ["auto", "off"])
    def test_dangerous_functions_of_the_database_answer_as_they_do(
        self, database: Database, make_shield: Callable[..., Any], mode: str
    ) -> None:
        """What the policy has let through is the database's own, and no function of somebody's."""
        settings = {"catalog": {"mode": mode}}
        run = database.connect(make_shield(settings, policy=ALLOW_ALL, audit=database.log))

        assert [("7s",)] == run("SELECT set_config('lock_timeout', '7s', false)")

    def test_without_a_catalog_a_function_is_unknown(self, database: Database, make_shield: Callable[..., Any]) -> None:
        """Its text cannot be read, so its result is redacted; unless somebody has declared it."""
        database.raw(PG_FUNCTIONS[0])
        database.raw(PG_FUNCTIONS[6])
        settings = {"catalog": {"mode": "off"}, "masking": {"columns": {"first_label": "none"}}}
        run = database.connect(make_shield(settings, policy=ALLOW_ALL, audit=database.log))

        assert ([(GONE,)], [("first",)]) == (run("SELECT * FROM parts()"), run("SELECT first_label()"))


MYSQL_FUNCTIONS = [
    "CREATE FUNCTION loud(i INT) RETURNS TEXT READS SQL DATA RETURN (SELECT reverse(pan) FROM cards WHERE id = i)",
    "CREATE FUNCTION doubled(i INT) RETURNS INT NO SQL RETURN i * 2",
    "CREATE FUNCTION first_label() RETURNS TEXT READS SQL DATA RETURN (SELECT label FROM orders LIMIT 1)",
    "CREATE FUNCTION elsewhere() RETURNS TEXT READS SQL DATA RETURN (SELECT x FROM unseen.things LIMIT 1)",
]


@pytest.mark.parametrize("database", ["mysql.connector"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT loud(1)", [(GONE,)]),
        ("SELECT id, concat('x', loud(id)) FROM orders", [(1, GONE)]),
        ("SELECT doubled(id) FROM orders", [(2,)]),
        ("SELECT first_label()", [("first",)]),
    ],
)
def test_functions_of_mysql(database: Database, run: Run, sql: str, expected: list[tuple[Any, ...]]) -> None:
    """Stored functions are as harmless as what they name."""
    for function in MYSQL_FUNCTIONS[:3]:
        database.raw(function)

    assert expected == run(sql)


@pytest.mark.parametrize("database", ["psycopg"], indirect=True)
def test_a_pipeline_begins_with_what_is_known(run: Any) -> None:
    """executemany() and pipelines, where nothing can be read, know of the DDL before them."""
    cursor = run.connection.cursor()
    run("CREATE TEMP TABLE plain (name text, note text)")
    cursor.executemany("INSERT INTO plain VALUES (%s, %s)", [("a", "b"), ("c", "d")])
    cursor.executemany("SELECT note FROM plain WHERE name = %s", [("a",), ("c",)], returning=True)
    with run.connection.pipeline():
        piped = run.connection.execute("SELECT q, s FROM nested")

    assert ([("b",)], [(GONE, 5)]) == (cursor.fetchall(), piped.fetchall())


def test_the_shields_queries_are_marked() -> None:
    """Whoever reads the database's own log can tell them."""
    from pcishield.statement import catalog_queries

    assert {MARK} == {
        sql[: len(MARK)] for dialect in ("postgres", "mysql") for sql in catalog_queries(dialect).values()
    }


@pytest.mark.parametrize("database", ["pymysql", "MySQLdb"], indirect=True)
def test_unread_rows_are_not_disturbed(database: Database, make_shield: Callable[..., Any]) -> None:
    """While rows of another cursor are unread nothing is asked; what was read before stays in force."""
    run = database.connect(make_shield(policy=ALLOW_ALL))
    connection = run.connection
    assert "hello" in repr(run("SELECT note FROM cards"))
    cursors = importlib.import_module(type(connection).__module__.partition(".")[0] + ".cursors")
    with connection.cursor(cursors.SSCursor) as streaming:
        streaming.execute("SELECT id, note FROM cards UNION ALL SELECT 2, 'there'")
        first = streaming.fetchone()
        database.raw("CREATE TABLE meanwhile (id INT)")
        rest = streaming.fetchall()

    assert ((1, "hello"), [(2, "there")]) == (first, list(rest))
    assert PAN not in repr(run("SELECT c, b FROM renamed"))
    assert [(5,)] == run("SELECT d FROM renamed")
