"""Hands records to Python's logging."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pcishield.audit.encoders.common import severity
from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["LoggingSink"]


class LoggingSink(BaseSink):
    """One log record each: the message is the encoded record, ``extra`` has ``audit_id`` and ``audit_record``.

    Refusals and failures of controls are warnings. A handler's own errors are logging's to handle: it swallows
    them (``logging.raiseExceptions``), so use another sink where a lost record matters.
    """

    kind: ClassVar[str] = "logging"
    logger: str = "pcishield.audit"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Log the entries."""
        logger, usual = logging.getLogger(self.logger), getattr(logging, self.level)
        for entry in entries:
            level = max(usual, logging.WARNING) if severity(entry.record) >= 4 else usual
            extra = {"audit_id": entry.id, "audit_record": entry.record}
            logger.log(level, "%s", entry.data.decode(), extra=extra)
