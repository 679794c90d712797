"""Guarded mysql.connector: ``import pcishield.mysql.connector``, or ``from pcishield.mysql import connector``.

Everything is the driver's own object except what opens a connection: ``connect``, ``MySQLConnection``,
``CMySQLConnection`` and the pools. Statements and rows of their connections pass the process's default
:class:`~pcishield.shield.Shield`, which is looked up at each connect.

Submodules (``.errors``, ``.cursor``, ``.constants``, ...) are the driver's own module objects, never a second copy;
``.pooling``, ``.connection``, ``.connection_cext`` and ``.aio`` are stand-ins that hold the guarded classes.
"""

from __future__ import annotations

import sys as _sys
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING

from pcishield.drivers import mysql_connector as _driver
from pcishield.shield import current_shield as _current_shield

if _TYPE_CHECKING:
    from mysql.connector import *

_names = _driver.guard_module(_current_shield)
__all__ = list(_names["__all__"])

for _name, _value in _names.items():
    if _name not in {"__name__", "__doc__", "__getattr__", "__all__"}:
        globals()[_name] = _value
    if isinstance(_value, _ModuleType) and _value.__name__ == f"mysql.connector.{_name}":
        _sys.modules[f"{__name__}.{_name}"] = _value

# "aio" loads asyncio, so it is a package of its own that is found in the ordinary way.
