"""Asks in a Slack channel, with buttons.

- The message has the whole request, as plain text, in as many blocks as it takes. What Slack cannot show whole gets no
  button to approve it.
- Slack signs each click (``X-Slack-Signature``); it is checked in constant time, bounded in age and taken once.
- Who clicked is looked up in ``people``: nobody else can answer, and groups are what is written there.

Slack posts clicks to one URL of yours: mount :meth:`SlackApprover.handle` there, or let a
:class:`pcishield.runtime.receiver.Receiver` listen behind a proxy with TLS. Slack and its administrators are trusted
with who clicked; where that is not enough, use the queue with signed decisions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from pcishield.approval.sealed import MAX_BODY, Nonces
from pcishield.approval.shown import pages, shown, shown_digest
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.approval.store import NoSuchApproval, give_answer
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal
from pcishield.runtime.memory_store import MemoryStore
from pcishield.runtime.waiting import WaitingApprover, system_now

__all__ = ["SlackApprover"]

_PAGE = 2_900
_PAGES = 40
_MAX_REASON = 500


class SlackApprover(WaitingApprover):
    """Asks in a channel. For sync and async callers.

    Args:
        client: Of slack_sdk, with a bot token that may write to the channel.
        channel: Id of the channel.
        signing_secret: Of the Slack app.
        people: Slack user id to the human: name and groups of a principal without agent.
        now: Clock; timezone-aware.

    Raises:
        ValueError: Nobody could answer, or no signing secret.
    """

    def __init__(
        self,
        client: WebClient,
        channel: str,
        signing_secret: str,
        people: Mapping[str, Principal],
        *,
        now: Callable[[], datetime] = system_now,
    ) -> None:
        super().__init__(MemoryStore(), now=now)
        if not people or not signing_secret:
            raise ValueError("SlackApprover needs people who may answer, and the app's signing secret")
        self._client = client
        self._channel = channel
        self._verifier = SignatureVerifier(signing_secret)
        self._people = dict(people)
        self._messages: dict[str, tuple[str, str]] = {}
        self._nonces = Nonces()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"SlackApprover(channel={self._channel!r})"

    def announce(self, request: ApprovalRequest) -> None:
        """Post the message. Raises when Slack does not take it."""
        text = f"Approval needed: {request.summary or request.rule}"
        posted = self._client.chat_postMessage(channel=self._channel, text=text, blocks=_blocks(request))
        self._messages[request.id] = (str(posted["channel"]), str(posted["ts"]))

    def settle(self, request: ApprovalRequest, approval: Approval) -> None:
        """Take the buttons off and say how it ended."""
        message = self._messages.pop(request.id, None)
        if message is not None:
            names = ", ".join(answer.approver for answer in approval.answers)
            text = f"{approval.state}" + (f" by {names}" if names else "")
            blocks = [*_text_blocks(request), _plain(text)]
            self._client.chat_update(channel=message[0], ts=message[1], text=text, blocks=blocks)

    def handle(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Take a click that Slack posted to us; return status and text of the HTTP answer.

        Args:
            headers: Names in lower case; untrusted.
            body: Untrusted.
        """
        if len(body) > MAX_BODY:
            return 413, "too long"
        if not self._genuine(headers, body):
            return 403, "the signature is wrong, old, or was seen before"
        try:
            payload = json.loads(parse_qs(body.decode("utf-8"), strict_parsing=True)["payload"][0])
            action = payload["actions"][0]
            verdict = {"pcishield.approve": True, "pcishield.deny": False}[action["action_id"]]
            asked = json.loads(action["value"])
            id, digest, seen = (str(asked[name]) for name in ("id", "digest", "shown"))
            user = str(payload["user"]["id"])
            reason = _reason(payload)
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError):
            return 400, "not a click on one of our buttons"
        return self._take(user, id, digest, seen, verdict, reason)

    def _genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not stamp.isdecimal() or len(stamp) > 12 or not signature.isascii():
            return False
        try:
            if not self._verifier.is_valid(body, stamp, signature):
                return False
        except ValueError:
            return False
        with self._lock:
            return self._nonces.use(signature, int(stamp))

    def _take(self, user: str, id: str, digest: str, seen: str, verdict: bool, reason: str) -> tuple[int, str]:
        human = self._people.get(user)
        by = replace(human, level="attested") if human is not None else Principal(f"slack:{user}")
        evidence = {"channel": "slack", "slack_user": user}
        try:
            request = self.store.get(id).request
            if (digest, seen) != (request.digest, shown_digest(request)):
                return 409, "the click is for another request"
            if human is None:
                return self._void(id, by, verdict, reason, "nobody who may answer")
            give_answer(self.store, id, by, verdict, self._now(), reason, evidence=evidence)
        except NoSuchApproval:
            return 404, "there is no such request"
        except IllegalTransition as error:
            return 409, str(error)
        return 200, "taken"

    def _void(self, id: str, by: Principal, verdict: bool, reason: str, why: str) -> tuple[int, str]:
        answer = ApprovalAnswer(verdict, by.user, reason, {"channel": "slack"}, at=self._now())
        self.store.change(id, lambda approval: approval.voided(answer, why))
        return 403, why


def _blocks(request: ApprovalRequest) -> list[dict[str, Any]]:
    value = json.dumps({"id": request.id, "digest": request.digest, "shown": shown_digest(request)})
    texts = _text_blocks(request)
    whole = len(pages(shown(request), _PAGE)) <= _PAGES
    buttons = [_button("deny", "Deny", "danger", value)]
    if whole:
        buttons.insert(0, _button("approve", "Approve", "primary", value))
    return [
        *texts,
        {
            "type": "input",
            "block_id": "pcishield.reason",
            "optional": True,
            "label": {"type": "plain_text", "text": "Reason (no card data)"},
            "element": {"type": "plain_text_input", "action_id": "reason", "max_length": _MAX_REASON},
        },
        {"type": "actions", "elements": buttons},
    ]


def _text_blocks(request: ApprovalRequest) -> list[dict[str, Any]]:
    found = pages(shown(request), _PAGE)
    if len(found) <= _PAGES:
        return [_plain(page) for page in found]
    command = f"pcishield approvals show {request.id}"
    return [_plain(f"This statement is too long to be shown whole here, so it cannot be approved here: {command}")]


def _plain(text: str) -> dict[str, Any]:
    # plain_text: Slack interprets nothing in it, neither mentions nor links nor formatting.
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _button(verdict: str, label: str, style: str, value: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": f"pcishield.{verdict}",
        "style": style,
        "text": {"type": "plain_text", "text": label},
        "value": value,
    }


def _reason(payload: dict[str, Any]) -> str:
    values = payload.get("state", {}).get("values", {})
    text = values.get("pcishield.reason", {}).get("reason", {}).get("value") or ""
    return str(text)[:_MAX_REASON]
