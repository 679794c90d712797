"""Text on its way into a record: no value survives, and nothing is longer than it may be.

Driver and database messages quote row values (``Key (email)=(x@y.z) already exists``, ``Incorrect integer value:
'4111...'``). Only a *template* is kept: quoted runs, parenthesised values and everything that holds a digit are
replaced by ``?``. What a template can still say is which message it was, not about which row.

SQL is sanitised by :mod:`pcishield.statement` (``Statement.template``), where it is parsed.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

__all__ = ["MAX_ERROR", "MAX_TEXT", "cut", "error_template", "plain_text", "sanitise_error"]

MAX_ERROR = 400
"""Characters of an error template."""
MAX_TEXT = 8_000
"""Characters of any single text field."""

_LINES = re.compile(
    r"[\r\n]+\s*(?:DETAIL|HINT|CONTEXT|WHERE|QUERY|STATEMENT|LINE \d+|\[SQL|\[parameters|\(Background).*", re.S
)
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\u201c[^\u201d]*\u201d|\u00ab[^\u00bb]*\u00bb""")
_UNCLOSED = re.compile(r"""['"`\u201c\u00ab].*""", re.DOTALL)
_VALUES = re.compile(r"=\s*\((?:[^()]|\([^()]*\))*\)?")
_TOKEN = re.compile(r"[^\s,;:()\[\]{}<>=?]*\d[^\s,;:()\[\]{}<>=?]*")
_ASSIGNED = re.compile(r"(?<==)\s*[^\s,;?][^\s,;]*")
_MARKS = re.compile(r"\?(?:[\s,.:/-]*\?)+")
_SPACE = re.compile(r"\s+")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}\Z")


def plain_text(text: str) -> str:
    """Return ``text`` with lone surrogates replaced by U+FFFD, so that it has a UTF-8 form."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cut(text: str, limit: int = MAX_TEXT) -> str:
    """Return ``text`` if it is short enough, else its start with a marker that has the digest of all of it.

    Args:
        text: Any text that may be recorded.
        limit: Characters, at least 100.
    """
    if len(text) <= limit:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    marker = f"\u2026[cut: {len(text)} characters, sha256 {digest}]"
    return text[: limit - len(marker)] + marker


def error_template(message: str, limit: int = MAX_ERROR) -> str:
    """Return what an error message says without what it quotes.

    Args:
        message: From a driver, untrusted; may hold row values.
        limit: Characters kept.
    """
    text = _LINES.sub("", plain_text(message[:20_000]))
    text = _QUOTED.sub("?", text)
    text = _UNCLOSED.sub("?", text)
    if not text.isascii():
        # Superscript and circled digits are digits to people and not to \d.
        text = "".join("0" if ch.isdigit() else ch for ch in text)
    text = _VALUES.sub("=?", text)
    text = _TOKEN.sub("?", text)
    text = _ASSIGNED.sub("?", text)
    text = _SPACE.sub(" ", _MARKS.sub("?", text)).strip()
    return text[:limit]


def sanitise_error(error: BaseException) -> dict[str, Any]:
    """Describe an exception for a record: class, SQLSTATE, driver's error number, template.

    Never raises; an exception whose text cannot be had is described by its class alone.
    """
    kind = type(error)
    fields: dict[str, Any] = {"class": plain_text(kind.__name__)[:100]}
    # pg8000's only argument is the server's message by the letters of its fields.
    letters = error.args[0] if len(error.args) == 1 and isinstance(error.args[0], dict) else {}
    for state in (getattr(error, "sqlstate", None), getattr(error, "pgcode", None), letters.get("C")):
        if isinstance(state, str) and _SQLSTATE.match(state):
            fields["sqlstate"] = state
            break
    number = getattr(error, "errno", None)
    if number is None:
        number = getattr(error, "sqlite_errorcode", None)
    if type(number) is int and -(2**31) <= number < 2**31:
        fields["code"] = number
    try:
        message = str(error.args[-1]) if len(error.args) > 1 else str(letters.get("M") or error)
        fields["template"] = error_template(message)
    except Exception:
        fields["template"] = ""
    return fields
