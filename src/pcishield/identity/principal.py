"""Binding a principal to a block of code, and comparing identity levels (PCI DSS 8.2.1, 8.6.1).

What was verified and what the caller says stay apart:

- Inside an attested principal the caller may add what the token does not say (session, task, reason, ticket, an agent
  where the token names none) and give up groups, but cannot change what the token says or add a group.
- Naming another user makes an asserted principal: the outer one's groups do not carry over. An attested agent stays
  attested: a workload that is known for sure may say for which human it works.
- No caller can set an attribute ``token.*``: these names are for verified claims.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar, cast

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError

__all__ = ["CLAIM_PREFIX", "LEVELS", "Agent", "acting_as", "carry", "current_principal", "os_principal", "reached"]

LEVELS = ("os", "explicit", "attested")
"""From the least known to the best."""

CLAIM_PREFIX = "token."
"""Attributes of this prefix are verified claims."""

F = TypeVar("F", bound=Callable[..., Any])

_current: ContextVar[Principal | None] = ContextVar("pcishield.principal", default=None)

current_principal = _current.get
"""Return the principal bound to this thread or task, ``None`` outside ``acting_as``."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A program or model that writes statements, in as much detail as is known."""

    id: str
    instance: str = ""
    version: str = ""
    model: str = ""


def os_principal(user: str, program: str) -> Principal:
    """Return the principal that applies when nobody said who is asking (level ``os``)."""
    return Principal(user=user, agent=program, level="os", source="os")


def reached(principal: Principal, required: str) -> bool:
    """Tell whether the principal's identity level is at least ``required``."""
    return LEVELS.index(principal.level) >= LEVELS.index(required)


@contextmanager
def acting_as(
    user: str | Principal | None = None,
    agent: str | Agent = "",
    groups: Iterable[str] = (),
    session: str = "",
    reason: str = "",
    attributes: Mapping[str, Any] | None = None,
    *,
    tenant: str = "",
    task: str = "",
    ticket: str = "",
    source: str = "",
) -> Iterator[Principal]:
    """Run the block on behalf of ``user``, through ``agent``.

    Args:
        user: The human; or a principal that an identity provider verified (``Shield.authenticate``), which the other
            arguments then add to. Inside another ``acting_as`` what is left out is taken from there.
        agent: The program or model that writes the statements.
        groups: Groups of the human, as policy conditions name them. Inside a principal with attested groups: those of
            them that the block keeps.
        session: Conversation id, so that an assessor can follow one.
        reason: Why.
        attributes: Free attributes for policy conditions; they are recorded, so no secrets.
        tenant: Tenant or organisation.
        task: Task or tool call.
        ticket: Ticket that the reason rests on.
        source: What said so, for the record; default ``acting_as``.

    Yields:
        The principal, level ``explicit``; ``attested`` where the user is an attested one.

    Raises:
        ConfigurationError: No user, here or around; or an argument contradicts what was verified.
    """
    if isinstance(groups, str):
        raise ConfigurationError("acting_as: groups is a string; give a collection of group names")
    detail = agent if isinstance(agent, Agent) else Agent(agent)
    said: dict[str, Any] = {
        "agent": detail.id, "agent_instance": detail.instance, "agent_version": detail.version,
        "agent_model": detail.model, "groups": frozenset(groups), "session": session, "reason": reason,
        "tenant": tenant, "task": task, "ticket": ticket, "source": source,
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value}
    if attributes:
        said["attributes"] = MappingProxyType(_free(attributes))
    token = _current.set(_based(user, said))
    try:
        yield cast("Principal", _current.get())
    finally:
        _current.reset(token)


def carry(function: F) -> F:
    """Return ``function`` bound to the principal of right now, for where Python does not carry the context.

    Tasks of asyncio, ``asyncio.to_thread`` and executors that copy the context keep the principal; ``Thread``,
    ``ThreadPoolExecutor.submit`` (before Python 3.14) and callbacks that a framework calls from threads of its own do
    not: ``executor.submit(carry(work), 7)``, ``Thread(target=carry(work))``, ``on_tool_end=carry(callback)``.

    Args:
        function: A function or a coroutine function. Not for another process: there, authenticate anew.
    """
    principal = _current.get()
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            token = _current.set(principal)
            try:
                return await function(*args, **kwargs)
            finally:
                _current.reset(token)

        return cast("F", awaited)

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        token = _current.set(principal)
        try:
            return function(*args, **kwargs)
        finally:
            _current.reset(token)

    return cast("F", called)


def _based(user: str | Principal | None, said: dict[str, Any]) -> Principal:
    """Return the principal that ``said`` makes of the user given, or of the one around."""
    outer = _current.get()
    if isinstance(user, Principal):
        if user.level == "attested" and not (user.attested and user.evidence):
            raise ConfigurationError(
                "acting_as: the principal calls itself attested and holds no evidence; take it from "
                "Shield.authenticate(token), or use level 'explicit'"
            )
        return _added(user, said)
    if not user and outer is None:
        raise ConfigurationError("acting_as: user is empty; name the human on whose behalf the agent acts")
    if outer is not None and (not user or user == outer.user):
        return _added(outer, said if outer.level != "os" else {"level": "explicit", "source": "acting_as"} | said)
    if outer is None:
        return Principal(user=str(user), level="explicit", **{"source": "acting_as"} | said)
    # Another user: nothing that is known about the outer one carries over, but agent and state of work do.
    kept = {
        name: getattr(outer, name)
        for name in ("agent", "agent_instance", "agent_version", "agent_model", "session", "reason", "task", "ticket")
    }
    if "agent" in said:
        if said["agent"] != outer.agent and "agent" in outer.attested:
            raise ConfigurationError("acting_as: agent: is attested and cannot be changed; leave it out")
        kept = {name: value for name, value in kept.items() if not name.startswith("agent")}
    if "agent" in outer.attested:
        kept |= {"attested": frozenset({"agent"}), "evidence": outer.evidence, "expires": outer.expires}
    return Principal(user=str(user), level="explicit", **kept | {"source": "acting_as"} | said)


def _added(outer: Principal, said: dict[str, Any]) -> Principal:
    """Return ``outer`` with what the caller adds, as far as that contradicts nothing attested."""
    if not said:
        return outer
    for name in sorted(outer.attested & said.keys()):
        if name == "groups":
            if more := sorted(said["groups"] - outer.groups):
                raise ConfigurationError(f"acting_as: groups: the token does not attest {', '.join(more)}")
        elif name != "attributes" and said[name] != getattr(outer, name):
            raise ConfigurationError(f"acting_as: {name}: is attested and cannot be changed; leave it out")
    if outer.level == "attested":
        said = {name: value for name, value in said.items() if name != "source"}
    if said.get("agent", outer.agent) != outer.agent:
        said = {"agent_instance": "", "agent_version": "", "agent_model": ""} | said
    if "attributes" in said:
        verified = {name: value for name, value in outer.attributes.items() if name.startswith(CLAIM_PREFIX)}
        said["attributes"] = MappingProxyType(dict(said["attributes"]) | verified)
    return replace(outer, **said)


def _free(attributes: Mapping[str, Any]) -> dict[str, Any]:
    for name in attributes:
        if str(name).startswith(CLAIM_PREFIX):
            raise ConfigurationError(f"acting_as: attributes: names that begin with {CLAIM_PREFIX!r} are for claims")
    return dict(attributes)
