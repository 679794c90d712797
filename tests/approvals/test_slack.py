"""The Slack approver against a fake of Slack's API that is served over HTTP."""

from __future__ import annotations

import hmac
import json
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
import slack_sdk

from pcishield.approval.shown import shown
from pcishield.approvers.slack import SlackApprover
from pcishield.core.decision import Principal
from tests.approvals.conftest import Asked, FakeService, a_request, eventually

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PEOPLE = {
    "U1": Principal("zoe", groups=frozenset({"dba"}), level="attested"),
    "U2": Principal("yan", groups=frozenset({"security"}), level="attested"),
    "U3": Principal("maria", level="attested"),
}


class Slack:
    """Slack as the approver sees it: takes messages, and clicks for people."""

    def __init__(self, service: FakeService) -> None:
        self.service = service
        for method in ("chat.postMessage", "chat.update"):
            service.answers[f"/api/{method}"] = self._take
        self.approver = SlackApprover(
            slack_sdk.WebClient("xoxb-test", base_url=f"{service.url}/api/"), "C1", SECRET, PEOPLE
        )

    def _take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        assert "Bearer xoxb-test" == headers["authorization"]
        answer = {"ok": True, "channel": "C1", "ts": "1700000000.000100"}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def message(self, method: str = "chat.postMessage") -> dict[str, Any]:
        """Wait for a message; return it."""

        def find() -> Any:
            return [json.loads(body) for path, _, body in self.service.received if path == f"/api/{method}"]

        return eventually(find)[-1]  # type: ignore[no-any-return]

    def click(self, user: str, verdict: str, **changes: Any) -> tuple[dict[str, str], bytes]:
        """Make the request that Slack sends when somebody clicks."""
        buttons = self.message()["blocks"][-1]["elements"]
        button = next(one for one in buttons if one["action_id"] == f"pcishield.{verdict}")
        payload = {
            "type": "block_actions", "user": {"id": user}, "actions": [button],
            "state": {"values": {"pcishield.reason": {"reason": {"value": changes.pop("reason", "fine")}}}},
        } | changes.pop("payload", {})  # fmt: skip
        body = changes.pop("body", None) or urlencode({"payload": json.dumps(payload)}).encode()
        return signed(body, **changes), body


def signed(body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time()) - age)
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}


@pytest.fixture
def slack(service: FakeService) -> Slack:
    return Slack(service)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_two_people_click_and_the_message_says_so(slack: Slack, asynchronous: bool) -> None:
    """The whole text is in plain text blocks; the buttons go when it is decided."""
    request = a_request(approvals=2)
    asked = Asked(slack.approver, request, asynchronous)
    blocks = slack.message()["blocks"]
    texts = "".join(block["text"]["text"] for block in blocks if block["type"] == "section")
    assert shown(request) == texts
    assert {"plain_text"} == {block["text"]["type"] for block in blocks if block["type"] == "section"}

    assert 200 == slack.approver.handle(*slack.click("U1", "approve"))[0]
    assert 200 == slack.approver.handle(*slack.click("U2", "approve", reason=""))[0]
    got = asked.result()
    assert {("zoe", "fine", "slack"), ("yan", "", "slack")} == {
        (one.approver, one.reason, one.evidence["channel"]) for one in got
    }
    update = slack.message("chat.update")
    assert "used by zoe, yan" == update["text"]
    assert not any(block["type"] == "actions" for block in update["blocks"])


def test_one_click_on_deny_ends_it(slack: Slack) -> None:
    """The no carries the name and the reason."""
    asked = Asked(slack.approver, a_request())
    assert 200 == slack.approver.handle(*slack.click("U2", "deny", reason="not today"))[0]

    assert [(False, "yan", "not today")] == [(one.approved, one.approver, one.reason) for one in asked.result()]


def test_clicks_that_do_not_count(slack: Slack) -> None:
    """Forged, old, replayed, garbled, by the requester, by a stranger, twice by one human, for another request."""
    request = a_request(approvals=3)
    asked = Asked(slack.approver, request)
    handle = slack.approver.handle
    good = slack.click("U1", "approve")
    other = {"actions": [{"action_id": "pcishield.approve", "value": '{"id": "x", "digest": "", "shown": ""}'}]}
    wrong = {"actions": [{"action_id": "pcishield.approve",
                          "value": json.dumps({"id": request.id, "digest": "0", "shown": "0"})}]}  # fmt: skip

    assert 403 == handle(*slack.click("U1", "approve", secret="other"))[0]
    assert 403 == handle(*slack.click("U1", "approve", age=600))[0]
    assert 403 == handle({}, good[1])[0]
    assert 403 == handle(good[0], good[1] + b"&x=1")[0]
    assert 413 == handle(*slack.click("U1", "approve", body=b"x" * 70_000))[0]
    assert 400 == handle(*slack.click("U1", "approve", body=b"payload=%5B"))[0]
    assert 400 == handle(*slack.click("U1", "approve", payload={"actions": []}))[0]
    assert 404 == handle(*slack.click("U1", "approve", payload=other))[0]
    assert 409 == handle(*slack.click("U1", "approve", payload=wrong))[0]
    assert 409 == handle(*slack.click("U3", "approve"))[0]
    assert 403 == handle(*slack.click("U9", "approve"))[0]
    assert [200, 403] == [handle(*good)[0], handle(*good)[0]]
    assert 409 == handle(*slack.click("U1", "approve", reason="again"))[0]
    assert "pending" == slack.approver.store.get(request.id).state
    slack.approver.take_back(request)
    got = [one for one in asked.result() if one.approved]
    assert ["zoe"] == [one.approver for one in got if not one.void]
    assert {"maria", "slack:U9", "zoe"} == {one.approver for one in got if one.void}


def test_what_slack_cannot_show_whole_cannot_be_approved_there(slack: Slack) -> None:
    """No text in part, and no button for a yes."""
    request = a_request(template="SELECT " + ", ".join(f"column_{n}" for n in range(12_000)))
    asked = Asked(slack.approver, request)
    message = slack.message()

    assert ["pcishield.deny"] == [one["action_id"] for one in message["blocks"][-1]["elements"]]
    assert "column_1" not in json.dumps(message)
    assert 200 == slack.approver.handle(*slack.click("U2", "deny"))[0]
    asked.result()


def test_a_long_statement_is_shown_whole_in_pieces(slack: Slack) -> None:
    """Every character of it arrives, in blocks that Slack takes."""
    request = a_request(template="SELECT " + ", ".join(f"column_{n}" for n in range(1_000)))
    asked = Asked(slack.approver, request)
    sections = [block["text"]["text"] for block in slack.message()["blocks"] if block["type"] == "section"]

    assert shown(request) == "".join(sections)
    assert max(map(len, sections)) <= 3000
    slack.approver.take_back(request)
    assert [False] == [one.approved for one in asked.result()]


def test_slack_that_is_down_refuses(service: FakeService) -> None:
    """An error of the API reaches the caller as an exception, which refuses."""
    slack = Slack(service)
    service.answers["/api/chat.postMessage"] = lambda headers, body: (
        200, {"Content-Type": "application/json"}, b'{"ok": false, "error": "not_in_channel"}'
    )  # fmt: skip
    with pytest.raises(slack_sdk.errors.SlackApiError):
        slack.approver(a_request())
    with pytest.raises(ValueError, match="people"):
        SlackApprover(slack_sdk.WebClient("x"), "C1", SECRET, {})
