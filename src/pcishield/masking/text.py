"""Masking inside text: every hit replaced, and the result clean when it is scanned again."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pcishield.masking.formats import TokenKeys, mask_hit, sentinel
from pcishield.masking.hits import Hit
from pcishield.masking.scanner import MAX_GAP, SEPARATORS, ReferenceScanner
from pcishield.masking.views import unescaped

__all__ = ["TextMasker", "fixed_mask", "looks_masked", "shorten_masks", "written_mask"]

_PASSES = 4
_MASK_CHARS = "*xX#\u2022\u25cf\u00d7"
_SEPARATED = r"[ \u00a0\u2007\u2009\u202f./_\u2010-\u2015-]*"
_MASKED = re.compile(
    rf"{_SEPARATED}(\d?(?:{_SEPARATED}\d){{0,7}})((?:{_SEPARATED}[{_MASK_CHARS}]){{2,}})((?:{_SEPARATED}\d){{0,4}})"
)
_STARRED = re.compile(rf"(?<![\d*])[\d*](?:[{re.escape(SEPARATORS)}]{{0,{MAX_GAP}}}+[\d*]){{11,}}+(?![\d*])")
_REDACTED = re.compile(r"\[REDACTED:[a-z][a-z0-9_.]*\]")
_TOKEN = re.compile(r"tok:[A-Za-z]+:[a-q]{32}(?![A-Za-z])")
_KEPT = frozenset({(0, 0), (0, 4), (6, 4), (8, 4)})


class TextMasker:
    """Replaces card data in text.

    Args:
        scanner: Finds it.
        name: Format of card numbers.
        keys: For the ``token`` format.
    """

    def __init__(self, scanner: ReferenceScanner, name: str, keys: TokenKeys | None = None) -> None:
        self._scanner = scanner
        self._name = name
        self._keys = keys

    def apply(self, text: str, hits: Sequence[Hit]) -> str:
        """Return ``text`` with ``hits`` replaced; scanned again it is clean, so masking twice changes nothing more.

        Args:
            text: What was scanned.
            hits: In order, not overlapping.
        """
        masked = self.replaced(text, self.resolved(text, hits))
        return sentinel("pan") if self._scanner.hits(masked) else masked

    def resolved(self, text: str, hits: Sequence[Hit], find: Callable[[str], Sequence[Hit]] | None = None) -> list[Hit]:
        """Return ``hits`` as they must be so that ``find`` finds nothing in the result.

        The last four digits of a mask and the digits behind it may make a new number: then the mask shows
        nothing. What stood inside something longer may stand alone once that is masked: then it is a hit too.
        """
        todo = list(hits)
        for _ in range(_PASSES):
            masked, places = self._with_places(text, todo)
            again = (find or self._scanner.hits)(masked)
            if not again:
                return todo
            todo = _reconsidered(todo, places, again)
        return [replace(hit, keep=False) for hit in todo]

    def replaced(self, text: str, hits: Sequence[Hit]) -> str:
        """Return ``text`` with resolved ``hits`` replaced."""
        return self._with_places(text, hits)[0]

    def _with_places(self, text: str, hits: Sequence[Hit]) -> tuple[str, list[tuple[int, int]]]:
        parts: list[str] = []
        places = []
        position = size = 0
        for hit in hits:
            mask = mask_hit(text, hit, self._name, self._keys, digits_of(text, hit))
            size += hit.start - position
            parts += (text[position : hit.start], mask)
            places.append((size, size + len(mask)))
            size += len(mask)
            position = hit.end
        parts.append(text[position:])
        return "".join(parts), places


def _reconsidered(hits: list[Hit], places: list[tuple[int, int]], again: Sequence[Hit]) -> list[Hit]:
    """Add what was found in masked text to the hits it was masked by, in the original's offsets."""
    touched: set[int] = set()
    added = []
    ends = [end for _, end in places]
    for hit in again:
        index = bisect_right(ends, hit.start)
        if index < len(places) and places[index][0] < hit.end:
            touched.update(i for i in range(index, len(places)) if places[i][0] < hit.end)
        else:
            added.append(hit.moved(hits[index - 1].end - ends[index - 1] if index else 0))
    kept = [replace(hit, keep=False) if i in touched else hit for i, hit in enumerate(hits)]
    return sorted([*kept, *added], key=lambda hit: hit.start)


def digits_of(text: str, hit: Hit) -> str:
    """Return the hit's digits in ASCII; escapes (JSON, ``%34``) are read."""
    return "".join(_digits(text, hit))


def _digits(text: str, hit: Hit) -> Iterator[str]:
    for low, high in hit.digits:
        char = text[low:high]
        if char[0] == "\\":
            char = unescaped(char)
        elif char[0] == "%":
            char = bytes.fromhex(re.sub("%(?:25)?", "", char)).decode()
        elif char[0] == "&":
            char = char.strip("&#;")
            char = chr(int(char[1:], 16) if char[0] in "xX" else int(char))
        yield str(unicodedata.decimal(char))


def looks_masked(text: str) -> tuple[int, int] | None:
    """Return how many digits a masked card number shows in front and behind; ``None`` when it is none.

    Takes what other systems store too: ``411111XXXXXX1111``, ``•••• 1111``.
    """
    match = _MASKED.fullmatch(text)
    if match is None:
        return None
    first, last = match.group(1, 3)
    return sum(map(str.isdecimal, first)), sum(map(str.isdecimal, last))


def fixed_mask(text: str) -> bool:
    """Whether ``text`` is one redaction or one token, and nothing else."""
    return _REDACTED.fullmatch(text) is not None or _TOKEN.fullmatch(text) is not None


def written_mask(text: str) -> bool:
    """Whether ``text`` holds one of our masks, redactions or tokens."""
    if _REDACTED.search(text) is not None or _TOKEN.search(text) is not None:
        return True
    return "*" in text and any(_is_ours(match.group(), text) for match in _STARRED.finditer(text))


def _is_ours(run: str, text: str) -> bool:
    ends = _ends(run)
    # A row of stars in a longer text is a ruler.
    return ends is not None and (ends[1] > 0 or run.strip("*") != "" or run == text.strip())


def shorten_masks(text: str, shorten: Callable[[str, tuple[int, int]], str]) -> str | None:
    """Return ``text`` with ``shorten(mask, (leading, trailing))`` for each of our masks; ``None`` without any."""
    found = _REDACTED.search(text) is not None or _TOKEN.search(text) is not None

    def replaced(match: re.Match[str]) -> str:
        nonlocal found
        ends = _ends(match.group())
        found |= ends is not None
        return match.group() if ends is None else shorten(match.group(), ends)

    result = _STARRED.sub(replaced, text)
    return result if found else None


def _ends(run: str) -> tuple[int, int] | None:
    """Return how many digits one of our masks shows in front and behind, ``None`` when ``run`` is no mask of ours."""
    signs = "".join("*" if c == "*" else "d" for c in run if c == "*" or c.isdecimal())
    lead, tail = len(signs) - len(signs.lstrip("d")), len(signs) - len(signs.rstrip("d"))
    stars = signs.count("*")
    ours = 12 <= len(signs) <= 32 and stars >= 4 and stars == len(signs) - lead - tail and (lead, tail) in _KEPT
    return (lead, tail) if ours else None
