"""The principal as a record shows it, and whether it may act at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pcishield.audit.records import FIELDS
from pcishield.core.decision import Principal
from pcishield.identity import reached
from pcishield.identity.principal import CLAIM_PREFIX
from pcishield.statement.facts import Statement

__all__ = ["HINT", "actor_fields", "objection", "recorded", "undoes"]

HINT = "Say who is asking: pcishield.acting_as(user=..., agent=...), or sign in anew: pcishield login."

_NAMES = (
    "agent", "agent_instance", "agent_version", "agent_model", "tenant", "session", "task", "reason", "ticket",
    "source",
)  # fmt: skip


def objection(principal: Principal, required: str, now: float) -> str:
    """Return why the principal may not act, empty when it may.

    Args:
        principal: Who is asking.
        required: The least identity level.
        now: Seconds since 1970-01-01 UTC.
    """
    if principal.problem:
        return principal.problem
    if principal.expires is not None and now >= principal.expires:
        return "the identity has expired"
    if not reached(principal, required):
        return f"identity level {principal.level!r} is below the required {required!r}"
    return ""


def undoes(statement: Statement) -> bool:
    """Whether the statement only gives up what was begun: that is allowed to anybody, at any time."""
    return statement.kind == "tcl" and statement.template.upper() in {"ROLLBACK", "ABORT"}


def actor_fields(principal: Principal, mask: Callable[[str], str]) -> dict[str, Any]:
    """Return the record field ``actor``. What was verified is named in ``attested``; the rest is what the caller says.

    Args:
        principal: Who is asking; untrusted text.
        mask: Makes a text fit for a record.
    """
    actor: dict[str, Any] = {"user": mask(principal.user), "level": principal.level}
    for name in _NAMES:
        if value := getattr(principal, name):
            actor[name] = mask(value)
    if principal.groups:
        actor["groups"] = sorted(map(mask, principal.groups))
    said: dict[str, str] = {}
    claims: dict[str, str] = {}
    for name, value in principal.attributes.items():
        if str(name).startswith(CLAIM_PREFIX) and "attributes" in principal.attested:
            claims[mask(str(name)[len(CLAIM_PREFIX) :])] = mask(str(value))
        else:
            said[mask(str(name))] = mask(str(value))
    if said:
        actor["attributes"] = said
    if claims:
        actor["claims"] = claims
    if principal.attested:
        actor["attested"] = sorted(principal.attested)
    if principal.evidence:
        actor["evidence"] = {name: mask(value) for name, value in principal.evidence.items()}
    return actor


def recorded(field: str, value: Any, mask: Callable[[str], str]) -> Any:
    """Return what a driver tells of a connection in the type that the record's field has: a version may be a number.

    Args:
        field: Dotted path.
        value: Untrusted.
        mask: Makes a text fit for a record.
    """
    if isinstance(value, str) or (field in FIELDS and FIELDS[field].shape == "str"):
        return mask(str(value))
    return value
