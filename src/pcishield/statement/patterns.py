"""Does a pattern leave texts out? Read from its own text: it is never run, which could take for ever."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

__all__ = ["pattern_selects"]

_ANYTHING = re.compile(r"(?:\.|\[\\s\\S\]|\[\\d\\D\]|\[\\w\\W\]|\[\^\])[*+]\??")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def pattern_selects(kind: type, pattern: str) -> bool:
    """Whether a pattern of LIKE, GLOB, SIMILAR TO or a regular expression is seen to match some texts only."""
    if kind in (exp.Like, exp.ILike):
        return pattern.strip("%_") != "" or (pattern != "" and "%" not in pattern)
    if kind is exp.Glob:
        return pattern.strip("*?") != "" or (pattern != "" and "*" not in pattern)
    if kind is exp.SimilarTo:
        return pattern.strip("%_*()|") != ""
    return _regex_selects(pattern)


def _regex_selects(pattern: str) -> bool:
    """A search matches anything if it may be content with nothing at all, or with whatever there is."""
    body = re.sub(r"^\(\?[a-z]+\)", "", pattern)
    if len(body) > 1000:
        return True
    for arm in _arms(body):
        first, last = arm.startswith("^"), arm.endswith("$") and not arm.endswith("\\$")
        middle = arm[first : len(arm) - last]
        if "$" in re.sub(_CLASS, "", middle.replace("\\$", "")) or "^" in re.sub(_CLASS, "", middle.replace("\\^", "")):
            return False  # an end in the middle: matches nothing, or only some flavours do
        if _ANYTHING.fullmatch(middle) or middle in {"", "."}:
            return False
        if _nullable(middle) and not (first and last):
            return False
    return True


def _arms(body: str) -> list[str]:
    while body.startswith("(") and body.endswith(")") and _balanced(body[1:-1]):
        body = body[1:-1].removeprefix("?:")
    found, depth, start = [], 0, 0
    plain = re.sub(_CLASS, lambda m: "x" * len(m[0]), body)
    for i, sign in enumerate(plain):
        if i and plain[i - 1] == "\\":
            continue
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append(body[start:i])
            start = i + 1
    return [*found, body[start:]]


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


_ATOM = re.compile(r"(?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\)|[^\\()\[\]*+?{}|^$])")
_MANY = re.compile(r"\{(\d*)(?:,\d*)?\}|[*+?]")


def _nullable(body: str) -> bool:
    """Whether every part may be left out."""
    i = 0
    while i < len(body):
        atom = _ATOM.match(body, i)
        if atom is None:
            return False
        i = atom.end()
        times: Any = _MANY.match(body, i)
        optional = False
        while times is not None:
            optional = optional or times[0] in "*?" or (times[0][0] == "{" and not int(times[1] or 0))
            i = times.end()
            times = _MANY.match(body, i)
        if not optional and not (atom[0].startswith("(") and any(map(_nullable, _arms(atom[0][1:-1])))):
            return False
    return True
