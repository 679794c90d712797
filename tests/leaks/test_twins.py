"""Two databases that differ in card numbers only: what the guard lets out must not tell them apart.

Every function of SQLite is put around a card column, and that into every part of a statement. Where the database's own
answers differ and the policy lets the statement run, the guarded answers are the same: rows, how many there are and in
which order, names, errors. The numbers share their last four digits, and their order: to sort by a whole number is
allowed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import PolicyViolation
from pcishield.masking.iin import luhn_valid
from pcishield.testing import RecordingLog

SCHEMA = """
CREATE TABLE cards (id INTEGER PRIMARY KEY, holder TEXT, pan TEXT, cvv TEXT, note TEXT);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE VIEW numbers AS SELECT id, pan AS number, substr(pan, 1, 8) AS lead FROM cards;
"""
ENDS = ("1234", "5678", "9012")
STARTS = (("4111", "4222", "5100"), ("4387", "4590", "5203"))
CODES = (("123", "456", "789"), ("135", "468", "793"))

VALUES = ("1", "2", "'4'", "'$'", "'%d'", "NULL")
OPERATORS = "|| + - * / % << >> & | < <= = <> IS LIKE GLOB ->> IS NOT".split(" ")
SKIPPED = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "random", "randomblob", "->"})
SHAPES = (
    "SELECT id, {} FROM cards c",
    "SELECT DISTINCT {} FROM cards c",
    "SELECT id FROM cards c WHERE {}",
    "SELECT id FROM cards c ORDER BY {}, id",
    "SELECT count(*) FROM cards c GROUP BY {}",
    "SELECT 1 FROM cards c HAVING max({}) > '5'",
    "SELECT (SELECT {} FROM cards c WHERE id = 1) AS x",
    "SELECT u.id FROM users u JOIN cards c ON {} = u.id",
    "SELECT id FROM users LIMIT (SELECT {} FROM cards c WHERE id = 1)",
    "SELECT * FROM (SELECT id, {} AS note FROM cards c) q",
    "WITH q AS (SELECT {} AS x FROM cards c) SELECT x FROM q UNION SELECT 'a'",
    "SELECT {} FROM cards c INTERSECT SELECT 1",
    "SELECT v FROM (SELECT {} AS v FROM cards c UNION ALL SELECT 4) GROUP BY v",
    "INSERT INTO users (name) SELECT {} FROM cards c RETURNING name",
    "UPDATE cards AS c SET note = {} WHERE id = 1 RETURNING id, note",
    "SELECT row_number() OVER (ORDER BY {}), id FROM cards c ORDER BY id",
    "SELECT sum(1) FILTER (WHERE {} > '5') FROM cards c",
    "SELECT id, {} IS NULL, typeof({}), length({}) FROM cards c",
    "SELECT count(DISTINCT {}), max({}) FROM cards c",
    "SELECT abs(-9223372036854775807 - ({} > '5')) FROM cards c",
    "SELECT u.name FROM users u WHERE EXISTS (SELECT 1 FROM cards c WHERE c.id = u.id AND {})",
    "SELECT j.value FROM cards c, json_each(json_array({})) j",
)
PLAIN = (
    "{}", "CAST({} AS INTEGER)", "CAST({} AS BLOB)", "CASE WHEN {} > '5' THEN 1 ELSE 2 END", "{} IN ('4', '5')",
    "{} BETWEEN '4' AND '5'", "({}, 1) > ('5', 2)", "(SELECT lead FROM numbers WHERE id = 1)", "NOT {}", "-{}",
)  # fmt: skip


def _number(start: str, end: str) -> str:
    return next(n for n in (f"{start}{i:08}{end}" for i in range(73, 10**8, 12345)) if luhn_valid(n))


def _fill(path: Path, side: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        for i, (start, end, code) in enumerate(zip(STARTS[side], ENDS, CODES[side], strict=True), 1):
            connection.execute("INSERT INTO cards VALUES (?, ?, ?, ?, 'n')", (i, f"h{i}", _number(start, end), code))
            connection.execute("INSERT INTO users VALUES (?, ?)", (i, f"u{i}"))


def _expressions() -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        functions = connection.execute("SELECT DISTINCT name, narg, type FROM pragma_function_list ORDER BY 1, 2")
        found = [*PLAIN]
        for name, count, kind in functions.fetchall():
            if name in SKIPPED or not name.replace("_", "").isalnum() or count == 0:
                continue
            for width, value in product((count,) if count > 0 else (1, 2, 3), VALUES[:3]):
                for place in range(width):
                    arguments = ", ".join("{}" if i == place else value for i in range(width))
                    found.append(f"{name}({arguments})" + (" OVER ()" if kind == "w" else ""))
    for operator, value in product(OPERATORS, VALUES):
        found += [f"({{}} {operator} {value})", f"({value} {operator} {{}})"]
    return list(dict.fromkeys(found))


EXPRESSIONS = _expressions()


class Sides:
    """The twins, raw and guarded."""

    def __init__(self, raw: list[Any], guarded: list[Any]) -> None:
        self.raw, self.guarded = raw, guarded

    def told_apart(self, sql: str) -> bool:
        """Whether the guarded answers differ; asked of the guard only where the raw ones do."""
        one, other = (_answer(side, sql) for side in self.raw)
        if one == other:
            return False
        try:
            return _answer(self.guarded[0], sql) != _answer(self.guarded[1], sql)
        except PolicyViolation:
            return False


def _answer(connection: Any, sql: str) -> tuple[Any, ...]:
    connection.execute("BEGIN")
    try:
        cursor = connection.execute(sql)
        return (tuple(column[0] for column in cursor.description or ()), cursor.fetchall())
    except sqlite3.Error as error:
        if isinstance(error, PolicyViolation):
            raise
        return (type(error), str(error))
    finally:
        connection.execute("ROLLBACK")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    """Open the twins."""
    from pcishield.shield import Shield

    directory = tmp_path_factory.mktemp("twins")
    paths = [directory / name for name in ("one.db", "other.db")]
    for side, path in enumerate(paths):
        _fill(path, side)
    with Shield({}, audit=RecordingLog()) as shield:
        connect: Callable[..., Any] = shield.guard(sqlite3).connect
        opened = [[open_(path, isolation_level=None) for path in paths] for open_ in (sqlite3.connect, connect)]
        yield Sides(*opened)
        for connection in (*opened[0], *opened[1]):
            connection.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_sqlite_lets_nothing_tell_card_numbers_apart(sides: Sides, shape: str) -> None:
    """Whatever stands around a card number, and wherever that stands."""
    statements = [shape.replace("{}", expression.replace("{}", "c.pan")) for expression in EXPRESSIONS]

    assert [] == [sql for sql in statements if sides.told_apart(sql)]


def test_the_twins_differ_and_may_be_sorted(sides: Sides) -> None:
    """The judge sees differences where there are some, and none where the policy takes what differs away."""
    seen = [tuple(_answer(side, "SELECT pan FROM cards") for side in pair) for pair in (sides.raw, sides.guarded)]
    order = [_answer(side, "SELECT id FROM cards ORDER BY pan") for side in sides.guarded]

    assert (True, False, True) == (seen[0][0] != seen[0][1], seen[1][0] != seen[1][1], order[0] == order[1])
