"""Does a pattern leave texts out? Read from its own text: it is never run, which could take for ever."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

__all__ = ["matches_some", "pattern_selects"]

_ANYTHING = re.compile(r"(?:\.|\[\\s\\S\]|\[\\d\\D\]|\[\\w\\W\]|\[\^\])[*+]\??")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


_ANY_WORD = re.compile(
    r"(?:\\[wS]|\.|\[(?:[A-Z]-[A-Z]|[0-9]-[0-9]|\\?[._@\s-])*a-z(?:[A-Z]-[A-Z]|[0-9]-[0-9]|\\?[._@\s-])*\]|\[\^.\]|\[\[:(?:alnum|alpha|graph|print|word):\]\])\+?"
)
"""A letter somewhere, or a sign that is not a certain one: there is one in any text."""

_AROUND = r"(?:\\[mMyYbB<>]|\\A|\\[Zz])"
_EDGE = re.compile(r"(?:^|(?<=[(|^]))(?:\\A|\\[myb<])|(?:\\[Zz]|\\[Myb>])(?=[)|$]|$)")
"""Ends of a text and of words where they may be met: a word's before all else, or behind it."""
_DOUBTFUL = re.compile(rf"{_AROUND}|\\G|\\[1-9]|\(\?(?!:)|\{{(?:\d{{3,}}|[5-9]\d)")
"""What may keep an expression from matching anything: ends in the middle, looking around, back references, length."""
_LOOKING = ("(?=", "(?!", "(?<=", "(?<!")


def pattern_selects(kind: type, pattern: str, negated: bool = False) -> bool:
    """Whether a pattern of LIKE, GLOB, SIMILAR TO or a regular expression is seen to match some texts only.

    Args:
        kind: The operator.
        pattern: Of that operator.
        negated: Whether the texts that it does not match are meant; then it must be seen to match any.
    """
    if negated and not matches_some(kind, pattern):
        return False
    if kind in (exp.Like, exp.ILike):
        return pattern.strip("%_") != "" or (pattern != "" and "%" not in pattern)
    if kind is exp.Glob:
        pattern = re.sub(r"\[\^[^\]]*\]", "?", pattern)  # any sign but a few
        return pattern.strip("*?") != "" or (pattern != "" and "*" not in pattern)
    if kind is exp.SimilarTo:
        return pattern.strip("%_*()|") != ""
    return _regex_selects(pattern)


def matches_some(kind: type, pattern: str) -> bool:
    """Whether there is seen to be a text that a pattern matches."""
    if kind in (exp.Like, exp.ILike):
        return True
    plain = re.sub(r"\[\^?+\]?+(?:\\.|[^\]\\])*\]", "x", pattern)
    if "[" in plain.replace("\\[", ""):
        return False
    return kind is exp.Glob or _DOUBTFUL.search(re.sub(_EDGE, "", re.sub(r"^\(\?[a-z]+\)", "", plain))) is None


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
        if _ANY_WORD.fullmatch(middle) and not (first and last):
            return False
        if _nullable(middle) and not (first and last):
            return False
    return True


def _arms(body: str) -> list[str]:
    while body.startswith("(") and not body.startswith(_LOOKING) and body.endswith(")") and _balanced(body[1:-1]):
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
        optional = atom[0].startswith(_LOOKING) or re.fullmatch(_AROUND, atom[0]) is not None
        while times is not None:
            optional = optional or times[0] in "*?" or (times[0][0] == "{" and not int(times[1] or 0))
            i = times.end()
            times = _MANY.match(body, i)
        inner = _arms(atom[0][1:-1].removeprefix("?:")) if atom[0].startswith("(") else ()
        if not optional and not any(map(_nullable, inner)):
            return False
    return True
