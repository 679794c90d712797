"""Approvals of one process, for shields without a queue. Gone with the process, which only refuses more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Condition, RLock

from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.approval.store import NoSuchApproval

__all__ = ["MemoryStore"]

_KEPT = 10_000


class MemoryStore:
    """Implements :class:`pcishield.approval.store.ApprovalStore` with a dictionary. Keeps the last 10,000."""

    def __init__(self) -> None:
        self._changed = Condition(RLock())
        self._approvals: dict[str, Approval] = {}

    def add(self, approval: Approval) -> None:
        """Keep a new approval."""
        with self._changed:
            while len(self._approvals) >= _KEPT:
                del self._approvals[next(iter(self._approvals))]
            self._approvals[approval.request.id] = approval
            self._changed.notify_all()

    def get(self, id: str) -> Approval:
        """Return one."""
        with self._changed:
            return self._get(id)

    def change(self, id: str, step: Callable[[Approval], Approval]) -> Approval:
        """Replace one by what ``step`` makes of it."""
        with self._changed:
            changed = self._approvals[id] = step(self._get(id))
            self._changed.notify_all()
            return changed

    def claim(self, digest: str, step: Callable[[Approval], Approval]) -> Approval | None:
        """Change an approved one of that digest."""
        with self._changed:
            for approval in self._approvals.values():
                if approval.request.digest == digest and approval.state == "approved":
                    try:
                        return self.change(approval.request.id, step)
                    except IllegalTransition:
                        continue
        return None

    def find(self, digest: str) -> list[Approval]:
        """Return all of a request digest, the newest first."""
        return [one for one in self.entries() if one.request.digest == digest]

    def entries(self, states: Collection[State] = (), limit: int = 1000) -> list[Approval]:
        """Return those in ``states``, all by default, the newest first."""
        with self._changed:
            return [one for one in reversed(self._approvals.values()) if not states or one.state in states][:limit]

    def grants(self, user: str) -> list[Approval]:
        """Return approved ones that have a scope."""
        return [
            one
            for one in self.entries((), _KEPT)
            if one.state == "approved" and one.scope is not None and one.request.principal.user == user
        ]

    def wait(self, seconds: float) -> None:
        """Return when something has changed, after ``seconds`` at the latest."""
        with self._changed:
            self._changed.wait(seconds)

    def close(self) -> None:
        """Do nothing."""

    def _get(self, id: str) -> Approval:
        try:
            return self._approvals[id]
        except KeyError:
            raise NoSuchApproval(id) from None
