"""The webhook approver against a service that the test runs."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pcishield.approval.sealed import BadMessage, Nonces, open_sealed, seal
from pcishield.approval.shown import shown_digest
from pcishield.approvers.webhook import WebhookApprover
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.receiver import Receiver
from tests.approvals.conftest import Asked, FakeService, a_request, eventually

SECRET = b"s" * 32
REQUEST = a_request()


def decision(asked: Any, **changes: Any) -> dict[str, Any]:
    return {
        "request": asked.id, "digest": asked.digest, "shown": shown_digest(asked), "approved": True,
        "approver": "zoe", "groups": ["dba"], "reason": "looked at it",
    } | changes  # fmt: skip


def sealed(content: Any, *, purpose: str = "decision", nonce: str = "n" * 24, stamp: int | None = None,
           secret: bytes = SECRET) -> tuple[dict[str, str], bytes]:  # fmt: skip
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = seal(secret, purpose, body, int(time.time()) if stamp is None else stamp, nonce)
    return {name.lower(): value for name, value in headers.items()}, body


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_request_goes_out_sealed_and_its_decision_comes_back(service: FakeService, asynchronous: bool) -> None:
    """Through a real receiver; the service sees the whole text and no value."""
    approver = WebhookApprover(f"{service.url}/ask", SECRET)
    with Receiver({"/decisions": approver.handle}) as receiver:
        request = a_request()
        asked = Asked(approver, request, asynchronous)
        path, headers, body = eventually(lambda: service.received and service.received[0])
        assert "/ask" == path
        assert open_sealed(SECRET, "request", headers, body, int(time.time()))
        content = json.loads(body)
        assert request.template in content["shown"]
        assert shown_digest(request) == content["shown_digest"]

        import http.client

        sealing, answer = sealed(decision(request))
        connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
        connection.request("POST", "/decisions", answer, sealing)
        assert 200 == connection.getresponse().status
        connection.close()
        (got,) = asked.result()
    assert (True, "zoe", "webhook", "attested") == (
        got.approved, got.approver, got.evidence["channel"], got.evidence["level"]
    )  # fmt: skip


def test_decisions_can_be_polled_for(service: FakeService) -> None:
    """204 while there is none, then a list that is sealed with our own nonce."""
    request = a_request()
    polls = [0]

    def answer(headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        assert request.id == json.loads(body)["id"]
        open_sealed(SECRET, "poll", headers, body, int(time.time()))
        polls[0] += 1
        if polls[0] < 2:
            return 204, {}, b""
        content = json.dumps([decision(request)]).encode()
        nonce = headers["x-pcishield-nonce"]
        return 200, seal(SECRET, "answer", content, int(time.time()), nonce), content

    service.answers["/poll"] = answer
    approver = WebhookApprover(f"{service.url}/ask", SECRET, poll_url=f"{service.url}/poll")
    assert ["zoe"] == [one.approver for one in Asked(approver, request).result()]


@pytest.mark.parametrize("fault", ["replayed nonce", "no seal", "other request", "nonsense", "status"])
def test_what_a_poll_must_not_answer_refuses(service: FakeService, fault: str) -> None:
    """An old answer, an unsealed one, one for another request, or nonsense: an exception, which refuses."""
    request = a_request()

    def answer(headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        content = json.dumps([decision(a_request() if fault == "other request" else request)]).encode()
        if fault == "nonsense":
            content = b"[" * 30_000
        nonce = "o" * 24 if fault == "replayed nonce" else headers["x-pcishield-nonce"]
        proof = {} if fault == "no seal" else seal(SECRET, "answer", content, int(time.time()), nonce)
        return (500 if fault == "status" else 200), proof, content

    service.answers["/poll"] = answer
    approver = WebhookApprover(f"{service.url}/ask", SECRET, poll_url=f"{service.url}/poll")
    with pytest.raises((BadMessage, RuntimeError)):
        Asked(approver, request).result()


NOT_TAKEN: list[tuple[str, Any, int]] = [
    ("forged", lambda r: sealed(decision(r), secret=b"x" * 32), 403),
    ("other purpose", lambda r: sealed(decision(r), purpose="answer"), 403),
    ("late", lambda r: sealed(decision(r), stamp=int(time.time()) - 1000), 403),
    ("early", lambda r: sealed(decision(r), stamp=int(time.time()) + 1000), 403),
    ("short nonce", lambda r: ({**sealed(decision(r))[0], "x-pcishield-nonce": "n"}, sealed(decision(r))[1]), 403),
    ("no headers", lambda r: ({}, sealed(decision(r))[1]), 403),
    ("changed", lambda r: (sealed(decision(r))[0], sealed(decision(r, approver="yan"))[1]), 403),
    ("oversized", lambda r: sealed(decision(r, reason="x" * 70_000)), 403),
    ("long reason", lambda r: sealed(decision(r, reason="x" * 501)), 400),
    ("not JSON", lambda r: sealed(b"yes"), 400),
    ("not a decision", lambda r: sealed([]), 400),
    ("truthy", lambda r: sealed(decision(r, approved=1)), 400),
    ("groups", lambda r: sealed(decision(r, groups=[1])), 400),
    ("unknown request", lambda r: sealed(decision(r, request="other")), 404),
    ("other digest", lambda r: sealed(decision(r, digest="0")), 409),
    ("other text shown", lambda r: sealed(decision(r, shown="0")), 409),
    ("requester", lambda r: sealed(decision(r, approver="Maria")), 409),
    ("nobody", lambda r: sealed(decision(r, approver=" ")), 409),
]


@pytest.mark.parametrize(("make", "status"), [case[1:] for case in NOT_TAKEN], ids=[case[0] for case in NOT_TAKEN])
def test_a_decision_that_is_not_as_it_must_be_counts_for_nothing(service: FakeService, make: Any, status: int) -> None:
    """Each with its status; the request stays as open as it was."""
    request = a_request()
    approver = WebhookApprover(service.url, SECRET)
    asked = Asked(approver, request)
    eventually(lambda: service.received)
    headers, body = make(request)
    assert status == approver.handle(headers, body)[0]
    approver.take_back(request)
    assert not any(one.approved and not one.void for one in asked.result())


def test_a_decision_is_taken_once(service: FakeService) -> None:
    """The same message again is refused, and another yes of the same human as well."""
    request = a_request(approvals=2)
    approver = WebhookApprover(service.url, SECRET)
    asked = Asked(approver, request)
    eventually(lambda: service.received)
    message = sealed(decision(request))
    again = sealed(decision(request), nonce="m" * 24)

    assert [200, 403, 409] == [approver.handle(*one)[0] for one in (message, message, again)]
    assert 200 == approver.handle(*sealed(decision(request, approver="yan"), nonce="k" * 24))[0]
    got = asked.result()
    assert ["yan", "zoe"] == sorted(one.approver for one in got if not one.void)
    assert ["zoe"] == [one.approver for one in got if one.void]


def test_a_service_that_is_down_or_refuses_refuses_the_request(service: FakeService) -> None:
    """Nobody can have been asked, so nobody can have said yes."""
    service.answers["/ask"] = lambda headers, body: (503, {}, b"")
    with pytest.raises(RuntimeError, match="status 503"):
        WebhookApprover(f"{service.url}/ask", SECRET)(a_request())
    service.answers["/big"] = lambda headers, body: (200, {}, b"x" * 100_000)
    with pytest.raises(Exception, match="longer than"):
        WebhookApprover(f"{service.url}/big", SECRET)(a_request())
    url = service.url
    service.close()
    with pytest.raises(OSError, match="refused"):
        WebhookApprover(url, SECRET)(a_request())


def test_a_service_that_does_not_answer_is_left_behind(service: FakeService) -> None:
    """After the timeout that was given, not after that of the other side."""
    service.answers["/"] = lambda headers, body: (time.sleep(3), (200, {}, b""))[1]
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        WebhookApprover(f"{service.url}/", SECRET, timeout_seconds=0.2)(a_request())
    assert time.monotonic() - start < 2.5


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org", "https://", "nonsense"])
def test_only_https_leaves_the_host(url: str) -> None:
    """And the error does not show the URL, which may be a secret."""
    with pytest.raises(ConfigurationError) as raised:
        WebhookApprover(url, SECRET)
    assert "example" not in str(raised.value)


def test_a_short_secret_is_none() -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="32 bytes"):
        WebhookApprover("https://example.org", b"short")


def test_nonces_are_forgotten_when_their_time_is_over() -> None:
    """What can no longer be replayed need not be remembered."""
    nonces = Nonces()

    assert [True, False, False, True] == [nonces.use("a", now) for now in (0, 1, 600, 1201)]
