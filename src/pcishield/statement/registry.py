"""Which reader takes a statement: by dialect and first word, known by name or not understood."""

from __future__ import annotations

from collections.abc import Callable

from pcishield.statement.draft import Draft
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.query import calls, read_query
from pcishield.statement.risks import judge_tables

__all__ = ["HANDLERS", "OTHERS", "Handler", "inner", "read_statement"]

Handler = Callable[[Draft, Reading, Fragment], None]

HANDLERS: dict[str, dict[str, Handler]] = {}
"""By dialect, then by the statement's first word in upper case."""

OTHERS = ""
"""Stands in ``HANDLERS`` for all dialects but those that are fully known: for words that theirs do not have."""

_FULLY_KNOWN = frozenset({"mysql", "postgres", "sqlite"})

_QUERY_WORDS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE", "("})
_MAX_INNER = 8


def read_statement(draft: Draft, reading: Reading, fragment: Fragment) -> None:
    """Read one statement into ``draft``; what is not known by name is ``unparsable``."""
    if fragment.n == 0:
        draft.set("empty")
        return
    word = fragment.u[0]
    own = HANDLERS.get(reading.dialect, {})
    handler = own.get(word) or (None if reading.dialect in _FULLY_KNOWN else HANDLERS[OTHERS].get(word))
    if handler is not None:
        handler(draft, reading, fragment)
    elif word in _QUERY_WORDS:
        read_query(draft, reading, fragment)
        return
    else:
        calls(draft, reading, fragment)
        draft.unparsable("a statement that is not known by name")
        return
    judge_tables(draft, reading)


def inner(draft: Draft, reading: Reading, fragment: Fragment) -> Draft:
    """Read a statement inside another one; return its own draft (nothing is added to ``draft``)."""
    found = Draft()
    if reading.depth >= _MAX_INNER:
        found.unparsable("statements nested too deeply")
        return found
    reading.depth += 1
    try:
        read_statement(found, reading, fragment)
    finally:
        reading.depth -= 1
    return found
