"""Cursors of mysql.connector: what they hand out is masked, and they stay what they were."""

from __future__ import annotations

import io
from typing import Any

import mysql.connector as connector
import pytest

from pcishield.exceptions import ApprovalDenied
from pcishield.testing import RecordingLog, assert_no_pan
from tests.unit.drivers.mysql_connector.conftest import OTHER, PAN

pytestmark = pytest.mark.mysql

CURSORS = [
    {},
    {"buffered": True},
    {"raw": True},
    {"raw": True, "buffered": True},
    {"dictionary": True},
    {"dictionary": True, "buffered": True},
    {"prepared": True},
    {"prepared": True, "dictionary": True},
]
QUERY = "SELECT id, pan AS p, number, cvv, note, CONCAT('>', pan) AS c FROM {} ORDER BY id"


def cells(row: Any) -> list[Any]:
    """Return the values of a row of any shape."""
    return list(row.values()) if isinstance(row, dict) else list(row)


@pytest.fixture(params=CURSORS, ids=lambda options: "-".join(options) or "plain")
def options(request: pytest.FixtureRequest) -> dict[str, bool]:
    """Arguments of ``cursor()``, for every class that it makes."""
    return dict(request.param)


def test_every_fetch_is_masked(connection: Any, table: str, options: dict[str, bool]) -> None:
    """fetchone, fetchmany, fetchall, iteration and next hand out no card number and no verification code."""
    cursor = connection.cursor(**options)
    cursor.execute(QUERY.format(table))
    rows = [cursor.fetchone(), *cursor.fetchmany(1), *cursor.fetchall()]
    cursor.execute(QUERY.format(table))
    rows.append(next(cursor))
    rows.extend(cursor)

    assert len(rows) >= 6  # some versions' C fetchmany repeats a row
    for row in rows:
        assert 6 == len(row)
        assert_no_pan(cells(row))
        assert "123" not in str(cells(row)[3])


def test_shape_and_counts_are_the_drivers(connection: Any, raw: Any, table: str, options: dict[str, bool]) -> None:
    """Class, row type, description, row count and cells without card data are as the driver makes them."""
    seen = []
    for maker in (connection, raw):
        cursor = maker.cursor(**options)
        cursor.execute(f"SELECT id, 'x' AS t, NOW() - NOW() AS d, NULL AS n FROM {table} ORDER BY id")
        first, rest = cursor.fetchone(), cursor.fetchall()
        description, names = cursor.description, cursor.column_names
        seen.append((type(cursor).__name__, first, rest, cursor.rowcount, description, names))
        assert isinstance(cursor, type(raw.cursor(**options)))
        cursor.close()

    assert seen[1] == seen[0]


def test_rows_are_counted_when_handed_out(connection: Any, audited: Any, table: str, options: dict[str, bool]) -> None:
    """The driver's buffer and its look-ahead do not count: the log has what the application got."""
    cursor = connection.cursor(**options)
    cursor.execute(f"SELECT id FROM {table}")
    cursor.fetchone()
    connection.consume_results()
    connection.close()
    results = [record for record in audited.of("result") + audited.of("fetch") if "rows" in record]

    assert 1 == sum(record["rows"] for record in results)


def test_column_names_are_masked(connection: Any) -> None:
    """MySQL names a column after its expression, which may be a literal."""
    cursor = connection.cursor(dictionary=True)
    cursor.execute(f"SELECT '{PAN}', 2")
    rows = cursor.fetchall()

    assert_no_pan([cursor.description, cursor.column_names, [list(row) for row in rows]])
    assert "2" == cursor.column_names[1]


def test_undecoded_names_and_values_are_masked(guarded: Any, params: dict[str, Any], table: str) -> None:
    """Told not to decode, the C implementation gives bytes for names too."""
    connection = guarded.connect(**params, use_unicode=False)
    cursor = connection.cursor(dictionary=True)
    cursor.execute(f"SELECT '{PAN}', pan, cvv AS x FROM {table}")
    rows = cursor.fetchall()
    names = [bytes(n).decode() if not isinstance(n, str) else n for n in cursor.column_names]
    connection.close()

    assert_no_pan([names, [list(row.values()) for row in rows]])
    assert "123" not in str(rows)


def test_statement_text_shows_no_card_number(connection: Any) -> None:
    """``statement``, ``str()`` and ``_executed`` hold the parameters that the driver put in, masked."""
    cursor = connection.cursor()
    cursor.execute("SELECT %s", (PAN,))
    cursor.fetchall()
    shown = [cursor.statement, str(cursor), cursor._executed]

    assert_no_pan(shown)
    assert PAN[-4:] in cursor.statement


def test_statement_on_classified_columns_shows_no_literal(connection: Any, table: str) -> None:
    """A verification code looks like any number, so the text of a statement that names its column has no literals."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT id FROM {table} WHERE cvv = %s AND note LIKE %s", ("987", "Erika%"))
    cursor.fetchall()

    assert "987" not in cursor.statement
    assert "Erika" not in cursor.statement


@pytest.mark.parametrize("method", ["execute", "executemany"])
@pytest.mark.parametrize("options", [{}, {"prepared": True}], ids=["plain", "prepared"])
def test_the_text_of_a_failed_statement_shows_no_value(
    connection: Any, table: str, method: str, options: dict[str, bool]
) -> None:
    """It was sent as well, on a new cursor and after another statement."""
    cursor = connection.cursor(**options)
    for _ in range(2):
        parameters = (1, PAN, "987")
        with pytest.raises(connector.Error):
            getattr(cursor, method)(
                f"INSERT INTO {table} (id, pan, cvv, nosuch) VALUES (%s, %s, %s, 1)",
                [parameters] if method == "executemany" else parameters,
            )
        # Of mysql-connector 9.1, a compiled cursor that has run nothing has no statement, and fails when asked for it.
        shown = [getattr(cursor, "statement", None), str(cursor), cursor._executed]
        assert_no_pan(shown)
        assert "987" not in str(shown)
        cursor.execute("SELECT 1")
        cursor.fetchall()


def test_the_text_of_a_refused_statement_shows_no_value(make_shield: Any, params: dict[str, Any], table: str) -> None:
    """The driver keeps it, although it was not sent; one that is read no further keeps the text before."""
    shield = make_shield(approver=lambda request: "delete" not in request.actions)
    connection = shield.guard(connector).connect(**params)
    for before in ("SELECT 1", f"SELECT id FROM {table} WHERE cvv <> '987'"):
        cursor = connection.cursor()
        cursor.execute(before)
        with pytest.raises(ApprovalDenied):
            cursor.execute(f"DELETE FROM {table} WHERE cvv <> %s OR 1 = 1", ("987",))
        shown = [cursor.statement, str(cursor), cursor._executed]
        cursor.fetchall()
        cursor.close()
        assert "987" not in str(shown)
    connection.close()


@pytest.mark.parametrize("options", [{}, {"buffered": True}, {"prepared": True}], ids=["plain", "buffered", "prepared"])
@pytest.mark.parametrize("method", ["execute", "executemany"])
def test_a_refused_statement_leaves_the_cursor_as_a_failed_one(
    make_shield: Any, raw: Any, params: dict[str, Any], table: str, method: str, options: dict[str, bool]
) -> None:
    """The rows of the statement before are gone, and nothing was sent."""
    outcomes = []
    guarded = make_shield().guard(connector).connect(**params)
    for connection, name in ((raw, "no_such_table"), (guarded, table)):
        cursor = connection.cursor(**options)
        cursor.execute("SELECT 1 UNION ALL SELECT 2")
        cursor.fetchall()
        with pytest.raises(connector.Error) as raised:
            getattr(cursor, method)(f"DELETE FROM {name}", *([[(), ()]] if method == "executemany" else []))
        assert (connection is guarded) == isinstance(raised.value, ApprovalDenied)
        try:
            rows = cursor.fetchall()
        except (connector.Error, TypeError) as error:  # TypeError: mysql-connector 9.1, of a buffered compiled one
            rows = repr(error)
        outcomes.append((cursor.description, cursor.with_rows, rows))
    cursor = guarded.cursor()
    cursor.execute(f"SELECT COUNT(*) FROM {table}")
    assert [(3,)] == cursor.fetchall()
    guarded.close()

    assert outcomes[0] == outcomes[1]


def test_base_columns_count_whatever_the_alias(connection: Any, raw: Any, table: str) -> None:
    """``SELECT *``, an alias and an alias of a view's column hide nothing: the server says which column it is."""
    admin = raw.cursor()
    admin.execute(f"CREATE VIEW v_{table} AS SELECT id AS a, cvv FROM {table}")
    try:
        cursor = connection.cursor()
        for query in (
            f"SELECT * FROM v_{table}",
            f"SELECT cvv AS harmless FROM v_{table}",
            f"SELECT cvv x FROM {table}",
        ):
            cursor.execute(query)
            assert "123" not in str(cursor.fetchall())
    finally:
        connection.rollback()
        admin.execute(f"DROP VIEW v_{table}")


def test_foreign_cursor_is_guarded(connection: Any, raw: Any, audited: Any, table: str) -> None:
    """A cursor of the driver that somebody makes around a guarded connection is judged and masked at the gate."""
    cursor = type(raw.cursor())(connection)
    cursor.execute(f"SELECT pan, cvv FROM {table} WHERE id = %s", (1,))
    rows = cursor.fetchall()

    assert_no_pan(rows)
    assert "123" not in str(rows)
    assert "cmd_query" == audited.attempts()[-1][0]


def test_users_cursor_class_lies_above_the_guard(connection: Any, raw: Any, audited: Any, table: str) -> None:
    """What it adds to the SQL is judged, what it sees of rows is masked, and it stays the user's class."""
    seen = []

    class Mine(type(raw.cursor(dictionary=True))):  # type: ignore[misc]
        def execute(self, operation: str, params: Any = None, **options: Any) -> Any:
            return super().execute(f"{operation} LIMIT 1", params, **options)

        def fetchone(self) -> Any:
            row = super().fetchone()
            seen.append(row)
            return row and list(row.items())

    cursor = connection.cursor(cursor_class=Mine)
    cursor.execute(f"SELECT pan FROM {table}")
    row = cursor.fetchone()

    assert isinstance(cursor, Mine)
    assert_no_pan([row, seen])
    assert [("execute", f"SELECT pan FROM {table} LIMIT ?")] == audited.attempts()


def test_prepared_statement_is_judged_at_every_execution(connection: Any, audited: Any, table: str) -> None:
    """The second execution of a prepared statement sends no text, and is recorded all the same."""
    cursor = connection.cursor(prepared=True)
    query = f"SELECT pan FROM {table} WHERE id = %s"
    for number in (1, 2):
        cursor.execute(query, (number,))
        assert_no_pan(cursor.fetchall())

    assert 2 == len(audited.attempts())


def test_executemany_reads_an_iterator_before_it_sends(connection: Any, audited: Any, table: str) -> None:
    """Prepared cursors take iterators; all sets are seen by the guard and stored by the server."""
    cursor = connection.cursor(prepared=True)
    cursor.executemany(f"UPDATE {table} SET note = %s WHERE id = %s", ((f"n{n}", n) for n in (1, 2, 3)))
    cursor.close()
    cursor = connection.cursor()
    cursor.execute(f"SELECT note FROM {table} ORDER BY id")

    assert [("n1",), ("n2",), ("n3",)] == cursor.fetchall()
    assert 3 == audited.of("attempt")[0]["parameters"]["sets"]


def test_executemany_batches_as_the_driver_does(connection: Any, audited: Any, table: str) -> None:
    """A multi-row INSERT is one attempt, with the driver's row count."""
    cursor = connection.cursor()
    cursor.executemany(f"INSERT INTO {table} (id, note) VALUES (%s, %s)", [(n, "x") for n in range(10, 15)])

    assert 5 == cursor.rowcount
    assert ["executemany"] == [method for method, _ in audited.attempts()]
    assert 5 == audited.of("result")[0]["rowcount"]


def test_files_as_parameters_are_looked_at(connection: Any, implementation: str, audited: Any, table: str) -> None:
    """A prepared cursor of the pure implementation streams files; their content counts as any other value."""
    if implementation == "c":
        pytest.skip("the C implementation takes no files")
    cursor = connection.cursor(prepared=True)
    cursor.execute(f"UPDATE {table} SET note = ? WHERE id = ?", (io.BytesIO(PAN.encode()), 1))
    cursor.close()
    plain = connection.cursor()
    plain.execute(f"SELECT LENGTH(note) FROM {table} WHERE id = 1")

    assert [(len(PAN),)] == plain.fetchall()
    assert audited.of("attempt")[0]["parameters"]["pan"] is True


def test_query_attributes_are_looked_at(connection: Any, audited: Any) -> None:
    """Query attributes travel with the statement, and SQL can read them."""
    cursor = connection.cursor()
    cursor.add_attribute("card", PAN)
    with pytest.warns(Warning, match="Query Attributes") if not hasattr(connection, "_cmysql") else _quiet():
        cursor.execute("SELECT 1")
    cursor.fetchall()
    cursor.clear_attributes()

    assert audited.of("attempt")[0]["parameters"]["pan"] is True


class _quiet:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        return None


def test_text_that_changes_its_mind_is_sent_as_it_was_judged(connection: Any, audited: Any) -> None:
    """A str subclass may encode itself as something else than it looks."""

    class Sly(str):
        def encode(self, *args: Any) -> bytes:
            return b"SELECT 2"

    cursor = connection.cursor()
    cursor.execute(Sly("SELECT 1"))

    assert [(1,)] == cursor.fetchall()


def test_guarded_cursor_refuses_an_unguarded_connection(connection: Any, raw: Any) -> None:
    """The guarded class cannot be borrowed for a raw connection and then believed."""
    from pcishield.exceptions import StatementDenied

    cursor = type(connection.cursor())(raw)
    with pytest.raises(StatementDenied, match="not guarded"):
        cursor.execute("SELECT 1")


def test_broken_log_stops_statements_and_keeps_the_connection(
    connection: Any, log: RecordingLog, table: str, raw: Any
) -> None:
    """Without a record nothing runs, and the error is one of the driver's."""
    from pcishield.exceptions import AuditUnavailable

    cursor = connection.cursor()
    log.broken = True
    with pytest.raises(AuditUnavailable) as caught:
        cursor.execute(f"DELETE FROM {table} WHERE id = 1")
    log.broken = False
    cursor.execute(f"SELECT COUNT(*) FROM {table}")

    import mysql.connector

    assert isinstance(caught.value, mysql.connector.OperationalError)
    assert [(3,)] == cursor.fetchall()


def test_other_card_in_free_text_keeps_its_surroundings(connection: Any, table: str) -> None:
    """Only the number is masked."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT note FROM {table} WHERE id = 1")

    note = cursor.fetchone()[0]
    assert note.startswith("paid with ")
    assert note.endswith(f"{OTHER[-4:]} today")
