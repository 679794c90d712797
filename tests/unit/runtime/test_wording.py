"""What is told of an error: by the kind of field, and by what the statement does with card data."""

from __future__ import annotations

from typing import Any

import pytest

from pcishield.masking import Masker
from pcishield.runtime.known import COMPUTED, ROUTINE, SPOKEN, TOLD, KnownStatements
from pcishield.runtime.scrub import (
    RoutineWording,
    Scrub,
    SpokenWording,
    WithheldWording,
    Wording,
    scrub_exception,
)
from pcishield.testing import make_pan

PAN = make_pan()
MASKER = Masker()
MASKS: Any = (MASKER.mask_text, MASKER.mask)


def withheld(dialect: str = "postgres", length: int = 100) -> WithheldWording:
    """What may be told where a statement computes with card data."""
    return WithheldWording(*MASKS, dialect, "x" * length)


@pytest.mark.parametrize(
    ("strictness", "dialect", "sql"),
    [
        (TOLD, "postgres", "SELECT pan FROM cards WHERE id = 1"),
        (TOLD, "postgres", "INSERT INTO cards (pan) VALUES ('x')"),
        (TOLD, "postgres", "CREATE TABLE t (id int CHECK (id > 0))"),
        (TOLD, "postgres", "ALTER TABLE cards ADD COLUMN note text"),
        (ROUTINE, "postgres", "CALL pay(1)"),
        (ROUTINE, "mysql", "CALL pay(1)"),
        (ROUTINE, "postgres", "INSERT INTO orders (a) VALUES (made_by_us(1))"),
        (ROUTINE, "postgres", "SELECT 1 WHERE made_by_us(1) > 1"),
        (ROUTINE, "postgres", "SELEC 1"),
        (SPOKEN, "postgres", "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$"),
        (TOLD, "postgres", "SELECT cvv FROM cards WHERE id = 1"),
        (TOLD, "postgres", "INSERT INTO cards (cvv) VALUES ('x')"),
        (TOLD, "postgres", "UPDATE cards SET cvv = %s WHERE id = 1"),
        (COMPUTED, "postgres", "SELECT id FROM cards WHERE cvv::int = 1"),
        (COMPUTED, "mysql", "SELECT id FROM cards WHERE cvv = 1"),
        (COMPUTED, "duckdb", "SELECT cvv = DATE '2020-01-01' FROM cards"),
        (COMPUTED, "duckdb", "SELECT cvv FROM cards UNION SELECT DATE '2020-01-01'"),
        (COMPUTED, "postgres", "SELECT made_by_us(1)"),
        (COMPUTED, "postgres", "SELECT reverse(pan) FROM cards"),
        (COMPUTED, "postgres", "SELECT 1; SELECT reverse(pan) FROM cards"),
        (COMPUTED, "postgres", "ALTER TABLE cards ALTER pan TYPE int USING reverse(pan)::int"),
        (COMPUTED, "postgres", "ALTER TABLE cards ADD CHECK (reverse(pan)::int > 0)"),
        (COMPUTED, "postgres", "CREATE INDEX i ON cards ((reverse(pan)::int))"),
        (COMPUTED, "postgres", "REFRESH MATERIALIZED VIEW v"),
        (COMPUTED, "mysql", "SET @a = (SELECT substr(pan, 1, 5) FROM cards)"),
        (COMPUTED, "mysql", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = @a"),
    ],
)
def test_statements_are_held_as_strictly_as_they_compute(strictness: int, dialect: str, sql: str) -> None:
    """A function may be somebody's, a program is the caller's, and what is computed from a card is nobody's to see."""
    assert strictness == KnownStatements(MASKER, str).get(dialect, sql, None).strictness


def test_a_message_is_withheld_whatever_it_looks_like() -> None:
    """A few digits, a code, a word: whoever raises it has chosen it."""
    texts = [withheld().text(text) for text in (PAN[:5], "22P02", "ERROR", "cards", PAN[:5] + "a.c", "dbbbbbb")]

    assert {withheld().text("x")} == set(texts)
    assert "" == withheld().text("")


@pytest.mark.parametrize(
    ("dialect", "state", "told"),
    [
        ("postgres", "22P02", "22P02"),
        ("postgres", "P0001", "P0001"),
        ("postgres", PAN[:5], "P0001"),
        ("postgres", "ABCDE", "P0001"),
        ("mysql", "23000", "23000"),
        ("mysql", PAN[:5], "45000"),
        ("duckdb", PAN[:5], "HY000"),
    ],
)
def test_an_sqlstate_is_told_when_the_server_defines_it(dialect: str, state: str, told: str) -> None:
    """``ERRCODE`` and ``SIGNAL SQLSTATE`` take any five characters."""
    assert told == withheld(dialect).state(state)


def test_an_error_number_is_told_when_the_server_defines_it() -> None:
    """``SIGNAL ... SET MYSQL_ERRNO`` takes any number."""
    words = withheld("mysql")

    assert [1062, 2013, 1644, 1644, 104] == [words.number(number) for number in (1062, 2013, 41111, 9999, 104)]
    assert [0, 7] == [withheld().number(number) for number in (1062, 7)]


def test_positions_are_told_when_they_are_in_the_statement() -> None:
    """The position in a statement that a function makes is the function's to choose."""
    words = withheld(length=20)

    assert ["7", "21", None, None] == [words.position(text) for text in ("7", "21", "22", "x")]
    assert None is words.inner_position("7")


@pytest.mark.parametrize(
    ("line", "name", "told"),
    [
        ('column "nope" does not exist', "nope", True),
        ("column c.Nope does not exist", "c.Nope", True),
        ('column "other" does not exist', "other", False),
        ("column c.other does not exist", "c.other", False),
        ('column "d1234" does not exist', "d1234", False),
    ],
)
def test_a_name_of_the_statement_that_is_not_known_is_told(line: str, name: str, told: bool) -> None:
    """That line alone: what may follow it has the statement's literals."""
    words = WithheldWording(*MASKS, "postgres", "SELECT Nope, reverse(pan), d1234 FROM cards c WHERE cvv = '987'")
    said = words.naming(line, name)
    whole = said.text(f"{line}\nLINE 1: SELECT Nope ... WHERE cvv = '987'")

    assert (line if told else words.text("x")) == whole == said.text(line)
    assert words.text("x") == said.text("x") == said.text(f"{line}.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nope", True),
        ("a.b.cards.nope", True),
        ("line_12", True),
        ("nop", False),
        ("n.o.p.e", False),
        ("a.b.cards.cards.nope", False),
        ("987", False),
        ("line_123", False),
    ],
)
def test_a_name_is_made_of_whole_words_and_hardly_a_digit(name: str, told: bool) -> None:
    """What is spelt by parts of words, or chosen among numbers that a comment lists, is what a function has read."""
    words = WithheldWording(*MASKS, "mysql", "SELECT f(cvv), nope, line_12, line_123 FROM a.b.cards -- 985 986 987")
    line = f"Unknown column '{name}' in 'SELECT'"

    assert (line if told else words.text("x")) == words.naming(line, name).text(line)


def test_a_long_statement_has_no_names_of_its_own() -> None:
    """It could say all words that there are."""
    words = WithheldWording(*MASKS, "postgres", "SELECT nope" + " " * 10_000)

    assert words is words.naming('column "nope" does not exist', "nope")


def test_names_are_told_when_the_server_has_put_them() -> None:
    """``RAISE ... USING COLUMN = ...`` takes any name."""
    assert ["pan", None] == [withheld().name("pan", certain) for certain in (True, False)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("order is closed", "order is closed"),
        ("3 of 12 are left", "3 of 12 are left"),
        (f"no {PAN[:6]}", "no [redacted]"),
        (f"no {PAN[:2]} {PAN[2:4]}-{PAN[4:6]} left", "no [redacted] left"),
        ("[P0001] ERROR: closed", "[P0001] ERROR: closed"),
        (f"[{PAN[:5]}] ERROR: closed", "[HY000] ERROR: closed"),
        ("no such thing. SQLSTATE: 42601", "no such thing. SQLSTATE: 42601"),
        (f"no. SQLSTATE: {PAN[:5]}", "no. SQLSTATE: HY000"),
        (f"[{PAN[:6]}]", "[[redacted]]"),
    ],
)
def test_messages_of_procedures_lose_their_numbers(text: str, told: str) -> None:
    """What a procedure raises is the application's own, and may name a card."""
    assert told == RoutineWording(*MASKS, "postgres").text(text)


def test_codes_of_procedures_are_theirs() -> None:
    """One that is almost a number is not."""
    words = RoutineWording(*MASKS, "mysql")

    assert ["PT404", "45123", "23505", "HY000"] == [words.state(s) for s in ("PT404", "45123", "23505", PAN[:5])]
    assert [1062, 1644] == [words.number(number) for number in (1062, 30001)]
    assert [12, "[redacted]"] == [words.value(value) for value in (12, 12345)]


def test_programs_may_say_what_they_say() -> None:
    """Words of a DO block are the caller's; what it computes is not."""
    sql = f"DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = 'PXX99', DETAIL = 'number {PAN[:5]}'; END $$"
    words = SpokenWording(*MASKS, "postgres", sql)

    assert "made up" == words.text("made up")
    assert words.text("ERROR:  made up\n").startswith("ERROR:  made up")
    assert "CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE" in words.text(
        "made up\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE"
    )
    assert "PXX99" == words.state("PXX99")
    assert "P0001" == words.state("PXX98")
    for text in (PAN[5:9], f"number {PAN[:5]}", f"made up\nDETAIL:  {PAN[5:9]}", "dbbbb"):
        assert not any(part in words.text(text) for part in (PAN[:5], PAN[5:9], "dbbbb"))


def test_long_programs_may_not() -> None:
    """They could spell out everything there is to say."""
    sql = "DO $$ BEGIN RAISE EXCEPTION 'made up'; END $$ --" + "x" * 10_000

    assert "made up" not in SpokenWording(*MASKS, "postgres", sql).text("made up")


def test_a_program_is_told_with_the_line_end_that_the_driver_has() -> None:
    """psycopg2's notices and errors end with one."""
    words = SpokenWording(*MASKS, "postgres", "DO $$ BEGIN RAISE NOTICE 'hi'; END $$")

    assert ["NOTICE:  hi\n", "NOTICE:  hi"] == [words.text(text) for text in ("NOTICE:  hi\n", "NOTICE:  hi")]


def test_arguments_are_read_by_their_place() -> None:
    """A number that is a code stays one; the same number as the text does not."""
    error = Exception(1062, PAN[:4], 1062)
    scrub_exception(error, withheld("mysql"), Scrub(arguments=("number", "text")))

    assert 1062 == error.args[0]
    assert PAN[:4] not in error.args
    assert 1062 not in error.args[1:]


def test_what_the_operating_system_says_stays() -> None:
    """It knows no data; an OSError without a number is a library's own."""
    errors = [ConnectionResetError(104, "Connection reset by peer"), OSError(PAN[:5])]
    for error in errors:
        scrub_exception(error, withheld())

    assert (104, "Connection reset by peer") == errors[0].args
    assert PAN[:5] not in str(errors[1])


def test_what_cannot_be_decoded_is_not_quoted() -> None:
    """A UnicodeDecodeError holds all the bytes."""
    data = PAN.encode() + b"\xff"
    errors = [UnicodeDecodeError("utf-8", data, 16, 17, "invalid start byte") for _ in range(2)]
    for error, words in zip(errors, (Wording(*MASKS), withheld()), strict=True):
        scrub_exception(error, words)

    assert [b"", b""] == [error.object for error in errors]
    assert not any(PAN in repr((error, error.args, str(error))) for error in errors)
