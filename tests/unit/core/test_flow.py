"""The order of effects in one statement's way, as data in and effects out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pcishield.core.decision import ApprovalAnswer, Decision
from pcishield.core.effects import AppendRecord, AskApproval, Decide, RunCall
from pcishield.core.flow import statement_flow
from pcishield.exceptions import (
    ApprovalDenied,
    AuditUnavailable,
    IdentityRequired,
    LimitExceeded,
    MaskedWriteBack,
    PolicyViolation,
    StatementDenied,
)

ALLOW = Decision("allow")
ASK = Decision("require_approval", rule="ddl", reason="changes the schema")
YES = [ApprovalAnswer(approved=True, approver="alice")]


class PlainSteps:
    """Fields that only say which step they belong to; the result can be left for later."""

    def __init__(self, deferred: bool = False) -> None:
        self.deferred = deferred

    def denied(self, decision: Decision, error: BaseException | None) -> dict[str, Any]:
        return {"error": type(error).__name__ if error else ""}

    def approved(self, decision: Decision, answers: Sequence[ApprovalAnswer]) -> dict[str, Any]:
        return {"by": [answer.approver for answer in answers]}

    def attempt(self, decision: Decision) -> dict[str, Any]:
        return {}

    def outcome(self, attempt_id: str, value: Any, error: BaseException | None) -> dict[str, Any] | None:
        return None if self.deferred else {"attempt": attempt_id, "value": value, "error": error}


def test_an_allowed_statement_is_attempted_run_and_recorded_in_that_order() -> None:
    """The database is reached only between a durable attempt and the result."""

    flow = statement_flow(PlainSteps())

    assert Decide() == flow.send(None)
    assert AppendRecord("attempt", {}, durable=True) == flow.send(ALLOW)
    assert RunCall() == flow.send("shard/7")
    assert AppendRecord("result", {"attempt": "shard/7", "value": 42, "error": None}) == flow.send(42)
    with pytest.raises(StopIteration) as stop:
        flow.send("shard/8")
    assert 42 == stop.value.value


def test_a_deferred_result_is_left_to_the_operation() -> None:
    """When rows are still to be fetched, the flow ends without a result record."""

    flow = statement_flow(PlainSteps(deferred=True))
    flow.send(None)
    flow.send(ALLOW)
    flow.send("shard/7")

    with pytest.raises(StopIteration) as stop:
        flow.send("cursor")
    assert "cursor" == stop.value.value


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("rule", StatementDenied),
        ("default", StatementDenied),
        ("unparsable", StatementDenied),
        ("policy-error", StatementDenied),
        ("masked-write-back", MaskedWriteBack),
        ("identity", IdentityRequired),
        ("limit", LimitExceeded),
    ],
)
def test_a_denial_is_recorded_before_it_is_raised(code: str, error: type[PolicyViolation]) -> None:
    """The refusal carries the id of its own record, and nothing was run."""

    flow = statement_flow(PlainSteps())
    flow.send(None)

    effect = flow.send(Decision("deny", rule="r1", code=code, reason="no", hint="do else"))
    assert AppendRecord("denied", {"error": ""}, durable=True) == effect
    with pytest.raises(error) as raised:
        flow.send("shard/3")
    assert "shard/3" == raised.value.record_id
    assert ("r1", "no", "do else") == (raised.value.rule, raised.value.reason, raised.value.hint)


def test_an_approved_statement_records_who_approved_before_the_attempt() -> None:
    """approval.used is durable and comes before the attempt."""

    flow = statement_flow(PlainSteps())
    flow.send(None)

    assert AskApproval(ASK) == flow.send(ASK)
    assert AppendRecord("approval.used", {"by": ["alice"]}, durable=True) == flow.send(YES)
    assert AppendRecord("attempt", {}, durable=True) == flow.send("shard/1")


def test_a_refused_approval_is_recorded_and_raised() -> None:
    """The approver's refusal reaches the caller with its record's id."""

    flow = statement_flow(PlainSteps())
    flow.send(None)
    flow.send(ASK)

    refusal = ApprovalDenied("no", decision=ASK)
    assert AppendRecord("denied", {"error": "ApprovalDenied"}, durable=True) == flow.throw(refusal)
    with pytest.raises(ApprovalDenied) as raised:
        flow.send("shard/2")
    assert refusal is raised.value
    assert "shard/2" == raised.value.record_id


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), GeneratorExit()])
def test_whatever_the_driver_raises_is_recorded_and_raised_again(error: BaseException) -> None:
    """Interrupts and cancellation are outcomes too."""

    flow = statement_flow(PlainSteps())
    flow.send(None)
    flow.send(ALLOW)
    flow.send("shard/1")

    effect = flow.throw(error)
    assert AppendRecord("result", {"attempt": "shard/1", "value": None, "error": error}) == effect
    with pytest.raises(type(error)) as raised:
        flow.send("shard/2")
    assert error is raised.value


def test_nothing_runs_when_the_attempt_cannot_be_written() -> None:
    """AuditUnavailable at the attempt ends the flow before RunCall."""

    flow = statement_flow(PlainSteps())
    flow.send(None)
    flow.send(ALLOW)

    with pytest.raises(AuditUnavailable):
        flow.throw(AuditUnavailable("disk full"))


def test_a_refusal_that_cannot_be_recorded_refuses_as_well() -> None:
    """A broken log never turns a denial into anything weaker."""

    flow = statement_flow(PlainSteps())
    flow.send(None)
    flow.send(Decision("deny", reason="no"))

    with pytest.raises(AuditUnavailable):
        flow.throw(AuditUnavailable("disk full"))
