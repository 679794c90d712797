"""Statements leave nothing for the garbage collector: what they made is gone with the next one, or with the cursor."""

from __future__ import annotations

import gc
import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from pcishield.runtime.operation import Operation
from pcishield.runtime.result import ResultGuard

WAYS = {
    "all": lambda cursor: cursor.fetchall(),
    "one by one": lambda cursor: [cursor.fetchone() for _ in range(3)],
    "not all": lambda cursor: cursor.fetchone(),
}


@pytest.fixture
def collector() -> Iterator[None]:
    """Nothing is collected."""
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
    sql = "SELECT 1 AS n UNION ALL SELECT 2"

    def there() -> int:
        return sum(type(found) in {Operation, ResultGuard} for found in gc.get_objects())

    with closing(make_shield().guard(importlib.import_module(driver)).connect(dsn)) as connection:
        cursor, before = connection.cursor(), there()
        for _ in range(20):
            fetch((cursor if again else connection).execute(sql))
        # Statements whose rows may still be fetched are waited for, for a moment.
        deadline = time.monotonic() + 20
        while (left := there() - before) > 4 and time.monotonic() < deadline:
            time.sleep(0.05)

    assert left <= 4
