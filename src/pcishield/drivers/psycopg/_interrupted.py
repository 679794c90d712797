"""A wait that began elsewhere, given back to the driver, which goes on or cancels the statement in the server."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

__all__ = ["Interrupted", "Resumed"]


class Resumed:
    """Looks like the generator that was waited for, whose first value has been taken: gives it, then goes on.

    Args:
        gen: The generator.
        value: What it gave last.
    """

    def __init__(self, gen: Generator[Any, Any, Any], value: Any) -> None:
        self._gen = gen
        self._value = value
        self._begun = False

    def __iter__(self) -> Resumed:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Send into the generator."""
        if self._begun:
            return self._gen.send(value)
        self._begun = True
        return self._first()

    def throw(self, error: BaseException) -> Any:
        """Raise in the generator."""
        return self._gen.throw(error)

    def close(self) -> None:
        """Close the generator."""
        self._gen.close()

    def _first(self) -> Any:
        return self._value


class Interrupted(Resumed):
    """Raises the interruption of the wait once, then goes on.

    Args:
        gen: The generator.
        error: What interrupted the wait.
    """

    def __init__(self, gen: Generator[Any, Any, Any], error: BaseException) -> None:
        super().__init__(gen, error)

    def _first(self) -> Any:
        error, self._value = self._value, None
        raise error
