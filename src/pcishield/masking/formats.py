"""How a value of a class is shown.

Card numbers (``pan``): ``redact`` within ``last4`` within ``first6_last4`` within ``first8_last4``: each shows what
the one before shows, so that several roles together learn no more than the most permitted one
(PCI SSC FAQ 1091 and 1117). What a number's length and brand do not permit falls back to the next stricter:

- ``first8_last4``: 16 digits of Discover, JCB, Mastercard, UnionPay or Visa;
- ``first6_last4``: 15 digits or more;
- ``token``: HMAC-SHA-256 of all digits under a versioned key. Equal numbers have equal tokens. It shows no
  digit, because a hash beside a truncation of the same number gives the number away (FAQ 1308).

Sensitive authentication data (``sad.*``) is always redacted whole. Cardholder names know ``initials``, expiry
dates ``year``; any other class knows ``redact``. ``none`` leaves a class alone.

A mask never passes Luhn as a card number, and keeps shape and separators.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking.hits import Hit
from pcishield.masking.iin import luhn_valid

__all__ = [
    "DEFAULT_FORMATS",
    "MASK",
    "TRUNCATIONS",
    "TokenKeys",
    "check_formats",
    "check_nesting",
    "mask_hit",
    "mask_initials",
    "mask_last4",
    "mask_year",
    "sentinel",
    "shown",
]

MASK = "*"
TRUNCATIONS = ("redact", "last4", "first6_last4", "first8_last4")
"""From strictest to most permitted."""

DEFAULT_FORMATS: Mapping[str, str] = {"pan": "last4", "cardholder": "initials", "expiry": "redact"}

_FORMATS: Mapping[str, tuple[str, ...]] = {
    "pan": (*TRUNCATIONS, "token"),
    "cardholder": ("redact", "initials", "none"),
    "expiry": ("redact", "year", "none"),
}
_OTHER = ("redact", "last4", "none")
_EIGHT = frozenset({"discover", "jcb", "mastercard", "unionpay", "visa"})
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijkmnopq")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLASS = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """Keys for the ``token`` format.

    Attributes:
        keys: Key by version, each at least 16 bytes. Secret.
        current: Version to use.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def __post_init__(self) -> None:
        problems = [f"token key {v!r} is shorter than 16 bytes" for v, key in self.keys.items() if len(key) < 16]
        problems += [f"token key version {v!r} must be letters" for v in self.keys if not (v.isascii() and v.isalpha())]
        if self.current not in self.keys:
            problems.append(f"there is no token key {self.current!r}")
        if problems:
            raise ConfigurationError("masking.token_keys: " + "; ".join(problems), problems)

    def token(self, digits: str) -> str:
        """Return the token of a card number given as ASCII digits: ``tok:<version>:<32 letters>``, 128 bits."""
        mac = hmac.digest(self.keys[self.current], b"pcishield-token-v1\x00" + digits.encode("ascii"), hashlib.sha256)
        return f"tok:{self.current}:{mac[:16].hex().translate(_LETTERS)}"


def sentinel(cls: str) -> str:
    """Return what stands for a redacted value."""
    return f"[REDACTED:{cls}]"


def check_formats(formats: Mapping[str, str], *, tokens: bool = True) -> list[str]:
    """Return what is wrong with a class-to-format mapping, one line each.

    Args:
        formats: Format by class.
        tokens: Whether keys for ``token`` are there.
    """
    problems = []
    for cls, name in formats.items():
        if _CLASS.fullmatch(cls) is None:
            problems.append(f"formats: {cls!r} is not a class name")
        elif cls.startswith("sad"):
            if name != "redact":
                problems.append(f"formats.{cls}: sensitive authentication data is always redacted whole")
        elif name not in _FORMATS.get(cls, _OTHER):
            known = ", ".join(_FORMATS.get(cls, _OTHER))
            problems.append(f"formats.{cls}: unknown format {name!r}; known: {known}")
        elif name == "token" and not tokens:
            problems.append(f"formats.{cls}: token needs token_keys")
    return problems


def check_nesting(formats_by_role: Mapping[str, Mapping[str, str]], base: str = "last4") -> list[str]:
    """Return why the formats of several roles must not be used together.

    A token in one role and a truncation in another can be joined into a hash beside a truncation
    (PCI DSS 3.5.1, FAQ 1308). Truncations always nest.

    Args:
        formats_by_role: Format by class, by role.
        base: The card number's format where a role says nothing.
    """
    names = {role: formats.get("pan", base) for role, formats in formats_by_role.items()}
    tokens = sorted(role for role, name in names.items() if name == "token")
    others = sorted(role for role, name in names.items() if name in TRUNCATIONS[1:])
    if base == "token":
        tokens.insert(0, "default")
    elif tokens and base in TRUNCATIONS[1:]:
        others.insert(0, "default")
    if tokens and others:
        return [
            f"formats.pan: token ({', '.join(tokens)}) and truncation ({', '.join(others)}) of one number can be joined"
        ]
    return []


def shown(name: str, digits: str, brands: Iterable[str]) -> tuple[int, int]:
    """Return how many digits of a card number are shown, at its beginning and at its end.

    Args:
        name: One of the truncations.
        digits: ASCII digits.
        brands: Networks it may belong to; all must permit eight digits.
    """
    if name == "redact":
        return 0, 0
    length = len(digits)
    brands = tuple(brands)
    if name == "first8_last4" and length == 16 and brands and _EIGHT.issuperset(brands):
        # The twelve digits left could themselves pass as a number of twelve.
        if not luhn_valid(digits[:8] + digits[-4:]):
            return 8, 4
    if name in ("first6_last4", "first8_last4") and length >= 15:
        return 6, 4
    return 0, 4


def mask_hit(text: str, hit: Hit, name: str, keys: TokenKeys | None, digits: str) -> str:
    """Return the replacement of ``text[hit.start:hit.end]``.

    Args:
        text: What was scanned.
        hit: Where.
        name: Format of the card number class.
        keys: For ``token``.
        digits: The hit's digits in ASCII, empty when they are not known one by one.

    Raises:
        MaskingError: ``token`` without keys.
    """
    if hit.cls != "pan" or not hit.digits or name == "redact":
        return sentinel(hit.cls)
    if name == "token":
        if keys is None:
            raise MaskingError("the token format has no key")
        return keys.token(digits) if hit.keep else sentinel(hit.cls)
    lead, tail = shown(name, digits, hit.brands) if hit.keep else (0, 0)
    parts = []
    position = hit.start
    for index, (low, high) in enumerate(hit.digits):
        parts.append(text[position:low])
        keep = index < lead or index >= len(hit.digits) - tail
        parts.append(text[low:high] if keep else MASK)
        position = high
    parts.append(text[position : hit.end])
    return "".join(parts)


def mask_last4(text: str) -> str:
    """Return a value of a user-defined class with its last four letters or digits, less when it is short."""
    signs = sum(char.isalnum() for char in text)
    hidden = signs - min(4, signs // 3)
    parts = []
    for char in text:
        if char.isalnum() and hidden > 0:
            hidden -= 1
            char = MASK
        parts.append(char)
    return "".join(parts)


def mask_initials(text: str) -> str:
    """Return a name with the first letter of each word: ``J*** D**``."""
    return re.sub(r"(\w)(\w*)", lambda m: m.group(1) + MASK * len(m.group(2)), text)


def mask_year(text: str) -> str:
    """Return an expiry date with its four-digit year only, all other digits masked."""
    match = _YEAR.search(text)
    if match is None:
        return re.sub(r"\d", MASK, text)
    return re.sub(r"\d", MASK, text[: match.start()]) + match.group() + re.sub(r"\d", MASK, text[match.end() :])
