"""Where checkpoints go so that the log's host cannot take them back: one file per kind of anchor.

An anchor of one's own is any object with ``name``, ``anchor(note, prove)``, ``notes()`` and ``close()``
(:class:`pcishield.typing.Anchor`), a subclass of :class:`BaseAnchor`, or a package with an entry point in the group
``pcishield.anchors``.
"""

from __future__ import annotations

from pcishield.runtime._plugins import Kinds
from pcishield.runtime.anchor import BaseAnchor, Prove

__all__ = ["KINDS", "BaseAnchor", "Prove"]

KINDS = Kinds(
    "anchor",
    "pcishield.anchors",
    {
        "file": "pcishield.anchors.file:FileAnchor",
        "rfc3161": "pcishield.anchors.rfc3161:TimestampAnchor",
        "s3": "pcishield.anchors.s3:S3Anchor",
        "syslog": "pcishield.anchors.syslog:SyslogAnchor",
        "witness": "pcishield.anchors.witness:WitnessAnchor",
    },
)
"""Every kind by name; ``KINDS.make(table, where)`` makes one from a table of the configuration."""
