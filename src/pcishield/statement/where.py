"""Is a WHERE clause worth anything? Finds conditions that hold for every row or do not look at the row.

Three-valued and conservative to one side only: a condition is called useless when that can be shown;
``WHERE tenant = 5`` may hold for every row, too, but that is not visible in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import UNKNOWN, Constants, alone, bare, chain, number, plain, truth
from pcishield.statement.dates import is_made, with_written_dates
from pcishield.statement.functions import is_builtin
from pcishield.statement.negations import OPPOSITE, negation_of
from pcishield.statement.query_parts import asks_for_none
from pcishield.statement.quoted_names import as_texts
from pcishield.statement.selection import Selection
from pcishield.statement.trees import ctes_of, flat, has, parts_of
from pcishield.statement.windows import without_neighbours

__all__ = ["Condition"]

Expr = Any
_KEY_NAMES = frozenset({"id", "pk", "rowid", "_rowid_", "oid", "ctid", "uuid", "guid", "tableoid", "xmin", "key"})
_NUMBERED = frozenset({"rn", "rnum", "row_num", "rownum", "row_number", "rnk", "seqnum"})
"""What row_number() is called: counted from one, as keys are."""
_NAME = re.compile(r"[\w $.#@/()-]+")
_ALWAYS = "always true"
_ROWLESS = "does not look at the row"
_NO_EVIDENCE = "not seen to leave rows out"


class Condition:
    """Judges conditions on the rows of ``tables``.

    Args:
        strings: Decoded literals; the parser saw ``'~n'``.
        tables: Names of the tables written to.
        facts: Columns known to be keys or NOT NULL, and whether a catalog said so.
        twins: Names under which a table written to is joined with itself; those of the target included.
        ctes: Queries of the statement's WITH clause, by name.
        dialect: The statement's.
    """

    def __init__(
        self,
        strings: list[str],
        tables: list[str],
        facts: tuple[frozenset[str], bool],
        twins: frozenset[str] = frozenset(),
        ctes: dict[str, Expr] | None = None,
        dialect: str = "",
    ) -> None:
        self.dialect, self.is_builtin = dialect, lambda name: is_builtin(name, dialect)
        self.constants, self.tables = Constants(strings), tables
        self.required, self.certain = facts
        self.twins, self.ctes = twins, ctes or {}
        # The queries are kept, so that no other has their ``id``.
        self._known: dict[int, tuple[Expr, bool]] = {}
        self.elsewhere: set[str] = set()
        """Columns that are certainly of something else than the rows written to."""
        self.made: set[tuple[str, str]] = set()
        """What is joined and made up, by table ("" for none) and column or ``*``."""
        self.copied: frozenset[str] = frozenset()
        """Names of subqueries and CTEs that give every row of the table written to."""
        self.numbered: set[str] = set()
        """Columns of what is joined that count from one."""
        self.updates = False
        """Whether the statement is an UPDATE."""
        self.single: set[str] = set()
        """Columns that number the rows of what is joined, and those that a catalog knows to be unique."""
        self.columns: frozenset[str] | None = None
        """All columns that there are, where the catalog knows them."""

    def useless(self, node: Expr, names: set[str]) -> str:
        """Return why ``node`` does not select rows, or "".

        Args:
            node: The condition.
            names: Names under which the tables written to are known.
        """
        if self.dialect == "sqlite":
            node = as_texts(node, self._is_text)
        selection = self._selection(names)
        if selection.plainly(node) and not self.made:
            return ""
        if self.dialect == "mysql":
            node = with_written_dates(node)
        unfolded = self._unfolded(node)
        if self._true(node) or selection.always(node) or (unfolded is not node and selection.always(unfolded)):
            return _ALWAYS
        if not self._looks(node, names, top=True):
            return _ROWLESS
        return "" if selection.selects(node) else _NO_EVIDENCE

    def _unfolded(self, node: Expr) -> Expr:
        """``id IN (SELECT id FROM t WHERE x) OR id IN (SELECT id FROM t WHERE NOT x)`` as ``x OR NOT x``."""
        if type(bare(node)) is not exp.Or or not has(node, exp.Query):
            return node
        found = exp.Paren(this=node.copy())
        for part in list(found.find_all(exp.In)):
            query = _query(part.args.get("query")) if part.args.get("query") is not None else None
            if type(query) is not exp.Select or any(query.args.get(k) for k in (*_NARROWS, "joins", "with_")):
                continue
            source, where = query.args.get("from_"), query.args.get("where")
            own = source is not None and type(source.this) is exp.Table and source.this.name.lower() in self.tables
            if own and where is not None and _gives(query, part.this) and self.key(bare(part.this).name.lower()):
                test = where.this.copy()
                for column in test.find_all(exp.Column):
                    column.set("table", None)
                part.replace(exp.Paren(this=test))
        return found.this

    def _selection(self, names: set[str]) -> Selection:
        selection = Selection(
            self.constants.strings,
            self.key,
            lambda column: self._may_own(column, names, False),
            names | set(self.tables),
            self.is_builtin,
            self.dialect,
            ctes=dict(self.ctes),
        )
        selection.made, selection.copied = frozenset(self.made), self.copied
        selection.known, selection.is_unique = self.columns is not None, self.unique
        selection.most_asked = 0 if self.updates else 1
        return selection

    def without_neighbours(self, conditions: list[Expr], items: list[Expr], names: set[str]) -> list[Expr]:
        """Return conditions without what a window function makes the same for any row."""
        return without_neighbours(conditions, items, self.key, self.ctes, self._selection(names).trial.outcomes)

    def _is_text(self, name: str) -> bool:
        """Whether SQLite takes a name in double quotes for a text: no column has it."""
        return name not in self.columns if self.columns is not None else _NAME.fullmatch(name) is None

    def gives_all(self, query: Expr, names: set[str]) -> bool:
        """Whether a query is not seen to leave out rows of the table that is written to."""
        if self.copies(query):
            return True
        inner = _query(query)
        if inner is None or not {t.name.lower() for t in inner.find_all(exp.Table)} & set(self.tables):
            return False
        chosen = any(inner.args.get(part) is not None for part in ("joins", "limit", "where"))
        return chosen and not self._selection(names).narrows(inner)

    def outer(self, node: Expr, names: set[str]) -> set[str]:
        """Return names of what is joined from outside to the rows written to: to lack a partner selects some."""
        found: set[str] = set()
        selection = self._selection(names)
        for join in node.args.get("joins") or ():
            on = join.args.get("on")
            if selection.joins_few(join):
                continue  # all rows but one have no partner
            if not join.args.get("side") or on is None or self._false(on) or not self._looks(on, names | found):
                continue
            if not selection.contradict(chain(on, exp.And)):
                found.add(join.this.alias_or_name)
        return found

    # truth

    def _true(self, node: Expr) -> bool:
        node = bare(node)
        if node.args.get("negate"):
            return self._false(plain(node))
        kind = type(node)
        if kind is exp.Column:
            # As a condition by itself, in MySQL and SQLite: a key is not zero; "1" may be a string.
            return self.key(node.name.lower()) or (node.name[:1].isdigit() and truth(node.name) is True)
        if kind is exp.Xor:
            left, right = node.this, node.expression
            return (self._true(left) and self._false(right)) or (self._false(left) and self._true(right))
        if kind is exp.Or:
            parts = chain(node, exp.Or)
            return any(self._true(p) for p in parts) or self._covers(parts)
        if kind is exp.And:
            return all(self._true(p) for p in chain(node, exp.And))
        if kind is exp.Not:
            return self._false(node.this)
        if kind is exp.Case or kind is exp.If:
            return self._case_true(node)
        value = self.constants.value(node)
        if value is not UNKNOWN:
            return truth(value) is True
        return self._shape_true(node)

    def _false(self, node: Expr) -> bool:
        node = bare(node)
        if node.args.get("negate"):
            return self._true(plain(node))
        kind = type(node)
        if kind is exp.And:
            return any(self._false(p) for p in chain(node, exp.And))
        if kind is exp.Or:
            return all(self._false(p) for p in chain(node, exp.Or))
        if kind is exp.Not:
            return self._true(node.this)
        value = self.constants.value(node)
        if value is not UNKNOWN:
            return truth(value) is False
        if kind is exp.Is:
            return self._is_false(node.this, bare(node.expression))
        if kind in (exp.NEQ, exp.LT, exp.GT) and _same(node.this, node.expression):
            return True
        if kind is exp.EQ:
            return self._key_bound(exp.NEQ(this=node.this.copy(), expression=node.expression.copy()))
        if kind is exp.Exists or (kind is exp.In and node.args.get("query")):
            return self._empty(node.this if kind is exp.Exists else node.args["query"])
        return kind is exp.In and not node.expressions and not node.args.get("field")

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
        if kind in (exp.EQ, exp.GTE, exp.LTE, exp.NullSafeEQ) and (
            _same(_neutral(left), _neutral(right)) or self._twin(left, right)
        ):
            return True
        if kind is exp.EQ and type(right) is exp.Any:
            query = bare(right.this)
            while type(query) is exp.Cast:
                query = bare(query.this)
            if type(query) is exp.Array and len(query.expressions) == 1:
                query = query.expressions[0]  # ARRAY(SELECT ...)
            return self._in_itself(exp.In(this=left.copy(), query=query.copy()))
        if kind in (exp.EQ, exp.GTE, exp.LTE) and self._is_bound(kind, left, right):
            return True
        if kind is exp.Add and _same(left, right):
            return True  # ``@>`` and other operators that the parser is not shown
        if kind is exp.NullSafeNEQ and self.constants.value(right) is None:
            return self._never_null(left) or (type(left) is exp.Column and isinstance(left.this, exp.Star))
        if kind is exp.StartsWith:
            return bool(self.constants.value(right) == "")
        if kind in (exp.EQ, exp.GT, exp.GTE) and isinstance(left, exp.StrPosition):
            return bool(self.constants.value(left.args.get("substr")) == "")
        if kind is exp.Escape:
            return self._shape_true(left)
        if kind in (exp.Like, exp.ILike, exp.Glob, exp.SimilarTo):
            return self._any_pattern(right, "*" if kind is exp.Glob else "%")
        if kind in (exp.RegexpLike, exp.RegexpILike):
            pattern = self.constants.value(right)
            return isinstance(pattern, str) and pattern.strip("^$()") in {"", ".*", ".", ".+", "|"}
        if kind is exp.Is:
            return self._is_true(left, right)
        if kind is exp.In:
            return any(_same(left, item) for item in node.expressions) or self._in_itself(node)
        if kind is exp.Between:
            low, high = node.args.get("low"), node.args.get("high")
            return (_same(left, low) and _same(left, high)) or self._wide(left, low, high)
        if kind is exp.Exists:
            return self._nonempty(node.this) or self._finds_itself(node.this)
        if kind is exp.Coalesce:
            return self._true(left) and all(self._true(e) for e in node.expressions)
        return self._key_bound(node)

    def _twin(self, left: Expr, right: Expr) -> bool:
        """``a.id = b.id`` of a table joined with itself: every row has a partner."""
        left, right = _inner_column(left), _inner_column(right)
        if type(left) is not exp.Column or type(right) is not exp.Column or left.name.lower() != right.name.lower():
            return False
        return {left.text("table").lower(), right.text("table").lower()} <= self.twins

    def _is_true(self, left: Expr, right: Expr) -> bool:
        right = bare(right)
        if type(right) is exp.Boolean:
            return self._true(left) if right.this else self._false(left)
        if type(right) is exp.Not and type(bare(right.this)) is exp.Null:
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
        node = bare(node)
        if type(node) is exp.Column and not isinstance(node.this, exp.Star):
            name = node.name.lower()
            if not self.certain and is_made(name):
                return True
            return name in self.required or (not self.certain and self.key(name)) or name in {"rowid", "ctid", "oid"}
        if type(node) is exp.Anonymous and str(node.this).lower() in {"quote", "quote_nullable"}:
            return True  # the word NULL
        if type(node) is exp.Coalesce:
            return any(self.constants.value(e) not in (UNKNOWN, None) for e in node.expressions)
        value = self.constants.value(node)
        return value is not UNKNOWN and value is not None

    def key(self, name: str) -> bool:
        """Whether a column of that name is a key."""
        if name in _KEY_NAMES or name in _NUMBERED or name in self.numbered:
            return True
        for table in self.tables:
            stem = table.lower().removesuffix("s")
            if name in {f"{table.lower()}_id", f"{stem}_id", f"{stem}id", f"{table.lower()}id", f"id_{stem}"}:
                return True
        return False

    def unique(self, name: str) -> bool:
        """Whether one row at most has a value of a column of that name: a number within a group is no key."""
        if name in self.single:
            return True
        return name not in _NUMBERED and name not in self.numbered and self.key(name)

    def _key_bound(self, node: Expr) -> bool:
        """``id > 0`` and the like: below or above every key, on purpose."""
        kind = type(node)
        if kind not in (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ):
            return False
        left, right = bare(node.this), bare(node.expression)
        if type(right) is exp.Column:
            left, right = right, left
            kind = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}.get(kind, kind)
        if type(left) is not exp.Column or not (self.key(left.name.lower()) or left.name.lower() in self.required):
            return False
        value = self.constants.value(right)
        if value == "" and kind in (exp.GT, exp.GTE, exp.NEQ):
            return True
        found = number(value)
        if found is None or not self.key(left.name.lower()):
            return False
        if kind in (exp.GT, exp.GTE):
            return found <= (0 if kind is exp.GT else 1)
        if kind is exp.NEQ:
            return found <= 0
        return found >= 999_999_999

    def _wide(self, left: Expr, low: Expr, high: Expr) -> bool:
        below = self._key_bound(exp.GTE(this=left.copy(), expression=low.copy()))
        found = number(self.constants.value(high))
        return below and found is not None and found >= 999_999_999

    def _any_pattern(self, node: Expr, mark: str) -> bool:
        pattern = self.constants.value(node)
        return isinstance(pattern, str) and pattern != "" and not pattern.strip(mark)

    def _in_itself(self, node: Expr) -> bool:
        """``id IN (SELECT id FROM t)`` over the table that is written to; SQLite says ``id IN t`` as well."""
        field = node.args.get("field")
        if type(field) is exp.Column:
            name = field.name.lower()
            return name in self.tables or (name in self.ctes and self.copies(self.ctes[name]))
        query = _query(node.args.get("query"))
        if query is None:
            return False
        return _gives(query, node.this) and (self.copies(query) or self._finds_itself(query))

    def copies(self, query: Expr, ctes: dict[str, Expr] | None = None) -> bool:
        """Whether a query gives something of every row of the table that is written to."""
        query, ctes = _query(query), self.ctes if ctes is None else ctes
        if query is None:
            return False
        ctes = ctes | ctes_of(query)
        if type(query) is exp.Union:
            return self.copies(query.this, ctes) or self.copies(query.expression, ctes)
        limit, where = query.args.get("limit"), query.args.get("where")
        if limit is not None and not _is_all(limit.args.get("expression")):
            return False
        source = query.args.get("from_")
        table = bare(source.this) if source is not None else None
        items = [table, *(bare(join.this) for join in query.args.get("joins") or ())] if table is not None else []
        if any(self.unpacks_all(item, items, ctes) for item in items):
            return True
        if any(query.args.get(k) for k in ("joins", "having", "offset")) or (
            where is not None and not self._true(where)
        ):
            return False
        on = query.args["distinct"].args.get("on") if query.args.get("distinct") is not None else None
        if on is not None and not any(self.key(column.name.lower()) for column in on.find_all(exp.Column)):
            return False  # DISTINCT ON
        group = query.args.get("group")
        if group is not None and not any(self.key(_inner_column(e).name.lower()) for e in group.expressions):
            return False  # one row of each group
        if type(table) is not exp.Table:
            return type(table) is exp.Subquery and self.copies(table, ctes)
        name = table.name.lower()
        if name in ctes and table.args.get("db") is None:
            return self._copied(ctes[name], {k: v for k, v in ctes.items() if k != name})
        return name in self.tables

    def unpacks_all(self, item: Expr, beside: Iterable[Expr] = (), ctes: dict[str, Expr] | None = None) -> bool:
        """``json_each((SELECT json_group_array(id) FROM t))``: every row of the table that is written to, again.

        Args:
            item: Of a FROM list.
            beside: The whole list; ``json_each(q.j)`` unpacks what ``q`` has collected.
            ctes: Queries of the WITH clause, by name.
        """
        call = item.this if isinstance(item, (exp.Table, exp.Lateral)) else item
        if isinstance(call, exp.Identifier) or not isinstance(item, (exp.Table, exp.Unnest, exp.Lateral)):
            return False
        if any(map(self.copies, item.find_all(exp.Select))):
            return True
        ctes = self.ctes if ctes is None else ctes
        asked = {column.text("table").lower() for column in item.find_all(exp.Column)}
        for other in beside:
            query = other if type(other) is exp.Subquery else ctes.get(other.name.lower())
            if query is not None and asked & {"", other.alias_or_name.lower()} and self.copies(query, ctes):
                return True
        return False

    def _copied(self, query: Expr, ctes: dict[str, Expr]) -> bool:
        """As ``copies``, once for each CTE: read anew by each that names it twice, a chain of them has no end."""
        found = self._known.get(id(query))
        if found is None:
            found = self._known[id(query)] = (query, self.copies(query, ctes))
        return found[1]

    def _finds_itself(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM t u WHERE u.id = t.id)`` over the table that is written to."""
        query = _query(query)
        if type(query) is not exp.Select or any(query.args.get(k) for k in (*_NARROWS, "joins", "with_")):
            return False
        source, where = query.args.get("from_"), query.args.get("where")
        table = source.this if source is not None else None
        if type(table) is not exp.Table or table.name.lower() not in self.tables or where is None:
            return False
        test = bare(where.this)
        left, right = (bare(test.args.get(side)) for side in ("this", "expression"))
        if type(test) is not exp.EQ or type(left) is not exp.Column or type(right) is not exp.Column:
            return False
        inner = table.alias_or_name.lower()
        own = [column.table.lower() in {inner, ""} for column in (left, right)]
        return left.name.lower() == right.name.lower() and self.key(left.name.lower()) and own[0] != own[1]

    def _is_bound(self, kind: type, left: Expr, query: Expr) -> bool:
        """``id >= (SELECT min(id) FROM t)``, and ``x = (SELECT u.x FROM t u WHERE u.id = t.id)``."""
        query = _query(query)
        if type(query) is not exp.Select or len(query.expressions) != 1:
            return False
        if kind is exp.EQ:
            return _gives(query, left) and self._finds_itself(query)
        picked = _unnamed(query.expressions[0])
        wanted = exp.Min if kind is exp.GTE else exp.Max
        return type(picked) is wanted and _same(left, picked.this) and self.copies(query)

    def _empty(self, query: Expr) -> bool:
        """Whether a query is known to give no row: ``NOT IN`` it is always true."""
        query = _query(query)
        if type(query) is not exp.Select or query.find(exp.AggFunc) is not None or query.args.get("having") is not None:
            return False
        limit, where = query.args.get("limit"), query.args.get("where")
        if limit is not None and self.constants.value(limit.args.get("expression")) == 0:
            return True
        parts = chain(where.this, exp.And) if where is not None else []
        return any(self._false(part) for part in parts if not asks_for_none(part, query))

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
        kinds = {type(part) for part in parts}
        if not any(part.args.get("negate") for part in parts) and kinds.isdisjoint({exp.Not, exp.Is}):
            if not any(OPPOSITE.get(kind) in kinds for kind in kinds):
                return False  # thousands of ``(a, b) = (1, 2)``, say
        keys = {_text(bare(p)) for p in parts}
        for part in parts:
            negated = negation_of(bare(part))
            if negated is not None and _text(negated) in keys:
                return True
        return False

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
                stack.extend((part, True) for part in parts_of(item))
                continue
            if kind is exp.Exists:
                query = item.this.this if type(item.this) is exp.Subquery else item.this
                if type(query) is exp.Select:
                    rest = [part for key, value in query.args.items() if key != "expressions" for part in flat(value)]
                    stack.extend((part, True) for part in rest if isinstance(part, exp.Expr))
                    continue
            stack.extend((part, inner) for part in parts_of(item))
        return False

    def _may_own(self, column: Expr, names: set[str], inner: bool) -> bool:
        table = column.args.get("table")
        if table is None:
            return not isinstance(column.this, exp.Star) and (inner or column.name.lower() not in self.elsewhere)
        name = table.name if table.args.get("quoted") else table.name.lower()
        return name in names or name in self.tables or name in self.copied


_NARROWS = ("group", "having", "limit", "offset")


def _query(node: Expr) -> Expr | None:
    """A query, without what is around it."""
    node = bare(node)
    while type(node) is exp.Subquery:
        node = bare(node.this)
    return node if type(node) in (exp.Select, exp.Union) else None


def _unnamed(node: Expr) -> Expr:
    node = bare(node)
    return bare(node.this) if type(node) is exp.Alias else node


def _gives(query: Expr, column: Expr) -> bool:
    """Whether the only output of ``query`` has the name of ``column``."""
    while type(query) is exp.Union:
        query = _query(query.this)
    column = bare(column)
    if type(query) is not exp.Select or len(query.expressions) != 1 or type(column) is not exp.Column:
        return False
    if isinstance(query.expressions[0], exp.Star):
        source = query.args.get("from_")
        inner = _query(source.this) if source is not None else None
        return inner is not None and _gives(inner, column)
    return bool(bare(query.expressions[0]).alias_or_name.lower() == column.name.lower())


def _is_all(limit: Expr) -> bool:
    return limit is None or type(limit) is exp.Null or (isinstance(limit, exp.Expr) and limit.name.upper() == "ALL")


def _inner_column(node: Expr) -> Expr:
    """A column, also in a query around nothing but it: ``(SELECT id)``."""
    node = bare(node)
    return alone(node) or node


def _text(node: Expr) -> str:
    return repr(node).lower() if node is not None else ""


def _same(left: Expr, right: Expr) -> bool:
    if left is None or right is None:
        return False
    left, right = _inner_column(left), _inner_column(right)
    if type(left) is exp.Column and type(right) is exp.Column:
        tables = {left.text("table").lower(), right.text("table").lower()} - {""}
        return left.name.lower() == right.name.lower() and len(tables) < 2
    return left == right and not isinstance(left, (exp.Parameter, exp.Placeholder)) and not _volatile(left)


def _volatile(node: Expr) -> bool:
    return any(isinstance(n, (exp.Rand, exp.Anonymous, exp.Parameter, exp.Placeholder, exp.Uuid)) for n in node.walk())


def _neutral(node: Expr) -> Expr:
    """Strip operations that change nothing: ``x + 0``, ``x * 1``, ``x || ''`` stay comparable."""
    node = bare(node)
    while isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe, exp.Coalesce)):
        other = node.expression if not isinstance(node, exp.Coalesce) else (node.expressions or [None])[0]
        if not isinstance(bare(other), exp.Literal):
            break
        node = bare(node.this)
    return node
