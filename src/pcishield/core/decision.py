"""Who asks, about what, and what the policy answered: plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["ApprovalAnswer", "ApprovalRequest", "Context", "Decision", "Limits", "Principal"]

Level = Literal["os", "explicit", "attested"]
Outcome = Literal["allow", "deny", "require_approval"]

_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a statement runs: the human, the agent, and how well both are known.

    ``level``: ``os`` asserted from the operating system user; ``explicit`` asserted by the application;
    ``attested`` verified from a token. PCI DSS 8.2.1, 10.2.2.
    """

    user: str
    agent: str = ""
    groups: frozenset[str] = frozenset()
    session: str = ""
    reason: str = ""
    attributes: Mapping[str, Any] = field(default_factory=lambda: _EMPTY, hash=False)
    level: Level = "os"


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
    ``truncate`` ends the result early and records it.
    """

    rows: int | None = None
    bytes: int | None = None
    session_rows: int | None = None
    session_statements: int | None = None
    on_exceeded: Literal["error", "truncate"] = "error"


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
class ApprovalRequest:
    """What an approver is shown. Holds no literal and no parameter value.

    ``digest`` binds the answer to statement, parameters, connection, principal and policy (keyed, hex).
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


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """An approver's answer. ``approver`` names a human; it may not be the requester."""

    approved: bool
    approver: str
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=lambda: _EMPTY, hash=False)
