"""What leaves the log in the background: sinks and anchors, put together from settings and arguments."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pcishield.config import AuditSettings
from pcishield.exceptions import ConfigurationError
from pcishield.runtime._plugins import check_names
from pcishield.runtime.anchoring import Anchorer
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.shipper import Shipper
from pcishield.typing import Anchor, AuditLog, Sink

__all__ = ["Outlets", "configured_anchors", "configured_sinks", "open_audit"]

_logger = logging.getLogger("pcishield")
_warned: set[int] = set()


class Outlets:
    """Shipper and anchorer of one log, either of which may be missing."""

    def __init__(self, shipper: Shipper | None = None, anchorer: Anchorer | None = None) -> None:
        self.shipper = shipper
        self.anchorer = anchorer

    def start(self) -> None:
        """Begin; warns, once in a process, that there is no anchor."""
        for part in (self.shipper, self.anchorer):
            if part is not None:
                part.start()
        if self.anchorer is None and os.getpid() not in _warned:
            _warned.add(os.getpid())
            _logger.warning(
                "no audit anchor is configured: somebody with this host's keys can rewrite the audit log unnoticed; "
                "add [[audit.anchors]] (docs/anchors.md)"
            )

    def close(self, seconds: float) -> None:
        """Hand over what can be handed over in ``seconds``, after the log was closed."""
        for part in (self.anchorer, self.shipper):
            if part is not None:
                part.close(seconds)

    def described(self) -> dict[str, str]:
        """Return what ``session.open`` says about them."""
        anchors = self.anchorer.names() if self.anchorer is not None else []
        sinks = self.shipper.names() if self.shipper is not None else []
        return {"audit.anchors": ",".join(anchors) or "none", "audit.sinks": ",".join(sinks) or "none"}

    def metrics(self) -> dict[str, Any]:
        """See :meth:`pcishield.shield.Shield.metrics`."""
        anchorer = self.anchorer
        return {
            "sinks": self.shipper.metrics() if self.shipper is not None else {},
            "anchors": anchorer.metrics() if anchorer is not None else {},
            "exposure_seconds": anchorer.exposure() if anchorer is not None else None,
        }


def configured_sinks(settings: AuditSettings) -> list[Sink]:
    """Make the sinks of ``[[audit.sinks]]``.

    Raises:
        ConfigurationError: Names the table and the option.
    """
    if not settings.sinks:
        return []
    from pcishield.sinks import KINDS

    return [KINDS.make(table, f"audit.sinks.{number}") for number, table in enumerate(settings.sinks)]


def configured_anchors(settings: AuditSettings) -> list[Anchor]:
    """Make the anchors of ``[[audit.anchors]]``; raises as :func:`configured_sinks` does."""
    if not settings.anchors:
        return []
    from pcishield.anchors import KINDS

    return [KINDS.make(table, f"audit.anchors.{number}") for number, table in enumerate(settings.anchors)]


def open_audit(
    audit: AuditLog | str | os.PathLike[str] | None,
    settings: AuditSettings,
    sinks: Sequence[Sink],
    anchors: Sequence[Anchor],
) -> tuple[AuditLog, Outlets]:
    """Open the log, and prepare what leaves it.

    Raises:
        ConfigurationError: Names the field and the fix; nothing was opened.
        AuditUnavailable: The log cannot be opened.
    """
    sinks = [*configured_sinks(settings), *sinks]
    anchors = [*configured_anchors(settings), *anchors]
    check_names("sinks", sinks, ("send", "close"))
    check_names("anchors", anchors, ("anchor", "notes", "close"))
    log: AuditLog
    if audit is not None and not isinstance(audit, (str, os.PathLike)):
        if not callable(getattr(audit, "append", None)):
            raise ConfigurationError(
                f"audit: a {type(audit).__name__} is neither a directory nor an audit log with append() and close()"
            )
        if (sinks or anchors) and not isinstance(audit, FileAuditLog):
            raise ConfigurationError("audit: sinks and anchors read the log's files; give a directory as audit")
        if sinks and settings.on_sink_failure != "allow":
            raise ConfigurationError("audit.on_sink_failure: other than 'allow' it needs a directory as audit")
        log = audit
    else:
        log = _open(Path(audit) if audit is not None else settings.directory(), settings, gated=bool(sinks))
    if not isinstance(log, FileAuditLog):
        return log, Outlets()
    shipper = anchorer = None
    if sinks:
        shipper = Shipper(
            log.directory, sinks, log=log, on_failure=settings.on_sink_failure, max_lag=settings.max_sink_lag
        )
    if anchors:
        anchorer = Anchorer(log.directory, anchors, log=log, interval=settings.anchor_seconds)
    if shipper is not None and settings.on_sink_failure != "allow":
        log.refusal = shipper.refusal  # type: ignore[attr-defined]
    return log, Outlets(shipper, anchorer)


def _open(directory: Path, settings: AuditSettings, gated: bool) -> FileAuditLog:
    if not gated or settings.on_sink_failure == "allow":
        return FileAuditLog.from_settings(directory, settings)
    from pcishield.runtime._log_gate import GatedLog

    return GatedLog.from_settings(directory, settings)
