"""Records of a session that repeat themselves, as templates of the log (see :mod:`pcishield.audit.tail`).

A connection that runs the same statement again writes the same attempt but for its place in the log. Templates
are kept per session and found by what the record says: statement, decision, actor, method and shapes of
parameters. A log without ``append_filled`` gets plain fields instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pcishield.audit.tail import Template

__all__ = ["Filled", "Templates"]

_SIZE = 512


class Filled(NamedTuple):
    """A record ready for ``append_filled``."""

    template: Template
    values: tuple[bytes, ...]


class Templates:
    """The templates of one session. A race between threads makes one twice, which is harmless."""

    __slots__ = ("_templates",)

    def __init__(self) -> None:
        self._templates: dict[Any, tuple[Template, Any]] = {}

    def get(
        self,
        key: Any,
        keep: Any,
        type: str,
        fields: Callable[[], Mapping[str, Any]],
        slots: Sequence[str] = (),
        raw: str | None = None,
    ) -> Template:
        """Return the template for ``key``, made from ``fields()`` at first.

        Args:
            key: Hashable; may hold the ``id()`` of what is in ``keep``.
            keep: Kept alive as long as the template, so that its ``id()`` stays its own.
            type: Record type.
            fields: Called at most once.
            slots: Names of the variable fields.
            raw: What the record commits to; must follow from ``key``.
        """
        found = self._templates.get(key)
        if found is None:
            if len(self._templates) >= _SIZE:
                self._templates.clear()
            found = self._templates[key] = (Template(type, fields(), slots, raw), keep)
        return found[0]
