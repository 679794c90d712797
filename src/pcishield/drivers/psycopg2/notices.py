"""``connection.notices`` and ``notifies``: psycopg2 appends what the server sends; it is masked on its way there.

A notice is about the statement that runs, so it is held to what that one does with card data, as an error is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from psycopg2 import extensions

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["catch", "sunk"]

_Raw: Any = extensions.connection
_KEPT = 50
"""psycopg2 keeps as many."""


class _Sink:
    """Stands where psycopg2 appends notices or notifications to, and hands them on masked.

    Args:
        target: The list, or whatever else with ``append`` the application wants them in.
        clean: Masks one.
    """

    __slots__ = ("_clean", "target")

    def __init__(self, target: Any, clean: Callable[[Any], Any]) -> None:
        self.target = target
        self._clean = clean

    def append(self, item: Any) -> None:
        """Append what the server has sent."""
        self.target.append(self._clean(item))
        if isinstance(item, str) and isinstance(self.target, list):
            del self.target[:-_KEPT]  # of notices, as psycopg2 does


def _sink(self: Any, name: str, target: Any) -> Any:
    session: Session = self._pcishield

    def notice(text: Any) -> Any:
        return session.wording().text(text) if isinstance(text, str) else text

    def notify(note: Any) -> Any:
        mask = session.mask_text
        if not isinstance(note, extensions.Notify):
            return note
        return extensions.Notify(note.pid, mask(note.channel), mask(note.payload))

    return _Sink(target, notice if name == "notices" else notify)


def sunk(name: str) -> property:
    """Return the guarded ``notices`` or ``notifies`` of a connection: what the application has put there."""
    original = getattr(_Raw, name)

    def get(self: Any) -> Any:
        value = original.__get__(self)
        return value.target if isinstance(value, _Sink) else value

    def put(self: Any, value: Any) -> None:
        original.__set__(self, value if self._pcishield is None or value is None else _sink(self, name, value))

    return property(get, put, doc=original.__doc__)


def catch(self: Any) -> None:
    """Put what the server sends from now on through the guard, and what it has sent while connecting."""
    for name in ("notices", "notifies"):
        target = getattr(_Raw, name).__get__(self)
        sent = target[:]
        del target[:]
        setattr(self, name, target)
        for item in sent:
            getattr(_Raw, name).__get__(self).append(item)
