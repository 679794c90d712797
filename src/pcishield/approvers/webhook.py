"""Asks a service of yours over HTTP: requests go out, decisions come back, both sealed (HMAC, time stamp, nonce).

Out: ``POST url`` with JSON: ``request`` (fields of the request), ``shown`` (the text that the human must see whole),
``shown_digest``. Sealed for the purpose ``request``.

Back, one of two ways:

- *callback*: the service POSTs a decision to :meth:`WebhookApprover.handle`, sealed for ``decision``; a nonce is taken
  once.
- *polling* (``poll_url``): ``POST poll_url`` with ``{"id": ...}``, sealed for ``poll``; the service answers 204, or 200
  with a JSON list of decisions, sealed for ``answer`` with **our** nonce, so an old answer never fits.

A decision is JSON: ``request``, ``digest``, ``shown`` (digest of the text that was shown), ``approved``, ``approver``,
and perhaps ``groups`` and ``reason``. The service vouches for who the approver is: it must have signed them in. For
proof that does not rest on the service, register approvers and use the queue with signed decisions.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from pcishield.approval.codec import request_to_dict
from pcishield.approval.sealed import BadMessage, Nonces, open_sealed, seal
from pcishield.approval.shown import shown, shown_digest
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.approval.store import NoSuchApproval, give_answer
from pcishield.core.decision import ApprovalRequest, Principal
from pcishield.runtime.memory_store import MemoryStore
from pcishield.runtime.outbound import check_url, send
from pcishield.runtime.waiting import WaitingApprover, system_now

__all__ = ["WebhookApprover"]

_TEXTS = ("request", "digest", "shown", "approver", "reason")
_MAX_REASON = 500
_MAY_MISS = 3
"""Polls in a row that may fail, as on a bad line, before the request is refused."""


class WebhookApprover(WaitingApprover):
    """Asks over HTTP. For sync and async callers.

    Args:
        url: Where requests go; ``https://``, or ``http://`` to this host.
        secret: Shared with the service, at least 32 bytes.
        poll_url: Where decisions are asked for; without it they must come to :meth:`handle`.
        timeout_seconds: For connecting and for each answer.
        now: Clock; timezone-aware.

    Raises:
        ConfigurationError: A URL cannot be used.
        ValueError: The secret is too short.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        poll_url: str | None = None,
        timeout_seconds: float = 5.0,
        now: Callable[[], datetime] = system_now,
    ) -> None:
        super().__init__(MemoryStore(), now=now)
        seal(secret, "request", b"", 0, "")
        self._url = check_url(url, "webhook url")
        self._poll_url = check_url(poll_url, "webhook poll_url") if poll_url is not None else None
        self._secret = secret
        self._timeout = timeout_seconds
        self._nonces = Nonces()
        self._lock = Lock()
        self._taken: dict[str, set[str]] = {}
        self._missed: dict[str, int] = {}

    def __repr__(self) -> str:
        return "WebhookApprover(...)"

    def announce(self, request: ApprovalRequest) -> None:
        """Send the request. Raises when it did not arrive."""
        content = {"request": request_to_dict(request), "shown": shown(request), "shown_digest": shown_digest(request)}
        status, _ = self._post(self._url, "request", content, self._left(request) + self._timeout)
        if not 200 <= status < 300:
            raise RuntimeError(f"the webhook refused the request with status {status}")

    def refresh(self, request: ApprovalRequest) -> None:
        """Ask for decisions, where they do not come by themselves."""
        if self._poll_url is None:
            return
        try:
            status, body = self._post(self._poll_url, "poll", {"id": request.id}, self._left(request), answered=True)
        except OSError:
            self._missed[request.id] = self._missed.get(request.id, 0) + 1
            if self._missed[request.id] > _MAY_MISS:
                raise
            return
        self._missed.pop(request.id, None)
        if status == 204:
            return
        if status != 200:
            raise RuntimeError(f"the webhook answered with status {status}")
        try:
            decisions = json.loads(body)
        except (ValueError, RecursionError):
            raise BadMessage("not JSON") from None
        if not isinstance(decisions, list):
            raise BadMessage("not a list of decisions")
        for decision in decisions:
            if not isinstance(decision, dict) or decision.get("request") != request.id:
                raise BadMessage("a decision for another request")
            # The service may tell all it has each time.
            taken, text = self._taken.setdefault(request.id, set()), json.dumps(decision, sort_keys=True)
            if text not in taken:
                taken.add(text)
                self._take(decision)

    def settle(self, request: ApprovalRequest, approval: Approval) -> None:
        """Forget what was noted about the request."""
        self._taken.pop(request.id, None)
        self._missed.pop(request.id, None)

    def handle(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Take a decision that was posted to us; return status and text of the HTTP answer.

        Args:
            headers: Names in lower case; untrusted.
            body: Untrusted.
        """
        try:
            with self._lock:
                open_sealed(self._secret, "decision", headers, body, int(time.time()), self._nonces)
            return self._take(json.loads(body))
        except BadMessage as error:
            return 403, str(error)
        except (ValueError, RecursionError):
            return 400, "not JSON"

    def _take(self, decision: Any) -> tuple[int, str]:
        if (
            not isinstance(decision, dict)
            or type(decision.get("approved")) is not bool
            or not all(isinstance(decision.get(name, ""), str) for name in _TEXTS)
            or not isinstance(groups := decision.get("groups", []), list)
            or not all(isinstance(group, str) for group in groups)
            or len(reason := decision.get("reason", "")) > _MAX_REASON
        ):
            return 400, "not a decision"
        id = decision.get("request", "")
        by = Principal(decision.get("approver", ""), groups=frozenset(groups), level="attested")
        try:
            request = self.store.get(id).request
            if (decision.get("digest"), decision.get("shown")) != (request.digest, shown_digest(request)):
                return 409, "the decision is for another request, or something else was shown"
            evidence = {"channel": "webhook", "shown": shown_digest(request)}
            give_answer(self.store, id, by, decision["approved"], self._now(), reason, evidence=evidence)
        except NoSuchApproval:
            return 404, "there is no such request"
        except IllegalTransition as error:
            return 409, str(error)
        return 200, "taken"

    def _post(
        self, url: str, purpose: str, content: dict[str, Any], left: float, *, answered: bool = False
    ) -> tuple[int, bytes]:
        body = json.dumps(content, sort_keys=True).encode()
        nonce = secrets.token_urlsafe(24)
        headers = seal(self._secret, purpose, body, int(time.time()), nonce) | {"Content-Type": "application/json"}
        answer = send("POST", url, body, headers, min(self._timeout, max(left, 0.1)))
        if answered and answer.status == 200:
            if open_sealed(self._secret, "answer", answer.headers, answer.body, int(time.time())) != nonce:
                raise BadMessage("an answer to another question")
        return answer.status, answer.body
