"""Split SQL text into tokens exactly as the database's own scanner does.

Everything that hides SQL from a parser happens here: comments, quoting, escapes, placeholders.
So the boundaries are the database's (PostgreSQL ``scan.l``, MySQL ``sql_lex.cc``, SQLite ``tokenize.c``),
and the parser behind never sees the original text but a canonical one, in which strings are
``'~0'``, ``'~1'``, ... and comments are gone: a second opinion about quoting cannot arise.

Rules:

- Only ASCII letters make keywords. Other characters >= U+0080 belong to identifiers, as in all three databases;
  invisible and space-like ones among them are an error, since nobody writes them on purpose.
- What a scanner of one version or setting would read differently is an error or ``ambiguous-quoting``.
- The time is linear in the length of the text; length, tokens and nesting are bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from pcishield.statement.lexer_patterns import COMMENT, END, EXEC, NUM, OP, PH, PUNCT, QID, STR, WORD, XSTR, pattern_of
from pcishield.statement.words import EXPRESSION_FOLLOWS, KEYWORDS

__all__ = ["MAX_CHARS", "MAX_DEPTH", "MAX_TOKENS", "Lexed", "LexerSettings", "lex"]

MAX_CHARS = 64_000_000
MAX_TOKENS = 400_000
_STEPS = 1_000_000
MAX_DEPTH = 400


@dataclass(frozen=True, slots=True)
class LexerSettings:
    """Session settings that change where a string ends.

    ``None`` means not known: the server's default is assumed, and a text that another setting would
    read differently gets the hazard ``ambiguous-quoting``.

    Attributes:
        backslash_escapes: PostgreSQL ``standard_conforming_strings = off``; MySQL without ``NO_BACKSLASH_ESCAPES``.
        ansi_quotes: MySQL ``ANSI_QUOTES``: ``"x"`` is an identifier.
    """

    backslash_escapes: bool | None = None
    ansi_quotes: bool | None = None


Token = tuple[str, str, str, str, str]
"""Kind, upper, value, canon, shown: see :class:`Lexed`."""


@dataclass(slots=True)
class Lexed:
    """Tokens of one text as parallel sequences.

    ``kinds``: W word, Q quoted identifier, S string, N number, O operator or punctuation, P placeholder,
    V MySQL user or system variable. ``upper``: the word in upper case or the operator, "" for the rest.
    ``values``: name, decoded string, number as written. ``canon``: text for the parser, ``shown``: for people,
    without literals. ``strings``: decoded strings by the number in ``'~n'``. ``breaks``: indices of ``;``.
    """

    kinds: Sequence[str] = ()
    upper: Sequence[str] = ()
    values: Sequence[str] = ()
    canon: Sequence[str] = ()
    shown: Sequence[str] = ()
    strings: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    hazards: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    executable: bool = False
    modulo: bool = False


def _nested_comment_end(sql: str, start: int) -> int:
    """End of the PostgreSQL comment that begins at ``start``; -1 when it does not end."""
    depth, position = 0, start
    for mark in _COMMENT_MARK.finditer(sql, start):
        if mark.start() < position:
            continue
        depth += 1 if mark[0] == "/*" else -1
        position = mark.end()
        if depth == 0:
            return position
    return -1


_UNLIMITED = re.compile(r"(?i)\bmax_execution_time\s*\(\s*(?:0|\D|\d{8,})")
"""Of an optimizer hint that lets a statement run as long as it likes."""
_COMMENT_MARK = re.compile(r"/\*|\*/")
_SPECIAL_OPERATOR = re.compile(r"[~!@#%^&|`?]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_ $]*\Z")
_UNICODE_ESCAPES = re.compile(r"\\(?:([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|(\\))")
_C_ESCAPES = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(?s:(.)))")
_UESCAPE = re.compile(r"\s*+uescape\s*+'(.)'", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(?<!%)%(?:\(\w+\))?s")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "Z": "\x1a"}
_KEPT_OPERATORS = frozenset(
    "( ) [ ] , . ; :: := : = <> != < > <= >= + - * / % ^ || ~ ~* => || { } ! && <=> == & | # << >>".split()
)
_RENAMED = {
    "~~": "LIKE", "~~*": "ILIKE", "!~~": "NOT LIKE", "!~~*": "NOT ILIKE",
    "!~": "NOT RLIKE", "!~*": "NOT RLIKE", "!=": "<>", "==": "=",
}  # fmt: skip
_INFIX = frozenset("[ -> ->> #> #>> #- @> <@ && ^@ -|- &< &> <-> <=> <#>".split())
_COLUMNS = frozenset(
    "COPY DATE FIRST FORWARD MATCH NAMES NEXT OF RANGE ROWS SET SHOW TIME TIMESTAMP TOP USE VALUE".split()
)
"""Words that a column may have for a name: before an operator that needs a left side they are one."""
_TEMPORAL = frozenset({"DATE", "INTERVAL", "TIME", "TIMESTAMP", "ZONE"})
"""Type names that may also stand before a literal; ``[]`` behind one of them makes it an array's type."""
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_MARKS: dict[str, Token] = {mark: ("O", mark, mark, mark, mark) for mark in "(),.;[]{}"}
_CALL_MARK: Token = ("O", "(", "(", "(", "\x01(")
"""A parenthesis right behind a name; the mark tells where no space is shown."""
_KNOWN: dict[str, dict[str, Token]] = {}
_MAX_KNOWN = 20_000


def _mysql_unescape(match: re.Match[str]) -> str:
    """MySQL leaves the signs of LIKE escaped."""
    return match[0] if match[0] in {"\\%", "\\_"} else _c_unescape(match)


def _c_unescape(match: re.Match[str]) -> str:
    octal, byte, short, long, letter = match.groups()
    if letter is not None:
        return _LETTERS.get(letter, letter)
    code = int(octal, 8) if octal else int(byte or short or long, 16)
    return chr(code) if code < 0x110000 else ""


def _unicode_unescape(match: re.Match[str]) -> str:
    short, long, slash = match.groups()
    code = int(short or long or "5c", 16)
    return slash or (chr(code) if code < 0x110000 else "")


class Blob(str):
    """What is written as bytes, ``x'00'``: in SQLite, no text is more than that."""

    __slots__ = ()


def _hex_text(digits: str) -> str:
    try:
        return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits).decode("utf-8", "replace")
    except ValueError:
        return digits


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _invisible(name: str) -> bool:
    return any(unicodedata.category(c) in {"Cf", "Cc", "Cs", "Cn", "Zs", "Zl", "Zp"} for c in name if c > "\x7f")


def lex(sql: str, dialect: str, settings: LexerSettings | None = None, *, skip_executable: bool = False) -> Lexed:
    """Split ``sql``, untrusted text of any length.

    Args:
        sql: The text as the driver received it.
        dialect: ``postgres``, ``mysql``, ``sqlite``; others are split by PostgreSQL's rules plus back-ticks,
            T-SQL with ``[name]``.
        settings: What is known about the session.
        skip_executable: Take MySQL's executable comments as comments, as a server of an older version does.

    Returns:
        The tokens; ``error`` is set when the database would not read the text as we do.
    """
    settings = settings or LexerSettings()
    escapes = settings.backslash_escapes if settings.backslash_escapes is not None else dialect == "mysql"
    scanner = _Scanner(sql, dialect, escapes, bool(settings.ansi_quotes), skip_executable)
    out = scanner.run()
    if "\\" in sql and not out.error and dialect in {"postgres", "mysql"} and settings.backslash_escapes is None:
        other = _Scanner(sql, dialect, not escapes, bool(settings.ansi_quotes), skip_executable).run()
        if not other.error and other.kinds != out.kinds:
            out.hazards.append(
                ("ambiguous-quoting", "another setting of backslash escapes reads this text differently")
            )
    return out


class _Scanner:
    __slots__ = (
        "ansi",
        "brackets",
        "depth",
        "dialect",
        "escapes",
        "known",
        "open_exec",
        "out",
        "skip",
        "sql",
        "tokens",
    )

    def __init__(self, sql: str, dialect: str, escapes: bool, ansi: bool, skip: bool) -> None:
        self.sql, self.dialect, self.escapes, self.ansi, self.skip = sql, dialect, escapes, ansi, skip
        self.out = Lexed()
        self.tokens: list[Token] = []
        self.depth = self.brackets = 0
        self.open_exec = False
        self.known = _KNOWN.setdefault("mysql" if dialect == "mysql" else "", {})
        if len(self.known) > _MAX_KNOWN:
            self.known.clear()

    def run(self) -> Lexed:
        out, position = self.out, 0
        if len(self.sql) > MAX_CHARS:
            out.error = "the text is too long"
        elif "\0" in self.sql:
            out.error = "the text holds a NUL character"
        pattern = pattern_of(self.dialect, self.escapes, self.ansi, self.dialect in {"postgres", "sqlite"})
        jumps = 0
        while position >= 0 and not out.error:
            position = self._run(pattern, position)
            jumps += 1
            if len(self.tokens) + jumps > MAX_TOKENS:
                self._fail("the text has too many tokens")
        if self.open_exec:
            out.error = out.error or "a comment does not end"
        if "%" in self.sql and any(_PLACEHOLDER.search(text) for text in out.strings):
            self._hazard("placeholder-in-literal", "a driver that puts values into the text would put one in there")
        if self.tokens:
            out.kinds, out.upper, out.values, out.canon, out.shown = zip(*self.tokens, strict=True)
        return out

    def _run(self, pattern: re.Pattern[str], start: int) -> int:
        """Append tokens from ``start`` on; return where to go on behind a jump, -1 at the end or on error."""
        tokens, known, breaks = self.tokens, self.known, self.out.breaks
        append = tokens.append
        depth = self.depth
        for m in islice(pattern.finditer(self.sql, start), _STEPS):
            group = m.lastindex
            if group == WORD:
                word = m[1]
                append(known.get(word) or self._word(word))
            elif group == PUNCT:
                mark = m[2]
                if mark == "(":
                    depth += 1
                    if depth > MAX_DEPTH:
                        return self._fail("the text is nested too deeply")
                    if tokens:
                        last = tokens[-1]
                        if last[0] == "Q" or (last[0] == "W" and last[1] not in KEYWORDS):
                            append(_CALL_MARK)
                            continue
                elif mark == ")":
                    depth -= 1
                elif mark == ";":
                    if depth <= 0:
                        breaks.append(len(tokens))
                elif mark in "[]":
                    self._bracket(mark)
                    continue
                append(_MARKS[mark])
            elif group == OP:
                self._operator(m[5])
            elif group == NUM:
                self._number(m[3])
            elif group == STR:
                self._string(m, m[4])
            elif group == PH:
                self._placeholder(m[7])
            elif group == QID:
                self._quoted(m[6])
            elif group == COMMENT:
                text = m[8]
                if text == "/*":
                    self.depth = depth
                    end = _nested_comment_end(self.sql, m.start(COMMENT))
                    return end if end >= 0 else self._fail("a comment does not end")
                if text[:3] == "/*+" and ("SET" in text.upper() or _UNLIMITED.search(text)):
                    self._hazard("executable-comment", "an optimizer hint that changes a setting")
            elif group == XSTR:
                text = m[9]
                if text[0] == "$":
                    self.depth = depth
                    return self._dollar_string(text, m.end())
                if text[1] == "&":
                    self.depth = depth
                    return self._unicode_string(text, m.end())
                self._special_string(text)
            elif group == EXEC:
                jump = self._executable(m.end())
                if jump != m.end():
                    self.depth = depth
                    return jump
            elif group == END:
                break
            else:
                return self._fail("a character or quote that the scanner does not know")
            if self.out.error:
                return -1
        else:
            return self._fail("the text has too many tokens")
        return -1

    def _fail(self, error: str) -> int:
        self.out.error = self.out.error or error
        return -1

    def _hazard(self, name: str, detail: str) -> None:
        self.out.hazards.append((name, detail))

    def _word(self, word: str) -> Token:
        if not word.isascii():
            return self._name(word, "W")
        key = word.upper()
        shown = key if key in KEYWORDS else word.lower() if self.dialect != "mysql" else word
        if len(word) > 11 and _digits(word) >= 12:
            self.out.strings.append(word)
            return ("W", key, word, word, '"?"')
        token = ("W", key, word, word, shown)
        self.known[word] = token
        return token

    def _name(self, name: str, kind: str) -> Token:
        """Make the token of a name that is quoted or not ASCII."""
        if not name.isascii():
            if _invisible(name):
                self._fail("an invisible or space-like character in a name")
            elif _mixed_scripts(name):
                self._hazard("confusable-name", "a name mixes letters of several scripts")
        if kind == "W" and self.dialect != "mysql":
            name = name.translate(_ASCII_LOWER)
        quote = "`" if self.dialect == "mysql" else '"'
        text = shown = quote + name.replace(quote, quote * 2) + quote
        if len(name) > 11 and _digits(name) >= 12:
            self.out.strings.append(name)
            shown = '"?"'
        return (kind, "", name, text, shown)

    def _quoted(self, text: str) -> None:
        mark = text[0]
        token = self._name(text[1:-1] if mark == "[" else text[1:-1].replace(mark * 2, mark), "Q")
        if self.dialect == "sqlite" and mark == '"' and not _PLAIN_NAME.match(token[2]):
            # SQLite takes "x" as a string when there is no such column.
            self.out.strings.append(token[2])
            token = (*token[:4], '"?"')
        self.tokens.append(token)

    def _operator(self, text: str) -> None:
        if "#" in text and self.dialect not in {"mysql", "postgres", "sqlite"}:
            self._fail("a column by its position, or a temporary table")
        if self.dialect == "mysql":
            if text == "*/":
                if not self.open_exec:
                    self._fail("a comment ends that was not begun")
                self.open_exec = False
                return
            if text == "\\":
                self._fail("a character or quote that the scanner does not know")
            if text == "--":
                self._emit_operator("-")
                text = "-"
        elif len(text) > 1 and self.dialect != "sqlite":
            text = text.replace("%%", "%")
            cut = len(text)
            while cut > 1 and text[cut - 1] in "+-" and not _SPECIAL_OPERATOR.search(text, 0, cut):
                cut -= 1
            for sign in (text[:cut], *text[cut:]):
                self._emit_operator(sign)
            return
        self._emit_operator(text)

    def _emit_operator(self, text: str) -> None:
        canon = text
        if text == ":" and self.brackets > 0:
            canon = "0 ," if self.tokens[-1][1] == "[" else ","
        elif text in _RENAMED:
            canon = _RENAMED[text]
        elif text in {"->", "->>"} and self.dialect == "sqlite":
            canon = "^"  # which SQLite has not: an operator that fails, as its arithmetic does not
        elif text not in _KEPT_OPERATORS or (text in {"!", "#"} and self.dialect != "mysql"):
            # A sum, or a root: what nobody computes, as ``@ id >= 0`` must not be taken for ``- id >= 0``.
            alone = "-" if self.dialect != "postgres" else "|/"
            canon = alone if not self._after_operand(text) else "#" if text == "#" else "+"
        # As an operator ``?`` is shown twice, for once is a value.
        self.tokens.append(("O", text, text, canon, "??" if text == "?" else text))

    def _after_operand(self, operator: str = "") -> bool:
        if not self.tokens:
            return False
        kind, upper, *_ = self.tokens[-1]
        if kind == "W" and upper in EXPRESSION_FOLLOWS:
            named = operator in _INFIX and upper in _COLUMNS
            return named or (len(self.tokens) > 1 and self.tokens[-2][1] == ".")
        return kind in "QSNPVW" or upper in {")", "]"}

    def _bracket(self, mark: str) -> None:
        """Show the parser arrays and subscripts as calls and sums: its time is exponential in nested brackets."""
        tokens = self.tokens
        last = tokens[-1] if tokens else _MARKS["("]
        if mark == "[":
            self.brackets += 1
            if last[1] == "ARRAY":
                tokens[-1] = (*last[:3], "", last[4])
            canon = "+ (" if last[1] != "ARRAY" and self._after_operand(mark) else "array_ ("
        else:
            self.brackets -= 1
            canon = ")"
            if last[1] == "[":
                empty = last[3] == "+ (" or (len(tokens) > 1 and tokens[-2][1] in _TEMPORAL)
                tokens[-1] = (*last[:3], "" if empty else last[3], last[4])
                canon = "" if empty else ")"
                if empty:
                    self._array_type()
            elif last[1] == ":":
                canon = "0 )"
        tokens.append(("O", mark, mark, canon, mark))

    def _array_type(self) -> None:
        """``x::text[]``: a cast that quotes what is no array, as one to any type that reads the text does."""
        tokens = self.tokens
        last = first = len(tokens) - 2
        if first > 0 and tokens[first][1] == ")":
            while first > 0 and tokens[first][1] != "(":
                first -= 1
            first -= 1
        while (
            first > 1
            and tokens[first - 1][1] not in {"::", "AS"}
            and (tokens[first - 1][0] in "WQ" or tokens[first - 1][1] == ".")
        ):
            first -= 1
        if first > 0 and tokens[first][0] in "WQ" and tokens[first - 1][1] in {"::", "AS"}:
            for i in range(first, last + 1):
                tokens[i] = (*tokens[i][:3], "inet" if i == first else "", tokens[i][4])

    def _number(self, text: str) -> None:
        out = self.out
        canon = text
        if not text.isdigit():
            lowered = text.lower().replace("_", "")
            if lowered[:2] in {"0x", "0b", "0o"}:
                out.strings.append(_hex_text(lowered[2:]) if lowered[1] == "x" else lowered)
                canon = str(int(lowered[2:], {"x": 16, "b": 2, "o": 8}[lowered[1]]))
            else:
                canon = lowered
            if self.dialect == "mysql" and text[0] == "." and self.tokens and self.tokens[-1][0] in "WQ":
                self._fail("a number right behind a name")
        out.numbers.append(text)
        self.tokens.append(("N", "", canon, canon, "?"))

    def _string(self, m: re.Match[str], text: str) -> None:
        quote, value, out = text[0], text[1:-1], self.out
        if self.escapes and "\\" in value:
            value = _C_ESCAPES.sub(_mysql_unescape if self.dialect == "mysql" else _c_unescape, value)
        if quote in value:
            value = value.replace(quote * 2, quote)
        if self.tokens and self.tokens[-1][0] == "S" and self.dialect != "sqlite":
            # Adjacent strings are one: everywhere in MySQL, across a line end in PostgreSQL.
            before = self.tokens[-1]
            if before[1] and self.dialect == "postgres":
                self._fail("a string goes on behind an escape string")
            elif self.dialect == "mysql" or "\n" in m[0][: -len(text)] or "\r" in m[0][: -len(text)]:
                out.strings[-1] += value
                self.tokens[-1] = ("S", "", out.strings[-1], before[3], "?")
                return
            else:
                self._fail("two strings in a row")
        self._literal(value)

    def _literal(self, value: str, mark: str = "") -> None:
        strings = self.out.strings
        self.tokens.append(("S", mark, value, f"'~{len(strings)}'", "?"))
        strings.append(value)

    def _special_string(self, text: str) -> None:
        head = text[0].lower()
        if head == "@":
            shown = text if text.isascii() and _digits(text) < 12 else "@?"
            self.tokens.append(("V", "", text, "@v" if text[:2] != "@@" else "@@v", shown))
        elif head == "e":
            self._literal(_C_ESCAPES.sub(_c_unescape, text[2:-1]).replace("''", "'"), "'")
        elif head == "x":
            self._literal(Blob(_hex_text(text[2:-1])), "'")
        elif head == "n" and self.escapes:
            self._literal(_C_ESCAPES.sub(_c_unescape, text[2:-1]))
        else:
            self._literal(text[2:-1])

    def _dollar_string(self, tag: str, start: int) -> int:
        end = self.sql.find(tag, start)
        if end < 0:
            return self._fail("a dollar-quoted string does not end")
        self._literal(self.sql[start:end])
        return end + len(tag)

    def _unicode_string(self, text: str, end: int) -> int:
        """``U&'...'`` or ``U&"..."``, perhaps with ``UESCAPE 'x'`` behind it."""
        body = text[3:-1].replace(text[2] * 2, text[2])
        escape = _UESCAPE.match(self.sql, end)
        if escape is not None:
            end = escape.end()
            mark = escape[1]
            if mark in "'\"+" or mark.isspace() or mark in "0123456789abcdefABCDEF":
                return self._fail("an escape character that the server does not take")
            body = body.replace("\\", "\\\\").replace(mark * 2, "\0").replace(mark, "\\").replace("\0", mark)
        value = _UNICODE_ESCAPES.sub(_unicode_unescape, body)
        self._hazard("unicode-escape", "a name or string written with U& escapes")
        if text[2] == '"':
            self.tokens.append(self._name(value, "Q"))
        else:
            self._literal(value, "'")
        return end

    def _placeholder(self, text: str) -> None:
        if self._after_operand():
            if text == "?" and self.dialect == "postgres":
                self._emit_operator("?")
                return
            if text[0] == "%":
                # Drivers replace it wherever it stands; only if that does not parse was it a modulo.
                self.out.modulo = True
            if text[0] == ":" and self.brackets:
                self._emit_operator(":")
                self.tokens.append(("N", "", text[1:], text[1:], "?") if text[1:].isdigit() else self._word(text[1:]))
                return
        self.tokens.append(("P", "", text, "?" if self.dialect in {"mysql", "sqlite"} else "$1", "?"))

    def _executable(self, position: int) -> int:
        if not self.out.executable:
            self.out.executable = True
            self._hazard("executable-comment", "the server runs the content of /*! */")
        if self.open_exec:
            return self._fail("an executable comment inside another")
        if self.skip:
            end = self.sql.find("*/", position)
            return end + 2 if end >= 0 else self._fail("a comment does not end")
        self.open_exec = True
        return position


def _mixed_scripts(name: str) -> bool:
    scripts = {unicodedata.name(c, "?").split(" ", 1)[0] for c in name if c.isalpha()}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "FULLWIDTH", "ARMENIAN", "CHEROKEE"}) > 1
