"""What an approver is shown: whole, in plain words, without a literal; and its digest, which the decision names.

Nothing is cut. A channel that cannot show all of it must not offer to approve (:func:`pages` splits it for channels
that show a message in pieces). Control and direction characters are replaced, since they could rewrite what stands
above or beside them.
"""

from __future__ import annotations

from hashlib import sha256

from pcishield.core.decision import ApprovalRequest

__all__ = ["pages", "shown", "shown_digest", "shown_lines"]


def shown_lines(request: ApprovalRequest) -> list[tuple[str, str]]:
    """Return label and text of each line, in order."""
    who = request.principal
    people = f"{request.approvals}" + (f", of these groups: {', '.join(request.groups)}" if request.groups else "")
    lines = [
        ("request", request.id),
        ("human", f"{who.user} (identity: {who.level})"),
        ("agent", who.agent or "-"),
        ("why", who.reason or "no reason given"),
        ("ticket", str(getattr(who, "ticket", "") or who.attributes.get("ticket", "")) or "-"),
        ("asked by", f"{request.rule or 'default'} of {request.policy or 'the policy'}: {request.reason}"),
        ("needs", people),
        ("database", request.connection or request.database or "-"),
        ("does", request.summary or ", ".join(request.actions)),
        ("actions", ", ".join(request.actions) or "-"),
        ("tables", ", ".join(request.tables) or "-"),
        ("card data", ", ".join(request.classes) or "-"),
        ("hazards", ", ".join(request.hazards) or "-"),
        ("rows", "not estimated" if request.estimate is None else f"about {request.estimate}, says the database"),
        ("SQL", request.template),
        ("template", request.fingerprint),
        ("values", request.parameters or "none"),
        ("asked at", request.requested_at.isoformat(timespec="seconds")),
        ("expires", request.expires_at.isoformat(timespec="seconds")),
        ("digest", request.digest),
    ]
    return [(label, _one_line(text)) for label, text in lines]


def shown(request: ApprovalRequest) -> str:
    """Return all of it as one text."""
    return "\n".join(f"{label:>9}  {text}" for label, text in shown_lines(request))


def shown_digest(request: ApprovalRequest) -> str:
    """Return SHA-256 of :func:`shown` as UTF-8, hex. Unkeyed: the text holds no literal."""
    return sha256(shown(request).encode("utf-8", "surrogatepass")).hexdigest()


def pages(text: str, size: int) -> list[str]:
    """Split ``text`` into pieces of at most ``size`` characters that joined give it back, at line ends if possible."""
    found = []
    while len(text) > size:
        end = text.rfind("\n", 0, size) + 1 or size
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
