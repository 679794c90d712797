"""Elastic Common Schema 9: https://www.elastic.co/docs/reference/ecs.

The whole record stands under ``pcishield``, so that nothing is lost for who wants it; the ECS fields are what
dashboards and rules of others look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from pcishield.audit.encoders.common import about, deep, is_failure, program, severity

__all__ = ["ecs"]

_VERSION = "9.0.0"
_FIELDS = (
    ("user.name", "actor.user"), ("user.effective.name", "actor.db_user"), ("gen_ai.agent.name", "actor.agent"),
    ("gen_ai.agent.id", "actor.agent_instance"), ("host.name", "src.host"), ("source.ip", "src.ip"),
    ("process.pid", "src.pid"), ("process.name", "program"), ("destination.address", "db.server"),
    ("service.type", "db.system"), ("rule.name", "decision.rule"), ("event.reason", "decision.reason"),
    ("error.type", "error.class"), ("error.code", "error.sqlstate"), ("tls.version", "db.tls_version"),
)  # fmt: skip
_TYPE = {"denied": ["access", "denied"], "connection.open": ["connection", "start"],
         "connection.close": ["connection", "end"], "approval.denied": ["denied"]}  # fmt: skip
_CHANGES = frozenset({"insert", "update", "delete", "merge", "create", "alter", "drop", "truncate", "grant", "revoke"})


def ecs(record: Mapping[str, Any], line: bytes = b"") -> bytes:
    """Return the record as one JSON document in ECS.

    Args:
        record: A record of the log.
        line: Its canonical line, for the digest.
    """
    kind = str(record["type"])
    database = "db" in record
    event: dict[str, Any] = {
        "action": kind, "category": ["database"] if database else ["configuration"], "dataset": "pcishield.audit",
        "id": f"{record['shard']}/{record['seq']}", "kind": "alert" if kind == "finding" else "event",
        "module": "pcishield", "outcome": _outcome(record), "provider": "pcishield", "sequence": record["seq"],
        "severity": severity(record), "type": _kinds(record, kind),
    }  # fmt: skip
    if (duration := record.get("duration_us")) is not None:
        event["duration"] = duration * 1000
    if line:
        event["hash"] = sha256(b"\x00" + line).hexdigest()
    document: dict[str, Any] = {
        "@timestamp": record["ts"], "ecs": {"version": _VERSION}, "event": event, "message": about(record),
        "pcishield": dict(record),
    }  # fmt: skip
    for target, path in _FIELDS:
        if (value := deep({**record, "program": program(record)}, path)) not in (None, ""):
            _put(document, target, value)
    if str(port := deep(record, "db.port")).isdecimal():
        _put(document, "destination.port", int(port))
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _outcome(record: Mapping[str, Any]) -> str:
    if is_failure(record):
        return "failure"
    return "success" if record.get("outcome") == "success" else "unknown"


def _kinds(record: Mapping[str, Any], kind: str) -> list[str]:
    if kind in _TYPE:
        return _TYPE[kind]
    if deep(record, "statement.kind") in _CHANGES:
        return ["change"]
    return ["access"] if "db" in record else ["info"]


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[last] = value
