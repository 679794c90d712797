"""Code as a user of the guarded psycopg writes it; checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import Any, assert_type

import psycopg as plain

import pcishield as psycopg
from pcishield import psycopg as named


def reads(dsn: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        assert_type(connection, plain.Connection[tuple[Any, ...]])
        return connection.execute("SELECT id, card FROM payments WHERE id = %s", (1,)).fetchall()


def reads_as_mappings(dsn: str) -> list[dict[str, Any]]:
    with named.connect(dsn) as connection, connection.cursor(row_factory=named.rows.dict_row) as cursor:
        return cursor.execute("SELECT id, card FROM payments").fetchall()


async def reads_async(dsn: str) -> tuple[Any, ...] | None:
    async with await psycopg.AsyncConnection.connect(dsn) as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT id, card FROM payments")
        return await cursor.fetchone()


def catches(connection: psycopg.Connection[Any]) -> str | None:
    try:
        connection.execute("DROP TABLE payments")
    except psycopg.errors.InsufficientPrivilege as error:
        return error.sqlstate
    return None
