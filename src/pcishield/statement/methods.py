"""``pan.reverse()``: a function called as a method of its first argument, as DuckDB has it.

The parser takes what stands before the dot for the path to a function and makes bare identifiers of all columns in
it, also of those deep inside, ``(pan || 'x').reverse()``; an identifier is no column to anybody. Here they are columns
again, but for parameters of a lambda, and what they are part of is the first argument of the call.

A single name before the dot may be a schema: in DuckDB it is one where it is one of DuckDB's own, in other dialects
always. What an object's methods do there (``c.doc.value(...)``) is unknown, but of which column.
"""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

__all__ = ["as_calls"]

Expr = Any

_SCHEMAS = frozenset({"main", "temp", "system", "pg_catalog", "information_schema"})
"""Where DuckDB's own functions are."""
_NAMES_OF: dict[type, frozenset[str]] = {
    exp.Column: frozenset({"this", "table", "db", "catalog"}), exp.Table: frozenset({"this", "db", "catalog"}),
    exp.TableAlias: frozenset({"this", "columns"}), exp.Alias: frozenset({"alias"}), exp.Dot: frozenset({"expression"}),
    exp.PropertyEQ: frozenset({"this"}), exp.Lambda: frozenset({"expressions"}), exp.Kwarg: frozenset({"this"}),
    exp.Window: frozenset({"alias"}), exp.Collate: frozenset({"expression"}), exp.DataType: frozenset({"this", "kind"}),
    exp.Join: frozenset({"using"}), exp.ColumnDef: frozenset({"this"}),
}  # fmt: skip
"""Where an identifier is no value."""


def as_calls(tree: Expr, dialect: str) -> Expr:
    """Return ``tree`` with its methods as calls; changed in place."""
    dots = [n for n in tree.find_all(exp.Dot) if isinstance(n.expression, (exp.Func, exp.Window))]
    inner: set[int] = set()
    for node in dots:
        # The outermost first, whose receiver holds those of the others: a chain is looked through once.
        at = node.this
        while isinstance(at, exp.Dot):
            inner.add(id(at))
            at = at.this
        if id(node) not in inner and not (type(node.this) is exp.Identifier and _is_schema(node.this, dialect)):
            _restore_columns(node)
    # From the inside out: what ``pan.upper().reverse()`` is called of is a call itself.
    for node in reversed(dots):
        if type(node.this) is exp.Identifier:
            continue
        if dialect != "duckdb":
            continue
        window = node.expression if isinstance(node.expression, exp.Window) else None
        made = _call(node.expression if window is None else window.this, node.this)
        if window is not None:
            window.set("this", made)
            made = window
        if node is tree:
            tree = made
        else:
            node.replace(made)
    return tree


def _is_schema(name: Expr, dialect: str) -> bool:
    return not _is_parameter(name) and (dialect != "duckdb" or name.name.lower() in _SCHEMAS)


def _call(call: Expr, receiver: Expr) -> Expr:
    if isinstance(call, exp.Anonymous):
        try:
            return exp.func(str(call.this), receiver, *call.expressions, copy=False, dialect="duckdb")
        except (ValueError, TypeError, IndexError, AttributeError):
            return exp.Anonymous(this=call.this, expressions=[receiver, *call.expressions])
    parts = [part for value in call.args.values() for part in (value if isinstance(value, list) else [value])]
    return exp.Anonymous(this=call.sql_name(), expressions=[receiver, *(p for p in parts if isinstance(p, exp.Expr))])


def _restore_columns(node: Expr) -> None:
    """Make columns of the identifiers in what a method is called of."""
    for name in [n for n in node.this.find_all(exp.Identifier) if _is_value(n)]:
        path, top = [name], name
        while len(path) < 4 and type(top.parent) is exp.Dot and top.arg_key == "this" and top.parent is not node:
            following = top.parent.expression
            if type(following) is not exp.Identifier:
                break
            path.append(following)
            top = top.parent
        keys = ("this", "table", "db", "catalog")
        column = exp.Column(**{key: part.copy() for key, part in zip(keys, reversed(path), strict=False)})
        top.replace(column)


def _is_value(name: Expr) -> bool:
    return name.arg_key not in _NAMES_OF.get(type(name.parent), ()) and not _is_parameter(name)


def _is_parameter(name: Expr) -> bool:
    """Whether it is that of a lambda, ``x -> x.upper()``."""
    at = name.parent
    while at is not None:
        if type(at) is exp.Lambda and any(p.name.lower() == name.name.lower() for p in at.expressions):
            return True
        at = at.parent
    return False
