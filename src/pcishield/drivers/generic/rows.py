"""Rows of any shape and arguments of any spelling: what a DB-API driver's calls are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pcishield.runtime.parameters import collected, iterable, replayed

__all__ = ["PARAMETER_NAMES", "TEXT_NAMES", "argument", "cells", "listed", "rebuilt", "somebodys_code"]

TEXT_NAMES = ("operation", "query", "sql", "statement")
PARAMETER_NAMES = (
    "args", "param_sets", "parameters", "params", "seq_of_parameters", "seq_of_params", "vars", "vars_list",
)  # fmt: skip


def listed(row: Any) -> list[Any]:
    """Return the row of a ``fetchone`` as a list, empty at the end of the result."""
    return [] if row is None else [row]


def cells(row: Any) -> tuple[Any, ...]:
    """Return the values of a row in the order of its columns."""
    return tuple(row.values()) if isinstance(row, Mapping) else tuple(row)


def rebuilt(row: Any, masked: tuple[Any, ...], renamed: Mapping[str, str]) -> Any:
    """Make of masked cells what the row was; a plain tuple when its class cannot be told how.

    Args:
        row: What the driver has made.
        masked: Its cells.
        renamed: Names of columns that hold a card number, and what they are shown as.
    """
    kind = type(row)
    if kind is tuple:
        return masked
    if isinstance(row, Mapping):
        return kind(zip([renamed.get(key, key) for key in row], masked, strict=True))
    if kind is list:
        return list(masked)
    if isinstance(row, tuple) and hasattr(kind, "_make"):
        return kind._make(masked)
    unchanged = all(new is old for new, old in zip(masked, cells(row), strict=True))
    return row if unchanged else masked


def somebodys_code(args: tuple[Any, ...], kwargs: Mapping[str, Any], *own: str) -> str:
    """Return which argument is a class or a function of the application's, empty for none.

    Args:
        args: Of ``connect`` or ``cursor``.
        kwargs: Likewise.
        own: Names of modules of the driver; what is from their packages is no stranger.
    """
    packages = {name.partition(".")[0] for name in own} | {"builtins"}
    for name, value in (*((f"argument {at}", value) for at, value in enumerate(args, 1)), *kwargs.items()):
        if callable(value):
            home = getattr(value, "__module__", None) or type(value).__module__
            if home.partition(".")[0] not in packages:
                return name
    return ""


def argument(
    args: tuple[Any, ...], kwargs: dict[str, Any], index: int, names: tuple[str, ...], listed: bool = False
) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Find an argument by position or by one of its names; with ``listed`` an iterator is read to its end first."""

    def fixed(value: Any) -> tuple[Any, Any]:
        if not listed or isinstance(value, (list, tuple)) or not iterable(value):
            return value, value
        sets, error = collected(value)
        return sets, replayed(sets, error)

    if len(args) > index:
        value, handed = fixed(args[index])
        return value, (*args[:index], handed, *args[index + 1 :]), kwargs
    for name in names:
        if name in kwargs:
            value, handed = fixed(kwargs[name])
            return value, args, {**kwargs, name: handed}
    return None, args, kwargs
