"""Card data in a fixed frame, and the codes that stand beside it.

Frames (no word boundary is needed around the number, the frame says what it is):

- Track 1, format B (ISO/IEC 7813): number ``^`` name ``^`` expiry, service code, discretionary data; with or
  without the sentinels ``%B`` and ``?``.
- Track 2: number ``=`` expiry (4), service code (3), discretionary data; with ``;`` and ``?``, or bare when the
  number is a card number. ``D`` for ``=`` and ``F`` for padding in the hexadecimal form of EMV tag 57.
- EMV tag 5A: ``5A``, length in bytes, digits, padded with ``F``. Pairs may be set apart by a blank, hyphen,
  colon or ``0x``.
- ISO 8583:1987 in ASCII: message type, bitmap with bit 2 set, length, number; a length or TPDU header of digits,
  or ``ISO`` and nine digits, may stand in front.
- A merchant-presented QR code (EMVCo): ``000201`` and fields of two digits of tag, two of length, and the value.
- A range of whole numbers from a card number to the next, as PostgreSQL writes one: the bound gives the number away.

Codes: three or four digits behind *cvv*, *cvc*, *security code* or the like, or behind a card number and its
expiry date. By themselves they are just digits, so a card number must be near (PCI DSS 3.3.1.2).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from pcishield.masking.hits import Hit

__all__ = ["find_codes", "find_frames"]

Card = Callable[[str], tuple[str, ...] | None]

_TRACK1 = re.compile(
    r"%?[A-Za-z]?(?<![0-9])(?:[0-9][ -]?){11,18}[0-9]\^[^\^\n?\"<>]{1,26}\^[0-9A-Z ^=/.&-]{0,60}\??",
)
_TRACK2 = re.compile(r";(?:[0-9]{12,19})=[0-9]{3,32}\??|(?<![0-9])[0-9]{12,23}[=Dd][0-9]{7,32}[Ff]?\??")
_PAIR = r"(?:[ :-]|,? ?0[xX])?"
_NIBBLE_PAIR = re.compile(rf"{_PAIR}([0-9Ff]{{2}})")
_PAIR_GAP = re.compile(r",? ?0[xX]|[ :-]")
_EMV_PAN = re.compile(rf"5[Aa]{_PAIR}0([6-9Aa])(?=((?:{_PAIR}[0-9Ff]{{2}}){{6,10}}))")
_EMV_TRACK = re.compile(
    rf"57{_PAIR}(0[A-Fa-f]|1[0-3]){_PAIR}((?:{_PAIR}[0-9A-Fa-f]){{16,38}})",
)
_ISO8583 = re.compile(
    r"(?<![\dA-Za-z])(?:ISO(?:[0-9]{9})?|[0-9]{2}|[0-9]{4}|[0-9]{10}|[0-9]{14})??"
    r"[0-2][1-8][0-9][0-5](?P<bitmap>[4-7][0-9A-Fa-f]{15}|[C-Fc-f][0-9A-Fa-f]{31})(?P<length>1[2-9])(?=(?P<number>[0-9]{12,19}))"
)
_FEWEST_ZEROS = 5
_QR = re.compile("(?<![0-9])000201(?=[0-9]{4})")
_LONGEST_QR = 512
_RANGE = re.compile(r"[\[(]([0-9]{12,19}), ?([0-9]{12,19})[)\]]")
_CODE_WORD = re.compile(
    r"(?<![A-Za-z])(?:cvv2?|cvc2?|cav2?|cvn2?|cve|cid|csc|cvd|security[ _-]?(?:code|number)|"
    r"(?:card[ _-]?)?verification[ _-]?(?:code|value|number)|pr[uü]fziffer|cryptogramme)"
    r"(?:[^0-9A-Za-z\n]|is|code|no|nr|number|value){1,8}?([0-9]{3,4})(?![0-9])",
    re.IGNORECASE,
)
_CODE_BEHIND = re.compile(
    r"[\s|,;:/-]{1,3}(?:exp(?:iry|ires|\.)?[: ]{1,2})?(?:0[1-9]|1[0-2])[|,;:/. -]{0,2}(?:20)?[2-4][0-9]"
    r"[^\S\n]{0,2}[|,;:/ -]{1,2}[^\S\n]{0,2}([0-9]{3,4})(?![0-9])"
)
_NEAR = 160
_SHORTEST_MESSAGE = 34
_OVERLAPPING = 8


def find_frames(text: str, card: Card) -> list[Hit]:
    """Return framed card data in ``text``.

    Args:
        text: Untrusted.
        card: Tells the brands of a number, or ``None``.
    """
    found: list[Hit] = []
    if "^" in text:
        found += (_secret(match) for match in _TRACK1.finditer(text))
    if "=" in text or "D" in text or "d" in text:
        found += _second_tracks(text, card)
    if "57" in text or "5A" in text or "5a" in text:
        found += _emv(text, card)
    if ")" in text or "]" in text:
        found += _ranges(text, card)
    if len(text) >= _SHORTEST_MESSAGE:
        found += _iso8583(text, card)
    if "000201" in text:
        found += _merchant_codes(text, card)
    return found


def find_codes(text: str, found: Sequence[Hit]) -> list[Hit]:
    """Return verification codes near the card data in ``found``, in the same line, and not a part of it."""
    spans = sorted((hit.start, hit.end) for hit in found)
    codes = [match.span(1) for match in _CODE_WORD.finditer(text) if _is_near(text, *match.span(1), spans)]
    for _, end in spans:
        match = _CODE_BEHIND.match(text, end)
        if match is not None and "\n" not in match.group():
            codes.append(match.span(1))
    return [_hit("sad.cvc", *code) for code in dict.fromkeys(codes) if not _is_part(*code, spans)]


def _is_near(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    index = bisect_left(spans, (start, end))
    gaps = [(spans[index - 1][1], start)] if index else []
    if index < len(spans):
        gaps.append((end, spans[index][0]))
    return any(high - low <= _NEAR and "\n" not in text[low:high] for low, high in gaps)


def _is_part(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    index = bisect_left(spans, (end, 0))
    return any(high > start for _, high in spans[max(0, index - _OVERLAPPING) : index])


def _hit(cls: str, start: int, end: int, brands: tuple[str, ...] = (), digits: tuple[tuple[int, int], ...] = ()) -> Hit:
    return Hit(start, end, cls, brands, len(digits), bool(digits), digits)


def _secret(match: re.Match[str]) -> Hit:
    return _hit("sad.track", *match.span())


def _second_tracks(text: str, card: Card) -> Iterator[Hit]:
    for match in _TRACK2.finditer(text):
        whole = match.group()
        if whole[0] == ";":
            yield _secret(match)
            continue
        digits = re.split("[=Dd]", whole, maxsplit=1)[0]
        if whole[len(digits)] in "Dd" and not "01" <= whole[len(digits) + 3 : len(digits) + 5] <= "12":
            continue
        starts = (0, 4) if digits.startswith("57") else (0, 2, 4)
        if any(12 <= len(digits) - skip <= 19 and card(digits[skip:]) is not None for skip in starts):
            yield _secret(match)


def _emv(text: str, card: Card) -> Iterator[Hit]:
    for match in _EMV_PAN.finditer(text):
        wanted = 2 * int(match.group(1), 16)
        start = match.start(2)
        pairs = (pair.start(1) for pair in _NIBBLE_PAIR.finditer(match.group(2)))
        at = [start + i + k for i in pairs for k in (0, 1)][:wanted]
        number = "".join(text[i] for i in at).rstrip("Ff")
        if len(at) == wanted and number.isdigit() and 12 <= len(number) <= 19:
            brands = card(number)
            if brands is not None:
                spans = tuple((i, i + 1) for i in at[: len(number)])
                yield _hit("pan", spans[0][0], spans[-1][1], brands, spans)
    for match in _EMV_TRACK.finditer(text):
        nibbles = _PAIR_GAP.sub("", match.group(2))[: 2 * int(match.group(1), 16)]
        number, _, rest = nibbles.upper().partition("D")
        if 12 <= len(number) <= 19 and number.isdigit() and rest[:4].isdigit() and card(number) is not None:
            yield _secret(match)


def _ranges(text: str, card: Card) -> Iterator[Hit]:
    for match in _RANGE.finditer(text):
        low, high = match.groups()
        brands = card(low) or card(high)
        if brands is not None and int(high) - int(low) == 1:
            for bound in (1, 2):
                digits = tuple((i, i + 1) for i in range(*match.span(bound)))
                yield Hit(*match.span(bound), brands=brands, length=len(digits), keep=False, digits=digits)


def _iso8583(text: str, card: Card) -> Iterator[Hit]:
    for match in _ISO8583.finditer(text):
        bitmap = match.group("bitmap")
        if bitmap.isdigit() and bitmap.count("0") < _FEWEST_ZEROS:
            # A bitmap without letters has few fields. This is some long number.
            continue
        length = int(match.group("length"))
        number = match.group("number")[:length]
        brands = card(number) if len(number) == length else None
        if brands is not None:
            start = match.start("number")
            yield _hit("pan", start, start + length, brands, tuple((i, i + 1) for i in range(start, start + length)))


def _merchant_codes(text: str, card: Card) -> Iterator[Hit]:
    for match in _QR.finditer(text):
        last = text.find("\n", match.start())
        high = min(match.start() + _LONGEST_QR, len(text) if last < 0 else last)
        for start, end in _fields(text, match.start(), high):
            yield from _field(text, start, end, card)
            for inner in _fields(text, start, end):
                yield from _field(text, *inner, card)


def _fields(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    while low + 4 < high:
        head = text[low : low + 4]
        if not (head.isascii() and head.isdecimal()) or low + 4 + int(head[2:]) > high:
            return
        yield low + 4, low + 4 + int(head[2:])
        low += 4 + int(head[2:])


def _field(text: str, start: int, end: int, card: Card) -> Iterator[Hit]:
    value = text[start:end]
    brands = card(value) if 12 <= len(value) <= 19 and value.isascii() and value.isdecimal() else None
    if brands is not None:
        yield _hit("pan", start, end, brands, tuple((i, i + 1) for i in range(start, end)))
