"""Numbers of other kinds that pass for card numbers, told by the word in front of them or the column's name.

- An article number (GTIN of 12 to 14 digits, the word *EAN*, *GTIN*, *UPC*, *ISBN* or *barcode* and a right check
  digit): GS1 gives out 400 to 499, which is how historic Visa numbers of 13 digits begin.
- A device (14 to 16 digits, the word *IMEI*, *IMEISV* or *MEID*, one of the issuing bodies in front): 35 is JCB's too.

Without the word they stay what they look like: the fail direction is to mask.
"""

from __future__ import annotations

import re

__all__ = ["WORD_REACH", "kind_of_column", "named_other"]

WORD_REACH = 24
"""Characters in front of a number in which the word is looked for."""

_ARTICLE, _DEVICE = "article", "device"
_WORDS = r"(?P<article>ean|gtin|upc|isbn|bar[ _-]?code)|(?P<device>imei(?:sv)?|meid)"
_BEFORE = re.compile(rf"(?<![a-z])(?:{_WORDS})(?:[ _-]?[0-9]{{1,2}})?[^0-9a-z\n]{{1,6}}\Z", re.IGNORECASE)
_COLUMN = re.compile(rf"(?:.*_)?(?:{_WORDS})(?:_?[0-9]{{1,2}})?(?:_(?:code|number|no|nr))?", re.IGNORECASE)
_BODIES = ("01", "35", "86", "99")


def kind_of_column(name: str) -> str | None:
    """Return what kind of other numbers a column's name tells of, ``None`` for most names."""
    match = _COLUMN.fullmatch(name)
    return None if match is None else match.lastgroup


def named_other(digits: str, before: str = "", kind: str | None = None) -> bool:
    """Whether ``digits`` is what the word in front of it, or ``kind``, says.

    Args:
        digits: ASCII digits.
        before: Text in front of it.
        kind: As :func:`kind_of_column` returns it.
    """
    if not 12 <= len(digits) <= 16 or len(digits) == 15:
        # No card of fifteen digits begins like a device.
        return False
    if kind is None:
        match = _BEFORE.search(before[-WORD_REACH:])
        if match is None:
            return False
        kind = match.lastgroup
    if kind == _DEVICE:
        return len(digits) >= 14 and digits.startswith(_BODIES)
    return len(digits) <= 14 and _gtin_valid(digits)


def _gtin_valid(digits: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
