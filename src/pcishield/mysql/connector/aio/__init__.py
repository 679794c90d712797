"""Guarded mysql.connector.aio: ``import pcishield.mysql.connector.aio``."""

from __future__ import annotations

import importlib as _importlib
import sys as _sys
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING

from pcishield.mysql.connector import _names

if _TYPE_CHECKING:
    from mysql.connector.aio import *

_modules: dict[str, _ModuleType] = _names["_aio_modules"]()

for _name, _value in vars(_modules["aio"]).items():
    if not _name.startswith("__"):
        globals()[_name] = _value
for _name in ("abstracts", "charsets", "cursor", "utils"):
    _modules[f"aio.{_name}"] = _importlib.import_module(f"mysql.connector.aio.{_name}")
for _name, _value in _modules.items():
    if _name != "aio":
        globals()[_name.removeprefix("aio.")] = _value
        _sys.modules[f"{__name__.removesuffix('.aio')}.{_name}"] = _value

__all__ = list(_modules["aio"].__all__)
