"""How ``pcishield approvals`` shows approvals: one line, the whole of it, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import typer

from pcishield.approval import Approval
from pcishield.approval.codec import approval_to_json, scope_to_json
from pcishield.approval.shown import shown, shown_digest

__all__ = ["as_line", "show", "whole"]


def show(approval: Approval, as_json: bool, text: Callable[[Approval], str]) -> None:
    """Print an approval as ``text`` says it, or as JSON."""
    typer.echo(_json(approval) if as_json else text(approval))


def _json(approval: Approval) -> str:
    data = json.loads(approval_to_json(approval))
    for answer in (*data["answers"], *data["voids"]):
        answer["evidence"].pop("token", None)  # an ID token opens doors elsewhere
    data |= {
        "id": approval.request.id,
        "shown": shown(approval.request),
        "shown_digest": shown_digest(approval.request),
    }
    return json.dumps(data, sort_keys=True)


def as_line(approval: Approval) -> str:
    """Return what it is and how it stands, in one line."""
    request = approval.request
    yes = sum(answer.approved for answer in approval.answers)
    who = request.principal.user + (f" by {request.principal.agent}" if request.principal.agent else "")
    count = f"{yes}/{max(request.approvals, len(request.groups))}"
    return _printable(f"{request.id}  {approval.state:8}  {count}  {who}: {request.summary or request.template}")


def whole(approval: Approval) -> str:
    """Return all that is shown of a request, and all that was said."""
    lines = [shown(approval.request), "", f"{'state':>9}  {approval.state}"]
    for answer in (*approval.answers, *approval.voids):
        verdict = "broke the glass" if answer.break_glass else "yes" if answer.approved else "no"
        level = answer.evidence.get("level", "")
        note = f"; does not count: {answer.void}" if answer.void else ""
        why = f": {answer.reason}" if answer.reason else ""
        lines.append(_printable(f"{'answer':>9}  {answer.approver} ({level}) {verdict}{why}{note}"))
    if approval.scope is not None:
        lines.append(f"{'grant':>9}  {scope_to_json(approval.scope)}, {approval.uses_left} uses left")
    if approval.glass_broken:
        lines.append(_printable(f"{'review':>9}  {approval.review or 'open'} {approval.reviewed_by}".rstrip()))
    return "\n".join(lines)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
