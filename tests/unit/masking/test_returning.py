"""RETURNING shows what a statement has just stored: masked as what that was made of."""

from __future__ import annotations

import pytest

from pcishield import Masker, analyze
from pcishield.core.result import ResultColumn
from pcishield.statement import Catalog, TableInfo, TableRef

TABLES = {"cards": ("id", "pan", "cvv", "note"), "users": ("id", "name")}
CATALOG = Catalog("postgres", {TableRef(t, "public"): TableInfo(TableRef(t, "public"), c) for t, c in TABLES.items()})

STORED = [
    "UPDATE cards SET note = left(pan, 8) WHERE id = 1 RETURNING {}",
    "UPDATE cards SET (id, note) = (2, reverse(pan)) WHERE id = 1 RETURNING {}",
    "UPDATE cards SET (id, note) = (SELECT id, left(pan, 8) FROM cards c WHERE c.id = 2) WHERE id = 1 RETURNING {}",
    "UPDATE cards AS t SET note = left(c.pan, 8) FROM cards c WHERE c.id = t.id AND t.id = 1 RETURNING {}",
    "INSERT INTO cards (id, note) SELECT id, left(pan, 8) FROM cards RETURNING {}",
    "INSERT INTO cards (id, note) VALUES (1, 'x'), (2, (SELECT left(pan, 8) FROM cards WHERE id = 1)) RETURNING {}",
    "INSERT INTO cards (id, note) SELECT id, left(pan, 8) FROM cards "
    "ON CONFLICT (id) DO UPDATE SET note = excluded.note RETURNING {}",
    "INSERT INTO cards (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = left(cards.pan, 4)"
    " RETURNING {}",
    "MERGE INTO cards AS t USING cards c ON c.id = t.id WHEN MATCHED "
    "THEN UPDATE SET note = left(c.pan, 8) RETURNING {}",
]


def _treated(sql: str, name: str, catalog: Catalog | None) -> str:
    return Masker().plan(analyze(sql, "postgres", catalog), [ResultColumn(name)]).columns[0]


@pytest.mark.parametrize("catalog", [None, CATALOG], ids=["unknown", "catalog"])
@pytest.mark.parametrize("sql", STORED)
def test_what_was_made_of_a_card_number_comes_back_redacted(sql: str, catalog: Catalog | None) -> None:
    """However it was stored, and whatever the column is called."""
    shown = ["note", "note AS x", "upper(note) AS x"]

    assert {"redact-all"} == {
        _treated(sql.format(f"{'t.' if ' AS t ' in sql else ''}{item}".replace("t.upper(", "upper(t.")), "x", catalog)
        for item in shown
    }


@pytest.mark.parametrize("sql", STORED[:2])
def test_a_star_shows_it_too(sql: str) -> None:
    """With a catalog the column alone is redacted; without one, nobody knows which it is."""
    names = [ResultColumn(name) for name in TABLES["cards"]]
    known = Masker().plan(analyze(sql.format("*"), "postgres", CATALOG), names).columns
    unknown = Masker().plan(analyze(sql.format("*"), "postgres"), names).columns

    assert ("scan", "format:pan", "redact", "redact-all") == known
    assert "redact-all" == unknown[3]


@pytest.mark.parametrize("catalog", [None, CATALOG], ids=["unknown", "catalog"])
@pytest.mark.parametrize(
    ("sql", "treatment"),
    [
        ("UPDATE cards SET pan = trim(pan) WHERE id = 1 RETURNING pan", "format:pan"),
        ("UPDATE cards SET pan = $1, note = 'x' || note WHERE id = 1 RETURNING pan", "format:pan"),
        ("UPDATE users SET name = upper(id::text) WHERE id = 1 RETURNING name", "scan"),
        ("INSERT INTO users (id, name) SELECT id, note FROM cards RETURNING name", "scan"),
        ("UPDATE cards SET note = left(pan, 8) WHERE id = 1 RETURNING id", "scan"),
        ("INSERT INTO cards (id, pan) VALUES ($1, $2) RETURNING pan", "format:pan"),
        ("UPDATE cards SET note = pan WHERE id = 1 RETURNING note", "format:pan"),
    ],
)
def test_other_columns_come_back_as_before(sql: str, treatment: str, catalog: Catalog | None) -> None:
    """A column's own value, whatever was done to it, has its format."""
    assert treatment == _treated(sql, "x", catalog)


UNNAMED = [
    "INSERT INTO notes VALUES (1, (SELECT left(pan, 8) FROM cards WHERE id = 1)) RETURNING {}",
    "INSERT INTO notes SELECT id, left(pan, 8) FROM cards RETURNING {}",
    "INSERT INTO notes SELECT * FROM (SELECT id, left(pan, 8) FROM cards) q RETURNING {}",
    "INSERT INTO notes (id, a, b) SELECT t.*, left(c.pan, 8) FROM t, cards c RETURNING {}",
    "WITH w AS (INSERT INTO notes SELECT id, cvv FROM cards RETURNING *) SELECT {} FROM w",
]


@pytest.mark.parametrize("shown", ["b", "b AS x", "upper(b) AS x", "*"])
@pytest.mark.parametrize("sql", UNNAMED)
def test_what_is_stored_nobody_knows_where_may_come_back_in_any_column(sql: str, shown: str) -> None:
    """An INSERT without a list of columns, or one that stores a star, into a table that nobody knows."""
    treated = _treated(sql.format(shown), "x", None)

    assert treated in {"redact", "redact-all"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE users SET name = email WHERE id = 1 RETURNING {}",
        "INSERT INTO orders SELECT id, upper(name), total FROM carts RETURNING {}",
        "INSERT INTO orders VALUES (1, (SELECT name FROM users WHERE id = 1)) RETURNING {}",
        "WITH w AS (UPDATE users SET name = email WHERE id = 1 RETURNING *) SELECT {} FROM w",
        "INSERT INTO archive SELECT * FROM orders RETURNING {}",
    ],
)
@pytest.mark.parametrize("shown", ["*", "name AS x"])
def test_what_has_nothing_to_do_with_cards_comes_back(sql: str, shown: str) -> None:
    """Stored in a column of a table that nobody knows, it is told by where it comes from."""
    assert "scan" == _treated(sql.format(shown), "x", None)


def test_what_a_merge_inserts_comes_back_redacted() -> None:
    """MERGE's INSERT stores as its UPDATE does."""
    sql = (
        "MERGE INTO notes t USING cards c ON c.id = t.id WHEN NOT MATCHED THEN "
        "INSERT (id, note) VALUES (c.id, left(c.pan, 8)) RETURNING t.note"
    )

    assert "redact-all" == _treated(sql, "note", None)
