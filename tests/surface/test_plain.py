"""Every public name of the DB-API drivers' classes is accounted for, in the version that runs this."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from pcishield.drivers.generic.closed import ClosedConnection, ClosedCursor
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.surface import Surface, public_names, unclassified
from tests.surface.private_names import PRIVATE_NAMES

CLASSES: dict[str, tuple[str, str, str]] = {
    "psycopg2.extensions.connection": ("psycopg2", "psycopg2.extensions:connection", "CONNECTION"),
    "psycopg2.extensions.cursor": ("psycopg2", "psycopg2.extensions:cursor", "CURSOR"),
    "psycopg2.extras.DictCursor": ("psycopg2", "psycopg2.extras:DictCursor", "CURSOR"),
    "psycopg2.extras.RealDictCursor": ("psycopg2", "psycopg2.extras:RealDictCursor", "CURSOR"),
    "pymysql.connections.Connection": ("pymysql", "pymysql.connections:Connection", "_CONNECTION"),
    "pymysql.cursors.Cursor": ("pymysql", "pymysql.cursors:Cursor", "_CURSOR"),
    "pymysql.cursors.DictCursor": ("pymysql", "pymysql.cursors:DictCursor", "_CURSOR"),
    "pymysql.cursors.SSCursor": ("pymysql", "pymysql.cursors:SSCursor", "_CURSOR"),
    "pymysql.cursors.SSDictCursor": ("pymysql", "pymysql.cursors:SSDictCursor", "_CURSOR"),
    "MySQLdb.connections.Connection": ("mysqlclient", "MySQLdb.connections:Connection", "_CONNECTION"),
    "MySQLdb.cursors.Cursor": ("mysqlclient", "MySQLdb.cursors:Cursor", "_CURSOR"),
    "MySQLdb.cursors.DictCursor": ("mysqlclient", "MySQLdb.cursors:DictCursor", "_CURSOR"),
    "MySQLdb.cursors.SSCursor": ("mysqlclient", "MySQLdb.cursors:SSCursor", "_CURSOR"),
    "MySQLdb._mysql.result": ("mysqlclient", "MySQLdb._mysql:result", "_RESULT"),
    "duckdb.DuckDBPyConnection": ("duckdb", "duckdb:DuckDBPyConnection", "_SURFACE"),
    "adbc.Connection": ("adbc", "adbc_driver_manager.dbapi:Connection", "_CONNECTION"),
    "adbc.SQLite.Connection": ("adbc", "adbc_driver_sqlite.dbapi:Connection", "_CONNECTION"),
    "adbc.Cursor": ("adbc", "adbc_driver_manager.dbapi:Cursor", "_CURSOR"),
    "pg8000.legacy.Connection": ("pg8000", "pg8000.legacy:Connection", "_LEGACY_CONNECTION"),
    "pg8000.legacy.Cursor": ("pg8000", "pg8000.legacy:Cursor", "_LEGACY_CURSOR"),
    "pg8000.dbapi.Connection": ("pg8000", "pg8000.dbapi:Connection", "_CONNECTION"),
    "pg8000.dbapi.Cursor": ("pg8000", "pg8000.dbapi:Cursor", "_CURSOR"),
    "pyodbc.Connection": ("pyodbc", "pyodbc:Connection", "_CONNECTION"),
    "pyodbc.Cursor": ("pyodbc", "pyodbc:Cursor", "_CURSOR"),
    "oracledb.Connection": ("oracledb", "oracledb:Connection", "_CONNECTION"),
    "oracledb.Cursor": ("oracledb", "oracledb:Cursor", "_CURSOR"),
}
"""Class of the driver to (our module, where it is, the name of its surface there)."""


def load(name: str) -> tuple[Any, Surface, Any]:
    """Return the class, its surface, and our module; skip where the driver is not installed."""
    ours, home, surface = CLASSES[name]
    module, _, attribute = home.partition(":")
    raw = pytest.importorskip(module, reason=f"{module} is an optional dependency", exc_type=ImportError)
    home_of_surfaces = "psycopg2.surfaces" if ours == "psycopg2" else ours
    mine = importlib.import_module(f"pcishield.drivers.{home_of_surfaces}")
    return getattr(raw, attribute), getattr(mine, surface), importlib.import_module(f"pcishield.drivers.{ours}")


@pytest.mark.parametrize("name", CLASSES)
def test_no_name_is_unclassified(name: str) -> None:
    """A name that the driver has and the surface does not know fails here before it can leak."""
    cls, surface, _ = load(name)

    assert frozenset() == unclassified(cls, surface)


@pytest.mark.parametrize("name", [name for name, (ours, _, _) in CLASSES.items() if ours in
                                  ("adbc", "duckdb", "oracledb", "pg8000", "pyodbc")])  # fmt: skip
def test_a_closed_proxy_defines_what_is_not_passed(name: str) -> None:
    """What sends SQL or hands out data is the proxy's own method."""
    cls, surface, ours = load(name)
    (plain, *_) = ours.PLAIN.values()
    proxy = plain.cursor_class if "ursor" in name else plain.connection_class
    present = public_names(cls)
    expected = {n for bucket, n in surface.items() if bucket not in ("passed", "blocked") and n in present}

    assert set() == {n for n in expected if not hasattr(proxy, n)}
    assert issubclass(proxy, (ClosedConnection, ClosedCursor))


@pytest.mark.parametrize(
    ("ours", "owner", "surface"),
    [
        ("psycopg2.connection", "GuardedConnection", "CONNECTION"),
        ("psycopg2.cursor", "GuardedCursor", "CURSOR"),
        ("pymysql", "GuardedConnection", "_CONNECTION"),
        ("pymysql", "GuardedCursor", "_CURSOR"),
        ("mysqlclient", "GuardedConnection", "_CONNECTION"),
        ("mysqlclient", "GuardedCursor", "_CURSOR"),
    ],
)
def test_a_guarded_class_overrides_what_is_not_passed(ours: str, owner: str, surface: str) -> None:
    """What sends SQL or hands out data is the guard's, never inherited from the driver."""
    driver = {"mysqlclient": "MySQLdb"}.get(ours, ours.partition(".")[0])
    pytest.importorskip(driver, reason=f"{driver} is an optional dependency", exc_type=ImportError)
    module = importlib.import_module(f"pcishield.drivers.{ours}")
    guarded = getattr(module, owner)
    present = public_names(guarded.__mro__[1])
    expected = {n for bucket, n in getattr(module, surface).items() if bucket != "passed" and n in present}

    assert set() == expected - set(vars(guarded))


@pytest.mark.parametrize("driver", ["psycopg2", "pymysql", "MySQLdb"])
def test_private_names_are_there(driver: str) -> None:
    """Each private name of the driver that the guard uses is listed with its reason, and is there."""
    pytest.importorskip(driver, reason=f"{driver} is an optional dependency", exc_type=ImportError)
    missing = []
    for dotted in PRIVATE_NAMES[driver]:
        module, _, path = dotted.partition(":")
        thing = importlib.import_module(module)
        for part in path.split("."):
            if isinstance(thing, type) and not hasattr(thing, part):
                missing.append(dotted)  # attributes of instances are named as Class.attribute()
                break
            thing = getattr(thing, part)

    assert [] == missing


def test_module_hands_out_no_unguarded_entry() -> None:
    """The stand-ins of psycopg2, PyMySQL and mysqlclient have no connect or Connection of the driver's own."""
    for driver, ours in (("psycopg2", "psycopg2"), ("pymysql", "pymysql"), ("MySQLdb", "mysqlclient")):
        raw = pytest.importorskip(driver, reason=f"{driver} is an optional dependency", exc_type=ImportError)
        names = importlib.import_module(f"pcishield.drivers.{ours}").guard_module(lambda: None)
        entries = {id(getattr(raw, name)) for name in ("connect", "Connect", "Connection") if hasattr(raw, name)}
        entries |= {id(raw)}

        assert [] == [name for name, value in names.items() if id(value) in entries]


def test_a_class_without_a_shield_does_not_connect() -> None:
    """The guarded base classes are no way around: they have no shield of their own."""
    pymysql = pytest.importorskip("pymysql", reason="pymysql is an optional dependency")
    del pymysql
    from pcishield.drivers.pymysql import GuardedConnection

    with pytest.raises(ConfigurationError, match="no shield"):
        GuardedConnection(host="127.0.0.1", port=1)
