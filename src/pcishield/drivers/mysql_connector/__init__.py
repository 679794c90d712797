"""The guarded mysql.connector (9.1 to 26.10), pure Python, C extension and asyncio.

Guarded subclasses of the connection and cursor classes, put beneath the user's own (``cursor_class=``). Every
statement passes ``cmd_query``, ``cmd_query_iter`` or ``cmd_stmt_execute``, every row ``get_rows``; both are guarded
on the connection, so a cursor that somebody makes around it is guarded too. Limits:

- A ``converter_class`` is the application's code and sees raw values; what it returns is masked as any other cell.
- What the driver sends of itself with fixed text (COMMIT, ROLLBACK, SET NAMES, autocommit, ping) is not recorded.
- Where the C extension does not load (26.10's needs OpenSSL 3.2), connections are pure Python, as the driver has it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import mysql.connector
from mysql.connector import connection as _pure
from mysql.connector import pooling as _pooling

from pcishield.drivers.mysql_connector.connection import adopt, guarded_connection
from pcishield.drivers.mysql_connector.pool import guarded_names
from pcishield.drivers.mysql_connector.state import DIALECT
from pcishield.drivers.mysql_connector.surfaces import SURFACES

if TYPE_CHECKING:
    from pcishield.runtime.session import Enforcer

__all__ = ["DIALECT", "OWN_MODULES", "SURFACES", "aconnect", "adopt", "connect", "guard_module", "guarded_modules"]

OWN_MODULES = (
    "abstracts", "charsets", "constants", "conversion", "cursor", "cursor_cext", "custom_types", "dbapi",
    "errorcode", "errors", "locales", "optionfiles", "types", "utils", "version",
)  # fmt: skip
"""Submodules that make no connection: the driver's own are used as they are."""

_HIDDEN = frozenset({"__builtins__", "__cached__", "__file__", "__loader__", "__package__", "__path__", "__spec__"})


def _stand_in(module: ModuleType, names: dict[str, Any]) -> ModuleType:
    copy = ModuleType(module.__name__, module.__doc__)
    copy.__dict__.update({name: value for name, value in names.items() if name not in _HIDDEN})
    return copy


def _classes(enforcer: Callable[[], Enforcer]) -> dict[type, type]:
    """Return the guarded connection classes by the driver's; the C one only where it loads."""
    classes: dict[type, type] = {_pure.MySQLConnection: guarded_connection(_pure.MySQLConnection, enforcer)}
    c_class = getattr(mysql.connector, "CMySQLConnection", None)
    if c_class is not None:
        classes[c_class] = guarded_connection(c_class, enforcer)
    return classes


def _replaced(module: ModuleType, replacements: dict[Any, Any]) -> dict[str, Any]:
    return {
        name: replacements.get(value, value) if isinstance(value, type) else value
        for name, value in vars(module).items()
    }


def guarded_modules(enforcer: Callable[[], Enforcer]) -> dict[str, ModuleType]:
    """Return stand-ins for the modules that make connections, by name relative to ``mysql.connector``.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    classes = _classes(enforcer)
    pooling = guarded_names(_pooling, classes, enforcer)
    made = {
        "connection": _stand_in(_pure, _replaced(_pure, classes)),
        "pooling": _stand_in(_pooling, pooling),
    }
    if len(classes) > 1:
        c_module = importlib.import_module("mysql.connector.connection_cext")
        made["connection_cext"] = _stand_in(c_module, _replaced(c_module, classes))
    names = _replaced(mysql.connector, classes) | {"connect": pooling["connect"], "Connect": pooling["connect"]}
    names.setdefault("CMySQLConnection", None)
    made[""] = _stand_in(mysql.connector, names | made)
    # Without the extension the driver's own list has a name that is not there, and "import *" raises.
    made[""].__dict__["__all__"] = [
        name for name in mysql.connector.__all__ if name in vars(mysql.connector) or name not in names
    ]
    return made


def guarded_aio_modules(enforcer: Callable[[], Enforcer]) -> dict[str, ModuleType]:
    """Return stand-ins for ``mysql.connector.aio`` and its modules that make connections; asyncio is loaded."""
    from mysql.connector import aio
    from mysql.connector.aio import connection

    from pcishield.drivers.mysql_connector.aio import guarded_aio_connection

    classes: dict[type, type] = {
        connection.MySQLConnection: guarded_aio_connection(connection.MySQLConnection, enforcer)
    }
    home = importlib.import_module(aio.connect.__module__)
    names = guarded_names(home, classes, enforcer)
    made = {"aio.connection": _stand_in(connection, _replaced(connection, classes))}
    shown = _replaced(aio, classes) | {"connect": names["connect"], "connection": made["aio.connection"]}
    if home is not aio:
        made["aio.pooling"] = shown["pooling"] = _stand_in(home, names)
        shown["MySQLConnectionPool"] = names["MySQLConnectionPool"]
    made["aio"] = _stand_in(aio, shown)
    return made


def guard_module(enforcer: Callable[[], Enforcer]) -> dict[str, Any]:
    """Return the names of a guarded ``mysql.connector`` module.

    ``aio`` is made at first use, for it loads asyncio.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    modules = guarded_modules(enforcer)
    names = {name: value for name, value in vars(modules[""]).items() if name not in _HIDDEN}
    names |= {name: importlib.import_module(f"mysql.connector.{name}") for name in OWN_MODULES if _has(name)}
    names.pop("aio", None)

    @lru_cache(maxsize=1)
    def aio() -> dict[str, ModuleType]:
        return guarded_aio_modules(enforcer)

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name == "aio":
            return aio()["aio"]
        raise AttributeError(f"module 'mysql.connector' has no attribute {name!r} that pcishield knows")

    names["__getattr__"] = __getattr__
    names["_aio_modules"] = aio
    return names


def _has(name: str) -> bool:
    return name != "cursor_cext" or bool(getattr(mysql.connector, "HAVE_CEXT", False))


@lru_cache(maxsize=16)
def _modules_of(enforcer: Any) -> dict[str, Any]:
    return guard_module(lambda: enforcer)


def connect(enforcer: Enforcer, /, *args: Any, **kwargs: Any) -> Any:
    """Open a guarded connection, or take one out of a pool.

    Args:
        enforcer: The shield.
        *args: For ``mysql.connector.connect``.
        **kwargs: Likewise.
    """
    return _modules_of(cast("Any", enforcer))["connect"](*args, **kwargs)


async def aconnect(enforcer: Enforcer, /, *args: Any, **kwargs: Any) -> Any:
    """Open a guarded asyncio connection, or take one out of a pool.

    Args:
        enforcer: The shield.
        *args: For ``mysql.connector.aio.connect``.
        **kwargs: Likewise.
    """
    return await _modules_of(cast("Any", enforcer))["_aio_modules"]()["aio"].connect(*args, **kwargs)
