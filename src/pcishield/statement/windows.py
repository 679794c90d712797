"""What window functions say of rows: ``row_number() OVER (PARTITION BY id)`` is one in each, and tells none apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlglot import expressions as exp

__all__ = ["numbered"]

Expr = Any
_NUMBERS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile)
_ORDERING = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
"""Functions that tell rows apart without an order, too."""


def numbered(
    items: Iterable[Expr], is_key: Callable[[str], bool], ctes: Mapping[str, Expr]
) -> tuple[set[str], set[tuple[str, str]]]:
    """Return columns of the items of a FROM list that count from one, and those that are the same for every row.

    Args:
        items: Tables and subqueries.
        is_key: Whether a column is a key.
        ctes: Queries of the WITH clause, by name.

    Returns:
        Names of columns; and names with that of their table, and with "", of those that tell no rows apart.
    """
    counted: set[str] = set()
    idle: set[tuple[str, str]] = set()
    for item in items:
        inner = item.this if type(item) is exp.Subquery else ctes.get(item.name.lower())
        if type(inner) is not exp.Select:
            continue
        for output in inner.expressions:
            window = output.this if type(output) is exp.Alias else None
            if type(window) is not exp.Window:
                continue
            name = output.alias.lower()
            if isinstance(window.this, _NUMBERS):
                counted.add(name)
            if _is_idle(window, is_key):
                idle |= {("", name), (item.alias_or_name.lower(), name)}
    return counted, idle


def _is_idle(window: Expr, is_key: Callable[[str], bool]) -> bool:
    parts = window.args.get("partition_by") or ()
    if any(type(part) is exp.Column and is_key(part.name.lower()) for part in parts):
        return True
    if type(window.this) is exp.Ntile and window.this.this is not None and window.this.this.name == "1":
        return True
    if isinstance(window.this, (exp.FirstValue, exp.LastValue)) and window.this.find(exp.Column) is None:
        return True
    if parts or isinstance(window.this, _ORDERING):
        return False
    order = window.args.get("order")
    if type(window.this) is exp.Ntile:
        return False
    return order is None or order.find(exp.Column) is None
