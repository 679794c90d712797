"""OCSF 1.5, class 6005 Datastore Activity: https://schema.ocsf.io/classes/datastore_activity.

The profiles ``host`` and ``security_control`` are used. ``query_info.data`` (returned data) is never filled.
``attestation_list`` follows the unreleased profile ``record_integrity``, whose names may still change; a consumer of
1.5 sees it under ``unmapped`` as well as it sees any field that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from pcishield._version import __version__
from pcishield.audit.encoders.common import about, deep, is_failure, millis, objects, program, severity

__all__ = ["ocsf"]

_ACTIVITY = {
    "select": 1, "explain": 1, "copy": 1, "fetch": 1, "update": 2, "merge": 2, "insert": 5, "create": 6, "delete": 7,
    "drop": 7, "truncate": 7,
}  # fmt: skip
_NAMES = {0: "Unknown", 1: "Read", 2: "Update", 3: "Connect", 4: "Query", 5: "Write", 6: "Create", 7: "Delete"}
_SEVERITY = ((8, 5, "Critical"), (6, 4, "High"), (5, 3, "Medium"), (3, 2, "Low"), (0, 1, "Informational"))
_ACTIONS = {"allow": (1, "Allowed"), "deny": (2, "Denied")}


def ocsf(record: Mapping[str, Any], line: bytes = b"") -> bytes:
    """Return the record as one OCSF event.

    Args:
        record: A record of the log.
        line: Its canonical line, for the fingerprint.
    """
    kind = str(record["type"])
    activity = _activity(record, kind)
    severity_id, severity_name = next((i, n) for low, i, n in _SEVERITY if severity(record) >= low)
    failed = is_failure(record)
    event: dict[str, Any] = {
        "activity_id": activity, "activity_name": _NAMES[activity], "category_name": "Application Activity",
        "category_uid": 6, "class_name": "Datastore Activity", "class_uid": 6005, "message": about(record),
        "severity": severity_name, "severity_id": severity_id, "time": millis(record["ts"]),
        "status": "Failure" if failed else "Success" if record.get("outcome") == "success" else "Unknown",
        "status_id": 2 if failed else 1 if record.get("outcome") == "success" else 0,
        "type_id": 1, "type": "Database", "type_name": f"Datastore Activity: {_NAMES[activity]}",
        "type_uid": 600500 + activity, "metadata": _metadata(record, kind), "actor": _actor(record),
        "src_endpoint": _present(hostname=deep(record, "src.host"), ip=deep(record, "src.ip")),
        "attestation_list": [_attestation(record, line)],
    }  # fmt: skip
    event |= _target(record) | _control(record)
    if (duration := record.get("duration_us")) is not None:
        event["duration"] = duration // 1000
    if failed:
        event |= _present(status_code=deep(record, "error.sqlstate"), status_detail=deep(record, "error.class"))
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _activity(record: Mapping[str, Any], kind: str) -> int:
    if kind.startswith("connection."):
        return 3
    if action := deep(record, "statement.kind"):
        return _ACTIVITY.get(str(action), 4)
    return 4 if kind in ("result", "fetch") else 0


def _metadata(record: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "version": "1.5.0", "profiles": ["host", "security_control"], "event_code": kind, "log_name": record["shard"],
        "uid": f"{record['shard']}/{record['seq']}", "sequence": record["seq"],
        "product": {"name": "pcishield", "vendor_name": "pcishield", "version": __version__},
    } | _present(correlation_uid=record.get("attempt") or record.get("connection"))  # fmt: skip


def _actor(record: Mapping[str, Any]) -> dict[str, Any]:
    groups = [{"name": name} for name in deep(record, "actor.groups") or ()]
    return _present(
        user=_present(name=deep(record, "actor.user"), groups=groups),
        session=_present(uid=deep(record, "actor.session") or record.get("session")),
        process=_present(pid=deep(record, "src.pid"), name=program(record)),
        app_name=deep(record, "actor.agent"),
    )


def _target(record: Mapping[str, Any]) -> dict[str, Any]:
    database, tables = deep(record, "db.name"), objects(record)
    port = str(deep(record, "db.port"))
    query = _present(query_string=deep(record, "statement.template"), bytes=record.get("bytes"))
    return _present(
        database=_present(name=database, type_id=1, type="Relational") if database else None,
        table={"name": tables[0]} if len(tables) == 1 else None,
        dst_endpoint=_present(
            hostname=deep(record, "db.server"), port=int(port) if port.isdecimal() else None,
            svc_name=deep(record, "db.system"),
        ),
        query_info=query if "query_string" in query else None,
        resources=[{"name": table, "type": "table"} for table in tables] if len(tables) > 1 else None,
        unmapped=_present(rows=record.get("rows"), cells=record.get("cells"), component=record.get("component")),
    )  # fmt: skip


def _control(record: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the profile security_control: what the shield did."""
    action, name = _ACTIONS.get(str(deep(record, "decision.outcome")), (0, ""))
    if record["type"] == "denied":
        action, name = 2, "Denied"
    if deep(record, "cells.masked"):
        action, name = 4, "Modified"
    if not action:
        return {}
    rule = deep(record, "decision.rule")
    policy = _present(name=deep(record, "decision.policy") or record.get("policy"))
    return {"action_id": action, "action": name} | _present(
        policy=policy, firewall_rule={"name": rule, "uid": rule} if rule else None
    )


def _attestation(record: Mapping[str, Any], line: bytes) -> dict[str, Any]:
    previous = {"algorithm": "SHA-256", "algorithm_id": 3, "value": record["prev"]}
    attestation: dict[str, Any] = {
        "chain_uid": record["shard"],
        "prev_event": {"uid": f"{record['shard']}/{record['seq'] - 1}", "fingerprint": previous}
        if record["seq"]
        else {},
    }
    if line:
        value = sha256(b"\x00" + line).hexdigest()
        attestation["fingerprint"] = {"algorithm": "SHA-256", "algorithm_id": 3, "value": value}
    return attestation
