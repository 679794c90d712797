"""Rows: masked whoever made the cursor and whatever makes the row, and otherwise what psycopg gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import rows
from psycopg.adapt import Loader

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.testing import assert_no_pan
from tests.unit.drivers.psycopg3.conftest import PAN, ROWS, results

MASKED = Masker().mask(PAN, "pan")
CURSORS = (psycopg.Cursor, psycopg.ClientCursor, psycopg.RawCursor)


@dataclass
class Card:
    id: int
    pan: str


FACTORIES = {
    "tuple": (rows.tuple_row, (1, MASKED)),
    "dict": (rows.dict_row, {"id": 1, "pan": MASKED}),
    "class": (rows.class_row(Card), Card(1, MASKED)),
    "args": (rows.args_row(Card), Card(1, MASKED)),
    "kwargs": (rows.kwargs_row(Card), Card(1, MASKED)),
    "scalar": (rows.scalar_row, 1),
}


@pytest.mark.parametrize(("factory", "expected"), FACTORIES.values(), ids=FACTORIES)
@pytest.mark.parametrize("cls", CURSORS)
def test_row_factories_get_masked_values(connection: Any, cls: Any, factory: Any, expected: Any) -> None:
    """Every row factory makes its kind of row, of masked values, with every class of cursor."""
    cursor = cls(connection, row_factory=factory)
    cursor.execute("SELECT id, pan FROM cards ORDER BY id")

    assert expected == cursor.fetchone()


def test_namedtuples_are_masked(connection: Any) -> None:
    """Named tuples keep their names."""
    connection.row_factory = rows.namedtuple_row

    row = connection.execute("SELECT id, pan FROM cards").fetchone()

    assert (("id", "pan"), MASKED) == (row._fields, row.pan)


def test_values_without_card_data_are_untouched(connection: Any) -> None:
    """Types and identity of what holds no card data are the driver's."""
    query = "SELECT 1, 2.5::numeric, 'a', NULL, ARRAY['x', NULL], '{\"a\": [1]}'::jsonb, true, '\\x00ff'::bytea"

    assert [(1, Decimal("2.5"), "a", None, ["x", None], {"a": [1]}, True, b"\x00\xff")] == connection.execute(
        query
    ).fetchall()


def test_a_verification_code_is_redacted_in_any_type(connection: Any) -> None:
    """A column declared by its name is redacted even in a type that cannot hold a card number."""
    connection.execute("CREATE TEMP TABLE codes (id int, cvv int, cvc smallint)")
    connection.execute("INSERT INTO codes VALUES (7, 123, 456)")

    (row,) = connection.execute("SELECT id, cvv, cvc FROM codes").fetchall()

    assert 7 == row[0]
    assert not {123, 456} & set(row)


def test_the_cursor_stays_of_the_users_class(connect: Callable[..., Any]) -> None:
    """A cursor factory at connect gives cursors of that class, with its attributes, masked."""

    class Counting(psycopg.Cursor[Any]):
        fetched = 0

        def fetchone(self) -> Any:
            self.fetched += 1
            return super().fetchone()

    cursor = connect(cursor_factory=Counting).cursor()
    cursor.execute(f"SELECT '{PAN}'")

    assert isinstance(cursor, Counting)
    assert (MASKED,) == cursor.fetchone()
    assert 1 == cursor.fetched


def test_a_subclass_that_rewrites_sql_is_judged_by_what_is_sent(
    connection: Any, log: Any, make_shield: Callable[..., Any]
) -> None:
    """An overridden execute() cannot hide the statement that psycopg gets."""

    class Rewriting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            return super().execute("SELECT pan FROM cards", *args, **kwargs)

    cursor = Rewriting(connection)
    cursor.execute("SELECT 1")

    assert [(MASKED,)] * ROWS == cursor.fetchall()
    (attempt,) = [record for record in log.records if record["type"] == "attempt"]
    assert {"cards": "read"} == attempt["statement"]["tables"]


def test_scroll_and_rownumber_are_the_drivers(connection: Any) -> None:
    """Moving in a result works as before."""
    cursor = connection.execute("SELECT id FROM cards ORDER BY id")
    cursor.fetchone()
    cursor.scroll(1)

    assert 2 == cursor.rownumber
    assert (3,) == cursor.fetchone()
    with pytest.raises(IndexError):
        cursor.scroll(99, "absolute")


def test_results_of_several_statements_are_masked_each(connection: Any) -> None:
    """nextset, results() and set_result() show masked rows, each by its own columns."""
    cursor = connection.execute("SELECT pan FROM cards LIMIT 1; SELECT 5; SELECT cvv FROM cards LIMIT 1")

    found = results(cursor)

    assert [[(MASKED,)], [(5,)]] == found[:2]
    assert "123" not in repr(found)
    if hasattr(cursor, "set_result"):
        assert [(MASKED,)] == cursor.set_result(0).fetchall()
        cursor.set_result(0)
        assert found == [one.fetchall() for one in cursor.results()]


def test_stream_is_masked_and_counted(connection: Any, log: Any) -> None:
    """A stream is one operation; its RESULT has all rows."""
    found = list(connection.cursor().stream("SELECT pan FROM cards"))

    assert [(MASKED,)] * ROWS == found
    (result,) = [record for record in log.records if record["type"] == "result"]
    assert ROWS == result["rows"]


def test_a_stream_left_early_leaves_the_connection_usable(connection: Any) -> None:
    """Breaking out of a stream cancels the query, as psycopg does."""
    for row in connection.cursor().stream("SELECT pan FROM cards, generate_series(1, 1000)"):
        assert (MASKED,) == row
        break
    connection.rollback()

    assert (1,) == connection.execute("SELECT 1").fetchone()


@pytest.mark.parametrize("cls", [psycopg.ServerCursor, psycopg.RawServerCursor])
def test_server_side_cursors_are_masked_in_pages(connection: Any, log: Any, cls: Any) -> None:
    """Pages of a server-side cursor belong to the statement that declared it."""
    with cls(connection, "pages") as cursor:
        cursor.itersize = 3
        cursor.execute("SELECT pan FROM cards, generate_series(1, 5)")
        found = list(cursor)

    assert [(MASKED,)] * ROWS * 5 == found
    assert ["execute"] == [record["method"] for record in log.records if record["type"] == "attempt"]
    assert ROWS * 5 == sum(record.get("rows", 0) for record in log.records if record["type"] in ("result", "fetch"))


def test_server_side_cursor_of_connection_cursor(connection: Any) -> None:
    """``connection.cursor(name)`` is guarded, scrolls and closes."""
    with connection.cursor("named", scrollable=True) as cursor:
        cursor.execute("SELECT id, pan FROM cards ORDER BY id")
        cursor.fetchall()
        cursor.scroll(0, "absolute")

        assert (1, MASKED) == cursor.fetchone()
        assert "named" == cursor.name


def test_executemany_returning_is_masked(connection: Any) -> None:
    """Each result of executemany() is masked."""
    cursor = connection.cursor()
    cursor.executemany("SELECT pan, %s::int FROM cards WHERE id = 1", [(1,), (2,)], returning=True)

    assert [[(MASKED, 1)], [(MASKED, 2)]] == results(cursor)


def test_copies_of_a_row_are_masked_in_binary_and_prepared(connection: Any) -> None:
    """Binary results and prepared statements decode to the same masked values."""
    for _ in range(7):
        assert_no_pan(connection.execute("SELECT pan, number FROM cards WHERE id = %s", (1,), prepare=True).fetchall())
        assert_no_pan(connection.execute("SELECT pan, number FROM cards WHERE id = %s", (1,), binary=True).fetchall())


def test_row_factory_errors_are_the_applications_own(connection: Any) -> None:
    """An exception of a row maker passes as it is."""

    def factory(cursor: Any) -> Any:
        def make(values: Any) -> Any:
            raise LookupError("mine")

        return make

    cursor = connection.cursor(row_factory=factory)
    cursor.execute("SELECT pan FROM cards")
    with pytest.raises(LookupError, match="mine"):
        cursor.fetchone()


def test_statements_sent_by_user_code_called_back_are_recorded(
    connection: Any, connect: Callable[..., Any], attempts: Callable[[], list[str]]
) -> None:
    """A row factory that queries another guarded connection is no way around the log."""
    other = connect()

    def factory(cursor: Any) -> Any:
        other.execute("SELECT 'from a row factory'")
        return tuple

    connection.cursor(row_factory=factory).execute("SELECT 1").fetchall()

    assert 2 == len(attempts())


MANY = f"SELECT n, '{PAN}'::text || '' AS pan, 'note ' || n FROM generate_series(1, %s) n"


@pytest.mark.parametrize("count", [255, 256, 257, 1100])
def test_a_large_result_is_one(connection: Any, log: Any, count: int) -> None:
    """Whatever number of rows is masked at a time, they are all there once, in order, and counted as one result."""
    found = connection.execute(MANY, (count,)).fetchall()

    assert [(n, MASKED, f"note {n}") for n in range(1, count + 1)] == found
    (result,) = [record for record in log.records if record["type"] == "result"]
    assert count == result["rows"]
    assert {"pan pan": count} == result["masked"]


def test_a_value_late_in_a_large_result_that_cannot_be_masked_holds_all_of_it(connection: Any, log: Any) -> None:
    """Rows that were masked before it are not handed out either, and are not counted as handed out."""

    class Odd(Loader):
        def load(self, data: Any) -> Any:
            return Unprintable() if bytes(data) == b"(600,0)" else "a point"

    connection.adapters.register_loader("point", Odd)
    cursor = connection.execute("SELECT n, point(n, 0) FROM generate_series(1, 1100) n")

    with pytest.raises(MaskingError):
        cursor.fetchall()

    cursor.close()
    (result,) = [record for record in log.records if record["type"] == "result"]
    assert 0 == result["rows"]


class Unprintable:
    """What cannot be looked at."""

    def __str__(self) -> str:
        raise RuntimeError("no")
