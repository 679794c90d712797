"""Follow names from a parsed query to base columns: which are used, where, and what each output is made of.

A name is followed by the database's own scoping, and fails closed: "only ever mask more". The parts are
:mod:`~pcishield.statement.names`, :mod:`~pcishield.statement.expressions` and
:mod:`~pcishield.statement.from_items`; here they make queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import expressions as exp

from pcishield.statement.candidates import Mixed
from pcishield.statement.facts import OutputColumn
from pcishield.statement.from_items import FromItems
from pcishield.statement.lineage import Expr, Outs, Scope, Source, Value, by_position, renamed
from pcishield.statement.trees import FULLY_KNOWN, SET_OPERATIONS, found_in, leaves, name_of, nodes_of, parts_of

__all__ = ["Outs", "Resolver", "Scope", "Source"]

_SPREADING = (exp.Columns, exp.PositionalColumn)
_OPENING = frozenset({"unnest", "explode", "explode_outer", "inline", "inline_outer", "posexplode", "posexplode_outer"})
"""Functions in a list of outputs that may be several of them."""
_READ_OF_QUERY = frozenset(
    """with_ this expression distinct side kind joins laterals group having qualify windows order limit offset locks
    into alias where""".split()
)
_READ_OF_SELECT = frozenset(
    """with_ expressions distinct into from_ operation_modifiers laterals joins where group having qualify windows
    order limit offset locks""".split()
)


class Resolver(FromItems):
    """Reads one parsed statement into a draft."""

    write: Callable[[Expr, Scope | None], Outs]

    def query(self, node: Expr, parent: Scope | None) -> Outs:
        """Read a query; return its output columns."""
        kind = type(node)
        if kind is exp.Select:
            return self._select(node, parent)
        if kind in SET_OPERATIONS:
            return self._set_operation(node, parent)
        if kind is exp.Subquery or kind is exp.Paren:
            return self._subquery(node, parent)
        if kind is exp.Values:
            return self._values(node, Scope(parent))
        if kind is exp.Table:
            scope = Scope(parent)
            self._add_table(node, scope)
            return self._star(scope)
        return self.write(node, parent)

    def _subquery(self, node: Expr, parent: Scope | None) -> Outs:
        scope = Scope(parent)
        self._with(node, scope)
        inner = node.this
        if type(inner) is exp.Table or node.args.get("joins"):
            self._from_item(node if node.args.get("joins") else inner, scope)
            outs = self._star(scope)
        else:
            outs = self.query(inner, scope)
        self._tail(node, scope, outs)
        return outs

    def _with(self, node: Expr, scope: Scope) -> None:
        clause = node.args.get("with_")
        if clause is None:
            return
        scope.ctes = dict(scope.ctes)
        recursive = bool(clause.args.get("recursive")) or self.dialect == "sqlite"
        for cte in clause.expressions:
            alias = cte.args["alias"]
            name = self.fold(alias.this)
            columns = [self.fold(c) for c in alias.args.get("columns") or ()]
            if recursive and type(cte.this) in SET_OPERATIONS:
                outs = self._recursive(cte.this, scope, name, columns)
            else:
                outs = renamed(self.query(cte.this, scope), columns)
            extra = self._cte_columns(clause, outs)
            scope.ctes[name] = outs + extra

    def _cte_columns(self, clause: Expr, outs: Outs) -> Outs:
        """Columns that SEARCH and CYCLE add."""
        added = clause.args.get("search") or clause.args.get("cycle")
        if not added:
            return []
        return [OutputColumn("*", "unknown", frozenset().union(*(o.sources for o in outs)))]

    def _recursive(self, node: Expr, scope: Scope, name: str, columns: list[str]) -> Outs:
        anchor = self.query(leaves(node)[0], scope)
        known = renamed(anchor, columns)
        for _ in range(3):
            inner = Scope(scope)
            inner.ctes = {**scope.ctes, name: known}
            found = renamed(self._set_operation(node, inner), columns)
            if found == known:
                return known
            known = found
        return [type(o)(o.name, "derived" if o.derivation == "verbatim" else o.derivation, o.sources) for o in known]

    def _set_operation(self, node: Expr, parent: Scope | None) -> Outs:
        scope = Scope(parent)
        self._with(node, scope)
        arms = [self.query(leaf, scope) for leaf in leaves(node)]
        outs = by_position(arms)
        if type(node) is not exp.Union or node.args.get("distinct"):
            self._told_apart(outs)
            for column in zip(*arms, strict=False):
                self._met(column)
        self._tail(node, scope, outs)
        self._known(node, _READ_OF_QUERY)
        return outs

    def _met(self, column: Sequence[OutputColumn]) -> None:
        """``SELECT pan ... INTERSECT SELECT %s`` is ``pan = %s``: stored values meet one that is stored nowhere."""
        if not all(out.sources for out in column):
            for out in column:
                self._use_value((out.derivation, out.sources), "where", False)

    def _told_apart(self, outs: Outs) -> None:
        """DISTINCT and its kin: how many rows are left says which computed values are the same."""
        for out in outs:
            if out.derivation in {"derived", "unknown"}:
                for ref in out.sources:
                    self.draft.use(ref, "group", True)

    def _values(self, node: Expr, scope: Scope) -> Outs:
        rows: list[Outs] = []
        for row in node.expressions:
            cells = row.expressions if type(row) is exp.Tuple else [row]
            if len(cells) == 1 and type(cells[0]) is exp.Anonymous and cells[0].name.lower() == "row":
                cells = cells[0].expressions
            values = [self.value(c, scope, "values", False) for c in cells]
            shapes = [self._shape(c, v, scope) for c, v in zip(cells, values, strict=True)]
            rows.append([s(f"column{i + 1}", *v) for i, (s, v) in enumerate(zip(shapes, values, strict=True))])
        outs = by_position(rows) if rows else []
        self._tail(node, scope, outs)
        return outs

    def _select(self, node: Expr, parent: Scope | None) -> Outs:
        args = node.args
        scope = Scope(parent)
        if args.get("with_") is not None:
            self._with(node, scope)
        source = args.get("from_")
        if source is not None:
            self._from_item(source.this, scope)
        joins = args.get("joins")
        if joins or args.get("laterals"):
            self._joins(node, scope)
        outs: Outs = []
        for item in args["expressions"]:
            self._projection(item, scope, outs, "select")
        distinct = args.get("distinct")
        if distinct is not None:
            if distinct.args.get("on") is not None:
                self.value(distinct.args["on"], scope, "group", False)
            else:
                self._told_apart(outs)
        if self.dialect == "sqlite":
            self._bare_columns(args["expressions"], args.get("group"), scope)
        where = args.get("where")
        if where is not None:
            self.value(where.this, scope, "where", False)
        self._tail(node, scope, outs)
        self._known(node, _READ_OF_SELECT)
        return outs

    def _bare_columns(self, items: Sequence[Expr], group: Expr | None, scope: Scope) -> None:
        """SQLite: what stands beside ``max(pan)`` is of the row that has it, as with ``ORDER BY pan LIMIT 1``."""
        calls = [call for item in items for call in found_in(item, exp.Min, exp.Max) if not call.expressions]
        calls = [call for call in calls if not isinstance(call.parent, exp.Window)]
        if calls and any(
            _stands_beside(item, place, _grouped(group) if group else []) for place, item in enumerate(items, 1)
        ):
            for call in calls:
                self.value(call.this, scope, "order", self._mixes(call.this, scope))

    def _tail(self, node: Expr, scope: Scope, outs: Outs) -> None:
        """Read GROUP BY, HAVING, WINDOW, ORDER BY, LIMIT."""
        args = node.args
        group = args.get("group")
        if group is not None:
            for item in _grouped(group):
                self._by(item, scope, outs, "group")
        for name, clause in (("having", "having"), ("qualify", "having")):
            if args.get(name) is not None:
                self.value(args[name].this, scope, clause, False)
        for window in args.get("windows") or ():
            self.value(window, scope, "window", False)
        order = args.get("order")
        if order is not None:
            for item in order.expressions:
                self._by(item.this if type(item) is exp.Ordered else item, scope, outs, "order")
        for name in ("limit", "offset"):
            if args.get(name) is not None:
                self.value(args[name], scope, "where", True)
        if args.get("into") is not None and type(node) is exp.Select:
            self._into(args["into"], outs)

    def _into(self, into: Expr, outs: Outs) -> None:
        target = into.this
        if type(target) is exp.Table and isinstance(target.this, exp.Identifier):
            draft = self.draft
            draft.touch(self.table_ref(target), "ddl")
            draft.touch(self.table_ref(target), "write")
            draft.actions.add("ddl")
            draft.hazard("ddl", "SELECT INTO makes a table")
            draft.hazard("relocation", "SELECT INTO")

    def _by(self, item: Expr, scope: Scope, outs: Outs, clause: str) -> None:
        """Read one item of ORDER BY or GROUP BY: an expression, the number or the name of an output."""
        while not scope.sources and type(item) in (exp.Paren, exp.Collate):
            item = item.this
        kind = type(item)
        out: OutputColumn | None = None
        if kind is exp.Literal and not item.args.get("is_string"):
            number = int(item.this) if str(item.this).isdigit() else 0
            if 0 < number <= len(outs) and not any(o.name == "*" for o in outs[:number]):
                out = outs[number - 1]
            elif any(o.name == "*" for o in outs):
                out = OutputColumn("*", "derived", frozenset().union(*(o.sources for o in outs)))
        elif kind is exp.Column and item.args.get("table") is None and isinstance(item.this, exp.Identifier):
            name = self.fold(item.this)
            if name in scope.aliases or not scope.sources:
                out = next((o for o in outs if o.name == name), None)
        if out is not None:
            self._use_value((out.derivation, out.sources), clause, clause == "order" and isinstance(out, Mixed))
        if out is None or (kind is exp.Column and scope.sources):
            self.value(item, scope, clause, clause == "order" and self._mixes(item, scope))

    def _projection(self, item: Expr, scope: Scope, outs: Outs, clause: str) -> None:
        kind = type(item)
        if kind is exp.Column:
            inner = item.this
            if type(inner) is exp.Star:
                outs.extend(self._use_star(self._qualified_star(item, scope), clause))
                self._plain_star(inner)
                return
            outs.append(self._output(self.fold(inner), item, self._column(item, scope, clause, False), scope))
            return
        if kind is exp.Star:
            outs.extend(self._use_star(self._star(scope), clause))
            self._plain_star(item)
            return
        if kind is exp.Alias:
            value = self.value(item.this, scope, clause, False)
            name = self.fold(item.args["alias"])
            scope.aliases[name] = value
            if self.dialect not in FULLY_KNOWN and _spreads(item.this):
                # DuckDB: ``c.* AS note`` is any number of columns, and none has its own name.
                outs.append(OutputColumn("*", "unknown", self._everything(scope)))
                return
            outs.append(self._output(name, item.this, value, scope))
            return
        if kind is exp.Dot and type(item.expression) is exp.Star:
            sources = self.value(item.this, scope, clause, False)[1]
            outs.extend(self._row_star(sources))
            return
        if self.dialect not in FULLY_KNOWN and _spreads(item):
            # DuckDB: COLUMNS('p.*') is any number of columns, by their own names unless something is made of them.
            self.value(item, scope, clause, False)
            parts = self._star(scope)
            own = _own_columns(item) and all(out.derivation == "star" for out in parts)
            outs.append(OutputColumn("*", "star" if own else "unknown", self._everything(scope)))
            return
        if kind is exp.PropertyEQ or kind is exp.Aliases:
            value = self.value(item, scope, clause, False)
            outs.append(OutputColumn("*" if kind is exp.Aliases else "", *value))
            return
        value = self.value(item, scope, clause, False)
        outs.append(self._output(name_of(item), item, value, scope))

    def _plain_star(self, star: Expr) -> None:
        """``* EXCLUDE (a)`` is a part of it; ``* REPLACE (reverse(pan) AS note)`` gives its names to other columns."""
        if any(part for key, part in star.args.items() if key not in {"except", "except_"}):
            self.draft.unparsable("a star with replaced columns")

    def _output(self, name: str, node: Expr, value: Value, scope: Scope) -> OutputColumn:
        if self.dialect not in FULLY_KNOWN and value[1] and name_of(node) in _OPENING:
            # Of a struct it makes as many columns as that has fields, under their names.
            return OutputColumn("*", *value)
        return self._shape(node, value, scope)(name, *value)


def _own_columns(item: Expr) -> bool:
    """Whether it is some columns of a table, or one value of each: ``COLUMNS('p.*')``, ``max(COLUMNS(*))``."""
    return type(item.this if isinstance(item, (exp.Min, exp.Max)) and not item.expressions else item) is exp.Columns


def _spreads(item: Expr) -> bool:
    """Whether one item is any number of columns."""
    return type(item) is exp.Star or item.is_star or item.find(*_SPREADING) is not None


def _stands_beside(item: Expr, place: int, group: list[Expr]) -> bool:
    """Whether an output shows a column that is neither aggregated nor grouped by."""
    names = {column.name.lower() for part in group for column in found_in(part, exp.Column)}
    numbers = {part.name for part in group if type(part) is exp.Literal}
    if isinstance(item, exp.AggFunc) or item.alias_or_name.lower() in names or str(place) in numbers:
        return False
    outside = nodes_of(item, (exp.AggFunc, exp.Query))
    return type(item) is exp.Star or any(type(n) is exp.Column and n.name.lower() not in names for n in outside)


_GROUPINGS = (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren)


def _grouped(node: Expr) -> list[Expr]:
    """What GROUP BY names, also within ROLLUP, CUBE and GROUPING SETS."""
    if not isinstance(node, _GROUPINGS):
        return [node]
    return [item for part in parts_of(node) for item in _grouped(part)]
