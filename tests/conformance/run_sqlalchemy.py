"""Run SQLAlchemy's own dialect suites raw and on the ``+pcishield`` dialects, and compare (allow all; masking on).

Fetches nothing: give the path of an unpacked SQLAlchemy source (with ``test`` and ``lib``) of the installed version.
The databases must be there, with the schemas that SQLAlchemy's README.unittests.rst asks for.

::

    python tests/conformance/run_sqlalchemy.py PATH [--database postgresql mariadb sqlite ...] [--only test/sql]

Fails when a test that passes raw does not pass guarded and ``sqlalchemy_differences.txt`` has no line for it, or when
a statement reached the driver without an attempt in the audit log.
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

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.conformance.suites import expected, report  # noqa: E402  (the repository is not installed)

POSTGRES = os.environ.get("CONFORMANCE_POSTGRES", "postgres@127.0.0.1/test")
MARIADB = os.environ.get("CONFORMANCE_MARIADB", "root@127.0.0.1/test")


class Database(NamedTuple):
    """A pair of engines to compare.

    Attributes:
        raw: URL of the driver's own dialect.
        guarded: URL of ours.
        driver: Where statements are counted.
        suites: Of the suite's folders and files, beside the one for all databases.
    """

    raw: str
    guarded: str
    driver: str
    suites: tuple[str, ...]


DATABASES = {
    "mariadb": Database(f"mariadb+mysqlconnector://{MARIADB}", f"mariadb+pcishield://{MARIADB}", "mysql.connector",
                        ("test/dialect/mysql",)),
    "mysql": Database(f"mysql+mysqlconnector://{MARIADB}", f"mysql+pcishield://{MARIADB}", "mysql.connector",
                      ("test/dialect/mysql",)),
    "postgresql": Database(f"postgresql+psycopg://{POSTGRES}", f"postgresql+pcishield://{POSTGRES}", "psycopg",
                           ("test/dialect/postgresql",)),
    "postgresql-async": Database(f"postgresql+psycopg_async://{POSTGRES}", f"postgresql+pcishield_async://{POSTGRES}",
                                 "psycopg", ("test/dialect/postgresql",)),
    "sqlite": Database("sqlite+pysqlite:///:memory:", "sqlite+pcishield:///:memory:", "sqlite3",
                       ("test/dialect/sqlite",)),
    "sqlite-async": Database("sqlite+aiosqlite:///:memory:", "sqlite+pcishield_async:///:memory:", "sqlite3",
                             ("test/dialect/sqlite",)),
    "sqlite-file": Database("sqlite+pysqlite:///{directory}/test.db", "sqlite+pcishield:///{directory}/test.db",
                            "sqlite3", ("test/dialect/sqlite",)),
}  # fmt: skip


def run(kind: str, database: Database, options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Run the suite once, in a process of its own."""
    out = directory / f"{kind}.json"
    environment = os.environ | {
        "CONFORMANCE_OUT": str(out),
        "PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    environment.pop("CONFORMANCE_AUDIT", None)
    if kind == "guarded":
        environment |= {"CONFORMANCE_AUDIT": str(directory / "audit"), "CONFORMANCE_DRIVER": database.driver}
    suites = options.only or [
        suite for suite in ("test/dialect/test_suite.py", *database.suites) if (Path(options.path) / suite).exists()
    ]
    url = (database.guarded if kind == "guarded" else database.raw).format(directory=directory)
    command = [
        sys.executable, "-m", "pytest", "-p", "sqlalchemy_plugin", "-q", "--no-header", "--tb", options.tb,
        "-p", "no:randomly", "-p", "no:asyncio", "-p", "no:cacheprovider", "--maxfail", "100000", *suites,
        "--dburi", url, *options.pytest,
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
    import sqlalchemy

    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("path", help="an unpacked SQLAlchemy source")
    parser.add_argument("--database", nargs="*", choices=sorted(DATABASES), default=sorted(DATABASES))
    parser.add_argument("--only", nargs="*", default=[], help="files or folders of the suite")
    parser.add_argument("--tb", default="no", help="pytest's traceback style")
    parser.add_argument("--logs", help="keep the output of the last runs in this folder")
    options, rest = parser.parse_known_args()
    options.pytest = [option for option in rest if option != "--"]
    known = expected(HERE / "sqlalchemy_differences.txt")
    print(f"SQLAlchemy {sqlalchemy.__version__}, Python {sys.version.split()[0]}")
    good = True
    for name in options.database:
        with tempfile.TemporaryDirectory() as directory:
            raw, guarded = (run(kind, DATABASES[name], options, Path(directory)) for kind in ("raw", "guarded"))
        good = report(name, raw, guarded, known) and good
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
