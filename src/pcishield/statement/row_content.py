"""What of an expression is content of the row at hand: values that vary with what is stored in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, COMPUTED, UNKNOWN, alone, bare
from pcishield.statement.content import CALLS, KINDS, PREDICATES
from pcishield.statement.patterns import matches_some, pattern_selects
from pcishield.statement.samples import Trial
from pcishield.statement.trees import found_in, has, is_type, name_of, parts_of

__all__ = ["RowContent", "is_random"]

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


class RowContent:
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
        self.copied: frozenset[str] = frozenset()
        """Names of subqueries and CTEs that give every row of the table written to."""
        self.made: frozenset[tuple[str, str]] = frozenset()
        """What is joined and made up, ``generate_series(1, 1000000) g``, by table ("" for none) and column or ``*``."""
        self.trial = Trial(strings, is_key, own, self._opaque, dialect == "mysql", dialect in {"mysql", "sqlite"})

    def _kind_of_query(self, node: Expr) -> str:
        outer = node.parent
        while isinstance(outer, exp.Paren):
            outer = outer.parent
        others = [part for part in parts_of(outer) if not has(part, exp.Query)] if outer is not None else []
        return "text" if any(isinstance(self.trial.value(part), str) for part in others) else "number"

    relates: Callable[[Expr], bool]
    _is_value: Callable[[Expr, Expr | None], bool]

    def is_plain(self, node: Expr) -> bool:
        """Whether a value is a column as it is stored, or a tuple with one."""
        node = bare(node)
        while isinstance(node, (exp.Cast, exp.Collate, exp.AtTimeZone, exp.Paren)):
            node = node.this
        if isinstance(node, exp.Tuple):
            return any(self.is_plain(part) for part in node.expressions)
        return type(node) is exp.Column and self.owns(node)

    def has_content(self, node: Expr) -> bool:
        """Whether a value varies with what is stored in the row."""
        node = bare(node)
        kind = type(node)
        if kind is exp.Column:
            return self.owns(node) and node.name.lower() not in _SYSTEM
        if kind is exp.Subquery or kind is exp.Select:
            inner = alone(node)
            return self.has_content(inner) if inner is not None else bool(self.relates(node))
        if kind is exp.Bracket or (kind is exp.Add and name_of(bare(node.this)) in _SPLITS):
            inner = bare(node.this)  # ``(string_to_array(x, '@'))[2]``
            return self.has_content(parts_of(inner)[0] if name_of(inner) in _SPLITS else inner)
        if kind is exp.Tuple or isinstance(node, (*_NEUTRAL, *_ARITHMETIC, exp.Predicate, exp.Connector, exp.Not)):
            return any(self.has_content(part) for part in parts_of(node))
        if isinstance(node, exp.Interval) or kind is exp.JSONValue or not isinstance(node, exp.Func):
            return any(self.has_content(part) for part in parts_of(node)) if kind in _OTHERS else False
        name, parts = name_of(node), parts_of(node)
        if name in _TYPE_OF and not self._is_member(parts):
            return False  # that of a whole column is the same in each row
        if isinstance(node, exp.RegexpReplace) and not pattern_selects(
            exp.RegexpLike, str(self.trial.value(node.expression))
        ):
            return False
        if name == "json_search":
            sought = self.trial.value(parts[2]) if len(parts) > 2 else UNKNOWN
            some = not isinstance(sought, str) or pattern_selects(exp.Like, sought)
            return some and self.has_content(parts[0])
        if name.startswith("regexp") and not self._may_match(node):
            return False
        if not (name in KINDS or name in PREDICATES or kind in COMPUTED or name in CALLS or self._theirs(node, name)):
            return False
        columns = [column for part in parts for column in self.own_columns(part)]
        computed = kind in COMPUTED or kind in CALLS or name in CALLS
        return any(map(self.has_content, parts)) and (computed or len(columns) == len(set(columns)))

    def _is_member(self, parts: list[Expr]) -> bool:
        """Whether what a type is asked of is a part of a document: ``doc -> 'a'``, ``json_type(doc, '$.a')``."""
        first = bare(parts[0])
        if len(parts) > 1:
            return self.trial.value(parts[1]) not in ("$", UNKNOWN)
        if type(first) is exp.Add:
            return bool(first.expression.is_string) and self.trial.value(first.expression) != "{}"
        if type(first) is exp.BitwiseXor:  # SQLite's arrow
            return bool(first.expression.is_string) and self.trial.value(first.expression) != "$"
        path = [self.trial.value(part) for part in found_in(first, exp.Literal)]
        path += [_decoded(str(part.this), self.strings) for part in found_in(first, exp.JSONPathKey)]
        return isinstance(first, (exp.JSONExtract, exp.JSONExtractScalar)) and "$" not in path

    def _seeks(self, call: Expr) -> bool:
        """Whether the expression that a function counts is one that not any text has."""
        pattern = self.trial.value(parts_of(call)[1]) if len(parts_of(call)) > 1 else UNKNOWN
        return not isinstance(pattern, str) or pattern_selects(exp.RegexpLike, pattern)

    def _may_match(self, call: Expr) -> bool:
        """Whether the expression that a function looks for is seen to match anything."""
        pattern = self.trial.value(parts_of(call)[1]) if len(parts_of(call)) > 1 else UNKNOWN
        return not isinstance(pattern, str) or matches_some(exp.RegexpLike, pattern)

    def _theirs(self, node: Expr, name: str) -> bool:
        """A function that is not the database's own, which the policy asks about unless it is known to only read."""
        return type(node) is exp.Anonymous and name not in _CONSTRUCTORS and not self.is_builtin(name)

    def own_columns(self, node: Expr) -> set[str]:
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
        if isinstance(node, (exp.Any, exp.All)) or (type(node) is exp.Anonymous and node.this.upper() in _QUANTIFIERS):
            return None
        if isinstance(node, (exp.Subquery, exp.Select)):
            if not self._is_value(node, None):
                return None
            return "count" if has(node, exp.Count) else self._kind_of_query(node)
        if isinstance(node, exp.Query) or not self.has_content(node):
            if has(node, exp.Column, exp.Query) or is_random(node) or not isinstance(node, exp.Func):
                return "number" if has(node, *ASKED) and not has(node, exp.Column, exp.Query) else None
            kind = KINDS.get(name_of(node), "number")
            return f"fixed {kind if isinstance(kind, str) else 'number'}"
        if isinstance(node, exp.Extract):
            return KINDS.get(_text_of(node.this, self.strings), "number")
        if isinstance(node, exp.Cast):
            return "date" if is_type(node.to, exp.DataType.TEMPORAL_TYPES) else "number"
        if isinstance(node, exp.Func):
            name = name_of(node)
            if name in {"regexp_count", "regexp_instr"} and not self._seeks(node):
                return (1, 10**6)
            return KINDS.get(name, "bool" if name in PREDICATES else "number")
        return "text" if isinstance(node, (exp.Add, exp.Bracket, exp.JSONValue, exp.BitwiseXor)) else "number"


_CONSTRUCTORS = frozenset({"array", "row", "map", "struct", "list", "values"})
_QUANTIFIERS = frozenset({"ALL", "ANY", "SOME"})
_RANDOM = ("rand", "gen_random", "uuid_generate", "uuid_short", "uuid_v", "newid", "sys_guid")
_SYSTEM = frozenset({"tableoid", "xmin", "xmax", "cmin", "cmax"})
_SPLITS = frozenset({"string_to_array", "regexp_split_to_array"})
_OTHERS = frozenset({exp.Interval, exp.Dot, exp.Alias, exp.JSONValue})
_TYPE_OF = frozenset({"jsonb_typeof", "json_typeof", "json_type", "jsontype"})


def _text_of(node: Expr, strings: list[str]) -> str:
    return _decoded(str(node.name), strings).lower()


def _decoded(name: str, strings: list[str]) -> str:
    if name[:1] == "~" and name[1:].isdigit() and int(name[1:]) < len(strings):
        return strings[int(name[1:])]
    return name


def is_random(node: Expr) -> bool:
    """Whether a value is another each time."""
    return has(node, exp.Rand, exp.Uuid) or any(
        name_of(call).startswith(_RANDOM) or name_of(call) == "uuid" for call in found_in(node, exp.Anonymous)
    )
