"""One statement's tokens, and the reading of names from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pcishield.statement.catalog import Catalog
from pcishield.statement.facts import TableRef
from pcishield.statement.lexer import Lexed
from pcishield.statement.words import KEYWORDS

__all__ = ["CASELESS", "UPPER_CASE", "Fragment", "Reading"]

CASELESS = frozenset("athena bigquery databricks duckdb fabric hive presto redshift spark spark2 trino tsql".split())
"""Dialects beside MySQL and SQLite in which names are compared without case, quoted ones too."""
UPPER_CASE = frozenset({"oracle", "snowflake"})
"""Dialects that fold to upper case, where ``"Q"`` is ``q`` and ``"q"`` is another: quoted names are kept swapped."""
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(slots=True)
class Reading:
    """What holds for a whole text: its dialect, its literals, the catalog.

    ``depth`` counts statements inside statements; ``modulo`` asks for ``%s`` to be read as an operator.
    """

    dialect: str
    strings: list[str]
    catalog: Catalog | None = None
    depth: int = 0
    views: int = 0
    seen: set[str] = field(default_factory=set)


class Fragment:
    """A run of tokens: ``k`` kinds, ``u`` upper, ``v`` values, ``c`` canonical text; see :class:`Lexed`."""

    __slots__ = ("c", "k", "n", "u", "v")

    def __init__(self, k: Sequence[str], u: Sequence[str], v: Sequence[str], c: Sequence[str]) -> None:
        self.k, self.u, self.v = k, u, v
        self.c = c if isinstance(c, list) else list(c)
        self.n = len(k)

    @classmethod
    def of(cls, lexed: Lexed, start: int, end: int) -> Fragment:
        """Tokens ``start`` to ``end`` of a text."""
        if start == 0 and end == len(lexed.kinds):
            return cls(lexed.kinds, lexed.upper, lexed.values, lexed.canon)
        return cls(lexed.kinds[start:end], lexed.upper[start:end], lexed.values[start:end], lexed.canon[start:end])

    def sub(self, start: int, end: int | None = None) -> Fragment:
        """Tokens from ``start`` on."""
        end = self.n if end is None else end
        return Fragment(self.k[start:end], self.u[start:end], self.v[start:end], self.c[start:end])

    def at(self, i: int, *words: str) -> bool:
        """Whether the tokens from ``i`` on are these words."""
        return (
            self.u[i : i + len(words)] == words
            if isinstance(self.u, tuple)
            else tuple(self.u[i : i + len(words)]) == words
        )

    def word(self, i: int) -> str:
        """The word at ``i`` in upper case; "" at the end and for anything else."""
        return self.u[i] if 0 <= i < self.n else ""

    def find(self, word: str, start: int = 0) -> int:
        """Index of a word outside parentheses, -1 when there is none."""
        depth = 0
        for i in range(start, self.n):
            token = self.u[i]
            if token == "(":
                depth += 1
            elif token == ")":
                depth -= 1
            elif depth == 0 and token == word:
                return i
        return -1

    def closing(self, i: int) -> int:
        """Index of the parenthesis that closes the one at ``i``; ``n`` when none does."""
        depth = 0
        for j in range(i, self.n):
            if self.u[j] == "(":
                depth += 1
            elif self.u[j] == ")":
                depth -= 1
                if depth == 0:
                    return j
        return self.n

    def is_name(self, i: int) -> bool:
        """Whether a name can stand at ``i``."""
        return 0 <= i < self.n and self.k[i] in "WQ"

    def folded(self, i: int, dialect: str) -> str:
        """The name at ``i`` as the database folds it."""
        name = self.v[i]
        if dialect in {"mysql", "sqlite"} or dialect in CASELESS:
            return name.lower()
        if self.k[i] == "Q":
            return name.swapcase() if dialect in UPPER_CASE else name
        return name.translate(_LOWER)

    def name(self, i: int, dialect: str) -> tuple[TableRef | None, int]:
        """Read a qualified name at ``i``; return it and the index behind it."""
        if not self.is_name(i):
            return None, i
        parts = [self.folded(i, dialect)]
        i += 1
        while self.word(i) == "." and self.is_name(i + 1):
            parts.append(self.folded(i + 1, dialect))
            i += 2
        if self.word(i) == "*" and dialect == "postgres":
            i += 1
        parts = parts[-3:]
        if dialect == "sqlite" and parts[0] == "main" and len(parts) == 2:
            parts = parts[1:]
        return TableRef(parts[-1], parts[-2] if len(parts) > 1 else "", parts[-3] if len(parts) > 2 else ""), i

    def names(self, i: int, dialect: str) -> tuple[list[TableRef], int]:
        """Read ``a, b.c, ...`` at ``i``."""
        found: list[TableRef] = []
        while True:
            if self.word(i) == "ONLY":
                i += 1
            table, j = self.name(i, dialect)
            if table is None:
                return found, i
            found.append(table)
            i = j
            if self.word(i) != ",":
                return found, i
            i += 1

    def skip(self, i: int, *words: str) -> int:
        """Skip optional words in any order."""
        while i < self.n and self.u[i] in words and self.u[i]:
            i += 1
        return i

    def calls(self) -> list[tuple[int, str]]:
        """Index and name of everything that looks like a call: ``name (`` or ``schema.name (``."""
        found = []
        u, k, v = self.u, self.k, self.v
        for i, token in enumerate(u):
            if token == "(" and i and k[i - 1] in "WQ":
                name = v[i - 1].lower()
                start = i - 1
                while start > 1 and u[start - 1] == "." and k[start - 2] in "WQ":
                    name = f"{v[start - 2].lower()}.{name}"
                    start -= 2
                found.append((start, name))
        return found

    def operand(self, i: int) -> bool:
        """Whether the token at ``i`` can end an expression."""
        return 0 <= i < self.n and (
            self.k[i] in "QSNPV" or self.u[i] == ")" or (self.k[i] == "W" and self.u[i] not in KEYWORDS)
        )
