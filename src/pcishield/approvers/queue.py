"""Asks whoever looks into the queue: ``pcishield approvals`` in other processes, on other hosts.

Nobody looks into a queue unasked: ``notify`` tells them, in a chat or by mail. It is a courtesy; when it fails the
request stays in the queue, and the logger ``pcishield.approvals`` says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from pcishield.approval.registry import Registry
from pcishield.approval.store import ApprovalStore
from pcishield.core.decision import ApprovalRequest
from pcishield.runtime.waiting import WaitingApprover, system_now

__all__ = ["QueueApprover"]

_logger = logging.getLogger("pcishield.approvals")


class QueueApprover(WaitingApprover):
    """Puts requests into ``store`` and waits for their answers. For sync and async callers.

    Args:
        store: See :func:`pcishield.approvers.open_queue`.
        registry: Who may approve, with their keys; without one the store is believed.
        notify: Called with each request, e.g. a :class:`~pcishield.approvers.teams.TeamsCard`.
        use_within: How long an approval may stay unused.
        now: Clock; timezone-aware.
    """

    def __init__(
        self,
        store: ApprovalStore,
        registry: Registry | None = None,
        *,
        notify: Iterable[Callable[[ApprovalRequest], object]] = (),
        use_within: timedelta = timedelta(minutes=10),
        now: Callable[[], datetime] = system_now,
    ) -> None:
        super().__init__(store, registry, use_within=use_within, now=now)
        self._notify = tuple(notify)

    def announce(self, request: ApprovalRequest) -> None:
        """Tell those who want to be told."""
        for tell in self._notify:
            try:
                tell(request)
            except Exception as error:
                # Only the class: the text may quote a URL that is a secret.
                _logger.warning("approval %s could not be announced: %s", request.id, type(error).__name__)
