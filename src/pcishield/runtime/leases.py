"""Leased credentials while their connections are open: renewed in time, ended at close, on one background thread.

Renewal begins at two thirds of a lease and is tried again until it runs out; then the lease is given up and
``on_lost`` is told. Ending is not waited for by whoever closes a connection, but :meth:`LeaseKeeper.close` waits for
what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any

from pcishield.credentials.model import Lease
from pcishield.runtime.bounded import bounded

__all__ = ["LeaseKeeper"]

_RETRY = 5.0
_TIMEOUT = 10.0


@dataclass(slots=True)
class _Held:
    lease: Lease
    about: Any
    until: float
    next: float
    ended: bool = False


class LeaseKeeper:
    """Keeps leases.

    Args:
        on_ended: Called with what was passed to :meth:`keep`, and the error if the lease could not be revoked.
        on_lost: Called likewise when a lease ran out although it should not have.
        monotonic: Clock, seconds.
    """

    def __init__(
        self,
        on_ended: Callable[[Any, Exception | None], None],
        on_lost: Callable[[Any, Exception | None], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_ended = on_ended
        self._on_lost = on_lost
        self._monotonic = monotonic
        self._held: list[_Held] = []
        self._changed = Condition()
        self._thread: Thread | None = None
        self._closing = False

    def keep(self, lease: Lease, about: Any) -> Callable[[], None]:
        """Renew the lease from now on; return what ends it, once.

        Args:
            lease: As a resolver gave it.
            about: For the callbacks: what the record shall say.
        """
        now = self._monotonic()
        held = _Held(lease, about, now + lease.seconds, self._due(now, lease.seconds))

        def end() -> None:
            with self._changed:
                held.ended = True
                self._changed.notify()

        with self._changed:
            self._held.append(held)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="pcishield-leases", daemon=True)
                self._thread.start()
            self._changed.notify()
        return end

    def close(self, timeout: float = 2 * _TIMEOUT) -> None:
        """End all leases and wait for it, ``timeout`` seconds at most."""
        with self._changed:
            self._closing = True
            for held in self._held:
                held.ended = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    @staticmethod
    def _due(now: float, seconds: float) -> float:
        return now + seconds * 2 / 3 if seconds > 0 else float("inf")

    def _run(self) -> None:
        while True:
            with self._changed:
                now = self._monotonic()
                ready = [held for held in self._held if held.ended or held.next <= now]
                if not ready:
                    if self._closing:
                        self._thread = None
                        return
                    soonest = min((held.next for held in self._held), default=float("inf"))
                    self._changed.wait(None if soonest == float("inf") else max(soonest - now, 0.01))
                    continue
                self._held = [held for held in self._held if held not in ready]
            for held in ready:
                self._revoke(held) if held.ended else self._renew(held)

    def _revoke(self, held: _Held) -> None:
        error: Exception | None = None
        try:
            bounded(held.lease.revoke, _TIMEOUT)
        except Exception as raised:
            error = raised
        self._on_ended(held.about, error)

    def _renew(self, held: _Held) -> None:
        error: Exception | None = None
        try:
            seconds = float(bounded(held.lease.renew, _TIMEOUT))
        except Exception as raised:
            error, seconds = raised, 0.0
        now = self._monotonic()
        if seconds > 0:
            held.until, held.next = now + seconds, self._due(now, seconds)
        elif now + _RETRY < held.until:
            held.next = now + _RETRY
        else:
            # It still has to be revoked when the connection closes: it may have outlived what we know.
            held.next = float("inf")
            self._on_lost(held.about, error)
        with self._changed:
            self._held.append(held)
