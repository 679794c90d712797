"""What databases quote in their errors, for drivers that hand on the message as one text.

Card numbers in it are masked wherever they stand. Here the rest is taken out: a value of a classified column, of a
kind that no scanner recognises, where the database names its column or quotes a whole row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pcishield.drivers.generic.postgres import FIELDS, REDACTED, mask_hex, redact_detail, told, words_for
from pcishield.runtime.scrub import Scrub, Wording

__all__ = ["clean", "make_scrub"]

_DETAIL = re.compile(r"(DETAIL:\s*)(.*?)(?=\n[A-Z]+:|\Z)", re.DOTALL)
_NAMES = re.compile(r"\w+")
_KEYED = {
    # Duplicate key "card_number: 1, cvv: 2" violates ...
    "duckdb": re.compile(r'(?P<front>[Dd]uplicate key ")(?P<pairs>[^"]*)(?P<back>")'),
    # row with column values (CVV:'123') already exists
    "oracle": re.compile(r"(?P<front>column values \()(?P<pairs>.*)(?P<back>\))", re.DOTALL),
}


def clean(text: str, dialect: str, state: str, classified: Callable[[str], bool]) -> str:
    """Return an error's message without values of classified columns.

    Args:
        text: The message, card numbers masked.
        dialect: The database's.
        state: SQLSTATE when the driver tells it.
        classified: Whether a column of this name is declared as card data.
    """
    if dialect == "postgres":
        return _DETAIL.sub(lambda m: m[1] + redact_detail(state, m[2], classified), text)
    pattern = _KEYED.get(dialect)
    if pattern is None:
        return text

    def keyed(match: re.Match[str]) -> str:
        hidden = any(classified(name) for name in _NAMES.findall(match["pairs"]))
        return f"{match['front']}{REDACTED}{match['back']}" if hidden else match[0]

    return pattern.sub(keyed, text)


def make_scrub(dialect: str, classified: Callable[[str], bool]) -> Scrub:
    """Return how to read the exceptions of a driver about which nothing is known but what they have in common.

    Those are arguments (an SQLSTATE or a number may come first; pg8000 gives the fields of the server's message by
    their letters), ``sqlstate``, ``errno``, and ``details`` (ADBC's).
    """

    def fields(arg: dict[Any, Any], words: Wording) -> dict[Any, Any] | None:
        if dialect != "postgres" or not {"S", "C", "M"} <= arg.keys():
            return None
        if not all(isinstance(part, str) for pair in arg.items() for part in pair):
            return None
        # What PostgreSQL will add one day is a text.
        named = {FIELDS.get(letter, letter): value for letter, value in arg.items()}
        masked = told(named, words_for(named.get, words), classified)
        shown = zip(arg, masked.values(), strict=True)
        return {letter: value for letter, value in shown if value is not None}

    def attributes(error: BaseException, words: Wording) -> None:
        state = getattr(error, "sqlstate", None) or (error.args[0] if error.args else "")
        state = state if isinstance(state, str) and len(state) == 5 else ""

        def cleaned(text: str) -> str:
            return clean(mask_hex(words.text, text), dialect, state, classified)

        args = tuple(cleaned(arg) if isinstance(arg, str) else arg for arg in error.args)
        if args != error.args:
            error.args = args
        _scrub_codes(error, words)
        details = getattr(error, "details", None)
        if isinstance(details, list):
            _scrub_details(details, words, classified)

    return Scrub(attributes, ("code", "text"), fields=fields)


def _scrub_codes(error: BaseException, words: Wording) -> None:
    for name in ("errno", "sqlstate", "vendor_code"):
        code = getattr(error, name, None)
        kept = words.state(code) if isinstance(code, str) else words.number(code) if isinstance(code, int) else code
        if kept != code:
            setattr(error, name, kept)


def _scrub_details(details: list[Any], words: Wording, classified: Callable[[str], bool]) -> None:
    """Mask ADBC's: names and fields of the server's message, ``PG_DIAG_SQLSTATE`` and its like."""
    texts = [_text(value) for _, value in details]
    names = [_text(name).removeprefix("PG_DIAG_").lower() for name, _ in details]
    masked = told(dict(zip(names, texts, strict=True)), words, classified)
    for index, (name, value) in enumerate(details):
        text = masked[names[index]] or ""
        if text != texts[index]:
            details[index] = (name, text.encode() if isinstance(value, bytes) else text)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
