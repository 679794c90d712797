"""The directory of recordings: one encrypted file per connection, and beside it the wrapped data key.

``<dir>/<id>.rec`` is the recording (:mod:`pcishield.recording.frames`), ``<dir>/keys/<id>.json`` its data key,
wrapped. Directories 0700, files 0600. Erasing a key file shreds the recording; its bytes stay, so that what the audit
log says of them stays true.
"""

from __future__ import annotations

import os
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from pcishield.exceptions import ConfigurationError
from pcishield.recording.events import decode_events
from pcishield.recording.frames import Header, RecordingError, key_id, read_frames, read_header
from pcishield.runtime._log_keys import open_apart, write_private
from pcishield.typing import KeyProvider

__all__ = ["Played", "Recordings"]

_ID = re.compile(r"[0-9a-f]{32}\Z")


def _context(recording: str) -> bytes:
    return b"pcishield-recording " + recording.encode("ascii")


@dataclass(frozen=True, slots=True)
class Played:
    """A recording, read.

    Attributes:
        header: What it says of itself.
        data: The file.
        events: What was in it, up to the first problem.
        problem: Why it could not be read to its end, or "".
        ended: Whether its last frame is there.
    """

    header: Header
    data: bytes
    events: list[dict[str, Any]]
    problem: str
    ended: bool


class Recordings:
    """One directory of recordings.

    Args:
        directory: Made when the first recording is.
        keys: Wraps the data keys.
    """

    def __init__(self, directory: Path, keys: KeyProvider) -> None:
        self.directory = directory
        self.keys = keys

    # Writing

    def begin(self, session: str, connection: str, created: str) -> tuple[Header, bytes, int]:
        """Make a recording with its header, and keep its key.

        Returns:
            Header, data key, and the descriptor of the file, to be written from its end.

        Raises:
            OSError: The files cannot be written.
            Exception: What the key provider raised.
        """
        key, recording = secrets.token_bytes(32), secrets.token_hex(16)
        header = Header(recording, session, connection, created, key_id(key))
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.directory / "keys").mkdir(mode=0o700, exist_ok=True)
        self._keep_key(recording, key, self.keys)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        return header, key, open_apart(self._path(recording), flags)

    def _keep_key(self, recording: str, key: bytes, keys: KeyProvider) -> None:
        wrapped = b64encode(keys.wrap(key, _context(recording))).decode()
        write_private(self._key_path(recording), orjson.dumps({"v": 1, "key": keys.name, "wrapped": wrapped}))

    # Reading

    def find(self, wanted: str = "") -> list[Header]:
        """Return the recordings whose id, session or connection begins with ``wanted``, oldest first.

        A file under the name of another recording is none; :meth:`read` says why.
        """
        found = []
        for path in self.directory.glob("*.rec"):
            with path.open("rb") as file:
                try:
                    header, _ = read_header(file.read(4096))
                except RecordingError:
                    continue
            names = (header.id, header.session, header.connection)
            if header.id == path.stem and any(name.startswith(wanted) for name in names):
                found.append(header)
        return sorted(found, key=lambda header: (header.created, header.id))

    def read(self, recording: str) -> Played:
        """Read one recording.

        Raises:
            ConfigurationError: It is not there, its key was shredded, or the key provider refuses.
        """
        if not _ID.match(recording):
            raise ConfigurationError(f"recording {recording!r}: an id has 32 hex digits")
        try:
            data = self._path(recording).read_bytes()
        except OSError as error:
            raise ConfigurationError(f"recording {recording}: {error.strerror}") from None
        try:
            header, _ = read_header(data)
            if header.id != recording:
                raise RecordingError(f"the file holds recording {header.id}")
        except RecordingError as error:
            raise ConfigurationError(f"recording {recording}: {error}") from None
        key = self._data_key(recording)
        events: list[dict[str, Any]] = []
        problem, ended = "", False
        try:
            for content, last in read_frames(data, key):
                events += decode_events(content)
                ended = last
        except RecordingError as error:
            problem = str(error)
        return Played(header, data, events, problem, ended)

    def size(self, recording: str) -> int:
        """Bytes of a recording."""
        return self._path(recording).stat().st_size

    def has_key(self, recording: str) -> bool:
        """Whether its data key is there, shredded otherwise."""
        return self._key_path(recording).exists()

    def _data_key(self, recording: str) -> bytes:
        try:
            kept = orjson.loads(self._key_path(recording).read_bytes())
            wrapped = b64decode(kept["wrapped"], validate=True)
        except FileNotFoundError:
            raise ConfigurationError(f"recording {recording}: its key was shredded") from None
        except (OSError, ValueError, KeyError, TypeError, Base64Error):
            raise ConfigurationError(f"recording {recording}: {self._key_path(recording)} is damaged") from None
        try:
            return self.keys.unwrap(wrapped, _context(recording))
        except ConfigurationError:
            raise
        except Exception as error:
            raise ConfigurationError(
                f"recording {recording}: {self.keys.name} did not unwrap its key ({type(error).__name__}); it was "
                f"wrapped by {kept.get('key')}"
            ) from error

    # Keys

    def rewrap(self, new: KeyProvider | None = None) -> Iterator[str]:
        """Wrap every data key anew, under the newest key of ``new`` (default the same provider); yield the ids."""
        for header in self.find():
            if self.has_key(header.id):
                self._keep_key(header.id, self._data_key(header.id), new or self.keys)
                yield header.id

    def shred(self, recording: str) -> None:
        """Erase a data key: the recording can never be read again, copies of it included.

        Raises:
            ConfigurationError: There is no such key.
        """
        path = self._key_path(recording)
        try:
            # The old bytes may stay in the medium; what erases for certain is to retire the key that wrapped it.
            path.write_bytes(b"\0" * path.stat().st_size)
            fd = os.open(path, os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
            path.unlink()
        except FileNotFoundError:
            raise ConfigurationError(f"recording {recording}: has no key here") from None

    def _path(self, recording: str) -> Path:
        return self.directory / f"{recording}.rec"

    def _key_path(self, recording: str) -> Path:
        return self.directory / "keys" / f"{recording}.json"
