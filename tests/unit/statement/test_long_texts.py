"""Statements with thousands of items are understood in a second, and as their short forms are."""

from __future__ import annotations

import resource
import time

import pytest

from pcishield.statement import analyze

_SECONDS = 2.0
"""Of the processor, on a machine that may be slow."""
_IDS = ",".join(str(i) for i in range(1, 5001))
_ROWS = ",".join(f"({i}, 'a{i}')" for i in range(1, 5001))


def _hazards(sql: str, dialect: str = "postgres") -> frozenset[str]:
    start = time.process_time()
    statement = analyze(sql, dialect)

    assert time.process_time() - start < _SECONDS
    return statement.hazard_ids - {"bulk-export"}


def _list(item: str, count: int = 5000) -> str:
    return ",".join(item.format(n=i, day=f"{2000 + i // 300}-{i % 12 + 1:02}-{i % 28 + 1:02}") for i in range(1, count))


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize(
    "item",
    ["CAST({n} AS int)", "CAST('{day}' AS date)", "date('{day}')", "-{n}", "lower('A{n}')", "{n} + 1", "abs(-{n})"],
)
def test_a_long_list_of_one_form_selects(item: str, dialect: str) -> None:
    """Thousands of casts, calls or negative numbers in IN are a choice of rows, in the time that they are read in."""
    assert frozenset() == _hazards(f"DELETE FROM users WHERE email IN ({_list(item)})", dialect)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
def test_long_lists_of_rows_select(dialect: str) -> None:
    """So are rows that are compared, in one list."""
    assert frozenset() == _hazards(f"DELETE FROM users WHERE (id, name) IN ({_ROWS})", dialect)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("part", ["lower(name) = lower('A{n}')", "upper(name) = 'A{n}'", "name LIKE 'a{n}%'"])
def test_many_alternatives_select(part: str, dialect: str) -> None:
    """Thousands of conditions joined by OR are judged in the time that they are read in, where they are alike."""
    sql = "DELETE FROM users WHERE " + " OR ".join(part.format(n=n) for n in range(2000))
    start = time.process_time()

    assert frozenset() == _hazards(sql, dialect)
    assert time.process_time() - start < _SECONDS


def test_one_of_many_alternatives_is_seen() -> None:
    """A condition that holds for any row is not overlooked among them."""
    parts = [f"lower(name) = lower('a{n}')" for n in range(2000)]
    parts[1234] = "lower(name) = lower(name)"

    assert {"tautological-where"} == _hazards("DELETE FROM users WHERE " + " OR ".join(parts))


def test_long_arrays_select() -> None:
    """PostgreSQL's lists of that kind."""
    casts = _list("{n}::int")

    assert frozenset() == _hazards(f"DELETE FROM users WHERE id = ANY (ARRAY[{casts}])")
    assert {"tautological-where"} == _hazards(f"DELETE FROM users WHERE id <> ANY (ARRAY[{casts}])")


@pytest.mark.parametrize("where", ["users.id >= v.x", "users.id > v.x - 1", "v.x <= users.id"])
@pytest.mark.parametrize("least", ["({least})", "({least}, 'a')"])
def test_a_bound_in_the_middle_of_a_list_is_seen(where: str, least: str) -> None:
    """The least of many rows is among those that a condition is tried with."""
    rows = [least.format(least=i) for i in range(1000, 3000)]
    rows[1234] = least.format(least=0)
    columns = "x, y" if "," in least else "x"

    assert {"tautological-where"} == _hazards(
        f"DELETE FROM users USING (VALUES {','.join(rows)}) v ({columns}) WHERE {where}"
    )


def test_an_odd_item_of_a_long_list_is_read() -> None:
    """A column, a call or a query among thousands of numbers is not overlooked."""
    middle = _list("{n}", 2000)
    statement = analyze(f"DELETE FROM users WHERE id IN ({middle}, id, {middle})", "postgres")
    assert "tautological-where" in statement.hazard_ids

    statement = analyze(f"SELECT id FROM cards WHERE id IN ({middle}, substr(pan, 1, 2)::int, {middle})", "postgres")
    assert any(use.column.name == "pan" and use.wrapped for use in statement.columns)

    statement = analyze(f"SELECT id FROM users WHERE id IN ({middle}, purge_all(), {middle})", "postgres")
    assert "impure-function" in statement.hazard_ids

    statement = analyze(f"SELECT id FROM users WHERE id IN ({middle}, (SELECT cvv FROM cards), {middle})", "postgres")
    assert {"users", "cards"} == {table.name for table in statement.tables("read")}


def test_all_literals_of_a_long_list_are_known() -> None:
    """What looks for card numbers in literals sees each."""
    statement = analyze(f"DELETE FROM users WHERE id IN ({_IDS})", "postgres")

    assert {str(i) for i in range(1, 5001)} <= set(statement.literals)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM users WHERE id IN (" + "id IN (" * 3000 + "1" + ")" * 3001,
        "SELECT * FROM (VALUES (" + "(VALUES (" * 3000 + "1" + "))" * 3000 + ")) v",
        "DELETE FROM users WHERE id IN (" + "1, (" * 3000 + "1" + ")" * 3001,
        "DELETE FROM users WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9" + ", (1" * 3000,
        "DELETE FROM users WHERE id < " + "(SELECT max(id) FROM users WHERE id < " * 40 + "5" + ")" * 40,
    ],
)
def test_nested_lists_are_refused_or_read_in_time(sql: str) -> None:
    """Lists within lists are not read again and again."""
    _hazards(sql)


_DOUBLING = ["x || x", "concat(x, x)", "replace(x, 'a', 'aaaaaaaaaa')", "upper(concat(x, x, x, x, x, x, x, x))"]


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize(
    ("first", "step", "condition"),
    [("'a'", step, "length(x) < 1000000000000") for step in _DOUBLING]
    + [("3", step, "x <> 0") for step in ("x * x", "x * -x", "x * x * x")],
)
def test_what_doubles_is_not_followed_for_ever(first: str, step: str, condition: str, dialect: str) -> None:
    """A recursion whose texts or numbers grow by themselves takes this process neither its time nor its memory."""
    start, most = time.process_time(), _peak()
    sql = f"WITH RECURSIVE t(x) AS (SELECT {first} UNION ALL SELECT {step} FROM t WHERE {condition}) SELECT x FROM t"

    assert analyze(sql, dialect).kind == "select"
    assert time.process_time() - start < _SECONDS
    assert _peak() - most < 100


def test_numbers_without_end_are_a_recursion_without_end() -> None:
    """What is squared again and again is never nought."""
    sql = "WITH RECURSIVE t(x) AS (SELECT 3 UNION ALL SELECT x * x FROM t WHERE x <> 0) SELECT x FROM t"

    assert "denial-of-service" in _hazards(sql, "sqlite")


@pytest.mark.parametrize("value", ["t || t || t || t || t || t", "concat(t, t, t, t, t, t)", "replace(t, 'x', t)"])
def test_texts_that_ctes_make_longer_are_cut(value: str) -> None:
    """Of fourteen CTEs, each of which makes six of what the one before gives, none is made in full."""
    most = _peak()
    ctes = "".join(f", t{i} AS (SELECT {value} AS t FROM t{i - 1})" for i in range(1, 15))
    sql = f"WITH t0 AS (SELECT 'xxxxxxxxxx' AS t){ctes} DELETE FROM users WHERE name <> (SELECT t FROM t14)"

    assert analyze(sql, "postgres").kind == "delete"
    assert _peak() - most < 100


def _peak() -> int:
    """Megabytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def test_a_wide_row_that_is_stored_and_returned_is_followed_in_time() -> None:
    """Where no list of columns tells which is which, each that comes back may be any of those stored."""
    stored, shown = (", ".join(f"{letter}{n}" for n in range(800)) for letter in "ac")
    start = time.process_time()
    outputs = analyze(f"INSERT INTO t SELECT {stored} FROM s RETURNING {shown}", "postgres").outputs

    assert 800 == len(outputs or ())
    assert time.process_time() - start < _SECONDS
