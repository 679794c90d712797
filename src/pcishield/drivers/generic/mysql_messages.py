"""Texts that a MySQL server makes: messages quote values, and so does the SQL that the driver puts together.

Two nets, as for rows: card numbers are masked wherever they stand; and where a statement touches classified
columns, or what it touches is not known, everything that a message quotes is taken out, unless the message is of
a kind that quotes names only. ``extractvalue(1, concat('~', hex(pan)))`` puts data into an error on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pcishield.runtime.hide import classified
from pcishield.runtime.operation import Operation
from pcishield.runtime.scrub import WITHHELD, Wording
from pcishield.statement import Statement

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["REDACTED", "clean_message", "mask_message", "naming", "safe_statement", "shows_diagnostics", "subject_of"]

REDACTED = "[redacted]"

_NAMES_ONLY = frozenset(
    {
        1007, 1008, 1022, 1036, 1040, 1044, 1045, 1046, 1047, 1048, 1049, 1050, 1051, 1052, 1054, 1055, 1060, 1061,
        1064, 1065, 1066, 1068, 1069, 1072, 1091, 1099, 1100, 1109, 1110, 1111, 1136, 1142, 1143, 1146, 1149, 1176,
        1205, 1213, 1222, 1227, 1235, 1241, 1242, 1246, 1248, 1264, 1265, 1305, 1317, 1318, 1364, 1370, 1406, 1451,
        1452, 3024, 3948,
    }
)  # fmt: skip
"""Server errors whose message quotes identifiers or the statement itself, never a value that was read."""

_SIGNAL = 1644
_TAILED = frozenset({1062, 1366, 1586})
"""Errors that end in the name of a key or a column. Of others the end may be data that looks like one."""

_TAIL = re.compile(r"(?: for (?:key|column) [^\s]{1,200})?(?: at row \d{1,20})?\Z")
_OPAQUE = frozenset({"call", "execute", "opaque", "unknown"})
_RAISING = frozenset({"call", "delete", "insert", "merge", "update"})
"""Actions that may run the database owner's own SIGNAL, in a procedure or a trigger."""


_UNKNOWN = 1054
_UNKNOWN_COLUMN = re.compile(
    # Only the server's own words for a part of a statement: what a function says in their place is data.
    r"Unknown column '(?P<name>[\w$.]+)' in '(?:field list|(?:where|order|having|on|from) clause|group statement|"
    r"SELECT|WHERE|ORDER BY|GROUP BY|HAVING|ON|SET|VALUES|RETURNING)'"
)


def naming(errno: Any, message: Any, words: Wording) -> Wording:
    """Return what may be told of an error: also which column of the statement is not known.

    A function can signal the same. What it chooses by that is one of the statement's own words, and it has the choice
    among as many error numbers.

    Args:
        errno: The server's number.
        message: Its text.
        words: What may be told of others.
    """
    said = _UNKNOWN_COLUMN.fullmatch(message) if errno == _UNKNOWN and isinstance(message, str) else None
    return words if said is None else words.naming(said[0], said["name"])


def _may_quote(operation: Operation | None, errno: int) -> bool:
    if errno in _NAMES_ONLY or 2000 <= errno < 3000 or errno <= 0:
        return False
    if operation is None or operation.statement is None:
        return True
    if errno == _SIGNAL:
        return _RAISING.isdisjoint(operation.statement.actions)
    known = operation.session.parts.known.get(operation.session.dialect, operation.sql)
    if errno in _TAILED and any(use.column.name == "*" for use in operation.statement.columns):
        return True  # INSERT INTO t VALUES (...): which columns the key has is not known
    return bool(known.classes) or not _OPAQUE.isdisjoint(operation.statement.actions)


_ESCAPE = re.compile(r"(\\x[0-9A-Fa-f]{2})")
_DIAGNOSTICS = re.compile(r"SHOW\s+(?:COUNT|WARNINGS|ERRORS)\b", re.IGNORECASE)


def shows_diagnostics(operation: Operation) -> bool:
    """Whether a statement of the text asks for warnings or errors of the ones before it."""
    statement = operation.statement
    if statement is None:
        return _DIAGNOSTICS.search(operation.sql) is not None
    return any(map(_asks, statement.parts or (statement,)))


def _asks(statement: Statement) -> bool:
    return _DIAGNOSTICS.match(statement.template) is not None


def subject_of(before: Operation | None, operation: Operation) -> Operation | None:
    """Return the statement that warnings are about once ``operation`` was sent: one without tables leaves older ones.

    ``EXPLAIN SELECT ... FROM cards WHERE id = 1; COMMIT; SHOW WARNINGS`` still shows the row that the first has read.
    """
    statement = operation.statement
    if statement is not None and all(map(_asks, statement.parts or (statement,))):
        return before
    if before is None or statement is None or not _OPAQUE.isdisjoint(statement.actions):
        return operation
    known = operation.session.parts.known.get(operation.session.dialect, operation.sql)
    reads = any(relation.table.name != "dual" for relation in statement.relations)
    return operation if reads or known.classes else before


def mask_message(text: str, mask: Callable[[str], str]) -> str:
    """Mask a server's message. It writes bytes that are no text in hex, whose digits are none of a number's."""
    if "\\x" not in text:
        return mask(text)
    return "".join([part if _ESCAPE.fullmatch(part) else mask(part) for part in _ESCAPE.split(text)])


def clean_message(text: str, errno: Any, operation: Operation | None) -> str:
    """Return a server's message without the data that it may quote.

    Args:
        text: The message, with card numbers masked already.
        errno: The server's error number.
        operation: The statement that it is about; ``None`` when that is not known.
    """
    if not isinstance(errno, int) or text.endswith(WITHHELD) or not _may_quote(operation, errno):
        return text
    if errno == _SIGNAL:
        return REDACTED
    first = min((at for at in (text.find("'"), text.find('"')) if at >= 0), default=-1)
    if first < 0:
        return text
    tail = _TAIL.search(text) if errno in _TAILED else None
    return f"{text[:first]}'{REDACTED}'{tail.group() if tail is not None and tail.start() > first else ''}"


def safe_statement(executed: Any, session: Session, sql: str | None) -> Any:
    """Return the text that was sent, fit to be shown: masked, or without literals where columns are classified.

    Args:
        executed: The text.
        session: Of its connection.
        sql: The same before its parameters were written into it, where that is known.
    """
    if not isinstance(executed, (str, bytes, bytearray)):
        return executed
    text = executed if isinstance(executed, str) else bytes(executed).decode("utf-8", "surrogateescape")
    known = session.parts.known.get(session.dialect, text if sql is None else sql)
    if classified(known):
        text = known.statement.template
    masked = session.mask_text(text)
    if isinstance(executed, str):
        return masked
    return type(executed)(masked.encode("utf-8", "surrogateescape"))
