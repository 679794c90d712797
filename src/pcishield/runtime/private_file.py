"""Files that only their owner may read: replaced whole, so nobody sees half of one, and refused when open to others."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from pcishield.exceptions import ConfigurationError

__all__ = ["read_private", "write_private"]

_MAX_BYTES = 1 << 24


def read_private(path: Path) -> bytes | None:
    """Return the file's content, ``None`` when there is no such file.

    Raises:
        ConfigurationError: It is open to others or another user's (who may have put something there), or unreadable.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & 0o077 or status.st_uid != os.getuid():
                raise ConfigurationError(
                    f"{path}: belongs to another user or is open to others (mode {stat.S_IMODE(status.st_mode):04o}); "
                    "check who wrote it, then make it 0600"
                )
            return file.read(_MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None


def write_private(path: Path, data: bytes) -> None:
    """Replace the file with one of mode 0600 that is on disk when this returns; its directory is made with 0700.

    Raises:
        ConfigurationError: It cannot be written; the old one is as it was.
    """
    name = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        if name and os.path.exists(name):
            os.unlink(name)
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror or type(error).__name__})") from None
