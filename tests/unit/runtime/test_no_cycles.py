"""Statements leave nothing for the garbage collector: what they made is gone with the next one, or with the cursor."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

WAYS = {
    "all": lambda cursor: cursor.fetchall(),
    "one by one": lambda cursor: [cursor.fetchone() for _ in range(3)],
    "not all": lambda cursor: cursor.fetchone(),
}


@pytest.fixture
def collector() -> Iterator[None]:
    """Nothing is collected but when the test says so."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("fetch", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("again", [False, True], ids=["new cursors", "one cursor"])
@pytest.mark.parametrize("driver", ["sqlite3", pytest.param("psycopg", marks=pytest.mark.postgres)])
def test_nothing_is_left_in_cycles(
    make_shield: Callable[..., Any], request: pytest.FixtureRequest, driver: str, again: bool, fetch: Callable[..., Any]
):
    """Raw cursors leave nothing either; collecting cost more than masking did."""
    dsn = ":memory:" if driver == "sqlite3" else request.getfixturevalue("pg_dsn")
    connection = make_shield().guard(importlib.import_module(driver)).connect(dsn)
    cursor = connection.cursor()
    sql = "SELECT 1 AS n UNION ALL SELECT 2"

    def work() -> None:
        for _ in range(20):
            fetch((cursor if again else connection).execute(sql))

    work()
    gc.collect()
    work()

    # Of each statement there were an operation, the guard of its rows and their counts.
    assert gc.collect() < 20
    connection.close()
