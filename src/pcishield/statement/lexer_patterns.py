"""What a token looks like, by dialect and settings: one expression, whose groups say what kind of token it is."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["BAD", "COMMENT", "END", "EXEC", "NUM", "OP", "PH", "PUNCT", "QID", "STR", "WORD", "XSTR", "pattern_of"]

_SPACE = r"[ \t\r\n\f\v]*+"
_HIGH = "\u0080-\U0010ffff"
_Q1 = r"'[^']*+(?:''[^']*+)*+'"
_Q2 = r'"[^"]*+(?:""[^"]*+)*+"'
_BT = r"`[^`]*+(?:``[^`]*+)*+`"
_ESC1 = r"'[^'\\]*+(?:(?:''|\\(?s:.))[^'\\]*+)*+'"
_ESC2 = r'"[^"\\]*+(?:(?:""|\\(?s:.))[^"\\]*+)*+"'
_NEVER = r"(?!)"
_EXP = r"[eE][+-]?\d[\d_]*+"
_PERCENT = r"%(?:\([^()]*\))?[sbt](?![A-Za-z0-9_])"

(WORD, PUNCT, NUM, STR, OP, QID, PH, COMMENT, XSTR, EXEC, BAD, END) = range(1, 13)
"""The groups of every pattern."""


def _build(*alternatives: str) -> re.Pattern[str]:
    pattern = re.compile(_SPACE + "(?:" + "|".join(f"({a})" for a in (*alternatives, r"(?s:.)", r"\Z")) + ")")
    if pattern.groups != END:
        # A group inside an alternative would shift the numbers, and an error would read as the end.
        raise AssertionError("the scanner's groups are not in place")
    return pattern


@lru_cache(maxsize=16)
def pattern_of(dialect: str, escapes: bool, ansi: bool, quotes: bool) -> re.Pattern[str]:
    """Return the pattern of one token, white space before it included.

    Args:
        dialect: ``mysql``, ``sqlite``; any other is read as PostgreSQL.
        escapes: Backslashes escape in strings.
        ansi: Double quotes are identifiers, in MySQL.
        quotes: Names stand in double quotes only, not in back-ticks, for what is not MySQL or SQLite.
    """
    if dialect == "mysql":
        return _mysql_pattern(escapes, ansi)
    if dialect == "sqlite":
        return _build(
            rf"(?![xX]')[A-Za-z_{_HIGH}][A-Za-z0-9_${_HIGH}]*+",
            r"[(),;\]]|\.(?!\d)",
            rf"0[xX][0-9a-fA-F_]++|(?:\d[\d_]*+(?:\.[\d_]*+)?|\.\d[\d_]*+)(?:{_EXP})?",
            _Q1,
            rf"->>|->|\|\||<<|>>|==|!=|<>|<=|>=|(?!{_PERCENT})[+*%=<>~&|]|-(?!-)|/(?!\*)",
            rf"{_Q2}|{_BT}|\[[^\]]*+\]",
            rf"\?\d*|[:@#$][A-Za-z0-9_${_HIGH}]++(?:::[A-Za-z0-9_$]*)*(?:\([^)\s]*\))?|{_PERCENT}",
            r"--[^\n]*+|/\*(?s:.)*?(?:\*/|\Z)",
            r"[xX]'[^']*+'",
            _NEVER,
        )
    plain = _ESC1 if escapes else _Q1
    marks = {"tsql": "(),;", "duckdb": r"(),;\[\]{}"}.get(dialect, r"(),;\[\]")
    # DuckDB has no ``:name`` parameters: ``note:cvv`` is ``cvv AS note``, and ``{'a':pan}`` a struct.
    colon, named = (":", _NEVER) if dialect == "duckdb" else (r":(?!\w)", r":\w++")
    return _build(
        rf"(?![eExXbBnN]'|[uU]&['\"])[A-Za-z_{_HIGH}][A-Za-z0-9_${_HIGH}]*+",
        rf"[{marks}]|\.(?!\d)",
        rf"0[xX]_?[0-9a-fA-F][0-9a-fA-F_]*+|0[oO][0-7_]++|0[bB][01_]++"
        rf"|(?:\d[\d_]*+(?:\.(?!\.)[\d_]*+)?|\.\d[\d_]*+)(?:{_EXP})?",
        plain,
        rf"::|:=|@\?|\?(?:[|&](?![|&])|-\||\|\||[-#~]|<@|@>)|(?:(?!--|/\*|{_PERCENT})[-+*/<>=~!@\#%^&|`])++|{colon}",
        _Q2 if quotes else rf"{_Q2}|\[[^\[\]]*+\]" if dialect == "tsql" else rf"{_Q2}|{_BT}",
        rf"\$\d++|\?|{_PERCENT}|{named}",
        r"--[^\r\n]*+|/\*",
        rf"[eE]{_ESC1}|[xXbBnN]{_Q1}|[uU]&{_Q1}|[uU]&{_Q2}"
        rf"|\$(?:[A-Za-z_{_HIGH}][A-Za-z0-9_{_HIGH}]*+)?\$",
        _NEVER,
    )


def _mysql_pattern(escapes: bool, ansi: bool) -> re.Pattern[str]:
    single, double = (_ESC1, _ESC2) if escapes else (_Q1, _Q2)
    strings = single if ansi else rf"{single}|{double}"
    after = rf"(?![A-Za-z0-9_${_HIGH}])"
    return _build(
        rf"(?!(?:[xXbBnN]'|\d+[eE][+-]?\d|0x[0-9a-fA-F]++{after}|0b[01]++{after}))"
        rf"(?:[A-Za-z_${_HIGH}]|\d++(?=[A-Za-z_${_HIGH}]))[A-Za-z0-9_${_HIGH}]*+",
        r"[(),;\[\]{}]|\.(?!\d)",
        rf"(?:0x[0-9a-fA-F]++|0b[01]++|(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+){after}",
        strings,
        r":=|->>|->|<=>|&&|\|\||<<|>>|!=|<>|<=|>=|\*/|--(?![\x00-\x20]|\Z)|"
        rf"(?!--|/\*|#|{_PERCENT})[-+*/%=<>!~^&|:\\]",
        rf"{_Q2}|{_BT}" if ansi else _BT,
        rf"\?|{_PERCENT}|:\w++",
        r"#[^\n]*+|--(?=[\x00-\x20]|\Z)[^\n]*+|/\*(?!M?!)(?s:.)*?\*/",
        rf"[xXbB]'[^']*+'|[nN]{single}|@@?(?:[A-Za-z0-9_.${_HIGH}]++|{single}|{double}|{_BT})|@",
        r"/\*M?!(?:\d{5,6})?",
    )
