"""Asking approvers: sync or async callbacks, one answer or several, judged the same way.

Rules (PCI DSS 7.2.3; FIELD.md part 1, 3.6):

- No approver, an exception, ``None``, ``False`` or an unknown answer: no.
- The requester cannot approve. Several approvals need several distinct approvers.
- An answer after the deadline does not count.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Iterable
from typing import Any

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Decision
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, PolicyViolation
from pcishield.runtime.guard import outside
from pcishield.typing import Approver, Clock

__all__ = ["approver_name", "ask", "ask_async"]

_NO_APPROVER = (
    "needs approval and no approver is configured. "
    "Configure one (Shield(approver=...)), or change the policy rule that asks for it."
)


def approver_name(approver: Approver) -> str:
    """Name of a callback for the record when its answer is a bare bool."""
    return getattr(approver, "__qualname__", None) or type(approver).__qualname__


def ask(approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock) -> list[ApprovalAnswer]:
    """Ask and wait.

    Returns:
        The distinct positive answers, at least ``request.approvals``.

    Raises:
        ApprovalDenied: Refused, or nobody to ask, or the approver failed.
        ApprovalExpired: The answer came after ``request.expires_at``.
    """
    if approver is None:
        raise ApprovalDenied(f"{decision.reason}: {_NO_APPROVER}", decision=decision)
    try:
        with outside():
            answer = approver(request)
            if inspect.isawaitable(answer):
                answer = _run(answer)
    except (PolicyViolation, KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        raise _failed(approver, decision, error) from error
    return _judge(answer, approver, request, decision, clock)


async def ask_async(
    approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    """Ask and await. A sync approver runs in a thread, so that the loop goes on. Otherwise like :func:`ask`."""
    if approver is None:
        raise ApprovalDenied(f"{decision.reason}: {_NO_APPROVER}", decision=decision)
    seconds = (request.expires_at - clock.now()).total_seconds()
    try:
        with outside():
            async with asyncio.timeout(max(seconds, 0)):
                call = getattr(approver, "__call__", approver)  # noqa: B004  (an instance may have an async __call__)
                if inspect.iscoroutinefunction(approver) or inspect.iscoroutinefunction(call):
                    answer: Any = approver(request)
                else:
                    answer = await asyncio.to_thread(approver, request)
                if inspect.isawaitable(answer):
                    answer = await answer
    except TimeoutError as error:
        raise _expired(decision, request) from error
    except PolicyViolation:
        raise
    except Exception as error:
        raise _failed(approver, decision, error) from error
    return _judge(answer, approver, request, decision, clock)


def _run(answer: Awaitable[Any]) -> Any:
    async def wait() -> Any:
        return await answer

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    raise RuntimeError("an async approver cannot answer a sync connection inside a running event loop")


def _failed(approver: Approver, decision: Decision, error: Exception) -> ApprovalDenied:
    # Only the class: the approver's message may quote what it was shown or what it looked up.
    return ApprovalDenied(
        f"{decision.reason}: the approver {approver_name(approver)} failed with {type(error).__name__}, "
        "which counts as a refusal",
        decision=decision,
    )


def _expired(decision: Decision, request: ApprovalRequest) -> ApprovalExpired:
    return ApprovalExpired(
        f"{decision.reason}: approval {request.id} was not answered in time. Run the statement again to ask again.",
        decision=decision,
    )


def _judge(
    answer: Any, approver: Approver, request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    if clock.now() > request.expires_at:
        raise _expired(decision, request)
    answers = _normalise(answer, approver)
    for one in answers:
        if not one.approved:
            because = f" ({one.reason})" if one.reason else ""
            raise ApprovalDenied(f"{decision.reason}: refused by {one.approver}{because}", decision=decision)
        if one.approver == request.principal.user:
            raise ApprovalDenied(
                f"{decision.reason}: the requester {one.approver} cannot approve an own statement", decision=decision
            )
    distinct = {one.approver: one for one in answers}
    if len(distinct) < max(request.approvals, 1):
        raise ApprovalDenied(
            f"{decision.reason}: {len(distinct)} of {request.approvals} distinct approvals given", decision=decision
        )
    return list(distinct.values())


def _normalise(answer: Any, approver: Approver) -> list[ApprovalAnswer]:
    if isinstance(answer, ApprovalAnswer):
        return [answer]
    if answer is True or answer is False or answer is None:
        return [ApprovalAnswer(approved=answer is True, approver=f"callback:{approver_name(approver)}")]
    if isinstance(answer, Iterable) and not isinstance(answer, (str, bytes)):
        answers = list(answer)
        if answers and all(isinstance(one, ApprovalAnswer) for one in answers):
            return answers
    return [
        ApprovalAnswer(
            approved=False,
            approver=f"callback:{approver_name(approver)}",
            reason=f"an answer of type {type(answer).__name__} is neither a bool nor an ApprovalAnswer",
        )
    ]
