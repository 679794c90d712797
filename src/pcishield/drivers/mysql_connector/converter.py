"""Users' converter classes: they see raw values, and what they send of themselves is judged as anything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pcishield.drivers.mysql_connector.state import running
from pcishield.runtime.guard import inside

__all__ = ["converter_names", "isolate_converter"]


def _outside(name: str, cls: type) -> Any:
    def convert(self: Any, *args: Any, **kwargs: Any) -> Any:
        mark, within = running.set(None), inside.set(False)
        try:
            # Looked up again, for some of them are static.
            return getattr(super(cls._pcishield_isolated, self), name)(*args, **kwargs)  # type: ignore[attr-defined]
        finally:
            inside.reset(within)
            running.reset(mark)

    return convert


@lru_cache(maxsize=64)
def _isolated(cls: Any) -> type:
    names: dict[str, Any] = {"__doc__": cls.__doc__, "__module__": cls.__module__}
    isolated: Any = type(cls)(cls.__name__, (cls,), names)
    isolated._pcishield_isolated = isolated
    for name in ("escape", "quote", "row_to_python", "to_mysql", "to_python"):
        if hasattr(cls, name):
            setattr(isolated, name, _outside(name, isolated))
    return isolated  # type: ignore[no-any-return]


def isolate_converter(connection: Any) -> None:
    """Take the mark off while a user's converter runs: what it sends is judged as anything else."""
    converter = connection.converter
    cls: Any = type(converter)
    if converter is None or cls.__module__.startswith("mysql.connector.") or hasattr(cls, "_pcishield_isolated"):
        return
    converter.__class__ = _isolated(cls)


def _converter_property(original: Any) -> Any:
    def set_class(self: Any, value: Any) -> None:
        original.fset(self, value)
        isolate_converter(self)

    return property(original.fget, set_class, original.fdel, original.__doc__)


def _set_converter_class(original: Callable[..., Any]) -> Any:
    def set_converter_class(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        isolate_converter(self)

    return set_converter_class


def converter_names(base: Any) -> dict[str, Any]:
    """Return replacements for the ways to set a converter class."""
    names: dict[str, Any] = {"set_converter_class": _set_converter_class(base.set_converter_class)}
    if isinstance(getattr(base, "converter_class", None), property):
        names["converter_class"] = _converter_property(base.converter_class)
    return names
