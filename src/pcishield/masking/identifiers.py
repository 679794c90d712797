"""Numbers of other kinds that pass for card numbers: told by the word in front, the column's name, or their form.

By a word, where the digits also have what numbers of that kind have:

- An article number (GTIN of 12 to 14 digits and a right check digit): GS1 gives out 400 to 499, which is how historic
  Visa numbers of 13 digits begin.
- A device: IMEISV and the like (14 or 16 digits, one of the issuing bodies in front; 35 is JCB's too), MEID (14 or 18).
- A subscriber: IMSI (15 digits).
- A parcel: 12 digits, or a shipping container code of 18 with a right check digit.
- A post or message (snowflake, 17 to 19 digits).
- A company in France (SIRET: 14 digits, of which the first nine pass Luhn as well), a person in India (12 digits),
  a company in Brazil (14).
- A time in milliseconds of the years 1985 to 1992 (12 digits), or in .NET ticks (18).

By their form alone, where next to no card number has it (:func:`has_other_form`): a company in Brazil (CNPJ), a person
in China (a date and a check digit), .NET ticks of whole milliseconds.

Without these they stay what they look like: the fail direction is to mask.
"""

from __future__ import annotations

import re
from typing import Any

from pcishield.masking.iin import luhn_valid

__all__ = ["WORD_REACH", "gtin_valid", "has_other_form", "is_named", "kind_of_column", "named_other"]

WORD_REACH = 40
"""Characters in front of a number in which the word is looked for."""

_ARTICLE, _DEVICE, _SUBSCRIBER, _PARCEL, _POST, _COMPANY, _PERSON = (
    "article", "device", "subscriber", "parcel", "post", "company", "person",
)  # fmt: skip
_WORDS = (
    r"(?P<article>ean|gtin|upc|isbn|jan|bar[ _-]?code|strichcode|code[ -]barres|barras|sku|arti(?:cle|kel)|product)|"
    r"(?P<device>imei(?:[ /_-]?sv)?)|(?P<subscriber>imsi|meid)|"
    r"(?P<parcel>tracking|fedex|ups|usps|dhl|waybill|awb|shipment|sendung|parcel|sscc)|"
    r"(?P<post>snowflake|tweet|toot|guild|channels?|discord|message[ _-]?id|status[ _-]?id|status(?:es)?/|id[ _-]?str|"
    r"<@[!&]?|<#)|"
    r"(?P<company>siret|siren)|(?P<person>aadhaar|aadhar|cnpj)|"
    r"(?P<time>ts|time|timestamp|epoch|millis|ms|date|dob|birth|born|created|updated|modified|ticks)"
)
_FILLERS = r"(?:codes?|numbers?|nummer|no|nr|num|ids?|is|dec|at|date|day|time|ms|ts)"
_BEFORE = re.compile(
    rf"(?<![a-z])(?:{_WORDS})(?:[ _-]?[0-9]{{1,2}})?(?:[ _./()-]{{0,2}}{_FILLERS}){{0,2}}[^0-9a-z\n]{{0,6}}\Z",
    re.IGNORECASE,
)
_GLUED = re.compile(r"[a-z]\Z", re.IGNORECASE)
_COLUMN = re.compile(rf"(?:.*_)?(?:{_WORDS})(?:_?[0-9]{{1,2}})?(?:_{_FILLERS}){{0,2}}", re.IGNORECASE)
_BODIES = ("01", "35", "86", "99")
_BOUND = 10**19

_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_PROVINCES = frozenset({*"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54".split(),
                        *"61 62 63 64 65 71 81 82".split()})  # fmt: skip
_TICKS_BEFORE = range(62135596, 63397900)


def kind_of_column(name: str) -> str | None:
    """Return what kind of other numbers a column's name tells of, ``None`` for most names."""
    match = _COLUMN.fullmatch(name)
    return None if match is None else match.lastgroup


def is_named(value: Any, kind: str) -> bool:
    """Whether a value is one number of the kind that its column or key is named after, and nothing else."""
    if type(value) is int and 0 < value < _BOUND:
        value = str(value)
    return type(value) is str and value.isascii() and value.isdecimal() and named_other(value, kind=kind)


def named_other(digits: str, before: str = "", kind: str | None = None) -> bool:
    """Whether ``digits`` is what the word in front of it, or ``kind``, says.

    Args:
        digits: ASCII digits.
        before: Text in front of it.
        kind: As :func:`kind_of_column` returns it.
    """
    size = len(digits)
    if not 12 <= size <= 19 or (size == 16 and not digits.startswith(_BODIES)):
        # Most cards have sixteen digits, and of other numbers only some devices have.
        return False
    if kind is None:
        before = before[-WORD_REACH:]
        match = None if _GLUED.search(before) else _BEFORE.search(before)
        if match is None:
            return False
        kind = match.lastgroup
    return _is_kind(digits, size, kind)


def _is_kind(digits: str, size: int, kind: str | None) -> bool:
    if kind == _DEVICE:
        # No card of fifteen digits begins like a device.
        return size in (14, 16) and digits.startswith(_BODIES)
    if kind == _SUBSCRIBER:
        return size in (15, 18) or digits.startswith(_BODIES)
    if kind == _ARTICLE:
        return size <= 14 and gtin_valid(digits)
    if kind == _PARCEL:
        return size == 12 or (size == 18 and gtin_valid(digits))
    if kind == _POST:
        return size >= 17
    if kind == _COMPANY:
        return size == 14 and luhn_valid(digits[:9])
    if kind == _PERSON:
        return size in (12, 14)
    return size == 12 or (size == 18 and digits.startswith(("62", "63")))


def has_other_form(digits: str) -> bool:
    """Whether ``digits`` is something else by its own check digits, as one card number in ten thousand can be."""
    if len(digits) == 14:
        return digits[8:10] == "00" and _cnpj_valid(digits)
    if len(digits) == 18:
        if digits.endswith("0000") and int(digits[:8]) in _TICKS_BEFORE:
            return True
        return digits[:2] in _PROVINCES and _DATE.fullmatch(digits[6:14]) is not None and _resident_valid(digits)
    return False


def gtin_valid(digits: str) -> bool:
    """Whether the last of ``digits`` is their GS1 check digit."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def _cnpj_valid(digits: str) -> bool:
    for size in (12, 13):
        total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits[:size])))
        if int(digits[size]) != (0 if total % 11 < 2 else 11 - total % 11):
            return False
    return True


def _resident_valid(digits: str) -> bool:
    return sum(int(digit) * pow(2, place, 11) for place, digit in enumerate(reversed(digits))) % 11 == 1
