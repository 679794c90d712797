"""Pipeline mode: results arrive later and in order, and each is masked by its own statement."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from pcishield.masking import Masker
from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import PAN, results

MASKED = Masker().mask(PAN, "pan")


def test_results_belong_to_their_statements(connection: Any) -> None:
    """Several cursors, fetched in another order than sent."""
    with connection.pipeline():
        pans = connection.execute("SELECT pan FROM cards WHERE id = 1")
        number = connection.execute("SELECT 5")
        parts = connection.execute("SELECT substr(pan, 1, 8) FROM cards WHERE id = 1")

        assert (5,) == number.fetchone()
        assert PAN[:8] not in repr(parts.fetchall())
        assert (MASKED,) == pans.fetchone()


def test_a_cursor_that_is_used_again_before_its_results_arrive(connection: Any) -> None:
    """Rows of the first statement are not masked as if they were the second's."""
    with connection.pipeline() as pipeline:
        cursor = connection.cursor()
        cursor.execute("SELECT substr(pan, 1, 8) FROM cards WHERE id = 1")
        cursor.execute("SELECT length(note) FROM cards WHERE id = 1")
        pipeline.sync()
        last = cursor.fetchall()
        for _ in range(30):
            cursor.execute("SELECT substr(pan, 1, 8) FROM cards WHERE id = 1")
            first = cursor.fetchall() if cursor.pgresult else []
            cursor.execute("SELECT 1")

            assert PAN[:8] not in repr(first)

    assert isinstance(last[0][0], int)


def test_results_are_recorded_when_they_have_come(connection: Any, log: RecordingLog) -> None:
    """One attempt and one result a statement, with the rows and the number of rows changed."""
    with connection.pipeline():
        cursor = connection.execute("SELECT id FROM cards")
        connection.execute("UPDATE cards SET note = 'x'")
        cursor.fetchall()

    results = [record for record in log.records if record["type"] == "result"]
    assert 2 == len(results)
    assert {4} == {record.get("rows", record.get("rowcount")) for record in results}


def test_a_late_error_is_the_failure_of_its_statement(connection: Any, log: RecordingLog) -> None:
    """The record says which statement failed, though the error came up in another call."""
    with pytest.raises(psycopg.errors.DivisionByZero), connection.pipeline() as pipeline:
        connection.execute("SELECT 1/0")
        connection.execute("SELECT 2")
        pipeline.sync()

    failures = [record for record in log.records if record["type"] == "result" and record["outcome"] == "failure"]
    assert "22012" == failures[0]["error"]["sqlstate"]


def test_executemany_in_a_pipeline(connection: Any) -> None:
    """executemany rides a pipeline that is already there."""
    with connection.pipeline():
        cursor = connection.cursor()
        cursor.executemany("SELECT pan, %s::int FROM cards WHERE id = 1", [(1,), (2,)], returning=True)

        assert [[(MASKED, 1)], [(MASKED, 2)]] == results(cursor)


def test_executemany_counts_rows(connection: Any, log: RecordingLog) -> None:
    """The RESULT of executemany has the rows of all executions."""
    cursor = connection.cursor()
    cursor.executemany("UPDATE cards SET note = %s", [("a",), ("b",)])

    assert 8 == cursor.rowcount
    assert [8] == [record["rowcount"] for record in log.records if record["type"] == "result"]


def test_cursors_go_on_after_the_pipeline(connection: Any) -> None:
    """A cursor used in a pipeline works outside of it, and the other way round."""
    cursor = connection.execute("SELECT 1")
    with connection.pipeline():
        cursor.execute("SELECT pan FROM cards WHERE id = 1")
        assert (MASKED,) == cursor.fetchone()
    cursor.execute("SELECT pan FROM cards WHERE id = 2")

    assert (MASKED,) == cursor.fetchone()
    assert isinstance(cursor, psycopg.Cursor)
