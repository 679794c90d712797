"""What the formats share: how severe a record is, and how it is told in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pcishield.audit.records import TYPES

__all__ = ["about", "deep", "is_failure", "millis", "objects", "program", "severity", "syslog_message"]

_SEVERE = {
    "denied": 4, "approval.denied": 4, "approval.expired": 3, "limit": 4, "finding": 6, "control.fail": 8,
    "shield.disable": 8, "key.destroy": 6, "clock.step": 5, "log.recover": 5, "log.purge": 5, "sink.pause": 6,
    "approval.requested": 3, "policy.changed": 4, "key.rotate": 2, "audit.access": 3,
}  # fmt: skip


def severity(record: Mapping[str, Any]) -> int:
    """Return 0 (nothing) to 10 (worst), the scale of CEF and LEEF."""
    return max(_SEVERE.get(str(record.get("type")), 1), 3 if record.get("outcome") == "failure" else 0)


def is_failure(record: Mapping[str, Any]) -> bool:
    """Tell whether the outcome is a failure of any kind."""
    return record.get("outcome") in ("failure", "cancelled", "timeout", "partial", "dropped")


def about(record: Mapping[str, Any]) -> str:
    """Return what the type means, in a sentence."""
    kind = TYPES.get(str(record.get("type")))
    return kind.about if kind is not None else "An unknown record."


def deep(record: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path, ``None`` where there is none."""
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def objects(record: Mapping[str, Any]) -> list[str]:
    """Return the tables that the statement touches, sorted."""
    return sorted(deep(record, "statement.tables") or ())


def program(record: Mapping[str, Any]) -> str:
    """Return the program that the record comes from, by the name it has."""
    return str(deep(record, "src.program") or deep(record, "src.app") or "")


def millis(ts: str) -> int:
    """Return RFC 3339 as milliseconds since 1970."""
    return round(datetime.fromisoformat(ts).timestamp() * 1000)


def syslog_message(record: Mapping[str, Any], data: bytes, facility: int, app: str) -> bytes:
    """Return an RFC 5424 message without framing, at severity notice, or warning for what somebody should look at.

    Args:
        record: A record of the log.
        data: It, encoded; the message text, marked as UTF-8.
        facility: 0 to 23.
        app: APP-NAME, printable ASCII.
    """
    level = 4 if severity(record) >= 4 else 5
    source = record.get("src") or {}
    host = "".join(ch for ch in str(source.get("host", "")) if "!" <= ch <= "~")[:255] or "-"
    # 32473 is the enterprise number that IANA keeps for documentation; pcishield has none of its own.
    where = f'[pcishield@32473 shard="{record["shard"]}" seq="{record["seq"]}"]'
    head = f"<{facility * 8 + level}>1 {record['ts']} {host} {app} {source.get('pid', '-')} {record['type']} {where} "
    return head.encode() + b"\xef\xbb\xbf" + data
