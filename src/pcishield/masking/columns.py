"""Which data class a column holds, judged by its name.

Rules:

- Configured globs come before shipped ones, in the order they are written; the first that matches decides.
- A glob has one to three parts, ``column``, ``table.column`` or ``schema.table.column``, compared from the right.
  A glob with a table does not match a column whose table is not known.
- Names are compared in lower case, and again as snake_case, so that ``cardNumber`` and ``Card Number`` are
  ``card_number``.
- What a shipped glob knows is known under a name that is only a version of it, too: ``pan_int``, ``old_card_number``,
  ``cc_num2``. A part such as ``hash``, ``token``, ``last4``, ``bin``, ``masked`` or ``id`` makes something else of it.
- Class ``none`` says that a column is ordinary although its name is not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files

from pcishield.exceptions import ConfigurationError

__all__ = ["ColumnClasses"]

_NONE = "none"
_CLASS = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERSION = (
    "int|bigint|num|numeric|text|txt|str|string|char|varchar|raw|plain|plaintext|clear|cleartext|old|new|prev|previous|orig|"
    "original|bak|backup|copy|tmp|temp|full|complete|unmasked|digits|enc|encrypted|crypt|cipher|legacy|primary|secondary|"
    "alt|final|current|archived"
)
_BEFORE = re.compile(rf"(?:{_VERSION})_(?=.)")
_BEHIND = re.compile(rf"(?<=.)(?:_(?:{_VERSION})|_?[0-9])\Z")
_SHORT = frozenset({"card", "cc", "expiry", "pin", "cav", "cvc", "exp_month", "exp_year"})
"""Too ordinary as a part of another name: ``new_card``, ``cc_copy``, ``old_expiry``."""
_WORDLESS = re.compile(r"[\W_]+")
_CACHE = 4096
_LONGEST_NAME = 256

Names = tuple[str, ...]
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
        self._configured = _compiled((columns or {}).items())
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
        where = (_spellings(table) if table else (), _spellings(schema) if schema else ())
        found = _first(self._configured, names, *where) or _first(_shipped(), names, *where)
        if found is not None:
            return found
        return next(filter(None, (_first(_shipped(), (known,), *where) for known in _known_as(names[-1]))), None)


def _first(patterns: Iterable[Pattern], names: Names, tables: Names, schemas: Names) -> str | None:
    """Return the class of the first pattern that matches."""
    for cls, schema, table, glob in patterns:
        if (
            any(map(glob.match, names))
            and (table is None or any(map(table.match, tables)))
            and (schema is None or any(map(schema.match, schemas)))
        ):
            return cls
    return None


def _known_as(name: str) -> Iterator[str]:
    """Yield the names of which this may be a version, the longest first."""
    for _ in range(4):
        behind, before = _BEHIND.sub("", name), _BEFORE.sub("", name, count=1)
        shorter = behind if behind != name else before
        if shorter == name or shorter in _SHORT:
            return
        name = shorter
        yield name


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
