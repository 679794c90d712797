"""Questions about a parsed tree that need nothing but the tree."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import bare

__all__ = [
    "CONSTANTS", "FULLY_KNOWN", "QUERIES", "SCALAR_SERIES", "SET_OPERATIONS", "ctes_in_sight", "ctes_of", "flat",
    "found_in", "has", "is_bytes", "is_type", "keeps_value", "leaves", "may_fail", "name_of", "nodes_of", "parses",
    "parts_of", "parts_within",
]  # fmt: skip

Expr = Any

SET_OPERATIONS = frozenset({exp.Union, exp.Intersect, exp.Except})
QUERIES = frozenset({exp.Select, exp.Union, exp.Intersect, exp.Except})
FULLY_KNOWN = frozenset({"mysql", "postgres", "sqlite"})
CONSTANTS = frozenset(
    {exp.Literal, exp.Placeholder, exp.Parameter, exp.Null, exp.Boolean, exp.Var, exp.SessionParameter, exp.DataType,
     exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Identifier, exp.HexString, exp.BitString}
)  # fmt: skip
SCALAR_SERIES = frozenset(
    """generate_series generate_subscripts unnest regexp_split_to_table string_to_table jsonb_array_elements
    jsonb_array_elements_text json_array_elements json_array_elements_text jsonb_object_keys json_object_keys
    regexp_matches jsonb_path_query""".split()
)
"""Set-returning functions of one column."""
_LONGEST = 19
"""Digits of a card number."""
_BYTES = frozenset({exp.DataType.Type.BINARY, exp.DataType.Type.VARBINARY})
"""VARBINARY is what the parser makes of BLOB as well."""
_ONE_LETTER = frozenset({"CHAR", "NCHAR"})
_PARSED = frozenset(
    {"JSON", "JSONB", "INET", "UUID", "BOOLEAN", "OBJECT_IDENTIFIER", "USERDEFINED", "XML", "BIT", "MONEY"}
)
_KEEP_VALUE = frozenset(
    {"TEXT", "BIGINT", "INT128", "DECIMAL", "BIGDECIMAL", "NVARCHAR", "VARCHAR", "CHAR", "NAME", "LONGTEXT", "INT"}
)


def keeps_value(to: Expr, dialect: str) -> bool:
    """Whether a cast leaves a card number whole: not ``char(6)``, nor ``char`` where that is one letter."""
    if type(to) is exp.CharacterSet:
        return True
    if not isinstance(to, exp.DataType) or getattr(to.this, "name", "") not in _KEEP_VALUE:
        return False
    if not to.expressions:
        return to.this.name not in _ONE_LETTER or dialect in {"mysql", "sqlite"}
    sizes = [bare(size.this if type(size) is exp.DataTypeParam else size) for size in to.expressions]
    if any(type(size) is not exp.Literal or not size.this.isdigit() for size in sizes):
        return False
    return int(sizes[0].this) - sum(int(size.this) for size in sizes[1:]) >= _LONGEST


def is_type(to: Expr, types: Container[Any]) -> bool:
    """Whether a type is one of ``types``. sqlglot's own makes a tree of each of these with every question."""
    return isinstance(to, exp.DataType) and to.this in types


def is_bytes(to: Expr) -> bool:
    """Whether a cast only makes bytes of a value."""
    return is_type(to, _BYTES) and not to.expressions


def may_fail(to: Expr) -> bool:
    """Whether a cast to this type fails for some values, which tells what they were."""
    return is_type(to, exp.DataType.NUMERIC_TYPES) or is_type(to, exp.DataType.TEMPORAL_TYPES)


def parses(to: Expr, dialect: str) -> bool:
    """Whether a cast reads the digits of a card number as something else, and fails where that cannot be."""
    if dialect == "sqlite":
        return False
    if not isinstance(to, exp.DataType):
        return not isinstance(to, exp.CharacterSet)
    name = str(getattr(to.this, "name", ""))
    if isinstance(to, exp.ObjectIdentifier) or name in _PARSED or name.endswith("RANGE"):
        return True
    return dialect != "mysql" and is_type(to, exp.DataType.TEMPORAL_TYPES)


def ctes_of(node: Expr) -> dict[str, Expr]:
    """Return the queries of a WITH clause by name."""
    clause = node.args.get("with_")
    return {} if clause is None else {cte.alias.lower(): cte.this for cte in clause.expressions}


def ctes_in_sight(node: Expr) -> dict[str, Expr]:
    """Return the queries of all WITH clauses that hold for a statement: a CTE that writes may name those before it."""
    found = ctes_of(node)
    while node.parent is not None:
        cte, node = node, node.parent
        if type(node) is exp.With:
            written = node.expressions
            before = written if node.args.get("recursive") else written[: written.index(cte)]
            found = {one.alias.lower(): one.this for one in before} | found
        elif type(cte) is not exp.With:
            found = ctes_of(node) | found
    return found


def flat(part: Any) -> list[Expr]:
    """Return the expressions of an argument that may be one or several."""
    return list(part) if isinstance(part, list) else [part]


def parts_of(node: Expr) -> list[Expr]:
    """Direct sub-expressions in order."""
    found: list[Expr] = []
    for part in node.args.values():
        if isinstance(part, exp.Expr):
            found.append(part)
        elif isinstance(part, list):
            found.extend(p for p in part if isinstance(p, exp.Expr))
    return found


def parts_within(node: Expr) -> Iterator[Expr]:
    """As ``parts_of``, one by one."""
    for part in node.args.values():
        if isinstance(part, exp.Expr):
            yield part
        elif isinstance(part, list):
            yield from (p for p in part if isinstance(p, exp.Expr))


def nodes_of(node: Expr, without: tuple[type, ...] = ()) -> list[Expr]:
    """``node`` and all below it, those of ``without`` with nothing of theirs: what sqlglot's own walk costs thrice."""
    found = [node]
    for item in found:  # which grows
        if item is node or not isinstance(item, without):
            found += parts_of(item)
    return found


def found_in(node: Expr, *types: type) -> list[Expr]:
    """``node`` and what is below it of these types, what is nearest first."""
    return [item for item in nodes_of(node) if isinstance(item, types)]


def has(node: Expr, *types: type) -> bool:
    """Whether ``node`` is, or anything below it, of one of these types."""
    found = [node]
    for item in found:
        if isinstance(item, types):
            return True
        found += parts_of(item)
    return False


def leaves(node: Expr) -> list[Expr]:
    """Arms of a chain of set operations from left to right."""
    arms: list[Expr] = []
    while True:
        arms.append(node.expression)
        left = node.this
        if type(left) in SET_OPERATIONS and not left.args.get("with_") and not left.args.get("order"):
            node = left
            continue
        arms.append(left)
        return arms[::-1]


def name_of(node: Expr) -> str:
    """Return the name of a function or column, as an output is called by it."""
    if isinstance(node, exp.Anonymous):
        given = node.this
        # ``"akeys"(tags)`` is ``akeys(tags)``; ``"Akeys"(tags)`` is another.
        plain = isinstance(given, exp.Identifier) and given.name == given.name.lower()
        return (given.name if plain else str(given).lower()).removesuffix("_")
    if isinstance(node, exp.Func):
        return str(node.meta.get("name") or node.sql_name()).lower()
    if isinstance(node, exp.Dot):
        return name_of(node.expression)
    if isinstance(node, exp.Cast):
        return name_of(node.this)
    if isinstance(node, exp.Column):
        return str(node.name).lower()
    return ""
