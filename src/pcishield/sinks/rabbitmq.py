"""Publishes records to RabbitMQ, persistent, with publisher confirms."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar

from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["RabbitmqSink"]


class RabbitmqSink(BaseSink):
    """Publishes to ``exchange`` with ``routing_key``; ``message_id`` is the record's id.

    The broker must confirm each message and be able to route it (``mandatory``). With the default exchange,
    ``routing_key`` is the name of a queue, which is declared durable unless ``declare = false``.
    """

    kind: ClassVar[str] = "rabbitmq"
    requires: ClassVar[tuple[str, str]] = ("pika", "rabbitmq")
    idle_seconds: ClassVar[float] = 1
    url: Secret
    exchange: str = ""
    routing_key: str = "pcishield.audit"
    declare: bool = True

    def connect(self) -> Any:
        """Open a channel with confirms."""
        import pika

        parameters = pika.URLParameters(self.url.get_secret_value())
        parameters.socket_timeout = parameters.blocked_connection_timeout = self.timeout
        # Waiting for a confirm has no timeout of its own; a broker that is silent for two heartbeats is given up.
        parameters.heartbeat = max(int(self.timeout), 1)
        connection = pika.BlockingConnection(parameters)
        try:
            channel = connection.channel()
            if self.declare and not self.exchange:
                channel.queue_declare(self.routing_key, durable=True)
            channel.confirm_delivery()
        except BaseException:
            with suppress(Exception):
                connection.close()
            raise
        return channel

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Publish one by one; each call returns when the broker has confirmed."""
        import pika

        for entry in entries:
            properties = pika.BasicProperties(message_id=entry.id, delivery_mode=2, content_type="application/json")
            connection.basic_publish(self.exchange, self.routing_key, entry.data, properties, mandatory=True)

    def disconnect(self, connection: Any) -> None:
        """Close the connection of the channel."""
        connection.connection.close()
