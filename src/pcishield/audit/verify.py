"""Check a whole audit directory, offline, with public keys only.

Rules (AUDIT 5): fail closed, skip nothing. Every shard of the index must be there, in order, opened by the key that the
index names; every line must be canonical, classified, chained; every stored checkpoint must be signed by the shard's
key and have the root that the lines have. What cannot be told from the files alone is said: an older copy of the whole
directory, or a rewrite by someone who had the keys, looks right unless checkpoints were kept elsewhere (``anchors``).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pcishield.audit._verify_acks import Anchored, read_acks
from pcishield.audit._verify_epochs import EpochCheck
from pcishield.audit._verify_index import IndexCheck
from pcishield.audit._verify_types import Options, Source, split_notes
from pcishield.audit.canonical import canonical_json
from pcishield.audit.chain import ZERO
from pcishield.audit.checkpoint import Checkpoint, NoteError, open_checkpoint, parse_checkpoint
from pcishield.audit.index import IndexEntry
from pcishield.audit.merkle import Frontier
from pcishield.audit.report import Report, ShardReport
from pcishield.audit.retention import ARCHIVE, Tombstone, tombstone
from pcishield.audit.scan import Segment, scan_segment

__all__ = ["Options", "Source", "split_notes", "verify"]

_SHARD_FILES = frozenset(
    {"MANIFEST.json", "checkpoint", "checkpoint.tmp", "checkpoints.txt", "segments", "tile", "vkey"}
)


_LISTED = 20


@dataclass(slots=True)
class _Roots:
    """Sizes at which the root of a shard's tree is wanted, and the roots once the lines were read."""

    wanted: set[int] = field(default_factory=set)
    found: dict[int, bytes] = field(default_factory=dict)


def verify(source: Source, options: Options | None = None) -> Report:
    """Check everything.

    Args:
        source: The directory, untrusted.
        options: See there.

    Returns:
        A report. Never raises for anything in the directory.
    """
    return _Verification(source, options or Options()).run()


class _Verification:
    """One run; see :func:`verify`."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source = source
        self.options = options
        self.report = Report()
        self.trees: dict[str, _Roots] = {}
        self.claims: list[tuple[str, str, int, bytes, str]] = []
        self.attempts: dict[str, str] = {}
        self.results: set[str] = set()
        self.closing: dict[str, str] = {}
        self.damaged: set[str] = set()
        self.tombstones: dict[str, Tombstone] = {}
        self.known: set[str] = set()
        self.epochs = EpochCheck(self.report)

    def run(self) -> Report:
        report = self.report
        index = IndexCheck(self.source, self.options, report)
        entries = index.entries()
        self.known = {entry.shard for entry in entries}
        index.root_files(self.known)
        segments = self._segments(entries)
        anchors = self._anchors(entries)
        self._acks(entries, anchors)
        shards = {entry.shard: ShardReport(entry.shard) for entry in entries}
        for entry in entries:
            for segment in segments.get(entry.shard, []):
                self._collect(entry, shards[entry.shard], segment)
        for entry in entries:
            self._shard(entry, shards[entry.shard], segments.get(entry.shard, []), anchors.get(entry.shard, []))
        self._claims()
        closed = {shard.name for shard in report.shards if shard.state == "closed"} - self.damaged
        self.epochs.check(entries, closed, self.source.read("index.jsonl") or b"")
        dangling = sorted(self.attempts.keys() - self.results)
        for attempt in dangling[:_LISTED]:
            report.add("warning", "attempt-open", self.attempts[attempt], f"attempt {attempt} has no result")
        if dangling[_LISTED:]:
            report.add("warning", "attempt-open", "", f"{len(dangling) - _LISTED} more attempts have no result")
        if not entries and not any(report.of("error")):
            report.add("error", "empty", "", "there is no log here: the index has no shard")
        return report

    def _folder(self, shard: str) -> str:
        """Return the shard's folder: its name, or the temporary one if its process died before the rename."""
        unborn = f".{shard}.new"
        return unborn if not self.source.names(shard) and self.source.names(unborn) else shard

    # Segments

    def _segments(self, entries: Sequence[IndexEntry]) -> dict[str, list[Segment]]:
        """Scan every segment of every shard, in order."""
        tasks = []
        for entry in entries:
            folder = self._folder(entry.shard)
            for number, name in enumerate(self.source.names(f"{folder}/segments")):
                path = f"{folder}/segments/{name}"
                if name != f"{number:08d}.jsonl":
                    self.report.add(
                        "error", "segment-missing", path, f"stands where segment {number:08d}.jsonl belongs"
                    )
                tasks.append((path, entry.shard))
        results: dict[str, list[Segment]] = {}
        scan = self.options.scan or _scan_here
        for (_, shard), segment in zip(tasks, scan(self.source, tasks, self.options), strict=True):
            results.setdefault(shard, []).append(segment)
        return results

    def _shard(self, entry: IndexEntry, shard: ShardReport, segments: list[Segment], anchors: list[Anchored]) -> None:
        report = self.report
        report.shards.append(shard)
        shard.segments = len(segments)
        folder = self._folder(entry.shard)
        if not segments and entry.shard in self.tombstones:
            self._purged(entry, shard, folder, anchors)
            return
        if not segments:
            report.add(
                "error", "shard-missing", folder, "the index has this shard and its lines are not there: deleted"
            )
            return
        self._shard_files(entry, folder)
        self._joined(entry, segments)
        shard.records = sum(segment.lines for segment in segments)
        shard.first, shard.last = segments[0].first_ts, segments[-1].last_ts
        roots = self.trees[entry.shard] = _Roots()
        notes = self._notes(entry, folder)
        roots.wanted |= {checkpoint.size for _, checkpoint in notes} | {checkpoint.size for _, checkpoint, _ in anchors}
        roots.wanted |= {size for name, _, size, _, _ in self.claims if name == entry.shard}
        self._grow(roots, segments)
        self._sealed(entry, shard, segments, notes)
        for where, checkpoint, counts in anchors:
            if self._fits(roots, checkpoint):
                report.anchored += counts
            else:
                report.add(
                    "error",
                    "anchor",
                    where,
                    f"the log does not have the anchored checkpoint of shard {entry.shard} at {checkpoint.size} lines: "
                    "rewritten, cut, or an older copy",
                )
        self._end(entry, shard, segments[-1])

    def _tombstone(self, where: str, record: dict[str, Any]) -> None:
        try:
            found = tombstone(record)
        except ValueError as error:
            self.report.add("error", "tombstone", where, f"the tombstone makes no sense: {error}")
            return
        self.tombstones[found.shard] = found
        if early := found.too_early(self.options.keep_days, self.options.online_days):
            self.report.add("error", "purge-early", where, f"shard {found.shard} {early}")

    def _purged(self, entry: IndexEntry, shard: ShardReport, folder: str, anchors: list[Anchored]) -> None:
        """Check what is left of a shard whose lines went: what its own key signed must be what the tombstone says."""
        report, grave = self.report, self.tombstones[entry.shard]
        self._shard_files(entry, folder)
        roots = self.trees[entry.shard] = _Roots()
        notes = self._notes(entry, folder)
        roots.found = {checkpoint.size: checkpoint.root for _, checkpoint in notes}
        roots.found[grave.tree.size] = grave.tree.root()
        shard.state, shard.last, shard.records = grave.cause, grave.until, grave.tree.size
        shard.sealed = max((checkpoint.size for _, checkpoint in notes if self._fits(roots, checkpoint)), default=0)
        signed = {(checkpoint.size, checkpoint.root) for _, checkpoint in notes}
        recovered = {
            (size, root) for name, _, size, root, kind in self.claims if (name, kind) == (entry.shard, "recovered")
        }
        whole = (grave.tree.size, grave.tree.root())
        if whole not in signed and (whole[0], b64encode(whole[1])) not in recovered:
            report.add(
                "error", "tombstone", folder, "its tombstone is not about what was signed: lines were lost or made up"
            )
        for where, checkpoint in [*notes, *((where, checkpoint) for where, checkpoint, _ in anchors)]:
            if checkpoint.size > grave.tree.size or not self._fits(roots, checkpoint):
                report.add("error", "tombstone", where, f"does not fit the tombstone of shard {entry.shard}")
        report.anchored += sum(counts and self._fits(roots, checkpoint) for _, checkpoint, counts in anchors)
        what = "are in an archive" if grave.cause == ARCHIVE else "were removed by retention"
        report.add(
            "info", "purged", folder, f"its {grave.tree.size} lines until {grave.until} {what} on {grave.at[:10]}"
        )

    def _shard_files(self, entry: IndexEntry, folder: str) -> None:
        report = self.report
        for name in self.source.names(folder):
            if name not in _SHARD_FILES:
                report.add("warning", "file-unknown", f"{folder}/{name}", "does not belong into a shard")
        vkey = (self.source.read(f"{folder}/vkey") or b"").decode("utf-8", "replace").strip()
        if vkey != str(entry.vkey):
            report.add("error", "vkey", f"{folder}/vkey", "is not the key that the index names for this shard")
        expected = canonical_json({
            "v": 1, "created": entry.ts, "deployment": report.deployment, "origin": entry.vkey.name,
            "shard": entry.shard, "shard_no": entry.no, "vkey": str(entry.vkey),
        })  # fmt: skip
        if (self.source.read(f"{folder}/MANIFEST.json") or b"").rstrip(b"\n") != expected:
            report.add("error", "manifest", f"{folder}/MANIFEST.json", "missing, or does not fit the index")

    def _joined(self, entry: IndexEntry, segments: Sequence[Segment]) -> None:
        """Check what segments expect of their neighbours, and hand their findings on."""
        report = self.report
        seq, prev, previous = -1, ZERO, None
        for segment in segments:
            if segment.lines and segment.first_seq >= 0:
                if segment.first_seq != seq + 1:
                    segment.findings.insert(
                        0, (1, "line-misplaced", f"seq {segment.first_seq} stands where seq {seq + 1} belongs")
                    )
                elif segment.first_prev != prev:
                    if previous is None:
                        segment.findings.insert(0, (1, "line-changed", "the first line names a line before it"))
                    elif previous.lines not in previous.damaged:
                        report.add(
                            "error",
                            "line-changed",
                            f"{previous.path}:{previous.lines}",
                            "the line was changed: the line after it names another hash for it",
                        )
            if segment.torn and segment is not segments[-1]:
                report.add(
                    "error",
                    "line-torn",
                    f"{segment.path}:{segment.lines + 1}",
                    "the segment ends in a part of a line, and the shard goes on",
                )
            for number, code, message in segment.findings:
                report.add("error", code, f"{segment.path}:{number}", message)
            if segment.more:
                report.add("error", "more", segment.path, f"{segment.more} further findings")
            for number, seconds in segment.gaps:
                report.add(
                    "warning",
                    "silence",
                    f"{segment.path}:{number}",
                    f"{seconds:.0f} s without any record, heartbeats included, before it",
                )
            if segment.lines:
                seq, prev, previous = segment.last_seq, segment.leaves[-32:].hex(), segment
        first = segments[0]
        if first.leaves[:32].hex() != entry.open and 1 not in first.damaged:
            report.add("error", "line-changed", f"{first.path}:1", "the first line is not the one that the index names")
        elif 1 not in first.damaged and not any(at == 1 and one["type"] == "log.open" for at, one in first.links[:1]):
            report.add("error", "log-open", f"{first.path}:1", "the shard does not begin with log.open")

    def _collect(self, entry: IndexEntry, shard: ShardReport, segment: Segment) -> None:
        for kind, count in segment.counts.items():
            self.report.counts[kind] = self.report.counts.get(kind, 0) + count
        for attempt, line in segment.attempts.items():
            self.attempts[attempt] = f"{segment.path}:{line}"
        self.results |= segment.results
        for number, record in segment.links:
            where = f"{segment.path}:{number}"
            kind = record["type"]
            if kind == "log.open":
                self._opening(entry, shard, where, record)
            elif kind == "log.recover":
                self._claim(where, record.get("recovered"), "recovered")
            elif kind == "clock.step":
                self._stepped(where, record)
            elif kind == "log.purge":
                self._tombstone(where, record)
            elif kind == "key.rotate":
                self.epochs.announced(where, record)
            elif kind == "log.close":
                self.closing[entry.shard] = where

    def _opening(self, entry: IndexEntry, shard: ShardReport, where: str, record: dict[str, Any]) -> None:
        if record.get("seq") != 0:
            self.report.add("error", "log-open", where, "log.open in the middle of a shard")
        shard.flush = str(record.get("flush", ""))
        self.epochs.began(entry.shard, where, record)
        if (record.get("shard_no"), record.get("vkey")) != (entry.no, str(entry.vkey)):
            self.report.add("error", "log-open", where, "log.open does not fit the index")
        previous = record.get("previous")
        if previous is not None:
            self._claim(where, previous, "previous")

    def _stepped(self, where: str, record: dict[str, Any]) -> None:
        step = record.get("step_us")
        if type(step) is int:
            self.report.add("warning", "clock-step", where, f"the wall clock was set by {step / 1e6:+.1f} s here")

    def _claim(self, where: str, claim: Any, kind: str) -> None:
        """Note what one shard's record says about another shard."""
        if not isinstance(claim, dict) or claim.get("state") == "missing":
            return
        size, root = claim.get("size"), claim.get("root")
        if type(size) is int and isinstance(root, str):
            self.claims.append((str(claim.get("shard")), where, size, root.encode(), kind))

    def _claims(self) -> None:
        """Check what shards say about each other, and say which lines no signature covers."""
        report = self.report
        shards = {shard.name: shard for shard in report.shards if shard.name in self.trees}
        for name, where, size, root, kind in self.claims:
            shard = shards.get(name)
            if shard is None:
                if name not in self.known:
                    report.add("error", "shard-cut", where, "speaks of a shard that the index does not have")
                continue  # else reported as missing
            found = self.trees[name].found.get(size)
            if found is not None and name in self.damaged:
                continue  # the line is named already; that the tree is another follows from it
            if found is None or b64encode(found) != root:
                report.add(
                    "error",
                    "shard-cut",
                    where,
                    f"shard {name} had {size} lines with another content when this was written: it was cut or changed",
                )
            elif kind == "recovered":
                if shard.name not in self.tombstones or shard.segments:
                    shard.state = "crashed"
                shard.attested = max(shard.attested, size)
                if shard.records > size:
                    report.add(
                        "error",
                        "shard-grown",
                        name,
                        f"has {shard.records} lines, and had {size} when its process was found dead: lines were added",
                    )
        for shard in shards.values():
            loose = shard.records - max(shard.sealed, shard.attested)
            if loose > 0 and shard.name not in self.damaged:
                report.add(
                    "warning",
                    "unsealed",
                    shard.name,
                    f"the last {loose} lines are covered by no signature: cutting them could not be seen",
                )
            if shard.state == "open":
                report.add(
                    "warning",
                    "shard-open",
                    shard.name,
                    f"no log.close: its process is alive, or died after {shard.last}",
                )
            elif shard.state == "crashed":
                report.add(
                    "warning",
                    "shard-crashed",
                    shard.name,
                    f"its process died after {shard.last}; the next one counted and signed its {shard.attested} lines",
                )

    # Trees and checkpoints

    def _notes(self, entry: IndexEntry, folder: str) -> list[tuple[str, Checkpoint]]:
        """Read and check all stored checkpoints of a shard."""
        report = self.report
        path = f"{folder}/checkpoints.txt"
        notes, rest = split_notes((self.source.read(path) or b"").decode("utf-8", "replace"))
        found: list[tuple[str, Checkpoint]] = []
        for number, note in enumerate(notes, 1):
            if (checkpoint := self._note(entry, f"{path}#{number}", note)) is not None:
                if found and checkpoint.size <= found[-1][1].size:
                    report.add("error", "checkpoint", f"{path}#{number}", "is not larger than the one before it")
                found.append((f"{path}#{number}", checkpoint))
        if rest:
            report.add("warning", "checkpoint-torn", path, "the last checkpoint is incomplete: its process died")
        path = f"{folder}/checkpoint"
        last = self.source.read(path)
        if last is None:
            report.add("error", "checkpoint-missing", path, "the checkpoint is missing")
        elif (checkpoint := self._note(entry, path, last.decode("utf-8", "replace"))) is not None:
            if checkpoint not in [known for _, known in found]:
                report.add("error", "checkpoint", path, "is not in checkpoints.txt")
                found.append((path, checkpoint))
        return found

    def _note(self, entry: IndexEntry, where: str, note: str) -> Checkpoint | None:
        try:
            checkpoint = open_checkpoint(note, entry.vkey)
        except NoteError as error:
            self.report.add("error", "checkpoint", where, str(error))
            return None
        if checkpoint.origin != entry.vkey.name:
            self.report.add("error", "checkpoint", where, "has the origin of another log")
            return None
        return checkpoint

    def _grow(self, roots: _Roots, segments: Sequence[Segment]) -> None:
        """Compute the roots at the wanted sizes."""
        tree = Frontier()
        wanted = sorted(roots.wanted - roots.found.keys())
        base = 0
        for segment in segments:
            leaves = [segment.leaves[at : at + 32] for at in range(0, len(segment.leaves), 32)]
            while wanted and wanted[0] <= base + len(leaves):
                size = wanted.pop(0)
                if size < tree.size:
                    continue
                tree.extend(leaves[tree.size - base : size - base])
                roots.found[size] = tree.root()
            tree.extend(leaves[tree.size - base :])
            base += len(leaves)

    def _fits(self, roots: _Roots, checkpoint: Checkpoint) -> bool:
        return roots.found.get(checkpoint.size) == checkpoint.root

    def _sealed(
        self, entry: IndexEntry, shard: ShardReport, segments: Sequence[Segment], notes: list[tuple[str, Checkpoint]]
    ) -> None:
        """Compare every checkpoint with the lines."""
        report, roots = self.report, self.trees[entry.shard]
        damaged = any(f.where.startswith(f"{entry.shard}/segments/") for f in report.of("error"))
        for where, checkpoint in notes:
            if checkpoint.size > shard.records:
                report.add(
                    "error",
                    "shard-cut",
                    where,
                    f"covers {checkpoint.size} lines and only {shard.records} are there: the end was cut",
                )
            elif self._fits(roots, checkpoint):
                shard.sealed = max(shard.sealed, checkpoint.size)
            elif not damaged:
                low, high = shard.sealed + 1, checkpoint.size
                anew = f", or lines {low} to {high} of the shard were written anew" if low < high else ""
                verb = "they are" if anew else "it is"
                message = f"the line was changed{anew}: {verb} not what was signed at {high} lines ({where})"
                report.add("error", "root", _at(segments, high), message)
                damaged = True
        if damaged:
            self.damaged.add(entry.shard)

    def _end(self, entry: IndexEntry, shard: ShardReport, last: Segment) -> None:
        """Say how the shard ended, and how much of it no signature covers."""
        report = self.report
        closed = self.closing.get(entry.shard)
        shard.state = "closed" if closed else "open"
        if closed and closed != f"{last.path}:{last.lines}":
            report.add("error", "log-close", closed, "lines follow after log.close")
        if last.torn:
            where = f"{last.path}:{last.lines + 1}"
            if closed:
                report.add("error", "line-torn", where, "a part of a line follows after log.close")
            else:
                report.add(
                    "warning",
                    "line-torn",
                    where,
                    "ends in a part of a line: its process died while writing it, or it was cut there",
                )
        if (
            closed
            and shard.sealed < shard.records
            and not any(f.where.startswith(f"{entry.shard}/") for f in report.of("error"))
        ):
            report.add(
                "error", "unsealed", closed, "the shard was closed and its last checkpoint is missing: it was cut"
            )

    def _acks(self, entries: Sequence[IndexEntry], anchors: dict[str, list[Anchored]]) -> None:
        """Add the checkpoints that anchors acknowledged, and say when there is none that counts."""
        for shard, found in read_acks(self.source, self.options, entries, self.report).items():
            anchors.setdefault(shard, []).extend(found)
        compared = any(counts for found in anchors.values() for _, _, counts in found)
        if self.options.expect_anchor and entries and not compared:
            self.report.add(
                "warning",
                "no-anchor",
                "",
                "no checkpoint from outside was compared: an older copy of the directory, or a rewrite with the keys "
                "of a process, would not be seen; configure an anchor and give --anchor, --witness or --tsa-root",
            )

    def _anchors(self, entries: Sequence[IndexEntry]) -> dict[str, list[Anchored]]:
        """Read the given checkpoints, by shard."""
        origins = {entry.vkey.name: entry for entry in entries}
        found: dict[str, list[Anchored]] = {}
        for number, note in enumerate(self.options.anchors, 1):
            where = f"anchor {number}"
            try:
                entry = origins.get(parse_checkpoint(note).origin)
                if entry is None:
                    self.report.add(
                        "error",
                        "anchor",
                        where,
                        "its shard is not in the index: deleted, or an older copy of the directory",
                    )
                    continue
                found.setdefault(entry.shard, []).append((where, open_checkpoint(note, entry.vkey), True))
            except NoteError as error:
                self.report.add("error", "anchor", where, str(error))
        return found


def _scan_here(source: Source, tasks: Sequence[tuple[str, str]], options: Options) -> Iterable[Segment]:
    for path, shard in tasks:
        data = source.read(path) or b""
        yield scan_segment(data, path, shard, tolerance=options.tolerance, silence=options.silence, pan=options.pan)
        options.progress(path, len(data))


def _at(segments: Sequence[Segment], line: int) -> str:
    """Return ``path:line`` of line number ``line`` (from 1) of the shard."""
    for segment in segments:
        if line <= segment.lines:
            return f"{segment.path}:{line}"
        line -= segment.lines
    return segments[-1].path
