"""Makes the package double as psycopg: ``pcishield.rows`` *is* ``psycopg.rows``, loaded when first asked for.

- A name that pcishield has itself always wins. Any other attribute is that of :mod:`pcishield.psycopg`.
- ``import pcishield.rows`` and ``from pcishield.types.json import Jsonb`` give psycopg's own module objects:
  a meta-path finder answers before the path finder does, which would load a second copy of the driver.
- Modules that hold a connection class (``connection``, ``connection_async``, ``crdb``) are the exception:
  their stand-ins hold the guarded class.
- Nothing here imports a driver before a driver name is asked for.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
else:
    # The import system asks for methods, not for these; loading them takes longer than all of this package.
    Loader = MetaPathFinder = object

__all__ = ["load", "lookup", "names"]

_PACKAGE = __name__.rpartition(".")[0]
_FACADE = f"{_PACKAGE}.psycopg"
_DRIVER = "psycopg"
_INSTALL = f"{_DRIVER} is not installed; run: pip install 'pcishield[psycopg]'"

_own: dict[str, bool] = {}


def _is_own(name: str) -> bool:
    """Whether pcishield has a submodule of this name."""
    known = _own.get(name)
    if known is None:
        spec = PathFinder.find_spec(f"{_PACKAGE}.{name}", sys.modules[_PACKAGE].__path__)
        known = _own[name] = spec is not None
    return known


class _Alias(Loader):
    """Loads psycopg's module and puts it, or its guarded stand-in, where ours was asked for."""

    def __init__(self, driver_name: str) -> None:
        self._driver_name = driver_name

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        # The import system returns what it then finds in sys.modules, so the empty module made for the
        # alias is dropped and the driver's module keeps its own __spec__ and __name__.
        real = importlib.import_module(self._driver_name)
        facade = importlib.import_module(_FACADE)
        sys.modules[module.__name__] = facade.submodule(real)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{_PACKAGE}."):
            return None
        name = fullname[len(_PACKAGE) + 1 :]
        if name.startswith(f"{_DRIVER}."):
            name = name[len(_DRIVER) + 1 :]
        elif _is_own(name.partition(".")[0]):
            return None
        driver_name = f"{_DRIVER}.{name}"
        try:
            real = importlib.util.find_spec(driver_name)
        except ModuleNotFoundError as error:
            if error.name == _DRIVER:
                raise ModuleNotFoundError(f"No module named {fullname!r}: {_INSTALL}", name=_DRIVER) from None
            return None
        if real is None:
            return None
        return ModuleSpec(fullname, _Alias(driver_name), is_package=real.submodule_search_locations is not None)


def lookup(name: str) -> Any:
    """Return the attribute ``name`` of the package: a submodule of ours, else what psycopg calls so, guarded.

    Raises:
        AttributeError: Neither has it, or psycopg is not installed.
    """
    if name.startswith("__"):
        # Probes (inspect, doctest, copy) must not import a driver.
        raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
    if _is_own(name):
        return importlib.import_module(f"{_PACKAGE}.{name}")
    try:
        facade = importlib.import_module(_FACADE)
    except ModuleNotFoundError as error:
        if error.name != _DRIVER:
            raise
        raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}: {_INSTALL}") from None
    try:
        value = getattr(facade, name)
    except AttributeError:
        raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}") from None
    _adopt(facade)
    return value


def load() -> None:
    """Put psycopg's names into the package, where it is installed."""
    try:
        _adopt(importlib.import_module(_FACADE))
    except ModuleNotFoundError as error:
        if error.name != _DRIVER:
            raise


def names() -> list[str]:
    """Names that psycopg adds to the package; empty until it has been used."""
    facade = sys.modules.get(_FACADE)
    return [] if facade is None else [name for name in vars(facade) if not name.startswith("_")]


def _adopt(facade: ModuleType) -> None:
    """Put psycopg's names into the package, for those who read its ``__dict__`` (SQLAlchemy's async adapter)."""
    package = sys.modules[_PACKAGE]
    for name, value in vars(facade).items():
        if not name.startswith("_") and name not in package.__all__ and not _is_own(name):
            package.__dict__.setdefault(name, value)


if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
    sys.meta_path.insert(0, _Finder())
