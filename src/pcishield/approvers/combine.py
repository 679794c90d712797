"""Several approvers as one: all of them, any of them, or n of them.

Each approver's answers are put together; the same human counts once, and what does not count is kept for the
record. An approver that fails or answers nonsense counts as a no of its own, so that it can neither be counted nor
silence the others. Nobody is asked in vain: ``any_of`` stops at the first yes, ``all_of`` at the first no; sync
approvers are asked one after the other, async ones and those that wait for people elsewhere (queue, webhook, Slack) at
the same time.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any

from pcishield.approval.state import same_human
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.exceptions import ConfigurationError
from pcishield.typing import Approver

__all__ = ["Quorum", "all_of", "any_of", "n_of"]


class Quorum:
    """An approver that asks others and wants ``needed`` distinct humans to say yes.

    Args:
        needed: How many.
        approvers: Whom to ask.
        veto: Whether one no is enough to refuse.

    Raises:
        ConfigurationError: No approvers, or more needed than there are.
    """

    def __init__(self, needed: int, approvers: Iterable[Approver], *, veto: bool) -> None:
        self.approvers = tuple(approvers)
        self.needed = needed
        self.veto = veto
        # Empty means invalid: "all of nobody" would be a yes.
        if not self.approvers:
            raise ConfigurationError("a quorum needs at least one approver")
        if not 1 <= needed <= len(self.approvers):
            raise ConfigurationError(f"a quorum of {needed} cannot be reached by {len(self.approvers)} approvers")
        wrong = [approver for approver in self.approvers if not callable(approver)]
        if wrong:
            raise ConfigurationError(f"a {type(wrong[0]).__name__} is not callable and cannot approve")
        if any(map(_is_async, self.approvers)):
            self._async = True
        else:
            self._async = False

    def __call__(self, request: ApprovalRequest) -> Any:
        """Ask. Returns answers, or an awaitable of them when one of the approvers is async."""
        if self._async:
            return self._ask_all(request)
        answers: list[ApprovalAnswer] = []
        for approver in self.approvers:
            answers += _asked(approver, request)
            if self._over(answers):
                break
        return self._verdict(answers)

    def take_back(self, request: ApprovalRequest) -> None:
        """Tell all that nobody waits any more."""
        for approver in self.approvers:
            if callable(tell := getattr(approver, "take_back", None)):
                with suppress(Exception):
                    tell(request)

    async def _ask_all(self, request: ApprovalRequest) -> list[ApprovalAnswer]:
        tasks = [asyncio.ensure_future(_asked_async(approver, request)) for approver in self.approvers]
        answers: list[ApprovalAnswer] = []
        try:
            for done in asyncio.as_completed(tasks):
                answers += await done
                if self._over(answers):
                    break
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self._verdict(answers)

    def _over(self, answers: list[ApprovalAnswer]) -> bool:
        return len(_yes(answers)) >= self.needed or (self.veto and bool(_no(answers)))

    def _verdict(self, answers: list[ApprovalAnswer]) -> list[ApprovalAnswer]:
        yes, no = _yes(answers), _no(answers)
        voids = [answer for answer in answers if answer.void]
        if self.veto and no:
            return [*no[:1], *voids]
        if len(yes) >= self.needed:
            return [*yes, *voids]
        few = ApprovalAnswer(False, "quorum", f"{len(yes)} of {self.needed} distinct approvals")
        return [*(no[:1] or [few]), *voids]


def all_of(*approvers: Approver) -> Quorum:
    """Return an approver that wants a yes from each of ``approvers``; the first no refuses."""
    return Quorum(len(approvers), approvers, veto=True)


def any_of(*approvers: Approver) -> Quorum:
    """Return an approver that is content with the first yes."""
    return Quorum(1, approvers, veto=False)


def n_of(needed: int, *approvers: Approver) -> Quorum:
    """Return an approver that wants ``needed`` distinct humans among ``approvers`` to say yes."""
    return Quorum(needed, approvers, veto=False)


def _yes(answers: list[ApprovalAnswer]) -> list[ApprovalAnswer]:
    distinct: list[ApprovalAnswer] = []
    for answer in answers:
        if answer.approved and not answer.void and not any(same_human(answer.approver, o.approver) for o in distinct):
            distinct.append(answer)
    return distinct


def _no(answers: list[ApprovalAnswer]) -> list[ApprovalAnswer]:
    return [answer for answer in answers if not answer.approved and not answer.void]


def _is_async(approver: Approver) -> bool:
    if isinstance(approver, Quorum):
        return approver._async
    if hasattr(approver, "ask_async"):
        return True
    return inspect.iscoroutinefunction(approver) or inspect.iscoroutinefunction(type(approver).__call__)


def _asked(approver: Approver, request: ApprovalRequest) -> list[ApprovalAnswer]:
    try:
        return _answers(approver(request), approver)
    except Exception as error:
        return [_failure(approver, error)]


async def _asked_async(approver: Approver, request: ApprovalRequest) -> list[ApprovalAnswer]:
    try:
        if _is_async(approver):
            answer = getattr(approver, "ask_async", approver)(request)
            return _answers(await answer if isinstance(answer, Awaitable) else answer, approver)
        return _answers(await asyncio.to_thread(approver, request), approver)
    except Exception as error:
        return [_failure(approver, error)]


def _answers(answer: Any, approver: Approver) -> list[ApprovalAnswer]:
    if isinstance(answer, ApprovalAnswer):
        return [answer]
    if isinstance(answer, (list, tuple)) and answer and all(isinstance(one, ApprovalAnswer) for one in answer):
        return list(answer)
    return [ApprovalAnswer(approved=answer is True, approver=f"callback:{_name(approver)}")]


def _failure(approver: Approver, error: Exception) -> ApprovalAnswer:
    return ApprovalAnswer(
        approved=False, approver=f"callback:{_name(approver)}", reason=f"failed with {type(error).__name__}"
    )


def _name(approver: Approver) -> str:
    return getattr(approver, "__qualname__", None) or type(approver).__qualname__
