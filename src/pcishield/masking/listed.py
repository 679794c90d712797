"""Digits that are a part of several numbers, or of one that is written in parts, and neither is a card number.

- a dump in hexadecimal: bytes, or groups of two, four or eight digits, at least 128 bits of them;
- decimal fractions: three and more in a row, or two cut in the middle;
- pairs in ascending order, as lots are drawn;
- a parcel's number: of UPS (``1Z`` and sixteen), DHL (``JJD`` and eighteen), the US mail (22 from 91 to 95, in fours);
- what GS1 element strings say is an article, ``(01)``, or a shipping container, ``(00)``;
- an object identifier (ISO/IEC 9834), a payment slip of Brazil, a VAT number of twelve digits.

Every check looks at most :data:`REACH` characters to either side, and says yes only to what stands in its whole form.
"""

from __future__ import annotations

import re

from pcishield.masking.identifiers import gtin_valid

__all__ = ["REACH", "is_listed"]

REACH = 160
"""Characters to either side of a span that any check here looks at."""

_DUMPS = {
    size: re.compile(rf"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{{{size}}}[ -]{{1,2}}){{{32 // size - 1},}}[0-9A-Fa-f]{{{size}}}"
                     r"(?![0-9A-Za-z])")
    for size in (2, 4, 8)
}  # fmt: skip
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_DECIMALS = re.compile(r"(?<![0-9.])[0-9]+\.[0-9]+(?:[ \t/_-]{1,4}[0-9]+\.[0-9]+){2,}(?![0-9.])")
_MAIL = re.compile(r"(?<![0-9])9[1-5][0-9]{2}(?P<gap>[ -])(?:[0-9]{4}(?P=gap)){4}[0-9]{2}(?![0-9])")
_OBJECT = re.compile(r"(?<![0-9.])[0-2](?:\.[0-9]+){7,}(?![0-9])")
_SLIP = re.compile(r"(?<![0-9])[0-9]{5}\.[0-9]{5} (?:[0-9]{5}\.[0-9]{6} ){2}[0-9] [0-9]{14}(?![0-9])")
_ELEMENTS = ("(01)", "(02)", "/01/")
_CONTAINER_PREFIX = "(00)"
_VAT = ("GB", "LT", "SE")


def is_listed(text: str, start: int, end: int, digits: str, sizes: tuple[int, ...]) -> bool:
    """Whether the span ``text[start:end]`` belongs to something of the kinds above; arguments as for ``is_benign``."""
    if len(sizes) == 1:
        return _has_prefix(text, start, end, digits) or (sizes[0] == 14 and _inside(_SLIP, text, start, end))
    if "." in text[start:end]:
        return _in_decimals(text, start, end) or any(_inside(p, text, start, end) for p in (_DECIMALS, _OBJECT, _SLIP))
    return (
        _is_ascending(digits, sizes)
        or _in_dump(text, start, end, sizes)
        or (sizes[0] == 4 and _inside(_MAIL, text, start, end))
    )


def _inside(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    low = max(0, start - REACH)
    return any(m.start() <= start and end <= m.end() for m in pattern.finditer(text, low, end + REACH))


def _has_prefix(text: str, start: int, end: int, digits: str) -> bool:
    before = text[max(0, start - 4) : start]
    if end < len(text) and text[end].isalnum():
        return False
    if len(digits) == 16:
        return before.endswith("1Z") and not before[-3:-2].isalnum()
    if len(digits) == 18:
        return (before == _CONTAINER_PREFIX and gtin_valid(digits)) or (
            before.endswith("JD") and not before.removesuffix("JD").removesuffix("J")[-1:].isalnum()
        )
    if len(digits) == 12:
        return before.endswith(_VAT) and not before[-3:-2].isalnum()
    return len(digits) == 14 and before in _ELEMENTS and gtin_valid(digits)


def _is_ascending(digits: str, sizes: tuple[int, ...]) -> bool:
    pairs = [digits[i : i + 2] for i in range(0, len(digits), 2)]
    return set(sizes) == {2} and all(one < two for one, two in zip(pairs, pairs[1:], strict=False))


def _in_dump(text: str, start: int, end: int, sizes: tuple[int, ...]) -> bool:
    pattern = _DUMPS.get(max(sizes))
    if pattern is None or any(size != max(sizes) for size in sizes[1:-1]):
        return False
    low = max(0, start - REACH)
    for match in pattern.finditer(text, low, end + REACH):
        if match.start() <= start and end <= match.end():
            tokens = [token for token in re.split("[ -]+", match.group()) if not token.isdigit()]
            letters = "".join(c for token in tokens for c in token if not c.isdigit())
            mixed = any(not token.isalpha() for token in tokens)
            return len(tokens) >= 2 and mixed and (letters.islower() or letters.isupper())
    return False


def _in_decimals(text: str, start: int, end: int) -> bool:
    low, high = start, end
    while low and start - low < REACH and text[low - 1] in "0123456789.":
        low -= 1
    while high < len(text) and high - end < REACH and text[high] in "0123456789.":
        high += 1
    tokens = re.split("[^0-9.]+", text[low:high])
    return (low, high) != (start, end) and len(tokens) > 1 and all(map(_DECIMAL.fullmatch, tokens))
