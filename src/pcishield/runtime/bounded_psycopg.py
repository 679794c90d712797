"""A raw psycopg connection that does not wait without end, for our own stores and sinks.

libpq waits for an answer as long as the connection stands. A server that is frozen, or behind a network that drops
packets, keeps it standing and says nothing; its ``statement_timeout`` ends the statement there, not the waiting here.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Generator
from typing import Any

import psycopg

__all__ = ["BoundedConnection"]


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself, and raises ``psycopg.OperationalError``, when the server does not answer in time.

    Attributes:
        answer_seconds: How long one exchange with the server may take.
    """

    answer_seconds = 5.0

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """See psycopg."""
        return super().wait(self._watched(gen), *args, **kwargs)

    def _has_answered(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self.pgconn.socket, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        until = time.monotonic() + self.answer_seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                # psycopg wakes up every so often, with nothing to read or write; up to 3.2.10 it says that there is.
                if time.monotonic() > until and not self._has_answered():
                    gen.close()
                    self.close()
                    raise psycopg.OperationalError(f"the server has not answered for {self.answer_seconds:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
