"""Budgets that several processes share: in Redis and in PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pcishield.exceptions import ConfigurationError, LimitExceeded
from pcishield.runtime.budgets import Totals
from pcishield.testing import RecordingLog
from pcishield.usage_stores import make_counters
from tests.faults import behind_a_proxy

WORKER = """
import sqlite3, sys
from pcishield.exceptions import LimitExceeded
from pcishield.identity import acting_as
from pcishield.shield import Shield
from pcishield.testing import RecordingLog

store, policy, path = sys.argv[1:]
got = 0
settings = {"budgets": {"store": store}}
with acting_as(user="ann", agent="bot"), Shield(settings, policy=policy, audit=RecordingLog()) as shield:
    connection = shield.connect("sqlite3", path)
    try:
        for _ in range(40):
            got += len(connection.execute("SELECT id FROM orders").fetchmany(3))
    except LimitExceeded:
        pass
    connection.close()
print(got)
"""

POLICY = """
name = "shared"
schema = 1
default = "allow"

[[budgets]]
id = "{id}"
scope = "principal"
window_seconds = 3600
{amounts}
"""


@pytest.fixture(params=["redis", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    """Address of a store."""
    if request.param == "redis":
        pytest.importorskip("redis", reason="redis is an optional dependency")
        return f"redis://127.0.0.1:{request.getfixturevalue('redis_server').port}/0"
    pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    return str(request.getfixturevalue("pg_dsn"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A database with nine orders."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        raw.executemany("INSERT INTO orders VALUES (?)", [(n,) for n in range(1, 10)])
    raw.close()
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Callable[[str], str]:
    """Write a policy with a budget of its own; return its path."""

    def write(amounts: str) -> str:
        path = tmp_path / "policy.toml"
        path.write_text(POLICY.format(id=f"b{uuid4().hex[:12]}", amounts=amounts))
        return str(path)

    return write


def test_several_processes_share_a_budget(store: str, shop: Path, policy: Callable[[str], str]) -> None:
    """Together they are handed out what the budget allows, and never more."""
    command = [sys.executable, "-c", WORKER, store, policy("rows = 100"), str(shop)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    got = [int(worker.communicate(timeout=60)[0]) for worker in workers]

    assert 90 < sum(got) <= 100


@pytest.fixture
def counters(store: str) -> Iterator[Callable[[], Any]]:
    """Make clients of the store; closed after the test."""
    made: list[Any] = []

    def make() -> Any:
        made.append(make_counters(store))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_predicates_and_statements_count_across_stores(counters: Callable[[], Any]) -> None:
    """Two clients see one sum; a predicate counts once; reading adds nothing."""
    one, other = counters(), counters()
    key = (uuid4().hex, "ann")
    one.count(key, 60, (5, 50, 1, 1), "f1", True)
    other.count(key, 60, (2, 20, 0, 1), "f2", True)
    again = other.count(key, 60, (0, 0, 0, 0), "f1", False)

    assert Totals((7, 70, 1, 2), 2, True) == again
    assert Totals((0, 0, 0, 0), 0, False) == one.count((key[0], "bob"), 60, (0, 0, 0, 0), "f1", False)


def test_a_window_gives_back(counters: Callable[[], Any]) -> None:
    """What was used up before the window does not count any more."""
    import time

    usage, key = counters(), (uuid4().hex,)
    usage.count(key, 1, (5, 0, 0, 0), "f", True)
    time.sleep(1.1)

    assert Totals((0, 0, 0, 0), 0, False) == usage.count(key, 1, (0, 0, 0, 0), "f", False)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "postgresql://u:hush@127.0.0.1:1/x"])
def test_a_store_that_is_away_is_a_budget_used_up(
    address: str, shop: Path, policy: Callable[[str], str], make_shield: Callable[..., Any]
) -> None:
    """The statement is denied, recorded, and the address is nowhere."""
    pytest.importorskip("redis" if address.startswith("redis") else "psycopg")
    log = RecordingLog()
    shield = make_shield({"budgets": {"store": address}}, policy=policy("rows = 5"), audit=log)
    connection = shield.connect("sqlite3", shop)
    try:
        with pytest.raises(LimitExceeded, match="does not answer") as caught:
            connection.execute("SELECT id FROM orders")
    finally:
        connection.close()

    assert ["denied"] == [record["type"] for record in log.records if record["type"] in {"denied", "attempt"}]
    assert "hush" not in str(caught.value) + repr(log.records) + repr(shield.settings)


def test_a_store_that_goes_away_hands_out_nothing_more(
    shop: Path,
    policy: Callable[[str], str],
    make_shield: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    store: str,
) -> None:
    """Rows of a statement that already runs are held back, too."""
    from pcishield.runtime.budgets import UsageUnavailable

    shield = make_shield({"budgets": {"store": store}}, policy=policy("rows = 50"), audit=RecordingLog())
    connection = shield.connect("sqlite3", shop)
    cursor = connection.execute("SELECT id FROM orders")
    first = cursor.fetchmany(2)

    def away(*_: Any) -> Any:
        raise UsageUnavailable("ConnectionError")

    monkeypatch.setattr(type(shield.parts.usage._shared), "count", away)
    with pytest.raises(LimitExceeded, match="does not answer"):
        cursor.fetchall()
    connection.close()

    assert [(1,), (2,)] == first


@pytest.mark.postgres
def test_a_store_that_falls_silent_is_unavailable_in_time(pg_dsn: str) -> None:
    """The connection stands and nothing comes; no statement waits for it without end."""
    pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    from pcishield.runtime.budgets import UsageUnavailable

    with behind_a_proxy(pg_dsn) as (address, proxy):
        counters = make_counters(address)
        key = (uuid4().hex,)
        assert 1 == counters.count(key, 60, (1, 0, 0, 0), None, True).amounts[0]
        proxy.stall()
        asking = ThreadPoolExecutor(1).submit(counters.count, key, 60, (1, 0, 0, 0), None, True)
        with pytest.raises(UsageUnavailable):
            asking.result(30)
        proxy.restore()
        assert 1 <= counters.count(key, 60, (0, 0, 0, 0), None, True).amounts[0] <= 2
        counters.close()


def _streamed(connection: Any, table: str) -> Iterator[Any]:
    return iter(connection.cursor().stream(f"SELECT id FROM {table}"))


def _named(connection: Any, table: str) -> Iterator[Any]:
    with connection.cursor("named") as cursor:
        cursor.itersize = 2
        yield from cursor.execute(f"SELECT id FROM {table}")


def _declared(connection: Any, table: str) -> Iterator[Any]:
    connection.execute(f"DECLARE c CURSOR FOR SELECT id FROM {table}")
    for _ in range(9):
        yield from connection.execute("FETCH 1 FROM c").fetchall()


def _copied(connection: Any, table: str) -> Iterator[Any]:
    with connection.cursor().copy(f"COPY {table} (id) TO STDOUT") as copy:
        yield from copy.rows()


@pytest.mark.postgres
@pytest.mark.parametrize("read", [_streamed, _named, _declared, _copied], ids=lambda f: f.__name__[1:])
def test_a_shared_budget_holds_for_every_way_out(
    store: str, policy: Callable[[str], str], make_shield: Callable[..., Any], pg_dsn: str, read: Callable[..., Any]
) -> None:
    """Streams, server-side cursors and COPY, of two shields that share a store: no row too many, and an error."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    table = f"orders_{uuid4().hex[:12]}"
    path = policy("rows = 13")
    got = 0
    with psycopg.connect(pg_dsn, autocommit=True) as raw:
        raw.execute(f"CREATE TABLE {table} (id int)")
        raw.execute(f"INSERT INTO {table} SELECT generate_series(1, 9)")
        try:
            for turn in range(2):
                shield = make_shield({"budgets": {"store": store}}, policy=path, audit=RecordingLog())
                connection = shield.guard(psycopg).connect(pg_dsn)
                try:
                    for _ in read(connection, table):
                        got += 1
                except LimitExceeded:
                    assert turn == 1
                else:
                    assert turn == 0, "no LimitExceeded"
                finally:
                    connection.close()
        finally:
            raw.execute(f"DROP TABLE {table}")

    assert 9 <= got <= 13


@pytest.mark.parametrize("address", ["memcached://x", "nothing"])
def test_an_unknown_store_is_refused(make_shield: Callable[..., Any], address: str) -> None:
    """The setting is named, and what it may be."""
    with pytest.raises(ConfigurationError, match=r"budgets\.store"):
        make_shield({"budgets": {"store": address}})
