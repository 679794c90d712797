"""Conditions that match a pattern: LIKE, GLOB, SIMILAR TO, regular expressions, and what finds nothing without one.

What a pattern's own text tells is in :mod:`~pcishield.statement.patterns`; here it meets the value that it is matched
with. A class of signs says little of a text that a function has made of nothing else, and nothing of a number's digits.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, bare
from pcishield.statement.patterns import pattern_selects
from pcishield.statement.query_parts import listed_in, queries_in
from pcishield.statement.subqueries import Subqueries
from pcishield.statement.trees import name_of, parts_of

__all__ = ["PATTERNS", "PatternConditions", "sought_by"]

Expr = Any
PATTERNS = (exp.RegexpLike, exp.RegexpILike, exp.Like, exp.ILike, exp.Glob, exp.SimilarTo)
_ONE_CLASS = re.compile(r"(?<=^\^)(?:\[[^\]]*\]|\\\w)(?:[*+]|\{[\d,]*\})(?=\$$)")
_SOME_CLASS = re.compile(r"\^?(?:\[[^\]]*\]|\\\w)(?:[*+]|\{[\d,]*\})?")
_ONLY_CLASS = re.compile(r"\^?(?:\[\[:\w+:\]\]|\[[^\]]*\]|\\\w)(?:(?:[*+]|\{[\d,]*\})?|[*+]\$)")
_EXACT = re.compile(r"\^[\w|()-]+\$")
"""A regular expression that one text matches, or some that it names."""
_SIGNS = re.compile(r"[\^$.*+?()\[\]{}|%_\\]")
_NO_MAKERS = (exp.Coalesce, exp.JSONExtract, exp.JSONExtractScalar, exp.JSONValue, exp.Case, exp.If)
_CLASSES = re.compile(r"\[[^\]]*\]|\\[wWdDsS]|[\^$+*.%_]|\{[\d,]*\}")


class PatternConditions(Subqueries):
    """Judges conditions that match a pattern."""

    def _escapes(self, node: Expr) -> bool:
        """Whether an ESCAPE leaves the pattern's own signs alone, and stands before one of them."""
        mark, pattern = self.trial.value(node.expression), self.trial.value(bare(node.this).expression)
        if not node.expression.is_string or mark in {"%", "_"}:
            return False
        if not isinstance(pattern, str) or not isinstance(mark, str) or len(mark) != 1:
            return True
        return re.search(rf"{re.escape(mark)}(?![%_{re.escape(mark)}])", pattern.replace(mark * 2, "")) is None

    def _pattern(self, node: Expr, negated: bool) -> bool:
        if not self.has_content(node.this) or queries_in(node.this):
            return False
        pattern, listed = bare(node.expression), listed_in(node.expression)
        if listed is not None or isinstance(pattern, (exp.Any, exp.All, exp.Array, exp.Tuple)):
            parts = list(pattern.find_all(exp.Literal, *ASKED))
            return bool(parts) and all(self._pattern_part(node, part, negated) for part in parts)
        if self.own_columns(pattern):
            return not (self.own_columns(pattern) & self.own_columns(node.this))
        return self._pattern_part(node, pattern, negated)

    def _pattern_part(self, node: Expr, pattern: Expr, negated: bool) -> bool:
        value = self.trial.value(pattern)
        if not isinstance(value, str):
            return True
        if type(node.this) is exp.Column and self.is_key(node.this.name.lower()) and _ONLY_CLASS.fullmatch(value):
            return False
        if negated and _EXACT.fullmatch(value) and self._are_keys(node.this):
            return False
        if not self.is_plain(node.this) or isinstance(node.this, exp.Cast):
            # Made by a function, a text may well be of one kind of signs: md5(x) ~ '^[0-9a-f]+$'.
            value = "" if _SOME_CLASS.fullmatch(value) else _ONE_CLASS.sub("", value)
            if not value.strip('%{["_'):
                return False  # every document begins like that
        if self.writes(node.this, re.sub(_SIGNS, "", value), exp.Func):
            return False
        if isinstance(node.this, exp.Cast) and not re.sub(_CLASSES, "", value):
            return False  # a number has digits, and nothing but digits
        if self.trial.outcomes(node) <= {True, None}:
            return False
        return pattern_selects(type(node), value, negated)

    def writes(self, made: Expr, text: str, *by: Any) -> bool:
        """``format('%s-x', name)`` holds ``-x`` whatever the name is: what is sought is a part of what makes the text.

        Args:
            made: What is looked at.
            text: What is sought in it.
            by: Kinds of expressions that put the text there, beside ``||`` and ``concat``.
        """
        whole = (e for e in made.find_all(exp.DPipe, exp.Concat, exp.ConcatWs, *by) if not isinstance(e, _NO_MAKERS))
        said = (
            self.trial.value(part)
            for maker in whole
            if self.own_columns(maker)
            for part in parts_of(maker)
            if type(part) is exp.Literal and part.is_string
        )
        return bool(text) and any(isinstance(value, str) and text.lower() in value.lower() for value in said)

    def _finds_some(self, made: Expr) -> bool:
        """``substring(x from 'a+')``, of an expression that not any text has."""
        sought = sought_by(made) if isinstance(made, exp.Substring) else None
        pattern = self.trial.value(sought) if sought is not None else None
        return isinstance(pattern, str) and pattern_selects(exp.RegexpLike, pattern)


def sought_by(node: Expr) -> Expr | None:
    """Return the expression that ``substring(x from 'a')`` looks for: to find it is not to be NULL."""
    if isinstance(node, exp.Substring) and node.args.get("length") is None:
        start = node.args.get("start")
        return start.copy() if start is not None and start.is_string else None
    if isinstance(node, (exp.Add, exp.Bracket)) and name_of(bare(node.this)) == "regexp_match":
        node = bare(node.this)  # ``(regexp_match(x, 'a'))[1]``
    if name_of(node) in {"regexp_match", "regexp_substr"} and len(parts_of(node)) == 2:
        return parts_of(node)[1].copy()
    return None
