"""What the log says about itself: who runs it, where, in which version."""

from __future__ import annotations

import getpass
import os
import platform
import socket
import sys
from pathlib import Path
from typing import Any

from pcishield._version import __version__
from pcishield.audit.canonical import Preencoded
from pcishield.audit.sanitise import cut, plain_text

__all__ = ["boot_id", "system_fields", "versions"]


def system_fields(component: str = "audit-log") -> dict[str, Any]:
    """Return ``actor``, ``src`` and ``component`` for records that no user caused."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid:{os.getuid()}"
    program = cut(plain_text(Path(sys.argv[0] or "python").name), 200)
    return {
        "actor": Preencoded({"user": user, "agent": program, "level": "os"}),
        "src": Preencoded({"host": socket.gethostname() or "localhost", "pid": os.getpid(), "program": program}),
        "component": component,
    }


def boot_id() -> str:
    """Return an id that changes with every boot of the machine, "" where there is none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def versions() -> dict[str, Any]:
    """Return the versions that wrote a log."""
    return {"package": __version__, "python": platform.python_version()}
