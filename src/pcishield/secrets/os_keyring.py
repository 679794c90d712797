"""Keys that wrap other keys, in the operating system's keyring: ``keyring:SERVICE/NAME`` (extra ``keyring``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.errors import KeyringError

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.versioned_keys import VersionedKeys

__all__ = ["KeyringKeys", "provider"]


class KeyringKeys(VersionedKeys):
    """Wraps by keys in the keyring. Two processes that rotate at once are not held apart: no keyring can do that.

    Args:
        service: Name of the service.
        entry: Name of the entry; made with a first key when it is missing.

    Raises:
        ConfigurationError: There is no keyring, it is locked, or the entry holds no keys.
    """

    def __init__(self, service: str, entry: str) -> None:
        self._service, self._entry = service, entry
        super().__init__(f"keyring:{service}/{entry}")

    def load(self) -> bytes | None:
        """Return the entry."""
        try:
            text = keyring.get_password(self._service, self._entry)
        except KeyringError as error:
            raise ConfigurationError(f"{self.name}: the keyring refuses ({type(error).__name__})") from None
        return None if text is None else text.encode()

    def save(self, content: bytes) -> None:
        """Replace the entry."""
        try:
            keyring.set_password(self._service, self._entry, content.decode())
        except KeyringError as error:
            raise ConfigurationError(f"{self.name}: the keyring refuses ({type(error).__name__})") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Do nothing; see the class."""
        yield


def provider(reference: str) -> KeyringKeys:
    """Return the provider for ``keyring:SERVICE/NAME``. Raises ConfigurationError."""
    service, slash, entry = reference.partition("/")
    if not (service and slash and entry):
        raise ConfigurationError(f"key keyring:{reference}: give keyring:SERVICE/NAME")
    return KeyringKeys(service, entry)
