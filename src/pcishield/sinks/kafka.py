"""Produces records to a Kafka topic, keyed by shard, so that a shard stays in order in one partition."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["KafkaSink"]


class KafkaSink(BaseSink):
    """An idempotent producer (``acks=all``); the header ``id`` is for consumers to tell repetitions by.

    ``config`` holds further librdkafka settings. What must not be weakened (idempotence, ``acks``) wins over it.
    """

    kind: ClassVar[str] = "kafka"
    requires: ClassVar[tuple[str, str]] = ("confluent_kafka", "kafka")
    servers: str
    topic: str
    config: dict[str, str | int | bool] = Field(default_factory=dict)
    sasl_password: Secret | None = None

    def connect(self) -> Any:
        """Make the producer."""
        from confluent_kafka import Producer

        fixed = {"bootstrap.servers": self.servers, "enable.idempotence": True, "acks": "all"}
        secret = {"sasl.password": self.sasl_password.get_secret_value()} if self.sasl_password else {}
        limits = {"message.timeout.ms": int(self.timeout * 1000), "linger.ms": 5}
        return Producer({**limits, **self.config, **secret, **fixed}, logger=logging.getLogger("pcishield.kafka"))

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Produce, and wait for every acknowledgement."""
        failed: list[str] = []
        for entry in entries:
            connection.produce(
                self.topic, entry.data, entry.shard, headers={"id": entry.id},
                on_delivery=lambda error, message: failed.append(error.name()) if error is not None else None,
            )  # fmt: skip
        left = connection.flush(self.timeout + 1)
        if failed or left:
            raise ConnectionError(
                0, f"Kafka did not confirm {len(failed) + left} records: {(failed or ['timeout'])[0]}"
            )

    def disconnect(self, connection: Any) -> None:
        """Drop what is queued: the log still has it."""
        connection.purge()
        connection.flush(0.1)
