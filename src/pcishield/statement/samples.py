"""Tries a condition on rows made for it: one that holds for each of them selects nothing.

``id * 0 = 0`` and ``(id = 1) IS NOT NULL`` have no shape that a list of tautologies would have. Rows hold numbers or
texts, small, large, empty, and whatever the condition mentions with its neighbours, so that a condition that leaves
out a single value is seen to do so. What cannot be computed (a parameter, a subquery, a function) shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import UNKNOWN, Constants, number, truth

__all__ = ["always"]

Expr = Any
Name = tuple[str, str]
"""Of a column; the table written to is ""."""

_NUMBERS = (0, 1, -1, 2, 3, 7, -5, 1000, 10**12, -(10**12), 0.5)
_KEYS = (1, 2, 3, 7, 1000, 999_999_937)
_TEXTS = ("", "a", "A", "Ab c ", "zz~", "1", "é", "x" * 300)
_MOST_LITERALS = 20
_LAST_KEY = 2**31 - 1


def always(node: Expr, strings: list[str], is_key: Callable[[str], bool], own: set[str]) -> bool:
    """Whether ``node`` is true for every row that can be thought of.

    Args:
        node: A condition.
        strings: Decoded literals.
        is_key: Whether a column is a key: whole numbers above nought, never NULL.
        own: Names under which the table written to is known.
    """
    current: dict[Name, Any] = {}
    tried = Constants(strings, lambda column: current.get(_name(column, own), UNKNOWN))
    names = _names(node, own)
    if not names:
        return False
    shown = False
    kinds = {bool(item.args.get("is_string")) for item in node.find_all(exp.Literal)}
    for base in (_NUMBERS, _TEXTS):
        if kinds == {base is _NUMBERS}:
            continue  # a number is not compared with a text
        current.update(dict.fromkeys(names, base[1]))
        first = tried.value(node)
        if first is UNKNOWN:
            continue
        if truth(first) is not True:
            return False
        for row in _rows(node, names, base, tried, is_key):
            current.update(row)
            value = tried.value(node)
            if value is UNKNOWN or truth(value) is not True:
                return False
        shown = True
    return shown


def _name(column: Expr, own: set[str]) -> Name:
    table = column.text("table").lower()
    return ("" if table in own else table, column.name.lower())


def _names(node: Expr, own: set[str]) -> list[Name]:
    return list(dict.fromkeys(_name(column, own) for column in node.find_all(exp.Column)))


def _rows(
    node: Expr, names: list[Name], base: tuple[Any, ...], tried: Constants, is_key: Callable[[str], bool]
) -> Iterator[dict[Name, Any]]:
    said = [tried.value(item) for item, _ in zip(node.find_all(exp.Literal), range(_MOST_LITERALS), strict=False)]
    samples = {name: _samples(base, said, is_key(name[1])) for name in names}
    longest = max(map(len, samples.values()))
    for stride in range(min(len(names), 3) + 1):
        for i in range(longest):
            yield {name: values[(i + j * stride) % len(values)] for j, (name, values) in enumerate(samples.items())}
    if node.find(exp.Is, exp.Coalesce, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Anonymous, exp.Case, exp.Nullif):
        row = {name: None if not is_key(name[1]) else values[0] for name, values in samples.items()}
        yield row
        for name in names:
            if row[name] is None:
                yield {n: samples[n][0] for n in names} | {name: None}


def _samples(base: tuple[Any, ...], said: list[Any], key: bool) -> list[Any]:
    if base is _TEXTS:
        texts = [str(value) for value in said if value is not UNKNOWN]
        forms = [t.replace("%", fill).replace("_", "a") for t in texts for fill in ("", "zz")]
        return [*base, *texts, *(t + "a" for t in texts), *forms, *(t.swapcase() for t in texts)]
    near = [n + d for n in map(number, said) if n is not None for d in (-1, 0, 1)]
    if not key:
        return [*base, *near, *(-n for n in near)]
    return [*_KEYS, *(n for n in near if 0 < n < _LAST_KEY and n == int(n))]
