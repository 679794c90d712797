"""The way of one statement, and of one result, as generators.

Rules:

- ``statement_flow`` yields Decide, then perhaps AskApproval, then AppendRecord(attempt, durable), then
  RunCall, then AppendRecord(result). The database sees nothing before the attempt's answer has come.
- A refusal is recorded (durably) before it is raised. If the refusal cannot be recorded, the
  ``AuditUnavailable`` is raised instead: it refuses just as well.
- Whatever RunCall raises, ``KeyboardInterrupt`` and cancellation included, is recorded and raised again.
- A process killed between attempt and result leaves a dangling attempt, which ``audit verify`` reports.

The generators take an object with the record fields ready (see :class:`Steps`) and touch nothing else.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Protocol

from pcishield.core.decision import ApprovalAnswer, Decision
from pcishield.core.effects import AppendRecord, AskApproval, Decide, Effect, RunCall
from pcishield.exceptions import IdentityRequired, LimitExceeded, MaskedWriteBack, PolicyViolation, StatementDenied

__all__ = ["Steps", "statement_flow"]

_REFUSALS: dict[str, type[PolicyViolation]] = {
    "masked-write-back": MaskedWriteBack,
    "identity": IdentityRequired,
    "limit": LimitExceeded,
}

_DECIDE = Decide()
_RUN = RunCall()


class Steps(Protocol):
    """The record fields of one operation, step by step, as the handler of AppendRecord takes them.

    No field may hold a literal or a value.
    """

    def denied(self, decision: Decision, error: BaseException | None) -> dict[str, Any]:
        """Fields of ``denied``: refused by policy, or by an approver when ``error`` is given."""
        ...

    def approved(self, decision: Decision, answers: Sequence[ApprovalAnswer]) -> dict[str, Any] | None:
        """Fields of ``approval.used``; ``None`` when the attempt says by which approval it runs."""
        ...

    def attempt(self, decision: Decision) -> Any:
        """Fields of ``attempt``."""
        ...

    def outcome(self, attempt_id: str, value: Any, error: BaseException | None) -> Any:
        """Fields of ``result``; ``None`` when it is written later, with what was fetched."""
        ...


def statement_flow(steps: Steps) -> Generator[Effect, Any, Any]:
    """Carry one statement through decision, approval, attempt, execution and result.

    Returns:
        What the driver's call returned.

    Raises:
        PolicyViolation: Refused; recorded.
        AuditUnavailable: A record could not be written; nothing was executed after that point.
        BaseException: What the driver raised; recorded.
    """
    decision: Decision = yield _DECIDE
    if decision.outcome == "deny":
        record_id = yield AppendRecord("denied", steps.denied(decision, None), durable=True)
        raise _REFUSALS.get(decision.code, StatementDenied)(decision=decision, record_id=record_id)
    if decision.outcome == "require_approval":
        try:
            answers = yield AskApproval(decision)
        except PolicyViolation as error:
            error.record_id = yield AppendRecord("denied", steps.denied(decision, error), durable=True)
            raise
        if (used := steps.approved(decision, answers)) is not None:
            yield AppendRecord("approval.used", used, durable=True)
    attempt_id = yield AppendRecord("attempt", steps.attempt(decision), durable=True)
    try:
        value = yield _RUN
    except BaseException as error:
        fields = steps.outcome(attempt_id, None, error)
        if fields is not None:
            yield AppendRecord("result", fields)
        raise
    fields = steps.outcome(attempt_id, value, None)
    if fields is not None:
        yield AppendRecord("result", fields)
    return value
