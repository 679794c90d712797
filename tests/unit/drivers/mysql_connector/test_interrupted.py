"""KeyboardInterrupt while the server answers: what was left unread is nobody's."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import mysql.connector
import pytest

from pcishield.exceptions import StatementDenied

pytestmark = pytest.mark.mysql


@pytest.fixture
def implementation() -> str:
    """The C implementation reads an answer to its end before Python handles a signal."""
    return "pure"


class Interrupting:
    """A socket that is interrupted instead of the n-th packet."""

    def __init__(self, socket: Any, packet: int) -> None:
        self._socket, self._left = socket, packet

    def recv(self, *args: Any, **kwargs: Any) -> Any:
        """Receive a packet."""
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return self._socket.recv(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def _fetched(connection: Any, sql: str, **options: Any) -> Any:
    cursor = connection.cursor(**options)
    cursor.execute(sql)
    rows = cursor.fetchall()
    cursor.nextset()
    return rows


@pytest.mark.parametrize("packet", range(1, 8))
@pytest.mark.parametrize("options", [{}, {"buffered": True}, {"prepared": True}], ids=str)
def test_an_interrupted_answer_is_not_the_next_ones(
    connection: Any, table: str, audited: Any, packet: int, options: dict[str, bool]
) -> None:
    """At whichever packet: no later call hands out its rows, and the error says what to do."""
    sql = f"SELECT CONCAT('', cvv) FROM {table}"
    _fetched(connection, "SELECT 1")
    socket, connection._socket = connection._socket, Interrupting(connection._socket, packet)
    with pytest.raises(KeyboardInterrupt):
        _fetched(connection, sql, **options)
    connection._socket = socket
    tries: list[Callable[[], Any]] = [
        lambda: _fetched(connection, "SELECT 7"),
        lambda: connection.cmd_query("SELECT 8"),
        lambda: connection.get_rows(),
        lambda: connection.commit(),
        lambda: connection.rollback(),
    ]
    for call in tries:
        with pytest.raises(mysql.connector.Error) as failed:
            call()

    assert 2014 == failed.value.errno
    assert not connection.is_connected()
    connection.reconnect()
    assert [(7,)] == _fetched(connection, "SELECT 7")
    assert len(audited.of("attempt")) == len(audited.of("result"))


def test_an_interrupt_elsewhere_leaves_the_connection_fit(connection: Any, table: str) -> None:
    """In code of the user's that the driver calls before it sends."""

    class Stopping:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    cursor = connection.cursor()
    with pytest.raises(KeyboardInterrupt):
        cursor.execute("SELECT %s", (Stopping(),))

    assert [(7,)] == _fetched(connection, "SELECT 7")


def test_close_works_after_an_interrupt(connection: Any, table: str, audited: Any) -> None:
    """As with the driver."""
    _fetched(connection, f"SELECT cvv FROM {table}")
    connection._socket = Interrupting(connection._socket, 1)
    with pytest.raises(KeyboardInterrupt):
        _fetched(connection, f"SELECT cvv FROM {table}")
    connection.close()

    assert 1 == len(audited.of("connection.close"))
    assert len(audited.of("attempt")) == len(audited.of("result"))


def test_refusals_can_be_pickled(make_shield: Callable[..., Any], params: dict[str, Any]) -> None:
    """A worker process hands them to its parent."""
    denying = make_shield(policy={"name": "none", "schema": 1, "default": "deny"})
    connection = denying.connect("mysql.connector", **params)
    with pytest.raises(StatementDenied) as refused:
        connection.cursor().execute("SELECT 1")
    connection.close()
    again = pickle.loads(pickle.dumps(refused.value))

    assert isinstance(again, mysql.connector.ProgrammingError)
    assert (str(refused.value), refused.value.record_id, 1142) == (str(again), again.record_id, again.errno)
