"""What a condition asks of the rows that a subquery gives: some of those written to, those of another table, or all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import makes_rows
from pcishield.statement.constants import ASKED, UNKNOWN, alone, bare, chain, number, plain, truth
from pcishield.statement.content import unit_of
from pcishield.statement.dates import MOVES
from pcishield.statement.exclusions import Exclusions
from pcishield.statement.given import fill_in, given_rows
from pcishield.statement.lexer import Blob
from pcishield.statement.patterns import disagree
from pcishield.statement.query_parts import (
    aggregates,
    aliases_of,
    asks_for_none,
    conditions_of,
    generates,
    inside,
    is_stored,
    mentions,
    opposite_of,
    reads_tables,
    regrouped,
    sources_of,
    tables_in,
    unnamed,
)
from pcishield.statement.trees import ctes_of, leaves, name_of, parts_of
from pcishield.statement.windows import numbered, ranked, without_neighbours

__all__ = ["ORDERED", "Subqueries"]

Expr = Any
ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


class Subqueries(Exclusions):
    """Judges queries within conditions."""

    selects: Callable[..., bool]
    always: Callable[[Expr], bool]

    def _exists(self, query: Expr, negated: bool) -> bool:
        query = inside(query)
        if type(query) is not exp.Select:
            return False
        if not reads_tables(query):
            return self._unpacks(query)
        if query.args.get("group") is None and (aggregates(query) or query.args.get("having") is not None):
            return False  # one row, or none, whatever there is
        if negated and (not self.may_find(query) or self.finds_few(query)):
            return False
        return self.relates(query) and not self._finds_itself(query)

    def _unpacks(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM json_each(t.tags) WHERE value = 'x')``: a condition on what a column holds."""
        calls, where = sources_of(query), query.args.get("where")
        if len(calls) != 1 or where is None or aggregates(query) or not isinstance(calls[0], (exp.Table, exp.Unnest)):
            return False
        arguments = parts_of(calls[0].this if isinstance(calls[0], exp.Table) else calls[0])
        inner = type(self)(
            self.strings, self.is_key, lambda column: True, self.own, self.is_builtin, self.dialect, self._known
        )
        return any(type(part) is exp.Column and self.owns(part) for part in arguments) and inner.selects(where.this)

    def _finds_itself(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM t u WHERE u.x >= t.x)``: the row at hand is one that is found."""
        where = query.args.get("where")
        if not tables_in(query) <= self.own or where is None or query.args.get("joins"):
            return False
        if any(type(inside(part)) is exp.Select and self._selected(inside(part)) for part in sources_of(query)):
            return False
        condition, inner = where.this.copy(), aliases_of(query)
        for column in condition.find_all(exp.Column):
            if column.text("table").lower() in inner:
                column.set("table", None)
        if self.always(condition):
            return True
        return all(self.always(part) or self.leaves_few(part) for part in chain(condition, exp.And))

    # what a query says of the row at hand

    def relates(self, query: Expr) -> bool:
        """Whether which rows a query over stored ones gives depends on the row at hand."""
        query = inside(query)
        if type(query) is not exp.Select or not reads_tables(query):
            return False
        return self._links(query, set(self.own) - aliases_of(query))

    def _links(self, query: Expr, names: set[str]) -> bool:
        if any(self._links(inside(part), names) for part in sources_of(query) if type(inside(part)) is exp.Select):
            return True
        return any(self._link(part, names) for condition in conditions_of(query) for part in chain(condition, exp.And))

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
        sources = sources_of(query)
        if any(source.find(exp.TableSample) is not None for source in sources):
            return False
        parts = [part for condition in conditions_of(query) for part in chain(condition, exp.And)]
        parts = [part for part in parts if not asks_for_none(part, query)]
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
        opposites = [negation for part in parts if (negation := opposite_of(part)) is not None]
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
        args = self._chosen_by(query).args
        if isinstance(node, ORDERED) and args.get("limit") is not None and not args.get("offset"):
            if args.get("where") is None and tables_in(query) <= self.own and args.get("order") is not None:
                if isinstance(node, (exp.GTE, exp.LTE)) or any(map(self._are_keys, parts_of(node))):
                    return False  # the first is the least of all
        if tables_in(query) <= self.own and not self._selected(regrouped(query)):
            ends = query.find(exp.Min, exp.Max, exp.Count, exp.Sum) is not None or query.find(exp.AggFunc) is None
            return not (ends and (node is None or isinstance(node, ORDERED))) or self._stays_within(node, query)
        return True

    def _stays_within(self, node: Expr | None, query: Expr) -> bool:
        """``x < (SELECT max(x) FROM t) - 100`` leaves the newest out, and ``x < (SELECT min(x) FROM t) + 100`` most."""
        if not isinstance(node, (exp.LT, exp.LTE, exp.GT, exp.GTE)):
            return False
        below = isinstance(node, (exp.LT, exp.LTE)) == any(part is query for part in node.expression.walk())
        moves = list(node.find_all(exp.Add, exp.Sub, *MOVES))
        least = query.find(exp.Min) is not None
        if len(moves) != 1 or least == (query.find(exp.Max) is not None):
            return False
        by = self._size(moves[0])
        if not by or (by > 0) != least:
            return False  # behind the most of all, or before the least
        return (below != least) or abs(by) <= _NEAR

    def _size(self, move: Expr) -> float:
        """How far a value is moved, in four hundreds of a year for a time; nought where that is not known."""
        given = [part for part in (move.expression, move.this) if part.find(exp.Column, exp.Query, exp.AggFunc) is None]
        if len(given) != 1:
            return 0
        by = self.trial.value(given[0])
        if type(move) in MOVES and not isinstance(by, timedelta):
            seconds, by = unit_of(move.text("unit") or "day"), number(by)
            by = timedelta(seconds=min(by * seconds, 1e11)) if seconds is not None and by is not None else None
        size = by / timedelta(days=1) * _A_DAY if isinstance(by, timedelta) else number(by)
        if by is UNKNOWN and given[0].find(*ASKED) is not None:
            size = 1  # as the caller says
        sign = -1 if type(move) is exp.Sub or MOVES.get(type(move)) == -1 else 1
        return sign * float(size or 0)

    def _of_a_group(self, query: Expr) -> bool:
        """``... FROM t u WHERE u.card_id = t.card_id``: the rows that share something with the one at hand."""
        if not tables_in(query) <= self.own or query.args.get("joins") or query.args.get("group"):
            return False
        inner = aliases_of(query)
        for part in (part for condition in conditions_of(query) for part in chain(condition, exp.And)):
            sides = [bare(part.args.get(side)) for side in ("this", "expression")] if type(part) is exp.EQ else []
            if any(type(side) is not exp.Column for side in sides) or not sides:
                continue
            names, tables = {side.name.lower() for side in sides}, {side.text("table").lower() for side in sides}
            if len(names) == 1 and not self.is_key(*names) and tables & inner and tables & (self.own - inner):
                return True
        return False

    def _leaves_one(self, query: Expr, node: Expr) -> bool:
        """Whether a comparison with the most, the least or the number of a group leaves one, or whole groups, out."""
        given = [unnamed(item) for item in query.expressions]
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
        if self._counts(query) or len(query.expressions) != 1:
            return False
        names = left.name.lower(), self._stored_name(query.expressions[0], query)
        return bool(names[1]) and names[0] != names[1] and not all(map(self.is_key, names))

    def _stored_name(self, item: Expr, query: Expr, depth: int = 0) -> str:
        """Name of the stored column that an output is, through subqueries and CTEs; "" where it is none."""
        column, sources = unnamed(item), sources_of(query)
        if type(column) is not exp.Column or depth > _DEEPEST:
            return ""
        table = column.text("table").lower()
        sources = [part for part in sources if table in {"", part.alias_or_name.lower()}]
        if all(is_stored(part) and part.name.lower() not in self.ctes for part in sources):
            return str(column.name).lower()
        inner = inside(self.ctes.get(sources[0].name.lower()) or sources[0])
        if len(sources) > 1 or type(inner) is not exp.Select:
            return ""
        outputs = [output for output in inner.expressions if output.alias_or_name.lower() == column.name.lower()]
        return self._stored_name(outputs[0], inner, depth + 1) if outputs else ""

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
            inner = [part for part in sources_of(query) if isinstance(part, exp.Subquery)]
            return all(map(self._narrows, inner)) if inner else self._is_value(query, None)
        if self._counts(query):
            return False
        sources = sources_of(query)
        if len(sources) == 1 and type(sources[0]) is exp.Subquery and tables_in(query) & self.own:
            return self._selected(query) or self._narrows(sources[0])
        others = {name for name in tables_in(query) if not self._is_copy(name)} - self.own
        if others and not self._gives_own(query):
            return True
        return self._selected(query)

    def _leaves_out_value(self, query: Expr) -> bool:
        """``SELECT id FROM t EXCEPT SELECT 5`` leaves a row out, with ``EXCEPT SELECT 0`` none."""
        left, right = inside(query.this), inside(query.expression)
        only = alone(right)
        if only is None and self.gives_few(right):
            return False
        if only is None:
            return self._narrows(right) and (not reads_tables(right) or self.may_find(right))
        given = unnamed(left.expressions[0]) if type(left) is exp.Select and len(left.expressions) == 1 else None
        if type(given) is not exp.Column:
            return False
        return self.selects(exp.In(this=exp.column(given.name), expressions=[unnamed(only).copy()]), True)

    def _cover(self, query: Expr) -> bool:
        """``... WHERE x IS NULL UNION ... WHERE x IS NOT NULL``: either holds for any row."""
        found = None
        for arm in leaves(query):
            arm = self._chosen_by(inside(arm))
            where = arm.args.get("where")
            if where is None or not tables_in(arm) <= self.own:
                return False
            found = where.this.copy() if found is None else exp.Or(this=found, expression=where.this.copy())
        for column in found.find_all(exp.Column) if found is not None else ():
            column.set("table", None)
        return found is not None and self.always(found)

    def _chosen_by(self, query: Expr, depth: int = 0) -> Expr:
        """The query that chooses rows for one that gives all of a CTE, or of a subquery."""
        sources = sources_of(query) if type(query) is exp.Select and query.args.get("where") is None else []
        inner = inside(self.ctes.get(sources[0].name.lower()) or sources[0]) if len(sources) == 1 else None
        return self._chosen_by(inner, depth + 1) if type(inner) is exp.Select and depth < _DEEPEST else query

    def narrows(self, query: Expr) -> bool:
        """Whether a query is seen to give some of the rows written to only, or others."""
        return self._narrows(query)

    def _gives_own(self, query: Expr) -> bool:
        """Whether what a query gives is a column of the table written to, which it joins with others."""
        own = {
            part.alias_or_name.lower()
            for part in sources_of(query)
            if is_stored(part) and part.name.lower() in self.own
        }
        given = [unnamed(item) for item in query.expressions]
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
        names = tables_in(query)
        if not names or not all(name in self.ctes or makes_rows(name, self.dialect) for name in names):
            return False
        return not all(name in self.ctes and (self._told_by(name) or self._is_copy(name)) for name in names)

    def _is_copy(self, name: str) -> bool:
        """Whether a CTE gives every row of the table written to, so that what reads it must choose."""
        query = self.ctes.get(name)
        if query is None or name in self.own or not reads_tables(query) or not tables_in(query) <= self.own:
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
        count = self.trial.value(offset.args.get("expression") or exp.Null()) if offset is not None else 0
        if not self.is_skipped(query, count):
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
            self.strings, self._counts_from_one(query), lambda column: True, self.own | aliases_of(query),
            self.is_builtin, self.dialect, self._known,
        )  # fmt: skip
        inner.made = frozenset(numbered(sources_of(query), self.is_key, self.ctes)[1])
        single = ranked(sources_of(query), self.ctes)
        inner.is_unique = lambda name: name in single or self.is_unique(name)
        conditions = conditions_of(query)
        if self._lacks_partner(query, conditions):
            return True
        conditions = without_neighbours(conditions, sources_of(query), self.is_key, self.ctes, inner.trial.outcomes)
        own = {part.alias_or_name.lower() for part in sources_of(query) if part.name.lower() in self.own}
        if len(sources_of(query)) > 1 and own:  # what is asked of the others alone leaves none out
            conditions = [c for whole in conditions for c in chain(whole, exp.And) if mentions(c, own)]
        if all(any(map(inner.tells, filled)) for filled in self._filled(conditions, query)):
            return True
        return any(self._selected(inside(part)) for part in sources_of(query) if type(inside(part)) is exp.Select)

    def _filled(self, conditions: list[Expr], query: Expr) -> list[list[Expr]]:
        """Conditions with what the query joins that is written down, or is one row: ``id <= q.m``."""
        given = given_rows(sources_of(query), self.ctes | ctes_of(query))
        loose = {name for rows in given.values() for row in rows for name in row}
        return fill_in(conditions, given, loose, self.ctes)

    def tells(self, condition: Expr) -> bool:
        """Whether a condition selects, and is true of anything."""
        return (
            self.selects(condition)
            and True in (self.trial.outcomes(condition) or {True})
            and (type(bare(condition)) is not exp.Or or not self.always(condition))
        )

    def _counts_from_one(self, query: Expr) -> Callable[[str], bool]:
        numbers = numbered(sources_of(query), self.is_key, self.ctes)[0]
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
            given = unnamed(outputs[int(place) - 1]) if place.isdigit() and 0 < int(place) <= len(outputs) else part
            if type(given) is exp.Column and self.is_key(given.name.lower()):
                return True
        return False

    def _is_met(self, having: Expr, alone: bool) -> bool:
        """``HAVING count(*) > 0`` is true of any group, ``count(*) = 1`` of one row."""
        node = bare(having)
        if alone and type(node) is exp.EQ and type(node.this) is exp.Count:
            return bool(self.trial.value(node.expression) == 1)
        if not isinstance(node, (exp.GT, exp.GTE, exp.NEQ)) or type(node.this) is not exp.Count:
            if alone:  # ``max(id)`` of a group that is one row
                node = _of_one(node)
            return node.find(exp.AggFunc) is None and (self.always(node) or self.leaves_few(node))
        least = self.trial.value(node.expression)
        return isinstance(least, (int, float)) and least <= (1 if type(node) is exp.GTE else 0)


def _of_one(having: Expr) -> Expr:
    """A condition on a group that is one row, whose least and most is that row's value."""
    found = exp.Paren(this=having.copy())
    for call in list(found.find_all(exp.Max, exp.Min)):
        if not call.expressions and type(call.this) is exp.Column:
            call.replace(call.this.copy())
    return found.this


_MANY = 100
"""Rows of a group that are hardly ever there, where a query asks for more of them."""
_KEYS = frozenset({"id", "pk", "rowid", "uuid"})
_TYPES = frozenset({"typeof", "pg_typeof"})
_FEW, _NEAR = 10_000, 100_000
_A_DAY = _NEAR / 400
"""So that to be near is within about a year."""
_DEEPEST = 16
_COMPUTABLE = (
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Is, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Lower, exp.Upper, exp.Length, exp.Abs, exp.Add, exp.Sub, exp.Mul, exp.Cast, exp.DataType,
    exp.CurrentTimestamp, exp.Interval, exp.Var,
)  # fmt: skip
"""What is computed without a doubt, so that what never holds in a trial does not hold."""
