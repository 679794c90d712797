"""The guarded sqlite3 driver (Python 3.11 to 3.13).

Guarded subclasses of ``Connection`` and ``Cursor`` from the declared Surface, put beneath the user's own classes
(``factory=``, ``cursor(factory=...)``), and a gate at ``Connection.__call__``, through which sqlite3 prepares
every statement of every cursor. Limits:

- Converters (``detect_types``), user-defined functions, aggregates and collations are the application's code and
  see raw values; what they return is masked as any other cell.
- ``executescript`` called on the driver's own unguarded cursor class does not pass the gate; with
  ``sqlite.strict`` SQLite's authorizer refuses it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from pcishield.drivers.sqlite3.connection import DIALECT, KEYWORDS, adopt, guarded_connection
from pcishield.drivers.sqlite3.cursor import GuardedCursor
from pcishield.drivers.sqlite3.surfaces import SURFACES
from pcishield.drivers.sqlite3.warn import warn_caller
from pcishield.runtime.stamp import under

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["DIALECT", "SURFACES", "connect", "guard_module", "guarded_factory"]

# Taken once: install() may put guarded names into the module later.
_connect = sqlite3.connect
_Raw = sqlite3.Connection
_FACTORY = 5
"""Position of ``factory`` among the arguments of ``sqlite3.connect``."""


def guarded_factory(connection: type, factory: Any = None) -> Any:
    """Return a ``factory`` for ``sqlite3.connect`` that makes guarded connections.

    Args:
        connection: A guarded connection class, which says whose shield it is.
        factory: The user's own, subclassed or wrapped, not replaced.
    """
    if factory is None or factory is _Raw:
        return connection
    if isinstance(factory, type) and issubclass(factory, _Raw):
        return under(cast("Any", factory), connection)

    def make(*args: Any, **kwargs: Any) -> Any:
        made = factory(*args, **kwargs)
        if issubclass(type(made), _Raw) and getattr(made, "_pcishield", None) is None:
            return adopt(made, connection, args[0] if args else kwargs.get("database"))
        return made

    return make


def _connect_guarded(connection: type, *args: Any, **kwargs: Any) -> Any:
    if len(args) > _FACTORY:
        args = (*args[:_FACTORY], guarded_factory(connection, args[_FACTORY]), *args[_FACTORY + 1 :])
    elif "factory" in kwargs:
        kwargs["factory"] = guarded_factory(connection, kwargs["factory"])
    else:
        kwargs["factory"] = connection
    if len(args) == 1 or not KEYWORDS:
        return _connect(*args, **kwargs)
    return warn_caller(partial(_connect, *args, **kwargs), depth=3)


@lru_cache(maxsize=16)
def _class_of(enforcer: Any) -> type:
    return guarded_connection(lambda: enforcer)


def connect(enforcer: Enforcer, /, *args: Any, **kwargs: Any) -> Any:
    """Open a guarded connection.

    Args:
        enforcer: The shield.
        *args: For ``sqlite3.connect``.
        **kwargs: Likewise; a ``factory`` is subclassed, not replaced.
    """
    return _connect_guarded(_class_of(cast("Any", enforcer)), *args, **kwargs)


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded ``sqlite3`` module.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    connection = guarded_connection(enforcer)
    names = {name: value for name, value in vars(sqlite3).items() if not name.startswith("__") and name != "dbapi2"}

    def connect(*args: Any, **kwargs: Any) -> Any:
        return _connect_guarded(connection, *args, **kwargs)

    connect.__doc__ = _connect.__doc__
    names |= {
        "Connection": connection,
        "Cursor": GuardedCursor,
        "__all__": sorted(name for name in (*names, "dbapi2") if not name.startswith("_")),
        "connect": connect,
    }
    if late := getattr(sqlite3, "__getattr__", None):
        names["__getattr__"] = late  # deprecated names, with their warnings
    dbapi2 = ModuleType("sqlite3.dbapi2", sqlite3.dbapi2.__doc__)
    dbapi2.__dict__.update(names)
    names["dbapi2"] = dbapi2
    return names
