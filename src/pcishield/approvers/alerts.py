"""Tells somebody at once that the glass was broken, by an HTTP POST that chat services take as a message."""

from __future__ import annotations

import json

from pcishield.runtime.outbound import check_url, send

__all__ = ["WebhookAlert"]


class WebhookAlert:
    """Posts ``{"text": ...}`` to a URL: an incoming webhook of Slack, Mattermost, Teams or a pager.

    Args:
        url: ``https://...``; kept out of every text.
        timeout_seconds: For connecting and answering.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 10.0) -> None:
        self._url = check_url(url, "approval.alert")
        self._timeout = timeout_seconds

    def __repr__(self) -> str:
        return "WebhookAlert(...)"

    def __call__(self, text: str) -> None:
        """Send ``text``. Raises OSError or RuntimeError when it did not arrive."""
        body = json.dumps({"text": text}).encode()
        answer = send("POST", self._url, body, {"Content-Type": "application/json"}, self._timeout)
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"the alert was refused with status {answer.status}")
