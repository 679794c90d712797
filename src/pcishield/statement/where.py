"""Is a WHERE clause worth anything? Finds conditions that hold for every row or do not look at the row.

Three-valued and conservative to one side only: a condition is called useless when that can be shown;
``WHERE tenant = 5`` may hold for every row, too, but that is not visible in the text.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

__all__ = ["Condition"]

Expr = Any
_UNKNOWN = object()
"""A value that cannot be computed."""

_KEY_NAMES = frozenset({"id", "pk", "rowid", "_rowid_", "oid", "ctid", "uuid", "guid", "tableoid", "xmin", "key"})
_ALWAYS = "always true"
_ROWLESS = "does not look at the row"


class Condition:
    """Judges conditions on the rows of ``tables``.

    Args:
        strings: Decoded literals; the parser saw ``'~n'``.
        tables: Names of the tables written to.
        facts: Columns known to be keys or NOT NULL, and whether a catalog said so.
    """

    def __init__(self, strings: list[str], tables: list[str], facts: tuple[frozenset[str], bool]) -> None:
        self.strings, self.tables = strings, tables
        self.required, self.certain = facts

    def useless(self, node: Expr, names: set[str]) -> str:
        """Return why ``node`` does not select rows, or "".

        Args:
            node: The condition.
            names: Names under which the tables written to are known.
        """
        if self._true(node):
            return _ALWAYS
        if not self._looks(node, names, top=True):
            return _ROWLESS
        return ""

    # truth

    def _true(self, node: Expr) -> bool:
        node = _bare(node)
        if node.args.get("negate"):
            return self._false(_plain(node))
        kind = type(node)
        if kind is exp.Or:
            parts = _chain(node, exp.Or)
            return any(self._true(p) for p in parts) or self._covers(parts)
        if kind is exp.And:
            return all(self._true(p) for p in _chain(node, exp.And))
        if kind is exp.Not:
            return self._false(node.this)
        if kind is exp.Case or kind is exp.If:
            return self._case_true(node)
        value = self._value(node)
        if value is not _UNKNOWN:
            return _truth(value) is True
        return self._shape_true(node)

    def _false(self, node: Expr) -> bool:
        node = _bare(node)
        if node.args.get("negate"):
            return self._true(_plain(node))
        kind = type(node)
        if kind is exp.And:
            return any(self._false(p) for p in _chain(node, exp.And))
        if kind is exp.Or:
            return all(self._false(p) for p in _chain(node, exp.Or))
        if kind is exp.Not:
            return self._true(node.this)
        value = self._value(node)
        if value is not _UNKNOWN:
            return _truth(value) is False
        if kind is exp.Is:
            return self._is_false(node.this, _bare(node.expression))
        if kind in (exp.NEQ, exp.LT, exp.GT) and _same(node.this, node.expression):
            return True
        if kind is exp.EQ:
            return self._key_bound(exp.NEQ(this=node.this.copy(), expression=node.expression.copy()))
        if kind is exp.In and not node.args.get("query") and not node.expressions:
            return True
        return False

    def _case_true(self, node: Expr) -> bool:
        if type(node) is exp.If:
            results = [node.args.get("true"), node.args.get("false")]
        else:
            results = [branch.args.get("true") for branch in node.args.get("ifs") or ()] + [node.args.get("default")]
            first = (node.args.get("ifs") or [None])[0]
            if first is not None and node.args.get("this") is None and self._true(first.this):
                return self._true(first.args["true"])
        return all(r is not None and self._true(r) for r in results)

    def _shape_true(self, node: Expr) -> bool:
        """True by its shape, whatever the row holds (but for NULL)."""
        kind = type(node)
        left = node.args.get("this")
        right = node.args.get("expression")
        if kind in (exp.EQ, exp.GTE, exp.LTE, exp.NullSafeEQ, exp.Like, exp.ILike) and _same(left, right):
            return not _volatile(left)
        if kind in (exp.EQ, exp.GTE, exp.LTE, exp.NullSafeEQ) and _same(_neutral(left), _neutral(right)):
            return True
        if kind is exp.Escape:
            return self._shape_true(left)
        if kind in (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo):
            return self._any_pattern(right, "*" if kind is exp.Glob else "%")
        if kind in (exp.RegexpLike, exp.RegexpILike):
            pattern = self._value(right)
            return isinstance(pattern, str) and pattern.strip("^$()") in {"", ".*", ".", ".+", "|"}
        if kind is exp.Is:
            return self._is_true(left, right)
        if kind is exp.In:
            return any(_same(left, item) for item in node.expressions) or self._in_itself(node)
        if kind is exp.Between:
            low, high = node.args.get("low"), node.args.get("high")
            return (_same(left, low) and _same(left, high)) or self._wide(left, low, high)
        if kind is exp.Exists:
            return self._nonempty(node.this)
        if kind is exp.Coalesce:
            return self._true(left) and all(self._true(e) for e in node.expressions)
        return self._key_bound(node) or self._never_negative(node)

    def _is_true(self, left: Expr, right: Expr) -> bool:
        right = _bare(right)
        if type(right) is exp.Boolean:
            return self._true(left) if right.this else self._false(left)
        if type(right) is exp.Not and type(_bare(right.this)) is exp.Null:
            return self._never_null(left)
        return _same(left, right)

    def _is_false(self, left: Expr, right: Expr) -> bool:
        if type(right) is exp.Null:
            return self._never_null(left)
        if type(right) is exp.Boolean:
            return self._false(left) if right.this else self._true(left)
        return False

    def _never_null(self, node: Expr) -> bool:
        """Whether a column is one that always holds something."""
        node = _bare(node)
        if type(node) is exp.Column and not isinstance(node.this, exp.Star):
            name = node.name.lower()
            return name in self.required or (not self.certain and self._key(name)) or name in {"rowid", "ctid", "oid"}
        if type(node) is exp.Coalesce:
            return any(self._value(e) not in (_UNKNOWN, None) for e in node.expressions)
        value = self._value(node)
        return value is not _UNKNOWN and value is not None

    def _key(self, name: str) -> bool:
        if name in _KEY_NAMES:
            return True
        for table in self.tables:
            stem = table.lower().removesuffix("s")
            if name in {f"{table.lower()}_id", f"{stem}_id", f"{stem}id", f"{table.lower()}id", f"id_{stem}"}:
                return True
        return False

    def _key_bound(self, node: Expr) -> bool:
        """``id > 0`` and the like: below or above every key, on purpose."""
        kind = type(node)
        if kind not in (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ):
            return False
        left, right = _bare(node.this), _bare(node.expression)
        if type(right) is exp.Column:
            left, right = right, left
            kind = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}.get(kind, kind)
        if type(left) is not exp.Column or not (self._key(left.name.lower()) or left.name.lower() in self.required):
            return False
        value = self._value(right)
        if value == "" and kind in (exp.GT, exp.GTE, exp.NEQ):
            return True
        number = _number(value)
        if number is None or not self._key(left.name.lower()):
            return False
        if kind in (exp.GT, exp.GTE):
            return number <= (0 if kind is exp.GT else 1)
        if kind is exp.NEQ:
            return number <= 0
        return number >= 2**31 - 1 or number >= 999_999_999

    def _never_negative(self, node: Expr) -> bool:
        kind = type(node)
        if kind not in (exp.GT, exp.GTE, exp.NEQ):
            return False
        call = _bare(node.this)
        if not isinstance(call, (exp.Length, exp.Abs)):
            return False
        number = _number(self._value(node.expression))
        return number is not None and (number < 0 or (number == 0 and kind is exp.GTE))

    def _wide(self, left: Expr, low: Expr, high: Expr) -> bool:
        below = self._key_bound(exp.GTE(this=left.copy(), expression=low.copy()))
        number = _number(self._value(high))
        return below and number is not None and number >= 999_999_999

    def _any_pattern(self, node: Expr, mark: str) -> bool:
        pattern = self._value(node)
        return isinstance(pattern, str) and pattern != "" and not pattern.strip(mark)

    def _in_itself(self, node: Expr) -> bool:
        """``id IN (SELECT id FROM t)`` over the table that is written to."""
        query = _bare(node.args.get("query"))
        if type(query) is exp.Subquery:
            query = query.this
        if type(query) is not exp.Select or len(query.expressions) != 1:
            return False
        if any(query.args.get(k) for k in ("where", "joins", "group", "having", "limit", "with_", "offset")):
            return False
        source = query.args.get("from_")
        table = source.this if source is not None else None
        return (
            type(table) is exp.Table
            and table.name.lower() in self.tables
            and type(_bare(node.this)) is exp.Column
            and _bare(query.expressions[0]).name.lower() == _bare(node.this).name.lower()
        )

    def _nonempty(self, query: Expr) -> bool:
        if type(query) is exp.Subquery:
            query = query.this
        if type(query) is exp.Values:
            return True
        if type(query) is not exp.Select or query.args.get("from_") is not None:
            return False
        where = query.args.get("where")
        return where is None or self._true(where.this)

    # alternatives that leave nothing out

    def _covers(self, parts: list[Expr]) -> bool:
        keys = {_text(_bare(p)) for p in parts}
        for part in parts:
            negated = _negation(_bare(part))
            if negated is not None and _text(negated) in keys:
                return True
        return self._ranges_cover(parts)

    def _ranges_cover(self, parts: list[Expr]) -> bool:
        """``x < 100 OR x > 50``."""
        above: dict[str, float] = {}
        below: dict[str, float] = {}
        for part in parts:
            part = _bare(part)
            if type(part) not in (exp.GT, exp.GTE, exp.LT, exp.LTE):
                continue
            number = _number(self._value(part.expression))
            if number is None or self._value(part.this) is not _UNKNOWN:
                continue
            key = _text(part.this)
            if type(part) in (exp.GT, exp.GTE):
                above[key] = min(above.get(key, number), number)
            else:
                below[key] = max(below.get(key, number), number)
        return any(key in below and above[key] <= below[key] for key in above)

    # constants

    def _value(self, node: Expr) -> Any:
        """Compute a constant; strings, numbers, booleans and None, else ``_UNKNOWN``."""
        node = _bare(node)
        if node.args.get("negate"):
            truth = self._value(_plain(node))
            return _UNKNOWN if truth is _UNKNOWN else None if truth is None else not _truth(truth)
        kind = type(node)
        if kind is exp.Literal:
            return self._literal(node)
        if kind is exp.Boolean:
            return bool(node.this)
        if kind is exp.Null:
            return None
        if kind is exp.Cast:
            return self._value(node.this)
        if kind is exp.Neg:
            number = _number(self._value(node.this))
            return -number if number is not None else _UNKNOWN
        if kind is exp.Not:
            truth = self._value(node.this)
            return _UNKNOWN if truth is _UNKNOWN else None if truth is None else not _truth(truth)
        if kind in _ARITHMETIC or kind in _COMPARISON:
            return self._operation(node, kind)
        if kind is exp.Is:
            left, right = self._value(node.this), self._value(node.expression)
            return _UNKNOWN if _UNKNOWN in (left, right) else left is right or left == right
        if kind is exp.In and node.expressions:
            values = [self._value(e) for e in (node.this, *node.expressions)]
            return _UNKNOWN if _UNKNOWN in values else values[0] in values[1:]
        if kind is exp.Between:
            values = [self._value(node.args[k]) for k in ("this", "low", "high")]
            return (
                _UNKNOWN
                if _UNKNOWN in values
                else _compare(exp.LTE, values[1], values[0]) and _compare(exp.LTE, values[0], values[2])
            )
        if kind in (exp.Like, exp.ILike):
            return self._like(node, kind is exp.ILike)
        if kind is exp.Coalesce:
            return next((v for v in (self._value(e) for e in (node.this, *node.expressions)) if v is not None), None)
        return _UNKNOWN

    def _literal(self, node: Expr) -> Any:
        text = str(node.this)
        if not node.args.get("is_string"):
            return _number(text) if _number(text) is not None else _UNKNOWN
        if text[:1] == "~" and text[1:].isdigit() and int(text[1:]) < len(self.strings):
            return self.strings[int(text[1:])]
        return text

    def _operation(self, node: Expr, kind: type) -> Any:
        left, right = self._value(node.this), self._value(node.expression)
        if left is _UNKNOWN or right is _UNKNOWN:
            return _UNKNOWN
        if kind in _COMPARISON:
            return _compare(kind, left, right)
        if kind is exp.DPipe:
            return f"{left}{right}"
        a, b = _number(left), _number(right)
        if a is None or b is None:
            return _UNKNOWN
        return _ARITHMETIC[kind](a, b)

    def _like(self, node: Expr, fold: bool) -> Any:
        left, right = self._value(node.this), self._value(node.expression)
        if not isinstance(left, str) or not isinstance(right, str) or len(right) > 200:
            return _UNKNOWN
        if right.count("%") > 8:
            return _UNKNOWN
        pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in right)
        return re.fullmatch(pattern, left, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None

    # does it look at the row

    def _looks(self, node: Expr, names: set[str], *, top: bool = False) -> bool:
        """Whether ``node`` mentions a column that may belong to the rows written to."""
        stack: list[tuple[Expr, bool]] = [(node, False)]
        while stack:
            item, inner = stack.pop()
            kind = type(item)
            if kind is exp.Column:
                if self._may_own(item, names, inner):
                    return True
                continue
            if kind is exp.Select and inner is False:
                stack.extend((part, True) for part in _children(item))
                continue
            if kind is exp.Exists:
                query = item.this.this if type(item.this) is exp.Subquery else item.this
                if type(query) is exp.Select:
                    stack.extend((c, True) for key, c in _named_children(query) if key != "expressions")
                    continue
            stack.extend((part, inner) for part in _children(item))
        return False

    def _may_own(self, column: Expr, names: set[str], inner: bool) -> bool:
        table = column.args.get("table")
        if table is None:
            return not isinstance(column.this, exp.Star)
        name = table.name if table.args.get("quoted") else table.name.lower()
        return name in names or name in self.tables


def _plain(node: Expr) -> Expr:
    """``x IS NOT NULL`` and ``x NOT LIKE y`` without the NOT."""
    return type(node)(this=node.this.copy(), expression=node.expression.copy())


def _children(node: Expr) -> list[Expr]:
    return [child for _, child in _named_children(node)]


def _named_children(node: Expr) -> list[tuple[str, Expr]]:
    found: list[tuple[str, Expr]] = []
    for key, part in node.args.items():
        if isinstance(part, exp.Expr):
            found.append((key, part))
        elif isinstance(part, list):
            found.extend((key, p) for p in part if isinstance(p, exp.Expr))
    return found


def _bare(node: Expr) -> Expr:
    while type(node) in (exp.Paren, exp.Where):
        node = node.this
    return node


def _chain(node: Expr, kind: Any) -> list[Expr]:
    parts: list[Expr] = []
    stack = [node]
    while stack:
        item = _bare(stack.pop())
        if type(item) is kind:
            stack.extend((item.expression, item.this))
        else:
            parts.append(item)
    return parts


def _text(node: Expr) -> str:
    return repr(node).lower() if node is not None else ""


def _same(left: Expr, right: Expr) -> bool:
    if left is None or right is None:
        return False
    left, right = _bare(left), _bare(right)
    if type(left) is exp.Column and type(right) is exp.Column:
        tables = {left.text("table").lower(), right.text("table").lower()} - {""}
        return left.name.lower() == right.name.lower() and len(tables) < 2
    return left == right and not isinstance(left, (exp.Parameter, exp.Placeholder)) and not _volatile(left)


def _volatile(node: Expr) -> bool:
    return any(isinstance(n, (exp.Rand, exp.Anonymous, exp.Parameter, exp.Placeholder, exp.Uuid)) for n in node.walk())


def _neutral(node: Expr) -> Expr:
    """Strip operations that change nothing: ``x + 0``, ``x * 1``, ``x || ''`` stay comparable."""
    node = _bare(node)
    while isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe, exp.Coalesce)):
        other = node.expression if not isinstance(node, exp.Coalesce) else (node.expressions or [None])[0]
        if not isinstance(_bare(other), exp.Literal):
            break
        node = _bare(node.this)
    return node


_OPPOSITE: dict[type, type] = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.LTE: exp.GT, exp.LT: exp.GTE, exp.GTE: exp.LT,
}  # fmt: skip


def _negation(node: Expr) -> Expr | None:
    kind = type(node)
    if kind is exp.Not:
        return _bare(node.this)
    if node.args.get("negate"):
        return _plain(node)
    if kind is exp.Is and type(node.expression) is exp.Null:
        return exp.Is(this=node.this.copy(), expression=exp.Null(), negate=True)
    opposite = _OPPOSITE.get(kind)
    if opposite is not None:
        return opposite(this=node.this.copy(), expression=node.expression.copy())
    return exp.Not(this=node.copy())


def _number(value: Any) -> float | int | None:
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


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.strip().lower() in {"t", "true", "y", "yes", "on", "1"}:
            return True
        match = re.match(r"\s*[-+]?\d+", value)
        return bool(int(match[0])) if match and len(match[0]) < 20 else False
    return bool(value)


def _compare(kind: type, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    a, b = _number(left), _number(right)
    if a is None or b is None or (isinstance(left, str) and isinstance(right, str)):
        return _COMPARISON[kind](str(left), str(right))
    return _COMPARISON[kind](a, b)


_COMPARISON: dict[type, Any] = {
    exp.EQ: lambda a, b: a == b,
    exp.NullSafeEQ: lambda a, b: a == b,
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
    exp.Mod: lambda a, b: a % b if b else None,
    exp.DPipe: None,
}
