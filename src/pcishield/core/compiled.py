"""Which compiled modules are used: those that were built, unless ``PCISHIELD_KERNEL=python``."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

__all__ = ["compiled"]

# Asked once: compiled classes take each other's instances and no others.
_WANTED = os.environ.get("PCISHIELD_KERNEL") != "python"


def compiled(name: str) -> ModuleType | None:
    """Return the compiled module of that name, ``None`` where it was not built or is not wanted.

    By name, for a module without Python source is none for those who read imports.
    """
    if not _WANTED:
        return None
    try:
        return import_module(name)
    except ImportError:
        return None
