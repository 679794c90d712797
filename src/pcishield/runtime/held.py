"""Grants that this process uses: looked up without the store, ended within a moment when the store says so.

- Statements and rows are leased from the store in blocks, so that several processes can use one grant and none uses
  more than there is. What was not spent is given back at the end; what a killed process had leased is lost.
- A thread watches the store while grants are held. A revoked grant ends at the next statement or the next batch of
  rows, within a second; when the store cannot be reached for longer than :data:`STALE` seconds, all of them do.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from datetime import datetime
from operator import methodcaller
from threading import Lock, RLock, Thread

from pcishield.approval.grants import Grant, Question
from pcishield.approval.registry import Registry
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.approval.store import ApprovalStore, NoSuchApproval, StoreUnavailable
from pcishield.typing import Clock

__all__ = ["STALE", "Grants", "HeldGrant"]

STALE = 5.0
"""Seconds that a grant may be used without news of the store."""

_SLICE = 0.25
_BLOCK_USES = 10_000
_BLOCK_ROWS = 100_000


class HeldGrant:
    """A grant in use. Thread-safe.

    Attributes:
        id: Of the approval.
        grant: What it covers.
        ended: Why it is over, empty while it is not.
    """

    __slots__ = (
        "_clock",
        "_grants",
        "_limited",
        "_lock",
        "_rows",
        "_until_ns",
        "_uses",
        "_window",
        "ended",
        "grant",
        "id",
    )

    def __init__(self, grants: Grants, grant: Grant) -> None:
        self.id = grant.request.id
        self.grant = grant
        self.ended = ""
        self._limited = grant.scope.rows is not None
        self._window = bool(grant.scope.window)
        self._grants = grants
        self._clock = grants.clock
        self._lock = Lock()
        self._uses = 0
        self._rows = 0
        self.seen()

    def seen(self) -> None:
        """Note that the store has just said that it is in force."""
        left = (self.grant.scope.not_after - self._clock.now()).total_seconds()
        # One comparison instead of three at each statement; the wall clock is looked at again with the next news.
        self._until_ns = self._clock.monotonic_ns() + int(min(left, STALE) * 1e9)

    def problem(self) -> str:
        """Return why it may not be used at this moment, empty when it may."""
        if self.ended:
            return self.ended
        if self._clock.monotonic_ns() <= self._until_ns and not self._window:
            return ""
        if not self.grant.open_at(self._clock.now()):
            return "its time is over"
        if self._clock.monotonic_ns() > self._until_ns:
            return "the approval queue cannot be reached, so whether it was revoked is unknown"
        return ""

    def spend(self, uses: int) -> bool:
        """Use it for ``uses`` statements; tell whether it could be."""
        if self.problem():
            return False
        with self._lock:
            if self._uses < uses and not self._lease(uses, 0, self._clock.now()):
                return False
            self._uses -= uses
            return True

    def fetch(self, rows: int) -> str:
        """Use it for rows that are about to be handed out; return why they must not be, empty when they may."""
        if problem := self.problem():
            return problem
        if self._limited:
            with self._lock:
                if self._rows < rows and not self._lease(0, rows, self._clock.now()):
                    return f"it covers {self.grant.scope.rows} rows, and there are more"
                self._rows -= rows
        return ""

    def unspent(self) -> tuple[int, int]:
        """Take what was leased and not spent."""
        with self._lock:
            unspent, self._uses, self._rows = (self._uses, self._rows), 0, 0
            return unspent

    def _lease(self, uses: int, rows: int, now: datetime) -> bool:
        """Lease what is missing, and more in advance, but no more than an eighth of what there is."""
        uses_missing, rows_missing = max(uses - self._uses, 0), max(rows - self._rows, 0)
        leased: list[tuple[int, int]] = []

        def step(stored: Approval) -> Approval:
            leased.clear()
            more_uses = more_rows = 0
            if uses_missing:
                more_uses = max(uses_missing, min(stored.uses_left // 8, _BLOCK_USES))
            if rows_missing and stored.rows_left is not None:
                more_rows = max(rows_missing, min(stored.rows_left // 8, _BLOCK_ROWS))
            leased.append((more_uses, more_rows))
            return stored.leased(more_uses, more_rows, now)

        try:
            self._grants.store.change(self.id, step)
        except (IllegalTransition, NoSuchApproval, StoreUnavailable):
            return False
        self._uses += leased[0][0]
        self._rows += leased[0][1]
        return True


class Grants:
    """The grants that a shield holds.

    Args:
        store: Where they are.
        registry: Registered approvers; a grant without their signatures is none.
        clock: Tells the time.
    """

    def __init__(self, store: ApprovalStore, registry: Registry | None, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._registry = registry
        self._lock = RLock()
        self._held: dict[str, HeldGrant] = {}
        self._watching = False
        self._closed = False
        self._watcher: Thread | None = None
        _all.add(self)

    @property
    def held(self) -> bool:
        """Whether there is any."""
        return bool(self._held)

    def look(self, question: Question, uses: int) -> HeldGrant | None:
        """Look for a grant in the store, and use it.

        Args:
            question: What the statement needs.
            uses: How many times.

        Raises:
            StoreUnavailable: Nothing can be told.
        """
        for stored in self.store.grants(question.principal.user):
            approval = self._checked(stored, self.clock.now())
            grant = approval.grant()
            if grant is None or approval.state != "approved" or not grant.covers(question):
                continue
            with self._lock:
                held = self._held.get(approval.request.id)
                if held is None or held.ended:
                    held = self._held[approval.request.id] = HeldGrant(self, grant)
                else:
                    held.seen()
            if held.spend(uses):
                self._watch()
                return held
        return None

    def close(self) -> None:
        """Give back what was leased and not spent."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.join(2 * _SLICE)
        with self._lock:
            held, self._held = list(self._held.values()), {}
        for one in held:
            uses, rows = one.unspent()
            one.ended = "the shield is closed"
            if uses or rows:
                with suppress(IllegalTransition, NoSuchApproval, StoreUnavailable):
                    self.store.change(one.id, methodcaller("leased", -uses, -rows, self.clock.now()))

    def forget(self) -> None:
        """Start anew in a forked child: what was leased is the parent's to spend."""
        for one in self._held.values():
            one.ended = "the process was forked"
        self._lock = RLock()
        self._held, self._watching, self._watcher = {}, False, None

    def _checked(self, stored: Approval, now: datetime) -> Approval:
        return stored.at(now) if self._registry is None else self._registry.verified(stored, now)

    def _watch(self) -> None:
        with self._lock:
            if self._watching or self._closed:
                return
            self._watching = True
            self._watcher = Thread(target=self._work, name="pcishield-grants", daemon=True)
            self._watcher.start()

    def _work(self) -> None:
        while not self._closed:
            try:
                self.store.wait(_SLICE)
                if not self._look_again():
                    break
            except StoreUnavailable:
                continue  # nothing was seen, and after STALE seconds the grants end
        with self._lock:
            self._watching = False

    def _look_again(self) -> bool:
        """Look at each held grant; return whether there is one left to watch."""
        with self._lock:
            held = list(self._held.values())
        for one in held:
            try:
                approval = self._checked(self.store.get(one.id), self.clock.now())
            except NoSuchApproval:
                one.ended = "it is gone from the queue"
            else:
                if approval.state == "approved" and approval.scope == one.grant.scope:
                    one.seen()
                else:
                    by = f" by {approval.changed_by}" if approval.changed_by else ""
                    one.ended = f"it is {approval.state}{by}"
            if one.ended:
                with self._lock:
                    self._held.pop(one.id, None)
        with self._lock:
            return bool(self._held)


_all: weakref.WeakSet[Grants] = weakref.WeakSet()


def _forked() -> None:
    for grants in _all:
        grants.forget()


os.register_at_fork(after_in_child=_forked)
