"""Columns that are called as a word of the parser's: quoted, for it would read over them.

``json_object('k', value)`` is a key and a column; the parser takes ``VALUE`` for the word between the two, and what the
column is made of is lost. In SQLite more words are names, and ``true`` is one where a column is called that.
So are tables that are called ``function`` or, in PostgreSQL, ``values``, and functions: ``delete(tags, 'x')`` is one
of its hstore.
"""

from __future__ import annotations

from pcishield.statement.fragment import Fragment
from pcishield.statement.words import EXPRESSION_FOLLOWS, KEYWORDS

__all__ = ["quote_names"]

_PAIR = frozenset({"KEY", "VALUE"})
_MARKS = {"duckdb": '"', "mysql": "`", "oracle": '"', "postgres": '"', "snowflake": '"', "sqlite": '"'}
_NO_WORDS = frozenset("ANTI ANY ASOF DESCRIBE FETCH GRANT ILIKE INTERVAL LATERAL QUALIFY SEMI UNCACHE XOR".split())
"""Words of other dialects, which SQLite does not know."""
_FALLEN_BACK = frozenset({"FOR", "WITH"})
"""Words of SQLite that are names where they cannot be what they are elsewhere."""
_TRUTH = frozenset({"FALSE", "TRUE"})
_TABLES = frozenset({"FUNCTION", "VALUES"})
_CALLED = frozenset(
    """BEGIN CACHE COMMIT COPY CUBE DATABASE DELETE EXECUTE FUNCTION LOAD PARTITION PROCEDURE RENAME ROLLUP ROWS SCHEMA
    SESSION SHOW TEMP TEMPORARY TRIGGER TYPE UPDATE VIEW VOLATILE""".split()
)
"""Words that PostgreSQL takes for the name of a function where a value stands."""
_BEFORE_VALUE = frozenset(
    "( , = < > <= >= <> != || + - * / AND BETWEEN CASE ELSE NOT ON OR RETURNING SELECT THEN WHEN WHERE".split()
)
_GROUPINGS = frozenset({"CUBE", "ROLLUP"})
_BEFORE_TABLE = frozenset({"FROM", "INTO", "JOIN", "ONLY", "UPDATE"})
_ROWS = frozenset({"DELETE", "INSERT", "REPLACE", "SELECT", "UPDATE", "WITH"})
_OPEN = frozenset({"(", ",", ":"})
_CLOSE = frozenset({")", ","})
_BEFORE_CONSTANT = KEYWORDS | EXPRESSION_FOLLOWS


def quote_names(f: Fragment, dialect: str) -> None:
    """Quote them in the canonical text, in place."""
    mark = _MARKS.get(dialect)
    words = set(f.u)
    looked_for = _WORDS.get(dialect, _PAIR | {"FUNCTION"})
    if mark is None or words.isdisjoint(looked_for):
        return
    truth = dialect == "sqlite" and not words.isdisjoint(_TRUTH) and _is_truth_named(f)
    for i, word in enumerate(f.u):
        if word not in looked_for or f.k[i] != "W" or f.c[i] == "":
            continue
        if word in _PAIR:
            found = f.word(i - 1) in _OPEN and f.word(i + 1) != "(" and (word == "VALUE" or not _is_marking(f, i))
        elif word in _TABLES and _is_table(f, i, word):
            found = True
        elif word in _CALLED:
            found = dialect == "postgres" and _is_called(f, i, "GROUP" in words)
        elif word == "CHARSET":
            found = f.word(0) in _ROWS and f.word(i + 1) != "(" and not _is_of_type(f, i)
        else:
            found = (
                word in _NO_WORDS
                or (word in _TRUTH and truth)
                or (word in _FALLEN_BACK and f.word(i - 1) in _OPEN and f.word(i + 1) in _CLOSE)
            )
        if found:
            name = f.v[i].upper() if dialect in {"oracle", "snowflake"} else f.v[i].lower()
            f.c[i] = f"{mark}{name}{mark}"


_WORDS = {
    "mysql": _PAIR | {"CHARSET", "FUNCTION"},
    "postgres": _PAIR | _TABLES | _CALLED,
    "sqlite": _PAIR | _NO_WORDS | _FALLEN_BACK | _TRUTH | {"FUNCTION"},
}
"""Elsewhere VALUES is reserved, or rows may follow it where a table is named."""


def _is_table(f: Fragment, i: int, word: str) -> bool:
    """Whether it names a table: ``INSERT INTO function (a)``, which the parser takes for a call, ``FROM values``."""
    before = f.word(i - 1)
    return before == "INTO" or (word == "VALUES" and (before in _BEFORE_TABLE or f.word(i + 1) in {".", "AS"}))


def _is_called(f: Fragment, i: int, grouped: bool) -> bool:
    """Whether it is a function: ``CUBE (a)`` of a GROUP BY, ``OVER (``, ``THEN DELETE`` are none."""
    if f.word(i + 1) != "(" or f.word(0) not in _ROWS or (grouped and f.word(i) in _GROUPINGS):
        return False
    return f.word(i - 1) in _BEFORE_VALUE


def _is_of_type(f: Fragment, i: int) -> bool:
    """Whether CHARSET belongs to a type, ``CAST(x AS CHAR CHARSET utf8mb4)``, ``CHAR(5) CHARSET latin1``."""
    return f.word(i - 1) == "CHAR" or (f.word(i - 1) == ")" and f.word(i + 2) == ")")


def _is_marking(f: Fragment, i: int) -> bool:
    """Whether KEY marks the key of a pair, or an index of a table: what it is of follows."""
    return f.word(i + 1) != "VALUE" and i + 1 < f.n and f.k[i + 1] in "WQSN"


def _is_truth_named(f: Fragment) -> bool:
    """Whether a column is given the name ``true``: ``AS true``, ``f(x) true``, ``WITH w(true) AS``."""
    for i, word in enumerate(f.u):
        before = f.word(i - 1)
        if (
            word in _TRUTH
            and i
            and (before in {"AS", ")"} or (f.k[i - 1] in "WQSN" and before not in _BEFORE_CONSTANT))
        ):
            return True
        if word == ")" and f.word(i + 1) == "AS":
            j = i - 1
            while j >= 0 and (f.k[j] in "WQ" or f.u[j] == ","):
                if f.u[j] in _TRUTH:
                    return True
                j -= 1
    return False
