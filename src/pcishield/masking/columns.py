"""Which data class a column holds, judged by its name.

Rules:

- Configured globs come before shipped ones, in the order they are written; the first that matches decides.
- A glob has one to three parts, ``column``, ``table.column`` or ``schema.table.column``, compared from the right.
  A glob with a table does not match a column whose table is not known.
- Names are compared in lower case, and again as snake_case, so that ``cardNumber`` and ``Card Number`` are
  ``card_number``.
- Class ``none`` says that a column is ordinary although its name is not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files

from pcishield.exceptions import ConfigurationError

__all__ = ["ColumnClasses"]

_NONE = "none"
_CLASS = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDLESS = re.compile(r"[\W_]+")
_CACHE = 4096
_LONGEST_NAME = 256

Pattern = tuple[str, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str]]


class ColumnClasses:
    """Tells the class of a column.

    Args:
        columns: Class by glob, looked at before the shipped ones.

    Raises:
        ConfigurationError: A glob or class cannot be one; all problems are listed.
    """

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        problems = _problems(columns or {})
        if problems:
            raise ConfigurationError("masking.columns: " + "; ".join(problems), problems)
        self._patterns = [*_compiled((columns or {}).items()), *_shipped()]
        self._with_table = any(table is not None for _, _, table, _ in self._patterns)
        self._cached = lru_cache(maxsize=_CACHE)(self._find)

    def classify(self, column: str, table: str = "", schema: str = "") -> str | None:
        """Return the class of a column, ``None`` when it is an ordinary one.

        Args:
            column: Its name in any spelling, untrusted.
            table: Its table, empty when not known.
            schema: The table's schema, empty when not known.
        """
        if len(column) > _LONGEST_NAME:
            return None
        return self._cached(column, table[:_LONGEST_NAME], schema[:_LONGEST_NAME])

    def is_ordinary(self, column: str) -> bool:
        """Tell whether somebody has declared a column of this name, of whatever table, to be ordinary."""
        return len(column) <= _LONGEST_NAME and self._declared(column, "", "") == _NONE

    def _find(self, column: str, table: str, schema: str) -> str | None:
        found = self._declared(column, table, schema)
        return None if found == _NONE else found

    def _declared(self, column: str, table: str, schema: str) -> str | None:
        names = _spellings(column)
        tables = _spellings(table)
        schemas = _spellings(schema)
        for cls, schema_glob, table_glob, glob in self._patterns:
            if (
                any(map(glob.match, names))
                and (table_glob is None or (table and any(map(table_glob.match, tables))))
                and (schema_glob is None or (schema and any(map(schema_glob.match, schemas))))
            ):
                return cls
        return None


def _spellings(name: str) -> tuple[str, ...]:
    lower = name.lower()
    snake = _WORDLESS.sub("_", _CAMEL.sub("_", name)).strip("_").lower()
    return (lower,) if snake == lower else (lower, snake)


def _problems(columns: Mapping[str, str]) -> list[str]:
    problems = []
    for glob, cls in columns.items():
        parts = glob.split(".")
        if not 1 <= len(parts) <= 3 or not all(parts):
            problems.append(f"{glob!r} is not column, table.column or schema.table.column")
        if _CLASS.fullmatch(cls) is None:
            problems.append(f"{cls!r} (of {glob!r}) is not a class name")
    return problems


def _compiled(items: Iterable[tuple[str, str]]) -> list[Pattern]:
    patterns = []
    for glob, cls in items:
        parts = [None, None, *(re.compile(translate(part.lower())) for part in glob.split("."))]
        schema, table, column = parts[-3:]
        assert column is not None
        patterns.append((cls, schema, table, column))
    return patterns


@cache
def _shipped() -> tuple[Pattern, ...]:
    data = tomllib.loads(files(__package__).joinpath("columns.toml").read_text("utf-8"))
    return tuple(_compiled((glob, cls) for cls, globs in data.items() for glob in globs))
