"""Users' converter classes: they see raw values, and what they send of themselves is judged as anything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pcishield.drivers.mysql_connector.state import running
from pcishield.runtime.guard import inside

__all__ = ["converter_names", "isolate_converter"]


def _outside(name: str, original: Callable[..., Any]) -> Any:
    def convert(self: Any, *args: Any, **kwargs: Any) -> Any:
        mark, within = running.set(None), inside.set(False)
        try:
            return original(self, *args, **kwargs)
        finally:
            inside.reset(within)
            running.reset(mark)

    convert.__name__, convert.__doc__ = name, original.__doc__
    return convert


@lru_cache(maxsize=64)
def _isolated(cls: Any) -> type:
    names: dict[str, Any] = {
        name: _outside(name, getattr(cls, name))
        for name in ("escape", "quote", "row_to_python", "to_mysql", "to_python")
        if hasattr(cls, name)
    }
    names |= {"__doc__": cls.__doc__, "__module__": cls.__module__, "_pcishield_isolated": True}
    isolated: type = type(cls)(cls.__name__, (cls,), names)
    return isolated


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
