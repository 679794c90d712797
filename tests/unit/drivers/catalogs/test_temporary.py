"""Temporary tables of MySQL, which its catalog does not list: known when it is known what was put into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.drivers.catalogs.conftest import ALLOW_ALL, PAN, Database

MASKED = "*" * (len(PAN) - 4) + PAN[-4:]
GONE = "[REDACTED:pan]"
Run = Callable[[str], list[tuple[Any, ...]]]

pytestmark = pytest.mark.parametrize("database", ["mysql.connector"], indirect=True)


@pytest.mark.parametrize(
    "made",
    [
        ("CREATE TEMPORARY TABLE t (id INT, label VARCHAR(40))", "INSERT INTO t VALUES (1, 'plain')"),
        ("CREATE TEMPORARY TABLE t AS SELECT 1 AS id, 'plain' AS label",),
        ("CREATE TEMPORARY TABLE t AS SELECT id, note AS label FROM cards", "UPDATE t SET label = 'plain'"),
        ("CREATE OR REPLACE TEMPORARY TABLE t (id INT, label VARCHAR(40)) AS SELECT id, 'plain' AS label FROM orders",),
    ],
)
def test_what_the_session_has_made_of_ordinary_data_is_ordinary(run: Run, made: tuple[str, ...]) -> None:
    """Nothing of it is redacted, by star or by name."""
    for sql in made:
        run(sql)

    assert [(1, "plain")] == run("SELECT * FROM t")
    assert [("plain",)] == run("SELECT label FROM t WHERE id = 1")


def test_its_columns_are_masked_as_any_others(run: Run) -> None:
    """By name and by value."""
    run("CREATE TEMPORARY TABLE t (id INT, cvv VARCHAR(4), label VARCHAR(40))")
    run(f"INSERT INTO t (id, label) VALUES (1, '{PAN}')")

    assert [(1, None, MASKED)] == run("SELECT * FROM t")


LEADING = "SELECT id, substr(pan, 1, 8) AS label FROM cards"


@pytest.mark.parametrize(
    "made",
    [
        (f"CREATE TEMPORARY TABLE t AS {LEADING}",),
        ("CREATE TEMPORARY TABLE t AS SELECT a AS id, c AS label FROM renamed",),
        ("CREATE TEMPORARY TABLE t (id INT, label TEXT)", f"INSERT INTO t {LEADING}"),
        ("CREATE TEMPORARY TABLE t (id INT, label TEXT)", "SELECT * FROM t", f"REPLACE INTO t {LEADING}"),
        ("CREATE TEMPORARY TABLE t AS SELECT 1 AS id, 'abcdefgh' AS label", "SELECT * FROM t",
         "UPDATE t SET label = (SELECT substr(pan, 1, 8) FROM cards)"),
        (f"CREATE TEMPORARY TABLE s AS {LEADING}", "CREATE TEMPORARY TABLE t AS SELECT * FROM s"),
        (f"CREATE TEMPORARY TABLE s AS {LEADING}", "CREATE TEMPORARY TABLE t (id INT, label TEXT)",
         "INSERT INTO t SELECT * FROM s"),
        (f"CREATE TEMPORARY TABLE s AS {LEADING}", "CREATE TEMPORARY TABLE t (id INT)", "DROP TEMPORARY TABLE t",
         "ALTER TABLE s RENAME TO t"),
        (f"CREATE TEMPORARY TABLE t AS {LEADING}", "CREATE TEMPORARY TABLE IF NOT EXISTS t (id INT, label TEXT)"),
        ("CREATE TEMPORARY TABLE t (id INT, pan VARCHAR(30), label VARCHAR(8) AS (substr(pan, 1, 8)))",
         "INSERT INTO t (id, pan) SELECT 1, pan FROM cards"),
        ("CREATE TEMPORARY TABLE t (id INT, label TEXT)", "SELECT substr(pan, 1, 8) INTO @x FROM cards",
         "INSERT INTO t VALUES (1, @x)"),
    ],
)  # fmt: skip
def test_what_was_filled_with_card_data_stays_unknown(run: Run, made: tuple[str, ...]) -> None:
    """Whatever it calls it."""
    for sql in made:
        run(sql)

    assert {GONE} == {row[0] for row in run("SELECT label FROM t")}


def test_a_generated_column_is_not_followed(run: Run) -> None:
    """What it is made of is not known."""
    run("CREATE TEMPORARY TABLE t (pan VARCHAR(30), label VARCHAR(8) AS (substr(pan, 1, 8)))")
    run(f"INSERT INTO t (pan) VALUES ('{PAN}')")

    assert [(GONE,)] == run("SELECT label FROM t")


def test_after_a_procedure_no_temporary_table_is_known(database: Database, run: Run) -> None:
    """It may have filled any."""
    database.raw(f"CREATE PROCEDURE fill() INSERT INTO t {LEADING}")
    run("CREATE TEMPORARY TABLE t (id INT, label TEXT)")
    assert [] == run("SELECT * FROM t")
    run("CALL fill()")

    assert [(GONE,)] == run("SELECT label FROM t")


def test_it_hides_the_view_of_its_name_and_no_longer_than_it_is_there(run: Run) -> None:
    """The server says which of the two it is."""
    run("CREATE TEMPORARY TABLE renamed (c TEXT)")
    run("INSERT INTO renamed VALUES ('plain')")
    hidden = run("SELECT c FROM renamed")
    run("DROP TEMPORARY TABLE renamed")

    assert [("plain",)] == hidden
    assert [(GONE,)] == run("SELECT c FROM renamed")


def test_one_that_is_gone_without_a_word_is_no_longer_believed(
    database: Database, make_shield: Callable[..., Any]
) -> None:
    """A session that was reset has lost its tables, and the name is the view's again."""
    run = database.connect(make_shield(policy=ALLOW_ALL, audit=database.log))
    run("CREATE TEMPORARY TABLE renamed (c TEXT)")
    run("SELECT c FROM renamed")
    run.connection.cmd_reset_connection()  # type: ignore[attr-defined]
    run("CREATE TEMPORARY TABLE other (id INT)")

    assert [(GONE,)] == run("SELECT c FROM renamed")
