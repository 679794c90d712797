"""Changes of key within a process: the key of an epoch that ends names the next one (``key.rotate``).

Who has the key of an epoch that is over can sign its lines anew. The index fixes the first line of every shard, so that
a shard began an epoch stays said; that its key was announced must then be said as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pcishield.audit.index import IndexEntry
from pcishield.audit.report import Report

__all__ = ["EpochCheck"]


class EpochCheck:
    """Collects what shards say about keys, and compares.

    Args:
        report: Takes the findings.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._announced: list[tuple[str, str, object]] = []
        self._began: dict[str, tuple[str, bool, tuple[object, ...]]] = {}

    def announced(self, where: str, record: Mapping[str, Any]) -> None:
        """Note a ``key.rotate``."""
        self._announced.append((where, str(record.get("object")), record.get("next_vkey")))

    def began(self, shard: str, where: str, record: Mapping[str, Any]) -> None:
        """Note the ``log.open`` of a shard."""
        src = record.get("src")
        process = (src.get("host"), src.get("pid")) if isinstance(src, dict) else ()
        self._began[shard] = where, record.get("cause") == "epoch", tuple(map(str, (record.get("boot"), *process)))

    def check(self, entries: Sequence[IndexEntry], closed: set[str], index: bytes) -> None:
        """Say which announcement fits no shard, and which shard has none.

        Args:
            entries: The index.
            closed: Shards that were closed, and whose lines are right.
            index: As it is now: shards may have been added since.
        """
        keys = {entry.shard: str(entry.vkey) for entry in entries}
        for where, shard, vkey in self._announced:
            if shard in keys and keys[shard] != vkey:
                self._report.add("error", "epoch", where, f"announces another key for shard {shard} than the index has")
            elif shard not in keys and b'"%b"' % shard.encode() not in index:
                self._report.add("error", "epoch", where, f"announces shard {shard}, which the index does not have")
        known, last = {shard for _, shard, _ in self._announced}, dict[tuple[object, ...], str]()
        for entry in entries:
            if entry.shard not in self._began:
                last.clear()  # its lines went, and it may have been of any process
                continue
            where, epoch, process = self._began[entry.shard]
            # Not closed: the process died between opening this one and saying so.
            if epoch and entry.shard not in known and last.get(process) in closed:
                self._report.add("error", "epoch", where, "begins an epoch, and no key.rotate names its key")
            last[process] = entry.shard
