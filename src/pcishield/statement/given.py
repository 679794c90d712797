"""Rows that a statement writes down itself: ``(SELECT now() AS t) v``, ``(VALUES (1), (2)) v (x)``, CTEs of that kind.

``at < v.t`` says no more than ``at < now()`` does, so that it is judged with what ``v`` gives in place of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import is_fixed
from pcishield.statement.trees import SCALAR_SERIES, ctes_of, has, name_of

__all__ = ["Given", "fill_in", "given_rows"]

Expr = Any
Row = dict[str, Expr]
Given = dict[str, list[Row]]
"""By the name of what is joined: its rows, as an expression by column."""

_MOST_ROWS = 32
"""Rows that are tried of a list. Of a longer one the parser is shown the first, the least and the greatest."""
_DEEPEST = 8


def given_rows(items: Iterable[Expr | None], ctes: Mapping[str, Expr]) -> Given:
    """Return the rows of those items of a FROM list, and of what is joined to them, that are written down.

    Args:
        items: Tables and subqueries, perhaps with joins.
        ctes: Queries of the WITH clause, by name.
    """
    found: Given = {}
    for item in items:
        item = item.this if type(item) is exp.From else item
        for part in (item, *(join.this for join in item.args.get("joins") or ())) if item is not None else ():
            rows = _rows_of(part, ctes)
            if rows:
                found[part.alias_or_name.lower()] = rows
    return found


def fill_in(conditions: list[Expr], given: Given, loose: Iterable[str] = (), ctes: Any = None) -> list[list[Expr]]:
    """Return the conditions with each of the given rows in place of their columns.

    Args:
        conditions: As they are written.
        given: As from :func:`given_rows`.
        loose: Columns that are meant without the name of their table.
        ctes: Queries of the WITH clause, which a subquery may ask for the only value that they give.
    """
    single = _single(ctes or {})
    if single or any(has(condition, exp.CTE) for condition in conditions):
        conditions = [_without_queries(condition, single) for condition in conditions]
    if not given:
        return [conditions]
    times = min(max(map(len, given.values())), _MOST_ROWS)
    loose = frozenset(loose)
    return [
        [_filled(c, {name: rows[min(i, len(rows) - 1)] for name, rows in given.items()}, loose) for c in conditions]
        for i in range(times)
    ]


def _rows_of(part: Expr, ctes: Mapping[str, Expr]) -> list[Row]:
    if type(part) is exp.Table:
        query = ctes.get(part.name.lower()) if not part.args.get("db") else None
        return _rows(query, _columns(part) or _columns(query)) if query is not None else []
    return _rows(part, _columns(part))


def _columns(item: Expr) -> list[str]:
    """Names of ``v (x, y)``, also of a CTE whose query this is."""
    for owner in (item, item.parent):
        alias = owner.args.get("alias") if isinstance(owner, exp.Expr) else None
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return [column.name.lower() for column in alias.columns]
    return []


def _rows(query: Expr, names: list[str], depth: int = 0) -> list[Row]:
    """Rows of a query, with those columns of each that are written down, whatever else is read."""
    while type(query) in (exp.Subquery, exp.Paren, exp.Lateral):
        query = query.this
    if isinstance(query, exp.SetOperation) and depth < _DEEPEST:
        left = _rows(query.this, names, depth + 1)
        right = _rows(query.expression, names or list(left[0] if left else ()), depth + 1)
        return _alike([*left, *right]) if left and right else []
    if type(query) is exp.Values:
        rows = [row.expressions if type(row) is exp.Tuple else [row] for row in query.expressions[:_MOST_ROWS]]
    elif type(query) is exp.Select:
        if len(query.expressions) == 1 and type(query.expressions[0]) is exp.Star:
            inner = query.args["from_"].this if type(query.args.get("from_")) is exp.From else None
            plain = inner is not None and type(inner) is not exp.Table and not query.args.get("joins")
            return _rows(inner, names or _columns(inner), depth + 1) if plain and depth < _DEEPEST else []
        rows = [[item.this if type(item) is exp.Alias else item for item in query.expressions]]
        names = names or [item.alias_or_name.lower() or name_of(item) for item in query.expressions]
        if _is_one_row(query):
            rows = [[_alone(cell, query) for cell in rows[0]]]
    else:
        return []
    names = names or [f"column{i}" for i in range(1, 1 + len(rows[0]))] if rows else []
    # Without tables of its own, ``LATERAL (SELECT t.id AS x)``, a column is one of the row at hand.
    outer = type(query) is exp.Select and query.args.get("from_") is None
    found = [
        {n: c for n, c in zip(names, row, strict=False) if (outer or _is_written(c)) and not _gives_rows(c)}
        for row in rows
    ]
    return _alike(found)


def _single(ctes: Mapping[str, Expr]) -> dict[str, Row]:
    """The rows of those CTEs that are one row."""
    return {name: rows[0] for name, query in ctes.items() if len(rows := _rows(query, _columns(query))) == 1}


def _is_written(cell: Expr) -> bool:
    return type(cell) is exp.Subquery or is_fixed(cell)


def _is_one_row(query: Expr) -> bool:
    """Whether a query over stored rows gives one: the most and the least of them, or the first."""
    if query.args.get("from_") is None or query.args.get("with_") is not None:
        return False
    if query.args.get("group") is None and query.args.get("having") is None and query.args.get("distinct") is None:
        items = [item.this if type(item) is exp.Alias else item for item in query.expressions]
        if any(item.find(exp.AggFunc) is not None and item.find(exp.Window) is None for item in items):
            return True
    limit = query.args.get("limit")
    count = limit.args.get("expression") if limit is not None else None
    return type(count) is exp.Literal and str(count.this) == "1"


def _alone(cell: Expr, query: Expr) -> Expr:
    """``(SELECT max(at) FROM t)`` for the column of ``(SELECT min(at), max(at) FROM t)`` that it is."""
    if is_fixed(cell) and not _gives_rows(cell):
        return cell
    only = {key: part.copy() if isinstance(part, exp.Expr) else part for key, part in query.args.items()}
    only["expressions"] = [cell.copy()]
    for key in ("joins", "laterals"):
        only[key] = [part.copy() for part in query.args.get(key) or ()] or None
    return exp.Subquery(this=exp.Select(**{key: part for key, part in only.items() if part is not None}))


def _alike(rows: list[Row]) -> list[Row]:
    """Rows with the columns that are written down in each of them."""
    names = set.intersection(*(set(row) for row in rows)) if rows else set()
    return [{name: row[name] for name in row if name in names} for row in rows[:_MOST_ROWS]] if names else []


def _gives_rows(cell: Expr) -> bool:
    return any(name_of(call) in SCALAR_SERIES for call in cell.find_all(exp.Func))


def _filled(condition: Expr, rows: dict[str, Row], loose: frozenset[str]) -> Expr:
    found = exp.Paren(this=condition.copy())
    for column in list(found.find_all(exp.Column)):
        table, name = column.text("table").lower(), column.name.lower()
        given = rows.get(table, {}).get(name)
        if given is None and not table and name in loose:
            given = next((row[name] for row in rows.values() if name in row), None)
        if given is not None:
            column.replace(exp.Paren(this=given.copy()))
    return found.this


def _without_queries(condition: Expr, single: dict[str, Row]) -> Expr:
    """Replace ``(SELECT t FROM v)``, where ``v`` is one row that is written down."""
    if condition.find(exp.Query) is None:
        return condition
    found = exp.Paren(this=condition.copy())
    for query in list(found.find_all(exp.Subquery)):
        inner = query.this
        if type(inner) is not exp.Select or len(inner.expressions) != 1:
            continue
        source, column = inner.args.get("from_"), inner.expressions[0]
        if any(v for k, v in inner.args.items() if k not in {"expressions", "from_", "kind", "with_"}):
            continue
        if source is None or type(source.this) is not exp.Table:
            continue
        row = single.get(source.this.name.lower()) or _single(ctes_of(inner)).get(source.this.name.lower(), {})
        value = row.get(column.name.lower())
        if isinstance(column, exp.Star) and len(row) == 1:
            value = next(iter(row.values()))
        if value is not None and isinstance(column, (exp.Column, exp.Star)):
            query.replace(exp.Paren(this=value.copy()))
    return found.this
