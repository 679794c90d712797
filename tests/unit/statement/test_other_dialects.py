"""Dialects at a basic level: kind, tables, hazards and classified columns."""

from __future__ import annotations

import pytest

from pcishield.core.decision import Context, Principal
from pcishield.masking import Masker
from pcishield.policy import Policy
from pcishield.statement import HAZARDS, analyze

DIALECTS = ["duckdb", "tsql", "oracle", "snowflake", "bigquery"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("sql", "kind", "hazards", "tables"),
    [
        ("SELECT lower(note), count(*) FROM cards GROUP BY lower(note)", "select", set(), {"cards"}),
        ("UPDATE cards SET note = 'x' WHERE id = 5", "update", set(), {"cards"}),
        ("DELETE FROM cards", "delete", {"no-where"}, {"cards"}),
        ("UPDATE cards SET note = 'x' WHERE 1 = 1", "update", {"tautological-where"}, {"cards"}),
        ("DROP TABLE cards", "ddl", {"drop"}, {"cards"}),
        ("TRUNCATE TABLE cards", "truncate", {"truncate"}, {"cards"}),
        ("ALTER TABLE cards DROP COLUMN pan", "ddl", {"drop", "ddl"}, {"cards"}),
        ("CREATE TABLE copy AS SELECT * FROM cards", "ddl", {"ddl", "relocation"}, {"copy", "cards"}),
        ("INSERT INTO t (a) SELECT pan FROM cards", "insert", {"relocation"}, {"t", "cards"}),
        ("GRANT SELECT ON cards TO x", "dcl", {"dcl"}, set()),
        ("EXEC sp_executesql 'x'", "call", {"opaque"}, set()),
        ("CALL f()", "call", {"opaque"}, set()),
        ("BEGIN", "tcl", set(), set()),
        ("COMMIT", "tcl", set(), set()),
        ("SELECT 1; DROP TABLE cards", "multiple", {"multiple-statements", "drop"}, {"cards"}),
        ("SELECT my_function(id) FROM cards", "select", {"impure-function"}, {"cards"}),
        ("FROBNICATE cards", "unknown", {"unparsable"}, set()),
    ],
)
def test_basic_facts(dialect: str, sql: str, kind: str, hazards: set[str], tables: set[str]) -> None:
    """Every one of them is told apart from a harmless read."""
    statement = analyze(sql, dialect)

    assert (kind, True, tables) == (
        statement.kind, hazards <= statement.hazard_ids, {table.name for table in statement.tables()}
    )  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_classified_columns_are_followed(dialect: str) -> None:
    """Lineage is the same as of the dialects that are known in full."""
    statement = analyze("SELECT x.a, substr(x.a, 1, 8) AS b FROM (SELECT pan AS a FROM cards) x", dialect)

    assert statement.outputs is not None
    assert [("verbatim", {"cards.pan"}), ("derived", {"cards.pan"})] == [
        (out.derivation, set(map(str, out.sources))) for out in statement.outputs
    ]


@pytest.mark.parametrize(
    ("dialect", "sql", "hazard"),
    [
        ("duckdb", "SELECT * FROM read_csv('/etc/passwd')", "file-access"),
        ("duckdb", "SELECT * FROM '/etc/passwd'", "file-access"),
        ("duckdb", "COPY cards TO '/tmp/x.csv'", "file-access"),
        ("duckdb", "EXPORT DATABASE '/tmp/x'", "file-access"),
        ("duckdb", "ATTACH '/tmp/x.db'", "attach"),
        ("duckdb", "INSTALL httpfs", "load-extension"),
        ("duckdb", "LOAD httpfs", "load-extension"),
        ("duckdb", "SET enable_external_access = true", "session-change"),
        ("tsql", "SELECT name, password_hash FROM sys.sql_logins", "credential-introspection"),
        ("oracle", "SELECT name, spare4 FROM sys.user$", "credential-introspection"),
        ("duckdb", "SUMMARIZE cards", "unparsable"),
        ("duckdb", "SELECT c.* REPLACE (reverse(pan) AS note) FROM cards c", "unparsable"),
        ("bigquery", "SELECT c.* REPLACE (reverse(pan) AS note) FROM cards c", "unparsable"),
        ("snowflake", "SELECT c.* RENAME (cvv AS x) FROM cards c", "unparsable"),
        ("duckdb", "SELECT * EXCLUDE (id) REPLACE (cvv AS note) FROM cards", "unparsable"),
        ("duckdb", "SELECT * FROM glob('/etc/*')", "file-access"),
        ("duckdb", "SELECT f.file FROM cards, glob('/etc/*') f", "file-access"),
        ("duckdb", "SELECT count(*) FROM range(100000000000)", "denial-of-service"),
        ("duckdb", "FORCE INSTALL httpfs", "load-extension"),
        ("duckdb", "PRAGMA storage_info('cards')", "statistics-access"),
        ("duckdb", "PRAGMA import_database('/tmp/x')", "opaque"),
        ("duckdb", "SELECT * FROM postgres_query('x', 'DELETE FROM y')", "network-access"),
        ("tsql", "EXEC xp_cmdshell 'dir'", "process-access"),
        ("tsql", "SELECT * FROM OPENROWSET('x', 'y', 'z')", "file-access"),
        ("tsql", "BULK INSERT cards FROM 'x'", "file-access"),
        ("tsql", "SHUTDOWN", "admin"),
        ("oracle", "BEGIN DELETE FROM cards; END", "unparsable"),
        ("oracle", "SELECT dbms_xmlgen.getxml('select 1') FROM dual", "opaque"),
        ("snowflake", "PUT file:///x @s", "file-access"),
        ("snowflake", "USE ROLE accountadmin", "role-change"),
        ("bigquery", "EXPORT DATA OPTIONS (uri = 'x') AS SELECT pan FROM cards", "file-access"),
    ],
)
def test_ways_out_of_one_database(dialect: str, sql: str, hazard: str) -> None:
    """What only one of them can do is a hazard."""
    assert hazard in analyze(sql, dialect).hazard_ids


@pytest.mark.parametrize(
    ("sql", "derivation"),
    [
        ("SELECT COLUMNS('cv.*') FROM cards", "star"),
        ("SELECT max(COLUMNS(*)) FROM cards", "star"),
        ("SELECT upper(COLUMNS(*)) FROM cards", "unknown"),
        ("SELECT COLUMNS(*) FROM (SELECT cvv AS note FROM cards)", "unknown"),
    ],
)
def test_columns_by_pattern_are_as_many_as_there_are(sql: str, derivation: str) -> None:
    """DuckDB's COLUMNS() stands for any columns of the table, under their own names while nothing is made of them."""
    outputs = analyze(sql, "duckdb").outputs

    assert outputs is not None
    assert [("*", derivation)] == [(out.name, out.derivation) for out in outputs]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT c.* AS note FROM cards c",
        "SELECT * AS note FROM cards",
        "SELECT COLUMNS(*)::VARCHAR AS note FROM cards",
        "SELECT * FROM (SELECT c.* AS note FROM cards c) q",
    ],
)
def test_columns_that_share_an_alias_are_unknown(sql: str) -> None:
    """DuckDB calls them ``note``, ``note_1`` and so on: their names say nothing of what they are."""
    outputs = analyze(sql, "duckdb").outputs

    assert outputs is not None
    assert [("*", "unknown", {"cards.*"})] == [(o.name, o.derivation, set(map(str, o.sources))) for o in outputs]


@pytest.mark.parametrize(
    "value",
    [
        "pan.reverse()",
        "(pan).reverse()",
        "c.pan.reverse()",
        "c.pan.upper().reverse()",
        "main.cards.pan.reverse()",
        "reverse(c.pan).upper()",
        "(pan || 'x').reverse()",
        "(CASE WHEN id = 1 THEN c.pan END).reverse()",
        "struct_pack(a := pan).a.reverse()",
        "(SELECT pan FROM cards).reverse()",
        "['a'].list_transform(x -> c.pan.reverse())[1]",
        "pan.string_agg('') OVER ()",
    ],
)
def test_methods_are_made_of_what_they_are_called_of(value: str) -> None:
    """DuckDB's ``pan.reverse()`` is ``reverse(pan)``, whatever the receiver is."""
    statement = analyze(f"SELECT {value} AS x FROM cards c", "duckdb")

    assert statement.outputs is not None
    assert [("derived", True)] == [
        (out.derivation, "cards.pan" in set(map(str, out.sources))) for out in statement.outputs
    ]


@pytest.mark.parametrize(
    "table",
    [
        "(SELECT unnest({'note': cvv, 'b': 1}) FROM cards) z",
        "(SELECT unnest({'note': cvv, 'b': 1}) AS x FROM cards) z",
        "(SELECT c.* AS x FROM cards c) z",
        "(SELECT * FROM t UNION ALL SELECT * FROM cards) z",
    ],
)
def test_a_name_may_be_that_of_a_column_under_unknown_names(table: str) -> None:
    """A struct that is taken apart has columns named after its fields."""
    statement = analyze(f"SELECT note FROM users u, {table}", "duckdb")

    assert statement.outputs is not None
    assert [True] == [
        bool({"cards.cvv", "cards.*"} & set(map(str, o.sources))) and o.derivation == "unknown"
        for o in statement.outputs
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "derivation"),
    [
        ("note:cvv", "verbatim"),
        ("note : cvv", "verbatim"),
        ("note:reverse(cvv)", "derived"),
        ("{'note':cvv} AS note", "derived"),
        ("{note: {'b': cvv}}.note.b AS note", "derived"),
        ("map {cvv:1} AS note", "derived"),
        ("substr('abc', 1)[1:cvv] AS note", "derived"),
    ],
)
def test_a_colon_is_no_parameter_in_duckdb(value: str, derivation: str) -> None:
    """It stands between an alias and its value, a name and its field, two bounds."""
    statement = analyze(f"SELECT {value} FROM cards", "duckdb")

    assert statement.outputs is not None
    assert [("note", derivation, {"cards.cvv"})] == [
        (out.name or "note", out.derivation, set(map(str, out.sources))) for out in statement.outputs
    ]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", 'WITH "Q" AS (SELECT cvv AS note FROM cards) SELECT note FROM q'),
        ("duckdb", 'WITH q AS (SELECT cvv AS "NOTE" FROM cards) SELECT note FROM "Q"'),
        ("tsql", 'WITH "Q" AS (SELECT cvv AS note FROM cards) SELECT note FROM q'),
        ("oracle", 'WITH q AS (SELECT cvv AS note FROM cards) SELECT note FROM "Q"'),
        ("snowflake", 'WITH "q" AS (SELECT id AS cvv FROM t) SELECT x.cvv AS note FROM (SELECT cvv FROM cards) x, "q"'),
        ("duckdb", f"WITH {'a' * 64}b AS (SELECT cvv AS note FROM cards), {'a' * 64}c AS (SELECT note FROM t) "
                   f"SELECT note FROM {'a' * 64}b"),
    ],
)  # fmt: skip
def test_names_are_the_same_where_the_database_says_so(dialect: str, sql: str) -> None:
    """Quoted or not, in one case or the other, and in all their letters."""
    outputs = analyze(sql, dialect).outputs

    assert outputs is not None
    assert {"cards.cvv"} == {str(ref) for ref in outputs[-1].sources}


def test_names_are_different_where_the_database_says_so() -> None:
    """In Oracle ``"q"`` is not ``q``, which is ``"Q"``."""
    outputs = analyze('WITH q AS (SELECT id AS cvv FROM t) SELECT cvv FROM "q"', "oracle").outputs

    assert outputs is not None
    assert {"Q.cvv"} == {str(ref) for ref in outputs[0].sources}


def test_a_chain_of_methods_has_an_end() -> None:
    """A few dozen are followed; what would take minutes is not understood."""
    short, long = (analyze(f"SELECT pan{'.trim()' * n} AS x FROM cards", "duckdb") for n in (20, 2000))

    assert short.outputs is not None
    assert ("derived", True) == (short.outputs[0].derivation, "unparsable" in long.hazard_ids)


def test_methods_in_conditions_are_questions() -> None:
    """A method of a card number asks about a part of it."""
    uses = analyze("SELECT id FROM cards WHERE (pan).reverse() = ?", "duckdb").columns

    assert {("pan", True)} == {(use.column.name, use.wrapped) for use in uses if use.clause == "where"}


def test_methods_of_a_column_in_tsql_are_unknown() -> None:
    """What an object's method gives is not known, but of which column it is."""
    outputs = analyze("SELECT c.pan.ToString() AS x FROM cards c", "tsql").outputs

    assert outputs is not None
    assert ("unknown", True) == (outputs[0].derivation, "cards.pan" in set(map(str, outputs[0].sources)))


def test_columns_by_position_are_not_understood() -> None:
    """DuckDB's ``#1`` is the first column of the table."""
    assert {"unparsable"} <= analyze("SELECT #1 FROM cards", "duckdb").hazard_ids


def test_brackets_are_names_in_tsql() -> None:
    """``[pan]`` is the column, and its class is found."""
    statement = analyze("SELECT [pan], [x y] FROM [dbo].[cards]", "tsql")

    assert ({"cards.pan": "pan"}, {"dbo.cards"}) == (
        Masker().classify(statement), {str(table) for table in statement.tables()}
    )  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("sql", ["SELECT id, upper(note) FROM orders WHERE id = 1", "BEGIN TRANSACTION", "ROLLBACK"])
def test_ordinary_work_is_allowed(dialect: str, sql: str) -> None:
    """The pci pack lets an ordinary statement of these databases run."""
    context = Context(principal=Principal(user="u", level="explicit"), dialect=dialect)

    assert "allow" == Policy.pack("pci").decide(analyze(sql, dialect), context).outcome


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * EXCLUDE (email) FROM users",
        "FROM users SELECT name WHERE id = 1",
        "SELECT now(), age(deleted_at), string_agg(name, ','), json_extract_string(name, '$.a') FROM users",
        "SELECT r.range, list_sum([1, 2]), printf('%d', 1) FROM range(10) r",
        "SELECT table_name FROM duckdb_tables()",
        "PRAGMA table_info('users')",
        "SELECT name.upper().trim() AS n, [1, 2].list_sum(), ('a').reverse() FROM users WHERE name.lower() = 'x'",
        "SELECT list_transform(tags, x -> x.upper()) FROM users",
        "SELECT {'id': id, 'tag': {a: name}} AS tag, map {'a': 1}, {'a': 1}.a, n: lower(name), tags[1:id] FROM users",
    ],
)
def test_duckdbs_own_ways_are_ordinary(sql: str) -> None:
    """What DuckDB has of its own, functions included, is no reason to ask."""
    assert set() == {h for h in analyze(sql, "duckdb").hazard_ids if HAZARDS[h].severity != "info"}
