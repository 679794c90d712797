"""COPY: masked on the way out in every format, looked at on the way in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pcishield.drivers.generic.copy_out import TextCopyOut
from pcishield.exceptions import MaskingError, StatementDenied
from pcishield.masking import Masker
from pcishield.testing import RecordingLog, assert_no_pan
from tests.unit.drivers.psycopg3.conftest import PAN, ROWS, fill

MASKED = Masker().mask(PAN, "pan")


def copied(connection: Any, statement: str, params: Any = None) -> bytes:
    """Return everything that a COPY TO sends."""
    with connection.cursor().copy(statement, params) as copy:
        return b"".join(map(bytes, copy))


def test_text_keeps_everything_but_card_data(connection: Any) -> None:
    """Escapes, NULL, empty strings and delimiters of text format come out as PostgreSQL writes them."""
    query = f"SELECT E'a\\tb\\\\c\\nd', NULL, '', '{PAN}', 5"

    assert rf"a\tb\\c\nd	\N		{MASKED}	5".encode() + b"\n" == copied(connection, f"COPY ({query}) TO STDOUT")


@pytest.mark.parametrize(
    "options",
    [
        "WITH (FORMAT csv, HEADER)",
        "WITH CSV HEADER",
        "WITH (FORMAT csv, HEADER true, DELIMITER ';', QUOTE '''', ESCAPE '\\')",
        "WITH (FORMAT csv, HEADER, FORCE_QUOTE *)",
        "CSV HEADER QUOTE '\"' FORCE QUOTE pan",
        "WITH (FORMAT csv, HEADER, NULL 'none')",
    ],
)
def test_csv_can_be_read_back(connection: Any, options: str) -> None:
    """A CSV reader gets the same cells from a masked copy as from the masked rows."""
    query = "SELECT id, pan, E'x\"y;z''w\\\\,\\nv' AS odd, NULL AS nothing FROM cards ORDER BY id"
    text = copied(connection, f"COPY ({query}) TO STDOUT {options}").decode()
    other = "'''" in options
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=";" if other else ",",
        quotechar="'" if other else '"',
        escapechar="\\" if other else None,
        doublequote=not other,
    )

    header, *found = list(reader)

    assert ["id", "pan", "odd", "nothing"] == header
    nothing = "none" if "none" in options else ""
    assert [[str(n), MASKED, "x\"y;z'w\\,\nv", nothing] for n in range(1, ROWS + 1)] == found


def test_columns_are_those_of_the_table(connection: Any) -> None:
    """``COPY table`` and ``COPY table (columns)`` are masked by the names of the columns."""
    for source in ("cards", "cards (id, cvv, pan)", "pg_temp.cards", '"cards" ("id", "cvv")'):
        text = copied(connection, f"COPY {source} TO STDOUT").decode()

        assert ROWS == text.count("\n")
        assert "123" not in text
        assert_no_pan(text)


def test_derived_columns_are_redacted(connection: Any) -> None:
    """Lineage holds in COPY as it does in SELECT."""
    text = copied(connection, "COPY (SELECT substr(pan, 1, 8), length(pan) FROM cards) TO STDOUT").decode()

    assert PAN[:8] not in text
    assert ROWS == text.count("\t16\n")


def test_parameters_of_copy(connection: Any) -> None:
    """``copy()`` merges parameters itself."""
    assert MASKED.encode() + b"\n" == copied(connection, "COPY (SELECT pan FROM cards WHERE id = %s) TO STDOUT", (2,))


def test_bytes_as_hex_are_masked(connection: Any) -> None:
    """bytea comes as hexadecimal text; digits inside are found."""
    text = copied(connection, f"COPY (SELECT '{PAN}'::bytea) TO STDOUT").decode()

    assert PAN not in bytes.fromhex(text.strip().replace("\\", "").removeprefix("x")).decode()


def test_read_and_rows_are_masked(connection: Any) -> None:
    """read(), read_row() and rows() give masked records, typed when types were set."""
    statement = "COPY (SELECT id, pan FROM cards ORDER BY id) TO STDOUT"
    with connection.cursor().copy(statement) as copy:
        assert f"1\t{MASKED}\n".encode() == bytes(copy.read())
        assert ("2", MASKED) == copy.read_row()
        copy.set_types(["int4", "text"])
        assert [(3, MASKED), (4, MASKED)] == list(copy.rows())
        assert not copy.read()


def test_binary_is_decoded_and_masked(connection: Any) -> None:
    """A binary copy of masked text can be copied in again and holds the masked text."""
    query = "SELECT id, pan, note, NULL::int, '\\x00ff'::bytea, 1.5::numeric FROM cards WHERE id = 1"
    data = copied(connection, f"COPY ({query}) TO STDOUT WITH (FORMAT binary)")
    connection.execute("CREATE TEMP TABLE back (id int, pan text, note text, n int, data bytea, amount numeric)")
    pgconn = vars(connection)["pgconn"]
    pgconn.exec_(b"COPY back FROM STDIN WITH (FORMAT binary)")
    pgconn.put_copy_data(data)
    pgconn.put_copy_end()
    while pgconn.get_result():
        pass

    row = pgconn.exec_(b"SELECT pan, data, amount FROM back")
    assert (MASKED.encode(), b"\\x00ff", b"1.5") == tuple(row.get_value(0, n) for n in range(3))


@pytest.mark.parametrize("types", [None, ["int4", "text"]])
def test_binary_rows_are_masked(connection: Any, types: Any) -> None:
    """rows() of a binary copy, with types and without."""
    with connection.cursor().copy("COPY (SELECT id, pan FROM cards WHERE id = 1) TO STDOUT (FORMAT binary)") as copy:
        if types:
            copy.set_types(types)
        (row,) = copy.rows()

    assert ((1, MASKED) if types else (b"\0\0\0\1", MASKED.encode())) == tuple(
        cell if types else bytes(cell) for cell in row
    )


def test_a_number_has_no_room_for_a_mask_in_binary(connection: Any) -> None:
    """Eight bytes cannot hold a mask: an error that says what to do, and a connection that works on."""
    with pytest.raises(MaskingError, match="cast the column to text"):
        copied(connection, "COPY (SELECT number FROM cards) TO STDOUT (FORMAT binary)")
    connection.rollback()

    assert (1,) == connection.execute("SELECT 1").fetchone()


def test_unknown_options_are_refused_before_anything_is_sent(connection: Any, log: RecordingLog) -> None:
    """What cannot be read cannot be masked."""
    with pytest.raises(StatementDenied, match="options of this COPY are not understood"):
        copied(connection, "COPY cards TO STDOUT WITH (FORMAT json)")

    assert "attempt" not in [record["type"] for record in log.records]


def test_rows_of_csv_are_refused(connection: Any) -> None:
    """rows() splits at tabs: of a CSV it would give whole lines, which are not cells."""
    with (
        pytest.raises(StatementDenied, match="default text format"),
        connection.cursor().copy("COPY cards TO STDOUT CSV") as copy,
    ):
        copy.read_row()


def test_copy_is_one_statement_with_its_counts(connection: Any, log: RecordingLog) -> None:
    """An attempt before, a RESULT with rows and masked cells after."""
    copied(connection, "COPY (SELECT id, pan FROM cards) TO STDOUT")

    attempt, result = log.records[-2:]
    assert ("attempt", "copy", "result") == (attempt["type"], attempt["method"], result["type"])
    assert (ROWS, {"pan pan": ROWS}) == (result["rows"], result["masked"])


def test_row_limit_ends_a_copy(make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str) -> None:
    """A limit holds for COPY as for SELECT: cut off, or refused before the first row too many."""
    for exceeded in ("truncate", "error"):
        policy = {"name": "few", "schema": 1, "default": "allow", "limits": {"rows": 2, "on_exceeded": exceeded}}
        with make_shield(policy=policy, audit=log).guard(psycopg).connect(pg_dsn) as connection:
            fill(connection)
            if exceeded == "truncate":
                assert b"1\n2\n" == copied(connection, "COPY (SELECT id FROM cards ORDER BY id) TO STDOUT")
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="2 rows"):
                    copied(connection, "COPY (SELECT id FROM cards ORDER BY id) TO STDOUT")
            connection.rollback()


def test_copy_from_works_and_is_recorded(connection: Any, log: RecordingLog) -> None:
    """Text, rows, CSV and binary in: stored as given, with the number of rows in the record."""
    with connection.cursor().copy("COPY cards (id, pan, cvv) FROM STDIN") as copy:
        copy.write_row((11, PAN, "1"))
        copy.write("12\tx\t2\n")
    with connection.cursor().copy("COPY cards (id, pan, cvv) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int4", "text", "text"])
        copy.write_row((13, PAN, "3"))

    assert [2, 1] == [record["rowcount"] for record in log.records if record["type"] == "result"]
    stored = vars(connection)["pgconn"].exec_(b"SELECT pan FROM cards WHERE id > 10 ORDER BY id")
    assert [PAN.encode(), b"x", PAN.encode()] == [stored.get_value(n, 0) for n in range(3)]


def test_card_numbers_by_copy_are_judged_like_parameters(
    make_shield: Callable[..., Any], log: RecordingLog, pg_dsn: str
) -> None:
    """A policy without card numbers in parameters has none in COPY FROM either."""
    rules = [{"id": "no-pan", "effect": "deny", "when": {"pan_in_parameters": True}, "reason": "no card numbers"}]
    policy = {"name": "no-pan", "schema": 1, "default": "allow", "rules": rules}
    with make_shield(policy=policy, audit=log).guard(psycopg).connect(pg_dsn) as connection:
        fill(connection)
        with connection.cursor().copy("COPY cards (id, pan, cvv) FROM STDIN") as copy:
            copy.write_row((11, "no number", "1"))
        with (
            pytest.raises(StatementDenied, match="no card numbers"),
            connection.cursor().copy("COPY cards (id, pan, cvv) FROM STDIN") as copy,
        ):
            copy.write_row((12, PAN, "1"))
        connection.rollback()


def test_what_cannot_be_decoded_is_not_in_the_error(connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of Python's holds what it could not decode; ours is one of the driver's, for who catches those."""
    begin = TextCopyOut.__init__

    def as_utf_7(self: TextCopyOut, *args: Any) -> None:
        begin(self, *args)
        self._encoding = "utf-7"

    monkeypatch.setattr(TextCopyOut, "__init__", as_utf_7)
    with pytest.raises(MaskingError, match="not valid utf-7") as caught:
        copied(connection, f"COPY (SELECT '{PAN} +4@') TO STDOUT")

    assert isinstance(caught.value, psycopg.Error)
    assert caught.value.__cause__ is caught.value.__context__ is None
