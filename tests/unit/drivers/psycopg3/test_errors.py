"""Exceptions, notices and notifications: sanitised in every attribute, otherwise psycopg's own."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors, pq

from pcishield.drivers.generic.postgres import redact_detail
from pcishield.drivers.psycopg._errors import error_class, make_scrub
from pcishield.exceptions import AuditUnavailable, MaskingError, StatementDenied, bind_error
from pcishield.runtime.scrub import Wording, scrub_exception
from pcishield.testing import assert_no_pan
from tests.unit.drivers.psycopg3.conftest import PAN


def never(name: str) -> bool:
    """No column is classified."""
    return False


def cvv(name: str) -> bool:
    """Columns called cvv are."""
    return name == "cvv"


DETAILS = [
    ("23502", "Failing row contains (1, a), b).", "Failing row contains ([redacted])."),
    ("23514", "Failing row contains (1, x\ny).", "Failing row contains ([redacted])."),
    ("23514", "Zeile (1, 2) ist falsch.", "Zeile ([redacted]) ist falsch."),
    ("23505", "Key (id)=(1) already exists.", "Key (id)=(1) already exists."),
    ("23505", "Key (cvv)=(123) already exists.", "Key (cvv)=([redacted]) already exists."),
    ("23505", 'Key (id, "cvv")=(1, 123) already exists.', 'Key (id, "cvv")=([redacted]) already exists.'),
    ("23505", "Key (lower(cvv))=(a) b) already exists.", "Key (lower(cvv))=([redacted]) already exists."),
    (
        "23P01",
        "Key (cvv)=(1) conflicts with existing key (cvv)=(2).",
        "Key (cvv)=([redacted]).",
    ),
    ("23503", 'Key (cvv)=(1) is not present in table "t".', 'Key (cvv)=([redacted]) is not present in table "t".'),
]


@pytest.mark.parametrize(("state", "detail", "expected"), DETAILS)
def test_details_are_redacted(state: str, detail: str, expected: str) -> None:
    """Values without column names go; those with, if a column is classified."""
    assert expected == redact_detail(state, detail, cvv)


def raised(call: Callable[[], Any]) -> Any:
    """Return what ``call`` raises."""
    with pytest.raises(psycopg.Error) as caught:
        call()
    return caught.value


def everything(error: Any) -> str:
    """All that can be read off an exception of psycopg's."""
    diag = {name: getattr(error.diag, name) for name in dir(error.diag) if not name.startswith("_")}
    return repr([str(error), repr(error), error.args, diag, traceback.format_exception(error), vars(error)])


def test_class_state_and_identity_stay(connection: Any) -> None:
    """``except`` clauses, SQLSTATE, diag and the result of an error without card data are as before."""
    error = raised(lambda: connection.execute("SELECT * FROM no_such"))

    assert errors.UndefinedTable is type(error)
    assert "42P01" == error.sqlstate == error.diag.sqlstate
    assert pq.ExecStatus.FATAL_ERROR == error.pgresult.status
    assert 'relation "no_such" does not exist' == error.diag.message_primary


def test_a_failing_row_is_not_repeated(connection: Any) -> None:
    """A constraint error tells what is wrong, and not the row."""
    error = raised(lambda: connection.execute("UPDATE cards SET cvv = NULL WHERE id = 1"))

    assert errors.NotNullViolation is type(error)
    assert ("cards", "cvv") == (error.diag.table_name, error.diag.column_name)
    assert_no_pan(everything(error))
    assert "Failing row contains ([redacted])." == error.diag.message_detail
    assert "Failing row contains ([redacted])." in str(error)


def test_a_key_that_is_no_card_data_is_still_told(connection: Any) -> None:
    """Applications read the duplicate key from DETAIL."""
    error = raised(lambda: connection.execute("INSERT INTO cards (id, cvv) VALUES (1, 'x')"))

    assert "Key (id)=(1) already exists." == error.diag.message_detail


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT 'x{PAN}'::int",
        f"SELECT nothing FROM cards WHERE pan = '{PAN}'",
        f"DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = '{PAN}', HINT = '{PAN}', COLUMN = '{PAN}'; END $$",
        f"DO $$ BEGIN EXECUTE 'SELECT x, {PAN}'; END $$",
    ],
)
def test_card_numbers_in_messages_are_masked(connection: Any, query: str) -> None:
    """Message, detail, hint, context and constraint values."""
    assert_no_pan(everything(raised(lambda: connection.execute(query))))


def test_refusals_can_be_pickled(make_shield: Any, pg_dsn: str) -> None:
    """A worker process hands them to its parent."""
    denying = make_shield(policy={"name": "none", "schema": 1, "default": "deny"})
    with denying.connect("psycopg", pg_dsn) as connection, pytest.raises(StatementDenied) as refused:
        connection.execute("SELECT 1")
    again = pickle.loads(pickle.dumps(refused.value))

    assert isinstance(again, psycopg.errors.InsufficientPrivilege)
    assert (str(refused.value), refused.value.record_id, "42501") == (str(again), again.record_id, again.sqlstate)


def test_sanitised_errors_can_be_copied_and_pickled(connection: Any) -> None:
    """What was taken out does not come back."""
    error = raised(lambda: connection.execute(f"SELECT 'x{PAN}'::int"))

    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(error) is type(other)
        assert error.diag.message_primary == other.diag.message_primary
        assert_no_pan(everything(other))


def test_errors_of_dumpers_show_no_parameter(connection: Any) -> None:
    """An exception on the way in is sanitised too."""
    assert_no_pan(everything(raised(lambda: connection.execute("SELECT %b", ({"a": PAN},)))))


def test_a_failed_connect_keeps_no_password() -> None:
    """The remains of the connection hang on the exception; the password does not."""
    error = raised(lambda: psycopg.connect("host=127.0.0.1 port=1 user=u password=sesame connect_timeout=2"))
    assert "sesame" in repr(error.pgconn)

    scrub_exception(error, Wording(str, lambda value: value), make_scrub(never))

    assert "sesame" not in repr(error.pgconn)
    assert b"u" == error.pgconn.user


def test_a_guarded_connect_that_fails_keeps_no_password(guarded: Any) -> None:
    """The same through the guarded connect."""
    error = raised(lambda: guarded.connect("host=127.0.0.1 port=1 user=u password=sesame connect_timeout=2"))

    assert psycopg.OperationalError is type(error)
    assert "sesame" not in repr([error.pgconn, error.args, vars(error)])


@pytest.mark.parametrize("ours", [StatementDenied("no"), AuditUnavailable("no"), MaskingError("no")])
def test_ours_have_every_attribute_of_theirs(ours: Any) -> None:
    """Handlers that look at a psycopg error find what they look for."""
    error: Any = bind_error(ours, error_class(ours))

    assert isinstance(error, psycopg.Error)
    assert (None, None, None) == (error.pgconn, error.pgresult, error.diag.severity)
    expected = psycopg.OperationalError if isinstance(ours, AuditUnavailable) else errors.InsufficientPrivilege
    assert isinstance(error, expected)


def test_notices_are_masked(connection: Any) -> None:
    """Every field of a notice; handlers can be removed again."""
    seen: list[Any] = []

    def handler(diag: Any) -> None:
        seen.append((diag.severity, diag.message_primary, diag.message_detail, diag.message_hint))

    connection.add_notice_handler(handler)
    body = f"RAISE NOTICE 'to %', '{PAN}' USING DETAIL = '{PAN}', HINT = 'plain';"
    connection.execute(f"DO $$ BEGIN {body} END $$")
    connection.remove_notice_handler(handler)
    connection.execute(f"DO $$ BEGIN {body} END $$")

    ((severity, primary, detail, hint),) = seen
    assert ("NOTICE", "plain") == (severity, hint)
    assert_no_pan([primary, detail])


def test_notifications_are_masked(connect: Callable[..., Any]) -> None:
    """By generator and by handler; the channel and pid are the sender's."""
    connection, sender = connect(autocommit=True), connect(autocommit=True)
    seen: list[Any] = []
    connection.execute("LISTEN here")
    sender.execute(f"NOTIFY here, 'for {PAN}'")
    (notify,) = connection.notifies(timeout=5, stop_after=1)
    connection.add_notify_handler(seen.append)
    sender.execute(f"NOTIFY here, 'for {PAN}'")
    connection.execute("SELECT 1")

    assert [notify] == seen
    assert ("here", sender.info.backend_pid) == (notify.channel, notify.pid)
    assert notify.payload.startswith("for ")
    assert_no_pan(notify.payload)


def test_a_copy_in_the_making_has_no_libpq_connection_yet(connection: Any) -> None:
    """psycopg's finalizer asks ``hasattr(connection, "pgconn")``."""
    unmade = type(connection).__new__(type(connection))

    assert not hasattr(unmade, "pgconn")
