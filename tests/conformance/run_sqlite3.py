"""Run CPython's own test.test_sqlite3 raw and guarded, and compare (policy: allow all; masking on).

Fetches nothing: the suite is part of the interpreter's standard library, or of the source tree given by ``--suite``.

::

    python tests/conformance/run_sqlite3.py [--strict] [--suite Lib/test/test_sqlite3] [--verbose]

Fails when a test that passes raw does not pass guarded and ``sqlite3_differences.txt`` has no line for it, when a
line there no longer applies, or when a statement reached the real driver without an attempt in the audit log.
A high pass rate does not prove interception, so every call of the driver's own ``execute``, ``executemany`` and
``executescript`` is counted by a profile hook, which no wrapper can hide from. It sees calls from Python only: the
suite runs a third time for it, with ``PCISHIELD_KERNEL=python``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import types
import unittest
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DIFFERENCES = HERE / "sqlite3_differences.txt"
TARGET = 98.0
"""Percent of what passes raw that must pass guarded."""

METHODS = frozenset({"execute", "executemany", "executescript"})
ALLOW_ALL = {
    "name": "allow-all",
    "schema": 1,
    "default": "allow",
    "rules": [{"id": "all", "effect": "allow", "tolerate": ["*"]}],
}


class Calls:
    """Counts calls of the driver's own statement methods, by who made them.

    ``statements`` reached the driver through the gate. ``inner`` are the guard's own questions (table names, masked
    column names). ``complaints`` are calls that the guard hands on because the driver refuses them itself; one that
    is not refused would be a statement that nobody judged, and goes to ``unjudged``, as does any other caller.
    """

    def __init__(self, package: Path) -> None:
        import _sqlite3

        self.counts: Counter[str] = Counter()
        self._types = (_sqlite3.Connection, _sqlite3.Cursor)
        self._inner = {str(package / "routes.py"), str(package / "result.py")}
        self._gate = str(package / "state.py")
        self._cursor = {str(package / "cursor.py"), str(package / "_fast.py")}

    def __call__(self, frame: types.FrameType, event: str, argument: Any) -> None:
        if event not in ("c_call", "c_exception") or getattr(argument, "__name__", "") not in METHODS:
            return
        if not isinstance(getattr(argument, "__self__", None), self._types):
            return
        kind = self._kind(frame, type(argument.__self__) in self._types)
        if event == "c_call":
            self.counts["unjudged" if kind == "complaints" else kind] += 1
        elif kind == "complaints":
            self.counts["complaints"] += 1
            self.counts["unjudged"] -= 1

    def _kind(self, frame: types.FrameType, unguarded: bool) -> str:
        code = frame.f_code
        if code.co_filename in self._inner:
            return "inner"
        if code.co_filename in self._cursor and getattr(frame.f_locals.get("operation"), "attempt_id", ""):
            return "statements"  # the gate written out, for what was allowed before
        if code.co_filename == self._gate:
            # Only the guard itself, asking for table names, takes the driver's own cursor through the gate.
            return "inner" if unguarded else "statements"
        return "complaints" if code.co_filename in self._cursor else "unjudged"


def guard(audit_dir: Path, strict: bool) -> tuple[Any, Calls]:
    """Put the guarded module in the place of sqlite3."""
    import sqlite3

    import pcishield.drivers.sqlite3 as driver
    from pcishield.shield import Shield

    shield = Shield({"sqlite": {"strict": strict}}, policy=ALLOW_ALL, audit=audit_dir)
    guarded = shield.guard(sqlite3)
    guarded.__path__ = sqlite3.__path__
    guarded.__spec__ = sqlite3.__spec__
    sys.modules["sqlite3"] = guarded
    sys.modules["sqlite3.dbapi2"] = guarded.dbapi2
    return shield, Calls(Path(driver.__file__).parent)


class Result(unittest.TextTestResult):
    """Remembers what passed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passed: set[str] = set()

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed.add(test.id().partition("test_sqlite3.")[2])


def load(suite: str | None) -> unittest.TestSuite:
    """Load the suite from a folder, by default the one of this interpreter."""
    if suite is None:
        import test.test_sqlite3

        suite = str(Path(test.test_sqlite3.__file__).parent)
    folder = Path(suite).resolve()
    return unittest.TestLoader().discover(str(folder), top_level_dir=str(folder.parents[1]))


def attempts(audit_dir: Path) -> int:
    """Count attempts by statement methods in the log's files."""
    found = 0
    for segment in audit_dir.rglob("*.jsonl"):
        for line in segment.read_text("utf-8").splitlines():
            record = json.loads(line)
            found += record.get("type") == "attempt" and record.get("method") in METHODS
    return found


def run_one(options: argparse.Namespace) -> None:
    """Run the suite in this process and write what happened."""
    outcome: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as directory:
        calls = shield = None
        if options.one != "raw":
            shield, calls = guard(Path(directory) / "audit", options.strict)
        tests = load(options.suite)
        if calls is not None and options.one == "counted":
            threading.setprofile(calls)
            sys.setprofile(calls)
        with open(os.devnull if not options.verbose else "/dev/stderr", "w", encoding="utf-8") as stream:
            result = unittest.TextTestRunner(stream, resultclass=Result, verbosity=0).run(tests)
        sys.setprofile(None)
        threading.setprofile(None)
        assert isinstance(result, Result)
        outcome |= {"run": result.testsRun, "passed": sorted(result.passed)}
        if shield is not None and calls is not None:
            shield.close()
            outcome |= {"calls": dict(calls.counts), "attempts": attempts(Path(directory) / "audit")}
    Path(options.out).write_text(json.dumps(outcome), "utf-8")


def expected() -> dict[str, str]:
    """Return the expected differences of this Python version, with the reasons."""
    lines: dict[str, str] = {}
    for line in DIFFERENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(": ")
            versions, _, test = name.partition(" ")
            if not reason:
                sys.exit(f"{DIFFERENCES.name}: no reason given for {name}")
            if sys.version_info >= tuple(map(int, versions.rstrip("+").split("."))):
                lines[test] = reason
    return lines


def spawn(kind: str, options: argparse.Namespace, out: Path) -> dict[str, Any]:
    """Run the suite in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", kind, "--out", str(out)]
    command += ["--strict"] if options.strict else []
    command += ["--verbose"] if options.verbose else []
    command += ["--suite", options.suite] if options.suite else []
    environment = {**os.environ, "PCISHIELD_KERNEL": "python"} if kind == "counted" else None
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return dict(json.loads(out.read_text("utf-8")))


def compare(options: argparse.Namespace) -> int:
    """Run all, print, and return the exit status."""
    with tempfile.TemporaryDirectory() as directory:
        raw = spawn("raw", options, Path(directory) / "raw.json")
        guarded = spawn("guarded", options, Path(directory) / "guarded.json")
        counted = spawn("counted", options, Path(directory) / "counted.json")
    passed_raw, passed_guarded = set(raw["passed"]), set(guarded["passed"]) & set(counted["passed"])
    both = passed_raw & passed_guarded
    share = 100 * len(both) / len(passed_raw) if passed_raw else 0.0
    known = expected()
    different = passed_raw - passed_guarded
    print(f"sqlite3 of Python {sys.version.split()[0]}{', strict' if options.strict else ''}")
    print(f"passed raw {len(passed_raw)}, passed guarded {len(both)} ({share:.2f} %)")
    for test in sorted(different):
        print(f"  differs: {test}: {known.get(test, 'NOT EXPECTED')}")
    stale = {test for test in known if test in passed_guarded}
    for test in sorted(stale):
        print(f"  expected to differ, but passes: {test}")
    calls, found = Counter(counted["calls"]), counted["attempts"]
    print(
        f"statements in the driver {calls['statements']}, attempts in the log {found}, "
        f"unjudged {calls['unjudged']}, refused by the driver itself {calls['complaints']}"
    )
    unjudged = calls["unjudged"] or calls["statements"] != found
    return int(bool(different - set(known) or stale or unjudged or share < TARGET))


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--suite", help="folder of test_sqlite3; default: this interpreter's")
    parser.add_argument("--strict", action="store_true", help="with sqlite.strict")
    parser.add_argument("--verbose", action="store_true", help="show the failures")
    parser.add_argument("--one", choices=["raw", "guarded", "counted"], help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options)
        return 0
    return compare(options)


if __name__ == "__main__":
    sys.exit(main())
