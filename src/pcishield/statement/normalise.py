"""The literal-free text and the fingerprint of a statement, from its tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

__all__ = ["fingerprint", "normalise"]

_ITEM = r"(?:[-+] )?\?"
_LIST = re.compile(rf"\bIN \( {_ITEM}(?: , {_ITEM})* \)")
_ROWS = re.compile(r"(\bVALUES (\([^()]*\)))(?: , \2)+")


def normalise(shown: Sequence[str]) -> tuple[str, str]:
    """Return the text to show and the text to hash.

    Lists of values have one form whatever their length; several identical rows are one.
    """
    exact = " ".join(shown)
    if " IN ( " in exact:
        exact = _LIST.sub("IN ( ? )", exact)
    if " ) , ( " in exact:
        exact = _ROWS.sub(r"\1 , ...", exact)
    text = exact.replace(" \x01(", "(").replace(" , ", ", ").replace("( ", "(").replace(" )", ")").replace(" . ", ".")
    return text.replace(" ;", ";").replace(" :: ", "::"), exact


def fingerprint(dialect: str, exact: str) -> str:
    """Return 32 hex digits of SHA-256 over ``dialect``, a NUL, and the text from :func:`normalise`, UTF-8."""
    return sha256(f"{dialect}\0{exact}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
