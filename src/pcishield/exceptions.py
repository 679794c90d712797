"""Everything pcishield raises on purpose.

::

    ShieldError
    ├── ConfigurationError      a setting is wrong; nothing was executed
    ├── PolicyViolation         the policy said no; the statement did not run
    │   ├── StatementDenied     a deny rule, or no rule, matched
    │   ├── ApprovalDenied      nobody could, or somebody would not, approve
    │   ├── ApprovalExpired     the answer came too late, or not at all
    │   ├── ApprovalPending     ask again later (``on_pending = "raise"``)
    │   ├── LimitExceeded       a row, byte or statement budget is used up
    │   ├── IdentityRequired    the principal is not known well enough
    │   └── MaskedWriteBack     a value to be stored is one of our own masks
    ├── CredentialError         a database credential could not be had; nothing was connected
    ├── MaskingError            a value could not be masked; no row was handed out
    └── AuditUnavailable        the audit log cannot take a record; nothing was executed

No message holds a parameter, a literal or a row value.
Raised out of a guarded driver, each of them is *also* an instance of that driver's own error class
(see ``bind_error``), so that existing ``except`` clauses keep working (PEP 249).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcishield.core.decision import Decision

__all__ = [
    "ApprovalDenied",
    "ApprovalExpired",
    "ApprovalPending",
    "AuditUnavailable",
    "ConfigurationError",
    "CredentialError",
    "IdentityRequired",
    "LimitExceeded",
    "MaskedWriteBack",
    "MaskingError",
    "PolicyViolation",
    "ShieldError",
    "StatementDenied",
    "bind_error",
]


class ShieldError(Exception):
    """Base of every error that pcishield raises on purpose."""

    _shield_class: type[ShieldError] | None = None
    _driver_class: type[Exception] | None = None

    def __reduce__(self) -> tuple[Callable[..., ShieldError], tuple[Any, ...]]:
        # A bound class is made at run time, so it is pickled by the two that it is made of.
        cls = type(self)
        return _restored, (cls._shield_class or cls, cls._driver_class, self.args, dict(self.__dict__))


class ConfigurationError(ShieldError):
    """A setting is wrong.

    Args:
        message: One line for a person: which field, what is wrong, what to do.
        problems: Every problem found, when several were found at once.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[str, ...] = tuple(problems)


class PolicyViolation(ShieldError):
    """The policy does not allow this; the database has not seen the statement.

    Args:
        message: What was refused and why, in one sentence. Computed from the rest when empty.
        decision: The whole decision.
        rule: Id of the deciding rule, ``None`` when no rule matched.
        reason: Why, for a person.
        hint: What the caller may do instead, for the agent.
        record_id: Id of the audit record that holds the refusal.
    """

    _outcome = "deny"
    _code = ""
    """What refused, where that is not for the decision to say."""

    def __init__(
        self,
        message: str = "",
        *,
        decision: Decision | None = None,
        rule: str | None = None,
        reason: str = "",
        hint: str = "",
        record_id: str | None = None,
    ) -> None:
        self.decision = decision
        self.rule = rule if rule is not None or decision is None else decision.rule
        self.reason = reason or (decision.reason if decision is not None else message)
        self.hint = hint or (decision.hint if decision is not None else "")
        self.record_id = record_id
        super().__init__(message or self._sentence())

    def _sentence(self) -> str:
        text = self.reason or "refused by policy"
        if self.rule:
            text = f"{text} [rule {self.rule}]"
        return f"{text} Hint: {self.hint}" if self.hint else text

    def as_dict(self) -> dict[str, Any]:
        """Return the refusal for a program, such as the agent that wrote the statement: ready for ``json.dumps``.

        The keys are always the same ones (docs/policy.md); what does not apply is empty or ``None``. It holds names
        and the policy's own words, never a literal, a parameter, or what an approver wrote.
        """
        decision = self.decision
        return {
            "error": (type(self)._shield_class or type(self)).__name__,
            "outcome": self._outcome,
            "code": self._why(),
            "rule": self.rule,
            "reason": self.reason,
            "hint": self.hint,
            "remedies": [] if decision is None else list(decision.remedies),
            "because": [] if decision is None else list(decision.because),
            "policy": None if decision is None else decision.policy or None,
            "record_id": self.record_id,
            "request_id": getattr(self, "request_id", None) or None,
        }

    def _why(self) -> str:
        if self._code or self.decision is None:
            return self._code or "guard"
        return self.decision.code


class StatementDenied(PolicyViolation):
    """A deny rule matched, or no rule did, or the statement could not be understood."""


class ApprovalDenied(PolicyViolation):
    """An approver refused, or the policy asks for an approval and there is no approver."""

    _code = "approval-denied"


class ApprovalExpired(PolicyViolation):
    """No answer in time, or the approval was too old when it was used."""

    _code = "approval-expired"


class ApprovalPending(PolicyViolation):
    """An approval was asked for; repeat the identical call once it is given.

    Attributes:
        request_id: Id of the approval request.
    """

    _outcome = "pending"
    _code = "approval-pending"

    def __init__(self, message: str = "", *, request_id: str = "", **details: Any) -> None:
        super().__init__(message or f"waiting for approval {request_id}", **details)
        self.request_id = request_id


class LimitExceeded(PolicyViolation):
    """A budget of the policy (rows, bytes, statements) is used up."""

    _code = "limit"


class IdentityRequired(PolicyViolation):
    """The configured identity level is not reached; see ``acting_as``."""

    _code = "identity"


class MaskedWriteBack(PolicyViolation):
    """A literal or parameter of a write is a masked card number: storing it would destroy the real one."""

    _code = "masked-write-back"


class CredentialError(ShieldError):
    """A database credential could not be had: its resolver failed, is late, or there is none. Nothing was connected.

    The message names the profile and the resolver, never what it was about to give.
    """


class MaskingError(ShieldError):
    """A value could not be masked. No unmasked row is handed out."""


class AuditUnavailable(ShieldError):
    """The audit log cannot take the record, so the statement does not run."""


_bound_classes: dict[tuple[type[ShieldError], type[Exception]], type[ShieldError]] = {}
"""One class per pair, so that ``type(error)`` can be compared; a race makes an equal one twice at worst."""


def _bound_class(shield_class: type[ShieldError], driver_class: type[Exception]) -> type[ShieldError]:
    bound = _bound_classes.get((shield_class, driver_class))
    if bound is None:
        namespace = {
            "__module__": shield_class.__module__,
            "__doc__": shield_class.__doc__,
            "_shield_class": shield_class,
            "_driver_class": driver_class,
        }
        bound = type(shield_class.__name__, (shield_class, driver_class), namespace)
        bound = _bound_classes.setdefault((shield_class, driver_class), bound)
    return bound


def _restored(
    shield_class: type[ShieldError], driver_class: type[Exception] | None, args: tuple[Any, ...], state: dict[str, Any]
) -> ShieldError:
    """Make an error again from its pickle."""
    cls = shield_class if driver_class is None else _bound_class(shield_class, driver_class)
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def bind_error(error: ShieldError, driver_class: type[Exception]) -> ShieldError:
    """Turn ``error`` into one that is also a ``driver_class``.

    The same object is returned with its class changed where Python allows it, else a copy with the
    same attributes, cause and traceback.

    Args:
        error: One of ours.
        driver_class: The driver's own error class (PEP 249), e.g. ``sqlite3.DatabaseError``.
    """
    if isinstance(error, driver_class):
        return error
    shield_class = type(error)._shield_class or type(error)
    bound = _bound_class(shield_class, driver_class)
    copy = bound.__new__(bound, *error.args)
    copy.args = error.args
    copy.__dict__.update(error.__dict__)
    copy.__cause__, copy.__context__ = error.__cause__, error.__context__
    copy.__suppress_context__ = error.__suppress_context__
    return copy.with_traceback(error.__traceback__)
