"""A write waits for another connection's lock as long as it does without the guard."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("begin", ["BEGIN", "savepoint s", "/* of an ORM */ BEGIN DEFERRED"])
def test_the_first_write_of_a_transaction_waits(make_shield: Callable[..., Any], tmp_path: Path, begin: str) -> None:
    """The catalog is read before the transaction: with a shared lock SQLite would not wait for the other one's."""
    path = tmp_path / "shop.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE orders (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO orders VALUES (1)")
    connection = make_shield().connect("sqlite3", path, isolation_level=None, timeout=30)
    connection.execute(begin)
    release = threading.Timer(0.3, other.commit)
    release.start()
    connection.execute("INSERT INTO orders VALUES (2)")
    connection.commit()
    release.join()

    assert [(2,)] == connection.execute("SELECT count(*) FROM orders").fetchall()
    connection.close()
    other.close()
