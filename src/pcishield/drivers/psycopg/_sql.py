"""The SQL text of a call, as PostgreSQL will read it.

Judged is what the server gets, not what the caller wrote: psycopg replaces placeholders without looking at
quotes, so ``'%(a'b)s'`` ends a literal for a parser and not for the server. Texts where the two could differ
are converted first; all others are taken as they are, which keeps the cache of analyses small and quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from psycopg import sql
from psycopg._queries import PostgresClientQuery
from psycopg.adapt import Transformer

from pcishield.drivers.generic.postgres import Unreadable

try:
    from psycopg._compat import Template
except ImportError:  # before psycopg 3.3

    class Template:  # type: ignore[no-redef]
        """Never the class of a query."""

        interpolations: tuple[Any, ...] = ()


__all__ = ["decode_sql", "merged_text", "parameter_values", "sql_text"]


_ODD_NAME = re.compile(r"%\([^)]*[^\w)][^)]*\)")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_PLACEHOLDER = re.compile(r"%[sbt(]")
_SAFE_WHEN_REPLACED = frozenset({"utf-8", "ascii", "iso8859-1", "latin-1"})


def sql_text(cursor: Any, query: Any, params: Any, *, client: bool = False, many: bool = False) -> str:
    """Return the text to judge.

    Args:
        cursor: The psycopg cursor that will run it.
        query: As the driver received it: str, bytes, a ``sql.Composable`` or a template string.
        params: The parameters, for queries that have to be merged to be judged.
        client: Parameters are merged into the text on this side (``ClientCursor``, COPY).
        many: ``params`` is a sequence of parameter sets.

    Raises:
        TypeError: ``query`` is none of these.
        Unreadable: The text cannot be judged.
        psycopg.Error: psycopg cannot convert the query; it would have raised the same.
    """
    if type(query) is str:
        text = query
    elif isinstance(query, Template):
        return _converted(cursor, query, None, client)
    else:
        text = _decoded(cursor, query)
    if params is not None and "%" in text and _differs(text, client):
        if many:
            raise Unreadable(
                "executemany() with a placeholder inside quotes or a comment, or with an odd name, cannot be judged.",
                "Put placeholders outside of quotes and name them with letters, digits and underscores.",
            )
        return _converted(cursor, query, params, client)
    return text


def merged_text(cursor: Any, query: Any, params: Any) -> str:
    """Return the text with its parameters merged in, as ``copy()`` sends it. For PostgreSQL, not for any record."""
    if params or isinstance(query, Template):
        return _converted(cursor, query, params, client=True)
    return query if type(query) is str else _decoded(cursor, query)


def parameter_values(query: Any, params: Any) -> Any:
    """Return the parameters; those of a template string are the values in it."""
    return list(_template_values(query)) if isinstance(query, Template) else params


def _template_values(template: Any) -> Iterator[Any]:
    for interpolation in template.interpolations:
        if isinstance(interpolation.value, Template):
            yield from _template_values(interpolation.value)
        elif not isinstance(interpolation.value, sql.Composable):
            yield interpolation.value


def _decoded(cursor: Any, query: Any) -> str:
    encoding: str = cursor._encoding
    if isinstance(query, str):
        return query.encode(encoding).decode(encoding)
    if isinstance(query, sql.Composable):
        data = query.as_bytes(cursor)
    elif isinstance(query, (bytes, bytearray, memoryview)):
        data = bytes(query)
    else:
        raise TypeError(f"the query should be str, bytes or sql.Composable, got {type(query).__qualname__}")
    return decode_sql(data, encoding)


def decode_sql(data: bytes, encoding: str) -> str:
    """Decode SQL that was given as bytes.

    Raises:
        Unreadable: It is not valid in the connection's encoding, and replacing what is invalid could
            hide a quote.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding in _SAFE_WHEN_REPLACED:
            return data.decode(encoding, "replace")
        raise Unreadable(
            f"the statement is not valid {encoding}, the encoding of this connection.",
            "Send it as str, or set client_encoding to UTF8.",
        ) from None


@lru_cache(maxsize=4096)
def _differs(text: str, client: bool) -> bool:
    """Whether replacing placeholders could move a quote or a comment."""
    if _ODD_NAME.search(text):
        return True
    if not client or not _PLACEHOLDER.search(text):
        return False
    # Merged values bring quotes of their own: harmless outside of quotes only. Backslash escapes are not
    # followed here, so they count as a reason to look at the real thing.
    return "\\" in text or any(_PLACEHOLDER.search(match[0]) for match in _QUOTED.finditer(text))


def _converted(cursor: Any, query: Any, params: Any, client: bool) -> str:
    cls = PostgresClientQuery if client else cursor._query_cls
    converted = cls(Transformer(cursor))
    converted.convert(query, params)
    return decode_sql(bytes(converted.query), cursor._encoding)
