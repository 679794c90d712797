"""Cards and alerts, posted to a service that the test runs."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from pcishield.approval.store import give_answer
from pcishield.approvers import QueueApprover
from pcishield.approvers.alerts import WebhookAlert
from pcishield.approvers.teams import TeamsCard, card
from pcishield.core.decision import Principal
from pcishield.runtime.memory_store import MemoryStore
from pcishield.runtime.waiting import system_now
from tests.approvals.conftest import Asked, FakeService, a_request, eventually


def test_a_card_tells_it_whole_and_the_queue_takes_the_answer(service: FakeService) -> None:
    """The card has every line, no Markdown of the statement's, and how to answer."""
    store = MemoryStore()
    approver = QueueApprover(store, notify=[TeamsCard(service.url, answer_url="https://example.org/{id}")])
    request = a_request(template="SELECT [a](b) FROM t")
    asked = Asked(approver, request)
    content = json.loads(eventually(lambda: service.received)[0][2])["attachments"][0]["content"]
    facts = {fact["title"]: fact["value"] for fact in content["body"][1]["facts"]}

    assert "AdaptiveCard" == content["type"]
    assert r"SELECT \[a\]\(b\) FROM t" == facts["SQL"]
    assert f"https://example.org/{request.id}" == content["actions"][0]["url"]
    give_answer(store, request.id, Principal("zoe"), True, system_now())
    assert ["zoe"] == [one.approver for one in asked.result()]


def test_what_does_not_fit_a_card_is_not_shown_in_part() -> None:
    """Teams would cut it."""
    text = json.dumps(card(a_request(template="x" * 30_000)))

    assert "xxx" not in text
    assert "Too long to be shown whole" in text


def test_a_card_that_does_not_arrive_leaves_the_request_in_the_queue(
    service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said in the log, without the URL, and the queue goes on."""
    service.answers["/secret"] = lambda headers, body: (500, {}, b"")
    store = MemoryStore()
    request = a_request()
    with caplog.at_level(logging.WARNING, "pcishield.approvals"):
        asked = Asked(QueueApprover(store, notify=[TeamsCard(f"{service.url}/secret")]), request)
        eventually(lambda: caplog.records)
    assert request.id in caplog.text
    assert "secret" not in caplog.text
    give_answer(store, request.id, Principal("zoe"), False, system_now())
    assert [False] == [one.approved for one in asked.result()]


def test_an_alert_arrives_or_raises(service: FakeService) -> None:
    """A status that refuses is an error, so the statement it is about does not run."""
    WebhookAlert(f"{service.url}/ok")("kim broke the glass")
    assert {"text": "kim broke the glass"} == json.loads(service.received[0][2])
    service.answers["/no"] = lambda headers, body: (404, {}, b"")
    with pytest.raises(RuntimeError, match="status 404"):
        WebhookAlert(f"{service.url}/no")("kim broke the glass")


@pytest.mark.parametrize("maker", [WebhookAlert, TeamsCard])
def test_no_text_shows_the_url(maker: Any) -> None:
    """Chat services put secrets into it."""
    assert "T0K3N" not in repr(maker("https://example.org/T0K3N"))
