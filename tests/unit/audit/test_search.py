"""Search, statistics and export: what is found, what is shown, and that reading is recorded."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pcishield.runtime.log_search import Query, SearchIndex
from tests.unit.audit.logs import ATTEMPT, BASE, kill, make_log, shards
from tests.unit.audit.test_cli import run
from tests.unit.audit.test_log import check, records


def say(log: Any, user: str, sql: str, table: str, rule: str = "reads", **more: Any) -> str:
    attempt: str = log.append(
        "attempt",
        ATTEMPT
        | {
            "actor": {"user": user, "agent": "reporter"},
            "statement": {"kind": "select", "template": sql, "fingerprint": sql[:7] * 3, "tables": {table: "read"},
                          "classes": {f"{table}.pan": "pan"}},
            "decision": {"outcome": "allow", "rule": rule},
        }
        | more,
        durable=True,
    )  # fmt: skip
    return attempt


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    directory = tmp_path / "audit"
    log = make_log(directory)
    for number in range(5):
        say(log, "alice", "SELECT total FROM orders WHERE id = ?", "orders")
        say(log, "bob" if number else "carol", "SELECT name, city FROM customers", "customers", rule="lists")
    log.append("denied", BASE | {"reason": "=cmd()", "actor": {"user": "mallory"}}, durable=True)
    log.close()
    return directory


def found(directory: Path, **query: Any) -> list[dict[str, Any]]:
    with SearchIndex(directory) as index:
        index.update()
        return index.search(Query(**query))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 13), ({"user": "alice"}, 5), ({"user": "nobody"}, 0), ({"agent": "reporter"}, 10), ({"type": "denied"}, 1),
        ({"table": "orders"}, 5), ({"table": "order"}, 0), ({"column": "customers.pan"}, 5), ({"rule": "lists"}, 5),
        ({"rule": "lists", "user": "carol"}, 1), ({"decision": "allow"}, 10), ({"outcome": "failure"}, 1),
        ({"text": "city customers"}, 5), ({"text": "city total"}, 0), ({"text": 'a" OR "b'}, 0),
        ({"fingerprint": "SELECT " * 3}, 10), ({"database": "shop.db"}, 11), ({"since": "2000"}, 13),
        ({"until": "2000"}, 0), ({"limit": 2}, 2),
    ],
    ids=str,
)  # fmt: skip
def test_records_are_found_by_what_they_say(audit: Path, query: dict[str, Any], count: int) -> None:
    """Every part of a query narrows the result."""
    assert count == len(found(audit, **query))


def test_the_index_takes_in_only_what_is_new(audit: Path) -> None:
    """It grows with the log, also in the middle of a line, and can be built again."""
    with SearchIndex(audit) as index:
        assert (13, 0) == (index.update(), index.update())
    log = make_log(audit)
    say(log, "alice", "SELECT 1", "t")
    log._shard.flush()  # type: ignore[union-attr]
    with (shards(audit)[1] / "segments" / "00000000.jsonl").open("ab") as file:
        file.write(b'{"type"')
    kill(log)
    with SearchIndex(audit) as index:
        assert 2 == index.update()
        rows = index.search(Query(user="alice"))
    (audit / "search" / "index.sqlite").unlink()

    assert 6 == len(rows) == len(found(audit, user="alice"))
    assert [row["ts"] for row in rows] == sorted(row["ts"] for row in rows)


def test_an_index_of_another_version_is_built_again(audit: Path) -> None:
    """An old index is replaced, not misread."""
    found(audit)
    database = sqlite3.connect(audit / "search" / "index.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()

    assert 13 == len(found(audit))


def test_the_index_does_not_disturb_verification(audit: Path) -> None:
    """The folder search/ belongs there and is for the owner only."""
    found(audit)

    assert {"attempt-open"} == {finding.code for finding in check(audit).findings}
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (audit / "search").iterdir()}


def test_the_commands_print_tables_json_and_csv(audit: Path, tmp_path: Path) -> None:
    """search and export print what was found; a cell cannot be a formula."""
    table = run("search", "city", "--dir", audit)
    lines = run("search", "--user", "carol", "--dir", audit, "--format", "json").output.splitlines()
    rows = list(csv.DictReader(io.StringIO(run("search", "--type", "denied", "-d", audit, "--format", "csv").output)))
    nothing = run("search", "--user", "nobody", "--dir", audit)
    exported = run("export", tmp_path / "out.jsonl", "--dir", audit, "--user", "alice")

    assert (0, 5) == (table.exit_code, len(table.output.splitlines()))
    assert ["carol"] == [json.loads(line)["actor"]["user"] for line in lines]
    assert [("mallory", "failure")] == [(row["actor.user"], row["outcome"]) for row in rows]
    assert 1 == nothing.exit_code
    assert exported.output.startswith("5 records in ")
    assert 5 == len((tmp_path / "out.jsonl").read_bytes().splitlines())
    assert 0o600 == (tmp_path / "out.jsonl").stat().st_mode & 0o777


def test_stats_count(audit: Path) -> None:
    """Counts by user and by day add up."""
    by_user = run("stats", "user", "--dir", audit).output

    assert "         5  alice" in by_user
    assert "        13  total" in by_user
    assert "        13  total" in run("stats", "day", "--dir", audit).output


def test_reading_the_living_log_is_recorded(audit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search in the configured directory leaves audit.access; one in a copy leaves nothing."""
    run("search", "--user", "alice", "--dir", audit)
    assert 1 == len(shards(audit))
    monkeypatch.setenv("PCISHIELD_AUDIT_DIR", str(audit))
    run("search", "--user", "alice")

    access = next(record["access"] for record in records(audit, 1) if record["type"] == "audit.access")
    assert {"action": "search", "query": "user=alice limit=100", "records": 5} == access
    assert 0 == check(audit).exit_code()


@pytest.mark.parametrize("newest", [1, 4, 100])
@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize(
    "query", [{}, {"user": "alice"}, {"table": "orders"}, {"type": "denied"}, {"text": "city"}], ids=str
)
def test_the_newest_are_found_first_and_nothing_is_missed(
    audit: Path, monkeypatch: pytest.MonkeyPatch, query: dict[str, Any], limit: int, newest: int
) -> None:
    """However many of the newest records are looked through before all are."""
    everything = found(audit, **query, limit=1000)
    monkeypatch.setattr("pcishield.runtime.log_search._NEWEST", newest)

    assert everything[-limit:] == found(audit, **query, limit=limit)


def test_two_that_index_at_once_find_each_record_once(audit: Path) -> None:
    """Two assessors open a log that neither has seen: one makes the index, the other waits, nothing is in it twice."""
    start = threading.Barrier(4)

    def search() -> int:
        start.wait()
        return len(found(audit))

    for _ in range(10):
        with ThreadPoolExecutor(4) as pool:
            assert [13] * 4 == [future.result() for future in [pool.submit(search) for _ in range(4)]]
        shutil.rmtree(audit / "search")
