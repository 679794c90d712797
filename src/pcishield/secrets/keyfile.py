"""A signing key in a file of its own, mode 0600, for those who keep it on another mount than the log.

It stands in for the index key (``FileAuditLog(signer=...)``). Unlike that it does not move on with every shard: whoever
steals it can rewrite the index. Prefer a signer that keeps the key in hardware, or none at all.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pcishield.exceptions import ConfigurationError

__all__ = ["FileSigner"]


class FileSigner:
    """Signs with the Ed25519 key in ``path``. Implements :class:`pcishield.typing.Signer`.

    Args:
        path: File with the secret key, 64 hex digits.
        name: Key name as in a C2SP signed note: no spaces, no '+'; e.g. ``shop.example/audit``.

    Raises:
        ConfigurationError: The file cannot be read, is open to others, or holds no key.
    """

    def __init__(self, path: str | os.PathLike[str], name: str) -> None:
        self._path = Path(path)
        self.name = name
        if not name or any(ch.isspace() or ch == "+" for ch in name):
            raise ConfigurationError("signer name: use no spaces and no '+', e.g. shop.example/audit")
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
            text = self._path.read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"key file {self._path}: cannot be read ({type(error).__name__})") from None
        if mode & 0o077:
            raise ConfigurationError(f"key file {self._path}: is open to others (mode {mode:04o}); make it 0600")
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
        except ValueError:
            raise ConfigurationError(f"key file {self._path}: holds no key; FileSigner.create makes one") from None
        self.public_key = self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"FileSigner({self.name!r})"

    @classmethod
    def create(cls, path: str | os.PathLike[str], name: str) -> FileSigner:
        """Make a key in a new file and return its signer.

        Raises:
            ConfigurationError: The file is there already, or cannot be written.
        """
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationError(f"key file {path}: cannot be made ({error.strerror})") from None
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        return cls(path, name)

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature, 64 bytes."""
        return self._key.sign(message)
