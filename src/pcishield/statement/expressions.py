"""What the value of an expression is made of, and what it asks about on the way.

What is not known to be harmless is ``derived`` from everything it mentions; what cannot be followed is ``unknown``
over everything in reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import expressions as exp

from pcishield.statement.candidates import Given, Made, Mixed, bare, is_fixed
from pcishield.statement.documents import is_document_access, is_inside, keys_of, steps_of
from pcishield.statement.facts import LARGE_OBJECT, ColumnRef, Derivation, Key, OutputColumn, Part, TableRef
from pcishield.statement.failing import STORING, asks_by_failing, controls
from pcishield.statement.functions import SAFE_OF_COLUMN, is_builtin, risk
from pcishield.statement.lineage import CONST, NONE, Expr, Outs, Scope, Value, combined, differ, either
from pcishield.statement.names import Names
from pcishield.statement.routines import reads_elsewhere, tables_read
from pcishield.statement.trees import (
    CONSTANTS,
    SCALAR_SERIES,
    flat,
    is_bytes,
    keeps_value,
    may_fail,
    name_of,
    parses,
    parts_of,
)

__all__ = ["Expressions"]

_LARGE_OBJECTS = frozenset(
    """lo_import lo_export lo_put lo_open lo_close lo_creat lo_create lo_from_bytea lo_unlink lo_truncate lo_truncate64
    lo_lseek lo_lseek64 lo_tell lo_tell64 lowrite""".split()
)
"""PostgreSQL's functions of large objects that give nothing of what is in one."""
_SETS = SCALAR_SERIES | frozenset(
    """jsonb_each jsonb_each_text json_each json_each_text jsonb_to_recordset json_to_recordset jsonb_populate_recordset
    json_populate_recordset explode exploding_generate_series json_tree xmltable""".split()
)
"""Functions whose number of rows may depend on their arguments: called with part of a card number, they filter."""
_HYPOTHETICAL = frozenset({"rank", "dense_rank", "denserank", "percent_rank", "percentrank", "cume_dist", "cumedist"})
_TESTS = frozenset({"where", "join", "group", "having", "order", "window"})


_TAKING = frozenset({exp.BitwiseXor, exp.JSONValue})
_WRITTEN = {exp.GroupConcat: "string_agg", exp.JSONArrayAgg: "json_agg", exp.StrPosition: "position"}
"""What PostgreSQL calls the functions of which the parser does not tell how they were called."""
_QUANTIFIERS = frozenset({"all", "any", "some"})
_WHOLE = frozenset({exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In})
_PREDICATES = _WHOLE | {
    exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.Like, exp.ILike, exp.Glob, exp.SimilarTo, exp.RegexpLike,
    exp.RegexpILike, exp.StartsWith,
}  # fmt: skip


def tested_in(clause: str) -> str:
    """The clause of what decides about a value, rather than being shown."""
    return clause if clause in _TESTS else "where"


class Expressions(Names):
    """Reads expressions of one parsed statement into a draft."""

    query: Callable[[Expr, Scope | None], Outs]

    def value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """Read an expression; return what its value is made of."""
        kind = type(node)
        if kind is exp.Column:
            return self._column(node, scope, clause, wrapped)
        if kind in CONSTANTS:
            return CONST
        if wrapped and kind in _PREDICATES:
            clause = tested_in(clause)  # what is made of the answer may fail: ~0 + (pan > '5')
            wrapped = kind not in _WHOLE
        handler = _HANDLERS.get(kind)
        if self.overloaded and isinstance(node, exp.Func) and (_WRITTEN.get(kind) or name_of(node)) in self.overloaded:
            # Somebody's own for another type: made of its arguments, and what PostgreSQL's own does with them.
            return self._applied(node, parts_of(node), scope, clause, wrapped)
        if handler is not None:
            return handler(self, node, scope, clause, wrapped)
        if not isinstance(node, exp.Func):
            value = self._asked(node, self._derive(parts_of(node), scope, clause), clause)
            return self._keyed(node, value, clause, wrapped) if kind in _TAKING else value
        return self._applied(node, parts_of(node), scope, clause, wrapped)

    def _applied(self, node: Expr, parts: list[Expr], scope: Scope, clause: str, wrapped: bool) -> Value:
        """A function of its arguments."""
        name = name_of(node)
        if name in _SETS:
            clause = tested_in(clause)
        self._controlled(node, scope, clause)
        value = self._derive(parts, scope, clause)
        if name in STORING and value[1] and value[0] != "safe":
            self.draft.hazard("relocation", name)
        value = self._called(node, self._asked(node, value, clause), clause)
        return self._keyed(node, value, clause, wrapped) if is_document_access(node) else value

    def _keyed(self, node: Expr, value: Value, clause: str, wrapped: bool) -> Value:
        """What is taken out of a document: made of its key as well."""
        if value[0] == "safe" or is_inside(node):
            return value
        keys, plain = keys_of(steps_of(node)[1:], self.strings)
        refs = {Key(key, TableRef(ref.name)) for key in keys for ref in value[1] if type(ref) is ColumnRef}
        for ref in refs:
            self.draft.use(ref, clause, wrapped or not plain)
        return (value[0], value[1] | refs)

    def _is_part(self, node: Expr, scope: Scope) -> bool:
        """Whether a value is under a key of a document as it is."""
        while type(node) is exp.Paren or (type(node) is exp.Cast and keeps_value(node.args["to"], self.dialect)):
            node = node.this
        if type(node) is exp.Column and type(node.this) is not exp.Star:
            name = self.fold(node.this)
            source = self._source_of(node, scope) if node.args.get("table") is not None else None
            return any(isinstance(s.index.get(name), Part) for s in ([source] if source else scope.sources.values()))
        steps = steps_of(node)
        return type(bare(steps[0])) is exp.Column and keys_of(steps[1:], self.strings)[1] if len(steps) > 1 else False

    def _is_whole(self, node: Expr, value: Value, scope: Scope) -> bool:
        """Whether a value is what is stored, of which the number and the absence tell nothing."""
        return value[0] in {"verbatim", "safe"} or self._is_row(node, scope) or self._is_part(node, scope)

    def _controlled(self, node: Expr, scope: Scope, clause: str) -> None:
        """Read the controls of a function, and keep what they are made of: read twice, a nest of them has no end."""
        for part in controls(node, self.strings):
            value = self.read[id(part)] = self.value(part, scope, clause, True)
            self._asked_of(value, clause)

    def _argument(self, node: Expr, scope: Scope, clause: str) -> Value:
        """An argument's value, read now unless it was before."""
        found = self.read.pop(id(node), None) if self.read else None
        return self.value(node, scope, clause, True) if found is None else found

    def _asked(self, node: Expr, value: Value, clause: str) -> Value:
        """What fails for some values is a question about them."""
        asks = value[1] and value[0] != "safe" and asks_by_failing(node, self.dialect)
        if asks and not self._is_registered(node):
            self._asked_of(value, clause)
        return value

    def _is_registered(self, node: Expr) -> bool:
        """Whether it is a function that an application has registered in SQLite: its code, which fails as it likes."""
        if self.dialect != "sqlite" or not isinstance(node, exp.Func):
            return False
        name = name_of(node)
        return not is_builtin(name, "sqlite") and not risk(name)

    def _asked_of(self, value: Value, clause: str) -> None:
        for ref in value[1] if value[0] != "safe" else ():
            self.draft.use(ref, tested_in(clause), True)

    def _called(self, node: Expr, value: Value, clause: str, schema: str = "") -> Value:
        """A function that is not the database's own may read more than its arguments.

        What cannot be told is the table ``name()``, which nobody can have declared harmless.
        """
        if not isinstance(node, exp.Anonymous) and "name" not in node.meta and not schema and not self.unnamed:
            return value
        name = _WRITTEN.get(type(node)) or name_of(node)
        if schema:
            name = f"{schema}.{name}"
        if (is_builtin(name, self.dialect) or name in _QUANTIFIERS) and name not in self.overloaded:
            return value
        if not schema and risk(name) is not None and not reads_elsewhere(name):
            return ("unknown", value[1])  # the database's own, such as set_config
        tables = tables_read(self.catalog, name) if self.catalog is not None else None
        if tables is None and self.dialect == "sqlite" and not risk(name):
            # Registered by the application, maybe after the catalog was read: its code gets the arguments, no tables.
            return value
        if tables is None and self.dialect == "postgres" and name in _LARGE_OBJECTS:
            return ("unknown", value[1])
        if tables is None and self.dialect == "postgres" and name == "lo_get" and len(node.expressions) == 1:
            # All of it at once is looked through as a value is. A piece of it, or of what it gives, may be a piece of a
            # card number.
            return ("verbatim", value[1] | {ColumnRef("data", LARGE_OBJECT)})
        if tables is None:
            return ("unknown", value[1] | {ColumnRef("*", TableRef(f"{name}()"))})
        refs = frozenset(ColumnRef(column, info.table) for info in tables for column in info.columns)
        for info in tables:
            self.draft.touch(info.table, "read")
        for ref in refs:
            self.draft.use(ref, clause, True)
        return ("unknown", value[1] | refs) if refs else value

    def _called_in(self, schema: str, call: Expr, scope: Scope, clause: str) -> Value:
        """``schema.f(...)``: the database's own only in its own schemas."""
        if is_builtin(f"{schema}.{name_of(call)}", self.dialect):
            return self.value(call, scope, clause, True)
        return self._called(call, self._derive(parts_of(call), scope, clause), clause, schema)

    def _derive(self, nodes: Iterable[Expr], scope: Scope, clause: str) -> Value:
        derivation: Derivation = "safe"
        sources = NONE
        for node in nodes:
            if node is None:
                continue
            d, s = self._argument(node, scope, clause)
            if d == "safe":
                continue
            derivation = "unknown" if d == "unknown" or derivation == "unknown" else "derived"
            sources |= s
        return (derivation, sources)

    # made-up values

    def _guesses(self, parts: list[Expr], values: list[Value], scope: Scope, clause: str) -> None:
        """A column compared with made-up values is guessed at."""
        if all(type(p) in CONSTANTS for p in parts[1:]):
            return
        shown = [v for v in values if v[1] and v[0] != "safe"]
        if shown and any(self._is_made(p, v, scope) for p, v in zip(parts, values, strict=True)):
            for value in shown:
                for ref in value[1]:
                    self.draft.use(ref, clause, True)

    def _is_made(self, node: Expr, value: Value, scope: Scope) -> bool:
        node = bare(node)
        kind = type(node)
        if kind is exp.Column:
            return type(node.this) is not exp.Star and self._may_be_made(node, scope)
        if kind in CONSTANTS:
            return False
        if kind is exp.Tuple or kind is exp.Array:
            return any(self._is_made(part, CONST, scope) for part in node.expressions)
        if isinstance(node, exp.Query):
            return id(node) in self.making
        return value[0] in {"derived", "unknown"} or not is_fixed(node)

    def _may_be_made(self, node: Expr, scope: Scope) -> bool:
        name = self.fold(node.this)
        if node.args.get("table") is not None:
            source = self._source_of(node, scope)
            return source is not None and source.makes(name)
        level: Scope | None = scope
        while level is not None:
            if any(name in s.index for s in level.sources.values()):
                return any(name in s.index and s.makes(name) for s in level.sources.values())
            if any(s.made and (s.rest is not None or s.open) for s in level.sources.values()):
                return True
            level = level.parent
        return False

    def _mixes(self, node: Expr, scope: Scope) -> bool:
        """Whether a value is a stored one or one that is given, so that an order of them is a comparison."""
        node = bare(node)
        kind = type(node)
        if kind is exp.Column and type(node.this) is not exp.Star:
            name = self.fold(node.this)
            if node.args.get("table") is not None:
                source = self._source_of(node, scope)
                return source is not None and isinstance(source.index.get(name), Mixed)
            if scope.filled is None or name in scope.filled:
                found = [
                    OutputColumn(name, *v) for v in (s.find(name) for s in scope.sources.values()) if v is not None
                ]
                if differ(found) or not all(out.sources for out in found):
                    return True
            return any(isinstance(s.index.get(name), Mixed) for s in scope.sources.values())
        if kind is exp.Case or kind is exp.If or kind is exp.Coalesce:
            return any(self._is_given(part) or self._mixes(part, scope) for part in _results(node))
        return False

    def _is_given(self, node: Expr) -> bool:
        """Whether a constant may sort among card numbers; words, such as ``'none'``, do not."""
        node = bare(node)
        if type(node) is exp.Literal and node.args.get("is_string"):
            return any(sign.isdigit() for sign in self._string(node.this))
        return not isinstance(node, (exp.Null, exp.Boolean)) and is_fixed(node)

    def _shape(self, node: Expr, value: Value, scope: Scope) -> type[OutputColumn]:
        """What an output is besides the columns that it is made of."""
        if value[0] == "verbatim":
            return Mixed if self._mixes(node, scope) else OutputColumn
        if value[0] != "safe":
            return Part if value[0] == "derived" and self._is_part(node, scope) else OutputColumn
        if type(node) not in CONSTANTS and self._is_made(node, value, scope):
            return Made
        return Given if not value[1] and (type(node) is exp.Column or self._is_given(node)) else OutputColumn

    def _one_of(self, parts: list[Expr], values: list[Value], scope: Scope) -> Value:
        """One of several values. Among made-up ones a stored one is told by being the same as another."""
        found = either(values)
        if found[0] == "verbatim" and any(
            v[0] == "safe" and self._is_made(p, v, scope) for p, v in zip(parts, values, strict=True)
        ):
            return ("derived", found[1])
        return found

    # kinds of expressions

    def _same(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        node = node.this
        while type(node) is exp.Paren:
            node = node.this
        return self.value(node, scope, clause, wrapped)

    def _ordered(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """An item of ORDER BY within an aggregate or a window."""
        if clause == "window":
            return self._same(node, scope, clause, wrapped)
        return self.value(node.this, scope, "order", self._mixes(node.this, scope))

    def _within(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """``rank('4111') WITHIN GROUP (ORDER BY pan)``: how many are less than what is given."""
        value = self.value(node.this, scope, clause, True)
        order = self._derive([node.expression], scope, clause)
        if name_of(node.this) in _HYPOTHETICAL:
            self._asked_of(("derived", order[1]), "order")
        return combined([value, order])

    def _wrapper(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """The value of ``this`` unchanged; other arguments only decide about it."""
        value = self.value(node.this, scope, clause, wrapped)
        for key, part in node.args.items():
            if key != "this" and part is not None:
                other = self._derive(flat(part), scope, clause)
                if type(node) is exp.AtTimeZone and other[1]:
                    self._asked_of(other, clause)
                    value = combined([value, other])
        return value

    def _connector(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """AND, OR and other chains, which lean to the left and may be thousands long."""
        kind, whole = type(node), node
        parts = []
        while type(node) is kind:
            parts.append(node.expression)
            node = node.this
        parts.append(node)
        plain = kind is exp.And or kind is exp.Or or kind is exp.Xor
        if kind is exp.Div or kind is exp.Mod:
            # A divisor of nought is an error, which tells what it was.
            first, *others = reversed(parts)
            values = [self.value(first, scope, clause, True)]
            return combined(values + [self.value(p, scope, tested_in(clause), True) for p in others])
        values = [self.value(p, scope, clause, wrapped or not plain) for p in reversed(parts)]
        value = self._asked(whole, combined(values), clause)
        return self._keyed(whole, value, clause, wrapped) if kind is exp.Add else value

    def _comparison(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        parts = parts_of(node)
        if self.dialect == "sqlite" and not wrapped:
            wrapped = any(self._is_index(part, scope) for part in parts)
        values = [self.value(p, scope, clause, wrapped) for p in parts]
        if len(values) > 1:
            self._guesses(parts, values, scope, clause)
            self._filters(values, clause)
        return combined(values)

    def _is_index(self, node: Expr, scope: Scope) -> bool:
        """``WHERE cards = '4*'``: the column that has a full-text table's name is searched, not compared."""
        if type(node) is not exp.Column or isinstance(node.this, exp.Star):
            return False
        name = self.fold(node.this)
        return any(table.name == name for source in scope.sources.values() for table in source.open)

    def _filters(self, values: list[Value], clause: str) -> None:
        """``JOIN ... ON c.pan = %s`` compares with no other table: a condition, wherever it stands."""
        if clause == "join" and not all(value[1] for value in values):
            for value in values:
                for ref in value[1] if value[0] != "safe" else ():
                    self.draft.use(ref, "where", value[0] != "verbatim")

    def _distinct(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        parts = node.expressions
        if len(parts) == 1:
            return self.value(parts[0], scope, clause, wrapped)
        return self._derive(parts, scope, clause)

    def _is(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        if type(node.expression) is exp.Null:
            value = self._outline(node.this, scope, clause, wrapped)
            return ("safe" if self._is_whole(node.this, value, scope) else value[0], value[1])
        value = self.value(node.this, scope, clause, wrapped)
        return combined([value, self.value(node.expression, scope, clause, wrapped)])

    def _in(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        values = [self.value(node.this, scope, clause, wrapped)]
        values += [self.value(p, scope, clause, wrapped) for p in node.expressions]
        parts = [node.this, *node.expressions]
        for key in ("query", "unnest", "field"):
            if node.args.get(key) is not None:
                parts.append(node.args[key])
                values.append(self.value(node.args[key], scope, clause, wrapped))
        self._guesses(parts, values, scope, clause)
        self._filters(values, clause)
        return combined(values)

    def _subquery_value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs = self.query(node, scope)
        if any(isinstance(out, Made) or out.derivation in {"derived", "unknown"} for out in outs):
            self.making.add(id(bare(node)))
        if clause in _TESTS:
            for out in outs:
                for ref in out.sources if out.derivation != "safe" else ():
                    self.draft.use(ref, clause, wrapped or out.derivation != "verbatim")
        if len(outs) == 1 and outs[0].name != "*":
            return (outs[0].derivation, outs[0].sources)
        sources = frozenset().union(*(o.sources for o in outs)) if outs else NONE
        return ("derived" if sources else "safe", sources)

    def _exists(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs_of: Value = self._subquery_value(node.this, scope, "select", wrapped) if node.this is not None else CONST
        return ("safe", outs_of[1])

    def _cast(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        to = node.args.get("to")
        kept = to is None or keeps_value(to, self.dialect)
        # Cut to its beginning, a value is compared in part.
        value = self.value(node.this, scope, clause, wrapped or not (kept or is_bytes(to)))
        if (value[0] == "derived" and may_fail(to)) or (
            value[0] in {"derived", "verbatim"} and parses(to, self.dialect)
        ):
            self._asked_of(value, clause)
        if value[0] != "verbatim" or (kept and to is not None):
            return value
        return ("derived", value[1])

    def _choice(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """COALESCE: one of the arguments. NULLIF and GREATEST compare, so that their result tells more."""
        parts = parts_of(node)
        return self._one_of(parts, [self.value(p, scope, clause, True) for p in parts], scope)

    def _case(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        conditions, parts = [], []
        tested = tested_in(clause)
        if node.args.get("this") is not None:
            conditions.append(self.value(node.this, scope, tested, False))
        for branch in node.args.get("ifs") or ():
            conditions.append(self.value(branch.this, scope, tested, False))
            parts.append(branch.args["true"])
        if node.args.get("this") is not None:
            self._guesses([node.this, *(b.this for b in node.args.get("ifs") or ())], conditions, scope, tested)
        if node.args.get("default") is not None:
            parts.append(node.args["default"])
        return self._chosen(conditions, parts, scope, clause)

    def _if(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        condition = self.value(node.this, scope, tested_in(clause), False)
        parts = [node.args[k] for k in ("true", "false") if node.args.get(k) is not None]
        return self._chosen([condition], parts, scope, clause)

    def _chosen(self, conditions: list[Value], parts: list[Expr], scope: Scope, clause: str) -> Value:
        results = [self.value(part, scope, clause, True) for part in parts]
        result = self._one_of(parts, results, scope) if results else CONST
        if all(c[0] == "safe" for c in conditions):
            return result
        return combined([*conditions, result])

    def _count(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        this = node.this
        if type(this) is exp.Star or this is None or (type(this) is exp.Column and type(this.this) is exp.Star):
            return CONST
        parts = this.expressions if type(this) is exp.Distinct else [this, *node.expressions]
        # How many there are says nothing of what they are.
        values = [self._outline(p, scope, clause, wrapped) for p in parts]
        value = combined(values)
        plain = all(self._is_whole(p, v, scope) for p, v in zip(parts, values, strict=True))
        return ("safe", value[1]) if plain else value

    def _outline(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """A value of which only the number, the length or the absence is asked: no test of what a column holds."""
        if clause not in _TESTS:
            return self.value(node, scope, clause, wrapped)
        if type(bare(node)) is not exp.Column:
            return self.value(node, scope, clause, False)
        value = self.value(node, scope, "other", False)
        for ref in value[1] if value[0] not in {"verbatim", "safe"} else ():
            self.draft.use(ref, clause, True)
        return value

    def _length(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        parts = parts_of(node)
        values = [self._outline(p, scope, clause, wrapped) for p in parts]
        if all(v[0] in {"verbatim", "safe"} or self._is_part(p, scope) for p, v in zip(parts, values, strict=True)):
            return ("safe", combined(values)[1])
        return combined(values)

    def _picker(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        """MIN, MAX, FIRST_VALUE, LAG and the like: one row's value unchanged.

        SQLite's MIN and MAX of several arguments compare them, as GREATEST does.
        """
        if isinstance(node, (exp.Min, exp.Max)) and node.expressions:
            return self._derive(parts_of(node), scope, clause)
        self._controlled(node, scope, clause)
        value = either([self._argument(p, scope, clause) for p in parts_of(node)])
        if isinstance(node, (exp.Min, exp.Max)) and self._mixes(node.this, scope):
            self._asked_of(value, clause)
        return value

    def _anonymous(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        if str(node.this).lower() in SAFE_OF_COLUMN:
            return self._length(node, scope, clause, wrapped)
        return self._applied(node, node.expressions, scope, clause, wrapped)

    def _window(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, True)
        for key in ("partition_by", "order", "spec"):
            if node.args.get(key) is not None:
                self._derive(flat(node.args[key]), scope, "window")
        return value

    def _filter(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value = self.value(node.this, scope, clause, True)
        condition = self.value(node.expression.this, scope, "where", False)
        return value if condition[0] == "safe" else combined([condition, value])

    def _dot(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        field = node.expression
        if isinstance(field, exp.Func) and isinstance(node.this, exp.Identifier):
            return self._called_in(self.fold(node.this), field, scope, clause)
        value = self.value(node.this, scope, clause, True)
        name = self.fold(field) if type(field) is exp.Identifier else ""
        called = self._attribute(name)
        if called:
            for ref in called:
                self.draft.use(ref, clause, True)
            return ("unknown", value[1] | called)
        if name and value[1] and all(r.name == "*" for r in value[1]):
            refs = frozenset(ColumnRef(name, r.table) for r in value[1])
            for ref in refs:
                self.draft.use(ref, clause, wrapped)
            return ("verbatim", refs)
        if isinstance(field, exp.Func):
            return self._derive([node.this, field], scope, clause)
        return ("derived" if value[0] in {"verbatim", "derived"} else value[0], value[1])

    def _star_value(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        outs = self._use_star(self._star(scope), clause)
        return ("derived", frozenset().union(*(o.sources for o in outs)) if outs else NONE)

    def _spread(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        value: Value = ("unknown", self._everything(scope))
        for ref in value[1]:
            self.draft.use(ref, clause, True)
        return value

    def _unread(self, node: Expr, scope: Scope, clause: str, wrapped: bool) -> Value:
        self.draft.unparsable("a part that the parser did not read")
        return ("unknown", self._everything(scope))


def _results(node: Expr) -> list[Expr]:
    """The parts of CASE, IF and COALESCE that may be its value."""
    if type(node) is exp.Coalesce:
        return parts_of(node)
    branches = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
    return [part for part in (*branches, *map(node.args.get, ("true", "false", "default"))) if part is not None]


def _types(*names: str) -> list[type]:
    return [getattr(exp, n) for n in names if hasattr(exp, n)]


_HANDLERS: dict[type, Callable[..., Value]] = {}
for _types_of, _handler in (
    (("Paren", "Alias", "Where", "Having"), Expressions._same),
    (("Ordered",), Expressions._ordered),
    (("Collate", "AtTimeZone", "RespectNulls", "IgnoreNulls", "HavingMax"), Expressions._wrapper),
    (("And", "Or", "Xor", "Add", "Sub", "Mul", "Div", "DPipe", "Mod"), Expressions._connector),
    (("EQ", "NEQ", "NullSafeEQ", "NullSafeNEQ", "Not", "Tuple"), Expressions._comparison),
    (("Distinct",), Expressions._distinct),
    (("Is",), Expressions._is),
    (("In",), Expressions._in),
    (("Subquery", "Select", "Union", "Intersect", "Except"), Expressions._subquery_value),
    (("Exists",), Expressions._exists),
    (("Cast", "TryCast"), Expressions._cast),
    (("Coalesce",), Expressions._choice),
    (("Case",), Expressions._case),
    (("If",), Expressions._if),
    (("Count",), Expressions._count),
    (("Length", "BitLength", "Typeof"), Expressions._length),
    (
        ("Min", "Max", "FirstValue", "LastValue", "NthValue", "Lag", "Lead", "AnyValue", "First", "Last", "Any", "All"),
        Expressions._picker,
    ),
    (("WithinGroup",), Expressions._within),
    (("Anonymous",), Expressions._anonymous),
    (("Window",), Expressions._window),
    (("Filter",), Expressions._filter),
    (("Dot",), Expressions._dot),
    (("Star",), Expressions._star_value),
    (("Columns", "PositionalColumn"), Expressions._spread),
    (("Command",), Expressions._unread),
):
    for _type in _types(*_types_of):
        _HANDLERS[_type] = _handler
