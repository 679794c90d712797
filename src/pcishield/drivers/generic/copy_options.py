"""The options of ``COPY … TO STDOUT``, read from its text. Source: PostgreSQL documentation, SQL command COPY."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pcishield.drivers.generic.postgres import Unreadable

__all__ = ["CopyOptions", "copy_out_options"]

_TOKEN = re.compile(
    r"(?P<skip>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"
    r"|(?P<estring>[eE]'(?:[^'\\]|\\.|'')*')"
    r"|(?P<string>'(?:[^']|'')*')"
    r"|(?P<name>\"(?:[^\"]|\"\")*\")"
    r"|(?P<word>\w+)"
    r"|(?P<symbol>.)",
    re.DOTALL,
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_NUMBERED = re.compile(r"(?:\\[^0-7xuU]|[^\\])*\\[0-7xuU]", re.DOTALL)
_ON, _OFF = frozenset({"true", "on", "1", "match"}), frozenset({"false", "off", "0"})
_IGNORED = ("force_quote", "freeze", "force_array")
_HINT = "Write the options as WITH (FORMAT csv, HEADER, DELIMITER ',') or leave them out."


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How a COPY TO formats its rows.

    Attributes:
        source: A query with the same columns, for asking what they are.
        encoding: A Python codec, "" for the connection's.
    """

    source: str = ""
    format: str = "text"
    delimiter: str = "\t"
    null: str = "\\N"
    header: bool = False
    quote: str = '"'
    escape: str = '"'
    encoding: str = ""


def copy_out_options(text: str, codec: Callable[[str], str]) -> CopyOptions | None:
    """Read the options of a COPY TO STDOUT.

    Args:
        text: The whole statement, trusted to be one only.
        codec: From the name of an encoding in PostgreSQL, in capitals and without hyphens, to Python's; may raise.

    Returns:
        ``None`` when the statement is not a COPY TO STDOUT.

    Raises:
        Unreadable: It is one, with options that are not known here.
    """
    tokens = list(_tokens(text))
    words = [token.text.lower() if token.kind == "word" else "" for token in tokens]
    if not words or words[0] != "copy":
        return None
    to = max((i for i in range(len(words) - 1) if words[i] == "to" and words[i + 1] == "stdout"), default=0)
    if not to:
        return None
    first = 2 if words[1] == "binary" and to > 2 else 1
    found = {"format": "binary"} if first == 2 else {}
    tail = [(token.kind, token.text) for token in tokens[to + 2 :] if token.text != ";" or token.kind != "symbol"]
    if tail and tail[0][0] == "word" and tail[0][1].lower() == "with":
        tail = tail[1:]
    found |= _modern(tail) if tail and tail[0] == ("symbol", "(") else _legacy(tail)
    return _options(found, _source(text, tokens[first:to]), codec)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _source(text: str, tokens: list[_Token]) -> str:
    """Return the query of ``COPY (query)``, or one for ``COPY table (columns)``."""
    if not tokens:
        raise Unreadable("the source of this COPY is not understood.", _HINT)
    span = text[tokens[0].start : tokens[-1].end]
    bracket = next((i for i, token in enumerate(tokens) if token.kind == "symbol" and token.text == "("), None)
    if bracket == 0:
        return span[1:-1]
    if bracket is None:
        return f"SELECT * FROM {span}"  # noqa: S608  (only described, and as the caller wrote it)
    columns = text[tokens[bracket].end : tokens[-1].start]
    return f"SELECT {columns} FROM {text[tokens[0].start : tokens[bracket].start]}"  # noqa: S608


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup or "", match[0]
        if match["skip"] is not None:
            continue
        if match["dollar"] is not None:
            tag = len(match["tag"]) + 2
            kind, value = "string", value[tag:-tag]
        elif kind == "estring" and not _NUMBERED.match(value):  # one with codes is no value of an option here
            escaped = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), value[2:-1])
            kind, value = "string", escaped.replace("''", "'")
        elif kind == "string":
            value = value[1:-1].replace("''", "'")
        yield _Token(kind, value, *match.span())


def _modern(tail: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    depth = 0
    entry: list[tuple[str, str]] = []
    for token in tail:
        if token == ("symbol", "("):
            depth += 1
        elif token == ("symbol", ")"):
            depth -= 1
        if depth == 0 or (depth == 1 and token == ("symbol", ",")):
            if entry:
                name = entry[0][1].lower()
                found[name] = "" if name in _IGNORED else _value(entry[1:]) if entry[1:] else "true"
            entry = []
            if depth == 0:
                return found
        elif not (depth == 1 and token == ("symbol", "(")):
            entry.append(token)
    raise Unreadable("the options of this COPY are not understood.", _HINT)


def _value(tokens: Sequence[tuple[str, str]]) -> str:
    """Return the value of an option, as far as it is one word or string: -0 and the like are the server's to read."""
    if len(tokens) != 1 or tokens[0][0] not in ("word", "string"):
        raise Unreadable("the options of this COPY are not understood.", _HINT)
    return tokens[0][1]


def _legacy(tail: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = deque(tail)
    while rest:
        word = rest.popleft()[1].lower()
        if word in ("binary", "csv"):
            found["format"] = word
        elif word == "header":
            found["header"] = "true"
        elif word in ("delimiter", "delimiters", "null", "quote", "escape", "encoding"):
            if rest and rest[0][0] == "word" and rest[0][1].lower() == "as":
                rest.popleft()
            if not rest or rest[0][0] != "string":
                raise Unreadable("the options of this COPY are not understood.", _HINT)
            found[word.rstrip("s") if word == "delimiters" else word] = rest.popleft()[1]
        elif word == "force" and rest and rest.popleft()[1].lower() == "quote" and rest:
            # FORCE QUOTE columns: it changes only which values are quoted.
            rest.popleft()
            while len(rest) > 1 and rest[0] == ("symbol", ","):
                rest.popleft()
                rest.popleft()
        else:
            raise Unreadable("the options of this COPY are not understood.", _HINT)
    return found


def _options(found: dict[str, str], source: str, codec: Callable[[str], str]) -> CopyOptions:
    format = found.pop("format", "text").lower()
    for ignored in _IGNORED:
        found.pop(ignored, None)
    header = found.pop("header", "false").lower()
    encoding = found.pop("encoding", "")
    strange = found.keys() - {"delimiter", "null", "quote", "escape"}
    strange |= {name for name, value in found.items() if name != "null" and len(value) != 1}
    if format not in ("text", "csv", "binary") or header not in _ON | _OFF or strange:
        raise Unreadable("the options of this COPY are not understood.", _HINT)
    if encoding:
        try:
            encoding = codec(encoding.upper().replace("-", ""))
        except Exception:
            raise Unreadable(f"the encoding {encoding!r} is not known here.", "Leave ENCODING out.") from None
    quote = found.get("quote", '"')
    csv = format == "csv"
    return CopyOptions(
        source=source,
        format=format,
        delimiter=found.get("delimiter", "," if csv else "\t"),
        null=found.get("null", "" if csv else "\\N"),
        header=header in _ON,
        quote=quote,
        escape=found.get("escape", quote),
        encoding=encoding,
    )
