"""Deprecation warnings of the driver, shown at the line that deserves them."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

__all__ = ["warn_caller"]

_HERE = os.path.dirname(__file__)


def warn_caller(call: Callable[[], Any], depth: int = 2) -> Any:
    """Run ``call`` and attribute the warnings it raises to the caller's caller, as without the guard.

    Only for rare calls that are known to warn: it changes the process's filters for the duration.

    Args:
        call: Calls the driver.
        depth: Frames between this function and the one to show.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = call()
    frame = sys._getframe(depth)
    for warning in caught:
        ours = warning.filename.startswith(_HERE)
        warnings.warn_explicit(
            warning.message,
            warning.category,
            frame.f_code.co_filename if ours else warning.filename,
            frame.f_lineno if ours else warning.lineno,
            registry=frame.f_globals.setdefault("__warningregistry__", {}),
        )
    return value
