"""Tells a chat about a request: an adaptive card, as Microsoft Teams' workflows and others take it.

A card only tells. Answers come through the queue: pass a card as ``notify`` of a
:class:`~pcishield.approvers.queue.QueueApprover`. What does not fit a card whole is not shown in part.
"""

from __future__ import annotations

import json
from typing import Any

from pcishield.approval.shown import shown_lines
from pcishield.core.decision import ApprovalRequest
from pcishield.runtime.outbound import check_url, send

__all__ = ["TeamsCard", "card"]

_MAX = 25_000
"""Bytes; Teams refuses messages over 28 KB."""


class TeamsCard:
    """Posts a card for each request.

    Args:
        url: Of the incoming webhook or workflow; ``https://``, kept out of every text.
        answer_url: Page on which approvers answer, ``{id}`` standing for the request; none by default.
        timeout_seconds: For connecting and answering.

    Raises:
        ConfigurationError: The URL cannot be used.
    """

    def __init__(self, url: str, *, answer_url: str = "", timeout_seconds: float = 10.0) -> None:
        self._url = check_url(url, "teams url")
        self._answer_url = answer_url
        self._timeout = timeout_seconds

    def __repr__(self) -> str:
        return "TeamsCard(...)"

    def __call__(self, request: ApprovalRequest) -> None:
        """Post the card. Raises OSError or RuntimeError when it did not arrive."""
        body = json.dumps(card(request, self._answer_url)).encode()
        answer = send("POST", self._url, body, {"Content-Type": "application/json"}, self._timeout)
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"the card was refused with status {answer.status}")


def card(request: ApprovalRequest, answer_url: str = "") -> dict[str, Any]:
    """Return the message with the card."""
    lines = shown_lines(request)
    facts: dict[str, Any] = {
        "type": "FactSet",
        "facts": [{"title": label, "value": _escaped(text)} for label, text in lines],
    }
    command = f"pcishield approvals show {request.id}"
    if len(json.dumps(facts)) > _MAX:
        facts = {"type": "TextBlock", "wrap": True, "text": f"Too long to be shown whole here; see `{command}`."}
    body = [
        {"type": "TextBlock", "size": "medium", "weight": "bolder", "text": "Approval needed"},
        facts,
        {"type": "TextBlock", "wrap": True, "text": f"Answer with `pcishield approvals approve {request.id}`."},
    ]
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if answer_url:
        url = answer_url.replace("{id}", request.id)
        content["actions"] = [{"type": "Action.OpenUrl", "title": "Answer", "url": url}]
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def _escaped(text: str) -> str:
    """Keep Markdown of the statement from becoming links or emphasis."""
    return "".join(f"\\{char}" if char in "\\`*_[]()<>#!|" else char for char in text)
