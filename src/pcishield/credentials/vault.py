"""The encrypted vault file: bytes and keys in, bytes and passwords out.

A JSON object::

    {"v": 1, "id": <random hex>, "kdf": {...}, "index": {"nonce", "tag"},
     "entries": {name: {"version", "updated", "nonce", "data"}}}

- Entries are AES-256-GCM (NIST SP 800-38D) under one data key, each with a random 96-bit nonce. The associated data
  of an entry is ``pcishield-vault-1``, the vault's id, name and version, joined by line feeds: entries cannot be
  exchanged, renamed, or taken from another vault.
- ``index`` is GCM over nothing, with associated data ``pcishield-vault-1``, id and the sorted ``name:version:nonce``
  of all entries: one that was removed, or put back in an older version, shows.
- ``kdf`` says how the data key is found: ``raw`` (given as 32 bytes by keyring or file descriptor), ``scrypt`` of a
  passphrase (RFC 7914), or ``kms`` (wrapped by a key management service).

Limits: an older copy of the whole file is not told from the current one. Whoever has the key has it all.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pcishield.exceptions import CredentialError

__all__ = ["KEY_BYTES", "Entry", "Vault", "passphrase_kdf", "passphrase_key"]

KEY_BYTES = 32
_FORMAT = "pcishield-vault-1"
_COST = {"n": 1 << 17, "r": 8, "p": 1}
"""128 MiB of memory per guess (OWASP Password Storage, scrypt)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One encrypted password. ``updated`` is RFC 3339 UTC."""

    version: int
    updated: str
    nonce: str
    data: str


def passphrase_kdf() -> dict[str, Any]:
    """Return the ``kdf`` of a new vault that is opened by a passphrase."""
    return {"name": "scrypt", "salt": b64encode(os.urandom(16)).decode(), **_COST}


def passphrase_key(passphrase: str, kdf: Mapping[str, Any]) -> bytes:
    """Return the data key that a passphrase gives.

    Raises:
        CredentialError: The parameters are not ours: weaker ones would help whoever changed the file.
    """
    try:
        salt = b64decode(kdf["salt"], validate=True)
        cost = {name: kdf[name] for name in ("n", "r", "p")}
    except (KeyError, TypeError, ValueError):
        raise CredentialError("the vault's key parameters cannot be read") from None
    if cost != _COST or len(salt) != 16:
        raise CredentialError("the vault's key parameters are not those of this version")
    return Scrypt(salt=salt, length=KEY_BYTES, **cost).derive(passphrase.encode())


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault's content, still encrypted, with its key. A value: changes make another one.

    Attributes:
        id: Made at random.
        kdf: How the key is found.
        entries: By name.
    """

    id: str
    kdf: Mapping[str, Any]
    entries: Mapping[str, Entry]
    _key: bytes = field(repr=False)

    @classmethod
    def create(cls, key: bytes, kdf: Mapping[str, Any]) -> Vault:
        """Return an empty vault under a new id."""
        return cls(os.urandom(8).hex(), dict(kdf), {}, key)

    @staticmethod
    def key_parameters(data: bytes) -> Mapping[str, Any]:
        """Return the ``kdf`` of a vault's file.

        Raises:
            CredentialError: It is no vault, or is cut short.
        """
        kdf = _decoded(data).get("kdf")
        if not isinstance(kdf, dict):
            raise CredentialError("the vault has no key parameters")
        return kdf

    @classmethod
    def open(cls, data: bytes, key: bytes) -> Vault:
        """Read a vault's file.

        Raises:
            CredentialError: It is cut short or changed, or the key is wrong.
        """
        raw = _decoded(data)
        try:
            entries = {str(name): Entry(**entry) for name, entry in raw["entries"].items()}
            vault = cls(str(raw["id"]), raw["kdf"], entries, key)
            nonce, tag = b64decode(raw["index"]["nonce"]), b64decode(raw["index"]["tag"])
            AESGCM(key).decrypt(nonce, tag, vault._index())
        except InvalidTag:
            raise CredentialError("the vault's key is wrong, or its file was changed") from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise CredentialError("the vault's file is damaged") from None
        return vault

    def dump(self) -> bytes:
        """Return the file's content."""
        nonce = os.urandom(12)
        raw = {
            "v": 1,
            "id": self.id,
            "kdf": dict(self.kdf),
            "index": {
                "nonce": b64encode(nonce).decode(),
                "tag": b64encode(AESGCM(self._key).encrypt(nonce, b"", self._index())).decode(),
            },
            "entries": {
                name: {"version": e.version, "updated": e.updated, "nonce": e.nonce, "data": e.data}
                for name, e in sorted(self.entries.items())
            },
        }
        return json.dumps(raw, indent=1).encode() + b"\n"

    def get(self, name: str) -> tuple[str, int]:
        """Return the password of that name, and its version.

        Raises:
            CredentialError: There is none.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise CredentialError(f"the vault has no entry {name}; run: pcishield credentials add {name}")
        try:
            clear = AESGCM(self._key).decrypt(
                b64decode(entry.nonce), b64decode(entry.data), self._bound(name, entry.version)
            )
        except (InvalidTag, ValueError):
            raise CredentialError(f"the vault's entry {name} was changed") from None
        return clear.decode(), entry.version

    def put(self, name: str, password: str, updated: str) -> Vault:
        """Return the vault with a new version of that entry.

        Args:
            name: No line feed in it.
            password: What to keep.
            updated: When, RFC 3339 UTC.
        """
        version = self.entries[name].version + 1 if name in self.entries else 1
        nonce = os.urandom(12)
        data = AESGCM(self._key).encrypt(nonce, password.encode(), self._bound(name, version))
        entry = Entry(version, updated, b64encode(nonce).decode(), b64encode(data).decode())
        return replace(self, entries={**self.entries, name: entry})

    def remove(self, name: str) -> Vault:
        """Return the vault without that entry."""
        return replace(self, entries={n: entry for n, entry in self.entries.items() if n != name})

    def rekeyed(self, key: bytes, kdf: Mapping[str, Any], updated: str) -> Vault:
        """Return the same content under another key and id."""
        vault = Vault.create(key, kdf)
        for name in self.entries:
            vault = vault.put(name, self.get(name)[0], updated)
        return vault

    def _bound(self, name: str, version: int) -> bytes:
        return "\n".join((_FORMAT, self.id, name, str(version))).encode()

    def _index(self) -> bytes:
        lines = [f"{name}:{entry.version}:{entry.nonce}" for name, entry in sorted(self.entries.items())]
        return "\n".join((_FORMAT, self.id, "index", *lines)).encode()


def _decoded(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise CredentialError("the vault's file is cut short or damaged") from None
    if not isinstance(raw, dict) or raw.get("v") != 1:
        raise CredentialError("the file is no vault of this version")
    return raw
