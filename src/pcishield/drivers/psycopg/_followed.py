"""Whether a function of the driver is one of those that were followed when what stands for it was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["same"]


def same(function: Any, followed: Iterable[str]) -> bool:
    """Return whether ``function`` uses exactly the names of one of the ways, which are names with blanks between."""
    names = frozenset(function.__code__.co_names) - {"AssertionError"}
    return any(names == frozenset(one.split()) for one in followed)
