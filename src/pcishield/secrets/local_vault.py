"""``local:NAME``: the encrypted file of ``pcishield credentials``, and the ways to its key.

- ``keyring``: the operating system's keyring has the key (extra ``keyring``).
- ``fd``: whoever starts the process opens a file descriptor with the key (32 bytes, or 64 hex digits) and puts its
  number into ``PCISHIELD_VAULT_KEY_FD``. A pipe is read once and closed, and the variable is taken away, so that
  neither later code nor child processes find it.
- ``passphrase``: likewise with a passphrase, or typed at a terminal.
- ``kms``: the file holds the key wrapped by AWS KMS (extra ``aws``).

The file is read at each connect: rotation needs no restart. The key is kept in this module, not in an object that can
be reached from a shield. Code in the same process can find it nevertheless (docs/threat-model.md).
"""

from __future__ import annotations

import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from threading import Lock
from typing import Any

from pcishield.credentials import Credential, CredentialRequest, Secret
from pcishield.credentials.settings import AwsSettings, CredentialsSettings, LocalVaultSettings
from pcishield.credentials.vault import KEY_BYTES, Vault, passphrase_kdf, passphrase_key
from pcishield.exceptions import ConfigurationError, CredentialError
from pcishield.runtime.aws import aws_client
from pcishield.runtime.private_file import read_private, write_private

__all__ = ["LocalVault", "LocalVaultResolver", "resolver"]

_MAX_SECRET = 4096
_CONTEXT = {"purpose": "pcishield-vault"}
_lock = Lock()
_taken: dict[str, bytes] = {}
"""What came through a pipe, by variable: it cannot be read twice."""
_derived: dict[tuple[str, str], bytes] = {}
"""Keys by file and their parameters: deriving one takes a third of a second and 128 MiB."""


def _default_file() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return Path(base or "~/.local/share").expanduser() / "pcishield" / "credentials.vault"


class LocalVault:
    """The file, opened and written with its key.

    Args:
        settings: The section ``[credentials.local]``.
        aws: Where KMS is; for ``kms``.
        ask: Asks a human for a passphrase; ``None`` where nobody is there.
    """

    def __init__(
        self,
        settings: LocalVaultSettings,
        aws: AwsSettings | None = None,
        ask: Callable[[str], str] | None = None,
    ) -> None:
        self.path = Path(settings.file).expanduser() if settings.file else _default_file()
        self._settings = settings
        self._aws = aws or AwsSettings()
        self._ask = ask

    def load(self) -> Vault:
        """Return the vault.

        Raises:
            CredentialError: There is none, it is damaged, or its key is wrong or cannot be had.
        """
        data = self._read()
        if data is None:
            raise CredentialError(f"there is no vault {self.path}; run: pcishield credentials add")
        kdf = Vault.key_parameters(data)
        known = (str(self.path), str(sorted(kdf.items())))
        key = _derived.get(known) or self._key(kdf)
        vault = Vault.open(data, key)
        if self._settings.key in {"passphrase", "kms"}:
            _derived[known] = key
        return vault

    def load_or_create(self) -> Vault:
        """Return the vault; a new, empty one with a new key when there is none."""
        return self.create() if self._read() is None else self.load()

    def create(self) -> Vault:
        """Return a new, empty vault under a new key; not written yet."""
        return Vault.create(*self.new_key())

    def save(self, vault: Vault) -> None:
        """Write the file."""
        write_private(self.path, vault.dump())

    def new_key(self) -> tuple[bytes, Mapping[str, Any]]:
        """Return a new data key, and how it is found again. With ``keyring`` it is in the keyring already."""
        kind = self._settings.key
        if kind == "passphrase":
            kdf = passphrase_kdf()
            phrase = self._passphrase(new=True)
            return passphrase_key(phrase, kdf), kdf
        if kind == "fd":
            return self._injected(), {"name": "raw", "from": "fd"}
        key = os.urandom(KEY_BYTES)
        if kind == "kms":
            if not self._settings.kms_key:
                raise CredentialError("credentials.local.kms_key: name the KMS key, e.g. its ARN")
            answer = self._kms().encrypt(KeyId=self._settings.kms_key, Plaintext=key, EncryptionContext=_CONTEXT)
            return key, {"name": "kms", "wrapped": b64encode(answer["CiphertextBlob"]).decode()}
        name = f"vault {os.urandom(4).hex()}"
        self._keyring().set_password(self._settings.keyring_service, name, key.hex())
        return key, {"name": "raw", "from": "keyring", "entry": name}

    def _read(self) -> bytes | None:
        try:
            return read_private(self.path)
        except ConfigurationError as error:
            raise CredentialError(str(error)) from None

    def _key(self, kdf: Mapping[str, Any]) -> bytes:
        """Return the key that ``kdf`` speaks of. What the settings name must be what the file was made with."""
        kind = self._settings.key
        made = {"scrypt": "passphrase", "kms": "kms"}.get(str(kdf.get("name")), str(kdf.get("from")))
        if made != kind:
            raise CredentialError(f"the vault's key comes by {made}, and credentials.local.key says {kind}")
        if kind == "fd":
            return self._injected()
        if kind == "keyring":
            return self._from_keyring(str(kdf.get("entry")))
        return passphrase_key(self._passphrase(), kdf) if kind == "passphrase" else self._unwrapped(kdf)

    def _from_keyring(self, entry: str) -> bytes:
        text = self._keyring().get_password(self._settings.keyring_service, entry)
        if not text:
            raise CredentialError(f"the keyring has no entry {entry!r} of {self._settings.keyring_service!r}")
        return _as_key(text.encode(), "the keyring's entry")

    def _unwrapped(self, kdf: Mapping[str, Any]) -> bytes:
        wrapped = b64decode(str(kdf.get("wrapped", "")))
        answer = self._kms().decrypt(
            CiphertextBlob=wrapped,
            EncryptionContext=_CONTEXT,
            **({"KeyId": key} if (key := self._settings.kms_key) else {}),
        )
        return _as_key(bytes(answer["Plaintext"]), "what KMS decrypted")

    def _injected(self) -> bytes:
        return _as_key(_from_fd(self._settings.fd_variable), f"what ${self._settings.fd_variable} names")

    def _passphrase(self, *, new: bool = False) -> str:
        if self._settings.fd_variable in os.environ or self._settings.fd_variable in _taken:
            return _from_fd(self._settings.fd_variable).decode().rstrip("\n")
        if self._ask is None:
            raise CredentialError(f"there is no passphrase: ${self._settings.fd_variable} is not set")
        phrase = self._ask("Passphrase of the vault: ")
        if not phrase:
            raise CredentialError("the passphrase is empty")
        if new and self._ask("Once more: ") != phrase:
            raise CredentialError("the two are not the same")
        return phrase

    def _kms(self) -> Any:
        return aws_client(self._aws, "kms")

    @staticmethod
    def _keyring() -> Any:
        try:
            import keyring
        except ImportError:
            raise CredentialError("the vault's key is in the keyring: pip install 'pcishield[keyring]'") from None
        return keyring


class LocalVaultResolver:
    """Takes a password out of the vault."""

    def __init__(self, vault: LocalVault) -> None:
        self._vault = vault

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return the entry that the reference names; without one, the entry of the profile's name.

        Raises:
            CredentialError: There is none, or the vault cannot be opened.
        """
        password, version = self._vault.load().get(request.reference or request.profile)
        return Credential(Secret(password), version=f"local v{version}")


def resolver(settings: CredentialsSettings) -> LocalVaultResolver:
    """Make the resolver of the section ``[credentials.local]``."""
    return LocalVaultResolver(LocalVault(settings.local, settings.aws, terminal()))


def terminal() -> Callable[[str], str] | None:
    """Return what asks the human at the terminal, ``None`` when there is none."""
    return getpass if sys.stdin is not None and sys.stdin.isatty() else None


def _from_fd(variable: str) -> bytes:
    """Return what is behind the file descriptor that the variable names.

    Raises:
        CredentialError: There is none, or it cannot be read.
    """
    with _lock:
        if variable in _taken:
            return _taken[variable]
        try:
            fd = int(os.environ[variable])
            data = b""
            while (block := os.read(fd, _MAX_SECRET)) and len(data) <= _MAX_SECRET:
                data += block
            os.close(fd)
        except (KeyError, ValueError, OSError) as error:
            raise CredentialError(f"${variable} names no readable file descriptor ({type(error).__name__})") from None
        os.environ.pop(variable, None)
        _taken[variable] = data
        return data


def _as_key(data: bytes, what: str) -> bytes:
    if len(data) == KEY_BYTES:
        return data
    try:
        key = bytes.fromhex(data.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CredentialError(f"{what} is no key: give 32 bytes, or 64 hex digits")
    return key
