"""Where strings, comments and statements end, as the databases' own scanners have it."""

from __future__ import annotations

import pytest

from pcishield.statement.lexer import MAX_CHARS, MAX_TOKENS, LexerSettings, lex


def words(sql: str, dialect: str = "postgres", **settings: bool) -> list[str]:
    """Words in upper case; strings as ``'...'``, names as ``"..."``."""
    lexed = lex(sql, dialect, LexerSettings(**settings) if settings else None)
    assert not lexed.error
    shown = {"S": "'{}'", "Q": '"{}"'}
    return [
        shown[k].format(v) if k in shown else u or v
        for k, u, v in zip(lexed.kinds, lexed.upper, lexed.values, strict=True)
    ]


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "SELECT 'a''b'", ["SELECT", "'a'b'"]),
        ("postgres", r"SELECT 'a\' AS x", ["SELECT", r"'a\'", "AS", "X"]),
        ("postgres", r"SELECT E'a\'b'", ["SELECT", "'a'b'"]),
        ("postgres", r"SELECT E'\x41\u0042\103'", ["SELECT", "'ABC'"]),
        ("postgres", "SELECT $$a'b$$", ["SELECT", "'a'b'"]),
        ("postgres", "SELECT $x$a$$b$x$", ["SELECT", "'a$$b'"]),
        ("postgres", "SELECT 'a'\n'b'", ["SELECT", "'ab'"]),
        ("postgres", "SELECT 'a' -- c\n 'b'", ["SELECT", "'ab'"]),
        ("postgres", r"SELECT U&'\0041'", ["SELECT", "'A'"]),
        ("postgres", r"""SELECT U&"d\0061t\+000061" """, ["SELECT", '"data"']),
        ("postgres", """SELECT U&"d!0061t" UESCAPE '!'""", ["SELECT", '"dat"']),
        ("postgres", "SELECT 1 /* a /* b */ c */ + 2", ["SELECT", "1", "+", "2"]),
        ("postgres", "SELECT 1 -- a\r+ 2", ["SELECT", "1", "+", "2"]),
        ("postgres", "SELECT 1 # 2", ["SELECT", "1", "#", "2"]),
        ("postgres", "SELECT a=-1", ["SELECT", "A", "=", "-", "1"]),
        ("postgres", "SELECT a@-1", ["SELECT", "A", "@-", "1"]),
        ("postgres", "SELECT x'4142'", ["SELECT", "'AB'"]),
        ("postgres", "SELECT a$b", ["SELECT", "A$B"]),
        ("mysql", r"SELECT 'a\'b'", ["SELECT", "'a'b'"]),
        ("mysql", r'SELECT "a\"b"', ["SELECT", "'a\"b'"]),
        ("mysql", "SELECT 'a' 'b'", ["SELECT", "'ab'"]),
        ("mysql", "SELECT `a``b`", ["SELECT", '"a`b"']),
        ("mysql", "SELECT 1 # a\n+ 2", ["SELECT", "1", "+", "2"]),
        ("mysql", "SELECT 1 -- a\n+ 2", ["SELECT", "1", "+", "2"]),
        ("mysql", "SELECT 1--2", ["SELECT", "1", "-", "-", "2"]),
        ("mysql", "SELECT 1 -- a\r+ 2", ["SELECT", "1"]),
        ("mysql", "SELECT 1 /* a /* b */ + 2", ["SELECT", "1", "+", "2"]),
        ("mysql", "SELECT 1 /*! + 2 */", ["SELECT", "1", "+", "2"]),
        ("mysql", "SELECT 1 /*!50000+ 2*/ + 3", ["SELECT", "1", "+", "2", "+", "3"]),
        ("mysql", "SELECT 1 /*M!100100 + 2 */", ["SELECT", "1", "+", "2"]),
        ("mysql", "SELECT 2fa, 0x41, 1e5", ["SELECT", "2FA", ",", "65", ",", "1e5"]),
        ("mysql", "SELECT @a, @@session.b, @`c d`", ["SELECT", "@a", ",", "@@session.b", ",", "@`c d`"]),
        ("sqlite", r"SELECT 'a\' , 'b'", ["SELECT", r"'a\'", ",", "'b'"]),
        ("sqlite", 'SELECT [a b], `c`, "d"', ["SELECT", '"a b"', ",", '"c"', ",", '"d"']),
        ("sqlite", "SELECT 'a' 'b'", ["SELECT", "'a'", "'b'"]),
        ("sqlite", "SELECT 1 /* to the end", ["SELECT", "1"]),
        ("sqlite", "SELECT a->>'b'", ["SELECT", "A", "->>", "'b'"]),
    ],
)
def test_text_is_split_as_the_database_splits_it(dialect: str, sql: str, expected: list[str]) -> None:
    """Quotes, escapes and comments end where the server ends them."""
    assert expected == words(sql, dialect)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT 'open"),
        ("postgres", 'SELECT "open'),
        ("postgres", "SELECT $a$ open $b$"),
        ("postgres", "SELECT /* open /* */"),
        ("postgres", "SELECT E'open\\'"),
        ("postgres", "SELECT 'a' 'b'"),
        ("postgres", "SELECT E'a'\n'b'"),
        ("postgres", "SELECT a\\b"),
        ("postgres", "SELECT {a}"),
        ("mysql", "SELECT 'open"),
        ("mysql", "SELECT `open"),
        ("mysql", "SELECT /* open"),
        ("mysql", "SELECT /*! open"),
        ("mysql", "SELECT /*! a /*! b */ */"),
        ("mysql", "SELECT 1 */ 2"),
        ("mysql", "SELECT 1.e(2)"),
        ("mysql", "SELECT t.1"),
        ("sqlite", "SELECT 'open"),
        ("sqlite", "SELECT [open"),
        ("sqlite", "SELECT !1"),
        ("postgres", "SELECT 1\0, 2"),
        ("sqlite", "SELECT 1\0, 2"),
        ("postgres", "DROP\u00a0TABLE x"),
        ("mysql", "DROP\u200bTABLE x"),
        ("sqlite", "DROP\ufeffTABLE x"),
        ("postgres", "SELECT \u202e1"),
        ("postgres", "SELECT " + "(" * 500),
        ("postgres", "x" * (MAX_CHARS + 1)),
        ("postgres", "SELECT 1" + ", 1" * MAX_TOKENS),
        ("postgres", "SELECT 1 " + "/*/**/*/" * (MAX_TOKENS + 1)),
        ("mysql", "SELECT 1 " + "/*!1*/" * (MAX_TOKENS + 1)),
        ("mysql", "SELECT 1 " + "/*1*/" * 1_000_001),
    ],
)
def test_what_the_scanner_does_not_know_is_an_error(dialect: str, sql: str) -> None:
    """An open quote, an unknown character, an invisible one, too much of anything: never silence."""
    assert lex(sql, dialect).error


def test_one_long_literal_is_no_long_statement() -> None:
    """A text of megabytes may be one value; what makes reading long is the number of tokens."""
    found = lex(f"INSERT INTO t VALUES ('{'a' * 5_000_000}')", "mysql")

    assert not found.error
    assert 5_000_000 == len(found.strings[0])


def test_only_ascii_letters_make_keywords() -> None:
    """Letters that fold to ASCII in Python, but not in a database, stay names."""
    assert ["ſelect", "1"] == words("ſelect 1")
    assert "SELECT" not in words("ſelect ı")


def test_another_setting_of_escapes_is_a_hazard() -> None:
    """When the server's setting is not known and would end a string elsewhere, that is said."""
    text = r"SELECT 1 FROM t WHERE a = 'x\' OR 1=1 --'"

    assert ["ambiguous-quoting"] == [h for h, _ in lex(text, "postgres").hazards]
    assert [] == lex(text, "postgres", LexerSettings(backslash_escapes=False)).hazards


def test_settings_of_the_session_are_followed() -> None:
    """Backslashes and double quotes are read as the session has them."""
    assert ["SELECT", "'a'b'"] == words(r"SELECT 'a\'b'", backslash_escapes=True)
    assert ["SELECT", r"'a\'"] == words(r"SELECT 'a\'", "mysql", backslash_escapes=False)
    assert ["SELECT", '"a"'] == words('SELECT "a"', "mysql", ansi_quotes=True)


@pytest.mark.parametrize(
    ("dialect", "sql", "count"),
    [
        ("postgres", "a = %s AND b = %(name)s AND c = %b AND d = $1", 4),
        ("postgres", "a=%s AND b>=%s", 2),
        ("postgres", "a = :one AND b::text = :two", 2),
        ("postgres", "a ? 'k' AND b ?| ARRAY['x'] AND c @? '$'", 0),
        ("postgres", "a = ? AND b IN (?, ?)", 3),
        ("postgres", "a[1:2] = b[x:y]", 0),
        ("postgres", "a %% 2 = 1 AND b LIKE '%s'", 0),
        ("mysql", "a = %s AND b = %(n)s AND c = ? AND d = @x", 3),
        ("sqlite", "a = ? AND b = ?2 AND c = :c AND d = @d AND e = $e", 5),
    ],
)
def test_placeholders_of_every_driver_are_counted(dialect: str, sql: str, count: int) -> None:
    """Whatever the parameter style; operators that look like placeholders are none."""
    assert count == lex(f"SELECT 1 WHERE {sql}", dialect).kinds.count("P")


def test_sqlite_strings_in_double_quotes_are_scanned() -> None:
    """SQLite takes an unknown name in double quotes as a string, so it is among the literals."""
    lexed = lex('SELECT "4-1-1-1 x"', "sqlite")

    assert ["4-1-1-1 x"] == lexed.strings
    assert "4-1" not in " ".join(lexed.shown)
