"""A wait that was interrupted, given back to the driver, which cancels the statement in the server."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

__all__ = ["Interrupted"]


class Interrupted:
    """Looks like the generator that was waited for; raises the interruption once, then goes on.

    Args:
        gen: The generator.
        error: What interrupted the wait.
    """

    def __init__(self, gen: Generator[Any, Any, Any], error: BaseException) -> None:
        self._gen = gen
        self._error: BaseException | None = error

    def __iter__(self) -> Interrupted:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Send into the generator."""
        error, self._error = self._error, None
        if error is not None:
            raise error
        return self._gen.send(value)

    def throw(self, error: BaseException) -> Any:
        """Raise in the generator."""
        return self._gen.throw(error)

    def close(self) -> None:
        """Close the generator."""
        self._gen.close()


class Resumed:
    """Looks like the generator that was waited for, whose first value has been taken: gives it, then goes on.

    Args:
        gen: The generator.
        value: What it gave last.
    """

    def __init__(self, gen: Generator[Any, Any, Any], value: Any) -> None:
        self._gen = gen
        self._value = value
        self._given = False

    def __iter__(self) -> Resumed:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Send into the generator."""
        if self._given:
            return self._gen.send(value)
        self._given = True
        return self._value

    def throw(self, error: BaseException) -> Any:
        """Raise in the generator."""
        return self._gen.throw(error)

    def close(self) -> None:
        """Close the generator."""
        self._gen.close()
