"""Bind parameters, looked at without keeping or showing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

__all__ = ["described", "harmless", "shape"]

_DESCRIBED = 64
"""Parameters described one by one in a record; of more only the number is kept."""

_DIGITS = 12
"""Fewest digits of a card number, and of one of our masks."""

_SMALL = 10 ** (_DIGITS - 1)
_NEVER = frozenset({type(None), bool, date, datetime, time, timedelta, UUID})


def harmless(parameters: Any) -> bool:
    """Tell at a glance that no parameter can hold a card number or a mask; false means: look closely."""
    if isinstance(parameters, dict):
        # A name may say what its value is (cvv=...), and then a short value matters.
        return not parameters
    if parameters.__class__ is not tuple and parameters.__class__ is not list:
        return False
    for value in parameters:
        kind = value.__class__
        if kind is int:
            if not -_SMALL < value < _SMALL:
                return False
        elif kind is str or kind is bytes:
            if len(value) >= _DIGITS:
                return False
        elif kind not in _NEVER:
            return False
    return True


def shape(parameters: Any, many: bool) -> Any:
    """Return a hashable value that is equal for parameters that :func:`described` describes equally."""
    if many:
        return len(parameters)
    return tuple([
        (value.__class__, len(value)) if value.__class__ is str or value.__class__ is bytes else value.__class__
        for value in _values(parameters)
    ])  # fmt: skip


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
