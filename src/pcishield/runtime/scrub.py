"""Exceptions on their way out: texts masked in place; class, identity and traceback kept. And texts for records.

Walks ``__cause__``, ``__context__`` and exception groups. Values that drivers and SQLAlchemy hang on exceptions
(``args``, ``__notes__``, ``diag`` through the driver's own ``scrub``) are masked, not dropped, so that handlers
which look at them keep working.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Scrub", "record_text", "scrub_exception"]

Scrub = Callable[[BaseException, Callable[[str], str]], None]
"""Masks a driver's own attributes of one exception: ``(exception, mask_text)``."""

_DEPTH = 64


def record_text(mask_text: Callable[[str], str], text: str) -> str:
    """Return ``text`` fit for a record: card data masked, lone surrogates replaced."""
    masked = mask_text(text)
    return masked if masked.isascii() else masked.encode("utf-8", "replace").decode("utf-8")


def scrub_exception(
    error: BaseException,
    mask_text: Callable[[str], str],
    mask_value: Callable[[Any], Any],
    scrub: Scrub | None = None,
) -> None:
    """Mask everything textual that hangs on ``error`` and on what led to it.

    Args:
        error: Changed in place.
        mask_text: Masks card data in a text.
        mask_value: Masks card data in any value, containers included.
        scrub: The driver's own part.
    """
    todo: list[BaseException] = [error]
    seen: set[int] = set()
    while todo and len(seen) < _DEPTH:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        args = tuple(_masked(arg, mask_text, mask_value) for arg in current.args)
        if any(new is not old for new, old in zip(args, current.args, strict=True)):
            current.args = args
        notes = getattr(current, "__notes__", None)
        if notes:
            current.__notes__ = [mask_text(note) if isinstance(note, str) else "" for note in notes]
        if scrub is not None:
            scrub(current, mask_text)
        todo.extend(e for e in (current.__cause__, current.__context__) if e is not None)
        if isinstance(current, BaseExceptionGroup):
            todo.extend(current.exceptions)


def _masked(arg: Any, mask_text: Callable[[str], str], mask_value: Callable[[Any], Any]) -> Any:
    if isinstance(arg, str):
        masked = mask_text(arg)
        return arg if masked == arg else masked
    if arg is None or isinstance(arg, (bool, BaseException)):
        return arg
    return mask_value(arg)
