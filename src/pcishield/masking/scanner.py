r"""The reference scanner: the specification of what counts as a card number.

Rules, in the order they are applied:

1. A *digit* is any Unicode decimal digit (category Nd). *Separators* are blanks, dashes, dots, slashes,
   underscores and invisible characters (:data:`SEPARATORS`), at most :data:`MAX_GAP` in a row. A *run* is
   digits with gaps of separators; digits with no gap between them, or none that can be seen, are a *group*.
2. A *window* is one or more whole groups with 12 to 19 digits together, split the way card numbers are
   split (:func:`_is_card_shape`). It may have neighbours: an order number before, an expiry date after.
3. One group may also hold a card number in front of its expiry date (and code). Zeros may stand in front.
4. The digits pass Luhn, and the IIN table knows their prefix for their length. Where the table says
   ``context``, or the digits look like a telephone number, the word *card* or the like stands before them.
5. It is not a part of something else (:mod:`pcishield.masking.boundaries`).
6. Windows that overlap are one hit, of which no digit may be kept.
7. Card data in a fixed frame needs no boundary: tracks 1 and 2, EMV tags 5A and 57, ISO 8583 field 2
   (:mod:`pcishield.masking.frames`).
8. Escapes are looked through: ``%20``, ``\u00a0``, ``&nbsp;``, ``</b>`` and so on (:mod:`pcishield.masking.views`).

A decision depends on no more than :data:`REACH` characters to either side and never crosses a line feed,
which is what lets a stream be cut. Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from pcishield.masking.boundaries import EXPIRY, is_benign, phone_like
from pcishield.masking.frames import find_codes, find_frames
from pcishield.masking.hits import Hit
from pcishield.masking.iin import MAX_LENGTH, MIN_LENGTH, IinTable, luhn_valid
from pcishield.masking.views import escaped_views, opened_views

__all__ = ["INVISIBLE", "MAX_GAP", "REACH", "SEPARATORS", "ReferenceScanner", "ascii_digits", "runs_of", "suspects_of"]

REACH = 1024
"""Characters to either side that a decision can depend on."""

MAX_GAP = 4
"""Separators in a row inside one card number."""


def _block(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


INVISIBLE = (
    "\x00\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff\ufff9\ufffa\ufffb\udcad"
    + _block(0x180B, 0x180F)
    + _block(0x2060, 0x206F)
    # Marks drawn over or under a digit: combining ones, keycaps, variation selectors; and language tags.
    + _block(0x0300, 0x036F)
    + _block(0x1AB0, 0x1AFF)
    + _block(0x1DC0, 0x1DFF)
    + _block(0x20D0, 0x20FF)
    + _block(0xFE00, 0xFE0F)
    + _block(0xFE20, 0xFE2F)
    + _block(0xE0000, 0xE01EF)
)
"""What may stand between two digits and is not seen there: digits to either side are one group."""

SEPARATORS = (
    " \t\r\x0b\x0c\x85~-./_+"
    "\u00a0\u00b7\u058a\u05be\u1400\u1680\u1806\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2024\u2027\u202f\u2043\u2044\u205f\u2212\u2215\u2e17\u2e1a\u2e3a"
    "\u2e3b\u2e40\u2e5d\u3000\u301c\u3030\u30a0\u30fb\ufe31\ufe32\ufe58\ufe63\uff0d\uff0e\uff0f\uff3f\udc96\udc97\udca0"
    "\u115f\u1160\u2028\u2029\u2800\u3164\uffa0"
) + INVISIBLE
"""What may stand between two digits of one card number; the surrogates are bytes of Latin-1 and CP1252 in no UTF-8."""

_GAP = f"[{re.escape(SEPARATORS)}]{{0,{MAX_GAP}}}+"
_RUN = re.compile(rf"\d(?:{_GAP}\d){{{MIN_LENGTH - 1},}}+")
_GROUP = re.compile(r"\d+")
_SEEN_GROUP = re.compile(rf"\d+(?:[{re.escape(INVISIBLE)}]{{1,{MAX_GAP}}}+\d+)*+")
_UNSEEN = re.compile(f"[{re.escape(INVISIBLE)}]")
_SUSPECT = re.compile(r"\d(?:[^\d\n]{0,64}+\d){11,}+")
_WHOLE = 4 * REACH
_GLUED_LIMIT = 32
_GLUED_LENGTHS = (16, 15, 14, 19, 13, 18, 17, 12)

_SHAPES = frozenset({
    (4, 6, 5), (4, 6, 4), (4, 4, 5), (4, 5, 6), (4, 4, 4, 5), (4, 4, 4, 6),
    *((6, rest) for rest in range(8, 14)), *((8, rest) for rest in range(8, 12)),
})  # fmt: skip
_FIRST_SIZES = frozenset({4, 6, 8})
_CUTS = {14: frozenset({4, 6, 10}), 15: frozenset({4, 6, 10}), 16: frozenset({4, 6, 8, 12})}

_CARD_WORD = re.compile(
    r"(?<![a-z])(?:card|kart[ae]|carte|tarjeta|pan|ccn?|visa|maestro|mastercard|amex|credit|debit|cr[eé]dito|payment|"
    r"primary account)[^0-9\n]{0,16}\Z",
    re.IGNORECASE,
)
_WORD_REACH = 40
_CLOCKS = re.compile(r"1\d{12}(?:\d{3})?(?:\d{3})?")


def ascii_digits(text: str) -> str:
    """Return the decimal digits of ``text``, of any script, in ASCII."""
    if text.isascii():
        return "".join(c for c in text if "0" <= c <= "9")
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def suspects_of(text: str) -> list[tuple[int, int]]:
    """Return where card data may be: twelve digits, and never more than 64 other characters between two.

    That is more than four separators can take, however they are escaped. An escaped digit has a digit in it.
    """
    return [match.span() for match in _SUSPECT.finditer(text)]


def runs_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of runs of at least twelve digits, in order."""
    for match in _RUN.finditer(text):
        yield match.span()


class ReferenceScanner:
    """Finds card data in text.

    Args:
        table: The IIN table.
        strict: Take numbers of uncertain networks without a word beside them.
        decoders: Encodings to look into, of ``url``, ``hex``, ``base64``.
        suspects: Says where card data may be, and never too little: the compiled kernel's, or this module's.
    """

    def __init__(
        self,
        table: IinTable | None = None,
        *,
        strict: bool = False,
        decoders: Sequence[str] = (),
        suspects: Callable[[str], Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        self.table = table if table is not None else IinTable.shipped()
        self.strict = strict
        self.decoders = tuple(decoders)
        self._suspects = suspects if suspects is not None else suspects_of

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of all card data in ``text``: code points, half open, in order, not overlapping."""
        return [(hit.start, hit.end) for hit in self.hits(text)]

    def hits(self, text: str) -> list[Hit]:
        """Return all card data in ``text``, in order, not overlapping."""
        if type(text) is not str:
            text = str.__str__(text)
        if len(text) < MIN_LENGTH:
            return []
        suspects = self._suspects(text)
        if not suspects and not self.decoders:
            return []
        if len(text) <= _WHOLE or self.decoders:
            return self._scan(text)
        return [hit for region in _regions(text, suspects) for hit in self._in_region(text, *region)]

    def _in_region(self, text: str, low: int, high: int) -> Iterator[Hit]:
        # What is cut off at the ends of a piece can look like a card number; it is not near enough to be kept.
        first, last = max(0, low - REACH), min(len(text), high + REACH)
        piece = text[first:last]
        for hit in self._scan(piece):
            if first + hit.end > low - REACH // 2 and first + hit.start < high + REACH // 2:
                yield hit.moved(first)

    def _scan(self, text: str) -> list[Hit]:
        found = self._plain(text)
        for view in (*escaped_views(text), *opened_views(text, self.decoders)):
            found += filter(None, map(view.translate, self._plain(view.text)))
        if not found:
            return []
        return _merged([*found, *find_codes(text, found)])

    def card(self, digits: str, before: str = "") -> tuple[str, ...] | None:
        """Return the brands of a card number, ``None`` when ``digits`` is none.

        Args:
            digits: ASCII digits.
            before: Text in front of it, for numbers that need a word.
        """
        if not luhn_valid(digits):
            return None
        match = self.table.lookup(digits)
        if match is None:
            return None
        if (match.certain and not phone_like(digits)) or self.strict:
            return match.brands
        if _CLOCKS.fullmatch(digits) or _CARD_WORD.search(before) is None:
            return None
        return match.brands

    def _plain(self, text: str) -> list[Hit]:
        found = [hit for start, end in runs_of(text) for hit in self._in_run(text, start, end)]
        return found + find_frames(text, self.card)

    def _in_run(self, text: str, start: int, end: int) -> Iterator[Hit]:
        yield from self._in_groups(text, _groups(_GROUP, text, start, end))
        if _UNSEEN.search(text, start, end) is not None:
            yield from self._in_groups(text, _groups(_SEEN_GROUP, text, start, end))

    def _in_groups(self, text: str, groups: list[_Group]) -> Iterator[Hit]:
        for first, group in enumerate(groups):
            if group.size >= MIN_LENGTH:
                yield from self._in_group(text, group)
            if group.size == 1:
                yield from self._in_singles(text, groups, first)
            if group.size - group.zeros in _FIRST_SIZES or group.size in _FIRST_SIZES or first == 0:
                yield from self._windows(text, groups, first)

    def _windows(self, text: str, groups: list[_Group], first: int) -> Iterator[Hit]:
        start, zeros = groups[first].start, groups[first].zeros
        sizes: tuple[int, ...] = ()
        total = 0
        for last in range(first, min(len(groups), first + MAX_LENGTH)):
            group = groups[last]
            total += group.size
            if total - zeros > MAX_LENGTH:
                return
            sizes += (group.size,)
            if total - zeros < MIN_LENGTH or len(sizes) == 1:
                continue
            alone = first == 0 and last == len(groups) - 1
            hit = None
            if MIN_LENGTH <= total <= MAX_LENGTH and _is_card_shape(sizes, alone):
                hit = self._judge(text, start, group.end, sizes)
            if hit is None and zeros and _is_card_shape((sizes[0] - zeros, *sizes[1:]), False):
                hit = self._judge(text, start, group.end, sizes, zeros=zeros)
            if hit is not None:
                yield hit

    def _in_singles(self, text: str, groups: list[_Group], first: int) -> Iterator[Hit]:
        """Digits one by one with the same gap, and something else to either side. All of a run is a window."""
        if first + 1 == len(groups):
            return
        gap = text[groups[first].end : groups[first + 1].start]
        if first and groups[first - 1].size == 1 and text[groups[first - 1].end : groups[first].start] == gap:
            return
        last = first
        while last + 1 < len(groups) and groups[last + 1].size == 1 and last - first < MAX_LENGTH:
            if text[groups[last].end : groups[last + 1].start] != gap:
                break
            last += 1
        count = last - first + 1
        if MIN_LENGTH <= count <= MAX_LENGTH and count < len(groups):
            hit = self._judge(text, groups[first].start, groups[last].end, (1,) * count)
            if hit is not None:
                yield hit

    def _in_group(self, text: str, group: _Group) -> Iterator[Hit]:
        start, end, size, zeros = group
        if size > _GLUED_LIMIT:
            return
        if size <= MAX_LENGTH:
            hit = self._judge(text, start, end, (size,))
            if hit is not None:
                yield hit
                return
        # 00 and up to thirteen digits is a telephone number with the international prefix.
        if zeros and MIN_LENGTH <= size - zeros <= MAX_LENGTH and not (zeros == 2 and size <= 15):
            hit = self._judge(text, start, end, (size,), zeros=zeros)
            if hit is not None:
                yield hit
                return
        if end - start == size:
            yield from self._with_expiry(text, start, ascii_digits(text[start:end]))

    def _with_expiry(self, text: str, start: int, digits: str) -> Iterator[Hit]:
        if digits[0] == "1" or phone_like(digits):
            # Epochs begin like that; the one network that does is UATP. And .NET ticks.
            return
        for length in _GLUED_LENGTHS:
            rest = digits[length:]
            if len(rest) not in (4, 7, 8) or EXPIRY.match(rest) is None:
                continue
            brands = self.card(digits[:length])
            end = start + len(digits)
            if brands is not None and not is_benign(text, start, end, digits, (len(digits),)):
                spans = tuple((i, i + 1) for i in range(start, end))
                yield Hit(start, end, brands=brands, length=length, keep=False, digits=spans)
                return

    def _judge(self, text: str, start: int, end: int, sizes: tuple[int, ...], *, zeros: int = 0) -> Hit | None:
        inner = text[start:end]
        digits = ascii_digits(inner)
        brands = self.card(digits[zeros:], text[max(0, start - _WORD_REACH) : start])
        if brands is None or is_benign(text, start, end, digits, sizes):
            return None
        spans = tuple((start + i, start + i + 1) for i, c in enumerate(inner) if c.isdecimal())[zeros:]
        return Hit(spans[0][0], end, brands=brands, length=len(spans), digits=spans)


class _Group(NamedTuple):
    """Adjacent digits: half-open span, number of digits, and how many zeros lead."""

    start: int
    end: int
    size: int
    zeros: int


def _groups(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[_Group]:
    groups = []
    for match in pattern.finditer(text, start, end):
        low, high = match.span()
        digits = text[low:high] if pattern is _GROUP else _UNSEEN.sub("", text[low:high])
        zeros = len(digits) - len(ascii_digits(digits).lstrip("0")) if unicodedata.decimal(digits[0]) == 0 else 0
        groups.append(_Group(low, high, len(digits), zeros))
    return groups


def _is_card_shape(sizes: tuple[int, ...], alone: bool) -> bool:
    """Whether groups of these sizes are how people split a card number.

    ``alone``: no other digits in the run. Then two parts will do, equal parts with a shorter last one, or cuts
    that are all among the usual ones: before the last four, behind the issuer's number, or between fours.
    """
    if sizes in _SHAPES or (len(sizes) >= 3 and set(sizes[:-1]) == {4} and sizes[-1] <= 4):
        return True
    if not alone:
        return False
    first, last = sizes[0], sizes[-1]
    if _CUTS.get(sum(sizes), frozenset()).issuperset(accumulate(sizes[:-1])):
        return True
    if len(sizes) == 2:
        return first in (4, 6) or last == 4 or first == last or (first == 8 and last > 8)
    # Groups of three are thousands.
    return first != 3 and set(sizes[:-1]) == {first} and last <= first


def _regions(text: str, suspects: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join suspects that are near enough to matter to each other."""
    low, high = suspects[0]
    for start, end in suspects[1:]:
        if start - high > 3 * REACH:
            yield low, high
            low = start
        high = max(high, end)
    yield low, high


def _merged(found: list[Hit]) -> list[Hit]:
    """Join overlapping hits; a secret wins over a number, and a joined number keeps no digit.

    A reading inside a longer one that ends where the longer ends, or starts later, changes nothing:
    the digits it would show are not shown by the longer.
    """
    found.sort(key=lambda hit: (hit.start, -hit.end, hit.cls))
    merged: list[Hit] = []
    for hit in found:
        if not merged or hit.start >= merged[-1].end:
            merged.append(hit)
            continue
        last = merged[-1]
        if hit.cls == last.cls == "pan" and (hit.start, hit.end) == (last.start, last.end):
            merged[-1] = replace(last, keep=last.keep and hit.keep)
        elif last.cls != "pan" or (hit.cls == "pan" and hit.end <= last.end and hit.start > last.start):
            if hit.end > last.end:
                merged[-1] = replace(last, end=hit.end)
        else:
            merged[-1] = _joined(last, hit)
    return merged


def _joined(one: Hit, two: Hit) -> Hit:
    digits = tuple(sorted({*one.digits, *two.digits}))
    end = max(one.end, two.end)
    if two.cls != "pan":
        return Hit(one.start, end, two.cls, digits=digits)
    return Hit(
        one.start, end, "pan", tuple(dict.fromkeys(one.brands + two.brands)), max(one.length, two.length), False, digits
    )
