"""The shipper: cursors, takeover, forks, failing sinks, and what all that means for statements."""

from __future__ import annotations

import ast
import inspect
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pcishield.anchors.file import FileAnchor
from pcishield.cli import standalone
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime.anchoring import Anchorer
from pcishield.runtime.retention import Retention
from pcishield.runtime.shipper import Shipper
from pcishield.shield import Shield
from pcishield.sinks import KINDS
from pcishield.testing import FakeClock
from tests.unit.audit.logs import build, kill, make_log, rotate, segment_path, shards, statement


class Tray:
    """A sink that keeps what it gets, and fails or waits on command."""

    def __init__(self, name: str = "tray") -> None:
        self.name = name
        self.batches: list[list[bytes]] = []
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def send(self, lines: Sequence[bytes]) -> None:
        if self.broken:
            raise ConnectionError(111, "Connection refused")
        self.gate.wait(30)
        self.batches.append(list(lines))

    def close(self) -> None:
        self.closed = True

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for batch in self.batches for line in batch]

    def ids(self) -> list[str]:
        return [f"{record['shard']}/{record['seq']}" for record in self.records()]

    def types(self) -> list[str]:
        return [record["type"] for record in self.records()]


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.01)


def in_log(directory: Path) -> list[str]:
    """The ids of all whole lines, in order."""
    records = [
        json.loads(line)
        for path in sorted(directory.glob("[0-9]*/segments/*.jsonl"))
        for line in path.read_bytes().split(b"\n")[:-1]
    ]
    return [f"{record['shard']}/{record['seq']}" for record in records]


# Reading


def test_everything_is_shipped_once(tmp_path: Path) -> None:
    """Three shards, one of them of a process that died: each record once, also by another shipper afterwards."""
    build(tmp_path)
    first, second = Tray(), Tray()
    assert Shipper(tmp_path, [first]).finish(5)
    assert not Shipper(tmp_path, [second]).finish(0.1)

    assert sorted(in_log(tmp_path)) == sorted(first.ids())


def test_a_cursor_stays_small(tmp_path: Path) -> None:
    """Finished shards are a range, not a list."""
    build(tmp_path)
    shipper = Shipper(tmp_path, [Tray()])
    shipper.finish(5)
    cursor = json.loads((tmp_path / "sinks" / "tray.json").read_bytes())

    assert ({}, [[0, 2]]) == (cursor["shards"], cursor["done"])
    assert 0o600 == (tmp_path / "sinks" / "tray.json").stat().st_mode & 0o777


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"shards": {"x": {"offset": 1}}}', b'{"unknown": 1}'])
def test_a_damaged_cursor_sends_everything_again(tmp_path: Path, damage: bytes) -> None:
    """No damage of the cursor loses a record."""
    build(tmp_path)
    first = Shipper(tmp_path, [Tray()])
    first.finish(5)
    first.close()
    (tmp_path / "sinks" / "tray.json").write_bytes(damage)
    again = Tray()
    shipper = Shipper(tmp_path, [again])
    shipper.finish(5)
    shipper.close()

    assert sorted(in_log(tmp_path)) == sorted(again.ids())


def test_a_batch_is_bounded(tmp_path: Path) -> None:
    """No batch has more records or bytes than the sink asks for."""
    log = make_log(tmp_path)
    for _ in range(300):
        statement(log)
    log.close()
    tray = Tray()
    tray.batch_records = 50  # type: ignore[attr-defined]
    tray.batch_bytes = 1 << 16  # type: ignore[attr-defined]
    assert Shipper(tmp_path, [tray]).finish(5)

    assert 602 == len(tray.ids())
    assert 50 == max(map(len, tray.batches))
    assert (1 << 16) >= max(sum(map(len, batch)) for batch in tray.batches)


def test_half_a_line_is_not_shipped(tmp_path: Path) -> None:
    """What a killed process left of a record is none."""
    log = make_log(tmp_path)
    statement(log)
    kill(log)
    whole = in_log(tmp_path)
    with segment_path(tmp_path).open("ab") as file:
        file.write(b'{"actor":')
    tray = Tray()
    Shipper(tmp_path, [tray]).finish(5)

    assert whole == tray.ids()


def test_a_changed_log_is_not_shipped(tmp_path: Path) -> None:
    """A record that does not follow the one shipped before stops its shard, loudly; other shards go on."""
    log = make_log(tmp_path)
    statement(log)
    time.sleep(0.1)
    tray = Tray()
    shipper = Shipper(tmp_path, [tray], interval=0.01)
    assert shipper.finish(5)
    shipper.close()
    before = len(tray.ids())
    path = segment_path(tmp_path)
    statement(log)
    log.close()
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:-2], lines[-2].replace(b'"records":6', b'"records":7')]) + b"\n")
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    other = make_log(tmp_path)
    other.close()
    shipper = Shipper(tmp_path, [tray], interval=0.01)

    assert not shipper.finish(0.3)
    metrics = shipper.metrics()["tray"]
    assert "failing" == metrics["state"]
    assert "does not follow the record shipped before it; run audit verify" in metrics["error"]
    assert {shards(tmp_path)[1].name} == {record.partition("/")[0] for record in tray.ids()[before:]}


def test_an_older_copy_is_noticed(tmp_path: Path) -> None:
    """A segment shorter than what was shipped of it is an error."""
    log = make_log(tmp_path)
    for _ in range(5):
        statement(log)
    time.sleep(0.1)
    shipper = Shipper(tmp_path, [Tray()], interval=0.01)
    assert shipper.finish(5)
    kill(log)
    lines = segment_path(tmp_path).read_bytes().split(b"\n")
    segment_path(tmp_path).write_bytes(b"\n".join(lines[:4]) + b"\n")

    assert not shipper.finish(0.3)
    assert "shorter than what was shipped" in shipper.metrics()["tray"]["error"]


def test_segments_removed_before_they_were_shipped_are_counted(tmp_path: Path) -> None:
    """Retention that was faster than the sink shows in ``missing``; the rest is shipped."""
    log = make_log(tmp_path)
    statement(log)
    rotate(log)
    statement(log)
    log.close()
    all_of_it = in_log(tmp_path)
    count = len(segment_path(tmp_path).read_bytes().splitlines())
    segment_path(tmp_path).unlink()
    tray = Tray()
    shipper = Shipper(tmp_path, [tray])

    assert shipper.finish(5)
    assert all_of_it[count:] == tray.ids()
    assert count == shipper.metrics()["tray"]["missing"]


# Failing


def test_pause_and_resume_are_recorded_and_shipped(tmp_path: Path) -> None:
    """An outage is in the log, with its cause and length, and reaches the sink with the rest."""
    log = make_log(tmp_path)
    tray = Tray()
    tray.broken = True
    shipper = Shipper(tmp_path, [tray], log=log, interval=0.01)
    shipper.start()
    statement(log)
    wait(lambda: shipper.metrics()["tray"]["errors"] >= 2)
    assert "ConnectionError: Connection refused" == shipper.metrics()["tray"]["error"]
    tray.broken = False
    wait(lambda: "sink.resume" in tray.types())
    log.close()
    shipper.close()

    pause = next(record for record in tray.records() if record["type"] == "sink.pause")
    assert ("failure", "tray") == (pause["outcome"], pause["sink"]["name"])
    assert 1 == tray.types().count("sink.pause")
    assert 1 == tray.types().count("sink.resume")
    assert tray.closed


def test_an_error_is_shown_without_its_text(tmp_path: Path) -> None:
    """A driver's message may quote a DSN or a record; the class is enough."""
    build(tmp_path)

    class Chatty(Tray):
        def send(self, lines: Sequence[bytes]) -> None:
            raise ValueError("postgresql://user:hunter2@host/db")

    shipper = Shipper(tmp_path, [Chatty()])
    shipper.finish(0.2)

    assert "ValueError" == shipper.metrics()["tray"]["error"]
    assert "hunter2" not in (tmp_path / "sinks" / "tray.json").read_text()


def test_one_sink_does_not_hold_another(tmp_path: Path) -> None:
    """A sink that hangs or fails has a thread of its own."""
    build(tmp_path)
    hanging, failing, good = Tray("hanging"), Tray("failing"), Tray("good")
    hanging.gate.clear()
    failing.broken = True
    shipper = Shipper(tmp_path, [hanging, failing, good], interval=0.01)
    shipper.start()
    wait(lambda: len(good.ids()) == 38)
    began = time.monotonic()
    shipper.close(0.3)

    assert time.monotonic() - began < 3
    metrics = shipper.metrics()
    assert (0, "failing", 0) == (
        metrics["hanging"]["shipped"],
        metrics["failing"]["state"],
        metrics["good"]["queue_bytes"],
    )
    assert metrics["hanging"]["queue_bytes"] > 10_000
    assert metrics["hanging"]["lag_seconds"] > 0
    hanging.gate.set()


def test_names_are_checked() -> None:
    """Two sinks of one name would share a cursor; something that is no sink is said to be none."""
    with pytest.raises(ConfigurationError, match="'tray' is the name of two of them"):
        Shipper("x", [Tray(), Tray()])
    with pytest.raises(ConfigurationError, match=r"a object is none: it needs a name .* and send\(\), close\(\)"):
        Shipper("x", [object()])  # type: ignore[list-item]


# Statements


def guarded(shield: Shield) -> sqlite3.Connection:
    return shield.connect("sqlite3", ":memory:")  # type: ignore[no-any-return]


@pytest.mark.parametrize("policy", ["allow", "degrade", "deny"])
def test_statements_never_wait(audit_dir: Path, policy: str) -> None:
    """With a sink that hangs in send(), statements run, or are refused, at once."""
    tray = Tray()
    tray.gate.clear()
    settings = {"audit": {"on_sink_failure": policy, "max_sink_lag": 600, "close_seconds": 0.1}}
    with Shield(settings, audit=audit_dir, sinks=[tray]) as shield:
        connection = guarded(shield)
        longest = 0.0
        for _ in range(50):
            began = time.monotonic()
            connection.execute("SELECT 1").fetchall()
            longest = max(longest, time.monotonic() - began)
        connection.close()
    tray.gate.set()

    assert longest < 2


def test_deny_refuses_while_the_sink_fails(audit_dir: Path) -> None:
    """From the first failure on no statement reaches the database; afterwards they run again, without a restart."""
    tray = Tray()
    with Shield({"audit": {"on_sink_failure": "deny"}}, audit=audit_dir, sinks=[tray]) as shield:
        connection = guarded(shield)
        connection.execute("SELECT 1")
        tray.broken = True
        connection.execute("SELECT 2")
        wait(lambda: shield.metrics()["sinks"]["tray"]["state"] == "failing")
        for _ in range(3):
            with pytest.raises(AuditUnavailable, match=r"the sink tray fails .*so nothing was executed"):
                connection.execute("SELECT 3")
        tray.broken = False
        wait(lambda: shield.metrics()["sinks"]["tray"]["state"] == "ok")
        assert (4,) == connection.execute("SELECT 4").fetchone()
        connection.close()

    templates = [r["statement"]["template"] for r in tray.records() if r["type"] == "attempt"]
    assert 3 == len(templates)


def test_degrade_refuses_when_the_lag_is_too_long(audit_dir: Path) -> None:
    """A short outage passes unnoticed; a long one stops statements."""
    tray = Tray()
    tray.broken = True
    settings = {"audit": {"on_sink_failure": "degrade", "max_sink_lag": 0.5, "close_seconds": 0}}
    with Shield(settings, audit=audit_dir, sinks=[tray]) as shield:
        connection = guarded(shield)
        connection.execute("SELECT 1")
        wait(lambda: shield.metrics()["sinks"]["tray"]["lag_seconds"] > 0.5)
        with pytest.raises(AuditUnavailable, match=r"more than audit\.max_sink_lag allows"):
            connection.execute("SELECT 2")
        tray.broken = False
        wait(lambda: shield.metrics()["sinks"]["tray"]["lag_seconds"] == 0)
        connection.execute("SELECT 3")
        connection.close()


def test_a_shield_ships_all_of_its_log(audit_dir: Path) -> None:
    """Also the last lines, which are written when it is closed."""
    tray = Tray()
    with Shield({}, audit=audit_dir, sinks=[tray]) as shield:
        connection = guarded(shield)
        connection.execute("SELECT 1")
        connection.close()

    assert in_log(audit_dir) == tray.ids()
    assert "log.close" == tray.types()[-1]
    opening = next(record for record in tray.records() if record["type"] == "session.open")
    assert ("none", "tray") == (opening["settings"]["audit.anchors"], opening["settings"]["audit.sinks"])


def test_settings_name_the_sink_and_the_option(audit_dir: Path, tmp_path: Path) -> None:
    """A mistake in [[audit.sinks]] is one error, before anything is opened."""
    with pytest.raises(ConfigurationError, match=r"audit\.sinks\.1: jsonl sink: .*; pth: unknown option"):
        Shield(
            {"audit": {"sinks": [{"kind": "jsonl", "path": str(tmp_path)}, {"kind": "jsonl", "pth": "x"}]}},
            audit=audit_dir,
        )
    assert not audit_dir.exists()


# Processes

COMMAND = [sys.executable, "-m", "pcishield", "audit", "ship"]


def test_a_shard_of_another_process_is_shipped(tmp_path: Path) -> None:
    """One process ships for all that share the directory, children of a fork included."""
    log = make_log(tmp_path)
    tray = Tray()
    shipper = Shipper(tmp_path, [tray], log=log, interval=0.01)
    shipper.start()
    statement(log)
    child = os.fork()
    if child == 0:
        try:
            statement(log)
            log.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    log.close()
    wait(lambda: len(tray.ids()) == len(in_log(tmp_path)))
    shipper.close()

    assert sorted(in_log(tmp_path)) == sorted(tray.ids())
    assert 2 == len({record.partition("/")[0] for record in tray.ids()})


ORPHAN = """
import os, sys, time
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from tests.unit.audit.logs import make_log, statement
from pcishield.runtime.anchoring import Anchorer
from pcishield.runtime.retention import Retention
from pcishield.runtime.shipper import Shipper
from pcishield.sinks import KINDS

log = make_log(Path(sys.argv[1]))
shipper = Shipper(sys.argv[1], [KINDS.make({"kind": "jsonl", "path": sys.argv[2]}, "sink")], log=log, interval=0.02)
shipper.start()
statement(log)
time.sleep(0.3)
if os.fork():
    os.kill(os.getpid(), 9)
# The parent is dead, and its shipper with it.
time.sleep(0.2)
statement(log)
log.close()
time.sleep(float(os.environ.get("PCISHIELD_TEST_ORPHAN", "8")))
"""


def test_a_child_takes_over_from_a_killed_parent(tmp_path: Path) -> None:
    """The lock is the parent's while it lives; after kill -9 a forked child ships, its own shard and the parent's."""
    audit, mirror = tmp_path / "audit", tmp_path / "mirror"
    process = subprocess.Popen([sys.executable, "-c", ORPHAN, str(audit), str(mirror), *filter(None, sys.path)])
    assert -9 == process.wait(20)

    def mirrored() -> list[str]:
        lines = [line for path in sorted(mirror.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
        return [json.loads(line)["id"] for line in lines]

    wait(lambda: len(in_log(audit)) >= 7 and sorted(in_log(audit)) == sorted(mirrored()))
    assert 2 == len(list(mirror.glob("*.jsonl")))


def test_the_command_ships_what_a_killed_process_left(tmp_path: Path) -> None:
    """``pcishield audit ship DIR --once`` needs nothing but the directory and the configuration."""
    audit, mirror, config = tmp_path / "audit", tmp_path / "mirror", tmp_path / "pcishield.toml"
    build(audit)
    config.write_text(f'[[audit.sinks]]\nkind = "jsonl"\npath = "{mirror}"\nformat = "ocsf"\n')
    done = subprocess.run(
        [*COMMAND, str(audit), "--once", "--config", str(config)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert 38 == json.loads(done.stdout)["jsonl"]["shipped"]
    events = [json.loads(line)["record"] for path in mirror.glob("*.jsonl") for line in path.read_bytes().splitlines()]
    assert {6005} == {event["class_uid"] for event in events}


def test_the_command_says_that_a_sink_does_not_take_records(tmp_path: Path) -> None:
    """Exit 1, and the state of the sink, when it cannot be finished."""
    audit, config = tmp_path / "audit", tmp_path / "pcishield.toml"
    build(audit)
    (tmp_path / "file").write_text("")
    config.write_text('[[audit.sinks]]\nkind = "jsonl"\npath = "file/below"\n')
    done = subprocess.run(
        [*COMMAND, str(audit), "--once", "--timeout", "0.3", "--config", str(config)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 1 == done.returncode
    state = json.loads(done.stdout)["jsonl"]
    assert ("failing", "NotADirectoryError: Not a directory", 0) == (state["state"], state["error"], state["shipped"])


def test_retention_keeps_what_a_sink_does_not_have(tmp_path: Path) -> None:
    """A shard that is old enough stays until the sink has all of it."""
    for age in (500, 0):
        log = make_log(tmp_path, clock=FakeClock(datetime.now(UTC) - timedelta(days=age)))
        statement(log)
        log.close()
    tray = Tray()
    tray.broken = True
    shipper = Shipper(tmp_path, [tray], interval=0.01)
    assert not shipper.finish(0.1)
    retention, log = Retention(tmp_path), make_log(tmp_path)
    (old,) = retention.old(365)
    with pytest.raises(ConfigurationError, match="the sinks tray do not have all of it; it stays"):
        retention.purge(old, log)
    tray.broken = False
    assert shipper.finish(5)
    retention.purge(old, log)
    log.close()

    assert not list((tmp_path / old.shard / "segments").iterdir())
    assert shipper.finish(5)
    assert 0 == shipper.metrics()["tray"]["missing"]


INSTALLED = """
import sys
import pcishield
pcishield.configure({"audit": {"sinks": [{"kind": "sql", "dsn": "sqlite:///" + sys.argv[2]}]}}, audit=sys.argv[1])
pcishield.install()
import sqlite3
connection = sqlite3.connect(":memory:")
connection.execute("SELECT 1")
connection.close()
pcishield.current_shield().close()
"""


def test_a_sink_is_not_guarded_itself(tmp_path: Path) -> None:
    """With install() the sink's own inserts are no statements: they would never end."""
    audit, database = tmp_path / "audit", tmp_path / "mirror.db"
    subprocess.run([sys.executable, "-c", INSTALLED, str(audit), str(database)], check=True, timeout=60)
    mirror = sqlite3.connect(database)
    types = [kind for (kind,) in mirror.execute("SELECT type FROM pcishield_audit ORDER BY shard, seq")]
    mirror.close()

    assert 1 == types.count("attempt")
    assert "log.close" == types[-1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sink_is_short(kind: str) -> None:
    """Less than 40 lines of code on the base class, comments and docstrings aside: a newcomer's will be, too."""
    source = inspect.getsource(KINDS.find(kind))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    plain = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]

    assert min(len(ast.unparse(tree).splitlines()), len(plain)) < 40


def test_the_verifier_without_pcishield_knows_cursors_and_receipts(tmp_path: Path) -> None:
    """A directory with sinks and anchors is in order for the single-file verifier, too."""
    build(tmp_path / "audit")
    Shipper(tmp_path / "audit", [Tray()]).finish(5)
    Anchorer(tmp_path / "audit", [FileAnchor(path=str(tmp_path / "volume"))]).finish(5)
    script = tmp_path / "verify.py"
    script.write_text(Path(standalone.__file__).read_text())
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "audit")], capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout
    assert "anchors" not in done.stdout
