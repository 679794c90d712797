"""The acknowledgements of anchors that lie beside the log, checked; see :mod:`pcishield.audit.verify`.

They lie in the directory itself, so they count only when their receipt was made by somebody else and is checked.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import orjson

from pcishield.audit._verify_types import Options, Source
from pcishield.audit.checkpoint import Checkpoint, NoteError, open_checkpoint
from pcishield.audit.index import IndexEntry
from pcishield.audit.report import Report

__all__ = ["Anchored", "read_acks"]

Anchored = tuple[str, Checkpoint, bool]
"""Where it stands, the checkpoint, and whether it came from outside for certain."""

_BY = {"rfc3161": "give --tsa-root", "witness": "give --witness"}


def read_acks(
    source: Source, options: Options, entries: Sequence[IndexEntry], report: Report
) -> dict[str, list[Anchored]]:
    """Return the acknowledged checkpoints by shard; bad ones become errors."""
    shards = {entry.shard: entry for entry in entries}
    found: dict[str, list[Anchored]] = {}
    for name in source.names("anchors"):
        path = f"anchors/{name}/acks.jsonl"
        data = source.read(path)
        if data is None:
            continue
        lines = data.split(b"\n")
        if lines.pop():
            report.add("warning", "anchor-torn", path, "the last line is incomplete: its process died while writing it")
        counted = report.acks[name] = {"checkpoints": len(lines), "checked": 0}
        unchecked: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            where = f"{path}:{number}"
            try:
                ack = orjson.loads(line)
                kind, note, checked = _receipt(ack, options)
                entry = shards.get(ack["shard"])
                if entry is None:
                    report.add("error", "anchor", where, "its shard is not in the index: deleted, or an older copy")
                    continue
                found.setdefault(entry.shard, []).append((where, open_checkpoint(note, entry.vkey), checked))
            except NoteError as error:
                report.add("error", "anchor", where, str(error))
                continue
            except (ValueError, KeyError, TypeError):
                report.add("error", "anchor", where, "is no acknowledgement of an anchor")
                continue
            counted["checked"] += checked
            if not checked:
                unchecked[kind] = unchecked.get(kind, 0) + 1
        for kind, count in unchecked.items():
            how = _BY.get(kind, "compare with what the anchor holds: --anchor or --anchors")
            report.add(
                "warning", "anchor-unchecked", path, f"{count} acknowledgements ({kind}) prove nothing yet: {how}"
            )
    return found


def _receipt(ack: dict[str, Any], options: Options) -> tuple[str, str, bool]:
    """Return kind, note, and whether the receipt is good.

    Raises:
        NoteError: The receipt is bad.
    """
    kind, note = str(ack["kind"]), str(ack["note"])
    problem = options.receipt(kind, note, b64decode(ack["receipt"], validate=True))
    if problem:
        raise NoteError(problem)
    return kind, note, problem == ""
