"""Columns that are called as a word of the parser's: what they are made of is not lost."""

from __future__ import annotations

import pytest

from pcishield import analyze

CALLS = [
    ("postgres", "value", "json_object('k', value)"),
    ("postgres", "value", "json_object('k' : value || 'x')"),
    ("postgres", "value", "json_object('k' VALUE value)"),
    ("postgres", "key", "json_object(key VALUE 1)"),
    ("postgres", "value", "json_objectagg('k' VALUE value WITH UNIQUE KEYS)"),
    ("postgres", "name", "xmlforest(name)"),
    ("postgres", "version", "xmlforest(version AS v, 1 AS x)"),
    ("postgres", "name", "json_object('k' VALUE name RETURNING text)"),
    ("postgres", "name", "xmlelement(NAME x, name)"),
    ("postgres", "content", "xmlparse(CONTENT content)"),
    ("mysql", "value", "json_object('k', value)"),
    ("mysql", "key", "json_object('a', 1, key, 1)"),
    ("sqlite", "value", "json_object('k', value)"),
    ("sqlite", "key", "json_object(key, 1)"),
    ("sqlite", "true", "true"),
    ("sqlite", "false", "json_array(1, false)"),
    ("sqlite", "fetch", "fetch"),
    ("sqlite", "lateral", "lateral"),
    ("sqlite", "any", "any + 1"),
    ("sqlite", "interval", "interval + 1"),
    ("sqlite", "for", "json_array(for)"),
    ("sqlite", "with", "json_array(1, with)"),
    ("duckdb", "value", "json_object('k', value)"),
    ("duckdb", "key", "json_object(key, 1)"),
]


@pytest.mark.parametrize(("dialect", "name", "call"), CALLS)
def test_a_column_may_be_called_as_a_word_of_the_parsers(dialect: str, name: str, call: str) -> None:
    """JSON_OBJECT's VALUE and KEY, those of SQL/XML, and the words of other databases."""
    column = f"`{name}`" if dialect == "mysql" else name
    outputs = analyze(f"SELECT {call} FROM (SELECT substr(pan, 1, 8) AS {column} FROM cards c) q", dialect).outputs

    assert outputs is not None
    assert ["cards.pan"] == [str(ref) for out in outputs for ref in out.sources if str(ref) != "text"]


def test_a_list_of_a_query_names_columns_too() -> None:
    """``WITH w(true)``: what is selected as ``true`` is that column."""
    outputs = analyze("WITH w(true) AS (SELECT cvv FROM cards) SELECT true FROM w", "sqlite").outputs

    assert outputs is not None
    assert [["cards.cvv"]] == [[str(ref) for ref in out.sources] for out in outputs]


def test_words_that_are_no_names_stay_what_they_are() -> None:
    """No column is called ``true``, and KEY tells which constraint an upsert is for."""
    constant = analyze("SELECT true FROM t WHERE id = 1 AND x IS TRUE", "sqlite")
    upsert = analyze("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)", "mysql")

    assert [["safe"], []] == [[out.derivation for out in s.outputs or ()] for s in (constant, upsert)]
    assert not constant.hazards
    assert not upsert.hazards


TABLES = [
    *((dialect, sql) for dialect in ("postgres", "mysql", "sqlite", "duckdb") for sql in (
        "INSERT INTO function (a) VALUES (1)", "INSERT INTO function VALUES (1)",
    )),
    ("postgres", "SELECT values.a FROM values WHERE values.a = 1"),
    ("postgres", "SELECT v.a FROM t JOIN values AS v ON v.a = t.a"),
    ("postgres", "INSERT INTO values (a) VALUES (1)"),
    ("postgres", "INSERT INTO values VALUES (1), (2)"),
    ("postgres", "UPDATE values SET a = 1 WHERE id = 2"),
    ("postgres", "DELETE FROM ONLY values WHERE id = 2"),
    ("postgres", "WITH values AS (VALUES (1)) SELECT * FROM values"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql"), TABLES)
def test_a_table_may_be_called_as_a_word_of_the_parsers(dialect: str, sql: str) -> None:
    """``function``, and PostgreSQL's ``values``; rows that a statement writes down stay what they are."""
    found = analyze(sql, dialect)

    assert "unparsable" not in found.hazard_ids
    assert "WITH" in sql or {"function", "values"} & {relation.table.name for relation in found.relations}


@pytest.mark.parametrize(
    "sql",
    ["SELECT charset FROM t WHERE charset = 'utf8' ORDER BY charset", "INSERT INTO t (a, charset) VALUES (1, 'x')",
     "UPDATE t SET charset = 'x' WHERE t.charset IN ('y', 'z')", "SELECT max(charset) charset FROM t",
     "SELECT CHARSET(a) FROM t WHERE CHARSET(a) = 'utf8mb4'",
     "SELECT CAST(a AS CHAR CHARSET utf8mb4) FROM t", "SELECT CAST(a AS CHAR(5) CHARSET latin1) AS charset FROM t"],
)  # fmt: skip
def test_a_column_of_mysql_may_be_called_charset(sql: str) -> None:
    """Where it is part of a type, or a function, it stays that."""
    found = analyze(sql, "mysql")

    assert "unparsable" not in found.hazard_ids
    assert {"t"} == {relation.table.name for relation in found.relations}


@pytest.mark.parametrize(
    "sql",
    ["UPDATE t SET tags = delete(tags, CAST('{a}' AS text[])) WHERE id = 1",
     "SELECT delete(tags, 'x') FROM t WHERE id = 1 AND show(a) = 2",
     "SELECT cube(array[1, 2]), 1 + load(a) FROM t",
     "SELECT a, count(*) FROM t GROUP BY cube (a), rollup (b)",
     "SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
     "WITH d AS (DELETE FROM t WHERE id = 1 RETURNING a) SELECT a FROM d",
     "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (1)"],
)  # fmt: skip
def test_a_function_of_postgres_may_be_called_as_a_verb(sql: str) -> None:
    """Where a value stands and a parenthesis follows; what the words are for elsewhere they stay."""
    assert "unparsable" not in analyze(sql, "postgres").hazard_ids


def test_what_a_function_called_as_a_verb_makes_is_of_its_arguments() -> None:
    """``delete(tags, 'x')`` of hstore shows what is left."""
    for name in ("delete", '"delete"', "akeys", '"akeys"'):
        (output,) = analyze(f"SELECT {name}(c.cvv, 'x') AS y FROM cards c", "postgres").outputs or ()

        assert ("derived", ["cards.cvv"]) == (output.derivation, [str(ref) for ref in output.sources])


def test_rows_written_down_are_no_table() -> None:
    """``FROM (VALUES (1)) v (a)`` reads none."""
    for sql in ("SELECT v.a FROM (VALUES (1)) v (a)", "VALUES (1), (2)", "INSERT INTO t SELECT * FROM (VALUES (1)) v"):
        found = analyze(sql, "postgres")
        assert "values" not in {relation.table.name for relation in found.relations}
        assert "unparsable" not in found.hazard_ids
