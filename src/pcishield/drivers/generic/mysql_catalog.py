"""Reads the catalog of MySQL and MariaDB for the drivers of :mod:`pcishield.drivers.generic.mysql`."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pcishield.runtime.catalogs import precedes
from pcishield.runtime.temporary import OPTIONAL

if TYPE_CHECKING:
    from pcishield.drivers.generic.mysql import GateState

__all__ = ["CatalogReader"]

Rows = dict[str, Sequence[Sequence[Any]]]


class CatalogReader:
    """See :class:`pcishield.runtime.catalogs.Reader`.

    Args:
        connection: The guarded connection.
        state: Its state.
        error: The driver's ``Error``.
        idle: Whether a query can be sent over the connection just now.
        ask: Runs a query over it, below the gate, and returns its rows as text.
    """

    def __init__(
        self,
        connection: Any,
        state: GateState,
        error: type[Exception],
        idle: Callable[[Any], bool],
        ask: Callable[[Any, str], Sequence[Sequence[Any]]],
    ) -> None:
        self._connection = weakref.ref(connection)
        self._state = weakref.ref(state)
        self._error, self._idle, self._ask = error, idle, ask

    def ready(self) -> bool:
        """Whether queries can be sent just now: not after SET TRANSACTION, which is about the next statement."""
        connection, state = self._connection(), self._state()
        if connection is None or state is None:
            return False
        last = state.operation
        if last is not None and last.statement is not None and precedes(last.statement):
            return False
        return self._idle(connection)

    def in_transaction(self) -> bool:
        """False: what changes tables here commits by itself."""
        return False

    def read(self, queries: Mapping[str, str]) -> Rows:
        """Ask, blocking."""
        connection = self._connection()
        assert connection is not None
        found: Rows = {}
        for name, sql in queries.items():
            try:
                found[name] = self._ask(connection, sql)
            except self._error:
                if not name.startswith(OPTIONAL):
                    raise
                found[name] = []
        return found

    async def aread(self, queries: Mapping[str, str]) -> Rows:
        """Ask; these drivers only block."""
        return self.read(queries)
