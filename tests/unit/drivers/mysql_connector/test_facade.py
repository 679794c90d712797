"""``pcishield.mysql.connector`` is a drop-in for ``mysql.connector``."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import mysql.connector
import pytest

import pcishield.mysql.connector as facade


@pytest.mark.parametrize(
    "name", ["abstracts", "constants", "conversion", "cursor", "errorcode", "errors", "locales", "types", "utils"]
)
def test_submodules_are_the_drivers_own(name: str) -> None:
    """A second copy would have exceptions and classes of its own, which nobody catches."""
    ours = importlib.import_module(f"pcishield.mysql.connector.{name}")

    assert ours is importlib.import_module(f"mysql.connector.{name}")
    assert ours is getattr(facade, name)


@pytest.mark.parametrize("name", ["connection", "pooling", "aio", "aio.connection"])
def test_modules_that_connect_hold_guarded_classes(name: str) -> None:
    """However a connection class is imported, it is the guarded one."""
    ours: Any = importlib.import_module(f"pcishield.mysql.connector.{name}")
    theirs: Any = importlib.import_module(f"mysql.connector.{name}")

    assert ours.MySQLConnection is not theirs.MySQLConnection
    assert issubclass(ours.MySQLConnection, theirs.MySQLConnection)


def test_every_public_name_is_there() -> None:
    """Nothing that the driver's package offers is missing."""
    missing = {n for n in vars(mysql.connector) if not n.startswith("_")} - set(vars(facade)) - {"aio", "django"}

    assert set() == missing


def test_exceptions_are_the_drivers() -> None:
    """``except pcishield.mysql.connector.Error`` catches what the driver raises."""
    assert mysql.connector.Error is facade.Error
    assert mysql.connector.errors.ProgrammingError is facade.ProgrammingError


def test_star_import_works_without_the_c_extension() -> None:
    """26.10 lists a class in ``__all__`` that is not there when its extension does not load."""
    names: dict[str, Any] = {}
    exec("from pcishield.mysql.connector import *", names)  # the subject of this test

    assert names["connect"] is facade.connect
    assert set(facade.__all__) <= set(names)


def test_unknown_names_are_not_passed_on() -> None:
    """A module that pcishield does not know is not handed out unguarded."""
    with pytest.raises(AttributeError, match="no attribute 'mysqlx'"):
        _ = facade.mysqlx  # type: ignore[attr-defined]
    with pytest.raises(ImportError):
        importlib.import_module("pcishield.mysql.connector.django")


@pytest.mark.parametrize(
    "statement",
    [
        "from pcishield import mysql; mysql.connector.connect",
        "import pcishield.mysql.connector; pcishield.mysql.connector.errors.Error",
        "import pcishield.mysql.connector.aio as a; a.connect; a.cursor.MySQLCursor",
        "from pcishield.mysql.connector.aio import connect, MySQLConnection",
        "from pcishield.mysql.connector.pooling import MySQLConnectionPool",
        "from pcishield.mysql.connector.errors import IntegrityError",
    ],
)
def test_ways_to_import(statement: str) -> None:
    """Each in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", statement], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr)


def test_asyncio_is_not_loaded_until_asked_for() -> None:
    """The guarded module is as lazy as the driver about its asyncio half."""
    check = "import sys, pcishield.mysql.connector; sys.exit('mysql.connector.aio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, timeout=60)

    assert 0 == done.returncode


@pytest.mark.mysql
def test_default_shield_is_used(mysql_params: dict[str, Any], make_shield: Any, monkeypatch: Any) -> None:
    """connect() asks for the process's shield at each call."""
    from pcishield import shield

    made = make_shield()
    monkeypatch.setattr(shield, "_default", made)
    with facade.connect(**mysql_params) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT '4111' + 0")
        cursor.fetchall()

    assert type(connection) in (facade.MySQLConnection, vars(facade)["CMySQLConnection"])
