"""The composition root: settings, policy, masker, audit log and approver become one enforcement point.

Without any configuration the ``pci`` pack applies, and the audit log goes to ``$PCISHIELD_AUDIT_DIR`` or the
XDG state directory.
"""

from __future__ import annotations

import atexit
import getpass
import importlib
import os
import secrets
import sys
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from types import ModuleType, TracebackType
from typing import Any, Self

from pcishield.config import Settings, load_settings
from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError, ShieldError
from pcishield.identity import os_principal
from pcishield.masking import Masker
from pcishield.policy import Policy
from pcishield.runtime.budgets import Usage
from pcishield.runtime.known import KnownStatements
from pcishield.runtime.linger import Lingering
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.pending import PendingApprovals
from pcishield.runtime.scrub import Scrub, record_text
from pcishield.runtime.session import Parts, Session
from pcishield.typing import Approver, AuditLog, Clock, PolicyLike

__all__ = ["Shield", "SystemClock", "configure", "current_shield"]


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Return UTC wall clock time."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return nanoseconds that never go back."""
        return time.monotonic_ns()


class Shield:
    """The enforcement point. Several may live in one process; a context manager that closes its log.

    Args:
        settings: Settings, a path to a ``pcishield.toml``, or a mapping of the same shape.
        policy: A policy, a pack name, or a path; wins over the settings.
        audit: A directory or an audit log; wins over the settings.
        approver: Sync or async callable (see :data:`pcishield.typing.Approver`). Without one, what needs
            approval is denied.
        masker: A masker; wins over the settings.
        clock: For tests.
        principal: Who is asking where no ``acting_as`` applies; default the operating system's user.

    Raises:
        ConfigurationError: Names the field and the fix; nothing was opened.
        AuditUnavailable: The log cannot be opened.
    """

    def __init__(
        self,
        settings: Settings | Mapping[str, Any] | str | os.PathLike[str] | None = None,
        *,
        policy: PolicyLike | str | os.PathLike[str] | Mapping[str, Any] | None = None,
        audit: AuditLog | str | os.PathLike[str] | None = None,
        approver: Approver | None = None,
        masker: Masker | None = None,
        clock: Clock | None = None,
        principal: Principal | None = None,
    ) -> None:
        self.settings = settings if isinstance(settings, Settings) else load_settings(settings)
        self.policy = _policy(self.settings.policy if policy is None else policy)
        self.masker = masker or Masker(**self.settings.masking.arguments())
        if approver is not None and not callable(approver):
            raise ConfigurationError(
                f"approver: a {type(approver).__name__} is not callable; give a function that takes an "
                "ApprovalRequest and returns a bool or an ApprovalAnswer"
            )
        self.approver = approver
        clock = clock or SystemClock()
        self._lingering = Lingering()
        self._closed = False
        self.audit = self._open_log(audit)
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self.parts = Parts(
            policy=self.policy,
            masker=self.masker,
            log=self.audit,
            clock=clock,
            approver=approver,
            default_principal=principal or os_principal(getpass.getuser(), Path(sys.argv[0] or "python").name),
            known=KnownStatements(self.masker, partial(record_text, self.masker.mask_text)),
            secret=secrets.token_bytes(32),
            usage=Usage(clock.monotonic_ns),
            session=secrets.token_hex(8),
            identity_required=self.settings.identity.required,
            environment=self.settings.environment,
            approval_seconds=self.settings.approval.timeout_seconds,
            pending=PendingApprovals(clock) if self.settings.approval.on_pending == "raise" else None,
            waits_for_disk=self.settings.audit.flush != "write",
            linger=self._lingering.add,
        )
        self._record_opening()
        _open_shields.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<pcishield.Shield policy={self.policy.label}{' closed' if self._closed else ''}>"

    def open_session(
        self,
        *,
        dialect: str,
        driver: str,
        database: str = "",
        user: str = "",
        info: Mapping[str, Any] | None = None,
        error_class: Callable[[ShieldError], type[Exception]] | type[Exception] | None = None,
        scrub: Scrub | None = None,
    ) -> Session:
        """Open the session of a connection that is about to be made. For drivers; see ``runtime.session``."""
        if self._closed:
            raise ConfigurationError("this Shield is closed; make a new one before connecting")
        session = Session(
            self.parts, dialect=dialect, driver=driver, database=database, user=user, info=info,
            error_class=error_class, scrub=scrub,
        )  # fmt: skip
        self._sessions.add(session)
        return session

    def connect(self, driver: str | ModuleType, *args: Any, **kwargs: Any) -> Any:
        """Open a guarded connection: ``shield.connect("sqlite3", "shop.db")``.

        Args:
            driver: Module name or module of a driver.
            *args: For the driver's ``connect``.
            **kwargs: Likewise.
        """
        return self.guard(_imported(driver) if isinstance(driver, str) else driver).connect(*args, **kwargs)

    def guard(self, module: ModuleType, driver: Any = None) -> Any:
        """Return a guarded stand-in for a DB-API 2.0 module, bound to this shield; see :func:`pcishield.guard`."""
        from pcishield.guarded import guard_module

        return guard_module(module, lambda: self, driver)

    def record_disabled(self, what: str) -> None:
        """Record that something is not guarded any more, or never was, on purpose.

        Args:
            what: Module names and the like; no data.
        """
        self.audit.append("shield.disable", self._base() | {"object": self.parts.record_text(what)}, durable=True)

    def close(self) -> None:
        """Write what is pending, ``session.close`` and ``log.close``. Idempotent; connections stay open but refuse."""
        if not self._closed:
            self._closed = True
            _open_shields.discard(self)
            self._lingering.close()
            for session in list(self._sessions):
                session.close()
            self.audit.append("session.close", self._base(), durable=True)
            self.audit.close()

    def _open_log(self, audit: AuditLog | str | os.PathLike[str] | None) -> AuditLog:
        if audit is not None and not isinstance(audit, (str, os.PathLike)):
            if not callable(getattr(audit, "append", None)):
                raise ConfigurationError(
                    f"audit: a {type(audit).__name__} is neither a directory nor an audit log with append() and close()"
                )
            return audit
        directory = audit if audit is not None else self.settings.audit.directory()
        return FileAuditLog.from_settings(directory, self.settings.audit)

    def _base(self) -> dict[str, Any]:
        principal = self.parts.default_principal
        return {
            "actor": {"user": principal.user, "agent": principal.agent, "level": principal.level},
            "src": {"host": os.uname().nodename, "pid": os.getpid(), "app": Path(sys.argv[0] or "python").name},
            "component": "pcishield",
            "session": self.parts.session,
            "outcome": "success",
        }

    def _record_opening(self) -> None:
        settings = self.settings
        fields = self._base() | {
            "policy": self.policy.label,
            "mode": getattr(self.policy, "mode", "enforce"),
            "masker": self.masker.version,
            "flush": settings.audit.flush,
            "settings": {"identity.required": settings.identity.required},
        }
        if weakened := getattr(self.policy, "weakened", ()):
            fields["weakened"] = list(weakened)
        if settings.environment:
            fields["environment"] = settings.environment
        self.audit.append("session.open", fields, durable=True)


_EXTRAS = {"psycopg": "psycopg", "mysql.connector": "mysql"}


def _imported(driver: str) -> ModuleType:
    try:
        return importlib.import_module(driver)
    except ModuleNotFoundError as error:
        name = f"pcishield[{_EXTRAS[driver]}]" if driver in _EXTRAS else driver
        raise ConfigurationError(f"the driver {driver} is not installed: pip install '{name}'") from error


def _policy(source: Any) -> PolicyLike:
    if isinstance(source, Mapping):
        return Policy.from_mapping(source)
    if isinstance(source, os.PathLike):
        return Policy.load(source)
    if isinstance(source, str):
        if source.endswith(".toml") or os.sep in source:
            return Policy.load(source)
        return Policy.pack(source)
    if callable(getattr(source, "decide", None)):
        return source  # type: ignore[no-any-return]
    raise ConfigurationError(
        f"policy: a {type(source).__name__} is no policy; give a Policy, a pack name such as 'pci', or a TOML path"
    )


_open_shields: weakref.WeakSet[Shield] = weakref.WeakSet()
_default_lock = Lock()
_default: Shield | None = None


def configure(
    path_or_mapping: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    /,
    *,
    policy: PolicyLike | str | os.PathLike[str] | Mapping[str, Any] | None = None,
    audit: AuditLog | str | os.PathLike[str] | Mapping[str, Any] | None = None,
    approver: Approver | None = None,
    masker: Masker | None = None,
    clock: Clock | None = None,
    principal: Principal | None = None,
    **overrides: Any,
) -> Shield:
    """Set the process default and return it. The one before, if any, is closed.

    Args:
        path_or_mapping: A ``pcishield.toml`` or a mapping of its shape; default ``$PCISHIELD_CONFIG``, else
            the built-in settings.
        policy: As for :class:`Shield`.
        audit: As for :class:`Shield`; a mapping overrides the settings' ``[audit]`` section.
        approver: As for :class:`Shield`.
        masker: As for :class:`Shield`.
        clock: As for :class:`Shield`.
        principal: As for :class:`Shield`.
        **overrides: Settings that win over the file, e.g. ``environment="staging"``.

    Raises:
        ConfigurationError: As for :class:`Shield`; the default stays what it was.
    """
    global _default
    if isinstance(audit, Mapping):
        overrides["audit"] = audit
        audit = None
    shield = Shield(
        load_settings(path_or_mapping, **overrides),
        policy=policy, audit=audit, approver=approver, masker=masker, clock=clock, principal=principal,
    )  # fmt: skip
    with _default_lock:
        previous, _default = _default, shield
    if previous is not None:
        previous.close()
    return shield


def current_shield() -> Shield:
    """Return the process default, made from ``$PCISHIELD_CONFIG`` or the built-in settings at first use."""
    global _default
    shield = _default
    if shield is None or shield._closed:
        with _default_lock:
            shield = _default
            if shield is None or shield._closed:
                shield = _default = Shield()
    return shield


@atexit.register
def _close_all() -> None:
    for shield in list(_open_shields):
        shield.close()
