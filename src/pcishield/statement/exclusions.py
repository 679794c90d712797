"""Conditions that leave out nothing but rows that they name: ``id <> 5``, ``id NOT IN (1, 2)``, ``rn > 1``.

An UPDATE or DELETE of all rows but one is as good as one of all. What a key is compared with names one row each, so
that a condition on keys alone is tried on keys that it does not name: where it holds for all of them, but perhaps the
first two, it chooses nothing. That is said of keys only. ``status <> 'done'`` may leave out most rows, a remainder
(``id % 10 <> 0``) is a share of them, and a list that the caller gives (``id <> ALL ($1)``, ``id NOT IN (?, ?)``) may
be of any length. ``UPDATE t SET is_default = false WHERE id <> ?`` is how applications see to it that there is one
default, with a bind parameter, so that an UPDATE of that kind is theirs; a DELETE is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, UNKNOWN, bare, chain
from pcishield.statement.query_parts import aggregates, aliases_of, generates, inside, reads_tables, sources_of
from pcishield.statement.row_content import RowContent
from pcishield.statement.trees import found_in, has, name_of, nodes_of
from pcishield.statement.windows import ranked

__all__ = ["Exclusions"]

Expr = Any
_DEEPEST = 8
_A_FEW = 2
"""Rows that are left out without being named: the first ones, or as many as a LIMIT says."""
_PARTS = (
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or,
    exp.Xor, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Is, exp.In, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Cast, exp.DataType, exp.Collate, exp.Tuple, exp.Add, exp.Sub, exp.Mul, exp.DPipe, exp.Like,
    exp.ILike, exp.Glob, exp.BitwiseXor, exp.Abs, exp.Case, exp.If, exp.Coalesce, exp.Concat, exp.Nullif, exp.MD5,
    exp.ArrayPosition, exp.Array, exp.SHA, exp.SHA2, exp.Query, *ASKED,
)  # fmt: skip
_SPELT = (exp.Lower, exp.Upper, exp.Trim, exp.Reverse, exp.Pad)
"""What writes a number in another way."""


class Exclusions(RowContent):
    """Judges conditions on keys."""

    is_unique: Callable[[str], bool] = staticmethod(lambda name: False)
    """Whether one row at most has a value of a column: a key, but not a number within a group."""
    most_asked = 1
    """Parameters that a condition may hold, and still name what it leaves out."""

    def leaves_few(self, node: Expr, negated: bool = False) -> bool:
        """Whether ``node`` (or its negation) is one on keys that holds for all of them but those that it names."""
        node = bare(node)
        first = node.args.get("this")
        if type(node) is exp.In and not self._are_keys(first):
            return False  # of thousands of items
        if any(
            self._is_open(part.expression)
            for part in _outside(node)
            if isinstance(part, (exp.Like, exp.ILike, exp.Glob))
        ):
            return False
        if self._compares_rows(node):
            return negated != isinstance(node, exp.NEQ)
        if not self._are_keys(node) or not all(isinstance(p, exp.Func) or _is_of_whole(p) for p in _outside(node)):
            return False
        # What a function makes of a text, ``lower(email)``, texts may have in common; of a number, ``trim(id)``, none.
        numbers = all(self.is_key(part.name.lower()) for part in _outside(node) if type(part) is exp.Column)
        whole = all(_is_of_whole(part) or (numbers and isinstance(part, _SPELT)) for part in _outside(node))
        if len(found_in(node, *ASKED)) > self.most_asked:
            return False
        refused, some = 0, False
        for place, answer in self.trial.of_keys(node, whole):
            left_out, some = answer is negated or answer is None, True
            refused += left_out
            if answer is UNKNOWN or refused > _A_FEW or (left_out and place > _A_FEW):
                return False
        return some

    def _is_open(self, pattern: Expr) -> bool:
        """Whether a pattern is one of several texts: ``'5%'``, not ``'5'``."""
        value = self.trial.value(pattern)
        return not isinstance(value, str) or any(mark in value for mark in "%_*?[")

    def _compares_rows(self, node: Expr) -> bool:
        """``(tenant_id, id) <> (1, 2)``: rows that hold a key, with one that does not depend on the row at hand."""
        left, right = bare(node.this), bare(node.expression) if node.args.get("expression") is not None else None
        if type(node) not in (exp.EQ, exp.NEQ) or type(left) is not exp.Tuple or type(right) is not exp.Tuple:
            return False
        return not self.own_columns(right) and any(
            type(part) is exp.Column and self._are_keys(part) for part in map(bare, left.expressions)
        )

    def _hold_key(self, node: Expr) -> bool:
        """Whether a value, or one of a row of values, is a key of the row at hand."""
        node = bare(node)
        return any(map(self._are_keys, node.expressions)) if type(node) is exp.Tuple else self._are_keys(node)

    def _are_keys(self, node: Expr) -> bool:
        """Whether an expression is about keys of the row at hand, and perhaps what a query gives for any row."""
        found = False
        for part in _outside(node):
            if type(part) is exp.Column:
                found = True
                if not self.owns(part) or not self.is_unique(part.name.lower()):
                    return False
            elif isinstance(part, exp.Query) and (self.own_columns(part) or self.relates(part)):
                return False
        return found

    def gives_few(self, query: Expr, depth: int = 0) -> bool:
        """Whether a query gives one row or two, or those that it names, so that not to be one of them is easy."""
        query = inside(query)
        if isinstance(query, exp.SetOperation) and depth < _DEEPEST:
            left, right = self.gives_few(query.this, depth + 1), self.gives_few(query.expression, depth + 1)
            return {exp.Except: left, exp.Intersect: left or right}.get(type(query), left and right)
        if type(query) is exp.Values:
            return True
        if type(query) is not exp.Select or depth >= _DEEPEST or self.relates(query):
            return False
        if self._is_cut(query):
            return True
        if not reads_tables(query) and not generates(query) and not has(query, exp.Subquery, *ASKED):
            return not any(source.name.lower() in self.ctes for source in sources_of(query))  # a list that is written
        if query.args.get("group") is None and aggregates(query) and not has(query, exp.Window):
            return True
        if self.names_rows(query):
            return True
        sources = sources_of(query)
        if len(sources) != 1:
            return not sources
        named = self.ctes.get(sources[0].name.lower()) if type(sources[0]) is exp.Table else None
        inner = named if named is not None else sources[0]
        return (named is not None or not isinstance(inner, exp.Table)) and self.gives_few(inner, depth + 1)

    def _is_cut(self, query: Expr) -> bool:
        """``LIMIT 1``; any LIMIT without an order, for then it keeps some rows or other."""
        limit = query.args.get("limit")
        count = self.trial.value(limit.args.get("expression") or exp.Null()) if limit is not None else UNKNOWN
        if not isinstance(count, (int, float)) or isinstance(count, bool) or count <= 0:
            return False
        return count <= _A_FEW or (query.args.get("order") is None and reads_tables(query))

    def is_skipped(self, query: Expr, offset: Any) -> bool:
        """``OFFSET 1``: all rows but the first."""
        if not isinstance(offset, (int, float)):
            return False
        return offset <= (_A_FEW if query.args.get("order") is not None else _SOME)

    def joins_few(self, join: Expr) -> bool:
        """``LEFT JOIN t v ON v.id = u.id AND v.id = 5``: one row, or named ones."""
        if type(join.this) is exp.Subquery and self.gives_few(join.this):
            return True
        on, query = join.args.get("on"), exp.Select(from_=exp.From(this=join.this.copy()))
        return on is not None and join.this.name.lower() in self.own and self.names_rows(query.where(on.copy()))

    def finds_few(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM (SELECT max(id) AS m FROM t) q WHERE q.m = t.id)``: of one row, or of named ones."""
        own = {table.name.lower() for table in found_in(query, exp.Table)} <= self.own | self.ctes.keys()
        if own and self.names_rows(query):
            return True
        few = [source.alias_or_name.lower() for source in sources_of(query) if self._gives_few(source)]
        where = query.args.get("where") if few else None
        few += [""] if len(sources_of(query)) == 1 else []
        return where is not None and any(
            type(part) is exp.EQ and self._ties(part, few, query) for part in chain(where.this, exp.And)
        )

    def _ties(self, part: Expr, few: list[str], query: Expr) -> bool:
        """Whether a condition asks that the key of the row at hand is what one of ``few`` rows holds."""
        sides = [bare(part.this), bare(part.expression)]
        if any(type(side) is not exp.Column for side in sides):
            return False
        keys = [s for s in sides if s.text("table").lower() in self.own - aliases_of(query) and self._are_keys(s)]
        return len(keys) == 1 and any(side.text("table").lower() in few for side in sides if side is not keys[0])

    def _gives_few(self, source: Expr) -> bool:
        named = self.ctes.get(source.name.lower()) if type(source) is exp.Table else None
        inner = named if named is not None else source
        return not isinstance(inner, exp.Table) and self.gives_few(inner)

    def names_rows(self, query: Expr) -> bool:
        """``... WHERE u.id = 5``: whether a query over stored rows gives those of the keys that it names."""
        where, inner = query.args.get("where"), aliases_of(query)
        if where is None:
            return False
        numbers = ranked(sources_of(query), self.ctes)
        own = type(self)(
            self.strings, lambda name: name in numbers or self.is_key(name), lambda column: True, self.own | inner,
            self.is_builtin, self.dialect, self._known,
        )  # fmt: skip
        own.is_unique = lambda name: name in numbers or self.is_unique(name)
        return any(
            own.leaves_few(part, negated=True)
            for part in chain(where.this, exp.And)
            if all(column.text("table").lower() in {"", *inner} for column in found_in(part, exp.Column))
        )


_SOME = 100
_OF_WHOLE = frozenset({"field", "find_in_set", "strcmp"})
_SMALL, _LARGE = 10, 1000
"""A quotient by the one, or a remainder by the other, is that of a few rows."""


def _is_of_whole(part: Expr) -> bool:
    """Whether what becomes of a key here is that of no other key, or of few."""
    if isinstance(part, (exp.Div, exp.IntDiv, exp.Mod)):
        by = bare(part.expression)
        if type(by) is not exp.Literal or by.is_string:
            return False
        size = abs(float(by.name))
        return size >= _LARGE if type(part) is exp.Mod else size <= _SMALL or (type(part) is exp.Div and "." in by.name)
    return isinstance(part, _PARTS) or name_of(part) in _OF_WHOLE


def _outside(node: Expr) -> list[Expr]:
    """The parts of an expression, without those of the queries in it."""
    return nodes_of(node, (exp.Query, exp.DataType))
