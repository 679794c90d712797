"""One guarded connection: what a driver holds and calls (see also :mod:`pcishield.runtime.operation`).

A driver never sees policy, masker or log; it makes an operation, runs it with a callable that does the
real work, and passes every row through the operation's result guard.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeVar

from pcishield.audit.canonical import Preencoded
from pcishield.core.decision import Decision, Principal
from pcishield.core.flow import statement_flow
from pcishield.exceptions import (
    AuditUnavailable,
    IdentityRequired,
    LimitExceeded,
    MaskingError,
    ShieldError,
    StatementDenied,
    bind_error,
)
from pcishield.identity import current_principal, reached
from pcishield.masking import Masker
from pcishield.runtime.budgets import Meter, Usage
from pcishield.runtime.filled import Templates
from pcishield.runtime.guard import inside
from pcishield.runtime.known import KnownStatement, KnownStatements
from pcishield.runtime.linger import Settleable
from pcishield.runtime.operation import Operation
from pcishield.runtime.pending import PendingApprovals
from pcishield.runtime.runner import adrive, drive
from pcishield.runtime.scrub import Scrub, record_text, scrub_exception
from pcishield.typing import Approver, AuditLog, Clock, PolicyLike

__all__ = ["Enforcer", "Parts", "Session"]

T = TypeVar("T")

_DECISIONS = 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """What enforces: shared by all sessions of one shield.

    Attributes:
        secret: Key of this process for digests that bind approvals to parameters; never written anywhere.
        usage: What has been used up of the policy's budgets.
        session: Id of the shield's session, for records.
        approval_seconds: How long an approver may take.
        pending: Where approvals wait for callers that poll; ``None`` when callers wait themselves.
        linger: Takes an operation whose RESULT waits for rows, to write it after a moment.
    """

    policy: PolicyLike
    masker: Masker
    log: AuditLog
    clock: Clock
    approver: Approver | None
    default_principal: Principal
    known: KnownStatements
    secret: bytes = field(repr=False)
    usage: Usage
    session: str = ""
    identity_required: str = "os"
    environment: str = ""
    approval_seconds: float = 900.0
    pending: PendingApprovals | None = None
    waits_for_disk: bool = False
    linger: Callable[[Settleable], None] = lambda operation: None

    def record_text(self, text: str) -> str:
        """Return ``text`` fit for a record: card data masked, lone surrogates replaced."""
        return record_text(self.masker.mask_text, text)


class Enforcer(Protocol):
    """What drivers are given: opens a session for a connection that is about to be made."""

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
        """Check identity, write ``connection.open``, return the session. See :class:`Session`."""
        ...


_HOST = socket.gethostname()

_process = [object()]
"""Changes in a forked child, where what names the process has to be made anew."""


def _forked() -> None:
    _process[0] = object()


os.register_at_fork(after_in_child=_forked)


class Session:
    """The enforcement state of one connection.

    Args:
        parts: The shield's parts.
        dialect: How the database reads SQL: ``postgres``, ``mysql``, ``sqlite``, ...
        driver: The driver's module name.
        database: Database name or file, for records and policy conditions.
        user: Database user.
        info: Further facts for the record (server, port, tls, versions); text and whole numbers only.
        error_class: The driver's error class that ours shall also be an instance of, or a function from
            our error to that class.
        scrub: Masks driver specific attributes of exceptions.

    Raises:
        IdentityRequired: The principal's level is below what is required; recorded.
        AuditUnavailable: The log cannot take ``connection.open``.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        dialect: str,
        driver: str,
        database: str = "",
        user: str = "",
        info: Mapping[str, Any] | None = None,
        error_class: Callable[[ShieldError], type[Exception]] | type[Exception] | None = None,
        scrub: Scrub | None = None,
    ) -> None:
        self.parts = parts
        self.dialect = dialect
        self.driver = driver
        self.database = database
        self.id = uuid.uuid4().hex
        self.rows_fetched = 0
        self.statements = 0
        self._error_class = error_class
        self._scrub = scrub
        self._closed = False
        self._principal: Principal | None = None
        self._actor = Preencoded({})
        has_budgets = getattr(parts.policy, "budgets", ())
        self._budgets_for: Any = getattr(parts.policy, "budgets_for", None) if has_budgets else None
        self._metered: tuple[Principal, Meter] | None = None
        self.fill: Any = getattr(parts.log, "append_filled", None)
        # A policy that says so answers the same at any time, and then one look-up replaces its judgement.
        known: dict[Any, tuple[Principal, Decision]] = {}
        self._decisions = None if getattr(parts.policy, "timed", True) else known
        mask = parts.record_text
        self._set_origin()
        self.db = Preencoded(
            {"system": dialect, "driver": driver, "name": mask(database), "user": mask(user)}
            | {key: mask(value) if isinstance(value, str) else value for key, value in (info or {}).items()}
        )
        principal, _ = self.principal()
        if not reached(principal, parts.identity_required):
            record = parts.log.append("denied", self.base() | {"method": "connect", "outcome": "failure",
                                      "reason": "identity level is below the required one"}, durable=True)  # fmt: skip
            raise self.bind(
                IdentityRequired(
                    f"identity level {principal.level!r} is below the required {parts.identity_required!r}; run the "
                    "agent inside pcishield.acting_as(user=..., agent=...), or configure an identity provider",
                    rule="identity.required",
                    hint="Say who is asking: pcishield.acting_as(user=..., agent=...).",
                    record_id=record,
                )
            )
        parts.log.append("connection.open", self.base() | {"outcome": "success"}, durable=True)

    def __repr__(self) -> str:
        return f"<pcishield session {self.id[:8]} {self.driver} {'closed' if self._closed else 'open'}>"

    def _set_origin(self) -> None:
        self._process = _process[0]
        program = os.path.basename(sys.argv[0] or "python")
        self.src = Preencoded({"host": _HOST, "pid": os.getpid(), "app": self.parts.record_text(program)})
        self.templates = Templates()

    def principal(self) -> tuple[Principal, Preencoded]:
        """Return who is asking right now, and the same as a record field."""
        if self._process is not _process[0]:
            self._set_origin()
        principal = current_principal() or self.parts.default_principal
        if principal is not self._principal:
            mask = self.parts.record_text
            actor: dict[str, Any] = {"user": mask(principal.user), "level": principal.level}
            for name in ("agent", "session", "reason"):
                if value := getattr(principal, name):
                    actor[name] = mask(value)
            if principal.groups:
                actor["groups"] = sorted(map(mask, principal.groups))
            if principal.attributes:
                actor["attributes"] = {mask(str(k)): mask(str(v)) for k, v in principal.attributes.items()}
            self._actor = Preencoded(actor)
            self._principal = principal
        return principal, self._actor

    def base(self) -> dict[str, Any]:
        """Return the fields that every record of this session has."""
        return {
            "session": self.parts.session,
            "connection": self.id,
            "actor": self.principal()[1],
            "db": self.db,
            "src": self.src,
        }

    def decided(
        self,
        known: KnownStatement,
        principal: Principal,
        flags: tuple[bool, ...],
        judge: Callable[[Principal, int, bool], Decision],
        count: int,
        masked: bool,
    ) -> Decision:
        """Return what ``judge`` says, or said before about the same statement, principal and flags."""
        decisions = self._decisions
        if decisions is None:
            return judge(principal, count, masked)
        key = (known, id(principal), flags)
        found = decisions.get(key)
        if found is None or found[0] is not principal:
            if len(decisions) >= _DECISIONS:
                decisions.clear()
            found = decisions[key] = (principal, judge(principal, count, masked))
        return found[1]

    def meter(self, principal: Principal) -> Meter | None:
        """Return the counters that the principal's statements count against, ``None`` without budgets."""
        if self._budgets_for is None:
            return None
        if self._metered is None or self._metered[0] is not principal:
            budgets = self._budgets_for(principal)
            self._metered = (principal, self.parts.usage.meter(budgets, principal, self.id))
        return self._metered[1]

    def operation(self, sql: str, parameters: Any = None, *, method: str, many: bool = False) -> Operation:
        """Make the operation for one call that sends SQL. No I/O, nothing is judged yet.

        Args:
            sql: The text as the database will read it, placeholders in the driver's style.
            parameters: As the driver received them; for ``many`` a list of them, not an iterator.
            method: The driver's method, for the record.
            many: Whether the statement runs once per element of ``parameters``.
        """
        return Operation(self, sql, parameters, method, many)

    def run(self, operation: Operation, call: Callable[[], T]) -> T:
        """Take ``operation`` through the whole flow; ``call`` does the driver's work when all is in order.

        Raises:
            ShieldError: Bound to the driver's error class.
            BaseException: What the driver raised, texts masked.
        """

        def guarded() -> T:
            token = inside.set(True)
            try:
                return call()
            finally:
                inside.reset(token)

        try:
            return drive(statement_flow(operation), operation, guarded)  # type: ignore[no-any-return]
        except ShieldError as error:
            raise self.bind(error) from error.__cause__
        except BaseException as error:
            self.sanitise(error)
            raise

    async def arun(self, operation: Operation, call: Callable[[], Awaitable[T]]) -> T:
        """Like :meth:`run`, awaiting the driver and the approver."""

        async def guarded() -> T:
            token = inside.set(True)
            try:
                return await call()
            finally:
                inside.reset(token)

        try:
            return await adrive(statement_flow(operation), operation, guarded)  # type: ignore[no-any-return]
        except ShieldError as error:
            raise self.bind(error) from error.__cause__
        except BaseException as error:
            self.sanitise(error)
            raise

    def mask_text(self, text: str) -> str:
        """Mask card data in a notice, a message, a column name."""
        return self.parts.masker.mask_text(text)

    def sanitise(self, error: BaseException) -> None:
        """Mask what the driver's exception and its causes carry, in place."""
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)):
            return
        masker = self.parts.masker
        try:
            scrub_exception(error, masker.mask_text, masker.mask, self._scrub)
        except Exception:
            raise MaskingError(f"the driver raised {type(error).__name__} and its text could not be masked") from None

    def bind(self, error: ShieldError) -> ShieldError:
        """Make ``error`` also an instance of the driver's error class."""
        choose = self._error_class
        if choose is None:
            return error
        return bind_error(error, choose if isinstance(choose, type) else choose(error))

    def refuse(self, method: str, reason: str, hint: str) -> NoReturn:
        """Record that a route without SQL was refused, and raise.

        Raises:
            StatementDenied: Always, unless the record cannot be written (AuditUnavailable).
        """
        fields = self.base() | {"method": method, "outcome": "failure", "reason": self.parts.record_text(reason)}
        try:
            record = self.parts.log.append("denied", fields, durable=True)
        except AuditUnavailable as error:
            raise self.bind(error) from error.__cause__
        denial = StatementDenied(
            f"{method}: {reason} {hint}", rule="surface.blocked", reason=reason, hint=hint, record_id=record
        )
        raise self.bind(denial)

    def limit_error(self, what: str, limit: int, operation: Operation) -> LimitExceeded:
        """Make the error for a used-up budget."""
        return LimitExceeded(
            f"the policy allows {limit} {what} here and there are more",
            decision=operation.decision,
            rule=f"limit.{what}",
            reason=f"more than {limit} {what}",
            hint="Ask for less: aggregate, filter, or add a LIMIT.",
        )

    def abandon(self) -> None:
        """Close soon, from another thread: for finalizers, which must not write records themselves."""
        if not self._closed:
            self.parts.linger(self)

    def settle(self) -> None:
        """Close; see :meth:`abandon`."""
        self.close()

    def close(self) -> None:
        """Write ``connection.close``. Idempotent."""
        if not self._closed:
            self._closed = True
            self.parts.usage.forget(self.id)
            fields = self.base() | {"outcome": "success", "statements": self.statements, "rows": self.rows_fetched}
            self.parts.log.append("connection.close", fields)
