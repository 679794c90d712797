"""Tries a condition on rows made for it: one that holds for each of them selects nothing.

``id * 0 = 0`` and ``(id = 1) IS NOT NULL`` have no shape that a list of tautologies would have. Rows hold numbers,
texts or times, as the condition itself shows; small, large, empty, and whatever it mentions with its neighbours, so
that a condition that leaves out a single value is seen to do so. What a function makes of a row, and cannot be
computed here, is a value of its own among those that it may have (:mod:`~pcishield.statement.content`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, UNKNOWN, bare, is_written, listed_in_text, number, operate, truth
from pcishield.statement.content import (
    CALLS,
    CONSTANT_DATES,
    KINDS,
    NULLABLE,
    as_date,
    as_interval,
    counted,
    is_extreme,
)
from pcishield.statement.dates import (
    DATED,
    MOVES,
    NO_TIME,
    Dates,
    dates_tried,
    is_dated,
    is_made,
    is_past,
    is_sometimes,
)  # fmt: skip
from pcishield.statement.inverses import solved
from pcishield.statement.trees import found_in, has, is_type, name_of, nodes_of, parts_of, parts_within

__all__ = ["Trial", "is_text"]

Expr = Any
Name = tuple[str, str]
"""Of a column; the table written to is "". A computed value is "=" and what computes it."""

_NUMBERS = (0, 1, -1, 2, 3, 7, -5, 1000, 7919, 10**12, -(10**12), 0.5)
_KEYS = (1, 2, 3, 7, 1000, 7919, 999_999_937)
_ALL_KEYS = (1, 2, 3, 4, 5, 6, 8, 11, 37, 499, 2003, 30_011, 4_000_037, 777_777_773, 5 * 10**11)
_COUNTS = (0, 1, 2, 3, 7, 1000, 10**6)
_TEXTS = ("", "a", "A", "Ab c ", "zz~", "1", "é", "x" * 300, "q7x")
_GIVEN: dict[str, Any] = {"number": 7919, "count": 7919, "date": datetime.fromisoformat("2024-05-06"), "bool": False}
"""What a parameter, or a constant that cannot be computed, is taken to be."""
_MOST_SAID = 24
_MOST_WORK, _FEWEST_ROWS = 60_000, 16
"""Parts of a condition that are computed, over all rows tried; a long condition is tried on fewer."""
_LAST_KEY = 2**31 - 1
_VALUED = (exp.Literal, exp.Neg, exp.Cast, exp.Add, exp.Sub, exp.DateAdd, exp.DateSub, exp.Anonymous, exp.Func)
_MIXED = frozenset({True, False})
_TEXT_NAMES = frozenset(
    """name email title city address comment note notes description country street phone username login holder label
    message text what body subject""".split()
)


class Trial(Dates):
    """Computes a condition on made-up rows.

    Args:
        strings: Decoded literals.
        is_key: Whether a column is a key: whole numbers above nought, never NULL.
        own: Names under which the table written to is known.
        opaque: Kind of values of what cannot be computed, as in :data:`~pcishield.statement.content.KINDS`; ``None``
            when nothing is known of them.
        unsigned: Whether ``~0`` is the largest number, as in MySQL.
        adds: Whether a sum may be a condition, as in MySQL and SQLite.
    """

    def __init__(
        self,
        strings: list[str],
        is_key: Callable[[str], bool],
        own: set[str],
        opaque: Callable[[Expr], Any],
        unsigned: bool = False,
        adds: bool = False,
    ) -> None:
        super().__init__(strings, self._of_column)
        self.is_key, self.own, self.opaque = is_key, own, opaque
        self.current: dict[Name, Any] = {}
        self.kinds: dict[Name, Any] = {}
        self.texts: dict[int, tuple[Expr, Name]] = {}
        self.nullable: set[Name] = set()
        self.summed: set[Name] = set()
        """Columns that are added to, or made numbers of, where that is nought for a word."""
        self.unsigned, self.adds = unsigned, adds
        self._is_ordered = self._sees_sign = False
        self._begun: tuple[Expr, dict[Name, Any], set[Name], list[Any]] | None = None
        """The last condition, what holds of its names, and the values that it mentions."""
        self._queried: Any = None
        """What a query gives, where that is the same for any row."""
        self.lacked = False
        """Whether the condition came to NULL for want of a time that only some rows have."""

    def outcomes(self, node: Expr, enough: frozenset[Any] = _MIXED) -> set[Any]:
        """Return what a condition comes to on the rows tried: True, False, ``None`` for NULL, ``UNKNOWN``.

        No more rows are tried once it has come to all of ``enough``.
        """
        said = self._begin(node)
        found: set[Any] = set()
        size = len(nodes_of(node))
        rows = islice(self._rows(node, said), max(_FEWEST_ROWS, _MOST_WORK // size))
        for row in chain([self._row_mentioned(said)], rows) if enough is _MIXED and self.kinds else rows:
            self.current = row
            value = self.value(node)
            found.add(UNKNOWN if value is UNKNOWN else truth(value))
            if value is None and any(row[name] is None for name in row if name[0] == "" and is_sometimes(name[1])):
                self.lacked = True
            if UNKNOWN in found or enough <= found:
                break
        self.current = {}
        return found

    def _begin(self, node: Expr) -> list[Any]:
        """Find out what a condition is about, and of which kinds that is; return the values that it mentions."""
        self.lacked = False
        if self._begun is not None and self._begun[0] is node:
            _, kinds, nullable, said = self._begun  # asked about as a condition on keys just before
            self.kinds, self.nullable = dict(kinds), set(nullable)
            return said
        self.kinds, self.nullable = {}, set()
        self._columns(node)
        self._is_ordered = has(node, exp.GT, exp.GTE, exp.Between)
        self._sees_sign = self._is_ordered and any(name_of(call) in _OF_SIGN for call in found_in(node, exp.Func))
        said = self._said(node)
        for _ in range(8):
            before = len(self.kinds)
            self.current = {name: self._samples(name, said)[-1] for name in self.kinds}
            self.value(node)
            if len(self.kinds) == before:
                break
        if not has(node, exp.Query, exp.ArrayPosition, exp.Anonymous):  # which are not the same for keys
            self._begun = (node, dict(self.kinds), set(self.nullable), said)
        return said

    def of_keys(self, node: Expr, texts: bool) -> Iterator[tuple[int, Any]]:
        """Give what a condition on keys comes to on keys that it does not name, with their places from the first on.

        Nothing for keys that are no numbers, unless ``texts``; and where something else than keys, and values that are
        the same for any row, is a part of it. The last key and one of the first come first: where that says enough,
        the caller stops.
        """
        try:
            self._queried = _GIVEN["number"]
            written = self._begin(node)
            self._queried = "q7x" if "text" in self.kinds.values() else self._queried
            if texts or set(self.kinds.values()) <= {"number"}:
                yield from self._answers_of_keys(node, written)
        finally:
            self._queried, self.current = None, {}

    def _answers_of_keys(self, node: Expr, written: list[Any]) -> Iterator[tuple[int, Any]]:
        values = (*written, *map(self._literal, found_in(node, exp.Literal)))
        listed = [item for value in values for item in (value.split(",") if isinstance(value, str) else [value])]
        said = set(map(number, listed)) - {None}
        most = min((abs(n) for n in said if n is not None and is_extreme(n)), default=float("inf"))
        rows: dict[Name, list[Any]] = {}
        for name, kind in self.kinds.items():
            if name[0] == "?" or (isinstance(kind, str) and kind.startswith("fixed ")):
                rows[name] = [_GIVEN.get(str(kind).removeprefix("fixed "), "q7x")]
            elif name[0] == "=":
                return
            elif kind == "number":
                rows[name] = [n for n in _ALL_KEYS if n not in said and n < most]
            else:
                sized = ["k" * size for size in written if type(size) is int and 0 < size <= 64]
                rows[name] = [t for t in (*_TEXTS, *sized) if t not in ("", "q7x", *map(str, written))]
        places = list(range(max(map(len, rows.values()), default=0)))
        for i in [*places[-1:], *places[3:4], *places[:3], *places[4:-1]]:
            self.current = {name: values[i % len(values)] for name, values in rows.items() if values}
            value = self.value(node)
            yield i, UNKNOWN if value is UNKNOWN else truth(value)

    def supposed(self) -> list[Expr]:
        """What the last condition held that could not be computed, and was taken to be of its kind."""
        return [node for node, name in self.texts.values() if name in self.kinds]

    # values

    def value(self, node: Expr) -> Any:
        """Compute a value; what cannot be computed, but has a known kind, is a variable like a column."""
        if type(node) is exp.Paren and not isinstance(bare(node), exp.Predicate):
            node = bare(node)
        kind = type(node)
        if kind is exp.Literal or (kind is exp.Column and type(node.this) is exp.Identifier):
            found = self._literal(node) if kind is exp.Literal else self._of_column(node)
            if found is not UNKNOWN:
                return found
        if kind is exp.Add and (self._is_operator(node) or (not self.adds and _stands_alone(node))):
            return self._variable(node)
        name = name_of(node) if isinstance(node, exp.Func) else ""
        found = self.time_value(node, name)
        if found is not NO_TIME:
            return found
        if self._queried is not None and isinstance(node, exp.Query):
            return self._queried
        if kind is exp.Parameter or kind is exp.Placeholder:
            return self.current.get(("?", ""), UNKNOWN)
        if kind is exp.BitwiseNot:
            bits = number(self.value(node.this))
            return UNKNOWN if not isinstance(bits, int) else (1 << 64) - 1 - bits if self.unsigned else -1 - bits
        if kind in _QUANTIFIED and isinstance(node.expression, (exp.Any, exp.All, exp.Anonymous)):
            found = self._quantified(node)
            if found is not UNKNOWN:
                return found
        if kind is exp.RegexpLike:
            found = self._contains(node)
            if found is not UNKNOWN:
                return found
        if kind is exp.Any or kind is exp.All:
            listed = bare(node.this)
            if name_of(listed) == "array" and len(parts_of(listed)) == 1:
                return self.value(parts_of(listed)[0])
        if self._queried is not None and (kind is exp.ArrayPosition or name == "find_in_set"):
            return self._place(node)
        if kind is exp.Div and not self.unsigned and self._is_whole(node):
            left, right = number(self.value(node.this)), number(self.value(node.expression))
            return UNKNOWN if left is None or right is None else int(left / right) if right else None
        if kind is exp.Hex and self.adds and not self.unsigned and self.value(node.this) is None:
            return ""  # in SQLite
        if kind is exp.Coalesce and self.unsigned:
            node = _set_only(node)
        which = (kind, bool(node.args.get("is_left"))) if kind is exp.Pad else name if kind is exp.Anonymous else kind
        function = CALLS.get(which)
        found = self._called(node, function) if function is not None else super().value(node)
        if found is UNKNOWN and kind not in _LOGICAL:
            found = self.near_time(node, name)
            return self._variable(node) if found is UNKNOWN else found
        return found

    def _is_whole(self, node: Expr) -> bool:
        """Whether a quotient is one of keys and whole numbers, which PostgreSQL and SQLite cut to a whole number."""
        if has(node, exp.Query, *ASKED) or any("." in item.name for item in found_in(node, exp.Literal)):
            return False
        return all(self.is_key(column.name.lower()) for column in found_in(node, exp.Column))

    def _is_operator(self, node: Expr) -> bool:
        """``doc ->> 'a'`` and ``tags[1]``: operators that the parser is not shown are additions to it."""
        if node.expression.is_string and as_interval(self._literal(node.expression)) is not None:
            return type(node.this) is exp.Column  # ``now() + '1 day'`` is none
        return bool(node.expression.is_string) or type(node.expression) is exp.Paren

    def _variable(self, node: Expr) -> Any:
        # The text of a subquery is long, and it is asked for with every row. The node is kept: no other has its ``id``.
        found = self.texts.get(id(node))
        if found is None:
            found = self.texts[id(node)] = (node, ("=", repr(node)))
        name = found[1]
        if name in self.kinds:
            return self.current.get(name, UNKNOWN)
        kind = self.opaque(node)
        if kind is None:
            return UNKNOWN
        self.kinds[name] = kind
        arrow = isinstance(node, exp.BitwiseXor) and node.expression.is_string  # SQLite's
        named = isinstance(node, exp.Func) and name_of(node) in NULLABLE
        if named or arrow or isinstance(node, (exp.Add, exp.JSONValue)):
            self.nullable.add(name)
        return UNKNOWN

    def _of_column(self, column: Expr) -> Any:
        return self.current.get(self._name(column), UNKNOWN)

    def _name(self, column: Expr) -> Name:
        table = column.text("table").lower() if column.args.get("table") is not None else ""
        return ("" if table in self.own else table, column.name.lower())

    def _quantified(self, node: Expr) -> Any:
        """``id <> ALL (ARRAY[1, 2])`` and ``id = ANY ('{1,2}')``."""
        if type(node.expression) is exp.Anonymous and str(node.expression.this).upper() not in {"ALL", "SOME", "ANY"}:
            return UNKNOWN
        some = type(node.expression) is exp.Any or str(node.expression.this).upper() in {"SOME", "ANY"}
        listed = bare((parts_of(node.expression) or [exp.Null()])[0])
        while type(listed) is exp.Cast:
            listed = bare(listed.this)
        if type(listed) is exp.Array or name_of(listed) == "array":
            values = [self.value(part) for part in parts_of(listed)]
        else:
            values = listed_in_text(self._literal(listed) if type(listed) is exp.Literal else "")
        if not values:
            return UNKNOWN
        left = self.value(node.this)
        if left is UNKNOWN or UNKNOWN in values:
            return UNKNOWN
        answers = [operate(type(node), left, value) for value in values]
        return some if some in answers else UNKNOWN if UNKNOWN in answers else None if None in answers else not some

    def _place(self, node: Expr) -> Any:
        """``array_position(ARRAY[1, 2], id)`` and ``find_in_set(id, '1,2')`` of a key and a list that is written."""
        first, second = parts_of(node)[:2] if len(parts_of(node)) == 2 else (exp.Null(), exp.Null())
        listed, sought = (first, second) if type(node) is exp.ArrayPosition else (second, first)
        text = self._literal(listed) if type(listed) is exp.Literal else None
        values = text.split(",") if isinstance(text, str) else [self.value(part) for part in bare(listed).expressions]
        key = self.value(sought)
        if key is UNKNOWN or not values or UNKNOWN in values:
            return UNKNOWN
        places = [place for place, value in enumerate(values, 1) if str(value) == str(key)]
        return places[0] if places else None if type(node) is exp.ArrayPosition else 0

    def _contains(self, node: Expr) -> Any:
        """A regular expression without signs of its own; others are never run."""
        text, pattern = self.value(node.this), self.value(node.expression)
        plain = isinstance(text, str) and isinstance(pattern, str) and _PLAIN.fullmatch(pattern) is not None
        return None if text is None else pattern in text if plain else UNKNOWN

    # rows

    def _columns(self, node: Expr) -> None:
        for column in found_in(node, exp.Column):
            if not isinstance(column.this, exp.Star):
                name = self._name(column)
                if self.kinds.get(name) in (None, "text"):
                    self.kinds[name] = self._kind_of(column)
                if self.adds and isinstance(column.parent, (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Cast)):
                    self.summed.add(name)
                if not self.is_key(name[1]) and not (name[0] == "" and is_made(name[1])):
                    self.nullable.add(name)
        for asked in found_in(node, *ASKED)[:1]:
            self.kinds["?", ""] = self._kind_of(asked)

    def _kind_of(self, node: Expr) -> str:
        """What a column or parameter holds, by what it is compared with."""
        inner, outer = node, node.parent
        if type(outer) in (exp.Cast, exp.Sub) and type(node) is exp.Column and is_dated(node.name.lower()):
            return "date"  # also as a text
        if self.unsigned and isinstance(outer, _SUMS) and type(node) is exp.Column and is_dated(node.name.lower()):
            whole = outer.parent
            others = [part for part in parts_of(whole) if part is not outer] if isinstance(whole, _COMPARED) else []
            if all(type(part) is exp.Literal and not part.is_string for part in others):
                return "date"  # MySQL's 20260304050607
        if type(outer) is exp.Cast and type(node) is exp.Column and self._refers(node.name.lower()):
            return "number"  # written in digits
        while outer is not None:
            kind = type(outer)
            if kind in DATED:
                return "number" if type(node) is exp.Column and self.is_key(node.name.lower()) else "date"
            if kind in (exp.Like, exp.ILike, exp.RegexpLike, exp.Glob, exp.DPipe):
                return self._by_name(node) if inner is node and is_dated(node.name.lower()) else "text"
            if kind in _COMPARED:
                # Each of thousands of columns in a list would look at all the others.
                others = [part for part in islice(parts_within(outer), _MOST_SAID) if part is not inner]
                shown = next(filter(None, map(self._static, others)), "")
                if shown in {"text", "number"} and inner is node and is_dated(node.name.lower()):
                    if shown == "text" or any(map(self._is_time_in_seconds, others)):
                        return "date"  # compared as it is written
                if shown or type(node) is exp.Column:
                    return shown or self._by_name(node)
                column = next((c for part in others for c in found_in(part, exp.Column)), node)
                return self._by_name(column)
            if isinstance(outer, exp.Func) and kind not in _PASSING:
                name = name_of(outer)
                if (
                    isinstance(outer, exp.Extract)
                    or name in _OF_DATE
                    or KINDS.get(name) == "date"
                    or "date" in name
                    or "time" in name
                ):
                    return "date"
                if KINDS.get(name) in {"text", "word"} or name in _OF_TEXT:
                    return "date" if type(node) is exp.Column and is_dated(node.name.lower()) else "text"
                return "number"
            if isinstance(outer, (exp.Mul, exp.Mod, exp.Div, exp.IntDiv, exp.Neg, exp.BitwiseAnd, exp.BitwiseOr)):
                return "number"
            if isinstance(outer, (exp.And, exp.Or, exp.Not, exp.Where)):
                break
            inner, outer = outer, outer.parent
        return self._by_name(node)

    def _is_time_in_seconds(self, node: Expr) -> bool:
        """``unixepoch()``, and what is as many seconds, or milliseconds, since 1970."""
        value = number(self.value(node)) if not has(node, exp.Column, exp.Query, *ASKED) else None
        return value is not None and counted(_GIVEN["date"], value) is not _GIVEN["date"]

    def _refers(self, name: str) -> bool:
        """Whether a column of that name holds keys, its own or others."""
        return self.is_key(name) or name.endswith("_id")

    def _by_name(self, node: Expr) -> str:
        name = node.name.lower() if type(node) is exp.Column else ""
        if not name or self.is_key(name) or name.endswith("_id"):
            return "number" if name else "text"
        return "date" if is_dated(name) else "text"

    def _static(self, node: Expr) -> str:
        while type(node) in (exp.Paren, exp.Neg, exp.Collate):
            node = node.this
        kind = type(node)
        if kind is exp.Literal:
            if not node.args.get("is_string"):
                return "number"
            said = self._literal(node)
            return "date" if as_date(said) is not None else "" if number(said) is not None else "text"
        if kind is exp.Boolean:
            return "bool"
        if kind in ASKED or (kind is exp.Tuple and is_written(node, asked=True)):
            return ""
        if kind is exp.Cast and is_type(node.to, exp.DataType.TEMPORAL_TYPES):
            return "date"
        if kind is exp.Cast and is_type(node.to, exp.DataType.TEXT_TYPES):
            return "text"
        if kind is exp.Column:
            return "number" if self.is_key(node.name.lower()) else ""
        if kind is exp.Interval or kind in MOVES:
            return "date"
        if isinstance(node, exp.Func) and kind not in _PASSING:
            name = name_of(node)
            found = "date" if name in CONSTANT_DATES else "number" if kind is exp.Extract else KINDS.get(name, "")
            return "text" if found == "word" else found if found in {"text", "date"} else "number" if found else ""
        if has(node, exp.Interval):
            return "date"
        if isinstance(node, (exp.Add, exp.Sub, exp.Mul)) and not self._is_operator(node):
            return self._static(node.this) or self._static(node.expression)
        return ""

    def _said(self, node: Expr) -> list[Any]:
        """Values that a condition mentions, also computed ones."""
        found: list[Any] = []
        self.current = {}
        alone = Trial(self.strings, self.is_key, self.own, lambda _: None, self.unsigned)
        for item in found_in(node, *_VALUED):
            if len(found) >= _MOST_SAID:
                break
            if type(item) is exp.Literal or not has(item, exp.Column, exp.Query):
                value = alone.value(item)
                if value is not UNKNOWN and value is not None and not isinstance(value, timedelta):
                    found += listed_in_text(value) or [value]
        for item in found_in(node, exp.Predicate)[:_MOST_SAID]:
            found += solved(item, lambda part: UNKNOWN if has(part, exp.Column, exp.Query) else alone.value(part))
        return found

    def _samples(self, name: Name, said: list[Any]) -> list[Any]:
        kind = self.kinds[name]
        if name[0] == "?":
            return [_GIVEN.get(kind, "q7x")]
        if isinstance(kind, str) and kind.startswith("fixed "):
            return [_GIVEN.get(kind[6:], "q7x")]
        summed = (self.unsigned and name[0] != "=") or name in self.summed
        if summed and kind in {"number", "bool"} and is_text(name[1]):
            return [0]  # what MySQL makes of a word, and SQLite in a sum
        if kind == "bool":
            return [True, False]
        if kind == "date":
            return dates_tried(said, past=name[0] == "" and is_past(name[1]))
        if name[1] == "ctid":
            return ["(0,1)", "(0,2)", "(5,7)", *(str(v) for v in said if v != "(0,0)")]
        if kind in {"text", "word"}:
            least = self._is_ordered and (self._sees_sign or any(isinstance(v, str) and "" < v[:1] < "0" for v in said))
            return [text for text in _texts(said) if text or not (kind == "word" or least or self.is_key(name[1]))]
        near = [n + d for n in map(number, said) if n is not None and not is_extreme(n) for d in (-1, 0, 1)]
        if isinstance(kind, tuple):
            low, high = kind
            return [low, (low + high) // 2, high, *(n for n in near if low <= n <= high)]
        if kind == "count":
            return [*_COUNTS, 7919, *(n for n in near if n >= 0)]
        if self.is_key(name[1]):
            limit = min((abs(n) for n in map(number, said) if n is not None and is_extreme(n)), default=_LAST_KEY)
            keys = [*_KEYS, *(n for n in near if 0 < n < _LAST_KEY and n == int(n))]
            return [n for n in keys if n < limit]
        if name[0] != "=" and self._refers(name[1]):
            return [n for n in (0, *_KEYS, *near) if n >= 0 and n == int(n)]
        bound = min((abs(n) for n in map(number, said) if n is not None and is_extreme(n)), default=float("inf"))
        return [n for n in (*_NUMBERS, *near, *(-n for n in near)) if abs(n) < bound]

    def _row_mentioned(self, said: list[Any]) -> dict[Name, Any]:
        """A row of what the condition mentions, where that may be: many a condition holds for hardly another one."""
        row = {}
        for name, kind in self.kinds.items():
            samples = self._samples(name, said)
            read: Any = as_date if kind == "date" else str
            tried = {read(value): value for value in samples}
            row[name] = next((tried[key] for key in map(read, said) if key in tried), samples[0])
        return row

    def _rows(self, node: Expr, said: list[Any]) -> Iterator[dict[Name, Any]]:
        samples = {name: self._samples(name, said) for name in self.kinds}
        if not samples:
            return
        if has(node, exp.Or) and has(node, exp.Is):
            # ``name > '' OR name IS NULL`` leaves out what nobody stores.
            samples = {name: [v for v in values if v != ""] or values for name, values in samples.items()}
        longest = max(map(len, samples.values()))
        for stride in range(min(len(samples), 3) + 1):
            for i in range(longest):
                yield {name: values[(i + j * stride) % len(values)] for j, (name, values) in enumerate(samples.items())}
        for kind in set(map(str, self.kinds.values())) if len(samples) > 1 else ():
            alike = [name for name in samples if str(self.kinds[name]) == kind and len(samples[name]) > 1]
            common = (
                next((v for v in samples[alike[0]] if all(v in samples[n] for n in alike)), UNKNOWN)
                if alike
                else UNKNOWN
            )
            if common is not UNKNOWN:
                yield {name: common if name in alike else values[0] for name, values in samples.items()}
        if has(node, *_SEES_NULL) or any(name[0] == "" and is_sometimes(name[1]) for name in samples):
            row = {name: None if name in self.nullable else values[0] for name, values in samples.items()}
            yield row
            for name in samples:
                if row[name] is None:
                    yield {n: samples[n][0] for n in samples} | {name: None}


def _stands_alone(node: Expr) -> bool:
    """Whether a sum is a condition by itself, ``at <@ tstzrange(%s, %s)``: no sum but an operator."""
    outer = node.parent
    while isinstance(outer, (exp.Paren, exp.Not)):
        outer = outer.parent
    return outer is None or isinstance(outer, (exp.Where, exp.And, exp.Or))


def _set_only(node: Expr) -> Expr:
    """``COALESCE(@x, id)`` without a variable of the session, which is NULL unless it was set."""
    parts = [part for part in parts_of(node) if not (type(part) is exp.Parameter and type(part.this) is exp.Var)]
    return exp.Coalesce(this=parts[0], expressions=parts[1:]) if 0 < len(parts) < len(parts_of(node)) else node


def is_text(name: str) -> bool:
    """Whether a column of that name holds words."""
    return name in _TEXT_NAMES or name.endswith(("_name", "_email", "_text", "_title", "_address"))


def _texts(said: list[Any]) -> list[Any]:
    texts = [str(value) for value in said if not is_extreme(value)]
    texts += ["k" * value for value in said if type(value) is int and 0 < value <= 64]  # of that length
    texts += [t.replace("\\_", "\0").replace("%", "").replace("\0", "_") for t in texts if "\\_" in t]
    forms = [t.replace("%", fill).replace("_", "a") for t in texts for fill in ("", "zz")]
    marks = [t for t in texts if 0 < len(t) < 3 and not t.isalnum() and not t.isspace()]
    words = [t for t in forms[:12] if t not in marks]
    parts = [whole for mark in marks[:2] for t in words for whole in (f"a{mark}{t}", f"{t}{mark}a")]
    found = [*_TEXTS, *texts, *(t + "a" for t in texts), *forms, *parts, *(t.swapcase() for t in texts)]
    found = [t for t in found if not "" < t[:1] < " " or t[:1] in "\t\n\r"]  # nobody writes other control signs
    return [t for t in found if t[:1] < "z"] if any(map(is_extreme, said)) else found


_PASSING = frozenset({exp.Coalesce, exp.Nullif, exp.And, exp.Or, exp.Cast, exp.Collate, exp.Greatest, exp.Least})
_OF_TEXT = frozenset(
    "length char_length character_length strpos position locate instr charindex ascii ord unicode strcmp str_position "
    "starts_with regexp_count field quote quote_literal quote_nullable quote_ident crc32".split()
)
_PLAIN = re.compile(r"[\w @:;,/-]+")
_QUANTIFIED = frozenset({exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE})
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_OF_SIGN = frozenset({"ascii", "ord", "unicode"})
"""Number of a text's first sign, which is nought where there is none, and is asked for where there is one."""
_OF_DATE = frozenset(
    "year yearweek month quarter age julianday unixepoch unix_timestamp to_days to_seconds datediff tsordsdiff".split()
)
_LOGICAL = frozenset({exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is,
                      exp.Column, exp.Tuple, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Case,
                      exp.If})  # fmt: skip
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ)
_SEES_NULL = (exp.Is, exp.Coalesce, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Anonymous, exp.Case, exp.Nullif, exp.If)
