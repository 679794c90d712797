"""The way to sqlglot: our tokens in, its tree out.

sqlglot's own tokenizer never sees a statement, only single words and operators whose type it is asked for once;
so what is a string, a comment or a name is decided in :mod:`~pcishield.statement.lexer` alone, and the time for
a second tokenizing is saved. sqlglot logs and raises freely; neither leaves this module.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from pcishield.statement.fragment import Fragment
from pcishield.statement.long_lists import shorten
from pcishield.statement.methods import as_calls
from pcishield.statement.shadowed import quote_names
from pcishield.statement.trees import FULLY_KNOWN

__all__ = ["parse", "special_forms"]

Entry = Token | list[Token]


# True while we parse, in this thread or task.
_parsing: ContextVar[bool] = ContextVar("pcishield.parsing", default=False)


class _Quiet(logging.Filter):
    """Drops the parser's warnings while we parse; the user's own use of sqlglot stays as it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _parsing.get()


logging.getLogger("sqlglot").addFilter(_Quiet())


class _Words:
    """Tokens by canonical text, shared between statements: the parser reads them and changes nothing."""

    def __init__(self, name: str) -> None:
        # Imported in full first: while one thread loads a dialect, sqlglot hands out half of it to another.
        with suppress(ModuleNotFoundError):
            import_module(f"sqlglot.dialects.{name}")
        self.dialect = Dialect.get_or_raise(name)
        # A function that sqlglot knows under another name keeps the one it was called by.
        self.dialect.ORIGINAL_NAME_META_KEY = "name"
        self.forms = frozenset(name.lower() for name in self.dialect.parser_class.FUNCTION_PARSERS)
        self.known: dict[str, Entry] = {}
        # Parsers that nobody uses right now; taking and giving back are atomic.
        self.idle: deque[Any] = deque(maxlen=32)
        self.pairs: dict[str, dict[str, Token]] = {}
        self.types: frozenset[str] = frozenset(
            key.upper()
            for key, kind in self.dialect.tokenizer_class.KEYWORDS.items()
            if kind in self.dialect.parser_class.TYPE_TOKENS and key not in _NOT_TYPES
        )
        for key, kind in self.dialect.tokenizer_class.KEYWORDS.items():
            first, _, second = key.partition(" ")
            if second:
                self.pairs.setdefault(first, {})[second] = Token(kind, key)

    def make(self, kind: str, text: str, value: str) -> Entry:
        """Return the token or tokens of one canonical text; remember it unless it is one of very many."""
        if kind == "N" and text == value:
            return Token(TokenType.NUMBER, text)
        if kind == "Q" or (kind == "W" and not text.isascii()):
            return Token(TokenType.IDENTIFIER, value)
        if kind == "S" and text.startswith("'"):
            entry: Entry = Token(TokenType.STRING, text[1:-1])
        else:
            found = [Token(t.token_type, t.text) for t in self.dialect.tokenize(text)]
            entry = found[0] if len(found) == 1 else found
            if len(found) > 1 and kind == "W" and text.isidentifier() and text == value:
                entry = Token(TokenType.VAR, text)
            elif kind == "W" and text == value and not text.isidentifier():
                entry = Token(TokenType.VAR, text)
        if len(self.known) > _MAX_WORDS:
            self.known.clear()
        self.known[text] = entry
        return entry


_NOT_TYPES = frozenset({"ARRAY", "INTERVAL", "NULL", "RANGE", "SET", "TABLE", "UNION"})
_MAX_WORDS = 20_000
_WORDS: dict[str, _Words] = {}
_CALLED_AGAIN = (")", ".")
_CHAIN = 100
"""Methods of methods, ``a.f().g()``: the parser goes over all of the chain at each."""
_LONG = 120
"""Tokens of a statement that may hold a long list."""


def parse(fragment: Fragment, dialect: str) -> Any:
    """Parse one statement; ``None`` when the parser cannot.

    Raises:
        RecursionError: The statement is nested too deeply.
    """
    words = _WORDS.get(dialect)
    if words is None:
        words = _WORDS[dialect] = _Words(dialect)
    if fragment.n > _LONG:
        if sum(map(_CALLED_AGAIN.__eq__, zip(fragment.u, fragment.u[1:], strict=False))) > _CHAIN:
            return None
        shorten(fragment)
    quote_names(fragment, dialect)
    token = _parsing.set(True)
    try:
        tokens = _tokens(fragment, words)
        # Building a parser costs as much as parsing a short statement. One that failed is not used again.
        try:
            parser = words.idle.pop()
        except IndexError:
            parser = words.dialect.parser()
        trees = parser.parse(tokens, "")
        words.idle.append(parser)
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError):
        return None
    finally:
        _parsing.reset(token)
    if len(trees) != 1:
        return None
    return trees[0] if dialect in FULLY_KNOWN or trees[0] is None else as_calls(trees[0], dialect)


def special_forms(dialect: str) -> frozenset[str]:
    """Return the functions with a syntax of their own, in lower case: their nodes do not say what they were called."""
    words = _WORDS.get(dialect)
    if words is None:
        words = _WORDS[dialect] = _Words(dialect)
    return words.forms


def _tokens(fragment: Fragment, words: _Words) -> list[Token]:
    get, pairs, types = words.known.get, words.pairs, words.types
    tokens: list[Token] = []
    append = tokens.append
    waiting: dict[str, Token] | None = None
    converts = "CONVERT" in fragment.u and fragment.u.count("(") <= _FEW
    for i, text in enumerate(fragment.c):
        if not text:
            continue
        if waiting is not None:
            merged = waiting.get(fragment.u[i])
            waiting = None
            if merged is not None:
                tokens[-1] = merged
                continue
        entry = get(text)
        if entry is None or fragment.k[i] == "Q":
            entry = words.make(fragment.k[i], text, fragment.v[i])
        if isinstance(entry, Token):
            if fragment.u[i] in types and _calls_type(fragment, i, converts):
                entry = Token(TokenType.VAR, f"{text}_")
            append(entry)
            if fragment.u[i] in pairs:
                waiting = pairs[fragment.u[i]]
        else:
            tokens += entry
    return tokens


def _calls_type(f: Fragment, i: int, converts: bool) -> bool:
    """Whether a type's name is called as a function: ``date(x)``.

    The parser tries a type first and then starts again, so that nesting such calls takes it exponential time.
    ``converts``: whether it may be the type that CONVERT is given.
    """
    if f.word(i + 1) != "(" or f.word(i - 1) in {"AS", "::", "RETURNING", "COLUMNS"}:
        return False
    return not (converts and f.word(i - 1) in {",", "("})


_FEW = 12
