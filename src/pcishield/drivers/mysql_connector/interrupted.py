"""Connections that were interrupted while the server answered (KeyboardInterrupt, a cancelled task).

The pure implementations leave the rest of the answer unread, and take it for the answer to the next statement. Its
rows would be masked as that statement's, and the catalog could be read from them. So such a connection refuses to
send or read anything, with the error that MySQL has for it (2014, commands out of sync), until it reconnects; pools
and SQLAlchemy discard it for that. ``close()`` and ``shutdown()`` work. The C implementation cannot be interrupted.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mysql.connector.errors import OperationalError

from pcishield.runtime.dress import dressed

if TYPE_CHECKING:
    from pcishield.drivers.mysql_connector.state import ConnectionState

__all__ = ["READS", "struck", "watched"]

READS = ("_handle_result", "_send_cmd", "cmd_stmt_execute", "cmd_stmt_prepare", "get_rows")
"""The methods of a pure connection that read what the server sends, or begin to."""

_OUT_OF_SYNC = 2014


def struck(state: ConnectionState, error: BaseException) -> None:
    """Note that reading or sending failed with ``error``."""
    if not isinstance(error, Exception):
        state.interrupted = True


def _check(state: ConnectionState) -> None:
    if state.interrupted and not state.connecting:
        raise OperationalError(
            "Commands out of sync: an earlier statement was interrupted while the server answered, and what is read "
            "next would be the rest of that answer. Close this connection, or reconnect() it.",
            errno=_OUT_OF_SYNC,
        )


def watched(original: Callable[..., Any]) -> Any:
    """Wrap a method of a pure connection that reads what the server sends."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        _check(state)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            struck(state, error)
            raise

    async def amethod(self: Any, *args: Any, **kwargs: Any) -> Any:
        state: ConnectionState = self._pcishield
        _check(state)
        try:
            return await original(self, *args, **kwargs)
        except BaseException as error:
            struck(state, error)
            raise

    return dressed(amethod if inspect.iscoroutinefunction(original) else method, original)
