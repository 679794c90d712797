"""Audit records and reports as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from pcishield.audit.report import Finding, Report

__all__ = ["finding_line", "record_line", "report_lines"]

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "info": typer.colors.BLUE}
_FAILED = {"denied", "limit", "control.fail", "approval.denied", "approval.expired", "sink.pause"}


def _safe(text: Any) -> str:
    """Return text that cannot move the cursor or change the terminal."""
    return "".join(ch if ch.isprintable() else "\ufffd" for ch in str(text))


def finding_line(finding: Finding) -> str:
    """One finding as one line, coloured."""
    level = typer.style(finding.level.upper().ljust(7), fg=_COLOURS[finding.level])
    where = f"{_safe(finding.where)}: " if finding.where else ""
    return f"{level} {where}{_safe(finding.message)} [{finding.code}]"


def report_lines(report: Report, strict: bool) -> list[str]:
    """The report for a person."""
    lines = [finding_line(finding) for finding in report.findings]
    closed = sum(shard.state == "closed" for shard in report.shards)
    sealed = sum(max(shard.sealed, shard.attested) for shard in report.shards)
    errors, warnings = len(list(report.of("error"))), len(list(report.of("warning")))
    lines.append(
        f"{report.records} records in {len(report.shards)} shard{'s' if len(report.shards) != 1 else ''} "
        f"({closed} closed), {sealed} under a signature, {report.anchored} anchors found"
    )
    if report.key:
        lines.append(f"key {report.key} ({'pinned' if report.pinned else 'NOT pinned: taken from the directory'})")
    code = report.exit_code(strict)
    if code == 0:
        rest = f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
        lines.append(typer.style(f"OK{rest}", fg=typer.colors.GREEN, bold=True))
    else:
        lines.append(typer.style(f"FAILED: {errors} errors, {warnings} warnings", fg=typer.colors.RED, bold=True))
    return lines


def _details(record: Mapping[str, Any]) -> list[str]:
    kind = record.get("type")
    statement, decision = record.get("statement") or {}, record.get("decision") or {}
    error, control = record.get("error") or {}, record.get("control") or {}
    parts = []
    if statement:
        parts.append(_safe(statement.get("template", ""))[:160])
    if kind in ("denied", "approval.requested") and (record.get("reason") or decision.get("reason")):
        parts.append(f"({_safe(record.get('reason') or decision.get('reason'))})")
    if decision.get("rule"):
        parts.append(f"rule={_safe(decision['rule'])}")
    parts.extend(
        f"{name}={_safe(record[name])}"
        for name in ("rows", "rowcount", "duration_us", "attempt", "method")
        if name in record and not (name == "method" and statement)
    )
    if (record.get("cells") or {}).get("masked"):
        parts.append(f"masked={record['cells']['masked']}")
    if record.get("findings"):
        parts.append(f"findings={len(record['findings'])}")
    if error:
        parts.append(f"error={_safe(error.get('class', ''))} {_safe(error.get('sqlstate', ''))}".rstrip())
    if control:
        parts.append(f"{_safe(control.get('name', ''))}: {_safe(control.get('cause', ''))}")
    if kind in ("log.open", "log.close"):
        parts.append(_safe(record.get("cause", "")))
    return parts


def record_line(record: Mapping[str, Any]) -> str:
    """One record as one line: time, id, type, who, what."""
    kind = str(record.get("type", "?"))
    failed = kind in _FAILED or record.get("outcome") == "failure"
    colour = typer.colors.RED if failed else typer.colors.CYAN if kind == "attempt" else None
    actor = record.get("actor") or {}
    who = _safe(actor.get("user", "?"))
    if actor.get("agent"):
        who += f"/{_safe(actor['agent'])}"
    db = (record.get("db") or {}).get("name") or record.get("component") or ""
    head = f"{str(record.get('ts', ''))[:23]}Z {record.get('shard', '')}/{record.get('seq', '')}"
    shown = typer.style(_safe(kind).ljust(18), fg=colour)
    return " ".join([_safe(head), shown, f"{who}@{_safe(db)}", *_details(record)])
