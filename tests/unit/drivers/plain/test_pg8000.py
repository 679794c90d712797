"""pg8000: its errors are the fields of the server's message, by their letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from pcishield.drivers.generic.messages import make_scrub
from pcishield.exceptions import StatementDenied
from pcishield.runtime.scrub import WithheldWording, Wording, scrub_exception
from pcishield.testing import RecordingLog, assert_no_pan, make_pan

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
PAN = make_pan()
ROW = {
    "S": "ERROR", "V": "ERROR", "C": "23502", "M": 'null value in column "id"', "t": "payment", "c": "id",
    "D": f"Failing row contains (null, {PAN}, 987, Erika).", "R": "ExecConstraints",
}  # fmt: skip


def scrubbed(fields: Any, words: Any = None) -> Any:
    """Return the argument of an error after it was masked."""
    error = ValueError(fields)
    plain = Wording(lambda text: text.replace(PAN, "[pan]"), lambda value: "[value]")
    scrub_exception(error, words or plain, make_scrub("postgres", lambda name: name == "cvv"))
    return error.args[0]


def test_a_row_in_a_detail_is_redacted() -> None:
    """No scanner knows a verification code or a name; what says which row it was stays."""
    assert {**ROW, "D": "Failing row contains ([redacted])."} == scrubbed(ROW)


def test_keys_of_classified_columns_are_redacted() -> None:
    """Those of others are told, card numbers in them masked."""
    taken = {"S": "ERROR", "C": "23505", "M": "duplicate key"}

    assert "Key (cvv)=([redacted]) already exists." == scrubbed({**taken, "D": "Key (cvv)=(987) already exists."})["D"]
    assert "Key (note)=([pan]) exists." == scrubbed({**taken, "D": f"Key (note)=({PAN}) exists."})["D"]


def test_what_a_statement_computes_is_withheld_and_the_code_told() -> None:
    """Handlers that look for ``args[0]["C"]`` keep working."""
    words = WithheldWording(str, lambda value: "[value]", "postgres", "SELECT 1")
    shown = scrubbed({"S": "ERROR", "C": "22P02", "M": 'invalid "1234"', "n": "n1234", "P": "8", "R": "x"}, words)

    assert {"S": "ERROR", "C": "22P02", "P": "8", "R": "x"} == {k: v for k, v in shown.items() if k != "M"}
    assert "1234" not in shown["M"]


@pytest.mark.parametrize("fields", [{}, {"M": "x"}, {"S": "ERROR", "C": "22P02", "M": 7}, {1: "x"}])
def test_other_dictionaries_are_values(fields: Any) -> None:
    """What is no message of the server's is masked like any value."""
    assert "[value]" == scrubbed(fields)


@pytest.fixture
def connection(pg_dsn: str, make_shield: Any, log: RecordingLog) -> Iterator[Any]:
    """A guarded connection, with a temporary table of a card."""
    pg8000 = pytest.importorskip("pg8000.dbapi", reason="pg8000 is an optional dependency")
    parts = urlsplit(pg_dsn)
    home = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    port = parts.port or 5432
    where = {"unix_sock": f"{home}/.s.PGSQL.{port}"} if home.startswith("/") else {"host": home, "port": port}
    made = make_shield(policy=ALLOW_ALL, audit=log).guard(pg8000).connect(
        user=unquote(parts.username or ""), password=unquote(parts.password or ""), database=parts.path[1:], **where
    )  # fmt: skip
    cursor = made.cursor()
    cursor.execute("CREATE TEMP TABLE payment (id int PRIMARY KEY, card_number text, cvv text, holder text)")
    cursor.execute("INSERT INTO payment VALUES (%s, %s, %s, %s)", (1, PAN, "987", "Erika"))
    made.commit()
    yield made
    made.close()


@pytest.fixture
def log() -> RecordingLog:
    """The shield's log."""
    return RecordingLog()


@pytest.mark.postgres
def test_rows_are_masked(connection: Any) -> None:
    """Lists, as the driver makes them; RETURNING too."""
    cursor = connection.cursor()
    cursor.execute("SELECT id, card_number, cvv FROM payment")
    row = cursor.fetchone()
    cursor.execute("UPDATE payment SET id = 2 RETURNING card_number")

    assert (list, 1, "[REDACTED:sad.cvc]") == (type(row), row[0], row[2])
    assert_no_pan([row, cursor.fetchall()])
    for name in ("execute_simple", "prepare_statement", "send_QUERY"):
        with pytest.raises(StatementDenied):
            getattr(connection, name)


@pytest.mark.postgres
def test_a_notice_is_held_to_what_its_statement_does(connection: Any) -> None:
    """As an error is: letters and texts are bytes, as the driver has them."""
    connection.cursor().execute("DO $$ BEGIN RAISE NOTICE 'of %', (SELECT card_number || cvv FROM payment); END $$")

    (notice,) = connection.notices
    assert b"NOTICE" == notice[b"S"]
    assert not any(value in b"".join(notice.values()) for value in (PAN.encode(), b"987"))


@pytest.mark.postgres
def test_ids_of_prepared_transactions_come_back(connection: Any) -> None:
    """``xid`` and ``tpc_recover`` return what the driver's do."""
    assert (1, "some-id", "") == connection.xid(1, "some-id", "")
    connection.rollback()
    assert isinstance(connection.tpc_recover(), list)


@pytest.mark.postgres
def test_sqlalchemy_engine_works(pg_dsn: str, make_shield: Any, log: RecordingLog) -> None:
    """Its dialect registers types on the connection; rows are masked, a server-side cursor's too."""
    sa = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is an optional dependency")
    pytest.importorskip("pg8000", reason="pg8000 is an optional dependency")
    from pcishield.sqlalchemy import guard_engine

    parts = urlsplit(pg_dsn)
    home = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    where = {"unix_sock": f"{home}/.s.PGSQL.{parts.port or 5432}"} if home.startswith("/") else {"host": home}
    user, password, database = unquote(parts.username or ""), unquote(parts.password or ""), parts.path[1:]
    engine = sa.create_engine(
        sa.URL.create("postgresql+pg8000", user, password, port=parts.port, database=database),
        connect_args=where, poolclass=sa.NullPool,
    )  # fmt: skip
    guard_engine(engine, make_shield(policy=ALLOW_ALL, audit=log))
    sql = sa.text("SELECT CAST(:value AS text) AS note FROM generate_series(1, 3)")
    with engine.connect() as opened:
        rows = opened.execute(sql, {"value": PAN}).all()
        streamed = opened.execution_options(stream_results=True).execute(sql, {"value": PAN}).all()

    assert (3, 3) == (len(rows), len(streamed))
    assert_no_pan([[*map(tuple, rows)], [*map(tuple, streamed)]])


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("sql", "state"),
    [
        (f"INSERT INTO payment VALUES (NULL, '{PAN}', '987', 'Erika')", "23502"),
        ("SELECT ('a' || reverse(cvv))::int FROM payment", "22P02"),
    ],
)
def test_errors_show_no_row(connection: Any, log: RecordingLog, sql: str, state: str) -> None:
    """The code stays where the driver has it, and is in the record."""
    with pytest.raises(Exception, match=state) as caught:
        connection.cursor().execute(sql)
    connection.rollback()

    shown = repr(caught.value.args)
    assert state == caught.value.args[0]["C"]
    assert_no_pan(shown)
    assert not any(part in shown for part in ("987", "789", "Erika"))
    assert state == [r["error"]["sqlstate"] for r in log.records if r["type"] == "result" and r.get("error")][-1]
