"""What looks like a card number and is not one.

A span that passed Luhn and the IIN table is still no card number when it is a part of something else:

- a hexadecimal token of a digest's length with more digits than the span's, or a UUID (RFC 9562);
- an IBAN (ISO 13616: the country's length, and modulo 97 is 1), or a creditor reference (ISO 11649);
- a decimal fraction, a number with a non-zero fraction, or one in E-notation;
- a telephone number: after ``+`` (E.164), after ``00``, or of a country whose mobile numbers have the
  length and first digits of a card (asked of :func:`phone_like`; beside the word *card* it is a card);
- a compact date and time, or two dates;
- an address in a process, as thread and object identifiers are, or a .NET time stamp of 2010 to 2034 (18 digits that
  begin with 634 to 641, above Switch and Solo; :func:`phone_like` tells both as well);
- a number of another kind, where the word in front or its check digits say so (:mod:`pcishield.masking.identifiers`);
- a part of a list or dump of numbers, or of a number in parts (:mod:`pcishield.masking.listed`).

Every check looks at most :data:`REACH` characters to either side, so that scanning stays linear and a
stream can be cut.
"""

from __future__ import annotations

import re

from pcishield.masking.identifiers import WORD_REACH, has_other_form, named_other
from pcishield.masking.listed import REACH, is_listed

__all__ = ["EXPIRY", "REACH", "is_benign", "phone_like"]

_HEX = frozenset("0123456789abcdefABCDEF")
_DIGEST_LENGTHS = frozenset({32, 40, 48, 56, 64, 96, 128})
_ID_LENGTHS = frozenset({16, 24})
_SHORT_ID = 16
_LONGEST_DIGEST = 128

_UUID = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}(?=(?:[ \u00a0-]?[A-Za-z0-9]){11})")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]{1,3}(?![0-9A-Za-z])")
_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_STAMP = re.compile(
    rf"{_YEAR}{_MONTH}{_DAY}{_CLOCK}\d*|{_DAY}{_MONTH}{_YEAR}(?:{_CLOCK}|{_DAY}{_MONTH}{_YEAR})|"
    rf"{_MONTH}{_DAY}{_YEAR}(?:{_CLOCK}|{_MONTH}{_DAY}{_YEAR})"
)

# Country calling code and mobile prefix, by total number of digits: Germany 15x and 176; Colombia, Venezuela,
# Philippines, Ecuador, Paraguay; Indonesia.
_PHONES = {14: ("628",), 13: ("4915", "49176"), 12: ("573", "584", "639", "5939", "5959")}

# Where 64-bit systems map libraries, thread stacks and arenas: 15 digits that look like UATP. Aligned to 16.
_ADDRESS_LENGTH = 15
_ADDRESSES = range(0x7E0000000000, 0x800000000000, 16)

# Ticks of 100 ns since the year 1 (.NET), by their first eight digits: 2010 to 2034.
_TICKS_LENGTH = 18
_TICKS = range(63397900, 64187079)

EXPIRY = re.compile(r"(?:0[1-9]|1[0-2])(?:2[0-9]|3[0-9]|4[0-5])|(?:2[0-9]|3[0-9]|4[0-5])(?:0[1-9]|1[0-2])")
"""Month and year of the twenties to forties, in either order."""

_WHOLE_CARD = 16

_IBAN_LENGTHS = {
    code: int(length)
    for length, codes in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL SD", "19": "MK SI", "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH HR LI LV", "22": "BG BH CR DE GB GE IE ME RS VA", "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM", "28": "AL AZ BY CY DO GT HU LB NI PL SV", "29": "BR EG PS QA UA",
        "30": "JO KW MU YE", "31": "MT SC", "32": "LC", "33": "RU",
    }.items()
    for code in codes.split()
}  # fmt: skip


def is_benign(text: str, start: int, end: int, digits: str, sizes: tuple[int, ...]) -> bool:
    """Whether the span ``text[start:end]`` is a part of something that is not a card number.

    Args:
        text: Untrusted.
        start: First digit of the span, in code points.
        end: One past its last digit.
        digits: Its digits in ASCII.
        sizes: Lengths of its groups of adjacent digits.
    """
    return (
        _in_hex_token(text, start, end)
        or _in_uuid(text, start, end)
        or _in_iban(text, start, end)
        or _is_decimal(text, start, end, sizes)
        or _is_phone(text, start, digits)
        or _STAMP.fullmatch(digits) is not None
        or has_other_form(digits)
        or is_listed(text, start, end, digits, sizes)
        or named_other(digits, text[max(0, start - WORD_REACH) : start])
    )


def phone_like(digits: str) -> bool:
    """Whether ``digits`` is more likely a mobile number without its plus sign, an address or a time than a card."""
    if len(digits) == _ADDRESS_LENGTH:
        return int(digits) in _ADDRESSES
    if len(digits) == _TICKS_LENGTH:
        return int(digits[:8]) in _TICKS
    return digits.startswith(_PHONES.get(len(digits), ("+",)))


def _in_hex_token(text: str, start: int, end: int) -> bool:
    """Whether the span's first or last digits belong to a digest, or all of them to an identifier of hexadecimal."""
    if not (_is_hex_letter(text, start - 1) or _is_hex_letter(text, end)):
        return False
    first = start
    while first < end and text[first].isdecimal():
        first += 1
    if first == end:
        return _is_hex_token(text, start, end)
    last = end
    while text[last - 1].isdecimal():
        last -= 1
    return _is_hex_token(text, start, first) or _is_hex_token(text, last, end)


def _is_hex_letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at] in _HEX


def _is_hex_token(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - REACH) : start]
    after = text[end : end + REACH]
    left = len(before)
    while left and before[left - 1] in _HEX:
        left -= 1
    right = 0
    while right < len(after) and after[right] in _HEX:
        right += 1
    edges = before[left:] + after[:right]
    letters = "".join(c for c in edges if not c.isdigit())
    length = len(edges) + end - start
    # Letters only, to either side of the digits, is a number with letters glued to it.
    if len(letters) == len(edges) and (length != _SHORT_ID or len(letters) == 2):
        return False
    if not (letters.islower() or letters.isupper()):
        return False
    if length in _DIGEST_LENGTHS or length > _LONGEST_DIGEST:
        return True
    if (left and before[left - 1].isalnum()) or (right < len(after) and after[right].isalnum()):
        return False
    return length in _ID_LENGTHS and len(letters) >= 2


def _in_uuid(text: str, start: int, end: int) -> bool:
    low = max(0, start - 40)
    for match in _UUID.finditer(text, low, min(len(text), end + 40)):
        if match.start() < end and start < match.end():
            return True
    return False


def _in_iban(text: str, start: int, end: int) -> bool:
    window = text[max(0, start - 48) : end + 48]
    offset = max(0, start - 48)
    for match in _IBAN.finditer(window):
        country = match.group()[:2].upper()
        length = _IBAN_LENGTHS.get(country)
        if match.start() + offset >= start:
            continue
        if country == "RF" and _is_reference(window[match.start() : end - offset]):
            return True
        if length is None:
            continue
        kept: list[str] = []
        position = match.start()
        while position < len(window) and len(kept) < length:
            char = window[position]
            if char.isascii() and char.isalnum():
                kept.append(char)
            elif char not in " \u00a0-":
                break
            position += 1
        if len(kept) == length and end <= position + offset and _mod97("".join(kept)):
            return True
    return False


def _is_reference(text: str) -> bool:
    """Whether ``text`` is a creditor reference (ISO 11649)."""
    kept = re.sub("[ \u00a0-]", "", text)
    return 9 <= len(kept) <= 25 and kept.isascii() and kept.isalnum() and _mod97(kept)


def _mod97(iban: str) -> bool:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _is_decimal(text: str, start: int, end: int, sizes: tuple[int, ...]) -> bool:
    inner = text[start:end]
    if len(sizes) == 2 and "." in inner and not inner.replace(".", "", 1).strip("0123456789"):
        return True
    if len(sizes) > 1:
        return len(sizes) % 2 == 0 and _are_decimals(inner)
    if _EXPONENT.match(text, end):
        return True
    if start >= 2 and text[start - 1] == "." and text[start - 2].isdecimal():
        whole = start - 2
        while whole and start - whole < 40 and text[whole - 1].isdecimal():
            whole -= 1
        return not (whole >= 2 and text[whole - 1] == "." and text[whole - 2].isdecimal())
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdecimal():
        last = end + 1
        while last < len(text) and last - end < 40 and text[last].isdecimal():
            last += 1
        dotted = text[last : last + 1] == "." and text[last + 1 : last + 2].isdecimal()
        fraction = text[end + 1 : last]
        # No float has sixteen digits and four behind the point: that is an expiry date.
        if end - start >= _WHOLE_CARD and EXPIRY.fullmatch(fraction):
            return False
        return not dotted and fraction.strip("0") != ""
    return False


_DECIMALS = re.compile(r"[0-9]+\.[0-9]+(?:[ \t/_]+-?[0-9]+\.[0-9]+)+")


def _are_decimals(inner: str) -> bool:
    return _DECIMALS.fullmatch(inner) is not None


def _is_phone(text: str, start: int, digits: str) -> bool:
    # A plus sign inside, or behind a letter, is a blank in a URL's query.
    # No country's numbers have more than thirteen digits but those that look like it: E.164 allows fifteen.
    return (
        (len(digits) <= 13 or phone_like(digits))
        and text[start - 1 : start] == "+"
        and not (start > 1 and text[start - 2].isalnum())
    )
