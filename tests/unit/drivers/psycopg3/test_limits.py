"""Row limits, counted on what is handed out, by every way to fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pcishield.exceptions import LimitExceeded
from pcishield.testing import RecordingLog

QUERY = "SELECT generate_series(1, 10)"


@pytest.fixture
def limited(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> Iterator[Callable[..., Any]]:
    """Open a connection with limits."""
    opened: list[Any] = []

    def connect(**limits: Any) -> Any:
        policy = {"name": "few", "schema": 1, "default": "allow", "limits": limits}
        opened.append(make_shield(policy=policy, audit=log).guard(psycopg).connect(pg_dsn, autocommit=True))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def one_by_one(cursor: Any) -> list[Any]:
    """Fetch until None."""
    return list(iter(cursor.fetchone, None))


def by_two(cursor: Any) -> list[Any]:
    """Fetch pairs until there are none."""
    return [row for page in iter(lambda: cursor.fetchmany(2), []) for row in page]


def server_side(connection: Any) -> list[Any]:
    """Fetch with a server-side cursor."""
    with psycopg.ServerCursor(connection, "s", withhold=True) as cursor:
        return list(cursor.execute(QUERY))


WAYS: dict[str, Callable[[Any], list[Any]]] = {
    "fetchall": lambda c: c.execute(QUERY).fetchall(),
    "fetchone": lambda c: one_by_one(c.execute(QUERY)),
    "fetchmany": lambda c: by_two(c.execute(QUERY)),
    "iteration": lambda c: list(c.execute(QUERY)),
    "stream": lambda c: list(c.cursor().stream(QUERY)),
    "server-side": server_side,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_truncation_ends_the_result(limited: Callable[..., Any], log: RecordingLog, way: Any) -> None:
    """The result ends where the limit is, as if there were no more rows; the log says so once."""
    connection = limited(rows=3, on_exceeded="truncate")

    assert [(1,), (2,), (3,)] == way(connection)
    assert ["truncate"] == [record["limit"]["action"] for record in log.records if record["type"] == "limit"]
    assert (1,) == connection.execute("SELECT 1").fetchone()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_error_comes_before_the_first_row_too_many(limited: Callable[..., Any], way: Any) -> None:
    """A limit that raises hands out no row beyond it."""
    connection = limited(rows=3)

    with pytest.raises(LimitExceeded) as caught:
        way(connection)
    assert isinstance(caught.value, psycopg.errors.InsufficientPrivilege)


def test_a_result_of_just_the_limit_is_whole(limited: Callable[..., Any], log: RecordingLog) -> None:
    """The limit is what may be read, not what may not."""
    connection = limited(rows=10, on_exceeded="truncate")

    assert 10 == len(connection.execute(QUERY).fetchall())
    assert "limit" not in [record["type"] for record in log.records]


def test_session_rows_add_up(limited: Callable[..., Any]) -> None:
    """A budget for the session is used up by all cursors together."""
    connection = limited(session_rows=15, on_exceeded="truncate")

    assert [10, 5, 0] == [len(connection.execute(QUERY).fetchall()) for _ in range(3)]


def test_cells_of_a_pgresult_count_as_rows(limited: Callable[..., Any]) -> None:
    """Reading cells one by one is no way around the limit."""
    result = limited(rows=2).execute(QUERY).pgresult

    assert [b"1", b"2", b"1"] == [result.get_value(row, 0) for row in (0, 1, 0)]
    with pytest.raises(LimitExceeded):
        result.get_value(2, 0)


@pytest.mark.parametrize("way", ["cursor", "pgconn"])
@pytest.mark.parametrize("limits", [{"session_rows": 3}, {"budget": {"rows": 3}}, {"budget": {"bytes": 32}}])
def test_cells_of_a_pgresult_count_for_the_session_and_for_budgets(
    make_shield: Callable[..., Any], pg_dsn: str, limits: dict[str, Any], way: str
) -> None:
    """What is read cell by cell is used up for the next statement, as what is fetched is; a row counts once."""
    policy: dict[str, Any] = {"name": "few", "default": "allow"}
    if budget := limits.get("budget"):
        policy["budgets"] = [{"id": "b", "scope": "principal", "window_seconds": 3600, **budget}]
    else:
        policy["limits"] = limits
    sql = "SELECT g, g FROM generate_series(1, 2) g"
    read = 0

    with make_shield(policy=policy).guard(psycopg).connect(pg_dsn, autocommit=True) as connection:
        with pytest.raises(LimitExceeded):
            for _ in range(5):
                result = connection.execute(sql).pgresult if way == "cursor" else connection.pgconn.exec_(sql.encode())
                for row in range(2):
                    read += sum(result.get_value(row, column) is not None for column in range(2))
    assert (4 if "bytes" in repr(limits) else 6) == read
