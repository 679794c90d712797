"""Run the own test-suites of psycopg2, PyMySQL, mysqlclient and aiosqlite raw and installed, and compare.

Fetches nothing: give the path of an unpacked source of the driver, best of the version that is installed (PyMySQL's
own source is what is tested, for only that has its tests). Policy: allow all; masking on; ``pcishield.install()``.

::

    python tests/conformance/run_drivers.py psycopg2 PATH [--dsn DSN] [-- pytest options]
    python tests/conformance/run_drivers.py pymysql PATH [--server mysql://root@127.0.0.1:3306]

Fails when a test that passes raw does not pass guarded and ``drivers_differences.txt`` has no line for it, or when a
statement reached the driver without an attempt in the audit log.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.conformance.suites import expected, report  # noqa: E402  (the repository is not installed)

DSN = "host=127.0.0.1 user=postgres dbname=test"


class Suite(NamedTuple):
    """One driver's own tests.

    Attributes:
        module: The driver's module.
        version: What tells the version: a module and a name in it.
        tests: Files and folders, in the source.
        source: Whether the source itself is imported, not what is installed.
    """

    module: str
    version: str
    tests: tuple[str, ...]
    source: bool = False


SUITES = {
    "aiosqlite": Suite("sqlite3", "aiosqlite.__version__", ("aiosqlite/tests/smoke.py",), source=True),
    "mysqlclient": Suite("MySQLdb", "MySQLdb.release.__version__", ("tests",)),
    "psycopg2": Suite("psycopg2", "psycopg2.__version__", ("tests",)),
    "pymysql": Suite("pymysql", "pymysql.VERSION_STRING", ("pymysql/tests",), source=True),
}


def server(url: str) -> dict[str, Any]:
    """Return the parts of the MySQL server's URL."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname or "127.0.0.1", "port": parts.port or 3306, "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
    }  # fmt: skip


def configured(options: argparse.Namespace, directory: Path) -> dict[str, str]:
    """Return how the suites are told where their servers are, by environment."""
    parts = dict(pair.split("=", 1) for pair in options.dsn.split())
    mysql = server(options.server)
    settings = directory / "mysqlclient.cnf"
    settings.write_text(
        "[MySQLdb-tests]\ndefault-character-set=utf8mb4\ndatabase=test\n"
        + "".join(f"{name}={value}\n" for name, value in mysql.items()),
        "utf-8",
    )
    return {
        "CONFORMANCE_SERVER": json.dumps(mysql),
        "PSYCOPG2_TESTDB": parts.get("dbname", "test"),
        "PSYCOPG2_TESTDB_HOST": parts.get("host", ""),
        "PSYCOPG2_TESTDB_PASSWORD": parts.get("password", ""),
        "PSYCOPG2_TESTDB_PORT": parts.get("port", "5432"),
        "PSYCOPG2_TESTDB_USER": parts.get("user", "postgres"),
        "TESTDB": str(settings),
    }


def run(kind: str, options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Run the suite once, in a process of its own."""
    suite = SUITES[options.driver]
    out = directory / f"{kind}.json"
    # The source first: the suite of psycopg2 is a package called "tests", as ours is.
    paths = [str(HERE), *([options.path] if suite.source else []), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    paths.append(str(ROOT))
    environment = os.environ | configured(options, directory) | {
        "CONFORMANCE_DRIVER": suite.module, "CONFORMANCE_OUT": str(out), "CONFORMANCE_VERSION": suite.version,
        "PYTHONPATH": os.pathsep.join(paths),
    }  # fmt: skip
    environment.pop("CONFORMANCE_AUDIT", None)
    if kind == "guarded":
        environment["CONFORMANCE_AUDIT"] = str(directory / "audit")
    command = [
        sys.executable, "-m", "pytest", "-p", "driver_plugin", "-q", "--no-header", "--tb", "short",
        "-p", "no:randomly", "-p", "no:asyncio", "-p", "no:cacheprovider", *(options.only or suite.tests),
        *options.pytest,
    ]  # fmt: skip
    log = directory / f"{kind}.log"
    with log.open("w", encoding="utf-8") as stream:
        subprocess.run(command, cwd=options.path, env=environment, stdout=stream, stderr=subprocess.STDOUT, check=False)
    if options.logs:
        Path(options.logs).mkdir(parents=True, exist_ok=True)
        (Path(options.logs) / log.name).write_text(log.read_text("utf-8"), "utf-8")
    if not out.exists():
        sys.exit(f"the {kind} run did not finish:\n{log.read_text('utf-8')[-4000:]}")
    return dict(json.loads(out.read_text("utf-8")))


def main() -> int:
    """Parse the arguments, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("driver", choices=sorted(SUITES))
    parser.add_argument("path", help="an unpacked source of the driver")
    parser.add_argument("--dsn", default=os.environ.get("PCISHIELD_TEST_POSTGRES", DSN))
    parser.add_argument("--server", default=os.environ.get("PCISHIELD_TEST_MYSQL", "mysql://root@127.0.0.1:3306"))
    parser.add_argument("--only", nargs="*", default=[], help="files of the suite")
    parser.add_argument("--verbose", action="store_true", help="show why tests differ")
    parser.add_argument("--logs", help="keep the output of both runs in this folder")
    options, rest = parser.parse_known_args()
    options.pytest = [option for option in rest if option != "--"]
    options.path = str(Path(options.path).resolve())
    with tempfile.TemporaryDirectory() as directory:
        raw, guarded = (run(kind, options, Path(directory)) for kind in ("raw", "guarded"))
    print(f"{options.driver} {raw['version']}, Python {sys.version.split()[0]}")
    # A test's name is the driver's own; the same name may be in another suite.
    for found in (raw, guarded):
        found["passed"] = [f"{options.driver}/{test}" for test in found["passed"]]
    good = report(options.driver, raw, guarded, expected(HERE / "drivers_differences.txt"))
    if options.verbose:
        for test in sorted(set(raw["passed"]) - set(guarded["passed"])):
            print(f"== {test}\n{guarded['notes'].get(test.partition('/')[2], 'did not run')}")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
