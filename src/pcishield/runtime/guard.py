"""Re-entrancy: drivers call their own public methods, and users' callbacks call the driver.

``inside`` is true while a guarded call is on the stack of this thread or task; what the driver calls of
itself then passes unrecorded. ``outside()`` resets it while user code runs (row factories, loaders,
user-defined functions, approvers), so that a statement sent from there is guarded as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["inside", "outside", "within"]

inside: ContextVar[bool] = ContextVar("pcishield.inside", default=False)


@contextmanager
def within() -> Iterator[None]:
    """Mark the block as part of a guarded call."""
    token = inside.set(True)
    try:
        yield
    finally:
        inside.reset(token)


@contextmanager
def outside() -> Iterator[None]:
    """Mark the block as user code that is called back."""
    token = inside.set(False)
    try:
        yield
    finally:
        inside.reset(token)
