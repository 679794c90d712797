"""SQLite's full-text and R-tree tables keep their content a second time, under names that tell nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from pcishield.testing import RecordingLog, make_pan

PAN = make_pan()
CODE = "735"
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
SCHEMA = """
CREATE VIRTUAL TABLE ft USING fts5(pan, cvv, note, tokenize = 'trigram');
CREATE VIRTUAL TABLE words USING fts5vocab('ft', 'row');
CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, ft, instance);
CREATE VIRTUAL TABLE old USING fts4(pan, cvv, note);
CREATE VIRTUAL TABLE temp."old words" USING fts4aux(main, [old]);
CREATE VIRTUAL TABLE box USING rtree_i32(id, cvv, until);
CREATE VIRTUAL TABLE notes USING fts5(title, body);
CREATE VIRTUAL TABLE terms USING fts5vocab(notes, 'row');
"""


@pytest.fixture
def connection(make_shield: Any) -> Iterator[Any]:
    """A guarded connection to a database with such tables."""
    guarded = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3).connect(":memory:")
    guarded.executescript(SCHEMA)
    for table in ("ft", "old"):
        guarded.execute(f"INSERT INTO {table} (pan, cvv, note) VALUES (?, ?, 'blue')", (PAN, CODE))
    guarded.execute("INSERT INTO box VALUES (1, ?, 900)", (CODE,))
    guarded.execute("INSERT INTO notes VALUES ('a', 'blue car')")
    guarded.commit()
    yield guarded
    guarded.close()


def _shows(rows: list[Any]) -> bool:
    pieces = [PAN[i : i + 3] for i in range(1, len(PAN) - 6)] + [CODE]
    texts = [cell if isinstance(cell, str) else bytes(cell).decode("latin-1")
             for row in rows for cell in row if isinstance(cell, (str, bytes))]  # fmt: skip
    return any(piece in text for piece in pieces for text in texts) or any(int(CODE) in row for row in rows)


@pytest.mark.parametrize(
    "table",
    ["ft", "words", "places", "ft_content", "ft_data", "ft_idx", "ft_docsize", "ft_config", "old", '"old words"',
     "old_content", "old_segdir", "old_segments", "box", "box_node", "box_rowid", "box_parent"],
)  # fmt: skip
def test_no_table_of_an_index_shows_what_is_in_it(connection: Any, table: str) -> None:
    """Neither words in pieces nor the pages that they are stored in."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()

    assert not _shows(rows)


def test_a_word_under_another_name_is_redacted(connection: Any) -> None:
    """What derives from the list of words derives from the card number."""
    rows = connection.execute("SELECT DISTINCT upper(w.term) AS note FROM words w").fetchall()

    assert {("[REDACTED:sad.cvc]",)} == set(rows)


def test_what_is_no_card_data_in_an_index_is_shown(connection: Any) -> None:
    """Other columns of the content, numbers of rows and words, and indexes of ordinary tables."""
    asked = (
        "SELECT * FROM terms",
        "SELECT c1 FROM notes_content",
        "SELECT c2, id FROM ft_content",
        "SELECT cnt, doc FROM words WHERE term = 'blu'",
        "SELECT note FROM ft",
        "SELECT occurrences FROM \"old words\" WHERE term = 'blue' AND col = '*'",
    )

    assert [
        [("a", 1, 1), ("blue", 1, 1), ("car", 1, 1)], [("blue car",)], [("blue", 1)], [(1, 1)], [("blue",)], [(1,)],
    ] == [connection.execute(sql).fetchall() for sql in asked]  # fmt: skip


def test_a_star_over_a_full_text_table_keeps_its_columns_apart(connection: Any) -> None:
    """Its hidden columns are no part of the star, so that each column is judged by itself."""
    rows = connection.execute("SELECT * FROM ft").fetchall()

    assert [("*" * 12 + PAN[-4:], "[REDACTED:sad.cvc]", "blue")] == rows


def test_looking_into_the_catalog_makes_no_database(make_shield: Any) -> None:
    """``PRAGMA database_list`` shows ``temp`` from the first look into it; the guard looks where there is something."""
    guarded = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3).connect(":memory:")
    guarded.execute("CREATE TABLE note (id, body)")
    guarded.execute("SELECT body FROM note").fetchall()
    before = [row[1] for row in guarded.execute("PRAGMA database_list")]
    guarded.executescript("CREATE TEMP TABLE s (cvv); CREATE TEMP VIEW numbers AS SELECT cvv AS x FROM s")
    guarded.execute("INSERT INTO s VALUES (?)", (CODE,))
    after = [row[1] for row in guarded.execute("PRAGMA database_list")]
    row = guarded.execute("SELECT x FROM numbers").fetchone()
    guarded.close()

    assert (["main"], ["main", "temp"]) == (before, after)
    assert ("[REDACTED:sad.cvc]",) == row
