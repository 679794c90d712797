"""The index and the root of an audit directory, checked; see :mod:`pcishield.audit.verify`."""

from __future__ import annotations

from pcishield.audit._verify_types import Options, Source
from pcishield.audit.canonical import CanonicalError, parse_canonical
from pcishield.audit.chain import ZERO
from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.index import IndexEntry, IndexEntryError, parse_entry
from pcishield.audit.report import Report

__all__ = ["IndexCheck"]

_ROOT_FILES = frozenset(
    {"MANIFEST.json", "index.jsonl", "open", "private", "vkey", ".lock", "sinks", "search", "anchors"}
)


class IndexCheck:
    """Reads the index and trusts nothing in it that the pinned key does not lead to.

    Args:
        source: The directory, untrusted.
        options: The pinned key.
        report: Takes the findings.
    """

    def __init__(self, source: Source, options: Options, report: Report) -> None:
        self.source = source
        self.options = options
        self.report = report

    def entries(self) -> list[IndexEntry]:
        report, source = self.report, self.source
        genesis = self._genesis()
        data = source.read("index.jsonl")
        if data is None:
            report.add(
                "error",
                "index-missing",
                "index.jsonl",
                "the index is missing: this is no audit directory, or it was cut",
            )
            return []
        lines = data.split(b"\n")
        if lines.pop():
            report.add(
                "warning",
                "index-torn",
                f"index.jsonl:{len(lines) + 1}",
                "the last line is incomplete: its process died",
            )
        entries: list[IndexEntry] = []
        key, prev = genesis, ZERO
        for number, line in enumerate(lines):
            try:
                entry: IndexEntry | None = parse_entry(line, key, number, prev)
            except IndexEntryError as error:
                report.add("error", "index-line", f"index.jsonl:{number + 1}", str(error))
                # From here on no key can be trusted; the rest is read only to say what the shards hold.
                genesis, entry = None, self._unsigned(line)
            if entry is not None:
                entries.append(entry)
                prev = entry.digest
            key = entry.next if genesis is not None and entry is not None else None
        names = [entry.shard for entry in entries]
        for name in sorted({name for name in names if names.count(name) > 1}):
            report.add("error", "shard-twice", "index.jsonl", f"shard {name} is entered twice")
        return list({entry.shard: entry for entry in entries}.values())

    def _unsigned(self, line: bytes) -> IndexEntry | None:
        try:
            body = parse_canonical(line)
            return parse_entry(line, None, body.get("no", -1), str(body.get("prev")))
        except (CanonicalError, IndexEntryError):
            return None

    def _genesis(self) -> VerifierKey | None:
        """Return the key to trust for the first entry."""
        report = self.report
        found: VerifierKey | None = None
        try:
            found = VerifierKey.parse((self.source.read("vkey") or b"").decode())
            manifest = parse_canonical((self.source.read("MANIFEST.json") or b"").rstrip(b"\n"))
            report.deployment = str(manifest.get("deployment", ""))
            if manifest.pop("genesis", None) != str(found):
                report.add("error", "manifest", "MANIFEST.json", "names another key than the file vkey")
            elif manifest != {"v": 1, "format": "pcishield-audit", "deployment": report.deployment}:
                report.add("error", "manifest", "MANIFEST.json", "is not the manifest of an audit directory, version 1")
        except (ValueError, UnicodeDecodeError) as error:
            report.add("error", "manifest", "MANIFEST.json", f"vkey or MANIFEST.json is missing or damaged: {error}")
        pinned = self.options.key
        key = pinned or found
        report.pinned = pinned is not None
        report.key = str(key) if key else ""
        if pinned is None:
            report.add(
                "warning",
                "key-unpinned",
                "vkey",
                "the key was taken from the directory itself: who can replace all can replace it too; give --key",
            )
        elif found is not None and pinned != found:
            report.add("error", "key-wrong", "vkey", "the directory begins with another key than the pinned one")
        return key

    def root_files(self, shards: set[str]) -> None:
        report = self.report
        for name in self.source.names(""):
            if name in _ROOT_FILES or name in shards:
                continue
            if (
                name.startswith(".")
                and name.endswith(".new")
                and len(self._lines(f"{name}/segments/00000000.jsonl")) <= 1
            ):
                report.add(
                    "info", "shard-unborn", name, "a process died while it opened a shard; nothing was logged there"
                )
            elif self.source.names(name) or name[:6].isdigit():
                report.add(
                    "error",
                    "shard-unknown",
                    name,
                    "a shard that the index does not know: inserted, or the index was cut",
                )
            else:
                report.add("warning", "file-unknown", name, "does not belong into an audit directory")

    def _lines(self, path: str) -> list[bytes]:
        return (self.source.read(path) or b"").splitlines()
