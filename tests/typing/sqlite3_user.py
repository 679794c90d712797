"""Code as a user of ``pcishield.sqlite3`` writes it; checked by mypy and pyright, never run."""

from __future__ import annotations

import sqlite3 as plain
from typing import assert_type

from pcishield import sqlite3


def reads(path: str) -> list[tuple[int, str]]:
    with sqlite3.connect(path) as connection:
        assert_type(connection, plain.Connection)
        cursor = connection.execute("SELECT id, card FROM payments WHERE id = ?", (1,))
        assert_type(cursor, plain.Cursor)
        return cursor.fetchall()


def catches(connection: sqlite3.Connection) -> str:
    try:
        connection.execute("DROP TABLE payments")
    except sqlite3.Error as error:
        return str(error)
    return ""
