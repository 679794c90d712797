"""Noninterference: what differs between two databases that differ only in ``pan`` must be said to come from it.

Random queries run on twin SQLite databases. The predicates never look at ``pan``, so both return the same rows;
every output cell that differs must belong to an output whose sources hold ``cards.pan`` (or the whole row).
"""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from pcishield.statement import ColumnRef, OutputColumn, Statement, TableRef, analyze

CARDS = TableRef("cards")
PAN, ROW = ColumnRef("pan", CARDS), ColumnRef("*", CARDS)
SCHEMA = """
CREATE TABLE cards (id INTEGER PRIMARY KEY, holder TEXT, pan TEXT, merchant_id INTEGER);
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, tenant_id INTEGER);
INSERT INTO users VALUES (1, 'ann', 10), (2, 'bob', 20), (3, 'cy', 10);
"""


def _database(values: tuple[str, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    rows = [(i + 1, f"h{i % 2}", value, i % 2 + 1) for i, value in enumerate(values)]
    connection.executemany("INSERT INTO cards VALUES (?, ?, ?, ?)", rows)
    return connection


TWINS = (_database(("aaXb", "cdYe", "fgZh")), _database(("qrSt", "uvWx", "yyVz")))

COLUMNS = ["c.id", "c.holder", "c.pan", "pan", "holder", "c.merchant_id"]
WRAPPERS = [
    "{}",
    "({})",
    "upper({})",
    "substr({}, 1, 2)",
    "({} || 'x')",
    "('k' || {})",
    "coalesce({}, 'none')",
    "CASE WHEN 1 = 1 THEN {} ELSE 'n' END",
    "CASE {} WHEN 'aaXb' THEN 1 ELSE 2 END",
    "({} LIKE 'a%')",
    "hex({})",
    "json_array({})",
    "cast({} AS TEXT)",
    "iif(length({}) > 1, 'long', 'short')",
    "instr({}, 'X')",
    "(SELECT {})",
    "({} IS NULL)",
    "length({})",
    "nullif({}, 'aaXb')",
    "printf('%s', {})",
    "({} IN ('aaXb', 'uvWx'))",
    "max({}, 'm')",
]

column = st.sampled_from(COLUMNS)
wrapper = st.sampled_from(WRAPPERS)


@st.composite
def expression(draw: st.DrawFn) -> str:
    text = draw(column)
    for _ in range(draw(st.integers(0, 3))):
        text = draw(wrapper).format(text)
    return text


@st.composite
def inner(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A query over cards, ordered by id, and the names of its columns."""
    width = draw(st.integers(1, 3))
    names = draw(st.permutations(["x", "y", "pan2", "holder2"]))[:width]
    items = [f"{draw(expression())} AS {name}" for name in names]
    return f"SELECT {', '.join(items)}, c.id AS k FROM cards c", [*names, "k"]


@st.composite
def query(draw: st.DrawFn) -> str:
    """One of many ways to get the columns of a query over cards out again."""
    base, names = draw(inner())
    picked = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
    items = ", ".join(draw(wrapper).format(f"q.{name}") for name in picked)
    renamed = ", ".join(f"r{i}" for i in range(len(names)))
    first = draw(expression())
    shape = draw(st.integers(0, 15))
    return (
        f"SELECT * FROM ({base}) ORDER BY k",
        f"SELECT {items} FROM ({base}) q ORDER BY q.k",
        f"WITH q AS ({base}) SELECT {items} FROM q ORDER BY q.k",
        f"WITH q({renamed}) AS ({base}) SELECT * FROM q ORDER BY r{len(names) - 1}",
        f"WITH q AS ({base}) SELECT q.*, u.name FROM q JOIN users u ON u.id = q.k ORDER BY q.k",
        f"SELECT u.name, (SELECT {first} FROM cards c WHERE c.id = u.id) AS s FROM users u ORDER BY u.id",
        f"SELECT * FROM ({base} WHERE c.id = 1) UNION ALL SELECT * FROM ({base} WHERE c.id = 2)",
        f"SELECT name, tenant_id FROM users UNION ALL SELECT {first}, c.id FROM cards c",
        f"SELECT group_concat({first}) FROM cards c",
        f"SELECT c.merchant_id, min({first}), count({first}) FROM cards c GROUP BY c.merchant_id ORDER BY 1",
        f"SELECT {first}, row_number() OVER (ORDER BY c.id), lag({first}) OVER (ORDER BY c.id) "
        "FROM cards c ORDER BY c.id",
        f"SELECT * FROM users u LEFT JOIN ({base}) q ON q.k = u.id ORDER BY u.id",
        "SELECT * FROM cards JOIN (SELECT id, name FROM users) USING (id) ORDER BY id",
        f"WITH RECURSIVE r(n, v) AS (SELECT 1, {first} FROM cards c WHERE c.id = 1 "
        "UNION ALL SELECT n + 1, v || n FROM r WHERE n < 3) SELECT * FROM r",
        f"SELECT count(*), count(DISTINCT {first}), u.name FROM cards c, users u GROUP BY u.name ORDER BY u.name",
        "SELECT (SELECT count(*) FROM cards c WHERE c.id = u.id), EXISTS (SELECT 1 FROM cards c WHERE c.id = u.id), "
        f"{items} FROM users u JOIN ({base}) q ON q.k = u.id ORDER BY u.id",
    )[shape]


def _aligned(statement: Statement, width: int) -> list[OutputColumn]:
    """One output for each result column; ``*`` takes what the others leave."""
    assert statement.outputs is not None
    outs = list(statement.outputs)
    stars = [i for i, out in enumerate(outs) if out.name == "*"]
    if len(stars) > 1:
        every = frozenset().union(*(out.sources for out in outs))
        return [OutputColumn("*", "unknown", every)] * width
    if stars:
        i = stars[0]
        outs[i : i + 1] = [outs[i]] * (width - len(outs) + 1)
    assert width == len(outs)
    return outs


@given(sql=query())
def test_what_depends_on_the_pan_is_said_to(sql: str) -> None:
    """An output that changes with the card numbers names them among its sources and is not called safe."""
    left, right = (twin.execute(sql).fetchall() for twin in TWINS)
    statement = analyze(sql, "sqlite")

    assert statement.kind == "select"
    outs = _aligned(statement, len(left[0]))
    assert len(left) == len(right)
    for i, out in enumerate(outs):
        if any(a[i] != b[i] for a, b in zip(left, right, strict=True)):
            assert {PAN, ROW} & out.sources
            assert out.derivation != "safe"
