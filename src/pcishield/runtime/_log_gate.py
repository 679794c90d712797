"""A log that refuses attempts while its sinks are too far behind (``audit.on_sink_failure``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pcishield.audit.tail import Template
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime.log import FileAuditLog

__all__ = ["GatedLog"]


def _open() -> str:
    return ""


class GatedLog(FileAuditLog):
    """A :class:`FileAuditLog` that asks before every attempt.

    Attributes:
        refusal: Returns why statements must not run, "" when they may; must not wait.
    """

    refusal: Callable[[], str] = staticmethod(_open)

    def append(self, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
        """As in the base class; an attempt is refused when it must not run."""
        if type == "attempt":
            self._ask()
        return super().append(type, fields, durable=durable)

    def append_filled(self, template: Template, values: tuple[bytes, ...], *, durable: bool = False) -> str:
        """Likewise."""
        if template.type == "attempt":
            self._ask()
        return super().append_filled(template, values, durable=durable)

    def _ask(self) -> None:
        if why := self.refusal():
            raise AuditUnavailable(f"{why}, so nothing was executed; it goes on by itself when the sink has caught up")
