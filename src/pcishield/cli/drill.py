"""``pcishield drill``: show that a failing control is noticed, on a copy of the audit log (PCI DSS 10.3.4, 10.7.2)."""

from __future__ import annotations

import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import typer
from pydantic import Field

from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import segment_paths
from pcishield.runtime.shipper import Shipper
from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["drill"]

Say = Callable[[str, bool], bool]


@contextmanager
def _copy(root: Path) -> Iterator[Path]:
    """A copy of the log that may be broken; it has the log's keys, so it is erased afterwards."""
    with tempfile.TemporaryDirectory(prefix="pcishield-drill-") as folder:
        to = Path(folder) / "audit"
        shutil.copytree(root, to, ignore=shutil.ignore_patterns("open", "search", ".*.new"))
        yield to


def _errors(root: Path) -> list[str]:
    from pcishield.cli.audit import verify_directory

    return [str(finding) for finding in verify_directory(root).of("error")]


def _note(log: FileAuditLog, number: int) -> str:
    control = {"name": "drill", "cause": f"record {number} of a drill"}
    return log.append("control.test", {**log.system, "control": control}, durable=True)


def _kinds(log: FileAuditLog) -> set[str]:
    """Close the log and return the types of the records that it wrote."""
    shard = log.directory / log.shard / "segments"
    log.close()
    return {orjson.loads(line)["type"] for path in shard.glob("*.jsonl") for line in path.read_bytes().splitlines()}


def _tamper(root: Path, say: Say) -> bool:
    segment = max(segment_paths(root), key=lambda path: path.stat().st_size)
    data = bytearray(segment.read_bytes())
    at = len(data) // 2
    data[at] ^= 1
    segment.write_bytes(data)
    found = _errors(root)
    return say(f"one bit of byte {at} of {segment.relative_to(root)} flipped: "
               f"{found[0] if found else 'verify found nothing'}", bool(found))  # fmt: skip


def _disk_full(root: Path, say: Say) -> bool:
    log = FileAuditLog(root, heartbeat_seconds=0)
    _note(log, 0)
    path = max((root / log.shard / "segments").glob("*.jsonl"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    refused = 0
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, before[1]))
        for number in range(3):
            try:
                _note(log, number)
            except AuditUnavailable as error:
                refused += 1
                reason = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    good = say(f"no room for a record: {refused} of 3 refused"
               + (f" ({reason.split(';', maxsplit=1)[0]})" if refused else ""), refused == 3)  # fmt: skip
    _note(log, 4)
    kinds = _kinds(log)
    bracketed = "control.fail" in kinds and "control.restore" in kinds
    good &= say("room again: it goes on without restart, bracketed by control.fail and control.restore", bracketed)
    return good & say("and the log verifies", not _errors(root))


class _Outage(BaseSink):
    """A sink that is away until it is told otherwise."""

    kind = "drill"
    away: bool = True
    got: list[str] = Field(default_factory=list)

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Take them, or fail."""
        if self.away:
            raise ConnectionError("away")
        self.got.extend(entry.id for entry in entries)


def _sink_outage(root: Path, say: Say) -> bool:
    log = FileAuditLog(root, heartbeat_seconds=0)
    sink = _Outage(max_backoff=0.2)
    shipper = Shipper(root, [sink], log=log, interval=0.05)
    shipper.start()
    began = time.monotonic()
    ids = [_note(log, number) for number in range(20)]
    took = time.monotonic() - began
    for _ in range(100):
        if shipper.metrics()["drill"]["errors"] > 2:
            break
        time.sleep(0.05)
    failing = shipper.metrics()["drill"]
    good = say(f"sink away: state {failing['state']}, {failing['queue_bytes']} bytes wait in the log; 20 records took "
               f"{took * 1000:.0f} ms meanwhile", failing["state"] == "failing")  # fmt: skip
    sink.away = False
    for _ in range(200):
        if set(ids) <= set(sink.got) and shipper.metrics()["drill"]["state"] == "ok":
            break
        time.sleep(0.05)
    good &= say(f"sink back: {len(set(ids) & set(sink.got))} of 20 have arrived, each once",
                sorted(i for i in sink.got if i in ids) == sorted(ids))  # fmt: skip
    shipper.close()
    kinds = _kinds(log)
    good &= say("bracketed by sink.pause and sink.resume", "sink.pause" in kinds and "sink.resume" in kinds)
    return good & say("and the log verifies", not _errors(root))


_DRILLS: dict[str, Callable[[Path, Say], bool]] = {
    "tamper": _tamper,
    "sink-outage": _sink_outage,
    "disk-full": _disk_full,
}


def drill(
    what: Annotated[Literal["tamper", "sink-outage", "disk-full"], typer.Argument(help="What fails.")],
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The audit directory; default: the configured one.")
    ] = None,
) -> None:
    """Let a control fail on a copy of the audit log, and show that it is noticed.

    The log itself gets one record: ``control.test``, with the outcome. Exit status 0 noticed, 1 not noticed.
    """
    from pcishield.cli.audit import audit_directory

    root = audit_directory(directory)
    with _copy(root) as copy:
        if errors := _errors(copy):
            raise ConfigurationError(f"{root} does not verify as it is: {errors[0]}; run pcishield audit verify first")

        def say(text: str, good: bool) -> bool:
            typer.secho(f"{'ok ' if good else 'NOT'} {text}", fg=typer.colors.GREEN if good else typer.colors.RED)
            return good

        noticed = _DRILLS[what](copy, say)
    log = FileAuditLog(root, heartbeat_seconds=0)
    try:
        outcome = "success" if noticed else "failure"
        control = {"name": "audit-log" if what != "sink-outage" else "sink", "cause": f"drill {what}"}
        log.append("control.test", {**log.system, "control": control, "outcome": outcome}, durable=True)
    finally:
        log.close()
    raise typer.Exit(0 if noticed else 1)
