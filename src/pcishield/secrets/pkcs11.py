"""Keys wrapped inside a hardware module: ``pkcs11:token=T;object=K?module-path=LIBRARY&pin-source=FILE``.

That is a PKCS#11 URI (RFC 7512) of an AES key that is there; the extra is ``pkcs11``. AES-GCM by the module, 96 bits of
nonce, what a key is for as additional data; wrapped is the nonce, then what the module returned (PKCS#11 3.1, 6.13.2:
the tag is its end). The PIN is in a file of mode 0600, since a reference is in records and an environment is for
everybody to see. Each use opens a session and closes it: nothing stays logged in.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote

import pkcs11
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn

from pcishield.exceptions import ConfigurationError

__all__ = ["Pkcs11Keys", "provider"]

_NONCE = 12
_TAG = 16
_PATH = frozenset({"object", "token"})
_QUERY = frozenset({"module-path", "pin-source"})
_process = os.getpid()
_lock = Lock()
"""A module has one login for the whole process."""


class Pkcs11Keys:
    """Wraps by an AES key that never leaves the module. Implements :class:`pcishield.typing.KeyProvider`.

    Args:
        uri: RFC 7512 without its scheme; ``token``, ``object``, ``module-path`` and ``pin-source`` are needed.

    Raises:
        ConfigurationError: Something is missing in the reference, or there is no such key; the message names it.
    """

    def __init__(self, uri: str) -> None:
        self.name = f"pkcs11:{uri}"
        path, _, query = uri.partition("?")
        self._given = self._attributes(path, ";", _PATH) | self._attributes(query, "&", _QUERY)
        with _lock:
            self._used(lambda key: None)

    def __repr__(self) -> str:
        return f"Pkcs11Keys({self.name!r})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return ``key`` encrypted by the module, bound to ``context``. Raises ConfigurationError."""
        nonce = secrets.token_bytes(_NONCE)
        with _lock:
            return nonce + self._used(lambda own: own.encrypt(key, **_gcm(nonce, context)))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises ConfigurationError when the module refuses: another context, another key."""
        nonce, sealed = wrapped[:_NONCE], wrapped[_NONCE:]
        with _lock:
            return self._used(lambda own: own.decrypt(sealed, **_gcm(nonce, context)))

    def _used(self, use: Any) -> bytes:
        given = self._given
        try:
            token = self._library(given["module-path"]).get_token(token_label=given["token"])
            with _session(token, self._pin()) as session:
                key = session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=given["object"])
                return bytes(use(key) or b"")
        except pkcs11.NoSuchToken:
            raise ConfigurationError(f"{self.name}: the module has no token {given['token']!r}") from None
        except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned):
            raise ConfigurationError(
                f"{self.name}: the token does not have exactly one AES key {given['object']!r}; make it with "
                "pkcs11-tool --keygen --key-type AES:32 --sensitive"
            ) from None
        except PKCS11Error as error:
            raise ConfigurationError(f"{self.name}: the module refuses ({type(error).__name__})") from None

    def _library(self, path: str) -> Any:
        """Return the module; a forked child has to begin anew with it (PKCS#11 3.1, 5.4)."""
        global _process
        try:
            library = pkcs11.lib(path)
            if _process != os.getpid():
                library.reinitialize()
                _process = os.getpid()
        except (OSError, RuntimeError, PKCS11Error) as error:
            raise ConfigurationError(f"{self.name}: the module does not load ({type(error).__name__})") from None
        return library

    def _pin(self) -> str:
        path = Path(self._given["pin-source"].removeprefix("file:"))
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise ConfigurationError(f"{self.name}: {path} is open to others; make it 0600 and change the PIN")
            return path.read_text("utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"{self.name}: pin-source cannot be read ({type(error).__name__})") from None

    def _attributes(self, text: str, between: str, known: frozenset[str]) -> dict[str, str]:
        found = {}
        for part in filter(None, text.split(between)):
            name, equals, value = part.partition("=")
            if not equals or name not in known:
                raise ConfigurationError(f"{self.name}: {name!r} is none of {', '.join(sorted(known))}")
            found[name] = unquote(value)
        if missing := sorted(name for name in known if not found.get(name)):
            raise ConfigurationError(f"{self.name}: {', '.join(missing)} is missing")
        return found


def _gcm(nonce: bytes, context: bytes) -> dict[str, Any]:
    return {
        "mechanism": pkcs11.Mechanism.AES_GCM,
        "mechanism_param": pkcs11.GCMParams(nonce, context, _TAG * 8),
    }


def _session(token: Any, pin: str) -> Any:
    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:
        return token.open()  # by the application itself


def provider(reference: str) -> Pkcs11Keys:
    """Return the provider for ``pkcs11:...``. Raises ConfigurationError."""
    return Pkcs11Keys(reference)
