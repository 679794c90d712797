"""Names as the database reads them: folded, looked up scope by scope, and ``*``.

Where the catalog is needed and missing, every table that could own a name is named. Without a catalog ``*`` stays a
``star`` over its tables; a star whose columns may have been renamed or mixed by position is an output named ``*`` of
derivation ``unknown``, and stands for any number of columns.
"""

from __future__ import annotations

from sqlglot import expressions as exp

from pcishield.statement.catalog import Catalog
from pcishield.statement.draft import Draft
from pcishield.statement.facts import ColumnRef, OutputColumn, TableRef
from pcishield.statement.fragment import CASELESS, UPPER_CASE
from pcishield.statement.lineage import CONST, Expr, Outs, Scope, Source, Value, either, star_of, value_of
from pcishield.statement.parser import special_forms
from pcishield.statement.routines import overloaded, tables_read

__all__ = ["Names"]

_NO_NAMES: frozenset[str] = frozenset()
_PSEUDO = frozenset(
    """current_user session_user user current_role current_catalog current_schema current_date current_time
    current_timestamp localtime localtimestamp sysdate default nothing on off all true false""".split()
)


class Names:
    """Reads names of one parsed statement into a draft."""

    def __init__(self, draft: Draft, dialect: str, strings: list[str], catalog: Catalog | None, views: int = 0) -> None:
        self.draft, self.dialect, self.strings, self.catalog, self.views = draft, dialect, strings, catalog, views
        self.rows = dialect not in {"mysql", "sqlite"}
        self.quotes_keep_case = self.rows and dialect not in CASELESS
        self.overloaded = overloaded(catalog) if catalog is not None else _NO_NAMES
        self.unnamed = bool(self.overloaded and not self.overloaded.isdisjoint(special_forms(dialect)))
        """Whether a call of which the parser does not keep the name, as of STRING_AGG, may be of such a function."""
        self.making: set[int] = set()
        """Queries (by ``id``) that give made-up or computed values."""
        self.read: dict[int, Value] = {}
        """Values of arguments (by ``id``) that were read before their turn."""

    def fold(self, node: Expr) -> str:
        """Return an identifier's name as the database folds it."""
        args = node.args
        name = args["this"]
        if type(name) is not str:
            name = node.name
        if name[:1] == "~":
            name = self._string(name)
        if self.quotes_keep_case and args.get("quoted"):
            if self.dialect in UPPER_CASE:
                return str(name.swapcase())
        else:
            name = name.lower()
        return name if len(name) < 21 or self.dialect != "postgres" else truncate(name)

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

    def _known(self, node: Expr, keys: frozenset[str]) -> None:
        """Refuse a tree that has a part which nobody here reads."""
        for key, part in node.args.items():
            if key not in keys and part:
                self.draft.unparsable("a clause that is not known")

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
        self._use_value(found, clause, wrapped)
        return found

    def _lost(self, node: Expr, name: str, source: Source | None, scope: Scope, clause: str) -> Value:
        """A qualified name that leads nowhere: a row's field, OLD/NEW, or a call in attribute notation."""
        refs = {ColumnRef(name)}
        refs |= _spelled(source, name) if source is not None else self._missing(name, scope)
        refs |= self._attribute(name)
        for ref in refs:
            self.draft.use(ref, clause, True)
        return ("unknown", frozenset(refs))

    def _attribute(self, name: str) -> set[ColumnRef]:
        """What ``row.f`` may read where PostgreSQL takes it for ``f(row)``, a function that the catalog has."""
        if self.dialect != "postgres" or self.catalog is None or name not in self.catalog.functions:
            return set()
        if self.catalog.functions[name] == "v":
            self.draft.hazard("impure-function", name)
        tables = tables_read(self.catalog, name)
        if tables is None:
            return {ColumnRef("*", TableRef(f"{name}()"))}
        for info in tables:
            self.draft.touch(info.table, "read")
        return {ColumnRef(column, info.table) for info in tables for column in info.columns}

    def _named(self, name: str, scope: Scope, clause: str, wrapped: bool) -> Value:
        found: list[Value] = []
        level: Scope | None = scope
        while level is not None:
            certain, before = False, len(found)
            for source in level.sources.values():
                candidate = source.find(name)
                if candidate is not None:
                    found.append(candidate)
                    certain = certain or name in source.index
            if certain and len(found) > before + 1 and not level.merged:
                # If a function had a column of that name too, the database would call the name ambiguous.
                sources = [s for s in level.sources.values() if name in s.index or s.open]
                found[before:] = [c for c in (s.find(name) for s in sources) if c is not None]
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
                return CONST
            value: Value = ("unknown", self._missing(name, scope))
        elif len(found) == 1:
            value = found[0]
        else:
            value = either(found)
        self._use_value(value, clause, wrapped)
        return value

    def _use_value(self, value: Value, clause: str, wrapped: bool) -> None:
        """Add the use of a name. A number of rows or a length, made elsewhere, is no test of what it was made of."""
        for ref in value[1] if value[0] != "safe" else ():
            self.draft.use(ref, clause, wrapped or value[0] != "verbatim")

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

    def _is_row(self, node: Expr, scope: Scope) -> bool:
        """Whether ``node`` names a base table, for its whole row; without a catalog it may be a column as well."""
        if not self.rows or type(node) is not exp.Column or node.args.get("table") is not None:
            return False
        name = self.fold(node.this)
        source = scope.sources.get(name)
        return (
            source is not None and source.table is not None and not any(name in s.index for s in scope.sources.values())
        )

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

    def _missing(self, name: str, scope: Scope) -> frozenset[ColumnRef]:
        """What a name may stand for that no table in reach is known to have: misspelt, or newer than the catalog."""
        found = {ColumnRef(name)}
        level: Scope | None = scope
        while level is not None:
            for source in level.sources.values():
                found |= _spelled(source, name)
            level = level.parent
        return frozenset(found)

    # *

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
        return star_of(source)

    def _star(self, scope: Scope) -> Outs:
        parts = [star_of(source) for source in scope.sources.values()]
        if scope.merged:
            return self._merged(parts, scope.merges) or self._merged_star(parts)
        outs: Outs = []
        for part in parts:
            for out in part:
                last = outs[-1] if outs else None
                if last is not None and last.derivation == out.derivation == "star":
                    outs[-1] = OutputColumn("*", "star", last.sources | out.sources)
                else:
                    outs.append(out)
        return outs

    def _merged(self, parts: list[Outs], merges: dict[int, list[str] | None]) -> Outs | None:
        """``*`` over USING or NATURAL joins of sources whose columns are known; ``None`` for others."""
        if -1 in merges or any(o.name == "*" for part in parts for o in part):
            return None
        found = parts[0]
        for index, part in enumerate(parts[1:], 1):
            if index not in merges:
                found = [*found, *part]
                continue
            left, right = {o.name: o for o in found}, {o.name: o for o in part}
            names = merges[index]
            common = [o.name for o in found if o.name in (right if names is None else names)]
            if len(left) < len(found) or len(right) < len(part) or not (left.keys() & right.keys() >= set(common)):
                return None
            if names is not None and self.dialect != "mysql" and self.dialect != "sqlite":
                common = names
            both = {n: OutputColumn(n, *either([value_of(left[n]), value_of(right[n])])) for n in common}
            rest = [o for o in part if o.name not in both]
            if self.dialect == "sqlite":
                found = [both.get(o.name, o) for o in found] + rest
            else:
                found = [*both.values(), *(o for o in found if o.name not in both), *rest]
        return found

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


def _spelled(source: Source, name: str) -> set[ColumnRef]:
    """Everything that a source may hold, by name where the names are known, and ``name`` of its table."""
    if source.table is None or source.open or not source.outs:
        return set(source.whole())
    return {ref for out in source.outs for ref in out.sources} | {ColumnRef(name, source.table)}


def truncate(name: str) -> str:
    data = name.encode("utf-8", "replace")
    return name if len(data) <= 63 else data[:63].decode("utf-8", "ignore")
