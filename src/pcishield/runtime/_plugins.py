"""Plug-ins by name: the shipped kinds, then the entry points of installed packages; made from configuration tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pcishield.exceptions import ConfigurationError

__all__ = ["Kinds", "check_names"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


class Kinds:
    """The kinds of one plug-in type.

    Args:
        what: For messages: ``sink`` or ``anchor``.
        group: Entry-point group.
        shipped: ``module:class`` by name; wins over entry points.
    """

    def __init__(self, what: str, group: str, shipped: Mapping[str, str]) -> None:
        self._what = what
        self._group = group
        self._shipped = shipped

    def __iter__(self) -> Any:
        return iter(sorted({*self._shipped, *(point.name for point in entry_points(group=self._group))}))

    def find(self, kind: str) -> Any:
        """Return the class of a kind.

        Raises:
            ConfigurationError: There is none.
        """
        if target := self._shipped.get(kind):
            module, _, name = target.partition(":")
            return getattr(import_module(module), name)
        for point in entry_points(group=self._group, name=kind):
            return point.load()
        near = get_close_matches(kind, list(self), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self)}"
        raise ConfigurationError(f"kind: {kind!r} is no {self._what}; {hint}")

    def make(self, table: Mapping[str, Any], where: str) -> Any:
        """Make one from a table of the configuration.

        Args:
            table: ``kind`` and its options.
            where: Where the table stands, e.g. ``audit.sinks.0``.

        Raises:
            ConfigurationError: Names the table and the options.
        """
        options = dict(table)
        kind = options.pop("kind", None)
        try:
            if not isinstance(kind, str):
                raise ConfigurationError(f"kind: is missing; there are {', '.join(self)}")
            return self.find(kind)(**options)
        except ConfigurationError as error:
            raise ConfigurationError(f"{where}: {error}", [f"{where}.{p}" for p in error.problems]) from None


def check_names(field: str, plugins: Sequence[Any], methods: Sequence[str]) -> None:
    """Check that all have the methods, and names that differ.

    Raises:
        ConfigurationError: One has not.
    """
    names = []
    for plugin in plugins:
        name = getattr(plugin, "name", "")
        lacking = [method for method in methods if not callable(getattr(plugin, method, None))]
        if not isinstance(name, str) or not _NAME.match(name) or lacking:
            raise ConfigurationError(
                f"{field}: a {type(plugin).__name__} is none: it needs a name (letters, digits, '.', '_', '-') and "
                f"{', '.join(f'{method}()' for method in methods)}"
            )
        names.append(name)
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(f"{field}: {doubled[0]!r} is the name of two of them; set 'name' to tell them apart")
