"""Follow names from a parsed query to base columns: which are used, where, and what each output is made of.

Rules (fail closed, "only ever mask more"):

- A name is followed by the database's own scoping. Where the catalog is needed and missing, every table
  that could own it is named.
- What is not known to be harmless is ``derived`` from everything it mentions; what cannot be followed is
  ``unknown`` over everything in reach.
- Without a catalog ``*`` stays a ``star`` over its tables; a star whose columns may have been renamed or mixed
  by position is an output named ``*`` of derivation ``unknown``, and stands for any number of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.catalog import Catalog, TableInfo
from pcishield.statement.draft import Draft
from pcishield.statement.facts import ColumnRef, Derivation, OutputColumn, TableRef
from pcishield.statement.functions import SAFE_OF_COLUMN, is_builtin

__all__ = ["Resolver", "Scope", "Source"]

Value = tuple[Derivation, frozenset[ColumnRef]]
Outs = list[OutputColumn]
Expr = Any

_NONE: frozenset[ColumnRef] = frozenset()
_CONST: Value = ("safe", _NONE)
_MAX_VIEWS = 16
_MAX_SOURCES = 1000
"""Names are looked up in each of them; with more, the time would no longer be linear."""


class Source:
    """One item of a FROM list: its columns as far as they are known.

    ``outs``: known columns in order; ``open``: tables that may own further columns;
    ``rest``: what a column is made of that is neither (a function's result).
    """

    __slots__ = ("found", "index", "open", "outs", "rest", "table")

    def __init__(
        self,
        table: TableRef | None = None,
        outs: Outs | None = None,
        open: tuple[TableRef, ...] = (),
        rest: Value | None = None,
    ) -> None:
        self.table, self.outs, self.open, self.rest = table, outs, open, rest
        self.index: dict[str, OutputColumn] = {o.name: o for o in reversed(outs)} if outs else {}
        self.found: dict[str, Value] = {}

    def find(self, name: str) -> Value | None:
        """Return what column ``name`` is made of; ``None`` when this source certainly has no such column."""
        known = self.found.get(name)
        if known is not None:
            return known
        value: Value
        out = self.index.get(name)
        if out is not None:
            value = (out.derivation, out.sources)
        elif self.open:
            value = ("verbatim", frozenset([ColumnRef(name, table) for table in self.open]))
        else:
            return self.rest
        self.found[name] = value
        return value

    def whole(self) -> frozenset[ColumnRef]:
        """Everything this source may hold."""
        if (
            self.table is not None
            and self.outs
            and all(o.derivation == "verbatim" and len(o.sources) == 1 for o in self.outs)
        ):
            return frozenset({ColumnRef("*", self.table)})
        found: set[ColumnRef] = {ColumnRef("*", table) for table in self.open}
        for out in self.outs or ():
            found |= out.sources
        if self.rest is not None:
            found |= self.rest[1]
        return frozenset(found)


class Scope:
    """The names that an expression can see."""

    __slots__ = ("aliases", "ctes", "merged", "parent", "sources")

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.sources: dict[str, Source] = {}
        self.ctes: dict[str, Outs] = parent.ctes if parent is not None else {}
        self.aliases: dict[str, Value] = {}
        self.merged = False


class Resolver:
    """Reads one parsed statement into a draft."""

    def __init__(self, draft: Draft, dialect: str, strings: list[str], catalog: Catalog | None, views: int = 0) -> None:
        self.draft, self.dialect, self.strings, self.catalog, self.views = draft, dialect, strings, catalog, views
        self.rows = dialect not in {"mysql", "sqlite"}

    # names

    def fold(self, node: Expr) -> str:
        """Return an identifier's name as the database folds it."""
        args = node.args
        name = args["this"]
        if type(name) is not str:
            name = node.name
        if name[:1] == "~":
            name = self._string(name)
        if self.rows and args.get("quoted"):
            return name if len(name) < 21 else _truncate(name)
        name = name.lower()
        return name if len(name) < 21 or not self.rows else _truncate(name)

    def _string(self, text: str) -> str:
        if text[:1] == "~" and text[1:].isdigit() and int(text[1:]) < len(self.strings):
            return self.strings[int(text[1:])]
        return text

    def table_ref(self, node: exp.Table) -> TableRef:
        """Return the table that ``node`` names, as written."""
        args = node.args
        db, catalog = args.get("db"), args.get("catalog")
        schema = self.fold(db) if db else ""
        if schema == "main" and self.dialect == "sqlite":
            schema = ""
        return TableRef(self.fold(args["this"]), schema, self.fold(catalog) if catalog else "")

    # queries

    def query(self, node: Expr, parent: Scope | None) -> Outs:
        """Read a query; return its output columns."""
        kind = type(node)
        if kind is exp.Select:
            return self._select(node, parent)
        if kind in _SET_OPERATIONS:
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

    write: Callable[[Expr, Scope | None], Outs]

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
            if recursive and type(cte.this) in _SET_OPERATIONS:
                outs = self._recursive(cte.this, scope, name, columns)
            else:
                outs = _renamed(self.query(cte.this, scope), columns)
            extra = self._cte_columns(clause, outs)
            scope.ctes[name] = outs + extra

    def _cte_columns(self, clause: Expr, outs: Outs) -> Outs:
        """Columns that SEARCH and CYCLE add."""
        added = clause.args.get("search") or clause.args.get("cycle")
        if not added:
            return []
        return [OutputColumn("*", "unknown", frozenset().union(*(o.sources for o in outs)))]

    def _recursive(self, node: Expr, scope: Scope, name: str, columns: list[str]) -> Outs:
        anchor = self.query(_leaves(node)[0], scope)
        known = _renamed(anchor, columns)
        for _ in range(3):
            inner = Scope(scope)
            inner.ctes = {**scope.ctes, name: known}
            found = _renamed(self._set_operation(node, inner), columns)
            if found == known:
                return known
            known = found
        return [
            OutputColumn(o.name, "derived" if o.derivation == "verbatim" else o.derivation, o.sources) for o in known
        ]

    def _set_operation(self, node: Expr, parent: Scope | None) -> Outs:
        scope = Scope(parent)
        self._with(node, scope)
        arms = [self.query(leaf, scope) for leaf in _leaves(node)]
        outs = _by_position(arms)
        self._tail(node, scope, outs)
        self._known(node, _READ_OF_QUERY)
        return outs

    def _values(self, node: Expr, scope: Scope) -> Outs:
        rows: list[Outs] = []
        for row in node.expressions:
            cells = row.expressions if type(row) is exp.Tuple else [row]
            if len(cells) == 1 and type(cells[0]) is exp.Anonymous and cells[0].name.lower() == "row":
                cells = cells[0].expressions
            values = [self.value(c, scope, "values", False) for c in cells]
            rows.append([OutputColumn(f"column{i + 1}", d, s) for i, (d, s) in enumerate(values)])
        return _by_position(rows) if rows else []

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
        if distinct is not None and distinct.args.get("on") is not None:
            self.value(distinct.args["on"], scope, "group", False)
        where = args.get("where")
        if where is not None:
            self.value(where.this, scope, "where", False)
        if len(args) > 3 + bool(where):
            self._tail(node, scope, outs)
        self._known(node, _READ_OF_SELECT)
        return outs

    def _known(self, node: Expr, keys: frozenset[str]) -> None:
        """Refuse a tree that has a part which nobody here reads."""
        for key, part in node.args.items():
            if key not in keys and part:
                self.draft.unparsable("a clause that is not known")

    def _tail(self, node: Expr, scope: Scope, outs: Outs) -> None:
        """Read GROUP BY, HAVING, WINDOW, ORDER BY, LIMIT."""
        args = node.args
        group = args.get("group")
        if group is not None:
            for item in _parts(group):
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
                self.value(args[name], scope, "other", True)
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
            if name in scope.aliases:
                out = next((o for o in outs if o.name == name), None)
        if out is not None:
            for ref in out.sources:
                self.draft.use(ref, clause, out.derivation != "verbatim")
        if out is None or kind is exp.Column:
            self.value(item, scope, clause, False)

    def _projection(self, item: Expr, scope: Scope, outs: Outs, clause: str) -> None:
        kind = type(item)
        if kind is exp.Column:
            inner = item.this
            if type(inner) is exp.Star:
                outs.extend(self._use_star(self._qualified_star(item, scope), clause))
                return
            derivation, sources = self._column(item, scope, clause, False)
            outs.append(OutputColumn(self.fold(inner), derivation, sources))
            return
        if kind is exp.Star:
            outs.extend(self._use_star(self._star(scope), clause))
            if any(item.args.values()):
                self.draft.unparsable("a star with exceptions")
            return
        if kind is exp.Alias:
            value = self.value(item.this, scope, clause, False)
            name = self.fold(item.args["alias"])
            scope.aliases[name] = value
            outs.append(OutputColumn(name, *value))
            return
        if kind is exp.Dot and type(item.expression) is exp.Star:
            sources = self.value(item.this, scope, clause, False)[1]
            outs.extend(self._row_star(sources))
            return
        if kind is exp.PropertyEQ or kind is exp.Aliases:
            value = self.value(item, scope, clause, False)
            outs.append(OutputColumn("*" if kind is exp.Aliases else "", *value))
            return
        value = self.value(item, scope, clause, False)
        outs.append(OutputColumn(_name_of(item), *value))

    def _row_star(self, sources: frozenset[ColumnRef]) -> Outs:
        if sources and all(ref.name == "*" and ref.table for ref in sources):
            return [OutputColumn("*", "star", sources)]
        return [OutputColumn("*", "unknown", sources)]

    def _use_star(self, outs: Outs, clause: str) -> Outs:
        for out in outs:
            for ref in out.sources:
                self.draft.use(ref, clause, out.derivation not in {"verbatim", "star"})
        return outs

    def _qualified_star(self, item: Expr, scope: Scope) -> Outs:
        source = self._source_of(item, scope)
        if source is None:
            return [OutputColumn("*", "unknown", self._everything(scope))]
        return _star_of(source)

    def _star(self, scope: Scope) -> Outs:
        parts = [_star_of(source) for source in scope.sources.values()]
        if scope.merged:
            return self._merged_star(parts)
        outs: Outs = []
        for part in parts:
            for out in part:
                last = outs[-1] if outs else None
                if last is not None and last.derivation == out.derivation == "star":
                    outs[-1] = OutputColumn("*", "star", last.sources | out.sources)
                else:
                    outs.append(out)
        return outs

    def _merged_star(self, parts: list[Outs]) -> Outs:
        """``*`` over USING or NATURAL joins: columns are merged, so positions shift."""
        sources = frozenset().union(*(o.sources for part in parts for o in part))
        if all(len(part) == 1 and part[0].derivation == "star" for part in parts):
            return [OutputColumn("*", "star", sources)]
        verbatim = all(o.derivation == "verbatim" for part in parts for o in part)
        if verbatim and all(
            len(o.sources) == 1 and next(iter(o.sources)).name == o.name for part in parts for o in part
        ):
            tables = frozenset(ColumnRef("*", ref.table) for ref in sources)
            return [OutputColumn("*", "star", tables)]
        return [OutputColumn("*", "unknown", sources)]

    # FROM

    def _from_item(self, node: Expr, scope: Scope) -> None:
        kind = type(node)
        if kind is exp.Table:
            self._add_table(node, scope)
        elif kind is exp.Subquery:
            self._add_subquery(node, scope)
        elif kind is exp.Lateral:
            self._add_lateral(node, scope)
        elif kind is exp.Unnest:
            value = self._derive(node.expressions, scope, "other")
            self._add_function(node, value, scope, "unnest", len(node.expressions))
        elif kind is exp.Values:
            self._add(node, Source(outs=self._values(node, Scope(scope))), scope)
        elif kind is exp.Paren:
            self._from_item(node.this, scope)
        elif kind in _QUERIES:
            self._add(node, Source(outs=self.query(node, _item_parent(scope))), scope)
        else:
            value = self._derive([node], scope, "other")
            self._add(node, Source(rest=("unknown", value[1])), scope)
            self.draft.unparsable("an item of FROM that is not known")
        if node.args.get("joins") or node.args.get("laterals"):
            self._joins(node, scope)
        if node.args.get("pivots"):
            self.draft.unparsable("PIVOT")

    def _joins(self, node: Expr, scope: Scope) -> None:
        for join in node.args.get("joins") or ():
            args = join.args
            self._known(join, _READ_OF_JOIN)
            self._from_item(args["this"], scope)
            if args.get("using"):
                scope.merged = True
                for column in args["using"]:
                    name = self.fold(column.this if isinstance(column, exp.Column) else column)
                    self._named(name, scope, "join", False)
            if args.get("method") and str(args["method"]).upper() == "NATURAL":
                scope.merged = True
            if args.get("on") is not None:
                self.value(args["on"], scope, "join", False)
        for lateral in node.args.get("laterals") or ():
            self._from_item(lateral, scope)

    def _add(self, node: Expr, source: Source, scope: Scope, name: str = "") -> None:
        alias = node.args.get("alias")
        if alias is not None and isinstance(alias, exp.TableAlias):
            if alias.this is not None:
                name = self.fold(alias.this)
            columns = [
                self.fold(c.this if isinstance(c, exp.ColumnDef) else c) for c in alias.args.get("columns") or ()
            ]
            if columns:
                source = _renamed_source(source, columns)
        elif isinstance(alias, exp.Identifier):
            name = self.fold(alias)
        self._put(name, source, scope)

    @staticmethod
    def _put(name: str, source: Source, scope: Scope) -> None:
        if not name or name in scope.sources:
            name = f"{name}\0{len(scope.sources)}"
        scope.sources[name] = source
        if len(scope.sources) > _MAX_SOURCES:
            raise ValueError("too many tables in one FROM")

    def _add_table(self, node: Expr, scope: Scope) -> None:
        args = node.args
        this = args.get("this")
        if not isinstance(this, exp.Identifier):
            self._add_table_function(node, this, scope)
            return
        if args.get("db") is None:
            name = self.fold(this)
            outs = scope.ctes.get(name)
            if outs is not None:
                self._add(node, Source(outs=outs, open=_open_tables(outs)), scope, name)
                return
        table = self.table_ref(node)
        if len(args) > 2:
            self._known(node, _READ_OF_TABLE)
        if args.get("sample") is not None or args.get("version") is not None:
            self._derive([args.get("sample"), args.get("version")], scope, "other")
        self._add(node, self.base(table), scope, table.name)

    def base(self, table: TableRef, *, access: str = "read") -> Source:
        """Return a base table or view as a source, and note that it is read."""
        info = self.catalog.find(table) if self.catalog is not None else None
        if info is None:
            if self.catalog is not None and table.schema not in {"pg_catalog", "information_schema"}:
                self.draft.hazard("not-in-catalog", str(table))
            if access == "read":
                self.draft.touch(table, "read")
            return Source(table=table, open=(table,))
        table = info.table
        if access == "read":
            self.draft.touch(table, "read")
        if info.kind in {"view", "matview"}:
            return self._view(info)
        outs = [OutputColumn(c, "verbatim", frozenset({ColumnRef(c, table)})) for c in info.columns]
        if info.generated:
            outs = [self._generated(o, info) for o in outs]
        return Source(table=table, outs=outs)

    def _generated(self, out: OutputColumn, info: TableInfo) -> OutputColumn:
        if out.name not in info.generated:
            return out
        others = frozenset(ColumnRef(c, info.table) for c in info.columns if c in info.generated[out.name].lower())
        return OutputColumn(out.name, "derived", out.sources | others)

    def _view(self, info: TableInfo) -> Source:
        unknown = frozenset({ColumnRef("*", info.table)})
        outs: Outs | None = None
        if self.views < _MAX_VIEWS and info.definition:
            outs = self.view_outputs(info)
        if outs is None or len(outs) != len(info.columns) or any(o.name == "*" for o in outs):
            everything = unknown.union(*(o.sources for o in outs or ()))
            return Source(table=info.table, outs=[OutputColumn(c, "unknown", everything) for c in info.columns])
        own = [frozenset({ColumnRef(c, info.table)}) for c in info.columns]
        named = zip(info.columns, outs, own, strict=True)
        return Source(table=info.table, outs=[OutputColumn(c, o.derivation, o.sources | s) for c, o, s in named])

    view_outputs: Callable[[TableInfo], Outs | None]

    def _add_table_function(self, node: Expr, call: Expr, scope: Scope) -> None:
        calls = [t.this for t in node.args.get("rows_from") or ()] if call is None else [call]
        if type(call) is exp.Table or not calls:
            self.draft.unparsable("an item of FROM that is not known")
            return
        value = self._derive(calls, scope, "other")
        if isinstance(call, (exp.Parameter, exp.Placeholder, exp.Literal)):
            self.draft.unparsable("a table named by a value")
        name = _name_of(calls[0])
        if len(calls) > 1 or node.args.get("ordinality"):
            name = ""
        self._add_function(node, value, scope, name, 1 if name in _SCALAR_SERIES else 0)

    def _add_function(self, node: Expr, value: Value, scope: Scope, name: str, width: int) -> None:
        """A function as a table; ``width`` is the number of its columns, 0 when it is not known."""
        derivation = value[0]
        if not is_builtin(name, self.dialect):
            derivation = "unknown"
        rest: Value = (derivation, value[1])
        alias = node.args.get("alias")
        items = alias.args.get("columns") or [] if isinstance(alias, exp.TableAlias) else []
        columns = [self.fold(c.this if isinstance(c, exp.ColumnDef) else c) for c in items]
        if not columns:
            self._add(node, Source(rest=rest), scope, name)
            return
        outs = [OutputColumn(c, *rest) for c in columns]
        if isinstance(node.args.get("offset"), exp.Identifier):
            outs.append(OutputColumn(self.fold(node.args["offset"]), "safe"))
            width += 1
        elif node.args.get("ordinality"):
            width += bool(width)
        if len(outs) < width or not (width or any(isinstance(c, exp.ColumnDef) and c.args.get("kind") for c in items)):
            outs.append(OutputColumn("*", "unknown" if rest[1] or derivation == "unknown" else "safe", rest[1]))
        name = self.fold(alias.this) if alias.this is not None else name
        self._put(name, Source(outs=outs), scope)

    def _add_subquery(self, node: Expr, scope: Scope) -> None:
        inner = node.this
        if type(inner) is exp.Table or (node.args.get("joins") and type(inner) is not exp.Select):
            self._nested_join(node, scope)
            return
        outer = scope if node.args.get("lateral") else _item_parent(scope)
        bare = Scope(outer)
        self._with(node, bare)
        outs = self.query(inner, bare)
        self._tail(node, bare, outs)
        self._add(node, Source(outs=outs, open=_open_tables(outs)), scope)

    def _nested_join(self, node: Expr, scope: Scope) -> None:
        """``(a JOIN b ON ...)``: its tables are visible outside, unless it has an alias."""
        alias = node.args.get("alias")
        if alias is None or alias.this is None:
            self._from_item(node.this, scope)
            return
        inner = Scope(scope)
        self._from_item(node.this, inner)
        self._joins(node, inner)
        node.set("joins", None)
        outs = self._star(inner)
        self._add(node, Source(outs=outs, open=_open_tables(outs)), scope)

    def _add_lateral(self, node: Expr, scope: Scope) -> None:
        inner = node.this
        if type(inner) in (exp.Subquery, exp.Select):
            outs = self.query(inner, scope)
            self._add(node, Source(outs=outs, open=_open_tables(outs)), scope)
            return
        value = self._derive([inner], scope, "other")
        name = _name_of(inner)
        self._add_function(node, value, scope, name, 1 if name in _SCALAR_SERIES else 0)

    # expressions

    def value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """Read an expression; return what its value is made of."""
        kind = type(node)
        if kind is exp.Column:
            return self._column(node, scope, clause, wrapped)
        if kind in _CONSTANTS:
            return _CONST
        handler = _HANDLERS.get(kind)
        if handler is not None:
            return handler(self, node, scope, clause, wrapped)
        value = self._derive(_parts(node), scope, clause)
        return self._called(node, value) if isinstance(node, exp.Func) else value

    def _called(self, node: Expr, value: Value) -> Value:
        """A function that is not the database's own may read anything, whatever its arguments."""
        if value[0] != "safe" or (not isinstance(node, exp.Anonymous) and "name" not in node.meta):
            return value
        name = _name_of(node)
        if is_builtin(name, self.dialect):
            return value
        if self.catalog is not None and self.catalog.functions.get(name) == "i":
            return value
        return ("unknown", value[1])

    def _derive(self, nodes: Iterable[Expr], scope: Scope, clause: str) -> Value:
        derivation: Derivation = "safe"
        sources = _NONE
        for node in nodes:
            if node is None:
                continue
            d, s = self.value(node, scope, clause, True)
            if d == "safe":
                continue
            derivation = "unknown" if d == "unknown" or derivation == "unknown" else "derived"
            sources |= s
        return (derivation, sources)

    def _column(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        this = node.this
        if type(this) is exp.Star:
            outs = self._use_star(self._qualified_star(node, scope), clause)
            return ("derived", frozenset().union(*(o.sources for o in outs)))
        name = self.fold(this)
        if node.args.get("table") is None:
            return self._named(name, scope, clause, wrapped)
        source = self._source_of(node, scope)
        found = source.find(name) if source is not None else None
        if found is None:
            return self._lost(node, name, source, scope, clause)
        for ref in found[1]:
            self.draft.use(ref, clause, wrapped or found[0] != "verbatim")
        return found

    def _lost(self, node: Expr, name: str, source: Source | None, scope: Scope, clause: str) -> Value:
        """A qualified name that leads nowhere: a row's field, OLD/NEW, or a call in attribute notation."""
        refs = {ColumnRef(name)}
        refs |= source.whole() if source is not None else self._everything(scope)
        for ref in refs:
            self.draft.use(ref, clause, True)
        return ("unknown", frozenset(refs))

    def _named(self, name: str, scope: Scope, clause: str, wrapped: bool) -> Value:
        found: list[Value] = []
        level: Scope | None = scope
        while level is not None:
            certain = False
            for source in level.sources.values():
                candidate = source.find(name)
                if candidate is not None:
                    found.append(candidate)
                    certain = certain or name in source.index
            if certain or (found and len(level.sources) == 1 and level is scope and scope.parent is None):
                break
            level = level.parent
        if clause != "select" and name in scope.aliases:
            found.append(scope.aliases[name])
        row = self._row(name, scope) if self.rows else None
        if row is not None:
            found.append(row)
        if not found:
            if name in _PSEUDO:
                return _CONST
            value: Value = ("unknown", self._everything(scope) | {ColumnRef(name)})
        elif len(found) == 1:
            value = found[0]
        else:
            value = _either(found)
        for ref in value[1]:
            self.draft.use(ref, clause, wrapped or value[0] != "verbatim")
        return value

    def _row(self, name: str, scope: Scope) -> Value | None:
        """A table's name used as a value is its whole row."""
        level: Scope | None = scope
        while level is not None:
            source = level.sources.get(name)
            if source is not None:
                if source.rest is not None:
                    return source.rest
                return ("derived", source.whole())
            level = level.parent
        return None

    def _source_of(self, node: Expr, scope: Scope) -> Source | None:
        name = self.fold(node.args["table"])
        schema = node.args.get("db")
        level: Scope | None = scope
        while level is not None:
            source = level.sources.get(name)
            if source is not None and (
                schema is None or source.table is None or source.table.schema in {"", self.fold(schema)}
            ):
                return source
            if schema is not None:
                for source in level.sources.values():
                    if source.table is not None and source.table.name == name:
                        return source
            level = level.parent
        return None

    def _everything(self, scope: Scope) -> frozenset[ColumnRef]:
        found: set[ColumnRef] = set()
        level: Scope | None = scope
        while level is not None:
            for source in level.sources.values():
                found |= source.whole()
            level = level.parent
        return frozenset(found)

    # kinds of expressions

    def _same(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        node = node.this
        while type(node) is exp.Paren:
            node = node.this
        return self.value(node, scope, clause, wrapped)

    def _wrapper(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """The value of ``this`` unchanged; other arguments only decide about it."""
        value = self.value(node.this, scope, clause, wrapped)
        for key, part in node.args.items():
            if key != "this" and part is not None:
                self._derive(_flat(part), scope, clause)
        return value

    def _connector(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """AND, OR and other chains, which lean to the left and may be thousands long."""
        kind = type(node)
        parts = []
        while type(node) is kind:
            parts.append(node.expression)
            node = node.this
        parts.append(node)
        plain = kind is exp.And or kind is exp.Or or kind is exp.Xor
        values = [self.value(p, scope, clause, wrapped or not plain) for p in reversed(parts)]
        return _combined(values)

    def _comparison(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        return _combined([self.value(p, scope, clause, wrapped) for p in _parts(node)])

    def _distinct(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        parts = node.expressions
        if len(parts) == 1:
            return self.value(parts[0], scope, clause, wrapped)
        return self._derive(parts, scope, clause)

    def _is(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, wrapped)
        if type(node.expression) is exp.Null and value[0] in {"verbatim", "safe"}:
            return ("safe", value[1])
        return _combined([value, self.value(node.expression, scope, clause, wrapped)])

    def _in(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        values = [self.value(node.this, scope, clause, wrapped)]
        values += [self.value(p, scope, clause, wrapped) for p in node.expressions]
        for key in ("query", "unnest", "field"):
            if node.args.get(key) is not None:
                values.append(self.value(node.args[key], scope, clause, wrapped))
        return _combined(values)

    def _subquery_value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs = self.query(node, scope)
        if len(outs) == 1 and outs[0].name != "*":
            return (outs[0].derivation, outs[0].sources)
        sources = frozenset().union(*(o.sources for o in outs)) if outs else _NONE
        return ("derived" if sources else "safe", sources)

    def _exists(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs_of: Value = self._subquery_value(node.this, scope, clause, wrapped) if node.this is not None else _CONST
        return ("safe", outs_of[1])

    def _cast(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, wrapped)
        to = node.args.get("to")
        if value[0] != "verbatim" or (to is not None and _keeps_value(to)):
            return value
        return ("derived", value[1])

    def _choice(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """COALESCE: one of the arguments. NULLIF and GREATEST compare, so that their result tells more."""
        return _either([self.value(p, scope, clause, True) for p in _parts(node)])

    def _case(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        conditions, results = [], []
        if node.args.get("this") is not None:
            conditions.append(self.value(node.this, scope, clause, True))
        for branch in node.args.get("ifs") or ():
            conditions.append(self.value(branch.this, scope, clause, True))
            results.append(self.value(branch.args["true"], scope, clause, True))
        if node.args.get("default") is not None:
            results.append(self.value(node.args["default"], scope, clause, True))
        return self._chosen(conditions, results)

    def _if(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        condition = self.value(node.this, scope, clause, True)
        results = [
            self.value(node.args[k], scope, clause, True) for k in ("true", "false") if node.args.get(k) is not None
        ]
        return self._chosen([condition], results)

    @staticmethod
    def _chosen(conditions: list[Value], results: list[Value]) -> Value:
        result = _either(results) if results else _CONST
        if all(c[0] == "safe" for c in conditions):
            return result
        return _combined([*conditions, result])

    def _count(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        this = node.this
        if type(this) is exp.Star or this is None or (type(this) is exp.Column and type(this.this) is exp.Star):
            return _CONST
        parts = this.expressions if type(this) is exp.Distinct else [this, *node.expressions]
        values = [self.value(p, scope, clause, True) for p in parts]
        combined = _combined(values)
        return ("safe", combined[1]) if all(v[0] in {"verbatim", "safe"} for v in values) else combined

    def _length(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        values = [self.value(p, scope, clause, True) for p in _parts(node)]
        if all(v[0] in {"verbatim", "safe"} for v in values):
            return ("safe", _combined(values)[1])
        return _combined(values)

    def _picker(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """MIN, MAX, FIRST_VALUE, LAG and the like: one row's value unchanged.

        SQLite's MIN and MAX of several arguments compare them, as GREATEST does.
        """
        if isinstance(node, (exp.Min, exp.Max)) and node.expressions:
            return self._derive(_parts(node), scope, clause)
        return _either([self.value(p, scope, clause, True) for p in _parts(node)])

    def _anonymous(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        if str(node.this).lower() in SAFE_OF_COLUMN:
            return self._length(node, scope, clause, wrapped)
        return self._called(node, self._derive(node.expressions, scope, clause))

    def _window(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, True)
        for key in ("partition_by", "order", "spec"):
            if node.args.get(key) is not None:
                self._derive(_flat(node.args[key]), scope, "window")
        return value

    def _filter(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, True)
        condition = self.value(node.expression.this, scope, "where", False)
        return value if condition[0] == "safe" else _combined([condition, value])

    def _dot(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, True)
        field = node.expression
        if type(field) is exp.Identifier and value[1] and all(r.name == "*" for r in value[1]):
            name = self.fold(field)
            refs = frozenset(ColumnRef(name, r.table) for r in value[1])
            for ref in refs:
                self.draft.use(ref, clause, wrapped)
            return ("verbatim", refs)
        if isinstance(field, exp.Func):
            return self._derive([node.this, field], scope, clause)
        return ("derived" if value[0] in {"verbatim", "derived"} else value[0], value[1])

    def _star_value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs = self._use_star(self._star(scope), clause)
        return ("derived", frozenset().union(*(o.sources for o in outs)) if outs else _NONE)

    def _unread(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        self.draft.unparsable("a part that the parser did not read")
        return ("unknown", self._everything(scope))


_SCALAR_SERIES = frozenset(
    """generate_series generate_subscripts unnest regexp_split_to_table string_to_table jsonb_array_elements
    jsonb_array_elements_text json_array_elements json_array_elements_text jsonb_object_keys json_object_keys
    regexp_matches jsonb_path_query""".split()
)
"""Set-returning functions of one column."""
_PSEUDO = frozenset(
    """current_user session_user user current_role current_catalog current_schema current_date current_time
    current_timestamp localtime localtimestamp sysdate default nothing on off all true false""".split()
)
_SET_OPERATIONS = frozenset({exp.Union, exp.Intersect, exp.Except})
_QUERIES = frozenset({exp.Select, exp.Union, exp.Intersect, exp.Except})
_CONSTANTS = frozenset(
    {exp.Literal, exp.Placeholder, exp.Parameter, exp.Null, exp.Boolean, exp.Var, exp.SessionParameter, exp.DataType,
     exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Identifier, exp.HexString, exp.BitString}
)  # fmt: skip
_READ_OF_QUERY = frozenset(
    """with_ this expression distinct side kind joins laterals group having qualify windows order limit offset locks
    into alias where""".split()
)
_READ_OF_SELECT = frozenset(
    """with_ expressions distinct into from_ operation_modifiers laterals joins where group having qualify windows
    order limit offset locks""".split()
)
_READ_OF_TABLE = frozenset(
    """this alias db catalog joins laterals hints only partition ordinality rows_from sample indexed version
    pivots""".split()
)
_READ_OF_JOIN = frozenset("this on side kind using method hint".split())
_KEEP_VALUE = frozenset(
    {"TEXT", "BIGINT", "INT128", "DECIMAL", "BIGDECIMAL", "NVARCHAR", "VARCHAR", "CHAR", "NAME", "LONGTEXT", "INT"}
)


def _truncate(name: str) -> str:
    data = name.encode("utf-8", "replace")
    return name if len(data) <= 63 else data[:63].decode("utf-8", "ignore")


def _keeps_value(to: Expr) -> bool:
    return (
        to.this.name in _KEEP_VALUE and not to.expressions
        if isinstance(to, exp.DataType) and hasattr(to.this, "name")
        else False
    )


def _flat(part: Any) -> list[Expr]:
    return list(part) if isinstance(part, list) else [part]


def _parts(node: Expr) -> list[Expr]:
    """Direct sub-expressions in order."""
    found: list[Expr] = []
    for part in node.args.values():
        if isinstance(part, exp.Expr):
            found.append(part)
        elif isinstance(part, list):
            found.extend(p for p in part if isinstance(p, exp.Expr))
    return found


def _leaves(node: Expr) -> list[Expr]:
    """Arms of a chain of set operations from left to right."""
    arms: list[Expr] = []
    while True:
        arms.append(node.expression)
        left = node.this
        if type(left) in _SET_OPERATIONS and not left.args.get("with_") and not left.args.get("order"):
            node = left
            continue
        arms.append(left)
        return arms[::-1]


def _combined(values: Iterable[Value]) -> Value:
    derivation: Derivation = "safe"
    sources = _NONE
    for d, s in values:
        if d == "safe":
            continue
        derivation = "unknown" if "unknown" in (d, derivation) else "derived"
        sources |= s
    return (derivation, sources)


def _either(values: Iterable[Value]) -> Value:
    """One of several values: verbatim if each is, or holds nothing."""
    kinds = set()
    sources = _NONE
    for d, s in values:
        if s or d != "safe":
            kinds.add(d)
            sources |= s if d != "safe" else _NONE
    if not kinds - {"safe"}:
        return ("safe", _NONE)
    if kinds <= {"verbatim", "safe"}:
        return ("verbatim", sources)
    return ("unknown" if "unknown" in kinds or "star" in kinds else "derived", sources)


def _star_of(source: Source) -> Outs:
    if source.outs is not None:
        return source.outs
    if source.open:
        return [OutputColumn("*", "star", frozenset(ColumnRef("*", t) for t in source.open))]
    derivation, sources = source.rest or _CONST
    return [OutputColumn("*", "unknown" if derivation == "unknown" else "derived" if sources else "safe", sources)]


def _open_tables(outs: Outs) -> tuple[TableRef, ...]:
    """Tables whose columns a star passes on under their own names."""
    return tuple({r.table: None for o in outs if o.derivation == "star" for r in o.sources if r.table is not None})


def _renamed(outs: Outs, columns: list[str]) -> Outs:
    if not columns:
        return outs
    if any(o.name == "*" for o in outs):
        sources = frozenset().union(*(o.sources for o in outs))
        return [OutputColumn(c, "unknown" if sources else "safe", sources) for c in columns] + (
            [] if all(o.derivation == "safe" for o in outs) else [OutputColumn("*", "unknown", sources)]
        )
    named = [OutputColumn(c, o.derivation, o.sources) for c, o in zip(columns, outs, strict=False)]
    return named + outs[len(columns) :]


def _renamed_source(source: Source, columns: list[str]) -> Source:
    outs = _star_of(source)
    renamed = _renamed(outs, columns)
    return Source(table=source.table, outs=renamed, open=_open_tables(outs))


def _by_position(arms: list[Outs]) -> Outs:
    first = arms[0]
    if len(arms) == 1:
        return first
    if any(o.name == "*" for arm in arms for o in arm):
        if all(arm == first for arm in arms):
            return first
        sources = frozenset().union(*(o.sources for arm in arms for o in arm))
        return [OutputColumn("*", "unknown" if sources else "safe", sources)]
    if any(len(arm) != len(first) for arm in arms):
        sources = frozenset().union(*(o.sources for arm in arms for o in arm))
        return [OutputColumn("*", "unknown", sources)]
    return [
        OutputColumn(first[i].name, *_either([(arm[i].derivation, arm[i].sources) for arm in arms]))
        for i in range(len(first))
    ]


def _item_parent(scope: Scope) -> Scope | None:
    """What a derived table sees: the CTEs around it and outer queries, not its neighbours."""
    outer = Scope(scope.parent)
    outer.ctes = scope.ctes
    return outer


def _name_of(node: Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower().removesuffix("_")
    if isinstance(node, exp.Func):
        return str(node.meta.get("name") or node.sql_name()).lower()
    if isinstance(node, exp.Dot):
        return _name_of(node.expression)
    if isinstance(node, exp.Cast):
        return _name_of(node.this)
    if isinstance(node, exp.Column):
        return str(node.name).lower()
    return ""


def _types(*names: str) -> list[type]:
    return [getattr(exp, n) for n in names if hasattr(exp, n)]


_HANDLERS: dict[type, Callable[..., Value]] = {}
for _types_of, _handler in (
    (("Paren", "Alias", "Ordered", "Where", "Having"), Resolver._same),
    (("Collate", "AtTimeZone", "RespectNulls", "IgnoreNulls", "HavingMax"), Resolver._wrapper),
    (("And", "Or", "Xor", "Add", "Sub", "Mul", "Div", "DPipe", "Mod"), Resolver._connector),
    (("EQ", "NEQ", "NullSafeEQ", "NullSafeNEQ", "Not", "Tuple"), Resolver._comparison),
    (("Distinct",), Resolver._distinct),
    (("Is",), Resolver._is),
    (("In",), Resolver._in),
    (("Subquery", "Select", "Union", "Intersect", "Except"), Resolver._subquery_value),
    (("Exists",), Resolver._exists),
    (("Cast", "TryCast"), Resolver._cast),
    (("Coalesce",), Resolver._choice),
    (("Case",), Resolver._case),
    (("If",), Resolver._if),
    (("Count",), Resolver._count),
    (("Length", "BitLength", "Typeof"), Resolver._length),
    (
        ("Min", "Max", "FirstValue", "LastValue", "NthValue", "Lag", "Lead", "AnyValue", "First", "Last", "Any", "All"),
        Resolver._picker,
    ),
    (("Anonymous",), Resolver._anonymous),
    (("Window",), Resolver._window),
    (("Filter",), Resolver._filter),
    (("Dot",), Resolver._dot),
    (("Star",), Resolver._star_value),
    (("Command",), Resolver._unread),
):
    for _type in _types(*_types_of):
        _HANDLERS[_type] = _handler
