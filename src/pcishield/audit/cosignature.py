"""Cosignatures of witnesses (c2sp.org/tlog-cosignature): somebody else saw this checkpoint, at this time.

Ed25519 only, type 0x04: the signature covers ``cosignature/v1``, a line ``time <Unix seconds>`` and the note's text;
the signature line holds key id (4 bytes), the time (8 bytes, big endian) and the signature (64 bytes).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pcishield.audit.checkpoint import NoteError

__all__ = ["WitnessKey", "cosigned_text", "find_cosignature"]

_TYPE = b"\x04"
_NAME = re.compile(r"[^\s+]+\Z")


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public key. ``public``: raw Ed25519, 32 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of the hash of name, type and key."""
        return sha256(self.name.encode() + b"\n" + _TYPE + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_TYPE + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """Read a witness's vkey, ``name+id+base64(0x04 || key)``.

        Raises:
            NoteError: Malformed, another algorithm, or the key id does not fit.
        """
        parts = text.strip().split("+", 2)
        try:
            data = b64decode(parts[2], validate=True)
        except (IndexError, ValueError):
            raise NoteError("a witness key is name+id+base64") from None
        if len(data) != 33 or data[:1] != _TYPE or not _NAME.match(parts[0]):
            raise NoteError("the witness key is not an Ed25519 cosignature key (type 0x04)")
        key = cls(parts[0], data[1:])
        if key.key_id.hex() != parts[1]:
            raise NoteError("the key id of the witness key does not fit its key")
        return key


def cosigned_text(note: str, seconds: int) -> bytes:
    """Return the bytes that a witness signs for a note at a time."""
    text = note[: note.index("\n\n") + 1]
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def find_cosignature(note: str, lines: str, key: WitnessKey) -> tuple[str, int]:
    """Return the witness's signature line among ``lines``, checked, and its time.

    Args:
        note: The checkpoint, a signed note.
        lines: Signature lines, each with its line feed; untrusted.
        key: The witness's trusted key.

    Raises:
        NoteError: There is none, or it is wrong.
    """
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or parts[1] != key.name:
            continue
        try:
            data = b64decode(parts[2], validate=True)
        except ValueError:
            raise NoteError("the cosignature is not base64") from None
        if data[:4] != key.key_id:
            continue
        if len(data) != 76:
            raise NoteError("the cosignature is not 76 bytes")
        seconds = int.from_bytes(data[4:12], "big")
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(data[12:], cosigned_text(note, seconds))
        except (InvalidSignature, ValueError):
            raise NoteError(f"the cosignature of {key.name} is wrong") from None
        return line + "\n", seconds
    raise NoteError(f"there is no cosignature of {key.name}")
