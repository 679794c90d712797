"""Binding a principal to a block of code, and comparing identity levels (PCI DSS 8.2.1, 8.6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError

__all__ = ["acting_as", "current_principal", "os_principal", "reached"]

_LEVELS = ("os", "explicit", "attested")

_current: ContextVar[Principal | None] = ContextVar("pcishield.principal", default=None)


def current_principal() -> Principal | None:
    """Return the principal bound to this thread or task, ``None`` outside ``acting_as``."""
    return _current.get()


def os_principal(user: str, program: str) -> Principal:
    """Return the principal that applies when nobody said who is asking (level ``os``)."""
    return Principal(user=user, agent=program, level="os")


def reached(principal: Principal, required: str) -> bool:
    """Tell whether the principal's identity level is at least ``required``."""
    return _LEVELS.index(principal.level) >= _LEVELS.index(required)


@contextmanager
def acting_as(
    user: str | None = None,
    agent: str = "",
    groups: Iterable[str] = (),
    session: str = "",
    reason: str = "",
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Principal]:
    """Run the block on behalf of ``user``, through ``agent``.

    Args:
        user: The human. Inside another ``acting_as`` what is left out is taken from there.
        agent: The program or model that writes the statements.
        groups: Groups of the human, as policy conditions name them.
        session: Conversation or task id, so that an assessor can follow one.
        reason: Why, or the ticket.
        attributes: Free attributes for policy conditions; they are recorded, so no secrets.

    Yields:
        The principal, level ``explicit``.

    Raises:
        ConfigurationError: No user, here or around.
    """
    outer = _current.get()
    if not user and outer is None:
        raise ConfigurationError("acting_as: user is empty; name the human on whose behalf the agent acts")
    if isinstance(groups, str):
        raise ConfigurationError("acting_as: groups is a string; give a collection of group names")
    principal = Principal(
        user=user or (outer.user if outer else ""),
        agent=agent or (outer.agent if outer else ""),
        groups=frozenset(groups) or (outer.groups if outer else frozenset()),
        session=session or (outer.session if outer else ""),
        reason=reason or (outer.reason if outer else ""),
        attributes=MappingProxyType(dict(attributes)) if attributes else (outer.attributes if outer else {}),
        level=outer.level if outer and not user else "explicit",
    )
    token = _current.set(principal)
    try:
        yield principal
    finally:
        _current.reset(token)
