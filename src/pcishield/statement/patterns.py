"""Does a pattern leave texts out? Read from its own text: it is never run, which could take for ever."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlglot import expressions as exp

__all__ = ["disagree", "matches_some", "pattern_selects"]

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


def disagree(parts: Iterable[Any], value: Callable[[Any], Any]) -> bool:
    """Whether conditions on one column ask for texts with two beginnings, two ends, or for one that is not there.

    Args:
        parts: Conditions that must hold at once.
        value: Computes a constant; other than a text for what is none.
    """
    begun: dict[str, list[tuple[str, bool]]] = {}
    within: dict[str, list[str]] = {}
    ended: dict[str, list[str]] = {}
    missing: set[str] = set()
    for part in parts:
        column = part.args.get("this")
        if type(column) is not exp.Column or part.args.get("negate"):
            continue
        name = str(column.sql()).lower()
        if type(part) is exp.Is and type(part.expression) is exp.Null:
            missing.add(name)
            continue
        text = value(part.expression) if isinstance(part, _ASKING) else None
        if not isinstance(text, str):
            continue
        first, whole, last = _edges(type(part), text)
        begun.setdefault(name, []).append((first, whole))
        ended.setdefault(name, []).append(last)
        if type(part) is exp.RegexpLike and _PLAIN_SIGNS.fullmatch(text):
            within.setdefault(name, []).append(text)
    for name, parts_of_it in within.items():
        text = next((first for first, whole in begun[name] if whole), None)
        if text is not None and any(part not in text for part in parts_of_it):
            return True
    if not missing.isdisjoint(begun):
        return True
    return any(map(_part_ways, begun.values())) or any(
        not all(map(max(ends, key=len).endswith, ends)) for ends in ended.values()
    )


def _part_ways(beginnings: list[tuple[str, bool]]) -> bool:
    """Whether no text begins in all of the ways, or is all of one of them."""
    longest = max((first for first, _ in beginnings), key=len)
    if any(not longest.startswith(first) for first, _ in beginnings):
        return True
    shortest = min((len(first) for first, whole in beginnings if whole), default=None)
    return shortest is not None and shortest < len(longest)


_ASKING = (exp.EQ, exp.Like, exp.Glob, exp.RegexpLike, exp.StartsWith)
_PLAIN_SIGNS = re.compile(r"[\w @:;,/=-]*")


def _edges(kind: type, text: str) -> tuple[str, bool, str]:
    """Return how a text begins that a pattern matches, whether that is all of it, and how it ends."""
    if kind is exp.EQ:
        return text, True, text
    if kind is exp.StartsWith:
        return text, False, ""
    if kind is exp.RegexpLike:
        first, last = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
        body = text[first : len(text) - last]
        if _PLAIN_SIGNS.fullmatch(body):
            return (body if first else ""), first and last, (body if last else "")
        found = _PLAIN_SIGNS.match(body)
        plain = found[0] if first and found is not None and "|" not in body else ""
        return plain[:-1] if plain and body[len(plain) : len(plain) + 1] in set("*?{+") else plain, False, ""
    signs = "*?[" if kind is exp.Glob else "%_\\"
    at = [i for i, sign in enumerate(text) if sign in signs]
    return (text, True, text) if not at else (text[: at[0]], False, text[at[-1] + 1 :] if text[at[-1]] in "%*" else "")
