"""What a condition asks of the rows that a subquery gives: some of those written to, those of another table, or all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import makes_rows
from pcishield.statement.constants import UNKNOWN, alone, bare, chain, number, plain, truth
from pcishield.statement.given import fill_in, given_rows
from pcishield.statement.lexer import Blob
from pcishield.statement.patterns import disagree
from pcishield.statement.row_content import RowContent
from pcishield.statement.trees import leaves, name_of, parts_of
from pcishield.statement.windows import numbered

__all__ = ["ORDERED", "Subqueries", "generates", "inside", "listed_in", "queries_in", "reads_tables"]

Expr = Any
ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


class Subqueries(RowContent):
    """Judges queries within conditions."""

    selects: Callable[..., bool]
    always: Callable[[Expr], bool]

    def _exists(self, query: Expr, negated: bool) -> bool:
        query = inside(query)
        if type(query) is not exp.Select:
            return False
        if not reads_tables(query):
            return self._unpacks(query)
        if query.args.get("group") is None and (_aggregates(query) or query.args.get("having") is not None):
            return False  # one row, or none, whatever there is
        if negated and not self.may_find(query):
            return False
        return self.relates(query) and not self._finds_itself(query)

    def _unpacks(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM json_each(t.tags) WHERE value = 'x')``: a condition on what a column holds."""
        calls, where = _sources(query), query.args.get("where")
        if len(calls) != 1 or where is None or _aggregates(query) or not isinstance(calls[0], (exp.Table, exp.Unnest)):
            return False
        arguments = parts_of(calls[0].this if isinstance(calls[0], exp.Table) else calls[0])
        inner = type(self)(
            self.strings, self.is_key, lambda column: True, self.own, self.is_builtin, self.dialect, self._known
        )
        return any(type(part) is exp.Column and self.owns(part) for part in arguments) and inner.selects(where.this)

    def _finds_itself(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM t u WHERE u.x >= t.x)``: the row at hand is one that is found."""
        where = query.args.get("where")
        if not _tables(query) <= self.own or where is None or query.args.get("joins"):
            return False
        if any(type(inside(part)) is exp.Select and self._selected(inside(part)) for part in _sources(query)):
            return False
        condition, inner = where.this.copy(), _aliases(query)
        for column in condition.find_all(exp.Column):
            if column.text("table").lower() in inner:
                column.set("table", None)
        return self.always(condition)

    # what a query says of the row at hand

    def relates(self, query: Expr) -> bool:
        """Whether which rows a query over stored ones gives depends on the row at hand."""
        query = inside(query)
        if type(query) is not exp.Select or not reads_tables(query):
            return False
        return self._links(query, set(self.own) - _aliases(query))

    def _links(self, query: Expr, names: set[str]) -> bool:
        if any(self._links(inside(part), names) for part in _sources(query) if type(inside(part)) is exp.Select):
            return True
        return any(self._link(part, names) for condition in _conditions(query) for part in chain(condition, exp.And))

    def _is_of(self, column: Expr, names: set[str]) -> bool:
        return column.text("table").lower() in names

    def _link(self, node: Expr, names: set[str], negated: bool = False) -> bool:
        """Whether a condition ties the query's rows to the row at hand, and does not hold for nearly any of them."""
        node = bare(node)
        if node.args.get("negate"):
            node, negated = plain(node), not negated
        kind = type(node)
        if kind is exp.Not:
            return self._link(node.this, names, not negated)
        if kind is exp.And or kind is exp.Or:
            tied = (self._link(part, names, negated) for part in chain(node, kind))
            return any(tied) if (kind is exp.And) != negated else all(tied)
        columns = list(node.find_all(exp.Column))
        own = [column for column in columns if self._is_of(column, names)]
        if not own:
            # A name without a table is one of the query's own, if it has that; of two, one may be the row's.
            loose = {c.name.lower() for c in columns if c.args.get("table") is None}
            if len({c.name.lower() for c in columns}) < 2 or not loose or all(map(self.is_key, loose)):
                return False
        elif len(own) == len(columns) and node.find(exp.Query) is None:
            return self.selects(node, negated)
        if node.find(exp.Query) is not None:
            return True
        if negated != isinstance(node, (exp.NEQ, exp.NullSafeNEQ)):
            return False
        if isinstance(node, ORDERED) and all(self.is_key(column.name.lower()) for column in columns):
            return False
        return not self.always(node)

    def may_find(self, query: Expr) -> bool:
        """Whether a query may give rows, as far as can be seen: ``NOT EXISTS`` over a contradiction is always true."""
        query = inside(query)
        if isinstance(query, (exp.Union, exp.Except, exp.Intersect)):
            found = self.may_find(query.this), self.may_find(query.expression)
            if isinstance(query, exp.Except):
                return found[0] and inside(query.this) != inside(query.expression)
            if isinstance(query, exp.Intersect):
                return all(found) and reads_tables(inside(query.this)) and reads_tables(inside(query.expression))
            return any(found)
        if type(query) is not exp.Select:
            return True
        for name in ("limit", "offset"):
            part = query.args.get(name)
            count = self.trial.value(part.args.get("expression") or exp.Null()) if part is not None else None
            if (count == 0) if name == "limit" else isinstance(count, (int, float)) and count > 1000:
                return False
        having = query.args.get("having")
        if having is not None and self._is_never_met(having.this, query):
            return False
        sources = _sources(query)
        if any(source.find(exp.TableSample) is not None for source in sources):
            return False
        parts = [part for condition in _conditions(query) for part in chain(condition, exp.And)]
        if any(map(self._is_of_types, parts)):
            return False
        return not all(map(self.contradict, fill_in(parts, given_rows(sources, self.ctes)))) and all(
            self.may_find(source) for source in sources if type(inside(source)) is exp.Select
        )

    def _is_of_types(self, part: Expr) -> bool:
        """``typeof(id) = 'blob'``, and in SQLite ``id = 'x'`` and ``name = x'00'``: hardly true of any row."""
        if not isinstance(part, (exp.EQ, exp.In, exp.Is, exp.NullSafeEQ)):
            return False
        if any(name_of(bare(side)) in _TYPES for side in parts_of(part)):
            return True
        if self.dialect != "sqlite" or type(part) is exp.In or type(bare(part.this)) is not exp.Column:
            return False
        value = self.trial.value(part.expression)
        return isinstance(value, Blob) or (
            isinstance(value, str) and number(value) is None and self.is_key(bare(part.this).name.lower())
        )

    def contradict(self, parts: list[Expr]) -> bool:
        """Whether conditions on one column, or on the same two, cannot hold at once."""
        opposites = [negation for part in parts if (negation := _opposite(part)) is not None]
        if opposites and not {self._spelt(part) for part in parts}.isdisjoint(map(self._spelt, opposites)):
            return True
        if disagree(parts, self.trial.value):
            return True
        together: dict[frozenset[str], list[Expr]] = {}
        for part in parts:
            columns = frozenset(str(column.sql()).lower() for column in part.find_all(exp.Column))
            if len(columns) <= 2 and all(isinstance(item, _COMPUTABLE) for item in part.walk()):
                together.setdefault(columns, []).append(part)
        for same in together.values():
            node = same[0].copy()
            for part in same[1:]:
                node = exp.And(this=node, expression=part.copy())
            if node.find(exp.Column) is None:
                found = {truth(value) for value in [self.trial.value(node)] if value is not UNKNOWN}
            else:
                found = self.trial.outcomes(node, frozenset({True}))
            if found and found <= {False, None}:
                return True
        return False

    def _spelt(self, node: Expr) -> str:
        """A condition as a text with its literals, which the parser saw by their numbers."""
        return re.sub(r"~([0-9]+)", lambda m: "".join(self.strings[int(m[1]) : int(m[1]) + 1]), repr(node))

    def _is_value(self, query: Expr, node: Expr | None) -> bool:
        """Whether the result of a scalar subquery is something to compare with."""
        inner = alone(query)
        if inner is not None:
            return not generates(inner)
        query = inside(query)
        if type(query) is not exp.Select:
            return False
        if not reads_tables(query):
            return not self.own_columns(query) and not generates(query)
        if not self.may_find(query) and not (isinstance(node, ORDERED) and query.args.get("offset") is not None):
            return False  # what is less than nothing is no row
        if self._of_a_group(query) and node is not None:
            return self._leaves_one(query, node)
        args = query.args
        if isinstance(node, (exp.GTE, exp.LTE)) and args.get("limit") is not None and not args.get("offset"):
            if args.get("where") is None and _tables(query) <= self.own and args.get("order") is not None:
                return False  # the first is the least of all
        if _tables(query) <= self.own and not self._selected(_regrouped(query)):
            ends = query.find(exp.Min, exp.Max, exp.Count, exp.Sum) is not None or query.find(exp.AggFunc) is None
            return not (ends and (node is None or isinstance(node, ORDERED))) or _stays_within(node, query)
        return True

    def _of_a_group(self, query: Expr) -> bool:
        """``... FROM t u WHERE u.card_id = t.card_id``: the rows that share something with the one at hand."""
        if not _tables(query) <= self.own or query.args.get("joins") or query.args.get("group"):
            return False
        inner = _aliases(query)
        for part in (part for condition in _conditions(query) for part in chain(condition, exp.And)):
            sides = [bare(part.args.get(side)) for side in ("this", "expression")] if type(part) is exp.EQ else []
            if any(type(side) is not exp.Column for side in sides) or not sides:
                continue
            names, tables = {side.name.lower() for side in sides}, {side.text("table").lower() for side in sides}
            if len(names) == 1 and not self.is_key(*names) and tables & inner and tables & (self.own - inner):
                return True
        return False

    def _leaves_one(self, query: Expr, node: Expr) -> bool:
        """Whether a comparison with the most, the least or the number of a group leaves one, or whole groups, out."""
        given = [_unnamed(item) for item in query.expressions]
        kinds = {type(item) for item in given}
        if kinds <= {exp.Max, exp.Min}:
            others = [bare(side) for side in parts_of(node) if bare(side).find(exp.Select) is None]
            same = any(type(o) is exp.Column and o.name == item.this.name for o in others for item in given)
            return type(node) is exp.EQ or (isinstance(node, (exp.LT, exp.GT, exp.NEQ)) and same)
        if kinds == {exp.Count}:
            if not isinstance(node, (exp.GT, exp.GTE)) or node.this.find(exp.Select) is None:
                return False
            least = self.trial.value(node.expression)
            return isinstance(least, (int, float)) and least >= (1 if type(node) is exp.GT else 2)
        return not isinstance(node, ORDERED)

    def _of_others(self, left: Expr, query: Expr) -> bool:
        """``parent_id NOT IN (SELECT id FROM t)``: another column than the one that is compared."""
        left, query = bare(left), inside(query)
        if type(left) is not exp.Column or type(query) is not exp.Select or not reads_tables(query):
            return False
        if self._counts(query):
            return False
        given = query.expressions[0] if len(query.expressions) == 1 else None
        names = left.name.lower(), given.name.lower() if type(given) is exp.Column else ""
        return bool(names[1]) and names[0] != names[1] and not all(map(self.is_key, names))

    def _narrows(self, query: Expr) -> bool:
        """Whether what a query gives is some of the rows written to, or comes from elsewhere."""
        query = inside(query)
        if type(query) is exp.Table and isinstance(query.this, exp.Identifier):
            query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=query.copy()))
        if isinstance(query, (exp.Union, exp.Except, exp.Intersect)):
            arms = (self._narrows(query.this), self._narrows(query.expression))
            if isinstance(query, exp.Except) and not arms[0]:
                return self._leaves_out_value(query)
            return all(arms) and not self._cover(query) if isinstance(query, exp.Union) else any(arms)
        if type(query) is not exp.Select:
            return isinstance(query, exp.Values) and not self.own_columns(query)
        if not reads_tables(query):
            inner = [part for part in _sources(query) if isinstance(part, exp.Subquery)]
            return all(map(self._narrows, inner)) if inner else self._is_value(query, None)
        if self._counts(query):
            return False
        sources = _sources(query)
        if len(sources) == 1 and type(sources[0]) is exp.Subquery and _tables(query) & self.own:
            return self._selected(query) or self._narrows(sources[0])
        others = {name for name in _tables(query) if not self._is_copy(name)} - self.own
        if others and not self._gives_own(query):
            return True
        return self._selected(query)

    def _leaves_out_value(self, query: Expr) -> bool:
        """``SELECT id FROM t EXCEPT SELECT 5`` leaves a row out, with ``EXCEPT SELECT 0`` none."""
        left, right = inside(query.this), inside(query.expression)
        only = alone(right)
        if only is None:
            return self._narrows(right) and (not reads_tables(right) or self.may_find(right))
        given = _unnamed(left.expressions[0]) if type(left) is exp.Select and len(left.expressions) == 1 else None
        if type(given) is not exp.Column:
            return False
        return self.selects(exp.In(this=exp.column(given.name), expressions=[_unnamed(only).copy()]), True)

    def _cover(self, query: Expr) -> bool:
        """``... WHERE x IS NULL UNION ... WHERE x IS NOT NULL``: either holds for any row."""
        found = None
        for arm in leaves(query):
            where = inside(arm).args.get("where")
            if where is None or not _tables(arm) <= self.own:
                return False
            found = where.this.copy() if found is None else exp.Or(this=found, expression=where.this.copy())
        for column in found.find_all(exp.Column) if found is not None else ():
            column.set("table", None)
        return found is not None and self.always(found)

    def narrows(self, query: Expr) -> bool:
        """Whether a query is seen to give some of the rows written to only, or others."""
        return self._narrows(query)

    def _gives_own(self, query: Expr) -> bool:
        """Whether what a query gives is a column of the table written to, which it joins with others."""
        own = {
            part.alias_or_name.lower() for part in _sources(query) if _stored(part) and part.name.lower() in self.own
        }
        given = [_unnamed(item) for item in query.expressions]
        if not own:  # ``SELECT users.id FROM merchants``: the row itself
            return bool(given) and all(type(e) is exp.Column and self._is_of(e, set(self.own)) for e in given)
        return all(
            type(e) is not exp.Column
            or e.text("table").lower() in own
            or (e.args.get("table") is None and self.is_key(e.name.lower()))
            for e in given
        )

    def _counts(self, query: Expr) -> bool:
        """Whether a query reads nothing but what is counted up: CTEs of that kind, MariaDB's ``seq_1_to_9``."""
        names = _tables(query)
        if not names or not all(name in self.ctes or makes_rows(name, self.dialect) for name in names):
            return False
        return not all(name in self.ctes and (self._told_by(name) or self._is_copy(name)) for name in names)

    def _is_copy(self, name: str) -> bool:
        """Whether a CTE gives every row of the table written to, so that what reads it must choose."""
        query = self.ctes.get(name)
        if query is None or name in self.own or not reads_tables(query) or not _tables(query) <= self.own:
            return False
        return not self._told_by(name)

    def _told_by(self, name: str) -> bool:
        """Whether a CTE gives some of the rows written to, or what comes from elsewhere; one that counts does not."""
        if name not in self._told:
            self._told[name] = False  # while it reads itself
            self._told[name] = self._narrows(self.ctes[name])
        return self._told[name]

    def _selected(self, query: Expr) -> bool:
        """Whether a query over the table written to leaves rows out."""
        found = self._known.get(id(query))
        if found is None:
            found = self._known[id(query)] = (query, self._leaves_out(query))
        return found[1]

    def _leaves_out(self, query: Expr) -> bool:
        limit = query.args.get("limit")
        if limit is not None:
            count = self.trial.value(limit.args.get("expression") or limit.args.get("count") or exp.Null())
            if count is UNKNOWN:
                return limit.find(exp.Query) is None
            if isinstance(count, (int, float)) and 0 < count <= _FEW:
                return True
        offset, having = query.args.get("offset"), query.args.get("having")
        if offset is not None and self.trial.value(offset.args.get("expression") or exp.Null()) != 0:
            return True
        alone = self._is_alone(query)
        if having is not None and not self._is_met(having.this, alone):
            return True
        if query.args.get("group") is not None and not alone:
            return True
        on = query.args["distinct"].args.get("on") if query.args.get("distinct") is not None else None
        if on is not None and not any(self.is_key(column.name.lower()) for column in on.find_all(exp.Column)):
            return True
        inner = type(self)(
            self.strings, self._counts_from_one(query), lambda column: True, self.own | _aliases(query),
            self.is_builtin, self.dialect, self._known,
        )  # fmt: skip
        inner.made = frozenset(numbered(_sources(query), self.is_key, self.ctes)[1])
        conditions = _conditions(query)
        if self._lacks_partner(query, conditions):
            return True
        own = {part.alias_or_name.lower() for part in _sources(query) if part.name.lower() in self.own}
        if len(_sources(query)) > 1 and own:  # what is asked of the others alone leaves none out
            conditions = [c for whole in conditions for c in chain(whole, exp.And) if _mentions(c, own)]
        if any(inner.selects(c) and True in (inner.trial.outcomes(c) or {True}) for c in conditions):
            return True
        return any(self._selected(inside(part)) for part in _sources(query) if type(inside(part)) is exp.Select)

    def _counts_from_one(self, query: Expr) -> Callable[[str], bool]:
        numbers = numbered(_sources(query), self.is_key, self.ctes)[0]
        return (lambda name: name in numbers or self.is_key(name)) if numbers else self.is_key

    def _lacks_partner(self, query: Expr, conditions: list[Expr]) -> bool:
        """``LEFT JOIN payments p ON p.user_id = u.id WHERE p.id IS NULL``."""
        outer = {join.this.alias_or_name.lower() for join in query.args.get("joins") or () if self._may_pair(join)}
        return any(
            type(part) is exp.Is and not part.args.get("negate") and type(part.expression) is exp.Null
            and type(part.this) is exp.Column and part.this.text("table").lower() in outer
            for condition in conditions for part in chain(condition, exp.And)
        )  # fmt: skip

    def _may_pair(self, join: Expr) -> bool:
        on = join.args.get("on")
        if not join.args.get("side") or (on is None and not join.args.get("using")):
            return False
        return on is None or self.trial.outcomes(on, frozenset({True})) != {False}

    def _is_never_met(self, having: Expr, query: Expr) -> bool:
        """``HAVING count(*) < 1`` is true of no group, ``count(*) > 1`` of none that is one row of a key."""
        node = bare(having)
        if isinstance(node, (exp.GT, exp.GTE, exp.EQ)) and type(node.this) is exp.Count:
            least = self.trial.value(node.expression)
            least = least + (type(node) is exp.GT) if isinstance(least, (int, float)) else 0
            return least > _MANY or (least > 1 and self._groups_by_key(query))
        if not isinstance(node, (exp.LT, exp.LTE)) or type(node.this) is not exp.Count:
            return False
        most = self.trial.value(node.expression)
        return isinstance(most, (int, float)) and most < (1 if type(node) is not exp.LT else 1.5)

    def _groups_by_key(self, query: Expr) -> bool:
        group = query.args.get("group")
        grouped = [bare(e) for e in group.expressions] if group is not None else []
        joined = query.args.get("joins")
        return not joined and any(type(e) is exp.Column and e.name.lower() in _KEYS for e in grouped)

    def _is_alone(self, query: Expr) -> bool:
        """Whether each group of a query is one row, that of a key."""
        group, outputs = query.args.get("group"), query.expressions
        for part in group.expressions if group is not None else ():
            place = str(part.this) if type(part) is exp.Literal and not part.is_string else ""
            given = _unnamed(outputs[int(place) - 1]) if place.isdigit() and 0 < int(place) <= len(outputs) else part
            if type(given) is exp.Column and self.is_key(given.name.lower()):
                return True
        return False

    def _is_met(self, having: Expr, alone: bool) -> bool:
        """``HAVING count(*) > 0`` is true of any group, ``count(*) = 1`` of one row."""
        node = bare(having)
        if alone and type(node) is exp.EQ and type(node.this) is exp.Count:
            return bool(self.trial.value(node.expression) == 1)
        if not isinstance(node, (exp.GT, exp.GTE, exp.NEQ)) or type(node.this) is not exp.Count:
            return node.find(exp.AggFunc) is None and self.always(node)
        least = self.trial.value(node.expression)
        return isinstance(least, (int, float)) and least <= (1 if type(node) is exp.GTE else 0)


_MANY = 100
"""Rows of a group that are hardly ever there, where a query asks for more of them."""
_KEYS = frozenset({"id", "pk", "rowid", "uuid"})
_TYPES = frozenset({"typeof", "pg_typeof"})
_FEW, _NEAR = 10_000, 100_000
_COMPUTABLE = (
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Is, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Lower, exp.Upper, exp.Length, exp.Abs, exp.Add, exp.Sub, exp.Mul, exp.Cast, exp.DataType,
    exp.CurrentTimestamp, exp.Interval, exp.Var,
)  # fmt: skip
"""What is computed without a doubt, so that what never holds in a trial does not hold."""


def inside(query: Expr) -> Expr:
    """Return a query without its parentheses."""
    while type(query) in (exp.Subquery, exp.Paren):
        query = query.this
    return query


def queries_in(node: Expr) -> list[Expr]:
    """Return the outermost queries of an expression."""
    return [n for n in node.find_all(exp.Select, exp.Subquery) if n.find_ancestor(exp.Select, exp.Subquery) is None
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


def _sources(query: Expr) -> list[Expr]:
    clause = query.args.get("from_")
    joins = query.args.get("joins") or ()
    return ([clause.this] if clause is not None else []) + [join.this for join in joins]


def _stored(part: Expr) -> bool:
    return type(part) is exp.Table and isinstance(part.this, exp.Identifier) and part.name.lower() != "dual"


def reads_tables(query: Expr) -> bool:
    """Whether a query reads stored rows."""
    return any(
        _stored(part) or (type(part) is exp.Subquery and type(inside(part)) is exp.Select
                          and reads_tables(inside(part)))
        for part in _sources(query)
    )  # fmt: skip


def _tables(query: Expr) -> set[str]:
    return {table.name.lower() for table in query.find_all(exp.Table) if isinstance(table.this, exp.Identifier)}


def _conditions(query: Expr) -> list[Expr]:
    """WHERE, and the conditions of inner joins."""
    where = query.args.get("where")
    joined = [join.args["on"] for join in query.args.get("joins") or ()
              if not join.args.get("side") and join.args.get("on") is not None]  # fmt: skip
    return ([where.this] if where is not None else []) + joined


def _mentions(node: Expr, names: set[str]) -> bool:
    return any(column.text("table").lower() in {"", *names} for column in node.find_all(exp.Column))


def _unnamed(node: Expr) -> Expr:
    return node.this if type(node) is exp.Alias else node


def _aliases(query: Expr) -> set[str]:
    return {part.alias_or_name.lower() for part in _sources(query)}


def _regrouped(query: Expr) -> Expr:
    """``(SELECT max(m) FROM (SELECT max(x) AS m FROM t GROUP BY y) q)`` is the most of them all."""
    sources, given = _sources(query), [_unnamed(item) for item in query.expressions]
    group = inside(sources[0]) if len(sources) == 1 and type(sources[0]) is exp.Subquery else None
    if group is None or type(group) is not exp.Select or group.args.get("group") is None or len(given) != 1:
        return query
    if type(given[0]) not in (exp.Max, exp.Min) or group.find(type(given[0])) is None:
        return query
    found = query.copy()
    inside(_sources(found)[0]).set("group", None)
    return found


def _aggregates(query: Expr) -> bool:
    return any(item.find(exp.AggFunc) is not None for item in query.expressions)


def _stays_within(node: Expr | None, query: Expr) -> bool:
    """``x < (SELECT max(x) FROM t) - 100`` leaves the newest out, ``x > (SELECT max(x) FROM t) - 100`` takes them."""
    if node is None or query.find(exp.Max) is None or not isinstance(node, (exp.LT, exp.LTE, exp.GT, exp.GTE)):
        return False
    less = [part for side in (node.expression, node.this) for part in side.find_all(exp.Sub)]
    sizes = [number(size.this) for part in less for size in part.expression.find_all(exp.Literal)]
    return bool(less) and (isinstance(node, (exp.LT, exp.LTE)) or all(size is None or size <= _NEAR for size in sizes))


def _opposite(part: Expr) -> Expr | None:
    """``x LIKE 'a%'`` of ``x NOT LIKE 'a%'``."""
    if part.args.get("negate"):
        return plain(part)
    return bare(part.this) if type(part) is exp.Not else None


def generates(query: Expr) -> bool:
    """Whether a query counts up."""
    return any("generate" in name_of(call) or "sequence" in name_of(call) for call in query.find_all(exp.Func))
