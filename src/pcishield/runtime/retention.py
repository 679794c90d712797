"""Takes old shards out of an audit directory, with a tombstone for each; see :mod:`pcishield.audit.retention`.

Order of things, so that a crash at any point loses nothing: the lines are read and must give the root that their key
signed; for an archive they are copied, synced and compared; the tombstone is in the log, durably; then they go.
"""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from pcishield.audit.chain import ZERO
from pcishield.audit.checkpoint import NoteError, VerifierKey, open_checkpoint
from pcishield.audit.merkle import Frontier, leaf_hash
from pcishield.audit.retention import ARCHIVE, KEEP_DAYS, ONLINE_DAYS, PURGE, Hold, holding, holds
from pcishield.exceptions import ConfigurationError
from pcishield.runtime._log_keys import sync_directory
from pcishield.runtime._ship_cursor import sinks_without
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import segment_paths

__all__ = ["Old", "Retention"]


@dataclass(frozen=True, slots=True)
class Old:
    """A shard with its lines.

    Attributes:
        shard: Name.
        first: Time of its first record.
        last: Time of its last record.
        size: Bytes.
        open: Its process may still be alive, or nobody has found it dead yet.
        held: Names of the legal holds that it is under.
    """

    shard: str
    first: str
    last: str
    size: int
    open: bool
    held: tuple[str, ...]


class Retention:
    """What is where, and what may go.

    Args:
        directory: The audit directory.
        now: Time, for tests; default the clock's.
        sinks: Names of the configured sinks; nothing goes that one of them does not have, begun or not.
    """

    def __init__(self, directory: Path, now: datetime | None = None, sinks: Collection[str] = ()) -> None:
        self.directory = directory
        self._sinks = sinks
        self._now = now or datetime.now(UTC)

    # Looking

    def holds(self) -> dict[str, Hold]:
        """Return the legal holds in force."""
        return holds(self._records(b'"type":"hold.'))

    def tombstones(self) -> list[dict[str, Any]]:
        """Return the ``log.purge`` records, oldest first."""
        return list(self._records(b'"type":"log.purge"'))

    def shards(self) -> list[Old]:
        """Return the shards whose lines are here, oldest first."""
        held = list(self.holds().values())
        found = []
        for folder in self._folders():
            paths = sorted((folder / "segments").glob("*.jsonl"))
            if paths:
                first, last = _stamp(_first_line(paths[0])), _stamp(_last_line(paths))
                size = sum(path.stat().st_size for path in paths)
                alive = (self.directory / "open" / folder.name).exists()
                found.append(Old(folder.name, first, last, size, alive, tuple(holding(first, last, held))))
        return found

    def old(self, days: float) -> list[Old]:
        """Return the shards whose last record is older than so many days, held ones included, never the last shard."""
        limit = (self._now - timedelta(days=days)).isoformat().replace("+00:00", "Z")
        return [old for old in self.shards()[:-1] if old.last and old.last < limit and not old.open]

    def _folders(self) -> list[Path]:
        return sorted(path for path in self.directory.iterdir() if (path / "segments").is_dir() and path.name[0] != ".")

    def _records(self, part: bytes) -> Iterator[dict[str, Any]]:
        for path in segment_paths(self.directory):
            with path.open("rb") as file:
                for line in file:
                    if part in line:
                        try:
                            yield orjson.loads(line)
                        except orjson.JSONDecodeError:
                            continue  # for verify to say

    # Taking away

    def purge(self, old: Old, log: FileAuditLog, archive: Path | None = None) -> None:
        """Take a shard's lines out of the directory.

        Args:
            old: From :meth:`old`.
            log: Of the same directory; takes the tombstone.
            archive: Where the lines are moved; ``None`` erases them, and the shard's commitment key.

        Raises:
            ConfigurationError: It is too young or under a hold, a sink does not have all of it, or its lines are not
                what was signed.
            AuditUnavailable: The tombstone could not be written. Nothing was touched, as before.
            OSError: The archive cannot be written.
        """
        limit = ONLINE_DAYS if archive is not None else KEEP_DAYS
        if old not in self.old(limit):
            raise ConfigurationError(f"shard {old.shard}: is younger than {limit} days, or not complete; it stays")
        if old.held:
            raise ConfigurationError(f"shard {old.shard}: is under the legal hold {', '.join(old.held)}; it stays")
        if waiting := sinks_without(self.directory, old.shard, self._sinks):
            raise ConfigurationError(
                f"shard {old.shard}: the sinks {', '.join(waiting)} do not have all of it; it stays. Run pcishield "
                "audit ship, or remove sinks/NAME.json of a sink that is no more"
            )
        folder = self.directory / old.shard
        tree, last = self._checked(folder)
        if archive is not None:
            _copy(folder, archive / old.shard)
        purged = {
            "shard": old.shard, "records": tree.size, "peaks": [b64encode(peak).decode() for peak in tree.peaks],
            "last": last, "until": old.last,
        }  # fmt: skip
        more = {"object": str(archive)} if archive is not None else {}
        cause = ARCHIVE if archive is not None else PURGE
        log.append("log.purge", {**log.system, **more, "cause": cause, "purged": purged}, durable=True)
        for path in (folder / "segments").glob("*.jsonl"):
            path.unlink()
        sync_directory(folder / "segments")
        if archive is None:
            (self.directory / "private" / "commitments" / f"{old.shard}.key").unlink(missing_ok=True)

    def _checked(self, folder: Path) -> tuple[Frontier, str]:
        """Return the tree over the lines, which must be what was signed, and the leaf hash of the last line."""
        tree, prev = Frontier(), ZERO
        for path in sorted((folder / "segments").glob("*.jsonl")):
            leaves = [leaf_hash(line) for line in path.read_bytes().split(b"\n")[:-1]]
            tree.extend(leaves)
            prev = leaves[-1].hex() if leaves else prev
        try:
            key = VerifierKey.parse((folder / "vkey").read_text("ascii").strip())
            signed = open_checkpoint((folder / "checkpoint").read_text("utf-8"), key)
        except (OSError, NoteError, ValueError) as error:
            raise ConfigurationError(f"shard {folder.name}: no good checkpoint ({error}); run audit verify") from None
        recovered = self._recovered(folder.name)
        if (signed.size, signed.root) != (tree.size, tree.root()) and recovered != (
            tree.size,
            b64encode(tree.root()).decode(),
        ):
            raise ConfigurationError(f"shard {folder.name}: its lines are not what was signed; run audit verify")
        return tree, prev

    def _recovered(self, shard: str) -> tuple[int, str] | None:
        """Return what another process counted and signed when it found the shard's process dead."""
        for record in self._records(b'"type":"log.recover"'):
            found = record.get("recovered") or {}
            if found.get("shard") == shard:
                return found.get("size", 0), found.get("root", "")
        return None

    def forget_archived(self, archive: Path, log: FileAuditLog) -> list[str]:
        """Erase from an archive what is older than :data:`KEEP_DAYS` and under no hold; return the shards.

        Args:
            archive: Where :meth:`purge` moved them.
            log: Takes a second tombstone for each.
        """
        held, limit, gone = list(self.holds().values()), timedelta(days=KEEP_DAYS), []
        for record in self.tombstones():
            purged, folder = record["purged"], archive / record["purged"]["shard"]
            until = str(purged["until"])
            if record.get("cause") != ARCHIVE or not folder.is_dir() or self._age(until) < limit:
                continue
            first = _stamp(_first_line(folder / "segments" / "00000000.jsonl"))
            if holding(first, until, held):
                continue
            more = {"object": str(archive), "cause": PURGE, "purged": purged}
            log.append("log.purge", {**log.system, **more}, durable=True)
            shutil.rmtree(folder)
            (self.directory / "private" / "commitments" / f"{folder.name}.key").unlink(missing_ok=True)
            gone.append(folder.name)
        return gone

    def _age(self, until: str) -> timedelta:
        return self._now - datetime.fromisoformat(until)


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()


def _last_line(paths: list[Path]) -> bytes:
    for path in reversed(paths):
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - 131_072, 0))
            lines = file.read().split(b"\n")
        if len(lines) > 1:
            return lines[-2]
    return b""


def _stamp(line: bytes) -> str:
    try:
        return str(orjson.loads(line)["ts"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""


def _copy(folder: Path, to: Path) -> None:
    """Copy a shard's folder, durable, and compare the copy."""
    temporary = to.with_name(f".{to.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    (temporary / "segments").mkdir(mode=0o700, parents=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            target = temporary / path.relative_to(folder)
            data = path.read_bytes()
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.read_bytes() != data:
                raise OSError(5, "the copy is not what was written")
    shutil.rmtree(to, ignore_errors=True)
    temporary.rename(to)
    sync_directory(to.parent)
