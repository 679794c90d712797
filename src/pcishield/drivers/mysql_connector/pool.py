"""The driver's own ``connect`` and pools, making guarded connections.

``connect`` resolves option files, DNS SRV, fail-over and pools, and ends in a connection class that it finds among
the names of its module. So its functions run here over a copy of those names in which the connection classes are
the guarded ones: every way of connecting stays the driver's, and no connection is unguarded for a moment
(``init_command`` is sent while connecting).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from pcishield.drivers.mysql_connector.connection import adopt
from pcishield.drivers.mysql_connector.surfaces import AIO_POOL, POOL
from pcishield.runtime.surface import Surface, build

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["guarded_names"]


def _rebound(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    """Return ``function`` reading its global names from ``names``."""
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__doc__ = function.__doc__
    copy.__qualname__ = function.__qualname__
    copy.__annotations__ = dict(function.__annotations__)
    copy.__module__ = function.__module__
    return copy


def _add_connection(method: Any, adopted: Callable[[Any], Any]) -> Any:
    if inspect.iscoroutinefunction(method):

        async def aadd_connection(self: Any, cnx: Any = None) -> None:
            await method(self, adopted(cnx))

        return aadd_connection

    def add_connection(self: Any, cnx: Any = None) -> None:
        method(self, adopted(cnx))

    return add_connection


def _guarded_pool(pool: type, surface: Surface, names: dict[str, Any], adopted: Callable[[Any], Any]) -> type:
    methods: dict[str, Any] = {
        name: _rebound(value, names) for name, value in vars(pool).items() if isinstance(value, FunctionType)
    }
    methods["add_connection"] = _add_connection(methods["add_connection"], adopted)
    return build(pool, surface, {}, names=methods, slots=False)


def guarded_names(module: ModuleType, classes: dict[type, type], enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a module of the driver, its functions and pools working with guarded classes.

    Args:
        module: The module that defines ``connect``: ``mysql.connector.pooling``, ``mysql.connector.aio.pooling``.
        classes: Guarded connection class by the driver's.
        enforcer: Called at each connect for the shield to use.
    """
    names: dict[str, Any] = dict(vars(module))
    guarded_of = {raw: guarded for raw, guarded in classes.items() if raw is not None}

    def adopted(connection: Any) -> Any:
        guarded = guarded_of.get(type(connection))
        return connection if guarded is None else adopt(connection, guarded, enforcer)

    for name, value in vars(module).items():
        if isinstance(value, type) and value in guarded_of:
            names[name] = guarded_of[value]
        elif isinstance(value, FunctionType) and value.__module__ == module.__name__:
            names[name] = _rebound(value, names)
    if "MySQLConnectionPool" in names and names["MySQLConnectionPool"].__module__ == module.__name__:
        asynchronous = inspect.iscoroutinefunction(vars(module)["connect"])
        pool, surface = names["MySQLConnectionPool"], AIO_POOL if asynchronous else POOL
        names["MySQLConnectionPool"] = _guarded_pool(pool, surface, names, adopted)
        # Pools of unguarded connections are not ours to hand out of.
        names["_CONNECTION_POOLS"] = {}
    return names
