"""The audit log: appending, group commit, verifying. Against the limits of the issue.

- append without fsync, canonical JSON, chain and tree included: at most 8 us per record;
- records in batch, one process: at least 100,000 per second;
- group commit with 32 threads: at least 10 times the rate of one sync per record, as this disk is, and as if each sync
  took a millisecond more. One sync per record is measured with one thread and with the same 32;
- verify: at least 200,000 records per second, in one process; the single file at least 50,000. The log has records of
  40 statements, some more frequent than others, in 24 sessions of 6 users.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _machine import print_machine

from pcishield.audit.canonical import Preencoded
from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.tail import Template
from pcishield.audit.verify import Options, verify
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import DirectorySource

BASE = {
    "actor": Preencoded({"user": "alice", "agent": "reporting-agent", "level": "explicit", "session": "5f2c"}),
    "src": Preencoded({"host": "app-1.example", "pid": 4711, "app": "report.py"}),
    "db": Preencoded({"system": "postgres", "driver": "psycopg", "name": "shop", "server": "db-1", "user": "app"}),
    "session": "bb1d4dc9ca7f2b1e",
    "connection": "2adb7dcf8e5942d88cde1a4ecac8b96c",
    "method": "execute",
}
ATTEMPT = BASE | {
    "statement": Preencoded({
        "kind": "select", "actions": ["select"], "dialect": "postgres", "count": 1, "tables": {"orders": "read"},
        "fingerprint": "042e30b5e8a34aceb965eb25b01777b4", "template": "SELECT id, total FROM orders WHERE id = %s",
    }),
    "decision": Preencoded({"outcome": "allow", "code": "rule", "rule": "ordinary", "policy": "pci@02aa99b79f7d"}),
    "parameters": {"count": 1, "types": ["int"], "lengths": [0]},
}  # fmt: skip


@contextmanager
def log(**options: Any) -> Iterator[FileAuditLog]:
    """A log in a directory that is removed."""
    with tempfile.TemporaryDirectory(prefix="pcishield-bench-") as directory:
        made = FileAuditLog(Path(directory) / "audit", **options)
        try:
            yield made
        finally:
            made.close()


def report(name: str, values: list[float], unit: str, goal: str) -> None:
    """Median and spread."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    print(
        f"{name:<48}{statistics.median(values):>12,.1f} {unit} (10-90 %: {low:,.1f} to {high:,.1f}; goal {goal})",
        flush=True,
    )


def append(rounds: int, count: int, durable: bool) -> list[float]:
    """Microseconds per record."""
    found = []
    with log(epoch_seconds=1e9) as target:
        result = {**BASE, "attempt": "000000-12345678/1", "outcome": "success", "rows": 3, "duration_us": 512}
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(count // 2):
                target.append("attempt", ATTEMPT, durable=durable)
                target.append("result", result)
            found.append((time.perf_counter() - start) / count * 1e6)
    return found


def templates() -> tuple[Template, tuple[bytes, ...], Template]:
    """What repeated statements write: an attempt, the values of its slots, a result."""
    attempt = {name: value for name, value in ATTEMPT.items() if name != "parameters"}
    return (
        Template("attempt", attempt, ("parameters",), "SELECT id, total FROM orders WHERE id = %s"),
        (b'{"count":1,"lengths":[0],"types":["int"]}',),
        Template("result", {**BASE, "outcome": "success"}, ("attempt", "duration_us", "rows")),
    )


def filled(rounds: int, count: int, durable: bool) -> list[float]:
    """Microseconds per record, of templates: what repeated statements write."""
    found = []
    with log(epoch_seconds=1e9) as target:
        attempt, shape, result = templates()
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(count // 2):
                record = target.append_filled(attempt, shape, durable=durable)
                target.append_filled(result, (b'"%b"' % record.encode(), b"512", b"3"))
            found.append((time.perf_counter() - start) / count * 1e6)
    return found


@contextmanager
def slower(seconds: float) -> Iterator[None]:
    """Let every sync take that much longer."""
    fast = os.fdatasync

    def slow(fd: int) -> None:
        fast(fd)
        time.sleep(seconds)

    if seconds:
        os.fdatasync = slow
    try:
        yield
    finally:
        os.fdatasync = fast


def synced(rounds: int, count: int, threads: int, flush: Any) -> list[float]:
    """Durable records per second, of templates."""
    found = []
    attempt, shape, _ = templates()
    with log(flush=flush) as target, ThreadPoolExecutor(threads) as pool:

        def work(records: int) -> None:
            for _ in range(records):
                target.append_filled(attempt, shape, durable=True)

        list(pool.map(work, [1] * threads))  # starts the threads
        for _ in range(rounds):
            start = time.perf_counter()
            list(pool.map(work, [count // threads] * threads))
            found.append(count / (time.perf_counter() - start))
    return found


def sessions(rng: random.Random, count: int = 24, users: int = 6) -> list[dict[str, Any]]:
    """The fields that sessions of some users have in common."""
    return [
        BASE
        | {
            "actor": Preencoded({"user": f"user-{number % users}", "agent": "reporting-agent", "level": "explicit"}),
            "session": f"{rng.getrandbits(64):016x}",
            "connection": f"{rng.getrandbits(128):032x}",
        }
        for number in range(count)
    ]


def statements(count: int = 40) -> list[dict[str, Any]]:
    """Attempts at different statements."""
    return [
        ATTEMPT
        | {
            "statement": Preencoded({
                "kind": "select", "actions": ["select"], "dialect": "postgres", "count": 1,
                "tables": {f"table_{number}": "read"}, "fingerprint": f"{number * 7919:032x}",
                "template": f"SELECT id, total, column_{number} FROM table_{number} WHERE id = %s",
            })
        }
        for number in range(count)
    ]  # fmt: skip


def make(directory: Path, count: int, of_sessions: int = 24, users: int = 6, of_statements: int = 40) -> None:
    """A log of that many records in a few segments, some refusals among them."""
    rng = random.Random(1)
    bases, attempts = sessions(rng, of_sessions, users), statements(of_statements)
    weights = [1 / (number + 1) for number in range(len(attempts))]
    made = FileAuditLog(directory, segment_bytes=8 << 20, checkpoint_records=10_000)
    for number in range(count // 2):
        base = rng.choice(bases)
        (statement,) = rng.choices(attempts, weights)
        attempt = made.append("attempt", statement | base, durable=number % 100 == 0)
        shape = {"rows": rng.randrange(50), "duration_us": rng.randrange(10_000)}
        made.append("result", {**base, "attempt": attempt, "outcome": "success", **shape})
        if number % 100_000 == 50_000:
            made.append("denied", base | {"reason": "an agent does not do this"}, durable=True)
        if number % 5000 == 0:
            time.sleep(0.1)  # rotation happens in the background
    made.close()


def timed(call: Callable[[], Any], records: int, rounds: int) -> list[float]:
    """Records per second."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        found.append(records / (time.perf_counter() - start))
    return found


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rounds, scale = (3, 1) if quick else (9, 10)
    print_machine("cryptography")
    report("append, not durable", append(rounds, 2000 * scale, durable=False), "us/record", "<= 8")
    report("append, every second one durable (write)", append(rounds, 2000 * scale, durable=True), "us/record", "-")
    report("from templates, not durable", filled(rounds, 2000 * scale, durable=False), "us/record", "<= 8")
    report("from templates, every second one durable", filled(rounds, 2000 * scale, durable=True), "us/record", "-")
    batch = [1e6 / value for value in append(rounds, 10_000 * scale, durable=False)]
    report("append in batch", batch, "records/s", ">= 100,000")
    batch = [1e6 / value for value in filled(rounds, 10_000 * scale, durable=False)]
    report("from templates in batch", batch, "records/s", ">= 100,000")
    for milliseconds in (0, 1):
        more = f", {milliseconds} ms slower" if milliseconds else ""
        alone, crowd, group = [], [], []
        with slower(milliseconds / 1000):
            for _ in range(rounds):  # in turns: how long the disk takes changes within seconds
                alone += synced(1, 40 * scale, 1, "always")
                crowd += synced(1, 64 * scale, 32, "always")
                group += synced(1, 960 * scale, 32, "group")
        report(f"one sync per record{more}", alone, "records/s", "-")
        report(f"one sync per record, 32 threads{more}", crowd, "records/s", "-")
        report(f"group commit, 32 threads{more}", group, "records/s", "-")
        gain = [many / one for many, one in zip(group, alone, strict=True)]
        report(f"group commit to one sync per record{more}", gain, "x", ">= 10")
        gain = [many / one for many, one in zip(group, crowd, strict=True)]
        report(f"the same, both with 32 threads{more}", gain, "x", ">= 10")
    with tempfile.TemporaryDirectory(prefix="pcishield-bench-") as folder:
        directory = Path(folder) / "audit"
        count = 20_000 * scale
        make(directory, count)
        key = VerifierKey.parse((directory / "vkey").read_text())
        source = DirectorySource(directory)
        assert verify(source, Options(key=key)).ok
        size = sum(path.stat().st_size for path in directory.glob("*/segments/*"))
        print(f"log to verify: {count:,} records, {size / count:.0f} bytes each, {os.cpu_count()} cores")
        one = timed(lambda: verify(source, Options(key=key)), count, 3)
        report("verify, one process", one, "records/s", ">= 200,000")
        script = Path(sys.modules["pcishield"].__file__ or "").with_name("cli") / "standalone.py"
        command = [sys.executable, str(script), str(directory)]
        report(
            "stand-alone verifier, start included",
            timed(lambda: subprocess.run(command, check=True, capture_output=True), count, 3), "records/s", ">= 50,000",
        )  # fmt: skip
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
