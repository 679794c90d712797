"""The private names of psycopg that the guard uses are there and are what it takes them for."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

psycopg: Any = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")

from tests.surface.private_names import PRIVATE_NAMES  # noqa: E402


@pytest.mark.parametrize("name", PRIVATE_NAMES["psycopg"])
def test_private_name_is_there(name: str) -> None:
    """A release that renames it fails here, not in an application."""
    module_name, _, path = name.partition(":")
    found: Any = importlib.import_module(module_name)
    for part in path.split("."):
        found = getattr(found, part)

    assert found is not None


@pytest.mark.parametrize("name", ["_tx", "pgresult", "_conn", "_pos", "_results", "_rowcount"])
def test_state_of_a_cursor_is_in_slots(name: str) -> None:
    """The guard puts properties over slots; an attribute in a dictionary would win over them."""
    assert inspect.ismemberdescriptor(psycopg.Cursor.__mro__[1].__dict__[name])


def test_transformer_can_be_subclassed() -> None:
    """Rows are masked in a subclass of the transformer; psycopg calls its methods through the instance."""
    from psycopg.adapt import Transformer

    class Sub(Transformer):  # type: ignore[misc, valid-type]
        __slots__ = ("extra",)

    assert isinstance(Sub(), Transformer)


@pytest.mark.postgres
def test_driver_loads_rows_through_the_transformer(pg_dsn: str) -> None:
    """Every way to fetch calls ``load_row`` or ``load_rows`` of the cursor's transformer."""
    from psycopg._cursor_base import BaseCursor
    from psycopg.adapt import Transformer

    calls: list[str] = []

    class Spy(Transformer):  # type: ignore[misc, valid-type]
        def load_row(self, *args: Any) -> Any:
            calls.append("load_row")
            return super().load_row(*args)

        def load_rows(self, *args: Any) -> Any:
            calls.append("load_rows")
            return super().load_rows(*args)

    with psycopg.connect(pg_dsn) as connection:
        cursor = connection.execute("SELECT generate_series(1, 9)")
        spy = Spy(cursor)
        spy.set_pgresult(cursor.pgresult)
        BaseCursor.__dict__["_tx"].__set__(cursor, spy)
        cursor.fetchone(), next(iter(cursor)), cursor.fetchmany(2), cursor.fetchall()

    assert ["load_row", "load_row", "load_rows", "load_rows"] == calls
