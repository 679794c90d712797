"""INSERT, UPDATE, DELETE and MERGE as the parser sees them: targets, what is written, what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import UNPACKING, Made, is_fixed, makes_rows
from pcishield.statement.constants import UNKNOWN, Constants, bare, chain
from pcishield.statement.facts import ColumnRef, OutputColumn, TableRef
from pcishield.statement.given import fill_in, given_rows
from pcishield.statement.lineage import by_position, combined, either, value_of
from pcishield.statement.resolve import Outs, Resolver, Scope, Source
from pcishield.statement.risks import SMALL_LIMIT
from pcishield.statement.trees import CONSTANTS, ctes_in_sight, name_of, parts_of
from pcishield.statement.where import Condition
from pcishield.statement.windows import numbered, ranked

__all__ = ["Writer"]

Expr = Any

_PLAIN = OutputColumn("", "safe")


class Writer(Resolver):
    """A resolver that also reads statements that write."""

    def write(self, node: Expr, parent: Scope | None) -> Outs:
        """Read a data-modifying statement; return its RETURNING columns."""
        method = _METHODS.get(type(node))
        if method is None:
            self.draft.unparsable("a statement the parser did not read")
            return []
        outs: Outs = method(self, node, parent)
        return outs

    def _target(self, node: Expr, scope: Scope, alias: str = "") -> tuple[TableRef | None, Source]:
        """Read the table written to; add it to the scope under its alias."""
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            self.draft.unparsable("a write to something that is not a table")
            return None, Source()
        source = self.base(self.table_ref(node), access="write")
        table = source.table
        if table is not None:
            self.draft.touch(table, "write")
        self._add(node, source, scope, alias or (table.name if table is not None else ""))
        return table, source

    def _returning(self, node: Expr, scope: Scope, table: TableRef | None) -> Outs:
        clause = node.args.get("returning")
        if clause is None:
            return []
        outs: Outs = []
        for item in clause.expressions:
            self._projection(item, scope, outs, "returning")
        if table is not None and any(o.sources for o in outs):
            self.draft.touch(table, "read")
        return outs

    def _insert(self, node: Expr, parent: Scope | None) -> Outs:
        args, draft = node.args, self.draft
        draft.actions.add("insert")
        scope = Scope(parent)
        self._with(node, scope)
        target, columns = args["this"], []
        if isinstance(target, exp.Schema):
            columns = [self.fold(c.this if isinstance(c, exp.Column) else c) for c in target.expressions]
            target = target.this
        if (
            args.get("source")
            or args.get("is_function")
            or args.get("partition")
            or args.get("where")
            or args.get("using")
        ):
            draft.unparsable("INSERT with an unknown clause")
        inside = Scope(scope)
        table, source = self._target(target, inside)
        for column in columns or ["*"]:
            draft.use(ColumnRef(column, table), "insert", False)
        values = args.get("expression")
        # ``open``: an index, or a table that no catalog knows. ``status (id, status)`` is an ordinary one.
        if self.dialect == "sqlite" and table is not None and source.open:
            lower = [column.lower() for column in columns]
            if table.name.lower() in lower:
                self._index_command(values, lower.index(table.name.lower()))
        names = columns or [out.name for out in source.outs or ()]
        given = self._inserted(values, scope, names, table)
        self._keep(_by_name(names, given), source)
        conflict = args.get("conflict")
        if conflict is not None:
            self._conflict(conflict, inside, source)
        replaces = str(args.get("alternative") or "").upper() == "REPLACE"
        if values is not None and (replaces or (conflict is not None and conflict.expressions)):
            tables = [table.name] if table is not None else []
            condition = Condition(self.strings, tables, (frozenset(), False), dialect=self.dialect)
            where = conflict.args.get("where") if conflict is not None else None
            if where is None or condition.useless(where.this if type(where) is exp.Where else where, set(tables)):
                if self._counted_up(given) and not _is_given_list(values):
                    draft.hazard("no-where", "insert: rows that are counted up take the place of those that are there")
                elif condition.copies(values, ctes_in_sight(node)) or condition.gives_all(values, set(tables)):
                    draft.hazard("no-where", "insert: every row of the table again")
        if args.get("alternative"):
            draft.actions.add("update" if str(args["alternative"]).upper() == "REPLACE" else "insert")
        inside.sources.pop("excluded", None)
        return self._returning(node, inside, table)

    def _index_command(self, values: Expr | None, at: int) -> None:
        """SQLite's FTS5 takes what is inserted into the column that is named as the table for a command."""
        rows = values.expressions if isinstance(values, exp.Values) else [values]
        for row in rows:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            command = Constants(self.strings).value(cells[at]) if at < len(cells) else UNKNOWN
            if not isinstance(command, str) or command.lower() == "delete-all":
                self.draft.hazard("no-where", "insert: a command to a full-text index, which may be to empty it")

    def _counted_up(self, given: Outs) -> bool:
        """Whether rows are of numbers that are made up, and of nothing that is stored."""
        counters = [
            r.table is not None and makes_rows(r.table.name, self.dialect) for out in given for r in out.sources
        ]
        return all(counters) and (bool(counters) or any(isinstance(out, Made) for out in given))

    def _inserted(self, values: Expr | None, scope: Scope, columns: list[str], table: TableRef | None) -> Outs:
        before = len(self.draft.relations)
        given: Outs = []
        if values is None:
            return given
        if isinstance(values, exp.Values):
            for row in values.expressions:
                stored = self._stored(row.expressions if isinstance(row, exp.Tuple) else [row], scope)
                self._guessed(columns, stored, table)
                if any(out.derivation != "safe" for out in stored):
                    given = by_position([given, stored]) if given else stored
        else:
            given = self.query(values, scope)
            self._guessed(columns, given, table)
        if len(self.draft.relations) > before or any(a == "read" for _, a in self.draft.relations):
            self.draft.hazard("relocation", "INSERT ... SELECT")
        return given

    def _guessed(self, columns: list[str], given: Outs, table: TableRef | None) -> None:
        """What is stored is compared with what is there, where that is unique: made-up values guess at it.

        A million of them ON CONFLICT DO NOTHING RETURNING tell by the one that is missing. As in a comparison, what
        is computed from other columns may count up too.
        """
        for name, out in zip(columns, given, strict=False):
            computed = out.derivation in {"derived", "unknown"} and any(ref.name != name for ref in out.sources)
            if computed or isinstance(out, Made):
                self.draft.use(ColumnRef(name, table), "where", True)

    def _keep(self, stored: Iterable[tuple[str, OutputColumn]], source: Source) -> None:
        """``SET note = left(pan, 8) RETURNING note``: what was stored comes back. A column's own content stays its."""
        unnamed = []
        for name, out in stored:
            if out.derivation != "safe" and any(ref.name != name for ref in out.sources):
                if name:
                    source.keeps(name, value_of(out))
                else:
                    unnamed.append(value_of(out))
        if unnamed:
            # All at once: one after the other takes time that grows with their square.
            source.keeps("", either(unnamed))

    def _stored(self, cells: list[Expr], scope: Scope) -> Outs:
        """Read what is stored; return it as outputs without a name."""
        stored: Outs = []
        for cell in cells:
            value = self.value(cell, scope, "values", False)
            stored.append(_PLAIN if type(cell) in CONSTANTS else self._shape(cell, value, scope)("", *value))
        return stored

    def _conflict(self, conflict: Expr, scope: Scope, source: Source) -> None:
        args = conflict.args
        for key in ("conflict_keys", "index_predicate"):
            if args.get(key) is not None:
                part = args[key]
                for item in part if isinstance(part, list) else [part]:
                    self.value(item, scope, "other", False)
        if not conflict.expressions:
            return
        self.draft.actions.add("update")
        scope.sources["excluded"] = source
        kept = self._assignments(conflict.expressions, scope, source, ("excluded", "values", "new"))
        if args.get("where") is not None:
            self.value(args["where"], scope, "where", False)
        self._keep(kept, source)

    def _assignments(
        self, items: list[Expr], scope: Scope, source: Source, own: tuple[str, ...] = ()
    ) -> list[tuple[str, OutputColumn]]:
        """Read ``SET a = ...``; return what is stored, by column."""
        kept: list[tuple[str, OutputColumn]] = []
        for item in items:
            if not isinstance(item, exp.EQ):
                self.draft.unparsable("an assignment that is not one")
                continue
            left = item.this
            targets = left.expressions if isinstance(left, exp.Tuple) else [left]
            for target in targets:
                for column in target.find_all(exp.Column):
                    self._assigned(column, scope, source)
            given = item.expression
            stored = self._stored(given.expressions if type(given) is exp.Tuple else [given], scope)
            written = [self.fold(t.this) if type(t) is exp.Column else "" for t in targets]
            stored = stored * len(targets) if len(stored) == 1 else stored
            self._guessed(written, stored, source.table)
            kept += zip(written, stored, strict=False)
            derivation, sources = (
                value_of(stored[0]) if len(set(map(id, stored))) == 1 else combined(map(value_of, stored))
            )
            names = {c.name.lower() for t in targets for c in t.find_all(exp.Column)}
            moved = any(r.name.lower() not in names for r in sources)
            if derivation != "safe" and moved and not _only(item.expression, own):
                self.draft.hazard("relocation", "UPDATE copies a column")
        return kept

    def _assigned(self, column: Expr, scope: Scope, source: Source) -> None:
        name = self.fold(column.this)
        if column.args.get("table") is not None:
            source = self._source_of(column, scope) or source
        found = source.find(name)
        for ref in found[1] if found is not None and found[1] else [ColumnRef(name, source.table)]:
            self.draft.use(ref, "set", False)

    def _update(self, node: Expr, parent: Scope | None) -> Outs:
        args, draft = node.args, self.draft
        draft.actions.add("update")
        scope = Scope(parent)
        self._with(node, scope)
        target = args["this"]
        table, source = self._target(target, scope)
        if target.args.get("joins"):
            self._joined_update(node, scope)
            table = None
        if args.get("from_") is not None:
            self._from_item(args["from_"].this, scope)
        kept = self._assignments(args["expressions"], scope, source)
        self._condition(node, scope, "update", [source], [target])
        self._keep(kept, source)
        self._tail(node, scope, [])
        return self._returning(node, scope, table)

    def _joined_update(self, node: Expr, scope: Scope) -> None:
        """MySQL's multi-table UPDATE writes the tables whose columns it sets."""
        self._joins(node.args["this"], scope)
        written: dict[TableRef, None] = {}
        for item in node.args["expressions"]:
            for column in item.this.find_all(exp.Column):
                if column.args.get("table") is not None:
                    found = self._source_of(column, scope)
                    sources = [found] if found is not None else []
                else:
                    sources = [s for s in scope.sources.values() if s.find(self.fold(column.this)) is not None]
                written |= {s.table: None for s in sources if s.table is not None}
        first = next(iter(scope.sources.values())).table
        if first is not None and first not in written and written:
            self.draft.relations.pop((first, "write"), None)
            self.draft.touch(first, "read")
        for table in written:
            self.draft.touch(table, "write")

    def _delete(self, node: Expr, parent: Scope | None) -> Outs:
        args, draft = node.args, self.draft
        draft.actions.add("delete")
        scope = Scope(parent)
        self._with(node, scope)
        tables = args.get("tables")
        source: Source | None
        table: TableRef | None = None
        if tables:
            self._from_item(args["this"], scope)
            sources = self._deleted(tables, scope)
        else:
            table, source = self._target(args["this"], scope)
            sources = [source]
            if args["this"].args.get("joins"):
                self._joins(args["this"], scope)
        using = args.get("using") or []
        for item in using if isinstance(using, list) else [using]:
            self._using(item, scope, table)
        joins = [args["this"], *(item for item in (using if isinstance(using, list) else [using]))]
        self._condition(node, scope, "delete", sources, joins)
        self._tail(node, scope, [])
        return self._returning(node, scope, table)

    def _using(self, item: Expr, scope: Scope, table: TableRef | None) -> None:
        """``DELETE FROM t USING s``; MySQL repeats the target, perhaps with joins."""
        if isinstance(item, exp.Table) and isinstance(item.this, exp.Identifier) and self.dialect == "mysql":
            if table is not None and self.table_ref(item) == table and not item.args.get("joins"):
                return
        self._from_item(item, scope)

    def _deleted(self, tables: list[Expr], scope: Scope) -> list[Source]:
        sources = []
        for item in tables:
            name = self.fold(item.this)
            source = scope.sources.get(name)
            if source is None:
                source = next((s for s in scope.sources.values() if s.table is not None and s.table.name == name), None)
            if source is None or source.table is None:
                self.draft.touch(self.table_ref(item), "write")
                source = Source(table=self.table_ref(item), open=(self.table_ref(item),))
            else:
                self.draft.touch(source.table, "write")
            sources.append(source)
        return sources

    def _condition(self, node: Expr, scope: Scope, verb: str, targets: list[Source], joined: list[Expr]) -> None:
        where = node.args.get("where")
        if where is not None:
            self.value(where.this, scope, "where", False)
        tables = [t.table.name for t in targets if t.table is not None]
        condition = self._judge(tables, targets, scope, node)
        condition.twins |= _copies(condition, [*joined, node.args.get("from_")], scope)
        names = {n for n, s in scope.sources.items() if s in targets}
        others = [s for s in scope.sources.values() if s not in targets]
        condition.elsewhere = {n for s in others for n in s.index if not any(n in t.index for t in targets)}
        condition.elsewhere |= {n for n, s in scope.sources.items() if s in others and s.table is None}
        made = _made(scope, targets, condition.elsewhere)
        condition.made = {(name, column) for name, column in made if name not in condition.copied}
        parts = [part for item in [*joined, node.args.get("from_")] for part in _items_of(item)]
        condition.numbered, idle = numbered(parts, condition.key, condition.ctes)
        condition.updates = verb == "update"
        condition.single = ranked(parts, condition.ctes) | self._unique_of(targets)
        condition.made |= idle | {(name, c) for name, c in _unpacked(condition, parts, scope)}
        if self.dialect == "sqlite":
            condition.columns = _all_columns(scope)
        conditions = [where.this] if where is not None else []
        for item in joined:
            conditions += _inner_join_conditions(item)
            names |= condition.outer(item, names)
        if not conditions:
            if not _takes_a_few(node):
                self.draft.hazard("no-where", verb)
            return
        condition.copied |= _joined_to_itself(condition, conditions)
        given = given_rows([*joined, node.args.get("from_")], condition.ctes)
        conditions = condition.without_neighbours(conditions, parts, names)
        for filled in fill_in(conditions, given, condition.elsewhere, condition.ctes):
            reasons = [condition.useless(c, names) for c in filled]
            if all(reasons):
                self.draft.hazard("tautological-where", f"{verb}: {reasons[0]}")
                return

    def _judge(self, tables: list[str], targets: list[Source], scope: Scope, node: Expr) -> Condition:
        facts = self._facts_of(targets)
        return Condition(self.strings, tables, facts, _twins(scope, tables), ctes_in_sight(node), self.dialect)

    def _facts_of(self, targets: list[Source]) -> tuple[frozenset[str], bool]:
        """Columns known to be keys or NOT NULL, and whether the catalog said so."""
        if self.catalog is None:
            return frozenset(), False
        names: set[str] = set()
        for target in targets:
            info = self.catalog.find(target.table) if target.table is not None else None
            if info is None:
                return frozenset(), False
            names |= info.required
            for key in info.keys:
                names |= key
        return frozenset(names), True

    def _unique_of(self, targets: list[Source]) -> set[str]:
        """Columns of which the catalog says that each of them identifies a row."""
        found = [self.catalog.find(t.table) for t in targets if t.table is not None] if self.catalog is not None else []
        keys = [{name for key in info.keys if len(key) == 1 for name in key} for info in found if info is not None]
        return set.intersection(*keys) if keys and len(keys) == len(targets) else set()

    def _merge(self, node: Expr, parent: Scope | None) -> Outs:
        args, draft = node.args, self.draft
        draft.actions.add("merge")
        scope = Scope(parent)
        self._with(node, scope)
        table, source = self._target(args["this"], scope)
        self._from_item(args["using"], scope)
        if args.get("on") is not None:
            self.value(args["on"], scope, "join", False)
        destructive, unmatched = False, []
        whens = args["whens"].expressions if isinstance(args.get("whens"), exp.Whens) else args.get("whens") or ()
        for when in whens:
            changes = self._when(when, scope, source)
            if changes and when.args.get("source") and not when.args.get("matched"):
                unmatched.append(when.args.get("condition"))
            destructive = changes or destructive
        if destructive and args.get("on") is not None:
            tables = [table.name] if table is not None else []
            condition = self._judge(tables, [source], scope, node)
            own = {n for n, s in scope.sources.items() if s is source}
            if any(c is None or condition.useless(c, own) for c in unmatched):
                draft.hazard("no-where", "merge: rows not matched by the source")
            condition.twins |= _copies(condition, [args["using"]], scope)
            names = {n for n, s in scope.sources.items() if s is source}
            condition.made = _made(scope, [source], set())
            condition.copied |= _joined_to_itself(condition, [args["on"]])
            on = condition.without_neighbours([args["on"]], _items_of(args["using"]), names)
            for filled in fill_in(on, given_rows([args["using"]], condition.ctes), (), condition.ctes):
                reason = condition.useless(filled[0], names)
                if reason:
                    draft.hazard("tautological-where", f"merge: {reason}")
                    break
        draft.hazard("relocation", "MERGE")
        return self._returning(node, scope, table)

    def _when(self, when: Expr, scope: Scope, source: Source) -> bool:
        """Read one WHEN branch; return whether it changes existing rows."""
        args, draft = when.args, self.draft
        if args.get("condition") is not None:
            self.value(args["condition"], scope, "where", False)
        then = args["then"]
        if isinstance(then, exp.Insert):
            draft.actions.add("insert")
            columns = [self.fold(c.this) for c in then.this.find_all(exp.Column)] if then.this is not None else []
            for column in columns:
                draft.use(ColumnRef(column, source.table), "insert", False)
            if isinstance(then.expression, exp.Expr):
                cells = then.expression.expressions if type(then.expression) is exp.Tuple else [then.expression]
                names = columns or [out.name for out in source.outs or ()]
                stored = self._stored(cells, scope)
                self._guessed(names, stored, source.table)
                self._keep(_by_name(names, stored), source)
            return False
        if isinstance(then, exp.Update):
            draft.actions.add("update")
            self._keep(self._assignments(then.expressions, scope, source), source)
            changed = True
        else:
            verb = str(then.name if isinstance(then, exp.Expr) else then).upper()
            changed = verb == "DELETE"
            if changed:
                draft.actions.add("delete")
            elif verb not in {"DO NOTHING", "NOTHING", "INSERT"}:
                draft.unparsable("a branch of MERGE that is not known")
        return changed


def _items_of(item: Expr | None) -> list[Expr]:
    """A table or subquery, and what is joined to it."""
    item = item.this if type(item) is exp.From else item
    return [] if item is None else [item, *(join.this for join in item.args.get("joins") or ())]


def _unpacked(condition: Condition, parts: list[Expr], scope: Scope) -> set[tuple[str, str]]:
    """What ``unnest((SELECT array_agg(id) FROM t)) g`` is called."""
    names = {part.alias_or_name.lower() for part in parts if condition.unpacks_all(part, parts)}
    found = {(name, "*") for name in names} | {("", name) for name in names}
    return found | {("", column) for name in names if name in scope.sources for column in scope.sources[name].index}


def _is_given_list(values: Expr) -> bool:
    """``SELECT value ->> 'id' FROM json_each(?)``: rows that the caller gives."""
    clause = values.args.get("from_") if type(values) is exp.Select and not values.args.get("joins") else None
    call = clause.this.this if clause is not None and type(clause.this) is exp.Table else None
    return isinstance(call, exp.Func) and name_of(call) in UNPACKING and all(map(is_fixed, parts_of(call)))


def _takes_a_few(node: Expr) -> bool:
    """``DELETE FROM t ORDER BY id LIMIT 1000``: the oldest of a log, a job from a queue."""
    limit = node.args.get("limit")
    count = limit.args.get("expression") if limit is not None else None
    if node.args.get("order") is None or type(count) is not exp.Literal or count.args.get("is_string"):
        return False
    return str(count.this).isdigit() and 0 < int(count.this) <= SMALL_LIMIT


def _all_columns(scope: Scope) -> frozenset[str] | None:
    """Return the names of all columns in reach; ``None`` where some are not known."""
    sources = scope.sources.values()
    if any(s.open or s.rest is not None for s in sources) or scope.parent is not None:
        return None
    return frozenset().union(*(s.index.keys() | s.found.keys() for s in sources))


def _twins(scope: Scope, tables: list[str]) -> frozenset[str]:
    """Names under which the same table is there more than once."""
    names = {n.lower() for n, s in scope.sources.items() if s.table is not None and s.table.name in tables}
    return frozenset(names) if len(names) > 1 else frozenset()


def _joined_to_itself(condition: Condition, conditions: list[Expr]) -> set[str]:
    """Names of the table written to where it is joined with itself row by row: ``a.id = b.id``."""
    found: set[str] = set()
    for part in (part for whole in conditions for part in chain(whole, exp.And)):
        sides = [bare(part.this), bare(part.expression)] if type(part) is exp.EQ else []
        if any(type(side) is not exp.Column for side in sides) or len({side.name.lower() for side in sides}) != 1:
            continue
        names = {side.text("table").lower() for side in sides}
        if condition.unique(sides[0].name.lower()) and names <= condition.twins:
            found |= names
    return found


def _copies(condition: Condition, items: list[Expr], scope: Scope) -> frozenset[str]:
    """Names of subqueries and CTEs that give every row of the table written to, and the names of that table."""
    found = set()
    for item in items:
        item = item.this if type(item) is exp.From else item
        for part in (item, *(join.this for join in item.args.get("joins") or ())) if item is not None else ():
            query = part if type(part) is exp.Subquery else condition.ctes.get(part.name.lower())
            if query is not None and condition.gives_all(query, set(condition.tables)):
                found.add(part.alias_or_name.lower())
                if all(isinstance(call.parent, exp.Window) for call in query.find_all(exp.AggFunc)):
                    condition.copied |= {part.alias_or_name.lower()}
    own = {n.lower() for n, s in scope.sources.items() if s.table is not None and s.table.name in condition.tables}
    return frozenset(found | own) if found else frozenset()


def _by_name(names: list[str], given: Outs) -> Iterable[tuple[str, OutputColumn]]:
    """Pair what is stored with the column it is stored in; no name where the text does not tell which."""
    many = False
    for place, out in enumerate(given):
        many = many or out.derivation == "star" or out.name == "*"
        if out.derivation != "star":
            yield "" if many or place >= len(names) else names[place], out


def _only(node: Expr, own: tuple[str, ...]) -> bool:
    """Whether every column in ``node`` is one of the row about to be inserted."""
    columns = list(node.find_all(exp.Column))
    if any(c.text("table").lower() not in own for c in columns):
        return False
    return bool(own)


def _inner_join_conditions(node: Expr) -> list[Expr]:
    found = []
    for join in node.args.get("joins") or ():
        side = str(join.args.get("side") or "").upper()
        if not side and join.args.get("on") is not None:
            found.append(join.args["on"])
        elif not side and join.args.get("using"):
            found.append(exp.EQ(this=exp.column("a", "a"), expression=exp.column("b", "b")))
    return found


_METHODS: dict[type, Any] = {
    exp.Insert: Writer._insert,
    exp.Update: Writer._update,
    exp.Delete: Writer._delete,
    exp.Merge: Writer._merge,
}


def _made(scope: Scope, targets: list[Source], elsewhere: set[str]) -> set[tuple[str, str]]:
    """What is joined and counted up, ``generate_series(1, 1000000) g``, by table ("" for none) and column or ``*``."""
    found: set[tuple[str, str]] = set()
    for name, source in scope.sources.items():
        if source in targets:
            continue
        columns = {n for n, out in source.index.items() if isinstance(out, Made) and not out.sources}
        if source.made and (source.table is not None or not source.whole()):
            found.add((name, "*"))
            columns |= {name, *source.index}
        found |= {(name, column) for column in columns} | {("", column) for column in columns & elsewhere}
    return found
