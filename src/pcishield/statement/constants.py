"""Computes expressions of constants, and with a row at hand those over its columns; three-valued, as SQL is.

What cannot be computed is ``UNKNOWN``, which is not NULL: NULL is ``None``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.content import LONGEST, as_date, as_interval, counted

__all__ = [
    "ASKED", "COMPUTED", "UNKNOWN", "Constants", "alone", "bare", "chain", "is_written", "listed_in_text", "number",
    "operate", "plain", "truth",
]  # fmt: skip

Expr = Any
UNKNOWN: Any = object()
"""A value that cannot be computed."""

_BITS = 4096
"""Of a whole number: far more than any column has."""

ASKED = (exp.Parameter, exp.Placeholder)
"""What the caller gives a value for."""

Row = Callable[[Expr], Any]


class Constants:
    """Computes values.

    Args:
        strings: Decoded literals; the parser saw ``'~n'``.
        row: Value by column; without one, columns are ``UNKNOWN``.
    """

    def __init__(self, strings: list[str], row: Row | None = None) -> None:
        self.strings, self.row = strings, row
        self._lists: dict[int, tuple[Expr, list[Any]]] = {}

    def value(self, node: Expr) -> Any:
        """Compute a value: string, number, boolean, tuple or ``None``, else ``UNKNOWN``."""
        node = bare(node)
        if node.args.get("negate"):
            return _not(self.value(plain(node)))
        kind = type(node)
        if kind is exp.Literal:
            return self._literal(node)
        if kind is exp.Boolean:
            return bool(node.this)
        if kind is exp.Null:
            return None
        method = _METHODS.get(kind)
        if method is not None:
            return method(self, node)
        function = _FUNCTIONS.get(kind) or (_NAMED.get(str(node.this).lower()) if kind is exp.Anonymous else None)
        if function is not None:
            return self._called(node, function)
        return UNKNOWN

    def _literal(self, node: Expr) -> Any:
        text = str(node.this)
        if not node.args.get("is_string"):
            return number(text) if number(text) is not None else UNKNOWN
        if text[:1] == "~" and text[1:].isdigit() and int(text[1:]) < len(self.strings):
            return self.strings[int(text[1:])]
        return text

    def _column(self, node: Expr) -> Any:
        return UNKNOWN if self.row is None or isinstance(node.this, exp.Star) else self.row(node)

    def _inner(self, node: Expr) -> Any:
        return self.value(node.this)

    def _query(self, node: Expr) -> Any:
        inner = alone(node)
        return self.value(inner) if inner is not None else UNKNOWN

    def _negative(self, node: Expr) -> Any:
        found = number(self.value(node.this))
        return -found if found is not None else UNKNOWN

    def _negated(self, node: Expr) -> Any:
        return _not(self.value(node.this))

    def _all_of(self, node: Expr) -> Any:
        return self._junction(node, exp.And, False)

    def _one_of(self, node: Expr) -> Any:
        return self._junction(node, exp.Or, True)

    def _junction(self, node: Expr, kind: type, decisive: bool) -> Any:
        if self.row is None:
            return UNKNOWN  # chains of constants are looked at part by part
        found: Any = not decisive
        for part in chain(node, kind):
            value = self.value(part)
            if value is not UNKNOWN and truth(value) is decisive:
                return decisive
            if value is UNKNOWN or found is UNKNOWN:
                found = UNKNOWN
            elif value is None:
                found = None
        return found

    def _operation(self, node: Expr) -> Any:
        left, right = self.value(node.this), self.value(node.expression)
        return UNKNOWN if left is UNKNOWN or right is UNKNOWN else operate(type(node), left, right)

    def _same(self, node: Expr) -> Any:
        left, right = self.value(node.this), self.value(node.expression)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        same = left is right if left is None or right is None else operate(exp.EQ, left, right)
        return same if type(node) is exp.NullSafeEQ else not same

    def _is(self, node: Expr) -> Any:
        left, right = self.value(node.this), self.value(node.expression)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if isinstance(right, bool) and self.row is not None:
            return truth(left) is right
        return left is right or left == right

    def _in(self, node: Expr) -> Any:
        if not node.expressions:
            return UNKNOWN
        first, others = self.value(node.this), self._listed(node)
        if first is None:
            return None
        found = [UNKNOWN if first is UNKNOWN or v is UNKNOWN else operate(exp.EQ, first, v) for v in others]
        return True if True in found else UNKNOWN if UNKNOWN in found else None if None in found else False

    def _listed(self, node: Expr) -> list[Any]:
        """Compute what a list holds; of literals once, since it is asked for with every row."""
        known = self._lists.get(id(node))
        if known is not None:
            return known[1]
        values, shapes = [], set()
        for part in node.expressions:
            shape = _shape(part)
            if shape is None or shape not in shapes:
                values.append(self.value(part))
                shapes.add(shape)
        if all(map(is_written, node.expressions)):
            self._lists[id(node)] = (node, values)  # the node is kept: no other has its ``id``
        return values

    def _between(self, node: Expr) -> Any:
        value, low, high = (self.value(node.args[k]) for k in ("this", "low", "high"))
        if UNKNOWN in (value, low, high):
            return UNKNOWN
        within = _both(operate(exp.LTE, low, value), operate(exp.LTE, value, high))
        if node.args.get("symmetric") and within is False:
            return _both(operate(exp.LTE, high, value), operate(exp.LTE, value, low))
        return within

    def _like(self, node: Expr) -> Any:
        left, right = self.value(node.this), self.value(node.expression)
        if left is None or right is None:
            return None
        left = str(left) if isinstance(left, datetime) or type(left) is int else left
        if not isinstance(left, str) or not isinstance(right, str) or len(right) > 200:
            return UNKNOWN
        if right.count("%") > 8:
            return UNKNOWN
        glob = type(node) is exp.Glob
        if right.count("*" if glob else "%") > 8:
            return UNKNOWN
        signs = _glob_signs(right) if glob else _like_signs(right)
        if signs is None:
            return UNKNOWN
        if type(node) is exp.ILike:
            left, signs = left.lower(), [sign.lower() if isinstance(sign, str) else sign for sign in signs]
        return _matches(left, signs)

    def _coalesce(self, node: Expr) -> Any:
        return next((v for v in (self.value(e) for e in (node.this, *node.expressions)) if v is not None), None)

    def _case(self, node: Expr) -> Any:
        if self.row is None:
            return UNKNOWN
        operand = node.args.get("this") if type(node) is exp.Case else None
        for branch in node.args.get("ifs") or [node]:
            test = branch.this if operand is None else exp.EQ(this=operand.copy(), expression=branch.this.copy())
            met = self.value(test)
            if met is UNKNOWN:
                return UNKNOWN
            if truth(met) is True:
                return self.value(branch.args["true"])
        other = node.args.get("default") or node.args.get("false")
        return self.value(other) if other is not None else None

    def _tuple(self, node: Expr) -> Any:
        values = tuple(self.value(e) for e in node.expressions)
        return UNKNOWN if UNKNOWN in values else values

    def _called(self, node: Expr, function: Callable[..., Any]) -> Any:
        values = []
        for key, part in node.args.items():
            for item in part if isinstance(part, list) else [part]:
                if isinstance(item, exp.Expr) and key != "zone":
                    values.append(self.value(item))  # noqa: PERF401
        if UNKNOWN in values:
            return UNKNOWN
        try:
            return _fitting(function(*_shortened(values)))
        except (TypeError, ValueError, ArithmeticError):
            return UNKNOWN


def alone(node: Expr) -> Expr | None:
    """Return the only output of a query without tables and conditions."""
    if type(node) is exp.Subquery:
        node = node.this
    if type(node) is not exp.Select or len(node.expressions) != 1:
        return None
    return node.expressions[0] if not any(v for k, v in node.args.items() if k != "expressions") else None


def bare(node: Expr) -> Expr:
    """Return what is in parentheses."""
    while type(node) in (exp.Paren, exp.Where):
        node = node.this
    return node


def chain(node: Expr, kind: Any) -> list[Expr]:
    """Return the parts of ``a AND b AND c``."""
    parts: list[Expr] = []
    stack = [node]
    while stack:
        item = bare(stack.pop())
        if type(item) is kind:
            stack.extend((item.expression, item.this))
        else:
            parts.append(item)
    return parts


def plain(node: Expr) -> Expr:
    """Return ``x IS NOT NULL`` and ``x NOT LIKE y`` without the NOT."""
    return type(node)(this=node.this.copy(), expression=node.expression.copy())


def number(value: Any) -> float | int | None:
    """Return a number, also of a text or a boolean; ``None`` for what is none."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and len(value) < 40:
        try:
            return int(value)
        except ValueError:
            try:
                return float(value)
            except ValueError:
                return None
    return None


def truth(value: Any) -> bool | None:
    """Return what a value is as a condition."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.strip().lower() in {"t", "true", "y", "yes", "on", "1"}:
            return True
        match = re.match(r"\s*[-+]?\d+", value)
        return bool(int(match[0])) if match and len(match[0]) < 20 else False
    return bool(value)


_LISTED = re.compile(r"\{([^{}\"\\,]+(?:,[^{}\"\\,]+)*)\}")


def listed_in_text(value: Any) -> list[Any]:
    """Return the elements of a text that PostgreSQL reads as an array, ``{1,2}``; none of another value."""
    found = _LISTED.fullmatch(value) if isinstance(value, str) else None
    items = [item.strip() for item in found[1].split(",")] if found is not None else []
    return [None if item.upper() == "NULL" else item if (n := number(item)) is None else n for item in items]


def is_written(node: Expr, asked: bool = False) -> bool:
    """Whether it is a literal, or a row of literals; ``asked``: or of parameters."""
    parts = node.expressions if type(node) is exp.Tuple else [node]
    return all(type(part) is exp.Literal or (asked and type(part) in ASKED) for part in parts)


def _shape(node: Expr) -> Any:
    """What parameters have in common that come to the same value here: types and rows of them; else ``None``."""
    kind = type(node)
    if kind in ASKED:
        return kind
    if kind is exp.Cast and type(node.this) in ASKED and not node.to.expressions:
        return kind, node.to.this
    if kind is exp.Tuple and node.expressions:
        parts = tuple(map(_shape, node.expressions))
        return None if None in parts else parts
    return None


def _not(value: Any) -> Any:
    return value if value is UNKNOWN or value is None else not truth(value)


def _both(left: Any, right: Any) -> Any:
    return False if left is False or right is False else None if None in (left, right) else UNKNOWN not in (left, right)


def _fitting(value: Any) -> Any:
    """Return a computed value, or what is as long or large for any comparison: steps that double it have no end."""
    if type(value) is int and value.bit_length() > _BITS:
        return math.inf if value > 0 else -math.inf
    return value[:LONGEST] if type(value) is str else value


def _shortened(values: list[Any]) -> list[Any]:
    """Return arguments that are not too long together to be joined."""
    if sum(len(value) for value in values if type(value) is str) <= LONGEST:
        return values
    most = LONGEST // len(values) + 1
    return [value[:most] if type(value) is str else value for value in values]


def operate(kind: type, left: Any, right: Any) -> Any:
    """Compare or compute two values as the operator of that type does; ``UNKNOWN`` where that fails."""
    if left is None or right is None:
        return None
    if kind in _COMPARISON:
        if type(left) is int and type(right) is int:
            return _COMPARISON[kind](left, right)
        if isinstance(left, tuple) or isinstance(right, tuple):
            return _compare_rows(kind, left, right)
        if isinstance(left, datetime) != isinstance(right, datetime) and None not in (as_date(left), as_date(right)):
            left, right = as_date(left), as_date(right)
        elif isinstance(left, datetime) != isinstance(right, datetime):
            left, right = counted(left, number(right)), counted(right, number(left))
        if isinstance(left, timedelta) or isinstance(right, timedelta):
            if None not in (as_interval(left), as_interval(right)):
                return _COMPARISON[kind](as_interval(left), as_interval(right))
        a, b = number(left), number(right)
        if a is None or b is None or (isinstance(left, str) and isinstance(right, str)):
            return _COMPARISON[kind](str(left), str(right))
        return _COMPARISON[kind](a, b)
    if kind is exp.DPipe:
        return _fitting(f"{left}{right}")
    a, b = number(left), number(right)
    if a is None or b is None:
        return UNKNOWN
    try:
        return _fitting(_ARITHMETIC[kind](a, b))
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN


def _compare_rows(kind: type, left: Any, right: Any) -> Any:
    """Compare rows value by value, from the left, until two differ; NULL makes it unknown there."""
    if not (isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right)):
        return UNKNOWN
    found: Any = kind in (exp.EQ, exp.GTE, exp.LTE)
    for a, b in zip(left, right, strict=True):
        same = operate(exp.EQ, a, b)
        if same is UNKNOWN:
            return UNKNOWN
        if same is False:
            return operate(kind, a, b)
        if same is None:
            if kind not in (exp.EQ, exp.NEQ):
                return None
            found = None  # one that differs further on decides
    return found


_MANY, _ONE = None, True
"""In a pattern: any number of signs, and one of any kind."""
_CLASS = re.compile(r"\[(\^?)(\]?[^\]\[]*)\]")


def _like_signs(pattern: str) -> list[Any]:
    """Read a pattern of LIKE: signs, what stands for one, and what stands for many."""
    signs: list[Any] = []
    escaped = False
    for sign in pattern:
        if escaped and sign in "%_\\":
            signs[-1], escaped = sign, False
            continue
        escaped = sign == "\\"
        signs.append(_MANY if sign == "%" else _ONE if sign == "_" else sign)
    return signs


def _glob_signs(pattern: str) -> list[Any] | None:
    """Read a pattern of GLOB, with classes: ``[^a-z]`` is any other sign; ``None`` for a class that is none."""
    signs: list[Any] = []
    at = 0
    while at < len(pattern):
        found = _CLASS.match(pattern, at)
        if found is not None:
            ranges = re.findall(r"(.)-(.)", found[2]) + [(s, s) for s in re.sub(r".-.", "", found[2])]
            signs.append((bool(found[1]), ranges))
        elif pattern[at] == "[":
            return None
        else:
            signs.append(_MANY if pattern[at] == "*" else _ONE if pattern[at] == "?" else pattern[at])
        at = found.end() if found is not None else at + 1
    return signs


def _is_sign(sign: Any, found: str) -> bool:
    if isinstance(sign, tuple):
        return bool(sign[0]) != any(low <= found <= high for low, high in sign[1])
    return sign is _ONE or sign == found


def _matches(text: str, signs: list[Any]) -> bool:
    """Match a text with a pattern; what many signs stand for is tried once each, so that no pattern takes for ever."""
    i = j = mark = 0
    many = -1
    while i < len(text):
        if j < len(signs) and signs[j] is not _MANY and _is_sign(signs[j], text[i]):
            i, j = i + 1, j + 1
        elif j < len(signs) and signs[j] is _MANY:
            many, mark, j = j, i, j + 1
        elif many >= 0:
            mark, j = mark + 1, many + 1
            i = mark
        else:
            return False
    return all(sign is _MANY for sign in signs[j:])


def _small_power(a: Any, b: Any) -> Any:
    return a**b if abs(b) < 16 and abs(a) < 10**15 else UNKNOWN


_COMPARISON: dict[type, Any] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
}
_ARITHMETIC: dict[type, Any] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: lambda a, b: a / b if b else None,
    exp.Mod: lambda a, b: (abs(a) % abs(b)) * (1 if a >= 0 else -1) if b else None,
    exp.Pow: _small_power,
    exp.IntDiv: lambda a, b: int(a / b) if b else None,
    exp.BitwiseOr: lambda a, b: int(a) | int(b),
    exp.BitwiseAnd: lambda a, b: int(a) & int(b),
    exp.BitwiseXor: lambda a, b: int(a) ^ int(b),
    exp.BitwiseRightShift: lambda a, b: int(a) >> int(b) if 0 <= b < 64 else UNKNOWN,
    exp.BitwiseLeftShift: lambda a, b: int(a) << int(b) if 0 <= b < 64 else UNKNOWN,
}


def _text(function: Callable[[str], Any]) -> Callable[..., Any]:
    return lambda value: None if value is None else function(str(value))


def _least(*values: Any, sign: int = 1) -> Any:
    if None in values or len({isinstance(v, (int, float)) or type(v) for v in values}) > 1:
        return UNKNOWN
    return min(values) if sign > 0 else max(values)


_METHODS: dict[type, Callable[[Constants, Expr], Any]] = {
    exp.Column: Constants._column,
    exp.Cast: Constants._inner,
    exp.Collate: Constants._inner,
    exp.All: Constants._inner,
    exp.Any: Constants._inner,
    exp.Subquery: Constants._query,
    exp.Select: Constants._query,
    exp.Neg: Constants._negative,
    exp.Not: Constants._negated,
    exp.And: Constants._all_of,
    exp.Or: Constants._one_of,
    exp.Is: Constants._is,
    exp.In: Constants._in,
    exp.Between: Constants._between,
    exp.Like: Constants._like,
    exp.ILike: Constants._like,
    exp.Glob: Constants._like,
    exp.Coalesce: Constants._coalesce,
    exp.Case: Constants._case,
    exp.If: Constants._case,
    exp.Tuple: Constants._tuple,
    exp.NullSafeEQ: Constants._same,
    exp.NullSafeNEQ: Constants._same,
    exp.DPipe: Constants._operation,
    **dict.fromkeys((*_COMPARISON, *_ARITHMETIC), Constants._operation),
}
_FUNCTIONS: dict[type, Callable[..., Any]] = {
    exp.Lower: _text(str.lower),
    exp.Upper: _text(str.upper),
    exp.Trim: lambda value, signs=" ": None if None in (value, signs) else str(value).strip(str(signs)),
    exp.Length: _text(len),
    exp.Ascii: _text(lambda text: ord(text[0]) if text else 0),
    exp.MD5: _text(lambda text: md5(text.encode(), usedforsecurity=False).hexdigest()),
    exp.Abs: lambda value: None if value is None else abs(value),
    exp.Sign: lambda value: None if value is None else (value > 0) - (value < 0),
    exp.Concat: lambda *values: "".join(str(v) for v in values if v is not None),
    exp.Nullif: lambda a, b: None if a == b else a,
    exp.Least: _least,
    exp.Min: lambda *values: _least(*values) if len(values) > 1 else UNKNOWN,
    exp.Max: lambda *values: _least(*values, sign=-1) if len(values) > 1 else UNKNOWN,
    exp.Greatest: lambda *values: _least(*values, sign=-1),
}
_NAMED: dict[str, Callable[..., Any]] = {
    "num_nulls": lambda *values: sum(v is None for v in values),
    "num_nonnulls": lambda *values: sum(v is not None for v in values),
    "pg_typeof": lambda value: "a type",
    "row": lambda *values: UNKNOWN if None in values else values,
    "likely": lambda value: value,
    "unlikely": lambda value: value,
    "ifnull": lambda a, b: b if a is None else a,
    "typeof": lambda value: "a type",
}
COMPUTED = frozenset(_FUNCTIONS) | {exp.Coalesce, exp.Case, exp.If}
"""Functions whose result is computed, by type; what they are given decides whether it says something."""
