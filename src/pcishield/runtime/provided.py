"""The principal that an identity provider gives, kept until it is about to expire.

The look-up is one comparison. A provider is asked within ``timeout`` seconds: when nothing valid is there, and in the
background a minute before the principal expires. When it fails, nobody is identified: :attr:`Principal.problem` says
why, and every connect and statement is refused until it answers; it is asked again after ``retry`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock, Thread
from typing import Any

from pcishield.core.decision import Principal
from pcishield.exceptions import ShieldError
from pcishield.runtime.bounded import bounded

__all__ = ["Provided", "called"]

_MARGIN = 60.0
_KEEP = 300.0
"""How long a principal without an end is kept before the provider is asked again."""


def called(provide: Callable[[], Any], fallback: Principal) -> Callable[[], Principal]:
    """Return a look-up that calls ``provide`` each time, in the caller's thread: for what changes with the context.

    Args:
        provide: The application's callable. ``None`` means that it does not know: the fallback applies.
        fallback: Who is asking then.
    """
    name = getattr(provide, "__name__", type(provide).__name__)

    def look_up() -> Principal:
        try:
            principal = provide()
        except Exception as error:
            return replace(fallback, problem=_problem(name, error))
        return fallback if principal is None else _checked(principal, name, fallback)

    return look_up


class Provided:
    """Asks a provider and keeps its answer. Call it for the principal; never raises.

    Args:
        provider: See :class:`pcishield.typing.IdentityProvider`.
        fallback: Who is asking when the provider does not know (``None``); its user stands in refusals' records too.
        timeout: Seconds that the provider has.
        retry: Seconds after a failure before it is asked again.
        monotonic: Clock, seconds.
        now: Wall clock, seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        provider: Any,
        fallback: Principal,
        *,
        timeout: float = 10.0,
        retry: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._provider = provider
        self._fallback = fallback
        self._timeout = timeout
        self._retry = retry
        self._monotonic = monotonic
        self._now = now
        self._lock = Lock()
        self._principal = fallback
        self._until = self._renew_at = float("-inf")
        self._renewing = False

    def __call__(self) -> Principal:
        """Return who is asking."""
        if self._monotonic() < self._renew_at:
            return self._principal
        if self._monotonic() < self._until:
            self._renew_soon()
            return self._principal
        with self._lock:
            if self._monotonic() >= self._until:
                self._renew()
            return self._principal

    def _renew_soon(self) -> None:
        with self._lock:
            if self._renewing:
                return
            self._renewing = True
        Thread(target=self._renew_early, name="pcishield-identity", daemon=True).start()

    def _renew_early(self) -> None:
        principal = self._asked()
        with self._lock:
            self._renewing = False
            if principal.problem:
                # What is there still holds; the failure shows when it ends.
                self._renew_at = self._monotonic() + self._retry
            else:
                self._take(principal)

    def _renew(self) -> None:
        self._take(self._asked())

    def _take(self, principal: Principal) -> None:
        now = self._monotonic()
        if principal.problem:
            left = margin = self._retry
        elif principal.expires is None:
            left, margin = float("inf"), _KEEP
        else:
            left = max(principal.expires - self._now(), 0.0)
            margin = max(left - _MARGIN, left / 2)
        if principal != self._principal:
            # An equal one stays the same object: look-ups by identity stay warm.
            self._principal = principal
        self._until, self._renew_at = now + left, now + margin

    def _asked(self) -> Principal:
        name = str(getattr(self._provider, "name", type(self._provider).__name__))
        try:
            principal = bounded(self._provider.principal, self._timeout)
        except Exception as error:
            return replace(self._fallback, problem=_problem(name, error))
        return self._fallback if principal is None else _checked(principal, name, self._fallback)


def _problem(name: str, error: Exception) -> str:
    """Return the reason for a record: ours in full, of a stranger's only the class, for it may quote a token."""
    if isinstance(error, (ShieldError, TimeoutError)):
        return f"identity provider {name}: {getattr(error, 'reason', '') or error}"
    return f"identity provider {name}: raised {type(error).__name__}"


def _checked(principal: Any, name: str, fallback: Principal) -> Principal:
    if not isinstance(principal, Principal) or not principal.user:
        kind = type(principal).__name__
        return replace(fallback, problem=f"identity provider {name}: returned a {kind} that names no user")
    if principal.level == "attested" and not (principal.attested and principal.evidence):
        return replace(fallback, problem=f"identity provider {name}: calls a principal attested without evidence")
    return principal
