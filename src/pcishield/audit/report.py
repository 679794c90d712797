"""What verification found, as data.

Levels: ``error``, the log is not what was written or cannot be shown to be (exit code 2); ``warning``, something that a
person should know and may accept (exit code 1 with ``--strict``); ``info``. ``where`` is ``path:line`` below the audit
directory, lines counted from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Finding", "Report", "ShardReport"]

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        level: How bad it is.
        code: Stable id, e.g. ``line-changed``.
        where: ``path:line``, ``path`` or "".
        message: One sentence; holds no content of the line.
    """

    level: Level
    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.level.upper()} {self.where + ': ' if self.where else ''}{self.message} [{self.code}]"


@dataclass(slots=True)
class ShardReport:
    """One shard.

    Attributes:
        name: Its name.
        state: ``closed``, ``open`` (no log.close: alive or crashed), ``missing``, ``archive`` or ``retention``
            (its lines went, with a tombstone).
        records: Lines.
        sealed: Lines that its last valid checkpoint covers.
        segments: Segment files.
        first: Time of the first record.
        last: Time of the last.
        attested: Lines that another shard's signature covers (log.recover).
    """

    name: str
    state: str = "missing"
    records: int = 0
    sealed: int = 0
    segments: int = 0
    first: str = ""
    last: str = ""
    attested: int = 0
    flush: str = ""


@dataclass(slots=True)
class Report:
    """The whole result.

    Attributes:
        deployment: Name.
        key: The first index key that was trusted, as a vkey.
        pinned: Whether that key came from outside the directory.
        shards: In the order of the index.
        findings: In the order found.
        counts: Records by type.
        anchored: Checkpoints from outside that were found in the log: given ones, and those with a checked receipt.
        acks: What anchors acknowledged: by anchor, the number of checkpoints and of checked receipts.
    """

    deployment: str = ""
    key: str = ""
    pinned: bool = False
    shards: list[ShardReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    anchored: int = 0
    acks: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, level: Level, code: str, where: str, message: str) -> None:
        """Note a finding. Names in it may come from the directory; shown so that they cannot pass for more."""
        self.findings.append(Finding(level, code, _shown(where), _shown(message)))

    def of(self, level: Level) -> Iterator[Finding]:
        """Yield the findings of one level."""
        return (finding for finding in self.findings if finding.level == level)

    @property
    def records(self) -> int:
        """All lines."""
        return sum(shard.records for shard in self.shards)

    @property
    def ok(self) -> bool:
        """No error."""
        return not any(True for _ in self.of("error"))

    def exit_code(self, strict: bool = False) -> int:
        """2 with errors, 1 with warnings when ``strict``, else 0."""
        if not self.ok:
            return 2
        return 1 if strict and any(True for _ in self.of("warning")) else 0

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON-like data."""
        return {
            "ok": self.ok,
            "deployment": self.deployment,
            "key": self.key,
            "pinned": self.pinned,
            "records": self.records,
            "anchored": self.anchored,
            "acks": {_shown(name): acks for name, acks in sorted(self.acks.items())},
            "counts": dict(sorted(self.counts.items())),
            "shards": [{name: getattr(shard, name) for name in ShardReport.__slots__} for shard in self.shards],
            "findings": [
                {"level": f.level, "code": f.code, "where": f.where, "message": f.message} for f in self.findings
            ],
        }


def _shown(text: str) -> str:
    """Escape what a terminal would obey: line feeds, control characters, and what no encoding has."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
