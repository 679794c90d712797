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

__all__ = ["DRIVERS", "guard_module"]

DRIVERS: dict[str, str] = {
    "mysql.connector": "pcishield.drivers.mysql_connector",
    "psycopg": "pcishield.drivers.psycopg",
    "sqlite3": "pcishield.drivers.sqlite3",
}
"""Driver module name to the module of ours that has its Surface."""


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
    names = importlib.import_module(DRIVERS[module.__name__]).guard_module(enforcer)
    guarded = ModuleType(module.__name__, module.__doc__)
    guarded.__dict__.update(names)
    return guarded
