"""The items of a FROM list: tables, views, functions, subqueries and joins, as sources of columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlglot import expressions as exp

from pcishield.statement.candidates import UNPACKING, Made, is_fixed, makes_rows
from pcishield.statement.catalog import TableInfo, is_system
from pcishield.statement.expressions import Expressions
from pcishield.statement.facts import ColumnRef, OutputColumn, TableRef
from pcishield.statement.functions import is_builtin
from pcishield.statement.lineage import (
    CONST,
    NONE,
    Expr,
    Outs,
    Scope,
    Source,
    Value,
    item_parent,
    open_tables,
    renamed_source,
)
from pcishield.statement.trees import FULLY_KNOWN, QUERIES, SCALAR_SERIES, name_of, parts_of

__all__ = ["FromItems"]

_MAX_VIEWS = 16
_WORD = re.compile(r"[^\W\d][\w$]*")
_MAX_SOURCES = 1000
"""Names are looked up in each of them; with more, the time would no longer be linear."""
_READ_OF_TABLE = frozenset(
    """this alias db catalog joins laterals hints only partition ordinality rows_from sample indexed version
    pivots""".split()
)
_READ_OF_JOIN = frozenset("this on side kind using method hint".split())
_SYSTEM_COLUMNS = {
    "postgres": ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"),
    "sqlite": ("rowid", "oid", "_rowid_"),
}


class FromItems(Expressions):
    """Reads FROM lists of one parsed statement into a draft."""

    view_outputs: Callable[[TableInfo], Outs | None]
    _values: Callable[[Expr, Scope], Outs]
    _with: Callable[[Expr, Scope], None]
    _tail: Callable[[Expr, Scope, Outs], None]

    def _from_item(self, node: Expr, scope: Scope) -> None:
        kind = type(node)
        if kind is exp.Table:
            self._add_table(node, scope)
        elif kind is exp.Subquery:
            self._add_subquery(node, scope)
        elif kind is exp.Lateral:
            self._add_lateral(node, scope)
        elif kind is exp.Unnest:
            value = self._derive(node.expressions, scope, "join")
            self._add_function(node, value, scope, "unnest", len(node.expressions))
        elif kind is exp.Values:
            self._add(node, Source(outs=self._values(node, Scope(scope))), scope)
        elif kind is exp.Paren:
            self._from_item(node.this, scope)
        elif kind in QUERIES:
            self._add(node, Source(outs=self.query(node, item_parent(scope))), scope)
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
            before = len(scope.sources)
            self._from_item(args["this"], scope)
            if args.get("using") or str(args.get("method")).upper() == "NATURAL":
                # Where several tables are joined at once, or the right one leads, positions are not worked out.
                plain = len(scope.sources) == before + 1 and str(args.get("side") or "").upper() in {"", "LEFT"}
                names = [self.fold(c.this if isinstance(c, exp.Column) else c) for c in args.get("using") or ()]
                scope.merges[before if plain else -1] = names or None
                if str(args.get("side") or "").upper() in {"RIGHT", "FULL"} and scope.filled is not None:
                    scope.filled = scope.filled | set(names) if names else None
            if args.get("using"):
                scope.merged = True
                for column in args["using"]:
                    self._merged_by(self.fold(column.this if isinstance(column, exp.Column) else column), scope)
            if args.get("method") and str(args["method"]).upper() == "NATURAL":
                scope.merged = True
                items = list(scope.sources.values())
                left = {name for source in items[:before] for name in source.index}
                right = {name for source in items[before:] for name in source.index}
                unknown = [any(s.open for s in part) for part in (items[:before], items[before:])]
                for name in (left & right) | (left if unknown[1] else set()) | (right if unknown[0] else set()):
                    self._merged_by(name, scope)
            if args.get("on") is not None:
                self.value(args["on"], scope, "join", False)
        for lateral in node.args.get("laterals") or ():
            self._from_item(lateral, scope)

    def _merged_by(self, name: str, scope: Scope) -> None:
        """USING and NATURAL compare columns of the same name."""
        self._named(name, scope, "join", False)
        items = [s for s in scope.sources.values() if s.find(name) is not None]
        values = [s.find(name) or CONST for s in items]
        self._filters(values, "join")
        if any(v[0] in {"derived", "unknown"} or s.makes(name) for s, v in zip(items, values, strict=True)):
            for value in values:
                for ref in value[1]:
                    self.draft.use(ref, "join", True)

    def _add(self, node: Expr, source: Source, scope: Scope, name: str = "") -> None:
        alias = node.args.get("alias")
        if alias is not None and isinstance(alias, exp.TableAlias):
            if alias.this is not None:
                name = self.fold(alias.this)
            columns = [
                self.fold(c.this if isinstance(c, exp.ColumnDef) else c) for c in alias.args.get("columns") or ()
            ]
            if columns:
                source = renamed_source(source, columns)
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
                self._add(node, Source(outs=outs, open=open_tables(outs)), scope, name)
                return
        if self.dialect not in FULLY_KNOWN and str(this.this)[:1] == "~":
            self.draft.hazard("file-access", "a file as a table")
        table = self.table_ref(node)
        if len(args) > 2:
            self._known(node, _READ_OF_TABLE)
        if args.get("sample") is not None or args.get("version") is not None:
            self._derive([args.get("sample"), args.get("version")], scope, "other")
        source = self.base(table)
        source.made = makes_rows(table.name, self.dialect)
        self._add(node, source, scope, table.name)

    def base(self, table: TableRef, *, access: str = "read") -> Source:
        """Return a base table or view as a source, and note that it is read.

        It is noted as written, for what a policy says of ``cards`` is about whatever that name means; columns get
        the full name of their table.
        """
        if access == "read":
            self.draft.touch(table, "read")
        info = self.catalog.find(table) if self.catalog is not None else None
        if info is None or info.kind == "system":
            if info is not None:
                table = info.table
            elif self.catalog is not None and self.dialect == "mysql" and makes_rows(table.name, self.dialect):
                return Source(table=table, outs=[Made("seq", "safe", NONE)])
            elif self.catalog is not None and access == "read" and not is_system(table, self.dialect):
                self.draft.hazard("not-in-catalog", str(table))
            return Source(table=table, open=(table,))
        table = info.table
        if info.kind in {"view", "matview"}:
            return self._view(info)
        outs = [OutputColumn(c, "verbatim", frozenset({ColumnRef(c, table)})) for c in info.columns]
        if info.generated:
            outs = [self._generated(o, info) for o in outs]
        source = Source(table=table, outs=outs, open=(table,) if info.kind == "virtual" else ())
        for name, refs in _system_columns(info, self.dialect):
            source.found.setdefault(name, ("verbatim", refs))
        if info.kind == "virtual":
            # ``cards_fts MATCH %s``: the column that has the name of the table is all the columns.
            source.found[table.name.lower()] = ("derived", frozenset().union(*(o.sources for o in outs)))
        return source

    def _generated(self, out: OutputColumn, info: TableInfo) -> OutputColumn:
        if out.name not in info.generated:
            return out
        words = set(_WORD.findall(info.generated[out.name].lower()))
        others = frozenset(ColumnRef(c, info.table) for c in info.columns if c.lower() in words and c != out.name)
        return OutputColumn(out.name, "derived", out.sources | others)

    def _view(self, info: TableInfo) -> Source:
        outs: Outs | None = None
        if self.views < _MAX_VIEWS and info.definition:
            outs = self.view_outputs(info)
        if outs is None or len(outs) != len(info.columns) or any(o.name == "*" for o in outs):
            self.draft.hazard("opaque-view", str(info.table))
            everything = frozenset({ColumnRef("*", info.table)}).union(*(o.sources for o in outs or ()))
            unknown = [OutputColumn(c, "unknown", everything) for c in info.columns]
            return Source(table=info.table, outs=unknown or None, open=() if unknown else (info.table,))
        own = [frozenset({ColumnRef(c, info.table)}) for c in info.columns]
        named = zip(info.columns, outs, own, strict=True)
        return Source(table=info.table, outs=[OutputColumn(c, o.derivation, o.sources | s) for c, o, s in named])

    def _add_table_function(self, node: Expr, call: Expr, scope: Scope) -> None:
        calls = [t.this if type(t) is exp.Table else t for t in node.args.get("rows_from") or ()]
        calls = calls if call is None else [call]
        if type(call) is exp.Table or not calls or not all(isinstance(c, exp.Expr) for c in calls):
            self.draft.unparsable("an item of FROM that is not known")
            return
        schema = node.args.get("db")
        if schema is not None and isinstance(call, exp.Func):
            value = self._called_in(self.fold(schema), call, scope, "join")
        else:
            value = self._derive(calls, scope, "join")
        if isinstance(call, (exp.Parameter, exp.Placeholder, exp.Literal)):
            self.draft.unparsable("a table named by a value")
        name = name_of(calls[0])
        if len(calls) > 1 or node.args.get("ordinality"):
            name = ""
        self._add_function(node, value, scope, name, 1 if name in SCALAR_SERIES else 0)

    def _add_function(self, node: Expr, value: Value, scope: Scope, name: str, width: int) -> None:
        """A function as a table; ``width`` is the number of its columns, 0 when it is not known."""
        derivation = value[0]
        call = node.this if isinstance(node.this, exp.Expr) else node
        made = name not in UNPACKING or not (derivation == "verbatim" or all(map(is_fixed, parts_of(call))))
        if not is_builtin(name, self.dialect) and (self.catalog is None or name not in self.catalog.functions):
            derivation = "unknown"
        rest: Value = (derivation, value[1])
        alias = node.args.get("alias")
        items = alias.args.get("columns") or [] if isinstance(alias, exp.TableAlias) else []
        columns = [self.fold(c.this if isinstance(c, exp.ColumnDef) else c) for c in items]
        if not columns:
            self._add(node, Source(rest=rest, made=made), scope, name)
            return
        outs = [(Made if made else OutputColumn)(c, *rest) for c in columns]
        if isinstance(node.args.get("offset"), exp.Identifier):
            outs.append(Made(self.fold(node.args["offset"]), "safe"))
            width += 1
        elif node.args.get("ordinality"):
            width += bool(width)
        if len(outs) < width or not (width or any(isinstance(c, exp.ColumnDef) and c.args.get("kind") for c in items)):
            outs.append(OutputColumn("*", "unknown" if rest[1] or derivation == "unknown" else "safe", rest[1]))
        name = self.fold(alias.this) if alias.this is not None else name
        self._put(name, Source(outs=outs, made=made), scope)

    def _add_subquery(self, node: Expr, scope: Scope) -> None:
        inner = node.this
        if type(inner) is exp.Table or (node.args.get("joins") and type(inner) is not exp.Select):
            self._nested_join(node, scope)
            return
        outer = scope if node.args.get("lateral") else item_parent(scope)
        bare = Scope(outer)
        self._with(node, bare)
        outs = self.query(inner, bare)
        self._tail(node, bare, outs)
        self._add(node, Source(outs=outs, open=open_tables(outs)), scope)

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
        self._add(node, Source(outs=outs, open=open_tables(outs)), scope)

    def _add_lateral(self, node: Expr, scope: Scope) -> None:
        inner = node.this
        if type(inner) in (exp.Subquery, exp.Select):
            outs = self.query(inner, scope)
            self._add(node, Source(outs=outs, open=open_tables(outs)), scope)
            return
        value = self._derive([inner], scope, "join")
        name = name_of(inner)
        self._add_function(node, value, scope, name, 1 if name in SCALAR_SERIES else 0)


def _system_columns(info: TableInfo, dialect: str) -> Iterator[tuple[str, frozenset[ColumnRef]]]:
    """Columns that every table has and no catalog lists; SQLite's may be another name of the key."""
    for name in _SYSTEM_COLUMNS.get(dialect, ()):
        refs = {ColumnRef(name, info.table)}
        if dialect == "sqlite":
            refs |= {ColumnRef(column, info.table) for key in info.keys if len(key) == 1 for column in key}
        yield name, frozenset(refs)
