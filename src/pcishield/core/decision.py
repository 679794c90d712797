"""Who asks, about what, and what the policy answered: plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["ApprovalAnswer", "ApprovalRequest", "Context", "Decision", "Limits", "Principal", "Recording", "Scope"]

Level = Literal["os", "explicit", "attested"]
Outcome = Literal["allow", "deny", "require_approval"]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a statement runs: the human, the agent, and how well both are known.

    ``level``: ``os`` asserted from the operating system user; ``explicit`` asserted by the application;
    ``attested`` verified from a token or key. PCI DSS 8.2.1, 10.2.2.

    Attributes:
        user: The human. Where only a workload is known, its id.
        agent: Id of the program or model that writes the statements.
        groups: Groups of the human, as policy conditions name them.
        session: Conversation of the agent.
        reason: Why, as the caller says.
        attributes: For policy conditions. Those named ``token.<claim>`` were verified; no caller can set such a name.
        agent_instance: Which of several running agents of that id.
        agent_version: Version of the agent.
        agent_model: Model that it runs on.
        tenant: Tenant or organisation.
        task: Task or tool call within the session.
        ticket: Ticket that the reason rests on.
        source: What said so: ``os``, ``acting_as``, or the identity provider's name.
        expires: Until when it holds, seconds since 1970-01-01 UTC; ``None`` while the process lives.
        attested: Names of the fields above that were verified; the others are what the caller says.
        evidence: What the attested ones rest on: issuer, key id, digest of the token. Never the token.
        problem: Why nobody could be identified. Then nothing is allowed, whatever the level required.
    """

    user: str
    agent: str = ""
    groups: frozenset[str] = frozenset()
    session: str = ""
    reason: str = ""
    attributes: Mapping[str, Any] = field(default_factory=lambda: _EMPTY, hash=False)
    level: Level = "os"
    agent_instance: str = ""
    agent_version: str = ""
    agent_model: str = ""
    tenant: str = ""
    task: str = ""
    ticket: str = ""
    source: str = ""
    expires: float | None = None
    attested: frozenset[str] = frozenset()
    evidence: Mapping[str, str] = field(default_factory=lambda: _EMPTY, hash=False)
    problem: str = ""

    @property
    def human(self) -> str:
        """The human on whose behalf the agent acts: ``user``."""
        return self.user


@dataclass(frozen=True, slots=True)
class Context:
    """Everything beside the statement that a decision may depend on.

    ``now`` is timezone-aware. ``pan_in_parameters``, ``pan_in_literals`` and ``masked_write_back`` were
    found by the scanner; the values themselves are not here. ``classes`` are the data classes
    (``pan``, ``sad.cvc``, ...) of the columns the statement touches, by column name;
    ``extra_hazards`` are hazards that only the caller could see (per session, per connection).
    """

    principal: Principal
    dialect: str = ""
    driver: str = ""
    database: str = ""
    environment: str = ""
    now: datetime | None = None
    parameter_count: int = 0
    many: bool = False
    pan_in_parameters: bool = False
    pan_in_literals: bool = False
    masked_write_back: bool = False
    classes: Mapping[str, str] = field(default_factory=lambda: _EMPTY, hash=False)
    extra_hazards: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets that hold while a result is consumed. ``None`` is no limit.

    ``on_exceeded``: ``error`` raises LimitExceeded before the first row too many is handed out;
    ``truncate`` ends the result early and records it; ``observe`` records it only.
    """

    rows: int | None = None
    bytes: int | None = None
    session_rows: int | None = None
    session_statements: int | None = None
    on_exceeded: Literal["error", "truncate", "observe"] = "error"


@dataclass(frozen=True, slots=True)
class Recording:
    """How much of a statement's result is recorded, masked as it was handed out.

    ``rows`` at most per statement, every ``every``-th of them; text cells up to ``cell_chars`` characters; no more
    rows once the recording of the connection has ``session_bytes``.
    """

    rows: int = 100
    every: int = 1
    cell_chars: int = 200
    session_bytes: int = 16 << 20


@dataclass(frozen=True, slots=True)
class Decision:
    """The policy's answer for one statement.

    Attributes:
        outcome: ``allow``, ``deny`` or ``require_approval``.
        rule: Id of the deciding rule; ``None`` when the default applied.
        rules: Ids of all rules that matched.
        code: Why in one word: ``rule``, ``default``, ``unparsable``, ``policy-error``, ``observe``.
        reason: Why, for a person.
        hint: What to do instead, for the agent.
        limits: Budgets for the result.
        formats: Mask format by data class, for this principal; classes not named use the masker's default.
        approvals: How many distinct approvers are needed when approval is required.
        policy: ``name@version`` of the policy that decided; ``version`` is a digest of its content.
        observed: The outcome that would have applied, when the policy runs in observe mode.
        remedies: What would make it pass, in words for a program (``add-where``, ``bind-parameters``, ...).
        because: The facts and the rules they met, one line each; no literal.
        approver_groups: Groups that must be represented among the approvers, one human each.
        estimate: Whether the approver is to see how many rows the database expects.
        auto: Id of the policy's rule that answers in the place of an approver, empty when a human must.
        recording: How much of the result is recorded; ``None`` for nothing.
    """

    outcome: Outcome
    rule: str | None = None
    rules: tuple[str, ...] = ()
    code: str = "rule"
    reason: str = ""
    hint: str = ""
    limits: Limits = Limits()
    formats: Mapping[str, str] = field(default_factory=lambda: _EMPTY, hash=False)
    approvals: int = 1
    policy: str = ""
    observed: Outcome | None = None
    remedies: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    approver_groups: tuple[str, ...] = ()
    estimate: bool = False
    auto: str = ""
    recording: Recording | None = None

    def __reduce__(self) -> tuple[type[Decision], tuple[Any, ...]]:
        # The views that keep ``formats`` from being changed cannot be pickled; errors with a decision cross processes.
        values = (getattr(self, name) for name in self.__slots__)
        return Decision, tuple(dict(value) if isinstance(value, Mapping) else value for value in values)

    def explain(self) -> str:
        """Tell in a few lines what was decided, by which facts and rules, and what would make it pass."""
        lines = [
            f"{self.outcome} by {f'rule {self.rule}' if self.rule else self.code} of {self.policy or 'the policy'}"
        ]
        if self.observed is not None:
            lines[0] += f" (observe mode; enforced it would be {self.observed})"
        if self.reason:
            lines.append(f"  reason: {self.reason}")
        lines.extend(f"  - {line}" for line in self.because)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        if self.remedies:
            lines.append(f"  remedies: {', '.join(self.remedies)}")
        return "\n".join(lines)

    @property
    def allowed(self) -> bool:
        """Whether the statement may run without asking anybody."""
        return self.outcome == "allow"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an approval covers beyond the one statement that was asked about. It always ends.

    Attributes:
        not_after: When it ends, timezone-aware.
        uses: How many statements.
        rows: How many rows in all; ``None`` when they are not counted.
        templates: Fingerprints of the statements it covers; empty for any, and then ``tables`` must say which.
        tables: Globs of ``schema.table``; a statement may touch no other.
        window: When it may be used, as ``mon-fri 22:00-06:00 Europe/Berlin``; empty for any time.
    """

    not_after: datetime
    uses: int = 1
    rows: int | None = None
    templates: frozenset[str] = frozenset()
    tables: tuple[str, ...] = ()
    window: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What an approver is shown. Holds no literal and no parameter value.

    ``digest`` binds the answer to statement, parameters, connection, principal and policy (keyed, hex).

    Attributes:
        approvals: How many distinct humans must say yes.
        groups: Groups that must be represented among them, one human each.
        policy: ``name@version`` of the policy that asks.
        connection: The database as ``system server/name as user``.
        parameters: How many bind parameters of which types; no value.
        estimate: Rows that the database expects, ``None`` when the policy does not ask or the database does not say.
    """

    id: str
    template: str
    summary: str
    fingerprint: str
    digest: str
    tables: tuple[str, ...]
    hazards: tuple[str, ...]
    actions: tuple[str, ...]
    classes: tuple[str, ...]
    principal: Principal
    database: str
    rule: str | None
    reason: str
    requested_at: datetime
    expires_at: datetime
    approvals: int = 1
    groups: tuple[str, ...] = ()
    policy: str = ""
    connection: str = ""
    parameters: str = ""
    estimate: int | None = None


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """An approver's answer. ``approver`` names a human; it may not be the requester.

    Attributes:
        evidence: What it rests on: the channel, the level of the approver's identity, a signed decision.
        scope: What is approved beyond the one statement.
        at: When it was given, timezone-aware; ``None`` when nobody noted it.
        groups: Groups of the approver.
        break_glass: It stands in for the whole quorum, in an emergency; needs a reason.
        void: Why it does not count: it is kept for the record only. Empty for an answer that counts.
    """

    approved: bool
    approver: str
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=lambda: _EMPTY, hash=False)
    scope: Scope | None = None
    at: datetime | None = None
    groups: frozenset[str] = frozenset()
    break_glass: bool = False
    void: str = ""
