"""The guarded psycopg2 (2.9): guarded subclasses, put beneath the user's own connection and cursor classes.

Its C functions (``register_type``, ``quote_ident``, ``sql.Composable.as_string``) take the guarded objects.
Replication is blocked. Limits:

- psycopg2 has no place that all SQL of a connection passes: a cursor of the driver's own class that somebody makes by
  hand around the connection (``psycopg2.extensions.cursor(connection)``) is not guarded. ``connection.cursor()`` with
  any factory is.
- Typecasters are the application's code and see raw values; what they return is masked as any other cell.
- A view of a result as data of another type (``AsIs``) is judged as the text that it becomes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import extensions, extras, pool

from pcishield.drivers.psycopg2.connection import DIALECT, RawConnection, connection_factory, guarded_connection
from pcishield.drivers.psycopg2.cursor import GuardedCursor, RawCursor, cursor_factory
from pcishield.drivers.psycopg2.lobject import GuardedLobject
from pcishield.drivers.psycopg2.opening import guarding
from pcishield.drivers.psycopg2.pages import execute_batch, execute_values
from pcishield.drivers.psycopg2.surfaces import SURFACES

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["DIALECT", "SURFACES", "guard_module"]

# Taken once: install() may put guarded names into the module later.
_connect = psycopg2.connect
_OWN = ("errorcodes", "errors", "sql", "tz")
_HIDDEN = frozenset({"__builtins__", "__cached__", "__file__", "__loader__", "__package__", "__path__", "__spec__"})


def _stand_in(module: ModuleType, replaced: dict[Any, Any], **names: Any) -> ModuleType:
    copy = ModuleType(module.__name__, module.__doc__)
    for name, value in vars(module).items():
        if name not in _HIDDEN and not name.startswith("_"):
            copy.__dict__[name] = replaced.get(value, value) if isinstance(value, type) else value
    copy.__dict__.update(names)
    return copy


def _classes(module: ModuleType, guarded: type) -> dict[Any, Any]:
    """Return the guarded counterparts of the connection and cursor classes that a module defines."""
    made: dict[Any, Any] = {RawConnection: guarded, RawCursor: GuardedCursor}
    for value in vars(module).values():
        if not isinstance(value, type) or value in made or "eplication" in value.__name__:
            continue
        if issubclass(value, RawConnection):
            made[value] = connection_factory(value, guarded)
        elif issubclass(value, RawCursor):
            made[value] = cursor_factory(value)
    return made


def _connection_info(connection: Any) -> Any:
    """Return ``connection.info``; the driver's own class would tell the password."""
    return connection.info


def _pools(guarded: type) -> dict[Any, Any]:
    """Return the pool classes with the guarded class as factory of their connections."""

    def guarded_pool(base: Any) -> Any:
        def __init__(self: Any, minconn: int, maxconn: int, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            args, kwargs = guarding(args, kwargs, lambda factory: connection_factory(factory, guarded))
            base.__init__(self, minconn, maxconn, *args, **kwargs)

        names = {"__doc__": base.__doc__, "__init__": __init__, "__module__": base.__module__}
        return type(base.__name__, (base,), names)

    return {cls: guarded_pool(cls) for cls in (pool.SimpleConnectionPool, pool.ThreadedConnectionPool)}


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded ``psycopg2`` module.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    guarded = guarded_connection(enforcer)

    def connect(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = guarding(args, kwargs, lambda factory: connection_factory(factory, guarded))
        return _connect(*args, **kwargs)

    connect.__doc__ = _connect.__doc__
    base = _classes(extensions, guarded)
    names = {
        name: value
        for name, value in vars(psycopg2).items()
        if name not in _HIDDEN and not name.startswith("_") and not isinstance(value, ModuleType)
    }
    names |= {name: importlib.import_module(f"psycopg2.{name}") for name in _OWN}
    names |= {
        "__libpq_version__": psycopg2.__libpq_version__,
        "__version__": psycopg2.__version__,
        "connect": connect,
        # By name too: install() may have put those of another shield there.
        "extensions": _stand_in(
            extensions,
            base,
            connection=guarded,
            cursor=GuardedCursor,
            lobject=GuardedLobject,
            ConnectionInfo=_connection_info,
        ),
        "extras": _stand_in(
            extras, _classes(extras, guarded), execute_batch=execute_batch, execute_values=execute_values
        ),
        "pool": _stand_in(pool, _pools(guarded)),
    }
    for name in ("LogicalReplicationConnection", "PhysicalReplicationConnection", "ReplicationCursor"):
        names["extras"].__dict__.pop(name, None)
    return names
