"""Sends records to a syslog server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pcishield.audit.encoders.common import syslog_message
from pcishield.runtime.sink import BaseSink, Entry
from pcishield.runtime.syslog import SyslogPlugin

__all__ = ["SyslogSink"]


class SyslogSink(SyslogPlugin, BaseSink):
    """RFC 5424 messages; the record's id is in the structured data. Facility 13 is "log audit"."""

    kind: ClassVar[str] = "syslog"

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Send one batch on a connection of its own."""
        self.transmit([syslog_message(entry.record, entry.data, self.facility, self.app) for entry in entries])
