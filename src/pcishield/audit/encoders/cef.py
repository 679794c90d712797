r"""ArcSight Common Event Format, version 0 (CEF implementation standard, version 25).

``CEF:0|vendor|product|version|signature id|name|severity|extension``. In the header ``\`` and ``|`` are escaped, in
extension values ``\``, ``=``, line feed and carriage return.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pcishield._version import __version__
from pcishield.audit.encoders.common import about, deep, millis, objects, program, severity

__all__ = ["cef"]

_HEADER = str.maketrans({"\\": "\\\\", "|": "\\|", "\n": " ", "\r": " "})
_VALUE = str.maketrans({"\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r"})
_FIELDS = (
    ("suser", "actor.user"), ("duser", "actor.db_user"), ("shost", "src.host"), ("src", "src.ip"),
    ("spid", "src.pid"), ("sproc", "program"), ("dhost", "db.server"), ("dpt", "db.port"),
    ("outcome", "outcome"), ("act", "decision.outcome"), ("reason", "decision.reason"), ("msg", "statement.template"),
    ("externalId", "id"),
)  # fmt: skip
_CUSTOM = (
    ("cs1", "agent", "actor.agent"), ("cs2", "database", "db.name"), ("cs3", "approval", "approval.id"),
    ("cs4", "prev", "prev"), ("cs5", "rule", "decision.rule"), ("cs6", "tables", "tables"),
    ("cn1", "rows", "rows"), ("cn2", "cellsMasked", "cells.masked"), ("cn3", "cellsUnmasked", "cells.unmasked"),
)  # fmt: skip


def cef(record: Mapping[str, Any], line: bytes = b"") -> bytes:
    """Return the record as one CEF line, UTF-8.

    Args:
        record: A record of the log.
        line: Not used; CEF has no field for a digest of 64 digits beside ``prev``.
    """
    view = {
        **record,
        "id": f"{record['shard']}/{record['seq']}",
        "tables": ",".join(objects(record)),
        "program": program(record),
    }
    head = [
        "CEF:0", "pcishield", "pcishield", __version__, str(record["type"]).translate(_HEADER),
        about(record).translate(_HEADER), str(severity(record)),
    ]  # fmt: skip
    pairs = [f"rt={millis(record['ts'])}"]
    pairs += [f"{key}={_text(value)}" for key, path in _FIELDS if (value := deep(view, path)) not in (None, "")]
    for key, label, path in _CUSTOM:
        if (value := deep(view, path)) not in (None, ""):
            pairs.append(f"{key}Label={label} {key}={_text(value)}")
    return ("|".join(head) + "|" + " ".join(pairs)).encode("utf-8", "replace")


def _text(value: Any) -> str:
    return str(value).translate(_VALUE)
