r"""Text as it reads once escapes or encodings are undone, with the way back to the original offsets.

Escapes are always looked through, because they come with the format that carries the text: JSON
(``\u00a0``, ``\uff14``, ``\/``, once more escaped too), RTF, TeX and
Markdown (``\~``, ``\'a0``, ``\u160?``, ``\,``, ``\-``), URLs (``%20``, ``%2520``, but no ``%34`` for a digit), HTML
and XML (``&nbsp;``, and tags that only change how text looks, at most 32 characters between two digits), and what
programs print (``\xa0`` between digits).
Encodings of whole values (``url`` with digits, ``hex``, ``base64``) are opened only where configured:
they cost time, and random data decodes to digits now and then.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pcishield.masking.hits import Hit

__all__ = ["DECODERS", "INLINE_TAGS", "TAG_REACH", "View", "escaped_views", "opened_views", "unescaped"]

DECODERS = ("url", "hex", "base64")
"""Encodings that can be opened."""

INLINE_TAGS = (
    "a", "abbr", "b", "bdi", "bdo", "big", "code", "em", "font", "i", "ins", "kbd", "mark", "nobr", "q", "s", "samp",
    "small", "span", "strong", "sub", "sup", "u", "var", "wbr",
)  # fmt: skip
"""Names of tags that may stand inside one number."""

TAG_REACH = 32
"""Characters of tags that may stand between two digits."""

_CONTEXT = 200
# As RTF writes separators: their code point in decimal, then what older programs show.
_RTF = r"\\u(?:160|173|819[4-9]|820[0-9]|821[0-2]|8239|8287|8288|8722|12288)[ ?-]|\\'[0-9A-Fa-f]{2}"
_ESCAPE = (
    rf"{_RTF}|"
    r"\\{1,2}u[dD][89ABab][0-9A-Fa-f]{2}\\{1,2}u[dD][C-Fc-f][0-9A-Fa-f]{2}|"
    r"\\{1,2}u[0-9A-Fa-f]{4}|\\[t/~_.,;:! -]|(?<=[0-9])(?:\\x[0-9A-Fa-f]{2}){1,4}|%[0-9A-Fa-f]{2}|"
    r"&(?:#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});|"
    rf"(?<=[\d \t-])(?=<[^\d\n]{{2,{TAG_REACH - 1}}}\d)"
    rf"(?:</?(?:{'|'.join(INLINE_TAGS)})(?:[ /][^<>\d\n]*)?>[ \t]?){{1,4}}"
)
_TOKEN = re.compile(_ESCAPE)
# The blanks of Hangul are letters to Unicode.
_STRETCH = re.compile(rf"(?:{_ESCAPE}|[^\w\n]|[\d_\u115f\u1160\u3164\uffa0]){{12,}}+")
_HEX_RUN = re.compile(r"(?:[0-9A-Fa-f]{2}){12,}+")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}+={0,2}")


@dataclass(frozen=True, slots=True)
class View:
    """Text with some of it decoded.

    Attributes:
        text: What to scan.
        offsets: For every character of ``text``, and its end, where it starts in the original.
        low: First character of ``text`` that was decoded; hits outside are the plain scan's business.
        high: One past the last.
        whole: Half-open original span to take as one when a digit has no place of its own there.
    """

    text: str
    offsets: Sequence[int]
    low: int
    high: int
    whole: tuple[int, int] | None = None

    def translate(self, hit: Hit) -> Hit | None:
        """Return ``hit`` with the original's offsets, ``None`` when it lies outside the decoded part."""
        if hit.end <= self.low or hit.start >= self.high:
            return None
        if self.whole is not None:
            return replace(hit, start=self.whole[0], end=self.whole[1], keep=False, digits=())
        at = self.offsets
        digits = tuple((at[low], at[high]) for low, high in hit.digits)
        return replace(hit, start=at[hit.start], end=at[hit.end], digits=digits)


def escaped_views(text: str) -> Iterator[View]:
    """Yield a view of every stretch of digits and separators that has escapes in it."""
    if "\\" in text or "%" in text or "&" in text or "<" in text:
        yield from _decoded(text, _unescape)
        if "%25" in text:
            yield from _decoded(text, _unescape, "%25")


def opened_views(text: str, decoders: Sequence[str]) -> Iterator[View]:
    """Yield a view of everything in ``text`` that is encoded in one of ``decoders``."""
    if "url" in decoders and "%" in text:
        yield from _decoded(text, _unescape_all)
    if "hex" in decoders:
        for match in _HEX_RUN.finditer(text):
            yield from _opened(match, bytes.fromhex)
    if "base64" in decoders:
        for match in _BASE64_RUN.finditer(text):
            yield from _opened(match, _from_base64)


def _opened(match: re.Match[str], decode: Callable[[str], bytes]) -> Iterator[View]:
    try:
        text = decode(match.group()).decode("ascii", "replace")
    except (ValueError, binascii.Error):
        return
    yield View(text, (), 0, len(text), match.span())


def _from_base64(token: str) -> bytes:
    token = token.rstrip("=").translate({45: "+", 95: "/"})
    token = token[: len(token) - 1] if len(token) % 4 == 1 else token
    return base64.b64decode(token + "=" * (-len(token) % 4))


def _decoded(text: str, decode: Callable[[str], str | None], percent: str = "%") -> Iterator[View]:
    for match in _STRETCH.finditer(text):
        start, end = match.span()
        if _TOKEN.search(text, start, end) is None:
            continue
        view = _view(text, start, end, decode, percent)
        if view is not None:
            yield view


def _view(text: str, start: int, end: int, decode: Callable[[str], str | None], percent: str) -> View | None:
    first = max(0, start - _CONTEXT)
    parts = [text[first:start]]
    offsets = list(range(first, start))
    position = start
    changed = False
    while position < end:
        match = _TOKEN.match(text, position, end)
        char, width = (None, 1) if match is None else _character(text, match, decode, percent)
        changed |= char is not None
        parts.append(text[position] if char is None else char)
        offsets.append(position)
        position += width
    if not changed:
        return None
    parts.append(text[end : end + _CONTEXT])
    low, high = start - first, len(offsets)
    offsets.extend(range(end, end + len(parts[-1]) + 1))
    return View("".join(parts), offsets, low, high)


def _character(
    text: str, match: re.Match[str], decode: Callable[[str], str | None], percent: str
) -> tuple[str | None, int]:
    token = match.group()
    if token[0] == "%":
        # One character of UTF-8 is up to four escapes.
        width = len(percent) + 2
        for count in range(1, 5):
            token = text[match.start() : match.start() + width * count]
            char = decode(token.replace(percent, "%"))
            if char is not None and token.startswith(percent):
                return char, len(token)
        return None, 1
    char = decode(token)
    return char, len(token) if char is not None else 1


def _unescape_all(token: str) -> str | None:
    if token[0] == "%":
        try:
            char = bytes.fromhex(token.replace("%", "")).decode()
        except ValueError:
            return None
        return char if len(char) == 1 and len(token) == 3 * len(char.encode()) and char != "\n" else None
    return _unescape(token)


def _unescape(token: str) -> str | None:
    if token[0] == "%":
        char = _unescape_all(token)
        return None if char is None or (char.isascii() and char.isalnum()) else char
    if token[0] == "<":
        return " " if token[-1] in " \t" or "> " in token else "\u200b"
    if token[0] == "&":
        char = html.unescape(token)
    elif token[1] == "u" and token[-1] in " ?-":
        char = chr(int(token[2:-1]))
    elif "u" in token:
        char = unescaped(token)
    elif token[1] in "x'":
        # Separators only: in the text of a bytea, what follows is data.
        char = _from_bytes(bytes.fromhex(token.replace("\\x", "").replace("\\'", "")))
        return None if len(char) != 1 or char.isalnum() or char == "\n" else char
    else:
        char = {"t": "\t", "/": "/", "_": "_", ".": ".", "-": "-"}.get(token[1], " ")
    return char if len(char) == 1 and char != "\n" else None


def unescaped(token: str) -> str:
    r"""Return the character that ``\uXXXX``, a pair of surrogates, or the same escaped once more stand for."""
    units = [int(unit, 16) for unit in token.replace("\\", "").split("u")[1:]]
    return "".join(map(chr, units)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _from_bytes(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
