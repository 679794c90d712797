"""Statements and parameters as frameworks keep them (exceptions, query logs), without their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pcishield.exceptions import MaskingError

if TYPE_CHECKING:
    from pcishield.runtime.known import KnownStatement
    from pcishield.runtime.parts import Parts

__all__ = ["HIDDEN", "classified", "hidden_parameters", "hidden_text"]

HIDDEN = "[REDACTED:parameter]"
_SAFE = (bool, type(None))
_PLAIN = (type(None), str, bytes, bytearray, int, float, Decimal, date, time, timedelta, UUID, list, tuple, set, dict)
_NUMBERED = re.compile(r"(?:_m\d+)?(?:__?\d+)*$")
"""What SQLAlchemy appends to a column's name to name a parameter: ``cvv_1``, ``cvv_m0``, ``cvv__0``, ``cvv_1_1``."""


def hidden_text(text: str, known: KnownStatement, parts: Parts, *, filled: bool = False) -> str:
    """Return SQL text; its literal-free template where a literal may belong to a classified column.

    Args:
        text: The statement.
        known: What is known about it, before its parameters were filled in.
        parts: Of the shield.
        filled: Whether ``text`` has parameters filled in.
    """
    statement = known.statement
    hide = known.pan_in_literals or ((filled or bool(statement.literals)) and classified(known))
    return parts.record_text(statement.template if hide else text)


def hidden_parameters(params: Any, names: Sequence[str] | None, known: KnownStatement | None, parts: Parts) -> Any:
    """Return bind parameters of the same shape: those of classified names and those with card data masked.

    Args:
        params: For one execution or many.
        names: Of positional ones, when they are known; else all are hidden that may belong to a classified column.
        known: The statement, ``None`` when it is not known.
        parts: Of the shield.
    """
    if isinstance(params, Mapping):
        return {name: _named(str(name), value, parts) for name, value in params.items()}
    if not isinstance(params, (list, tuple)):
        return _masked(params, None, parts)
    if any(isinstance(row, (Mapping, list, tuple)) for row in params):
        return type(params)([hidden_parameters(row, names, known, parts) for row in params])
    if names is not None and len(names) == len(params):
        return tuple(_named(name, value, parts) for name, value in zip(names, params, strict=True))
    hide = known is None or classified(known)
    return tuple(HIDDEN if hide and not isinstance(value, _SAFE) else _masked(value, None, parts) for value in params)


def classified(known: KnownStatement) -> bool:
    """Whether a value in the statement may belong to a classified column."""
    # A statement that nobody can read, or one that writes and names no columns, may write any.
    return bool(known.classes) or (known.writes and all(use.column.name == "*" for use in known.statement.columns))


def _named(name: str, value: Any, parts: Parts) -> Any:
    return _masked(value, parts.masker.classify_column(_NUMBERED.sub("", name)), parts)


def _masked(value: Any, cls: str | None, parts: Parts) -> Any:
    # A driver's wrapper (psycopg's Json) shows the masker nothing and its repr() everything.
    if not isinstance(value, _PLAIN):
        return HIDDEN
    try:
        return parts.masker.mask(value, cls)
    except MaskingError:
        return HIDDEN
