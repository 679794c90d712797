"""The composition root: settings, policy, masker, audit log and approver become one enforcement point.

Without any configuration the ``pci`` pack applies, and the audit log goes to ``$PCISHIELD_AUDIT_DIR`` or the
XDG state directory.
"""

from __future__ import annotations

import atexit
import getpass
import logging
import os
import secrets
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from types import ModuleType, TracebackType
from typing import Any, Self

from pcishield.approvals import alert_of, approvals_of
from pcishield.config import CatalogSettings, DatabaseSettings, Settings, load_settings
from pcishield.core.decision import Principal
from pcishield.credentials.settings import ProfileSettings
from pcishield.exceptions import AuditUnavailable, ConfigurationError, IdentityRequired, ShieldError
from pcishield.following import PolicyFollower, policy_from
from pcishield.identity import current_principal, os_principal
from pcishield.identity.settings import IdentitySettings
from pcishield.masking import Masker
from pcishield.outlets import open_audit
from pcishield.policy import Policy, PolicySource
from pcishield.providers import make_provider
from pcishield.runtime.actor import actor_fields
from pcishield.runtime.aftermath import Aftermath
from pcishield.runtime.budgets import Counters, Usage
from pcishield.runtime.catalog_files import read_snapshot
from pcishield.runtime.catalogs import CatalogOptions, Catalogs
from pcishield.runtime.held import Grants
from pcishield.runtime.keys import key_provider
from pcishield.runtime.known import KnownStatements
from pcishield.runtime.leases import LeaseKeeper
from pcishield.runtime.linger import Lingering
from pcishield.runtime.opening import Opening, Profiles
from pcishield.runtime.parts import Parts
from pcishield.runtime.provided import Provided, called
from pcishield.runtime.recordings import Recordings
from pcishield.runtime.scrub import Scrub, record_text
from pcishield.runtime.second_net import SecondNet
from pcishield.runtime.selftest import SelfTest
from pcishield.runtime.session import Session
from pcishield.secrets import make_resolver
from pcishield.typing import Anchor, Approver, AuditLog, Clock, IdentityProvider, PolicyLike, Sink

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
        approver: Sync or async callable (see :data:`pcishield.typing.Approver`). Without one the queue of the
            settings is asked, and without a queue what needs approval is denied.
        alert: Told at once, in words without card data, when somebody breaks the glass; default the webhook of the
            settings, else the logger ``pcishield.alerts``. When it raises, the statement does not run.
        masker: A masker; wins over the settings.
        clock: For tests.
        principal: Who is asking where no ``acting_as`` applies; default the operating system's user.
        identity: Who is asking where no ``acting_as`` applies, as found out anew: an identity provider, or a function
            that returns a principal and is called at each statement. Wins over the settings.
        sinks: Where records go beside the log (:mod:`pcishield.sinks`), in addition to those of the settings.
        anchors: Where checkpoints go (:mod:`pcishield.anchors`), likewise.

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
        alert: Callable[[str], None] | None = None,
        masker: Masker | None = None,
        clock: Clock | None = None,
        principal: Principal | None = None,
        identity: IdentityProvider | Callable[[], Principal | None] | None = None,
        sinks: Sequence[Sink] = (),
        anchors: Sequence[Anchor] = (),
    ) -> None:
        self.settings = settings if isinstance(settings, Settings) else load_settings(settings)
        source = policy_from(self.settings, policy)
        self.policy: PolicyLike = source.policy if isinstance(source, PolicySource) else source
        self._follower: PolicyFollower | None = None
        self.masker = masker or Masker(**self.settings.masking.arguments())
        if approver is not None and not callable(approver):
            raise ConfigurationError(
                f"approver: a {type(approver).__name__} is not callable; give a function that takes an "
                "ApprovalRequest and returns a bool or an ApprovalAnswer"
            )
        clock = clock or SystemClock()
        desk, secret = approvals_of(self.settings, approver, clock)
        self.approver = desk.approver
        self.approvals = desk.store
        principal = principal or os_principal(getpass.getuser(), Path(sys.argv[0] or "python").name)
        self._identity, provide = _identity(identity, self.settings.identity, principal)
        self._lingering = Lingering()
        self._recordings: Recordings | None = None
        self._closed = False
        self._verified: dict[Principal, None] = {}
        self.audit, self._outlets = open_audit(audit, self.settings.audit, sinks, anchors)
        self._leases = LeaseKeeper(self._lease_ended, self._lease_lost)
        self._guarded: dict[str, Any] = {}
        self._profiles = Profiles(
            self.settings.profiles,
            self.settings.identity,
            partial(make_resolver, self.settings.credentials),
            self.settings.credentials.timeout_seconds,
            self._leases,
        )
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        known = KnownStatements(self.masker, partial(record_text, self.masker.mask_text))
        self.parts = Parts(
            policy=self.policy,
            masker=self.masker,
            log=self.audit,
            clock=clock,
            desk=desk,
            aftermath=Aftermath(
                desk.store,
                desk.registry,
                clock,
                partial(self.audit.append, durable=True),
                self._base,
                partial(record_text, self.masker.mask_text),
            ),
            grants=Grants(desk.store, desk.registry, clock),
            alert=alert or alert_of(self.settings),
            default_principal=principal,
            provide=provide,
            remote_plaintext=self.settings.connection.remote_plaintext,
            known=known,
            secret=secret,
            usage=Usage(clock.monotonic_ns, _shared_counters(self.settings.budgets.store)),
            session=secrets.token_hex(8),
            identity_required=self.settings.identity.required,
            environment=self.settings.environment,
            approval_seconds=self.settings.approval.timeout_seconds,
            polls=self.settings.approval.on_pending == "raise",
            waits_for_disk=self.settings.audit.flush != "write",
            linger=self._lingering.add,
            settled=self._lingering.forget,
            catalogs=_catalogs(known, self.settings.catalog),
            net=_second_net(self.policy, self.settings.database),
            recordings=self._open_recordings,
        )
        if getattr(self.policy, "records", False):
            self._open_recordings()
        self._selftest = SelfTest(self.masker, self.audit, self._base, self.settings.audit.selftest_seconds)
        self._selftest.require()
        self._record_opening()
        self._selftest.start()
        self._outlets.start()
        if isinstance(source, PolicySource):
            seconds = self.settings.policy_refresh_seconds
            self._follower = PolicyFollower(source, self._adopt, self._record_unusable, seconds)
            self._follower.start()
        _open_shields.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<pcishield.Shield policy={self.policy.label}{' closed' if self._closed else ''}>"

    def opening(self, driver: str, profile: str = "") -> Opening:
        """Return who is about to connect, and by a profile where to and with what. For drivers."""
        if self._closed:
            raise ConfigurationError("this Shield is closed; make a new one before connecting")
        return self._profiles.open(self.parts, self.principal(), driver, profile)

    def profile(self, name: str) -> ProfileSettings:
        """Return the profile of that name.

        Raises:
            ConfigurationError: There is none; the message lists those that there are.
        """
        return self._profiles.profile(name)

    def open_session(
        self,
        *,
        dialect: str,
        driver: str,
        database: str = "",
        user: str = "",
        info: Mapping[str, Any] | None = None,
        address: str = "",
        error_class: Callable[[ShieldError], type[Exception]] | type[Exception] | None = None,
        scrub: Scrub | None = None,
        opening: Opening | None = None,
    ) -> Session:
        """Open the session of a connection that is about to be made. For drivers; see ``runtime.session``."""
        if self._closed:
            raise ConfigurationError("this Shield is closed; make a new one before connecting")
        session = Session(
            self.parts, dialect=dialect, driver=driver, database=database, user=user, info=info,
            address=address, error_class=error_class, scrub=scrub, opening=opening,
        )  # fmt: skip
        if self._follower is not None:
            self._follower.start()  # in a forked child
        self._sessions.add(session)
        if session.parts.policy is not self.parts.policy:
            session.policy_changed(self.parts.policy)
        return session

    def authenticate(self, token: str) -> Principal:
        """Return the principal that a token attests, for ``acting_as``; recorded, whether accepted or not.

        Verified once and remembered until it expires. From asyncio: ``await asyncio.to_thread(...)``, for the issuer's
        keys may have to be fetched.

        Args:
            token: What the caller brought, e.g. the bearer token of a request. Untrusted.

        Raises:
            ConfigurationError: No identity provider that verifies tokens is configured.
            IdentityRequired: The token is not accepted; the reason says which check failed.
        """
        verify = getattr(self._identity, "verify", None)
        if verify is None:
            raise ConfigurationError(
                "identity.provider: none that verifies tokens; configure oidc, ci, spiffe or service-key"
            )
        try:
            principal: Principal = verify(token)
        except IdentityRequired as error:
            reason = self.parts.record_text(error.reason)
            fields = self._base() | {"component": "identity", "outcome": "failure", "reason": reason}
            error.record_id = self.audit.append("identity.refused", fields, durable=True)
            raise
        if principal not in self._verified:
            fields = self._base() | {"component": "identity", "actor": actor_fields(principal, self.parts.record_text)}
            self.audit.append("identity.verified", fields, durable=True)
            self._verified[principal] = None
            while len(self._verified) > _VERIFIED:
                self._verified.pop(next(iter(self._verified)))
        return principal

    def principal(self) -> Principal:
        """Return who is asking right now: bound by ``acting_as``, else as the identity provider says."""
        provide = self.parts.provide
        return current_principal() or (self.parts.default_principal if provide is None else provide())

    def connect(self, driver: str | ModuleType, *args: Any, **kwargs: Any) -> Any:
        """Open a guarded connection: ``shield.connect("sqlite3", "shop.db")``, ``shield.connect("payments-ro")``.

        Args:
            driver: Name of a profile of the configuration; or module name or module of a driver.
            *args: For the driver's ``connect``.
            **kwargs: Likewise.
        """
        if isinstance(driver, str) and driver in self._profiles:
            from pcishield.connecting import connect_profile

            return connect_profile(self, driver, *args, **kwargs)
        module = self.guarded(driver) if isinstance(driver, str) else self.guard(driver)
        return module.connect(*args, **kwargs)

    def guarded(self, driver: str) -> Any:
        """Return the guarded stand-in for the driver's module of that name, made once.

        Raises:
            ConfigurationError: The driver is not installed, or cannot be guarded.
        """
        if driver not in self._guarded:
            from pcishield.guarded import imported

            self._guarded[driver] = self.guard(imported(driver))
        return self._guarded[driver]

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
            self._selftest.close()
            if self._follower is not None:
                self._follower.close()
            self._lingering.close()
            self.parts.grants.close()
            with suppress(AuditUnavailable):  # the log says so itself
                self.parts.aftermath.close()
            self.approvals.close()
            for session in list(self._sessions):
                session.close()
            self._leases.close()
            self.parts.usage.close()
            try:
                self.audit.append("session.close", self._base(), durable=True)
                self.audit.close()
            finally:
                self._outlets.close(self.settings.audit.close_seconds)

    def metrics(self) -> dict[str, Any]:
        """Return the state of what leaves the log, as plain data.

        ``sinks`` by name: lag, queue, errors (:meth:`pcishield.runtime.shipper.Shipper.metrics`); ``anchors`` by name:
        lag, errors, exposure (:meth:`pcishield.runtime.anchoring.Anchorer.metrics`); ``exposure_seconds``: age of the
        oldest record that no anchor covers, ``None`` without an anchor. ``policy``: ``label`` of the one in force, and
        ``error``: why its file, which has changed, cannot be used; ``None`` when it can.
        """
        follower = self._follower
        policy = {"label": self.policy.label, "error": None} if follower is None else follower.described()
        return self._outlets.metrics() | {"policy": policy}

    def refresh_policy(self) -> bool:
        """Look at the policy's file now; return whether another policy is in force than before.

        False for a policy that comes from no file. The file is looked at every ``policy_refresh_seconds`` anyway.

        Raises:
            ConfigurationError: The file cannot be used; the policy in force stays. Recorded.
            AuditUnavailable: The change cannot be recorded; the policy in force stays.
        """
        return self._follower is not None and self._follower.refresh()

    def _adopt(self, policy: Policy) -> None:
        """Put another policy in force, here and in every open session, once it is recorded."""
        if policy.records:
            self._open_recordings()
        previous, self.policy = self.policy, policy
        try:
            self._record_policy("policy.changed", previous_policy=previous.label)
        except AuditUnavailable:
            self.policy = previous
            raise
        self.parts = replace(self.parts, policy=policy, net=_second_net(policy, self.settings.database))
        # Whoever opens a session meanwhile looks again once it is among these.
        for session in self._open_sessions():
            session.policy_changed(policy)

    def _open_sessions(self) -> list[Session]:
        while True:
            with suppress(RuntimeError):  # another thread opened one meanwhile
                return list(self._sessions)

    def _record_unusable(self, kind: str, control: dict[str, str]) -> None:
        told = {name: self.parts.record_text(value) for name, value in control.items()}
        outcome = "failure" if kind == "control.fail" else "success"
        with suppress(AuditUnavailable):  # the log says so itself
            self.audit.append(kind, self._base() | {"component": "policy", "control": told, "outcome": outcome})

    def _lease_ended(self, about: Mapping[str, str], error: Exception | None) -> None:
        """Record that a credential was given back, or could not be."""
        fields = self._base() | {
            "component": "credentials", "object": f"{about['profile']} {about['lease']}",
            "connection": about["connection"], "outcome": "success" if error is None else "failure",
        }  # fmt: skip
        if error is not None:
            fields["error"] = {"class": type(error).__name__}
        with suppress(AuditUnavailable):  # the log says so itself
            self.audit.append("credential.ended", fields)

    def _lease_lost(self, about: Mapping[str, str], error: Exception | None) -> None:
        """Record that a credential ran out while its connection is open."""
        cause = "it cannot be renewed" if error is None else f"renewing it raised {type(error).__name__}"
        control = {"name": "credential", "cause": f"the lease of profile {about['profile']} ran out: {cause}"}
        fields = self._base() | {"component": "credentials", "outcome": "failure", "control": control}
        with suppress(AuditUnavailable):
            self.audit.append("control.fail", fields | {"connection": about["connection"]})

    def _open_recordings(self) -> Recordings:
        """Return where sessions are recorded. Raises ConfigurationError when the key provider refuses."""
        if self._recordings is None:
            settings = self.settings.recording
            audit = Path(getattr(self.audit, "directory", None) or self.settings.audit.directory())
            keys = key_provider(settings.key_reference(audit))
            self._recordings = Recordings(settings.directory(audit), keys)
        return self._recordings

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
            "settings": {
                "identity.required": settings.identity.required,
                "identity.provider": str(getattr(self._identity, "name", "none")),
                **self._outlets.described(),
            },
        }
        if settings.environment:
            fields["environment"] = settings.environment
        weakened = [*self._weakened().get("weakened", ())]
        if settings.connection.remote_plaintext != "refuse":
            weakened.append("plaintext connections to other machines are recorded, not refused")
        if weakened:
            fields["weakened"] = weakened
        self.audit.append("session.open", fields, durable=True)
        self._record_policy("policy.loaded")

    def _weakened(self) -> dict[str, Any]:
        weakened = list(getattr(self.policy, "weakened", ()))
        return {"weakened": weakened} if weakened else {}

    def _record_policy(self, kind: str, **more: str) -> None:
        """Record which policy is in force, how, and what it leaves weaker than the ``pci`` pack."""
        mode = getattr(self.policy, "mode", "enforce")
        about = {"component": "policy", "policy": self.policy.label, "mode": mode}
        self.audit.append(kind, self._base() | about | self._weakened() | more, durable=True)

    def _replaces(self, previous: Shield) -> None:
        """Record that the process default follows another policy than before, if it does."""
        if previous.policy.label != self.policy.label:
            self._record_policy("policy.changed", previous_policy=previous.policy.label)


_VERIFIED = 1024
"""Tokens whose acceptance is recorded once."""


def _shared_counters(address: str | None) -> Counters | None:
    if address is None:
        return None
    from pcishield.usage_stores import make_counters

    return make_counters(address)


def _second_net(policy: PolicyLike, settings: DatabaseSettings) -> SecondNet:
    # A policy of the application's own that does not say so may write.
    reads_only = settings.read_only == "policy" and getattr(policy, "reads_only", False) is True
    return SecondNet(reads_only, settings.statement_timeout_ms, settings.authorizer == "policy", settings.clock)


def _catalogs(known: KnownStatements, settings: CatalogSettings) -> Catalogs:
    options = CatalogOptions(settings.mode, settings.ttl_seconds)
    return Catalogs(known, options, {c.dialect: c for c in map(read_snapshot, settings.files())})


def _identity(
    given: Any, settings: IdentitySettings, fallback: Principal
) -> tuple[Any, Callable[[], Principal] | None]:
    """Return the provider, and the look-up of who is asking; neither when there is none."""
    if given is None and settings.provider:
        given = make_provider(settings)
    if given is None:
        return None, None
    if callable(getattr(given, "principal", None)):
        return given, Provided(given, fallback, timeout=settings.timeout_seconds)
    if callable(given):
        return given, called(given, fallback)
    raise ConfigurationError(
        f"identity: a {type(given).__name__} is no provider; give one with principal(), or a function that returns a "
        "Principal"
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
    identity: IdentityProvider | Callable[[], Principal | None] | Mapping[str, Any] | None = None,
    sinks: Sequence[Sink] = (),
    anchors: Sequence[Anchor] = (),
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
        identity: As for :class:`Shield`; a mapping overrides the settings' ``[identity]`` section.
        sinks: As for :class:`Shield`.
        anchors: As for :class:`Shield`.
        **overrides: Settings that win over the file, e.g. ``environment="staging"``.

    Raises:
        ConfigurationError: As for :class:`Shield`; the default stays what it was.
    """
    global _default
    if isinstance(audit, Mapping):
        overrides["audit"] = audit
        audit = None
    if isinstance(identity, Mapping):
        overrides["identity"] = identity
        identity = None
    shield = Shield(
        load_settings(path_or_mapping, **overrides),
        policy=policy, audit=audit, approver=approver, masker=masker, clock=clock, principal=principal,
        identity=identity,
        sinks=sinks, anchors=anchors,
    )  # fmt: skip
    with _default_lock:
        previous, _default = _default, shield
    if previous is not None:
        shield._replaces(previous)
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
        # One broken log must not leave the others unclosed, nor print a traceback where its one line says it all.
        try:
            shield.close()
        except AuditUnavailable as error:
            logging.getLogger("pcishield").error("closing at exit: %s", error)
