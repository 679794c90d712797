"""Checkpoints as C2SP signed notes, and the keys that sign them.

- Note text: ``origin``, tree size, base64 root, each on a line (c2sp.org/tlog-checkpoint); no extension lines.
- Signature line: ``— name base64(key id || signature)``; the Ed25519 signature covers the text with its final
  line feed; key id = first 4 bytes of ``SHA-256(name || 0x0A || 0x01 || public key)`` (c2sp.org/signed-note).
- Signatures of unknown keys are ignored; one bad signature of a known key refuses the whole note.
- A ``vkey`` is ``name+hex key id+base64(0x01 || public key)``, as the Go module ``sumdb/note`` prints it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = [
    "Checkpoint",
    "NoteError",
    "VerifierKey",
    "decode_base64",
    "open_checkpoint",
    "open_note",
    "parse_checkpoint",
    "sign_checkpoint",
]

_ED25519 = b"\x01"
_SIZE = re.compile(r"(0|[1-9][0-9]{0,15})\Z")
_NAME = re.compile(r"[^\s+]+\Z")
MAX_SIGNATURES = 64


class NoteError(ValueError):
    """A key, note or checkpoint is malformed or not signed by the given key."""


class NoteSigner(Protocol):
    """What signing needs; see :class:`pcishield.typing.Signer`."""

    @property
    def name(self) -> str: ...

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


def decode_base64(text: str) -> bytes:
    """Decode base64; every other spelling of the same bytes is refused.

    Raises:
        NoteError: Not base64, or not in its canonical form.
    """
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise NoteError("not base64") from None
    if b64encode(data).decode() != text:
        raise NoteError("base64 is not canonical")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under. ``public``: raw Ed25519, 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or len(self.public) != 32:
            raise NoteError("a key needs a name without spaces or '+', and 32 bytes")

    @property
    def key_id(self) -> bytes:
        """First four bytes of the hash of name and key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey.

        Raises:
            NoteError: Malformed, another algorithm, or the key id does not fit.
        """
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise NoteError("a vkey has three parts joined by '+'")
        data = decode_base64(parts[2])
        if data[:1] != _ED25519:
            raise NoteError("the vkey is not an Ed25519 key")
        key = cls(parts[0], data[1:])
        if key.key_id.hex() != parts[1]:
            raise NoteError("the key id of the vkey does not fit its key")
        return key

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` (64 bytes) is this key's over ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: ``root`` (32 bytes) of the first ``size`` lines of the shard named by ``origin``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, *signers: NoteSigner) -> str:
    """Return the signed note, one signature line per signer."""
    text = checkpoint.text()
    lines = []
    for signer in signers:
        key = VerifierKey(signer.name, signer.public_key)
        signature = b64encode(key.key_id + signer.sign(text.encode())).decode()
        lines.append(f"\u2014 {signer.name} {signature}\n")
    return text + "\n" + "".join(lines)


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a note into text and (name, key id + signature) pairs."""
    if any(ch < " " and ch != "\n" for ch in note):
        raise NoteError("control character in note")
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n"):
        raise NoteError("not a signed note")
    signatures = []
    for line in note[cut + 2 : -1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not _NAME.match(parts[1]):
            raise NoteError("malformed signature line")
        data = decode_base64(parts[2])
        if len(data) < 5:
            raise NoteError("malformed signature line")
        signatures.append((parts[1], data))
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError("too many signatures")
    return note[: cut + 1], signatures


def parse_checkpoint(note: str) -> Checkpoint:
    """Read a checkpoint without checking its signature: only for what was or will be checked elsewhere.

    Raises:
        NoteError: Malformed.
    """
    text, _ = _split(note)
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines) or not _SIZE.match(lines[1]):
        raise NoteError("malformed checkpoint")
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise NoteError("the root hash is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def open_note(note: str, key: VerifierKey) -> str:
    """Return the text of a note that ``key`` signed.

    Args:
        note: The whole signed note, untrusted.
        key: A trusted key.

    Raises:
        NoteError: Malformed, not signed by the key, or its signature is wrong.
    """
    text, signatures = _split(note)
    verified = False
    for name, data in signatures:
        if name == key.name and data[:4] == key.key_id:
            if not key.verify(text.encode(), data[4:]):
                raise NoteError("wrong signature")
            verified = True
    if not verified:
        raise NoteError("not signed by the expected key")
    return text


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Read a checkpoint and check that ``key`` signed it; see :func:`open_note`."""
    open_note(note, key)
    return parse_checkpoint(note)
