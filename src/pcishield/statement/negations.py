"""Conditions that are the opposite of others."""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import bare, plain

__all__ = ["OPPOSITE", "negation_of"]

Expr = Any

OPPOSITE: dict[type, type] = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.LTE: exp.GT, exp.LT: exp.GTE, exp.GTE: exp.LT,
}  # fmt: skip


def negation_of(node: Expr) -> Expr | None:
    """Return a condition that holds where ``node`` does not, but for NULL."""
    kind = type(node)
    if kind is exp.Not:
        return bare(node.this)
    if node.args.get("negate"):
        return plain(node)
    if kind is exp.Is and type(node.expression) is exp.Null:
        return exp.Is(this=node.this.copy(), expression=exp.Null(), negate=True)
    opposite = OPPOSITE.get(kind)
    if opposite is not None:
        return opposite(this=node.this.copy(), expression=node.expression.copy())
    return exp.Not(this=node.copy())
