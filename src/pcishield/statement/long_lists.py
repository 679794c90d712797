"""Long lists of values, shortened before they are parsed: ``IN (1, 2, ...)``, ``ARRAY[1::int, ...]``, ``VALUES (1)``.

An item that is written as an earlier one is, but for its literals, names nothing that the earlier one does not. A few
of each kind are kept, and those with the least and the greatest literals: a bound among them is one of these.
"""

from __future__ import annotations

from collections.abc import Iterator

from pcishield.statement.constants import number
from pcishield.statement.fragment import Fragment

__all__ = ["shorten"]

_KEPT, _DEEP = 8, 8
"""Items of a kind, and parentheses within one another: lists of lists of lists are not looked at again and again."""
_LITERALS = frozenset("SNP")
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_QUERIES = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"})
Item = tuple[int, int]
"""Its first token, and the one behind its last."""


def shorten(f: Fragment) -> None:
    """Take the middle out of long lists, from the canonical text only: calls and literals are still seen."""
    i = 0
    while i < f.n:
        word, before = f.u[i], f.word(i - 1)
        if word == "VALUES":
            i = _cut(f, list(_rows(f, i + 1)), i + 1)
        elif (word == "(" and before == "IN") or (word == "[" and before == "ARRAY"):
            i = _cut(f, list(_items(f, i + 1)), i + 1)
        else:
            i += 1


def _items(f: Fragment, start: int) -> Iterator[Item]:
    """Items of a list up to the end of it."""
    depth, begun = 0, start
    for i in range(start, f.n):
        word = f.u[i]
        if depth == 0 and (word == "," or word in _CLOSING):
            yield begun, i
            begun = i + 1
            if word != ",":
                return
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth > _DEEP:
            return


def _rows(f: Fragment, start: int) -> Iterator[Item]:
    """``(1, 2), (3, 4)`` behind VALUES."""
    while f.word(start) == "(":
        depth = 0
        for i in range(start, f.n):
            depth += (f.u[i] in _OPENING) - (f.u[i] in _CLOSING)
            if depth == 0 or depth > _DEEP:
                break
        yield start, i + 1
        if f.word(i + 1) != ",":
            return
        start = i + 2


def _cut(f: Fragment, items: list[Item], start: int) -> int:
    """Take out what is not kept; return where to go on, which is behind the list if it holds no lists itself."""
    if len(items) <= _KEPT:
        return start
    alike: dict[tuple[str, ...], list[Item]] = {}
    for first, last in items:
        shape = tuple(f.k[i] + f.c[i][:1] if f.k[i] in _LITERALS else f.c[i] for i in range(first, last))
        if not shape or not _QUERIES.isdisjoint(f.u[first:last]):
            return start
        alike.setdefault(shape, []).append((first, last))
    for same in alike.values():
        kept = set(same[:_KEPT]) | _ends(f, same) if len(same) > _KEPT else set(same)
        for first, last in same:
            if (first, last) not in kept:
                for i in range(first, last):
                    f.c[i] = ""
                f.c[first - 1] = ""  # the comma; the first of all items is always kept
    return items[-1][1]


def _ends(f: Fragment, items: list[Item]) -> set[Item]:
    """Items with the least and the greatest literal, at each of the places where one stands."""
    first, last = items[0]
    found = set()
    for place in range(last - first):
        if f.k[first + place] not in "SN":
            continue
        texts = [(f.v[item[0] + place], item) for item in items]
        numbers = [(size, item) for text, item in texts if (size := number(text)) is not None]
        for values in (texts, numbers):
            if values:
                found |= {min(values)[1], max(values)[1]}
    return found
