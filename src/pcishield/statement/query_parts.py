"""The parts of a query: its tables, its conditions, what is around it. Nothing is judged here."""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, bare, plain
from pcishield.statement.trees import found_in, has, name_of

__all__ = [
    "aggregates",
    "aliases_of",
    "asks_for_none",
    "conditions_of",
    "generates",
    "in_one_case",
    "inside",
    "is_stored",
    "listed_in",
    "mentions",
    "opposite_of",
    "queries_in",
    "reads_tables",
    "regrouped",
    "sources_of",
    "tables_in",
    "unnamed",
]

Expr = Any


def inside(query: Expr) -> Expr:
    """Return a query without its parentheses."""
    while type(query) in (exp.Subquery, exp.Paren):
        query = query.this
    return query


def queries_in(node: Expr) -> list[Expr]:
    """Return the outermost queries of an expression."""
    return [n for n in found_in(node, exp.Select, exp.Subquery) if n.find_ancestor(exp.Select, exp.Subquery) is None
            or n is node]  # fmt: skip


def listed_in(node: Expr | None) -> Expr | None:
    """Return what is in ``ANY (...)`` and ``ALL (...)``; ``None`` where an expression is neither."""
    if isinstance(node, (exp.Any, exp.All)):
        found = bare(node.this)
    elif type(node) is exp.Anonymous and node.this.upper() in {"ALL", "SOME"} and len(node.expressions) == 1:
        found = bare(node.expressions[0])
    else:
        return None
    if type(found) is exp.Array and len(found.expressions) == 1 and isinstance(inside(found.expressions[0]), exp.Query):
        return inside(found.expressions[0])  # ARRAY(SELECT ...)
    return inside(found)


def sources_of(query: Expr) -> list[Expr]:
    """Tables and subqueries of a FROM list, with what is joined."""
    clause = query.args.get("from_")
    joins = query.args.get("joins") or ()
    return ([clause.this] if clause is not None else []) + [join.this for join in joins]


def is_stored(part: Expr) -> bool:
    """Whether an item of a FROM list is a table."""
    return type(part) is exp.Table and isinstance(part.this, exp.Identifier) and part.name.lower() != "dual"


def reads_tables(query: Expr) -> bool:
    """Whether a query reads stored rows."""
    return any(
        is_stored(part) or (type(part) is exp.Subquery and type(inside(part)) is exp.Select
                          and reads_tables(inside(part)))
        for part in sources_of(query)
    )  # fmt: skip


def tables_in(query: Expr) -> set[str]:
    """Names of all tables and CTEs, at any depth."""
    return {table.name.lower() for table in found_in(query, exp.Table) if isinstance(table.this, exp.Identifier)}


def conditions_of(query: Expr) -> list[Expr]:
    """WHERE, and the conditions of inner joins."""
    where = query.args.get("where")
    joined = [join.args["on"] for join in query.args.get("joins") or ()
              if not join.args.get("side") and join.args.get("on") is not None]  # fmt: skip
    return ([where.this] if where is not None else []) + joined


def asks_for_none(part: Expr, query: Expr) -> bool:
    """Whether a condition is met where an outer join finds no partner: ``p.id IS NULL``, even of a key."""
    if type(part) is not exp.Is or type(part.expression) is not exp.Null or type(part.this) is not exp.Column:
        return False
    table, joins = part.this.text("table").lower(), query.args.get("joins") or ()
    sides = [str(join.args.get("side") or "").upper() for join in joins]
    if not {"RIGHT", "FULL"}.isdisjoint(sides):
        return True
    return any(
        side == "LEFT" and table in {"", j.this.alias_or_name.lower()} for side, j in zip(sides, joins, strict=True)
    )


def mentions(node: Expr, names: set[str]) -> bool:
    """Whether a column may be of one of these tables."""
    return any(column.text("table").lower() in {"", *names} for column in found_in(node, exp.Column))


def unnamed(node: Expr) -> Expr:
    """Return an output without its alias."""
    return node.this if type(node) is exp.Alias else node


def aliases_of(query: Expr) -> set[str]:
    """Names that the items of a FROM list go by."""
    return {part.alias_or_name.lower() for part in sources_of(query)}


def regrouped(query: Expr) -> Expr:
    """``(SELECT max(m) FROM (SELECT max(x) AS m FROM t GROUP BY y) q)`` is the most of them all."""
    sources, given = sources_of(query), [unnamed(item) for item in query.expressions]
    group = inside(sources[0]) if len(sources) == 1 and type(sources[0]) is exp.Subquery else None
    if group is None or type(group) is not exp.Select or group.args.get("group") is None or len(given) != 1:
        return query
    if type(given[0]) not in (exp.Max, exp.Min) or group.find(type(given[0])) is None:
        return query
    found = query.copy()
    inside(sources_of(found)[0]).set("group", None)
    return found


def aggregates(query: Expr) -> bool:
    """Whether an output is an aggregate."""
    return any(has(item, exp.AggFunc) for item in query.expressions)


def opposite_of(part: Expr) -> Expr | None:
    """``x LIKE 'a%'`` of ``x NOT LIKE 'a%'``."""
    if part.args.get("negate"):
        return plain(part)
    return bare(part.this) if type(part) is exp.Not else None


def generates(query: Expr) -> bool:
    """Whether a query counts up."""
    return any("generate" in name_of(call) or "sequence" in name_of(call) for call in found_in(query, exp.Func))


_CASES = frozenset({exp.Lower, exp.Upper})


def in_one_case(pair: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
    """``lower(name) = lower('x')`` as ``name = 'x'``: it says no less of the row."""
    left, right = pair
    value = right.this if type(right) in _CASES else right
    if type(left) not in _CASES or not (isinstance(value, ASKED) or value.args.get("is_string")):
        return pair
    return left.this, value
