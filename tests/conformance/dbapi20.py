"""What PEP 249 asks of a driver, as tests by capability; every test runs on the raw driver and on the guarded one.

A driver joins with a subclass of :class:`DbApi20`, and of the classes below it for what it can do beyond the
mandatory, and a fixture ``api``: see ``test_dbapi20_sqlite3.py``.
A raw failure is an error in the test, a guarded one alone is an error in the guard.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

__all__ = ["Api", "DbApi20", "FetchNeedsResult", "NextSet", "TypeObjects", "approve_all"]

ERRORS = (
    "Warning", "Error", "InterfaceError", "DatabaseError", "DataError", "OperationalError", "IntegrityError",
    "InternalError", "ProgrammingError", "NotSupportedError",
)  # fmt: skip


@dataclass
class Api:
    """One driver, raw or guarded.

    Attributes:
        module: The raw driver or the guarded stand-in.
        raw: The raw driver.
        connect: Opens a connection to a database that is shared by all connections of one test.
        mark: Placeholder of one positional parameter.
        table: Name of a table that nobody else has.
        blob: Type of a column that holds bytes.
    """

    module: Any
    raw: Any
    connect: Callable[[], Any]
    mark: str
    table: str
    blob: str = "BLOB"
    opened: list[Any] = field(default_factory=list)

    def open(self) -> Any:
        """Connect, and close after the test."""
        connection = self.connect()
        self.opened.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection."""
        for connection in self.opened:
            try:
                connection.rollback()
                connection.close()
            except self.raw.Error:
                continue  # the test closed it itself


def approve_all(request: Any) -> Any:
    """Approve, as somebody else than the requester."""
    from pcishield.core.decision import ApprovalAnswer

    return ApprovalAnswer(approved=True, approver="conformance", reason="the suite makes its own tables")


class DbApi20:
    """The suite. Subclasses provide the fixture ``api``."""

    ROWS = (("Altbier", 3), ("Gose", 5), ("Kölsch", 7), ("Weisse", None))

    @pytest.fixture
    def connection(self, api: Api) -> Any:
        return api.open()

    @pytest.fixture
    def cursor(self, connection: Any) -> Any:
        return connection.cursor()

    @pytest.fixture
    def filled(self, api: Api, connection: Any, cursor: Any) -> Any:
        cursor.execute(f"CREATE TABLE {api.table} (name VARCHAR(40), stock INTEGER)")
        cursor.executemany(f"INSERT INTO {api.table} VALUES ({api.mark}, {api.mark})", list(self.ROWS))
        connection.commit()
        return cursor

    def select(self, api: Api, cursor: Any) -> Any:
        cursor.execute(f"SELECT name, stock FROM {api.table} ORDER BY name")
        return cursor

    # Module

    def test_module_globals_are_as_required(self, api: Api) -> None:
        """``apilevel``, ``threadsafety`` and ``paramstyle`` are there and are the driver's own."""

        assert "2.0" == api.module.apilevel
        assert api.raw.threadsafety == api.module.threadsafety
        assert api.raw.paramstyle == api.module.paramstyle

    @pytest.mark.parametrize("name", ERRORS)
    def test_error_classes_are_the_drivers_own(self, api: Api, name: str) -> None:
        """An ``except`` clause written for the driver catches what the guarded driver raises."""

        assert getattr(api.raw, name) is getattr(api.module, name)

    def test_error_tree_is_as_required(self, api: Api) -> None:
        """The exceptions inherit as PEP 249 draws it."""
        m = api.module

        assert issubclass(m.Warning, Exception)
        assert issubclass(m.InterfaceError, m.Error)
        assert issubclass(m.DatabaseError, m.Error)
        for name in ERRORS[4:]:
            assert issubclass(getattr(m, name), m.DatabaseError)

    def test_type_constructors_exist(self, api: Api) -> None:
        """``Date``, ``Time``, ``Timestamp`` and their ticks and ``Binary`` make what the driver's make."""

        assert datetime.date(2026, 2, 3) == api.module.Date(2026, 2, 3)
        assert datetime.time(4, 5, 6) == api.module.Time(4, 5, 6)
        assert datetime.datetime(2026, 2, 3, 4, 5, 6) == api.module.Timestamp(2026, 2, 3, 4, 5, 6).replace(tzinfo=None)
        assert type(api.raw.Binary(b"\x00beer")) is type(api.module.Binary(b"\x00beer"))
        for name in ("DateFromTicks", "TimeFromTicks", "TimestampFromTicks"):
            assert getattr(api.raw, name)(0) == getattr(api.module, name)(0)

    # Connection

    def test_commit_makes_changes_visible_to_others(self, api: Api, filled: Any) -> None:
        """Another connection sees what was committed."""
        other = self.select(api, api.open().cursor())

        assert list(self.ROWS) == [tuple(row) for row in other.fetchall()]

    def test_rollback_undoes(self, api: Api, connection: Any, filled: Any) -> None:
        """What was not committed is gone after a rollback."""
        filled.execute(f"DELETE FROM {api.table} WHERE stock = {api.mark}", (3,))
        connection.rollback()

        assert len(self.ROWS) == len(self.select(api, filled).fetchall())

    def test_closing_without_commit_rolls_back(self, api: Api, filled: Any) -> None:
        """Closing a connection rolls back what it did not commit."""
        other = api.open()
        other.cursor().execute(f"DELETE FROM {api.table} WHERE stock = {api.mark}", (3,))
        other.close()

        assert len(self.ROWS) == len(self.select(api, filled).fetchall())

    @pytest.mark.parametrize("method", ["cursor", "commit", "rollback"])
    def test_closed_connection_raises(self, api: Api, connection: Any, method: str) -> None:
        """A closed connection answers with the driver's ``Error``."""
        connection.close()

        if method == "cursor":
            with pytest.raises(api.raw.Error):
                connection.cursor().execute("SELECT 1")
        else:
            with pytest.raises(api.raw.Error):
                getattr(connection, method)()

    def test_cursors_of_one_connection_share_a_transaction(self, api: Api, connection: Any, filled: Any) -> None:
        """A second cursor sees what the first one did, before any commit."""
        filled.execute(f"INSERT INTO {api.table} VALUES ({api.mark}, {api.mark})", ("Zoigl", 9))
        second = self.select(api, connection.cursor())

        assert len(self.ROWS) + 1 == len(second.fetchall())
        second.close()

    # Cursor

    def test_description_is_none_without_a_result(self, api: Api, filled: Any) -> None:
        """``description`` is ``None`` before the first statement and after one that returns no rows."""
        fresh = filled.connection.cursor() if hasattr(filled, "connection") else api.open().cursor()

        assert None is fresh.description
        filled.execute(f"UPDATE {api.table} SET stock = 4 WHERE name = {api.mark}", ("Gose",))
        assert None is filled.description

    def test_description_has_seven_items_per_column(self, api: Api, filled: Any) -> None:
        """One item of seven per column, the name first."""
        description = self.select(api, filled).description

        assert ["name", "stock"] == [column[0] for column in description]
        # mysql.connector adds two of its own.
        assert all(len(column) >= 7 for column in description)

    def test_rowcount_counts_changes(self, api: Api, filled: Any) -> None:
        """``rowcount`` is the number of rows that a statement changed."""
        filled.execute(f"UPDATE {api.table} SET stock = 0 WHERE stock > {api.mark}", (3,))

        assert 2 == filled.rowcount

    def test_rowcount_is_minus_one_before_any_statement(self, api: Api, cursor: Any) -> None:
        """``rowcount`` says "unknown" until something ran."""

        assert -1 == cursor.rowcount

    def test_execute_takes_parameters(self, api: Api, filled: Any) -> None:
        """A value is bound, not interpolated."""
        hostile = f"x'; DROP TABLE {api.table}; --"
        filled.execute(f"INSERT INTO {api.table} VALUES ({api.mark}, {api.mark})", (hostile, 1))
        filled.execute(f"SELECT name FROM {api.table} WHERE name = {api.mark}", (hostile,))

        assert (hostile,) == tuple(filled.fetchone())

    def test_executemany_runs_each(self, api: Api, filled: Any) -> None:
        """Each parameter set is one execution, and ``rowcount`` is their sum."""
        filled.executemany(f"UPDATE {api.table} SET stock = {api.mark} WHERE name = {api.mark}",
                           [(1, "Gose"), (2, "Weisse")])  # fmt: skip

        assert 2 == filled.rowcount
        assert [3, 1, 7, 2] == [row[1] for row in self.select(api, filled).fetchall()]

    def test_executemany_with_nothing_does_nothing(self, api: Api, filled: Any) -> None:
        """No parameter set, no change."""
        filled.executemany(f"DELETE FROM {api.table} WHERE stock = {api.mark}", [])

        assert len(self.ROWS) == len(self.select(api, filled).fetchall())

    def test_null_is_none(self, api: Api, filled: Any) -> None:
        """SQL ``NULL`` is ``None``, both ways."""
        filled.execute(f"SELECT stock FROM {api.table} WHERE name = {api.mark}", ("Weisse",))

        assert (None,) == tuple(filled.fetchone())

    def test_binary_comes_back(self, api: Api, connection: Any, cursor: Any) -> None:
        """Every byte survives."""
        value = bytes(range(256))
        cursor.execute(f"CREATE TABLE {api.table} (content {api.blob})")
        cursor.execute(f"INSERT INTO {api.table} VALUES ({api.mark})", (api.module.Binary(value),))
        cursor.execute(f"SELECT content FROM {api.table}")

        assert value == bytes(cursor.fetchone()[0])
        connection.commit()

    # Fetching

    def test_fetchone_ends_with_none(self, api: Api, filled: Any) -> None:
        """Rows one by one, then ``None``, again and again."""
        self.select(api, filled)

        assert list(self.ROWS) == [tuple(filled.fetchone()) for _ in self.ROWS]
        assert None is filled.fetchone()
        assert None is filled.fetchone()

    def test_fetchmany_honours_arraysize_and_size(self, api: Api, filled: Any) -> None:
        """``fetchmany`` hands out ``arraysize`` rows, or as many as asked, or what is left, then none."""
        self.select(api, filled)

        assert 1 == filled.arraysize
        assert 1 == len(filled.fetchmany())
        assert 2 == len(filled.fetchmany(2))
        filled.arraysize = 10
        assert 1 == len(filled.fetchmany())
        assert [] == list(filled.fetchmany())

    def test_fetchall_takes_the_rest(self, api: Api, filled: Any) -> None:
        """After a ``fetchone``, ``fetchall`` has what is left; then nothing."""
        self.select(api, filled).fetchone()

        assert list(self.ROWS[1:]) == [tuple(row) for row in filled.fetchall()]
        assert [] == list(filled.fetchall())

    def test_fetchall_of_no_rows_is_empty(self, api: Api, filled: Any) -> None:
        """A result without rows is an empty sequence, not an error."""
        filled.execute(f"SELECT name FROM {api.table} WHERE stock = {api.mark}", (99,))

        assert [] == list(filled.fetchall())

    def test_iteration_hands_out_rows(self, api: Api, filled: Any) -> None:
        """A cursor is an iterator over its rows."""

        assert list(self.ROWS) == [tuple(row) for row in self.select(api, filled)]

    # The rest

    def test_input_and_output_sizes_are_accepted(self, api: Api, cursor: Any) -> None:
        """``setinputsizes`` and ``setoutputsize`` may do nothing, but exist where the driver has them."""
        for name, arguments in (("setinputsizes", ((25,),)), ("setoutputsize", (1000,))):
            if hasattr(api.open().cursor(), name):
                assert None is getattr(cursor, name)(*arguments)

    def test_closed_cursor_raises(self, api: Api, filled: Any) -> None:
        """A closed cursor answers with the driver's ``Error``."""
        filled.close()

        with pytest.raises(api.raw.Error):
            filled.execute("SELECT 1")

    def test_driver_errors_are_the_drivers_own(self, api: Api, cursor: Any) -> None:
        """A statement that the database rejects raises the driver's own class."""
        with pytest.raises(api.raw.DatabaseError):
            cursor.execute(f"SELECT nothing FROM {api.table}_absent")

    def test_integrity_error_is_told_apart(self, api: Api, connection: Any, cursor: Any) -> None:
        """A broken constraint is an ``IntegrityError``."""
        cursor.execute(f"CREATE TABLE {api.table} (id INTEGER PRIMARY KEY)")
        cursor.execute(f"INSERT INTO {api.table} VALUES ({api.mark})", (1,))
        connection.commit()

        with pytest.raises(api.raw.IntegrityError):
            cursor.execute(f"INSERT INTO {api.table} VALUES ({api.mark})", (1,))


class TypeObjects(DbApi20):
    """For a driver whose type codes compare with type objects."""

    def test_type_objects_compare_with_description(self, api: Api, filled: Any) -> None:
        """``STRING`` and ``NUMBER`` equal the type codes of a result's description."""
        description = self.select(api, filled).description

        assert api.module.STRING == description[0][1]
        assert api.module.NUMBER == description[1][1]


class FetchNeedsResult(DbApi20):
    """For a driver that raises where there is nothing to fetch from."""

    def test_fetch_without_result_raises(self, api: Api, filled: Any) -> None:
        """Fetching where there is no result set is an ``Error``."""
        filled.execute(f"UPDATE {api.table} SET stock = 4 WHERE name = {api.mark}", ("Gose",))

        for fetch in (filled.fetchone, filled.fetchmany, filled.fetchall):
            with pytest.raises(api.raw.Error):
                fetch()


class NextSet(DbApi20):
    """For a driver that keeps several results."""

    def test_nextset_goes_through_all_results(self, api: Api, filled: Any) -> None:
        """``nextset`` moves to the next result and is not true after the last."""
        filled.executemany(f"SELECT name FROM {api.table} WHERE stock = {api.mark}", [(3,), (5,)], returning=True)

        assert [("Altbier",)] == [tuple(row) for row in filled.fetchall()]
        assert filled.nextset()
        assert [("Gose",)] == [tuple(row) for row in filled.fetchall()]
        assert not filled.nextset()
