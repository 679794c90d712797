"""Glob patterns of policies: ``*``, ``?``, ``[abc]``, ``[!abc]``, matched against a whole name.

Two directions, because a mistake in one is a leak and in the other a question too many:

- ``touches``: could the name be what the pattern means? For rules that deny or ask.
- ``covers``: is the name certainly what the pattern means? For rules that allow.

They differ only where the statement leaves something out: a table without a schema, a column without a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pcishield.policy.vocabulary import DEFAULT_SCHEMAS
from pcishield.statement.facts import ColumnRef, TableRef

__all__ = ["ColumnGlobs", "Globs", "TableGlobs", "glob_problem", "implies"]


def glob_problem(pattern: str, parts: int = 1) -> str:
    """Return what is wrong with ``pattern``, "" when nothing is.

    Args:
        pattern: As written.
        parts: How many dotted parts it may have at most; 1 means that a dot is an ordinary character.
    """
    if not pattern:
        return "an empty pattern matches nothing"
    if pattern != pattern.strip() or any(char.isspace() and char != " " for char in pattern):
        return "white space around a pattern, or a control character in it, matches nothing"
    if pattern.count("[") != pattern.count("]") or re.search(r"\[!?\]", pattern) or re.match(r"[^\[]*\]", pattern):
        return "unbalanced or empty [ ]"
    if "**" in pattern:
        return "'**' means no more than '*'; write one"
    if parts > 1:
        if pattern.count(".") >= parts:
            return f"too many dots: at most {parts} parts"
        if not all(pattern.split(".")):
            return "an empty part between dots matches nothing"
    return ""


@lru_cache(maxsize=4096)
def _regex(pattern: str, fold: bool) -> re.Pattern[str]:
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            out.append(".*")
        elif char == "?":
            out.append(".")
        elif char == "[":
            end = pattern.index("]", at)
            body = pattern[at + 1 : end].replace("\\", r"\\").replace("^", r"\^").replace("[", r"\[")
            out.append(f"[^{body[1:]}]" if body.startswith("!") else f"[{body}]")
            at = end
        else:
            out.append(re.escape(char))
        at += 1
    return re.compile("".join(out), re.DOTALL | (re.IGNORECASE if fold else 0))


def _match(pattern: str, name: str, *, fold: bool = True) -> bool:
    return _regex(pattern, fold).fullmatch(name) is not None


def implies(narrow: Sequence[str], wide: Sequence[str], *, qualified: bool = False) -> bool:
    """Tell whether every name matched by ``narrow`` is surely matched by ``wide`` too.

    Args:
        narrow: Patterns.
        wide: Patterns.
        qualified: Whether they are for tables or columns: there an unqualified name that could be ``hr.staff`` need
            not be one of ``hr.*``, so only equal patterns and ``*`` count.
    """

    def within(pattern: str) -> bool:
        literal = not any(char in pattern for char in "*?[")
        return any(
            pattern == other
            or other == "*"
            or (literal and not (qualified and "." in pattern + other) and _match(other, pattern))
            for other in wide
        )

    return all(map(within, narrow))


class Globs:
    """Patterns for plain names. An empty name is matched by no pattern: it means that there is none."""

    __slots__ = ("_exact", "_fold", "_patterns")

    def __init__(self, patterns: Iterable[str], *, fold: bool = False) -> None:
        patterns = [pattern.lower() if fold else pattern for pattern in patterns]
        self._fold = fold
        self._exact = frozenset(pattern for pattern in patterns if not any(char in pattern for char in "*?["))
        self._patterns = [_regex(pattern, fold) for pattern in patterns if pattern not in self._exact]

    def __call__(self, name: str) -> bool:
        """Tell whether ``name`` matches."""
        if not name:
            return False
        if (name.lower() if self._fold else name) in self._exact:
            return True
        return any(pattern.fullmatch(name) for pattern in self._patterns)


class TableGlobs:
    """Patterns for tables: ``name``, ``schema.name`` or ``catalog.schema.name``; letter case is ignored.

    A pattern without a schema means the table in whatever schema when it restricts, and the one that an
    unqualified name reaches by default when it permits. ``*`` alone is every table.

    Args:
        patterns: As written.
        search_path: Schemas in which an unqualified name may be found. When not given it is in the database's
            usual one: ``public``, ``main``, ``temp``, or the connection's database.
    """

    __slots__ = ("_patterns", "_search_path")

    def __init__(self, patterns: Iterable[str], search_path: Sequence[str] | None = None) -> None:
        self._patterns = [("*.*.*" if pattern == "*" else pattern).split(".")[::-1] for pattern in patterns]
        self._search_path = frozenset(map(str.lower, search_path)) if search_path else None

    def touches(self, table: TableRef, database: str = "") -> bool:
        """Tell whether ``table`` could be meant.

        An unqualified name could be that table of any schema, but it is not any table of any schema: for
        ``hr.staff`` the name ``staff`` will do, for ``hr.*`` only what the search path finds in ``hr``.

        Args:
            table: As in the statement.
            database: The connection's database, "" when not known.
        """
        return any(self._possible(pattern, table, database) for pattern in self._patterns)

    def covers(self, table: TableRef, database: str = "") -> bool:
        """Tell whether ``table`` is certainly meant. Arguments as for :meth:`touches`."""
        return any(self._certain(pattern, table, database) for pattern in self._patterns)

    def _defaults(self, database: str) -> frozenset[str]:
        if self._search_path is not None:
            return self._search_path
        return DEFAULT_SCHEMAS | {database.lower()} if database else DEFAULT_SCHEMAS

    def _possible(self, pattern: list[str], table: TableRef, database: str) -> bool:
        if not _match(pattern[0], table.name):
            return False
        if len(pattern) > 1:
            if table.schema:
                if not _match(pattern[1], table.schema):
                    return False
            elif pattern[0] == "*" and not any(_match(pattern[1], name) for name in self._defaults(database)):
                return False
        catalog = table.catalog or database
        return len(pattern) < 3 or not catalog or _match(pattern[2], catalog)

    def _certain(self, pattern: list[str], table: TableRef, database: str) -> bool:
        if not _match(pattern[0], table.name):
            return False
        defaults = self._defaults(database)
        if len(pattern) == 1:
            schema = not table.schema or table.schema.lower() in defaults
        elif table.schema:
            schema = _match(pattern[1], table.schema)
        else:
            # Found somewhere in a given search path, so all of it has to be permitted; of the usual schemas each
            # database has its own.
            quantify = any if self._search_path is None else all
            schema = quantify(_match(pattern[1], name) for name in defaults)
        if not schema or not table.catalog:
            return schema
        return _match(pattern[2], table.catalog) if len(pattern) == 3 else table.catalog.lower() == database.lower()


class ColumnGlobs:
    """Patterns for columns: ``column``, ``table.column`` or ``schema.table.column``; letter case is ignored."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Iterable[str], search_path: Sequence[str] | None = None) -> None:
        self._patterns: list[tuple[str, TableGlobs | None]] = []
        for pattern in patterns:
            table, _, column = pattern.rpartition(".")
            self._patterns.append((column, TableGlobs([table], search_path) if table and table != "*" else None))

    def touches(self, column: ColumnRef, database: str = "") -> bool:
        """Tell whether ``column`` could be meant; ``*`` in a statement could be any column."""
        return any(
            (column.name == "*" or _match(glob, column.name))
            and (tables is None or column.table is None or tables.touches(column.table, database))
            for glob, tables in self._patterns
        )

    def covers(self, column: ColumnRef, database: str = "") -> bool:
        """Tell whether ``column`` is certainly meant."""
        return any(
            (glob == "*" if column.name == "*" else _match(glob, column.name))
            and (tables is None or (column.table is not None and tables.covers(column.table, database)))
            for glob, tables in self._patterns
        )
