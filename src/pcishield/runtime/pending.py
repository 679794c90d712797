"""Approvals that are asked for in the background, for callers that poll (``approval.on_pending = "raise"``).

The first call asks and raises ``ApprovalPending``; an identical call later (same statement, parameters, connection,
principal and policy, by the request's digest) takes the answer, once. An answer that nobody takes in time is void.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.typing import Clock

__all__ = ["PendingApprovals", "Waiting"]

Answers = Sequence[ApprovalAnswer]


@dataclass(slots=True)
class Waiting:
    """A request that somebody was asked for.

    Attributes:
        request: What was asked.
        answer: Its future; its exception is the refusal.
        answered_at: When the answer came.
    """

    request: ApprovalRequest
    answer: Future[Answers]
    answered_at: datetime | None = None


class PendingApprovals:
    """The requests of one shield that wait for an answer or for being used. Thread-safe.

    Args:
        clock: Tells when answers came and whether they are still fresh.
        use_within: How long an answer may wait for its statement.
    """

    def __init__(self, clock: Clock, use_within: timedelta = timedelta(minutes=10)) -> None:
        self._clock = clock
        self._use_within = use_within
        self._lock = Lock()
        self._waiting: dict[str, Waiting] = {}

    def take(self, digest: str) -> Waiting | None:
        """Return what waits under ``digest``, ``None`` when nothing does or it is void.

        An answered one is removed: it can be taken once.
        """
        with self._lock:
            waiting = self._waiting.get(digest)
            if waiting is None:
                return None
            if waiting.answer.done():
                del self._waiting[digest]
                if waiting.answered_at is None or self._clock.now() > waiting.answered_at + self._use_within:
                    return None
            elif self._clock.now() > waiting.request.expires_at:
                del self._waiting[digest]
                return None
            return waiting

    def start(self, request: ApprovalRequest, ask: Callable[[], Answers]) -> None:
        """Ask in a thread of its own, in the caller's context."""
        waiting = Waiting(request, Future())
        with self._lock:
            self._waiting[request.digest] = waiting

        def work() -> None:
            try:
                answers = ask()
            except BaseException as error:
                waiting.answered_at = self._clock.now()
                waiting.answer.set_exception(error)
            else:
                waiting.answered_at = self._clock.now()
                waiting.answer.set_result(answers)

        Thread(target=copy_context().run, args=(work,), name="pcishield-approval", daemon=True).start()
