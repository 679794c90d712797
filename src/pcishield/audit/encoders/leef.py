r"""IBM QRadar Log Event Extended Format 2.0, with the delimiter ``^`` given in the header.

``LEEF:2.0|vendor|product|version|event id|^|key=value^key=value``. The format has no escape, so a delimiter, tab or
line break inside of a value becomes a space: a value can never begin a field of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pcishield._version import __version__
from pcishield.audit.encoders.common import deep, objects, program, severity

__all__ = ["leef"]

_CLEAN = str.maketrans(dict.fromkeys("^\t\n\r", " "))
_HEADER = str.maketrans(dict.fromkeys("|\t\n\r", " "))
_FIELDS = (
    ("usrName", "actor.user"), ("role", "actor.db_user"), ("agent", "actor.agent"), ("src", "src.ip"),
    ("srcHost", "src.host"), ("srcPid", "src.pid"), ("srcProgram", "program"),
    ("dst", "db.server"), ("dstPort", "db.port"),
    ("database", "db.name"), ("tables", "tables"), ("outcome", "outcome"), ("action", "decision.outcome"),
    ("policy", "decision.rule"), ("reason", "decision.reason"), ("sql", "statement.template"), ("rows", "rows"),
    ("cellsMasked", "cells.masked"), ("cellsUnmasked", "cells.unmasked"), ("approval", "approval.id"),
    ("recordId", "id"), ("prev", "prev"),
)  # fmt: skip


def leef(record: Mapping[str, Any], line: bytes = b"") -> bytes:
    """Return the record as one LEEF line, UTF-8.

    Args:
        record: A record of the log.
        line: Not used.
    """
    view = {
        **record,
        "id": f"{record['shard']}/{record['seq']}",
        "tables": ",".join(objects(record)),
        "program": program(record),
    }
    kind = str(record["type"]).translate(_HEADER)
    # devTime in the form that devTimeFormat says: Java's, milliseconds.
    stamp = str(record["ts"])[:23] + "Z"
    pairs = [
        f"devTime={stamp}", "devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX", f"cat={kind.partition('.')[0]}",
        f"sev={max(severity(record), 1)}",
    ]  # fmt: skip
    pairs += [
        f"{key}={str(value).translate(_CLEAN)}"
        for key, path in _FIELDS
        if (value := deep(view, path)) not in (None, "")
    ]
    return f"LEEF:2.0|pcishield|pcishield|{__version__}|{kind}|^|{'^'.join(pairs)}".encode("utf-8", "replace")
