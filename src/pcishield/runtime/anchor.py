"""The base class of anchors: options checked by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pcishield.runtime.sink import BasePlugin

__all__ = ["BaseAnchor", "Prove"]

Prove = Callable[[int], list[bytes]]
"""Given an older size of the same shard, return the RFC 6962 consistency proof from there to the checkpoint."""


class BaseAnchor(BasePlugin):
    """An anchor. Implements :class:`pcishield.typing.Anchor`.

    Attributes:
        name: Name of its folder below ``anchors/``; two anchors of one log must not share it. Default the kind.
        timeout: Seconds that one call to the other side may take.
    """

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Hand a checkpoint over; see :meth:`pcishield.typing.Anchor.anchor`."""
        raise NotImplementedError

    def notes(self) -> Sequence[str]:
        """Return the checkpoints that it holds; see :meth:`pcishield.typing.Anchor.notes`."""
        return ()

    def close(self) -> None:
        """Release what it holds."""
