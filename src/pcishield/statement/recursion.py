"""Does a recursive query end? Counts along with it, where its first row and its steps can be computed."""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import UNKNOWN, Constants, chain, number, truth

__all__ = ["advances", "ends"]

Expr = Any
Row = dict[str, Any]
_STEPS = 64


def ends(cte: Expr, strings: list[str], most: float) -> bool | None:
    """Return whether a recursive CTE is seen to end; ``None`` where it cannot be computed.

    Args:
        cte: The CTE, whose query is a UNION.
        strings: Decoded literals.
        most: Rows that are too many.
    """
    body = cte.this
    arm = body.expression
    where = arm.args.get("where")
    row = _first(body.this, cte, strings)
    if where is None or row is None or arm.args.get("joins") or type(arm) is not exp.Select:
        return None
    seen: list[Row] = []
    for _ in range(_STEPS + 1):
        met = _value(where.this, row, strings)
        if met is UNKNOWN:
            return None
        if truth(met) is not True:
            return True
        seen.append(row)
        if len(row) != len(arm.expressions):
            return None
        steps = [item.this if type(item) is exp.Alias else item for item in arm.expressions]
        row = {name: _value(step, row, strings) for name, step in zip(row, steps, strict=True)}
    return any(_nears(part, seen, strings, most) for part in chain(where.this, exp.And))


def advances(cte: Expr) -> bool:
    """Whether a recursive arm that is joined with stored rows goes on to others, or has a condition that ends it.

    ``JOIN t ON n.parent_id = t.id`` that gives ``n.id`` does; ``n.id = t.id`` that gives ``n.id`` finds the same row
    again, and so does ``n.id >= t.id``.
    """
    arm = cte.this.expression
    clause = arm.args.get("from_") if type(arm) is exp.Select else None
    if clause is None or not arm.args.get("joins"):
        return True
    name = cte.alias.lower()
    own = {item.alias_or_name.lower() for item in (clause.this, *(join.this for join in arm.args["joins"]))
           if type(item) is exp.Table and item.name.lower() == name}  # fmt: skip
    if not own or any(join.args.get("using") or join.args.get("method") for join in arm.args["joins"]):
        return True
    if any(not isinstance(join.this, exp.Table) for join in arm.args["joins"]):
        return True  # LATERAL and subqueries choose by themselves
    where = arm.args.get("where")
    conditions = [where.this] if where is not None else []
    conditions += [join.args["on"] for join in arm.args["joins"] if join.args.get("on") is not None]
    parts = [part for condition in conditions for part in chain(condition, exp.And)]
    return any(_goes_on(part, own, cte) for part in parts)


def _goes_on(part: Expr, own: set[str], cte: Expr) -> bool:
    if type(part) is exp.Or:
        return all(_goes_on(arm, own, cte) for arm in chain(part, exp.Or))
    columns = list(part.find_all(exp.Column))
    tables = {column.text("table").lower() for column in columns}
    if "" in tables:
        return True  # of which table is not known
    if not tables & own:
        return False
    sides = [part.args.get("this"), part.args.get("expression")]
    if any(type(side) is not exp.Column for side in sides) or not isinstance(part, _COMPARED):
        return True
    left, right = sides if sides[0].text("table").lower() in own else sides[::-1]
    if type(part) is not exp.EQ or right.text("table").lower() in own:
        return right.text("table").lower() in own
    given = _given_for(left.name.lower(), cte)
    if type(given) is not exp.Column:
        return True
    same = (given.name.lower(), given.text("table").lower())
    return same not in {(side.name.lower(), side.text("table").lower()) for side in (left, right)}


def _given_for(name: str, cte: Expr) -> Expr | None:
    """What the recursive arm gives for a column; ``None`` where that is not known."""
    items, base = cte.this.expression.expressions, cte.this.this
    while isinstance(base, exp.SetOperation):
        base = base.this
    alias = cte.args.get("alias")
    names = [column.name.lower() for column in alias.columns] if alias is not None else []
    names = names or [item.alias_or_name.lower() for item in getattr(base, "expressions", ())]
    stars = [item for item in items if item.is_star]
    if stars:
        only = items[0] if len(items) == 1 and type(items[0]) is exp.Column else None
        return exp.column(name, only.text("table")) if only is not None else None
    if name not in names or len(names) != len(items):
        return None
    item = items[names.index(name)]
    return item.this if type(item) is exp.Alias else item


_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def _first(query: Expr, cte: Expr, strings: list[str]) -> Row | None:
    """The row that a CTE begins with."""
    if type(query) is exp.Values and query.expressions:
        cells = query.expressions[0].expressions if type(query.expressions[0]) is exp.Tuple else [query.expressions[0]]
    elif type(query) is exp.Select and query.args.get("from_") is None:
        cells = query.expressions
    else:
        inner = query.args.get("from_")
        stars = type(query) is exp.Select and len(query.expressions) == 1 and type(query.expressions[0]) is exp.Star
        return (
            _first(inner.this, cte, strings) if stars and inner is not None and type(inner.this) is exp.Values else None
        )
    names = [column.name.lower() for column in cte.args["alias"].columns] if cte.args.get("alias") is not None else []
    names = names or [cell.alias_or_name.lower() for cell in cells]
    if len(names) != len(cells) or len(set(names)) != len(names):
        return None
    plain = [cell.this if type(cell) is exp.Alias else cell for cell in cells]
    return {name: _value(cell, {}, strings) for name, cell in zip(names, plain, strict=True)}


def _value(node: Expr, row: Row, strings: list[str]) -> Any:
    return Constants(strings, lambda column: row.get(column.name.lower(), UNKNOWN)).value(node)


def _nears(part: Expr, seen: list[Row], strings: list[str], most: float) -> bool:
    """Whether the two sides of a condition come nearer to where it fails, and are there before long."""
    if not isinstance(part, (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NEQ)):
        return False
    gaps = []
    for row in (seen[_STEPS // 2], seen[_STEPS]):
        left, right = (number(_value(side, row, strings)) for side in (part.this, part.expression))
        if left is None or right is None:
            return False
        gap = left - right if isinstance(part, (exp.GT, exp.GTE)) else right - left
        gaps.append(abs(gap) if type(part) is exp.NEQ else gap)
    nearer = (gaps[0] - gaps[1]) / (_STEPS - _STEPS // 2)
    return nearer > 0 and gaps[1] / nearer < most
