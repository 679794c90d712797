"""The driver's own ``connect`` and pools, making guarded connections.

``connect`` resolves option files, DNS SRV, fail-over and pools, and ends in a connection class that it finds among
the names of its module. So its functions run here over a copy of those names in which the connection classes are
the guarded ones: every way of connecting stays the driver's, and no connection is unguarded for a moment
(``init_command`` is sent while connecting).

``profile=`` names a profile. A pool keeps the name among its arguments, and each of its connections is opened, and
opened again, by it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from mysql.connector.constants import CNX_POOL_ARGS

from pcishield.drivers.mysql_connector.connection import adopt
from pcishield.drivers.mysql_connector.opening import arguments, prepared
from pcishield.drivers.mysql_connector.surfaces import AIO_POOL, POOL
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.dress import dressed
from pcishield.runtime.opening import within
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


def _pooled(names: dict[str, Any], profile: str, kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of ``connect`` for a pool, ``None`` when they ask for none.

    Raises:
        ConfigurationError: The pool of that name is another profile's, or arguments say what the profile says.
    """
    if not any(key in kwargs for key in CNX_POOL_ARGS):
        return None
    if not profile and "pool_name" not in kwargs:
        return kwargs
    name = kwargs.get("pool_name") or profile
    existing = names.get("_CONNECTION_POOLS", {}).get(name)
    of = profile if existing is None else existing._cnx_config.get("profile", "")
    if of != profile:
        raise ConfigurationError(f"pool_name: there is a pool {name}, and it is not one of profile {profile or 'none'}")
    return {**kwargs, "pool_name": name, "profile": profile} if profile else kwargs


def _connect(original: Any, names: dict[str, Any], enforcer: Callable[[], Enforcer]) -> Any:
    """Return ``connect``, which takes the name of a profile too."""

    def connect(*args: Any, profile: str = "", **kwargs: Any) -> Any:
        pooled = _pooled(names, profile, kwargs)
        if pooled is not None or not profile:
            return original(*args, **(kwargs if pooled is None else pooled))
        kwargs = arguments(profile, enforcer().profile(profile), kwargs)
        with within(prepared(enforcer(), profile)):
            return original(*args, **kwargs)

    async def aconnect(*args: Any, profile: str = "", **kwargs: Any) -> Any:
        pooled = _pooled(names, profile, kwargs)
        if pooled is not None or not profile:
            return await original(*args, **(kwargs if pooled is None else pooled))
        kwargs = arguments(profile, enforcer().profile(profile), kwargs)
        with within(await asyncio.to_thread(prepared, enforcer(), profile)):
            return await original(*args, **kwargs)

    return dressed(aconnect if inspect.iscoroutinefunction(original) else connect, original)


def _generate_pool_name(original: Callable[..., str]) -> Callable[..., str]:
    def generate_pool_name(**kwargs: Any) -> str:
        return str(kwargs["profile"]) if "profile" in kwargs else original(**kwargs)

    return generate_pool_name


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
    names["connect"] = _connect(names["connect"], names, enforcer)
    if "generate_pool_name" in names:
        names["generate_pool_name"] = _generate_pool_name(names["generate_pool_name"])
    if "MySQLConnectionPool" in names and names["MySQLConnectionPool"].__module__ == module.__name__:
        asynchronous = inspect.iscoroutinefunction(vars(module)["connect"])
        pool, surface = names["MySQLConnectionPool"], AIO_POOL if asynchronous else POOL
        names["MySQLConnectionPool"] = _guarded_pool(pool, surface, names, adopted)
        # Pools of unguarded connections are not ours to hand out of.
        names["_CONNECTION_POOLS"] = {}
    return names
