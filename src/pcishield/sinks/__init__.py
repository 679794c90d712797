"""Where records go beside the log: one file per kind of sink, each a few lines on :class:`BaseSink`.

A sink of one's own is any object with ``name``, ``send(lines)`` and ``close()`` (:class:`pcishield.typing.Sink`), a
subclass of :class:`BaseSink`, or a package with an entry point in the group ``pcishield.sinks``.
"""

from __future__ import annotations

from pcishield.runtime._plugins import Kinds
from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["KINDS", "BaseSink", "Entry", "Secret"]

KINDS = Kinds(
    "sink",
    "pcishield.sinks",
    {
        "callable": "pcishield.sinks.callable:CallableSink",
        "jsonl": "pcishield.sinks.jsonl:JsonlSink",
        "kafka": "pcishield.sinks.kafka:KafkaSink",
        "logging": "pcishield.sinks.logging:LoggingSink",
        "nats": "pcishield.sinks.nats:NatsSink",
        "otel": "pcishield.sinks.otel:OtelSink",
        "rabbitmq": "pcishield.sinks.rabbitmq:RabbitmqSink",
        "redis": "pcishield.sinks.redis:RedisSink",
        "s3": "pcishield.sinks.s3:S3Sink",
        "sql": "pcishield.sinks.sql:SqlSink",
        "syslog": "pcishield.sinks.syslog:SyslogSink",
        "webhook": "pcishield.sinks.webhook:WebhookSink",
    },
)
"""Every kind by name; ``KINDS.make(table, where)`` makes one from a table of the configuration."""
