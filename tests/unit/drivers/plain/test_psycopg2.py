"""psycopg2: what it has beside PEP 249, on a live PostgreSQL."""

from __future__ import annotations

import copy
import datetime
import pickle
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import ApprovalDenied, ConfigurationError, StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded

psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")

from psycopg2 import extensions, extras, sql  # noqa: E402

pytestmark = pytest.mark.postgres
PAN = make_pan()


@pytest.fixture
def guarded(guard: Callable[..., Guarded]) -> Guarded:
    """psycopg2 with a table that holds a card."""
    guarded = guard("psycopg2")
    guarded.fill((1, PAN), (2, None))
    return guarded


def test_c_functions_take_the_guarded_connection(guarded: Guarded) -> None:
    """Where a proxy is refused: type registration, quoting, SQL composition."""
    connection = guarded.connect()
    extras.register_uuid(conn_or_curs=connection)
    key = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid, %s::date", (key, datetime.date(2026, 2, 3)))
        row = cursor.fetchone()
        cursor.execute(
            sql.SQL("SELECT {} FROM {} WHERE id = 2").format(sql.Identifier("id"), sql.Identifier(guarded.table))
        )
        composed = cursor.fetchall()

    assert (key, datetime.date(2026, 2, 3)) == row
    assert [(2,)] == composed
    assert '"a b"' == extensions.quote_ident("a b", connection)


def test_rows_keep_the_shape_of_their_factory(guarded: Guarded) -> None:
    """DictRow, RealDictRow and named tuples are made of masked cells, on plain and on named cursors."""
    connection = guarded.connect()
    for named in (None, "named"):
        for factory, kind in ((extras.DictCursor, extras.DictRow), (extras.RealDictCursor, extras.RealDictRow)):
            with connection.cursor(named, cursor_factory=factory) as cursor:
                cursor.execute(f"SELECT id, card_number FROM {guarded.table} ORDER BY id")
                rows = list(cursor)
            assert [kind, kind] == [type(row) for row in rows]
            assert [1, 2] == [row["id"] for row in rows]
            assert PAN not in repr(rows) and PAN[-4:] in repr(rows)


def test_a_connections_default_cursor_factory_is_guarded(guarded: Guarded, pg_dsn: str) -> None:
    """Given at connect, assigned later, or of a user's connection class."""
    for connection in (
        guarded.module.connect(pg_dsn, cursor_factory=extras.RealDictCursor),
        guarded.module.connect(pg_dsn, connection_factory=extras.RealDictConnection),
    ):
        with connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id = 1")
            assert PAN not in repr(cursor.fetchall())
        connection.cursor_factory = extras.NamedTupleCursor
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id = 1")
            assert PAN[-4:] == cursor.fetchone().card_number[-4:]
        connection.close()


def test_a_foreign_connection_gets_no_guarded_cursor(guarded: Guarded, pg_dsn: str) -> None:
    """A guarded cursor class around a raw connection would judge nothing: it refuses."""
    raw = psycopg2.connect(pg_dsn)
    with pytest.raises(StatementDenied, match="not guarded"):
        guarded.module.extensions.cursor(raw)
    raw.close()


def test_what_cannot_be_guarded_does_not_connect(guarded: Guarded, pg_dsn: str) -> None:
    """Replication connections, and what makes no connection of a guarded class: one clear error each."""
    raw = []

    def careless(dsn: str, **kwargs: object) -> Any:
        raw.append(psycopg2.extensions.connection(dsn))
        return raw[0]

    for factory, match in (
        (extras.LogicalReplicationConnection, "streams"),
        (lambda dsn, **kwargs: None, "NoneType that is not guarded"),
        (careless, "connection that is not guarded"),
        ("connection", "this is a str"),
    ):
        with pytest.raises(ConfigurationError, match=match):
            guarded.module.connect(pg_dsn, connection_factory=factory)
    assert [True] == [bool(one.closed) for one in raw]
    for name in ("LogicalReplicationConnection", "ReplicationCursor"):
        assert not hasattr(guarded.module.extras, name)


def test_a_function_makes_a_connection_of_a_guarded_class(guarded: Guarded, pg_dsn: str) -> None:
    """As psycopg2 allows it."""
    asked = []

    def factory(dsn: str, **kwargs: object) -> Any:
        asked.append(dsn)
        return guarded.module.extensions.connection(dsn)

    for connection in (
        guarded.module.connect(pg_dsn, connection_factory=factory),
        guarded.module.connect(pg_dsn, factory),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id = 1")
            assert PAN not in repr(cursor.fetchall())
        connection.close()
    assert [pg_dsn, pg_dsn] == asked


def test_the_password_is_nowhere(guarded: Guarded, pg_dsn: str) -> None:
    """connection.info has none, dsn has it crossed out, the log has no trace of it."""
    secret = "correct-horse"
    with_password = guarded.raw.extensions.make_dsn(pg_dsn, password=secret)
    connection = guarded.module.connect(with_password)
    shown = [connection.info.password, connection.dsn, connection.get_dsn_parameters(), repr(connection)]
    connection.close()

    assert secret not in repr(shown)
    assert secret not in repr(guarded.log.records)


def test_a_pool_hands_out_guarded_connections(guarded: Guarded, pg_dsn: str) -> None:
    """The second checkout too."""
    pool = guarded.module.pool.ThreadedConnectionPool(1, 2, pg_dsn)
    for _ in range(2):
        connection = pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id = 1")
            assert PAN not in repr(cursor.fetchall())
        pool.putconn(connection)
    pool.closeall()


def test_errors_keep_class_and_code(guarded: Guarded) -> None:
    """``except UniqueViolation`` works; the value of the key is not in message, pgerror or diag."""
    connection = guarded.connect()
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.UniqueViolation) as raised:
        cursor.execute(f"INSERT INTO {guarded.table} VALUES (%s, %s)", (1, PAN))
    connection.rollback()
    error = raised.value

    assert "23505" == error.pgcode
    assert "Key (id)=(1) already exists." == error.diag.message_detail
    assert f"{guarded.table}_pkey" == error.diag.constraint_name


def test_two_phase_commit_passes(guarded: Guarded, guard: Callable[..., Guarded]) -> None:
    """tpc_* are the driver's own; where the server has prepared transactions off, its error comes through."""
    connection = guarded.connect()
    connection.tpc_begin(connection.xid(1, "pcishield", "branch"))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {guarded.table} VALUES (3, 'x')")
    connection.tpc_rollback()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {guarded.table}")
        assert (2,) == cursor.fetchone()


def test_the_drivers_own_execute_values_runs_as_text(guard: Callable[..., Guarded]) -> None:
    """Taken from the raw module it merges parameters itself: judged as text, and its rows come back masked."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill()
    with guarded.connect().cursor() as cursor:
        rows = extras.execute_values(
            cursor, f"INSERT INTO {guarded.table} VALUES %s RETURNING *", [(1, PAN), (2, None)], fetch=True
        )

    assert [(1, f"{'*' * 12}{PAN[-4:]}"), (2, None)] == rows
    assert PAN not in repr(guarded.log.records)


def test_a_row_factory_sees_masked_rows(guarded: Guarded) -> None:
    """psycopg2's hook for making rows is called with none of the raw values."""
    seen: list[Any] = []

    class Row(list):
        def __init__(self, cursor: Any) -> None:
            self[:] = [None] * len(cursor.description)

        def __setitem__(self, key: Any, value: Any) -> None:
            if isinstance(key, int):
                seen.append(value)
            super().__setitem__(key, value)

    with guarded.connect().cursor() as cursor:
        cursor.row_factory = Row
        cursor.execute(f"SELECT card_number FROM {guarded.table} WHERE id = 1")
        row = cursor.fetchone()

    assert isinstance(row, Row)
    assert [f"{'*' * 12}{PAN[-4:]}"] == seen


@pytest.mark.postgres
@pytest.mark.parametrize("text", ["SELECT 'x' || %s || 1/0", "SELECT card_number FROM {0} WHERE id = %s"])
def test_the_query_of_a_failed_statement_is_masked(guarded: Guarded, text: str) -> None:
    """``cursor.query`` is what was sent, also when it failed and whatever ran before."""
    cursor = guarded.connect().cursor()
    found = []
    for first in ("", "SELECT 1"):
        if first:
            cursor.connection.rollback()
            cursor.execute(first)
        with pytest.raises(guarded.raw.DataError):
            cursor.execute(text.format(guarded.table), (f"x{PAN}",))
        found.append(bytes(cursor.query))

    assert not any(PAN.encode() in query for query in found)
    assert all(query.startswith(b"SELECT '" if "||" in text else b"SELECT card_number") for query in found)


def test_methods_of_info_do_not_lead_to_the_drivers_object(guarded: Guarded) -> None:
    """That one has the password and clear messages."""
    info = guarded.connect().info

    assert "UTF8" == info.parameter_status("client_encoding")
    assert not hasattr(info.parameter_status, "__self__")
    kept = [getattr(info, name) for name in type(info).__slots__]
    assert not any(hasattr(value, "password") for value in kept)


def test_the_password_of_info_is_text_as_the_drivers_is(guarded: Guarded) -> None:
    """It is empty, and of the type that the driver's own has."""
    assert "" == guarded.connect().info.password


def test_a_cursor_class_without_init_gets_the_drivers_error(guarded: Guarded) -> None:
    """A subclass that does not call ``cursor.__init__`` has no connection to guard: InterfaceError, as raw."""

    class Badly(guarded.module.extensions.cursor):
        def __init__(self) -> None:
            pass

    cursor = Badly()
    for call in (lambda: cursor.execute("SELECT 1"), lambda: cursor.executemany("SELECT 1", [])):
        with pytest.raises(psycopg2.InterfaceError):
            call()


@pytest.mark.parametrize("isolation", [None, "SERIALIZABLE"])
@pytest.mark.parametrize("autocommit", [False, True])
def test_what_the_guard_asks_leaves_no_trace(
    guard: Callable[..., Guarded], isolation: str | None, autocommit: bool
) -> None:
    """The catalog is read before the first statement: cursors made before are valid, and settings as they were."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    connection.set_session(isolation_level=isolation, autocommit=autocommit)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        before = cursor.fetchall()
        connection.rollback()
        named = connection.cursor("made_before", withhold=autocommit)
        named.execute(f"SELECT id FROM {guarded.table}")
        assert [(1,)] == named.fetchall()
        cursor.execute("SHOW transaction_isolation")
        assert before == cursor.fetchall()
        cursor.execute("SHOW statement_timeout")
        assert [("0",)] == cursor.fetchall()
    assert autocommit == connection.autocommit
    assert (0 if autocommit else 2) == connection.get_transaction_status()


def test_an_error_keeps_its_class_when_it_is_masked(guard: Callable[..., Guarded]) -> None:
    """Applications look at the class and its bases (peewee does); the error, its copies and its cursor show no card."""
    guarded = guard("psycopg2", policy=ALLOW_ALL)
    guarded.fill()
    with guarded.connect().cursor() as cursor:
        cursor.execute(f"ALTER TABLE {guarded.table} ADD CHECK (id > 0)")
        with pytest.raises(psycopg2.errors.CheckViolation) as caught:
            cursor.execute(f"INSERT INTO {guarded.table} VALUES (-1, %s)", (PAN,))
        error = caught.value
        assert type(error) is psycopg2.errors.CheckViolation
        assert type(error).__bases__ == (psycopg2.IntegrityError,)
        assert error.cursor is cursor
    copies = [error, copy.copy(error), pickle.loads(pickle.dumps(error))]

    assert {("23514", error.pgerror, error.diag.message_detail)} == {
        (one.pgcode, one.pgerror, one.diag.message_detail) for one in copies
    }
    assert "Failing row contains ([redacted])" in error.pgerror
    assert PAN not in repr([(str(one), vars(one), one.args, one.__reduce__()) for one in copies])


def test_an_error_that_was_not_masked_is_pickled_as_the_drivers(guard: Callable[..., Guarded]) -> None:
    """With its code and its text."""
    with guard("psycopg2").connect().cursor() as cursor, pytest.raises(psycopg2.errors.UndefinedTable) as caught:
        cursor.execute("SELECT a FROM no_such_table WHERE a = 1")
    again = pickle.loads(pickle.dumps(caught.value))

    assert (caught.value.pgcode, caught.value.pgerror) == (again.pgcode, again.pgerror)
    assert "42P01" == again.pgcode


class _Failing:
    def __conform__(self, protocol: Any) -> Any:
        return self

    def getquoted(self) -> bytes:
        raise ZeroDivisionError("of its own")


class _Making(dict[str, Any]):
    def __missing__(self, key: str) -> int:
        return 7


class _Named:
    def __getitem__(self, key: str) -> Any:
        return {"a": 5}[key]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("SELECT 1", [object()]),
        ("SELECT 1", [_Failing()]),
        ("SELECT 1", [[object()]]),
        ("SELECT %s", [object()]),
        ("SELECT %s", [_Failing()]),
        ("SELECT %(a)s", {"a": 1, "b": {}}),
        ("SELECT %(a)s", {"a": {}}),
        ("SELECT %(a)s", _Making()),
        ("SELECT %(a)s", _Named()),
        ("SELECT %(b)s", _Named()),
        ("SELECT %(a)s", [object()]),
        ("SELECT %s", [psycopg2.Binary(b"x")]),
    ],
)
@pytest.mark.parametrize("method", ["execute", "executemany"])
def test_a_parameter_is_adapted_only_where_a_placeholder_asks_for_it(
    guarded: Guarded, pg_dsn: str, method: str, text: str, parameters: Any
) -> None:
    """So what cannot be adapted matters only there, and a mapping may make values that it does not list."""
    outcomes = []
    for connection in (psycopg2.connect(pg_dsn), guarded.connect()):
        cursor = connection.cursor()
        try:
            getattr(cursor, method)(text, [parameters] if method == "executemany" else parameters)
            outcomes.append(bytes(cursor.query))
        except Exception as error:
            outcomes.append((type(error), str(error)))
        connection.close()

    assert outcomes[0] == outcomes[1]


def test_a_value_that_a_mapping_makes_is_judged(guarded: Guarded) -> None:
    """The guard looks at it as at one that is listed: it is SQL here."""

    class Making(dict[str, Any]):
        def __missing__(self, key: str) -> Any:
            return extensions.AsIs(f"card_number FROM {guarded.table}; DROP TABLE {guarded.table}")

    with pytest.raises(ApprovalDenied), guarded.connect() as connection:
        connection.cursor().execute("SELECT %(a)s", Making())


def test_the_query_after_a_refusal_is_judged_as_the_one_that_was_sent(guard: Callable[..., Guarded]) -> None:
    """Not as the refused one, in which nothing may be classified; on a named cursor the text before stays."""
    guarded = guard("psycopg2", approver=lambda request: "ddl" not in request.actions)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    for cursor in (connection.cursor(), connection.cursor("named")):
        cursor.execute(f"SELECT id FROM {guarded.table} WHERE card_number <> 'k987'")
        with pytest.raises(ApprovalDenied):
            cursor.execute("DROP TABLE no_such_table")
        assert b"k987" not in bytes(cursor.query or b"")


def test_the_query_of_an_insert_without_names_of_columns_has_no_literals(guarded: Guarded) -> None:
    """Any of its values may belong to a classified column."""
    cursor = guarded.connect().cursor()
    cursor.execute(f"INSERT INTO {guarded.table} VALUES (%s, %s)", (7, "k987"))

    assert b"k987" not in bytes(cursor.query)
