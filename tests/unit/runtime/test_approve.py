"""Judging what approvers say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Decision, Principal
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, ApprovalPending, PolicyViolation
from pcishield.runtime.approve import ask, ask_async

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
DECISION = Decision("require_approval", rule="ddl", reason="changes the schema")
REQUEST = ApprovalRequest(
    id="r1", template="DROP TABLE t", summary="drops t", fingerprint="f", digest="d", tables=("t",), hazards=("drop",),
    actions=("ddl",), classes=(), principal=Principal("maria"), database="shop", rule="ddl",
    reason="changes the schema", requested_at=NOW, expires_at=NOW + timedelta(minutes=15),
)  # fmt: skip
ZOE = ApprovalAnswer(approved=True, approver="zoe")


class StoppedClock:
    """A clock that shows what it is set to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic_ns(self) -> int:
        return 0


def both(approver: Any, request: ApprovalRequest = REQUEST, clock: StoppedClock | None = None) -> list[ApprovalAnswer]:
    """Ask the sync and the async way; both must agree."""
    clock = clock or StoppedClock()
    outcomes: list[Any] = []
    for way in (
        lambda: ask(approver, request, DECISION, clock),
        lambda: asyncio.run(ask_async(approver, request, DECISION, clock)),
    ):
        try:
            outcomes.append(way())
        except PolicyViolation as error:
            outcomes.append(error)
    first, second = outcomes
    if isinstance(first, PolicyViolation):
        assert (type(first), str(first)) == (type(second), str(second))
        raise first
    assert first == second
    return first


async def _async_yes(request: ApprovalRequest) -> bool:
    await asyncio.sleep(0)
    return True


class AsyncApprover:
    """An object whose call is a coroutine function."""

    async def __call__(self, request: ApprovalRequest) -> ApprovalAnswer:
        return ZOE


@pytest.mark.parametrize("approver", [lambda request: True, _async_yes, AsyncApprover(), lambda request: [ZOE]])
def test_sync_and_async_approvers_answer_sync_and_async_connections(approver: Any) -> None:
    """Any of the four combinations gives the positive answer."""

    answers = both(approver)

    assert [True] == [answer.approved for answer in answers]


@pytest.mark.parametrize("answer", [False, None, 1, "yes", [], [True], object(), {"approved": True}])
def test_only_an_explicit_yes_is_a_yes(answer: Any) -> None:
    """Truthy things that are not an answer are refusals."""

    with pytest.raises(ApprovalDenied):
        both(lambda request: answer)


def test_no_approver_is_a_denial_that_says_what_to_do() -> None:
    """Without an approver the message names the setting."""

    with pytest.raises(ApprovalDenied, match=r"no approver is configured.*Shield\(approver="):
        both(None)


def test_a_failing_approver_refuses_without_its_message() -> None:
    """The approver's own text could quote anything, so only its class is told."""

    def broken(request: ApprovalRequest) -> bool:
        raise OSError("secret 4242")

    with pytest.raises(ApprovalDenied, match="failed with OSError") as raised:
        both(broken)
    assert "secret" not in str(raised.value)


def test_the_requester_cannot_approve() -> None:
    """An answer in the requester's name is a refusal."""

    with pytest.raises(ApprovalDenied, match="maria cannot approve"):
        both(lambda request: ApprovalAnswer(approved=True, approver="maria"))


def test_two_approvals_need_two_people() -> None:
    """The same person twice counts once (PCI DSS 7.2.3)."""
    two = replace(REQUEST, approvals=2)
    yan = ApprovalAnswer(approved=True, approver="yan")

    assert [ZOE, yan] == both(lambda request: [ZOE, yan], two)
    with pytest.raises(ApprovalDenied, match="1 of 2 distinct"):
        both(lambda request: [ZOE, ZOE], two)


def test_one_refusal_among_approvals_refuses() -> None:
    """A no beats any number of yeses."""
    no = ApprovalAnswer(approved=False, approver="yan", reason="not today")

    with pytest.raises(ApprovalDenied, match=r"refused by yan \(not today\)"):
        both(lambda request: [ZOE, no])


def test_an_answer_after_the_deadline_does_not_count() -> None:
    """A sync approver that comes back too late is an expiry."""
    clock = StoppedClock()

    def late(request: ApprovalRequest) -> bool:
        clock.time = NOW + timedelta(minutes=16)
        return True

    with pytest.raises(ApprovalExpired):
        ask(late, REQUEST, DECISION, clock)


def test_an_async_approver_that_never_answers_expires() -> None:
    """The await is bounded by the request's deadline."""
    soon = replace(REQUEST, expires_at=NOW + timedelta(milliseconds=20))

    async def never(request: ApprovalRequest) -> bool:
        await asyncio.Event().wait()
        return True

    with pytest.raises(ApprovalExpired):
        asyncio.run(ask_async(never, soon, DECISION, StoppedClock()))


def test_a_pending_answer_passes_through() -> None:
    """ApprovalPending from a queue reaches the caller as it is."""

    def queue(request: ApprovalRequest) -> bool:
        raise ApprovalPending(request_id=request.id, decision=DECISION)

    with pytest.raises(ApprovalPending) as raised:
        both(queue)
    assert "r1" == raised.value.request_id


def test_an_interrupt_inside_an_approver_is_the_callers() -> None:
    """Ctrl-C while waiting is not an answer."""

    def interrupted(request: ApprovalRequest) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(interrupted, REQUEST, DECISION, StoppedClock())
