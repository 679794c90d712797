"""The private names of sqlite3 that the guard uses are there and take what it gives them."""

from __future__ import annotations

import importlib
import inspect

import pytest

from tests.surface.private_names import PRIVATE_NAMES


@pytest.mark.parametrize("name", PRIVATE_NAMES["sqlite3"])
def test_private_name_is_there(name: str) -> None:
    """A release that renames it fails here, not in an application."""
    module, _, attribute = name.rpartition(".")

    assert callable(getattr(importlib.import_module(module), attribute))


def test_dump_takes_a_connection_first() -> None:
    """The dump's generator takes the connection as its first argument and nothing else by position."""
    from sqlite3.dump import _iterdump  # type: ignore[attr-defined]

    parameters = list(inspect.signature(_iterdump).parameters.values())

    assert "connection" == parameters[0].name
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters[1:])
