"""What enforces: the parts that a shield is put together of, as its sessions use them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pcishield.core.decision import Principal
from pcishield.masking import Masker
from pcishield.runtime.aftermath import Aftermath
from pcishield.runtime.budgets import Usage
from pcishield.runtime.catalogs import Catalogs
from pcishield.runtime.desk import Desk
from pcishield.runtime.held import Grants
from pcishield.runtime.hot import Settleable
from pcishield.runtime.known import KnownStatements
from pcishield.runtime.recordings import Recordings
from pcishield.runtime.scrub import record_text
from pcishield.runtime.second_net import NO_NET, SecondNet
from pcishield.typing import AuditLog, Clock, PolicyLike

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What enforces: shared by all sessions of one shield.

    Attributes:
        desk: Where approvals are asked for.
        aftermath: Records what becomes of approvals that nobody waits for.
        grants: Approvals for more than one statement that are in use.
        alert: Told at once, in words, when somebody breaks the glass.
        secret: Key for digests that bind approvals to parameters; in no record and in no queue.
        usage: What has been used up of the policy's budgets.
        session: Id of the shield's session, for records.
        provide: Who is asking outside ``acting_as``, where an identity provider is configured. Never raises.
        approval_seconds: How long an approver may take.
        polls: Whether callers poll for approvals instead of waiting.
        remote_plaintext: ``refuse`` or ``record`` connections in clear text to other machines, where it is not a
            profile that says ``tls = "off"``.
        linger: Takes an operation whose RESULT waits for rows, to write it after a moment.
        settled: Takes one back that has written it.
        catalogs: What is known about the databases' tables; ``None`` to know nothing.
        recordings: Returns where sessions are recorded, when a decision wants it.
        net: What sessions of the database are told when they are opened.
    """

    policy: PolicyLike
    masker: Masker
    log: AuditLog
    clock: Clock
    desk: Desk
    aftermath: Aftermath
    grants: Grants
    alert: Callable[[str], None]
    default_principal: Principal
    known: KnownStatements
    secret: bytes = field(repr=False)
    usage: Usage
    session: str = ""
    identity_required: str = "os"
    provide: Callable[[], Principal] | None = None
    remote_plaintext: str = "refuse"
    environment: str = ""
    approval_seconds: float = 900.0
    polls: bool = False
    waits_for_disk: bool = False
    linger: Callable[[Settleable], None] = lambda operation: None
    settled: Callable[[Settleable, None], Any] = lambda operation, default: default
    catalogs: Catalogs | None = None
    recordings: Callable[[], Recordings] | None = None
    net: SecondNet = NO_NET

    def record_text(self, text: str) -> str:
        """Return ``text`` fit for a record: card data masked, lone surrogates replaced."""
        return record_text(self.masker.mask_text, text)
