"""Exports records to OpenTelemetry (OTLP over HTTP): every record as a log, every answered statement as a span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, PrivateAttr

from pcishield.audit.encoders.semconv import attributes
from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["OtelSink"]


class OtelSink(BaseSink):
    """Sends to ``endpoint`` + ``/v1/logs`` and ``/v1/traces``; an accepted export confirms the batch.

    Attributes follow the database conventions. ``log.record.uid`` is the record's id, and the ids of spans come from
    the attempt, so repetitions can be told.
    """

    kind: ClassVar[str] = "otel"
    requires: ClassVar[tuple[str, str]] = ("opentelemetry.exporter.otlp.proto.http", "otel")
    endpoint: str = "http://127.0.0.1:4318"
    headers: dict[str, str] = Field(default_factory=dict)
    service: str = "pcishield"
    spans: bool = True
    _attempts: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)

    def connect(self) -> Any:
        """Make the exporters."""
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        base = self.endpoint.rstrip("/")
        return (
            OTLPLogExporter(f"{base}/v1/logs", headers=self.headers, timeout=self.timeout),
            OTLPSpanExporter(f"{base}/v1/traces", headers=self.headers, timeout=self.timeout),
        )

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Export, logs first."""
        from pcishield.sinks.otel._signals import log_signal, span_signal

        logs, traces = connection
        answers = [entry for entry in entries if self._answers(entry)] if self.spans else []
        results = [logs.export([log_signal(entry, self.service) for entry in entries])]
        if answers:
            results.append(traces.export([span_signal(entry, self.service, self._attempts) for entry in answers]))
        if failed := [result.name for result in results if result.name != "SUCCESS"]:
            raise ConnectionError(0, f"the OTLP endpoint did not accept the export: {failed[0]}")

    def disconnect(self, connection: Any) -> None:
        """Shut the exporters down."""
        for exporter in connection:
            exporter.shutdown()

    def _answers(self, entry: Entry) -> bool:
        """Remember what attempts say about their statement; tell whether this record answers one."""
        kind = str(entry.record["type"])
        if kind == "attempt":
            while len(self._attempts) >= 10_000:
                del self._attempts[next(iter(self._attempts))]
            self._attempts[entry.id] = attributes(entry.record)
        return kind == "result"
