"""The guard's own questions on a connection of psycopg's, beside the statements of its user."""

from __future__ import annotations

from typing import Any, TypeVar

from psycopg import waiting
from psycopg.abc import PQGen

__all__ = ["aask", "ask"]

T = TypeVar("T")

_INTERVAL = 0.1
"""Seconds between looks for a signal, as psycopg's connections have it. The functions' default is to look all the time:
they would keep the processor, and in turns the interpreter, until the server answers."""


def ask(question: PQGen[T], pgconn: Any) -> T:
    """Return the answer, blocking."""
    return waiting.wait(question, pgconn.socket, _INTERVAL)


async def aask(question: PQGen[T], pgconn: Any) -> T:
    """Return the answer, awaiting."""
    return await waiting.wait_async(question, pgconn.socket, _INTERVAL)
