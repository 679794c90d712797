"""Records as OpenTelemetry attributes, by the semantic conventions for databases (stable since 1.38)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from pcishield.audit.encoders.common import deep, objects

__all__ = ["attributes", "nanoseconds", "span_ids"]

_SYSTEMS = {"postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb", "sqlite": "sqlite", "oracle": "oracle.db"}
_FIELDS = (
    ("db.namespace", "db.name"), ("server.address", "db.server"), ("db.operation.name", "statement.kind"),
    ("db.query.text", "statement.template"), ("db.response.status_code", "error.sqlstate"),
    ("error.type", "error.class"), ("db.response.returned_rows", "rows"), ("enduser.id", "actor.user"),
    ("gen_ai.agent.name", "actor.agent"), ("process.pid", "src.pid"), ("host.name", "src.host"),
    ("pcishield.rule", "decision.rule"), ("pcishield.decision", "decision.outcome"), ("pcishield.outcome", "outcome"),
    ("pcishield.cells.masked", "cells.masked"), ("pcishield.cells.unmasked", "cells.unmasked"),
    ("pcishield.attempt", "attempt"),
)  # fmt: skip


def attributes(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a record; its id is ``log.record.uid``."""
    found: dict[str, Any] = {"log.record.uid": f"{record['shard']}/{record['seq']}", "pcishield.type": record["type"]}
    found |= {name: value for name, path in _FIELDS if (value := deep(record, path)) not in (None, "")}
    if system := deep(record, "db.system"):
        found["db.system.name"] = _SYSTEMS.get(str(system), str(system))
    if str(port := deep(record, "db.port")).isdecimal():
        found["server.port"] = int(port)
    tables = objects(record)
    if len(tables) == 1:
        found["db.collection.name"] = tables[0]
    if tables:
        found["db.query.summary"] = f"{deep(record, 'statement.kind')} {' '.join(tables)}"[:255]
    return found


def nanoseconds(ts: str) -> int:
    """Return RFC 3339 as nanoseconds since 1970, exact to the microsecond."""
    moment = datetime.fromisoformat(ts)
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def span_ids(record: Mapping[str, Any]) -> tuple[int, int]:
    """Return (trace id, span id) of the statement that a result answers; the same at every repetition."""
    trace = sha256(str(record.get("session") or record["shard"]).encode()).digest()[:16]
    span = sha256(str(record.get("attempt")).encode()).digest()[:8]
    return int.from_bytes(trace) or 1, int.from_bytes(span) or 1
