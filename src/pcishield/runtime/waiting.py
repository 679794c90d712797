"""Approvers whose answers come in by another way than as the value of a call: a queue, a webhook, a chat.

What they share: the request is kept in a store, announced, and looked at until it is answered or over; the approval is
used up in the store, atomically, before it is handed back. All rules about who may answer are the store's
(:mod:`pcishield.approval.state`), so they are the same on every way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from pcishield.approval.registry import Registry
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.approval.store import ApprovalStore, NoSuchApproval, StoreUnavailable
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.runtime.desk import claim_step, outcome, settled

__all__ = ["WaitingApprover", "system_now"]

_SLICE = 1.0
_PAUSE = 0.1
_PATIENCE = timedelta(seconds=5)


def system_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


class WaitingApprover:
    """Keeps requests in ``store`` and waits for their answers. For sync and async callers; a base to build on.

    Args:
        store: Where requests and answers are.
        registry: Who may approve, with their keys; without one the store is believed.
        use_within: How long an approval may stay unused.
        now: Clock; timezone-aware.
    """

    def __init__(
        self,
        store: ApprovalStore,
        registry: Registry | None = None,
        *,
        use_within: timedelta = timedelta(minutes=10),
        now: Callable[[], datetime] = system_now,
    ) -> None:
        self.store = store
        self.registry = registry
        self._use_within = use_within
        self._now = now
        self._failing: dict[str, datetime] = {}

    def announce(self, request: ApprovalRequest) -> None:
        """Tell those who can answer. What it raises refuses the request."""

    def refresh(self, request: ApprovalRequest) -> None:
        """Fetch answers that do not come by themselves. Called about once a second; must not take much longer."""

    def settle(self, request: ApprovalRequest, approval: Approval) -> None:
        """Told once how a request ended."""

    def __call__(self, request: ApprovalRequest) -> list[ApprovalAnswer]:
        """Ask and wait until ``request.expires_at``."""
        self._begin(request)
        while (answers := self._look(request)) is None:
            self._wait(request)
        return answers

    async def ask_async(self, request: ApprovalRequest) -> list[ApprovalAnswer]:
        """Like calling it, for an event loop: what blocks is done in threads, a second at a time."""
        try:
            await asyncio.to_thread(self._begin, request)
            while (answers := await asyncio.to_thread(self._look, request)) is None:
                await asyncio.to_thread(self._wait, request)
            return answers
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self.take_back, request))
            raise

    def take_back(self, request: ApprovalRequest) -> None:
        """Revoke a request that nobody waits for any more."""
        with suppress(IllegalTransition, NoSuchApproval, StoreUnavailable):
            revoked = self.store.change(request.id, lambda stored: stored.revoked(request.principal.user, self._now()))
            self._settle(request, revoked)

    def _begin(self, request: ApprovalRequest) -> None:
        self.store.add(Approval(request, use_within=self._use_within))
        try:
            self.announce(request)
        except BaseException:
            self.take_back(request)
            raise

    def _wait(self, request: ApprovalRequest) -> None:
        with suppress(StoreUnavailable):  # the look that follows tells
            self.store.wait(self._left(request))

    def _left(self, request: ApprovalRequest) -> float:
        return max(min((request.expires_at - self._now()).total_seconds(), _SLICE), 0.01)

    def _look(self, request: ApprovalRequest) -> list[ApprovalAnswer] | None:
        self.refresh(request)
        now = self._now()
        try:
            stored = self.store.get(request.id)
        except StoreUnavailable:
            # A server that is started anew is no answer. It has a few seconds; what it cannot do is approve.
            since = self._failing.setdefault(request.id, now)
            if now - since > _PATIENCE:
                raise
            time.sleep(_PAUSE)
            return None
        self._failing.pop(request.id, None)
        approval = settled(stored, request, self.registry, now)
        if approval.state != "approved":
            answers = outcome(approval)
            if answers is not None:
                self._settle(request, approval)
            return answers
        try:
            used = self.store.change(request.id, claim_step(request, self.registry, now))
        except IllegalTransition:
            return None  # revoked, or over, in this very moment: the next look tells
        self._settle(request, used)
        return [*used.answers, *used.voids]

    def _settle(self, request: ApprovalRequest, approval: Approval) -> None:
        with suppress(Exception):  # a courtesy: the decision stands, whether or not it can be shown
            self.settle(request, approval)
