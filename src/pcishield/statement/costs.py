"""How much a statement makes of little: rows of sequences and counting CTEs that are joined, texts that grow.

Only what the statement itself says is counted; stored tables are taken to be small.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import makes_rows
from pcishield.statement.constants import UNKNOWN, Constants, chain, number
from pcishield.statement.content import as_date, as_interval
from pcishield.statement.samples import Trial
from pcishield.statement.trees import name_of, parts_of

__all__ = ["Rows", "bound_of", "groups", "grows", "is_true", "length_of", "series_of", "values_in"]

Expr = Any

_COLUMN = 100
"""Signs of a text that is stored."""
_WIDTH = re.compile(r"%[-+ #0,.]*([0-9]{1,12})")
_FILLING = frozenset({"zeroblob", "randomblob", "space", "lpad", "rpad"})


def is_true(node: Expr | None) -> bool:
    """Whether a join has no condition, or one that is none: the parser says ON TRUE where there is nothing."""
    return node is None or (type(node) is exp.Boolean and bool(node.this))


def groups(tree: Expr, ties: tuple[Any, ...] = (exp.Expr,)) -> list[list[Expr]]:
    """Return the items of a FROM list, those together that a condition ties to one another.

    A column without the name of its table may be of any of them; ``ties`` are the conditions that count.
    """
    clause, joins = tree.args.get("from_"), tree.args.get("joins") or ()
    items = ([clause.this] if clause is not None else []) + [join.this for join in joins]
    where = tree.args.get("where")
    conditions = [where.this] if where is not None else []
    tied: list[set[str]] = []
    names = [item.alias_or_name.lower() for item in items]
    for i, join in enumerate(joins, len(items) - len(joins)):
        if join.args.get("using") or join.args.get("method"):
            tied.append({names[i], names[0]})
        elif not is_true(join.args.get("on")):
            conditions.append(join.args["on"])
    for part in (part for condition in conditions for part in chain(condition, exp.And)):
        if not isinstance(part, ties) or type(part) is exp.NEQ:
            continue
        columns = list(part.find_all(exp.Column))
        loose = any(not column.args.get("table") for column in columns)
        tied.append(set(names) if loose and len(columns) > 1 else {c.text("table").lower() for c in columns})
    found = [{name} for name in dict.fromkeys(names)]
    for tie in tied:
        joined = [group for group in found if group & tie]
        if len(joined) > 1:
            found = [group for group in found if not group & tie] + [set().union(*joined)]
    return [[item for item, name in zip(items, names, strict=True) if name in group] for group in found]


class Rows:
    """How many rows the queries of a statement join, as far as sequences and counting CTEs say.

    Args:
        tree: The statement; CTEs are known by name, wherever they are written.
        dialect: As in :func:`~pcishield.statement.analyze`.
        strings: Decoded literals.
    """

    def __init__(self, tree: Expr, dialect: str, strings: list[str]) -> None:
        self.dialect, self.strings = dialect, strings
        self.ctes = {cte.alias.lower(): cte.this for cte in tree.find_all(exp.CTE)}
        self._known: dict[int, float] = {}
        """By the ``id`` of a query: read anew by each that names it twice, a chain of CTEs has no end."""

    def of(self, query: Expr) -> float:
        """Return the rows of a query."""
        while type(query) in (exp.Subquery, exp.Paren):
            query = query.this
        found = self._known.get(id(query))
        if found is None:
            self._known[id(query)] = 1.0  # while it is read
            found = self._known[id(query)] = min(self._count(query), 1e300)
        return found

    def _count(self, query: Expr) -> float:
        if isinstance(query, exp.SetOperation):
            name = query.parent.alias.lower() if type(query.parent) is exp.CTE else ""
            if name and any(table.name.lower() == name for table in query.expression.find_all(exp.Table)):
                return bound_of(query, self.strings)
            return self.of(query.this) + self.of(query.expression)
        if type(query) is not exp.Select or query.args.get("from_") is None:
            return 1.0
        found = 1.0
        for group in groups(query, (exp.EQ, exp.NullSafeEQ)):
            found *= max(map(self._of_item, group), default=1.0)
        return found

    def _of_item(self, item: Expr) -> float:
        if type(item) is exp.Subquery:
            return self.of(item)
        if type(item) is not exp.Table:
            return 1.0
        name = item.name.lower()
        if self.dialect == "mysql" and makes_rows(name, "mysql"):
            first, last = name.split("_")[1:4:2]
            return max(1.0, (number(last) or 0.0) - (number(first) or 0.0))
        query = self.ctes.get(name)
        return 1.0 if query is None else self.of(query)


def bound_of(query: Expr, strings: list[str]) -> float:
    """Return the largest number that bounds a counting CTE: of its LIMIT, else of the condition of its second arm."""
    limit = query.args.get("limit")
    where = query.expression.args.get("where") if isinstance(query, exp.SetOperation) else None
    part = limit.args.get("expression") if limit is not None else where
    return max((value for value in values_in(part, strings) if value != float("inf")), default=1.0)


def values_in(node: Expr | None, strings: list[str]) -> list[float]:
    """Return the numbers that a condition mentions, also computed ones: ``1000 * 1000000``."""
    if node is None:
        return []
    constants, found = Constants(strings), []
    for item in node.find_all(exp.Literal, exp.Mul, exp.Pow, exp.Add, exp.BitwiseLeftShift, exp.Cast):
        value = constants.value(item) if item.find(exp.Column, exp.Query) is None else UNKNOWN
        size = number(value) if value is not UNKNOWN else None
        if size is not None:
            found.append(float(size))
    return found


def series_of(call: Expr, strings: list[str]) -> float:
    """Return the rows of a series whose ends and step can be computed; nought of others."""
    trial = Trial(strings, lambda _: False, set(), lambda _: None)
    start, end, step = (trial.value(call.args[key]) if call.args.get(key) is not None else None
                        for key in ("start", "end", "step"))  # fmt: skip
    if number(start) is not None and number(end) is not None:
        size = abs(number(step) or 1.0) if step is not None else 1.0
        return abs((number(end) or 0.0) - (number(start) or 0.0)) / size
    inner = call.args["step"].this if type(call.args.get("step")) is exp.Interval else None
    if type(inner) is exp.BitwiseNot and number(inner.this.name) is not None:  # the parser takes '~1' apart
        step = "".join(strings[int(inner.this.name) : int(inner.this.name) + 1])
    first, last, span = as_date(start), as_date(end), as_interval(step)
    if first is None or last is None or span is None or not span.total_seconds():
        return 0.0
    if any(isinstance(side, str) and side.lower().endswith("infinity") for side in (start, end)):
        return float("inf")
    return float(abs((last - first).total_seconds() / span.total_seconds()))


def grows(arm: Expr) -> bool:
    """Whether a recursive arm puts a text together of itself and itself: ``x || x``."""
    for item in arm.expressions:
        for joined in item.find_all(exp.DPipe, exp.Concat, exp.Replace):
            names = [column.name.lower() for column in joined.find_all(exp.Column)]
            if len(names) > len(set(names)):
                return True
    return False


def length_of(node: Expr, strings: list[str], depth: int = 0) -> float:
    """Return how long a text is that an expression makes, at most; a number has the length 1."""
    kind, parts = type(node), parts_of(node)
    if depth > 40:
        return float("inf")
    if kind is exp.Literal:
        value = Constants(strings).value(node)
        return float(len(value)) if isinstance(value, str) else 1.0
    if kind is exp.Column:
        return float(_COLUMN)
    if not parts or isinstance(node, exp.Query):
        return 1.0
    lengths = [length_of(part, strings, depth + 1) for part in parts]
    name = name_of(node)
    if kind is exp.Replace:
        return lengths[0] * max(1.0, lengths[2] / max(lengths[1], 1.0)) if len(lengths) > 2 else lengths[0]
    if kind is exp.Hex:
        return 2 * lengths[0]
    if name in _FILLING or kind is exp.Pad or kind is exp.Repeat:
        times = max(values_in(node, strings), default=1.0)
        return max(times, lengths[0]) if kind is not exp.Repeat else times * lengths[0]
    if name in {"printf", "format"}:
        text = Constants(strings).value(parts[0])
        return sum(lengths) + sum(float(width) for width in _WIDTH.findall(text)) if isinstance(text, str) else 1.0
    return sum(lengths) if kind in (exp.DPipe, exp.Concat) else max(lengths)
