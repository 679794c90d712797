"""What cannot be told is not shown: unknown outputs over classified columns, and columns nobody can read."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from pcishield import Masker, analyze
from pcishield.core.result import ResultColumn
from pcishield.masking import MaskStats
from pcishield.testing import make_pan

MASKER = Masker()
PIECES = analyze("SELECT substr(card_number, 1, 8) AS a FROM payments", "postgres")
PLAIN = analyze("SELECT id FROM users", "postgres")


def test_unknown_outputs_over_a_classified_column_are_redacted() -> None:
    """Without lineage, a column that the metadata does not name could be made of the card number."""
    plan = MASKER.plan(replace(PIECES, outputs=None), [ResultColumn("a", "text")])

    assert ("redact-all",) == plan.columns


@pytest.mark.parametrize("kernel", ["auto", "python"])
@pytest.mark.parametrize(
    "expression",
    [
        "CASE WHEN pan LIKE '4%' THEN 1 END",
        "nullif(substr(pan, 1, 1), '4')",
        "CASE substr(pan, 2, 1) WHEN '1' THEN 'x' END",
        "iif(substr(pan, 3, 1) = '1', 1, NULL)",
        "json_extract('{\"4\": 1}', '$.' || substr(pan, 1, 1))",
        "unhex(substr(pan, 1, 1) || 'g')",
    ],
)
def test_null_is_an_answer_too(kernel: Any, expression: str) -> None:
    """Whether a computed value is NULL may depend on the digits, so it is not shown; a bare column's NULL is."""
    statement = analyze(f"SELECT {expression} AS x, pan FROM cards", "sqlite")
    plan = Masker(kernel=kernel).plan(statement, [ResultColumn("x", "other"), ResultColumn("pan", "text")])
    stats = MaskStats()
    rows = plan.mask([(None, None), (1, None)], stats)

    assert [("[REDACTED:pan]", None)] * 2 == rows
    assert {("x", "pan"): 2} == stats.masked


def test_unknown_outputs_without_classified_columns_are_scanned() -> None:
    """Ordinary statements whose outputs are not known go on working."""
    plan = MASKER.plan(replace(PLAIN, outputs=None), [ResultColumn("id", "text")])

    assert ("scan",) == plan.columns


def test_bytes_that_are_no_text_are_redacted_in_an_opaque_column() -> None:
    """Text is scanned as ever, in tuples too; the eight bytes of a number are not handed out."""
    pan = make_pan()
    sent = struct.pack(">q", int(pan))
    shown = "*" * 12 + pan[-4:]

    for statement in (PLAIN, None):
        plan = MASKER.plan(statement, [ResultColumn("id", "opaque")])
        stats = MaskStats()
        rows = [(sent,), (None,), (b"blue",), (pan.encode(),), ((1, sent, pan),), ([b"red", sent],), (7,)]

        assert [
            ("[REDACTED:opaque]",),
            (None,),
            (b"blue",),
            (shown.encode(),),
            ((1, "[REDACTED:opaque]", shown),),
            ([b"red", "[REDACTED:opaque]"],),
            (7,),
        ] == plan.mask(rows, stats)
        assert 3 == stats.masked["id", "opaque"]


def test_an_opaque_column_made_of_a_card_number_is_redacted_whole() -> None:
    """Lineage wins: what is computed from a classified column is not shown, readable or not."""
    plan = MASKER.plan(PIECES, [ResultColumn("a", "opaque")])

    assert [("[REDACTED:pan]",)] == plan.mask([(b"readable",)], MaskStats())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM users UNION ALL SELECT id, left((c).pan, 8) FROM cards c",
        "INSERT INTO users (id, name) SELECT id, left((c).pan, 8) FROM cards c RETURNING *",
        "SELECT * FROM users UNION ALL SELECT id, v FROM (SELECT id, left((c).pan, 8) AS v FROM cards c) q",
    ],
)
def test_what_is_computed_from_an_unknown_row_is_redacted_wherever_it_comes_out(sql: str) -> None:
    """Without a catalog ``(c).pan`` is of the whole row, and ``*`` of as many columns as there are."""
    plan = MASKER.plan(analyze(sql, "postgres"), [ResultColumn("id"), ResultColumn("name")])

    assert ("redact-all", "redact-all") == plan.columns


def test_rows_that_are_passed_on_are_looked_at_by_value() -> None:
    """Nothing is computed from them."""
    sql = "INSERT INTO users SELECT * FROM people RETURNING *"
    plan = MASKER.plan(analyze(sql, "postgres"), [ResultColumn("id"), ResultColumn("name")])

    assert ("scan", "scan") == plan.columns


def test_a_key_of_a_whole_row_is_of_the_row() -> None:
    """``to_jsonb(c) ->> 'x'``: nobody knows what was put under that key."""
    sql = (
        "SELECT e ->> 'n' AS x FROM (SELECT jsonb_agg(left((c).pan, 8)) AS j FROM cards c) s, jsonb_array_elements(j) e"
    )

    assert ("redact-all",) == MASKER.plan(analyze(sql, "postgres"), [ResultColumn("x")]).columns


def test_a_column_of_an_unknown_row_is_not_the_outer_tables() -> None:
    """``v`` may be a column of ``(q).*``, and not of ``users``, whose columns nobody knows either."""
    inner = "SELECT v FROM (SELECT (q).* FROM (SELECT c.id, left(pan, 8) AS v FROM cards c) q) q WHERE q.id = u.id"
    plan = MASKER.plan(analyze(f"SELECT (({inner}) || '') AS x FROM users u", "postgres"), [ResultColumn("x")])

    assert ("redact-all",) == plan.columns


def test_a_name_of_another_class_does_not_show_more() -> None:
    """What comes out under a cardholder's name, nobody knows from where, may be a card number's."""
    statement = analyze(
        "SELECT (q).* FROM (SELECT c.id, left(pan, 8) AS v FROM cards c) q(id, holder_name)", "postgres"
    )
    plan = MASKER.plan(statement, [ResultColumn("id"), ResultColumn("card_holder_name")])

    assert ("redact-all", "redact-all") == plan.columns


@pytest.mark.parametrize(
    ("dialect", "sql", "names"),
    [
        ("duckdb", "SELECT c.* AS note FROM cards c", "note note note"),
        ("duckdb", "SELECT * FROM cards q (a, b, c)", "a b c"),
        ("mysql", "WITH q (a, b, c) AS (SELECT * FROM cards) SELECT * FROM q", "a b c"),
        ("mysql", "SELECT * FROM orders UNION ALL SELECT * FROM cards", "id name note"),
        ("duckdb", "SELECT * FROM (SELECT unnest(c) FROM cards c) q (a, b)", "a b"),
    ],
)
def test_columns_under_the_names_of_others_are_redacted(dialect: str, sql: str, names: str) -> None:
    """Without a catalog nobody knows what the columns of a table are, and here their names do not tell."""
    plan = MASKER.plan(analyze(sql, dialect), [ResultColumn(name, "text") for name in names.split()])

    assert {"redact-all"} == set(plan.columns)


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT id, c.* FROM cards c", "id id name"),
        ("SELECT * FROM cards UNION ALL SELECT * FROM cards", "id name note"),
        ("SELECT COLUMNS('n.*') FROM cards", "name note"),
        ("SELECT max(COLUMNS(*)) FROM cards", "id name note"),
    ],
)
def test_columns_under_their_own_names_are_told_by_them(sql: str, names: str) -> None:
    """As many as there are, each by its name."""
    plan = MASKER.plan(analyze(sql, "duckdb"), [ResultColumn(name, "text") for name in names.split()])

    assert {"scan"} == set(plan.columns)


@pytest.mark.parametrize("sql", ["INSERT INTO users VALUES (1, 'x')", "DELETE FROM users WHERE id = 1"])
def test_how_many_rows_duckdb_has_changed_is_no_secret(sql: str) -> None:
    """It answers a write by a row with their number."""
    statement = analyze(sql, "duckdb")

    assert [("scan",), ("redact-all",)] == [
        MASKER.plan(statement, [ResultColumn(name, "number")]).columns for name in ("Count", "note")
    ]


@pytest.mark.parametrize("dialect", ["duckdb", "mysql", "sqlite"])
@pytest.mark.parametrize(
    ("output", "name", "treatments"),
    [
        ("c.cvv AS NOTE", "NOTE", "scan scan redact scan scan"),
        ("c.cvv AS Id", "Id", "redact scan redact redact scan"),
        ("reverse(c.pan)", "reverse(c.pan)", "redact-all redact-all redact-all redact-all redact-all"),
        ("reverse(c.pan)", "other", "redact-all redact-all redact-all redact-all redact-all"),
        ("lower(u.name)", "lower(u.name)", "scan scan scan scan scan"),
    ],
)
def test_an_output_between_stars_is_found_by_its_name(dialect: str, output: str, name: str, treatments: str) -> None:
    """In any case of letters; where no column has that name, each column there may be it."""
    statement = analyze(f"SELECT u.*, {output}, u.* FROM cards c, users u", dialect)
    plan = MASKER.plan(statement, [ResultColumn(one, "text") for one in ("id", "name", name, "id", "name")])

    assert tuple(treatments.split()) == plan.columns
