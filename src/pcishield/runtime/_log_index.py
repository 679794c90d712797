"""The audit directory as a whole: its manifest, its index, and the making of shards.

Everything here runs under ``flock`` on ``.lock``, so that any number of processes can share a directory; it happens
once per process and key epoch, never per record. ``open/<shard>`` exists, locked by the writer, while a shard is
open; one that exists unlocked belongs to a process that died (see :meth:`Deployment.crashed`).
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pcishield.audit.canonical import canonical_json, parse_canonical
from pcishield.audit.chain import ZERO
from pcishield.audit.checkpoint import NoteError, VerifierKey, parse_checkpoint
from pcishield.audit.index import IndexEntry, IndexEntryError, entry_line, parse_entry
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime._log_keys import IndexKey, LocalSigner, open_apart, sync_directory, write_private
from pcishield.runtime._log_shard import ShardWriter
from pcishield.typing import KeyProvider, Signer

__all__ = ["Deployment", "default_deployment"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
OpenFields = Callable[[dict[str, Any]], tuple[dict[str, Any], int, int]]
"""Given the fields about the shard, return all fields of ``log.open``, the time stamp and the monotonic time."""


def default_deployment() -> str:
    """Return a name for this host's log that no other host has."""
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).strip("-.") or "host"
    return f"{host[:60]}-{secrets.token_hex(3)}"


class Deployment:
    """One audit directory.

    Args:
        root: The directory; made when missing, with its parents.
        name: Name of the deployment, used only when the directory is new.
        signer: Signs index entries instead of the key file.
        key_directory: Where the key file lies; default ``private/`` in the directory.
        key_provider: Wraps the key in it.
    """

    def __init__(
        self,
        root: Path,
        name: str | None = None,
        signer: Signer | None = None,
        key_directory: Path | None = None,
        key_provider: KeyProvider | None = None,
    ) -> None:
        if name is not None and not _NAME.match(name):
            raise AuditUnavailable(f"deployment {name!r}: use letters, digits, '.', '_' and '-', at most 100")
        self.root = root
        self.name = name or ""
        self._signer = signer
        self._private = key_directory or root / "private"
        self._key_provider = key_provider
        self.known = False

    @contextmanager
    def locked(self, create: bool = True) -> Iterator[None]:
        """Hold the directory's lock."""
        if create:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (self.root / "open", self._private):
            path.mkdir(mode=0o700, exist_ok=True)
        fd = open_apart(self.root / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    # Shards

    def open_shard(self, fields: OpenFields) -> ShardWriter:
        """Make the next shard, write its first line, enter it into the index.

        The directory is made under a temporary name; the index entry is what makes it count. So a crash at any
        point leaves either no trace that counts, or a shard that the next process completes.

        Raises:
            OSError: The files cannot be written.
            AuditUnavailable: The directory is damaged or its key is not the right one.
        """
        # A directory that was there and is gone was removed; only a person can say that a new log is wanted.
        with self.locked(create=not self.known):
            genesis = self._manifest()
            last, count = self._index_end()
            expected = last.next if last is not None else genesis
            key = IndexKey(self._private, self._key_name(), self._key_provider)
            signer: Signer = self._external(expected) if self._signer is not None else key.current(expected)
            name = f"{count:06d}-{secrets.token_hex(4)}"
            temporary = self.root / f".{name}.new"
            writer = self._make(temporary, name)
            try:
                self._first_line(writer, fields, count, last)
                following = self._signer if self._signer is not None else key.prepare()
                entry = IndexEntry(
                    count, name, writer.signer.vkey, VerifierKey(following.name, following.public_key),
                    writer.chain.prev, last.digest if last is not None else ZERO, self._opened_at,
                )  # fmt: skip
                self._append_index(entry_line(entry, signer))
            except BaseException:
                writer.close_files()
                shutil.rmtree(temporary, ignore_errors=True)
                (self.root / "open" / name).unlink(missing_ok=True)
                raise
            if self._signer is None:
                key.advance()
            temporary.rename(self.root / name)
            sync_directory(self.root)
            writer.moved(self.root / name)
            self.known = True
            return writer

    def _make(self, directory: Path, name: str) -> ShardWriter:
        directory.mkdir(mode=0o700)
        (directory / "segments").mkdir(mode=0o700)
        lock = open_apart(self.root / "open" / name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        fcntl.flock(lock, fcntl.LOCK_EX)
        writer = ShardWriter(directory, name, LocalSigner(f"pcishield/{self.name}/{name}"), lock)
        writer.open_files()
        return writer

    def _first_line(self, writer: ShardWriter, fields: OpenFields, no: int, last: IndexEntry | None) -> None:
        about: dict[str, Any] = {
            "deployment": self.name, "shard_no": no, "origin": writer.signer.name, "vkey": str(writer.signer.vkey),
        }  # fmt: skip
        if last is not None:
            about["previous"] = self._previous(last)
        all_fields, wall_ns, mono_ns = fields(about)
        writer.link("log.open", all_fields, wall_ns, mono_ns)
        ts = writer.chain.ts(wall_ns)
        self._opened_at = ts
        writer.flush()
        writer.sync()
        write_private(writer.directory / "vkey", f"{writer.signer.vkey}\n".encode())
        manifest = {"v": 1, "created": ts, "shard": writer.name} | {
            key: about[key] for key in ("deployment", "shard_no", "origin", "vkey")
        }
        write_private(writer.directory / "MANIFEST.json", canonical_json(manifest) + b"\n")
        writer.seal(*writer.take_leaves())

    def _previous(self, last: IndexEntry) -> dict[str, Any]:
        """Describe the shard before, as it is now."""
        state = self._state(last.shard)
        found: dict[str, Any] = {"shard": last.shard, "state": state}
        try:
            checkpoint = parse_checkpoint((self.root / last.shard / "checkpoint").read_text("utf-8"))
        except (OSError, NoteError, UnicodeDecodeError):
            found["state"] = "missing"
            return found
        return found | {"size": checkpoint.size, "root": b64encode(checkpoint.root).decode()}

    def _state(self, shard: str) -> str:
        fd = self._try_lock(shard)
        if fd is None:
            return "live" if (self.root / "open" / shard).exists() else "closed"
        os.close(fd)
        return "crashed"

    def _try_lock(self, shard: str) -> int | None:
        """Lock ``open/<shard>`` and return its descriptor; ``None`` when it is not there or is held."""
        try:
            fd = open_apart(self.root / "open" / shard, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return None
        return fd

    def crashed(self) -> list[tuple[str, int]]:
        """Return (shard, locked descriptor) of every shard whose writer died without ``log.close``."""
        found = []
        for path in sorted((self.root / "open").iterdir()):
            fd = self._try_lock(path.name)
            if fd is not None:
                if (self.root / path.name).is_dir():
                    found.append((path.name, fd))
                else:
                    os.close(fd)
        return found

    def forget(self, shard: str) -> None:
        """Remove the mark of an open shard."""
        (self.root / "open" / shard).unlink(missing_ok=True)

    def new_commitment_key(self, shard: ShardWriter) -> bytes:
        """Make the key for the shard's commitments and keep it apart from the log."""
        folder = self._private / "commitments"
        folder.mkdir(mode=0o700, exist_ok=True)
        key = secrets.token_bytes(32)
        write_private(folder / f"{shard.name}.key", key.hex().encode() + b"\n")
        shard.commitment_key = key
        return key

    # Manifest and index

    def _key_name(self) -> str:
        return f"pcishield/{self.name}/index"

    def _external(self, expected: VerifierKey) -> Signer:
        assert self._signer is not None
        if VerifierKey(self._signer.name, self._signer.public_key) != expected:
            raise AuditUnavailable(
                f"the signer {self._signer.name!r} is not the key that the audit index expects ({expected.name!r}); "
                "configure the signer the directory was made with, or begin a new audit directory"
            )
        return self._signer

    def _manifest(self) -> VerifierKey:
        """Read the manifest, or make it when the directory is new; return the first index key."""
        path = self.root / "MANIFEST.json"
        try:
            manifest = parse_canonical(path.read_bytes().rstrip(b"\n"))
            self.name = str(manifest["deployment"])
            return VerifierKey.parse(str(manifest["genesis"]))
        except FileNotFoundError:
            pass
        except (ValueError, KeyError):
            raise AuditUnavailable(f"{path} is damaged; restore it from a copy of the audit directory") from None
        if (self.root / "index.jsonl").exists():
            raise AuditUnavailable(f"{path} is missing beside an index; restore it from a copy of the audit directory")
        self.name = self.name or default_deployment()
        signer = self._signer or IndexKey(self._private, self._key_name(), self._key_provider).create()
        genesis = VerifierKey(signer.name, signer.public_key)
        write_private(self.root / "vkey", f"{genesis}\n".encode())
        write_private(
            path,
            canonical_json({"v": 1, "format": "pcishield-audit", "deployment": self.name, "genesis": str(genesis)})
            + b"\n",
        )
        return genesis

    def _index_end(self) -> tuple[IndexEntry | None, int]:
        """Return the last entry and the number of entries, after repairing what a crash left unfinished."""
        path = self.root / "index.jsonl"
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None, 0
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            # The process that wrote this part of a line died before anything else used it.
            os.truncate(path, whole)
            data = data[:whole]
        lines = data.splitlines()
        if not lines:
            return None, 0
        no = len(lines) - 1
        try:
            prev = ZERO if no == 0 else parse_canonical(lines[no])["prev"]
            last = parse_entry(lines[no], None, no, str(prev))
        except (IndexEntryError, ValueError) as error:
            raise AuditUnavailable(f"{path} line {no + 1}: {error}; the index was changed") from None
        self._finish(last)
        return last, len(lines)

    def _finish(self, last: IndexEntry) -> None:
        """Complete the shard of the last entry if its process died before the rename; drop others' left-overs."""
        for path in self.root.glob(".*.new"):
            name = path.name[1:-4]
            if name == last.shard:
                path.rename(self.root / name)
            elif self._state(name) != "live":
                shutil.rmtree(path, ignore_errors=True)
                self.forget(name)

    def _append_index(self, line: bytes) -> None:
        path = self.root / "index.jsonl"
        fd = open_apart(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            size = os.fstat(fd).st_size
            try:
                written = os.write(fd, line + b"\n")
                if written != len(line) + 1:
                    raise OSError(28, "No space left on device")
                os.fdatasync(fd)
            except OSError:
                os.ftruncate(fd, size)
                raise
        finally:
            os.close(fd)
        sync_directory(self.root)
