"""Keys that wrap other keys, in versions: the arithmetic of providers that keep them in a file or in a keyring.

AES-256-GCM; wrapped is 4 bytes version, 12 bytes nonce, the ciphertext. All versions unwrap, the newest wraps.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pcishield.exceptions import ConfigurationError

__all__ = ["VersionedKeys"]


class VersionedKeys(ABC):
    """Implements :class:`pcishield.typing.KeyProvider`.

    Args:
        name: The reference, without secrets.

    Raises:
        ConfigurationError: The keys cannot be read or made.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        with self.locked():
            if self.load() is None:
                self._save({"v": 1, "current": 1, "keys": {"1": secrets.token_hex(32)}})
        self._keys()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @abstractmethod
    def load(self) -> bytes | None:
        """Return what :meth:`save` kept, ``None`` at first. Raises ConfigurationError."""

    @abstractmethod
    def save(self, content: bytes) -> None:
        """Keep it, secret, at once or not at all. Raises ConfigurationError."""

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Hold off other processes."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return ``key`` encrypted under the newest version, bound to ``context``."""
        found = self._keys()
        version, nonce = int(found["current"]), secrets.token_bytes(12)
        sealed = AESGCM(bytes.fromhex(found["keys"][str(version)])).encrypt(nonce, key, context)
        return version.to_bytes(4, "big") + nonce + sealed

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises ConfigurationError when the version is gone, or it was not wrapped here."""
        found = self._keys()
        version = int.from_bytes(wrapped[:4], "big")
        key = found["keys"].get(str(version))
        if key is None:
            raise ConfigurationError(f"{self.name}: has no version {version}; it was destroyed, or the keys are others")
        try:
            return AESGCM(bytes.fromhex(key)).decrypt(wrapped[4:16], wrapped[16:], context)
        except InvalidTag:
            raise ConfigurationError(f"{self.name}: the key was not wrapped by version {version} for this") from None

    def rotate(self) -> str:
        """Add a version, which wraps from now on; return its number. Older ones still unwrap."""
        with self.locked():
            found = self._keys()
            version = max(map(int, found["keys"])) + 1
            self._save({**found, "current": version, "keys": {**found["keys"], str(version): secrets.token_hex(32)}})
        return str(version)

    def retire(self) -> list[str]:
        """Erase all versions but the newest; return their numbers. What only they wrapped is lost."""
        with self.locked():
            found = self._keys()
            gone = sorted((version for version in found["keys"] if int(version) != found["current"]), key=int)
            self._save({**found, "keys": {str(found["current"]): found["keys"][str(found["current"])]}})
        return gone

    def _keys(self) -> dict[str, Any]:
        try:
            found = orjson.loads(self.load() or b"")
            if found["v"] != 1 or str(found["current"]) not in found["keys"]:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(f"{self.name}: holds no keys; restore it from a copy") from None
        return dict(found)

    def _save(self, content: dict[str, Any]) -> None:
        self.save(orjson.dumps(content))
