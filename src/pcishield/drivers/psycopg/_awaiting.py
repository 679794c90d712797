"""Coroutines of guarded asyncio classes, whose work the compiled modules do.

These are Python's own: ``inspect.iscoroutinefunction()`` says of a compiled one that it is none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["make_commit", "make_execute", "make_fetchone"]

_Call = Callable[[Any, tuple[Any, ...], dict[str, Any]], Awaitable[Any]]


def make_execute(run: _Call) -> Callable[..., Awaitable[Any]]:
    """Make ``execute`` of a guarded cursor or connection class from what it awaits."""

    async def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await run(self, args, kwargs)

    return execute


def make_commit(base: Any, ends: Callable[[Any], bool]) -> Callable[..., Awaitable[None]]:
    """Make ``commit`` of a guarded connection class; ``ends`` tells whether there is something to end."""

    async def commit(self: Any, *args: Any, **kwargs: Any) -> None:
        if args or kwargs or ends(self):
            await base.commit(self, *args, **kwargs)

    return commit


def make_fetchone(base: Any, there: Callable[[Any], Any], missing: object) -> Callable[..., Awaitable[Any]]:
    """Make ``fetchone`` of a guarded cursor class; ``there`` gives a row that is there, or else ``missing``."""

    async def fetchone(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs:
            return await base.fetchone(self, *args, **kwargs)
        row = there(self)
        return await base.fetchone(self) if row is missing else row

    return fetchone
