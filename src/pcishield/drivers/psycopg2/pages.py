"""``extras.execute_values`` and ``execute_batch``: judged as one statement with many sets of parameters.

psycopg2 writes a page of them into one text. Judged as that text, every page would be another statement, and every
card number a literal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from psycopg2 import extensions, extras

from pcishield.drivers.psycopg2.cursor import GuardedCursor, send_page, text_of
from pcishield.drivers.psycopg2.parameters import fixed

__all__ = ["execute_batch", "execute_values"]

# Taken once: install() may put guarded names into the module later.
_batch, _values = extras.execute_batch, extras.execute_values
_RawCursor: Any = extensions.cursor
_TOKENS = re.compile(r"(%.)", re.DOTALL)


class _Page:
    """Stands for the cursor while psycopg2 writes a page: notes what it writes, and sends it as one statement.

    Args:
        cursor: The guarded cursor.
        method: For the record.
        sql: What the caller gave, in which the row stands for its only placeholder; ``None`` where all of it repeats.
    """

    def __init__(self, cursor: Any, method: str, sql: str | None) -> None:
        self._cursor, self._method, self._sql = cursor, method, sql
        self._template: Any = None
        self._text, self._apart = "", True
        self._seen: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def mogrify(self, template: Any, parameters: Any = None) -> bytes:
        """Write one set of parameters, and note it."""
        cursor = self._cursor
        apart, seen, handed = fixed(text_of(cursor, template), parameters, cursor.connection)
        self._apart = self._apart and apart
        self._seen.append(seen)
        if template is not self._template:
            self._template = template
            row = text_of(cursor, template)
            self._text = row if self._sql is None else _with_row(self._sql, row)
        written: bytes = _RawCursor.mogrify(cursor, template, handed if apart else parameters)
        return written

    def execute(self, page: bytes) -> None:
        """Send the page."""
        seen, apart = self._seen, self._apart
        self._seen, self._apart = [], True
        if apart:
            send_page(self._cursor, self._method, self._text, seen, page)
        else:
            self._cursor.execute(page)


def _with_row(sql: str, row: str) -> str:
    return "".join(row if token == "%s" else token for token in _TOKENS.split(sql))


def execute_values(
    cur: Any,
    sql: Any,
    argslist: Sequence[Any],
    template: Any = None,
    page_size: int = 100,
    fetch: bool = False,
) -> Any:
    """Do as :func:`psycopg2.extras.execute_values` does."""
    if not isinstance(cur, GuardedCursor):
        return _values(cur, sql, argslist, template, page_size, fetch)
    text = text_of(cur, sql)
    return _values(_Page(cur, "execute_values", text), text, argslist, template, page_size, fetch)


def execute_batch(cur: Any, sql: Any, argslist: Sequence[Any], page_size: int = 100) -> None:
    """Do as :func:`psycopg2.extras.execute_batch` does."""
    if isinstance(cur, GuardedCursor):
        cur = _Page(cur, "execute_batch", None)
    _batch(cur, sql, argslist, page_size)
