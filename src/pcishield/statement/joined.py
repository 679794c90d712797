"""Literals written in pieces: ``'4111' || '1111'`` and ``CONCAT('4111', '1111')`` say what the whole says."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["joined"]

_CONCAT = frozenset({"CONCAT"})


def joined(kinds: Sequence[str], upper: Sequence[str], values: Sequence[str]) -> tuple[str, ...]:
    """Return what literals that are put together make, from the tokens of a text.

    Parentheses and casts between them change nothing; a piece that is no literal ends it.
    """
    if "||" not in upper and _CONCAT.isdisjoint(upper):
        return ()
    found: list[str] = []
    pieces: list[str] = []
    opened: list[bool] = []
    glued = cast = False

    def end() -> None:
        if len(pieces) > 1:
            found.append("".join(pieces))
        pieces.clear()

    for i, kind in enumerate(kinds):
        word = upper[i]
        if kind in "SN":
            if not glued:
                end()
            pieces.append(values[i])
            glued = False
        elif word == "(":
            opened.append(i > 0 and upper[i - 1] in _CONCAT)
        elif word == ")":
            if opened:
                opened.pop()
        elif word == "||" or (word == "," and opened and opened[-1]):
            glued = bool(pieces)
        elif word == "::" or (cast and kind == "W"):
            pass
        elif word not in _CONCAT:
            end()
            glued = False
        cast = word == "::"
    end()
    return tuple(found)
