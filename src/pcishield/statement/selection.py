"""Does a condition select rows? Looks for evidence that it does, rather than for known ways not to.

A condition selects by comparing the content of the row with something that is not of the row, in a way that holds for
some rows and not for others (:mod:`~pcishield.statement.samples`). AND needs one such part, OR nothing but such parts.
What cannot be told is no evidence: ``typeof(id) = 'integer'``, ``to_jsonb(t) ? 'id'``, ``array[id] <@ array[id]``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import UNPACKING
from pcishield.statement.constants import ASKED, UNKNOWN, alone, bare, chain, listed_in_text, number, plain
from pcishield.statement.content import CONSTANT_DATES, KINDS, PREDICATES, as_date, moved
from pcishield.statement.dates import is_dated
from pcishield.statement.lexer import Blob
from pcishield.statement.pattern_conditions import PATTERNS, PatternConditions, sought_by
from pcishield.statement.query_parts import generates, in_one_case, inside, listed_in, queries_in, reads_tables
from pcishield.statement.quoted_names import as_texts, is_likely
from pcishield.statement.ranges import ends_of, tells, within_range
from pcishield.statement.row_content import is_random
from pcishield.statement.samples import is_text
from pcishield.statement.subqueries import ORDERED
from pcishield.statement.trees import ctes_of, found_in, has, name_of, parts_of

__all__ = ["Selection"]

Expr = Any
_CHOICES = (exp.Coalesce, exp.Case, exp.If)
_OPERATORS = (exp.Add, exp.ArrayOverlaps, exp.ArrayContainsAll, exp.ArrayContainedBy, exp.JSONBContains, exp.Match,
              exp.MatchAgainst, exp.JSONArrayContains, exp.Operator, exp.Overlaps)  # fmt: skip
_REFUTED = frozenset({False})
_EMPTY = frozenset({"$.*", "$[*]", "$.**", "lax $.*", "strict $.*",
                    "", "{}", "[]", "(,)", "[,]", "(,]", "[,)", "empty", "null", "%", "*", "$",
                    "lax $", "strict $"})  # fmt: skip
_MOST_ITEMS = 64
"""Of an array that are tried one by one."""


class Selection(PatternConditions):
    """Judges conditions on the rows written to; its arguments are those of :class:`RowContent`."""

    known = False
    """Whether all columns are known, so that every name is one."""

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
            return any(judged) if (kind is exp.And) != negated else all(judged) and not self.leaves_few(node, negated)
        if kind is exp.Xor:
            left, right = node.this.copy(), node.expression.copy()
            both = exp.Not(this=exp.Paren(this=exp.And(this=left.copy(), expression=right.copy())))
            one = exp.Paren(this=exp.Or(this=left, expression=right))
            whole = exp.And(this=one, expression=both)
            if self.always(whole) or self.leaves_few(whole, negated):
                return False
            return self.selects(node.this) or self.selects(node.expression)
        if kind is exp.Is and type(node.expression) is exp.Boolean and _is_condition(node.this):
            return self.selects(node.this, negated == bool(node.expression.this))  # ``(x = 'a') IS NOT TRUE``
        if kind in (exp.NullSafeEQ, exp.NullSafeNEQ) and _is_condition(node.this) and self.dialect == "sqlite":
            answer = self.trial.value(node.expression)  # ``(id > 'a') IS 0``
            if answer in (0, 1):
                return self.selects(node.this, negated != (answer == (kind is exp.NullSafeNEQ)))
        return self._leaf(node, negated)

    def plainly(self, node: Expr) -> bool:
        """Whether one of the conditions that must hold is ``column = value``, or one of those: that needs no trial."""
        return any(
            all(map(self.plainly, chain(part, exp.Or))) if type(part) is exp.Or else self._is_plain(part)
            for part in chain(node, exp.And)
        )

    def _is_plain(self, node: Expr) -> bool:
        if type(node) is not exp.EQ:
            return False
        pairs = [(node.this, node.expression)]
        if type(node.this) is exp.Tuple and type(node.expression) is exp.Tuple:
            pairs = list(zip(node.this.expressions, node.expression.expressions, strict=False))
        return any(
            type(left) is exp.Column and self.has_content(left) and _is_given(right)
            for left, right in map(in_one_case, pairs)
        ) and not (self.dialect == "sqlite" and self._is_misspelt(node, False))

    def always(self, node: Expr) -> bool:
        """Whether ``node`` is true for every row that can be thought of."""
        found = self.trial.outcomes(node, _REFUTED)
        return True in found and found <= {True, None} and not self.trial.lacked

    def _never(self, node: Expr, negated: bool) -> bool:
        if (
            type(node) is exp.Is
            and isinstance(bare(node.this), ASKED)
            and not self._is_variable(bare(node.this))
            and not negated
            and not node.args.get("negate")
        ):
            return True  # ``%(x)s IS NULL OR email = %(x)s``: a filter that may be left out
        if has(node, exp.Column, exp.Query, *ASKED):
            return False
        if self.dialect == "mysql" and len({bool(item.is_string) for item in found_in(node, exp.Literal)}) > 1:
            return False  # ``0 = 'a'`` and ``0x61 = 'a'`` are true there
        value = self.trial.value(node)
        return value is not UNKNOWN and bool(value) is negated

    def _is_variable(self, node: Expr) -> bool:
        """A variable of MySQL's session, which is NULL unless it was set."""
        return self.dialect == "mysql" and isinstance(node, exp.Parameter) and type(node.this) is exp.Var

    # a single comparison

    def _leaf(self, node: Expr, negated: bool) -> bool:
        kind = type(node)
        if self.dialect == "sqlite" and self._is_misspelt(node, negated):
            return False
        if self.made and any(not _home(column).isdisjoint(self.made) for column in found_in(node, exp.Column)):
            return False
        if self._is_plain(node) and not negated:
            return True
        if self.leaves_few(node, negated):
            return False
        if self._is_plain(node):
            return True
        if self.copied and self._finds_its_copy(node):
            return False
        if any(map(self._collects, found_in(node, exp.Select, exp.Array))):
            return False
        if kind is exp.Exists:
            return self._exists(node.this, negated)
        if kind is exp.Escape:
            return self._escapes(node) and self._leaf(node.this, negated)
        listed = listed_in(node.args.get("expression"))
        some = type(bare(node.expression)) is exp.Any if listed is not None else False
        if listed is not None and (
            (kind is exp.NEQ and some and not negated) or (kind is exp.EQ and negated and not some)
        ):
            return False  # ``x <> ANY (ARRAY[1, 2])`` is different from one of them
        if listed is not None and kind is (exp.EQ if some else exp.NEQ):
            items = self._written_items(listed)
            if items:
                return self._leaf(exp.In(this=node.this.copy(), expressions=items), negated != (kind is exp.NEQ))
        if isinstance(listed, exp.Query) and kind is (exp.EQ if some else exp.NEQ):
            return self._leaf(exp.In(this=node.this.copy(), query=listed), negated != (kind is exp.NEQ))
        if kind is exp.In and node.args.get("query") is not None:
            only = alone(node.args["query"])
            if only is not None and not generates(only):
                return self._leaf(exp.In(this=node.this.copy(), expressions=[only.copy()]), negated)
            self.ctes |= ctes_of(inside(node.args["query"])) | ctes_of(node.args["query"])
            query = node.args["query"]
            if negated and (not self._lists_others(query) or (self._hold_key(node.this) and self.gives_few(query))):
                return False
            return self.has_content(node.this) and (self._of_others(node.this, query) or self._narrows(query))
        if kind is exp.In and node.args.get("field") is not None:
            return self.has_content(node.this) and type(node.args["field"]) is exp.Column
        if isinstance(node, PATTERNS):
            return self._pattern(node, negated)
        if kind is exp.Is and type(node.expression) is exp.Null:
            sought = sought_by(bare(node.this))
            if sought is not None:
                text = parts_of(bare(node.this))[0].copy()
                return self._pattern(exp.RegexpLike(this=text, expression=sought), not negated)
        if isinstance(node, _OPERATORS) or (isinstance(node, exp.Func) and name_of(node) in PREDICATES):
            return self._predicate(node, negated)
        if self.dialect == "sqlite" and not negated and self._asks_for_blobs(node):
            return True
        queries = queries_in(node)
        if not queries and not all(self._pattern(part, True) for part in found_in(node, *PATTERNS)):
            return False
        if is_random(node) or not any(self.has_content(part) for part in self._sides(node)):
            return False
        if not all(self._is_value(query, node) or (listed is not None and self.relates(query)) for query in queries):
            return False
        if any(self._of_a_group(inside(query)) and has(query, exp.Count) for query in queries):
            return not negated  # groups of more than a few
        if listed is not None:
            return self._says_one_of(node, listed, negated) and self._each(node, listed, negated)
        if self._compares_itself(node) or self._across_types(node, negated) or self._is_no_flag(node):
            return False
        excludes = negated != isinstance(node, (exp.NEQ, exp.NullSafeNEQ))
        if self._nearly_always(node, excludes, queries):
            return False
        found = self.trial.outcomes(node)
        if not found or UNKNOWN in found:
            return self._asks(node, excludes)
        if self._is_supposed(node, excludes):
            return False
        if not negated and self.trial.lacked:
            return True  # ``deleted_at < now()``: where there is none, it is not
        return not found <= ({False, None} if negated else {True, None}) or found == {None}

    def _written_items(self, listed: Expr) -> list[Expr]:
        """The constants of ``ARRAY[1, 2]`` and of ``'{1,2}'``."""
        if type(listed) is exp.Array or name_of(listed) == "array":
            items = parts_of(listed)
            return [item.copy() for item in items] if all(map(_is_constant, items)) else []
        text = bare(listed)
        while type(text) is exp.Cast:
            text = bare(text.this)
        value = self.trial.value(text) if type(text) is exp.Literal else None
        return [exp.Literal.string(str(item)) for item in listed_in_text(value)]

    def _collects(self, query: Expr) -> bool:
        """``(SELECT array_agg(id) FROM t)``: every row of the table that is written to, in one value."""
        if type(query) is exp.Array:
            query = inside(query.expressions[0]) if len(query.expressions) == 1 else query
            if type(query) is not exp.Select or not reads_tables(query):
                return False
        elif not any(has(item, *_COLLECTING) or _collector(item) for item in query.expressions):
            return False
        names = {table.name.lower() for table in found_in(query, exp.Table)}
        return bool(names) and names <= self.own and not self.relates(query) and not self.narrows(query)

    def _finds_its_copy(self, node: Expr) -> bool:
        """``q.id = t.id`` where ``q`` gives every row of ``t``."""
        if not isinstance(node, (exp.EQ, exp.NullSafeEQ)):
            return False
        sides = [bare(side) for side in self._sides(node)]
        if any(type(side) is not exp.Column for side in sides) or len({side.name.lower() for side in sides}) > 1:
            return False
        return any(side.text("table").lower() in self.copied for side in sides)

    def _is_misspelt(self, node: Expr, negated: bool) -> bool:
        """``"nope" = 'nope'``: SQLite takes a name in double quotes that no column has for a text."""
        quoted = [c for c in found_in(node, exp.Column) if c.this.args.get("quoted") and not c.args.get("table")]
        if not quoted:
            return False
        if negated or not isinstance(node, (exp.EQ, exp.In, exp.Is, exp.NullSafeEQ, *PATTERNS)):
            # To be another text than ``'x'`` is asked of a column as well: only a name that hardly any has is doubted.
            if self.known or any(is_likely(column.name.lower(), self.is_key) for column in quoted):
                return False
        texts = as_texts(node, lambda name: True)
        if self.always(exp.Not(this=exp.Paren(this=texts)) if negated else texts):
            return True
        return not has(texts, exp.Column, exp.Query) and self.trial.value(texts) is (not negated)

    # what leaves hardly a row out

    def _nearly_always(self, node: Expr, excludes: bool, queries: list[Expr]) -> bool:
        """An inequality with what a row is hardly ever the same as: another table's rows, a count, a session's."""
        if not isinstance(node, (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, *ORDERED)):
            return False
        columns = found_in(node, exp.Column)
        keys = bool(columns) and all(self.is_key(column.name.lower()) for column in columns)
        own = [column for column in columns if self.owns(column)]
        mine = bool(own) and all(self.is_key(column.name.lower()) for column in own)
        if not queries and len(own) < len(columns) and (excludes or (mine and isinstance(node, ORDERED))):
            return True
        if excludes and not queries and len({c.text("table").lower() for c in columns if c.args.get("table")}) > 1:
            return True  # of two tables written to
        names = [column.name.lower() for column in columns]
        if excludes and not queries and any(map(is_text, names)) and any(map(self.is_key, names)):
            return True
        if any(map(_is_of_session, self._sides(node))):
            if keys and (excludes or isinstance(node, ORDERED)):
                return True
            if excludes and columns and all(is_text(column.name.lower()) for column in columns):
                return True
        return excludes and any(
            not self.relates(query) and alone(query) is None and not self._is_another(query, node, keys)
            for query in queries
        )

    def _is_another(self, query: Expr, node: Expr, keys: bool) -> bool:
        """Whether a query gives what a column of the row may well be the same as: a column, the least or last of it."""
        given = inside(query)
        if not any(bare(side) is query or bare(side) is given for side in self._sides(node)):
            return False
        return self._gives_column(given, exp.Min, exp.Max, *(() if keys else (exp.Sum, exp.Avg, exp.Count)))

    def _gives_column(self, query: Expr, *around: Any) -> bool:
        if isinstance(query, exp.SetOperation):
            return self._gives_column(inside(query.this)) and self._gives_column(inside(query.expression))
        items = [item.this if type(item) is exp.Alias else item for item in getattr(query, "expressions", ())]
        inner = [item.this if isinstance(item, around) else item for item in items]
        return all(isinstance(bare(item), (exp.Column, exp.Star, exp.Cast)) for item in inner)

    def _lists_others(self, query: Expr) -> bool:
        """Whether ``NOT IN`` a query may leave a row out: it may give rows, and columns, not what is computed."""
        given = inside(query)
        if not isinstance(given, (exp.Select, exp.SetOperation)):
            return True
        for call in found_in(given, exp.Anonymous):
            if name_of(call) in UNPACKING and not self._says_something(bare(parts_of(call)[0])):
                return False
        return self.may_find(given) and (not reads_tables(given) or self._gives_column(given, exp.Min, exp.Max))

    def _is_supposed(self, node: Expr, excludes: bool) -> bool:
        """Whether a condition leaves rows out only by what a function is supposed to make, which nobody has computed.

        To be another text than ``'x'`` says nothing of ``to_char(at, 'YYYY')``, nor does to be NULL, or to be more.
        """
        if excludes and any(isinstance(bare(side), exp.Cast) for side in self._sides(node)) and "" in self._given(node):
            return True  # a number, a time or a document is never nothing at all
        excludes = excludes or type(node) is exp.Is or any(map(_is_condition, self._sides(node)))
        ordered = isinstance(node, ORDERED)
        for made in self.trial.supposed():
            if any(isinstance(value, str) and self.writes(made, value) for value in self._given(node)):
                return True
            if isinstance(made, (*PATTERNS, *_CHOICES)) or self._normalises(made, node):
                continue
            if self._finds_some(made):
                continue  # NULL where it finds nothing
            if _is_stored(made) and not self._is_whole(made):
                continue
            if excludes or (ordered and self._kind(made) in {"text", "word"}):
                return True
            if ordered and name_of(made) in _HASHES and not isinstance(made.parent, (exp.Mod, exp.BitwiseAnd)):
                return True
        return False

    def _asks_for_blobs(self, node: Expr) -> bool:
        """``typeof(name) = 'blob'``: what went astray in a column of texts or of numbers."""
        call = bare(node.this) if isinstance(node, (exp.EQ, exp.In, exp.Is, exp.NullSafeEQ)) else None
        if call is None or name_of(call) != "typeof" or len(parts_of(call)) != 1:
            return False
        column = bare(parts_of(call)[0])
        if type(column) is not exp.Column or not self.owns(column) or self.is_key(column.name.lower()):
            return False
        sought = [self.trial.value(part) for part in parts_of(node)[1:]]
        return bool(sought) and all(kind in ("blob", "null") for kind in sought)

    def _is_whole(self, made: Expr) -> bool:
        """``doc -> '$'`` is all of the document, and a word is none."""
        if isinstance(made, exp.BitwiseXor):
            return bool(self.trial.value(made.expression) == "$")
        return isinstance(made, exp.JSONValue) and is_text(made.this.name.lower())

    def _given(self, node: Expr) -> list[Any]:
        return [self.trial.value(side) for side in self._sides(node) if not has(side, exp.Column)]

    def _normalises(self, made: Expr, node: Expr) -> bool:
        """``name <> initcap(name)``: those that are not yet as they should be."""
        if name_of(made) not in _NORMALISING or not isinstance(node, (exp.NEQ, exp.NullSafeNEQ)):
            return False
        others = [side for side in map(bare, self._sides(node)) if side is not made]
        return [type(side) for side in others] == [exp.Column] and self.own_columns(others[0]) == self.own_columns(made)

    def _kind(self, made: Expr) -> Any:
        return self.trial.kinds.get(self.trial.texts[id(made)][1])

    def _asks(self, node: Expr, excludes: bool) -> bool:
        """What cannot be computed: an equality of plain content with something else."""
        if excludes and any(isinstance(bare(part), exp.Tuple) for part in self._sides(node)):
            return False
        if not isinstance(node, (exp.EQ, exp.NEQ, exp.In, *ORDERED, exp.NullSafeEQ, exp.NullSafeNEQ)):
            return not isinstance(node, exp.Func) and self.is_plain(node)
        return any(self.is_plain(part) for part in self._sides(node))

    def _sides(self, node: Expr) -> list[Expr]:
        return parts_of(node) if isinstance(node, (exp.Binary, exp.In, exp.Between)) else [node]

    def _compares_itself(self, node: Expr) -> bool:
        """``f(x) = x`` where ``f`` cannot be computed may hold for every row."""
        if isinstance(node, (exp.NEQ, exp.NullSafeNEQ)) or not isinstance(node, (exp.Binary, exp.In, exp.Between)):
            return False
        if isinstance(node, (exp.EQ, *ORDERED)) and all(type(bare(side)) is exp.Column for side in self._sides(node)):
            names = {bare(side).name.lower() for side in self._sides(node) if self.owns(bare(side))}
            if names & _ROW_NUMBERS and len(names) > 1 and all(map(self.is_key, names)):
                return True  # SQLite's ``rowid`` is the key
        first, *others = self._sides(node)
        mine = self.own_columns(first)
        if isinstance(node, exp.In) and any(self.own_columns(part) for part in others):
            return True
        shared = any(mine & self.own_columns(part) for part in others)
        return shared and not self._computed(node)

    def _computed(self, node: Expr) -> bool:
        return UNKNOWN not in self.trial.outcomes(node) and not any(name[0] == "=" for name in self.trial.kinds)

    def _across_types(self, node: Expr, negated: bool) -> bool:
        """A text is more than any number in SQLite, and nought in MySQL."""
        kinds = (*ORDERED, exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is)
        if not isinstance(node, kinds) or self.dialect == "postgres":
            return False
        left, right = (bare(node.args.get(k)) if node.args.get(k) else None for k in ("this", "expression"))
        if type(right) is exp.Column:
            left, right = right, left
        if isinstance(left, exp.Func) and KINDS.get(name_of(left)) == "date" and isinstance(node, ORDERED):
            value = self.trial.value(right) if right is not None else None
            if isinstance(value, (int, float)) and value < _EARLY:
                return True  # a time is written with more digits
        if isinstance(left, exp.Func) and right is not None and self.dialect == "sqlite":
            return isinstance(self.trial.value(right), Blob)
        if type(left) is not exp.Column or right is None or has(right, exp.Column, exp.Query):
            return False
        name, value = left.name.lower(), self.trial.value(right)
        if is_dated(name) and isinstance(value, (int, float)) and not isinstance(value, bool):
            if self.dialect == "mysql" and (type(node) is exp.EQ) == negated and type(node) in (exp.EQ, exp.NEQ):
                return True
        if is_dated(name) and isinstance(node, ORDERED) and isinstance(value, (int, float)):
            if value < _EARLY or _LATE < value < _EARLY * 1000:
                return True
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.dialect == "mysql":  # 0x01 is a number, too, and a text's least sign
            ordered = isinstance(node, ORDERED)
            return is_text(name) and numeric and (ordered or (value == 0 and not isinstance(node, exp.NEQ)))
        if isinstance(value, Blob) and (negated or not isinstance(node, exp.EQ)):
            # A blob is more than anything else, and the same as no text.
            return isinstance(node, ORDERED) or is_text(name) or self.is_key(name)
        if not isinstance(node, (exp.NEQ, exp.NullSafeNEQ, *ORDERED)):
            return False
        texts = isinstance(value, str) and number(value) is None
        if texts:
            return self.is_key(name) or name.endswith("_id")
        return is_text(name) and numeric and not isinstance(node, (exp.NEQ, exp.NullSafeNEQ))

    def _is_no_flag(self, node: Expr) -> bool:
        """A value as a condition by itself, ``ifnull(name, 1)``, where it is one that is hardly ever nought."""
        if type(node) is exp.Is:  # ``x IS DOCUMENT`` and its kin, which the parser takes for a column
            if type(node.expression) is exp.Boolean:
                return self.dialect != "postgres" and is_text(bare(node.this).name.lower())
            return self.dialect == "postgres" and type(bare(node.expression)) is exp.Column
        if type(node) is exp.DPipe:  # ``id || ''`` is no nought in SQLite, nor in MySQL
            return all(self.is_key(name) for name in self.own_columns(node))
        if type(node) is exp.Column:
            return is_text(node.name.lower())
        if not isinstance(node, (exp.Func, exp.Cast)) or isinstance(node, exp.Predicate):
            return False
        if KINDS.get(name_of(node)) == "count" and len(parts_of(node)) == 1 and not _is_stored(node):
            return True
        names = self.own_columns(node)
        if all(self.is_key(name) or name.endswith("_id") for name in names):
            return len(parts_of(node)) == 1 or isinstance(node, exp.Coalesce)
        return (
            isinstance(node, exp.Coalesce)
            and self.is_plain(node.this)
            and all(is_text(name) or is_dated(name) for name in names)
        )

    def _predicate(self, node: Expr, negated: bool) -> bool:
        """An operator or a function that answers yes or no: it needs content, and something else that is not empty."""
        parts = [bare(part) for part in parts_of(node)]
        own = [part for part in parts if self.has_content(part)]
        if not own:
            return False
        if negated and not any(self.is_plain(part) or _is_stored(part) for part in own):
            return False
        if negated and _searches(node) and not has(node, *ASKED):
            return False  # ``NOT (text @@ to_tsquery('the'))``: a word that is not looked for, perhaps
        others = [part for part in parts if part not in own]
        sought = [str(self.trial.value(text)).strip() for part in others for text in found_in(part, exp.Literal)]
        if any(self.writes(part, text) for part in own for text in sought):
            return False
        within = within_range(node, own, others, self.is_key)
        if within is not None:
            return self.selects(within, negated) and (negated or all(map(self._says_something, others)))
        if isinstance(node, exp.Func) and len(parts) == 1:
            return self.is_plain(parts[0]) and (negated or name_of(node) not in _VALID)  # a document is one
        if isinstance(node, exp.Operator):
            return bool(others) and str(node.args.get("operator", "")).rpartition(".")[2] in {"=", "~", "~*", "~~"}
        if not others:
            return len(set.union(*(self.own_columns(part) for part in own))) > 1
        return all(self._says_something(part) for part in others)

    def _says_one_of(self, node: Expr, listed: Expr, negated: bool) -> bool:
        """``id = ANY ($1)`` and ``'vip' = ANY (tags)``."""
        value, some = bare(node.this), not isinstance(bare(node.expression), exp.All)
        excludes = negated or not some
        if excludes and not self._lists_others(listed):
            return False
        if isinstance(listed, exp.Query) and isinstance(node, ORDERED) and self.relates(listed):
            return self.has_content(value) and not (some and isinstance(node, (exp.GTE, exp.LTE)))
        if self.has_content(value):
            return self._says_something(listed)
        return self.is_plain(listed) and not self.own_columns(value)

    def _each(self, node: Expr, listed: Expr, negated: bool) -> bool:
        """``at < ANY (ARRAY[now(), ...])``: each of the comparisons must leave rows out, of those with ALL one."""
        items = parts_of(listed) if isinstance(listed, exp.Array) or name_of(listed) == "array" else []
        if not isinstance(node, ORDERED) or not items or not self.has_content(node.this):
            return True
        if len(items) > _MOST_ITEMS:
            return False
        each = (type(node)(this=node.this.copy(), expression=item.copy()) for item in items)
        judged = [self._leaf(part, negated) for part in each]
        return all(judged) if negated == isinstance(bare(node.expression), exp.All) else any(judged)

    def _says_something(self, node: Expr) -> bool:
        if self.own_columns(node):
            return False
        if isinstance(node, (exp.Any, exp.All)):
            return self._says_something(bare(node.this))
        if isinstance(node, exp.Tuple) and isinstance(node.parent, exp.Overlaps) and len(node.expressions) == 2:
            first, last = (self.trial.value(part) for part in node.expressions)
            if isinstance(last, timedelta) and as_date(first) is not None:
                last = moved(as_date(first), last)
            return first is UNKNOWN or last is UNKNOWN or tells((first, last))
        if isinstance(node, (exp.Query, exp.Subquery)):
            inner = inside(node)
            return type(inner) is not exp.Select or reads_tables(inner) or inner.args.get("where") is None
        if isinstance(node, exp.Func) and not isinstance(node, (exp.Array, exp.Cast)):
            name = name_of(node)
            if name.endswith("range"):
                ends = [self.trial.value(part) for part in parts_of(node)[:2]]
                return UNKNOWN in ends or len(ends) < 2 or tells(ends)
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
        if not all(map(tells, ends_of(text))):
            return False
        # ``@@ '!zzz'`` is true of whatever has not that word; ``@? '$'`` of any document.
        return text not in _EMPTY and not (text.lstrip("( ").startswith("!") and "&" not in text)


_COLLECTING = (exp.ArrayAgg, exp.GroupConcat, exp.JSONArrayAgg, exp.JSONObjectAgg, exp.JSONBObjectAgg)
_COLLECTORS = frozenset(
    """array_agg string_agg group_concat json_agg jsonb_agg json_object_agg jsonb_object_agg json_group_array
    json_group_object jsonb_group_array jsonb_group_object xmlagg json_arrayagg json_objectagg range_agg""".split()
)


def _collector(item: Expr) -> bool:
    return any(name_of(call) in _COLLECTORS for call in found_in(item, exp.Func))


def _is_constant(node: Expr) -> bool:
    return type(node.this if type(node) is exp.Neg else node) is exp.Literal


def _is_given(value: Expr) -> bool:
    return isinstance(value, ASKED) or (type(value) is exp.Literal and number(value.this) != 0)


def _home(column: Expr) -> frozenset[tuple[str, str]]:
    table = column.text("table").lower()
    return frozenset({(table, column.name.lower()), (table, "*" if table else "")})


def _is_condition(node: Expr) -> bool:
    """Whether a value is the answer to a question."""
    node = bare(node)
    return isinstance(node, (exp.Predicate, exp.Connector, exp.Not)) or (
        isinstance(node, (exp.Case, exp.If, exp.Coalesce)) and has(node, exp.Predicate)
    )


def _is_stored(node: Expr) -> bool:
    """Whether what cannot be computed is stored as it is: ``doc ->> 'a'``, ``tags[1]``, a number of elements."""
    if isinstance(node, exp.Cast):
        return type(bare(node.this)) is exp.Column or _is_stored(bare(node.this))
    if isinstance(node, (exp.Add, exp.Bracket, exp.BitwiseXor)):
        return type(bare(node.this)) is exp.Column or _is_stored(bare(node.this))
    if isinstance(node, (exp.Extract, exp.JSONExtract, exp.JSONExtractScalar, exp.JSONValue, exp.Query)):
        return True
    name = name_of(node) if isinstance(node, exp.Func) else ""
    return name in _ACCESSORS or isinstance(KINDS.get(name), tuple) or isinstance(node, exp.Subquery)


def _searches(node: Expr) -> bool:
    return isinstance(node, (exp.Match, exp.MatchAgainst)) or any(
        name_of(call).endswith(("tsquery", "tsvector")) for call in found_in(node, exp.Func)
    )


def _is_of_session(node: Expr) -> bool:
    """A value that the session has, or the server: ``row_count()``, ``pg_backend_pid()``."""
    node = bare(node)
    while isinstance(node, exp.Cast):
        node = bare(node.this)
    return (
        type(node) is exp.SessionParameter
        or name_of(node) in _OF_SEQUENCE
        or (
            isinstance(node, exp.Func)
            and not has(node, exp.Column, exp.Query, *ASKED)
            and (type(node) is exp.Anonymous or not parts_of(node))
            and not parts_of(node)
        )
    )


_OF_SEQUENCE = frozenset({"currval", "nextval", "lastval"})
_VALID = frozenset({"json_valid", "isjson"})
_HASHES = frozenset("hashtext hashtextextended hashint4 hashint8 crc32 crc32c".split())
_ROW_NUMBERS = frozenset({"rowid", "oid", "_rowid_"})
_EARLY, _LATE = 100_000_000, 4_200_000_000
"""Seconds of 1973 and of 2103: no time is written as a number before, nor behind, unless in milliseconds."""
_NORMALISING = frozenset(
    "initcap unaccent ltrim rtrim btrim normalize regexp_replace translate convert regexpreplace".split()
)
_ACCESSORS = frozenset(
    """json_extract json_value json_query json_unquote json_extract_path json_extract_path_text jsonb_extract_path
    jsonb_extract_path_text jsonb_path_query_first jsonextract jsonextractscalar json_text json_array_length
    jsonb_array_length json_length array_length cardinality array_position arraysize age jsonb_typeof json_typeof
    json_type jsontype json_search""".split()
)
