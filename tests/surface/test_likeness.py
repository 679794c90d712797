"""Guarded classes look like the driver's: names, documentation, signatures, copies and pickles."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

from pcishield.runtime.surface import Surface, build, public_names


def _psycopg(name: str) -> tuple[Any, Any]:
    raw = getattr(pytest.importorskip("psycopg", exc_type=ImportError), name)
    from pcishield.drivers.psycopg._connection import guarded_connection_class
    from pcishield.drivers.psycopg._cursor import guarded_cursor_class

    return raw, guarded_connection_class(raw) if name.endswith("Connection") else guarded_cursor_class(raw)


def _sqlite3(name: str) -> tuple[Any, Any]:
    home = importlib.import_module(f"pcishield.drivers.sqlite3.{name.lower()}")
    return getattr(importlib.import_module("sqlite3"), name), getattr(home, f"Guarded{name}")


def _mysql(name: str) -> tuple[Any, Any]:
    pytest.importorskip("mysql.connector", exc_type=ImportError)
    home, _, cls = name.partition(":")
    kind = ("aio_" if "aio." in home else "") + home.rpartition(".")[2]
    module = {"aio_connection": "aio", "aio_cursor": "aio_cursor"}.get(kind, kind)
    make = getattr(importlib.import_module(f"pcishield.drivers.mysql_connector.{module}"), f"guarded_{kind}")
    raw = getattr(importlib.import_module(f"mysql.connector.{home}"), cls)
    return raw, make(raw, lambda: None) if kind.endswith("connection") else make(raw)


def _fixed(name: str) -> tuple[Any, Any]:
    ours, home, cls = name.split()
    pytest.importorskip(home.partition(".")[0], exc_type=ImportError)
    return getattr(importlib.import_module(home), cls), importlib.import_module(
        f"pcishield.drivers.{ours}"
    ).GuardedConnection


CLASSES: dict[str, Callable[[str], tuple[Any, Any]]] = {
    "Connection": _sqlite3,
    "Cursor": _sqlite3,
    "mysqlclient MySQLdb.connections Connection": _fixed,
    "pymysql pymysql.connections Connection": _fixed,
    "psycopg2.connection psycopg2.extensions connection": _fixed,
    "connection:MySQLConnection": _mysql,
    "cursor:MySQLCursorDict": _mysql,
    "aio.connection:MySQLConnection": _mysql,
    "aio.cursor:MySQLCursorDict": _mysql,
} | {f"psycopg.{name}": lambda name: _psycopg(name.removeprefix("psycopg.")) for name in (
    "Connection", "AsyncConnection", "Cursor", "AsyncServerCursor", "ClientCursor")}  # fmt: skip


def _methods(cls: Any) -> dict[str, Any]:
    found = {name: inspect.getattr_static(cls, name) for name in public_names(cls)}
    return {name: getattr(value, "__func__", value) for name, value in found.items() if callable(value)}


@pytest.mark.parametrize("name", CLASSES)
def test_methods_have_name_documentation_and_signature_of_the_drivers(name: str) -> None:
    """What ``help()``, an editor or a notebook shows is the driver's, and a coroutine stays one."""
    raw, guarded = CLASSES[name](name)
    ours, theirs = _methods(guarded), _methods(raw)
    wrong = []
    for method, original in theirs.items():
        value = ours.get(method)
        if not isinstance(value, FunctionType) or value is original:
            continue
        for aspect in ("__name__", "__qualname__", "__doc__"):
            if getattr(value, aspect) != getattr(original, aspect):
                wrong.append(f"{method}.{aspect}")
        if inspect.iscoroutinefunction(value) != inspect.iscoroutinefunction(original):
            wrong.append(f"{method} awaits")
        if isinstance(original, FunctionType) and inspect.signature(value) != inspect.signature(original):
            wrong.append(f"{method}()")
        if "__wrapped__" in vars(value) and value.__wrapped__ is original:
            wrong.append(f"{method}.__wrapped__")

    assert [] == wrong


class Driver:
    """A driver's class that copies and pickles."""

    def __init__(self) -> None:
        self.rows = [1]


class Reduced(Driver):
    """A user's, that says how."""

    def __reduce__(self) -> Any:
        return (list, ((1, 2),))


def test_guarded_objects_copy_and_do_not_pickle() -> None:
    """Pickling is a TypeError, as of connections; a copy is a guarded object too; a user's ``__reduce__`` counts."""
    guarded = build(Driver, Surface("Driver"), {})
    below = type("Below", (Reduced, guarded), {})
    with pytest.raises(TypeError, match="cannot pickle 'Driver' object"):
        pickle.dumps(guarded())
    with pytest.raises(TypeError):
        copy.deepcopy(guarded())
    made = guarded()
    copied = copy.copy(made)

    assert (guarded, [1]) == (type(copied), copied.rows)
    assert copied.rows is made.rows
    assert [1, 2] == pickle.loads(pickle.dumps(below()))
    assert [1, 2] == pickle.loads(pickle.dumps(build(Reduced, Surface("Driver"), {})()))
