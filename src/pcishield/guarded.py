"""Which driver module is guarded by which of ours."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.session import Enforcer

if TYPE_CHECKING:
    from pcishield.drivers.generic import PlainDriver

__all__ = ["DRIVERS", "guard_module", "imported"]

DRIVERS: dict[str, str] = {
    "MySQLdb": "pcishield.drivers.mysqlclient",
    "adbc_driver_postgresql.dbapi": "pcishield.drivers.adbc",
    "adbc_driver_sqlite.dbapi": "pcishield.drivers.adbc",
    "duckdb": "pcishield.drivers.duckdb",
    "mysql.connector": "pcishield.drivers.mysql_connector",
    "oracledb": "pcishield.drivers.oracledb",
    "pg8000": "pcishield.drivers.pg8000",
    "pg8000.dbapi": "pcishield.drivers.pg8000",
    "psycopg": "pcishield.drivers.psycopg",
    "psycopg2": "pcishield.drivers.psycopg2",
    "pymysql": "pcishield.drivers.pymysql",
    "pyodbc": "pcishield.drivers.pyodbc",
    "sqlite3": "pcishield.drivers.sqlite3",
}
"""Driver module name to the module of ours that has its Surface.

It has ``guard_module``, which makes the stand-in's names, or ``PLAIN``, which says what the closed proxies need.
"""


_EXTRAS = {
    "MySQLdb": "mysqlclient", "adbc_driver_postgresql.dbapi": "adbc", "adbc_driver_sqlite.dbapi": "adbc",
    "mysql.connector": "mysql", "pg8000.dbapi": "pg8000",
}  # fmt: skip
"""Extras that install a driver, where they have another name than its module."""


def imported(driver: str) -> ModuleType:
    """Return the driver's module of that name.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        return importlib.import_module(driver)
    except ModuleNotFoundError as error:
        name = driver if driver not in DRIVERS or driver == "sqlite3" else f"pcishield[{_EXTRAS.get(driver, driver)}]"
        raise ConfigurationError(f"the driver {driver} is not installed: pip install '{name}'") from error


def guard_module(module: ModuleType, enforcer: Callable[[], Enforcer], driver: PlainDriver | None = None) -> Any:
    """Return a module that looks like ``module`` and is guarded.

    Args:
        module: A DB-API 2.0 module (PEP 249).
        enforcer: Called at each connect for the shield to use.
        driver: What is known about a module that pcishield has no Surface for; the closed proxy then has PEP 249's
            names and those that it adds.

    Raises:
        ConfigurationError: ``module`` is not a driver that pcishield can guard.
    """
    if not isinstance(module, ModuleType):
        raise ConfigurationError(f"guard() takes a driver module, not a {type(module).__name__}")
    if driver is not None or module.__name__ not in DRIVERS:
        from pcishield.drivers import generic

        return generic.guard_module(module, enforcer, driver)
    ours = importlib.import_module(DRIVERS[module.__name__])
    if (plain := getattr(ours, "PLAIN", {}).get(module.__name__)) is not None:
        from pcishield.drivers import generic

        return generic.guard_module(module, enforcer, plain)
    names = ours.guard_module(enforcer)
    guarded = ModuleType(module.__name__, module.__doc__)
    guarded.__dict__.update(names)
    return guarded
