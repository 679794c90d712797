r"""The bytes of a recording: a header line in clear, then encrypted frames.

Header: one line of canonical JSON (keys ``v``, ``format``, ``id``, ``session``, ``connection``, ``created``,
``key_id``), then a line feed. Frame *n* (from 0): 4 bytes length of the ciphertext, big-endian; 1 byte flag
(1 for the last frame, else 0); the ciphertext. AES-256-GCM with the recording's own data key; nonce = 4 zero bytes
and *n* as 8 bytes; additional data = SHA-256 of the header line and the flag byte. So frames cannot be exchanged,
reordered, dropped in the middle or taken from another recording, and an end that was cut is seen.

``key_id`` is a digest of the data key (AES-GCM alone would let one file open under two keys). The data key is
wrapped by a key provider and kept beside the recording, never in it: erasing it makes the recording unreadable
for ever while its bytes, which the audit log has the digest of, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Frames", "Header", "RecordingError", "key_id", "read_frames", "read_header"]

KEY_BYTES = 32
_PREFIX = 5
_MAX_FRAME = 64 << 20


class RecordingError(ValueError):
    """The bytes are not a recording, were changed, or belong to another key."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says of itself in clear.

    Attributes:
        id: 32 hex digits.
        session: Id of the shield's session, as in audit records.
        connection: Id of the connection, as in audit records.
        created: RFC 3339 UTC.
        key_id: See :func:`key_id`.
    """

    id: str
    session: str
    connection: str
    created: str
    key_id: str

    def line(self) -> bytes:
        """Return the header line with its line feed."""
        fields = {"v": 1, "format": "pcishield-recording"} | {name: getattr(self, name) for name in _NAMES}
        return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS) + b"\n"


_NAMES = ("id", "session", "connection", "created", "key_id")


def key_id(key: bytes) -> str:
    """Return the name of a data key, 32 hex digits, from which the key cannot be found."""
    return sha256(b"pcishield-recording-key-v1\n" + key).hexdigest()[:32]


def read_header(data: bytes) -> tuple[Header, int]:
    """Return the header of a recording and where its frames begin.

    Args:
        data: The file, or its beginning; untrusted.

    Raises:
        RecordingError: It is none.
    """
    end = data.find(b"\n", 0, 4096) + 1
    try:
        fields = orjson.loads(data[:end])
        if fields["v"] != 1 or fields["format"] != "pcishield-recording":
            raise RecordingError("not a recording of version 1")
        header = Header(*(str(fields[name]) for name in _NAMES))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise RecordingError("not a recording: no header") from None
    if header.line() != data[:end]:
        raise RecordingError("the header is not in canonical form")
    return header, end


class Frames:
    """Seals frames in order. Every number is used once: a nonce that is used twice gives the key away.

    Args:
        header: Of the recording.
        key: Data key, 32 secret bytes, for this recording only.
    """

    __slots__ = ("_cipher", "_digest", "_number")

    def __init__(self, header: Header, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._digest = sha256(header.line()).digest()
        self._number = 0

    def seal(self, content: bytes, *, last: bool = False) -> bytes:
        """Return the next frame's bytes. Keep them and write exactly these, however often it takes."""
        flag = b"\x01" if last else b"\x00"
        sealed = self._cipher.encrypt(_nonce(self._number), content, self._digest + flag)
        self._number += 1
        return len(sealed).to_bytes(4, "big") + flag + sealed


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def read_frames(data: bytes, key: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield (content, whether it is the last frame) of every frame.

    Args:
        data: The whole file, untrusted.
        key: The data key.

    Raises:
        RecordingError: The key is another one, a frame was changed or moved, or something follows the last frame.
            What was yielded before is genuine.
    """
    header, at = read_header(data)
    if key_id(key) != header.key_id:
        raise RecordingError("the key is not the key of this recording")
    cipher, digest = AESGCM(key), sha256(header.line()).digest()
    number, last = 0, False
    while at < len(data):
        if last:
            raise RecordingError("something follows the last frame")
        length, flag = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + _PREFIX]
        body = data[at + _PREFIX : at + _PREFIX + length]
        if flag not in (b"\x00", b"\x01") or length > _MAX_FRAME or len(body) < length:
            raise RecordingError(f"frame {number} is incomplete: the end was cut, or its process died")
        try:
            content = cipher.decrypt(_nonce(number), body, digest + flag)
        except InvalidTag:
            raise RecordingError(f"frame {number} was changed, or belongs elsewhere") from None
        last = flag == b"\x01"
        yield content, last
        number += 1
        at += _PREFIX + length
