"""Which key of a JSON document an expression takes: ``doc ->> 'pan'``, ``doc #>> '{card,number}'``, ``json_value()``.

A key may be the name of card data as a column's may. The value under it is masked where it looks like a card number,
but what is made of it does not: so the key counts as a column of the document,
a :class:`~pcishield.statement.facts.Key`.

- The last key of a path counts; of a path that tests (``$.pan ? (@ like_regex "^4")``), each does.
- A key that the text does not show is none, and so is one that is no plain word: facts hold no data.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import bare
from pcishield.statement.trees import name_of, parts_of

__all__ = ["is_document_access", "is_inside", "keys_of", "steps_of"]

Expr = Any

_WORD = re.compile(r"[A-Za-z_]\w{0,39}")
_LONG_NUMBER = re.compile(r"[0-9]{4}")
_STEP = re.compile(r"""\.\s*(?:"([^"]+)"|(\w+))|\[\s*["']([^"']+)["']\s*\]""")
_PLAIN_PATH = re.compile(r"""\s*(?:lax\s+|strict\s+)?\$(?:\.(?:"[^"]+"|\w+)|\[[^\]?()]*\])*\s*""")
_ACCESS = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar, exp.JSONValue)
_FUNCTIONS = re.compile(r"jsonb?_(?:extract_path(?:_text)?|path_\w+|extract|value|query|exists)")


def is_document_access(node: Expr) -> bool:
    """Whether a function takes a part out of a JSON document."""
    if isinstance(node, _ACCESS):
        return True
    return isinstance(node, exp.Func) and _FUNCTIONS.fullmatch(name_of(node)) is not None


def steps_of(node: Expr) -> list[Expr]:
    """Return the document and what is taken out of it, one after the other; ``node`` alone where nothing is.

    The operators are an addition to the parser, or an exclusive or where the database is SQLite.
    """
    steps: list[Expr] = []
    while True:
        if (type(node) is exp.Add or type(node) is exp.BitwiseXor) and type(bare(node.expression)) is exp.Literal:
            steps.append(node.expression)
            node = node.this
        elif is_document_access(node):
            node, *rest = parts_of(node)
            steps += reversed(rest)
        else:
            return [node, *reversed(steps)]
        while type(node) is exp.Paren:
            node = node.this


def is_inside(node: Expr) -> bool:
    """Whether a further key is taken of what an expression takes out."""
    parent, child = node.parent, node
    while type(parent) is exp.Paren:
        parent, child = parent.parent, parent
    return parent is not None and parent.this is child and len(steps_of(parent)) > 1


def keys_of(parts: list[Expr], strings: list[str]) -> tuple[frozenset[str], bool]:
    """Return the keys that the arguments behind a document name, and whether the value under one is taken as it is."""
    texts = [text for part in parts for text in _texts(part, strings)]
    paths = [text for text in texts if "$" in text] or texts[-1:]
    found = [_of_text(path) for path in paths]
    keys = {key for named, _ in found for key in named if _WORD.fullmatch(key) and not _LONG_NUMBER.search(key)}
    return frozenset(keys), bool(keys) and len(found) == 1 and found[0][1]


def _texts(part: Expr, strings: list[str]) -> list[str]:
    nodes = part.find_all(exp.Literal, exp.JSONPathKey)
    found = [str(node.this) for node in nodes if type(node) is exp.JSONPathKey or node.args.get("is_string")]
    return [
        strings[int(text[1:])] if text[:1] == "~" and text[1:].isdigit() and int(text[1:]) < len(strings) else text
        for text in found
    ]


def _of_text(text: str) -> tuple[list[str], bool]:
    if "$" in text:
        steps = [first or second or third for first, second, third in _STEP.findall(text)]
        return (steps[-1:], True) if _PLAIN_PATH.fullmatch(text) else (steps, False)
    if text[:1] == "{" and text[-1:] == "}":
        named = [key.strip().strip('"') for key in text[1:-1].split(",")]
        return [key for key in named if not key.isdigit()][-1:], True
    return [text], True
