"""Ways out: rows are masked first, then become what the user's factories make of them."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import LimitExceeded, MaskingError
from pcishield.testing import make_pan

PAN = make_pan()
CARDS = f"CREATE TABLE c (id INTEGER PRIMARY KEY, card_number TEXT); INSERT INTO c VALUES (1, '{PAN}'), (2, NULL)"
NUMBERS = "CREATE TABLE n (n INTEGER); INSERT INTO n VALUES (1), (2), (3), (4), (5)"


def limited(**limits: Any) -> dict[str, Any]:
    """A policy that allows reading with limits."""
    rule = {"id": "read", "effect": "allow", "tolerate": ["bulk-export"], "limits": limits}
    return {"name": "limited", "schema": 1, "default": "deny", "rules": [rule]}


def test_row_factory_of_the_connection_is_taken_over_at_cursor_time(guarded: Any) -> None:
    """As with sqlite3: a cursor keeps the row factory that its connection had when it was made."""
    connection = guarded.filled(CARDS)
    connection.row_factory = sqlite3.Row
    early = connection.cursor()
    connection.row_factory = None
    late = connection.cursor()

    assert (sqlite3.Row, None) == (early.row_factory, late.row_factory)
    assert isinstance(early.execute("SELECT id FROM c").fetchone(), sqlite3.Row)
    assert tuple is type(late.execute("SELECT id FROM c").fetchone())


def test_row_has_masked_values_and_the_names(guarded: Any) -> None:
    """sqlite3.Row works by name and position, on masked values."""
    connection = guarded.filled(CARDS)
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT id, card_number FROM c").fetchone()

    assert ["id", "card_number"] == row.keys()
    assert row["card_number"] == row[1]
    assert (False, PAN[-4:]) == (PAN in row[1], row[1][-4:])


def test_row_factory_gets_the_guarded_cursor(guarded: Any) -> None:
    """What a row factory gets as cursor is the guarded one, with its description."""
    connection = guarded.filled(CARDS)
    seen: list[Any] = []
    cursor = connection.cursor()
    cursor.row_factory = lambda given, row: seen.append((given, given.description[0][0]))
    cursor.execute("SELECT id FROM c").fetchone()

    assert [(cursor, "id")] == seen


def test_row_factory_may_return_none(guarded: Any) -> None:
    """A row factory that returns None does not end the iteration."""
    connection = guarded.filled(CARDS)
    connection.row_factory = lambda cursor, row: None

    assert [None, None] == list(connection.execute("SELECT id FROM c"))


def test_text_factory_is_given_back_as_it_was_set(guarded: Any) -> None:
    """The user's text factory is what text_factory says, whatever stands in the driver meanwhile."""
    connection = guarded.connect()

    def decode(data: bytes) -> str:
        return data.decode("latin-1")

    assert str is connection.text_factory
    for factory in (bytes, bytearray, decode, str):
        connection.text_factory = factory
        assert factory is connection.text_factory


def test_text_factory_sees_text_only(guarded: Any) -> None:
    """Blobs, numbers and NULL do not pass a text factory, as without the guard."""
    connection = guarded.connect()
    connection.text_factory = lambda data: ("text", data)

    assert (("text", b"a"), b"b", 1, None, 1.5) == connection.execute("SELECT 'a', x'62', 1, NULL, 1.5").fetchone()


def test_text_that_is_no_utf8_reaches_a_text_factory(guarded: Any) -> None:
    """Bytes that no encoding knows arrive unchanged at a factory that can take them."""
    connection = guarded.connect()
    connection.text_factory = lambda data: data

    assert [(b"\xfa\xff",)] == connection.execute("SELECT CAST(x'FAFF' AS TEXT)").fetchall()


def test_fetchmany_goes_on_where_it_stopped(guarded: Any) -> None:
    """Sizes, arraysize and the end behave as sqlite3's."""
    cursor = guarded.filled(NUMBERS).execute("SELECT n FROM n")
    cursor.arraysize = 2

    assert [(1,), (2,)] == cursor.fetchmany()
    assert [(3,)] == cursor.fetchmany(1)
    assert [(4,), (5,)] == cursor.fetchmany(size=10)
    assert ([], None) == (cursor.fetchmany(), cursor.fetchone())


@pytest.mark.parametrize(
    "take",
    [
        lambda cursor: cursor.fetchall(),
        lambda cursor: cursor.fetchmany(5),
        lambda cursor: [cursor.fetchone() for _ in range(5)],
        list,
    ],
    ids=["fetchall", "fetchmany", "fetchone", "iteration"],
)
def test_a_row_limit_holds_on_every_fetch(guarded_sqlite3: Callable[..., Any], take: Callable[[Any], Any]) -> None:
    """More rows than the policy allows raise, also as sqlite3's error, whichever way they are fetched."""
    guarded = guarded_sqlite3(policy=limited(rows=3))
    cursor = guarded.filled(NUMBERS).execute("SELECT n FROM n")

    with pytest.raises(LimitExceeded) as raised:
        take(cursor)
    assert isinstance(raised.value, sqlite3.Error)


def test_truncation_ends_the_result(guarded_sqlite3: Callable[..., Any]) -> None:
    """With truncation the result ends at the limit, for every fetch after it."""
    guarded = guarded_sqlite3(policy=limited(rows=3, on_exceeded="truncate"))
    connection = guarded.filled(NUMBERS)
    whole, single = connection.execute("SELECT n FROM n"), connection.execute("SELECT n FROM n")

    assert [(1,), (2,), (3,)] == whole.fetchall()
    assert ([], None) == (whole.fetchall(), whole.fetchone())
    assert [(1,), (2,), (3,)] == list(single)
    assert [] == single.fetchmany(2)


def test_the_result_record_counts_what_was_fetched(guarded: Any) -> None:
    """RESULT waits for the rows: their number, and what was masked in which column."""
    guarded.filled(CARDS).execute("SELECT id, card_number FROM c").fetchall()
    (result,) = [r for r in guarded.log.records if r["type"] == "result"]

    assert 2 == result["rows"]
    assert {"card_number pan": 1} == result["masked"]


def test_rowcount_is_recorded(guarded: Any) -> None:
    """What a write changed is in its RESULT."""
    connection = guarded.filled(NUMBERS)
    connection.execute("UPDATE n SET n = n + 1 WHERE n > 2")

    assert 3 == guarded.log.records[-1]["rowcount"]


def test_a_failing_mask_hands_out_nothing(guarded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When masking breaks, MaskingError comes out instead of rows, and without the cell in it."""
    connection = guarded.filled(CARDS)
    plan = type(guarded.shield.masker.plan(None, ()))

    def broken(*arguments: Any) -> Any:
        raise RuntimeError(f"cannot mask {PAN}")

    monkeypatch.setattr(plan, "mask", broken)
    monkeypatch.setattr(plan, "mask_row", broken)

    for take in (lambda cursor: cursor.fetchall(), lambda cursor: cursor.fetchone(), next):
        with pytest.raises(MaskingError) as raised:
            take(connection.execute("SELECT card_number FROM c"))
        assert PAN not in repr(raised.value)
        assert raised.value.__cause__ is None


def test_an_error_during_a_fetch_is_recorded(permissive: Any) -> None:
    """A statement that fails on its second row is a failure in the log, not a success with one row."""
    connection = permissive.filled(NUMBERS)

    def fail(n: int) -> int:
        if n > 1:
            raise ValueError("no")
        return n

    connection.create_function("fail", 1, fail)
    cursor = connection.execute("SELECT fail(n) FROM n")

    with pytest.raises(sqlite3.OperationalError):
        cursor.fetchall()
    (result,) = [r for r in permissive.log.records if r["type"] == "result"]
    assert "failure" == result["outcome"]


def test_identities(guarded: Any) -> None:
    """Cursors know their guarded connection; execute returns the cursor; with returns the connection."""
    connection = guarded.connect()
    cursor = connection.cursor()

    assert connection is cursor.connection
    assert cursor is cursor.execute("SELECT 1")
    assert cursor is iter(cursor)
    with connection as entered:
        assert connection is entered
    assert isinstance(connection, sqlite3.Connection)
    assert isinstance(cursor, sqlite3.Cursor)
    assert isinstance(connection, guarded.module.Connection)
    assert isinstance(cursor, guarded.module.Cursor)


def test_connections_and_cursors_are_not_pickled(guarded: Any) -> None:
    """As with sqlite3, though the guarded classes are Python's."""
    connection = guarded.connect()

    for it in (connection, connection.cursor()):
        with pytest.raises(TypeError, match="cannot pickle"):
            pickle.dumps(it)


def test_transactions_end_with_the_block(guarded: Any) -> None:
    """with connection: commits, and rolls back on an error."""
    connection = guarded.filled(NUMBERS)
    with connection:
        connection.execute("INSERT INTO n VALUES (6)")
    with pytest.raises(LookupError), connection:
        connection.execute("INSERT INTO n VALUES (7)")
        raise LookupError

    assert (6,) == connection.execute("SELECT max(n) FROM n").fetchone()
    assert not connection.in_transaction


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "autocommit"), reason="autocommit is of Python 3.12")
def test_autocommit_is_the_drivers(guarded: Any) -> None:
    """PEP 249 transactions of Python 3.12 work: given at connect, and assigned."""
    connection = guarded.connect(autocommit=False)

    assert connection.in_transaction
    connection.autocommit = True
    assert (True, False) == (connection.autocommit, connection.in_transaction)
    connection.close()


def test_a_missing_database_is_the_drivers_error(guarded: Any, tmp_path: Any) -> None:
    """A path that cannot be opened raises sqlite3's error, and the session is closed in the log."""
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        guarded.module.connect(tmp_path / "no" / "such.db")

    assert ["connection.open", "connection.close"] == guarded.types("connection.open", "connection.close")


def test_a_uri_is_recorded_without_its_query(guarded: Any) -> None:
    """A URI may hold a key; its query is not in the log."""
    guarded.connect("file:secret?mode=memory&key=hunter2", uri=True)

    assert "hunter2" not in repr(guarded.log.records)
    assert "file:secret" == guarded.log.records[-1]["db"]["name"]
