"""Calls a function with every record, for instance a structlog logger's method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["CallableSink"]


def _function(value: Any) -> Any:
    if isinstance(value, str):
        module, _, name = value.partition(":")
        try:
            value = getattr(import_module(module), name, None) if name else None
        except ImportError as error:
            raise ValueError(f"the module {module} cannot be imported ({type(error).__name__})") from None
    if not callable(value):
        raise ValueError("give a function, or 'module:function'")
    return value


class CallableSink(BaseSink):
    """Calls ``function(event, id=..., **fields)`` once per record, as structlog's loggers are called.

    ``event`` is the record type; ``fields`` are the record's fields but for ``type``. An exception stops the batch.
    """

    kind: ClassVar[str] = "callable"
    function: Annotated[Callable[..., Any], BeforeValidator(_function)]

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Call the function; a record counts when the call returns."""
        for entry in entries:
            fields = {key: value for key, value in entry.record.items() if key != "type"}
            self.function(entry.record["type"], id=entry.id, **fields)
