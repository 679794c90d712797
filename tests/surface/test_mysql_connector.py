"""Every public name of mysql.connector's classes is accounted for, in the version that runs this."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.runtime.surface import Surface, build, public_names, unclassified
from tests.surface.private_names import PRIVATE_NAMES

connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")

from pcishield.drivers import mysql_connector as driver  # noqa: E402
from pcishield.drivers.mysql_connector import surfaces  # noqa: E402
from pcishield.drivers.mysql_connector.aio import guarded_aio_connection  # noqa: E402
from pcishield.drivers.mysql_connector.aio_cursor import guarded_aio_cursor  # noqa: E402
from pcishield.drivers.mysql_connector.connection import guarded_connection  # noqa: E402
from pcishield.drivers.mysql_connector.cursor import guarded_cursor  # noqa: E402

MODULES = {
    "abstracts": (surfaces.CONNECTION, surfaces.CURSOR),
    "aio.abstracts": (surfaces.AIO_CONNECTION, surfaces.AIO_CURSOR),
    "aio.connection": (surfaces.AIO_CONNECTION,),
    "aio.cursor": (surfaces.AIO_CURSOR,),
    "aio.pooling": (surfaces.AIO_POOL, surfaces.POOLED),
    "connection": (surfaces.CONNECTION,),
    "connection_cext": (surfaces.CONNECTION,),
    "cursor": (surfaces.CURSOR,),
    "cursor_cext": (surfaces.CURSOR,),
    "pooling": (surfaces.POOL, surfaces.POOLED),
}
"""Modules of the driver that define connections, cursors and pools, and the surfaces of those."""


def _surface(cls: type, choices: tuple[Surface, ...]) -> Surface | None:
    kinds = {"Pooled": surfaces.POOLED, "ConnectionPool": choices[0], "Connection": choices[0], "Cursor": choices[-1]}
    return next((surface for word, surface in kinds.items() if word in cls.__name__), None)


def _classes() -> list[tuple[type, Surface]]:
    found = []
    for name, choices in MODULES.items():
        try:
            module = importlib.import_module(f"mysql.connector.{name}")
        except ImportError:
            continue  # the C extension does not load here, or a version without asyncio pools
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                surface = _surface(cls, choices)
                if surface is not None:
                    found.append((cls, surface))
    return found


CLASSES = _classes()
IDS = [f"{cls.__module__.removeprefix('mysql.connector.')}.{cls.__name__}" for cls, _ in CLASSES]


@pytest.mark.parametrize(("cls", "surface"), CLASSES, ids=IDS)
def test_no_name_is_unclassified(cls: type, surface: Surface) -> None:
    """A name that a release adds fails here before it can leak."""
    assert frozenset() == unclassified(cls, surface)


def _guarded() -> list[tuple[type, type, Surface]]:
    found = []
    for cls, surface in CLASSES:
        if "Abstract" in cls.__name__:
            continue
        if surface is surfaces.CURSOR:
            found.append((cls, guarded_cursor(cls), surface))
        elif surface is surfaces.AIO_CURSOR:
            found.append((cls, guarded_aio_cursor(cls), surface))
        elif surface is surfaces.CONNECTION:
            found.append((cls, guarded_connection(cls, _no_enforcer), surface))
        elif surface is surfaces.AIO_CONNECTION:
            found.append((cls, guarded_aio_connection(cls, _no_enforcer), surface))
    return found


def _no_enforcer() -> Any:
    raise AssertionError("no connection is made here")


# These are the driver's own code over guarded names, or have no implementation there.
_BY_OTHERS = {
    surfaces.CONNECTION.owner: {"get_row", "cmd_process_kill", "cmd_refresh", "cmd_shutdown", "cmd_query_iter"},
    surfaces.AIO_CONNECTION.owner: {"get_row", "cmd_process_kill", "cmd_refresh", "cmd_shutdown"},
    surfaces.CURSOR.owner: set(surfaces.CURSOR.stream),
    surfaces.AIO_CURSOR.owner: set(surfaces.AIO_CURSOR.stream) | {"executemulti"},
}


@pytest.mark.parametrize(("cls", "guarded", "surface"), _guarded(), ids=lambda v: getattr(v, "__name__", ""))
def test_every_name_that_is_not_passed_is_overridden(cls: type, guarded: type, surface: Surface) -> None:
    """What sends SQL or hands out data is the guard's, never inherited from the driver."""
    present = public_names(cls)
    expected = {name for bucket, name in surface.items() if bucket != "passed" and name in present}

    assert expected - _BY_OTHERS[surface.owner] <= set(vars(guarded))


def test_what_is_left_to_the_driver_uses_guarded_names() -> None:
    """get_row reads by get_rows, and the commands that are left alone send by cmd_query."""
    pure = connector.connection.MySQLConnection
    for name, by in {
        "get_row": "self.get_rows(", "cmd_process_kill": "self.cmd_query(", "cmd_refresh": "self.cmd_query(",
        "cmd_shutdown": "self.cmd_query(", "commit": "self._execute_query(", "_execute_query": "self.cmd_query(",
    }.items():  # fmt: skip
        assert by in inspect.getsource(inspect.unwrap(getattr(pure, name))), name
    for cls, _, surface in _guarded():
        if surface is surfaces.CURSOR:
            assert "self.fetchone" in inspect.getsource(cls.__iter__)  # type: ignore[attr-defined]
            assert "self.fetchone()" in inspect.getsource(cls.__next__)  # type: ignore[attr-defined]


def test_a_new_name_of_the_driver_is_blocked() -> None:
    """A release that adds a method fails closed at run time too."""

    class Newer(connector.cursor.MySQLCursor):  # type: ignore[misc,name-defined]
        def dump_everything(self) -> str:
            return "everything"

    guarded: Any = build(Newer, surfaces.CURSOR, {})

    with pytest.raises(StatementDenied, match="dump_everything is blocked"):
        guarded().dump_everything()


def test_guarded_classes_keep_names_and_documentation() -> None:
    """They show as the driver's in messages, tracebacks and help."""
    for cls, guarded, _ in _guarded():
        assert (cls.__name__, cls.__qualname__, cls.__module__, cls.__doc__) == (
            guarded.__name__, guarded.__qualname__, guarded.__module__, guarded.__doc__,
        )  # fmt: skip


def _private_names_used() -> set[str]:
    package = Path(driver.__file__).parent
    used = set()
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                used.add(node.value)
    return {n for n in used if n.startswith("_") and not n.startswith("__")} - {"_"}


OURS = {"_aio_modules", "_clean_warning", "_facts", "_parts", "_redact_one", "_result_columns", "_sent", "_state"}


def test_private_names_are_listed() -> None:
    """A private name of the driver is used only with its reason in the list."""
    used = {name for name in _private_names_used() if not name.startswith("_pcishield")} - OURS

    assert used == set(PRIVATE_NAMES["mysql.connector"])
