"""What a column must hold for both sides of a comparison to be the same: 65 of ``amount + 5 <> 70``.

Conditions are tried on rows (:mod:`~pcishield.statement.samples`); one that fails for a single value only is not taken
for one that always holds where that value is among those tried. Steps that are not known here are left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import UNKNOWN, bare, number

__all__ = ["solved"]

Expr = Any
Compute = Callable[[Expr], Any]

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ROUNDED = (exp.Abs, exp.Ceil, exp.Coalesce, exp.Floor, exp.Round, exp.Length)
_PLAIN = frozenset({exp.Column, exp.Literal})
_DEEPEST = 8


def solved(comparison: Expr, compute: Compute) -> list[Any]:
    """Return the values of a column, or what a text's length must be, with which both sides are the same.

    Args:
        comparison: A comparison of two values; anything else gives nothing.
        compute: Computes what holds no column, else gives ``UNKNOWN``.
    """
    if not isinstance(comparison, _COMPARED):
        return []
    found = []
    for side, other in ((comparison.this, comparison.expression), (comparison.expression, comparison.this)):
        value = UNKNOWN if type(bare(side)) in _PLAIN else compute(other)
        for _ in range(_DEEPEST):
            side = bare(side)
            if value is UNKNOWN or value is None or type(side) is exp.Column:
                break
            side, value = _step(side, value, compute)
        if value is not UNKNOWN and value is not None and type(side) is exp.Column:
            found.append(value)
    return found


def _step(side: Expr, value: Any, compute: Compute) -> tuple[Expr, Any]:
    """Take the outermost operation off ``side``, and undo it in ``value``."""
    kind = type(side)
    if isinstance(side, _ROUNDED):
        return side.this, value
    if kind is exp.StrPosition and type(value) is int and value > 0:
        needle = compute(side.args["substr"])
        return side.this, UNKNOWN if not isinstance(needle, str) else "k" * min(value - 1, 100) + needle
    if not isinstance(side, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe)):
        return side, UNKNOWN
    first, second = compute(side.this), compute(side.expression)
    if (first is UNKNOWN) == (second is UNKNOWN):
        return side, UNKNOWN
    inner, known = (side.this, second) if first is UNKNOWN else (side.expression, first)
    if kind is exp.DPipe:
        return inner, _without(str(value), str(known), behind=first is UNKNOWN)
    whole, by = number(value), number(known)
    if whole is None or by is None or isinstance(known, str):
        return side, UNKNOWN
    return inner, _undone(kind, whole, by, behind=first is UNKNOWN)


def _without(text: str, part: str, *, behind: bool) -> Any:
    if behind:
        return text[: len(text) - len(part)] if text.endswith(part) else UNKNOWN
    return text[len(part) :] if text.startswith(part) else UNKNOWN


def _undone(kind: type, value: float, by: float, *, behind: bool) -> Any:
    if kind is exp.Add:
        return value - by
    if kind is exp.Sub:
        return value + by if behind else by - value
    if kind is exp.Mul:
        found = value / by if by else UNKNOWN
    else:
        found = value * by if behind else by / value if value else UNKNOWN
    return int(found) if isinstance(found, float) and found.is_integer() else found
