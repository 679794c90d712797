"""One guarded connection: what a driver holds and calls (see also :mod:`pcishield.runtime.operation`).

What it says of errors is in :mod:`pcishield.runtime.session_errors`. A driver never sees policy, masker or log; it
makes an operation, runs it with a callable that does the real work, and passes every row through the operation's
result guard.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from pcishield.audit.canonical import Preencoded
from pcishield.core.decision import Decision, Principal
from pcishield.core.flow import statement_flow
from pcishield.credentials.settings import ProfileSettings, is_remote
from pcishield.exceptions import ConfigurationError, ShieldError
from pcishield.identity import current_principal
from pcishield.runtime.actor import actor_fields, objection, recorded
from pcishield.runtime.budgets import Meter
from pcishield.runtime.catalogs import CatalogUnavailable, Reader
from pcishield.runtime.declared import Declared
from pcishield.runtime.filled import Templates
from pcishield.runtime.guard import inside
from pcishield.runtime.held import HeldGrant
from pcishield.runtime.hot import begin
from pcishield.runtime.known import LARGE, KnownStatement
from pcishield.runtime.memo import Memo
from pcishield.runtime.opening import Opening, identity_refused
from pcishield.runtime.operation import Operation
from pcishield.runtime.parts import Parts
from pcishield.runtime.process import process
from pcishield.runtime.recorder import Recorder
from pcishield.runtime.runner import adrive, drive
from pcishield.runtime.scrub import Scrub
from pcishield.runtime.session_errors import ErrorClass, SessionErrors
from pcishield.typing import PolicyLike

__all__ = ["Enforcer", "Session"]

T = TypeVar("T")
K = TypeVar("K")

_DECISIONS = 1024


def _address(dialect: str, database: str, user: str, info: Mapping[str, Any]) -> str:
    """Name a database so that two connections to the same one, as the same user, are named alike."""
    server = str(info.get("server", ""))
    if server and info.get("port"):
        server += f":{info['port']}"
    return f"{dialect} {server}/{database}" + (f" as {user}" if user else "")


class Enforcer(Protocol):
    """What drivers are given: opens a session for a connection that is about to be made."""

    def opening(self, driver: str, profile: str = "") -> Opening:
        """Return who is about to connect, and by a profile where to. See :class:`Opening`."""
        ...

    def profile(self, name: str) -> ProfileSettings:
        """Return the profile of that name. Raises ConfigurationError when there is none."""
        ...

    def open_session(
        self,
        *,
        dialect: str,
        driver: str,
        database: str = "",
        user: str = "",
        info: Mapping[str, Any] | None = None,
        address: str = "",
        error_class: ErrorClass | None = None,
        scrub: Scrub | None = None,
        opening: Opening | None = None,
    ) -> Session:
        """Check identity, write ``connection.open``, return the session. See :class:`Session`."""
        ...


_HOST = socket.gethostname()


class Session(SessionErrors):
    """The enforcement state of one connection.

    Args:
        parts: The shield's parts.
        dialect: How the database reads SQL: ``postgres``, ``mysql``, ``sqlite``, ...
        driver: The driver's module name.
        database: Database name or file, for records and policy conditions.
        user: Database user.
        info: Further facts for the record (server, port, tls, versions); text and whole numbers only.
        address: Where the connection really leads to, when that may be elsewhere than ``server`` says.
        error_class: The driver's error class that ours shall also be an instance of, or a function from
            our error to that class.
        scrub: Masks driver specific attributes of exceptions.
        opening: What the connection was opened by; its lease ends with the session.

    Attributes:
        address: The database, the same for every connection to it as the same user: what approvals are bound to.
        found: Column and class of the findings that have a record.
        granted: Grants by ``id()`` of the decision that they answered, with what the ``id()`` stands for.
        estimate: Set by a driver that can tell how many rows a statement will touch without running it.
        aestimate: Likewise, awaited.

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
        address: str = "",
        error_class: ErrorClass | None = None,
        scrub: Scrub | None = None,
        opening: Opening | None = None,
    ) -> None:
        super().__init__(parts, dialect, error_class, scrub)
        self.driver = driver
        self.database = database
        self.id = uuid.uuid4().hex if opening is None else opening.id
        self._opening = opening
        self.rows_fetched = 0
        self.statements = 0
        self._closed = False
        self._principal: Principal | None = None
        self._admitted: Principal | None = None
        self._actor = Preencoded({})
        self._recorder: Recorder | None = None
        self.fill: Any = getattr(parts.log, "append_filled", None)
        self.settle_log: Any = getattr(parts.log, "settle", None)
        self._obey(parts.policy)
        self.found: set[tuple[str, str]] = set()
        mask = parts.record_text
        self._set_origin()
        self.granted: dict[int, tuple[HeldGrant, Decision, KnownStatement | None, Principal | None]] = {}
        self.estimate: Callable[[str, Any], int | None] | None = None
        self.declared = Declared()
        self.aestimate: Callable[[str, Any], Awaitable[int | None]] | None = None
        self.address = mask(_address(dialect, database, user, info or {}))
        self.db = Preencoded(
            {"system": dialect, "driver": driver, "name": mask(database), "user": mask(user)}
            | {key: recorded(f"db.{key}", value, mask) for key, value in (info or {}).items()}
            | self.opened_by
        )
        if reason := self.objection(self.principal()[0]):
            record = parts.log.append("denied", self.base() | {"method": "connect", "outcome": "failure",
                                      "reason": parts.record_text(reason)}, durable=True)  # fmt: skip
            raise self.bind(identity_refused(reason, record))
        fields = self.base() | {"outcome": "success"}
        if plain := self._plaintext(info or {}, address):
            fields["weakened"] = [plain]
        # psycopg is told at the start of the session: not one that was opened elsewhere.
        if (driver != "psycopg" or opening is not None) and (told := parts.net.recorded(driver)):
            fields["settings"] = told
        parts.log.append("connection.open", fields, durable=True)

    def __repr__(self) -> str:
        return f"<pcishield session {self.id[:8]} {self.driver} {'closed' if self._closed else 'open'}>"

    def _obey(self, policy: PolicyLike) -> None:
        """Take what a policy says of itself, and forget what another one decided."""
        self._budgets_for: Any = getattr(policy, "budgets_for", None) if getattr(policy, "budgets", ()) else None
        self._metered: tuple[Principal, Meter] | None = None
        # A policy that says so answers the same at any time, and then one look-up replaces its judgement. New ones,
        # not emptied ones: a statement that is being judged puts its decision into those that it found.
        known: dict[Any, tuple[Principal, Decision]] = {}
        self._decisions = None if getattr(policy, "timed", True) else known
        self._memos: dict[str, Memo] = {}

    def policy_changed(self, policy: PolicyLike) -> None:
        """Judge by another policy from the next statement on."""
        self.parts = replace(self.parts, policy=policy)
        self._obey(policy)

    def _set_origin(self) -> None:
        self._process = process[0]
        program = os.path.basename(sys.argv[0] or "python")
        self.src = Preencoded({"host": _HOST, "pid": os.getpid(), "app": self.parts.record_text(program)})
        self.templates = Templates()
        self._actor = Preencoded({})
        self._principal = None

    def principal(self) -> tuple[Principal, Preencoded]:
        """Return who is asking right now, and the same as a record field."""
        if self._process is not process[0]:
            self._set_origin()
        principal = current_principal()
        if principal is None:
            provide = self.parts.provide
            principal = self.parts.default_principal if provide is None else provide()
        if principal is not self._principal:
            self._actor = Preencoded(actor_fields(principal, self.parts.record_text))
            self._principal = principal
        return principal, self._actor

    def learned(self, **facts: int) -> None:
        """Put what only the open connection could tell into the records from now on."""
        self.db = Preencoded({**self.db.value, **facts})

    def transport(self, tls: bool, host: str) -> None:
        """Say how a connection is secured whose session was opened before that was known.

        Args:
            tls: Whether it is encrypted.
            host: Name or address of the server; a socket's path or empty for this machine.

        Raises:
            StatementDenied: It is in clear text and must not be; recorded. The caller closes the connection.
        """
        opening = self._opening
        profile = None if opening is None else opening.profile
        plain = ""
        if opening is None or profile is None:
            plain = self._plaintext({"tls": tls}, host)
        elif profile.tls_mode not in {"", "off"} and not tls:
            self.refuse(
                "connect", "the server offers no TLS.", f"Profile {opening.name} wants it; tls = 'off' does not."
            )
        self.db = Preencoded(self.db.value | {"tls": tls})
        if plain:
            self.parts.log.append("connection.weakened", self.base() | {"weakened": [plain]}, durable=True)

    def _plaintext(self, info: Mapping[str, Any], address: str) -> str:
        """Return that the connection is one in clear text to another machine, empty when it is not.

        Raises:
            StatementDenied: It is, and nobody allowed it.
        """
        profile = None if self._opening is None else self._opening.profile
        host = (address or str(info.get("server", ""))) if profile is None else profile.host
        clear = info.get("tls") is False or (profile is not None and profile.tls_mode == "off")
        if not clear or not is_remote(host):
            return ""
        plain = f"plaintext connection to {self.parts.record_text(host)}"
        if self.parts.remote_plaintext == "refuse" if profile is None else profile.tls_mode != "off":
            self.refuse(
                "connect", f"{plain}.",
                "Use TLS; or, where the network itself is safe, connection.remote_plaintext = 'record', or a profile "
                "with tls = 'off'.",
            )  # fmt: skip
        return plain

    def objection(self, principal: Principal) -> str:
        """Return why the principal may not act right now, empty when it may."""
        if principal is self._admitted and principal.expires is None:
            return ""
        now = 0.0 if principal.expires is None else self.parts.clock.now().timestamp()
        reason = objection(principal, self.parts.identity_required, now)
        if not reason:
            self._admitted = principal
        return reason

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

    @property
    def opening(self) -> Opening | None:
        """What the connection was opened by."""
        return self._opening

    @property
    def opened_by(self) -> dict[str, str]:
        """The profile and the credential of the connection, as its records say; empty without a profile."""
        opening = self._opening
        return {} if opening is None else {key: self.parts.record_text(v) for key, v in opening.info().items()}

    @property
    def recorder(self) -> Recorder:
        """The recording of this connection; begun by the first statement whose decision wants it.

        Raises:
            ConfigurationError: Recordings are not set up, or their key provider refuses.
        """
        if self._recorder is None:
            parts = self.parts
            if parts.recordings is None:
                raise ConfigurationError("the policy wants a recording and this shield has no place for it")
            self._recorder = Recorder(
                parts.recordings(), parts.log, parts.clock, self.base, self._about, parts.linger,
                (parts.session, self.id),
            )  # fmt: skip
        return self._recorder

    def _about(self) -> dict[str, Any]:
        about = {"actor": self.principal()[1], "db": self.db, "src": self.src}
        return {name: value.value for name, value in about.items()} | {"policy": self.parts.policy.label}

    def meter(self, principal: Principal) -> Meter | None:
        """Return the counters that the principal's statements count against, ``None`` without budgets."""
        if self._budgets_for is None:
            return None
        if self._metered is None or self._metered[0] is not principal:
            budgets = self._budgets_for(principal)
            self._metered = (principal, self.parts.usage.meter(budgets, principal, self.id))
        return self._metered[1]

    def remember(self, sql: str, memo: Memo) -> None:
        """Note what the flow came to, if that holds for the next call as well."""
        if self._decisions is None or self._budgets_for is not None or self.parts.waits_for_disk:
            return
        if len(sql) > LARGE:
            return
        if memo.decision.limits.session_statements is None and memo.plain and not memo.known.effect:
            if len(self._memos) >= _DECISIONS:
                self._memos.clear()
            self._memos[sql] = memo
            if memo.decision.policy not in ("", self.parts.policy.label):
                # Changed since it was judged. Changed later, and the memo is forgotten with the others.
                self._memos.pop(sql, None)

    begin = begin
    """``begin(sql, parameters, method)``: see :func:`pcishield.runtime.hot.pure_python_begin`."""

    def operation(self, sql: str, parameters: Any = None, *, method: str, many: bool = False) -> Operation:
        """Make the operation for one call that sends SQL. No I/O, nothing is judged yet.

        Args:
            sql: The text as the database will read it, placeholders in the driver's style.
            parameters: As the driver received them; for ``many`` a list of them, not an iterator.
            method: The driver's method, for the record.
            many: Whether the statement runs once per element of ``parameters``.
        """
        self._latest = sql
        return Operation(self, sql, parameters, method, many)

    def use_catalog(self, key: tuple[str, ...], reader: Reader) -> None:
        """Read what is known about tables through ``reader``; see :meth:`Catalogs.session`."""
        if self.parts.catalogs is not None:
            self.catalog = self.parts.catalogs.session(self.dialect, key, reader)

    def warm_catalog(self) -> None:
        """Read the catalog if it is due: before a time when it cannot be read."""
        if self.catalog is not None and self.catalog.due():
            self.catalog.read()

    async def awarm_catalog(self) -> None:
        """Like :meth:`warm_catalog`, awaiting."""
        if self.catalog is not None and self.catalog.due():
            await self.catalog.aread()

    def _understood(self, look_up: Callable[[str], K], sql: str) -> K:
        try:
            return look_up(sql)
        except CatalogUnavailable:
            self.refuse(
                "catalog", "the tables of the database cannot be read, and catalog.mode is 'required'.",
                "Let this user read information_schema, or name a snapshot in catalog.file.",
            )  # fmt: skip

    def _declares(self, operation: Operation) -> bool:
        """Tell the operation where its rows come from; return whether it may give a name to others."""
        if not self.declared.automatic or not self.declared.concerns(operation.statement):
            return False
        operation.sources = self.declared.sources(operation)
        return True

    def run(self, operation: Operation, call: Callable[[], T]) -> T:
        """Take ``operation`` through the whole flow; ``call`` does the driver's work when all is in order.

        Raises:
            ShieldError: Bound to the driver's error class.
            BaseException: What the driver raised, texts masked.
        """

        def guarded() -> T:
            declares = self._declares(operation)
            token = inside.set(True)
            try:
                value = call()
                if declares:
                    self.declared.remember(operation)
                return value
            except ShieldError:
                raise
            except BaseException as error:
                self.sanitise(error, None if self._suspect else operation.sql)  # before it is recorded
                raise
            finally:
                inside.reset(token)
                if catalog is not None and operation.known is not None and operation.known.leaves_a_mark:
                    catalog.ran(operation.known)

        catalog = self.catalog
        if catalog is not None:
            operation.known = self._understood(catalog.look_up, operation.sql)
            if operation.known is None:
                catalog.read()
                operation.known = self._understood(catalog.settled, operation.sql)
        try:
            return drive(statement_flow(operation), operation, guarded)  # type: ignore[no-any-return]
        except ShieldError as error:
            raise self.bind(error) from error.__cause__
        except BaseException as error:
            self.sanitise(error, operation.sql)
            raise

    async def arun(self, operation: Operation, call: Callable[[], Awaitable[T]]) -> T:
        """Like :meth:`run`, awaiting the driver and the approver."""

        async def guarded() -> T:
            declares = self._declares(operation)
            token = inside.set(True)
            try:
                value = await call()
                if declares:
                    self.declared.remember(operation)
                return value
            except ShieldError:
                raise
            except BaseException as error:
                self.sanitise(error, None if self._suspect else operation.sql)
                raise
            finally:
                inside.reset(token)
                if catalog is not None and operation.known is not None and operation.known.leaves_a_mark:
                    catalog.ran(operation.known)

        catalog = self.catalog
        if catalog is not None:
            operation.known = self._understood(catalog.look_up, operation.sql)
            if operation.known is None:
                await catalog.aread()
                operation.known = self._understood(catalog.settled, operation.sql)
        try:
            return await adrive(statement_flow(operation), operation, guarded)  # type: ignore[no-any-return]
        except ShieldError as error:
            raise self.bind(error) from error.__cause__
        except BaseException as error:
            self.sanitise(error, operation.sql)
            raise

    def mask_text(self, text: str) -> str:
        """Mask card data in a notice, a message, a column name."""
        return self.parts.masker.mask_text(text)

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
            if self._opening is not None:
                self._opening.end()
            self.parts.usage.forget(self.id)
            if self._recorder is not None:
                self._recorder.close()
            fields = self.base() | {"outcome": "success", "statements": self.statements, "rows": self.rows_fetched}
            self.parts.log.append("connection.close", fields)
