"""Two PostgreSQL schemas that differ in card numbers only: no way through subqueries may tell them apart.

Pieces of a card number are sent through random pipelines of what a FROM list can do (CTEs, recursion, rows, JSON,
arrays, windows, set operations, RETURNING), under a policy that allows everything, so that masking alone is in the way.
The rows that come out of the guard are the same for both, in some order: that of hashing is nobody's promise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pcishield.shield import Shield
from pcishield.testing import RecordingLog
from tests.leaks.test_twins import CODES, ENDS, STARTS, _number

SIDES = ("twin_one", "twin_other")
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
SOURCES = (
    "SELECT id AS {k}, left(pan, 8) AS {v} FROM cards", "SELECT id {k}, reverse(pan) {v} FROM cards c",
    "SELECT {k}, {v} FROM (SELECT id, translate(pan, '0123456789', 'abcdefghij') FROM cards) q({k}, {v})",
    "SELECT id AS {k}, cvv AS {v} FROM cards", "SELECT c.id AS {k}, left((c).pan, 8) AS {v} FROM cards c",
    "SELECT id AS {k}, left(doc ->> 'pan', 8) AS {v} FROM cards",
    "SELECT id AS {k}, left(to_jsonb(c) ->> 'pan', 7) AS {v} FROM cards c",
)  # fmt: skip
STEPS = (
    "SELECT q.* FROM ({r}) AS q({k}, {v})", "SELECT (q).* FROM ({r}) q({k}, {v})",
    "WITH w({k}, {v}) AS ({r}), x AS (TABLE w) SELECT {k}, {v} FROM x",
    "WITH RECURSIVE w(i, {k}, a1, a2) AS (SELECT 0, {a}, 'a'::text, {b}::text FROM ({r}) q "
    "UNION ALL SELECT i + 1, {k}, a2, a1 FROM w WHERE i < 1) SELECT {k}, a1 AS {v} FROM w WHERE i = 1",
    "SELECT id AS {k}, name AS {v} FROM users UNION ALL SELECT {a}, {b} FROM ({r}) q",
    "SELECT id AS {k}, {v} FROM users NATURAL JOIN ({r}) q(id, {v})",
    "SELECT u.id AS {k}, (SELECT {b} FROM ({r}) q WHERE q.{a} = u.id) AS {v} FROM users u",
    "SELECT u.id AS {k}, l.{v} FROM users u CROSS JOIN LATERAL "
    "(VALUES ((SELECT {b} FROM ({r}) q WHERE q.{a} = u.id))) l({v})",
    "SELECT {k}, {v} FROM (SELECT array_agg({a} ORDER BY {a}) a1, array_agg({b} ORDER BY {a}) a2 FROM ({r}) q) s, "
    "unnest(a1, a2) AS t({k}, {v})",
    "SELECT m AS {k}, n AS {v} FROM (SELECT jsonb_agg(q) AS j FROM ({r}) AS q(m, n)) s, "
    "jsonb_to_recordset(s.j) AS t(m int, n text)",
    "SELECT (e ->> 'm')::int AS {k}, e ->> 'n' AS {v} FROM (SELECT jsonb_agg(q) AS j FROM ({r}) AS q(m, n)) s, "
    "jsonb_array_elements(s.j) e",
    "SELECT (q.rr).f1 AS {k}, (q.rr).f2 AS {v} FROM (SELECT ROW({a}, {b}) AS rr FROM ({r}) p) q",
    "SELECT (w.q).{a} AS {k}, (w.q).{b} AS {v} FROM (SELECT q FROM ({r}) q) w",
    "SELECT {a} AS {k}, (jsonb_populate_record(NULL::users, jsonb_build_object('name', {b}))).name AS {v} FROM ({r}) q",
    "SELECT {a} AS {k}, string_agg({b}, '') AS {v} FROM ({r}) q GROUP BY 1",
    "SELECT {a} AS {k}, lag({b}) OVER (ORDER BY {a}) AS {v} FROM ({r}) q",
    "SELECT {a} AS {k}, (ARRAY(SELECT q.{b}))[1] AS {v} FROM ({r}) q",
    "SELECT {a} AS {k}, t.{v} FROM ({r}) q, string_to_table({b}, '~') AS t({v})",
    "SELECT {a} AS {k}, t.b AS {v} FROM ({r}) q, ROWS FROM (unnest(ARRAY[{b}]), generate_series(1, 1)) AS t(b, c)",
    "SELECT {a} AS {k}, (SELECT string_agg(chr(ascii(ch) + 1), '') FROM string_to_table({b}, NULL) ch) AS {v} "
    "FROM ({r}) q",
)  # fmt: skip
ENDINGS = (
    "{r}", "SELECT q FROM ({r}) q", "SELECT array_agg(q ORDER BY {a}) AS x FROM ({r}) q",
    "SELECT to_jsonb(q) AS j FROM ({r}) q", "VALUES ((SELECT {b} FROM ({r}) q WHERE {a} = 1))",
    "INSERT INTO users (id, name) SELECT {a} + 1000, {b} FROM ({r}) q RETURNING *",
    "UPDATE users u SET name = q.{b} FROM ({r}) q WHERE q.{a} = u.id RETURNING u.name, u.*",
)  # fmt: skip
NAMES = ("note", "name", "v", "amount", "status", "holder2", "k", "value", "count")


def _pipeline(chance: random.Random) -> str:
    def step(form: str, **known: str) -> str:
        k, v = chance.sample(NAMES, 2)
        text = form
        for key, value in {**known, "k": k, "v": v}.items():
            text = text.replace(f"{{{key}}}", value)
        names[:] = k, v
        return text

    names: list[str] = []
    text = step(chance.choice(SOURCES))
    for _ in range(chance.randrange(4)):
        text = step(chance.choice(STEPS), r=text, a=names[0], b=names[1])
    return step(chance.choice(ENDINGS), r=text, a=names[0], b=names[1])


PIPELINES = [_pipeline(random.Random(seed)) for seed in range(300)]


@pytest.fixture(scope="module")
def twins(pg_dsn: str) -> Iterator[str]:
    """Fill two schemas."""
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        for side, schema in enumerate(SIDES):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
            connection.execute(f"SET search_path = {schema}")
            connection.execute("CREATE TABLE cards (id int PRIMARY KEY, pan text, cvv text, doc jsonb)")
            connection.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")
            for i, (start, end, code) in enumerate(zip(STARTS[side], ENDS, CODES[side], strict=True), 1):
                pan = _number(start, end)
                document = psycopg.types.json.Jsonb({"pan": pan})
                connection.execute("INSERT INTO cards VALUES (%s, %s, %s, %s)", (i, pan, code, document))
                connection.execute("INSERT INTO users VALUES (%s, %s)", (i, f"u{i}"))
        yield pg_dsn
        for schema in SIDES:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


def _answers(connect: Any, dsn: str) -> list[list[tuple[str, str]]]:
    found = []
    for schema in SIDES:
        with connect(dsn, options=f"-c search_path={schema}", autocommit=True) as connection:
            found.append([_answer(connection, sql) for sql in PIPELINES])
    return found


def _answer(connection: Any, sql: str) -> tuple[str, str]:
    connection.execute("BEGIN")
    try:
        return ("rows", repr(sorted(connection.execute(sql).fetchall(), key=repr)))
    except psycopg.Error as error:
        return ("error", f"{type(error).__name__}: {error}")
    finally:
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_no_pipeline_tells_card_numbers_apart(twins: str, mode: str) -> None:
    """With the catalog and without."""
    with Shield({"policy": ALLOW_ALL, "catalog": {"mode": mode}}, audit=RecordingLog()) as shield:
        one, other = _answers(shield.guard(psycopg).connect, twins)

    assert [] == [sql for sql, a, b in zip(PIPELINES, one, other, strict=True) if a != b]


def test_the_pipelines_run_and_tell_where_nobody_guards(twins: str) -> None:
    """What they look for is there to be found."""
    one, other = _answers(psycopg.connect, twins)
    ran = [a != b for a, b in zip(one, other, strict=True) if a[0] == "rows"]

    assert (True, True) == (len(ran) > 250, sum(ran) > 240)
