"""What else goes wrong, and what says so: disks, clocks, kills, and what lies beside the log.

``python -m tests.unit.audit.mishaps`` prints the table of docs/audit.md.
"""

from __future__ import annotations

import re
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from typer.testing import CliRunner

from pcishield.audit.verify import Options, verify
from pcishield.cli.main import app
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import DirectorySource
from pcishield.shield import Shield
from pcishield.testing import FakeClock
from tests.unit.audit.logs import ATTEMPT, kill, lines, make_log, rotate, seal, segment_path, shards, statement


@dataclass(frozen=True)
class Mishap:
    """Something that happens. ``act`` makes it happen in an empty directory, and returns what was said."""

    name: str
    act: Callable[[Path], list[str]]
    said: list[str]


MISHAPS: list[Mishap] = []


def mishap(name: str, *said: str) -> Callable[..., None]:
    """Register a mishap, with what is said, in order."""

    def register(act: Callable[[Path], list[str]]) -> None:
        MISHAPS.append(Mishap(name, act, list(said)))

    return register


def happens(one: Mishap, directory: Path) -> list[str]:
    """Let it happen; return what was said, with names that do not change."""
    said = "\n".join(one.act(directory))
    for number, shard in enumerate(shards(directory / "audit")):
        said = said.replace(shard.name, f"*shard {number}*")
    said = re.sub(r"\b[0-9]{3,}(?= bytes|:)", "*n*", said.replace(f"{directory}/", ""))
    named: dict[str, str] = {}
    return re.sub(
        "[0-9a-f]{32}", lambda match: named.setdefault(match[0], f"*recording {len(named)}*"), said
    ).splitlines()


@contextmanager
def full_disk(directory: Path) -> Iterator[None]:
    """No file grows any more; what is written goes in as far as the file is long."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (shards(directory / "audit")[-1] / "checkpoints.txt").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused(log: FileAuditLog) -> str:
    """Try a statement."""
    try:
        statement(log)
    except AuditUnavailable as error:
        return f"the next statement: AuditUnavailable, {error}"
    return "the next statement: runs"


def told(directory: Path) -> list[str]:
    """What the log says of it, and verify."""
    audit, found = directory / "audit", []
    for number in range(len(shards(audit))):
        for path in sorted((shards(audit)[number] / "segments").iterdir()):
            for line in path.read_bytes().split(b"\n")[:-1]:
                record = orjson.loads(line)
                if record["type"] == "control.restore":
                    control = record["control"]
                    found.append(f"control.restore: {control['cause']}; {control['refused']} refused")
    report = verify(DirectorySource(audit), Options(expect_anchor=False))
    findings = [one for one in report.findings if one.code != "key-unpinned"]
    verified = [f"verify: {one.level} `{one.code}` at {one.where}: {one.message}" for one in findings]
    return re.sub(r"20\d\d-\S+Z", "*time*", "\n".join([*found, *(verified or ["verify: in order"])])).splitlines()


@mishap(
    "the disk is full when a checkpoint is due",
    (
        "the next statement: AuditUnavailable, the audit log cannot take the record (File too large), so "
        "nothing was executed; it goes on by itself when the cause is gone"
    ),
    "control.restore: File too large; 1 refused",
    "verify: in order",
)
def _(directory: Path) -> list[str]:
    log = make_log(directory / "audit")
    statement(log)
    log.settle()
    seal(log)
    statement(log)
    time.sleep(0.2)
    with full_disk(directory):
        log._checkpoint_seconds = 0
        while "failed" not in repr(log):
            time.sleep(0.01)
        said = refused(log)
    statement(log)
    log.close()
    return [said, *told(directory)]


def clock_step(directory: Path, step: int) -> list[str]:
    """Set the clock while a segment ends."""
    clock = FakeClock(datetime(2026, 11, 29, tzinfo=UTC))
    log = make_log(directory / "audit", clock=clock)
    statement(log)
    clock.step(step)
    rotate(log)
    statement(log)
    log.close()
    return told(directory)


@mishap(
    "the clock is set back while a segment ends",
    "verify: warning `clock-step` at *shard 0*/segments/00000001.jsonl:2: the wall clock was set by -3600.0 s here",
)
def _(directory: Path) -> list[str]:
    return clock_step(directory, -3600)


@mishap(
    "the clock is set forward while a segment ends",
    "verify: warning `clock-step` at *shard 0*/segments/00000001.jsonl:2: the wall clock was set by +3600.0 s here",
)
def _(directory: Path) -> list[str]:
    return clock_step(directory, 3600)


@mishap(
    "the process is killed between an attempt and its result",
    (
        "verify: warning `unsealed` at *shard 0*: the last 1 lines are covered by no signature: cutting them "
        "could not be seen"
    ),
    "verify: warning `shard-open` at *shard 0*: no log.close: its process is alive, or died after *time*",
    "verify: warning `attempt-open` at *shard 0*/segments/00000000.jsonl:4: attempt *shard 0*/3 has no result",
)
def _(directory: Path) -> list[str]:
    log = make_log(directory / "audit")
    statement(log)
    seal(log)
    log.append("attempt", ATTEMPT, durable=True)
    kill(log)
    return told(directory)


@mishap(
    "the process is killed in the middle of a line",
    (
        "verify: warning `line-torn` at *shard 0*/segments/00000000.jsonl:4: ends in a part of a line: its "
        "process died while writing it, or it was cut there"
    ),
    "verify: warning `shard-open` at *shard 0*: no log.close: its process is alive, or died after *time*",
)
def _(directory: Path) -> list[str]:
    log = make_log(directory / "audit")
    statement(log)
    seal(log)
    kill(log)
    path = segment_path(directory / "audit")
    path.write_bytes(path.read_bytes() + lines(directory / "audit")[-1][:100])
    return told(directory)


def command(*arguments: object) -> list[str]:
    """What a command says."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    said = done.output if isinstance(done.exception, SystemExit) else f"{done.exception}"
    return said.splitlines()


RAW = "SELECT name FROM customers WHERE id = 5"


def committed(directory: Path) -> tuple[str, Path, Path]:
    """A log with one statement; its record, the key of its commitment, and a file with its SQL."""
    with Shield({}, policy={"name": "open", "default": "allow"}, audit=directory / "audit") as shield:
        with closing(shield.connect("sqlite3", ":memory:")) as connection:
            connection.execute("CREATE TABLE customers (id, name)")
            connection.execute(RAW).fetchall()
    record = next(one for one in map(orjson.loads, lines(directory / "audit")) if one["type"] == "attempt"
                  and one["statement"]["kind"] == "select")  # fmt: skip
    (directory / "raw.sql").write_text(RAW)
    key = directory / "audit" / "private" / "commitments" / f"{record['shard']}.key"
    return f"{record['shard']}/{record['seq']}", key, directory / "raw.sql"


@mishap(
    "the key of the commitments is cut",
    "record *shard 0*/6: *shard 0*.key is cut: it holds 20 bytes of 32",
)
def _(directory: Path) -> list[str]:
    record, key, sql = committed(directory)
    key.write_text(key.read_text()[:40])
    return command("audit", "open-commitment", record, directory / "audit", "--sql", sql)


@mishap(
    "the key of the commitments is gone",
    "record *shard 0*/6: the key of its shard is gone; it may have been shredded. With --salt it is not needed.",
)
def _(directory: Path) -> list[str]:
    record, key, sql = committed(directory)
    key.unlink()
    return command("audit", "open-commitment", record, directory / "audit", "--sql", sql)


@mishap(
    "the key of the commitments is another shard's",
    "NOT THIS: the record is about another text, or the key is not the one of its shard",
)
def _(directory: Path) -> list[str]:
    record, key, sql = committed(directory)
    (directory / "other").mkdir()
    shutil.copy(committed(directory / "other")[1], key)
    return command("audit", "open-commitment", record, directory / "audit", "--sql", sql)


def recorded(directory: Path, audit: str = "audit") -> tuple[Path, list[Any]]:
    """Two recorded connections of one session; their files."""
    policy = {"name": "recorded", "default": "allow", "recording": {"rows": 3}}
    settings = {"recording": {"dir": str(directory / "rec"), "key": f"file:{directory}/keys.json"}}
    with Shield(settings, policy=policy, audit=directory / audit) as shield:
        for _ in range(2):
            connection = shield.connect("sqlite3", ":memory:")
            connection.execute("SELECT 1").fetchall()
            connection.close()
    return directory / "rec", sorted((directory / "rec").glob("*.rec"))


def replay(directory: Path, recording: Path) -> list[str]:
    """What replay says."""
    places = ("--audit", directory / "audit", "--dir", directory / "rec", "--key", f"file:{directory}/keys.json")
    return command("replay", recording.stem, *places)


@mishap(
    "a recording is exchanged for another of its session",
    "recording *recording 0*: the file holds recording *recording 1*; the audit log knows it",
    "NOT PLAYED: this is not what the audit log says was recorded",
)
def _(directory: Path) -> list[str]:
    rec, (one, two) = recorded(directory)
    one.write_bytes(two.read_bytes())
    session = orjson.loads(two.read_bytes().partition(b"\n")[0])["session"]
    return replay(directory, rec / session)


@mishap(
    "a recording is exchanged for another, under its own name",
    "file:keys.json: the key was not wrapped by version 1 for this",
)
def _(directory: Path) -> list[str]:
    rec, (one, two) = recorded(directory)
    one.write_bytes(two.read_bytes().replace(two.stem.encode(), one.stem.encode()))
    shutil.copy(rec / "keys" / f"{two.stem}.json", rec / "keys" / f"{one.stem}.json")
    return replay(directory, one)


@mishap(
    "the frames of a recording are those of another",
    "*recording 0*: the first *n* bytes are not those that the audit log has the digest of: exchanged",
    "*recording 0*: frame 0 was changed, or belongs elsewhere",
    "NOT PLAYED: this is not what the audit log says was recorded",
)
def _(directory: Path) -> list[str]:
    _, (one, two) = recorded(directory)
    own, other = one.read_bytes(), two.read_bytes()
    head = own.index(b"\n") + 1
    one.write_bytes(own[:head] + other[other.index(b"\n") + 1 :])
    return replay(directory, one)


@mishap(
    "the end of a recording is cut",
    "*recording 0*: the audit log says that it had *n* bytes, and it has *n*: it was cut",
    "*recording 0*: frame 1 is incomplete: the end was cut, or its process died",
    "NOT PLAYED: this is not what the audit log says was recorded",
)
def _(directory: Path) -> list[str]:
    _, (one, _) = recorded(directory)
    one.write_bytes(one.read_bytes()[:-40])
    return replay(directory, one)


@mishap(
    "a recording is removed",
    "recording *recording 0*: No such file or directory; the audit log knows it",
    "NOT PLAYED: this is not what the audit log says was recorded",
)
def _(directory: Path) -> list[str]:
    rec, (one, _) = recorded(directory)
    session = orjson.loads(one.read_bytes().partition(b"\n")[0])["session"]
    one.unlink()
    return replay(directory, rec / session)


@mishap(
    "a recording comes from another log",
    "*recording 0*: the audit log knows no such recording: it was put there, or the log is another one",
    "NOT PLAYED: this is not what the audit log says was recorded",
)
def _(directory: Path) -> list[str]:
    rec, known = recorded(directory)
    recorded(directory, "other")
    return replay(directory, next(path for path in sorted(rec.glob("*.rec")) if path not in known))


def table() -> str:
    """The mishaps as Markdown."""
    rows = ["| mishap | what is said |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| {one.name} | {'<br>'.join(one.said)} |" for one in MISHAPS)])


if __name__ == "__main__":
    print(table())
