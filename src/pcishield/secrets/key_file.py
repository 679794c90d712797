"""Keys that wrap other keys, in a file of their own, mode 0600: ``file:/path/to/keys.json``.

For machines without a key service. Keep the file on another volume than what it protects (PCI DSS 3.6.1.2 wants the
key-encrypting key apart from the data-encrypting keys).
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.versioned_keys import VersionedKeys

__all__ = ["FileKeys", "provider"]


class FileKeys(VersionedKeys):
    """Wraps by keys in a file.

    Args:
        path: The file; made with a first key when it is missing.

    Raises:
        ConfigurationError: It cannot be read or made, is open to others, or holds no keys.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).expanduser()
        super().__init__(f"file:{self._path}")

    def load(self) -> bytes | None:
        """Return the file's content."""
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
            if mode & 0o077:
                raise ConfigurationError(f"{self.name}: is open to others (mode {mode:04o}); make it 0600")
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigurationError(f"{self.name}: cannot be read ({error.strerror})") from None

    def save(self, content: bytes) -> None:
        """Replace the file, durable."""
        temporary = self._path.with_name(self._path.name + ".new")
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self._path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold a lock file beside it."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self._path.with_name(self._path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationError(f"{self.name}: cannot be made ({error.strerror})") from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def provider(reference: str) -> FileKeys:
    """Return the provider for ``file:PATH``. Raises ConfigurationError."""
    return FileKeys(reference)
