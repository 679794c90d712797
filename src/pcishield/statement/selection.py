"""Does a condition select rows? Looks for evidence that it does, rather than for known ways not to.

A condition selects by comparing the content of the row with something that is not of the row, in a way that holds for
some rows and not for others (:mod:`~pcishield.statement.samples`). AND needs one such part, OR nothing but such parts.
What cannot be told is no evidence: ``typeof(id) = 'integer'``, ``to_jsonb(t) ? 'id'``, ``array[id] <@ array[id]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import makes_rows
from pcishield.statement.constants import COMPUTED, UNKNOWN, alone, bare, chain, number, plain
from pcishield.statement.content import CALLS, CONSTANT_DATES, KINDS, PREDICATES, is_extreme
from pcishield.statement.patterns import matches_some, pattern_selects
from pcishield.statement.samples import Trial, is_dated, is_text
from pcishield.statement.trees import ctes_of, name_of, parts_of

__all__ = ["Selection"]

Expr = Any
_NEUTRAL = (
    exp.TsOrDsToDate,
    exp.TsOrDsToTimestamp,
    exp.TsOrDsToTime,
    exp.Paren,
    exp.Cast,
    exp.TryCast,
    exp.Collate,
    exp.AtTimeZone,
    exp.Neg,
    exp.Coalesce,
    exp.Case,
    exp.If,
)
_ARITHMETIC = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv, exp.DPipe, exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor,
    exp.BitwiseLeftShift, exp.BitwiseRightShift, exp.Pow, exp.JSONExtract, exp.JSONExtractScalar, exp.Nullif,
    exp.Least, exp.Greatest, exp.Abs, exp.Sign, exp.Extract,
)  # fmt: skip
_PATTERNS = (exp.RegexpLike, exp.RegexpILike, exp.Like, exp.ILike, exp.Glob, exp.SimilarTo)
_OPERATORS = (exp.Add, exp.ArrayOverlaps, exp.ArrayContainsAll, exp.ArrayContainedBy, exp.JSONBContains, exp.Match,
              exp.MatchAgainst, exp.JSONArrayContains, exp.Operator)  # fmt: skip
_ASKED = (exp.Parameter, exp.Placeholder)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_REFUTED = frozenset({False})
_EMPTY = frozenset({"", "{}", "[]", "(,)", "[,]", "(,]", "[,)", "empty", "null", "%", "*", "$",
                    "lax $", "strict $"})  # fmt: skip
_ENDS = frozenset({"infinity", "-infinity"})


class Selection:
    """Judges conditions on the rows written to.

    Args:
        strings: Decoded literals.
        is_key: Whether a column is a key.
        owns: Whether a column may be of the rows written to.
        own: Names of the tables written to, and those under which they are known.
        is_builtin: Whether a function is the database's own.
        dialect: The statement's.
        known: What is known of subqueries, by ``id``; for those within one condition.
        ctes: Queries of the statement's WITH clause, by name.
    """

    def __init__(
        self,
        strings: list[str],
        is_key: Callable[[str], bool],
        owns: Callable[[Expr], bool],
        own: set[str],
        is_builtin: Callable[[str], bool],
        dialect: str,
        known: dict[int, tuple[Expr, bool]] | None = None,
        ctes: dict[str, Expr] | None = None,
    ) -> None:
        self.strings, self.owns, self.own = strings, owns, own
        # Each level asks about the next in several ways; the queries are kept, so that no other has their ``id``.
        self._known: dict[int, tuple[Expr, bool]] = {} if known is None else known
        self.is_key, self.is_builtin, self.dialect = is_key, is_builtin, dialect
        self.ctes = ctes or {}
        self._told: dict[str, bool] = {}
        self.made: frozenset[tuple[str, str]] = frozenset()
        """What is joined and made up, ``generate_series(1, 1000000) g``, by table ("" for none) and column or ``*``."""
        self.trial = Trial(strings, is_key, own, self._opaque, dialect == "mysql", dialect in {"mysql", "sqlite"})

    def selects(self, node: Expr, negated: bool = False) -> bool:
        """Whether ``node`` (or its negation) is seen to hold for some rows only."""
        node = bare(node)
        if node.args.get("negate"):
            node, negated = plain(node), not negated
        kind = type(node)
        if kind is exp.Not:
            return self.selects(node.this, not negated)
        if kind is exp.And or kind is exp.Or:
            judged = (self.selects(part, negated) for part in chain(node, kind) if not self._never(part, negated))
            return any(judged) if (kind is exp.And) != negated else all(judged)
        if kind is exp.Xor:
            return self.selects(node.this) or self.selects(node.expression)
        return self._leaf(node, negated)

    def plainly(self, node: Expr) -> bool:
        """Whether one of the conditions that must hold is ``column = value``, which needs no trial."""
        return any(self._is_plain(part) for part in chain(node, exp.And))

    def _is_plain(self, node: Expr) -> bool:
        return (
            type(node) is exp.EQ
            and type(node.this) is exp.Column
            and self.has_content(node.this)
            and _is_given(node.expression)
        )

    def always(self, node: Expr) -> bool:
        """Whether ``node`` is true for every row that can be thought of."""
        found = self.trial.outcomes(node, _REFUTED)
        return True in found and found <= {True, None}

    def _never(self, node: Expr, negated: bool) -> bool:
        if (
            type(node) is exp.Is
            and isinstance(bare(node.this), _ASKED)
            and not self._is_variable(bare(node.this))
            and not negated
            and not node.args.get("negate")
        ):
            return True  # ``%(x)s IS NULL OR email = %(x)s``: a filter that may be left out
        if node.find(exp.Column, exp.Query, *_ASKED) is not None:
            return False
        value = self.trial.value(node)
        return value is not UNKNOWN and bool(value) is negated

    def _is_variable(self, node: Expr) -> bool:
        """A variable of MySQL's session, which is NULL unless it was set."""
        return self.dialect == "mysql" and isinstance(node, exp.Parameter) and type(node.this) is exp.Var

    # a single comparison

    def _leaf(self, node: Expr, negated: bool) -> bool:
        kind = type(node)
        if self.made and any(not _home(column).isdisjoint(self.made) for column in node.find_all(exp.Column)):
            return False
        if self._is_plain(node):
            return True
        if kind is exp.Exists:
            return self._exists(node.this)
        if kind is exp.Escape:
            return self._escapes(node) and self._leaf(node.this, negated)
        if kind is exp.In and node.args.get("query") is not None:
            only = alone(node.args["query"])
            if only is not None and not _generates(only):
                return self._leaf(exp.In(this=node.this.copy(), expressions=[only.copy()]), negated)
            self.ctes |= ctes_of(_inside(node.args["query"])) | ctes_of(node.args["query"])
            return self.has_content(node.this) and (
                self._of_others(node.this, node.args["query"]) or self._narrows(node.args["query"])
            )
        if kind is exp.In and node.args.get("field") is not None:
            return self.has_content(node.this) and type(node.args["field"]) is exp.Column
        if isinstance(node, _PATTERNS):
            return self._pattern(node, negated)
        if isinstance(node, _OPERATORS) or (isinstance(node, exp.Func) and name_of(node) in PREDICATES):
            return self._predicate(node)
        queries = _queries(node)
        if not queries and not all(self._pattern(part, True) for part in node.find_all(*_PATTERNS)):
            return False
        if _is_random(node) or not any(self.has_content(part) for part in self._sides(node)):
            return False
        if not all(self._is_value(query, node) for query in queries):
            return False
        listed = _listed(node.args.get("expression"))
        if listed is not None:
            return self._says_one_of(bare(node.this), listed)
        if self._compares_itself(node) or self._across_types(node) or self._is_no_flag(node):
            return False
        found = self.trial.outcomes(node)
        if not found or UNKNOWN in found:
            return self._asks(node, found)
        return not found <= ({False, None} if negated else {True, None}) or found == {None}

    def _asks(self, node: Expr, found: set[Any]) -> bool:
        """What cannot be computed: an equality of plain content with something else."""
        if not isinstance(node, (exp.EQ, exp.NEQ, exp.In, *_ORDERED, exp.NullSafeEQ, exp.NullSafeNEQ)):
            return not isinstance(node, exp.Func) and self._plain(node)
        return any(self._plain(part) for part in self._sides(node))

    def _plain(self, node: Expr) -> bool:
        node = bare(node)
        while isinstance(node, (exp.Cast, exp.Collate, exp.AtTimeZone, exp.Paren)):
            node = node.this
        if isinstance(node, exp.Tuple):
            return any(self._plain(part) for part in node.expressions)
        return type(node) is exp.Column and self.owns(node)

    def _sides(self, node: Expr) -> list[Expr]:
        return parts_of(node) if isinstance(node, (exp.Binary, exp.In, exp.Between)) else [node]

    def _compares_itself(self, node: Expr) -> bool:
        """``f(x) = x`` where ``f`` cannot be computed may hold for every row."""
        if isinstance(node, (exp.NEQ, exp.NullSafeNEQ)) or not isinstance(node, (exp.Binary, exp.In, exp.Between)):
            return False
        first, *others = self._sides(node)
        mine = self._own_columns(first)
        if isinstance(node, exp.In) and any(self._own_columns(part) for part in others):
            return True
        shared = any(mine & self._own_columns(part) for part in others)
        return shared and not self._computed(node)

    def _computed(self, node: Expr) -> bool:
        return UNKNOWN not in self.trial.outcomes(node) and not any(name[0] == "=" for name in self.trial.kinds)

    def _across_types(self, node: Expr) -> bool:
        """A text is more than any number in SQLite, and nought in MySQL."""
        if not isinstance(node, (*_ORDERED, exp.EQ, exp.NEQ)) or self.dialect == "postgres":
            return False
        left, right = (bare(node.args.get(k)) if node.args.get(k) else None for k in ("this", "expression"))
        if type(right) is exp.Column:
            left, right = right, left
        if type(left) is not exp.Column or right is None or right.find(exp.Column, exp.Query) is not None:
            return False
        if isinstance(right, exp.HexString) and isinstance(node, exp.NEQ):
            return False
        name, value = left.name.lower(), self.trial.value(right)
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.dialect == "mysql":
            return is_text(name) and numeric and value == 0 and not isinstance(node, exp.NEQ)
        if isinstance(node, exp.EQ):
            return False
        if isinstance(right, exp.HexString):
            return True  # a blob is more than anything else
        texts = isinstance(value, str) and number(value) is None
        if texts:
            return self.is_key(name) or name.endswith("_id")
        return is_text(name) and numeric and not isinstance(node, exp.NEQ)

    def _is_no_flag(self, node: Expr) -> bool:
        """A value as a condition by itself, ``ifnull(name, 1)``, where it is one that is hardly ever nought."""
        if type(node) is exp.Is:  # ``x IS DOCUMENT`` and its kin, which the parser takes for a column
            if type(node.expression) is exp.Boolean:
                return self.dialect != "postgres" and is_text(bare(node.this).name.lower())
            return self.dialect == "postgres" and type(bare(node.expression)) is exp.Column
        if type(node) is exp.Column:
            return is_text(node.name.lower())
        if not isinstance(node, (exp.Func, exp.Cast)) or isinstance(node, exp.Predicate):
            return False
        names = self._own_columns(node)
        if all(self.is_key(name) or name.endswith("_id") for name in names):
            return len(parts_of(node)) == 1 or isinstance(node, exp.Coalesce)
        return (
            isinstance(node, exp.Coalesce)
            and self._plain(node.this)
            and all(is_text(name) or is_dated(name) for name in names)
        )

    def _escapes(self, node: Expr) -> bool:
        """Whether an ESCAPE leaves the pattern's own signs alone, and stands before one of them."""
        mark, pattern = self.trial.value(node.expression), self.trial.value(bare(node.this).expression)
        if not node.expression.is_string or mark in {"%", "_"}:
            return False
        if not isinstance(pattern, str) or not isinstance(mark, str) or len(mark) != 1:
            return True
        return re.search(rf"{re.escape(mark)}(?![%_{re.escape(mark)}])", pattern.replace(mark * 2, "")) is None

    def _pattern(self, node: Expr, negated: bool) -> bool:
        if not self.has_content(node.this) or _queries(node.this):
            return False
        pattern, listed = bare(node.expression), _listed(node.expression)
        if listed is not None or isinstance(pattern, (exp.Any, exp.All, exp.Array, exp.Tuple)):
            parts = list(pattern.find_all(exp.Literal, *_ASKED))
            return bool(parts) and all(self._pattern_part(node, part, negated) for part in parts)
        if self._own_columns(pattern):
            return not (self._own_columns(pattern) & self._own_columns(node.this))
        return self._pattern_part(node, pattern, negated)

    def _pattern_part(self, node: Expr, pattern: Expr, negated: bool) -> bool:
        value = self.trial.value(pattern)
        if not isinstance(value, str):
            return True
        if not self._plain(node.this) or isinstance(node.this, exp.Cast):
            # Made by a function, a text may well be of one kind of signs: md5(x) ~ '^[0-9a-f]+$'.
            value = _ONE_CLASS.sub("", value)
        if isinstance(node.this, exp.Cast) and not re.sub(_CLASSES, "", value):
            return False  # a number has digits, and nothing but digits
        if self.trial.outcomes(node) <= {True, None}:
            return False
        return pattern_selects(type(node), value, negated)

    def _predicate(self, node: Expr) -> bool:
        """An operator or a function that answers yes or no: it needs content, and something else that is not empty."""
        parts = [bare(part) for part in parts_of(node)]
        own = [part for part in parts if self.has_content(part)]
        if not own:
            return False
        others = [part for part in parts if part not in own]
        if isinstance(node, exp.Func) and len(parts) == 1:
            return self._plain(parts[0])
        if isinstance(node, exp.Operator):
            return bool(others) and str(node.args.get("operator", "")).rpartition(".")[2] in {"=", "~", "~*", "~~"}
        if not others:
            return len(set.union(*(self._own_columns(part) for part in own))) > 1
        return all(self._says_something(part) for part in others)

    def _says_one_of(self, value: Expr, listed: Expr) -> bool:
        """``id = ANY ($1)`` and ``'vip' = ANY (tags)``."""
        if self.has_content(value):
            return self._says_something(listed)
        return self._plain(listed) and not self._own_columns(value)

    def _says_something(self, node: Expr) -> bool:
        if self._own_columns(node):
            return False
        if isinstance(node, (exp.Query, exp.Subquery)):
            inner = _inside(node)
            return type(inner) is not exp.Select or _reads_tables(inner) or inner.args.get("where") is None
        if isinstance(node, exp.Func) and not isinstance(node, (exp.Array, exp.Cast)):
            name = name_of(node)
            if name.endswith("range"):
                ends = [self.trial.value(part) for part in parts_of(node)[:2]]
                return not all(end is None or end in _ENDS for end in ends)
            if name in CONSTANT_DATES:
                return True
            if name.endswith("tsquery"):
                return self._says_something(bare(parts_of(node)[-1]))
            return bool(parts_of(node)) and all(self._says_something(bare(p)) for p in parts_of(node)[:1])
        if isinstance(node, (exp.Array, exp.Tuple)) and not node.expressions:
            return False
        if isinstance(node, exp.Cast):
            return self._says_something(bare(node.this))
        value = self.trial.value(node)
        if not isinstance(value, str):
            return True
        text = value.strip().lower()
        # ``@@ '!zzz'`` is true of whatever has not that word; ``@? '$'`` of any document.
        return text not in _EMPTY and not (text.lstrip("( ").startswith("!") and "&" not in text)

    # content

    def has_content(self, node: Expr) -> bool:
        """Whether a value varies with what is stored in the row."""
        node = bare(node)
        kind = type(node)
        if kind is exp.Column:
            return self.owns(node) and node.name.lower() not in _SYSTEM
        if kind is exp.Subquery or kind is exp.Select:
            inner = alone(node)
            return self.has_content(inner) if inner is not None else bool(self._correlated(node))
        if kind is exp.Bracket:
            return self.has_content(node.this)
        if kind is exp.Tuple or isinstance(node, (*_NEUTRAL, *_ARITHMETIC, exp.Predicate, exp.Connector, exp.Not)):
            return any(self.has_content(part) for part in parts_of(node))
        if isinstance(node, exp.Interval) or not isinstance(node, exp.Func):
            return any(self.has_content(part) for part in parts_of(node)) if kind in _OTHERS else False
        name, parts = name_of(node), parts_of(node)
        if isinstance(node, exp.RegexpReplace) and not pattern_selects(
            exp.RegexpLike, str(self.trial.value(node.expression))
        ):
            return False
        if name.startswith("regexp") and not self._may_match(node):
            return False
        if not (name in KINDS or name in PREDICATES or kind in COMPUTED or name in CALLS or self._theirs(node, name)):
            return False
        columns = [column for part in parts for column in self._own_columns(part)]
        return any(map(self.has_content, parts)) and (len(columns) == len(set(columns)) or kind in COMPUTED)

    def _may_match(self, call: Expr) -> bool:
        """Whether the expression that a function looks for is seen to match anything."""
        pattern = self.trial.value(parts_of(call)[1]) if len(parts_of(call)) > 1 else UNKNOWN
        return not isinstance(pattern, str) or matches_some(exp.RegexpLike, pattern)

    def _theirs(self, node: Expr, name: str) -> bool:
        """A function that is not the database's own, which the policy asks about unless it is known to only read."""
        return type(node) is exp.Anonymous and name not in _CONSTRUCTORS and not self.is_builtin(name)

    def _own_columns(self, node: Expr) -> set[str]:
        """Names of the columns of the row; a bare name in a subquery is taken for one of what that reads."""
        found: set[str] = set()
        stack = [(node, False)]
        while stack:
            item, inner = stack.pop()
            if type(item) is exp.Column:
                if (item.args.get("table") is not None or not inner) and self.owns(item):
                    found.add(item.name.lower())
                continue
            if type(item) is exp.Table and not isinstance(item.this, exp.Identifier):
                inner = False  # ``FROM json_each(tags)`` sees the row at hand
            inner = inner or (type(item) is exp.Select and item.args.get("from_") is not None)
            stack.extend((part, inner) for part in parts_of(item))
        return found

    def _opaque(self, node: Expr) -> Any:
        """Kind of a value that cannot be computed: of content only, or of what does not look at the row."""
        if isinstance(node, (exp.Subquery, exp.Select)):
            if not self._is_value(node, None):
                return None
            return "count" if node.find(exp.Count) is not None else "number"
        if isinstance(node, exp.Query) or not self.has_content(node):
            if node.find(exp.Column, exp.Query) is not None or _is_random(node) or not isinstance(node, exp.Func):
                return "number" if node.find(*_ASKED) is not None and node.find(exp.Column, exp.Query) is None else None
            kind = KINDS.get(name_of(node), "number")
            return f"fixed {kind if isinstance(kind, str) else 'number'}"
        if isinstance(node, exp.Extract):
            return KINDS.get(_text_of(node.this, self.strings), "number")
        if isinstance(node, exp.Cast):
            return "date" if node.to.is_type(*exp.DataType.TEMPORAL_TYPES) else "number"
        if isinstance(node, exp.Func):
            return KINDS.get(name_of(node), "bool" if name_of(node) in PREDICATES else "number")
        return "text" if isinstance(node, (exp.Add, exp.Bracket)) else "number"

    # subqueries

    def _exists(self, query: Expr) -> bool:
        query = _inside(query)
        if type(query) is not exp.Select:
            return False
        if not _reads_tables(query):
            return self._unpacks(query)
        if query.args.get("group") is None and _aggregates(query):
            return False
        return self._correlated(query) and not self._finds_itself(query)

    def _unpacks(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM json_each(t.tags) WHERE value = 'x')``: a condition on what a column holds."""
        calls, where = _sources(query), query.args.get("where")
        if len(calls) != 1 or where is None or _aggregates(query) or not isinstance(calls[0], (exp.Table, exp.Unnest)):
            return False
        arguments = parts_of(calls[0].this if isinstance(calls[0], exp.Table) else calls[0])
        inner = Selection(
            self.strings, self.is_key, lambda column: True, self.own, self.is_builtin, self.dialect, self._known
        )
        return any(type(part) is exp.Column and self.owns(part) for part in arguments) and inner.selects(where.this)

    def _finds_itself(self, query: Expr) -> bool:
        """``EXISTS (SELECT 1 FROM t u WHERE u.x >= t.x)``: the row at hand is one that is found."""
        where = query.args.get("where")
        if not _tables(query) <= self.own or where is None or query.args.get("joins"):
            return False
        condition, inner = where.this.copy(), _aliases(query)
        for column in condition.find_all(exp.Column):
            if column.text("table").lower() in inner:
                column.set("table", None)
        return self.always(condition)

    def _correlated(self, query: Expr) -> bool:
        """Whether a query over stored rows is about the row at hand."""
        query = _inside(query)
        if type(query) is not exp.Select or not _reads_tables(query):
            return False
        own_names = set(self.own) - _aliases(query)
        return any(
            (column.text("table").lower() in own_names if column.args.get("table") is not None else False)
            or (column.args.get("table") is None and not isinstance(column.this, exp.Star))
            for column in query.find_all(exp.Column)
        )

    def _is_value(self, query: Expr, node: Expr | None) -> bool:
        """Whether the result of a scalar subquery is something to compare with."""
        inner = alone(query)
        if inner is not None:
            return not _generates(inner)
        query = _inside(query)
        if type(query) is not exp.Select:
            return False
        if not _reads_tables(query):
            return not self._own_columns(query) and not _generates(query)
        if _tables(query) <= self.own and not self._selected(query):
            ends = query.find(exp.Min, exp.Max, exp.Count, exp.Sum) is not None or query.find(exp.AggFunc) is None
            return not (ends and (node is None or isinstance(node, _ORDERED))) or _stays_within(node, query)
        return True

    def _of_others(self, left: Expr, query: Expr) -> bool:
        """``parent_id NOT IN (SELECT id FROM t)``: another column than the one that is compared."""
        left, query = bare(left), _inside(query)
        if type(left) is not exp.Column or type(query) is not exp.Select or not _reads_tables(query):
            return False
        if self._counts(query):
            return False
        given = query.expressions[0] if len(query.expressions) == 1 else None
        names = left.name.lower(), given.name.lower() if type(given) is exp.Column else ""
        return bool(names[1]) and names[0] != names[1] and not all(map(self.is_key, names))

    def _narrows(self, query: Expr) -> bool:
        """Whether what a query gives is some of the rows written to, or comes from elsewhere."""
        query = _inside(query)
        if type(query) is exp.Table and isinstance(query.this, exp.Identifier):
            query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=query.copy()))
        if isinstance(query, (exp.Union, exp.Except, exp.Intersect)):
            arms = (self._narrows(query.this), self._narrows(query.expression))
            return all(arms) if isinstance(query, exp.Union) else any(arms)
        if type(query) is not exp.Select:
            return isinstance(query, exp.Values) and not self._own_columns(query)
        if not _reads_tables(query):
            inner = [part for part in _sources(query) if isinstance(part, exp.Subquery)]
            return all(map(self._narrows, inner)) if inner else self._is_value(query, None)
        if self._counts(query):
            return False
        if not _tables(query) <= self.own:
            return True
        return self._selected(query)

    def _counts(self, query: Expr) -> bool:
        """Whether a query reads nothing but what is counted up: CTEs of that kind, MariaDB's ``seq_1_to_9``."""
        names = _tables(query)
        if not names or not all(name in self.ctes or makes_rows(name, self.dialect) for name in names):
            return False
        return not all(name in self.ctes and self._told_by(name) for name in names)

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
            if count is UNKNOWN or (isinstance(count, (int, float)) and count > 0 and not is_extreme(count)):
                return True
        if query.args.get("offset") is not None or query.args.get("having") is not None:
            return True
        group = query.args.get("group")
        if group is not None and not any(
            type(e) is exp.Column and self.is_key(e.name.lower()) for e in group.expressions
        ):
            return True
        if query.args.get("distinct") is not None and query.args["distinct"].args.get("on") is not None:
            return True
        inner = Selection(
            self.strings, self.is_key, lambda column: True, self.own | _aliases(query), self.is_builtin, self.dialect,
            self._known,
        )  # fmt: skip
        where = query.args.get("where")
        conditions = [where.this] if where is not None else []
        conditions += [j.args["on"] for j in query.args.get("joins") or () if j.args.get("on") is not None]
        if any(inner.selects(c) and True in (inner.trial.outcomes(c) or {True}) for c in conditions):
            return True
        return any(self._selected(_inside(part)) for part in _sources(query) if type(_inside(part)) is exp.Select)


_CONSTRUCTORS = frozenset({"array", "row", "map", "struct", "list", "values"})
_RANDOM = ("rand", "gen_random", "uuid_generate", "uuid_short", "uuid_v", "newid", "sys_guid")
_SYSTEM = frozenset({"tableoid", "xmin", "xmax", "cmin", "cmax"})
_OTHERS = frozenset({exp.Interval, exp.Dot, exp.Alias})
_ONE_CLASS = re.compile(r"(?<=^\^)(?:\[[^\]]*\]|\\\w)(?:[*+]|\{[\d,]*\})(?=\$$)")
_CLASSES = re.compile(r"\[[^\]]*\]|\\[wWdDsS]|[\^$+*.%_]|\{[\d,]*\}")


def _is_given(value: Expr) -> bool:
    return isinstance(value, _ASKED) or (type(value) is exp.Literal and value.this != "0")


def _text_of(node: Expr, strings: list[str]) -> str:
    name = str(node.name)
    if name[:1] == "~" and name[1:].isdigit() and int(name[1:]) < len(strings):
        name = strings[int(name[1:])]
    return name.lower()


def _home(column: Expr) -> frozenset[tuple[str, str]]:
    table = column.text("table").lower()
    return frozenset({(table, column.name.lower()), (table, "*" if table else "")})


def _queries(node: Expr) -> list[Expr]:
    return [n for n in node.find_all(exp.Select, exp.Subquery) if n.find_ancestor(exp.Select, exp.Subquery) is None
            or n is node]  # fmt: skip


def _listed(node: Expr | None) -> Expr | None:
    """What is in ``ANY (...)`` and ``ALL (...)``."""
    if isinstance(node, (exp.Any, exp.All)):
        return bare(node.this)
    if type(node) is exp.Anonymous and node.this.upper() in {"ALL", "SOME"} and len(node.expressions) == 1:
        return bare(node.expressions[0])
    return None


def _inside(query: Expr) -> Expr:
    while type(query) in (exp.Subquery, exp.Paren):
        query = query.this
    return query


def _sources(query: Expr) -> list[Expr]:
    clause = query.args.get("from_")
    joins = query.args.get("joins") or ()
    return ([clause.this] if clause is not None else []) + [join.this for join in joins]


def _stored(part: Expr) -> bool:
    return type(part) is exp.Table and isinstance(part.this, exp.Identifier) and part.name.lower() != "dual"


def _reads_tables(query: Expr) -> bool:
    return any(
        _stored(part) or (type(part) is exp.Subquery and type(_inside(part)) is exp.Select
                          and _reads_tables(_inside(part)))
        for part in _sources(query)
    )  # fmt: skip


def _tables(query: Expr) -> set[str]:
    return {table.name.lower() for table in query.find_all(exp.Table) if isinstance(table.this, exp.Identifier)}


def _aliases(query: Expr) -> set[str]:
    return {part.alias_or_name.lower() for part in _sources(query)}


def _aggregates(query: Expr) -> bool:
    return any(item.find(exp.AggFunc) is not None for item in query.expressions)


def _stays_within(node: Expr | None, query: Expr) -> bool:
    """``x < (SELECT max(x) FROM t) - 100`` leaves the newest out."""
    if node is None or not any(part.find(exp.Sub) is not None for part in (node.expression, node.this)):
        return False
    return isinstance(node, (exp.LT, exp.LTE)) and query.find(exp.Max) is not None


def _is_random(node: Expr) -> bool:
    return node.find(exp.Rand, exp.Uuid) is not None or any(
        name_of(call).startswith(_RANDOM) or name_of(call) == "uuid" for call in node.find_all(exp.Anonymous)
    )


def _generates(query: Expr) -> bool:
    return any("generate" in name_of(call) or "sequence" in name_of(call) for call in query.find_all(exp.Func))
