"""Sends checkpoints to a syslog server."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from typing import ClassVar

from pcishield.audit.checkpoint import parse_checkpoint
from pcishield.audit.encoders.common import syslog_message
from pcishield.runtime.anchor import BaseAnchor, Prove
from pcishield.runtime.syslog import SyslogPlugin

__all__ = ["SyslogAnchor"]


class SyslogAnchor(SyslogPlugin, BaseAnchor):
    r"""One RFC 5424 message per checkpoint, its MSGID ``checkpoint``; line feeds are sent as ``\n``.

    To verify, write the checkpoints out of the server's log into a file for ``verify --anchor``.
    """

    kind: ClassVar[str] = "syslog"

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Send the checkpoint."""
        checkpoint = parse_checkpoint(note)
        record = {
            "shard": checkpoint.origin.rpartition("/")[2], "seq": checkpoint.size, "type": "checkpoint",
            "ts": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "src": {"host": socket.gethostname(), "pid": os.getpid()},
        }  # fmt: skip
        self.transmit([syslog_message(record, note.replace("\n", "\\n").encode(), self.facility, self.app)])
        return b""
