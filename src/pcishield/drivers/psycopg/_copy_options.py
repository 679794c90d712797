"""The options of ``COPY … TO STDOUT``, read from its text. Source: PostgreSQL documentation, SQL command COPY."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg._encodings import pg2pyenc

from pcishield.drivers.psycopg._sql import Unreadable

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
_HINT = "Write the options as WITH (FORMAT csv, HEADER, DELIMITER ',') or leave them out."


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How a COPY TO formats its rows. ``encoding`` is a Python codec, "" for the connection's."""

    format: str = "text"
    delimiter: str = "\t"
    null: str = "\\N"
    header: bool = False
    quote: str = '"'
    escape: str = '"'
    encoding: str = ""


def copy_out_options(text: str) -> CopyOptions | None:
    """Read the options of a COPY TO STDOUT.

    Args:
        text: The whole statement, trusted to be one only.

    Returns:
        ``None`` when the statement is not a COPY TO STDOUT.

    Raises:
        Unreadable: It is one, with options that are not known here.
    """
    tokens = list(_tokens(text))
    words = [value.lower() if kind == "word" else "" for kind, value in tokens]
    if not words or words[0] != "copy":
        return None
    start = None
    for i in range(len(words) - 1):
        if words[i] == "to" and words[i + 1] == "stdout":
            start = i + 2
    if start is None:
        return None
    found = {"format": "binary"} if words[1] == "binary" else {}
    tail = [token for token in tokens[start:] if token != ("symbol", ";")]
    if tail and tail[0] == ("word", tail[0][1]) and tail[0][1].lower() == "with":
        tail = tail[1:]
    found |= _modern(tail) if tail and tail[0] == ("symbol", "(") else _legacy(tail)
    return _options(found)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if match["skip"] is not None:
            continue
        if match["dollar"] is not None:
            tag = match["tag"]
            yield "string", match["dollar"][len(tag) + 2 : -len(tag) - 2]
        elif kind == "estring":
            yield "string", re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), match[0][2:-1]).replace("''", "'")
        elif kind == "string":
            yield "string", match[0][1:-1].replace("''", "'")
        else:
            yield kind, match[0]


def _modern(tail: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    depth = 0
    entry: list[str] = []
    for kind, value in tail:
        if (kind, value) == ("symbol", "("):
            depth += 1
        elif (kind, value) == ("symbol", ")"):
            depth -= 1
        if depth == 0 or (depth == 1 and (kind, value) == ("symbol", ",")):
            if entry:
                found[entry[0].lower()] = entry[1] if len(entry) > 1 else "true"
            entry = []
            if depth == 0:
                return found
        elif not (depth == 1 and kind == "symbol" and value == "("):
            entry.append(value)
    raise Unreadable("the options of this COPY are not understood.", _HINT)


def _legacy(tail: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = iter(tail)
    for _, value in rest:
        word = value.lower()
        if word in ("binary", "csv"):
            found["format"] = word
        elif word == "header":
            found["header"] = "true"
        elif word in ("delimiter", "delimiters", "null", "quote", "escape", "encoding"):
            kind, argument = next(rest, ("", ""))
            if kind == "word" and argument.lower() == "as":
                kind, argument = next(rest, ("", ""))
            if kind != "string":
                raise Unreadable("the options of this COPY are not understood.", _HINT)
            found[word.rstrip("s") if word == "delimiters" else word] = argument
        elif word == "force":
            # FORCE QUOTE columns: it changes only which values are quoted, and it comes last.
            break
        else:
            raise Unreadable("the options of this COPY are not understood.", _HINT)
    return found


def _options(found: dict[str, str]) -> CopyOptions:
    format = found.pop("format", "text").lower()
    for ignored in ("force_quote", "freeze", "force_array"):
        found.pop(ignored, None)
    header = found.pop("header", "false").lower() not in ("false", "off", "0")
    encoding = found.pop("encoding", "")
    if format not in ("text", "csv", "binary") or found.keys() - {"delimiter", "null", "quote", "escape"}:
        raise Unreadable("the options of this COPY are not understood.", _HINT)
    if encoding:
        try:
            encoding = pg2pyenc(encoding.upper().replace("-", "").encode())
        except Exception:
            raise Unreadable(f"the encoding {encoding!r} is not known here.", "Leave ENCODING out.") from None
    quote = found.get("quote", '"')
    csv = format == "csv"
    return CopyOptions(
        format=format,
        delimiter=found.get("delimiter", "," if csv else "\t"),
        null=found.get("null", "" if csv else "\\N"),
        header=header,
        quote=quote,
        escape=found.get("escape", quote),
        encoding=encoding,
    )
