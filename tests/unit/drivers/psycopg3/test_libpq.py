"""``pgconn``, ``pgresult`` and ``info`` for code outside of psycopg: closed, masked, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import pq

from pcishield.drivers.psycopg._pq import GuardedPGconn, GuardedResult
from pcishield.exceptions import StatementDenied
from pcishield.masking import Masker
from pcishield.testing import RecordingLog
from tests.unit.drivers.psycopg3.conftest import PAN

MASKED = Masker().mask(PAN, "pan").encode()


def test_facts_about_the_connection_pass(connection: Any) -> None:
    """Status, server, process id and the like are libpq's."""
    pgconn = connection.pgconn

    assert pq.ConnStatus.OK == pgconn.status
    assert connection.info.backend_pid == pgconn.backend_pid
    assert connection.info.server_version == pgconn.server_version
    assert pq.TransactionStatus.INTRANS != pgconn.pipeline_status
    assert pgconn is connection.pgconn
    assert connection.fileno() == pgconn.socket


def test_statements_by_pgconn_are_judged_and_recorded(connection: Any, attempts: Callable[[], list[str]]) -> None:
    """Each way to send one is an attempt, and its result is masked."""
    pgconn = connection.pgconn
    query = b"SELECT pan FROM cards WHERE id = 1"
    found = [pgconn.exec_(query), pgconn.exec_params(query, None)]
    pgconn.prepare(b"p", query)
    found.append(pgconn.exec_prepared(b"p", None))
    for send in (pgconn.send_query, lambda q: pgconn.send_query_params(q, None)):
        send(query)
        found.append(pgconn.get_result())
        assert pgconn.get_result() is None

    assert [MASKED] * 5 == [result.get_value(0, 0) for result in found]
    assert [
        "pgconn.exec_", "pgconn.exec_params", "pgconn.prepare", "pgconn.exec_prepared", "pgconn.send_query",
        "pgconn.send_query_params",
    ] == attempts()  # fmt: skip


def test_statements_prepared_elsewhere_are_unknown(connection: Any) -> None:
    """What is executed must be known to be judged."""
    vars(connection)["pgconn"].prepare(b"hidden", b"DELETE FROM cards")
    with pytest.raises(StatementDenied, match="not prepared here"):
        connection.pgconn.exec_prepared(b"hidden", None)


@pytest.mark.parametrize("name", ["put_copy_data", "get_copy_data", "reset", "pgconn_ptr", "change_password"])
def test_blocked_names_say_what_to_do(connection: Any, log: RecordingLog, name: str) -> None:
    """An error with a hint, and a record."""
    with pytest.raises(StatementDenied) as caught:
        getattr(connection.pgconn, name)

    assert caught.value.hint
    assert ("denied", f"psycopg.pq.PGconn.{name}") == (log.records[-1]["type"], log.records[-1]["method"])


def test_unknown_names_are_not_there(connection: Any) -> None:
    """An allow-list: what is not listed does not exist."""
    with pytest.raises(AttributeError):
        connection.pgconn.no_such_name  # noqa: B018
    with pytest.raises(StatementDenied, match="bypass"):
        connection.pgconn.notice_handler = print


def test_a_result_gives_facts_and_masked_values(connection: Any) -> None:
    """Shape, types and status pass; unchanged values come as they are."""
    result = connection.execute("SELECT id, pan, number, note FROM cards WHERE id = 1").pgresult

    assert (1, 4, pq.ExecStatus.TUPLES_OK) == (result.ntuples, result.nfields, result.status)
    assert [b"id", b"pan", b"number", b"note"] == [result.fname(n) for n in range(4)]
    assert [23, 25, 20, 25] == [result.ftype(n) for n in range(4)]
    assert (b"1", MASKED, MASKED) == tuple(result.get_value(0, n) for n in range(3))
    with pytest.raises(StatementDenied):
        result.pgresult_ptr  # noqa: B018


def test_a_result_is_one_object(connection: Any) -> None:
    """The same stand-in for the same result."""
    cursor = connection.execute("SELECT 1")

    assert isinstance(cursor.pgresult, GuardedResult)
    assert cursor.pgresult is cursor.pgresult


def test_the_password_is_nowhere(guarded: Any, pg_dsn: str) -> None:
    """Not in info, not in pgconn, not in its options."""
    connection = guarded.connect(pg_dsn, password="sesame")
    try:
        info = connection.info
        assert ("", b"") == (info.password, connection.pgconn.password)
        assert "sesame" not in repr([info.dsn, info.get_parameters(), connection.pgconn.info])
        assert isinstance(info, psycopg.ConnectionInfo)
    finally:
        connection.close()
    with pytest.raises(psycopg.OperationalError):
        connection.info.password  # noqa: B018


def test_psycopgs_adapters_get_the_real_thing(connection: Any) -> None:
    """Adapters made with the connection as context work, compiled ones too."""
    from psycopg.adapt import Transformer

    transformer = Transformer(connection)

    assert "'it''s'" == psycopg.sql.Literal("it's").as_string(connection)
    assert b"'it''s'" == bytes(transformer.as_literal("it's"))
    assert '"a""b"' == psycopg.sql.Identifier('a"b').as_string(connection)


def test_reflection_finds_stand_ins(connection: Any) -> None:
    """``getattr`` with a name in a variable is no way around."""
    found = {name: getattr(connection, name) for name in ("pgconn", "info")}

    assert isinstance(found["pgconn"], GuardedPGconn)
    assert isinstance(found["info"].pgconn, GuardedPGconn)
    with connection.transaction() as transaction, connection.pipeline() as pipeline:
        assert isinstance(transaction.pgconn, GuardedPGconn)
        assert isinstance(pipeline.pgconn, GuardedPGconn)
