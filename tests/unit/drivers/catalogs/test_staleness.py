"""What changed tables after they were read is seen: by whoever changed them, however they did, and when it is undone.

``thing`` is a table of ordinary words, or a view of parts of card numbers, which no scanner finds: what is known of it
decides what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.runtime import catalogs
from tests.unit.drivers.catalogs.conftest import ALLOW_ALL, Database

GONE = "[REDACTED:pan]"
PLAIN = "CREATE TABLE thing (x text)"
FILLED = "INSERT INTO thing VALUES ('ordinary')"
CUT = "CREATE VIEW thing AS SELECT substr(pan, 2, 8) AS x FROM cards"
ASK = "SELECT x FROM thing"
Run = Callable[[str], list[tuple[Any, ...]]]
on_postgres = pytest.mark.parametrize("database", ["psycopg", "psycopg-async"], indirect=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be seen is looked for again at once, and not after a second."""
    monkeypatch.setattr(catalogs, "_MISSING", 0.0)


@on_postgres
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "hidden",
    [
        "DO $$ BEGIN EXECUTE 'DROP TABLE thing'; EXECUTE 'CREATE VIEW thing AS SELECT substr(pan, 2, 8) AS x "
        "FROM cards'; END $$",
        "SELECT swap()",
        "CALL swap_too()",
    ],
)
def test_changes_that_cannot_be_seen_are_looked_for(database: Database, run: Run, hidden: str) -> None:
    """A block, a function and a procedure may change tables: they are read again soon."""
    database.raw(PLAIN)
    database.raw(FILLED)
    body = f"AS $$ BEGIN EXECUTE 'DROP TABLE thing'; EXECUTE '{CUT}'; END $$ LANGUAGE plpgsql"
    database.raw(f"CREATE FUNCTION swap() RETURNS void {body}")
    database.raw(f"CREATE PROCEDURE swap_too() {body}")
    assert [("ordinary",)] == run(ASK)
    run(hidden)

    assert [(GONE,)] == run(ASK)


@pytest.mark.parametrize("database", ["psycopg", "psycopg-async", "sqlite3", "mysql.connector"], indirect=True)
def test_what_others_change_is_seen_when_time_is_up(database: Database, make_shield: Callable[..., Any]) -> None:
    """Another session's changes, past the shield, are seen after ``catalog.ttl_seconds``."""
    shield = make_shield({"catalog": {"ttl_seconds": 0.05}}, policy=ALLOW_ALL, audit=database.log)
    run = database.connect(shield)
    database.raw("CREATE TABLE thing (x varchar(20))")
    database.raw(FILLED)
    seen = [run(ASK)]
    run("COMMIT") if database.dialect != "sqlite" else None
    database.raw("DROP TABLE thing")
    database.raw(CUT)
    time.sleep(0.06)
    seen.append(run(ASK))

    assert [[("ordinary",)], [(GONE,)]] == seen
