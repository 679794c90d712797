"""Who is asked for approvals and told of emergencies, made of what the settings say."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from datetime import timedelta

from pcishield.approval.registry import Registry
from pcishield.config import Settings
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.desk import Desk
from pcishield.runtime.memory_store import MemoryStore
from pcishield.typing import Approver, Clock

__all__ = ["alert_of", "approvals_of", "approver_registry"]


def approvals_of(settings: Settings, approver: Approver | None, clock: Clock) -> tuple[Desk, bytes]:
    """Return where approvals are asked for, and the key that binds them."""
    chosen = settings.approval
    use_within = timedelta(seconds=chosen.use_within_seconds)
    if approver is None and chosen.approver is not None:
        from pcishield.approvers import load_approver

        approver = load_approver(chosen.approver)
    if chosen.queue is None:
        if chosen.approvers is not None or chosen.oidc is not None:
            raise ConfigurationError("approval.approvers, approval.oidc: they answer in a queue; set approval.queue")
        # Without a queue nobody else can know an approval, and the key need not outlive the process.
        return Desk(MemoryStore(), approver, clock, use_within=use_within), secrets.token_bytes(32)
    from pcishield.approvers import QueueApprover, open_queue
    from pcishield.approvers.files import binding_key

    registry = approver_registry(settings)
    store = open_queue(chosen.queue)
    asked = approver or QueueApprover(store, registry, use_within=use_within, now=clock.now)
    desk = Desk(store, asked, clock, registry=registry, use_within=use_within, queued=approver is None)
    return desk, binding_key(chosen.key_path())


def approver_registry(settings: Settings, path: str | os.PathLike[str] | None = None) -> Registry | None:
    """Return who may approve, ``None`` where the queue is believed.

    Args:
        settings: The configuration.
        path: Registry file in the place of the configured one.

    Raises:
        ConfigurationError: The registry or ``[approval.oidc]`` is wrong.
    """
    from pcishield.approvers.files import load_registry

    chosen = settings.approval
    attest = None
    if chosen.oidc is not None:
        from pcishield.runtime.attester import Attester

        attest = Attester(chosen.oidc)
    path = path or chosen.approvers
    if path is not None:
        return load_registry(path, attest)
    return None if attest is None else Registry((), frozenset(chosen.break_glass), attest)


def alert_of(settings: Settings) -> Callable[[str], None]:
    """Return what is told at once when somebody breaks the glass."""
    if settings.approval.alert is not None:
        from pcishield.approvers.alerts import WebhookAlert

        return WebhookAlert(settings.approval.alert)
    return logging.getLogger("pcishield.alerts").critical
