"""Publishes records to NATS JetStream; the server drops repetitions by their id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar

from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["NatsSink"]

_TURNS = 3


class NatsSink(BaseSink):
    """Publishes to ``subject`` of a stream that exists, with ``Nats-Msg-Id``; the stream's acknowledgement confirms.

    The server remembers ids for the stream's ``duplicate_window`` (2 minutes by default).
    """

    kind: ClassVar[str] = "nats"
    requires: ClassVar[tuple[str, str]] = ("nats", "nats")
    idle_seconds: ClassVar[float] = 20
    servers: list[str]
    subject: str
    credentials: str | None = None
    token: Secret | None = None

    def connect(self) -> Any:
        """Connect on an event loop of the sink's own."""
        import nats

        options: dict[str, Any] = {"connect_timeout": self.timeout, "allow_reconnect": False, "error_cb": _quiet}
        if self.credentials:
            options["user_credentials"] = self.credentials
        if self.token:
            options["token"] = self.token.get_secret_value()
        runner = asyncio.Runner()
        try:
            return runner, runner.run(_connected(nats.NATS(), self.timeout, self.servers, options))
        except BaseException:
            runner.close()
            raise

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Publish in order, and wait for every acknowledgement."""
        runner, client = connection
        runner.run(asyncio.wait_for(self._publish(client.jetstream(timeout=self.timeout), entries), self.timeout))

    async def _publish(self, stream: Any, entries: Sequence[Entry]) -> None:
        futures = [
            await stream.publish_async(self.subject, entry.data, headers={"Nats-Msg-Id": entry.id}) for entry in entries
        ]
        await asyncio.gather(*futures)

    def disconnect(self, connection: Any) -> None:
        """Close the connection and its loop."""
        runner, client = connection
        try:
            runner.run(_closed(client))
        finally:
            runner.close()


async def _connected(client: Any, seconds: float, servers: Sequence[str], options: dict[str, Any]) -> Any:
    try:
        await asyncio.wait_for(client.connect(servers, **options), seconds)
    except BaseException:
        await _closed(client)
        raise
    return client


async def _closed(client: Any) -> None:
    """Close the client, and let the loop close its socket: that happens one turn later."""
    with suppress(Exception):
        await client.close()
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def _quiet(error: Exception) -> None:
    pass
