"""What window functions say of rows: ``row_number() OVER (PARTITION BY id)`` is one in each, and tells none apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import number
from pcishield.statement.dates import is_dated

__all__ = ["numbered", "ranked", "without_neighbours"]

Expr = Any
_NUMBERS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank)
_PLACE = "place among all rows"
"""Stands for ``row_number() OVER (ORDER BY id)`` where an output computes something of it."""
_MANY_TILES = 1000
_ORDERING = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
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
    counted: set[str] = {_PLACE}
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
            window = _whole(window, inner)
            if isinstance(window.this, _NUMBERS) or _counts_itself(window, is_key):
                counted.add(name)
            if _is_idle(window, is_key):
                idle |= {("", name), (item.alias_or_name.lower(), name)}
    return counted, idle


def ranked(items: Iterable[Expr], ctes: Mapping[str, Expr]) -> set[str]:
    """Return columns of the items of a FROM list that number all rows, one by one: ``row_number() OVER (ORDER BY id)``.

    Args:
        items: Tables and subqueries.
        ctes: Queries of the WITH clause, by name.
    """
    found: set[str] = {_PLACE}
    for item in items:
        inner = item.this if type(item) is exp.Subquery else ctes.get(item.name.lower())
        for output in inner.expressions if type(inner) is exp.Select else ():
            window = output.this if type(output) is exp.Alias else None
            if type(window) is not exp.Window:
                continue
            window = _whole(window, inner)
            if _numbers_all(window):
                found.add(output.alias.lower())
    return found


def _numbers_all(window: Expr) -> bool:
    """Whether a window function numbers all rows: ``row_number()``, a running ``count(*)``, a million of tiles."""
    call = window.this
    if _groups(window):
        return False
    if isinstance(call, (exp.Count, exp.Sum)):
        return window.args.get("order") is not None and (type(call) is exp.Count or type(call.this) is exp.Literal)
    if type(call) is exp.Ntile:
        return call.this is not None and (number(call.this.name) or 0) >= _MANY_TILES
    return isinstance(call, _RANKS)


def _groups(window: Expr) -> list[Expr]:
    """What a window is partitioned by, but for what is the same in each row."""
    return [part for part in window.args.get("partition_by") or () if part.find(exp.Column, exp.Query) is not None]


def _is_idle(window: Expr, is_key: Callable[[str], bool]) -> bool:
    parts = _groups(window)
    if any(type(part) is exp.Column and is_key(part.name.lower()) for part in parts):
        return True
    if type(window.this) is exp.Ntile and window.this.this is not None and window.this.this.name == "1":
        return True
    if isinstance(window.this, (exp.FirstValue, exp.LastValue)) and window.this.find(exp.Column) is None:
        return True
    if isinstance(window.this, (exp.Lag, exp.Lead)) and not parts and window.this.find(exp.Column) is None:
        return True  # in all rows but the first
    if parts or isinstance(window.this, _ORDERING):
        return False
    order = window.args.get("order")
    if type(window.this) is exp.Ntile:
        return False
    return order is None or order.find(exp.Column) is None


def _whole(window: Expr, query: Expr) -> Expr:
    """A window with what the one that it names says: ``OVER w``, ``OVER (w ORDER BY x)``."""
    name = window.args["alias"].name.lower() if window.args.get("alias") is not None else ""
    named = next((w for w in query.args.get("windows") or () if w.this.name.lower() == name), None) if name else None
    if named is None:
        return window
    return exp.Window(**{**named.args, **{k: v for k, v in window.args.items() if v}})


def _counts_itself(window: Expr, is_key: Callable[[str], bool]) -> bool:
    """``count(*) OVER (PARTITION BY x)``: the row at hand is one of those that are counted."""
    counted = window.this.this if isinstance(window.this, (exp.Count, exp.Sum)) else None
    if type(window.this) is exp.Sum:
        return type(counted) is exp.Literal and number(counted.this) is not None and float(counted.this) >= 1
    return isinstance(counted, exp.Star) or (type(counted) is exp.Column and is_key(counted.name.lower()))


# values of other rows, which are before or behind that of the row at hand

_BEFORE, _BEHIND, _EITHER = (-1,), (1,), (-1, 1)
_FAR = 10_000
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


class _Neighbour:
    """A column that holds what another one holds in another row of the window.

    ``signs``: whether that is less, or more; ``same``: whether it may be the same value; ``next``: whether it is what
    the row before or behind holds, which all rows have but one.
    """

    __slots__ = ("column", "next", "same", "signs")

    def __init__(self, column: str, signs: tuple[int, ...], same: bool, next: bool = False) -> None:
        self.column, self.signs, self.same, self.next = column, signs, same, next


def without_neighbours(
    conditions: list[Expr],
    items: Iterable[Expr],
    is_key: Callable[[str], bool],
    ctes: Mapping[str, Expr],
    outcomes: Callable[[Expr], set[Any]],
) -> list[Expr]:
    """Return conditions with what is the same for any row and its neighbour replaced by what tells nothing.

    ``lag(id) OVER (ORDER BY id) < id`` holds wherever there is a row before, and ``max(id) OVER (PARTITION BY x) >=
    id`` always.

    Args:
        conditions: As they are written.
        items: Tables and subqueries that they are about.
        is_key: Whether a column is a key.
        ctes: Queries of the WITH clause, by name.
        outcomes: What a condition comes to on rows that are tried.
    """
    found: dict[str, _Neighbour] = {}
    made: dict[str, Expr] = {}
    for item in items:
        inner = item.this if type(item) is exp.Subquery else ctes.get(item.name.lower())
        for output in inner.expressions if type(inner) is exp.Select else ():
            if type(output) is exp.Alias and output.find(exp.Window) is not None:
                _read(output, inner, is_key, found, made)
    if made:
        conditions = [_written_out(condition, made) for condition in conditions]
    return [_without(condition, found, is_key, outcomes) for condition in conditions] if found else conditions


def _read(
    output: Expr, query: Expr, is_key: Callable[[str], bool], found: dict[str, _Neighbour], made: dict[str, Expr]
) -> None:
    """Find what an output says of other rows; one that computes something of it is written out: ``id - lag(id)``."""
    name = output.alias.lower()
    whole = exp.Paren(this=output.this.copy())
    for i, window in enumerate(list(whole.find_all(exp.Window))):
        neighbour = _neighbour(_whole(window, query), is_key)
        column = window.this.find(exp.Column) or next(iter(window.find_all(exp.Column)), None)
        if neighbour is not None:
            inner = name if whole.this is window else f"{name} {i}"
            found[inner] = neighbour
            window.replace(exp.column(inner))
        elif isinstance(window.this, (exp.PercentRank, exp.CumeDist)) and not _groups(window):
            place: Expr = exp.column(_PLACE)
            if type(window.this) is exp.PercentRank:
                place = exp.Paren(this=exp.Sub(this=place, expression=exp.Literal.number(1)))
            window.replace(exp.Paren(this=exp.Mul(this=place, expression=exp.Literal.number("0.000000001"))))
        elif whole.this is not window and _numbers_all(_whole(window, query)):
            window.replace(exp.column(_PLACE))
        elif isinstance(window.this, (exp.PercentRank, exp.CumeDist)) and column is not None:
            window.replace(exp.Anonymous(this=window.this.key, expressions=[column.copy()]))
    if whole.find(exp.Window, exp.AggFunc, exp.Query) is None and not (
        type(whole.this) is exp.Column and whole.this.name == name
    ):
        made[name] = whole


def _written_out(condition: Expr, made: dict[str, Expr]) -> Expr:
    whole = exp.Paren(this=condition.copy())
    for column in list(whole.find_all(exp.Column)):
        if column.name.lower() in made:
            column.replace(made[column.name.lower()].copy())
    return whole.this


def _neighbour(window: Expr, is_key: Callable[[str], bool]) -> _Neighbour | None:
    call = window.this
    while isinstance(call, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter)):
        call = call.this
    column = call.this if isinstance(call, _OF_ROWS) else None
    if type(column) is not exp.Column:
        return None
    name = column.name.lower()
    order = window.args["order"].expressions[0] if window.args.get("order") is not None else None
    by = order.this if type(order) is exp.Ordered else order
    down = -1 if type(order) is exp.Ordered and order.args.get("desc") else 1
    ranked = type(by) is exp.Column and (
        by.name.lower() == name or all(is_key(n) or is_dated(n) for n in (name, by.name.lower()))
    )
    many = bool(_groups(window))
    if isinstance(call, (exp.Lag, exp.Lead)):
        offset = call.args.get("offset")
        following = not many and is_key(name) and (offset is None or offset.name in {"1", "2"})
        if not ranked:
            return _Neighbour(name, _EITHER, False, following) if is_key(name) else None
        return _Neighbour(name, (-down,) if type(call) is exp.Lag else (down,), not is_key(name), following)
    if isinstance(call, (exp.Max, exp.Min)) and order is None:
        return _Neighbour(name, _BEHIND if type(call) is exp.Max else _BEFORE, many)
    if not ranked:
        return None
    if type(call) is exp.NthValue:
        return _Neighbour(name, _EITHER, many) if call.args["offset"].name in {"1", "2"} else None
    if isinstance(call, exp.FirstValue):
        return _Neighbour(name, (-down,), many)
    # Up to the row at hand, or from it on: the same value, unless the frame says otherwise.
    return _Neighbour(name, () if window.args.get("spec") is None else _EITHER, window.args.get("spec") is None)


_OF_ROWS = (exp.Lag, exp.Lead, exp.Max, exp.Min, exp.FirstValue, exp.LastValue, exp.NthValue)


def _without(
    condition: Expr, found: dict[str, _Neighbour], is_key: Callable[[str], bool], outcomes: Callable[[Expr], set[Any]]
) -> Expr:
    whole = exp.Paren(this=condition.copy())
    for part in list(whole.find_all(*_COMPARED, exp.Is)):
        _write_next(part, found)
    for part in list(whole.find_all(*_COMPARED)):
        columns = list(part.find_all(exp.Column))
        names = {column.name.lower() for column in columns}
        meant = {name: found[name] for name in names & found.keys()}
        others = {neighbour.column for neighbour in meant.values()}
        if not meant or not names <= meant.keys() | others or part.find(exp.Query) is not None:
            continue
        if len(others) > 1 or (len(meant) == 1 and not names & others):
            continue
        if _tells_nothing(part, meant, is_key, outcomes):
            part.replace(exp.LT(this=exp.Rand(), expression=exp.Rand()))
    return whole.this


def _write_next(part: Expr, found: dict[str, _Neighbour]) -> None:
    """``lag(id) OVER (ORDER BY id) IS NOT NULL``, or ``> 0``: as much as to ask that of the row's own key."""
    columns = list(part.find_all(exp.Column))
    neighbour = found.get(columns[0].name.lower()) if len(columns) == 1 else None
    if neighbour is None or not neighbour.next or part.find(exp.Query) is not None:
        return
    if type(part) is not exp.Is or part.args.get("negate") or type(part.parent) is exp.Not:
        columns[0].replace(exp.column(neighbour.column))


def _tells_nothing(
    part: Expr, meant: dict[str, _Neighbour], is_key: Callable[[str], bool], outcomes: Callable[[Expr], set[Any]]
) -> bool:
    seen: set[Any] = set()
    for distance in (0, 1, _FAR):
        for signs in (dict(zip(meant, pair, strict=True)) for pair in product(*_signs(meant, distance))):
            seen |= outcomes(_moved(part, meant, signs, distance, is_key)) - {None}
    if seen and seen <= {True, False}:
        return len(seen) == 1
    plain = all(type(side) is exp.Column for side in (part.args.get("this"), part.args.get("expression")))
    return plain and isinstance(part, _ORDERED)  # of texts, say, in their own order


def _signs(meant: dict[str, _Neighbour], distance: int) -> list[tuple[int, ...]]:
    if not distance:
        return [(0,) if neighbour.same else () for neighbour in meant.values()]
    return [neighbour.signs for neighbour in meant.values()]


def _moved(
    part: Expr, meant: dict[str, _Neighbour], signs: dict[str, int], distance: int, is_key: Callable[[str], bool]
) -> Expr:
    """A comparison with the row's own value, some way before or behind, in place of its neighbour's."""
    found = exp.Paren(this=part.copy())
    for column in list(found.find_all(exp.Column)):
        name = column.name.lower()
        if name not in meant:
            column.set("table", None)
            continue
        own = exp.column(meant[name].column)
        size: Expr = exp.Literal.number(distance)
        if is_dated(own.name):
            size = exp.Interval(this=size, unit=exp.Var(this="SECOND" if distance == 1 else "DAY"))
        elif distance == 1 and not is_key(own.name):
            size = exp.Literal.number("0.001")
        kind = exp.Add if signs[name] > 0 else exp.Sub
        column.replace(exp.Paren(this=kind(this=own, expression=size)) if distance else own)
    return found.this
