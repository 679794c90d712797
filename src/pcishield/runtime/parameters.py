"""Bind parameters, looked at without keeping or showing them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pcishield.runtime.hot import shape_of_harmless

__all__ = ["Unbindable", "canonical", "collected", "described", "harmless", "iterable", "replayed", "told"]

_DESCRIBED = 64
"""Parameters described one by one in a record; of more only the number is kept."""


def harmless(parameters: Any) -> bool:
    """Tell at a glance that no parameter can hold a card number or a mask; false means: look closely."""
    return shape_of_harmless(parameters) is not None


def collected(sets: Iterable[Any]) -> tuple[list[Any], Exception | None]:
    """Return the parameter sets of an ``executemany``, and what their iterator has raised on the way.

    It is read to its end, for a set that the guard has not seen must not reach the database.

    Raises:
        TypeError: ``sets`` cannot be iterated.
    """
    found: list[Any] = []
    given = iter(sets)
    try:
        found.extend(given)
    except Exception as error:
        return found, error
    return found, None


def iterable(value: Any) -> bool:
    """Whether a ``for`` takes ``value``: it has ``__iter__``, or an index."""
    return isinstance(value, Iterable) or hasattr(type(value), "__getitem__")


def replayed(sets: list[Any], error: Exception | None) -> Any:
    """Return what to hand to the driver: the sets, and then the error, as it would have had them."""
    return sets if error is None else _replay(sets, error)


def _replay(sets: list[Any], error: Exception) -> Iterator[Any]:
    yield from sets
    raise error


def described(parameters: Any, many: bool, pan: bool) -> dict[str, Any]:
    """Describe parameters for a record by type and length; no value, no name. AUDIT.md 3.5."""
    fields: dict[str, Any] = {"pan": True} if pan else {}
    if many:
        fields["sets"] = len(parameters)
        return fields
    values = list(_values(parameters))
    fields["count"] = len(values)
    if 0 < len(values) <= _DESCRIBED:
        fields["types"] = [type(value).__name__ for value in values]
        fields["lengths"] = [len(value) if value.__class__ in (str, bytes) else 0 for value in values]
    return fields


def _values(parameters: Any) -> Iterable[Any]:
    if isinstance(parameters, tuple | list):
        return parameters
    return parameters.values() if isinstance(parameters, Mapping) else (parameters,)


class Unbindable(ValueError):
    """A parameter whose content cannot be told apart from another's."""


_PLAIN = frozenset({type(None), bool, int, float, str, bytes, Decimal, date, datetime, time, timedelta, UUID})


def canonical(value: Any) -> str:
    """Return a text that is equal for equal parameters only; secret, as they are.

    ``repr`` will not do for what we do not know: psycopg's ``Json`` cuts its own short.

    Raises:
        Unbindable: A value is of a type whose content cannot be had.
    """
    kind = value.__class__
    if kind in _PLAIN:
        text = repr(value)
    elif kind is list or kind is tuple:
        text = ",".join(map(canonical, value))
    elif kind is dict:
        text = ",".join(f"{canonical(key)}:{canonical(item)}" for key, item in value.items())
    elif kind is bytearray or kind is memoryview:
        text = bytes(value).hex()
    else:
        try:
            text = pickle.dumps(value, protocol=4).hex()
        except Exception as error:
            raise Unbindable(
                f"the content of a parameter of type {kind.__name__} cannot be read ({type(error).__name__})"
            ) from None
    name = f"{kind.__module__}.{kind.__qualname__}"
    return f"{len(name)}:{name}{len(text)}:{text}"


def told(parameters: Any, many: bool) -> str:
    """Return what an approver is told about parameters: how many, of which types; no value."""
    if parameters is None:
        return ""
    if many:
        return f"{len(parameters)} sets of values"
    values = list(_values(parameters))
    types = ", ".join(type(value).__name__ for value in values[:_DESCRIBED])
    return f"{len(values)} ({types}{', ...' if len(values) > _DESCRIBED else ''})" if values else ""
