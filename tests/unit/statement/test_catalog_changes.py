"""Which relations a statement changes, where its text is all that one has to know."""

from __future__ import annotations

import pytest

from pcishield.statement import analyze, catalog_queries, changed_names
from pcishield.statement.catalog_postgres import all_queries, named_queries, without_names


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT a FROM t", []),
        ("COMMENT ON TABLE t IS 'x'", []),
        ("CREATE TABLE t (a serial PRIMARY KEY, b int REFERENCES u (id), c int DEFAULT 3)", ["t"]),
        ("CREATE TEMP TABLE IF NOT EXISTS s.t (a int)", ["t"]),
        ("CREATE UNLOGGED TABLE t (LIKE u INCLUDING ALL) INHERITS (v)", ["t"]),
        ('CREATE TABLE "Tt" (a int)', ["Tt", "tt"]),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b)", ["t"]),
        ("CREATE OR REPLACE VIEW v AS SELECT upper(a) AS a FROM t", ["v"]),
        ("DROP TABLE IF EXISTS a, s.b", ["a", "b"]),
        ("DROP VIEW v", ["v"]),
        ("CREATE TABLE a (i int); DROP TABLE b; SELECT 1", ["a", "b"]),
    ],
)
def test_plain_changes_name_all_that_they_change(sql: str, names: list[str]) -> None:
    """What is read for a new table, or refers to it, is not changed."""
    assert names == sorted(changed_names(analyze(sql, "postgres")) or ())


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE t CASCADE",
        "DROP VIEW v CASCADE",
        "DROP INDEX i",
        "DROP SCHEMA s",
        "ALTER TABLE t ADD a int",
        "ALTER TABLE t RENAME TO u",
        "ALTER VIEW v SET SCHEMA s",
        "CREATE TABLE t PARTITION OF u FOR VALUES IN (f())",
        "CREATE TABLE t AS SELECT a FROM u",
        "CREATE TABLE t (a int DEFAULT f())",
        "SELECT a INTO t FROM u",
        "CREATE TABLE t AS EXECUTE p",
        "CREATE INDEX i ON t (f(a))",
        "CREATE INDEX i ON t (a) WHERE f(a)",
        "CREATE MATERIALIZED VIEW v AS SELECT a FROM t",
        "REFRESH MATERIALIZED VIEW v",
        "CREATE VIEW v AS SELECT f(a) FROM t",
        "CREATE SCHEMA s CREATE TABLE t (a int)",
        "CREATE SEQUENCE s",
        "CREATE TYPE t AS (a int)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION e",
        "CREATE RULE r AS ON INSERT TO t DO NOTHING",
        "GRANT SELECT ON t TO u",
        "DO 'BEGIN END'",
        "CALL p()",
        "SET search_path = s",
        "CREATE TABLE a (i int); CALL p()",
        "CREATE TABLE a (i int); SET search_path = s",
        "BEGIN; CREATE TABLE a (i int); COMMIT",
        "ROLLBACK; CREATE TABLE a (i int)",
        'CREATE TABLE "a b" (i int)',
        'CREATE TABLE "a\'b" (i int)',
        "CREATE TABLE ä (i int)",
        f"CREATE TABLE {'a' * 64} (i int)",
        "CREATE TABLE a (i int) garbage ( (",
    ],
)
def test_others_may_change_anything(sql: str) -> None:
    """What reaches further than its text, runs something, or has a name that the server may know by another."""
    assert changed_names(analyze(sql, "postgres")) is None


def test_a_question_about_names_is_the_question_about_all() -> None:
    """But for one condition, by which the shield's own statements are told in the database's log."""
    asked, full = named_queries({"a", "B_2$"}), all_queries()

    assert {"columns", "generated", "keys", "views", "search_path"} == asked.keys()
    assert {name: full[name] for name in asked} == {name: without_names(sql) for name, sql in asked.items()}
    assert all("{" not in sql for sql in (*asked.values(), *full.values(), *catalog_queries("postgres").values()))


@pytest.mark.parametrize("name", ["a'b", "a b", "", "é", "a') OR ('' = '"])
def test_only_plain_names_are_put_into_a_question(name: str) -> None:
    """They stand in its text as they are."""
    with pytest.raises(ValueError, match="cannot be asked"):
        named_queries({name})
