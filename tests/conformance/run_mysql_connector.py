"""Run mysql-connector-python's own test-suite raw and guarded, and compare (policy: allow all; masking on).

Fetches nothing: give the path of a checked-out mysql-connector-python (the folder with ``tests`` in it), best of the
version that is installed. Tests that need a MySQL of their own, or another version of either, fail raw and do not
count.

::

    python tests/conformance/run_mysql_connector.py PATH [--server mysql://root@127.0.0.1:3306] [--only cursor pooling]

Fails when a test that passes raw does not pass guarded and ``mysql_connector_differences.txt`` has no line for it,
or when a statement reached the driver without an attempt in the audit log. A high pass rate does not prove
interception: what is sent is counted in the driver's own methods, below every wrapper.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
DIFFERENCES = HERE / "mysql_connector_differences.txt"
TARGET = 99.0
"""Percent of what passes raw that must pass guarded."""
SECONDS = 20
"""How long one test may take."""
SENDING = ("cmd_query", "cmd_query_iter", "cmd_stmt_execute")


class Outcomes(unittest.TestResult):
    """Keeps which tests passed, and why the others did not."""

    current = ""

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []
        self.notes: dict[str, str] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        Outcomes.current = _name(test)
        signal.alarm(SECONDS)

    def stopTest(self, test: unittest.TestCase) -> None:
        signal.alarm(0)
        super().stopTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.passed.append(_name(test))

    def addError(self, test: Any, err: Any) -> None:
        self.notes[_name(test)] = self._exc_info_to_string(err, test)  # type: ignore[attr-defined]

    addFailure = addError


def _name(test: Any) -> str:
    # Tests rename themselves after the connection class that they last ran with.
    method = re.sub(r" \(using .*\)$", "", getattr(test, "_testMethodName", str(test)))
    return f"{type(test).__module__}.{type(test).__qualname__}.{method}"


def _server(options: argparse.Namespace) -> dict[str, Any]:
    parts = urlsplit(options.server)
    return {
        "host": parts.hostname or "127.0.0.1",
        "port": parts.port or 3306,
        "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
    }


def prepare(options: argparse.Namespace) -> None:
    """Do what the suite's own runner does for a server that is there already."""
    import mysql.connector

    os.chdir(options.path)
    sys.path[:0] = [str(options.path)]
    # The suite's package, not ours.
    tests: Any = importlib.import_module("tests")
    mysqld: Any = importlib.import_module("tests.mysqld")

    assert Path(tests.__file__).is_relative_to(options.path), "our own tests package came first"
    server = _server(options)
    with mysql.connector.connect(**server, use_pure=True) as connection:
        cursor = connection.cursor(buffered=True)
        cursor.execute("DROP DATABASE IF EXISTS myconnpy")
        cursor.execute("CREATE DATABASE myconnpy CHARACTER SET utf8mb4")
        cursor.execute("SELECT VERSION(), @@license, @@socket")
        row: Any = cursor.fetchone()
    version, license_, socket = row
    external = mysqld.MySQLExternalServer("", "server1")
    external.client_config = server | {"database": "myconnpy", "connection_timeout": 60, "unix_socket": None}
    external.xplugin_config = {}
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    assert found is not None
    external.version = tuple(map(int, found.groups()))
    external.license, external.unix_socket = license_, socket
    tests.MYSQL_SERVERS.append(external)
    tests.MYSQL_EXTERNAL_SERVER = True
    tests.OPTIONS_INIT = True
    tests.MYSQL_VERSION, tests.MYSQL_LICENSE = external.version, license_
    tests.MYSQL_VERSION_TXT = ".".join(map(str, external.version))


def _counting(method: Any, counts: Counter[str]) -> Any:
    """Count what reaches a method of the driver, below the guard, and whether it has been judged."""

    def counted(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        _count(self, statement, counts)
        return method(self, statement, *args, **kwargs)

    def iterated(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        # A generator sends when it is asked for the first result.
        results = method(self, statement, *args, **kwargs)
        _count(self, statement, counts)
        yield from results

    async def aiterated(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
        _count(self, statement, counts)
        async for result in method(self, statement, *args, **kwargs):
            yield result

    plain = inspect.unwrap(method)
    if inspect.isasyncgenfunction(plain):
        return aiterated
    return iterated if inspect.isgeneratorfunction(plain) else counted


def _count(connection: Any, statement: Any, counts: Counter[str]) -> None:
    from pcishield.drivers.mysql_connector.state import is_own, running

    state = running.get()
    if (state is not None and state.asking) or is_own(statement):
        counts["of the driver itself"] += 1
    elif state is not connection.__dict__.get("_pcishield") or state is None or state.executing is None:
        counts["not judged"] += 1
        counts[f"not judged in {Outcomes.current}"] += 1
    else:
        counts["statements"] += 1
        counts["without attempt"] += not state.executing.attempt_id


def guard(directory: Path) -> Counter[str]:
    """Put the guarded names into the driver's modules, as installing does; return what will be counted."""
    import mysql.connector
    import mysql.connector.aio.connection

    from pcishield.drivers.mysql_connector import guarded_aio_modules, guarded_modules
    from pcishield.shield import Shield

    counts: Counter[str] = Counter({"statements": 0, "not judged": 0, "without attempt": 0})
    classes = [mysql.connector.connection.MySQLConnection, mysql.connector.aio.connection.MySQLConnection]
    if mysql.connector.HAVE_CEXT:
        classes.append(mysql.connector.CMySQLConnection)
    for cls in classes:
        for name in SENDING:
            if (cls.__name__, name) == ("CMySQLConnection", "cmd_query_iter"):
                continue  # says that it is not implemented
            setattr(cls, name, _counting(getattr(cls, name), counts))
    shield = Shield(
        {}, policy={"name": "everything", "schema": 1, "default": "allow"}, audit=directory / "audit",
        approver=lambda request: True,
    )  # fmt: skip
    for name, module in (guarded_modules(lambda: shield) | guarded_aio_modules(lambda: shield)).items():
        real = importlib.import_module(f"mysql.connector.{name}".rstrip("."))
        for attribute, value in vars(module).items():
            replaced = callable(value) or attribute == "_CONNECTION_POOLS"
            if replaced and getattr(real, attribute, None) is not value and not attribute.startswith("__"):
                setattr(real, attribute, value)
    return counts


def child(options: argparse.Namespace) -> None:
    """Run the suite in this process and write what came out."""
    counts: Counter[str] = Counter()
    if options.child == "guarded":
        counts = guard(Path(options.out).parent)
    prepare(options)
    signal.signal(signal.SIGALRM, _too_long)
    outcomes = Outcomes()
    folder = Path(options.path) / "tests"
    for file in sorted(folder.rglob("test_*.py")):
        if options.only and not any(word in file.stem for word in options.only):
            continue
        name = ".".join(("tests", *file.relative_to(folder).with_suffix("").parts))
        try:
            suite = unittest.defaultTestLoader.loadTestsFromModule(_load(name, file))
        except Exception as error:
            outcomes.notes[name] = repr(error)
            continue
        suite.run(outcomes)
    Path(options.out).write_text(
        json.dumps({"passed": outcomes.passed, "notes": outcomes.notes, "counts": counts}), "utf-8"
    )
    # Threads and event loops that tests have left behind must not keep the process.
    os._exit(0)


def _load(name: str, file: Path) -> Any:
    # The suite's folders are no packages of one another's tests; its runner loads them by path too.
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def expected() -> list[tuple[re.Pattern[str], str]]:
    """Return the expected differences, patterns of test names with ``*`` for anything, and their reasons."""
    lines = []
    for line in DIFFERENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(": ")
            if not reason:
                sys.exit(f"{DIFFERENCES.name}: no reason given for {name}")
            lines.append((re.compile(re.escape(name).replace(r"\*", ".*")), reason))
    return lines


def run(kind: str, options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Run the suite once, in a process of its own."""
    out = directory / f"{kind}.json"
    command = [
        sys.executable, str(Path(__file__)), options.path, "--server", options.server, "--child", kind,
        "--out", str(out),
        *(["--only", *options.only] if options.only else []),
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parents[1] / "src"), *sys.path[1:]])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not out.exists():
        sys.exit(f"the {kind} run did not finish:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return dict(json.loads(out.read_text("utf-8")))


def compare(options: argparse.Namespace) -> int:
    """Run both, print, and return the exit status."""
    import mysql.connector

    with tempfile.TemporaryDirectory() as directory:
        raw = run("raw", options, Path(directory))
        guarded = run("guarded", options, Path(directory))
    known = expected()
    passed_raw, passed_guarded = set(raw["passed"]), set(guarded["passed"])
    both = passed_raw & passed_guarded
    share = 100 * len(both) / max(len(passed_raw), 1)
    implementations = "pure and C" if mysql.connector.HAVE_CEXT else "pure"
    print(f"mysql.connector {mysql.connector.__version__} ({implementations}), Python {sys.version.split()[0]}")
    print(f"passed raw {len(passed_raw)}, passed guarded {len(both)} ({share:.2f} %)")
    failed = share < TARGET
    for test in sorted(passed_raw - passed_guarded):
        reason = next((reason for pattern, reason in known if pattern.fullmatch(test)), None)
        print(f"  differs: {test}: {reason or 'NOT EXPECTED'}")
        if options.verbose:
            print(guarded["notes"].get(test, "did not run"))
        failed = failed or reason is None
    print("sent by the driver: " + ", ".join(f"{name} {count}" for name, count in sorted(guarded["counts"].items())))
    return int(failed or bool(guarded["counts"]["not judged"]) or bool(guarded["counts"]["without attempt"]))


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("path", help="a checked-out mysql-connector-python, the folder with 'tests' in it")
    parser.add_argument("--server", default=os.environ.get("PCISHIELD_TEST_MYSQL", "mysql://root@127.0.0.1:3306"))
    parser.add_argument("--only", nargs="*", default=[], help="words of the names of test files")
    parser.add_argument("--verbose", action="store_true", help="show why tests differ")
    parser.add_argument("--child", choices=["raw", "guarded"], help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.path = str(Path(options.path).resolve())
    if options.child:
        child(options)
    return compare(options)


if __name__ == "__main__":
    sys.exit(main())
