"""Log records and spans of the OpenTelemetry SDK, made from audit records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from pcishield.audit.encoders.common import is_failure, severity
from pcishield.audit.encoders.semconv import attributes, nanoseconds, span_ids
from pcishield.runtime.sink import Entry

__all__ = ["log_signal", "span_signal"]


def log_signal(entry: Entry, service: str) -> Any:
    """Return the log record of an entry."""
    number = SeverityNumber.WARN if severity(entry.record) >= 4 else SeverityNumber.INFO
    moment = nanoseconds(entry.record["ts"])
    record = LogRecord(
        timestamp=moment, observed_timestamp=moment, severity_number=number, severity_text=number.name,
        body=entry.data.decode(), attributes=attributes(entry.record), event_name=f"pcishield.{entry.record['type']}",
    )  # fmt: skip
    return ReadableLogRecord(record, Resource({"service.name": service}))


def span_signal(entry: Entry, service: str, attempts: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return the span of a result; ``attempts`` knows what was asked, by the attempt's id."""
    record = entry.record
    trace, span = span_ids(record)
    known = {**attempts.get(str(record.get("attempt")), {}), **attributes(record)}
    end = nanoseconds(record["ts"])
    return ReadableSpan(
        str(known.get("db.query.summary") or known.get("db.system.name") or "statement"),
        SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED)),
        resource=Resource({"service.name": service}), attributes=known, kind=SpanKind.CLIENT,
        start_time=end - int(record.get("duration_us") or 0) * 1000, end_time=end,
        status=Status(StatusCode.ERROR if is_failure(record) else StatusCode.UNSET),
    )  # fmt: skip
