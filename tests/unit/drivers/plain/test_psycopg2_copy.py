"""psycopg2: COPY both ways, on a live PostgreSQL."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import LimitExceeded, MaskedWriteBack, StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, approve

psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")

pytestmark = pytest.mark.postgres
PAN = make_pan()
MASKED = "*" * (len(PAN) - 4) + PAN[-4:]


@pytest.fixture
def filled(guard: Callable[..., Guarded]) -> Guarded:
    """psycopg2 under a policy that allows everything, with a table that holds a card."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill((1, PAN), (2, None))
    return guarded


class Broken(io.StringIO):
    """A file that cannot be read, or written to."""

    def read(self, size: int | None = -1) -> str:
        """Fail."""
        raise ZeroDivisionError("broken")

    def write(self, text: str) -> int:
        """Likewise."""
        raise ZeroDivisionError("broken")


def test_copy_from_is_judged_and_looked_through(guard: Callable[..., Guarded]) -> None:
    """A write like any other, by both methods; text and bytes."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill()
    connection = guarded.connect()
    with connection.cursor() as cursor:
        cursor.copy_from(io.StringIO("1\tone\n2\t\\N\n"), guarded.table)
        cursor.copy_from(io.BytesIO(b"3;three\n"), guarded.table, sep=";", columns=("id", "card_number"))
        cursor.copy_expert(f"COPY {guarded.table} FROM STDIN WITH (FORMAT csv)", io.StringIO("4,four\n"), size=2)
        count = cursor.rowcount
        cursor.execute(f"SELECT id, length(card_number) FROM {guarded.table} ORDER BY id")
        rows = cursor.fetchall()

    assert [(1, 3), (2, None), (3, 5), (4, 4)] == rows
    assert 1 == count
    assert ["copy_from", "copy_from", "copy_expert", "execute"] == [
        record["method"] for record in guarded.log.records if record["type"] == "attempt"
    ]


def test_copy_from_stores_no_mask_and_no_card_that_the_policy_does_not_allow(guard: Callable[..., Guarded]) -> None:
    """As a parameter would not be; the transaction is as after any error."""
    guarded = guard("psycopg2", approver=approve)
    guarded.fill()
    connection = guarded.connect()
    with connection.cursor() as cursor:
        with pytest.raises(MaskedWriteBack):
            cursor.copy_from(io.StringIO(f"1\t{'*' * 12}{PAN[-4:]}\n"), guarded.table)
        connection.rollback()
        cursor.execute(f"SELECT count(*) FROM {guarded.table}")
        assert (0,) == cursor.fetchone()


@pytest.mark.parametrize("make", [io.StringIO, io.BytesIO])
@pytest.mark.parametrize("autocommit", [False, True])
def test_copy_to_writes_masked_records(filled: Guarded, make: Callable[[], Any], autocommit: bool) -> None:
    """Text and bytes, by both methods, inside and outside of a transaction; unchanged bytes stay as they are."""
    connection = filled.connect()
    connection.autocommit = autocommit
    files = [make() for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.copy_to(files[0], filled.table, sep="|", null="-", columns=("id", "card_number"))
        count = cursor.rowcount
        cursor.copy_expert(f"COPY {filled.table} (card_number) TO STDOUT", files[1])
        query = f"SELECT card_number AS n, E'a\\tb\\n\"c' AS x FROM {filled.table} ORDER BY id"
        cursor.copy_expert(f"COPY ({query}) TO STDOUT CSV HEADER".encode(), files[2])
        cursor.execute("SELECT 1")
        assert [(1,)] == cursor.fetchall()
    texts = [value if isinstance(value := file.getvalue(), str) else value.decode() for file in files]

    assert f"1|{MASKED}\n2|-\n" == texts[0]
    assert f"{MASKED}\n\\N\n" == texts[1]
    assert [["n", "x"], [MASKED, 'a\tb\n"c'], ["", 'a\tb\n"c']] == list(csv.reader(io.StringIO(texts[2])))
    assert 2 == count
    assert (0 if autocommit else 2) == connection.get_transaction_status()


def test_copy_to_is_recorded_with_its_counts(filled: Guarded) -> None:
    """One attempt and one result each; asking for the columns is neither."""
    filled.log.records.clear()
    with filled.connect().cursor() as cursor:
        cursor.copy_to(io.StringIO(), filled.table)
    (attempt,) = (record for record in filled.log.records if record["type"] == "attempt")
    (result,) = (record for record in filled.log.records if record["type"] == "result")

    assert "copy_to" == attempt["method"]
    assert 2 == result["rows"]
    assert {"card_number pan": 1} == result["masked"]


def test_lineage_holds_in_copy_to(filled: Guarded) -> None:
    """A piece of a card number is none that a scanner knows."""
    file = io.StringIO()
    with filled.connect().cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT substr(card_number, 1, 9) FROM {filled.table} WHERE id = 1) TO STDOUT", file)

    assert PAN[:9] not in file.getvalue()


@pytest.mark.parametrize("options", ["(HEADER -0)", '(FORMAT csv, HEADER "false")', "CSV FORCE QUOTE q DELIMITER '|'"])
def test_the_first_record_is_no_header_and_cells_end_where_the_server_ends_them(filled: Guarded, options: str) -> None:
    """Options are taken as PostgreSQL takes them, or not at all: lineage would go to other cells."""
    file = io.StringIO()
    query = f"SELECT 'a,b,c'::text AS p, substr(card_number, 1, 9) AS q, 1 AS r FROM {filled.table} WHERE id = 1"
    with filled.connect().cursor() as cursor, contextlib.suppress(StatementDenied):
        cursor.copy_expert(f"COPY ({query}) TO STDOUT {options}", file)

    assert PAN[:9] not in file.getvalue()


def test_copy_to_fails_as_the_driver_does(filled: Guarded) -> None:
    """Statements that the server refuses, files that cannot be written to, files that fail."""
    connection = filled.connect()
    with connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.UndefinedTable) as caught:
            cursor.copy_to(io.StringIO(), "no_such_table")
        assert "42P01" == caught.value.pgcode
        with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
            cursor.copy_to(io.StringIO(), filled.table)
        connection.rollback()
        with pytest.raises(TypeError, match="writable"):
            cursor.copy_to(object(), filled.table)
        with pytest.raises(ZeroDivisionError):
            cursor.copy_to(Broken(), filled.table)
        connection.rollback()
        cursor.execute("SELECT 1")
        assert [(1,)] == cursor.fetchall()


def test_a_limit_ends_copy_to(guard: Callable[..., Guarded]) -> None:
    """As it ends a SELECT."""
    policy = ALLOW_ALL | {"limits": {"rows": 2}}
    guarded = guard("psycopg2", policy=policy)
    guarded.fill((1, "a"), (2, "b"), (3, "c"))
    file = io.StringIO()
    with guarded.connect().cursor() as cursor, pytest.raises(LimitExceeded):
        cursor.copy_to(file, guarded.table)

    assert file.getvalue().count("\n") <= 2


def test_what_cannot_be_masked_is_refused(filled: Guarded) -> None:
    """Nothing reaches the file."""
    connection = filled.connect()
    file = io.StringIO()
    with connection.cursor() as cursor:
        for query in (
            f"COPY {filled.table} TO STDOUT WITH (FORMAT binary)",
            f"COPY {filled.table} TO STDOUT WITH (FORMAT json)",
            f"COPY {filled.table} FROM STDIN; COPY {filled.table} TO STDOUT",
            f"COPY (INSERT INTO {filled.table} VALUES (9, '{PAN}') RETURNING *) TO STDOUT",
            f"SELECT * FROM {filled.table}",
        ):
            with pytest.raises(StatementDenied):
                cursor.copy_expert(query, file)
            connection.rollback()

    assert "" == file.getvalue()


def test_errors_of_copy_from_are_the_drivers(guard: Callable[..., Guarded]) -> None:
    """Of the file, of the arguments, of the server; none quotes a card number."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill()
    connection = guarded.connect()
    with connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error, match="ZeroDivisionError"):
            cursor.copy_from(Broken(), guarded.table)
        connection.rollback()
        with pytest.raises(TypeError):
            cursor.copy_from(object(), guarded.table)
        with pytest.raises(psycopg2.Error) as caught:
            cursor.copy_from(io.StringIO(f"{PAN}\tx\n"), guarded.table)
    with pytest.raises(psycopg2.InterfaceError):
        cursor.copy_from(io.StringIO(""), guarded.table)

    assert PAN not in f"{caught.value} {caught.value.pgerror} {caught.value.diag.context}"
