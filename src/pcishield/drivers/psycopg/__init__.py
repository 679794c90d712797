"""psycopg 3, guarded: sync and async, all cursor classes, pools, COPY, pipelines.

- Connections and cursors stay of their own classes: each gets a subclass of exactly its class.
- Everything sent passes the gate (:mod:`._gate`); every row passes the transformer (:mod:`._rows`).
- libpq's objects are stand-ins for code outside of psycopg (:mod:`._pq`).

Limits: loaders see raw values; code that reaches for names starting with an underscore, or that imports
psycopg itself, is not held back (see the threat model).
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg
from psycopg._connection_base import BaseConnection

from pcishield.drivers.psycopg._clock import askew, skew
from pcishield.drivers.psycopg._connection import DIALECT, guard_connection, guarded_connection_class
from pcishield.drivers.psycopg._cursor import guarded_cursor_class
from pcishield.drivers.psycopg._opening import aopened, opened, prepared, profile_name
from pcishield.drivers.psycopg._surface import SURFACES
from pcishield.runtime.dress import dress_all
from pcishield.runtime.opening import Opening
from pcishield.runtime.session import Enforcer

__all__ = [
    "DIALECT",
    "SURFACES",
    "aconnect",
    "aopen_guarded",
    "connect",
    "guard_connection",
    "guard_module",
    "guarded_connection_class",
    "guarded_cursor_class",
    "open_guarded",
    "stand_in",
]

_DUNDERS = frozenset({
    "__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__path__",
    "__spec__", "__annotations__",
})  # fmt: skip


def connect(enforcer: Enforcer, *args: Any, **kwargs: Any) -> Any:
    """Open a guarded connection; arguments are those of ``psycopg.connect``."""
    return open_guarded(psycopg.Connection.connect, enforcer, args, kwargs)


async def aconnect(enforcer: Enforcer, *args: Any, **kwargs: Any) -> Any:
    """Open a guarded asyncio connection; arguments are those of ``psycopg.AsyncConnection.connect``."""
    return await aopen_guarded(psycopg.AsyncConnection.connect, enforcer, args, kwargs)


def open_guarded(connect: Callable[..., Any], enforcer: Enforcer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Open a connection by ``connect``, which is psycopg's or a user's own, and guard it."""
    opening = prepared(enforcer, profile_name(args, kwargs))
    connection = opened(connect, opening, args, kwargs)
    try:
        found = skew(connection) if opening.net.clock else None
    except BaseException:
        _given_up(connection, opening)
        raise
    return guard_connection(connection, enforcer, opening, found)


async def aopen_guarded(
    connect: Callable[..., Any], enforcer: Enforcer, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Like :func:`open_guarded`, awaiting; a resolver, which may block, runs in a thread."""
    name = profile_name(args, kwargs)
    opening = await asyncio.to_thread(prepared, enforcer, name) if name else prepared(enforcer, "")
    connection = await aopened(connect, opening, args, kwargs)
    try:
        found = await askew(connection) if opening.net.clock else None
    except BaseException:
        _given_up(connection, opening)
        raise
    return guard_connection(connection, enforcer, opening, found)


def _given_up(connection: Any, opening: Opening) -> None:
    """Close what was interrupted between the driver's ``connect`` and ours."""
    connection.pgconn.finish()
    opening.end()


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded psycopg: all of psycopg's, with the connection classes replaced.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    names = {name: value for name, value in vars(psycopg).items() if name not in _DUNDERS}
    names["Connection"] = _opening(psycopg.Connection, enforcer)
    names["AsyncConnection"] = _opening(psycopg.AsyncConnection, enforcer)
    names["connect"] = names["Connection"].connect
    names["__all__"] = list(psycopg.__all__)
    for name, value in names.items():
        if isinstance(value, types.ModuleType) and value.__name__ == f"psycopg.{name}":
            names[name] = stand_in(value, names)
    return names


def stand_in(module: types.ModuleType, names: Mapping[str, Any]) -> types.ModuleType:
    """Return psycopg's ``module`` itself, or a copy with guarded classes when it holds connection classes.

    Args:
        module: ``psycopg`` or a submodule of it.
        names: What :func:`guard_module` returned.
    """
    replaced: dict[str, Any] = {}
    for name, value in vars(module).items():
        if isinstance(value, type) and issubclass(value, BaseConnection) and hasattr(value, "connect"):
            replaced[name] = (
                names.get(name) if value.__name__ in names else _opening(value, names["Connection"]._enforcer)
            )
    if not replaced:
        return module
    copy = types.ModuleType(module.__name__, module.__doc__)
    copy.__dict__.update({name: value for name, value in vars(module).items() if name not in _DUNDERS})
    copy.__dict__.update(replaced)
    for name, value in vars(module).items():
        owner = getattr(value, "__self__", None)
        if getattr(value, "__name__", "") == "connect" and isinstance(owner, type):
            copy.__dict__[name] = next(cls.connect for cls in replaced.values() if owner in cls.__mro__)
    return copy


def _opening(raw: Any, enforcer: Callable[[], Enforcer]) -> Any:
    """Make the subclass of a connection class whose ``connect`` guards; its instances are stamped further."""
    asynchronous = issubclass(raw, psycopg.AsyncConnection)
    namespace: dict[str, Any] = {
        "__module__": raw.__module__,
        "__qualname__": raw.__qualname__,
        "__doc__": raw.__doc__,
        "_enforcer": staticmethod(enforcer),
        "connect": classmethod(_opener(asynchronous)),
        "wait": _lazy_async_wait() if asynchronous else _lazy_wait(),
    }
    dress_all(raw, namespace)
    return types.new_class(raw.__name__, (raw[psycopg.rows.Row],), exec_body=partial(_fill, namespace))


def _fill(namespace: dict[str, Any], body: dict[str, Any]) -> None:
    body.update(namespace)


def _raw_connect(cls: Any) -> Any:
    """The ``connect`` that follows ours in the order of base classes."""
    order = cls.__mro__
    ours = next(i for i, base in enumerate(order) if "_enforcer" in base.__dict__)
    found = next(base.__dict__["connect"] for base in order[ours + 1 :] if "connect" in base.__dict__)
    return found.__get__(None, cls)


def _opener(asynchronous: bool) -> Callable[..., Any]:
    def connect(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return open_guarded(_raw_connect(cls), cls._enforcer(), args, kwargs)

    async def aconnect(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return await aopen_guarded(_raw_connect(cls), cls._enforcer(), args, kwargs)

    return aconnect if asynchronous else connect


def _lazy_wait() -> Any:
    """For instances that ``connect`` has not made: guarded when they first do something."""

    def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        return guard_connection(self, self._enforcer()).wait(*args, **kwargs)

    wait._pcishield_lazy = True  # type: ignore[attr-defined]
    return wait


def _lazy_async_wait() -> Any:
    async def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await guard_connection(self, self._enforcer()).wait(*args, **kwargs)

    wait._pcishield_lazy = True  # type: ignore[attr-defined]
    return wait
