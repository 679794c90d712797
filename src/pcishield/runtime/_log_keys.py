"""Keys of the audit log: those of shards live in memory, that of the index in one file that moves on.

``private/index.key`` (raw Ed25519 seed, hex, mode 0600; or wrapped by a key provider, which the file names: then
``wrapped REFERENCE BASE64``) signs the next index entry. Before the entry is written its
successor is put beside it (``index.key.next``); afterwards the successor takes its place and the old one is gone.
A crash in between is seen by which of the two keys the last entry names.
"""

from __future__ import annotations

import fcntl
import os
import stat
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pcishield.audit.checkpoint import VerifierKey
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime.keys import key_provider
from pcishield.typing import KeyProvider

__all__ = ["IndexKey", "LocalSigner", "open_apart", "sync_directory", "write_private"]


class LocalSigner:
    """An Ed25519 key in this process's memory.

    Args:
        name: Key name, no spaces, no '+'.
        seed: 32 secret bytes; made when not given.
    """

    __slots__ = ("_key", "name", "public_key")

    def __init__(self, name: str, seed: bytes | None = None) -> None:
        self._key = Ed25519PrivateKey.generate() if seed is None else Ed25519PrivateKey.from_private_bytes(seed)
        self.name = name
        self.public_key = self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"LocalSigner({self.name!r})"

    @property
    def vkey(self) -> VerifierKey:
        """The public key with its name."""
        return VerifierKey(self.name, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature, 64 bytes."""
        return self._key.sign(message)

    def seed(self) -> bytes:
        """Return the secret, 32 bytes, for the key file."""
        return self._key.private_bytes_raw()


def sync_directory(path: Path) -> None:
    """Make renames and new names in a directory durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def open_apart(path: Path, flags: int) -> int:
    """Open a file, mode 0600 if it is made, on a descriptor above 2.

    Where a daemon has closed its standard input, output and error, the next file opened gets their number, and what
    some library prints would be written into it.
    """
    fd = os.open(path, flags | os.O_CLOEXEC, 0o600)
    if fd > 2:
        return fd
    try:
        return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(fd)


def write_private(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` at once or not at all, mode 0600, durable."""
    temporary = path.with_name(path.name + ".tmp")
    fd = open_apart(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        os.fchmod(fd, 0o600)
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    finally:
        os.close(fd)
    temporary.rename(path)
    sync_directory(path.parent)


def _told(name: str, error: Exception) -> str:
    return str(error) if isinstance(error, ConfigurationError) else f"{name} raised {type(error).__name__}"


class IndexKey:
    """The file key of the index. All methods are called under the deployment's lock.

    Args:
        directory: Where the key file lies, mode 0700.
        name: Key name.
        provider: Wraps the keys that are made from now on; default the one that wrapped the key that is there.
    """

    def __init__(self, directory: Path, name: str, provider: KeyProvider | None = None) -> None:
        self._provider = provider
        self._path = directory / "index.key"
        self._next = directory / "index.key.next"
        self._name = name

    def create(self) -> LocalSigner:
        """Return the first key; one that was made before the directory was complete is used again."""
        if self._path.exists():
            return self._read(self._path)
        signer = LocalSigner(self._name)
        self._write(self._path, signer)
        return signer

    def current(self, expected: VerifierKey) -> LocalSigner:
        """Return the key that ``expected`` (named by the last entry) is the public half of.

        Raises:
            AuditUnavailable: The file is missing, unreadable, open to others, or holds another key.
        """
        for path in (self._path, self._next):
            if path.exists():
                signer = self._read(path)
                if signer.vkey == expected:
                    if path is self._next:
                        path.rename(self._path)
                    return signer
        raise AuditUnavailable(
            f"the key in {self._path} is not the one that the audit index expects: the index was rolled back, or the "
            "key file was replaced or lost. Verify the log against its anchors; then begin a new audit directory."
        )

    def prepare(self) -> LocalSigner:
        """Make the successor and put it beside the current key."""
        signer = LocalSigner(self._name)
        self._write(self._next, signer)
        return signer

    def advance(self) -> None:
        """Put the successor in the place of the current key, which is gone then."""
        self._next.rename(self._path)
        sync_directory(self._path.parent)

    def _write(self, path: Path, signer: LocalSigner) -> None:
        data = signer.seed().hex()
        if (provider := self._provider) is not None:
            try:
                wrapped = provider.wrap(signer.seed(), self._context())
            except Exception as error:
                raise AuditUnavailable(
                    f"the audit log's key cannot be wrapped: {_told(provider.name, error)}"
                ) from error
            data = f"wrapped {provider.name} {b64encode(wrapped).decode()}"
        write_private(path, data.encode() + b"\n")

    def _unwrapped(self, reference: str, wrapped: bytes) -> bytes:
        """Ask the provider that the file names; who can change that name cannot make it give the right key."""
        try:
            if self._provider is None or self._provider.name != reference:
                provider = key_provider(reference)
                self._provider = self._provider or provider
            else:
                provider = self._provider
            return provider.unwrap(wrapped, self._context())
        except Exception as error:
            raise AuditUnavailable(f"the audit key cannot be unwrapped: {_told(reference, error)}") from error

    def _context(self) -> bytes:
        return b"pcishield-index-key " + self._name.encode()

    def _read(self, path: Path) -> LocalSigner:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise AuditUnavailable(f"{path} is open to others (mode {mode:04o}); make it 0600 and consider it stolen")
        try:
            text = path.read_text("utf-8").rstrip("\n")
            if not text.startswith("wrapped "):
                return LocalSigner(self._name, bytes.fromhex(text))
            reference, wrapped = text.removeprefix("wrapped ").rsplit(" ", 1)
            return LocalSigner(self._name, self._unwrapped(reference, b64decode(wrapped, validate=True)))
        except ValueError:
            raise AuditUnavailable(f"{path} does not hold a key; restore it, or begin a new audit directory") from None
