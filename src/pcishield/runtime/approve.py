"""Asking approvers: sync or async callables, one answer or several, judged the same way.

Rules (PCI DSS 7.2.3; FIELD.md part 1, 3.6):

- No approver, an exception, ``None``, ``False`` or an unknown answer: no.
- The requester cannot approve. Several approvals need several distinct humans, and groups one human each.
- An answer after the deadline does not count, and nobody waits longer than that: a sync approver runs in a thread of
  its own, so that a caller can leave it behind, at the deadline or by Ctrl-C.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Iterable
from concurrent.futures import Future, wait
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any

from pcishield.approval.quorum import quorum_met
from pcishield.approval.state import same_human
from pcishield.approval.store import StoreUnavailable
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Decision
from pcishield.exceptions import ApprovalDenied, ApprovalExpired, PolicyViolation
from pcishield.runtime.guard import outside
from pcishield.typing import Approver, Clock

__all__ = ["approver_name", "ask", "ask_async", "collect", "collect_async", "expired", "judge", "take_back"]

_NO_APPROVER = (
    "needs approval and no approver is configured. "
    "Configure one (Shield(approver=...)) or a queue (approval.queue), or change the policy rule that asks for it."
)
_GRACE = 0.5
"""Seconds after the deadline in which an approver may still hand in what it has, to be recorded; it counts no more."""
_SLICE = 0.5
"""Seconds after which a waiting thread looks up: a signal that another thread got does not wake it."""
MAX_REASON = 2000
"""Characters of a reason that are kept; a longer one is cut and says so."""


def approver_name(approver: Approver) -> str:
    """Name of a callback for the record when its answer is a bare bool."""
    return getattr(approver, "__qualname__", None) or type(approver).__qualname__


def ask(approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock) -> list[ApprovalAnswer]:
    """Ask, wait and judge; see :func:`collect` and :func:`judge`."""
    return judge(collect(approver, request, decision, clock), request, decision, clock)


async def ask_async(
    approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    """Ask, await and judge; see :func:`collect_async` and :func:`judge`."""
    return judge(await collect_async(approver, request, decision, clock), request, decision, clock)


def collect(
    approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    """Ask and wait; return every answer, whatever it says.

    Raises:
        ApprovalDenied: Nobody to ask, or the approver failed.
        ApprovalExpired: No answer before ``request.expires_at``.
    """
    if approver is None:
        raise ApprovalDenied(f"{decision.reason}: {_NO_APPROVER}", decision=decision)
    asked = approver
    answered: Future[Any] = Future()

    def work() -> None:
        try:
            with outside():
                answer = asked(request)
                answered.set_result(asyncio.run(_awaited(answer)) if inspect.isawaitable(answer) else answer)
        except BaseException as error:
            answered.set_exception(error)

    Thread(target=copy_context().run, args=(work,), name="pcishield-approval", daemon=True).start()
    until = time.monotonic() + max(_left(request, clock), 0) + _GRACE
    try:
        while not answered.done() and (left := until - time.monotonic()) > 0:
            wait([answered], min(left, _SLICE))
    except BaseException:
        take_back(approver, request)
        raise
    if not answered.done():
        take_back(approver, request)
        raise expired(decision, request)
    try:
        answer = answered.result()
    except (PolicyViolation, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise _failed(approver, decision, error) from error
    return _normalise(answer, approver)


async def collect_async(
    approver: Approver | None, request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    """Ask and await. A sync approver runs in a thread, so that the loop goes on. Otherwise like :func:`collect`."""
    if approver is None:
        raise ApprovalDenied(f"{decision.reason}: {_NO_APPROVER}", decision=decision)
    asynchronous = getattr(approver, "ask_async", None)
    try:
        with outside():
            async with asyncio.timeout(max(_left(request, clock), 0) + _GRACE) as limit:
                call = getattr(approver, "__call__", approver)  # noqa: B004  (an instance may have an async __call__)
                if asynchronous is not None:
                    answer: Any = asynchronous(request)
                elif inspect.iscoroutinefunction(approver) or inspect.iscoroutinefunction(call):
                    answer = approver(request)
                else:
                    answer = await _in_thread(approver, request)
                if inspect.isawaitable(answer):
                    answer = await answer
    except TimeoutError as error:
        if limit.expired():
            raise expired(decision, request) from None
        raise _failed(approver, decision, error) from error
    except PolicyViolation:
        raise
    except Exception as error:
        raise _failed(approver, decision, error) from error
    return _normalise(answer, approver)


def judge(
    answers: list[ApprovalAnswer], request: ApprovalRequest, decision: Decision, clock: Clock
) -> list[ApprovalAnswer]:
    """Return the answers that approve, one per human, at least as many as are needed.

    Raises:
        ApprovalDenied: One refuses, is the requester's own, or there are too few.
        ApprovalExpired: It is after ``request.expires_at``.
    """
    if clock.now() > request.expires_at:
        raise expired(decision, request)
    answers = [one for one in answers if not one.void]
    for one in answers:
        if not one.approved:
            because = f" ({one.reason})" if one.reason else ""
            raise ApprovalDenied(f"{decision.reason}: refused by {one.approver}{because}", decision=decision)
        if same_human(one.approver, request.principal.user):
            raise ApprovalDenied(
                f"{decision.reason}: the requester {one.approver} cannot approve an own statement", decision=decision
            )
    distinct: list[ApprovalAnswer] = []
    for one in answers:
        if not any(same_human(one.approver, other.approver) for other in distinct):
            distinct.append(one)
    if any(one.break_glass and one.reason.strip() for one in distinct):
        return distinct
    needed = max(request.approvals, 1)
    if len(distinct) < needed:
        raise ApprovalDenied(
            f"{decision.reason}: {len(distinct)} of {request.approvals} distinct approvals given", decision=decision
        )
    if not quorum_met({one.approver: one.groups for one in distinct}, needed, request.groups):
        raise ApprovalDenied(
            f"{decision.reason}: the approvers do not stand for the groups {', '.join(request.groups)}, one human each",
            decision=decision,
        )
    return distinct


def take_back(approver: Approver, request: ApprovalRequest) -> None:
    """Tell an approver that nobody waits any more, if it wants to know."""
    if callable(tell := getattr(approver, "take_back", None)):
        with suppress(Exception):
            tell(request)


def expired(decision: Decision, request: ApprovalRequest) -> ApprovalExpired:
    """Make the error for a request that nobody answered in time."""
    return ApprovalExpired(
        f"{decision.reason}: approval {request.id} was not answered in time. Run the statement again to ask again.",
        decision=decision,
    )


def _left(request: ApprovalRequest, clock: Clock) -> float:
    return (request.expires_at - clock.now()).total_seconds()


async def _awaited(answer: Awaitable[Any]) -> Any:
    return await answer


async def _in_thread(approver: Approver, request: ApprovalRequest) -> Any:
    # Not the loop's executor: its threads are waited for at exit, and this one may never come back.
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Any] = loop.create_future()

    def deliver(value: Any, error: BaseException | None) -> None:
        if not answered.done():
            answered.set_result((value, error))

    def work() -> None:
        value, failure = None, None
        try:
            value = approver(request)
        except BaseException as error:
            failure = error
        try:
            loop.call_soon_threadsafe(deliver, value, failure)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    Thread(target=copy_context().run, args=(work,), name="pcishield-approval", daemon=True).start()
    value, error = await answered
    if error is not None:
        raise error
    return value


def _failed(approver: Approver, decision: Decision, error: BaseException) -> ApprovalDenied:
    if isinstance(error, StoreUnavailable):
        return ApprovalDenied(f"{decision.reason}: {error}, which counts as a refusal", decision=decision)
    # Only the class: the approver's message may quote what it was shown or what it looked up.
    return ApprovalDenied(
        f"{decision.reason}: the approver {approver_name(approver)} failed with {type(error).__name__}, "
        "which counts as a refusal",
        decision=decision,
    )


def _normalise(answer: Any, approver: Approver) -> list[ApprovalAnswer]:
    if isinstance(answer, ApprovalAnswer):
        return [_sound(answer, approver)]
    if answer is True or answer is False or answer is None:
        return [ApprovalAnswer(approved=answer is True, approver=f"callback:{approver_name(approver)}")]
    if isinstance(answer, Iterable) and not isinstance(answer, (str, bytes)):
        answers = list(answer)
        # None at all: the time ran out before anybody said anything.
        if all(isinstance(one, ApprovalAnswer) for one in answers):
            return [_sound(one, approver) for one in answers]
    return [_nonsense(approver, f"an answer of type {type(answer).__name__} is neither a bool nor an ApprovalAnswer")]


def _sound(answer: ApprovalAnswer, approver: Approver) -> ApprovalAnswer:
    if type(answer.approved) is not bool or not isinstance(answer.approver, str) or not answer.approver.strip():
        return _nonsense(approver, "the answer does not say who approves, or not whether")
    if not isinstance(answer.reason, str) or len(answer.reason) > MAX_REASON:
        return _nonsense(approver, f"the reason is no text of at most {MAX_REASON} characters")
    return answer


def _nonsense(approver: Approver, reason: str) -> ApprovalAnswer:
    return ApprovalAnswer(approved=False, approver=f"callback:{approver_name(approver)}", reason=reason)
